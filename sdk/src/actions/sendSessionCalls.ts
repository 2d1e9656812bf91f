import type { SessionErrorType } from "../errors/errorTypes.ts";
import { encodeFunctionData, type Hash, hashTypedData } from "viem";
import { getCode } from "viem/actions";
import { sessionExecutorAbi } from "../generated/abi/sessionExecutorAbi.ts";
import { sessionForwarderAbi } from "../generated/abi/sessionForwarderAbi.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { SessionError } from "../errors/SessionError.ts";
import { isContractError } from "../errors/ContractError.ts";
import { signSessionDigest } from "../keys/SessionKey.ts";
import type { Route, SessionCall } from "../types.ts";
import { chainIdOf, deploymentOf, type SessionClient } from "../chain/client.ts";
import { transact } from "../chain/transact.ts";
import { encodeCalls } from "../operations/executions.ts";
import { isInstalledOn, requireAccount } from "../accounts/readAccount.ts";
import { nextRelayNonce } from "../sessions/relayNonce.ts";
import { requireAddress, requireCalls } from "../chain/requireCalls.ts";
import { cannotSend, sessionToSign } from "../sessions/sessionToSign.ts";
import { latchkeyDomain, typedData } from "../chain/typedData.ts";
import { sendSessionOperation } from "./sendSessionOperation.ts";
import type { SendSessionCallsParameters, SettlementReport } from "./sessionCalls.ts";
import { settleBefore } from "./settlement.ts";

export interface SendSessionCallsReturnType {
  /** The mined transaction's, on every route. */
  hash: Hash;
  route: Route;
  /** Only if `settlement` was given. */
  settlement?: SettlementReport;
}

export type SendSessionCallsErrorType = SessionErrorType;

/**
 * Makes calls for the principal and waits until they are mined. A refusal is thrown as its typed error.
 *
 * @example
 * const { hash } = await client.sendSessionCalls({ principal, key, calls });
 */
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
  const { settlement } = parameters;
  if (settlement === undefined) return { hash: await SENDERS[route](client, parameters), route };
  // A nonce that the caller names is for the calls.
  const send = (call: SessionCall) => SENDERS[route](client, { ...parameters, calls: [call], nonce: undefined });
  const { calls, report } = await settleBefore(client, { ...parameters, settlement }, route, send);
  return { hash: await SENDERS[route](client, { ...parameters, calls }), route, settlement: report };
}

const SENDERS: Record<Route, (client: SessionClient, parameters: SendSessionCallsParameters) => Promise<Hash>> = {
  userOperation: sendSessionOperation,
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
  const data = encodeFunctionData({ abi: sessionExecutorAbi, functionName: "execute", args });
  const { latchkey } = deploymentOf(parameters);
  return (await transact(client, { account: key.account, to: latchkey, data })).transactionHash;
}

async function sendRelayed(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { principal, key, calls, minGas = 0n, relayer = client.account } = parameters;
  if (relayer === undefined) throw new SessionRequestError("Route relayed needs a relayer.");
  const { latchkey } = deploymentOf(parameters);
  const { mode, executionCalldata } = encodeCalls(calls);
  const { registration, validUntil } = await sessionToSign(client, { ...parameters, key: key.address, calls: [] });
  const domain = latchkeyDomain(await chainIdOf(client), latchkey);
  return withNonce(client, parameters, async (nonce) => {
    const digest = hashTypedData({
      domain,
      types: typedData.sessionExecution,
      primaryType: "SessionExecution",
      message: { principal, mode, executionCalldata, nonce, minGas, validUntil, registration },
    });
    const signature = await signSessionDigest(key, digest, validUntil);
    const args = [principal, mode, executionCalldata, nonce, minGas, signature] as const;
    const sent = encodeFunctionData({ abi: sessionExecutorAbi, functionName: "executeBySig", args });
    return (await transact(client, { account: relayer, to: latchkey, data: sent })).transactionHash;
  });
}

async function sendForwarded(client: SessionClient, parameters: SendSessionCallsParameters): Promise<Hash> {
  const { principal, key, minGas = 0n, relayer } = parameters;
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
  const domain = latchkeyDomain(await chainIdOf(client), latchkey);
  return withNonce(client, parameters, async (nonce) => {
    const digest = hashTypedData({
      domain,
      types: typedData.sessionForward,
      primaryType: "SessionForward",
      message: { principal, target, data, nonce, minGas, validUntil, registration },
    });
    const signature = await signSessionDigest(key, digest, validUntil);
    const args = [principal, target, data, nonce, minGas, signature] as const;
    const sent = encodeFunctionData({ abi: sessionForwarderAbi, functionName: "forwardBySig", args });
    return (await transact(client, { account: relayer, to: forwarder, data: sent })).transactionHash;
  });
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

/** Signs and sends with the next nonce: again with another one where another tab or device was faster. */
async function withNonce(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
  send: (nonce: bigint) => Promise<Hash>,
): Promise<Hash> {
  if (parameters.nonce !== undefined) return send(parameters.nonce);
  for (let attempts = 1; ; ++attempts) {
    try {
      return await send(await nextRelayNonce(client, { ...parameters, key: parameters.key.address }));
    } catch (thrown) {
      if (!isContractError(thrown, "NonceAlreadyUsed") || attempts === MOST_ATTEMPTS) throw thrown;
    }
  }
}

const MOST_ATTEMPTS = 5;
