import type { QueryClient } from "@tanstack/react-query";
import type { Config } from "wagmi";
import type { GetSessionReturnType } from "../actions/getSession.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { ownerClientOf } from "./actAsOwner.ts";
import { nodeClientOf } from "./clients.ts";
import type { OptimisticUpdate } from "./optimisticUpdate.ts";
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
  const counted = await predict(queryClient, [session]);
  const predicted = await predict(queryClient, optimistic);
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
    const { grant } = rest;
    // The wallet signs a grant that nobody has signed, and the node answers for the rest.
    const isToSign = grant !== undefined && !("signature" in grant);
    const carrier = isToSign ? await ownerClientOf(config, { ...grant, chainId, connector }) : node;
    const sent = await sendByKeyOrWallet(node, { ...rest, principal, key, wallet, carrier });
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
