// Nothing but `export *`: a bundler that splits code file by file takes a file that names what it exports for a user of all
// of it, and would load at once what is loaded on demand.
export * from "./accounts/index.ts";
export * from "./actions/index.ts";
export * from "./chain/index.ts";
export * from "./constants.ts";
export * from "./errors/index.ts";
export * from "./keys/index.ts";
export * from "./operations/index.ts";
export * from "./pictures/index.ts";
export * from "./policies/index.ts";
export * from "./provider/index.ts";
export * from "./sessions/index.ts";
export * from "./types.ts";
