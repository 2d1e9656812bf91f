import { type Account, type Address, BaseError, InsufficientFundsError } from "viem";
import { parseAccount } from "viem/accounts";
import { getBalance } from "viem/actions";
import { EntryPointError, SessionCreationError } from "../errors/clientErrors.ts";
import type { SessionClient } from "./client.ts";

/** What registers a session; if that fails because nobody can pay for it, the error leads to the payer's balance. */
export async function withBalance<result>(
  client: SessionClient,
  payer: Account | Address | undefined,
  run: () => Promise<result>,
): Promise<result> {
  try {
    return await run();
  } catch (thrown) {
    if (payer === undefined || !isUnpaid(thrown)) throw thrown;
    const { address } = parseAccount(payer);
    const balance = await getBalance(client, { address });
    throw new SessionCreationError("The registration could not be paid for: look at the payer's balance.", {
      cause: thrown,
      metaMessages: [`Payer: ${address}`, `Balance: ${balance} wei`],
    });
  }
}

function isUnpaid(thrown: unknown): boolean {
  // AA21: the account did not pay what the EntryPoint asks for in advance.
  if (thrown instanceof EntryPointError) return thrown.aaCode === "AA21";
  if (!(thrown instanceof BaseError)) return false;
  if (thrown.walk((each) => each instanceof InsufficientFundsError) !== null) return true;
  // Not every node says it in the words that viem knows.
  return /enough funds/i.test(thrown.details);
}
