import type { Hash } from "viem";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { SessionError } from "../errors/SessionError.ts";
import type { Route, SessionCall } from "../types.ts";
import type { SessionClient } from "../chain/client.ts";
import { readSession } from "../sessions/readSession.ts";
import { explainCalls } from "./explainCalls.ts";
import type { SendSessionCallsParameters, Settlement, SettlementReport } from "./sessionCalls.ts";

type Settled = Omit<SendSessionCallsParameters, "calls"> & { calls: readonly SessionCall[]; settlement: Settlement };

/** Settles a debt in front of calls: the calls that remain to be sent, and what became of the debt. */
export async function settleBefore(
  client: SessionClient,
  parameters: Settled,
  route: Route,
  send: (call: SessionCall) => Promise<Hash>,
): Promise<{ calls: readonly SessionCall[]; report: SettlementReport }> {
  const { calls, settlement } = parameters;
  const { threshold, settleCall } = settlement;
  const debt = await settlement.debt();
  if (debt < threshold) return { calls, report: { outcome: "not-due", debt } };
  const isSingle = route === "forwarded" || route === "asked";
  const error = route === "asked" ? undefined : await refusalOf(client, parameters, route, isSingle);
  if (error !== undefined) return { calls, report: { outcome: "refused", debt, error } };
  if (!isSingle) return { calls: [settleCall, ...calls], report: { outcome: "prepended", debt } };
  try {
    return { calls, report: { outcome: "sent-before", debt, hash: await send(settleCall) } };
  } catch (thrown) {
    if (!(thrown instanceof SessionError)) throw thrown;
    return { calls, report: { outcome: "refused", debt, error: thrown } };
  }
}

async function refusalOf(
  client: SessionClient,
  parameters: Settled,
  route: Route,
  isSingle: boolean,
): Promise<SessionError | undefined> {
  const { settlement, calls } = parameters;
  const key = parameters.key.address;
  const { callsLeft } = await readSession(client, { ...parameters, key });
  if (callsLeft <= calls.length) {
    return new SessionRequestError("Settling would take the last call that is meant for something else.", {
      metaMessages: [`Calls left: ${callsLeft}`, `Calls to be made: ${calls.length}`],
    });
  }
  const { error } = await explainCalls(client, {
    deployment: parameters.deployment,
    principal: parameters.principal,
    key,
    // What an operation costs and who pays for it is asked of the whole batch, when it is sent.
    route: isSingle ? route : "direct",
    calls: [settlement.settleCall],
  });
  return error;
}
