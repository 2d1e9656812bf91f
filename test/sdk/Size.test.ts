import { readFileSync } from "node:fs";
import { expect } from "chai";
import { BUNDLES, bundleSize, sizeBesideViem, type Bundle } from "../../scripts/check/lib/bundleSize.ts";

/**
 * Most bytes that each bundle makes a page load at once, minified and compressed, viem excluded: raised by hand, with a
 * reason.
 */
const MOST: Record<Bundle, number> = {
  // Everything that is sent is followed to its end, policies are described as data and drawn, a session is a wallet, and
  // one signature is for several chains.
  everything: 112_900,
  // Several chains, and the end of a session in one verb.
  "every action": 36_000,
  // A wallet is asked for batches and followed, and a refusal is asked of Latchkey by itself, with nothing called.
  "register and send": 25_700,
  send: 19_800,
  // A wallet of one chain says when it leaves, and takes each id of calls once.
  "a session as a wallet": 26_200,
  // What nothing asks for is dropped, and its files are wrapped where esbuild puts them into one.
  "define a policy": 15_500,
  "describe a policy": 18_850,
  // The description with its sentences, and where each of them stands.
  "draw a policy": 22_400,
  "a key in the browser": 1_380,
  // An error knows those of the other module system by their code, and quotes a node harmlessly.
  "decode an error": 13_900,
  // What an empty file compresses to.
  "nothing at all": 20,
  "every recipe": 24_700,
  "one recipe": 22_500,
  "the five calls": 44_300,
  "a connector of wagmi": 1_230,
  // Beside React, wagmi and TanStack Query: what a page reads. What a click needs is loaded with the first click. None may
  // be above 25,000.
  "every hook": 21_600,
  "one hook": 13_900,
  "every hook of others": 15_200,
};

/** Most bytes of the words of errors, of what sends operations and of what reads policies, where they are loaded later. */
const MOST_LATER = 41_600;
/** The same where what registers, revokes and sends is loaded later too, and with it the verbs of other products. */
const MOST_LATER_OF: Partial<Record<Bundle, number>> = { "one hook": 44_600, "every hook of others": 64_900 };

/** Sources that only some need at once, and the bundles that may hold them. */
const HEAVY: [source: RegExp, bundles: Bundle[]][] = [
  [/@noble\/hashes/, ["everything", "the five calls"]],
  [/errors\/contractErrors/, ["everything", "decode an error"]],
  [/errors\/contractErrorWords/, ["everything", "decode an error"]],
  [/operations\/(sendOperation|minedOperation)/, []],
  [/actions\/registerSessionOnChains/, ["everything", "every action"]],
  [/policies\/describePolicy/, ["everything", "describe a policy", "draw a policy", "every recipe", "one recipe"]],
  [/generated\/abi\/(latchkey|sessionRegistry|policyStore|latchkeyLens|sessionState)Abi/, []],
];

describe("What the client adds to an app", () => {
  for (const bundle of Object.keys(BUNDLES) as Bundle[]) {
    it(`is at most ${MOST[bundle]} bytes for ${bundle}, of sources that it needs`, async () => {
      const { minified, gzipped, parts, later } = await bundleSize(bundle);
      expect(gzipped).to.be.at.most(MOST[bundle]);
      expect(later.gzipped).to.be.at.most(MOST_LATER_OF[bundle] ?? MOST_LATER);
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

    it(`is what the package's README says for ${bundle}`, async () => {
      const [atOnce, later, besideViem] = documented(bundle);
      const size = await bundleSize(bundle);
      // In whole bytes: the chain's matchers, which other tests of this process bring, take no fractions.
      const isSaid = (bytes: number, said: number) => expect(bytes).to.be.closeTo(Math.round(said * 1_000), CLOSE);
      isSaid(size.gzipped, atOnce!);
      isSaid(size.later.gzipped, later!);
      isSaid(await sizeBesideViem(bundle), besideViem!);
    });
  }

  it("is in the README's table for nothing else", () => {
    expect(rows().map(([name]) => name)).to.deep.equal(Object.keys(BUNDLES));
  });
});

/** How far the README's figures may be off, bytes. */
const CLOSE = 300;

function documented(bundle: Bundle): number[] {
  const [, , ...figures] = rows().find(([name]) => name === bundle)!;
  return figures.map(Number);
}

/** The cells of the README's table of sizes. */
function rows(): string[][] {
  const readme = readFileSync("sdk/README.md", "utf8");
  const [, table] = /^\| what \| imports \|.*\n\| --- .*\n((?:\|.*\n)+)/m.exec(readme)!;
  return table!
    .trim()
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
