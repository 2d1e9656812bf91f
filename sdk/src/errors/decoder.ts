/** What is loaded when the chain refuses something: see `onDemand.ts`. */
export { ContractError } from "./ContractError.ts";
export { callError, decodeSessionError, revertError, toSessionError } from "./decodeSessionError.ts";
