import { expect } from "chai";
import { concat, dataSlice, Interface, keccak256, toBeHex, ZeroAddress } from "ethers";
import { traceHandleOps, violations, type Frame } from "../../support/chain/erc7562.ts";
import { counter, limit, rule, spend, type PolicyFields } from "../../support/reference/policy.ts";
import {
  grantEnvelope,
  p256Key,
  secp256k1Key,
  type Call,
  type Grant,
  type SessionKey,
} from "../../support/reference/session.ts";
import type { PackedUserOperation, UserOperationFields } from "../../support/reference/userOp.ts";
import { addressOf, HOUR, inEachWorld, openStage, World } from "../../support/chain/world.ts";

const VALIDATOR = new Interface([
  "function validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes), bytes32) returns (uint256)",
]);
const APPROVE = new Interface(["function approve(address spender, uint256 amount)"]);
const MODULE_CALL = VALIDATOR.getFunction("validateUserOp")!.selector;
const sponsor = (world: World): Partial<UserOperationFields> => ({ paymaster: { address: world.paymaster } });

/** A validation path: what the policy says beside its plain form, and what the operation calls. */
interface Path {
  title: string;
  policy?: (world: World) => Partial<PolicyFields>;
  calls: (world: World) => Call[];
  fields?: (world: World) => Partial<UserOperationFields>;
}

const batch = (world: World) => Array.from({ length: 5 }, () => world.transfer(1n));
const everyTest = [
  rule.isThePrincipal(0),
  rule.isOneOf(1, [addressOf(1), addressOf(2)]),
  rule.isOneOfOrThePrincipal(1, [addressOf(2)]),
  rule.isNot(2, 9n),
  rule.isAtMost(2, 100n),
  rule.isAtLeast(2, 1n),
  rule.hasTheContent(3, keccak256("0xc0de")),
  rule.hasOneOfTheContents(3, [keccak256("0xc0de"), keccak256("0x01")]),
  rule.is(4, true),
  rule.isAtLeastAtRate(2, 5, 1, 3),
  rule.isAtMostAtRate(2, 5, 3, 1),
];
const RULED = new Interface([
  "function ruled(address,address,uint256,bytes,bool,uint256)",
  "function nested((address,uint256)[],bytes)",
  "function transfer(address,uint256)",
]);

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
    policy: (world) => ({
      permissions: [
        permissionTo(world.tokenAddress, "transfer(address,uint256)"),
        permissionTo(world.forwardedAddress, "transfer(address,uint256)"),
        {
          ...permissionTo(world.stage.counterAddress, "add(address,uint256)"),
          rules: [rule.isThePrincipal(0)],
          consumable: true,
        },
      ],
      limits: [limit(world.tokenAddress, 100n, 300), limit(world.forwardedAddress, 100n, 3_600)],
    }),
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
    title: "every test",
    policy: (world) => ({
      permissions: [
        {
          ...permissionTo(world.stage.counterAddress, "ruled(address,address,uint256,bytes,bool,uint256)"),
          rules: everyTest,
        },
      ],
      limits: [],
    }),
    calls: (world) => [
      {
        target: world.stage.counterAddress,
        data: RULED.encodeFunctionData("ruled", [world.principal, addressOf(2), 50n, "0xc0de", true, 60n]),
      },
    ],
  },
  {
    title: "elements, a call inside bytes and the second of two alternatives, summed on limits from the start",
    policy: (world) => ({
      permissions: [1, 2].map((least) => ({
        ...permissionTo(world.stage.counterAddress, "nested((address,uint256)[],bytes)"),
        inner: [{ argument: "1", types: "transfer(address,uint256)" }],
        rules: [rule.isThePrincipal("0[*].0"), rule.is("1:0", addressOf(2)), rule.isAtMost("1:1", 10 * least)],
        spends: [spend.argument(counter(1), "0[*].1"), spend.argument(counter(2), "1:1")],
      })),
      limits: [limit(counter(1), 100n, 86_400, true), limit(counter(1), 1_000n), limit(counter(2), 100n)],
    }),
    calls: (world) => {
      const inner = RULED.encodeFunctionData("transfer", [addressOf(2), 15n]);
      const elements = [1n, 2n].map((amount) => [world.principal, amount]);
      const data = RULED.encodeFunctionData("nested", [elements, inner]);
      return [{ target: world.stage.counterAddress, data }];
    },
  },
  {
    title: "an approval that pays for what is spent behind it",
    policy: (world) => ({
      permissions: [
        {
          ...permissionTo(world.tokenAddress, "approve(address,uint256)"),
          rules: [rule.is(0, world.stage.counterAddress)],
        },
        {
          ...permissionTo(world.stage.counterAddress, "add(address,uint256)"),
          rules: [rule.isThePrincipal(0)],
          spends: [spend.argument(world.tokenAddress, 1)],
        },
      ],
      limits: [limit(world.tokenAddress, 20n)],
    }),
    calls: (world) => [
      {
        target: world.tokenAddress,
        data: APPROVE.encodeFunctionData("approve", [world.stage.counterAddress, 10n]),
      },
      world.count(10n),
    ],
  },
  {
    title: "the last of 248 permissions",
    policy: (world) => ({
      permissions: [
        permissionTo(world.tokenAddress, "transfer(address,uint256)"),
        ...Array.from({ length: 247 }, (_, i) => permissionTo(toBeHex(BigInt(i + 1) << 140n, 20), "like(uint256)")),
      ],
      limits: [limit(world.tokenAddress, 100n)],
    }),
    calls: (world) => [world.transfer(1n)],
  },
  {
    title: "a wildcard",
    policy: (world) => ({
      permissions: [{ ...permissionTo(world.stage.counterAddress, "*"), open: ["*"] }],
      limits: [],
    }),
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

/** An operation that brings its grant, of a key of its own; `next` is another one that brings the same. */
async function bring(world: World, kind: SessionKey["kind"], fields: Partial<Grant> = {}) {
  const key = kind === "p256" ? p256Key() : secp256k1Key();
  const policy = await world.publish(world.policy());
  const validAfter = await world.now();
  const window = { validAfter, validUntil: validAfter + HOUR };
  const [, granted, deadline, signature] = await world.registrationArguments(key, policy, { ...window, ...fields });
  const number = (await world.stage.store.getFunction("numberOf").staticCall(granted.policyId)) as bigint;
  const envelope = grantEnvelope(granted, { number, deadline, signature });
  const session = { key, policy, ...window, lane: granted.lane, maxCalls: granted.maxCalls, registration: validAfter };
  const next = async () => {
    const op = await world.op(session, [world.transfer(1n)]);
    return { ...op, signature: concat([op.signature, envelope]) };
  };
  return { key, op: await next(), next };
}

/** Goes to the beginning of the next five minutes, which no period is shorter than; returns their last second. */
async function nextPeriod(world: World): Promise<number> {
  const start = Math.ceil(((await world.now()) + 1) / 300) * 300;
  await world.stage.chain.helpers.time.increaseTo(start);
  return start + 299;
}

inEachWorld("Latchkey's validation keeps ERC-7562", (world) => {
  for (const kind of ["secp256k1", "p256"] as const) paths(world, kind);

  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: an operation that brings its grant, in a free lane and in one that is taken (ATK-63, ATK-121)`, async () => {
      const first = await bring(world(), kind);
      expect(await found(world(), [first.op])).to.deep.equal([]);
      await world().bundle([first.op]);
      // The same again finds its session.
      const again = await first.next();
      expect(await found(world(), [again])).to.deep.equal([]);
      // One that names the occupant, one that waits for its end: the window is for the EntryPoint.
      const named = await bring(world(), kind, { replaces: first.key.address });
      expect(await found(world(), [named.op])).to.deep.equal([]);
      const short = await world().start(kind, {}, { lane: 5n, validUntil: (await world().now()) + 90 });
      await world().stage.chain.helpers.time.increaseTo(short.validUntil + 1);
      const waiting = await bring(world(), kind, { lane: 5n });
      expect(await found(world(), [waiting.op])).to.deep.equal([]);
      expect((await world().bundle([waiting.op])).outcomes[0]?.success).to.equal(true);
    });
  }

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

const permissionTo = (target: string, method: string) => ({ target, method });
