/** Options that several commands share. */
export const BOOK = { book: { type: "string" } } as const;
export const BOOK_HELP: readonly (readonly [string, string])[] = [
  ["--book FILE", 'what the names in the file stand for: { "contracts": { … }, "tokens": { … } }'],
];

export const PRINCIPAL = { principal: { type: "string" } } as const;

export const ABI = { abi: { type: "string", multiple: true } } as const;
export const ABI_HELP: readonly (readonly [string, string])[] = [
  ["--abi NAME=FILE", "the ABI of a target, or an artifact that holds it; as often as needed"],
];
