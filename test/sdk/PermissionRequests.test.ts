import { expect } from "chai";
import fc from "fast-check";
import { encodeAbiParameters, getAddress, numberToHex, toHex, zeroAddress, type Address } from "viem";
import { ANY_TARGET } from "../../sdk/src/constants.ts";
import { PermissionRequestError } from "../../sdk/src/errors/index.ts";
import {
  anyMethodOf,
  definePolicy,
  fromPermissionRequests,
  fromPermissionResponses,
  hashPolicy,
  method,
  nativeTransfer,
  supportedPermissions,
  toPermissionRequests,
  toPermissionResponses,
  type PolicyTerm,
} from "../../sdk/src/policies/index.ts";
import { type Permission, type Policy, type Rule, type RuleTest } from "../../sdk/src/types.ts";
import { seeded } from "../support/fuzz.ts";

const address = (digit: string): Address => getAddress(`0x${digit.repeat(40)}`);
const [TOKEN, OTHER, SHOP, FRIEND, KEY, WALLET] = ["1", "2", "3", "4", "5", "6"].map(address) as [
  Address,
  Address,
  Address,
  Address,
  Address,
  Address,
];
const ALL: PolicyTerm[] = ["app", "durations", "maxCalls", "gas"];
const TRANSFER = "transfer(address,uint256)";
const DAY = 86_400;
const START = 20_000 * DAY;

const rule = (argument: string, test: RuleTest, values: Partial<Rule> = {}): Rule => ({
  ...{ argument, test, per: "", addresses: [], numbers: [], words: [] },
  ...values,
});
const terms = { app: "shop.example", maxDuration: 30 * DAY, maxCalls: 10 };
const payTo = (...payees: Address[]): Rule[] => [
  rule("0", payees.length === 1 ? "is" : "is one of", { addresses: payees }),
];
const policy = definePolicy({
  ...terms,
  permissions: [
    method(TOKEN, TRANSFER, { rules: payTo(SHOP, FRIEND) }),
    nativeTransfer(SHOP, 100n),
    method(OTHER, TRANSFER),
  ],
  limits: [
    { unit: TOKEN, cap: 50n, period: DAY, fromStart: true },
    { unit: zeroAddress, cap: 100n },
    { unit: OTHER, cap: 7n },
  ],
});
const asked = { chainId: 10, key: KEY, principal: WALLET, validAfter: START, validUntil: START + 7 * DAY - 1 };
const [nativeFirst, periodic, lifetime] = toPermissionRequests({
  policy,
  ...asked,
  leaveOut: ALL,
  justification: "To shop.",
});
const requests = [periodic!, nativeFirst!, lifetime!];

/** What the run is refused for: every place with its complaint. */
function found(run: () => unknown): [place: string, what: string][] {
  try {
    run();
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(PermissionRequestError).with.property("code", "SESSION_UNSAFE_POLICY");
    const { found: all, shortMessage } = thrown as PermissionRequestError;
    expect(shortMessage).to.equal(`${all[0]!.place}: ${all[0]!.what}`);
    return all.map(({ place, what }) => [place, what]);
  }
  return expect.fail("nothing was refused");
}

describe("The client's ERC-7715 requests", () => {
  it("ask for each limit in the types that wallets ship, with the end as the first second behind it", () => {
    const rules = (...payees: Address[]) => [
      { type: "expiry", data: { timestamp: START + 7 * DAY } },
      ...(payees.length === 0 ? [] : [{ type: "payee", data: { addresses: payees } }]),
    ];
    const common = { chainId: "0xa", from: WALLET, to: KEY };
    const extras = { startTime: START, justification: "To shop." };
    expect(requests).to.deep.equal([
      {
        ...common,
        permission: {
          type: "erc20-token-periodic",
          isAdjustmentAllowed: false,
          data: { tokenAddress: TOKEN, periodAmount: "0x32", periodDuration: DAY, ...extras },
        },
        rules: rules(SHOP, FRIEND),
      },
      {
        ...common,
        permission: {
          type: "native-token-allowance",
          isAdjustmentAllowed: false,
          data: { allowanceAmount: "0x64", ...extras },
        },
        rules: rules(SHOP),
      },
      {
        ...common,
        permission: {
          type: "erc20-token-allowance",
          isAdjustmentAllowed: false,
          data: { tokenAddress: OTHER, allowanceAmount: "0x7", ...extras },
        },
        rules: rules(),
      },
    ]);
    // JSON-RPC carries them as they are.
    expect(JSON.parse(JSON.stringify(requests))).to.deep.equal(requests);
  });

  it("come back as the very policy and window", () => {
    const { policy: back, ...rest } = fromPermissionRequests({
      requests: JSON.parse(JSON.stringify(requests)),
      ...terms,
    });
    expect(back).to.deep.equal(policy);
    expect(rest).to.deep.equal({ ...asked, isAdjustmentAllowed: false, justification: "To shop." });
  });

  it("grant exactly what wallets ask for: from any second on, calls without an end, no gas", () => {
    const start = START + 12_345;
    const asks = (type: string, data: object, ...rules: object[]) => ({
      ...{ chainId: "0xa", from: WALLET, to: KEY },
      permission: { type, isAdjustmentAllowed: false, data: { ...data, startTime: start } },
      rules: [{ type: "expiry", data: { timestamp: start + DAY } }, ...rules],
    });
    const many = Array.from({ length: 64 }, (_, each) => getAddress(toHex(each + 2 ** 20, { size: 20 })));
    const all = [
      asks("erc20-token-periodic", { tokenAddress: TOKEN, periodAmount: "0x32", periodDuration: 60 }),
      asks("native-token-periodic", { periodAmount: "0x9", periodDuration: DAY }),
      asks(
        "erc20-token-allowance",
        { tokenAddress: OTHER, allowanceAmount: "0x7" },
        {
          ...{ type: "payee", data: { addresses: many } },
        },
      ),
    ].map((each) => ({ ...each, rules: [...each.rules, { type: "redeemer", data: { addresses: [KEY] } }] }));
    const { policy: granted, ...rest } = fromPermissionRequests({ requests: all, app: "shop.example" });
    expect(rest).to.deep.include({ validAfter: start, validUntil: start + DAY - 1, key: KEY, principal: WALLET });
    expect(granted).to.deep.include({ maxCalls: 2 ** 20 - 1, gasBudget: 0n, selfPaid: false, maxDuration: 365 * DAY });
    expect(granted.limits).to.deep.equal([
      { unit: zeroAddress, cap: 9n, period: DAY, fromStart: true },
      { unit: TOKEN, cap: 50n, period: 60, fromStart: true },
      { unit: OTHER, cap: 7n, period: 0, fromStart: false },
    ]);
    // Nobody is named: the coin goes to anyone, as the token does.
    expect(granted.permissions).to.deep.equal([
      ...method(TOKEN, TRANSFER),
      ...method(OTHER, TRANSFER, { rules: payTo(...many) }),
      ...nativeTransfer(ANY_TARGET, 9n),
    ]);
    const again = toPermissionRequests({ policy: granted, ...rest, leaveOut: ALL });
    expect(again.map(({ permission }) => permission.type)).to.deep.equal([
      ...["native-token-periodic", "erc20-token-periodic", "erc20-token-allowance"],
    ]);
    expect(hashPolicy(fromPermissionRequests({ requests: again, app: "shop.example" }).policy)).to.equal(
      hashPolicy(granted),
    );
  });

  it("grant a stream, if that is asked for, as a periodic limit that at no time allows more (fuzzed)", () => {
    const stream = (data: object, type = "erc20-token-stream") => ({
      ...{ chainId: "0xa", to: KEY },
      permission: { type, isAdjustmentAllowed: false, data: { tokenAddress: TOKEN, ...data } },
      rules: [{ type: "expiry", data: { timestamp: START + 9 * DAY } }],
    });
    const amount = fc.bigInt({ min: 0n, max: 10n ** 24n });
    const data = fc.record({
      rate: fc.bigInt({ min: 1n, max: 10n ** 20n }),
      initial: fc.option(amount, { nil: undefined }),
      most: fc.option(fc.bigInt({ min: 1n, max: 10n ** 26n }), { nil: undefined }),
      at: fc.nat(9 * DAY),
    });
    fc.assert(
      fc.property(data, ({ rate, initial, most, at }) => {
        const asked = stream({
          amountPerSecond: numberToHex(rate),
          ...(initial === undefined ? {} : { initialAmount: numberToHex(initial) }),
          ...(most === undefined ? {} : { maxAmount: numberToHex(most) }),
          startTime: START,
        });
        const granted = fromPermissionRequests({ requests: [asked], app: "shop.example", approximate: true });
        const time = START + at;
        const isStarted = time >= granted.validAfter!;
        const allowed = granted.policy.limits.map(({ cap, period }) => {
          if (!isStarted) return 0n;
          return period === 0 ? cap : cap * BigInt(Math.floor((time - granted.validAfter!) / period) + 1);
        });
        const streamed = (initial ?? 0n) + rate * BigInt(at);
        const least = allowed.reduce((a, b) => (a < b ? a : b));
        expect(least <= streamed && (most === undefined || least <= most)).to.equal(true);
        expect(granted.policy.limits.every(({ period, fromStart }) => fromStart === (period !== 0))).to.equal(true);
      }),
      seeded("streams", { numRuns: 300 }),
    );
    const late = { requests: [stream({ amountPerSecond: "0x1" })], app: "shop.example", approximate: true };
    expect(found(() => fromPermissionRequests(late))[0]![1]).to.match(/^a stream that starts with nothing/);
  });

  it("are answered with what names the grant, and an answer with what sends calls", () => {
    const responses = toPermissionResponses({ requests, principal: WALLET });
    expect(responses.map(({ permission, rules }) => ({ permission, rules }))).to.deep.equal(
      requests.map(({ permission, rules }) => ({ permission, rules })),
    );
    expect(responses[0]).to.deep.include({ from: WALLET, to: KEY, dependencies: [] });
    const sent = JSON.parse(JSON.stringify(responses)) as Record<string, unknown>[];
    for (const { context } of responses) expect(context).to.equal(encodeAbiParameters([{ type: "address" }], [WALLET]));
    const granted = { chainId: 10, principal: WALLET };
    expect(fromPermissionResponses({ responses: sent, key: KEY })).to.deep.equal(granted);
    // The same request, granted by a wallet that changed nothing, is the same policy.
    expect(hashPolicy(fromPermissionRequests({ requests, ...terms }).policy)).to.equal(hashPolicy(policy));
    const REFUSED: [change: object | undefined, place: string, said: RegExp][] = [
      [{ delegationManager: SHOP }, "responses[1].delegationManager", /^expected 0x/],
      [{ delegationManager: undefined }, "responses[1].delegationManager", /found nothing/],
      [{ context: "0x" }, "responses[1].context", /^expected an address in 32 bytes/],
      [{ context: `0x${"22".repeat(32)}` }, "responses[1].context", /^expected an address in 32 bytes/],
      [{ context: `0x${"22".repeat(72)}` }, "responses[1].context", /^expected an address in 32 bytes/],
      [{ to: undefined }, "responses[1].to", /^expected the key 0x.*found nothing/],
      [{ to: SHOP }, "responses[1].to", /^expected the key 0x/],
      [{ chainId: 10 }, "responses[1].chainId", /^expected a number in hex, found 10/],
      [{ chainId: "0xb" }, "responses[1]", /^it is of another session/],
    ];
    for (const [change, place, said] of REFUSED) {
      const changed = [sent[0]!, { ...sent[1], ...change }, sent[2]!];
      const [only] = found(() => fromPermissionResponses({ responses: changed, key: KEY }));
      expect(only![0]).to.equal(place);
      expect(only![1]).to.match(said);
    }
    for (const none of [[], {}, null, "0x", [null]]) {
      expect(found(() => fromPermissionResponses({ responses: none, key: KEY }))[0]![1]).to.match(/^expected /);
    }
    expect(found(() => fromPermissionResponses({ responses: sent, key: SHOP }))[0]![0]).to.equal("responses[0].to");
    expect(supportedPermissions([1, 10])["erc20-token-periodic"]).to.deep.equal({
      ...{ chainIds: ["0x1", "0xa"], ruleTypes: ["expiry", "payee", "redeemer"] },
    });
  });

  it("read the form of the ERC's own examples too", () => {
    const example = {
      chainId: "0x01",
      to: KEY.toLowerCase(),
      permission: { type: "native-token-allowance", isAdjustmentAllowed: true, data: { allowance: "0x1DCD6500" } },
      rules: [
        { type: "expiry", data: { timestamp: 1_577_840_461 } },
        { type: "payee", data: { addresses: [SHOP] } },
      ],
    };
    const { policy: read, ...rest } = fromPermissionRequests({ requests: [example], ...terms });
    expect(read.limits).to.deep.equal([{ unit: zeroAddress, cap: 500_000_000n, period: 0, fromStart: false }]);
    expect(read.permissions).to.deep.equal(nativeTransfer(SHOP, 500_000_000n));
    expect(rest).to.deep.equal({
      chainId: 1,
      key: KEY,
      principal: undefined,
      validAfter: undefined,
      validUntil: 1_577_840_460,
      isAdjustmentAllowed: true,
      justification: undefined,
    });
  });

  describe("are not made of a policy that says more", () => {
    const make = (value: Policy, changes: object = {}) =>
      found(() => toPermissionRequests({ policy: value, ...asked, leaveOut: ALL, ...changes }));
    const with1 = (changes: Partial<Permission>): Policy => ({
      ...policy,
      permissions: policy.permissions.map((each) => (each.target === OTHER ? { ...each, ...changes } : each)),
    });
    const index = policy.permissions.findIndex(({ target }) => target === OTHER);
    const at = `permissions[${index}]`;

    it("unless the caller names what is lost: everything at once", () => {
      const full = { ...policy, gasBudget: 5n, selfPaid: true };
      expect(make(full, { leaveOut: [] })).to.deep.equal([
        ["app", 'ERC-7715 has no word for the label "shop.example": name "app" in leaveOut to give it up.'],
        [
          "durations",
          'ERC-7715 has no word for sessions of 60 to 2592000 seconds: name "durations" in leaveOut to give it up.',
        ],
        ["maxCalls", 'ERC-7715 has no word for at most 10 calls: name "maxCalls" in leaveOut to give it up.'],
        [
          "gas",
          `ERC-7715 has no word for a gas budget of 5 wei, paid by the principal or ${zeroAddress}: name "gas" in leaveOut to give it up.`,
        ],
      ]);
      expect(make(full, { leaveOut: ["app", "durations", "maxCalls"] }).map(([place]) => place)).to.deep.equal(["gas"]);
      for (const payer of [{ selfPaid: true }, { paymaster: SHOP }]) {
        expect(make({ ...policy, ...payer }, { leaveOut: ["app", "durations", "maxCalls"] })).to.have.length(1);
      }
      // Nothing about gas is said, so nothing is lost.
      const free = toPermissionRequests({ policy, ...asked, leaveOut: ["app", "durations", "maxCalls"] });
      expect(free).to.have.length(3);
    });

    const CASES: [what: string, changes: Partial<Permission>, complaint: string][] = [
      ["a method of another name", { method: "buy(uint256)" }, "calls of buy(uint256): there are transfers only."],
      ["any method", { method: "*" }, `whatever ${OTHER} does: there are transfers only.`],
      ["a method on any contract", { target: ANY_TARGET }, "a method on any contract: there are transfers only."],
      ["a transfer without a limit", { target: FRIEND }, `transfers of ${FRIEND} without a limit.`],
      ["value with a transfer", { maxValue: 1n }, "1 wei with a token's transfer."],
      ["less in one transfer than in all", { method: "", maxValue: 99n }, "at most 99 wei in one transfer:"],
      [
        "a rule on an amount",
        { rules: [rule("1", "is at most", { numbers: [1n] })] },
        "the rule that argument 1 is at most.",
      ],
      ["the principal as the recipient", { rules: [rule("0", "is the principal")] }, "the rule that argument 0 is the"],
      [
        "all but one recipient",
        { rules: [rule("0", "is not", { addresses: [SHOP] })] },
        "the rule that argument 0 is not.",
      ],
      ["two rules", { rules: [...payTo(SHOP), ...payTo(SHOP)] }, "2 rules on one method:"],
      [
        "a declared spend",
        { spends: [{ unit: TOKEN, argument: "", amount: 1n, scale: 0 }] },
        `a declared spend of ${TOKEN}.`,
      ],
      ["an argument that is open", { open: ["0"] }, "open arguments."],
      ["what is inside of bytes", { inner: [{ argument: "0", types: "(uint8)" }] }, "what is inside of bytes."],
      ["a call that the contract may ask for", { consumable: true }, "a call that the contract itself may ask for."],
    ];
    for (const [what, changes, complaint] of CASES) {
      it(`which is ${what}`, () => {
        const all = make(with1(changes));
        const mine = all.filter(([place]) => place === at);
        expect(mine.map(([, text]) => text.slice(0, complaint.length))).to.deep.equal([complaint]);
      });
    }

    it("which is a limit without a transfer, a cap of nothing, or a native transfer without a limit", () => {
      expect(
        make({ ...policy, permissions: policy.permissions.filter(({ target }) => target !== OTHER) }),
      ).to.deep.equal([["limits[2]", `no permission transfers ${OTHER}: there is nothing to be asked for.`]]);
      const empty = {
        ...policy,
        limits: policy.limits.map((each) => ({ ...each, cap: each.unit === OTHER ? 0n : each.cap })),
      };
      expect(make(empty)).to.deep.equal([["limits[2]", `a cap of 0 of ${OTHER} asks for nothing.`]]);
      const unlimited = { ...policy, limits: policy.limits.filter(({ unit }) => unit !== zeroAddress) };
      expect(make(unlimited)[0]?.[1]).to.equal("a plain transfer without a limit of the native coin.");
    });

    it("nor for a window that no session or no period has", () => {
      // A period of ERC-7715 starts with the permission, one of the unix epoch with it only by chance.
      const ofEpoch = { ...policy, limits: policy.limits.map((each) => ({ ...each, fromStart: false })) };
      expect(make(ofEpoch, { validAfter: undefined }).map(([place]) => place)).to.deep.equal(["limits[1].period"]);
      expect(toPermissionRequests({ policy: ofEpoch, ...asked, leaveOut: ALL })).to.have.length(3);
      expect(
        make({ ...policy, limits: policy.limits.flatMap((each) => [each, { ...each, period: 60 }]) })[0],
      ).to.deep.equal(["limits[1]", `a second limit on ${zeroAddress}: two requests would add up.`]);
      expect(make(policy, { validUntil: START + 31 * DAY })).to.deep.equal([
        ["validUntil", `the window has ${31 * DAY + 1} seconds, and the policy allows 60 to ${30 * DAY}.`],
      ]);
      expect(make(ofEpoch, { validAfter: START + 1 })).to.deep.equal([
        ["limits[1].period", `${START + 1} is not the start of a period of ${DAY} seconds from the unix epoch.`],
      ]);
      expect(make(policy, { validUntil: 1.5, validAfter: undefined })).to.deep.equal([
        ["validUntil", "1.5 is no unix second."],
      ]);
      expect(make(policy, { validAfter: -DAY, validUntil: -1 }).map(([place]) => place)).to.deep.equal([
        "validUntil",
        "validAfter",
      ]);
      expect(make(policy, { chainId: 0, key: "0x1" })).to.deep.equal([
        ["key", "0x1 is no address."],
        ["chainId", "0 is no chain id."],
      ]);
    });
  });

  describe("are not granted if they ask for what no policy says", () => {
    type Mutable = Record<string, never>;
    /** The three requests with one thing changed. */
    const changed = (change: (all: Record<string, Record<string, Record<string, unknown>>>[]) => void) => {
      const copy = structuredClone(requests) as unknown as Record<string, Record<string, Record<string, unknown>>>[];
      change(copy);
      return found(() => fromPermissionRequests({ requests: copy, ...terms }));
    };
    const first = (path: string, value: unknown) =>
      changed(([request]) => {
        const names = path.split(".");
        const last = names.pop()!;
        const holder = names.reduce<Mutable>(
          (each, name) => each[name] as unknown as Mutable,
          request as unknown as Mutable,
        );
        if (value === undefined) delete holder[last];
        else holder[last] = value as never;
      });
    const BAD: [what: string, path: string, value: unknown, place: string, complaint: RegExp][] = [
      [
        "an unknown member",
        "nonce",
        1,
        "requests[0].nonce",
        /^unknown; known here are chainId, from, to, permission, rules\.$/,
      ],
      [
        "no chain",
        "chainId",
        undefined,
        "requests[0].chainId",
        /^expected a number in hex from 1 to \d+, found nothing\.$/,
      ],
      ["a chain in decimal", "chainId", 10, "requests[0].chainId", /found 10\.$/],
      ["no key", "to", undefined, "requests[0].to", /^expected an address, found nothing\.$/],
      ["a key that is none", "to", "0x12", "requests[0].to", /^expected an address, found "0x12"\.$/],
      ["an account that is none", "from", 7, "requests[0].from", /^expected an address, found 7\.$/],
      ["no permission", "permission", undefined, "requests[0].permission", /^expected an object\.$/],
      ["a permission with more", "permission.policies", [], "requests[0].permission.policies", /^unknown;/],
      [
        "no word on adjustment",
        "permission.isAdjustmentAllowed",
        undefined,
        "requests[0].permission.isAdjustmentAllowed",
        /^expected true or false\.$/,
      ],
      [
        "a stream",
        "permission.type",
        "native-token-stream",
        "requests[0].permission.type",
        /^"native-token-stream": a limit does not grow by the second; with `approximate`/,
      ],
      [
        "a type of every object",
        "permission.type",
        "toString",
        "requests[0].permission.type",
        /^"toString": a policy can say/,
      ],
      ["no data", "permission.data", undefined, "requests[0].permission.data", /^expected an object\.$/],
      ["more data", "permission.data.maxAmount", "0x1", "requests[0].permission.data.maxAmount", /^unknown;/],
      [
        "no amount",
        "permission.data.periodAmount",
        undefined,
        "requests[0].permission.data.periodAmount",
        /^expected a number in hex from 1 to/,
      ],
      [
        "an amount of 0",
        "permission.data.periodAmount",
        "0x0",
        "requests[0].permission.data.periodAmount",
        /found "0x0"\.$/,
      ],
      [
        "an amount above 128 bits",
        "permission.data.periodAmount",
        `0x1${"0".repeat(32)}`,
        "requests[0].permission.data.periodAmount",
        /to 340282366920938463463374607431768211455, found/,
      ],
      [
        "no token",
        "permission.data.tokenAddress",
        zeroAddress,
        "requests[0].permission.data.tokenAddress",
        /^address 0 is no token\.$/,
      ],
      [
        "a short period",
        "permission.data.periodDuration",
        59,
        "requests[0].permission.data.periodDuration",
        /^a period is 60 to 4294967295 seconds, found 59\.$/,
      ],
      [
        "half a period",
        "permission.data.periodDuration",
        300.5,
        "requests[0].permission.data.periodDuration",
        /found 300\.5\.$/,
      ],
      [
        "a start behind the end",
        "permission.data.startTime",
        START + 8 * DAY,
        "requests[0].permission.data.startTime",
        /is behind the end/,
      ],
      [
        "a justification that is no text",
        "permission.data.justification",
        1,
        "requests[0].permission.data.justification",
        /^expected a text\.$/,
      ],
      ["rules that are no list", "rules", {}, "requests[0].rules", /^expected a list\.$/],
      ["no expiry", "rules", [], "requests[0].rules", /^no expiry: a session ends\.$/],
      [
        "an unknown rule",
        "rules.1.type",
        "caller",
        "requests[0].rules[1].type",
        /^"caller": a policy can say expiry, payee, redeemer\.$/,
      ],
      [
        "another redeemer",
        "rules.1",
        { type: "redeemer", data: { addresses: [KEY, SHOP] } },
        "requests[0].rules[1]",
        new RegExp(`^${SHOP} is not the key: a session is acted on by its key alone\\.$`),
      ],
      [
        "a revocation",
        "permission.type",
        "token-approval-revocation",
        "requests[0].permission.type",
        /^"token-approval-revocation": a right over every token and spender cannot be bound/,
      ],
      [
        "a second expiry",
        "rules.1",
        { type: "expiry", data: { timestamp: 1 } },
        "requests[0].rules[1]",
        /^a second rule of type "expiry"\.$/,
      ],
      ["a rule without data", "rules.1", { type: "payee" }, "requests[0].rules[1]", /^expected an object with data\.$/],
      [
        "a rule with more",
        "rules.0.data.flag",
        true,
        "requests[0].rules[0].data.flag",
        /^unknown; known here are timestamp\.$/,
      ],
      [
        "no payee in a rule on payees",
        "rules.1.data.addresses",
        [],
        "requests[0].rules[1].data.addresses",
        /^expected at least one address\.$/,
      ],
      [
        "65 payees",
        "rules.1.data.addresses",
        Array.from({ length: 65 }, (_, each) => toHex(each + 1, { size: 20 })),
        "requests[0].rules",
        /^65 payees; a rule has at most 64\.$/,
      ],
      ["a payee twice", "rules.1.data.addresses", [SHOP, SHOP], "requests[0].rules", /^a payee stands twice\.$/],
      [
        "another chain",
        "chainId",
        "0xb",
        "requests[1]",
        /^another chainId than requests\[0\]: 10; they make one session\.$/,
      ],
      ["another account", "from", undefined, "requests[1]", /^another principal than requests\[0\]/],
      ["another key", "to", SHOP, "requests[1]", /^another key than requests\[0\]/],
      [
        "another start",
        "permission.data.startTime",
        undefined,
        "requests[1]",
        /^another validAfter than requests\[0\]/,
      ],
      ["another end", "rules.0.data.timestamp", START + DAY, "requests[1]", /^another validUntil than requests\[0\]/],
      [
        "another word on adjustment",
        "permission.isAdjustmentAllowed",
        true,
        "requests[1]",
        /^another isAdjustmentAllowed than requests\[0\]/,
      ],
      [
        "another justification",
        "permission.data.justification",
        "No.",
        "requests[1]",
        /^another justification than requests\[0\]/,
      ],
    ];
    for (const [what, path, value, place, complaint] of BAD) {
      it(`such as ${what}`, () => {
        const [only, ...more] = first(path, value);
        expect(only?.[0]).to.equal(place);
        expect(only?.[1]).to.match(complaint);
        expect(more).to.deep.equal([]);
      });
    }

    it("such as one token twice, nine limits, a key with code", () => {
      expect(found(() => fromPermissionRequests({ requests, ...terms, hasCode: true }))).to.deep.equal([
        ["requests[0].to", `${KEY} has code: a session key is an account without.`],
      ]);
      expect(changed((all) => void (all[2] = structuredClone(all[0]!)))).to.deep.equal([
        ["requests[2]", `${TOKEN} is asked for twice; a policy cannot add two limits of one token up.`],
      ]);
      const nine = changed((all) => {
        const [one] = all;
        for (let i = 0; i < 6; i++) {
          const copy = structuredClone(one!);
          copy["permission"]!["data"]!["tokenAddress"] = toHex(i + 100, { size: 20 });
          all.push(copy);
        }
      });
      expect(nine).to.deep.equal([["requests", "9 limits; a policy has at most 8."]]);
    });

    it("such as a window that the policy would not allow", () => {
      expect(found(() => fromPermissionRequests({ requests, ...terms, maxDuration: DAY }))).to.deep.equal([
        ["requests[0]", `the window has ${7 * DAY} seconds, and the policy would allow 60 to ${DAY}.`],
      ]);
    });

    it("and the earlier form of the ERC is called by its name", () => {
      const old = {
        chainId: "0x1",
        address: WALLET,
        expiry: 1_577_840_461,
        signer: { type: "account", data: { address: KEY } },
        permission: { type: "native-token-transfer", data: { allowance: "0x1" } },
        policies: [],
      };
      expect(found(() => fromPermissionRequests({ requests: [old], ...terms }))).to.deep.equal([
        [
          "requests[0]",
          "address, expiry, signer, policies: this is a request of wallet_grantPermissions, an earlier text of ERC-7715.",
        ],
      ]);
      const older = {
        expiry: 1,
        permissions: [{ type: "contract-call", data: {}, policies: [] }],
        signer: { type: "wallet" },
      };
      expect(found(() => fromPermissionRequests({ requests: [older], ...terms }))[0]![1]).to.match(
        /^expiry, signer, permissions: this is a request of wallet_grantPermissions/,
      );
      for (const none of [[], {}, null, "x", [null], [[]]]) {
        expect(found(() => fromPermissionRequests({ requests: none, ...terms }))[0]![1]).to.match(
          /^expected (a list|an object)/,
        );
      }
    });

    it("whatever comes: an answer or a typed error, and never less than what came (fuzzed)", () => {
      const hex = fc.bigInt({ min: 0n, max: 2n ** 130n }).map((each) => numberToHex(each));
      const value = fc.oneof(
        fc.anything({ maxDepth: 1 }),
        hex,
        fc.nat(),
        fc.constantFrom(TOKEN, SHOP, "expiry", "payee"),
      );
      const paths = [
        "chainId",
        "from",
        "to",
        "permission",
        "permission.type",
        "permission.data",
        "permission.data.tokenAddress",
      ];
      paths.push(
        "permission.data.periodAmount",
        "permission.data.startTime",
        "rules",
        "rules.0",
        "rules.1",
        "rules.1.data",
      );
      fc.assert(
        fc.property(fc.constantFrom(...paths), value, (path, each) => {
          const copy = structuredClone(requests) as unknown as Mutable[];
          const names = path.split(".");
          const last = names.pop()!;
          names.reduce<Mutable>((holder, name) => holder[name] as unknown as Mutable, copy[0]!)[last] = each as never;
          let read;
          try {
            read = fromPermissionRequests({ requests: copy, ...terms });
          } catch (thrown) {
            expect(thrown).to.be.instanceOf(PermissionRequestError);
            return;
          }
          const again = toPermissionRequests({ ...read, policy: read.policy, leaveOut: ALL });
          expect(hashPolicy(fromPermissionRequests({ requests: again, ...terms }).policy)).to.equal(
            hashPolicy(read.policy),
          );
        }),
        seeded("changed requests", { numRuns: 300 }),
      );
    });
  });

  it("carry every policy that both sides can say, and bring it back (fuzzed)", () => {
    const anyAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(toHex(bytes)));
    const payees = fc.uniqueArray(anyAddress, { minLength: 1, maxLength: 64 });
    const cap = fc.bigInt({ min: 1n, max: 2n ** 128n - 1n });
    const period = fc.oneof(fc.constant(0), fc.integer({ min: 60, max: 400_000 }));
    const tokens = fc.uniqueArray(
      fc.record({ token: anyAddress, cap, period, payees: fc.option(payees, { nil: undefined }) }),
      { maxLength: 7, selector: ({ token }) => token },
    );
    // Each payee of the native coin has a permission of its own: more than a rule has values.
    const many = fc.uniqueArray(anyAddress, { minLength: 1, maxLength: 40 });
    const native = fc.option(fc.record({ cap, period, payees: many }), { nil: undefined });
    const limitOf = (unit: Address, each: { cap: bigint; period: number }) => ({
      ...{ unit, cap: each.cap, period: each.period, fromStart: each.period !== 0 },
    });
    fc.assert(
      fc.property(
        tokens,
        native,
        fc.boolean(),
        fc.option(anyAddress, { nil: undefined }),
        fc.nat(1_000),
        (all, coin, isAdjustmentAllowed, principal, shift) => {
          fc.pre(all.length > 0 || coin !== undefined);
          const value = definePolicy({
            ...terms,
            permissions: [
              ...all.map((each) =>
                method(each.token, TRANSFER, each.payees === undefined ? {} : { rules: payTo(...each.payees) }),
              ),
              ...(coin === undefined ? [] : coin.payees.map((payee) => nativeTransfer(payee, coin.cap))),
            ],
            limits: [
              ...all.map((each) => limitOf(each.token, each)),
              ...(coin === undefined ? [] : [limitOf(zeroAddress, coin)]),
            ],
          });
          const isPeriodic = value.limits.some((limit) => limit.period !== 0);
          const window = { validAfter: isPeriodic ? undefined : START + shift, validUntil: START + DAY };
          const about = { chainId: 1 + shift, key: KEY, principal, ...window, isAdjustmentAllowed };
          const sent = JSON.parse(
            JSON.stringify(toPermissionRequests({ policy: value, ...about, leaveOut: ALL })),
          ) as unknown;
          const { policy: back, justification, ...rest } = fromPermissionRequests({ requests: sent, ...terms });
          expect(hashPolicy(back)).to.equal(hashPolicy(value));
          expect(justification).to.equal(undefined);
          expect(rest).to.deep.equal(about);
        },
      ),
      seeded("requests", { numRuns: 150 }),
    );
  });

  it("are never made of a policy of the files that this project publishes: they call contracts", () => {
    const feed = definePolicy({ ...terms, permissions: [method(SHOP, "post(string)"), anyMethodOf(FRIEND)] });
    expect(
      found(() => toPermissionRequests({ policy: feed, ...asked, leaveOut: ALL })).map(([place]) => place),
    ).to.deep.equal(["permissions[0]", "permissions[1]"]);
  });
});
