/** What sends operations and follows them: loaded by whoever has one, see `onDemand.ts`. */
export { bundlerFailure } from "./bundler.ts";
export { findOperation, minedOperation, outcomeOf } from "./minedOperation.ts";
export { submitOperation } from "./sendOperation.ts";
