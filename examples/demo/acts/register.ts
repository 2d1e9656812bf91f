import type { Address, Hash } from "viem";
import type { SessionKey } from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import { replay } from "../forge.ts";
import type { Session } from "../sessions.ts";
import { clock } from "../words.ts";

/** The sessions that the next acts act with. */
export interface Cast {
  /** Alice's smart account on the social network: routes `userOperation`, `direct` and `relayed`. */
  account: Session;
  /** Bob's plain wallet there, under the very same policy: route `forwarded`. */
  wallet: Session;
  /** Bob's plain wallet in the game: route `asked`. */
  player: Session;
  /** Alice's account in the game: native value and periods. */
  gamer: Session;
  /** Alice's account on Uniswap. */
  trader: Session;
  /** Alice's account on the upvote app, by a P-256 key. */
  voter: Session;
}

/** One signature of the owner, carried by a relayer: that is all a session takes. */
export async function register(demo: Demo): Promise<Cast> {
  const { report, sessions, stage, policies } = demo;
  const { client, chain } = stage;
  const { account, people } = stage;
  report.act("The owner signs once, a relayer carries it");
  const { social, upvote } = policies;

  const key = await sessions.newKey();
  await refuse("Mallory signs for Alice's account", () =>
    sessions.send(account, key, social, { signer: people.mallory }),
  );
  let mined: Hash;
  const attempt = async () => {
    mined = await sessions.send(account, key, social);
    return (await chain.receiptOf(mined)).gasUsed;
  };
  await demo.acceptOther("relayer", "social: Alice's account", attempt, () => live(account, key.address));
  const main = await sessions.note(account, key, social);
  await refuse("the same signature again", () => replay(stage, mined));

  const validAfter = (await chain.now()) + 600;
  const longer = await sessions.newKey();
  await demo.refuseOther(
    "relayer",
    "upvote: a second more than its hour",
    () => sessions.send(account, longer, upvote, { validAfter, validUntil: validAfter + 3_600 }),
    ["DurationOutOfBounds", [3_601, 60, 3_600]],
  );

  const cast: Cast = {
    account: main,
    wallet: await add("social: Bob's wallet, same policy", people.bob.address, "social"),
    player: await add("game: Bob's plain wallet", people.bob.address, "game"),
    gamer: await add("game: Alice's account", account, "game"),
    trader: await add("swap-bot: Alice's account", account, "swap-bot"),
    voter: await add("upvote: Alice's account, P-256", account, "upvote", "p256"),
  };
  const window = `${clock(main.validAfter)} to ${clock(main.validUntil)} UTC, both inclusive`;
  report.fact("window", `${window}; the owner's key stays where it is`);
  return cast;

  async function add(
    what: string,
    principal: Address,
    name: keyof typeof policies,
    kind: SessionKey["kind"] = "secp256k1",
  ) {
    const fresh = await sessions.newKey(kind);
    let session: Session | undefined;
    const attempt = async () => {
      const registered = await sessions.register(principal, policies[name], { key: fresh });
      session = registered.session;
      return registered.gasUsed;
    };
    await demo.acceptOther("relayer", what, attempt, () => live(principal, fresh.address));
    return session!;
  }

  async function refuse(what: string, attempt: () => Promise<unknown>) {
    await demo.refuseOther("relayer", what, attempt, ["InvalidPrincipalSignature", [account]]);
  }

  async function live(principal: Address, address: Address): Promise<string | undefined> {
    const { status } = await client.getSession({ principal, key: address });
    return status === "Active" ? undefined : "the session is not live";
  }
}
