import { expect } from "chai";
import hre from "hardhat";
import { parseEther, type Contract } from "ethers";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import type { Artifact } from "./support/artifacts.ts";
import { callsOf, capExceeded, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { ROUTES, SOMEBODY, type Stage } from "./support/stage.ts";

const WORLD = "0x0000000000000000000000000000000090010000";
const COIN = "0x0000000000000000000000000000000000000000";
const POKE = "0x0000000000000000000000000000000090030000";
const FEED = "0x0000000000000000000000000000000090040000";
const ENGAGEMENT = "0x0000000000000000000000000000000090050000";
const CORE = "0x0000000000000000000000000000000090060000";
const MARKET = "0x0000000000000000000000000000000090070000";
const UPVOTES = "0x0000000000000000000000000000000090080000";
const TREASURY = "0x0000000000000000000000000000000000077777";
/** Hundredths of a per cent. */
const FEE = 250n;

/** A contract of this repository. */
async function placed(stage: Stage, address: string, name: string, args: unknown[] = []): Promise<Contract> {
  return stage.place(address, (await hre.artifacts.readArtifact(name)) as Artifact, args);
}

async function placePoke(stage: Stage): Promise<void> {
  stage.watch("POKE", await placed(stage, POKE, "Poke", [PRINCIPAL, parseEther("1000")]));
}

let world: Contract;

/** A world in which the principal and somebody else are in one scene. */
async function setUpGame(stage: Stage): Promise<void> {
  const { address: latchkey, ethers, helpers, owner } = stage.world;
  await placePoke(stage);
  world = await placed(stage, WORLD, "GameWorld", [latchkey, owner.address, 1_000n, 100n]);
  const target = WORLD;
  await stage.asPrincipal([
    { target, method: "createStorage()", args: [] },
    { target, method: "joinScene(address,uint64)", args: ["principal", "7"] },
  ]);
  await helpers.setBalance(SOMEBODY, parseEther("1"));
  const somebody = world.connect(await ethers.getImpersonatedSigner(SOMEBODY)) as Contract;
  await stage.send(somebody, "createStorage");
  await stage.send(somebody, "joinScene", [SOMEBODY, 7]);
}

describeProtocol("The game", setUpGame, {
  game: {
    passes: {
      "settle and fund": async (stage, run) => {
        const value = parseEther("0.004");
        expect(await stage.changes(run)).to.deep.equal({ ETH: -value });
        expect(await stage.read(world, "credit")).to.equal(value);
      },
      "a hit, asked by the world itself, with a suffix": async (stage, run) => {
        await run();
        expect(await stage.read(world, "hitsOf", [SOMEBODY])).to.equal(1n);
      },
      "a field": async (stage, run) => {
        await run();
        const [field, value] = [`0x${"ab".repeat(32)}`, `0x${"cd".repeat(32)}`];
        expect(await stage.read(world, "fieldOf", [PRINCIPAL, field])).to.equal(value);
      },
    },
    more: (given) =>
      refusesInTheEnd(given, "settle and fund", 2, capExceeded(COIN, parseEther("0.004"), parseEther("0.002"))),
  },
});

let core: Contract;
let feed: Contract;

/** The network with an entry, a drop, and a piece for sale. */
async function setUpNetwork(stage: Stage): Promise<void> {
  const { forwarder, owner } = stage.world;
  const trusted = [await forwarder.getAddress(), owner.address];
  const fees = [POKE, TREASURY, FEE];
  await placePoke(stage);
  feed = await placed(stage, FEED, "SocialFeed", [...trusted, 280]);
  await placed(stage, ENGAGEMENT, "SocialEngagement", [...trusted, FEED, 8]);
  core = await placed(stage, CORE, "SocialCore", [...trusted, ...fees, 1n, parseEther("1"), parseEther("1")]);
  const market = await placed(stage, MARKET, "SocialMarket", [...trusted, ...fees]);
  await stage.send(feed, "post", ["first"]);
  await stage.send(core, "openDrop", [10]);
  await stage.send(market, "list", ["a hat", 1, 3]);
  const approve = { method: "approve(address,uint256)" };
  await stage.asPrincipal(
    [CORE, MARKET].map((spender) => ({ ...approve, target: POKE, args: [spender, String(parseEther("1000"))] })),
  );
}

describeProtocol("The social network", setUpNetwork, {
  social: {
    passes: {
      "a post": async (stage, run) => {
        await run();
        const { author } = await stage.read<{ author: string }>(feed, "entryOf", [2]);
        expect(author).to.equal(PRINCIPAL);
      },
      "a poke and a drop": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ POKE: -parseEther("3") });
        const poked = parseEther("2");
        expect((await stage.balances(SOMEBODY)).POKE).to.equal(poked - (poked * FEE) / 10_000n);
        expect(await stage.read(core, "hasClaimed", [PRINCIPAL, 1])).to.equal(true);
      },
    },
  },
});

let upvotes: Contract;

describeProtocol(
  "Upvotes",
  async (stage) => {
    upvotes = await placed(stage, UPVOTES, "UpvoteApp");
  },
  {
    upvote: {
      passes: {
        "a post": async (stage, run) => {
          await run();
          expect(await stage.read(upvotes, "hasUpvoted", [PRINCIPAL, 42])).to.equal(true);
        },
      },
      impossible: { "with value": "a vote takes no coin" },
      more: (given) => {
        it("votes once", async () => {
          const { stage, session } = given();
          for (const [time, route] of ROUTES.entries()) {
            const failure = await stage.failureOf(stage.act(session, route, callsOf(given(), "a post")));
            if (time === 0) expect(failure).to.equal(undefined);
            else expect(failure).to.include("AlreadyUpvoted");
          }
        });
      },
    },
  },
);
