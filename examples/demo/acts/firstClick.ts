import { getTransactionCount } from "viem/actions";
import { type GrantToSign, signSessionGrant } from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import { type Person, person } from "../people.ts";

/** A new user's first click registers and acts: one popup, one transaction. */
export async function firstClick(demo: Demo): Promise<void> {
  const { report, sessions, stage, policies } = demo;
  const { client, chain, names, apps } = stage;
  report.act("A new user's first click: one popup, one transaction");
  const dave = person("Dave");
  names.add("Dave", dave.address);
  let popups = 0;
  const wallet: Person = {
    ...dave,
    signTypedData: (typed) => {
      ++popups;
      return dave.signTypedData(typed);
    },
  };
  const { policy } = policies.social;
  const key = await sessions.newKey("p256");
  const post = (text: string) => [demo.call("SocialFeed", "post", [text])];
  const act = { principal: dave.address, key, relayer: chain.relayer, route: "forwarded" } as const;
  const grant: GrantToSign = { policy, account: wallet };

  const explained = await client.explainCalls({ ...act, key: key.address, calls: post("hello"), grant });
  await demo.judge("the chain says beforehand: yes", explained.error?.message);
  const sent = () => getTransactionCount(client, { address: chain.relayer });
  const before = await sent();
  const click = async (text: string) => {
    const { receipt } = await client.sendSessionCallsSync({ ...act, calls: post(text), grant });
    return receipt.gasUsed;
  };
  const asked = async (transactions: number) => {
    const { status } = await demo.stateOf({ principal: dave.address, key });
    const is = `${status}, ${popups} popups, ${(await sent()) - before} transactions`;
    const expected = `Active, 1 popups, ${transactions} transactions`;
    return is === expected ? undefined : `${is} instead of ${expected}`;
  };
  await demo.acceptOther(
    "relayer",
    "Dave registers and posts at once",
    () => click("hello"),
    () => asked(1),
  );
  await demo.acceptOther(
    "relayer",
    "his second post, nobody is asked",
    () => click("again"),
    () => asked(2),
  );

  const fresh = await sessions.newKey();
  const approval = apps.POKE.call("approve", [stage.people.mallory.address, 1n]);
  const outside = { ...act, key: fresh, calls: [approval], grant: { ...grant, lane: 1n } };
  await demo.refuseOther("relayer", "a first call outside the policy", () => client.sendSessionCalls(outside), [
    "CallNotAllowed",
    [0, apps.POKE.address, apps.POKE.selectorOf("approve")],
  ]);
  await demo.judge("and Dave was not asked for it", popups === 1 ? undefined : `${popups} popups`);
  const signed = await signSessionGrant(client, { ...grant, key: fresh, lane: 1n });
  const longer = { ...signed, grant: { ...signed.grant, validUntil: signed.grant.validUntil + 1 } };
  const prolonged = { ...act, key: fresh, calls: post("for longer"), grant: longer };
  await demo.refuseOther("relayer", "what he signed, a second longer", () => client.sendSessionCalls(prolonged), [
    "InvalidPrincipalSignature",
    [dave.address],
  ]);
}
