import { decodeFunctionResult, encodeFunctionData, type Hex, isAddressEqual, type TransactionReceipt } from "viem";
import { deploymentOf, readDeployed, type SessionClient } from "../chain/client.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { timeOf } from "../chain/time.ts";
import { OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { typedRevert } from "../errors/onDemand.ts";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import * as policyStore from "../generated/items/policyStore.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import { answerAfterGrant } from "../sessions/afterGrant.ts";
import { explanation } from "../sessions/askLens.ts";
import { encodeGrantEnvelope, requireStart } from "../sessions/grantEnvelope.ts";
import { laneKey } from "../sessions/laneOccupant.ts";
import { readPolicy } from "../sessions/readPolicy.ts";
import { readSession, type ReadSessionReturnType, sessionStateOf } from "../sessions/readSession.ts";
import { sessionToSign } from "../sessions/sessionToSign.ts";
import type { Grant, Route, SessionCall } from "../types.ts";
import type { KnownToSend } from "./knownToSend.ts";
import { grantOf, registerSessionSync, signGrant } from "./registerSession.ts";
import { inGrantTurn } from "./registration.ts";
import type { GrantToSign, SendSessionCallsParameters, SignedGrant } from "./sessionCalls.ts";

/** Calls that come with their grant. */
type Bringing = Omit<SendSessionCallsParameters, "calls" | "grant"> & {
  calls: readonly SessionCall[];
  grant: GrantToSign | SignedGrant;
};

/**
 * Registers the session where the principal has calls to make before: a signature brings none with it. An account that is
 * not there yet, or has not installed Latchkey, does that in this operation of its owner.
 */
export async function registerInFront(client: SessionClient, parameters: Bringing): Promise<void> {
  const { grant, principal, key, deployment, bundler, onSubmitted } = parameters;
  if (!("policy" in grant) || grant.before === undefined || grant.before.length === 0) return;
  const session = await readSession(client, { deployment, principal, key: key.address });
  if (await isThere(client, parameters, session)) return;
  await registerSessionSync(client, { bundler, onSubmitted, ...grant, principal, key, deployment });
}

/**
 * Sends calls with their grant: signed by the principal now, or before. Where the session is there already nobody signs, and
 * nothing is brought. The chain is asked before the wallet: what it would refuse, the grant or the calls, costs no popup.
 */
export async function bringGrant<sent>(
  client: SessionClient,
  parameters: Bringing,
  { route, known }: { route: Route; known: KnownToSend },
  send: (known: KnownToSend) => Promise<sent>,
  end: (sent: sent, wait: WaitParameters) => Promise<TransactionReceipt>,
): Promise<sent> {
  const { grant, principal, key } = parameters;
  const { session, time } = known.signable!;
  if (await isThere(client, parameters, session)) return send(known);
  if (route === "direct" || route === "asked" || (route === "forwarded" && parameters.relayer === undefined)) {
    throw new SessionRequestError(`Route ${route} carries no signature of the key, and no grant with it.`, {
      metaMessages: ["Give a bundler or a relayer, or register the session first"],
    });
  }
  if (!("policy" in grant)) {
    return send(
      await broughtWith(
        client,
        parameters,
        grant,
        known,
        await askedAfter(client, parameters, route, grant.grant, time),
      ),
    );
  }
  const owner = {
    ...grant,
    principal,
    key,
    deployment: parameters.deployment,
    validAfter: grant.validAfter ?? time - 1,
  };
  const granted = await grantOf(client, owner);
  const asked = await askedAfter(client, parameters, route, granted, time);
  const { latchkey } = deploymentOf(parameters);
  return inGrantTurn(client, { latchkey, principal }, async ({ handIn, ...turn }) => {
    const signed = { grant: granted, ...(await signGrant(client, owner, granted, turn)) };
    const now = await broughtWith(client, parameters, signed, known, asked);
    let sent: sent | undefined;
    await handIn(async () => {
      const submitted = (sent = await send(now));
      return { names: {}, mined: (wait) => end(submitted, wait) };
    });
    return sent!;
  });
}

/** Whether the session is there that is granted, and can be used. */
async function isThere(
  client: SessionClient,
  parameters: Bringing,
  { status, policyId, registration, validUntil }: ReadSessionReturnType,
): Promise<boolean> {
  const { grant, principal, key } = parameters;
  if (!("policy" in grant)) {
    const { grant: signed } = grant;
    const isSame =
      signed.policyId === policyId && signed.validAfter === registration && signed.validUntil === validUntil;
    return isSame && status !== "Revoked";
  }
  const { policy, lane, validAfter = registration, validUntil: wanted = validUntil } = grant;
  const isSame = hashPolicy(policy) === policyId && validAfter === registration && wanted === validUntil;
  if (!isSame || (status !== "Active" && status !== "Pending")) return false;
  return (
    lane === undefined ||
    isAddressEqual(await laneKey(client, { ...parameters, principal, app: policy.app, lane }), key.address)
  );
}

/** What the session will be, if the chain would take it and let it make the calls. */
async function askedAfter(
  client: SessionClient,
  parameters: Bringing,
  route: Route,
  grant: Grant,
  time: number,
): Promise<ReadSessionReturnType> {
  requireStart(grant.validAfter);
  const { principal, calls, operation } = parameters;
  const { address: key } = parameters.key;
  const { lens: to } = deploymentOf(parameters);
  const after = (data: Hex) => answerAfterGrant(client, { ...parameters, grant }, { to, data });
  const reading = { abi: [latchkeyLens.getSession], functionName: "getSession", args: [principal, key] } as const;
  const read = await after(encodeFunctionData(reading));
  const session = sessionStateOf(decodeFunctionResult({ ...reading, data: read }));
  const charged = route === "userOperation" ? calls : [];
  const { validUntil } = await sessionToSign(client, { ...parameters, key, calls: charged }, { session, time });
  const question = explanation({ principal, key, route, calls, validUntil, paymaster: operation?.paymaster });
  const [isAllowed, , reason] = decodeFunctionResult({ ...question, data: await after(encodeFunctionData(question)) });
  if (!isAllowed) throw await typedRevert(reason);
  return session;
}

/** What is sent with a signed grant. */
async function broughtWith(
  client: SessionClient,
  parameters: Bringing,
  { grant, deadline, signature }: SignedGrant,
  known: KnownToSend,
  session: ReadSessionReturnType,
): Promise<KnownToSend> {
  const { policyId, validAfter, lane } = grant;
  // A wallet took its time.
  const { policyStore: address } = deploymentOf(parameters);
  const question = { abi: [policyStore.numberOf], address, functionName: "numberOf", args: [policyId] } as const;
  const [policyNumber, time, { app }] = await Promise.all([
    readDeployed(client, question).then(Number),
    timeOf(client),
    readPolicy(client, { ...parameters, policyId }),
  ]);
  const end = Number(deadline);
  if (end < time) throw new OperationWindowError("SESSION_DEADLINE_PASSED", { validAfter, validUntil: end, time });
  const validUntil = parameters.validUntil === undefined ? Math.min(session.validUntil, end) : session.validUntil;
  return {
    ...known,
    signable: { session: { ...session, validUntil }, time },
    brought: { envelope: encodeGrantEnvelope({ policyNumber, grant, deadline, signature }), lane: { app, lane } },
  };
}
