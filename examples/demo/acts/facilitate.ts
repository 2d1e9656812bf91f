import { encodeFunctionData, encodePacked, erc20Abi, numberToHex, pad, parseAbi, parseEther, zeroHash } from "viem";
import { call } from "viem/actions";
import { fromPermissionRequests, type PermissionRequest, toPermissionResponses } from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import { person } from "../people.ts";

/** All that a facilitator knows of a delegation manager. */
const managerAbi = parseAbi([
  "function redeemDelegations(bytes[] permissionContexts, bytes32[] modes, bytes[] executionCallDatas)",
]);
const ONE = parseEther("1");

/** A payment per request, by a facilitator that was handed an ERC-7715 answer and knows ERC-7710 alone. */
export async function facilitate(demo: Demo): Promise<void> {
  const { report, stage } = demo;
  const { client, chain, names, apps, carols: principal, people } = stage;
  report.act("A facilitator is paid through ERC-7710");
  const facilitator = person("Facilitator");
  names.add("Facilitator", facilitator.address);
  await chain.helpers.setBalance(facilitator.address, ONE);
  await apps.USD.send("transfer", [principal, 10n * ONE]);
  const shop = people.bob.address;

  const requests: PermissionRequest[] = [
    {
      ...{ chainId: numberToHex(client.chain.id), to: facilitator.address },
      permission: {
        ...{ type: "erc20-token-allowance", isAdjustmentAllowed: false },
        data: { tokenAddress: apps.USD.address, allowanceAmount: numberToHex(3n * ONE) },
      },
      rules: [
        { type: "expiry", data: { timestamp: (await chain.now()) + 3_600 } },
        { type: "payee", data: { addresses: [shop] } },
      ],
    },
  ];
  const { policy, validUntil } = fromPermissionRequests({ requests, app: "agent.example" });
  const key = { address: facilitator.address, publicKey: "0x" } as const;
  const owner = { principal, account: people.carol, relayer: chain.relayer };
  await demo.acceptOther("relayer", "Carol grants 3 USD, to Bob alone", async () => {
    const { hash } = await client.registerSessionSync({ ...owner, key, policy, validUntil });
    return (await chain.receiptOf(hash)).gasUsed;
  });
  const [answer] = toPermissionResponses({ requests, principal });

  const balance = () => apps.USD.read<bigint>("balanceOf", [shop]);
  const before = await balance();
  const settle = async (amount: bigint, payTo = shop) => {
    const pay = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [payTo, amount] });
    const execution = encodePacked(["address", "uint256", "bytes"], [apps.USD.address, 0n, pay]);
    const args = [[answer!.context], [zeroHash], [execution]] as const;
    const data = encodeFunctionData({ abi: managerAbi, functionName: "redeemDelegations", args });
    const to = answer!.delegationManager;
    await call(client, { account: facilitator, to, data });
    return (await chain.send({ to, data }, facilitator)).gasUsed;
  };
  for (const [paid, request] of [1n, 2n, 3n].entries()) {
    await demo.acceptOther(
      "facilitator",
      `request ${request}: redeems 1 USD for Bob`,
      () => settle(ONE),
      async () => {
        const due = before + BigInt(paid + 1) * ONE;
        return (await balance()) === due ? undefined : `Bob has ${await balance()} instead of ${due}`;
      },
    );
  }
  await demo.refuseOther("facilitator", "request 4: the cap is used up", () => settle(ONE), [
    "SpendCapExceeded",
    [apps.USD.address, ONE, 0n],
  ]);
  await demo.refuseOther("facilitator", "to anybody but Bob", () => settle(1n, facilitator.address), [
    "ArgumentNotAllowed",
    [0, 0, pad(facilitator.address)],
  ]);
}
