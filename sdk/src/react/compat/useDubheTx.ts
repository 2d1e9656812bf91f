"use client";
import type { Address, Hash } from "viem";
import type { Settlement } from "../../actions/sessionCalls.ts";
import type { ContractCall, SessionCall } from "../../types.ts";
import type { UseSendSessionCallsVariables } from "../sessionSending.ts";
import { useSession, type UseSessionParameters } from "../useSession.ts";

/** Calls, or what makes them. */
export type DubheCalls =
  | readonly (SessionCall | ContractCall)[]
  | (() => readonly (SessionCall | ContractCall)[] | Promise<readonly (SessionCall | ContractCall)[]>);

export interface UseDubheTxParameters extends Omit<
  UseSessionParameters,
  "principal" | "listed" | "query" | "fallback"
> {
  owner: Address | undefined;
  /** Means nothing here: a contract keeps what it keeps of a user by the owner's address. */
  userStorageId?: string | undefined;
  /**
   * Makes calls as the owner, and returns the hash of the mined transaction.
   *
   * @default the connected wallet
   */
  signWithWallet?: ((calls: readonly SessionCall[]) => Promise<Hash>) | undefined;
  /** The debt of unsettled writes, and the call that settles it once it has reached `threshold`. */
  settlement?: Settlement | undefined;
}

export interface UseDubheTxReturnType {
  /** Makes calls with the session's key if the session can act, else with the wallet; settles first where the debt is high. */
  execTx: (
    calls: DubheCalls,
    options?: Omit<UseSendSessionCallsVariables, "calls" | "key" | "chainId" | "fallback">,
  ) => Promise<{ digest: Hash; signer: "session" | "wallet" }>;
  isActive: boolean;
}

/**
 * The way a game acts: silently while the session lives, and by the wallet when it does not. A call that the session may
 * not make is refused, and the wallet is not asked for it.
 *
 * @example
 * import { useDubheTx } from "latchkey/react/compat";
 *
 * const { execTx } = useDubheTx({ owner: principal, policy, relayer });
 * const { digest, signer } = await execTx(calls);
 */
export function useDubheTx(parameters: UseDubheTxParameters): UseDubheTxReturnType {
  const { owner: principal, userStorageId: _none, signWithWallet, ...rest } = parameters;
  const session = useSession({ ...rest, principal, fallback: "wallet" });
  return {
    isActive: session.hasActiveSession,
    execTx: async (calls, options = {}) => {
      const made = typeof calls === "function" ? await calls() : calls;
      const owner = signWithWallet === undefined ? options.owner : { sendCalls: signWithWallet };
      const { hash, by } = await session.executeWithSession({ ...options, owner, calls: made });
      return { digest: hash, signer: by };
    },
  };
}
