import { type Address, formatEther, formatUnits } from "viem";
import { getPolicy } from "../../actions/getPolicy.ts";
import { getSession, type GetSessionReturnType } from "../../actions/getSession.ts";
import { getWorstLoss, type GetWorstLossReturnType } from "../../actions/getWorstLoss.ts";
import { readTokenUnits } from "../../actions/readTokenUnits.ts";
import { ANY_TARGET, type Deployment } from "../../constants.ts";
import { describePolicy } from "../../policies/describePolicy.ts";
import {
  amountInWords,
  formatPolicyDescription,
  IF_TRUSTED,
  periodInWords,
} from "../../policies/formatPolicyDescription.ts";
import { type TokenUnit, type UnitDescription, Units } from "../../policies/symbols.ts";
import type { SessionClient } from "../../chain/client.ts";
import type { Command } from "../command.ts";
import { addressIn, clientOf, deploymentOf } from "../given.ts";
import { type Section, timeInWords } from "../output.ts";

/** Where one session stands. */
export const session: Command = {
  name: "session",
  args: ["PRINCIPAL", "KEY"],
  about: "Where a session stands, what is left of it and the most that it can still take.",
  options: {},
  help: [],
  async run(given) {
    const [principal, key] = given.positionals.map((each, i) => addressIn(each, i === 0 ? "PRINCIPAL" : "KEY"));
    const client = await clientOf(given);
    const deployment = deploymentOf(given);
    const [state, loss] = await Promise.all([
      getSession(client, { principal: principal!, key: key!, deployment }),
      getWorstLoss(client, { principal: principal!, key: key!, deployment }),
    ]);
    const [tokens, open] = await Promise.all([unitsOf(client, [state]), openOf(client, deployment, state, loss)]);
    const units = new Units(tokens);
    const left = loss.losses
      .filter(({ amount }) => amount !== 0n)
      .map(({ unit, amount }) => ({ unit: units.of(unit), amount }));
    const counted = left.filter(({ unit }) => unit.kind === "counter");
    const worst = [
      ...left.filter(({ unit }) => unit.kind !== "counter").map(({ unit, amount }) => inWords(amount, unit)),
      ...(loss.gas === 0n ? [] : [`${formatEther(loss.gas)} ETH of gas`]),
    ];
    return {
      json: { principal, key, ...state, worstLoss: loss },
      sections: [
        {
          rows: [
            ["principal", principal!],
            ["key", key!],
            ...rowsOf(state, tokens),
            ["worst loss", `${worst.join(" + ") || "nothing"}${loss.isWhole ? "" : IF_TRUSTED}`],
            ...counted.map(({ unit, amount }) => ["may happen", inWords(amount, unit)] as const),
            ...loss.trusted.map((each) => ["trusts", each === ANY_TARGET ? "any contract" : each] as const),
            ...open.map((each) => ["open", each] as const),
          ],
        },
      ],
    };
  },
};

/** The permissions that are open, by their texts, which stand in the log alone. */
async function openOf(
  client: SessionClient,
  deployment: Deployment,
  { policyId }: GetSessionReturnType,
  { open }: GetWorstLossReturnType,
): Promise<string[]> {
  if (open.length === 0) return [];
  const policy = await getPolicy(client, { policyId, deployment });
  if (policy === undefined) return open.map((position) => `permission ${position}`);
  return formatPolicyDescription(describePolicy(policy)).open;
}

export function unitsOf(client: SessionClient, states: readonly GetSessionReturnType[]) {
  const limits = states.flatMap((each) => each.limits);
  return readTokenUnits(client, { policy: { limits, permissions: [] } });
}

export function rowsOf(state: GetSessionReturnType, tokens: Record<Address, TokenUnit>): Section["rows"] {
  const { status, validAfter, validUntil, policyId, registration, callsLeft, gasLeft, limits } = state;
  const units = new Units(tokens);
  if (status === "None") return [["status", "None: the principal never registered this key"]];
  return [
    ["status", status],
    ["from", timeInWords(validAfter)],
    ["until", `${timeInWords(validUntil)}, inclusive`],
    ["policyId", policyId],
    ["registration", String(registration)],
    ["calls left", String(callsLeft)],
    ["gas left", `${formatEther(gasLeft)} ETH`],
    ...limits.map(({ unit: address, cap, period, fromStart, left, refillsAt }): [string, string] => {
      const unit = units.of(address);
      const again = refillsAt === 0 ? "" : `, again at ${timeInWords(refillsAt)}`;
      const each = period === 0 ? "" : ` ${periodInWords({ period, fromStart })}${again}`;
      return ["limit", `${formatUnits(left, unit.decimals)} left of ${inWords(cap, unit)}${each}`];
    }),
  ];
}

/** The symbol is the token's own word: its address stands beside it. */
function inWords(amount: bigint, unit: UnitDescription): string {
  const said = amountInWords(amount, unit);
  return unit.kind !== "token" || said.endsWith(unit.address) ? said : `${said} (${unit.address})`;
}
