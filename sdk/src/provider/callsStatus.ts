import {
  type AbiEvent,
  type Address,
  type Hash,
  isAddressEqual,
  type Log,
  numberToHex,
  toEventSelector,
  type TransactionReceipt,
  type WalletCallReceipt,
  type WalletGetCallsStatusReturnType,
} from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { getBlock } from "viem/actions";
import { waitForSessionCalls } from "../actions/sendSessionCalls.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { receiptOf } from "../chain/confirm.ts";
import { entryPoints } from "../chain/entryPoints.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { isSessionError } from "../errors/SessionError.ts";
import { operations } from "../operations/onDemand.ts";
import { isRelayNonceUsed } from "../sessions/relayNonce.ts";
import type { NamedCalls } from "./callsId.ts";
import { RPC_CODES, SessionProviderError } from "./SessionProviderError.ts";

/** EIP-5792's: sent, mined, will not be mined, and reverted as a whole. */
export const STATUS = { pending: 100, confirmed: 200, dropped: 400, reverted: 500 } as const;

/** Most blocks in which an operation is searched for: more than any chain makes before its deadline. */
const LONGEST_LIFE = 20_000n;

/** How calls stand that were sent, by what the chain says now. */
export async function callsStatus(
  client: SessionClient,
  { id, calls, deployment }: DeploymentParameters & { id: string; calls: NamedCalls },
): Promise<WalletGetCallsStatusReturnType> {
  // Before the calls are looked for: what is not there at this time, and too late for it, never will be.
  const { timestamp } = await getBlock(client);
  const isOver = calls.expiresAt !== 0 && timestamp > BigInt(calls.expiresAt);
  const { status, receipts = [] } = await (calls.userOpHash === undefined
    ? transactionStatus(client, { ...calls, deployment })
    : operationStatus(client, calls));
  const isLost = status === STATUS.pending && isOver;
  if (isLost && calls.userOpHash === undefined) await requireUnused(client, { ...calls, deployment });
  return {
    ...{ version: "2.0.0", id, chainId: numberToHex(calls.chainId), atomic: true, receipts },
    status: isLost ? STATUS.dropped : status,
  };
}

/** What was signed may have come in another transaction than the one that a relayer named. */
async function requireUnused(client: SessionClient, calls: NamedCalls & DeploymentParameters): Promise<void> {
  if (!(await isRelayNonceUsed(client, calls))) return;
  throw new SessionProviderError(
    RPC_CODES.unavailable,
    `The nonce ${calls.nonce} of these calls is used, in a transaction that the relayer has not named.`,
  );
}

interface Ended {
  status: number;
  receipts?: WalletCallReceipt[];
}

async function transactionStatus(client: SessionClient, calls: NamedCalls & DeploymentParameters): Promise<Ended> {
  // Nobody has named a transaction, or another one than that of the calls: what was signed is good until its deadline.
  const isSigned = calls.expiresAt !== 0;
  if (calls.hash === undefined) return { status: STATUS.pending };
  try {
    const { receipt } = await waitForSessionCalls(client, { ...calls, timeout: 0 });
    return { status: STATUS.confirmed, receipts: [inHex(receipt, true)] };
  } catch (thrown) {
    if (thrown instanceof SessionRequestError && isSigned) return { status: STATUS.pending };
    if (!isSessionError(thrown) || thrown instanceof SessionRequestError) throw thrown;
    if (thrown.code === "SESSION_UNCONFIRMED") return { status: STATUS.pending };
    if (thrown.code === "SESSION_TRANSACTION_REPLACED") return { status: STATUS.dropped };
    const receipt = await receiptOf(client, calls.hash);
    return { status: STATUS.reverted, receipts: receipt && [inHex(receipt, false)] };
  }
}

/** The EntryPoint says it, whoever bundled: no bundler is asked. */
async function operationStatus(client: SessionClient, calls: NamedCalls): Promise<Ended> {
  const { userOpHash, entryPoint = entryPoints["0.9"].address, fromBlock } = calls;
  const operation = { userOpHash: userOpHash!, entryPoint };
  const { findOperation, outcomeOf } = await operations();
  const outcome = await findOperation(client, { ...operation, fromBlock, toBlock: fromBlock + LONGEST_LIFE });
  const receipt = outcome && (await receiptOf(client, outcome.transactionHash));
  // A bundle of its own that reverted: the operation is in no other.
  const bundle = outcome === undefined && calls.hash !== undefined ? await receiptOf(client, calls.hash) : undefined;
  if (bundle?.status === "reverted") return { status: STATUS.reverted, receipts: [inHex(bundle, false)] };
  // A reorganisation between the two questions.
  if (receipt === undefined || outcomeOf(receipt.logs, operation) === undefined) return { status: STATUS.pending };
  const logs = operationLogs(receipt.logs, operation);
  const receipts = [{ ...inHex(receipt, outcome!.success), logs: logs.map(logInHex) }];
  return { status: outcome!.success ? STATUS.confirmed : STATUS.reverted, receipts };
}

/** What ends the logs of one operation, and of all validations, in a bundle. */
const [MINED, EXECUTING] = (["UserOperationEvent", "BeforeExecution"] as const).map((name) =>
  toEventSelector(entryPoint09Abi.find((item) => item.type === "event" && item.name === name) as AbiEvent),
);

/** What the operation's own calls logged: a bundle holds those of others. */
function operationLogs(logs: readonly Log[], { userOpHash, entryPoint }: { userOpHash: Hash; entryPoint: Address }) {
  const isBoundary = ({ address, topics }: Log) =>
    isAddressEqual(address, entryPoint) && (topics[0] === MINED || topics[0] === EXECUTING);
  const end = logs.findIndex((log) => isBoundary(log) && log.topics[1] === userOpHash);
  return logs.slice(logs.slice(0, end).map(isBoundary).lastIndexOf(true) + 1, end);
}

function inHex(receipt: TransactionReceipt, isSuccess: boolean): WalletCallReceipt {
  const { logs, blockHash, blockNumber, gasUsed, transactionHash } = receipt;
  return {
    ...{ logs: logs.map(logInHex), status: isSuccess ? "0x1" : "0x0", blockHash, transactionHash },
    ...{ blockNumber: numberToHex(blockNumber), gasUsed: numberToHex(gasUsed) },
  };
}

function logInHex({ address, data, topics }: Log): WalletCallReceipt["logs"][number] {
  return { address, data, topics: [...topics] };
}
