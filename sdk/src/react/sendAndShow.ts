import type { QueryClient } from "@tanstack/react-query";
import type { EIP1193RequestFn } from "viem";
import type { Config } from "wagmi";
import type { GetSessionReturnType } from "../actions/getSession.ts";
import type { GrantToSign } from "../actions/sessionCalls.ts";
import type { SessionClient } from "../chain/client.ts";
import { passOn } from "../chain/viem.ts";
import { WALLET_METHODS } from "../chain/withPublicClient.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { ownerClientOf } from "./actAsOwner.ts";
import { nodeClientOf } from "./clients.ts";
import type { OptimisticUpdate } from "./optimisticUpdate.ts";
import type { ChainParameter, ConnectorParameter } from "./parameters.ts";
import { predict } from "./predictions.ts";
import { invalidateSessions, sessionQueryKey } from "./queries.ts";
import { sendByKeyOrWallet } from "./sendByKeyOrWallet.ts";
import type { UseSendSessionCallsData, UseSendSessionCallsVariables } from "./sessionSending.ts";

/** What is given as undefined is not given. */
export function given<parameters extends object>(parameters: parameters): parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)) as parameters;
}

/** Sends calls, shows at once what they will change, and asks the chain again when they have ended. */
export async function sendAndShow(
  { config, queryClient }: { config: Config; queryClient: QueryClient },
  parameters: UseSendSessionCallsVariables & { chainId: number },
): Promise<UseSendSessionCallsData> {
  const { chainId, connector, fallback, owner = {}, optimistic = [], principal, key, ...rest } = parameters;
  if (principal === undefined) {
    throw new SessionRequestError("No wallet is connected, and no principal is given.");
  }
  const node = nodeClientOf(config, chainId);
  const session: OptimisticUpdate<GetSessionReturnType> = {
    queryKey: sessionQueryKey({ chainId, principal, key: key?.address, deployment: rest.deployment }),
    update: (before) => ({ ...before, callsLeft: Math.max(0, before.callsLeft - rest.calls.length) }),
  };
  const predicted = await predict(queryClient, optimistic);
  const counted = await predict(queryClient, [session]);
  const refresh = async () => {
    await Promise.all([
      invalidateSessions(queryClient, { chainId, principal }),
      ...optimistic.map(({ queryKey }) => queryClient.invalidateQueries({ queryKey, exact: true })),
    ]);
    counted.showAgain();
    predicted.showAgain();
  };
  const client = () => ownerClientOf(config, { ...owner, chainId, connector });
  const wallet = fallback === "wallet" ? { client, owner } : undefined;
  try {
    const signing = toSign(config, rest.grant, { account: owner.account, chainId, connector });
    const sent = await sendByKeyOrWallet(node, { ...rest, ...signing, principal, key, wallet });
    predicted.keep();
    if (sent.by === "session") counted.keep();
    else counted.takeBack();
    await refresh();
    return sent;
  } catch (thrown) {
    predicted.takeBack();
    counted.takeBack();
    void refresh();
    throw thrown;
  }
}

/** What signs a grant that nobody has signed. The wallet is not looked for before it is asked: most calls bring none. */
function toSign(
  config: Config,
  grant: UseSendSessionCallsVariables["grant"],
  { account, chainId, connector }: Pick<GrantToSign, "account"> & Required<ChainParameter> & ConnectorParameter,
): { grant?: GrantToSign; carrier?: SessionClient } {
  if (grant === undefined || "signature" in grant) return {};
  const { connections, current } = config.state;
  const by = grant.account ?? account ?? connections.get(connector?.uid ?? current ?? "")?.accounts[0];
  const node = nodeClientOf(config, chainId);
  const request = (async (asked: { method: string; params?: unknown }) => {
    const isWallets = WALLET_METHODS.test(asked.method);
    return passOn(isWallets ? await ownerClientOf(config, { account: by, chainId, connector }) : node, asked);
  }) as EIP1193RequestFn;
  // It has no account of its own: what the key has signed is not the wallet's to send.
  return { grant: { ...grant, account: by }, carrier: { ...node, request } };
}
