import type { Hex, LocalAccount } from "viem";
import type { OwnerParameters } from "../accounts/owner.ts";
import type { SendSessionCallsSyncParameters, Settlement, SettlementReport } from "../actions/sessionCalls.ts";
import type { SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { typedError } from "../errors/onDemand.ts";
import { isSessionError, SessionError } from "../errors/SessionError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { partOf } from "../operations/onDemand.ts";
import { readSession } from "../sessions/readSession.ts";
import type { SessionCall } from "../types.ts";
import type { FallbackReason, SentBySession, SentByWallet } from "./sessionSending.ts";
import { sessionStateOf } from "./sessionState.ts";

export interface SendByKeyOrWalletParameters extends Omit<SendSessionCallsSyncParameters, "key"> {
  /** Undefined where this device keeps none. */
  key: SessionKey | undefined;
  /** Has a grant signed, and sends what the key signs; the node unless told otherwise. */
  carrier?: SessionClient | undefined;
  /** Who is asked for a session that cannot act; undefined for nobody. */
  wallet: { client: () => Promise<SessionClient>; owner: OwnerParameters } | undefined;
}

/**
 * Makes calls with the session's key while the session can act. The wallet is asked only where the chain says that it
 * cannot: never registered, not begun, over, used up or revoked, and the key has signed nothing, so that nothing of it may
 * still be mined.
 */
export async function sendByKeyOrWallet(
  node: SessionClient,
  { key, wallet, carrier = node, ...parameters }: SendByKeyOrWalletParameters,
): Promise<SentBySession | SentByWallet> {
  const { sendSessionCallsSync } = await sending();
  const send = async (by: SessionKey): Promise<SentBySession> => ({
    by: "session",
    ...(await sendSessionCallsSync(carrier, { ...parameters, key: by })),
  });
  if (wallet === undefined) {
    if (key !== undefined) return send(key);
    throw new SessionError("SESSION_NOT_REGISTERED", "This device keeps no key for the session.", {
      metaMessages: [`Principal: ${parameters.principal}`],
    });
  }
  const because = await reasonOf(node, parameters, key);
  if (key === undefined || because !== undefined) {
    return sendByWallet(node, parameters, { ...wallet, because: because ?? "none" });
  }
  const watched = watchedKey(key);
  try {
    return await send(watched.key);
  } catch (thrown) {
    // It may have ended since it was asked about. What the key has signed may still be mined.
    const ended = watched.hasSigned() ? undefined : await reasonOf(node, parameters, key);
    if (ended === undefined) throw thrown;
    return sendByWallet(node, parameters, { ...wallet, because: ended });
  }
}

function sending() {
  return partOf("sends calls", () => import("./sending.ts"));
}

type Sent = Omit<SendByKeyOrWalletParameters, "key" | "wallet" | "carrier">;

/** Why a session cannot act; undefined while it can. */
async function reasonOf(
  node: SessionClient,
  { principal, deployment, grant }: Sent,
  key: SessionKey | undefined,
): Promise<FallbackReason | undefined> {
  if (key === undefined) return "none";
  const asked = { principal, deployment, key: key.address };
  const [session, now] = await Promise.all([readSession(node, asked), timeOf(node)]);
  const state = sessionStateOf({ hasKey: true, isRegistering: false, session, now });
  // A grant comes with the calls where the chain has no session of the key yet.
  if (state === "created" && grant !== undefined) return undefined;
  return state === "active" || state === "registering" ? undefined : state;
}

/** The same key, and whether it has signed anything. */
function watchedKey(key: SessionKey): { key: SessionKey; hasSigned: () => boolean } {
  let hasSigned = false;
  const sign: SessionKey["sign"] = (digest) => {
    hasSigned = true;
    return key.sign(digest);
  };
  const { account } = key;
  if (account === undefined) return { key: { ...key, sign }, hasSigned: () => hasSigned };
  const signTransaction: LocalAccount["signTransaction"] = (transaction, options) => {
    hasSigned = true;
    return account.signTransaction(transaction, options);
  };
  return { key: { ...key, sign, account: { ...account, signTransaction } }, hasSigned: () => hasSigned };
}

/** The wallet's own calls: the settling one first where the debt is high, unless the chain refuses it. */
async function sendByWallet(
  node: SessionClient,
  { principal, calls: given, settlement, onSubmitted, timeout, confirmations, signal }: Sent,
  { client, owner, because }: { because: FallbackReason } & NonNullable<SendByKeyOrWalletParameters["wallet"]>,
): Promise<SentByWallet> {
  const { encodedCalls, simulate, submitAsOwner } = await sending();
  const calls = encodedCalls(given);
  const report = settlement && (await settled(settlement, (call) => simulate(node, { account: principal, ...call })));
  const isFirst = settlement !== undefined && report?.outcome === "prepended";
  const pending = await submitAsOwner(
    await client(),
    { principal, onSubmitted, ...owner },
    isFirst ? [settlement.settleCall, ...calls] : calls,
  );
  const receipt = await pending.mined({ timeout, confirmations, signal });
  const told = report === undefined ? {} : { settlement: report };
  return { by: "wallet", because, hash: receipt.transactionHash, receipt, ...told };
}

async function settled(
  { debt: read, threshold, settleCall }: Settlement,
  simulate: (call: SessionCall & { data: Hex }) => Promise<void>,
): Promise<SettlementReport> {
  const debt = await read();
  if (debt < threshold) return { outcome: "not-due", debt };
  try {
    await simulate({ data: "0x", ...settleCall, value: settleCall.value ?? 0n });
    return { outcome: "prepended", debt };
  } catch (thrown) {
    const error = await typedError(thrown);
    if (!isSessionError(error)) throw thrown;
    return { outcome: "refused", debt, error };
  }
}
