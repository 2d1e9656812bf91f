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
import { estimateFeesPerGas, getCode } from "viem/actions";
import { latchkeyAbi } from "../abi/latchkeyAbi.ts";
import { sessionForwarderAbi } from "../abi/sessionForwarderAbi.ts";
import { toSessionSmartAccount } from "../accounts/toSessionSmartAccount.ts";
import { EntryPointError, OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { decodeSessionError, revertError } from "../errors/decodeSessionError.ts";
import { SessionError } from "../errors/SessionError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { signSessionDigest } from "../keys/SessionKey.ts";
import type { OperationFields, Route, SessionCall } from "../types.ts";
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  type SessionClient,
  timeOf,
  transact,
} from "../utils/client.ts";
import type { EntryPointVersion } from "../utils/entryPoints.ts";
import { encodeCalls, encodeExecute } from "../utils/executions.ts";
import type { AccountFamily } from "../utils/families.ts";
import { isInstalledOn, requireAccount } from "../utils/readAccount.ts";
import { requireAddress, requireCalls } from "../utils/requireCalls.ts";
import { cannotSend, operationWindow, sessionToSign } from "../utils/sessionToSign.ts";
import { latchkeyDomain, typedData } from "../utils/typedData.ts";

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
  /** Route `userOperation`: the version of the account's EntryPoint; see `toSessionSmartAccount`. */
  entryPointVersion?: EntryPointVersion | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  family?: AccountFamily | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  lane?: bigint | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  nonceKey?: bigint | undefined;
  /** Route `userOperation`: what is known of the operation's gas. The most that it could cost is reserved. */
  operation?: OperationFields | undefined;
}

export interface SendSessionCallsReturnType {
  /** The mined transaction's, on every route. */
  hash: Hash;
  route: Route;
}

/** Makes calls for the principal and waits until they are mined. A refusal is thrown as its typed error. */
export async function sendSessionCalls(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
): Promise<SendSessionCallsReturnType> {
  requireAddress("The principal", parameters.principal);
  requireCalls(parameters.calls);
  // Another chain has other accounts and sessions: whatever they lead to gives way to that.
  const [chain, chosen] = await Promise.allSettled([chainIdOf(client), routeOf(client, parameters)]);
  for (const outcome of [chain, chosen]) if (outcome.status === "rejected") throw outcome.reason;
  const route = (chosen as PromiseFulfilledResult<Route>).value;
  const hash = await SENDERS[route](client, parameters);
  return { hash, route };
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
    isInstalledOn(client, parameters),
  ]);
  if (route === undefined && (code === undefined || !isInstalled)) return "forwarded";
  requireAccount(principal, { isDeployed: code !== undefined, isInstalled });
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
  const { registration, validUntil } = await sessionToSign(client, { ...parameters, key: key.address, calls: [] });
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
  const { registration, validUntil } = await sessionToSign(client, { ...parameters, key: key.address, calls: [] });
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
  if (data === "0x") throw new SessionRequestError("Route asked needs a call to be asked about: there is no data.");
  if (key.account === undefined) throw cannotSend("asked");
  return (await transact(client, { account: key.account, to, data })).transactionHash;
}

function onlyCall({ calls }: SendSessionCallsParameters, route: Route): SessionCall {
  const [only] = calls;
  if (only === undefined || calls.length > 1) throw new SessionRequestError(`Route ${route} makes one call at a time.`);
  if ((only.value ?? 0n) !== 0n) {
    throw new SessionError("SESSION_VALUE_NOT_ALLOWED", `Route ${route} carries no value.`, {
      metaMessages: [`Value: ${only.value} wei`, "Most: 0"],
    });
  }
  return only;
}

async function sendUserOperation(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { bundler, calls, key, operation = {} } = parameters;
  if (bundler === undefined) throw new SessionRequestError("Route userOperation needs a bundler.");
  // One deadline for the estimate, the signature and the error.
  const { validUntil } = await sessionToSign(client, { ...parameters, key: key.address });
  const account = await toSessionSmartAccount({ ...parameters, validUntil, client, key });
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
    throw await operationError(client, { ...parameters, validUntil }, thrown);
  }
}

/** One operation in a transaction of one's own. */
async function bundle(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
  bundler: Account,
  account: Awaited<ReturnType<typeof toSessionSmartAccount>>,
): Promise<Hash> {
  const { principal, calls, operation = {} } = parameters;
  const { address, version } = account.entryPoint;
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
    entryPointVersion: version,
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
  parameters: SendSessionCallsParameters & { validUntil: number },
  thrown: unknown,
): Promise<unknown> {
  const error = decodeSessionError(thrown);
  if (!(error instanceof EntryPointError) || error.aaCode !== "AA22") return error ?? thrown;
  const [{ validAfter, validUntil }, time] = await Promise.all([
    operationWindow(client, { ...parameters, key: parameters.key.address }),
    timeOf(client),
  ]);
  const code = time <= validAfter ? "SESSION_NOT_YET_VALID" : "SESSION_EXPIRED";
  return new OperationWindowError(code, { validAfter, validUntil, time }, { cause: error });
}

function randomNonce(): bigint {
  return hexToBigInt(bytesToHex(globalThis.crypto.getRandomValues(new Uint8Array(32))));
}
