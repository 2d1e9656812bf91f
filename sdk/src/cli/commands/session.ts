import { type Address, formatEther, formatUnits, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { latchkeyLensAbi } from "../../generated/abi/latchkeyLensAbi.ts";
import { getSession, type GetSessionReturnType } from "../../actions/getSession.ts";
import { readTokenUnits } from "../../actions/readTokenUnits.ts";
import type { Deployment } from "../../constants.ts";
import { durationInWords, type TokenUnit } from "../../policies/describePolicy.ts";
import type { SessionClient } from "../../utils/client.ts";
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
      worstLoss(client, deployment, principal!, key!),
    ]);
    const tokens = await unitsOf(client, [state]);
    const lost = loss.losses.filter(({ amount }) => amount !== 0n);
    const worst = [
      ...lost.map(({ token, amount }) => inWords(amount, token, tokens)),
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
            ["worst loss", worst.join(" + ") || "nothing"],
          ],
        },
      ],
    };
  },
};

async function worstLoss(client: SessionClient, { lens }: Deployment, principal: Address, key: Address) {
  const [losses, gas] = await readContract(client, {
    abi: latchkeyLensAbi,
    address: lens,
    functionName: "worstLoss",
    args: [principal, key],
  });
  return { losses, gas };
}

export function unitsOf(client: SessionClient, states: readonly GetSessionReturnType[]) {
  const limits = states.flatMap((each) => each.limits.map(({ token, cap, period }) => ({ token, cap, period })));
  return readTokenUnits(client, { policy: { limits, permissions: [] } });
}

export function rowsOf(state: GetSessionReturnType, tokens: Record<Address, TokenUnit>): Section["rows"] {
  const { status, validAfter, validUntil, policyId, registration, callsLeft, gasLeft, limits } = state;
  if (status === "None") return [["status", "None: the principal never registered this key"]];
  return [
    ["status", status],
    ["from", timeInWords(validAfter)],
    ["until", `${timeInWords(validUntil)}, inclusive`],
    ["policyId", policyId],
    ["registration", String(registration)],
    ["calls left", String(callsLeft)],
    ["gas left", `${formatEther(gasLeft)} ETH`],
    ...limits.map(({ token, cap, period, left, refillsAt }): [string, string] => {
      const again = refillsAt === 0 ? "" : `, again at ${timeInWords(refillsAt)}`;
      const each = period === 0 ? "" : ` in each ${durationInWords(period)}${again}`;
      return ["limit", `${numberOf(left, token, tokens)} left of ${inWords(cap, token, tokens)}${each}`];
    }),
  ];
}

function numberOf(amount: bigint, token: Address, tokens: Record<Address, TokenUnit>): string {
  return formatUnits(amount, isAddressEqual(token, zeroAddress) ? 18 : (tokens[token]?.decimals ?? 0));
}

/** The symbol is the token's own word: its address stands beside it. */
function inWords(amount: bigint, token: Address, tokens: Record<Address, TokenUnit>): string {
  const number = numberOf(amount, token, tokens);
  if (isAddressEqual(token, zeroAddress)) return `${number} ETH`;
  const symbol = tokens[token]?.symbol ?? "base units of";
  if (tokens[token] === undefined) return `${number} ${symbol} ${token}`;
  return symbol === token ? `${number} ${token}` : `${number} ${symbol} (${token})`;
}
