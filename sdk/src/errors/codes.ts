import type { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";

/** A Solidity error of Latchkey. */
export type ContractErrorName = (typeof contractErrorsAbi)[number]["name"];
