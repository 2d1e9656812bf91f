import { expect } from "chai";
import {
  decodeFunctionData,
  encodeFunctionData,
  erc20Abi,
  parseEther,
  parseEventLogs,
  zeroAddress,
  type Address,
  type Hash,
} from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { getBalance, getTransaction, getTransactionReceipt, readContract } from "viem/actions";
import { maxGasCost } from "../support/reference/userOp.ts";
import { latchkey, openStage, VERSIONS, type Stage } from "../support/client/bundledStage.ts";

const { contract, definePolicy, entryPoints, generateP256SessionKey, generateSecp256k1SessionKey } = latchkey;
const KINDS = ["secp256k1", "P-256", "EIP-7702"] as const;
const PAYERS = ["self-paid", "sponsored"] as const;
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const BUDGET = parseEther("1");

interface Cell {
  hash: Hash;
  gasUsed: bigint;
  /** Gas that was reserved for each gas that was paid. */
  reserve: number;
  milliseconds: number;
}

const GWEI = 10n ** 9n;

describe("The client with a real bundler", function () {
  this.timeout(120_000);
  let stage: Stage;
  const cells = new Map<string, Cell>();
  const nameOf = (...parts: string[]) => parts.join(" ");

  before(async () => {
    stage = await openStage();
  });
  after(() => {
    print(cells, nameOf);
    return stage.chain.connection.close();
  });

  for (const version of VERSIONS) {
    for (const kind of KINDS) {
      for (const payer of PAYERS) {
        it(`sends through EntryPoint ${version}, ${kind}, ${payer}`, async () => {
          const { client, bundler, balanceOf, openPrincipal } = stage;
          const {
            address: principal,
            token,
            sendCalls,
          } = await openPrincipal(version, kind === "EIP-7702" ? "7702" : "account");
          const key = kind === "P-256" ? await generateP256SessionKey() : generateSecp256k1SessionKey();
          const paymaster = payer === "sponsored" ? await stage.sponsor(version, principal) : undefined;
          const policy = definePolicy({
            app: "e2e.example",
            maxDuration: 3_600,
            maxCalls: 3,
            gasBudget: BUDGET,
            selfPaid: paymaster === undefined,
            paymaster: paymaster ?? zeroAddress,
            permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
            limits: [{ unit: token, cap: 100n }],
          });
          await latchkey.registerSessionSync(client, {
            key,
            policy,
            principal,
            account: stage.deployer,
            sendCalls,
          });

          // From EntryPoint v0.8 on the session opens a second later.
          await stage.later(1);

          const before = await purse(principal, version);
          const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, 7n] });
          const started = performance.now();
          const { hash, route } = await latchkey.sendSessionCallsSync(client, {
            ...{ principal, key, bundler, entryPointVersion: version, calls: [{ to: token, data }] },
            ...(paymaster !== undefined && { operation: { paymaster } }),
          });
          const milliseconds = performance.now() - started;

          expect(route).to.equal("userOperation");
          const receipt = await getTransactionReceipt(client, { hash });
          expect([receipt.status, receipt.to]).to.deep.equal(["success", entryPoints[version].address.toLowerCase()]);
          const events = parseEventLogs({ abi: entryPoint09Abi, eventName: "UserOperationEvent", logs: receipt.logs });
          expect(events).to.have.length(1);
          const { sender, success, actualGasCost, actualGasUsed, paymaster: payerOnChain } = events[0]!.args;
          expect({ sender, success, payerOnChain }).to.deep.equal({
            sender: principal,
            success: true,
            payerOnChain: paymaster ?? zeroAddress,
          });
          expect(await balanceOf(token, FRIEND)).to.equal(7n);

          const { input } = await getTransaction(client, { hash });
          const { args } = decodeFunctionData({ abi: entryPoint09Abi, data: input });
          const [op] = (args as unknown as [[Parameters<typeof maxGasCost>[0]]])[0];
          const reserved = maxGasCost(op);
          const session = await latchkey.getSession(client, { principal, key: key.address });
          const gwei = (reserved + GWEI - 1n) / GWEI;
          expect(session).to.deep.include({ callsLeft: 2, gasLeft: BUDGET - gwei * GWEI });
          expect(session.limits[0]!.left).to.equal(93n);
          // Reserved in full: an estimate far above the use would eat the budget.
          expect(Number(reserved) / Number(actualGasCost)).to.be.within(1, 3);

          const after = await purse(principal, version);
          expect(before - after).to.equal(paymaster === undefined ? actualGasCost : 0n);
          const fee = BigInt(op.gasFees) & (2n ** 128n - 1n);
          cells.set(nameOf(version, kind, payer), {
            ...{ hash, gasUsed: actualGasUsed, milliseconds },
            reserve: Number(reserved / fee) / Number(actualGasUsed),
          });
        });
      }
    }
  }

  it("leaves no cell empty", () => {
    const names = VERSIONS.flatMap((v) => KINDS.flatMap((k) => PAYERS.map((p) => nameOf(v, k, p))));
    expect(names).to.have.length(18);
    expect(names.filter((name) => !/^0x[0-9a-f]{64}$/.test(cells.get(name)?.hash ?? ""))).to.deep.equal([]);
    expect(new Set([...cells.values()].map(({ hash }) => hash)).size).to.equal(18);
  });

  /** What the principal could pay with, wei: its coins and its deposit. */
  async function purse(principal: Address, version: (typeof VERSIONS)[number]): Promise<bigint> {
    const deposit = await readContract(stage.client, {
      ...{ abi: entryPoint09Abi, address: entryPoints[version].address, functionName: "balanceOf", args: [principal] },
    });
    return (await getBalance(stage.client, { address: principal })) + deposit;
  }
});

function print(cells: Map<string, Cell>, nameOf: (...parts: string[]) => string): void {
  const line = (version: string, kind: string, payer: string) => {
    const { hash = "", gasUsed = 0n, reserve = 0, milliseconds = 0 } = cells.get(nameOf(version, kind, payer)) ?? {};
    const numbers = `${String(gasUsed).padStart(8)} gas, ${reserve.toFixed(2)} x reserved, ${milliseconds.toFixed(0).padStart(5)} ms`;
    console.log(
      `  ${version}  ${kind.padEnd(9)}  ${payer.padEnd(9)}  ${hash === "" ? "EMPTY" : `${hash}  ${numbers}`}`,
    );
  };
  console.log("\n  EntryPoint x principal and key x payer: the mined transaction");
  for (const version of VERSIONS) for (const kind of KINDS) for (const payer of PAYERS) line(version, kind, payer);
}
