import { expect } from "chai";
import { measureAll, measure, reportOf, ROWS, type GasReport, type Measured } from "./measure.ts";
import { gasTable, readGasSnapshot, readGasTable } from "./snapshot.ts";
import { formatOpcodes, opcodeTable } from "./opcodes.ts";

describe("The gas report", () => {
  let measured: Measured;
  let report: GasReport;
  before(async () => {
    measured = await measureAll();
    report = await reportOf(measured);
  });
  after(() => measured.chain.connection.close());

  it("is gas.snapshot.json to the unit; npm run gas -- --write-snapshot if a change is meant", () => {
    expect(report).to.deep.equal(readGasSnapshot());
  });

  it("is the table in the README", () => {
    expect(readGasTable()).to.equal(gasTable(report));
  });

  it("is the same in another run", async () => {
    expect(await measure()).to.deep.equal(report);
  });

  for (const row of Object.keys(ROWS) as (keyof typeof ROWS)[]) {
    it(`explains ${row} by opcodes that add up to its transaction`, async () => {
      const { hash, gasUsed } = measured.receipts[row];
      const table = await opcodeTable(measured.chain.provider, hash);
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
    const { chain, receipts, names } = measured;
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
