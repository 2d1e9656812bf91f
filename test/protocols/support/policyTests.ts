import { readFileSync } from "node:fs";
import { expect } from "chai";
import { stateOf, untouched, type Session } from "../../support/chain/dapp.ts";
import { outcomeByModel, sayOfRevert } from "../../support/chain/policyScope.ts";
import { refusalOf } from "../../support/chain/refusal.ts";
import { errorInterface } from "../../support/reference/errors.ts";
import { PRINCIPAL, readPolicyFile, type Case, type PolicyFile } from "../../support/reference/policyFiles.ts";
import { hashPolicy } from "../../support/reference/policy.ts";
import { publish } from "../../support/reference/publication.ts";
import { storedForm } from "../../support/reference/storedForm.ts";
import type { Call } from "../../support/reference/admission.ts";
import { ROUTES, type ProtocolRoute, type Stage } from "./stage.ts";

const GROUNDS = new URL("../grounds.json", import.meta.url);

/** Runs an execution of the file by a session and expects what it does to the real contracts. */
export type Effect = (stage: Stage, run: () => Promise<void>) => Promise<void>;

export interface PolicyTests {
  /** What only this policy needs, before its session is registered. */
  prepare?: (stage: Stage) => Promise<void>;
  /** What each execution that passes does, by what the file says of it. */
  passes: Record<string, Effect>;
  /** Executions of the file that must not pass and that the protocol, too, would not do, with the reason. */
  impossible?: Record<string, string>;
  /** Tests of this policy's session beside those of the file. */
  more?: (given: () => Given) => void;
}

/** A policy's session on its chain. */
export interface Given {
  stage: Stage;
  session: Session;
  file: PolicyFile;
}

/** Describes one policy, on the chain where its contracts are. */
export function describePolicy(name: string, tests: PolicyTests, stageOf: () => Stage): void {
  const file = readPolicyFile(name);
  const { impossible = {} } = tests;
  describe(name, () => {
    let given: Given;
    let opened: { restore(): Promise<void> };
    let snapshot: { restore(): Promise<void> };
    before(async () => {
      const stage = stageOf();
      opened = await stage.world.helpers.takeSnapshot();
      await tests.prepare?.(stage);
      given = { stage, session: await stage.start(file.policy), file };
    });
    after(() => opened.restore());
    beforeEach(async () => {
      snapshot = await given.stage.world.helpers.takeSnapshot();
    });
    afterEach(() => snapshot.restore());

    it("has a test for everything that the file lets pass", () => {
      expect(Object.keys(tests.passes)).to.have.members(file.passes.map(({ say }) => say));
      expect(file.refused.map(({ say }) => say)).to.include.members(Object.keys(impossible));
    });

    it("runs on what the table of protocols says", () => {
      expectGrounds(
        given.stage,
        name,
        file.passes.flatMap(({ calls }) => calls),
      );
    });

    it("is published as the model does it, which is told about the tokens what the file says", async () => {
      const { store, ethers } = given.stage.world;
      const pointer = (await store.getFunction("policyPointer").staticCall(hashPolicy(file.policy))) as string;
      const stored = storedForm(file.policy, publish(file.policy, file.facts));
      expect(await ethers.provider.getCode(pointer)).to.equal(stored);
    });

    for (const { say, calls, drawn, route: own } of file.passes) {
      for (const route of own === "asked" ? ([own] as const) : ROUTES) {
        it(`passes by ${route}: ${say}`, async () => {
          const { stage, session } = given;
          await tests.passes[say]!(stage, () => stage.act(session, route, calls));
          await expectDrawn(given, drawn);
        });
      }
    }
    for (const route of ROUTES) {
      for (const refused of file.refused) {
        it(`does not pass by ${route}: ${refused.say}`, async () => {
          await expectRefused(given, route, refused.calls, expectedOf(file, refused));
        });
      }
    }

    for (const { say, calls } of file.refused) {
      const reason = impossible[say];
      it(`without the policy ${reason === undefined ? "works" : `does not work, as ${reason}`}: ${say}`, async () => {
        const { stage } = given;
        const failure = await stage.failureOf(stage.asPrincipal(calls));
        if (reason === undefined) expect(failure).to.equal(undefined);
        else expect(failure).to.match(/^The principal's own calls reverted/);
      });
    }

    tests.more?.(() => given);
  });
}

/** Expects that grounds.json, of which the table of protocols is made, says whose contracts these calls go to. */
export function expectGrounds(stage: Stage, name: string, calls: Call[]): void {
  const told = JSON.parse(readFileSync(GROUNDS, "utf8")) as Record<string, string[]>;
  expect(told[name]).to.deep.equal(stage.groundsOf(calls));
}

/** Expects a session to be refused exactly this, and that nothing has changed. */
export async function expectRefused(given: Given, route: ProtocolRoute, calls: Call[], expected: string) {
  const { stage, session } = given;
  const before = await stage.balances();
  await untouched(stage.world, session, async () => {
    const outer = await refusalOf(stage.act(session, route, calls));
    const { data } = outer.name === "FailedOpWithRevert" ? outer.inner! : outer;
    expect(sayOfRevert(errorInterface(), data as `0x${string}`)).to.equal(expected);
  });
  expect(await stage.balances()).to.deep.equal(before);
}

/** Expects that this and nothing else is gone of the session's limits. */
export async function expectDrawn({ stage, session, file }: Given, drawn: Record<string, bigint>): Promise<void> {
  const { limits } = await stateOf(stage.world, session.principal, session.key.address);
  const gone = file.policy.limits.map(({ unit, cap }, i) => [unit.toLowerCase(), cap - (limits[i].left as bigint)]);
  const wanted = file.policy.limits.map(({ unit }) => [unit.toLowerCase(), drawn[unit.toLowerCase()] ?? 0n]);
  expect(gone).to.deep.equal(wanted);
}

/** The error with all that it says, as the model has it; of a cap, against a session that has drawn nothing. */
export function expectedOf({ policy, facts }: PolicyFile, { calls, error, route = "direct" }: Case): string {
  const outcome = outcomeByModel(policy, publish(policy, facts), PRINCIPAL, calls, route);
  if (error !== "SpendCapExceeded") {
    expect(outcome.split("(")[0]).to.equal(error);
    return outcome;
  }
  const drawn = outcome.split(",").map(BigInt);
  const exceeded = policy.limits.findIndex(({ cap }, i) => drawn[i]! > cap);
  return capExceeded(policy.limits[exceeded]!.unit, drawn[exceeded]!, policy.limits[exceeded]!.cap);
}

/** The calls of what the file says under a name. */
export function callsOf({ file }: Given, say: string): Call[] {
  return [...file.passes, ...file.refused].find((each) => each.say === say)!.calls;
}

/** Lets `say` pass as often as the caps allow, by both routes in turn, and expects it to be refused then. */
export function refusesInTheEnd(given: () => Given, say: string, times: number, expected: string): void {
  it(`passes ${times === 1 ? "once" : `${times} times`} and then no more: ${say}`, async () => {
    const { stage, session } = given();
    const calls = callsOf(given(), say);
    for (let time = 0; time < times; ++time) await stage.act(session, ROUTES[time % 2]!, calls);
    for (const route of ROUTES) await expectRefused(given(), route, calls, expected);
  });
}

/** `SpendCapExceeded` as `expectRefused` compares it. */
export const capExceeded = (unit: string, requested: bigint, left: bigint): string =>
  `SpendCapExceeded(${BigInt(unit)},${requested},${left})`;
