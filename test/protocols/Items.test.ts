import { expect } from "chai";
import { id, parseEther, type Contract } from "ethers";
import { encodeCall, PRINCIPAL } from "../support/reference/policyFiles.ts";
import { ours, published } from "./support/artifacts.ts";
import { capExceeded, expectRefused, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { ROUTES, type Stage } from "./support/stage.ts";

const ITEMS = "0x3333333333333333333333333333333333331155";
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

describeProtocol("ERC-1155", setUpItems, {
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
});

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
