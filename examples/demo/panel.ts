import { readFileSync } from "node:fs";
import { hashPolicy, parsePolicyFile, type PolicyFile } from "../../sdk/src/index.ts";
import { isPanelBuilt, panelOf } from "../../panel/serve.ts";
import type { Setting } from "../../panel/src/setting.ts";
import { abisOf } from "./apps.ts";
import type { Page } from "./server.ts";
import type { Stage } from "./stage.ts";

/** Policies that the panel offers to grant; the demo has published them. */
const OFFERED = ["social", "game", "swap-bot", "upvote"];
/** Where `npm run relay` and `npm run indexer` answer. */
const BEHIND = { relay: "http://127.0.0.1:8547", index: "http://127.0.0.1:8548" };

/** The panel on the demo's own port, if it was built. */
export function panelPage(stage: Stage, fromBlock: bigint, behind: typeof BEHIND = BEHIND): Page | undefined {
  return isPanelBuilt() ? panelOf({ setting: settingOf(stage, Number(fromBlock)), behind }) : undefined;
}

export function settingOf({ client, names, apps }: Stage, fromBlock: number): Setting {
  const files = OFFERED.map((name): PolicyFile => {
    const file = `${name}.json`;
    const json = readFileSync(new URL(`../policies/${file}`, import.meta.url), "utf8");
    return parsePolicyFile(json, { book: names.book, file });
  });
  const { id, nativeCurrency } = client.chain;
  // Of what the demo calls by a name, keys and people are no contracts of a policy: whoever has a session sees its address.
  const named = Object.entries(names.names).filter(([, name]) => !/^key\d+$/.test(name));
  return {
    chain: { id, name: "Latchkey demo", nativeCurrency },
    rpc: "/",
    relay: "/relay",
    index: "/index",
    fromBlock,
    pollingInterval: 1_000,
    names: Object.fromEntries(named),
    abis: abisOf(apps),
    policies: files.map(({ policy, about, usual, counters, contents }) => {
      return { policyId: hashPolicy(policy), about, usual, counters: { ...counters }, contents };
    }),
  };
}
