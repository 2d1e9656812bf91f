import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Limit } from "../support/reference/policy.ts";
import { readPolicyFiles, type Case, type PolicyFile } from "../support/reference/policyFiles.ts";
import { publish, type PublishedPermission } from "../support/reference/publication.ts";
import { STAND_IN } from "../protocols/support/artifacts.ts";
import { Failure, script } from "../../scripts/lib/run.ts";

/**
 * Writes docs/protocols.md from examples/policies/protocols, and from test/protocols/grounds.json, which the tests with real
 * protocols hold to what they ran on.
 *
 * node test/vectors/protocols.ts           writes
 * node test/vectors/protocols.ts --check   says if it is not as it would be written
 */

export const DOCUMENT = new URL("../../docs/protocols.md", import.meta.url);

const GROUNDS = new URL("../protocols/grounds.json", import.meta.url);

/** Whose methods a file is about; `undefined` where they are this repository's own, or no contract's. */
const PROTOCOLS: Record<string, string | undefined> = {
  "aave-v3": "Aave V3",
  "across-bridge": "Across",
  "cctp-bridge": "Circle CCTP",
  "compound-v3": "Compound III",
  "curve-exchange": "Curve",
  "dollars-a-day": "ERC-20",
  "erc1155-gift": "ERC-1155",
  "erc1155-mint": "OpenZeppelin ERC-1155",
  "erc4626-vault": "ERC-4626 (Savings DAI)",
  game: undefined,
  "governor-vote": "OpenZeppelin Governor",
  "lido-stake": "Lido",
  "merkle-claim": "Uniswap Merkle Distributor",
  "morpho-blue": "Morpho Blue",
  "native-tips": undefined,
  "nft-mint": "OpenSea SeaDrop",
  "oft-bridge": "LayerZero OFT",
  "oneinch-swap": "1inch",
  payroll: "Disperse",
  "permit2-router-swap": "Uniswap Universal Router",
  "rewards-anywhere": "Synthetix StakingRewards",
  "seaport-advanced": "OpenSea Seaport",
  "seaport-basic": "OpenSea Seaport",
  social: undefined,
  "staking-rewards": "Synthetix StakingRewards",
  "swap-bot": "Uniswap V2",
  "uniswap-multicall": "Uniswap V3",
  "uniswap-v2-swap": "Uniswap V2",
  "uniswap-v3-collect": "Uniswap V3",
  "uniswap-v3-mint": "Uniswap V3",
  "uniswap-v3-path": "Uniswap V3",
  "uniswap-v3-swap": "Uniswap V3",
  "universal-router-swap": "Uniswap Universal Router",
  upvote: undefined,
  "weth-both-ways": "WETH",
  "x402-payments": "ERC-20",
};

/** Methods of others that stand beside a protocol's own. */
const OTHERS: Record<string, string> = {
  "approve(address,uint256)": "ERC-20",
  "transfer(address,uint256)": "ERC-20",
  "approve(address,address,uint160,uint48)": "Permit2",
};

/** Names of the units that the policies count; a counter is named by its number. */
const UNITS: Record<string, string> = {
  "0x0000000000000000000000000000000000000000": "the native coin",
  "0x0000000000000000000000000000000090030000": "POKE or credit of the example",
  "0x1111111111111111111111111111111111110f70": "the bridged token",
  "0x6b175474e89094c44da98b954eedeac495271d0f": "DAI",
  "0x83f20f44975d03b1b09e64809b757c47f942beea": "Savings DAI",
  "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48": "USDC",
  "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2": "WETH",
  "0xd3d2e2692501a5c9ca623199d38826e513033a17": "the liquidity token",
};

const PERIODS: Record<number, string> = { 0: "in all", 3_600: "an hour", 86_400: "a day", 604_800: "a week" };

/** The classes of permissions, as the table's columns have them. */
const CLASSES = ["counted", "trusted", "asked", "open"] as const;

export function protocolsDocument(): string {
  const files = readPolicyFiles();
  const unknown = files.filter(({ name }) => !(name in PROTOCOLS)).map(({ name }) => name);
  if (unknown.length > 0) throw new Failure(`Name the protocol of ${unknown.join(", ")} in test/vectors/protocols.ts.`);
  const methods = new Set(files.flatMap(methodsOf));
  const grounds = JSON.parse(readFileSync(GROUNDS, "utf8")) as Record<string, string[]>;
  const recipes = Object.keys(grounds).filter((name) => !files.some((file) => file.name === name));
  const protocols = new Set([...methods].map((method) => method.split(" | ")[0]));
  const count = (of: "passes" | "refused") => files.reduce((sum, file) => sum + file[of].length, 0);
  return `# Protocols

<!-- Written by node test/vectors/protocols.ts from examples/policies/protocols; a test compares it. -->

What real methods look like as a policy: ${files.length} policies with ${methods.size} methods of ${protocols.size} protocols, beside those of this repository's own examples and the plain transfer of coin. Each file in [examples/policies/protocols](../examples/policies/protocols) holds the policy, where its methods come from, ${count("passes")} executions that pass and ${count("refused")} that must not, with what they draw or the error that they meet. They run against the model and against the contracts, byte by byte; [typed-data](typed-data) shows what a wallet is asked to sign for each.

- **Counted**: the amount is held by a cap, and nothing else leaves by this method.
- **Trusted**: every argument that can carry authority is bound to what the principal signed; what the contract then does is its word.
- **Caps**: base units, over all methods and routes together.
- **Asked**: only the contract itself may consume it.
- **Open**: the arguments named are anybody's choice, for the reason given.
- **Ran on**: whose contracts the calls that pass went to in \`npm run test:protocols\`, on a chain of its own. Behind a package's name stand the contracts that its authors published. ${STAND_IN[0]!.toUpperCase()}${STAND_IN.slice(1)} does what the policy is about by the methods of a protocol that is in no package: of the protocol itself only the encoded calls were tried. [What stands in](../test/protocols/README.md#what-stands-in) says for whom.

## Recipes

What most apps start from: each recipe's policy published and registered through the client, its calls sent by the key, what must not pass refused by the chain though the owner can do it, and a key that takes all it can in every period, which is never more than the worst loss that the words name. [recipes.md](guides/recipes.md) shows them.

| recipe of \`latchkey/recipes\` | ran on |
| --- | --- |
${recipes.map((name) => `| ${recipeName(name)} | ${groundsIn(grounds[name])} |`).join("\n")}

## Policies

| policy | protocol | counted | trusted | asked | open | ran on |
| --- | --- | --- | --- | --- | --- | --- |
${files.map((file) => `${row(file)} ${groundsIn(grounds[file.name])} |`).join("\n")}

${files.map(section).join("\n")}`;
}

/** `protocol | method`, of the policy's permissions that belong to a protocol. */
function methodsOf({ name, policy }: PolicyFile): string[] {
  return policy.permissions
    .map(({ method }) => [OTHERS[method] ?? PROTOCOLS[name], method])
    .filter(([protocol, method]) => protocol !== undefined && method !== "")
    .map((parts) => parts.join(" | "));
}

/** "mint, for nothing": a recipe, and in which form. */
function recipeName(text: string): string {
  const [name = "", ...form] = text.split(", ");
  return [`[\`${name}\`](reference/api.md#${name.toLowerCase()})`, ...form].join(", ");
}

/** Whose contracts something ran on. */
function groundsIn(grounds: string[] | undefined): string {
  if (grounds === undefined) throw new Failure("test/protocols/grounds.json does not say what each policy ran on.");
  if (grounds.length === 0) return "no contract";
  return grounds.map((each) => (each.includes(" ") || each === "Permit2" ? each : `\`${each}\``)).join(", ");
}

/** One line of the overview, but for its last cell. */
function row({ name, policy, facts }: PolicyFile): string {
  const { permissions } = publish(policy, facts);
  const cells = CLASSES.map((trust) => {
    const named = permissions.filter((each) => each.trust === trust).map(({ permission }) => nameOf(permission.method));
    return [...new Set(named)].join(", ");
  });
  return `| [${name}](#${name}) | ${[PROTOCOLS[name] ?? "", ...cells].join(" | ")} |`;
}

function nameOf(method: string): string {
  return method === "" ? "a plain transfer" : `\`${method.split("(")[0]}\``;
}

function section(file: PolicyFile): string {
  const { name, about, open, policy, facts, passes, refused } = file;
  const { permissions } = publish(policy, facts);
  const rows = CLASSES.flatMap((trust) => {
    const found = permissions.filter((each) => each.trust === trust);
    if (found.length === 0) return [];
    return [[trust, `${texts(found)}${trust === "open" || trust === "asked" ? `. ${open}` : ""}`]];
  });
  if (policy.limits.length > 0) rows.push(["caps", policy.limits.map(cap).join("; ")]);
  return `## ${name}

[${about}](../examples/policies/protocols/${name}.json)

| what | which |
| --- | --- |
${[...rows, ["passes", said(passes)], ["must not", said(refused)]].map(([what, text]) => `| ${what} | ${text} |`).join("\n")}
`;
}

function cap({ unit, cap: most, period, fromStart }: Limit): string {
  const of = UNITS[unit.toLowerCase()] ?? `counter ${BigInt(unit)}`;
  const often = PERIODS[period] ?? `in ${period} seconds`;
  return `${most.toLocaleString("en")} of ${of} ${often}${fromStart ? ", counted from the start" : ""}`;
}

/** Each method once: alternatives have one text. */
function texts(permissions: PublishedPermission[]): string {
  const all = permissions.map(({ permission: { method, open } }) => {
    const text = method === "" ? "a plain transfer of coin" : `\`${method}\``;
    if (open.length === 0) return text;
    return `${text}, open at ${open.map((path) => `\`${path}\``).join(", ")}`;
  });
  return [...new Set(all)].join(", ");
}

function said(cases: Case[]): string {
  return cases.map(({ say, error }) => (error === undefined ? say : `${say}: \`${error}\``)).join("; ");
}

if (import.meta.main) {
  await script(async () => {
    const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
    const wanted = protocolsDocument();
    if (!values.check) writeFileSync(DOCUMENT, wanted);
    else if (readFileSync(DOCUMENT, "utf8") !== wanted)
      throw new Failure("docs/protocols.md is not as node test/vectors/protocols.ts would write it.");
  });
}
