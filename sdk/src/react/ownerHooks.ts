"use client";
import type { UseMutationResult } from "@tanstack/react-query";
import type { EndSessionSyncParameters, EndSessionSyncReturnType } from "../actions/endSession.ts";
import type { FundSessionSyncParameters, FundSessionSyncReturnType } from "../actions/fundSession.ts";
import type { RegisterSessionSyncParameters, RegisterSessionSyncReturnType } from "../actions/registerSession.ts";
import type { RenewSessionSyncParameters, RenewSessionSyncReturnType } from "../actions/renewSession.ts";
import type { RevokeAllSessionsSyncParameters, RevokeAllSessionsSyncReturnType } from "../actions/revokeAllSessions.ts";
import type { RevokeSessionSyncParameters, RevokeSessionSyncReturnType } from "../actions/revokeSession.ts";
import { useOwnerMutation } from "./actAsOwner.ts";
import type { ByWallet, OwnerMutationParameters } from "./parameters.ts";

export type UseRegisterSessionVariables = ByWallet<RegisterSessionSyncParameters>;
export type UseRegisterSessionParameters = OwnerMutationParameters<
  RegisterSessionSyncReturnType,
  UseRegisterSessionVariables
>;
export type UseRegisterSessionReturnType = UseMutationResult<
  RegisterSessionSyncReturnType,
  Error,
  UseRegisterSessionVariables
>;

/**
 * `registerSession` of the connected wallet: it has succeeded when the registration is mined and the screen shows it.
 *
 * @example
 * import { useRegisterSession } from "latchkey/react";
 *
 * const register = useRegisterSession();
 * const { grant } = await register.mutateAsync({ key, policy, relayer });
 */
export function useRegisterSession(parameters: UseRegisterSessionParameters = {}): UseRegisterSessionReturnType {
  return useOwnerMutation("registerSession", parameters, ({ registerSessionSync }) => registerSessionSync);
}

export type UseRenewSessionVariables = ByWallet<RenewSessionSyncParameters>;
export type UseRenewSessionParameters = OwnerMutationParameters<RenewSessionSyncReturnType, UseRenewSessionVariables>;
export type UseRenewSessionReturnType = UseMutationResult<RenewSessionSyncReturnType, Error, UseRenewSessionVariables>;

/**
 * `renewSession` of the connected wallet: it has succeeded when it is mined and the screen shows it.
 *
 * @example
 * import { useRenewSession } from "latchkey/react";
 *
 * const renew = useRenewSession();
 * await renew.mutateAsync({ key, policy });
 */
export function useRenewSession(parameters: UseRenewSessionParameters = {}): UseRenewSessionReturnType {
  return useOwnerMutation("renewSession", parameters, ({ renewSessionSync }) => renewSessionSync);
}

export type UseRevokeSessionVariables = ByWallet<RevokeSessionSyncParameters>;
export type UseRevokeSessionParameters = OwnerMutationParameters<
  RevokeSessionSyncReturnType,
  UseRevokeSessionVariables
>;
export type UseRevokeSessionReturnType = UseMutationResult<
  RevokeSessionSyncReturnType,
  Error,
  UseRevokeSessionVariables
>;

/**
 * `revokeSession` of the connected wallet: it has succeeded when the session is dead and the screen shows it.
 *
 * @example
 * import { useRevokeSession } from "latchkey/react";
 *
 * const revoke = useRevokeSession();
 * await revoke.mutateAsync({ key: key.address });
 */
export function useRevokeSession(parameters: UseRevokeSessionParameters = {}): UseRevokeSessionReturnType {
  return useOwnerMutation("revokeSession", parameters, ({ revokeSessionSync }) => revokeSessionSync);
}

export type UseRevokeAllSessionsVariables = ByWallet<RevokeAllSessionsSyncParameters>;
export type UseRevokeAllSessionsParameters = OwnerMutationParameters<
  RevokeAllSessionsSyncReturnType,
  UseRevokeAllSessionsVariables
>;
export type UseRevokeAllSessionsReturnType = UseMutationResult<
  RevokeAllSessionsSyncReturnType,
  Error,
  UseRevokeAllSessionsVariables
>;

/**
 * `revokeAllSessions` of the connected wallet: it has succeeded when every session is dead and the screen shows it.
 *
 * @example
 * import { useRevokeAllSessions } from "latchkey/react";
 *
 * const revokeAll = useRevokeAllSessions();
 * await revokeAll.mutateAsync({});
 */
export function useRevokeAllSessions(parameters: UseRevokeAllSessionsParameters = {}): UseRevokeAllSessionsReturnType {
  return useOwnerMutation("revokeAllSessions", parameters, ({ revokeAllSessionsSync }) => revokeAllSessionsSync);
}

export type UseEndSessionVariables = ByWallet<EndSessionSyncParameters>;
export type UseEndSessionParameters = OwnerMutationParameters<EndSessionSyncReturnType, UseEndSessionVariables>;
export type UseEndSessionReturnType = UseMutationResult<EndSessionSyncReturnType, Error, UseEndSessionVariables>;

/**
 * `endSession` of the connected wallet, for a user who signs out. It fails with nothing: each step tells how it went.
 *
 * @example
 * import { useEndSession } from "latchkey/react";
 *
 * const end = useEndSession();
 * const { revocation, approvals } = await end.mutateAsync({ key, clear: () => localStorage.clear() });
 */
export function useEndSession(parameters: UseEndSessionParameters = {}): UseEndSessionReturnType {
  return useOwnerMutation("endSession", parameters, ({ endSessionSync }) => endSessionSync);
}

export type UseFundSessionVariables = ByWallet<FundSessionSyncParameters>;
export type UseFundSessionParameters = OwnerMutationParameters<FundSessionSyncReturnType, UseFundSessionVariables>;
export type UseFundSessionReturnType = UseMutationResult<FundSessionSyncReturnType, Error, UseFundSessionVariables>;

/**
 * `fundSession` of the connected wallet: it has succeeded when the key has its gas money.
 *
 * @example
 * import { useFundSession } from "latchkey/react";
 *
 * const fund = useFundSession();
 * await fund.mutateAsync({ key: key.address, value: 10n ** 15n });
 */
export function useFundSession(parameters: UseFundSessionParameters = {}): UseFundSessionReturnType {
  return useOwnerMutation("fundSession", parameters, ({ fundSessionSync }) => fundSessionSync);
}
