import { principalOf } from "../accounts/owner.ts";
import { deploymentOf, type SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { isPolicyPublished } from "./publishPolicy.ts";
import { grantOf, type RegisterSessionParameters, signGrant } from "./registerSession.ts";
import { inGrantTurn, requireTaken, type SignedGrant } from "./registration.ts";

/** What `signSessionGrant` takes: as `registerSession`, without who would send it. `validAfter` is a second ago by default. */
export type SignSessionGrantParameters = Omit<
  RegisterSessionParameters,
  "before" | "bundler" | "fund" | "onSubmitted" | "operation" | "relayer" | "sendCalls"
>;
export type SignSessionGrantErrorType = OwnerErrorType;

/**
 * Has the principal sign a grant that somebody else brings: whoever has the key gives it to `sendSessionCalls` as `grant`,
 * until its deadline. Whoever reads the signature can register the session, and nothing more. The chain is asked before the
 * wallet.
 *
 * @example
 * import { signSessionGrant } from "latchkey";
 *
 * const grant = await signSessionGrant(client, { account, key, policy });
 */
export async function signSessionGrant(
  client: SessionClient,
  parameters: SignSessionGrantParameters,
): Promise<SignedGrant> {
  const principal = principalOf(client, parameters);
  const { validAfter = (await timeOf(client)) - 1 } = parameters;
  const grant = await grantOf(client, { ...parameters, validAfter });
  const { policyId } = grant;
  await requireTaken(client, parameters, grant, await isPolicyPublished(client, { ...parameters, policyId }));
  const { latchkey } = deploymentOf(parameters);
  return inGrantTurn(client, { latchkey, principal }, (turn) => signGrant(client, parameters, grant, turn));
}
