import { expect } from "chai";
import { concatHex, getAddress, type Hex, numberToHex, size, slice } from "viem";
import {
  decodeGrantEnvelope,
  encodeGrantEnvelope,
  type GrantEnvelope,
  SessionRequestError,
} from "../../sdk/src/index.ts";

const envelope: GrantEnvelope = {
  policyNumber: 0x0102030405,
  grant: {
    publicKey: "0x",
    policyId: `0x${"a1".repeat(32)}`,
    validAfter: 0x7788,
    validUntil: 0x99aabb,
    maxCalls: 0x20,
    lane: 0xdeadbeefn,
    replaces: getAddress("0x00000000000000000000000000000000c0ffee00"),
  },
  deadline: 0x65432100n,
  signature: `0x${"5e".repeat(65)}`,
};

/** The fields of GrantEnvelope.sol, one after the other. */
const FIELDS: [name: string, hex: string][] = [
  ["flags", "00"],
  ["policyId", "a1".repeat(32)],
  ["policyNumber", "0102030405"],
  ["validAfter", "000000007788"],
  ["validUntil", "00000099aabb"],
  ["maxCalls", "00000020"],
  ["lane", "00000000deadbeef"],
  ["replaces", "00000000000000000000000000000000c0ffee00"],
  ["deadline", "000065432100"],
  ["signature", "5e".repeat(65)],
];
const BYTES: Hex = `0x${FIELDS.map(([, hex]) => hex).join("")}`;

/** What a run is refused with. */
function complaint(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(SessionRequestError);
    return (thrown as Error).message;
  }
  return expect.fail("nothing was refused");
}

describe("The envelope of a grant on first use", () => {
  it("is 88 bytes and the principal's signature, field by field as the chain has them", () => {
    expect(encodeGrantEnvelope(envelope)).to.equal(BYTES);
    expect(size(BYTES)).to.equal(88 + 65);
    const grant = { ...envelope.grant, publicKey: `0x${"11".repeat(64)}` as const };
    expect(encodeGrantEnvelope({ ...envelope, grant })).to.equal(concatHex(["0x01", slice(BYTES, 1)]));
  });

  it("is read back whole, at its shortest and its longest", () => {
    const { publicKey: _said, ...grant } = envelope.grant;
    for (const bytes of [1, 65, 1_024, 4_096]) {
      const signature: Hex = `0x${"5e".repeat(bytes)}`;
      const encoded = encodeGrantEnvelope({ ...envelope, signature });
      expect(decodeGrantEnvelope(encoded)).to.deep.equal({ ...envelope, grant, signature, hasPublicKey: false });
    }
    expect(decodeGrantEnvelope(concatHex(["0x01", slice(BYTES, 1)])).hasPublicKey).to.equal(true);
  });

  it("holds every field at its widest, and refuses what is wider", () => {
    const widest = {
      ...{ policyNumber: 2 ** 40 - 1, deadline: 2n ** 48n - 1n },
      grant: { ...envelope.grant, validAfter: 2 ** 48 - 1, validUntil: 2 ** 48 - 1, maxCalls: 2 ** 32 - 1 },
    };
    const encoded = encodeGrantEnvelope({ ...envelope, ...widest, grant: { ...widest.grant, lane: 2n ** 64n - 1n } });
    expect(size(encoded)).to.equal(88 + 65);
    const { policyNumber, deadline, grant } = decodeGrantEnvelope(encoded);
    expect({ policyNumber, deadline }).to.deep.equal({ policyNumber: 2 ** 40 - 1, deadline: 2n ** 48n - 1n });
    expect(grant).to.include({ lane: 2n ** 64n - 1n, maxCalls: 2 ** 32 - 1, validUntil: 2 ** 48 - 1 });
    const wider: Partial<GrantEnvelope>[] = [
      { policyNumber: 2 ** 40 },
      { deadline: 2n ** 48n },
      { grant: { ...envelope.grant, validAfter: 2 ** 48 } },
      { grant: { ...envelope.grant, validUntil: 2 ** 48 } },
      { grant: { ...envelope.grant, maxCalls: 2 ** 32 } },
      { grant: { ...envelope.grant, lane: 2n ** 64n } },
    ];
    for (const change of wider) {
      expect(complaint(() => encodeGrantEnvelope({ ...envelope, ...change })))
        .to.contain("has the form of its fields")
        .and.contain("not in safe");
    }
    const short = { ...envelope.grant, policyId: "0x12" as const };
    expect(complaint(() => encodeGrantEnvelope({ ...envelope, grant: short }))).to.contain("Given: ");
  });

  it("refuses a start that is not named, and a signature that is too short or too long", () => {
    const late = { ...envelope, grant: { ...envelope.grant, validAfter: 0 } };
    expect(complaint(() => encodeGrantEnvelope(late)))
      .to.contain("names the second")
      .and.contain("Given: 0");
    for (const bytes of [0, 4_097]) {
      const signature: Hex = `0x${"5e".repeat(bytes)}`;
      expect(complaint(() => encodeGrantEnvelope({ ...envelope, signature })))
        .to.contain("1 to 4096 bytes behind 88")
        .and.contain(`Given: ${bytes} bytes`);
    }
  });

  it("refuses an envelope that is cut, prolonged or none at all", () => {
    for (const cut of ["0x", slice(BYTES, 0, 1), slice(BYTES, 0, 88)] as const) {
      expect(complaint(() => decodeGrantEnvelope(cut))).to.contain(`Given: ${size(cut) - 88} bytes`);
    }
    const long = concatHex([BYTES, numberToHex(0, { size: 4_096 })]);
    expect(complaint(() => decodeGrantEnvelope(long))).to.contain(`Given: ${65 + 4_096} bytes`);
    for (const odd of [`${BYTES}0`, "nothing"]) {
      expect(complaint(() => decodeGrantEnvelope(odd as Hex))).to.contain("Given: 0 bytes");
    }
    expect(complaint(() => decodeGrantEnvelope(concatHex(["0x02", slice(BYTES, 1)])))).to.contain("Given: 2");
    const unnamed = concatHex([slice(BYTES, 0, 38), numberToHex(0, { size: 6 }), slice(BYTES, 44)]);
    expect(complaint(() => decodeGrantEnvelope(unnamed))).to.contain("names the second");
  });
});
