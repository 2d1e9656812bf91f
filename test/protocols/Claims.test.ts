import { expect } from "chai";
import { id, parseUnits, type Contract } from "ethers";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { ours, published } from "./support/artifacts.ts";
import { callsOf, capExceeded, expectRefused, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { ROUTES, USDC, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const DISTRIBUTOR = "0x090D4613473dEE047c3f2706764f49E0821D256e";
/** Of four claims of 400, of which the second is the principal's. */
const ROOT = "0x0a7c9a1ed765d01840ba65a54c2545e0b34376c6c9dd4c6da530005fc3ee017f";
const REWARD = "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984";
const GOVERNOR = "0x323A76393544d5ecca80cd6ef2A560C6a395b7E3";
const VOTES = "0xC18360217D8F7Ab5e7c516566761Ea12Ce7F9D72";
const DISPERSE = "0xD152f549545093347A162Dce210e7293f1452150";
const COUNTER = "0x0000000000000000000000000000000000000001";
const usd = (text: string) => parseUnits(text, 6);

let distributor: Contract;

async function setUpDistributor(stage: Stage): Promise<void> {
  const reward = await stage.token(REWARD, "UNI", 18, 0n);
  const artifact = published("@uniswap/merkle-distributor/build/MerkleDistributor.json");
  distributor = await stage.place(DISTRIBUTOR, artifact, [REWARD, ROOT]);
  await stage.mint(reward, DISTRIBUTOR, 1_600n);
}

describeProtocol("Merkle Distributor", setUpDistributor, {
  "merkle-claim": {
    passes: {
      "with a proof of two": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ UNI: 400n });
        expect(await stage.read(distributor, "isClaimed", [1])).to.equal(true);
      },
    },
    impossible: { twice: "each claim is paid once", "a proof of 65": "it proves nothing" },
    more: (given) => refusesInTheEnd(given, "with a proof of two", 1, capExceeded(COUNTER, 1n, 0n)),
  },
});

let governor: Contract;

/** Six proposals, and a vote of the principal's. */
async function setUpGovernor(stage: Stage): Promise<void> {
  await stage.place(VOTES, ours("Governance", "VotingToken"), [PRINCIPAL, 100n]);
  governor = await stage.place(GOVERNOR, ours("Governance"), [VOTES]);
  await stage.asPrincipal([{ target: VOTES, method: "delegate(address)", args: ["principal"] }]);
  for (let number = 1; number <= 6; ++number) {
    await stage.send(governor, "propose", [[GOVERNOR], [0], ["0x"], `Proposal ${number}`]);
  }
  await stage.world.helpers.mine(2);
}

describeProtocol("Governor", setUpGovernor, {
  "governor-vote": {
    passes: {
      for: async (stage, run) => {
        const proposal = await stage.read<bigint>(governor, "hashProposal", [
          [GOVERNOR],
          [0],
          ["0x"],
          id("Proposal 1"),
        ]);
        await run();
        expect(await stage.read(governor, "hasVoted", [proposal, PRINCIPAL])).to.equal(true);
        const { forVotes } = await stage.read<{ forVotes: bigint }>(governor, "proposalVotes", [proposal]);
        expect(forVotes).to.equal(100n);
      },
    },
    more: (given) => {
      it("votes once on a proposal, and counts each try", async () => {
        const { stage, session } = given();
        const calls = callsOf(given(), "for");
        await stage.act(session, "direct", calls);
        for (let time = 1; time < 5; ++time) {
          const failure = await stage.failureOf(stage.act(session, "userOperation", calls));
          expect(failure).to.include(id("GovernorAlreadyCastVote(address)").slice(0, 10));
        }
        for (const route of ROUTES) await expectRefused(given(), route, calls, capExceeded(COUNTER, 1n, 0n));
      });
    },
  },
});

async function setUpPayroll(stage: Stage): Promise<void> {
  await circleUsdc(stage, usd("5000"));
  await stage.place(DISPERSE, ours("StandIns", "Disperse"));
  await stage.asPrincipal([
    { target: USDC, method: "approve(address,uint256)", args: [DISPERSE, String(usd("5000"))] },
  ]);
}

const pays = async (stage: Stage, run: () => Promise<void>) => {
  expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("700") });
  const people = ["0x00000000000000000000000000000000000B0b00", "0x00000000000000000000000000000000cA201000"];
  const got = await Promise.all(people.map(async (one) => (await stage.balances(one)).USDC));
  expect(got).to.deep.equal([usd("300"), usd("400")]);
};

describeProtocol("Disperse", setUpPayroll, {
  payroll: {
    passes: {
      "two people": pays,
      nobody: async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({});
      },
      "approve and pay": pays,
    },
    more: (given) => refusesInTheEnd(given, "two people", 1, capExceeded(USDC, usd("700"), usd("300"))),
  },
});
