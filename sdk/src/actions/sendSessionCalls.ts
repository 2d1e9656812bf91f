import {
  type Account,
  type Address,
  bytesToHex,
  encodeFunctionData,
  type Hash,
  hashTypedData,
  hexToBigInt,
  type Hex,
  parseEventLogs,
} from "viem";
import {
  type BundlerClient,
  entryPoint09Abi,
  getUserOperationHash,
  toPackedUserOperation,
} from "viem/account-abstraction";
import { estimateFeesPerGas, getCode, readContract } from "viem/actions";
import { latchkeyAbi } from "../abi/latchkeyAbi.ts";
import { sessionForwarderAbi } from "../abi/sessionForwarderAbi.ts";
import { type EntryPointVersion, entryPoints, toSessionSmartAccount } from "../accounts/toSessionSmartAccount.ts";
import {
  EntryPointError,
  InvalidWalletTypeError,
  OperationWindowError,
  SessionRequestError,
} from "../errors/clientErrors.ts";
import { decodeSessionError, revertError } from "../errors/decodeSessionError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { signSessionDigest } from "../keys/SessionKey.ts";
import type { Route, SessionCall } from "../types.ts";
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  type SessionClient,
  timeOf,
  transact,
} from "../utils/client.ts";
import { encodeCalls, encodeExecute } from "../utils/executions.ts";
import { latchkeyDomain, typedData } from "../utils/typedData.ts";
import { getSession } from "./getSession.ts";
import { cannotSend, sessionToSign, withoutCode } from "../utils/sessionToSign.ts";
import { settleBefore, type Settlement, type SettlementReport } from "./settlement.ts";

export interface SendSessionCallsParameters extends DeploymentParameters {
  principal: Address;
  key: SessionKey;
  calls: readonly SessionCall[];
  /** How to act; chosen from the account, the key and what else is given unless told otherwise. */
  route?: Route | undefined;
  /** The deadline to be signed, unix seconds, inclusive; see `sessionToSign` for the default. */
  validUntil?: number | undefined;
  /** Routes `relayed` and `forwarded`: sends, and pays the gas, for the key. */
  relayer?: Account | Address | undefined;
  /** Least gas that the relayer must pass on; 0 unless told otherwise. */
  minGas?: bigint | undefined;
  /** Any number that (principal, key) has not used; a random one unless told otherwise. */
  nonce?: bigint | undefined;
  /** Route `userOperation`: an ERC-4337 bundler, or an account that bundles by itself. */
  bundler?: BundlerClient | Account | undefined;
  /** Route `userOperation`: the version of the account's EntryPoint; 0.9 unless told otherwise. */
  entryPointVersion?: EntryPointVersion | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  nonceKey?: bigint | undefined;
  /** Route `userOperation`: what is known of the operation's gas. The most that it could cost is reserved. */
  operation?: OperationFields | undefined;
  /** A debt to be settled in front of the calls once it is high. */
  settlement?: Settlement | undefined;
}

export interface OperationFields {
  callGasLimit?: bigint;
  verificationGasLimit?: bigint;
  preVerificationGas?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
  paymaster?: Address;
  paymasterData?: Hex;
  paymasterVerificationGasLimit?: bigint;
  paymasterPostOpGasLimit?: bigint;
}

export interface SendSessionCallsReturnType {
  /** The mined transaction's, on every route. */
  hash: Hash;
  route: Route;
  /** Only if `settlement` was given. */
  settlement?: SettlementReport;
}

/** Makes calls for the principal and waits until they are mined. A refusal is thrown as its typed error. */
export async function sendSessionCalls(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
): Promise<SendSessionCallsReturnType> {
  if (parameters.calls.length === 0) throw new SessionRequestError("There is no call to be made.");
  const route = await routeOf(client, parameters);
  const { settlement } = parameters;
  if (settlement === undefined) return { hash: await SENDERS[route](client, parameters), route };
  // A nonce that the caller names is for the calls.
  const send = (call: SessionCall) => SENDERS[route](client, { ...parameters, calls: [call], nonce: undefined });
  const { calls, report } = await settleBefore(client, { ...parameters, settlement }, route, send);
  return { hash: await SENDERS[route](client, { ...parameters, calls }), route, settlement: report };
}

const SENDERS: Record<Route, (client: SessionClient, parameters: SendSessionCallsParameters) => Promise<Hash>> = {
  userOperation: sendUserOperation,
  direct: sendDirect,
  relayed: sendRelayed,
  forwarded: sendForwarded,
  asked: sendAsked,
};

async function routeOf(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Route> {
  const { principal, route, bundler, relayer, key } = parameters;
  const needsAccount = route === undefined || route === "userOperation" || route === "direct" || route === "relayed";
  if (!needsAccount) return route;
  const [code, isInstalled] = await Promise.all([
    getCode(client, { address: principal }),
    readContract(client, {
      abi: latchkeyAbi,
      address: deploymentOf(parameters).latchkey,
      functionName: "isInitialized",
      args: [principal],
    }),
  ]);
  if (route === undefined && (code === undefined || !isInstalled)) return "forwarded";
  if (code === undefined) throw withoutCode(principal);
  if (!isInstalled) throw new InvalidWalletTypeError(principal, "The account has not installed Latchkey.");
  if (route !== undefined) return route;
  if (bundler !== undefined) return "userOperation";
  if (relayer !== undefined) return "relayed";
  if (key.account !== undefined) return "direct";
  throw new SessionRequestError("This key cannot send transactions: give a bundler or a relayer.");
}

async function sendDirect(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { principal, key, calls } = parameters;
  if (key.account === undefined) throw cannotSend("direct");
  const { mode, executionCalldata } = encodeCalls(calls);
  const args = [principal, mode, executionCalldata] as const;
  const data = encodeFunctionData({ abi: latchkeyAbi, functionName: "execute", args });
  const { latchkey } = deploymentOf(parameters);
  return (await transact(client, { account: key.account, to: latchkey, data })).transactionHash;
}

async function sendRelayed(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { principal, key, calls, minGas = 0n, nonce = randomNonce(), relayer = client.account } = parameters;
  if (relayer === undefined) throw new SessionRequestError("Route relayed needs a relayer.");
  const { latchkey } = deploymentOf(parameters);
  const { mode, executionCalldata } = encodeCalls(calls);
  const { registration, validUntil } = await sessionToSign(client, { ...parameters, key: key.address });
  const digest = hashTypedData({
    domain: latchkeyDomain(await chainIdOf(client), latchkey),
    types: typedData.sessionExecution,
    primaryType: "SessionExecution",
    message: { principal, mode, executionCalldata, nonce, minGas, validUntil, registration },
  });
  const signature = await signSessionDigest(key, digest, validUntil);
  const args = [principal, mode, executionCalldata, nonce, minGas, signature] as const;
  const data = encodeFunctionData({ abi: latchkeyAbi, functionName: "executeBySig", args });
  return (await transact(client, { account: relayer, to: latchkey, data })).transactionHash;
}

async function sendForwarded(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { principal, key, minGas = 0n, nonce = randomNonce(), relayer } = parameters;
  const { to: target, data = "0x" } = onlyCall(parameters, "forwarded");
  const { latchkey, forwarder } = deploymentOf(parameters);
  if (relayer === undefined) {
    if (key.account === undefined) throw cannotSend("forwarded");
    const sent = encodeFunctionData({
      abi: sessionForwarderAbi,
      functionName: "forward",
      args: [principal, target, data],
    });
    return (await transact(client, { account: key.account, to: forwarder, data: sent })).transactionHash;
  }
  const { registration, validUntil } = await sessionToSign(client, { ...parameters, key: key.address });
  const digest = hashTypedData({
    domain: latchkeyDomain(await chainIdOf(client), latchkey),
    types: typedData.sessionForward,
    primaryType: "SessionForward",
    message: { principal, target, data, nonce, minGas, validUntil, registration },
  });
  const signature = await signSessionDigest(key, digest, validUntil);
  const args = [principal, target, data, nonce, minGas, signature] as const;
  const sent = encodeFunctionData({ abi: sessionForwarderAbi, functionName: "forwardBySig", args });
  return (await transact(client, { account: relayer, to: forwarder, data: sent })).transactionHash;
}

async function sendAsked(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { key } = parameters;
  const { to, data = "0x" } = onlyCall(parameters, "asked");
  if (key.account === undefined) throw cannotSend("asked");
  return (await transact(client, { account: key.account, to, data })).transactionHash;
}

function onlyCall({ calls }: SendSessionCallsParameters, route: Route): SessionCall {
  const [only] = calls;
  if (only === undefined || calls.length > 1) throw new SessionRequestError(`Route ${route} makes one call at a time.`);
  if ((only.value ?? 0n) !== 0n) throw new SessionRequestError(`Route ${route} carries no value.`);
  return only;
}

async function sendUserOperation(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { bundler, calls, key, operation = {} } = parameters;
  if (bundler === undefined) throw new SessionRequestError("Route userOperation needs a bundler.");
  const account = await toSessionSmartAccount({ ...parameters, client, key });
  try {
    if ("sendUserOperation" in bundler) {
      const hash = await bundler.sendUserOperation({ account, calls, ...operation } as never);
      const { receipt, success, reason, userOpHash } = await bundler.waitForUserOperationReceipt({ hash });
      if (userOpHash !== hash) throw new SessionRequestError("The bundler answered with another operation's receipt.");
      if (!success) throw revertError((reason ?? "0x") as Hex);
      return receipt.transactionHash;
    }
    return await bundle(client, parameters, bundler, account);
  } catch (thrown) {
    throw await operationError(client, parameters, thrown);
  }
}

/** One operation in a transaction of one's own. */
async function bundle(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
  bundler: Account,
  account: Awaited<ReturnType<typeof toSessionSmartAccount>>,
): Promise<Hash> {
  const { principal, calls, operation = {}, entryPointVersion = "0.9" } = parameters;
  const { address } = entryPoints[entryPointVersion];
  const fees = operation.maxFeePerGas === undefined ? await estimateFeesPerGas(client) : {};
  const unsigned = {
    ...DEFAULT_GAS,
    ...fees,
    ...operation,
    sender: principal,
    nonce: await account.getNonce(),
    callData: encodeExecute(calls),
    signature: "0x" as Hex,
  };
  const signature = await account.signUserOperation(unsigned as never);
  const packed = toPackedUserOperation({ ...unsigned, signature } as never);
  const data = encodeFunctionData({
    abi: entryPoint09Abi,
    functionName: "handleOps",
    args: [[packed], bundler.address],
  });
  const gas = 200_000n + 2n * (unsigned.callGasLimit + unsigned.verificationGasLimit + unsigned.preVerificationGas);
  const receipt = await transact(client, { account: bundler, to: address, data, gas });
  const hash = getUserOperationHash({
    chainId: await chainIdOf(client),
    entryPointAddress: address,
    entryPointVersion,
    userOperation: unsigned as never,
  });
  const events = parseEventLogs({
    abi: entryPoint09Abi,
    logs: receipt.logs,
    eventName: ["UserOperationEvent", "UserOperationRevertReason"],
    args: { userOpHash: hash },
  });
  const outcome = events.find((log) => log.eventName === "UserOperationEvent");
  if (outcome === undefined)
    throw new SessionRequestError("The operation is not in the transaction that was to bring it in.");
  if (!outcome.args.success) {
    const reverted = events.find((log) => log.eventName === "UserOperationRevertReason");
    throw revertError(reverted?.args.revertReason ?? "0x");
  }
  return receipt.transactionHash;
}

/** Ample for one transfer with either kind of key; what is not used is not paid, but it is reserved. */
const DEFAULT_GAS = { verificationGasLimit: 500_000n, callGasLimit: 500_000n, preVerificationGas: 60_000n };

/** AA22 is the EntryPoint's word for early and late alike: the session and the clock say which. */
async function operationError(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
  thrown: unknown,
): Promise<unknown> {
  const error = decodeSessionError(thrown);
  if (!(error instanceof EntryPointError) || error.aaCode !== "AA22") return error ?? thrown;
  const { principal, key } = parameters;
  const [session, time] = await Promise.all([
    getSession(client, { ...parameters, principal, key: key.address }),
    timeOf(client),
  ]);
  const validUntil = parameters.validUntil ?? session.validUntil;
  // A deadline in a later period of a limit opens with that period.
  const starts = session.limits
    .filter(({ period }) => period !== 0)
    .map(({ period }) => Math.floor(validUntil / period) * period);
  const validAfter = Math.max(session.validAfter, ...starts);
  const code = time <= validAfter ? "SESSION_NOT_YET_VALID" : "SESSION_EXPIRED";
  return new OperationWindowError(code, { validAfter, validUntil, time }, { cause: error });
}

function randomNonce(): bigint {
  return hexToBigInt(bytesToHex(globalThis.crypto.getRandomValues(new Uint8Array(32))));
}
