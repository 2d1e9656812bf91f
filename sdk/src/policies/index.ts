// Nothing but `export *`, as in `../index.ts`.
export * from "./reading.ts";
export * from "./writing.ts";
