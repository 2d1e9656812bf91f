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
  /** Of several alternatives, the error of the one that came nearest. */
  reason?: SessionError | undefined;
  cause?: unknown;
}

/** A Solidity error, as it was thrown: its class is `<name>Error`. */
export abstract class ContractError<name extends ContractErrorName = ContractErrorName> extends SessionError {
  readonly errorName: name;
  readonly args: ContractErrorArgs<name>;
  readonly data: Hex;
  /** Of `AlternativesRefused` alone: the error of the alternative that came nearest, which says what to tell the user. */
  readonly reason: SessionError | undefined;

  protected constructor(errorName: name, why: string, fix: string, options: ContractErrorOptions<name>) {
    const { args, data, reason, cause } = options;
    const inner =
      reason instanceof ContractError ? `${reason.errorName}(${inWords(reason.args)})` : reason?.shortMessage;
    super(reason?.code ?? contractErrorCodes[errorName], why, {
      cause,
      metaMessages: [
        `Error: ${errorName}(${inWords(args)})`,
        ...(inner === undefined ? [] : [`Nearest alternative: ${inner}`]),
        `Remedy: ${fix}`,
      ],
    });
    this.errorName = errorName;
    this.args = args;
    this.data = data;
    this.reason = reason;
  }
}

function inWords(args: Record<string, unknown>): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
