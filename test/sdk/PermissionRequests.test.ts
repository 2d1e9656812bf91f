import { expect } from "chai";
import fc from "fast-check";
import { getAddress, numberToHex, toHex, zeroAddress, type Address } from "viem";
import { ANY_TARGET } from "../../sdk/src/constants.ts";
import { PermissionRequestError } from "../../sdk/src/errors/index.ts";
import {
  anyMethodOf,
  definePolicy,
  fromPermissionRequests,
  hashPolicy,
  method,
  nativeTransfer,
  toPermissionRequests,
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
        /^"native-token-stream": a policy can say native-token-allowance,/,
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
        "redeemer",
        "requests[0].rules[1].type",
        /^"redeemer": a policy can say expiry and payee\.$/,
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

    it("such as native coin to anyone, one token twice, nine limits", () => {
      expect(changed(([, second]) => void (second!["rules"] as never as unknown[]).pop())).to.deep.equal([
        ["requests[1]", "no payee: a session sends the native coin to those alone whom its policy names."],
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
