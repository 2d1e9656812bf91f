import { type Abi, type AbiParameter, type AbiParameterToPrimitiveType, encodeErrorResult, type Hex } from "viem";
import { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";
import { contractErrorWords } from "../generated/errors/contractErrorWords.ts";
import type { ContractErrorName } from "./codes.ts";
import { inWords } from "./inWords.ts";
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
  /**
   * The revert data of this error alone, without what was around it.
   *
   * @default what a contract would revert with
   */
  data?: Hex | undefined;
  /** Of several alternatives, the error of the one that came nearest. */
  reason?: SessionError | undefined;
  cause?: unknown;
}

/** Any Solidity error of Latchkey: `errorName` says which, and narrows `args`. */
export type AnyContractError = { [name in ContractErrorName]: ContractError<name> }[ContractErrorName];

/** A Solidity error, as it was thrown. `errorName` discriminates; see `isContractError`. */
export class ContractError<name extends ContractErrorName = ContractErrorName> extends SessionError {
  readonly errorName: name;
  readonly args: ContractErrorArgs<name>;
  readonly data: Hex;
  /** Of `AlternativesRefused` alone: the error of the alternative that came nearest, which has its code too. */
  readonly reason: SessionError | undefined;
  override name = "ContractError";

  constructor(errorName: name, options: ContractErrorOptions<name>) {
    const { args, reason, cause } = options;
    const [code, why, fix] = wordsOf(errorName) as [SessionErrorCode, string, string];
    // Told by its name, as `isContractError` does.
    const { errorName: inner, args: values } = (
      reason?.name === "ContractError" ? reason : {}
    ) as Partial<ContractError>;
    const nearest = values === undefined ? reason?.shortMessage : `${inner}(${inWords(values)})`;
    super(reason?.code ?? code, why, {
      cause,
      metaMessages: [
        `Error: ${errorName}(${inWords(args)})`,
        ...(nearest === undefined ? [] : [`Nearest alternative: ${nearest}`]),
        `Remedy: ${fix}`,
      ],
    });
    this.errorName = errorName;
    this.args = args;
    this.data = options.data ?? dataOf(errorName, args);
    this.reason = reason;
  }
}

function wordsOf(errorName: ContractErrorName): readonly string[] {
  const all = Object.entries(contractErrorWords);
  const words = all.flatMap(([code, ofCode]) => ofCode.map((each) => [code, ...each]));
  return words[contractErrorsAbi.findIndex(({ name }) => name === errorName)]!;
}

function dataOf(errorName: ContractErrorName, args: object): Hex {
  const { inputs } = contractErrorsAbi.find(({ name }) => name === errorName)!;
  const values = inputs.map(({ name }) => (args as Record<string, unknown>)[name]);
  return encodeErrorResult({ abi: contractErrorsAbi as Abi, errorName, args: values });
}
