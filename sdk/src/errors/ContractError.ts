import type { AbiParameter, AbiParameterToPrimitiveType, Hex } from "viem";
import type { ContractErrorName } from "./codes.ts";
import type { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";
import { SessionError, type SessionErrorCode } from "./SessionError.ts";

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
  /** Of `AlternativesRefused` alone: the error of the alternative that came nearest, which has its code too. */
  readonly reason: SessionError | undefined;

  protected constructor(said: ContractErrorWords<name>, options: ContractErrorOptions<name>) {
    const { errorName, code, why, fix } = said;
    const { args, data, reason, cause } = options;
    const nearest =
      reason instanceof ContractError ? `${reason.errorName}(${inWords(reason.args)})` : reason?.shortMessage;
    super(reason?.code ?? code, why, {
      cause,
      metaMessages: [
        `Error: ${errorName}(${inWords(args)})`,
        ...(nearest === undefined ? [] : [`Nearest alternative: ${nearest}`]),
        `Remedy: ${fix}`,
      ],
    });
    this.name = `${errorName}Error`;
    this.errorName = errorName;
    this.args = args;
    this.data = data;
    this.reason = reason;
  }
}

interface ContractErrorWords<name extends ContractErrorName> {
  errorName: name;
  code: SessionErrorCode;
  why: string;
  fix: string;
}

/** What the class of one Solidity error extends; its code is that of codes.ts. */
export function contractError<const name extends ContractErrorName>(
  errorName: name,
  code: SessionErrorCode,
  why: string,
  fix: string,
) {
  return class extends ContractError<name> {
    static readonly errorName: name = errorName;
    constructor(options: ContractErrorOptions<name>) {
      super({ errorName, code, why, fix }, options);
    }
  };
}

/** The classes by the names of their errors. */
export function byErrorName<const classes extends readonly { errorName: string }[]>(
  classes: classes,
): { readonly [Class in classes[number] as Class["errorName"]]: Class } {
  return Object.fromEntries(classes.map((Class) => [Class.errorName, Class])) as never;
}

function inWords(args: Record<string, unknown>): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
