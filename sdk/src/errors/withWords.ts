/** What has the words of every error: loaded at once by whoever imports it, and else when the chain refuses something. */
export { ContractError } from "./ContractError.ts";
export { decodeSessionError, revertError, toSessionError } from "./decodeSessionError.ts";
