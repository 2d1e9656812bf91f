import type { Route, SessionCall } from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { holdBack } from "../forge.ts";
import type { Session } from "../sessions.ts";
import { type OnRoutes, refuseOn } from "./onRoutes.ts";
import type { Cast } from "./register.ts";

/** Replaced, revoked, all revoked: the kill switch belongs to the wallet, and it reaches every route. */
export async function end(demo: Demo, cast: Cast): Promise<void> {
  demo.report.act("The kill switch");
  const renewed = await replace(demo, cast);
  await revoke(demo, renewed);
  await revokeAll(demo, cast);
}

/** A client signs nothing for a session that has ended: whoever still has the key has other means. */
export const DEAD = { byHand: true };

interface Trio {
  account: Session;
  wallet: Session;
  player: Session;
}

/** A new key in the lane of the old one: the old one is dead at once. */
async function replace(demo: Demo, { account, wallet, player }: Trio): Promise<Trio> {
  const renewed = {
    account: await succeed(account, "social", "a new key replaces Alice's"),
    wallet: await succeed(wallet, "social", "a new key replaces Bob's"),
    player: await succeed(player, "game", "a new key replaces Bob's in the game"),
  };
  await refuseOn(demo, "the replaced key", routesOf(account, wallet, player), (route, { principal, key }) => ({
    calls: [callOf(demo, route)],
    error: ["SessionAlreadyRevoked", [principal, key.address]],
    options: DEAD,
  }));
  await demo.accept("direct", renewed.account, "the new key", [callOf(demo, "direct")]);
  await demo.accept("forwarded", renewed.wallet, "the new key", [callOf(demo, "forwarded")]);
  await demo.accept("asked", renewed.player, "the new key", [callOf(demo, "asked")]);
  return renewed;

  async function succeed(old: Session, name: "social" | "game", what: string): Promise<Session> {
    let session: Session | undefined;
    const key = await demo.sessions.newKey();
    const attempt = async () => {
      const registered = await demo.sessions.register(old.principal, demo.policies[name], {
        key,
        replaces: old.key.address,
      });
      session = registered.session;
      return registered.gasUsed;
    };
    await demo.acceptOther("owner", what, attempt);
    return session!;
  }
}

/** One signature kills one key. Twice does no harm, and the key never comes back. */
async function revoke(demo: Demo, { account, wallet, player }: Trio): Promise<void> {
  const { stage, sessions } = demo;
  for (const [session, what] of [
    [account, "revoke Alice's key by a signature"],
    [wallet, "revoke Bob's key by a signature"],
    [player, "revoke Bob's key in the game"],
  ] as const) {
    await demo.acceptOther("owner", what, () => sessions.revoke(session));
  }
  await refuseOn(demo, "the revoked key", routesOf(account, wallet, player), (route, { principal, key }) => ({
    calls: [callOf(demo, route)],
    error: ["SessionAlreadyRevoked", [principal, key.address]],
    options: DEAD,
  }));
  await demo.refuseOther(
    "owner",
    "register the revoked key again",
    () => sessions.send(stage.account, account.key, account.file),
    ["SessionAlreadyRevoked", [stage.account, account.key.address]],
  );
}

/** One write kills every session, and every grant that was signed and not used. */
async function revokeAll(demo: Demo, { gamer, trader, voter }: Cast): Promise<void> {
  const { stage, sessions, policies } = demo;
  const bob = stage.people.bob.address;
  const social = (await sessions.register(stage.account, policies.social)).session;
  const wallet = (await sessions.register(bob, policies.social)).session;
  const player = (await sessions.register(bob, policies.game)).session;
  const unusedKey = await sessions.newKey();
  const submitUnused = await holdBack(stage, (client) =>
    sessions.send(stage.account, unusedKey, policies.upvote, { lane: 3n, client }),
  );

  await demo.acceptOther("owner", "revoke all of Alice's account", () => sessions.revokeAll(stage.account));
  await demo.acceptOther("owner", "revoke all of Bob's wallet", async () => {
    const { hash } = await stage.client.revokeAllSessionsSync({ account: stage.people.bob });
    return (await stage.chain.receiptOf(hash)).gasUsed;
  });
  const ended: Expected = ["SessionGenerationEnded", [0, 1]];
  const four: [name: string, session: Session][] = [
    ["social", social],
    ["game", gamer],
    ["swap-bot", trader],
    ["upvote (P-256)", voter],
  ];
  for (const [name, session] of four) {
    const { userOperation, direct, relayed } = routesOf(session, wallet, player);
    const routes = session.key.kind === "p256" ? { userOperation, relayed } : { userOperation, direct, relayed };
    await refuseOn(demo, `revoke-all: the ${name} key`, routes as OnRoutes, (route) => ({
      calls: [callOf(demo, route)],
      error: ended,
      options: DEAD,
    }));
  }
  await refuseOn(demo, "revoke-all: Bob's keys", { forwarded: wallet, asked: player }, (route) => ({
    calls: [callOf(demo, route)],
    error: ended,
  }));
  await demo.refuseOther("relayer", "a grant that was signed before", submitUnused, [
    "InvalidPrincipalSignature",
    [stage.account],
  ]);
}

function routesOf(account: Session, wallet: Session, player: Session): Record<Route, Session> {
  return { userOperation: account, direct: account, relayed: account, forwarded: wallet, asked: player };
}

/** A call that a live session may make. */
function callOf(demo: Demo, route: Route): SessionCall {
  if (route === "asked") return demo.call("GameWorld", "joinScene", [demo.stage.people.bob.address, 1]);
  return demo.call("SocialFeed", "post", ["still here"]);
}
