import {
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
  type TransactionReceipt,
} from "viem";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { timeOf } from "../chain/time.ts";
import { OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import * as policyStore from "../generated/items/policyStore.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import { answerAfterGrant } from "../sessions/afterGrant.ts";
import { askLens, type AskLensParameters, explanation, saidBy } from "../sessions/askLens.ts";
import { encodeGrantEnvelope, requireStart } from "../sessions/grantEnvelope.ts";
import { laneKey } from "../sessions/laneOccupant.ts";
import { readPolicy } from "../sessions/readPolicy.ts";
import { readSession, type ReadSessionReturnType, sessionStateOf } from "../sessions/readSession.ts";
import { type KnownSession, sessionToSign } from "../sessions/sessionToSign.ts";
import type { Grant, Route, SessionCall } from "../types.ts";
import type { KnownToSend } from "./knownToSend.ts";
import { grantOf, registerSessionSync, registrationBySig, signGrant } from "./registerSession.ts";
import { inGrantTurn, requireAccepted, type SignedGrant } from "./registration.ts";
import type { GrantToSign, SendSessionCallsParameters } from "./sessionCalls.ts";

/** What says who pays for an operation. */
type Paid = Pick<SendSessionCallsParameters, "bundler" | "operation">;

/** Calls that come with their grant. */
interface Bringing extends DeploymentParameters {
  principal: Address;
  key: Pick<SessionKey, "address" | "publicKey">;
  calls: readonly SessionCall[];
  grant: GrantToSign | SignedGrant;
  validUntil?: number | undefined;
}

/**
 * Registers the session where the principal has calls to make before: a signature brings none with it. An account that is
 * not there yet, or has not installed Latchkey, does that in this operation of its owner.
 */
export async function registerInFront(
  client: SessionClient,
  parameters: Bringing & Pick<SendSessionCallsParameters, "bundler" | "onSubmitted">,
): Promise<void> {
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
  parameters: Bringing & Paid & Pick<SendSessionCallsParameters, "relayer">,
  { route, known }: { route: Route; known: KnownToSend },
  send: (known: KnownToSend) => Promise<sent>,
  end: (sent: sent, wait: WaitParameters) => Promise<TransactionReceipt>,
): Promise<sent> {
  const { grant, principal } = parameters;
  const signable = known.signable!;
  if (await isThere(client, parameters, signable.session)) return send(known);
  requireSigned(route === "forwarded" && parameters.relayer === undefined ? "asked" : route, route);
  if (!("policy" in grant)) {
    const asked = await requireAfter(client, parameters, grant.grant, { route, time: signable.time });
    return send({ ...known, ...(await broughtWith(client, parameters, grant, asked)) });
  }
  const { latchkey } = deploymentOf(parameters);
  return inGrantTurn(client, { latchkey, principal }, async ({ handIn, ...turn }) => {
    // Calls that were made at once bring it once.
    const session = await readSession(client, { ...parameters, key: parameters.key.address });
    if (await isThere(client, parameters, session)) return send({ ...known, signable: { ...signable, session } });
    const owner = ownerOf(parameters, grant, signable.time);
    const granted = await grantOf(client, owner);
    const asked = await requireAfter(client, parameters, granted, { route, time: signable.time });
    const signed = await signGrant(client, owner, granted, turn);
    const now = { ...known, ...(await broughtWith(client, parameters, signed, asked)) };
    let sent: sent | undefined;
    await handIn(async () => {
      const submitted = (sent = await send(now));
      return { names: {}, mined: (wait) => end(submitted, wait) };
    });
    return sent!;
  });
}

/**
 * What goes with what a key signs for somebody else to send: the grant, nothing where the session is there. Whether the
 * principal has signed it the chain is asked here, since nothing is sent that would say so.
 */
export async function bringSigned(
  client: SessionClient,
  parameters: Bringing,
  signed: SignedGrant,
  { route, signable }: { route: Route; signable: KnownSession },
): Promise<Pick<KnownToSend, "signable" | "brought">> {
  if (await isThere(client, parameters, signable.session)) return { signable };
  const asked = await requireAfter(client, parameters, signed.grant, { route, time: signable.time });
  const brought = await broughtWith(client, parameters, signed, asked);
  await requireSignature(client, parameters, signed);
  return brought;
}

/** What `askLens` says, of calls that bring a grant: what the chain says once it is registered, if it would take it. */
export async function explainGranted(
  client: SessionClient,
  parameters: AskLensParameters & Pick<Bringing, "grant">,
): ReturnType<typeof askLens> {
  const { key: address, route, calls } = parameters;
  const asking = { ...parameters, key: { address, publicKey: "0x" as const } };
  const [session, time] = await Promise.all([readSession(client, parameters), timeOf(client)]);
  if (await isThere(client, asking, session)) return askLens(client, parameters);
  try {
    requireSigned(route);
    const { grant } = parameters;
    const granted = "policy" in grant ? await grantOf(client, ownerOf(asking, grant, time)) : grant.grant;
    const { said } = await askedAfter(client, asking, granted, { ...parameters, time });
    if (said.allowed && "grant" in grant) await requireSignature(client, asking, grant);
    return said;
  } catch (error) {
    // What else is wrong says nothing of the chain.
    if (!isContractError(error)) throw error;
    return { allowed: false, index: calls.length, error };
  }
}

/** Whether the session is there that is granted, and can be used. */
async function isThere(
  client: SessionClient,
  parameters: Bringing,
  { status, policyId, registration, validUntil }: ReadSessionReturnType,
): Promise<boolean> {
  const { grant, key } = parameters;
  const wanted = "policy" in grant ? { ...grant, policyId: hashPolicy(grant.policy) } : grant.grant;
  const isSame =
    wanted.policyId === policyId &&
    (wanted.validAfter ?? registration) === registration &&
    (wanted.validUntil ?? validUntil) === validUntil;
  if (!("policy" in grant)) return isSame && status !== "Revoked";
  if (!isSame || (status !== "Active" && status !== "Pending")) return false;
  const { policy, lane } = grant;
  if (lane === undefined) return true;
  return isAddressEqual(await laneKey(client, { ...parameters, app: policy.app, lane }), key.address);
}

function requireSigned(route: Route, name = route): void {
  if (route !== "direct" && route !== "asked") return;
  throw new SessionRequestError(`Route ${name} brings no grant: give a bundler or a relayer, or register first.`);
}

/** As whom the principal signs. Its start is named: what validates an operation reads no clock. */
function ownerOf({ principal, key, deployment }: Bringing, grant: GrantToSign, time: number) {
  return { ...grant, principal, key, deployment, validAfter: grant.validAfter ?? time - 1 };
}

interface Asked extends Partial<Pick<AskLensParameters, "maxGasCost" | "paymaster">> {
  route: Route;
  /** The chain's, unix seconds. */
  time: number;
}

/** What the session will be, and what the chain will say of the calls, if it would take the grant. */
async function askedAfter(
  client: SessionClient,
  parameters: Bringing & Pick<Paid, "bundler">,
  grant: Grant,
  { time, ...asked }: Asked,
) {
  requireStart(grant.validAfter);
  const { principal, calls, bundler } = parameters;
  const { address: key } = parameters.key;
  const { lens: to } = deploymentOf(parameters);
  const after = (data: Hex) => answerAfterGrant(client, { ...parameters, grant }, { to, data });
  const reading = { abi: [latchkeyLens.getSession], functionName: "getSession", args: [principal, key] } as const;
  const read = await after(encodeFunctionData(reading));
  const session = sessionStateOf(decodeFunctionResult({ ...reading, data: read }));
  const charged = asked.route === "userOperation" ? calls : [];
  const { validUntil } = await sessionToSign(client, { ...parameters, key, calls: charged }, { session, time });
  if (bundler !== undefined && "paymaster" in bundler && bundler.paymaster !== undefined) {
    // A service that sponsors says later by which paymaster: it can only be the policy's.
    asked.paymaster ??= (await readPolicy(client, { ...parameters, policyId: grant.policyId })).paymaster;
  }
  const question = explanation({ ...asked, principal, key, calls, validUntil });
  const answer = decodeFunctionResult({ ...question, data: await after(encodeFunctionData(question)) });
  return { session, said: await saidBy(answer) };
}

/** The same, of calls that are allowed. */
async function requireAfter(
  client: SessionClient,
  parameters: Bringing & Paid,
  grant: Grant,
  asked: Asked,
): Promise<ReadSessionReturnType> {
  const paymaster = parameters.operation?.paymaster;
  const { session, said } = await askedAfter(client, parameters, grant, { ...asked, paymaster });
  if (said.error !== undefined) throw said.error;
  return session;
}

/** What Latchkey says of a signed grant, of its signature and its deadline too. */
function requireSignature(client: SessionClient, parameters: Bringing, signed: SignedGrant): Promise<void> {
  const { latchkey: to } = deploymentOf(parameters);
  return requireAccepted(client, { to, data: registrationBySig(parameters.principal, signed) });
}

/** What is sent with a signed grant. */
async function broughtWith(
  client: SessionClient,
  parameters: Bringing,
  { grant, deadline, signature }: SignedGrant,
  session: ReadSessionReturnType,
): Promise<Pick<KnownToSend, "signable" | "brought">> {
  const { policyId, validAfter, lane } = grant;
  const { policyStore: address } = deploymentOf(parameters);
  const question = { abi: [policyStore.numberOf], address, functionName: "numberOf", args: [policyId] } as const;
  // A wallet took its time.
  const [policyNumber, time, { app }] = await Promise.all([
    readDeployed(client, question).then(Number),
    timeOf(client),
    readPolicy(client, { ...parameters, policyId }),
  ]);
  const end = Number(deadline);
  if (end < time) throw new OperationWindowError("SESSION_DEADLINE_PASSED", { validAfter, validUntil: end, time });
  const validUntil = parameters.validUntil === undefined ? Math.min(session.validUntil, end) : session.validUntil;
  return {
    signable: { session: { ...session, validUntil }, time },
    brought: { envelope: encodeGrantEnvelope({ policyNumber, grant, deadline, signature }), lane: { app, lane } },
  };
}
