import { SessionRequestError } from "../errors/clientErrors.ts";
import { safeText } from "../errors/safeText.ts";

/** How a picture looks, and what its ids begin with. */
export interface PictureSettings {
  /**
   * Which colours it has: those that the reader's system asks for, or one of both always.
   * @default "auto"
   */
  theme?: "auto" | "light" | "dark" | undefined;
  /**
   * In front of every id and rule of style in it, so that several pictures stand on one page: a letter, then letters,
   * digits, `-` and `_`, 64 characters at most.
   * @default follows from what is drawn
   */
  id?: string | undefined;
}

/** How a text is set, in pixels. Its class has the same size in the style of the picture. */
export interface TextStyle {
  name: string;
  size: number;
  isMono?: boolean;
  isBold?: boolean;
}

const LIGHT = {
  ground: "#ffffff",
  ink: "#1f2328",
  muted: "#59636e",
  line: "#818b98",
  box: "#f6f8fa",
  blue: "#0969da",
  blueBox: "#ddf4ff",
  green: "#1a7f37",
  amber: "#9a6700",
  amberBox: "#fff8c5",
  red: "#cf222e",
  redBox: "#ffebe9",
};
const DARK: typeof LIGHT = {
  ground: "#0d1117",
  ink: "#f0f6fc",
  muted: "#9198a1",
  line: "#656c76",
  box: "#151b23",
  blue: "#4493f8",
  blueBox: "#121d2f",
  green: "#3fb950",
  amber: "#d29922",
  amberBox: "#272215",
  red: "#ff7b72",
  redBox: "#301519",
};
/** Where the reader's system has its own few colours, it alone decides. */
const FORCED: typeof LIGHT = {
  ...{ ground: "Canvas", ink: "CanvasText", muted: "CanvasText", line: "CanvasText", box: "Canvas" },
  ...{ blue: "LinkText", blueBox: "Canvas", green: "CanvasText", amber: "CanvasText", amberBox: "Canvas" },
  ...{ red: "CanvasText", redBox: "Canvas" },
};

const variables = (colours: typeof LIGHT) =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

/** A whole picture: it loads nothing, runs nothing, and has its texts in its title and description too. */
export function svg(
  { theme = "auto", id }: PictureSettings,
  drawn: { id: string; width: number; height: number; title: string; description: string; style: string; body: string },
): string {
  const { width, height, title, description, style, body } = drawn;
  const own = idOf(id) ?? drawn.id;
  const colours = theme === "dark" ? DARK : LIGHT;
  const rules = [
    `#${own}{${variables(colours)};font:12px system-ui,sans-serif}`,
    ...(theme === "auto" ? [`@media (prefers-color-scheme:dark){#${own}{${variables(DARK)}}}`] : []),
    `@media (forced-colors:active){#${own}{${variables(FORCED)}}}`,
    ...`.ground{fill:var(--ground)} text{fill:var(--ink)} .mono{font-family:ui-monospace,monospace} ${style}`
      .split(/(?<=\})\s+/)
      .filter((rule) => rule !== "")
      .map((rule) => `#${own} ${rule}`),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" id="${own}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${own}-title ${own}-desc">`,
    `<title id="${own}-title">${escaped(title)}</title>`,
    `<desc id="${own}-desc">${escaped(description)}</desc>`,
    `<style>${rules.join("\n")}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    body,
    "</svg>",
    "",
  ].join("\n");
}

function idOf(id: string | undefined): string | undefined {
  if (id === undefined || /^[A-Za-z][\w-]{0,63}$/.test(id)) return id;
  throw new SessionRequestError(
    `The id of a picture is a letter, then letters, digits, - and _, 64 characters at most: ${safeText(JSON.stringify(id))}.`,
  );
}

/** Lines of a text, one below the other. @param y the base line of the first one */
export function textAt(x: number, y: number, lines: readonly string[], style: TextStyle): string {
  const { name, size, isMono } = style;
  const height = lineHeight({ size });
  const spans = lines.map((line, i) => {
    // A letter of a script that is not reckoned with may be as wide as ten: it is pressed into its place.
    const length = KNOWN.test(line)
      ? ""
      : ` textLength="${round(widthOf(line, style))}" lengthAdjust="spacingAndGlyphs"`;
    return `<tspan x="${round(x)}" y="${round(y + i * height)}"${length}>${escaped(line)}</tspan>`;
  });
  return `<text class="${name}${isMono ? " mono" : ""}">${spans.join("")}</text>`;
}

export const lineHeight = ({ size }: Pick<TextStyle, "size">) => Math.round(size * 1.4);

/** Lines of at most `width` pixels that make the text again when they are joined: cut behind a blank or a comma if it can be. */
export function linesOf(text: string, width: number, style: Omit<TextStyle, "name">): string[] {
  const lines: string[] = [];
  let line = "";
  const add = (piece: string) => {
    if (line !== "" && widthOf(line + piece.trimEnd(), style) > width) {
      lines.push(line);
      line = "";
    }
    line += piece;
  };
  for (const piece of text.match(/[^ ,]*[ ,]?/g)!) {
    if (widthOf(piece.trimEnd(), style) <= width) add(piece);
    else for (const character of piece) add(character);
  }
  return [...lines, line];
}

/** Letters whose width is known well enough. */
const KNOWN = /^[\u0020-\u04ff\u2026]*$/;
const NARROW = /[ijl.,:;'|/\\![\]()ftrI ]/;
const WIDE = /[mwMW@%+<>=~]/;
/** How much wider a bold letter is. */
const BOLDER = 1.12;

/** Pixels, a little more than most fonts take. */
export function widthOf(text: string, { size, isMono, isBold }: Omit<TextStyle, "name">): number {
  let width = 0;
  for (const each of text) width += isMono && each <= "\u04ff" ? 0.61 : widthOfLetter(each) * (isBold ? BOLDER : 1);
  return width * size;
}

function widthOfLetter(each: string): number {
  if (NARROW.test(each)) return 0.42;
  if (WIDE.test(each)) return 1;
  return KNOWN.test(each) ? (/[A-Z0-9_#$&{}…]/.test(each) ? 0.7 : 0.63) : 1.1;
}

/** What XML takes for its own, and what no screen shows as it is. */
export function escaped(text: string): string {
  return text
    .split("\n")
    .map((line) => safeText(line, Infinity))
    .join("\n")
    .replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}

/** Tenths of a pixel. */
export const round = (number: number) => Math.round(number * 10) / 10;
