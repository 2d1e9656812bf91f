import { parseAccount } from "viem/accounts";
import { getBalance } from "viem/actions";
import { BalanceTooLowError, EntryPointError, SessionCreationError } from "../errors/clientErrors.ts";
import type { SessionClient } from "./client.ts";
import { isService, type Relayer } from "./sent.ts";
import { isUnpaid } from "./transact.ts";

/** What registers a session; if that fails because nobody can pay for it, the error leads to the payer's balance. */
export async function withBalance<result>(
  client: SessionClient,
  payer: Relayer | undefined,
  run: () => Promise<result>,
): Promise<result> {
  try {
    return await run();
  } catch (thrown) {
    // AA21: the account did not pay what the EntryPoint asks for in advance.
    const isShort = thrown instanceof BalanceTooLowError || isUnpaid(thrown);
    const isAccountShort = thrown instanceof EntryPointError && thrown.aaCode === "AA21";
    if (payer === undefined || isService(payer) || !(isShort || isAccountShort)) throw thrown;
    const { address } = parseAccount(payer);
    const balance = await getBalance(client, { address });
    throw new SessionCreationError("The registration could not be paid for: look at the payer's balance.", {
      cause: thrown,
      metaMessages: [`Payer: ${address}`, `Balance: ${balance} wei`],
    });
  }
}
