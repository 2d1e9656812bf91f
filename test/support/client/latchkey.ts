import { registerHooks } from "node:module";

/**
 * Lets examples and the index import the package by its name, from the client's sources: nothing need be built to run
 * them. To be imported before them, which are therefore imported dynamically.
 */
const SOURCES: Record<string, string> = {
  latchkey: new URL("../../../sdk/src/index.ts", import.meta.url).href,
  "latchkey/compat": new URL("../../../sdk/src/compat/index.ts", import.meta.url).href,
  "latchkey/abi": new URL("../../../sdk/src/generated/abi/index.ts", import.meta.url).href,
};

registerHooks({
  resolve: (specifier, context, next) => next(SOURCES[specifier] ?? specifier, context),
});
