import {
  type Address,
  encodeFunctionData,
  type Hex,
  hashTypedData,
  parseEventLogs,
  type TransactionReceipt,
} from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import { getBlockNumber, getCode } from "viem/actions";
import { isInstalledOn, requireAccount } from "../accounts/readAccount.ts";
import { chainIdOf, deploymentOf, type SessionClient } from "../chain/client.ts";
import { confirm, type SentTransaction } from "../chain/confirm.ts";
import { entryPoints } from "../chain/entryPoints.ts";
import { encodedCalls, requireAddress } from "../chain/requireCalls.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { submit, succeeded } from "../chain/transact.ts";
import { latchkeyDomain, typedData } from "../chain/typedData.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { typedCallRevert } from "../errors/onDemand.ts";
import type { SessionErrorType } from "../errors/errorTypes.ts";
import { SessionError } from "../errors/SessionError.ts";
import * as sessionExecutor from "../generated/items/sessionExecutor.ts";
import * as sessionForwarder from "../generated/items/sessionForwarder.ts";

import { signSessionDigest } from "../keys/SessionKey.ts";
import { encodeCalls } from "../operations/executions.ts";
import { minedOperation } from "../operations/minedOperation.ts";
import { isBundler } from "../operations/sendOperation.ts";
import { nextRelayNonce } from "../sessions/relayNonce.ts";
import { cannotSend, sessionToSign } from "../sessions/sessionToSign.ts";
import type { Route, SessionCall } from "../types.ts";
import { attributed, type AttributedCalls } from "./attribution.ts";
import { submitSessionOperation } from "./sendSessionOperation.ts";
import type {
  MinedSessionCalls,
  SendSessionCallsParameters,
  SendSessionCallsReturnType,
  SendSessionCallsSyncParameters,
  SendSessionCallsSyncReturnType,
  SentSessionCalls,
  WaitForSessionCallsParameters,
} from "./sessionCalls.ts";
import { settleBefore } from "./settlement.ts";

export type SendSessionCallsErrorType = SessionErrorType;
export type SendSessionCallsSyncErrorType = SessionErrorType;
export type WaitForSessionCallsErrorType = SessionErrorType;

/**
 * Makes calls for the principal, and returns as soon as they are sent. They are simulated before; a refusal is thrown as
 * its typed error. `waitForSessionCalls` says how they ended.
 *
 * @example
 * const sent = await client.sendSessionCalls({ principal, key, calls });
 * const { hash } = await client.waitForSessionCalls({ ...sent, principal, key: key.address });
 */
export async function sendSessionCalls(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
): Promise<SendSessionCallsReturnType> {
  const { sent, settlement } = await send(client, parameters);
  return { ...namesOf(sent), ...(settlement !== undefined && { settlement }) };
}

/**
 * Makes calls for the principal, and waits until they are mined and the receipt bears the event that says so. A refusal is
 * thrown as its typed error; an end that is not seen is a `SessionUnconfirmedError`.
 *
 * @example
 * const { hash } = await client.sendSessionCallsSync({ principal, key, calls });
 */
export async function sendSessionCallsSync(
  client: SessionClient,
  parameters: SendSessionCallsSyncParameters,
): Promise<SendSessionCallsSyncReturnType> {
  const { sent, settlement } = await send(client, parameters);
  return { ...(await mined(client, parameters, sent)), ...(settlement !== undefined && { settlement }) };
}

/**
 * Waits for calls that were sent: with what `sendSessionCalls` returned, also after a restart, or with what a
 * `SessionUnconfirmedError` names.
 *
 * @example
 * const sent = await client.sendSessionCalls({ principal, key, calls });
 * const { receipt } = await client.waitForSessionCalls({ ...sent, principal, key: key.address, confirmations: 3 });
 */
export async function waitForSessionCalls(
  client: SessionClient,
  parameters: WaitForSessionCallsParameters,
): Promise<MinedSessionCalls> {
  const { hash, userOpHash, nonce = 0n, route, entryPoint = entryPoints["0.9"].address, bundler } = parameters;
  if (userOpHash === undefined && hash === undefined) {
    throw new SessionRequestError("There is nothing to wait for: give the hash of a transaction or of an operation.");
  }
  const fromBlock = parameters.fromBlock ?? (await recentBlock(client));
  const { principal, key, deployment } = parameters;
  const transaction = hash === undefined ? undefined : { hash };
  const sent: Sent = { route, nonce, fromBlock, entryPoint, userOpHash, transaction, bundler };
  return mined(client, { ...parameters, principal, key: { address: key }, calls: [], deployment }, sent);
}

/** How far back an operation is searched for unless told otherwise, blocks. */
const SEARCH_DEPTH = 1_000n;

export async function recentBlock(client: SessionClient): Promise<bigint> {
  const latest = await getBlockNumber(client, { cacheTime: 0 });
  return latest > SEARCH_DEPTH ? latest - SEARCH_DEPTH : 0n;
}

/** Calls that were sent, with what it takes to see their end. */
interface Sent extends Omit<SentSessionCalls, "hash"> {
  transaction?: SentTransaction | undefined;
  bundler?: BundlerClient | undefined;
  /** What was signed, by which a refusal is understood. */
  signed?: Pick<AttributedCalls, "validUntil" | "minGas"> | undefined;
}

type Encoded = Omit<SendSessionCallsParameters, "calls"> & { calls: readonly SessionCall[] };

function namesOf({ transaction, bundler: _client, signed: _known, ...names }: Sent): SentSessionCalls {
  return { ...(transaction !== undefined && { hash: transaction.hash }), ...names };
}

async function send(client: SessionClient, given: SendSessionCallsParameters) {
  requireAddress("The principal", given.principal);
  const parameters: Encoded = { ...given, calls: encodedCalls(given.calls) };
  // Another chain has other accounts and sessions: its error takes precedence.
  const [chain, chosen] = await Promise.allSettled([chainIdOf(client), routeOf(client, parameters)]);
  for (const outcome of [chain, chosen]) if (outcome.status === "rejected") throw outcome.reason;
  const route = (chosen as PromiseFulfilledResult<Route>).value;
  const { settlement } = parameters;
  if (settlement === undefined) return { sent: await SENDERS[route](client, parameters), settlement: undefined };
  // A nonce that the caller names is for the calls.
  const settle = async (call: SessionCall) => {
    const one = { ...parameters, calls: [call], nonce: undefined };
    return (await mined(client, one, await SENDERS[route](client, one), route === "asked")).hash;
  };
  const { calls, report } = await settleBefore(client, { ...parameters, settlement }, route, settle);
  return { sent: await SENDERS[route](client, { ...parameters, calls }), settlement: report };
}

/** Waits for the end, and asks the receipt for the event that says that the session acted. */
async function mined(
  client: SessionClient,
  parameters: Omit<AttributedCalls, "route" | "nonce" | "validUntil"> & WaitParameters,
  sent: Sent,
  isOwn = false,
): Promise<MinedSessionCalls> {
  const { principal, key, timeout, confirmations, signal } = parameters;
  const wait = { timeout, confirmations, signal };
  const { route, nonce, userOpHash, transaction, signed } = sent;
  if (route === "userOperation" && userOpHash !== undefined) {
    const { bundler, fromBlock, entryPoint = entryPoints["0.9"].address } = sent;
    const operation = { userOpHash, nonce, route, entryPoint, fromBlock, bundler, transaction };
    const receipt = await minedOperation(client, { ...operation, ...wait, errorOf: typedCallRevert });
    return { ...namesOf(sent), hash: receipt.transactionHash, receipt };
  }
  let receipt: TransactionReceipt;
  try {
    receipt = await confirm(client, transaction!, { ...wait, names: { nonce, route } });
    await succeeded(client, transaction!.call ?? { to: receipt.to!, data: "0x" }, receipt);
  } catch (thrown) {
    if (parameters.calls.length === 0) throw thrown;
    throw await attributed(client, { ...parameters, route, nonce, ...signed }, thrown);
  }
  if (!isOwn) requireUsed(receipt, deploymentOf(parameters).latchkey, principal, key.address);
  return { ...namesOf(sent), hash: receipt.transactionHash, receipt };
}

/** Success means that Latchkey says so. */
function requireUsed(
  { logs, transactionHash }: TransactionReceipt,
  latchkey: Address,
  principal: Address,
  key: Address,
) {
  const own = logs.filter(({ address }) => address.toLowerCase() === latchkey.toLowerCase());
  const args = { principal, key };
  const used = parseEventLogs({ abi: [sessionExecutor.SessionUsed], logs: own, eventName: "SessionUsed", args });
  if (used.length > 0) return;
  throw new SessionRequestError("The transaction is mined, and the session was not used in it.", {
    metaMessages: [`Transaction: ${transactionHash}`, `Principal: ${principal}`, `Key: ${key}`],
  });
}

const SENDERS: Record<Route, (client: SessionClient, parameters: Encoded) => Promise<Sent>> = {
  userOperation: async (client, parameters) => ({
    ...(await submitSessionOperation(client, parameters)),
    route: "userOperation",
    bundler: parameters.bundler && isBundler(parameters.bundler) ? parameters.bundler : undefined,
  }),
  direct: sendDirect,
  relayed: sendRelayed,
  forwarded: sendForwarded,
  asked: sendAsked,
};

/** The route that calls are sent on. */
export async function routeOf(client: SessionClient, parameters: Omit<Encoded, "calls">): Promise<Route> {
  const { principal, route, bundler, relayer, key } = parameters;
  if (route !== undefined && !Object.hasOwn(SENDERS, route)) {
    throw new SessionRequestError("There is no such route.", {
      metaMessages: [`Given: ${String(route)}`, `Routes: ${Object.keys(SENDERS).join(", ")}`],
    });
  }
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

/** A transaction of the key itself. */
async function sendByKey(
  client: SessionClient,
  parameters: Encoded,
  route: Route,
  call: { to: Address; data: Hex },
): Promise<Sent> {
  const { key, nonce, onSubmitted } = parameters;
  if (key.account === undefined) throw cannotSend(route);
  const fromBlock = await getBlockNumber(client);
  const request = { account: key.account, ...call, ...(nonce !== undefined && { nonce: Number(nonce) }) };
  try {
    const transaction = await submit(client, request, { names: { route, nonce }, onSubmitted });
    return { route, nonce: BigInt(transaction.nonce ?? 0), fromBlock, transaction };
  } catch (thrown) {
    throw await attributed(client, { ...parameters, route }, thrown);
  }
}

function sendDirect(client: SessionClient, parameters: Encoded): Promise<Sent> {
  const { mode, executionCalldata } = encodeCalls(parameters.calls);
  const args = [parameters.principal, mode, executionCalldata] as const;
  const data = encodeFunctionData({ abi: [sessionExecutor.execute], functionName: "execute", args });
  return sendByKey(client, parameters, "direct", { to: deploymentOf(parameters).latchkey, data });
}

function sendRelayed(client: SessionClient, parameters: Encoded): Promise<Sent> {
  const { principal, calls, minGas = 0n, relayer = client.account } = parameters;
  const { latchkey } = deploymentOf(parameters);
  const { mode, executionCalldata } = encodeCalls(calls);
  return sendSigned(client, { ...parameters, relayer }, "relayed", {
    to: latchkey,
    digestOf: ({ domain, ...signed }) =>
      hashTypedData({
        domain,
        types: typedData.sessionExecution,
        primaryType: "SessionExecution",
        message: { principal, mode, executionCalldata, minGas, ...signed },
      }),
    dataOf: (nonce, signature) =>
      encodeFunctionData({
        abi: [sessionExecutor.executeBySig],
        functionName: "executeBySig",
        args: [principal, mode, executionCalldata, nonce, minGas, signature],
      }),
  });
}

async function sendForwarded(client: SessionClient, parameters: Encoded): Promise<Sent> {
  const { principal, minGas = 0n, relayer } = parameters;
  const { to: target, data = "0x" } = onlyCall(parameters, "forwarded");
  const { forwarder } = deploymentOf(parameters);
  if (relayer === undefined) {
    const args = [principal, target, data] as const;
    const sent = encodeFunctionData({ abi: [sessionForwarder.forward], functionName: "forward", args });
    return sendByKey(client, parameters, "forwarded", { to: forwarder, data: sent });
  }
  return sendSigned(client, parameters, "forwarded", {
    to: forwarder,
    digestOf: ({ domain, ...signed }) =>
      hashTypedData({
        domain,
        types: typedData.sessionForward,
        primaryType: "SessionForward",
        message: { principal, target, data, minGas, ...signed },
      }),
    dataOf: (nonce, signature) =>
      encodeFunctionData({
        abi: [sessionForwarder.forwardBySig],
        functionName: "forwardBySig",
        args: [principal, target, data, nonce, minGas, signature],
      }),
  });
}

async function sendAsked(client: SessionClient, parameters: Encoded): Promise<Sent> {
  const { to, data = "0x" } = onlyCall(parameters, "asked");
  if (data === "0x") throw new SessionRequestError("Route asked needs a call to be asked about: there is no data.");
  return sendByKey(client, parameters, "asked", { to, data });
}

function onlyCall({ calls }: Encoded, route: Route): SessionCall {
  const [only] = calls;
  if (only === undefined || calls.length > 1) throw new SessionRequestError(`Route ${route} makes one call at a time.`);
  if ((only.value ?? 0n) !== 0n) {
    throw new SessionError("SESSION_VALUE_NOT_ALLOWED", `Route ${route} carries no value.`, {
      metaMessages: [`Value: ${only.value} wei`, "Most: 0"],
    });
  }
  return only;
}

interface SignedCall {
  domain: ReturnType<typeof latchkeyDomain>;
  nonce: bigint;
  validUntil: number;
  registration: number;
}

/** Signs and has it sent with the next nonce: again with another one where another tab or device was faster. */
async function sendSigned(
  client: SessionClient,
  parameters: Encoded,
  route: Route,
  call: { to: Address; digestOf(signed: SignedCall): Hex; dataOf(nonce: bigint, signature: Hex): Hex },
): Promise<Sent> {
  const { key, relayer, minGas = 0n, onSubmitted } = parameters;
  if (relayer === undefined) throw new SessionRequestError(`Route ${route} needs a relayer.`);
  const known = await sessionToSign(client, { ...parameters, key: key.address, calls: [] });
  const { registration, validUntil } = known;
  const domain = latchkeyDomain(await chainIdOf(client), deploymentOf(parameters).latchkey);
  const fromBlock = await getBlockNumber(client);
  for (let attempts = 1; ; ++attempts) {
    const nonce = parameters.nonce ?? (await nextRelayNonce(client, { ...parameters, key: key.address }));
    const digest = call.digestOf({ domain, nonce, validUntil, registration });
    const signature = await signSessionDigest(key, digest, validUntil);
    const gas = minGas === 0n || typeof relayer !== "function" ? undefined : minGas;
    try {
      const request = { account: relayer, to: call.to, data: call.dataOf(nonce, signature), gas };
      const transaction = await submit(client, request, { names: { route, nonce }, onSubmitted });
      return { route, nonce, fromBlock, transaction, signed: { validUntil, minGas } };
    } catch (thrown) {
      const error = await attributed(client, { ...parameters, route, nonce, validUntil }, thrown);
      const isTaken = isContractError(error, "NonceAlreadyUsed") && parameters.nonce === undefined;
      if (!isTaken || attempts === MOST_ATTEMPTS) throw error;
    }
  }
}

const MOST_ATTEMPTS = 5;
