import {
  type Address,
  BaseError,
  decodeFunctionData,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
  parseAbi,
  size,
  slice,
} from "viem";
import { call, getCode } from "viem/actions";
import { isInstalledOn } from "../accounts/readAccount.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { EntryPointError, InvalidWalletTypeError } from "../errors/clientErrors.ts";
import type { AnyContractError } from "../errors/ContractError.ts";
import { isContractError } from "../errors/isContractError.ts";
import { decodedError, typedCallRevert } from "../errors/onDemand.ts";
import { revertDataIn } from "../errors/revertData.ts";
import * as sessionExecutor from "../generated/items/sessionExecutor.ts";
import * as sessionForwarder from "../generated/items/sessionForwarder.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { decodeCalls } from "../operations/executions.ts";
import { askLens } from "../sessions/askLens.ts";
import { readPolicy } from "../sessions/readPolicy.ts";
import { readSession } from "../sessions/readSession.ts";
import type { Route, SessionCall } from "../types.ts";

/** The transaction that carries calls of a session. */
export interface CarriedBy {
  /** Undefined where a service sends it. */
  from?: Address | undefined;
  to: Address;
  data: Hex;
  gas?: bigint | undefined;
  /** The block that it is mined in; undefined for one that was only simulated. */
  blockNumber?: bigint | undefined;
}

export interface AttributedCalls extends DeploymentParameters {
  principal: Address;
  key: Pick<SessionKey, "address">;
  route: Route;
  calls: readonly SessionCall[];
  /** What was signed, on the routes where something is. */
  nonce?: bigint | undefined;
  validUntil?: number | undefined;
  /** What refused them; undefined for an operation, which a bundler tries. */
  transaction?: CarriedBy | undefined;
}

/**
 * Whose error it is. Revert data of a called contract reaches the caller as it is, and any contract can revert with an
 * error of Latchkey, of an EntryPoint or of an account: it counts only where Latchkey refuses by itself, with nothing
 * called. Where the node cannot say that, Latchkey is asked about the calls alone.
 */
export async function attributed(client: SessionClient, calls: AttributedCalls, thrown: unknown): Promise<unknown> {
  const isWallets = thrown instanceof InvalidWalletTypeError;
  if (!isContractError(thrown) && !isWallets && !(thrown instanceof EntryPointError)) return thrown;
  const theirs = () =>
    typedCallRevert(isContractError(thrown) ? thrown.data : (revertDataIn(thrown.cause) ?? "0x"), thrown.cause);
  try {
    if (isWallets) return isOfAccount(calls.route) && !(await isInstalledOn(client, calls)) ? thrown : await theirs();
    // No EntryPoint has a part in a transaction of these routes, and what it says of an operation comes before the calls.
    if (!isContractError(thrown)) return await theirs();
    const said = (await wordOfTransaction(client, calls, thrown)) ?? (await wordOfLens(client, calls, thrown));
    if (said === "passes") return await theirs();
    // An idle contract in a principal's place vouches for no signature of it.
    return [thrown.errorName, "InvalidPrincipalSignature"].includes(said.errorName) ? thrown : said;
  } catch {
    // A node that does not answer proves nothing about the error that it gave.
    return thrown;
  }
}

function isOfAccount(route: Route): boolean {
  return route === "userOperation" || route === "direct" || route === "relayed";
}

/** What a transaction of a session asks for. */
export function carriedCalls(route: Route, { to, data }: CarriedBy): SessionCall[] {
  if (route === "forwarded") {
    const [, target, forwarded] = decodeFunctionData({ abi: FORWARDING, data }).args;
    return [{ to: target, data: forwarded }];
  }
  if (!isOfAccount(route)) return [{ to, data }];
  const [, mode, executionCalldata] = decodeFunctionData({ abi: EXECUTING, data }).args;
  return decodeCalls({ mode, executionCalldata });
}

/** Both methods name the principal, then the target and its data. */
const FORWARDING = [sessionForwarder.forward, sessionForwarder.forwardBySig] as const;
/** Both methods name the principal, then the execution. */
const EXECUTING = [sessionExecutor.execute, sessionExecutor.executeBySig] as const;

/** What Latchkey says of calls by itself: that they pass, or its refusal. */
type Word = "passes" | AnyContractError;

/** Answers everything with the word 1 and an empty one: a trusting target, and an account that has acted. */
const IDLE: Hex = "0x600160005260406000f3";

const forwardedAbi = parseAbi(["function isTrustedForwarder(address forwarder) view returns (bool)"]);
const accountAbi = parseAbi(["function executeFromExecutor(bytes32 mode, bytes executionCalldata) returns (bytes[])"]);

/** Of the transaction as it was sent, with an idle contract in place of whatever it would call. */
async function wordOfTransaction(
  client: SessionClient,
  calls: AttributedCalls,
  thrown: AnyContractError,
): Promise<Word | undefined> {
  const { transaction } = calls;
  const { latchkey, forwarder } = deploymentOf(calls);
  if (transaction === undefined) return undefined;
  const isForwarded = isAddressEqual(transaction.to, forwarder);
  // What is called on route `asked` is a contract of the dApp's, which asks Latchkey itself.
  if (!isForwarded && !isAddressEqual(transaction.to, latchkey)) return undefined;
  const called = isForwarded ? carriedCalls("forwarded", transaction)[0]!.to : calls.principal;
  if (await isOfTheCalled(client, calls, transaction, called, thrown)) return thrown;
  const { from, to, data, gas, blockNumber } = transaction;
  const stateOverride = [{ address: called, code: IDLE }];
  const at = await answering(client, { called, stateOverride, blockNumber });
  if (at === undefined) return undefined;
  // What an idle contract takes more than the real one is no refusal.
  for (const limit of gas === undefined ? [undefined] : [gas, undefined]) {
    try {
      await call(client, { account: from, to, data, gas: limit, stateOverride, ...at });
      return "passes";
    } catch (refused) {
      const error = await decodedError(refused);
      if (isContractError(error)) return error;
    }
  }
  return undefined;
}

type Overridden = Pick<Parameters<typeof call>[1], "stateOverride">;
type At = { blockNumber: bigint } | { blockTag: "pending" } | { blockTag: "latest" };

/** The state that the node puts other code into; undefined if it leaves out what it does not know. */
async function answering(
  client: SessionClient,
  { called: to, stateOverride, blockNumber }: Overridden & { called: Address; blockNumber: bigint | undefined },
): Promise<At | undefined> {
  const states: At[] =
    blockNumber === undefined ? [{ blockTag: "pending" }, { blockTag: "latest" }] : [{ blockNumber }];
  for (const at of states) {
    const answer = await call(client, { to, stateOverride, ...at }).catch(() => undefined);
    if (answer?.data !== undefined && size(answer.data) === 64 && BigInt(slice(answer.data, 0, 32)) === 1n) return at;
  }
  return undefined;
}

/** Whether Latchkey says this of what it is about to call, or has called: an idle contract would hide it. */
async function isOfTheCalled(
  client: SessionClient,
  calls: AttributedCalls,
  { to, data, gas, blockNumber }: CarriedBy,
  called: Address,
  { errorName }: AnyContractError,
): Promise<boolean> {
  const { latchkey, forwarder } = deploymentOf(calls);
  switch (errorName) {
    case "PrincipalWithoutCode":
    case "TargetWithoutCode":
      return (await getCode(client, { address: called, blockNumber })) === undefined;
    case "ForwarderNotTrusted": {
      const question = encodeFunctionData({ abi: forwardedAbi, args: [forwarder] });
      const answer = await answerOf(client, { account: forwarder, to: called, data: question, blockNumber });
      return answer === undefined || size(answer) < 32 || BigInt(slice(answer, 0, 32)) !== 1n;
    }
    case "PrincipalAnsweredNothing": {
      if (!isAddressEqual(to, latchkey)) return false;
      const [, mode, execution] = decodeFunctionData({ abi: EXECUTING, data }).args;
      const passedOn = encodeFunctionData({ abi: accountAbi, args: [mode, execution] });
      const answer = await answerOf(client, { account: latchkey, to: called, data: passedOn, gas, blockNumber });
      return answer !== undefined && size(answer) < 64;
    }
    default:
      return false;
  }
}

/** What a contract answers; undefined if it reverts. */
async function answerOf(client: SessionClient, request: Parameters<typeof call>[1]): Promise<Hex | undefined> {
  try {
    return (await call(client, request)).data ?? "0x";
  } catch (thrown) {
    if (thrown instanceof BaseError && revertDataIn(thrown) !== undefined) return undefined;
    throw thrown;
  }
}

/** What concerns who pays for an operation, beside its calls. */
const PAYER_ERRORS = ["PaymasterNotAllowed", "SelfPaymentNotAllowed", "PaymasterDataTooShort", "GasBudgetExceeded"];

/** Of the calls alone, and of the nonce that was signed with them. */
async function wordOfLens(client: SessionClient, calls: AttributedCalls, thrown: AnyContractError): Promise<Word> {
  const { principal, route, validUntil, nonce, deployment, transaction } = calls;
  const key = calls.key.address;
  const isOfPayer = PAYER_ERRORS.includes(thrown.errorName);
  const ask = async (of: Address) => {
    // Who pays is not what is asked about, unless that is what was refused.
    const paymaster = route === "userOperation" && !isOfPayer ? await paymasterOf(client, calls) : undefined;
    const asked = { deployment, principal: of, key, route, calls: calls.calls, validUntil, paymaster };
    return (await askLens(client, asked, transaction?.blockNumber)).error;
  };
  const error = await ask(principal);
  if (isContractError(error, thrown.errorName)) return thrown;
  if (route === "asked") {
    // The contract decides for whom it asks.
    const { principal: other } = thrown.args as { principal?: Address };
    const isSaid = other !== undefined && isContractError(await ask(other), thrown.errorName);
    return isSaid ? thrown : "passes";
  }
  if (isContractError(error)) return isOfPayer ? thrown : error;
  if (thrown.errorName !== "NonceAlreadyUsed" || nonce === undefined) return "passes";
  const isUsed = await readDeployed(client, {
    abi: [sessionRegistry.isNonceUsed],
    address: deploymentOf(calls).latchkey,
    functionName: "isNonceUsed",
    args: [principal, key, nonce],
  });
  return isUsed ? thrown : "passes";
}

/** The paymaster that the policy names. */
async function paymasterOf(client: SessionClient, calls: AttributedCalls): Promise<Address> {
  const { policyId } = await readSession(client, { ...calls, key: calls.key.address });
  return (await readPolicy(client, { ...calls, policyId })).paymaster;
}
