"use client";
import {
  type QueryKey,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { type Config, useChainId, useConfig, useConnection } from "wagmi";
import type {
  AddSessionKeyToContractParameters,
  AddSessionKeyToContractReturnType,
} from "../../compat/addSessionKeyToContract.ts";
import type { CreateSessionKeyParameters, CreateSessionKeyReturnType } from "../../compat/createSessionKey.ts";
import type {
  ExecuteTransactionWithSessionParameters,
  ExecuteTransactionWithSessionReturnType,
} from "../../compat/executeTransactionWithSession.ts";
import type { GetSessionDataParameters, GetSessionDataReturnType } from "../../compat/getSessionData.ts";
import type { RevokeSessionKeyParameters, RevokeSessionKeyReturnType } from "../../compat/revokeSessionKey.ts";
import type { SessionWallet } from "../../compat/sessionWallet.ts";
import type { SessionClient } from "../../chain/client.ts";
import { SessionRequestError } from "../../errors/clientErrors.ts";
import { ownerClientOf, thenAskAgain } from "../actAsOwner.ts";
import { nodeClientOf } from "../clients.ts";
import { hashQueryKey } from "../hashQueryKey.ts";
import { isAlive } from "../isAlive.ts";
import type { ByWallet, OwnerMutationParameters, Partially, ConfigParameter, QueryParameter } from "../parameters.ts";
import { LATCHKEY_SCOPE } from "../queries.ts";
import { ONCE } from "../once.ts";
import { verbs } from "./loadVerbs.ts";

/** What a verb takes, whose wallet is the connected one unless told otherwise. */
export type OfConnected<parameters extends { wallet: SessionWallet }> = ByWallet<
  Omit<parameters, "wallet"> & Partial<Pick<parameters, "wallet">>
>;

type Verbs = Awaited<ReturnType<typeof verbs>>;

/** A verb as a mutation: it runs with its wallet, and what the screen shows of that is asked for again. */
function useVerb<variables extends ByWallet<{ wallet?: SessionWallet | undefined }>, data>(
  name: string,
  parameters: OwnerMutationParameters<data, variables>,
  clientOf: (config: Config, asked: ByWallet<{ wallet: SessionWallet; chainId: number }>) => Promise<SessionClient>,
  verbOf: (all: Verbs) => (client: SessionClient, variables: variables & { wallet: SessionWallet }) => Promise<data>,
): UseMutationResult<data, Error, variables> {
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const { address } = useConnection({ config });
  const queryClient = useQueryClient();
  return useMutation({
    ...parameters.mutation,
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, name],
    mutationFn: async (variables) => {
      const { chainId = parameters.chainId ?? current, connector } = variables;
      const wallet = variables.wallet ?? (address && { publicKey: address });
      if (wallet === undefined) throw new SessionRequestError("No wallet is connected, and none is given.");
      const client = await clientOf(config, { wallet, chainId, connector });
      return thenAskAgain(queryClient, { chainId, principal: wallet.publicKey }, async () =>
        verbOf(await verbs())(client, { ...variables, wallet }),
      );
    },
  });
}

type Asked = ByWallet<{ wallet: SessionWallet; chainId: number }>;

/** Who signs for the wallet: what it brings along, or the connected one. */
async function byOwner(config: Config, { wallet, ...asked }: Asked): Promise<SessionClient> {
  const { account, sendCalls } = wallet;
  // Only whether there is one is asked here.
  return ownerClientOf(config, { ...asked, account, sendCalls: sendCalls && ((calls) => sendCalls(calls, NO_TOKEN)) });
}

const NO_TOKEN = { bearerToken: undefined };

async function byNode(config: Config, { chainId }: Asked): Promise<SessionClient> {
  return nodeClientOf(config, chainId);
}

export type UseCreateSessionKeyVariables = Partially<Pick<CreateSessionKeyParameters, "walletAddress">> &
  Omit<CreateSessionKeyParameters, "walletAddress">;
export type UseCreateSessionKeyParameters = OwnerMutationParameters<
  CreateSessionKeyReturnType,
  UseCreateSessionKeyVariables
>;
export type UseCreateSessionKeyReturnType = UseMutationResult<
  CreateSessionKeyReturnType,
  Error,
  UseCreateSessionKeyVariables
>;

/**
 * `createSessionKey` for the connected wallet: nothing is sent and nothing is stored.
 *
 * @example
 * import { useCreateSessionKey } from "latchkey/react/compat";
 *
 * const create = useCreateSessionKey();
 * const session = await create.mutateAsync({ encryptKey: "PIN" });
 */
export function useCreateSessionKey(parameters: UseCreateSessionKeyParameters = {}): UseCreateSessionKeyReturnType {
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const { address } = useConnection({ config });
  return useMutation({
    ...parameters.mutation,
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "createSessionKey"],
    mutationFn: async ({ chainId = parameters.chainId ?? current, walletAddress = address, ...variables }) => {
      const { createSessionKey } = await verbs();
      return createSessionKey(nodeClientOf(config, chainId), { ...variables, walletAddress });
    },
  });
}

export type UseAddSessionKeyToContractVariables = OfConnected<AddSessionKeyToContractParameters>;
export type UseAddSessionKeyToContractParameters = OwnerMutationParameters<
  AddSessionKeyToContractReturnType,
  UseAddSessionKeyToContractVariables
>;
export type UseAddSessionKeyToContractReturnType = UseMutationResult<
  AddSessionKeyToContractReturnType,
  Error,
  UseAddSessionKeyToContractVariables
>;

/**
 * `addSessionKeyToContract` by the connected wallet, which is asked once.
 *
 * @example
 * import { useAddSessionKeyToContract } from "latchkey/react/compat";
 *
 * const add = useAddSessionKeyToContract();
 * const hash = await add.mutateAsync({
 *   sessionConfig: {
 *     sessionPublicKey: session.publicKey,
 *     validUntil: session.validUntil,
 *     maxCalls: 10,
 *     allowedEntrypoints: ["react(uint256,uint8)"],
 *   },
 * });
 */
export function useAddSessionKeyToContract(
  parameters: UseAddSessionKeyToContractParameters = {},
): UseAddSessionKeyToContractReturnType {
  return useVerb("addSessionKeyToContract", parameters, byOwner, (all) => all.addSessionKeyToContract);
}

export type UseExecuteWithSessionVariables = OfConnected<ExecuteTransactionWithSessionParameters>;
export type UseExecuteWithSessionParameters = OwnerMutationParameters<
  ExecuteTransactionWithSessionReturnType,
  UseExecuteWithSessionVariables
>;
export type UseExecuteWithSessionReturnType = UseMutationResult<
  ExecuteTransactionWithSessionReturnType,
  Error,
  UseExecuteWithSessionVariables
>;

/**
 * `executeTransactionWithSession` for the connected wallet, which is asked for nothing.
 *
 * @example
 * import { useExecuteWithSession } from "latchkey/react/compat";
 *
 * const execute = useExecuteWithSession();
 * const hash = await execute.mutateAsync({ encryptKey: "PIN", session, calls });
 */
export function useExecuteWithSession(
  parameters: UseExecuteWithSessionParameters = {},
): UseExecuteWithSessionReturnType {
  return useVerb("executeWithSession", parameters, byNode, (all) => all.executeTransactionWithSession);
}

export type UseRevokeSessionKeyVariables = OfConnected<RevokeSessionKeyParameters>;
export type UseRevokeSessionKeyParameters = OwnerMutationParameters<
  RevokeSessionKeyReturnType,
  UseRevokeSessionKeyVariables
>;
export type UseRevokeSessionKeyReturnType = UseMutationResult<
  RevokeSessionKeyReturnType,
  Error,
  UseRevokeSessionKeyVariables
>;

/**
 * `revokeSessionKey` by the connected wallet, which is asked once.
 *
 * @example
 * import { useRevokeSessionKey } from "latchkey/react/compat";
 *
 * const revoke = useRevokeSessionKey();
 * await revoke.mutateAsync({ sessionPublicKey: session.publicKey });
 */
export function useRevokeSessionKey(parameters: UseRevokeSessionKeyParameters = {}): UseRevokeSessionKeyReturnType {
  return useVerb("revokeSessionKey", parameters, byOwner, (all) => all.revokeSessionKey);
}

/** The key of the query of `useGetSessionData`. */
export function sessionDataQueryKey(parameters: Partially<GetSessionDataParameters>): QueryKey {
  const { chainId, deployment, walletAddress, sessionPublicKey } = parameters;
  const asked = { chainId, latchkey: deployment?.latchkey, principal: walletAddress, sessionPublicKey };
  return [LATCHKEY_SCOPE, "sessionData", asked];
}

export type UseGetSessionDataParameters<selected = GetSessionDataReturnType> = Partially<GetSessionDataParameters> &
  ConfigParameter &
  QueryParameter<GetSessionDataReturnType, selected>;

/**
 * `getSessionData` of the connected wallet, asked while `sessionPublicKey` is known.
 *
 * @example
 * import { useGetSessionData } from "latchkey/react/compat";
 *
 * const { data } = useGetSessionData({ sessionPublicKey: session.publicKey });
 */
export function useGetSessionData<selected = GetSessionDataReturnType>(
  parameters: UseGetSessionDataParameters<selected>,
): UseQueryResult<selected, Error> {
  const { query, deployment, sessionPublicKey } = parameters;
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const { address } = useConnection({ config });
  const { chainId = current, walletAddress = address } = parameters;
  const isKnown = walletAddress !== undefined && sessionPublicKey !== undefined;
  return useQuery({
    refetchInterval: ({ state: { data } }) => isAlive(data?.status) && nodeClientOf(config, chainId).pollingInterval,
    ...query,
    queryKey: sessionDataQueryKey({ chainId, deployment, walletAddress, sessionPublicKey }),
    queryKeyHashFn: hashQueryKey,
    queryFn: async () => {
      const asked = { deployment, walletAddress: walletAddress!, sessionPublicKey: sessionPublicKey! };
      return (await verbs()).getSessionData(nodeClientOf(config, chainId), asked);
    },
    enabled: isKnown && (query?.enabled ?? true),
  });
}
