import { expect } from "chai";
import { BUNDLES, bundleSize, type Bundle } from "../../scripts/check/lib/bundleSize.ts";

/** Most bytes that each bundle adds to an app, minified and compressed, viem excluded: raised by hand, with a reason. */
const MOST: Record<Bundle, number> = {
  // Everything that is sent is followed to its end, policies are described as data, and a session is a wallet.
  everything: 97_000,
  "register and send": 34_500,
  "a session as a wallet": 34_800,
  "a connector of wagmi": 1_200,
  "define a policy": 14_900,
  // An error knows those of the other module system by their code.
  "a key in the browser": 960,
  "decode an error": 12_900,
  // What an empty file compresses to.
  "nothing at all": 20,
};

/** Sources that only some need, and the bundles that may hold them. */
const HEAVY: [source: RegExp, bundles: Bundle[]][] = [
  [/@noble\/hashes/, ["everything"]],
  [/errors\/contractErrors/, ["everything", "register and send", "a session as a wallet", "decode an error"]],
  [/abi\/latchkeyAbi/, []],
];

describe("What the client adds to an app", () => {
  for (const bundle of Object.keys(BUNDLES) as Bundle[]) {
    it(`is at most ${MOST[bundle]} bytes for ${bundle}, of sources that it needs`, async () => {
      const { minified, gzipped, parts } = await bundleSize(bundle);
      expect(gzipped).to.be.at.most(MOST[bundle]);
      const sources = parts.map(([source]) => source);
      for (const [source, bundles] of HEAVY) {
        expect(
          sources.some((each) => source.test(each)),
          String(source),
        ).to.equal(bundles.includes(bundle));
      }
      // What is imported for nothing leaves nothing: no module does anything when it is loaded.
      if (bundle === "nothing at all") expect(minified).to.equal(0);
    });
  }
});
