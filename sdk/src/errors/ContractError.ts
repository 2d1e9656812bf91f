import type { AbiParameter, AbiParameterToPrimitiveType, Hex } from "viem";
import { contractErrorCodes, type ContractErrorName } from "./codes.ts";
import type { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";
import { SessionError } from "./SessionError.ts";

type ErrorItem = (typeof contractErrorsAbi)[number];

/** The values of a Solidity error by their names. */
export type ContractErrorArgs<name extends ContractErrorName> = NamedValues<
  Extract<ErrorItem, { name: name }>["inputs"]
>;

type NamedValues<inputs extends readonly AbiParameter[]> = {
  [input in inputs[number] as input["name"] & string]: AbiParameterToPrimitiveType<input>;
};

/** What a contract's error is made of. */
export interface ContractErrorOptions<name extends ContractErrorName> {
  args: ContractErrorArgs<name>;
  /** The revert data of this error alone, without what was around it. */
  data: Hex;
  cause?: unknown;
}

/** A Solidity error, as it was thrown: its class is `<name>Error`. */
export abstract class ContractError<name extends ContractErrorName = ContractErrorName> extends SessionError {
  readonly errorName: name;
  readonly args: ContractErrorArgs<name>;
  readonly data: Hex;

  protected constructor(errorName: name, why: string, fix: string, { args, data, cause }: ContractErrorOptions<name>) {
    super(contractErrorCodes[errorName], why, {
      cause,
      metaMessages: [`Error: ${errorName}(${inWords(args)})`, `Remedy: ${fix}`],
    });
    this.errorName = errorName;
    this.args = args;
    this.data = data;
  }
}

function inWords(args: Record<string, unknown>): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
