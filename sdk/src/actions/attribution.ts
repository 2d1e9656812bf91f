import { type Address, parseAbi } from "viem";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { ask } from "../chain/ask.ts";
import { timeOf } from "../chain/time.ts";
import type { AnyContractError } from "../errors/ContractError.ts";
import { isContractError } from "../errors/isContractError.ts";
import { typedCallRevert } from "../errors/onDemand.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { Route, SessionCall } from "../types.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { askLens } from "../sessions/askLens.ts";

export interface AttributedCalls extends DeploymentParameters {
  principal: Address;
  key: Pick<SessionKey, "address">;
  route: Route;
  calls: readonly SessionCall[];
  /** What was signed, on the routes where something is. */
  nonce?: bigint | undefined;
  validUntil?: number | undefined;
  minGas?: bigint | undefined;
}

const forwardedAbi = parseAbi(["function isTrustedForwarder(address forwarder) view returns (bool)"]);

/**
 * Whose error it is. Revert data of a called contract reaches the caller as it is, and any contract can revert with an
 * error of Latchkey: it counts only where Latchkey, asked by itself, refuses the same calls or what was signed for them.
 */
export async function attributed(client: SessionClient, calls: AttributedCalls, thrown: unknown): Promise<unknown> {
  if (!isContractError(thrown)) return thrown;
  const { principal, key, route, validUntil } = calls;
  const asked = { deployment: calls.deployment, principal, key: key.address, route, calls: calls.calls, validUntil };
  try {
    const { allowed } = await askLens(client, asked);
    // What Latchkey refuses never reaches a contract that could pose as it.
    if (!allowed) return thrown;
    return (await isLatchkeys(client, calls, thrown)) ? thrown : await typedCallRevert(thrown.data, thrown.cause);
  } catch {
    // A node that does not answer proves nothing about the error that it gave.
    return thrown;
  }
}

/** Whether the route's contract refuses this by what surrounds the calls, which no policy is asked about. */
async function isLatchkeys(client: SessionClient, calls: AttributedCalls, error: AnyContractError): Promise<boolean> {
  const { latchkey, forwarder } = deploymentOf(calls);
  const { principal, key, nonce, validUntil, minGas = 0n } = calls;
  switch (error.errorName) {
    case "NonceAlreadyUsed":
      return (
        nonce !== undefined &&
        readDeployed(client, {
          abi: [sessionRegistry.isNonceUsed],
          address: latchkey,
          functionName: "isNonceUsed",
          args: [principal, key.address, nonce],
        })
      );
    case "DeadlinePassed":
      return validUntil !== undefined && validUntil < (await timeOf(client));
    case "GasBelowMinimum":
    case "ForwardedGasBelowMinimum":
      return minGas > 0n;
    case "ForwarderNotTrusted":
    case "TargetWithoutCode": {
      const [only] = calls.calls;
      const view = { abi: forwardedAbi, address: only!.to, functionName: "isTrustedForwarder" } as const;
      return (await ask(client, { ...view, args: [forwarder] })) !== true;
    }
    // What is signed and who signs it is this client's and the key's doing, not that of a contract that is called.
    case "InvalidSessionSignature":
    case "SignatureLengthInvalid":
    case "SignatureElementNotCanonical":
    case "DeadlineNotAllowed":
    case "ForwardedCalldataTooShort":
    case "KeyHasCode":
    case "PrincipalWithoutCode":
    case "PrincipalAnsweredNothing":
      return true;
    default:
      return false;
  }
}
