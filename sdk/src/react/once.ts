/** What was sent may still be mined, and a user who said no has said it: no mutation tries again by itself. */
export const ONCE = { retry: false } as const;
