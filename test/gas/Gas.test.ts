import { expect } from "chai";
import { measureAll, measure, reportOf, ROWS, type GasReport, type Measured } from "./measure.ts";
import { detailsOf, GROUPED_ROWS, VERBS, type Details } from "./details.ts";
import { gasFiles, readGasFile, readGasSnapshot } from "./snapshot.ts";
import { formatOpcodes, opcodeTable } from "./opcodes.ts";

describe("The gas report", () => {
  let measured: Measured;
  let report: GasReport;
  let details: Details;
  before(async () => {
    measured = await measureAll();
    report = await reportOf(measured);
    details = await detailsOf(measured);
  });
  after(() => measured.stage.chain.connection.close());

  it("is gas.snapshot.json to the unit; npm run gas -- --write-snapshot if a change is meant", () => {
    expect(report).to.deep.equal(readGasSnapshot());
  });

  it("is what the README and docs/gas.md say, and its picture shows", () => {
    for (const [path, text] of gasFiles(report, details)) expect(readGasFile(path), path).to.equal(text);
  });

  for (const { verb, rows, newSlots } of VERBS) {
    it(`fills ${newSlots} empty slots to ${verb}`, () => {
      for (const row of rows) expect(report.slots[row].new, row).to.equal(newSlots);
    });
  }

  it("prices a row again by what it does", () => {
    const { forecast } = details;
    // One changed slot, and no account but Latchkey.
    expect(forecast.revoke.gas - report.revoke).to.equal(15_000 - 21_000 + 10_000 - 2_800);
    // One slot that is new instead of changed: more by its state, and by nothing else.
    expect(forecast.firstInLane.gas - forecast.W1.gas).to.equal(64 * 1_530 + report.firstInLane - report.W1 - 17_100);
    for (const row of ["register", "registerP256", "registerReplace", "firstInLane"] as const) {
      expect(forecast[row].state, row).to.equal(report.slots[row].new * 64 * 1_530);
    }
  });

  it("splits a row's gas by groups that add up to it", () => {
    for (const row of GROUPED_ROWS) {
      expect(
        Object.values(details.groups[row]).reduce((sum, gas) => sum + gas, 0),
        row,
      ).to.equal(report[row]);
    }
  });

  it("finds the overhead of a larger policy and of a larger batch where the rows have it", () => {
    const { policies, batches } = details.overhead;
    const near = (actual: number, expected: number) => expect(actual).to.be.closeTo(expected, 100);
    near(policies[0]!.gas, report.W1 - report.ownerTransfer);
    near(policies.at(-1)!.gas, report.W1_248 - report.ownerTransfer);
    near(batches[0]!.gas, report.W1 - report.ownerTransfer);
  });

  it("is the same in another run", async () => {
    expect(await measure()).to.deep.equal(report);
  });

  for (const row of Object.keys(ROWS) as (keyof typeof ROWS)[]) {
    it(`explains ${row} by opcodes that add up to its transaction`, async () => {
      const { hash, gasUsed } = measured.receipts[row];
      const table = await opcodeTable(measured.stage.chain.provider, hash);
      expect(BigInt(table.gasUsed)).to.equal(gasUsed);
      const executed = table.frames.reduce((sum, frame) => sum + frame.gas, 0);
      expect(table.intrinsic + executed - table.refund).to.equal(table.gasUsed);
      expect(table.intrinsic).to.be.at.least(21_000);
      expect(table.refund).to.be.within(0, table.gasUsed / 4);
      for (const { gas, opcodes } of table.frames) {
        for (const spent of opcodes.values()) expect(spent.gas).to.be.at.least(0);
        expect([...opcodes.values()].reduce((sum, spent) => sum + spent.gas, 0)).to.equal(gas);
      }
    });
  }

  it("names the contracts whose code a row runs", async () => {
    const { receipts, stage } = measured;
    const { chain, names } = stage;
    const table = await opcodeTable(chain.provider, receipts.W1.hash);
    const called = table.frames.map(({ by, code }) => `${by} ${names.get(code!)}`);
    expect(called[0]).to.equal("TRANSACTION EntryPoint");
    expect(called).to.include("CALL LatchkeyAccount");
    expect(called).to.include("CALL Latchkey");
    expect(called).to.include("CALL Poke (ERC-20)");
    const text = formatOpcodes(table, names);
    expect(text.split("\n").at(-1)).to.match(new RegExp(`^the whole transaction +${report.W1.toLocaleString("en")}$`));
  });
});
