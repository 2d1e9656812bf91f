"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Address } from "viem";
import { useChainId, useConfig } from "wagmi";
import type { ActivateSessionParameters, ActivateSessionReturnType } from "../../compat/activateSession.ts";
import type { DeactivateSessionReturnType } from "../../compat/deactivateSession.ts";
import { SessionRequestError } from "../../errors/clientErrors.ts";
import { actAsOwner } from "../actAsOwner.ts";
import { LATCHKEY_SCOPE } from "../queries.ts";
import { useSession, type UseSessionParameters, type UseSessionReturnType } from "../useSession.ts";
import { ONCE } from "../once.ts";
import { verbs } from "./loadVerbs.ts";

/** What a game grants, and how its owner and its key act. */
export interface UseSessionKeyOptions extends Omit<UseSessionParameters, "principal" | "listed" | "query"> {
  /**
   * How long a session lasts, milliseconds, 60,000 to 604,800,000 inclusive.
   *
   * @default 3_600_000
   */
  durationMs?: number | undefined;
}

export interface UseSessionKeyReturnType extends Pick<UseSessionReturnType, "sessionState" | "isLoading" | "error"> {
  /** The key's address; undefined while this device has none. */
  sessionWallet: Address | undefined;
  isActive: boolean;
  /** Unix seconds, inclusive; undefined without a session. */
  expiresAt: number | undefined;
  /** Whole minutes that are left by the chain's clock; undefined while unknown. */
  minutesLeft: number | undefined;
  /** Makes a key if there is none that lives, and registers it in place of the session that the user has: one popup. */
  activate: (durationMs?: number) => Promise<ActivateSessionReturnType>;
  /** Ends the session that the owner has in the lane, whatever device made it: one popup. */
  deactivate: () => Promise<DeactivateSessionReturnType>;
  /** Makes calls with the key, without a popup. */
  signAndExecute: UseSessionReturnType["executeWithSession"];
}

/** What a game's session lasts unless told otherwise, milliseconds. */
const AN_HOUR = 3_600_000;

/**
 * The session of a game: its key, kept in IndexedDB, and whether it lives, which the chain is asked for again and again.
 *
 * @example
 * import { useSessionKey } from "latchkey/react/compat";
 *
 * const { isActive, minutesLeft, activate } = useSessionKey(principal, { policy, relayer });
 * if (!isActive) await activate();
 */
export function useSessionKey(owner: Address | undefined, options: UseSessionKeyOptions): UseSessionKeyReturnType {
  const { durationMs: usual = AN_HOUR, policy, lane, deployment, chainId: asked, ...rest } = options;
  const session = useSession({ ...rest, principal: owner, policy, lane, deployment, chainId: asked });
  const config = useConfig(rest);
  const current = useChainId({ config });
  const queryClient = useQueryClient();
  const context = { config, queryClient, chainId: asked ?? current };
  const { account, bundler, operation, relayer, sendCalls, connector } = rest;
  const by = { deployment, account, bundler, operation, relayer, sendCalls, connector, principal: owner };
  const registration = useMutation({
    ...ONCE,
    // As `registerSession` has it, so that every screen says that it is registering.
    mutationKey: [LATCHKEY_SCOPE, "registerSession"],
    mutationFn: async ({
      key,
      ...variables
    }: Omit<ActivateSessionParameters, "sessionWallet"> & { key: Key; chainId: number }) =>
      actAsOwner(context, { ...by, ...variables }, async (_actions, client) =>
        (await verbs()).activateSession(client, { ...by, ...variables, sessionWallet: key }),
      ),
  });
  const revocation = useMutation({
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "revokeSession"],
    mutationFn: async () =>
      actAsOwner(context, by, async (_actions, client) =>
        (await verbs()).deactivateSession(client, { ...by, app: policy?.app, lane }),
      ),
  });
  const { secondsLeft } = session;
  return {
    sessionState: session.sessionState,
    isLoading: session.isLoading,
    error: session.error,
    sessionWallet: session.key?.address,
    isActive: session.hasActiveSession,
    expiresAt: session.session?.status === "None" ? undefined : session.session?.validUntil,
    minutesLeft: secondsLeft === undefined ? undefined : Math.floor(secondsLeft / 60),
    activate: async (durationMs = usual) => {
      if (policy === undefined) throw new SessionRequestError("Give the policy that is to be granted.");
      const key = await session.createSession();
      // The wallet may have moved on while the key was looked for.
      return registration.mutateAsync({ key, durationMs, policy, lane, principal: owner, chainId: context.chainId });
    },
    deactivate: () => revocation.mutateAsync(),
    signAndExecute: session.executeWithSession,
  };
}

type Key = Exclude<ActivateSessionParameters["sessionWallet"], Address>;
