import type { Address } from "viem";
import {
  describePolicy,
  type DescribePolicyParameters,
  type LimitDescription,
  type PermissionDescription,
  type PolicyDescription,
  type TrustedDescription,
} from "../policies/describePolicy.ts";
import {
  amountInWords,
  formatPolicyDescription,
  holdingInWords,
  inOrderOfTrust,
  openArguments,
  partsOfPermission,
  periodInWords,
  type PolicyText,
} from "../policies/formatPolicyDescription.ts";
import type { Policy } from "../types.ts";
import { lineHeight, linesOf, type PictureSettings, round, svg, textAt, type TextStyle, widthOf } from "./svg.ts";

export interface PolicyToSvgParameters extends DescribePolicyParameters, PictureSettings {}

/**
 * The scope of a policy as a picture: the key, the contracts, the methods of each, and at the right the limits that they
 * draw on. Every text in it is one of `formatPolicyDescription`, a name, an address or an amount of `describePolicy`. Red is
 * what may be any method, any contract, or may say anything; amber is on somebody's word; dashed is a right that stays.
 * @returns an SVG document, 820 pixels wide, that loads nothing and needs no script
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 * @throws SessionRequestError if the id is none
 */
export function policyToSvg(policy: Policy, parameters: PolicyToSvgParameters = {}): string {
  return policyDescriptionToSvg(describePolicy(policy, parameters), parameters);
}

/**
 * The same of a description, which `describePolicyOnChain` may have read.
 * @throws SessionRequestError if the id is none
 */
export function policyDescriptionToSvg(description: PolicyDescription, settings: PictureSettings = {}): string {
  const words = formatPolicyDescription(description);
  const parts: string[] = [];
  let y = header(words, parts);
  y = map(description, y + 20, parts);
  y = footer(words, y, parts);
  return svg(settings, {
    id: `latchkey-${words.policyId.slice(2, 10)}`,
    width: WIDTH,
    height: y + EDGE,
    title: `Scope of ${words.app}`,
    description: inOneText(words),
    style: STYLE,
    body: parts.join("\n"),
  });
}

// --- measures, in pixels ---------------------------------------------------------------------------------------------

const WIDTH = 820;
const EDGE = 16;
const PAD = 10;
const GAP = 12;
const LABELS = 84;
const KEY = { x: EDGE, width: 52 };
const CONTRACTS = { x: 96, width: 176 };
const METHODS = { x: 300, width: 312 };
const LIMITS = { x: 648, width: WIDTH - EDGE - 648 };

const HEADING: TextStyle = { name: "heading", size: 15, isBold: true };
const LABEL: TextStyle = { name: "label", size: 11 };
const TEXT: TextStyle = { name: "text", size: 12 };
const STRONG: TextStyle = { name: "strong", size: 12, isBold: true };
const NOTE: TextStyle = { name: "note", size: 11 };
const OPEN: TextStyle = { name: "note open", size: 11 };
const ADDRESS: TextStyle = { name: "address", size: 10, isMono: true };
const METHOD: TextStyle = { name: "method", size: 11, isMono: true };

const STYLE = `
.heading{font-size:15px;font-weight:600}
.strong{font-weight:600}
.label{font-size:11px;fill:var(--muted)}
.note{font-size:11px}
.open{fill:var(--red)}
.address{font-size:10px;fill:var(--muted)}
.method{font-size:11px;font-weight:600}
.box{fill:var(--box);stroke:var(--line)}
.counted .box{fill:var(--blueBox);stroke:var(--blue)}
.trusted .box{fill:var(--amberBox);stroke:var(--amber)}
.asked .box{fill:var(--amberBox);stroke:var(--amber)}
.wild .box{fill:var(--redBox);stroke:var(--red);stroke-width:1.5}
.stays .box{stroke-dasharray:6 3;stroke-width:1.5}
.edge{fill:none;stroke:var(--line)}
`
  .trim()
  .replaceAll("\n", " ");

// --- what is above and below the map ---------------------------------------------------------------------------------

function header(words: PolicyText, parts: string[]): number {
  let y = 30;
  parts.push(textAt(EDGE, y, [words.app], HEADING));
  const id = textAt(WIDTH - EDGE - widthOf(words.policyId, ADDRESS), y, [words.policyId], ADDRESS);
  parts.push(id);
  y += 8;
  for (const [label, text, style] of [
    ["session", words.session, TEXT],
    ["gas", words.gas, TEXT],
    ["worst loss", words.worstLoss, STRONG],
  ] as const)
    y = labelled(label, text, style, y, parts);
  return y;
}

function footer(words: PolicyText, y: number, parts: string[]): number {
  words.warnings.forEach((each, i) => {
    y = labelled(i === 0 ? "mind" : "", each, TEXT, i === 0 ? y + 8 : y, parts);
  });
  return y;
}

/** A text behind its label; `y` is where they begin, the answer where they end. */
function labelled(label: string, text: string, style: TextStyle, y: number, parts: string[]): number {
  const lines = linesOf(text, WIDTH - 2 * EDGE - LABELS, style);
  const first = y + lineHeight(style);
  if (label !== "") parts.push(textAt(EDGE, first, [label], LABEL));
  parts.push(textAt(EDGE + LABELS, first, lines, style));
  return y + lines.length * lineHeight(style) + 2;
}

// --- the map ---------------------------------------------------------------------------------------------------------

type Said = readonly [text: string, style: TextStyle];

/** Texts in a column, from the top. */
interface Block {
  lines: { lines: string[]; style: TextStyle }[];
  height: number;
}

function blockOf(width: number, texts: readonly Said[]): Block {
  const lines = texts.map(([text, style]) => ({ lines: linesOf(text, width - 2 * PAD, style), style }));
  const heights = lines.map((each) => each.lines.length * lineHeight(each.style));
  return { lines, height: 2 * PAD - 4 + heights.reduce((sum, each) => sum + each, 0) };
}

/** A box with its texts. @param classes what its look follows from */
function boxAt(x: number, y: number, width: number, block: Block, classes: string): string {
  let line = y + PAD - 2;
  const texts = block.lines.map(({ lines, style }) => {
    const at = textAt(x + PAD, line + style.size, lines, style);
    line += lines.length * lineHeight(style);
    return at;
  });
  const rect = `<rect class="box" x="${x}" y="${round(y)}" width="${width}" height="${block.height}" rx="6"/>`;
  return `<g class="${classes}">${rect}${texts.join("")}</g>`;
}

function map(description: PolicyDescription, top: number, parts: string[]): number {
  const { limits } = description;
  const methodsWidth = limits.length === 0 ? WIDTH - EDGE - METHODS.x : METHODS.width;
  const headings = [[CONTRACTS.x, "contracts"] as const, [METHODS.x, "methods"] as const];
  for (const [x, name] of headings) parts.push(textAt(x, top, [name], LABEL));
  if (limits.length !== 0) parts.push(textAt(LIMITS.x, top, ["limits"], LABEL));
  const start = top + 10;
  const key = blockOf(KEY.width, [["key", STRONG]]);
  const edges: string[] = [];
  const boxes = [boxAt(KEY.x, start, KEY.width, key, "key")];
  const trunk = KEY.x + KEY.width / 2;
  /** Where each permission's box has its middle, by its position. */
  const middles = new Map<number, number>();
  let y = start;
  let last = start;
  for (const group of groupsOf(description)) {
    const contract = blockOf(CONTRACTS.width, contractTexts(group, description));
    const middle = y + contract.height / 2;
    boxes.push(boxAt(CONTRACTS.x, y, CONTRACTS.width, contract, contractClasses(group, description)));
    // The first is beside the key, the others hang on its trunk.
    edges.push(
      y === start
        ? `M${KEY.x + KEY.width} ${round(y + key.height / 2)}H${CONTRACTS.x}`
        : `M${trunk} ${round(middle)}H${CONTRACTS.x}`,
    );
    if (y !== start) last = middle;
    let below = y;
    let lastMethod = middle;
    group.forEach((permission, i) => {
      const block = blockOf(methodsWidth, methodTexts(permission, description));
      const own = below + (i === 0 ? Math.min(block.height, contract.height) / 2 : block.height / 2);
      boxes.push(boxAt(METHODS.x, below, methodsWidth, block, methodClasses(permission)));
      middles.set(permission.index, below + block.height / 2);
      const from = CONTRACTS.x + CONTRACTS.width;
      edges.push(i === 0 ? `M${from} ${round(own)}H${METHODS.x}` : `M${from + 14} ${round(own)}H${METHODS.x}`);
      if (i === 0) lastMethod = own;
      else edges.push(`M${from + 14} ${round(lastMethod)}V${round(own)}`);
      lastMethod = own;
      below += block.height + GAP;
    });
    y = Math.max(below, y + contract.height + GAP);
  }
  if (last !== start) edges.push(`M${trunk} ${round(start + key.height)}V${round(last)}`);
  const end = drawLimits(description, start, middles, METHODS.x + methodsWidth, boxes, edges);
  parts.push(`<path class="edge" d="${edges.join("")}"/>`, ...boxes);
  return Math.max(y, end);
}

/** Each limit once, beside what draws on it: several draw on the same number. */
function drawLimits(
  { permissions, limits }: PolicyDescription,
  start: number,
  middles: ReadonlyMap<number, number>,
  from: number,
  boxes: string[],
  edges: string[],
): number {
  const placed = limits.map((limit) => {
    const drawing = permissions
      .filter((permission) => drawsOn(permission, limit))
      .map(({ index }) => middles.get(index)!);
    const block = blockOf(LIMITS.width, limitTexts(limit));
    const middle = drawing.length === 0 ? start : drawing.reduce((sum, each) => sum + each, 0) / drawing.length;
    return { limit, block, drawing, wish: middle - block.height / 2 };
  });
  let y = start;
  for (const { limit, block, drawing, wish } of [...placed].sort((a, b) => a.wish - b.wish)) {
    y = Math.max(y, wish);
    boxes.push(boxAt(LIMITS.x, round(y), LIMITS.width, block, `limit ${limit.unit.kind}`));
    const middle = round(y + block.height / 2);
    const bend = (from + LIMITS.x) / 2;
    for (const each of drawing) {
      edges.push(`M${from} ${round(each)}C${bend} ${round(each)} ${bend} ${middle} ${LIMITS.x} ${middle}`);
    }
    y += block.height + GAP;
  }
  return y;
}

/** The value of a call is the coin's. */
function drawsOn({ maxValue, spends }: PermissionDescription, { unit }: LimitDescription): boolean {
  return unit.kind === "native" ? maxValue !== 0n : spends.some((each) => each.unit.address === unit.address);
}

/** Permissions of one contract, in the order of the sentences. */
function groupsOf({ permissions }: PolicyDescription): PermissionDescription[][] {
  const groups = new Map<Address, PermissionDescription[]>();
  for (const each of inOrderOfTrust(permissions)) {
    const { address } = each.target;
    groups.set(address, [...(groups.get(address) ?? []), each]);
  }
  return [...groups.values()];
}

function contractTexts([first]: PermissionDescription[], description: PolicyDescription): Said[] {
  const { on } = partsOfPermission(first!, description.coin);
  const { address } = first!.target;
  const held = trustedAt(address, description)?.holdings ?? [];
  const isBare = on === address;
  return [
    [on, isBare ? { ...ADDRESS, name: "address on" } : { ...STRONG, name: "strong on" }],
    ...(isBare || first!.isAnyTarget ? [] : [[address, ADDRESS] as const]),
    ...held.map((each): Said => [holdingInWords(each), { ...NOTE, name: "note held" }]),
  ];
}

function contractClasses(group: PermissionDescription[], description: PolicyDescription): string {
  const { isAnyTarget, target } = group[0]!;
  const held = trustedAt(target.address, description)?.holdings ?? [];
  return `contract${isAnyTarget ? " wild" : ""}${held.length === 0 ? "" : " stays"}`;
}

function trustedAt(address: Address, { trusted }: PolicyDescription): TrustedDescription | undefined {
  return trusted.find(({ target }) => target.address === address);
}

function methodTexts(permission: PermissionDescription, { coin }: PolicyDescription): Said[] {
  const { does, notes, alternative } = partsOfPermission(permission, coin);
  const open = permission.trust === "open" ? openArguments(permission) : undefined;
  return [
    [does, METHOD],
    ...notes.map((note): Said => [note, note === open ? OPEN : NOTE]),
    ...(alternative === "" ? [] : [[alternative, { ...LABEL, name: "label alternative" }] as const]),
  ];
}

function methodClasses({ trust, kind, isAnyTarget, leavesRight }: PermissionDescription): string {
  const isWild = trust === "open" || kind === "wildcard" || isAnyTarget;
  return `permission ${trust}${isWild ? " wild" : ""}${leavesRight ? " stays" : ""}`;
}

function limitTexts({ unit, cap, period, fromStart }: LimitDescription): Said[] {
  const isNamed = unit.kind === "token" && unit.symbol !== undefined;
  return [
    [amountInWords(cap, unit), { ...STRONG, name: "strong cap" }],
    [periodInWords({ period, fromStart }), { ...NOTE, name: "note period" }],
    ...(isNamed ? [[unit.address, ADDRESS] as const] : []),
  ];
}

/** For who hears the picture. */
function inOneText(words: PolicyText): string {
  const { session, gas, worstLoss, permissions, limits, warnings } = words;
  return [
    `session: ${session}`,
    `gas: ${gas}`,
    `worst loss: ${worstLoss}`,
    ...permissions,
    ...limits,
    ...warnings,
  ].join("\n");
}
