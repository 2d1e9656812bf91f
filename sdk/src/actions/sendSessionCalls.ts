import {
  type Address,
  type Block,
  concatHex,
  encodeFunctionData,
  type Hash,
  type Hex,
  hashTypedData,
  parseEventLogs,
  type TransactionReceipt,
} from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import { parseAccount } from "viem/accounts";
import { getBlock, getBlockNumber, getTransaction } from "viem/actions";
import { type AccountState, completed, requireAccount, surveyAccount } from "../accounts/readAccount.ts";
import { chainError, deploymentOf, type SessionClient, signingChainOf } from "../chain/client.ts";
import { confirm, type SentTransaction } from "../chain/confirm.ts";
import { latchkeyDomain } from "../chain/domain.ts";
import { entryPoints } from "../chain/entryPoints.ts";
import { keyTypes } from "../chain/keyTypes.ts";
import { encodedCalls, requireAddress } from "../chain/requireCalls.ts";
import { isService, type WaitParameters } from "../chain/sent.ts";
import { type Clock, clockOf } from "../chain/time.ts";
import { submit, succeeded } from "../chain/transact.ts";
import { type SentNames, SessionRequestError, SessionUnconfirmedError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { typedCallRevert } from "../errors/onDemand.ts";
import type { SessionErrorType } from "../errors/errorTypes.ts";
import { SessionError } from "../errors/SessionError.ts";
import * as sessionExecutor from "../generated/items/sessionExecutor.ts";
import * as sessionForwarder from "../generated/items/sessionForwarder.ts";
import { signSessionDigest } from "../keys/SessionKey.ts";
import { encodeCalls } from "../operations/executions.ts";
import { isBundler } from "../operations/isBundler.ts";
import { operations, partOf } from "../operations/onDemand.ts";
import { nextRelayNonce } from "../sessions/relayNonce.ts";
import type { ReadSessionReturnType } from "../sessions/readSession.ts";
import { cannotSend, sessionToSign } from "../sessions/sessionToSign.ts";
import type { Route, SessionCall } from "../types.ts";
import { attributed, type AttributedCalls, carriedCalls } from "./attribution.ts";
import type {
  MinedSessionCalls,
  SendSessionCallsParameters,
  SendSessionCallsReturnType,
  SendSessionCallsSyncParameters,
  SendSessionCallsSyncReturnType,
  SentSessionCalls,
  WaitForSessionCallsParameters,
} from "./sessionCalls.ts";
import type { KnownToSend } from "./knownToSend.ts";

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
  const { nonce } = sent;
  return { ...(await mined(client, parameters, sent)), nonce, ...(settlement !== undefined && { settlement }) };
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
  const { hash, userOpHash, nonce, route, entryPoint = entryPoints["0.9"].address, bundler } = parameters;
  if (userOpHash === undefined && hash === undefined) {
    throw new SessionRequestError("There is nothing to wait for: give the hash of a transaction or of an operation.");
  }
  const fromBlock = parameters.fromBlock ?? (await recentBlock(client));
  const { principal, key, deployment } = parameters;
  const transaction = hash === undefined ? undefined : { hash };
  const sent = { route, nonce, fromBlock, entryPoint, userOpHash, transaction, bundler };
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
  /** Gives back the lane of an operation, once that is mined. */
  free?: (() => void) | undefined;
  /** What was signed, by which a refusal is understood. */
  signed?: Pick<AttributedCalls, "validUntil"> | undefined;
}

type Encoded = Omit<SendSessionCallsParameters, "calls"> & { calls: readonly SessionCall[] };

/** The same where its nonce may not be known. */
type Watched = Omit<Sent, "nonce"> & Partial<Pick<Sent, "nonce">>;

function namesOf<sent extends Watched>({ transaction, bundler: _client, free: _lane, signed: _known, ...names }: sent) {
  return { ...(transaction !== undefined && { hash: transaction.hash }), ...names };
}

async function send(client: SessionClient, given: SendSessionCallsParameters) {
  requireAddress("The principal", given.principal);
  const parameters: Encoded = { ...given, calls: encodedCalls(given.calls) };
  try {
    const { settlement, grant } = parameters;
    if (grant !== undefined) await (await apart()).registerInFront(client, { ...parameters, grant });
    const { route, known } = await prepare(client, parameters);
    if (settlement === undefined) return { sent: await act(client, parameters, route, known), settlement: undefined };
    // Settling takes its time, and changes what is known.
    const sendNow = async (each: Encoded) => act(client, each, route, await readToSend(client, each, route));
    // A nonce that the caller names is for the calls.
    const settle = async (call: SessionCall) => {
      const one = { ...parameters, calls: [call], nonce: undefined };
      return (await mined(client, one, await sendNow(one), route === "asked")).hash;
    };
    const { settleBefore } = await apart();
    const { calls, report } = await settleBefore(client, { ...parameters, settlement }, route, settle);
    return { sent: await sendNow({ ...parameters, calls }), settlement: report };
  } catch (thrown) {
    // Another chain has other accounts and sessions.
    throw await chainError(client, thrown);
  }
}

function apart() {
  return partOf("sends operations", () => import("./apart.ts"));
}

/** Sends, with the grant where it is not there yet. */
async function act(client: SessionClient, parameters: Encoded, route: Route, known: KnownToSend): Promise<Sent> {
  const send = (each: KnownToSend) => SENDERS[route](client, parameters, each);
  const { grant } = parameters;
  if (grant === undefined) return send(known);
  const { bringGrant } = await apart();
  return bringGrant(client, { ...parameters, grant }, { route, known }, send, async (sent, wait) => {
    return (await mined(client, { ...parameters, ...wait }, sent)).receipt;
  });
}

/** Waits for the end, and asks the receipt for the event that says that the session acted. */
async function mined(
  client: SessionClient,
  parameters: Omit<AttributedCalls, "route" | "nonce" | "validUntil" | "transaction"> & WaitParameters,
  sent: Watched,
  isOwn = false,
): Promise<MinedSessionCalls> {
  const { principal, key, timeout, confirmations, signal } = parameters;
  const wait = { timeout, confirmations, signal };
  const { route, nonce, userOpHash, transaction, signed } = sent;
  if (route === "userOperation" && userOpHash !== undefined) {
    const { bundler, fromBlock, entryPoint = entryPoints["0.9"].address } = sent;
    const operation = { userOpHash, nonce, route, entryPoint, fromBlock, bundler, transaction };
    const { minedOperation } = await toFollow({ userOpHash, nonce, route });
    const receipt = await minedOperation(client, { ...operation, ...wait, errorOf: typedCallRevert });
    sent.free?.();
    return { ...namesOf(sent), hash: receipt.transactionHash, receipt };
  }
  const receipt = await confirm(client, transaction!, { ...wait, names: { nonce, route } });
  if (receipt.status !== "success") {
    const { from, blockNumber, transactionHash } = receipt;
    const carried = transaction!.call ?? (await callIn(client, transactionHash));
    try {
      await succeeded(client, carried, receipt);
    } catch (thrown) {
      const by = { ...carried, from, blockNumber };
      const calls = carriedCalls(route, by);
      throw await attributed(client, { ...parameters, calls, route, nonce, ...signed, transaction: by }, thrown);
    }
  }
  if (!isOwn) requireUsed(receipt, deploymentOf(parameters).latchkey, principal, key.address);
  return { ...namesOf(sent), hash: receipt.transactionHash, receipt };
}

/** What follows an operation. It was sent: that this is not there says nothing of it. */
async function toFollow(names: SentNames) {
  try {
    return await operations();
  } catch (cause) {
    throw new SessionUnconfirmedError("unreachable", names, { cause });
  }
}

/** What a transaction asks for, as the chain has it. */
async function callIn(client: SessionClient, hash: Hash): Promise<{ to: Address; data: Hex; gas: bigint }> {
  const { to, input, gas } = await getTransaction(client, { hash });
  return { to: to!, data: input, gas };
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

const SENDERS: Record<Route, (client: SessionClient, parameters: Encoded, known: KnownToSend) => Promise<Sent>> = {
  userOperation: async (client, parameters, known) => ({
    ...(await (await apart()).submitSessionOperation(client, parameters, known)),
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
  return (await chooseRoute(client, parameters)).route;
}

/** Whether the key may have to sign what another one sends. */
function maySign({ route, bundler, relayer, grant }: Omit<Encoded, "calls">): boolean {
  return route === "userOperation" || route === "relayed" || (bundler ?? relayer ?? grant) !== undefined;
}

async function chooseRoute(
  client: SessionClient,
  parameters: Omit<Encoded, "calls">,
): Promise<{ route: Route; account?: AccountState; session?: ReadSessionReturnType | undefined }> {
  const { principal, route, bundler, relayer, key } = parameters;
  if (route !== undefined && !Object.hasOwn(SENDERS, route)) {
    throw new SessionRequestError("There is no such route.", {
      metaMessages: [`Given: ${String(route)}`, `Routes: ${Object.keys(SENDERS).join(", ")}`],
    });
  }
  const needsAccount = route === undefined || route === "userOperation" || route === "direct" || route === "relayed";
  const isSigned = maySign(parameters);
  if (!needsAccount && !isSigned) return { route };
  const survey = await surveyAccount(client, { ...parameters, key: isSigned ? key.address : undefined });
  const { session } = survey;
  if (!needsAccount) return { route, session };
  if (route === undefined && !survey.isInstalled) return { route: "forwarded", session };
  const account = await completed(client, principal, survey);
  if (route === undefined && !account.isDeployed) return { route: "forwarded", session };
  requireAccount(principal, account);
  const known = { account, session };
  if (route !== undefined) return { route, ...known };
  if (bundler !== undefined) return { route: "userOperation", ...known };
  if (relayer !== undefined) return { route: "relayed", ...known };
  if (key.account !== undefined) return { route: "direct", ...known };
  throw new SessionRequestError("This key cannot send transactions: give a bundler or a relayer.");
}

/** The route, and what the chain knows of what goes that way. */
async function prepare(client: SessionClient, parameters: Encoded): Promise<{ route: Route; known: KnownToSend }> {
  const [chosen, { latest, time }] = await Promise.all([
    chooseRoute(client, parameters),
    maySign(parameters) ? clockOf(client) : latestOf(client),
  ]);
  const { account, session } = chosen;
  const signable = session !== undefined && time !== undefined ? { session, time } : undefined;
  return { route: chosen.route, known: { latest, account, signable } };
}

/** The same of a route that is chosen. */
async function readToSend(client: SessionClient, parameters: Encoded, route: Route): Promise<KnownToSend> {
  return (await prepare(client, { ...parameters, route })).known;
}

async function latestOf(client: SessionClient): Promise<Pick<Clock, "latest"> & { time?: undefined }> {
  return { latest: (await getBlock(client)) as Block };
}

/** A transaction of the key itself. */
async function sendByKey(
  client: SessionClient,
  parameters: Encoded,
  { latest }: KnownToSend,
  route: Route,
  call: { to: Address; data: Hex },
): Promise<Sent> {
  const { key, nonce, onSubmitted } = parameters;
  if (key.account === undefined) throw cannotSend(route);
  const request = { account: key.account, ...call, ...(nonce !== undefined && { nonce: Number(nonce) }) };
  try {
    const transaction = await submit(client, request, { names: { route, nonce }, onSubmitted, latest });
    return { route, nonce: BigInt(transaction.nonce ?? 0), fromBlock: latest.number ?? 0n, transaction };
  } catch (thrown) {
    const { address: from } = key.account;
    throw await attributed(client, { ...parameters, route, transaction: { from, ...call } }, thrown);
  }
}

function sendDirect(client: SessionClient, parameters: Encoded, known: KnownToSend): Promise<Sent> {
  const { mode, executionCalldata } = encodeCalls(parameters.calls);
  const args = [parameters.principal, mode, executionCalldata] as const;
  const data = encodeFunctionData({ abi: [sessionExecutor.execute], functionName: "execute", args });
  return sendByKey(client, parameters, known, "direct", { to: deploymentOf(parameters).latchkey, data });
}

function sendRelayed(client: SessionClient, parameters: Encoded, known: KnownToSend): Promise<Sent> {
  const { principal, calls, minGas = 0n, relayer = client.account } = parameters;
  const { latchkey } = deploymentOf(parameters);
  const { mode, executionCalldata } = encodeCalls(calls);
  return sendSigned(client, { ...parameters, relayer }, known, "relayed", {
    to: latchkey,
    digestOf: ({ domain, ...signed }) =>
      hashTypedData({
        domain,
        types: keyTypes.sessionExecution,
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

async function sendForwarded(client: SessionClient, parameters: Encoded, known: KnownToSend): Promise<Sent> {
  const { principal, minGas = 0n, relayer } = parameters;
  const { to: target, data = "0x" } = onlyCall(parameters, "forwarded");
  const { forwarder } = deploymentOf(parameters);
  if (relayer === undefined) {
    const args = [principal, target, data] as const;
    const sent = encodeFunctionData({ abi: [sessionForwarder.forward], functionName: "forward", args });
    return sendByKey(client, parameters, known, "forwarded", { to: forwarder, data: sent });
  }
  return sendSigned(client, parameters, known, "forwarded", {
    to: forwarder,
    digestOf: ({ domain, ...signed }) =>
      hashTypedData({
        domain,
        types: keyTypes.sessionForward,
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

async function sendAsked(client: SessionClient, parameters: Encoded, known: KnownToSend): Promise<Sent> {
  const { to, data = "0x" } = onlyCall(parameters, "asked");
  if (data === "0x") throw new SessionRequestError("Route asked needs a call to be asked about: there is no data.");
  return sendByKey(client, parameters, known, "asked", { to, data });
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
  { latest, signable, brought }: KnownToSend,
  route: Route,
  call: { to: Address; digestOf(signed: SignedCall): Hex; dataOf(nonce: bigint, signature: Hex): Hex },
): Promise<Sent> {
  const { key, relayer, minGas = 0n, onSubmitted } = parameters;
  if (relayer === undefined) throw new SessionRequestError(`Route ${route} needs a relayer.`);
  const { registration, validUntil } = await sessionToSign(
    client,
    { ...parameters, key: key.address, calls: [] },
    signable,
  );
  const domain = latchkeyDomain(await signingChainOf(client), deploymentOf(parameters).latchkey);
  const fromBlock = latest.number ?? 0n;
  for (let attempts = 1; ; ++attempts) {
    const asked = { ...parameters, key: key.address, isTaken: attempts > 1 };
    const nonce = parameters.nonce ?? (await nextRelayNonce(client, asked));
    const digest = call.digestOf({ domain, nonce, validUntil, registration });
    const signature = concatHex([await signSessionDigest(key, digest, validUntil), brought?.envelope ?? "0x"]);
    const gas = minGas === 0n || !isService(relayer) ? undefined : minGas;
    const carried = { to: call.to, data: call.dataOf(nonce, signature), gas };
    try {
      const request = { account: relayer, ...carried, isSecret: brought !== undefined };
      const transaction = await submit(client, request, { names: { route, nonce }, onSubmitted, latest });
      return { route, nonce, fromBlock, transaction, signed: { validUntil } };
    } catch (thrown) {
      const from = isService(relayer) ? undefined : parseAccount(relayer).address;
      const by = { from, ...carried };
      const error = await attributed(client, { ...parameters, route, nonce, validUntil, transaction: by }, thrown);
      const isTaken = isContractError(error, "NonceAlreadyUsed") && parameters.nonce === undefined;
      if (!isTaken || attempts === MOST_ATTEMPTS) throw error;
    }
  }
}

const MOST_ATTEMPTS = 5;
