/** Options that several commands share. */
export const BOOK = { book: { type: "string" } } as const;
export const BOOK_HELP: readonly (readonly [string, string])[] = [
  ["--book FILE", 'what the names in the file stand for: { "contracts": { … }, "tokens": { … } }'],
];

export const PRINCIPAL = { principal: { type: "string" } } as const;
