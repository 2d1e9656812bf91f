"use client";
import { type QueryClient, useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { type Config, useChainId, useConfig, useConnection } from "wagmi";
import type { OwnerParameters } from "../accounts/owner.ts";
import type { GetSessionReturnType } from "../actions/getSession.ts";
import type { RegisterSessionSyncParameters, RegisterSessionSyncReturnType } from "../actions/registerSession.ts";
import type { RevokeSessionSyncParameters, RevokeSessionSyncReturnType } from "../actions/revokeSession.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { P256KeyStorage } from "../keys/p256.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { laneOccupant } from "../sessions/laneOccupant.ts";
import { readSession } from "../sessions/readSession.ts";
import type { Policy } from "../types.ts";
import { actAsOwner } from "./actAsOwner.ts";
import { nodeClientOf } from "./clients.ts";
import { hashQueryKey } from "./hashQueryKey.ts";
import { deviceKeyIn, type DeviceKeyPlace, deviceKeyQueryKey, deviceStorage, freshKeyIn } from "./deviceKeys.ts";
import type { ByWallet, ConfigParameter, ConnectorParameter, ChainParameter, QueryParameter } from "./parameters.ts";
import { LATCHKEY_SCOPE, sessionQueryOptions } from "./queries.ts";
import { type SessionState, sessionStateOf } from "./sessionState.ts";
import { useChainNow } from "./useChainNow.ts";
import { given, sendAndShow } from "./sendAndShow.ts";
import { ONCE } from "./once.ts";
import type {
  SessionSendingParameters,
  UseSendSessionCallsData,
  UseSendSessionCallsVariables,
} from "./sessionSending.ts";

type PublicKey = Pick<SessionKey, "address" | "publicKey">;

export interface UseSessionParameters
  extends
    ConfigParameter,
    ChainParameter,
    ConnectorParameter,
    DeploymentParameters,
    Pick<SessionSendingParameters, "fallback">,
    Pick<OwnerParameters, "account" | "bundler" | "operation" | "relayer" | "sendCalls">,
    Pick<UseSendSessionCallsVariables, "route" | "settlement">,
    QueryParameter<GetSessionReturnType> {
  /**
   * Whose session it is.
   *
   * @default the connected account
   */
  principal?: Address | undefined;
  /** What is granted, and whose app the key of this device is kept for. */
  policy?: Policy | undefined;
  /** @default 0n */
  lane?: bigint | undefined;
  /**
   * The session's key: an open one, or the address of one that somebody else keeps, which can be looked at and revoked.
   *
   * @default the one that this device keeps for the policy's app and the lane
   */
  key?: SessionKey | Address | undefined;
  /**
   * Where this device keeps its keys. One object for the life of the page.
   *
   * @default IndexedDB, from which no script can export them
   */
  storage?: P256KeyStorage | undefined;
  /** What is shown until the chain has answered: the session's entry in the list of `useSessions`. */
  listed?: GetSessionReturnType | undefined;
}

export interface UseSessionReturnType {
  /** Undefined until the chain has answered: nothing is said that may be untrue. */
  sessionState: SessionState | undefined;
  hasActiveSession: boolean;
  /** Seconds that it can still live by the chain's clock, the last one counted in; 0 once it is over, undefined while unknown. */
  secondsLeft: number | undefined;
  /** Calls that are left, less those that are under way; undefined while unknown. */
  remainingCalls: number | undefined;
  /** What the chain says; undefined while there is no key to ask about. */
  session: GetSessionReturnType | undefined;
  /** The session's key without what signs; undefined if there is none, or the address alone is known. */
  key: PublicKey | undefined;
  /** Whether the answer is still to come. */
  isLoading: boolean;
  /** Why the chain or the storage has not answered; what an action fails with is thrown by the action. */
  error: Error | null;
  /**
   * Makes a key on this device, which asks nobody and sends nothing. The key that is there is kept, unless its session is
   * over, used up or revoked.
   */
  createSession: () => Promise<PublicKey>;
  /**
   * Registers the key of this device, and makes one if there is none: one popup of the wallet. A session in the lane that
   * is used up is replaced; one that lives is a `LaneOccupied`, unless `replaces` says so. Resolves when it is mined and shown.
   */
  registerSession: (
    variables?: Partial<Omit<ByWallet<RegisterSessionSyncParameters>, "key" | "chainId">>,
  ) => Promise<RegisterSessionSyncReturnType>;
  /** Makes calls with the session's key, without a popup. Resolves when they are mined and shown. */
  executeWithSession: (
    variables: Omit<UseSendSessionCallsVariables, "key" | "chainId">,
  ) => Promise<UseSendSessionCallsData>;
  /** Kills the session for ever: one popup of the wallet. Resolves when it is dead and shown. */
  revokeSession: (
    variables?: Partial<Omit<ByWallet<RevokeSessionSyncParameters>, "key" | "chainId">>,
  ) => Promise<RevokeSessionSyncReturnType>;
}

/**
 * One session, from the making of its key to its end: its state, what is left of it, and what can be done with it.
 *
 * @example
 * import { useSession } from "latchkey/react";
 *
 * const { sessionState, registerSession, executeWithSession } = useSession({ policy, relayer });
 * if (sessionState !== "active") await registerSession();
 * await executeWithSession({ calls });
 */
export function useSession(parameters: UseSessionParameters = {}): UseSessionReturnType {
  const { listed, query, storage = deviceStorage(), key: keyGiven, policy, lane = 0n, deployment } = parameters;
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const connection = useConnection({ config });
  const queryClient = useQueryClient();
  const chainId = parameters.chainId ?? current;
  const principal = parameters.principal ?? connection.address;

  const place = { chainId, principal, app: policy?.app, lane };
  const isKept = keyGiven === undefined && principal !== undefined && policy !== undefined;
  const kept = useQuery({
    queryKey: deviceKeyQueryKey(storage, place),
    queryKeyHashFn: hashQueryKey,
    queryFn: async () => publicOf((await deviceKeyIn(storage, place as DeviceKeyPlace))?.key) ?? null,
    enabled: isKept,
    // An app may show earlier answers until the next by default: here they are another account's.
    placeholderData: undefined,
  });
  const key = typeof keyGiven === "object" ? publicOf(keyGiven) : isKept ? (kept.data ?? undefined) : undefined;
  const address = typeof keyGiven === "string" ? keyGiven : key?.address;

  const options = sessionQueryOptions(config, { chainId, principal, key: address, deployment });
  const read = useQuery({
    ...options,
    placeholderData: listed,
    ...query,
    enabled: options.enabled && (query?.enabled ?? true),
  });
  const now = useChainNow({ config, chainId });
  const isRegistering =
    useIsMutating({
      mutationKey: [LATCHKEY_SCOPE, "registerSession"],
      predicate: ({ state: { variables } }) => isKeyOf(variables, address),
    }) > 0;

  const session = options.enabled ? read.data : undefined;
  const error = (isKept ? kept.error : null) ?? (options.enabled ? read.error : null);
  const isAwaited =
    (connection.status === "reconnecting" && principal === undefined) ||
    (isKept && kept.data === undefined) ||
    (options.enabled && session === undefined);
  const isUnknown = isAwaited && !isRegistering;
  const sessionState = isUnknown
    ? undefined
    : sessionStateOf({ hasKey: key !== undefined, isRegistering, session, now });

  const context: Context = { config, queryClient, chainId, principal, storage, place, parameters };
  const create = useMutation({
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "createSession"],
    mutationFn: () => createSession(context),
  });
  const register = useMutation({
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "registerSession"],
    mutationFn: (variables: ByWallet<RegisterSessionSyncParameters>) =>
      actAsOwner(context, variables, async (actions, client) => {
        const replaces = variables.replaces ?? (await usedUpIn(client, variables));
        return actions.registerSessionSync(client, { ...variables, replaces });
      }),
  });
  const execute = useMutation({
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "sendSessionCalls"],
    mutationFn: (variables: UseSendSessionCallsVariables) =>
      sendAndShow({ config, queryClient }, { chainId, principal, ...variables }),
  });
  const revoke = useMutation({
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "revokeSession"],
    mutationFn: (variables: ByWallet<RevokeSessionSyncParameters>) =>
      actAsOwner(context, variables, (actions, client) => actions.revokeSessionSync(client, variables)),
  });
  return {
    sessionState,
    hasActiveSession: sessionState === "active",
    secondsLeft: secondsLeftOf(session, sessionState, now),
    remainingCalls: sessionState === "expired" ? 0 : session?.callsLeft,
    ...{ session, key, error },
    isLoading: isUnknown && error === null,
    createSession: () => create.mutateAsync(),
    registerSession: async (variables = {}) => register.mutateAsync(await registrationOf(context, variables)),
    executeWithSession: async (variables) => execute.mutateAsync(await sendingOf(context, variables)),
    revokeSession: async (variables = {}) => revoke.mutateAsync(await revocationOf(context, variables)),
  };
}

interface Context {
  config: Config;
  queryClient: QueryClient;
  chainId: number;
  principal: Address | undefined;
  storage: P256KeyStorage;
  place: { chainId: number; principal: Address | undefined; app: string | undefined; lane: bigint };
  parameters: UseSessionParameters;
}

function secondsLeftOf(
  session: GetSessionReturnType | undefined,
  state: SessionState | undefined,
  now: number | undefined,
): number | undefined {
  if (state === "pending" || state === "active" || state === "exhausted") {
    return session === undefined || now === undefined ? undefined : Math.max(0, session.validUntil - now + 1);
  }
  return state === "expired" || state === "revoked" ? 0 : undefined;
}

function publicOf(key: SessionKey | undefined): PublicKey | undefined {
  return key && { address: key.address, publicKey: key.publicKey };
}

function isKeyOf(variables: unknown, address: Address | undefined): boolean {
  const { key } = (variables ?? {}) as Partial<RegisterSessionSyncParameters>;
  return key !== undefined && address !== undefined && isAddressEqual(key.address, address);
}

// What an action goes by is looked up when it is called: a handler that makes a key and registers it was made before. Chain
// and principal are those that were shown then: a wallet may move on while the key is looked for.

function principalIn({ principal }: Context): Address {
  if (principal !== undefined) return principal;
  throw new SessionRequestError("No wallet is connected, and no principal is given.");
}

function placeIn(context: Context): DeviceKeyPlace {
  const { policy } = context.parameters;
  if (policy !== undefined) return { ...context.place, app: policy.app, principal: principalIn(context) };
  throw new SessionRequestError("Give the policy, whose app the key is kept for, or the key.");
}

/** The key that signs; undefined if this device has none. */
async function keyIn(context: Context): Promise<SessionKey | undefined> {
  const { key } = context.parameters;
  if (key === undefined) return (await deviceKeyIn(context.storage, placeIn(context)))?.key;
  if (typeof key === "object") return key;
  throw new SessionRequestError("This session's key is known by its address alone: give the key itself.", {
    metaMessages: [`Key: ${key}`],
  });
}

async function createSession(context: Context): Promise<PublicKey> {
  const { storage, queryClient, config, parameters } = context;
  if (parameters.key !== undefined) return publicOf(await keyIn(context))!;
  const place = placeIn(context);
  const kept = await deviceKeyIn(storage, place);
  if (kept !== undefined) {
    const node = nodeClientOf(config, place.chainId);
    const asked = { principal: place.principal, key: kept.key.address, deployment: parameters.deployment };
    const [session, now] = await Promise.all([readSession(node, asked), timeOf(node)]);
    const state = sessionStateOf({ hasKey: true, isRegistering: false, session, now });
    if (state === "created" || state === "pending" || state === "active") return publicOf(kept.key)!;
  }
  const key = await freshKeyIn(storage, place, kept?.number ?? 0);
  // The chain is asked before the key is shown, so that nothing is shown of which it is not known how it stands.
  const { deployment } = parameters;
  const asked = { chainId: place.chainId, principal: place.principal, key: key.address, deployment };
  await queryClient.prefetchQuery(sessionQueryOptions(config, asked));
  await queryClient.invalidateQueries({ queryKey: deviceKeyQueryKey(storage, place) });
  return publicOf(key)!;
}

async function registrationOf(
  context: Context,
  variables: Partial<ByWallet<RegisterSessionSyncParameters>>,
): Promise<ByWallet<RegisterSessionSyncParameters>> {
  const { parameters, chainId } = context;
  const { deployment, account, bundler, operation, relayer, sendCalls, connector, lane } = parameters;
  const policy = variables.policy ?? parameters.policy;
  if (policy === undefined) throw new SessionRequestError("Give the policy that is to be granted.");
  const principal = principalIn(context);
  const key = await createSession(context);
  const owner = given({ deployment, account, bundler, operation, relayer, sendCalls, connector, lane });
  return { principal, ...owner, ...given(variables), chainId, policy, key };
}

/** The session in the lane, if it has no calls left: nothing is lost with it. */
async function usedUpIn(
  client: SessionClient,
  parameters: RegisterSessionSyncParameters,
): Promise<Address | undefined> {
  const { principal, policy, lane = 0n, key, deployment } = parameters;
  if (principal === undefined) return undefined;
  const asked = { deployment, principal };
  const occupant = await laneOccupant(client, { ...asked, app: policy.app, lane, key: key.address });
  if (isAddressEqual(occupant, zeroAddress)) return undefined;
  return (await readSession(client, { ...asked, key: occupant })).status === "Exhausted" ? occupant : undefined;
}

async function sendingOf(
  context: Context,
  variables: UseSendSessionCallsVariables,
): Promise<UseSendSessionCallsVariables> {
  const { account, bundler, operation, sendCalls, ...rest } = context.parameters;
  const { deployment, relayer, route, settlement, fallback, connector } = rest;
  const key = await keyIn(context);
  const sent = { deployment, bundler, relayer, route, settlement, fallback, connector, key };
  const owner = given({ account, bundler, operation, sendCalls });
  return { principal: principalIn(context), ...given(sent), owner, ...given(variables), chainId: context.chainId };
}

async function revocationOf(
  context: Context,
  variables: Partial<ByWallet<RevokeSessionSyncParameters>>,
): Promise<ByWallet<RevokeSessionSyncParameters>> {
  const { deployment, account, bundler, operation, relayer, sendCalls, connector, ...rest } = context.parameters;
  const key = typeof rest.key === "string" ? rest.key : (await keyIn(context))?.address;
  if (key === undefined) throw new SessionRequestError("This device keeps no key that could be revoked.");
  const owner = given({ deployment, account, bundler, operation, relayer, sendCalls, connector });
  return { principal: principalIn(context), ...owner, ...given(variables), chainId: context.chainId, key };
}
