import { expect } from "chai";
import fc from "fast-check";
import { SessionRequestError } from "../../sdk/src/errors/index.ts";
import { lossToSvg, sessionLifeToSvg, spendToSvg } from "../../sdk/src/pictures/index.ts";
import type { UnitDescription } from "../../sdk/src/policies/index.ts";
import type { Route } from "../../sdk/src/types.ts";
import { seeded } from "../support/fuzz.ts";
import { hasClass, parseXml, textOf, within, type XmlElement } from "../support/xml.ts";

const HOUR = 3_600;
const START = 1_800_000_000; // A full hour.
const CLOCK = { validAfter: START, validUntil: START + 4 * HOUR - 1, now: START + HOUR };
const USD: UnitDescription = {
  ...{ address: "0x2222222222222222222222222222222222222222", kind: "token", symbol: "USD", decimals: 1 },
};
const LIMIT = { unit: USD, cap: 100n, period: 0, fromStart: false };

const all = (svg: string, name: string): XmlElement[] =>
  [...within(parseXml(svg))].filter((each) => hasClass(each, name));
const texts = (svg: string) =>
  [...within(parseXml(svg))].filter(({ name }) => name === "text").map((each) => textOf(each));
const number = ({ attributes }: XmlElement, name: string) => Number(attributes[name]);
const descriptionOf = (svg: string) => textOf([...within(parseXml(svg))].find(({ name }) => name === "desc")!);

/** Where the line of a session begins and ends. */
const track = (svg: string) => {
  const [bar] = all(svg, "track");
  return { left: number(bar!, "x"), width: number(bar!, "width") };
};
/** The steps of a spend as pairs of places. */
const stepsOf = (svg: string): string => all(svg, "step")[0]!.attributes["d"]!;

describe("The picture of a session", () => {
  describe("of its life", () => {
    const uses: { at: number; route: Route }[] = [
      { at: START, route: "relayed" },
      { at: START + 2 * HOUR, route: "direct" },
      { at: START + HOUR, route: "relayed" },
      { at: START - 1, route: "asked" },
      { at: CLOCK.validUntil + 1, route: "asked" },
    ];

    it("has a tick for each use in the row of its route, and none outside of the window", () => {
      const svg = sessionLifeToSvg({ ...CLOCK, uses });
      const { left, width } = track(svg);
      expect(all(svg, "use").map((each) => [number(each, "x1"), number(each, "y1")])).to.deep.equal([
        [left + width / 2, 54],
        [left, 76],
        [left + width / 4, 76],
      ]);
      expect(texts(svg)).to.deep.equal(["direct", "relayed", "now", "2027-01-15 08:00 UTC", "2027-01-15 11:59 UTC"]);
      expect(descriptionOf(svg)).to.equal(
        "2027-01-15 08:00 UTC to 2027-01-15 11:59 UTC\nnow: 2027-01-15 09:00 UTC\ndirect: 1\nrelayed: 2",
      );
    });

    it("says what has passed, when it ended, and now only while the window is open", () => {
      const passed = (more: object) => {
        const svg = sessionLifeToSvg({ ...CLOCK, ...more });
        return [
          number(all(svg, "gone")[0]!, "width") / track(svg).width,
          all(svg, "now").length,
          all(svg, "cap").length,
        ];
      };
      expect(passed({})).to.deep.equal([0.25, 1, 0]);
      expect(passed({ endedAt: START + HOUR / 2 })).to.deep.equal([0.125, 1, 1]);
      expect(passed({ now: START - 5 })).to.deep.equal([0, 0, 0]);
      expect(passed({ now: START + 9 * HOUR })[1]).to.equal(0);
      expect(Math.abs(passed({ now: START + 9 * HOUR })[0]! - 1) < 0.001).to.equal(true);
    });

    it("shows when limits start afresh: from the epoch or from the start, and nothing where they are too many", () => {
      const grid = (period: number, fromStart: boolean) => {
        const svg = sessionLifeToSvg({ ...CLOCK, validAfter: START + 900, limits: [{ period, fromStart }] });
        const { left, width } = track(svg);
        const seconds = CLOCK.validUntil - START - 900 + 1;
        return all(svg, "grid").map((each) => Math.round(((number(each, "x1") - left) / width) * seconds));
      };
      const near = (found: number[], expected: number[]) => {
        expect(found).to.have.length(expected.length);
        found.forEach((each, i) => expect(Math.abs(each - expected[i]!)).to.be.lessThan(5));
      };
      near(grid(HOUR, false), [2_700, 6_300, 9_900]);
      near(grid(HOUR, true), [3_600, 7_200, 10_800]);
      expect(grid(60, false)).to.deep.equal([]);
      expect(grid(0, false)).to.deep.equal([]);
    });

    it("stays as small as it is wide, however many the uses are", () => {
      const many = Array.from({ length: 20_000 }, (_, i) => ({ at: START + (i % HOUR), route: "direct" as const }));
      expect(all(sessionLifeToSvg({ ...CLOCK, uses: many }), "use").length).to.be.lessThan(6_000);
    });

    it("writes times as it is told to, harmlessly", () => {
      const svg = sessionLifeToSvg({ ...CLOCK, timeOf: (at) => `<${at}>\u202e` });
      expect(texts(svg)).to.include(`<${START}>\\u{202e}`);
    });
  });

  describe("of what was spent", () => {
    it("goes up with each use, and down where a period starts", () => {
      const samples = [
        { at: START + HOUR + 10, left: 50n },
        { at: START + 10, left: 75n },
      ];
      const svg = spendToSvg({ ...CLOCK, limit: { ...LIMIT, period: HOUR }, samples, now: START + 2 * HOUR });
      const heights = [...stepsOf(svg).matchAll(/V([\d.]+)/g)].map(([, y]) => Number(y));
      const [top, bottom] = [number(all(svg, "cap")[0]!, "y1"), number(all(svg, "grid").at(-1)!, "y1")];
      const spent = heights.map((y) => (bottom - y) / (bottom - top));
      expect(spent).to.deep.equal([0.25, 0, 0.5, 0]);
      expect(texts(svg)).to.deep.equal(["10 USD in each 1 h", "cap", "spent: 0 USD"]);
      expect(all(svg, "band")).to.have.length(2);
      expect(descriptionOf(svg)).to.equal("spent: 0 USD\ncap: 10 USD in each 1 h");
    });

    it("goes down where a period starts, also where they are too many to be drawn", () => {
      const samples = [
        { at: START + 10, left: 50n },
        { at: START + 70, left: 75n },
      ];
      const limit = { ...LIMIT, period: 60 };
      const spentAt = (now: number) => {
        const svg = spendToSvg({ ...CLOCK, limit, samples, now });
        return [stepsOf(svg).match(/V/g)!.length, descriptionOf(svg).split("\n")[0]];
      };
      // Up, down and up again; and down where the second one ends.
      expect(spentAt(START + 70)).to.deep.equal([3, "spent: 2.5 USD"]);
      expect(spentAt(START + 119)).to.deep.equal([3, "spent: 2.5 USD"]);
      expect(spentAt(START + 120)).to.deep.equal([4, "spent: 0 USD"]);
      expect(spentAt(START + 2 * HOUR)).to.deep.equal([4, "spent: 0 USD"]);
    });

    it("knows nothing of what is still to come", () => {
      const samples = [
        { at: START + 10, left: 75n },
        { at: CLOCK.now + 1, left: 0n },
      ];
      const svg = spendToSvg({ ...CLOCK, limit: LIMIT, samples });
      expect(texts(svg)).to.include("spent: 2.5 USD");
      const { left, width } = { left: number(all(svg, "cap")[0]!, "x1"), width: number(all(svg, "cap")[0]!, "x2") };
      expect(Number(/H([\d.]+)$/.exec(stepsOf(svg))![1])).to.equal(left + (width - left) / 4);
    });

    it("never leaves the room under its cap (fuzzed)", () => {
      const sample = fc.record({
        at: fc.integer({ min: START - 9, max: START + 5 * HOUR }),
        left: fc.bigInt(0n, 10n ** 30n),
      });
      const drawn = fc.record({
        samples: fc.array(sample),
        period: fc.constantFrom(0, 60, HOUR),
        fromStart: fc.boolean(),
      });
      fc.assert(
        fc.property(drawn, ({ samples, period, fromStart }) => {
          const limit = { unit: USD, cap: 10n ** 30n, period, fromStart };
          const svg = spendToSvg({ ...CLOCK, limit, samples, now: CLOCK.validUntil });
          const line = all(svg, "cap")[0]!;
          const [top, bottom] = [number(line, "y1"), number(all(svg, "grid").at(-1)!, "y1")];
          let before = number(line, "x1");
          for (const [, axis, value] of stepsOf(svg).matchAll(/([HV])([\d.]+)/g)) {
            if (axis === "V") expect(Number(value) >= top && Number(value) <= bottom).to.equal(true);
            else {
              expect(Number(value) >= before && Number(value) <= number(line, "x2")).to.equal(true);
              before = Number(value);
            }
          }
        }),
        seeded("steps of a spend", { numRuns: 100 }),
      );
    });
  });

  describe("of what can be lost", () => {
    it("has three lengths of one bar", () => {
      const svg = lossToSvg({ unit: USD, atGrant: 400n, left: 100n, spent: 50n });
      const { width, left } = track(svg);
      const [gone, still] = [all(svg, "gone")[0]!, all(svg, "left")[0]!];
      expect([number(gone, "x"), number(gone, "width")]).to.deep.equal([left, width / 8]);
      expect([number(still, "x") + number(still, "width"), number(still, "width")]).to.deep.equal([
        left + width,
        width / 4,
      ]);
      expect(texts(svg)).to.deep.equal(["spent: 5 USD", "can still be lost: 10 USD", "at the grant: 40 USD"]);
    });

    it("holds nothing, and the most that a number holds", () => {
      const nothing = lossToSvg({ unit: USD, atGrant: 0n, left: 0n, spent: 0n });
      expect(number(all(nothing, "left")[0]!, "width")).to.equal(0);
      const most = 2n ** 256n - 1n;
      const svg = lossToSvg({ unit: USD, atGrant: most, left: most, spent: 0n });
      expect(number(all(svg, "left")[0]!, "width")).to.equal(track(svg).width);
    });
  });

  it("refuses what cannot be, by value and bound", () => {
    const REFUSED: [draw: () => string, message: string][] = [
      [
        () => sessionLifeToSvg({ ...CLOCK, validUntil: START - 1 }),
        `A window from ${START} to ${START - 1} ends before it starts.`,
      ],
      [() => sessionLifeToSvg({ ...CLOCK, validAfter: NaN }), "A window from NaN to"],
      [
        () => spendToSvg({ ...CLOCK, limit: LIMIT, samples: [{ at: START, left: 101n }] }),
        "What is left of a cap of 100 is 0 to 100, not 101.",
      ],
      [
        () => lossToSvg({ unit: USD, atGrant: 10n, left: 6n, spent: 5n }),
        "What is left, 6, and what is spent, 5, are together at most 10.",
      ],
      [() => lossToSvg({ unit: USD, atGrant: 10n, left: -1n, spent: 5n }), "What is left, -1,"],
      [() => sessionLifeToSvg({ ...CLOCK, validUntil: Infinity }), `A window from ${START} to Infinity is none.`],
      [() => sessionLifeToSvg({ ...CLOCK, now: NaN }), "Now is a time in unix seconds, not NaN."],
      [() => sessionLifeToSvg({ ...CLOCK, endedAt: Infinity }), "A session ends at unix seconds, not Infinity."],
      [() => sessionLifeToSvg({ ...CLOCK, id: "a b" }), "The id of a picture is a letter"],
    ];
    for (const [draw, message] of REFUSED) expect(draw).to.throw(SessionRequestError, message);
    expect(track(sessionLifeToSvg({ ...CLOCK, validUntil: START, now: START })).width).to.be.greaterThan(0);
  });
});
