import { expect } from "chai";
import { id, parseEther, ZeroAddress, type Contract } from "ethers";
import { parseAbi, zeroAddress, type Address } from "viem";
import { mint } from "../../sdk/src/recipes/index.ts";
import { encodeCall, PRINCIPAL } from "../support/reference/policyFiles.ts";
import { compiled, ours, published } from "./support/artifacts.ts";
import { capExceeded, expectRefused, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { call, type RecipeTests } from "./support/recipeTests.ts";
import { ROUTES, type Stage } from "./support/stage.ts";

const ITEMS: Address = "0x3333333333333333333333333333333333331155";
const DROP = "0x00005EA00Ac477B1030CE78506496e8C2dE24bf5";
const COLLECTION = "0x22222222222222222222222222222222222207F7";
const BOB = "0x00000000000000000000000000000000000B0b00";
const COUNTER = "0x0000000000000000000000000000000000000001";

let items: Contract;

/** OpenZeppelin's ERC-1155, in which the principal has ten of the first kind and may mint. */
async function setUpItems(stage: Stage): Promise<void> {
  const artifact = published("@openzeppelin/contracts-4.9/build/contracts/ERC1155PresetMinterPauser.json");
  items = await stage.place(ITEMS, artifact, ["https://items.example/{id}"]);
  await stage.send(items, "mint", [PRINCIPAL, 1, 10, "0x"]);
  await stage.send(items, "grantRole", [id("MINTER_ROLE"), PRINCIPAL]);
}

const held = (stage: Stage, holder: string) =>
  Promise.all([1, 2, 3].map((kind) => stage.read<bigint>(items, "balanceOf", [holder, kind])));

const itemPolicies: Record<string, PolicyTests> = {
  "erc1155-gift": {
    passes: {
      "two to one friend": async (stage, run) => {
        await run();
        expect(await held(stage, PRINCIPAL)).to.deep.equal([8n, 0n, 0n]);
        expect(await held(stage, BOB)).to.deep.equal([2n, 0n, 0n]);
      },
    },
    more: (given) => refusesInTheEnd(given, "two to one friend", 1, capExceeded(COUNTER, 2n, 1n)),
  },
  "erc1155-mint": {
    passes: {
      "four and six": async (stage, run) => {
        await run();
        expect(await held(stage, PRINCIPAL)).to.deep.equal([14n, 0n, 6n]);
      },
    },
    more: (given) => refusesInTheEnd(given, "four and six", 1, capExceeded(COUNTER, 10n, 0n)),
  },
};

const MINT = "mint(address,uint256,uint256,bytes)";
const minting = (amount: bigint, { to = "principal", kind = 1n, data = "0x" } = {}) =>
  call(ITEMS, MINT, [to, kind, amount, data]);

const itemRecipes: Record<string, RecipeTests> = {
  "mint, for nothing": {
    make: () =>
      mint({
        ...{ app: "items.example", collection: ITEMS, pieces: 5n, quantity: "2" },
        abi: parseAbi(["function mint(address to, uint256 id, uint256 amount, bytes data)"]),
        methods: {
          mint: { arguments: { to: { isPrincipal: true }, id: { oneOf: [1n, 3n] }, data: { length: { equals: 0 } } } },
        },
      }),
    facts: { nonFungible: [ITEMS] },
    passes: {
      "two of one kind and three of another": {
        calls: () => [minting(2n), minting(3n, { kind: 3n })],
        does: async (stage, run) => {
          expect(await stage.changes(run)).to.deep.equal({});
          expect(await held(stage, PRINCIPAL)).to.deep.equal([12n, 0n, 3n]);
        },
      },
    },
    refused: {
      "for somebody else": { calls: () => [minting(1n, { to: BOB })], error: "ArgumentNotAllowed" },
      "another kind": { calls: () => [minting(1n, { kind: 2n })], error: "ArgumentNotAllowed" },
      "none, which counts nothing": { calls: () => [minting(0n)], error: "ArgumentNotAllowed" },
      six: { calls: () => [minting(6n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [minting(3n), minting(3n)], error: "SpendCapExceeded" },
      "a gift": {
        calls: () => [
          call(ITEMS, "safeTransferFrom(address,address,uint256,uint256,bytes)", ["principal", BOB, 1n, 1n, "0x"]),
        ],
        error: "CallNotAllowed",
      },
    },
    greedy: [{ calls: () => [minting(5n)], takes: {} }],
  },
};

describeProtocol("ERC-1155", setUpItems, itemPolicies, itemRecipes);

const PRICE = parseEther("0.01");
const SALE: Address = "0x44444444444444444444444444444444444407f7";
const CLAIM = "claim(address,uint256,address,uint256,(bytes32[],uint256,uint256,address),bytes)";
/** What thirdweb's contracts call the chain's own coin. */
const COIN: Address = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";
const NO_LIST = [[], 0n, 0n, ZeroAddress];

/** thirdweb's drop: three for each wallet, at one price. */
async function setUpSale(stage: Stage): Promise<void> {
  const { address: owner } = stage.world.owner;
  const source = "@thirdweb-dev/contracts/base/ERC721Drop.sol";
  const settings = { optimizer: { enabled: true, runs: 200 } };
  const artifact = compiled({ solc: "solc-0.8.19", source, contract: "ERC721Drop", settings });
  const sale = await stage.place(SALE, artifact, [owner, "Hats", "HAT", owner, 0, owner]);
  stage.watch("pieces", sale);
  await stage.send(sale, "lazyMint", [100, "https://hats.example/", "0x"]);
  const root = `0x${"00".repeat(32)}`;
  await stage.send(sale, "setClaimConditions", [[0, 100, 0, 20, root, PRICE, COIN, ""], false]);
}

interface Claim {
  to: string;
  coin: Address;
  list: unknown[];
  data: string;
  value: bigint;
}

const claiming = (quantity: bigint, changes: Partial<Claim> = {}) => {
  const { to = "principal", coin = COIN, list = NO_LIST, data = "0x", value = quantity * PRICE } = changes;
  return call(SALE, CLAIM, [to, quantity, coin, PRICE, list, data], value);
};

const claims = {
  ...{ app: "hats.example", collection: SALE, price: PRICE, pieces: 3n },
  abi: parseAbi([
    "struct List { bytes32[] proof; uint256 quantityLimitPerWallet; uint256 pricePerToken; address currency; }",
    "function claim(address receiver, uint256 quantity, address currency, uint256 pricePerToken, List list, bytes data) payable",
  ]),
} as const;
/** What is bound in both recipes. */
const own = {
  receiver: { isPrincipal: true },
  currency: { equals: COIN },
  pricePerToken: { equals: PRICE },
  list: { proof: { length: { equals: 0 } }, currency: { equals: zeroAddress } },
  data: { length: { equals: 0 } },
} as const;

/** Mints so many, pays for each, and nothing else. */
const claimed = (quantity: bigint) => async (stage: Stage, run: () => Promise<void>) => {
  expect(await stage.changes(run)).to.deep.equal({ ETH: -quantity * PRICE, pieces: quantity });
};

const refusedClaims: RecipeTests["refused"] = {
  "for somebody else": { calls: () => [claiming(1n, { to: BOB })], error: "ArgumentNotAllowed" },
  "in a token": {
    calls: () => [claiming(1n, { coin: ITEMS })],
    error: "ArgumentNotAllowed",
    impossible: "the drop asks for coin",
  },
  "with data": { calls: () => [claiming(1n, { data: "0x01" })], error: "ArgumentNotAllowed" },
  "as one of a list": {
    calls: () => [claiming(1n, { list: [[`0x${"11".repeat(32)}`], 0n, 0n, ZeroAddress] })],
    error: "ArgumentNotAllowed",
  },
  "an approval of a piece": {
    calls: () => [call(SALE, "setApprovalForAll(address,bool)", [BOB, true])],
    error: "CallNotAllowed",
  },
};

const saleRecipes: Record<string, RecipeTests> = {
  mint: {
    make: () => mint({ ...claims, quantity: "1", methods: { claim: { arguments: own } } }),
    facts: { nonFungible: [SALE] },
    passes: {
      "one and two": { calls: () => [claiming(1n), claiming(2n)], does: claimed(3n) },
      "all at once": { calls: () => [claiming(3n)], does: claimed(3n) },
    },
    refused: {
      ...refusedClaims,
      "too dear": {
        calls: () => [claiming(1n, { value: PRICE + 1n })],
        error: "RateNotMet",
        impossible: "the drop takes its price and no more",
      },
      four: { calls: () => [claiming(3n), claiming(1n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [claiming(2n), claiming(2n)], error: "SpendCapExceeded" },
    },
    greedy: [{ calls: () => [claiming(3n)], takes: { ETH: 3n * PRICE } }],
  },
  "mint, one at a time": {
    make: () => mint({ ...claims, methods: { claim: { arguments: { ...own, quantity: { equals: 1n } } } } }),
    facts: { nonFungible: [SALE] },
    passes: { "one, and one more": { calls: () => [claiming(1n), claiming(1n)], does: claimed(2n) } },
    refused: {
      ...refusedClaims,
      "two at once": {
        calls: () => [claiming(2n, { value: PRICE })],
        error: "ArgumentNotAllowed",
        impossible: "two cost more",
      },
      "too dear": {
        calls: () => [claiming(1n, { value: PRICE + 1n })],
        error: "ValueNotAllowed",
        impossible: "the drop takes its price and no more",
      },
      four: { calls: () => [1, 2, 3, 4].map(() => claiming(1n)), error: "SpendCapExceeded" },
    },
    greedy: [{ calls: () => [1, 2, 3].map(() => claiming(1n)), takes: { ETH: 3n * PRICE } }],
  },
};

describeProtocol("thirdweb's drop", setUpSale, {}, saleRecipes);

let drop: Contract;

async function setUpDrop(stage: Stage): Promise<void> {
  drop = await stage.place(DROP, ours("StandIns", "Drop"), [parseEther("0.01")]);
  stage.watch("pieces", await stage.place(COLLECTION, ours("StandIns", "Collection"), [DROP]));
}

describeProtocol("SeaDrop", setUpDrop, {
  "nft-mint": {
    passes: {
      "two at once": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ ETH: -parseEther("0.02"), pieces: 2n });
      },
    },
    impossible: { "too dear": "the price is not that" },
    more: (given) => {
      it("mints two and then no more, however cheap", async () => {
        const { stage, session } = given();
        await stage.send(drop, "setPrice", [1]);
        const method = "mintPublic(address,address,address,uint256)";
        const one = encodeCall({ target: DROP, method, args: [COLLECTION, BOB, "principal", "1"], value: "1" });
        for (const route of ROUTES) {
          expect(await stage.changes(() => stage.act(session, route, [one]))).to.deep.equal({ ETH: -1n, pieces: 1n });
        }
        for (const route of ROUTES) await expectRefused(given(), route, [one], capExceeded(COUNTER, 1n, 0n));
      });
    },
  },
});
