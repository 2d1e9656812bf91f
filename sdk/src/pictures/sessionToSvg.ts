import { SessionRequestError } from "../errors/clientErrors.ts";
import type { LimitDescription } from "../policies/describePolicy.ts";
import { amountInWords, periodInWords } from "../policies/formatPolicyDescription.ts";
import { periodAt, startOfPeriod } from "../sessions/limitPeriods.ts";
import type { UnitDescription } from "../policies/symbols.ts";
import type { Limit, Route } from "../types.ts";
import { type PictureSettings, round, svg, textAt, type TextStyle, widthOf } from "./svg.ts";

/** When a session may act, and when it is now. */
export interface SessionClock {
  /** Unix seconds, inclusive. */
  validAfter: number;
  /** Unix seconds, inclusive. */
  validUntil: number;
  /** Unix seconds by the clock of the chain. */
  now: number;
}

export interface SessionLifeToSvgParameters extends SessionClock, PictureSettings {
  /** Uses, in any order; those outside of the window are left out. */
  uses?: readonly { at: number; route: Route }[] | undefined;
  /** When the session ended before its time, unix seconds. */
  endedAt?: number | undefined;
  /** Limits, for when each starts afresh. */
  limits?: readonly Pick<Limit, "period" | "fromStart">[] | undefined;
  /**
   * How a time is written.
   * @default `2026-01-31 12:00 UTC`
   */
  timeOf?: ((seconds: number) => string) | undefined;
}

export interface SpendToSvgParameters extends SessionClock, PictureSettings {
  /** A limit of `describePolicy`. */
  limit: LimitDescription;
  /** What was left after each use, in base units, in any order; those outside of the window are left out. */
  samples: readonly { at: number; left: bigint }[];
}

export interface LossToSvgParameters extends PictureSettings {
  /** What amounts are counted in: a unit of `describePolicy`. */
  unit: UnitDescription;
  /** The most that could be lost when it was granted, base units. */
  atGrant: bigint;
  /** The most that can be lost from now on, base units; at most `atGrant`. */
  left: bigint;
  /** What was taken, base units; at most `atGrant` less `left`. */
  spent: bigint;
}

const WIDTH = 640;
const LEFT = 108;
const RIGHT = 16;
const SPAN = WIDTH - LEFT - RIGHT;
const SMALL: TextStyle = { name: "small", size: 11 };
/** It ends where it is put. */
const END: TextStyle = { name: "small end", size: 11 };
const STRONG: TextStyle = { name: "strong", size: 12, isBold: true };
const STYLE =
  ".small{font-size:11px;fill:var(--muted)} .end{text-anchor:end} .strong{font-weight:600} .track{fill:var(--box);stroke:var(--line)} " +
  ".gone{fill:var(--blue)} .left{fill:var(--red)} .now{stroke:var(--red);stroke-width:2} .grid{stroke:var(--line);stroke-dasharray:2 3} " +
  ".use{stroke:var(--blue);stroke-width:2} .step{fill:none;stroke:var(--blue);stroke-width:2} .cap{stroke:var(--red)} " +
  ".band{fill:var(--box)}";

/** More of them are no grid but a surface. */
const MOST_LINES = 120;

const ROUTES: readonly Route[] = ["userOperation", "direct", "relayed", "forwarded", "asked"];

/**
 * The life of a session as a line: its window, each use as a tick in the row of its route, now, and, dotted, when limits
 * start afresh.
 * @returns an SVG document, 640 pixels wide
 * @throws SessionRequestError if the window ends before it starts, a time is none, or the id is none
 */
export function sessionLifeToSvg(parameters: SessionLifeToSvgParameters): string {
  const { validAfter, validUntil, now, uses = [], endedAt, limits = [], timeOf = utc } = parameters;
  const x = scaleOf(parameters);
  if (endedAt !== undefined && !Number.isFinite(endedAt)) refuse(`A session ends at unix seconds, not ${endedAt}.`);
  const inside = uses.filter(({ at }) => at >= validAfter && at <= validUntil);
  const rows = ROUTES.filter((route) => inside.some((use) => use.route === route));
  const height = 72 + rows.length * 22;
  const bottom = height - 28;
  const end = endedAt === undefined ? validUntil : Math.min(Math.max(endedAt, validAfter), validUntil);
  const parts = [
    box("track", LEFT, 32, SPAN, 12),
    box("gone", LEFT, 32, x(Math.min(now, end)) - LEFT, 12),
    ...startsOf(limits, parameters).map((at) => line("grid", x(at), 26, x(at), bottom)),
  ];
  rows.forEach((route, i) => {
    const y = 54 + i * 22;
    parts.push(textAt(16, y + 11, [route], SMALL));
    const places = new Set(inside.filter((use) => use.route === route).map(({ at }) => x(at)));
    for (const each of [...places].sort((a, b) => a - b)) parts.push(line("use", each, y, each, y + 14));
  });
  const [from, until] = [timeOf(validAfter), timeOf(validUntil)];
  if (endedAt !== undefined && end !== validUntil) parts.push(line("cap", x(end), 26, x(end), bottom));
  if (now >= validAfter && now <= validUntil) {
    const at = Math.min(x(now), WIDTH - RIGHT - widthOf("now", SMALL));
    parts.push(line("now", x(now), 26, x(now), bottom), textAt(at, 20, ["now"], SMALL));
  }
  parts.push(textAt(LEFT, height - 10, [from], SMALL), textAt(WIDTH - RIGHT, height - 10, [until], END));
  const counted = rows.map((route) => `${route}: ${inside.filter((use) => use.route === route).length}`);
  return svg(parameters, {
    ...{ id: `latchkey-life-${validUntil}`, width: WIDTH, height, style: STYLE, body: parts.join("\n") },
    title: "Life of a session",
    description: [`${from} to ${until}`, `now: ${timeOf(now)}`, ...counted].join("\n"),
  });
}

/**
 * What was spent of a limit over the life of a session, as steps under its cap, one band for each period.
 * @returns an SVG document, 640 pixels wide
 * @throws SessionRequestError if the window ends before it starts, a time is none, more is left than the cap, or the id is none
 */
export function spendToSvg(parameters: SpendToSvgParameters): string {
  const { limit, samples, validAfter, validUntil, now } = parameters;
  const { cap, unit, period } = limit;
  const x = scaleOf(parameters);
  const [top, bottom] = [40, 132];
  const y = (spent: bigint) =>
    round(bottom - (cap === 0n ? 0 : Number((spent * 10_000n) / cap) / 10_000) * (bottom - top));
  const starts = startsOf([limit], parameters);
  const known = samples
    .filter(({ at }) => at >= validAfter && at <= Math.min(now, validUntil))
    .map(({ at, left }) => {
      if (left < 0n || left > cap) refuse(`What is left of a cap of ${cap} is 0 to ${cap}, not ${left}.`);
      return { at, spent: cap - left };
    })
    .sort((a, b) => a.at - b.at);
  // Where a period starts, everything is there again, also where too many start to be drawn.
  const again = period === 0 ? [] : [...new Set(known.map(({ at }) => nextStart(limit, validAfter, at)))];
  const reached = again.filter((at) => at <= Math.min(now, validUntil)).map((at) => ({ at, spent: 0n }));
  const steps = [...reached, ...known].sort((a, b) => a.at - b.at);
  const end = x(Math.min(Math.max(now, validAfter), validUntil));
  const path = [`M${LEFT} ${y(0n)}`, ...steps.map(({ at, spent }) => `H${x(at)}V${y(spent)}`), `H${end}`].join("");
  const edges = [validAfter, ...starts, validUntil].map(x);
  const bands =
    starts.length === 0 ? [] : edges.slice(1).flatMap((edge, i) => (i % 2 === 0 ? [[edges[i]!, edge]] : []));
  const last = steps.at(-1)?.spent ?? 0n;
  const most = `${amountInWords(cap, unit)} ${periodInWords(limit)}`;
  const spent = `spent: ${amountInWords(last, unit)}`;
  return svg(parameters, {
    ...{ id: `latchkey-spend-${unit.address.slice(2, 10)}-${period}`, width: WIDTH, height: 148, style: STYLE },
    title: most,
    description: `${spent}\ncap: ${most}`,
    body: [
      ...bands.map(([from, to]) => box("band", from!, top, to! - from!, bottom - top)),
      ...starts.map((at) => line("grid", x(at), top, x(at), bottom)),
      line("cap", LEFT, top, WIDTH - RIGHT, top),
      line("grid", LEFT, bottom, WIDTH - RIGHT, bottom),
      `<path class="step" d="${path}"/>`,
      textAt(LEFT, 26, [most], STRONG),
      textAt(16, top + 4, ["cap"], SMALL),
      textAt(WIDTH - RIGHT, 26, [spent], END),
    ].join("\n"),
  });
}

/**
 * What could be lost at the grant, what can still be lost, and what was spent, as lengths of one bar.
 * @returns an SVG document, 640 pixels wide
 * @throws SessionRequestError if the parts are more than the whole, or the id is none
 */
export function lossToSvg(parameters: LossToSvgParameters): string {
  const { unit, atGrant, left, spent } = parameters;
  if (left < 0n || spent < 0n || left + spent > atGrant) {
    refuse(`What is left, ${left}, and what is spent, ${spent}, are together at most ${atGrant}.`);
  }
  const [WHOLE, x0] = [WIDTH - 2 * RIGHT, RIGHT];
  const length = (amount: bigint) =>
    atGrant === 0n ? 0 : round((Number((amount * 10_000n) / atGrant) / 10_000) * WHOLE);
  const rows = [
    ["spent", spent],
    ["can still be lost", left],
    ["at the grant", atGrant],
  ] as const;
  const texts = rows.map(([name, amount]) => `${name}: ${amountInWords(amount, unit)}`);
  return svg(parameters, {
    ...{ id: `latchkey-loss-${unit.address.slice(2, 10)}`, width: WIDTH, height: 96, style: STYLE },
    title: texts[1]!,
    description: texts.join("\n"),
    body: [
      box("track", x0, 16, WHOLE, 16),
      box("gone", x0, 16, length(spent), 16),
      box("left", x0 + WHOLE - length(left), 16, length(left), 16),
      ...texts.map((each, i) => textAt(x0, 50 + i * 16, [each], i === 1 ? STRONG : SMALL)),
    ].join("\n"),
  });
}

function refuse(what: string): never {
  throw new SessionRequestError(what);
}

function scaleOf({ validAfter, validUntil, now }: SessionClock): (at: number) => number {
  if (!Number.isFinite(now)) refuse(`Now is a time in unix seconds, not ${now}.`);
  if (!(validUntil >= validAfter)) refuse(`A window from ${validAfter} to ${validUntil} ends before it starts.`);
  if (!Number.isFinite(validUntil - validAfter)) refuse(`A window from ${validAfter} to ${validUntil} is none.`);
  // Both ends are inside.
  const seconds = validUntil - validAfter + 1;
  return (at) => round(LEFT + ((at - validAfter) / seconds) * SPAN);
}

/** When limits start afresh inside of the window, ascending; none if they are too many to be told apart. */
function startsOf(limits: readonly Pick<Limit, "period" | "fromStart">[], { validAfter, validUntil }: SessionClock) {
  const starts = new Set<number>();
  for (const limit of limits) {
    const { period } = limit;
    if (period === 0 || (validUntil - validAfter) / period > MOST_LINES) continue;
    for (let at = nextStart(limit, validAfter, validAfter); at <= validUntil; at += period) starts.add(at);
  }
  return [...starts].sort((a, b) => a - b);
}

/** When the period ends that a time lies in. */
function nextStart(limit: Pick<Limit, "period" | "fromStart">, start: number, at: number): number {
  return startOfPeriod(limit, start, periodAt(limit, start, at) + 1);
}

const utc = (seconds: number) => {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
};

const box = (name: string, x: number, y: number, width: number, height: number) =>
  `<rect class="${name}" x="${round(x)}" y="${y}" width="${round(Math.max(width, 0))}" height="${height}"/>`;
const line = (name: string, x1: number, y1: number, x2: number, y2: number) =>
  `<line class="${name}" x1="${round(x1)}" y1="${y1}" x2="${round(x2)}" y2="${y2}"/>`;
