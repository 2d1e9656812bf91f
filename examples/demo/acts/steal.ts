import { formatEther, maxUint256, parseEther } from "viem";
import { getBalance } from "viem/actions";
import { selectorOf } from "../../../sdk/src/index.ts";
import type { AppName } from "../apps.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { OPERATION_COST } from "../operation.ts";
import { worstLoss } from "../loss.ts";
import { lossInWords } from "../words.ts";
import { DEAD } from "./end.ts";
import { refuseOn } from "./onRoutes.ts";

const ONE = parseEther("1");
/** What the thief may ask in fees so that one operation reserves the whole gas budget: 0.02 ETH. */
const GREEDY = { verificationGasLimit: 400_000n, callGasLimit: 500_000n, preVerificationGas: 100_000n };
const GREEDY_FEE = 20_000_000_000n;

/** A stolen key: what it takes is bounded by the number that was known before anyone signed. */
export async function steal(demo: Demo): Promise<void> {
  const { report, stage, sessions, policies } = demo;
  const { mallory } = stage.people;
  report.act("The thief: Mallory has the key");
  const { session } = await sessions.register(stage.account, policies.social);
  const bound = await worstLoss(stage, session);
  report.fact("worst loss", `${lossInWords(bound, stage.names)}: worstLoss(account, key), before the theft`);
  const before = await holdings(demo);
  const mine = (amount: bigint) => [demo.call("SocialCore", "poke", [mallory.address, amount * ONE])];

  // What could have been, on a copy of the chain: the thief takes all there is to take.
  let most = before;
  await demo.onACopy(async () => {
    await demo.accept("direct", session, "on a copy: all 50 POKE at once", mine(50n), { spends: { POKE: 50n * ONE } });
    const greedy = {
      operation: { ...GREEDY, maxFeePerGas: GREEDY_FEE, maxPriorityFeePerGas: GREEDY_FEE },
      bundler: mallory,
    };
    const post = [demo.call("SocialFeed", "post", ["thank you"])];
    await demo.accept("userOperation", session, "on a copy: the gas budget as a fee", post, greedy);
    const error: Expected = ["GasBudgetExceeded", [OPERATION_COST, 0n]];
    await demo.refuse("userOperation", session, "one more operation", post, error, { byHand: true });
    await refuseOn(demo, "one more POKE", { direct: session, relayed: session }, () => ({
      calls: mine(1n),
      error: ["SpendCapExceeded", [stage.names.at("POKE"), ONE, 0n]],
    }));
    most = await holdings(demo);
  });

  await demo.accept("direct", session, "20 POKE are gone", mine(20n), { spends: { POKE: 20n * ONE } });
  const grabs: [what: string, name: AppName, method: string, args: unknown[], text: string][] = [
    ["take the POKE itself", "POKE", "transfer", [mallory.address, ONE], "transfer(address,uint256)"],
    ["an allowance for later", "POKE", "approve", [mallory.address, maxUint256], "approve(address,uint256)"],
    ["the USD", "USD", "transfer", [mallory.address, ONE], "transfer(address,uint256)"],
  ];
  for (const [what, name, method, args, text] of grabs) {
    const error: Expected = ["CallNotAllowed", [0, stage.names.at(name), selectorOf(text)]];
    await demo.refuse("direct", session, what, [demo.call(name, method, args)], error);
  }
  await demo.refuse(
    "direct",
    session,
    "the ETH",
    [{ to: mallory.address, value: ONE / 10n }],
    ["CallNotAllowed", [0, mallory.address, "0x00000000"]],
  );
  await demo.acceptOther("owner", "sees it, revokes by a signature", () => sessions.revoke(session));
  await refuseOn(demo, "the thief after that", { userOperation: session, direct: session, relayed: session }, () => ({
    calls: mine(1n),
    error: ["SessionAlreadyRevoked", [stage.account, session.key.address]],
    options: DEAD,
  }));

  const after = await holdings(demo);
  const cap = bound.losses[0]!.amount;
  const text = (poke: bigint, ether: bigint) =>
    `${stage.names.amount(poke, stage.names.at("POKE"))} and ${formatEther(ether)} ETH`;
  const spent = text(before.poke - after.poke, before.ether - after.ether);
  report.fact(
    "the thief",
    `spent ${spent}; could have spent ${text(before.poke - most.poke, before.ether - most.ether)}`,
  );
  const held =
    before.poke - most.poke === cap &&
    before.poke - after.poke <= cap &&
    before.ether - most.ether <= bound.gas &&
    before.ether - after.ether <= bound.gas;
  await demo.judge(
    "the bound held",
    held ? undefined : `It did not: the bound was ${lossInWords(bound, stage.names)}.`,
  );
  const left = await worstLoss(stage, session);
  await demo.judge(
    "nothing is left to lose",
    left.gas === 0n && left.losses.every(({ amount }) => amount === 0n) ? undefined : "Something is.",
  );
}

/** What the account owns: POKE, and ETH with its deposit at the EntryPoint. */
async function holdings({ stage }: Demo): Promise<{ poke: bigint; ether: bigint }> {
  const { client, apps, entryPoint, account: address } = stage;
  const deposit = await entryPoint.read<bigint>("balanceOf", [address]);
  return {
    poke: await apps.POKE.read<bigint>("balanceOf", [address]),
    ether: (await getBalance(client, { address })) + deposit,
  };
}
