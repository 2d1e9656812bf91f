/** What sends operations and follows them: loaded by whoever has one, see `onDemand.ts`. */
export { bundlerFailure, requireBundler } from "./bundler.ts";
export { findOperation, minedOperation, outcomeOf } from "./minedOperation.ts";
export { requireSaneGas } from "./operationGas.ts";
export { NonceTakenError, submitOperation } from "./sendOperation.ts";
