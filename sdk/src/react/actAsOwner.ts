import { type QueryClient, useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { type Config, useChainId, useConfig } from "wagmi";
import type { OwnerParameters } from "../accounts/owner.ts";
import type { SessionClient } from "../chain/client.ts";
import { partOf } from "../operations/onDemand.ts";
import { isLocal, nodeClientOf } from "./clients.ts";
import { getSessionClient } from "./getSessionClient.ts";
import type { ByWallet, OwnerMutationParameters } from "./parameters.ts";
import { ONCE } from "./once.ts";
import { invalidateSessions, type InvalidateSessionsParameters, LATCHKEY_SCOPE } from "./queries.ts";

type OwnerActions = typeof import("./ownerActions.ts");
type OwnerVariables = ByWallet<OwnerParameters>;

/** The client of an action of the principal's: of the connected wallet, unless somebody else signs and sends for it. */
export async function ownerClientOf(
  config: Config,
  { account, sendCalls, chainId, connector }: OwnerVariables & { chainId: number },
): Promise<SessionClient> {
  if (sendCalls !== undefined || isLocal(account)) return nodeClientOf(config, chainId);
  return getSessionClient(config, { account, chainId, connector });
}

/** Runs an action of the principal's, and asks again for what it changes. */
export async function actAsOwner<variables extends OwnerVariables, data>(
  { config, queryClient, chainId }: { config: Config; queryClient: QueryClient; chainId: number },
  variables: variables,
  act: (actions: OwnerActions, client: SessionClient) => Promise<data>,
): Promise<data> {
  const asked = { ...variables, chainId: variables.chainId ?? chainId };
  const client = await ownerClientOf(config, asked);
  const actions = await partOf("asks the wallet", () => import("./ownerActions.ts"));
  const principal = actions.principalOf(client, variables);
  return thenAskAgain(queryClient, { chainId: asked.chainId, principal }, () => act(actions, client));
}

/** Acts, and asks again for what that changes. */
export async function thenAskAgain<data>(
  queryClient: QueryClient,
  changed: InvalidateSessionsParameters,
  act: () => Promise<data>,
): Promise<data> {
  let data: data;
  try {
    data = await act();
  } catch (thrown) {
    // The screen may be older than the chain, which may be why it failed, and what was sent may still be mined.
    void invalidateSessions(queryClient, changed);
    throw thrown;
  }
  // What it did is done, whatever a node says of it next.
  await invalidateSessions(queryClient, changed);
  return data;
}

/** An action of the principal's as a mutation. */
export function useOwnerMutation<variables extends OwnerVariables, data>(
  name: string,
  parameters: OwnerMutationParameters<data, variables>,
  actionOf: (actions: OwnerActions) => (client: SessionClient, variables: variables) => Promise<data>,
): UseMutationResult<data, Error, variables> {
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const queryClient = useQueryClient();
  const context = { config, queryClient, chainId: parameters.chainId ?? current };
  return useMutation({
    ...parameters.mutation,
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, name],
    mutationFn: (variables) =>
      actAsOwner(context, variables, (actions, client) => actionOf(actions)(client, variables)),
  });
}
