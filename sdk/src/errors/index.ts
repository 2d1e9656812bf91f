// Nothing but `export *`, as in `../index.ts`.
export * from "./clientErrors.ts";
export * from "./withoutWords.ts";
export * from "./withWords.ts";
