import { expect } from "chai";
import { concat, dataSlice, Interface, keccak256, toBeHex, ZeroAddress } from "ethers";
import { traceHandleOps, violations, type Frame } from "../../support/chain/erc7562.ts";
import { limit, rule, type Permission, type Policy } from "../../support/reference/policy.ts";
import type { Call, SessionKey } from "../../support/reference/session.ts";
import type { PackedUserOperation, UserOperationFields } from "../../support/reference/userOp.ts";
import { inEachWorld, openStage, World } from "../../support/chain/world.ts";

const VALIDATOR = new Interface([
  "function validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes), bytes32) returns (uint256)",
]);
const MODULE_CALL = VALIDATOR.getFunction("validateUserOp")!.selector;
const sponsor = (world: World): Partial<UserOperationFields> => ({ paymaster: { address: world.paymaster } });

/** A validation path: what the policy says beside its plain form, and what the operation calls. */
interface Path {
  title: string;
  policy?: (world: World) => Partial<Policy>;
  calls: (world: World) => Call[];
  fields?: (world: World) => Partial<UserOperationFields>;
}

const batch = (world: World) => Array.from({ length: 5 }, () => world.transfer(1n));
const everyRule: Permission["rules"] = [
  rule.equalPrincipal(0),
  rule.oneOf(1, [toBeHex(1, 20), toBeHex(2, 20)]),
  rule.notEqual(2, 9n),
  rule.atMost(2, 100n),
  rule.atLeast(2, 1n),
  rule.equalHash(3, keccak256("0xc0de")),
  rule.oneOfHash(3, [keccak256("0xc0de"), keccak256("0x01")]),
  rule.equal(4, 1n),
];
const RULED = new Interface(["function ruled(address,address,uint256,bytes,bool)"]);

const PATHS: Path[] = [
  { title: "single, self-paying", calls: (world) => [world.transfer(1n)] },
  { title: "single, sponsored", calls: (world) => [world.transfer(1n)], fields: sponsor },
  { title: "batch, self-paying", calls: batch },
  { title: "batch, sponsored", calls: batch, fields: sponsor },
  {
    title: "period cap",
    policy: (world) => ({ limits: [limit(world.tokenAddress, 100n, 86_400), limit(world.forwardedAddress, 100n)] }),
    calls: (world) => [world.transfer(1n)],
  },
  {
    title: "lifetime and period caps on two tokens, batch, sponsored",
    policy: (world) => ({ limits: [limit(world.tokenAddress, 100n, 300), limit(world.forwardedAddress, 100n, 3_600)] }),
    calls: (world) => [world.transfer(1n), world.forwardedTransfer(1n), world.count(3n)],
    fields: sponsor,
  },
  {
    title: "native value under a cap",
    policy: (world) => ({
      permissions: [{ ...permissionTo(world.recipient, ""), maxValue: 10n }],
      limits: [limit(ZeroAddress, 100n)],
    }),
    calls: (world) => [{ target: world.recipient, value: 3n }],
  },
  {
    title: "every kind of rule",
    policy: (world) => ({
      permissions: [
        { ...permissionTo(world.stage.counterAddress, "ruled(address,address,uint256,bytes,bool)"), rules: everyRule },
      ],
      limits: [],
    }),
    calls: (world) => [
      {
        target: world.stage.counterAddress,
        data: RULED.encodeFunctionData("ruled", [world.principal, toBeHex(2, 20), 50n, "0xc0de", true]),
      },
    ],
  },
  {
    title: "the last of 256 permissions",
    policy: (world) => ({
      permissions: [
        permissionTo(world.tokenAddress, "transfer(address,uint256)"),
        ...Array.from({ length: 255 }, (_, i) => permissionTo(toBeHex(BigInt(i + 1) << 140n, 20), "like(uint256)")),
      ],
      limits: [limit(world.tokenAddress, 100n)],
    }),
    calls: (world) => [world.transfer(1n)],
  },
  {
    title: "a wildcard",
    policy: (world) => ({ permissions: [permissionTo(world.stage.counterAddress, "*")], limits: [] }),
    calls: (world) => [world.count(1n)],
  },
];

/** What the check finds in the validation of these operations of one principal, which a session's key signed. */
async function found(world: World, ops: PackedUserOperation[]) {
  const { chain, address } = world.stage;
  const from = chain.bundler.address;
  const entryPoint = String(world.entryPoint.target);
  const data = world.entryPoint.interface.encodeFunctionData("handleOps", [ops, from]);
  const trace = await traceHandleOps(chain.provider, { from, to: entryPoint, data });
  // There was something to check: each operation went through Latchkey.
  expect(callsOfModule(trace.frames, address), "operations that Latchkey validated").to.equal(ops.length);
  const paymaster = ops.some(({ paymasterAndData }) => paymasterAndData !== "0x") ? { paymaster: world.paymaster } : {};
  return violations({ trace, entryPoint, sender: world.principal, ...paymaster });
}

function callsOfModule({ to, input, calls = [] }: Frame, module: string): number {
  const own = BigInt(to) === BigInt(module) && input.startsWith(MODULE_CALL) ? 1 : 0;
  return calls.reduce((count, call) => count + callsOfModule(call, module), own);
}

function paths(world: () => World, kind: SessionKey["kind"]): void {
  for (const path of PATHS) {
    it(`${kind}: ${path.title} (ATK-63, ATK-64)`, async () => {
      const session = await world().start(kind, path.policy?.(world()) ?? {});
      const validUntil = await nextPeriod(world());
      // The first use writes words that later ones find written.
      for (const use of ["first", "second"]) {
        const fields = path.fields?.(world()) ?? {};
        const op = await world().op(session, path.calls(world()), { fields, validUntil });
        expect(await found(world(), [op]), `${use} use`).to.deep.equal([]);
        expect((await world().bundle([op])).outcomes).to.have.length(1);
      }
    });
  }

  it(`${kind}: a signature of nobody's`, async () => {
    const session = await world().start(kind);
    const op = await world().op(session, [world().transfer(1n)]);
    const [key, s, deadline] = [0, 64, 96].map((at) => dataSlice(op.signature, at, at + 32)) as [
      string,
      string,
      string,
    ];
    // The parity of a P-256 key's y is part of its name.
    const parity = kind === "p256" ? BigInt(s) & (1n << 255n) : 0n;
    const signature = concat([key, toBeHex(1, 32), toBeHex(parity + 1n, 32), deadline]);
    expect(await found(world(), [{ ...op, signature }])).to.deep.equal([]);
  });
}

/** Goes to the beginning of the next five minutes, which no period is shorter than; returns their last second. */
async function nextPeriod(world: World): Promise<number> {
  const start = Math.ceil(((await world.now()) + 1) / 300) * 300;
  await world.stage.chain.helpers.time.increaseTo(start);
  return start + 299;
}

inEachWorld("Latchkey's validation keeps ERC-7562", (world) => {
  for (const kind of ["secp256k1", "p256"] as const) paths(world, kind);

  it("two operations of two keys in one bundle", async () => {
    const first = await world().start("secp256k1", {}, { lane: 1n });
    const second = await world().start("p256", {}, { lane: 2n });
    const ops = [
      await world().op(first, [world().transfer(1n)], { nonceLane: 1 }),
      await world().op(second, batch(world()), { nonceLane: 2, fields: sponsor(world()) }),
    ];
    expect(await found(world(), ops)).to.deep.equal([]);
  });
});

describe("Latchkey's validation keeps ERC-7562 without the P-256 precompile", () => {
  let world: World;
  let snapshot: { restore(): Promise<void> };
  before(async () => {
    world = await World.open(await openStage("prague"), "0.9", "standalone");
  });
  after(() => world.stage.chain.connection.close());
  beforeEach(async () => {
    snapshot = await world.stage.chain.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  paths(() => world, "p256");
});

function permissionTo(target: string, method: string): Permission {
  return {
    target,
    method,
    maxValue: 0n,
    spendToken: ZeroAddress,
    amountArgument: 0,
    spendAmount: 0n,
    rules: [],
    consumable: false,
  };
}
