import "../../test/support/client/latchkey.ts";
import { expect } from "chai";
import { latchkeyAbi } from "../../sdk/src/generated/abi/latchkeyAbi.ts";
import { encodeGrantEnvelope, latchkeyDeployment } from "../../sdk/src/index.ts";
import { concat, encodeAbiParameters, encodeFunctionData, type Hex, pad, parseAbiParameters } from "viem";
import type * as Attribution from "../src/attribution.ts";

describe("The index and the door of ERC-7710", () => {
  let attribution: typeof Attribution;
  before(async () => {
    attribution = await import("../src/attribution.ts");
  });

  const [principal, key, stranger] = ["0x1111", "0x2222", "0x3333"].map((end) => pad(end as Hex, { size: 20 })) as [
    Hex,
    Hex,
    Hex,
  ];
  const zero = pad("0x", { size: 20 });
  const word = pad("0x01");
  const signatureOf = (by: Hex) => concat([pad(by), word, word, word]);
  const signed = (of: Hex, by: Hex, behind: Hex = "0x") =>
    encodeAbiParameters(parseAbiParameters("address, address, uint256, uint256, bytes"), [
      ...([of, zero, 7n, 0n] as const),
      concat([signatureOf(by), behind]),
    ]);
  const redemption = (contexts: Hex[], from: Hex) => ({
    ...{ from, to: latchkeyDeployment.latchkey },
    input: encodeFunctionData({
      ...{ abi: latchkeyAbi, functionName: "redeemDelegations" },
      args: [contexts, contexts.map(() => pad("0x")), contexts.map((): Hex => "0x")],
    }),
  });
  const signer = { key, publicKey: "0x" } as const;
  const route = (context: Hex, from: Hex) => attribution.routeOf(redemption([context], from), principal, signer, []);

  it("tells a redemption by the key and by who brings its signature, with a grant behind it or not", () => {
    expect(route(pad(principal), key)).to.equal("redeemed");
    expect(route(signed(principal, key), stranger)).to.equal("redeemed");
    expect(route(signed(principal, key, pad("0x02", { size: 120 })), stranger)).to.equal("redeemed");
  });

  it("does not take another principal's, or another key's, for it", () => {
    expect(route(pad(principal), stranger)).to.equal(null);
    expect(route(pad(stranger), key)).to.equal(null);
    expect(route(signed(principal, stranger), key)).to.equal(null);
    expect(route(signed(stranger, key), stranger)).to.equal(null);
  });

  it("tells which items of a batch are a session's", () => {
    const items = [signed(stranger, key), pad(principal), signed(principal, key), signed(principal, stranger)];
    const itemsIn = (from: Hex) => attribution.itemsIn(redemption(items, from), principal, signer);
    expect(itemsIn(key)).to.deep.equal([false, true, true, false]);
    expect(itemsIn(stranger)).to.deep.equal([false, false, true, false]);
    const elsewhere = { ...redemption(items, key), to: stranger };
    expect(attribution.itemsIn(elsewhere, principal, signer)).to.deep.equal([]);
  });

  it("reads the registration of a grant that is brought, and none of what is no grant", () => {
    const window = { validAfter: 1_700_000_123, validUntil: 1_800_000_000, maxCalls: 1 };
    const grant = { ...window, publicKey: "0x", policyId: word, lane: 0n, replaces: zero } as const;
    const envelope = encodeGrantEnvelope({ policyNumber: 1, grant, deadline: 1_800_000_000n, signature: "0x01" });
    const brought = (behind: Hex) => attribution.registrationBrought(concat([signatureOf(key), behind]));
    expect(brought(envelope)).to.equal(1_700_000_123n);
    expect(brought("0x")).to.equal(undefined);
    expect(brought(pad("0x02", { size: 120, dir: "right" }))).to.equal(undefined);
    expect(attribution.registrationBrought(undefined)).to.equal(undefined);
  });
});
