import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import { AbiCoder, concat as concatBytes, Wallet } from "ethers";
import fc from "fast-check";
import {
  createClient,
  custom,
  encodeAbiParameters,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  http,
  HttpRequestError,
  maxUint256,
  numberToHex,
  padHex,
  parseAbi,
  parseEther,
  stringToHex,
  toFunctionSelector,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { sendTransaction, signAuthorization, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import {
  ANY_TARGET,
  describePolicy,
  entryPoints,
  formatPolicyDescription,
  generateSecp256k1SessionKey,
  lintPolicyOnChain,
  readTokenUnits,
  sessionActions,
  UnsafePolicyError,
  type ContractError,
  type Deployment,
  type Permission,
  type Policy,
} from "../../sdk/src/index.ts";
import { anyMethodOf, contract, definePolicy, method, nativeTransfer } from "../../sdk/src/policies/index.ts";
import { GRANTING_METHODS, NESTED_BESIDE_METHODS, NESTED_METHODS } from "../../sdk/src/generated/tableMethods.ts";
import { safeText } from "../../sdk/src/errors/safeText.ts";
import { hasSelector } from "../../sdk/src/chain/targets.ts";
import { NESTED_BESIDE, TOKEN_TABLE } from "../../scripts/generate/tokenTable.ts";
import { openWorld, type World } from "../support/chain/dapp.ts";
import { deployAccount, ownerOperation } from "../support/chain/smartAccount.ts";
import { deployAnswering } from "../support/servers/answering.ts";
import { deployMock } from "../support/chain/artifacts.ts";
import { seeded } from "../support/fuzz.ts";

const require = createRequire(import.meta.url);
const FOREIGN = JSON.parse(readFileSync(new URL("../foreign/generated/bytecode.json", import.meta.url), "utf8")) as {
  nexus: { proxy: string };
};
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const SHOP: Address = "0x4444444444444444444444444444444444444444";

/** Each call costs one base unit. */
const costing = (unit: Address) => ({ spends: [{ unit, argument: "", amount: 1n, scale: 0 }] });
/** Each call costs what its first argument says. */
const declaring = (unit: Address) => ({ spends: [{ unit, argument: "0", amount: 0n, scale: 0 }] });
const limitOf = (unit: Address, cap = 1n) => ({ unit, cap, period: 0, fromStart: false });

describe("The client's view of a policy on chain", () => {
  let world: World;
  let deployment: Deployment;
  let client: ReturnType<typeof open>;
  let snapshot: { restore(): Promise<void> };
  let owner: Address;

  const open = () =>
    createClient({ chain: hardhat, transport: custom(world.provider), pollingInterval: 20, cacheTime: 0 }).extend(
      sessionActions({ deployment }),
    );
  const at = async (each: { getAddress(): Promise<string> }) => getAddress(await each.getAddress());
  const deploy = async (name: string, ...args: unknown[]) => at(await world.ethers.deployContract(name, args));
  const recorder = async () => at(await deployMock(world, "Recorder", "Recorder"));
  const published = async (artifact: string, types: string[] = [], values: unknown[] = []) => {
    const { bytecode } = require(artifact) as { bytecode: string };
    return created(
      concatBytes([
        bytecode.startsWith("0x") ? bytecode : `0x${bytecode}`,
        AbiCoder.defaultAbiCoder().encode(types, values),
      ]),
    );
  };
  const created = async (data: string) => {
    const sent = await world.owner.sendTransaction({ data, gasLimit: 6_000_000n });
    return getAddress((await sent.wait())!.contractAddress!);
  };

  before(async () => {
    world = await openWorld();
    owner = getAddress(world.owner.address);
    const of = (each: { target: unknown }) => each.target as Address;
    const { lens, store, forwarder } = world;
    deployment = {
      latchkey: world.address as Address,
      lens: of(lens),
      policyStore: of(store),
      forwarder: of(forwarder),
    };
    client = open();
    snapshot = await world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => world.connection.close());

  const policyOf = (permissions: readonly Permission[][], limits: Policy["limits"] = []) =>
    definePolicy({ app: "chain.example", maxDuration: 3_600, maxCalls: 1, permissions, limits });

  const answering = (answers: Record<string, Hex>) => deployAnswering(world, answers);
  const text = (value: string) => encodeAbiParameters([{ type: "string" }], [value]);
  const word = (value: bigint) => numberToHex(value, { size: 32 });

  describe("reads tokens", () => {
    const unitOf = async (token: Address) =>
      (await client.readTokenUnits({ policy: policyOf([method(SHOP, "f()")], [limitOf(token)]) }))[token];

    it("of limits and of spends, each once, and no native coin", async () => {
      const poke = await deploy("Poke", owner, parseEther("1"));
      const usd = await published("@uniswap/v2-periphery/build/ERC20.json", ["uint256"], [1n]);
      const policy = policyOf(
        [method(FRIEND, "pay(uint256)", declaring(usd)), nativeTransfer(FRIEND, 1n)],
        [limitOf(zeroAddress), limitOf(poke), limitOf(usd)],
      );
      expect(await client.readTokenUnits({ policy })).to.deep.equal({
        [poke]: { symbol: "POKE", decimals: 18 },
        [usd]: { symbol: "TT", decimals: 18 },
      });
    });

    it("whose symbol is bytes32, as the first ones wrote it", async () => {
      const maker = await answering({
        "symbol()": stringToHex("MKR", { size: 32 }),
        "decimals()": word(18n),
      });
      expect(await unitOf(maker)).to.deep.equal({ symbol: "MKR", decimals: 18 });
    });

    it("that say nothing, or nothing sensible, as what they are", async () => {
      const silent = await answering({ "decimals()": word(6n) });
      expect(await unitOf(silent)).to.deep.equal({ symbol: silent, decimals: 6 });
      const empty = await answering({ "symbol()": text(" "), "decimals()": word(6n) });
      expect(await unitOf(empty)).to.deep.equal({ symbol: empty, decimals: 6 });
      const broken = await answering({ "symbol()": "0x20", "decimals()": word(77n) });
      expect(await unitOf(broken)).to.deep.equal({ symbol: broken, decimals: 77 });
      // Without decimals, with too many, with an answer that is no number, without code: base units.
      expect(await unitOf(await answering({ "symbol()": text("X") }))).to.equal(undefined);
      expect(await unitOf(await answering({ "symbol()": text("X"), "decimals()": word(78n) }))).to.equal(undefined);
      expect(await unitOf(await answering({ "symbol()": text("X"), "decimals()": "0x12" }))).to.equal(undefined);
      expect(await unitOf(FRIEND)).to.equal(undefined);
      const policy = policyOf([method(SHOP, "f()")], [limitOf(FRIEND, 7n)]);
      const told = formatPolicyDescription(await client.describePolicyOnChain({ policy }));
      expect(told.limits).to.deep.equal([`7 base units of ${FRIEND} in all`]);
      expect(told.tokens).to.deep.equal([`${FRIEND}, counted in base units`]);
    });

    it("whose symbol is an attack on the reader (ATK-126)", async () => {
      const attacks: [symbol: string, shown: string][] = [
        ["\u001b[2J\u001b[31mUSDC", "\\u{1b}[2J\\u{1b}[31mUSDC"],
        ["\u202eCDSU", "\\u{202e}CDSU"],
        ["US\u200bDC\n100 ETH", "US\\u{200b}DC\\u{a}100 ETH"],
        ["A".repeat(10_000), `${"A".repeat(24)}…`],
        ["\u0000", "\\u{0}"],
      ];
      for (const [symbol, shown] of attacks) {
        const token = await answering({ "symbol()": text(symbol), "decimals()": word(6n) });
        expect((await unitOf(token))?.symbol).to.equal(shown);
        const policy = policyOf([method(token, "transfer(address,uint256)")], [limitOf(token, 5n)]);
        const told = formatPolicyDescription(await client.describePolicyOnChain({ policy }));
        expect(told.limits[0]).to.match(/^0\.000005 "[\x20-\x7e]+…?" in all$/);
        // Whatever it calls itself, its address stands beside it.
        expect(told.tokens).to.have.length(1);
        expect(told.tokens[0]).to.contain(token);
      }
    });

    it("and throws what the node itself says when it is not there", async () => {
      const gone = createClient({ chain: hardhat, transport: http("http://127.0.0.1:1", { retryCount: 0 }) });
      const policy = policyOf([method(SHOP, "f()")], [limitOf(FRIEND)]);
      for (const asked of [readTokenUnits(gone, { policy }), lintPolicyOnChain(gone, { policy })]) {
        const thrown: unknown = await asked.then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(thrown).to.satisfy((error: { walk(is: (each: unknown) => boolean): unknown }) =>
          error.walk((each) => each instanceof HttpRequestError),
        );
      }
    });
  });

  describe("shows what others wrote", () => {
    it("as one line of characters that are what they seem (fuzzed) (ATK-126)", () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary", maxLength: 100 }), (value) => {
          fc.pre(!value.includes("\\u{"));
          const shown = safeText(value, 200);
          expect(safeText(shown, 2_000)).to.equal(shown);
          expect(shown).to.not.match(/[\p{C}\p{M}\p{Zl}\p{Zp}\p{DI}\u061c\u05d0]/u);
          // Nothing is lost: every escape reads back.
          const read = shown.replaceAll(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) =>
            String.fromCodePoint(parseInt(hex, 16)),
          );
          expect(read).to.equal(value);
        }),
        seeded("texts of others", { numRuns: 200 }),
      );
    });

    it("cut behind the length that is asked for, by characters and not by halves of them", () => {
      expect(safeText("😀😀😀", 2)).to.equal("😀😀…");
      expect(safeText("😀😀", 2)).to.equal("😀😀");
      expect(safeText("USD₮0 é")).to.equal("USD₮0 é");
      expect(safeText("e\u0301 \u3164 \u05d0 \u00a0")).to.equal("e\\u{301} \\u{3164} \\u{5d0} \\u{a0}");
    });

    it("also in names; apps and methods that are no plain text are not told at all", () => {
      const policy = policyOf([method(FRIEND, "f()")]);
      expect(formatPolicyDescription(describePolicy(policy, { names: { [FRIEND]: "a\nb" } })).permissions[0]).to.match(
        /^f\(\) \[0x[0-9a-f]{8}\] of a\\u\{a\}b: on the word of a\\u\{a\}b$/,
      );
      const attacks: [Policy, errorName: string][] = [
        [{ ...policy, app: "\u001b[2J" }, "PolicyAppInvalid"],
        [{ ...policy, permissions: method(FRIEND, "f(\u202e)") }, "UnsafeMethod"],
      ];
      for (const [attack, errorName] of attacks) {
        expect(() => describePolicy(attack))
          .to.throw(UnsafePolicyError, /^[\x20-\x7e\n]+$/)
          .with.property("errorName", errorName);
      }
    });
  });

  describe("warns beside the worst loss", () => {
    it("of every wildcard, every call that counts nothing, every allowance, and of nothing else", async () => {
      const poke = await deploy("Poke", owner, parseEther("1"));
      const market = await recorder();
      await world.helpers.setBalance(owner, parseEther("100"));
      const approve = world.ethers.getContractAt("Poke", poke);
      await (await (await approve).getFunction("approve").send(market, 5n * 10n ** 17n)).wait();
      const policy = policyOf(
        [
          method(ANY_TARGET, "like(uint256)"),
          anyMethodOf(FRIEND),
          method(market, "buy(uint256)", declaring(poke)),
          method(market, "list(uint256)"),
          method(poke, "transfer(address,uint256)"),
          contract({
            address: poke,
            abi: erc20Abi,
            methods: { approve: { arguments: { spender: { equals: market } } } },
          }),
          nativeTransfer(FRIEND, 1n),
        ],
        [limitOf(poke, 10n ** 18n), limitOf(zeroAddress)],
      );
      const names = { [market]: "the market", [FRIEND]: "a friend" };
      const told = async (of: Policy) =>
        formatPolicyDescription(await client.describePolicyOnChain({ policy: of, principal: owner, names }));
      const { warnings, trusted } = await told(policy);
      expect(warnings).to.have.members([
        `like(uint256) [${toFunctionSelector("function like(uint256)")}] may be called on any contract`,
        `calls of any contract count no token (like(uint256) [${toFunctionSelector("function like(uint256)")}]): give it no allowance`,
        "any method of a friend may be called, also one that it gets by an upgrade",
        "calls of a friend count no token (any method): give it no allowance",
        "the market takes POKE by an allowance: buy(uint256) [0xd96a094a] counts what it declares, not what is taken",
        `calls of the market count no token (list(uint256) [${toFunctionSelector("function list(uint256)")}]): give it no allowance`,
        `what approve(address,uint256) [0x095ea7b3] of ${poke} allows outlives the session`,
        "an approval for the market and what it then takes count twice",
      ]);
      const inOrder: [address: bigint, words: string][] = [
        [BigInt(FRIEND), "a friend"],
        [BigInt(market), "the market; may already take up to 0.5 POKE, by an allowance"],
        [BigInt(ANY_TARGET), "any contract"],
      ];
      inOrder.sort(([a], [b]) => (a < b ? -1 : 1));
      expect(trusted).to.deep.equal(inOrder.map(([, words]) => words));
      await (await (await approve).getFunction("approve").send(market, maxUint256)).wait();
      expect((await told(policy)).trusted).to.include(
        "the market; may already take POKE without a limit, by an allowance",
      );
      // Nothing of the kind in a policy that counts everything.
      const narrow = policyOf([method(poke, "transfer(address,uint256)")], [limitOf(poke)]);
      expect(await told(narrow)).to.deep.include({ warnings: [], trusted: [], worstLoss: "0.000000000000000001 POKE" });
    });

    it("knows the methods of the token table that leave a right, and those that nest, by the table's own texts", () => {
      const texts = (is: (row: (typeof TOKEN_TABLE)[number]) => boolean) =>
        TOKEN_TABLE.filter(is).map((row) => row.text);
      expect(GRANTING_METHODS).to.deep.equal(texts(({ spender, grants }) => spender !== undefined || grants === true));
      expect(NESTED_METHODS).to.deep.equal(texts((row) => row.elsewhere === "nested"));
      expect(NESTED_BESIDE_METHODS).to.deep.equal(NESTED_BESIDE);
    });
  });

  it("binds contents as the chain compares them: a text, bytes, a list, each whole", async () => {
    const target = await recorder();
    const abi = parseAbi(["function swap(uint256 amount, address[] path, string memo, bytes note)"]);
    const methods = {
      swap: {
        arguments: {
          path: { contentIs: [FRIEND, owner] },
          memo: { contentIsOneOf: ["gm", "gn"] },
          note: { contentIs: "0x" },
        },
      },
    } as const;
    const policy = policyOf([contract({ address: target, abi, methods })]);
    const wallet = privateKeyToAccount(generatePrivateKey());
    await world.helpers.setBalance(wallet.address, parseEther("1"));
    const key = generateSecp256k1SessionKey();
    await client.registerSessionSync({ key, policy, account: wallet });
    const explain = (path: Address[], memo: string, note: Hex) =>
      client.explainCalls({
        ...{ principal: wallet.address, key: key.address, route: "forwarded" },
        calls: [{ to: target, data: encodeFunctionData({ abi, functionName: "swap", args: [1n, path, memo, note] }) }],
      });
    const ruleRefused = async (...args: Parameters<typeof explain>) => {
      const { error } = await explain(...args);
      expect(error).to.include({ errorName: "ArgumentNotAllowed" });
      return policy.permissions[0]!.rules[Number((error as ContractError<"ArgumentNotAllowed">).args.rule)]!.argument;
    };
    expect(await explain([FRIEND, owner], "gm", "0x")).to.deep.include({ allowed: true });
    expect(await explain([FRIEND, owner], "gn", "0x")).to.deep.include({ allowed: true });
    expect(await ruleRefused([owner, FRIEND], "gm", "0x")).to.equal("1");
    expect(await ruleRefused([FRIEND, owner, owner], "gm", "0x")).to.equal("1");
    expect(await ruleRefused([FRIEND, owner], "gm ", "0x")).to.equal("2");
    expect(await ruleRefused([FRIEND, owner], "gm", "0x00")).to.equal("3");
  });

  describe("lints targets", () => {
    const rulesOf = async (policy: Policy, parameters: Partial<Parameters<typeof client.lintPolicyOnChain>[0]> = {}) =>
      (await client.lintPolicyOnChain({ policy, ...parameters })).map(({ rule }) => rule);
    /** Limited, where it does not matter what it is. */
    let coin: Address;
    beforeEach(async () => {
      coin = await deploy("Poke", owner, 1n);
    });
    const one = (target: Address, text_ = "count()") =>
      policyOf([method(target, text_, costing(coin))], [limitOf(coin)]);
    const IMPLEMENTATION = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    const BEACON = "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50";
    const setSlot = (address: Address, slot: Hex, value: Address) =>
      world.provider.request({ method: "hardhat_setStorageAt", params: [address, slot, padHex(value, { size: 32 })] });

    it("finds nothing about a plain contract whose method it bears", async () => {
      const upvote = await deploy("UpvoteApp");
      expect(await rulesOf(one(upvote, "upvotePost(uint256)"))).to.deep.equal([]);
    });

    it("names a target without code, unless it is only paid", async () => {
      expect(await rulesOf(one(FRIEND))).to.deep.equal(["target-without-code"]);
      const paid = policyOf([nativeTransfer(FRIEND, 1n)], [limitOf(zeroAddress)]);
      expect(await rulesOf(paid)).to.deep.equal([]);
      expect(await rulesOf(policyOf([method(ANY_TARGET, "f()")]))).to.deep.equal(["any-target", "undeclared-spend"]);
    });

    it("names proxies: another team's ERC-1967 proxy, its slots of before, a beacon's (ATK-102)", async () => {
      const upvote = await deploy("UpvoteApp");
      const proxy = await created(
        concatBytes([FOREIGN.nexus.proxy, AbiCoder.defaultAbiCoder().encode(["address", "bytes"], [upvote, "0x"])]),
      );
      const policy = one(proxy, "upvotePost(uint256)");
      const [issue, ...more] = await client.lintPolicyOnChain({ policy });
      // The method is looked for in the code that runs.
      expect(more).to.deep.equal([]);
      expect(issue).to.deep.equal({
        rule: "upgradeable-target",
        severity: "warning",
        index: 0,
        message: `${proxy} is a proxy of ${upvote.toLowerCase()}: its code can be changed.`,
      });
      for (const slot of [
        "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7",
        "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3",
      ] as const) {
        const old = await recorder();
        await setSlot(old, slot, upvote);
        expect(await rulesOf(one(old, "upvotePost(uint256)"))).to.deep.equal(["upgradeable-target"]);
      }
      const beacon = await answering({ "implementation()": padHex(upvote, { size: 32 }) });
      const beaconed = await recorder();
      await setSlot(beaconed, BEACON, beacon);
      const [byBeacon, ...others] = await client.lintPolicyOnChain({ policy: one(beaconed, "upvotePost(uint256)") });
      expect(others).to.deep.equal([]);
      expect(byBeacon?.message).to.equal(`${beaconed} is a proxy of ${upvote} by a beacon: its code can be changed.`);
      // Something else in that slot is no address.
      const other = await deploy("UpvoteApp");
      await world.provider.request({
        method: "hardhat_setStorageAt",
        params: [other, IMPLEMENTATION, `0x${"ff".repeat(32)}`],
      });
      expect(await rulesOf(one(other, "upvotePost(uint256)"))).to.deep.equal([]);
    });

    it("names copies of another contract's code, and looks into that code", async () => {
      const upvote = await deploy("UpvoteApp");
      const code = `0x363d3d373d3d3d363d73${upvote.slice(2).toLowerCase()}5af43d82803e903d91602b57fd5bf3`;
      const copy = await created(`0x3d602d80600a3d3981f3${code.slice(2)}`);
      const [issue, ...more] = await client.lintPolicyOnChain({ policy: one(copy, "upvotePost(uint256)") });
      expect(more).to.deep.equal([]);
      expect(issue).to.deep.include({
        rule: "minimal-proxy",
        message: `${copy} is a copy that runs the code of ${upvote.toLowerCase()}: read that one.`,
      });
    });

    it("names wallets with code of EIP-7702, which their owners change as they like", async () => {
      const upvote = await deploy("UpvoteApp");
      const wallet = privateKeyToAccount(generatePrivateKey());
      await world.helpers.setBalance(wallet.address, parseEther("1"));
      const authorization = await signAuthorization(client, {
        account: wallet,
        contractAddress: upvote,
        executor: "self",
      });
      const hash = await sendTransaction(client, {
        account: wallet,
        to: FRIEND,
        authorizationList: [authorization],
        gas: 200_000n,
      });
      await waitForTransactionReceipt(client, { hash });
      const issues = await client.lintPolicyOnChain({ policy: one(wallet.address, "upvotePost(uint256)") });
      expect(issues).to.have.length(1);
      expect(issues[0]?.rule).to.equal("upgradeable-target");
      expect(issues[0]?.message).to.contain(`is a wallet with the code of ${upvote.toLowerCase()}`);
    });

    it("refuses machinery: the account, its code, the EntryPoints, Latchkey's contracts, and what is named", async () => {
      const upvote = await deploy("UpvoteApp");
      // `definePolicy` refuses some of them by itself.
      const at = (target: Address) => ({ ...one(upvote), permissions: method(target, "count()", costing(coin)) });
      const errors = async (target: Address, parameters = {}) =>
        (await client.lintPolicyOnChain({ policy: at(target), ...parameters }))
          .filter(({ severity }) => severity === "error")
          .map(({ rule }) => rule);
      const known = [
        ...Object.values(deployment),
        ...Object.values(entryPoints).map(({ address }) => address),
        "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789" as const,
      ];
      for (const target of known) expect(await errors(target), target).to.include("machinery-as-target");
      // The chain knows those that could act for an account.
      for (const target of [deployment.latchkey, deployment.forwarder, entryPoints["0.9"].address]) {
        expect(await errors(target), target).to.deep.equal(["machinery-as-target", "refused-by-chain"]);
      }
      expect(await errors(upvote)).to.deep.equal([]);
      expect(await errors(upvote, { machinery: [upvote] })).to.deep.equal(["machinery-as-target"]);
      expect(await errors(upvote, { principal: upvote })).to.deep.equal(["machinery-as-target"]);
      const copy = await created(
        `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${upvote.slice(2).toLowerCase()}5af43d82803e903d91602b57fd5bf3`,
      );
      expect(await errors(upvote, { principal: copy })).to.deep.equal(["machinery-as-target"]);
    });

    it("refuses modules: by what they say of themselves, and by what an account has installed", async () => {
      const validator = await at(await deployMock(world, "AccountModules", "YesValidator"));
      expect(await rulesOf(one(validator))).to.include("machinery-as-target");
      // A contract that says yes to everything says nothing.
      const yes = await answering({ "isModuleType(uint256)": word(1n) });
      expect(await rulesOf(one(yes))).to.not.include("machinery-as-target");

      const account = await deployAccount(world, new Wallet(Wallet.createRandom().privateKey, world.ethers.provider));
      const principal = account.address as Address;
      // A fallback handler that says nothing of itself is found by the account alone, and by the method's own selector.
      const quiet = await answering({
        "onInstall(bytes)": "0x",
        "onUninstall(bytes)": "0x",
        "isModuleType(uint256)": word(1n),
        "handle(uint256)": "0x",
      });
      const policy = one(quiet, "handle(uint256)");
      expect(await rulesOf(policy, { principal })).to.deep.equal([]);
      const installAbi = parseAbi(["function installModule(uint256 type, address module, bytes data)"]);
      const data = encodeFunctionData({
        abi: installAbi,
        functionName: "installModule",
        args: [3n, quiet, toFunctionSelector("function handle(uint256)")],
      });
      const { outcomes } = await ownerOperation(world, account, [{ target: principal, data }]);
      expect(outcomes[0]?.success).to.equal(true);
      expect(await rulesOf(policy, { principal })).to.deep.equal(["machinery-as-target"]);
      expect(await rulesOf(policy)).to.deep.equal([]);
    });

    it("refuses modules of a Safe, and the account's own EntryPoint", async () => {
      const upvote = await deploy("UpvoteApp");
      const policy = one(upvote, "upvotePost(uint256)");
      const safe = await answering({ "isModuleEnabled(address)": word(1n) });
      expect(await rulesOf(policy, { principal: safe })).to.deep.equal(["machinery-as-target"]);
      const account = await answering({ "entryPoint()": padHex(upvote, { size: 32 }) });
      expect(await rulesOf(policy, { principal: account })).to.deep.equal(["machinery-as-target"]);
      const other = await answering({ "entryPoint()": padHex(FRIEND, { size: 32 }) });
      expect(await rulesOf(policy, { principal: other })).to.deep.equal([]);
    });

    it("names routers by their code", async () => {
      const token = await at(
        await deployMock(world, "ForwardedToken", "ForwardedToken", [deployment.forwarder, owner]),
      );
      const policy = policyOf([method(token, "mint(address,uint256)", { open: ["0"] })]);
      const [issue] = (await client.lintPolicyOnChain({ policy })).filter(({ rule }) => rule === "multicall-router");
      expect(issue?.message).to.equal(`${token} can run calls inside calls: multicall(bytes[]).`);
      const poke = await deploy("Poke", owner, 1n);
      expect(await rulesOf(one(poke, "burn(uint256)"))).to.not.include("multicall-router");
    });

    it("names methods that the code does not bear, unless the ABI is known", async () => {
      const upvote = await deploy("UpvoteApp");
      expect(await rulesOf(one(upvote, "downvotePost(uint256)"))).to.deep.equal(["selector-not-in-code"]);
      const abi = parseAbi(["function downvotePost(uint256 id)"]);
      expect(await rulesOf(one(upvote, "downvotePost(uint256)"), { abis: { [upvote]: abi } })).to.deep.equal([]);
      expect(await rulesOf(one(upvote, "downvotePost(uint256)"), { abis: { [upvote]: erc20Abi } })).to.deep.equal([
        "method-not-in-abi",
      ]);
    });

    it("asks the chain itself, which refuses what only it can know", async () => {
      const cards = await answering({ "supportsInterface(bytes4)": word(1n) });
      const approve = method(cards, "transfer(address,uint256)");
      const policy = { ...policyOf([approve], [limitOf(cards)]) };
      const [refused, ...more] = (await client.lintPolicyOnChain({ policy })).filter(
        ({ severity }) => severity === "error",
      );
      expect(more).to.deep.equal([]);
      expect(refused).to.deep.include({ rule: "refused-by-chain", severity: "error" });
      expect(refused!.message).to.match(/^The chain does not publish this policy: .*UnsafeLimitedToken\(/);
      // What it has already it takes again; what it refuses at a place is named there.
      const upvote = await deploy("UpvoteApp");
      const good = one(upvote, "upvotePost(uint256)");
      await client.publishPolicy({ policy: good, account: owner });
      expect(await rulesOf(good)).to.deep.equal([]);
      const within = { ...good, permissions: method(deployment.latchkey, "upvotePost(uint256)", costing(coin)) };
      expect((await client.lintPolicyOnChain({ policy: within })).at(-1)).to.include({
        ...{ rule: "refused-by-chain", index: 0 },
      });
    });

    it("looks for selectors at whole bytes, and as short as a compiler writes them", () => {
      expect(hasSelector("0x6312345678", "0x12345678")).to.equal(true);
      expect(hasSelector("0x0123456780", "0x12345678")).to.equal(false);
      expect(hasSelector("0x012345678012345678", "0x12345678")).to.equal(true);
      expect(hasSelector("0x62345678", "0x00345678")).to.equal(true);
    });

    it("names standing allowances that the principal has given already", async () => {
      const poke = await deploy("Poke", owner, parseEther("1"));
      const upvote = await deploy("UpvoteApp");
      const policy = policyOf([method(upvote, "upvotePost(uint256)", costing(poke))], [limitOf(poke)]);
      expect(await rulesOf(policy, { principal: owner })).to.deep.equal([]);
      const contract = await world.ethers.getContractAt("Poke", poke);
      await (await contract.getFunction("approve").send(upvote, 9n)).wait();
      expect(await client.lintPolicyOnChain({ policy, principal: owner })).to.deep.equal([
        {
          rule: "standing-allowance",
          severity: "warning",
          index: 0,
          message: `${upvote} may already take up to 0.000000000000000009 POKE, by an allowance, whatever the policy counts.`,
        },
      ]);
    });
  });
});
