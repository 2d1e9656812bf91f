import { expect } from "chai";
import { id, parseEther, type Contract, type Result } from "ethers";
import { PRINCIPAL, readPolicyFile } from "../support/reference/policyFiles.ts";
import { published } from "./support/artifacts.ts";
import { callsOf, expectDrawn, type Given } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { DAI, type Stage } from "./support/stage.ts";

const ARTIFACTS = "@opensea/seaport-js/src/artifacts";
const SEAPORT = "0x0000000000000068F116a894984e2DB1123eB395";
const COLLECTION = "0x22222222222222222222222222222222222207F7";
const OTHER_COLLECTION = "0x4444444444444444444444444444444444440721";
const SELLER = "0x00000000000000000000000000000000000B0b00";
const COIN = "0x0000000000000000000000000000000000000000";
const COUNTER = "0x0000000000000000000000000000000000000001";
/** OpenSea's, whose first 20 bytes are who made its conduit. */
const CONDUIT_KEY = "0x0000007b02230091a7ed01230072f7006a004d60a8d4e71d599b8104250f0000";

let seaport: Contract;
let collection: Contract;

/** Seaport with OpenSea's conduit, and every order of the files, which their seller stands behind. */
async function setUp(stage: Stage): Promise<void> {
  const { ethers, helpers, owner } = stage.world;
  const actAs = async (address: string) => {
    await helpers.setBalance(address, parseEther("1"));
    return ethers.getImpersonatedSigner(address);
  };
  const controller = await stage.deploy(
    published(`${ARTIFACTS}/seaport/contracts/conduit/ConduitController.sol/LocalConduitController.json`),
  );
  seaport = await stage.place(SEAPORT, published(`${ARTIFACTS}/seaport/contracts/Seaport.sol/Seaport.json`), [
    await controller.getAddress(),
  ]);
  const maker = await actAs(CONDUIT_KEY.slice(0, 42));
  await stage.send(controller.connect(maker) as Contract, "createConduit", [CONDUIT_KEY, owner.address]);
  const [conduit] = await stage.read<Result>(controller, "getConduit", [CONDUIT_KEY]);
  await stage.send(controller, "updateChannel", [conduit, SEAPORT, true]);

  const seller = await actAs(SELLER);
  const pieces = published(`${ARTIFACTS}/src/contracts/test/TestERC721.sol/TestERC721.json`);
  for (const address of [COLLECTION, OTHER_COLLECTION]) {
    const contract = await stage.place(address, pieces);
    for (const piece of [9n, 2n ** 96n]) await stage.send(contract, "mint", [SELLER, piece]);
    for (const taker of [conduit, SEAPORT]) {
      await stage.send(contract.connect(seller) as Contract, "setApprovalForAll", [taker, true]);
    }
    if (address === COLLECTION) collection = contract;
  }
  stage.watch("pieces", collection);
  await stage.token(DAI, "DAI", 18, parseEther("100"));
  await stage.asPrincipal([
    { target: DAI, method: "approve(address,uint256)", args: [SEAPORT, String(parseEther("100"))] },
  ]);

  const orders = ["seaport-basic", "seaport-advanced"].flatMap((name) => {
    const { passes, refused } = readPolicyFile(name);
    return [...passes, ...refused].flatMap(({ calls }) => calls.map(({ data }) => orderOf(data)));
  });
  await stage.send(seaport.connect(seller) as Contract, "validate", [orders.map((parameters) => [parameters, "0x"])]);
}

/** The parameters of the order that a call fills. */
function orderOf(data: string): unknown[] {
  const { name, args } = seaport.interface.parseTransaction({ data })!;
  if (name === "fulfillAdvancedOrder") return ((args[0] as Result)[0] as Result).toArray(true);
  const { offerer, zone, offerToken, offerIdentifier, offerAmount, ...order } = (args[0] as Result).toObject();
  const price = { amount: order.considerationAmount as bigint, recipient: offerer as string };
  const paid = [price, ...(order.additionalRecipients as Result[]).map((each) => each.toObject() as typeof price)];
  return [
    offerer,
    zone,
    [[2, offerToken, offerIdentifier, offerAmount, offerAmount]],
    paid.map(({ amount, recipient }) => [0, COIN, 0, amount, amount, recipient]),
    (order.basicOrderType as bigint) % 4n,
    order.startTime,
    order.endTime,
    order.zoneHash,
    order.salt,
    order.offererConduitKey,
    paid.length,
  ];
}

const buys = (price: bigint) => async (stage: Stage, run: () => Promise<void>) => {
  expect(await stage.changes(run)).to.deep.equal({ ETH: -price, pieces: 1n });
  expect(await stage.read(collection, "ownerOf", [9])).to.equal(PRINCIPAL);
};

/** What has been filled is refused by Seaport alone, so it counts. */
const fillsOnce = (price: bigint, error: string) => (given: () => Given) => {
  it("fills an order once, and counts the second try too", async () => {
    const { stage, session } = given();
    const calls = callsOf(given(), "one piece");
    await stage.act(session, "direct", calls);
    const changes = await stage.changes(async () => {
      const failure = await stage.failureOf(stage.act(session, "userOperation", calls));
      expect(failure).to.include(id(error).slice(0, 10));
    });
    expect(changes).to.deep.equal({});
    await expectDrawn(given(), { [COIN]: 2n * price, [COUNTER]: 2n });
  });
};

describeProtocol("Seaport", setUp, {
  "seaport-basic": {
    passes: { "one piece": buys(parseEther("0.102")) },
    more: fillsOnce(parseEther("0.102"), "OrderPartiallyFilled(bytes32)"),
  },
  "seaport-advanced": {
    passes: { "one piece": buys(parseEther("0.1")) },
    more: fillsOnce(parseEther("0.1"), "OrderAlreadyFilled(bytes32)"),
  },
});
