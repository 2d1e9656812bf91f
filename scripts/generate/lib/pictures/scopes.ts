import { readFileSync } from "node:fs";
import { getAddress, keccak256, slice, stringToHex, type Address } from "viem";
import { policyToSvg } from "../../../../sdk/src/pictures/policyToSvg.ts";
import { definePolicy } from "../../../../sdk/src/policies/definePolicy.ts";
import { describePolicy } from "../../../../sdk/src/policies/describePolicy.ts";
import { formatPolicyDescription } from "../../../../sdk/src/policies/formatPolicyDescription.ts";
import { method } from "../../../../sdk/src/policies/permissions.ts";
import { parsePolicyFile } from "../../../../sdk/src/policies/parsePolicyFile.ts";
import { Diagram, MUTED, SMALL, STRONG } from "./diagram.ts";

/** Stands for a contract that has another address on every chain. */
const standIn = (name: string): Address => getAddress(slice(keccak256(stringToHex(name)), 12));

/** What the policy files of examples/policies name. */
const CONTRACTS = [
  ...["SocialFeed", "SocialEngagement", "SocialCore", "SocialMarket"],
  ...["GameWorld", "GameShop", "UpvoteApp", "UniswapV2Router"],
];
const TOKENS = ["POKE", "USD", "WETH"];

/** The scope of a policy file of examples/policies, which the demo plays, at addresses that stand in for its contracts'. */
export function scopePicture(name: string): string {
  const json = readFileSync(`examples/policies/${name}.json`, "utf8");
  const book = {
    contracts: Object.fromEntries(CONTRACTS.map((each) => [each, standIn(each)])),
    tokens: Object.fromEntries(TOKENS.map((each) => [each, { address: standIn(each), decimals: 18 }])),
  };
  const { policy, contents, counters } = parsePolicyFile(json, { book, file: name });
  const units = TOKENS.map((symbol) => [standIn(symbol), { symbol, decimals: 18 }] as const);
  return policyToSvg(policy, {
    id: `scope-${name}`,
    names: Object.fromEntries([...CONTRACTS, ...TOKENS].map((each) => [standIn(each), each])),
    tokens: { ...Object.fromEntries(units), ...counters },
    contents,
  });
}

const DAY = 86_400;
const HOUR = 3_600;
/** Three in the afternoon, for two days. */
const WINDOW = { validAfter: 20_000 * DAY + 15 * HOUR, validUntil: 20_002 * DAY + 15 * HOUR - 1 };
const TOKEN = standIn("USD");

/** One window, and how many periods of a limit it touches. */
export function periodsPicture(): string {
  const diagram = new Diagram("periods", 820);
  const [left, right, first] = [204, 804, 20_000 * DAY];
  const x = (at: number) => Math.round(left + ((at - first) / (3 * DAY)) * (right - left));
  const [from, until] = [x(WINDOW.validAfter), x(WINDOW.validUntil + 1)];
  diagram.text(16, 46, "the session's window", STRONG);
  diagram.fill(from, 32, until - from, 22, "blue");
  diagram.middle((from + until) / 2, 47, "two days", SMALL);
  for (const [day, name] of [
    [0, "midnight"],
    [1, "midnight"],
    [2, "midnight"],
    [3, "midnight"],
  ] as const) {
    const at = x(first + day * DAY);
    diagram.line(`M${at} 22V250`, "frame");
    diagram.middle(Math.min(Math.max(at, left + 26), right - 26), 16, name, MUTED);
  }
  const told: string[] = [];
  const limits = [
    { period: DAY, fromStart: false },
    { period: DAY, fromStart: true },
    { period: 0, fromStart: false },
  ];
  limits.forEach((limit, i) => {
    const policy = definePolicy({
      ...{ app: "periods.example", maxDuration: 2 * DAY, maxCalls: 1 },
      permissions: [method(TOKEN, "transfer(address,uint256)")],
      limits: [{ unit: TOKEN, cap: 100n, ...limit }],
    });
    const description = describePolicy(policy, { window: WINDOW, tokens: { [TOKEN]: { symbol: "USD", decimals: 0 } } });
    const words = formatPolicyDescription(description);
    const { periods } = description.loss.losses[0]!;
    const y = 78 + i * 60;
    diagram.paragraph(16, y + 12, left - 30, words.limits[0]!, STRONG);
    const origin = limit.fromStart ? WINDOW.validAfter : first;
    for (let period = 0; period < periods; period++) {
      const start = Math.max(limit.period === 0 ? WINDOW.validAfter : origin + period * limit.period, first);
      const end = limit.period === 0 ? WINDOW.validUntil + 1 : origin + (period + 1) * limit.period;
      diagram.fill(x(start), y, x(end) - x(start), 24);
      const [a, b] = [Math.max(x(start), from), Math.min(x(end), until)];
      diagram.fill(a, y, b - a, 24, "amber");
      diagram.middle((a + b) / 2, y + 16, String(policy.limits[0]!.cap), SMALL);
    }
    const most = `worst loss: ${words.worstLoss}`;
    diagram.text(until, y + 40, most, { ...SMALL, name: "small end" });
    told.push(`${words.limits[0]}: ${periods} periods, ${most}`);
  });
  diagram.text(16, 262, "Each period that the window touches counts whole.", MUTED);
  return diagram.svg(276, "Which periods a window touches", told.join("\n"));
}
