import { expect } from "chai";
import fc from "fast-check";
import { type Address, getAddress, numberToHex, parseAbi, zeroAddress } from "viem";
import { ANY_TARGET } from "../../sdk/src/constants.ts";
import { SessionRequestError, UnsafePolicyError } from "../../sdk/src/errors/index.ts";
import { policyDescriptionToSvg, type PolicyToSvgParameters, policyToSvg } from "../../sdk/src/pictures/index.ts";
import {
  anyMethodOf,
  checkPolicy,
  contract,
  definePolicy,
  describePolicy,
  formatPolicyDescription,
  method,
  nativeTransfer,
  type PolicyDescription,
  sortPermissions,
} from "../../sdk/src/policies/index.ts";
import type { Permission, Policy } from "../../sdk/src/types.ts";
import { Draws } from "../support/draws.ts";
import { seeded } from "../support/fuzz.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";
import { ACCEPTED } from "../support/reference/refusals.ts";
import { richPermission } from "../support/reference/richPermissions.ts";
import { hasClass, parseXml, textOf, within, type XmlElement } from "../support/xml.ts";

const TOKEN: Address = "0x2222222222222222222222222222222222222222";
const GAME: Address = "0x1111111111111111111111111111111111111111";
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const base = { app: "drawn.example", maxDuration: 7_200, maxCalls: 10 } as const;

const POLICY = definePolicy({
  ...base,
  permissions: [
    method(TOKEN, "transfer(address,uint256)", {
      rules: [{ argument: "0", test: "is", per: "", addresses: [FRIEND], numbers: [], words: [] }],
    }),
    method(TOKEN, "approve(address,uint256)", {
      rules: [{ argument: "0", test: "is", per: "", addresses: [GAME], numbers: [], words: [] }],
    }),
    nativeTransfer(FRIEND, 5n),
    contract({ address: GAME, abi: parseAbi(["function play(uint96 move)"]), methods: { play: {} } }),
  ],
  limits: [
    { unit: TOKEN, cap: 100n, period: 3_600 },
    { unit: TOKEN, cap: 500n },
    { unit: zeroAddress, cap: 10n },
  ],
});

/** Texts that a picture has beside those of the policy. */
const CAPTIONS = ["session", "gas", "worst loss", "mind", "key", "contracts", "methods", "limits"];

/** What stands in a picture, text by text, by the group that it is in. */
class Drawn {
  readonly root: XmlElement;
  readonly groups: XmlElement[];
  /** Outside of the map. */
  readonly texts: { name: string; text: string }[];

  constructor(svg: string) {
    this.root = parseXml(svg);
    this.groups = childrenOf(this.root).filter(({ name }) => name === "g");
    this.texts = childrenOf(this.root)
      .filter(({ name }) => name === "text")
      .map(namedText);
  }

  get description(): string {
    return textOf(childrenOf(this.root).find(({ name }) => name === "desc")!);
  }

  /** Contracts with what hangs on each. */
  get contracts(): { texts: { name: string; text: string }[]; element: XmlElement; permissions: XmlElement[] }[] {
    const contracts: { texts: { name: string; text: string }[]; element: XmlElement; permissions: XmlElement[] }[] = [];
    for (const element of this.groups) {
      if (hasClass(element, "contract"))
        contracts.push({ texts: childrenOf(element).filter(isText).map(namedText), element, permissions: [] });
      if (hasClass(element, "permission")) contracts.at(-1)!.permissions.push(element);
    }
    return contracts;
  }

  get limits(): { name: string; text: string }[][] {
    return this.groups
      .filter((each) => hasClass(each, "limit"))
      .map((each) => childrenOf(each).filter(isText).map(namedText));
  }
}

const isText = ({ name }: XmlElement) => name === "text";
const childrenOf = ({ children }: XmlElement) => children.filter((each) => typeof each !== "string");
const namedText = (each: XmlElement) => ({ name: each.attributes["class"]!, text: textOf(each) });
const named = (texts: readonly { name: string; text: string }[], name: string) =>
  texts.filter((each) => each.name.split(" ").includes(name)).map(({ text }) => text);

/** Each text of the picture is one of the description's, each of these stands in it, and nothing else does. */
function expectSameWords(svg: string, description: PolicyDescription): void {
  const drawn = new Drawn(svg);
  const words = formatPolicyDescription(description);
  const { permissions, limits } = description;
  const sentences: string[] = [];
  for (const { texts, permissions: own } of drawn.contracts) {
    const [on] = named(texts, "on");
    for (const each of own) {
      const said = childrenOf(each).filter(isText).map(namedText);
      const [does] = named(said, "method");
      const [alternative] = named(said, "alternative");
      const notes = named(said, "note");
      expect(said).to.have.length(1 + notes.length + (alternative === undefined ? 0 : 1));
      const link = does!.startsWith("send ") ? "to" : "of";
      const bounds = notes.length === 0 ? "" : `: ${notes.join("; ")}`;
      sentences.push(`${does} ${link} ${on}${bounds}${alternative === undefined ? "" : ` ${alternative}`}`);
    }
    const others = named(texts, "address").filter((each) => each !== on);
    expect(texts, on).to.have.length(1 + others.length + named(texts, "held").length);
  }
  expect(sentences.sort()).to.deep.equal([...words.permissions].sort());
  const addresses = drawn.contracts.flatMap(({ texts }) => named(texts, "address"));
  const targets = permissions.filter(({ isAnyTarget }) => !isAnyTarget).map(({ target }) => target.address);
  expect(addresses.sort()).to.deep.equal([...new Set(targets)].sort());

  const told = drawn.limits.map((each) => [
    `${named(each, "cap")[0]} ${named(each, "period")[0]}`,
    named(each, "address"),
  ]);
  const expected = limits.map(({ unit }, i) => [
    words.limits[i]!,
    unit.kind === "token" && unit.symbol !== undefined ? [unit.address] : [],
  ]);
  expect(told.sort()).to.deep.equal(expected.sort());

  const { texts } = drawn;
  const captions = texts.filter(({ name }) => name === "label").map(({ text }) => text);
  expect(captions.filter((each) => !CAPTIONS.includes(each))).to.deep.equal([]);
  expect(texts.filter(({ name }) => name !== "label").map(({ text }) => text)).to.deep.equal([
    ...[words.app, words.policyId, words.session, words.gas, words.worstLoss],
    ...words.warnings,
  ]);
  const keys = drawn.groups.filter((each) => hasClass(each, "key"));
  expect(keys.map(textOf)).to.deep.equal(["key"]);
  for (const each of [
    words.session,
    words.gas,
    words.worstLoss,
    ...words.permissions,
    ...words.limits,
    ...words.warnings,
  ])
    expect(
      drawn.description.split("\n").some((line) => line.endsWith(each)),
      each,
    ).to.equal(true);
}

/** What is red, amber and dashed follows from the data. */
function expectLooks(svg: string, { permissions }: PolicyDescription): void {
  const looks = new Drawn(svg).contracts
    .flatMap((each) => each.permissions)
    .map(
      (each) =>
        `${hasClass(each, "wild")} ${hasClass(each, "stays")} ${hasClass(each, "trusted") || hasClass(each, "asked")}`,
    );
  const expected = permissions.map(
    ({ trust, kind, isAnyTarget, leavesRight }) =>
      `${trust === "open" || kind === "wildcard" || isAnyTarget} ${leavesRight} ${trust === "trusted" || trust === "asked"}`,
  );
  expect(looks.sort()).to.deep.equal(expected.sort());
}

/** No box covers another, and no line of text leaves its box or the picture. */
function expectRoom(svg: string): void {
  const { root, groups } = new Drawn(svg);
  const number = (element: XmlElement, name: string) => Number(element.attributes[name]);
  const [width, height] = [number(root, "width"), number(root, "height")];
  const boxes = groups.map((group) => {
    const box = childrenOf(group).find(({ name }) => name === "rect")!;
    const [left, top] = [number(box, "x"), number(box, "y")];
    const [right, bottom] = [left + number(box, "width"), top + number(box, "height")];
    expect(left >= 0 && top >= 0 && right <= width && bottom <= height).to.equal(true);
    for (const span of [...within(group)].filter(({ name }) => name === "tspan")) {
      expect(number(span, "x")).to.be.greaterThan(left);
      expect(number(span, "y")).to.be.greaterThan(top);
      expect(number(span, "y")).to.be.lessThan(bottom);
      const pressed = span.attributes["textLength"];
      if (pressed !== undefined) expect(number(span, "x") + Number(pressed)).to.be.lessThan(right);
    }
    return { left, top, right, bottom };
  });
  boxes.sort((a, b) => a.left - b.left || a.top - b.top);
  boxes.forEach((box, i) => {
    const next = boxes[i + 1];
    if (next === undefined) return;
    expect(next.left === box.left ? next.top > box.bottom : next.left > box.right, "overlap").to.equal(true);
  });
  for (const span of [...within(root)].filter(({ name }) => name === "tspan"))
    expect(number(span, "y")).to.be.lessThan(height);
}

/** A curve from each permission to each limit that it draws on, and no other. */
function expectCurves(svg: string, policy: Policy): void {
  const path = [...within(parseXml(svg))].find((each) => hasClass(each, "edge"))!;
  const drawing = describePolicy(policy).permissions.flatMap(({ maxValue, spends }) =>
    policy.limits.filter(({ unit }) =>
      unit === zeroAddress ? maxValue > 0n : spends.some((spend) => spend.unit.address === getAddress(unit)),
    ),
  );
  expect(path.attributes["d"]!.match(/C/g) ?? []).to.have.length(drawing.length);
}

function expectHarmless(svg: string): void {
  expect(svg).to.not.match(/[^\n\P{C}]|[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]/u);
  const allowed = ["svg", "title", "desc", "style", "rect", "g", "text", "tspan", "path"];
  for (const { name, attributes, children } of within(parseXml(svg))) {
    expect(allowed).to.include(name);
    for (const each of Object.keys(attributes))
      expect(each).to.match(
        /^(xmlns|id|viewBox|width|height|role|aria-labelledby|class|x|y|rx|d|textLength|lengthAdjust)$/,
      );
    if (name === "style") expect(children.join("")).to.not.match(/url\(|@import|expression|\\/);
  }
}

function expectTrue(policy: Policy, parameters: PolicyToSvgParameters = {}): void {
  const svg = policyToSvg(policy, parameters);
  const description = describePolicy(policy, parameters);
  expectSameWords(svg, description);
  expectLooks(svg, description);
  expectRoom(svg);
  expectCurves(svg, policy);
  expectHarmless(svg);
}

describe("The picture of a policy", () => {
  it("has the words and amounts of the description, and no others", () => {
    expectTrue(POLICY);
    expectTrue(POLICY, {
      names: { [GAME]: "the game", [FRIEND]: "Ann" },
      tokens: { [TOKEN]: { symbol: "USD", decimals: 2 } },
      window: { validAfter: 1_000_000, validUntil: 1_003_600 },
    });
    for (const { policy } of readPolicyFiles()) expectTrue(policy as Policy);
    for (const [, , policy] of ACCEPTED) expectTrue(policy as Policy);
  });

  it("shows what nothing bounds in red, what is on a word in amber, what stays dashed, and what is held already", () => {
    const policy = definePolicy({
      ...base,
      permissions: [
        anyMethodOf(FRIEND),
        method(ANY_TARGET, "vote(uint8)"),
        method(GAME, "play(uint96)"),
        method(TOKEN, "approve(address,uint256)", {
          rules: [{ argument: "0", test: "is", per: "", addresses: [GAME], numbers: [], words: [] }],
        }),
      ],
      limits: [{ unit: TOKEN, cap: 100n }],
    });
    const holdings = [{ holder: GAME, right: "allowance", token: TOKEN, amount: 7n, isThroughPermit2: false }] as const;
    const names = { [GAME]: "the game", [FRIEND]: "Ann", [TOKEN]: "the token" };
    const drawn = new Drawn(
      policyToSvg(policy, { holdings, names, tokens: { [TOKEN]: { symbol: "USD", decimals: 0 } } }),
    );
    const looks = drawn.contracts.map(({ texts, element, permissions }) => [
      named(texts, "on")[0],
      element.attributes["class"],
      named(texts, "held"),
      permissions.map(({ attributes }) => attributes["class"]),
    ]);
    expect(looks).to.deep.equal([
      ["the token", "contract", [], ["permission counted stays"]],
      ["the game", "contract stays", ["may already take up to 7 USD, by an allowance"], ["permission trusted"]],
      ["any contract", "contract wild", [], ["permission trusted wild"]],
      ["Ann", "contract", [], ["permission open wild"]],
    ]);
    const open = drawn.contracts.at(-1)!.permissions[0]!;
    expect(named(childrenOf(open).filter(isText).map(namedText), "open")).to.deep.equal([
      "everything that is not bound may say anything",
    ]);
  });

  it("is true of policies of any permissions, limits and names (fuzzed)", () => {
    const files = readPolicyFiles().map(({ policy }) => policy as Policy);
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.constantFrom(...HOSTILE),
    );
    const sources = [...files, ...ACCEPTED.map(([, , policy]) => policy as Policy)];
    const drawn = fc.record({
      first: fc.constantFrom(...sources),
      more: fc.array(fc.constantFrom(...sources), { maxLength: 3 }),
      rich: fc.array(fc.tuple(fc.constantFrom(...METHODS), fc.nat()), { maxLength: 3 }),
      period: fc.constantFrom(0, 60, 86_400),
      fromStart: fc.boolean(),
      cap: fc.bigInt(1n, 2n ** 128n - 1n),
      texts: fc.array(hostile, { minLength: 1, maxLength: 4 }),
      decimals: fc.integer({ min: 0, max: 255 }),
      isNamed: fc.boolean(),
    });
    let count = 0;
    fc.assert(
      fc.property(drawn, ({ first, more, rich, period, fromStart, cap, texts, decimals, isNamed }) => {
        const all = [first, ...more];
        const permissions = sortPermissions([
          ...uniqueBy(
            all.flatMap((each) => each.permissions),
            ({ target, method: text }) => `${target} ${text}`.toLowerCase(),
          ),
          ...rich.map(([text, seed], i): Permission => {
            const draws = new Draws(seed);
            return {
              ...(richPermission(text, (below) => draws.below(below)) as Permission),
              target: getAddress(numberToHex(2n ** 159n + BigInt(i), { size: 20 })),
            };
          }),
        ]);
        const limits = uniqueBy(
          all.flatMap((each) => each.limits),
          ({ unit }) => unit.toLowerCase(),
        ).map(({ unit }) => ({ unit, cap, period, fromStart: fromStart && period !== 0 }));
        const policy = acceptedOf(() =>
          definePolicy({ ...first, permissions: [permissions], limits: limits.slice(0, 8) }),
        );
        if (policy === undefined) return;
        count += 1;
        const text = (i: number) => texts[i % texts.length]!;
        const names = Object.fromEntries(
          policy.permissions.flatMap(({ target, rules }, i) =>
            [target, ...rules.flatMap(({ addresses }) => addresses)].map((each) => [each, text(i)]),
          ),
        );
        const tokens = Object.fromEntries(policy.limits.map(({ unit }, i) => [unit, { symbol: text(i), decimals }]));
        expectTrue(policy, isNamed ? { names, tokens } : {});
      }),
      seeded("pictures of policies", { numRuns: 80 }),
    );
    expect(count).to.be.greaterThan(15);
  });

  it("shows hostile names as what they are, and as nothing else", () => {
    for (const name of HOSTILE) {
      const svg = policyToSvg(POLICY, {
        names: { [GAME]: name, [FRIEND]: name, [TOKEN]: name },
        tokens: { [TOKEN]: { symbol: name, decimals: 2 } },
        nativeCurrency: { symbol: name, decimals: 18 },
      });
      expectHarmless(svg);
      expectRoom(svg);
    }
    const drawn = new Drawn(policyToSvg(POLICY, { names: { [GAME]: "</text><script>a()</script>\u202e&" } }));
    const names = drawn.contracts.flatMap(({ texts }) => named(texts, "on"));
    expect(names).to.include("</text><script>a()</script>\\u{202e}&");
    // What is as wide as ten letters is pressed into the place of one.
    const wide = [...within(parseXml(policyToSvg(POLICY, { names: { [GAME]: "𒐫𒐫𒐫" } })))]
      .filter((each) => each.name === "tspan" && textOf(each) === "𒐫𒐫𒐫")
      .map(({ attributes }) => [Number(attributes["textLength"]) < 45, attributes["lengthAdjust"]]);
    expect(wide).to.deep.equal([[true, "spacingAndGlyphs"]]);
  });

  it("holds the most permissions that a policy has", () => {
    const permissions = Array.from({ length: 248 }, (_, i) => method(GAME, `f${i}()`));
    const svg = policyToSvg(definePolicy({ ...base, permissions }));
    expect(new Drawn(svg).contracts.flatMap((each) => each.permissions)).to.have.length(248);
    expectRoom(svg);
  });

  it("is the same each time, of a policy and of its description", () => {
    const svg = policyToSvg(POLICY);
    expect(policyToSvg(structuredClone(POLICY))).to.equal(svg);
    expect(policyDescriptionToSvg(describePolicy(POLICY))).to.equal(svg);
  });

  it("is read in light, in dark, with a system's own colours, and aloud", () => {
    const styleOf = (svg: string) => textOf([...within(parseXml(svg))].find(({ name }) => name === "style")!);
    const auto = styleOf(policyToSvg(POLICY));
    const light = styleOf(policyToSvg(POLICY, { theme: "light" }));
    const dark = styleOf(policyToSvg(POLICY, { theme: "dark" }));
    expect(auto).to.contain("@media (prefers-color-scheme:dark)");
    for (const one of [light, dark]) expect(one).to.not.contain("prefers-color-scheme");
    for (const one of [auto, light, dark]) expect(one).to.contain("@media (forced-colors:active)");
    for (const one of [light, dark]) {
      const colours = Object.fromEntries(
        [...one.split("}")[0]!.matchAll(/--(\w+):(#[0-9a-f]{6})/g)].map(([, name, colour]) => [name!, colour!]),
      );
      const pairs: [ink: string, ground: string][] = [
        ...["ground", "box", "blueBox", "amberBox", "redBox"].map((each): [string, string] => ["ink", each]),
        ...["ground", "box", "blueBox", "amberBox", "redBox"].map((each): [string, string] => ["muted", each]),
        ["red", "redBox"],
      ];
      // What WCAG asks of small text.
      for (const [ink, ground] of pairs)
        expect(contrast(colours[ink]!, colours[ground]!), `${ink} on ${ground}`).to.be.at.least(4.5);
      for (const [line, ground] of [
        ["blue", "blueBox"],
        ["amber", "amberBox"],
        ["red", "redBox"],
      ] as const)
        expect(contrast(colours[line]!, colours[ground]!), line).to.be.at.least(3);
    }
    const root = parseXml(policyToSvg(POLICY));
    const [title, description] = childrenOf(root);
    expect([title!.name, textOf(title!)]).to.deep.equal(["title", "Scope of drawn.example"]);
    expect(description!.name).to.equal("desc");
    expect(root.attributes).to.include({
      role: "img",
      "aria-labelledby": `${title!.attributes["id"]} ${description!.attributes["id"]}`,
    });
  });

  it("keeps its style and its ids to itself", () => {
    const svg = policyToSvg(POLICY, { id: "one" });
    const root = parseXml(svg);
    const ids = [...within(root)].flatMap(({ attributes }) => attributes["id"] ?? []);
    expect(ids).to.deep.equal(["one", "one-title", "one-desc"]);
    const style = textOf([...within(root)].find(({ name }) => name === "style")!);
    // One selector a rule: what stood behind a comma would be of the whole page.
    for (const rule of style.split("\n")) expect(rule).to.match(/^(@media \([a-z-]+:[a-z]+\)\{)?#one[^,{]*\{[^{]*\}+$/);
    const own = parseXml(policyToSvg(POLICY)).attributes["id"];
    expect(own).to.equal(`latchkey-${describePolicy(POLICY).policyId.slice(2, 10)}`);
  });

  it("refuses an id that would be more than one, and a policy that is none", () => {
    for (const id of ["", "1", "a b", "a}b", "<a", "ä", `a${"b".repeat(64)}`]) {
      expect(() => policyToSvg(POLICY, { id }))
        .to.throw(SessionRequestError, JSON.stringify(id).slice(0, 60))
        .with.property("code", "SESSION_OPERATION_REJECTED");
    }
    expect(policyToSvg(POLICY, { id: `a${"b".repeat(63)}` })).to.contain(`id="a${"b".repeat(63)}"`);
    expect(() => policyToSvg({ ...POLICY, maxCalls: 0 })).to.throw(UnsafePolicyError, "maxCalls");
    expect(() => checkPolicy({ ...POLICY, maxCalls: 0 })).to.throw(UnsafePolicyError);
  });
});

const HOSTILE = [
  "\u202eHTE 1 ylno\u202c",
  "</title><script>alert(1)</script>",
  "&lt;&#60;&amp;",
  '" onload="alert(1)',
  "' }#a{fill:red} '",
  "]]><!--",
  "a\u0000b\u0007c\u001b[31md",
  "\ud800",
  "\uffff\ufffe",
  "שלום 100",
  "e\u0301\u0301\u0301\u0301\u0301\u0301",
  "𒐫".repeat(30),
  "\u2e3b".repeat(30),
  "﷽",
  "x".repeat(3_000),
  "1 ETH in all",
  "\n\n1,000 USD",
  "",
  "   ",
  "Ｕ＄Ｄ",
];

const METHODS = [
  "f(uint256,address,bytes)",
  "swap((address,uint256)[],bytes,string)",
  "many(uint8,int64,bool,bytes4,uint256[],address[2])",
  "deep(((uint256,bytes)[],address)[2])",
];

function uniqueBy<T>(all: readonly T[], keyOf: (each: T) => string): T[] {
  const first = new Map<string, T>();
  for (const each of all) if (!first.has(keyOf(each))) first.set(keyOf(each), each);
  return [...first.values()];
}

function acceptedOf(define: () => Policy): Policy | undefined {
  try {
    return define();
  } catch (refused) {
    if (!(refused instanceof UnsafePolicyError)) throw refused;
    return undefined;
  }
}

/** As WCAG 2.2 reckons it, 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((i) => {
      const part = parseInt(colour.slice(i, i + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}
