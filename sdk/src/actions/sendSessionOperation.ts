import { type Account, encodeFunctionData, type Hash, type Hex } from "viem";
import {
  type BundlerClient,
  entryPoint09Abi,
  getUserOperationHash,
  toPackedUserOperation,
  type UserOperation,
} from "viem/account-abstraction";
import { estimateFeesPerGas, getBlockNumber } from "viem/actions";
import { toAccountOfSession, type ToSessionSmartAccountReturnType } from "../accounts/toSessionSmartAccount.ts";
import { EntryPointError, OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { decodeSessionError, revertError } from "../errors/decodeSessionError.ts";
import { bundlerFailure, requireBundler } from "../utils/bundler.ts";
import { chainIdOf, type SessionClient, timeOf, transact } from "../utils/client.ts";
import { encodeExecute } from "../utils/executions.ts";
import { minedOperation, mismatch, outcomeOf } from "../utils/minedOperation.ts";
import { operationGasOf } from "../utils/operationGas.ts";
import { operationWindow, sessionToSign } from "../utils/sessionToSign.ts";
import type { SendSessionCallsParameters } from "./sessionCalls.ts";

/** How long a bundler may still look at the block in which the session began, milliseconds. */
const OPENING_PATIENCE = 30_000;
/** How far the chain's clock may have moved since a refusal, seconds. */
const JUST_OPENED = 30;
/** Ample for one transfer with either kind of key; what is not used is not paid, but it is reserved. */
const DEFAULT_GAS = { verificationGasLimit: 500_000n, callGasLimit: 500_000n, preVerificationGas: 60_000n };

/** Route `userOperation`: the mined transaction's hash. */
export async function sendSessionOperation(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
): Promise<Hash> {
  const { bundler, key } = parameters;
  if (bundler === undefined) throw new SessionRequestError("Route userOperation needs a bundler.");
  // A bundler of another chain is said first, whatever else is wrong; what it answers is remembered.
  if ("sendUserOperation" in bundler) await requireBundler(client, bundler);
  for (const start = Date.now(); ;) {
    // One deadline for the estimate, the signature and the error.
    const known = await sessionToSign(client, { ...parameters, key: key.address });
    const signing = { ...parameters, validUntil: known.validUntil };
    const account = await toAccountOfSession({ ...signing, client, key }, known);
    if (!("sendUserOperation" in bundler)) {
      try {
        return await bundle(client, parameters, bundler, account);
      } catch (thrown) {
        throw await operationError(client, signing, thrown);
      }
    }
    try {
      return await throughBundler(client, parameters, bundler, account);
    } catch (thrown) {
      const error = bundlerFailure(bundler, thrown) ?? (await operationError(client, signing, thrown));
      // EntryPoints since v0.8 open a window one second after its start: a session that began with the latest block is
      // good from the next one on.
      const opens = error instanceof OperationWindowError && error.opensNext && Date.now() - start < OPENING_PATIENCE;
      if (!opens) throw error;
      await new Promise((resolve) => setTimeout(resolve, client.pollingInterval));
    }
  }
}

/** The bundler estimates and hands in; what is signed and what has happened is never taken on its word. */
async function throughBundler(
  client: SessionClient,
  { calls, operation = {} }: SendSessionCallsParameters,
  bundler: BundlerClient,
  account: ToSessionSmartAccountReturnType,
): Promise<Hash> {
  const { address: entryPoint, version } = account.entryPoint;
  // What an app appends to calldata would be refused on chain.
  const dataSuffix = "0x";
  const preparing = bundler.prepareUserOperation({ ...{ account, calls, dataSuffix, ...operation } } as never);
  // Whatever else is wrong, a bundler that is the wrong one comes first.
  preparing.catch(() => undefined);
  const [fromBlock] = await Promise.all([
    getBlockNumber(client, { cacheTime: 0 }),
    requireBundler(client, bundler, entryPoint),
  ]);
  const unsigned = (await preparing) as unknown as UserOperation<"0.9">;
  const signature = await account.signUserOperation(unsigned as never);
  const userOpHash = getUserOperationHash({
    chainId: await chainIdOf(client),
    entryPointAddress: entryPoint,
    entryPointVersion: version,
    userOperation: unsigned as never,
  });
  const handedIn = { bundler, userOpHash, entryPoint, fromBlock };
  // What is signed is complete: no paymaster client is asked again.
  const paymaster = unsigned.paymaster ?? false;
  const claimed = await bundler.sendUserOperation({ ...unsigned, account, signature, dataSuffix, paymaster } as never);
  if (claimed !== userOpHash) {
    throw await mismatch(client, handedIn, {
      what: "it took another operation",
      claimed: `operation ${claimed}`,
    });
  }
  return minedOperation(client, handedIn);
}

/** One operation in a transaction of one's own. */
async function bundle(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
  bundler: Account,
  account: ToSessionSmartAccountReturnType,
): Promise<Hash> {
  const { principal, calls, operation = {} } = parameters;
  const { address: entryPoint, version } = account.entryPoint;
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
  const gas = 200_000n + 2n * operationGasOf(unsigned);
  const receipt = await transact(client, { account: bundler, to: entryPoint, data, gas });
  const userOpHash = getUserOperationHash({
    chainId: await chainIdOf(client),
    entryPointAddress: entryPoint,
    entryPointVersion: version,
    userOperation: unsigned as never,
  });
  const outcome = outcomeOf(receipt.logs, { userOpHash, entryPoint });
  if (outcome === undefined)
    throw new SessionRequestError("The operation is not in the transaction that was to bring it in.");
  if (!outcome.success) throw revertError(outcome.reason);
  return receipt.transactionHash;
}

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
  // A bundler that goes by its own clock says itself which of the two it means.
  const isEarly =
    /not valid yet/i.test(error.reason) ||
    (!/expires/i.test(error.reason) && wasEarly({ validAfter, validUntil, time }));
  const code = isEarly ? "SESSION_NOT_YET_VALID" : "SESSION_EXPIRED";
  return new OperationWindowError(code, { validAfter, validUntil, time }, { cause: error });
}

/** The clock is read after the refusal: a window that is open by now was not yet if it has just opened. */
function wasEarly({ validAfter, validUntil, time }: { validAfter: number; validUntil: number; time: number }): boolean {
  return time <= validAfter || time - validAfter <= Math.min(JUST_OPENED, validUntil - time);
}
