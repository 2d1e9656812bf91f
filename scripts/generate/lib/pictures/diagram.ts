import { linesOf, svg, textAt, type TextStyle, widthOf } from "../../../../sdk/src/pictures/svg.ts";

export const SMALL: TextStyle = { name: "small", size: 11 };
export const MUTED: TextStyle = { name: "small muted", size: 11 };
export const PLAIN: TextStyle = { name: "plain", size: 12 };
export const STRONG: TextStyle = { name: "strong", size: 12, isBold: true };
export const HEADING: TextStyle = { name: "heading", size: 14, isBold: true };
export const CODE: TextStyle = { name: "code", size: 11, isMono: true };

const STYLE = [
  ".small{font-size:11px}",
  ".muted{fill:var(--muted)}",
  ".strong{font-weight:600}",
  ".heading{font-size:14px;font-weight:600}",
  ".code{font-size:11px}",
  ".bits{font-size:9px;fill:var(--muted)}",
  ".middle{text-anchor:middle}",
  ".end{text-anchor:end}",
  ".box{fill:var(--box);stroke:var(--line)}",
  ".box.blue{fill:var(--blueBox);stroke:var(--blue)}",
  ".box.amber{fill:var(--amberBox);stroke:var(--amber)}",
  ".box.red{fill:var(--redBox);stroke:var(--red)}",
  ".frame{fill:none;stroke:var(--line);stroke-dasharray:5 4}",
  ".edge{fill:none;stroke:var(--line);stroke-width:1.5}",
  ".tip{fill:var(--line)}",
  ".mark{stroke:var(--red);stroke-width:2}",
].join(" ");

/** One text of a box, and how it is set. */
export type Line = readonly [text: string, style: TextStyle];

/** A picture for the documents, drawn part by part, in pixels. */
export class Diagram {
  private readonly parts: string[] = [];
  private readonly id: string;
  private readonly width: number;

  constructor(id: string, width: number) {
    this.id = id;
    this.width = width;
  }

  /** A box with its texts in its middle, cut into lines where it is narrow. */
  box(x: number, y: number, width: number, height: number, texts: readonly Line[], colour = ""): void {
    this.parts.push(`<rect class="box ${colour}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`);
    const lines = texts.flatMap(([text, style]) =>
      linesOf(text, width - 8, style).map((line): Line => [line.trimEnd(), style]),
    );
    const total = lines.reduce((sum, [, { size }]) => sum + size * 1.3, 0);
    let at = y + (height - total) / 2;
    for (const [line, style] of lines) {
      at += style.size * 1.3;
      this.text(x + width / 2, at - style.size * 0.3, line, { ...style, name: `${style.name} middle` });
    }
  }

  frame(x: number, y: number, width: number, height: number): void {
    this.parts.push(`<rect class="frame" x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>`);
  }

  text(x: number, y: number, text: string, style: TextStyle): void {
    this.parts.push(textAt(x, y, [text], style));
  }

  /** A text in lines of at most `width`; the base line of the last. */
  paragraph(x: number, y: number, width: number, text: string, style: TextStyle): number {
    const lines = linesOf(text, width, style);
    this.parts.push(textAt(x, y, lines, style));
    return y + (lines.length - 1) * Math.round(style.size * 1.4);
  }

  /** A text whose middle is at x. */
  middle(x: number, y: number, text: string, style: TextStyle): void {
    this.text(x, y, text, { ...style, name: `${style.name} middle` });
  }

  line(d: string, name = "edge"): void {
    this.parts.push(`<path class="${name}" d="${d}"/>`);
  }

  arrow(d: string): void {
    this.parts.push(`<path class="edge" d="${d}" marker-end="url(#${this.id}-tip)"/>`);
  }

  fill(x: number, y: number, width: number, height: number, colour = ""): void {
    this.parts.push(`<rect class="box ${colour}" x="${x}" y="${y}" width="${width}" height="${height}"/>`);
  }

  /** @param description what it shows, for who does not see it */
  svg(height: number, title: string, description: string): string {
    const tip =
      `<defs><marker id="${this.id}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" ` +
      `orient="auto-start-reverse"><path class="tip" d="M0 0L8 4L0 8Z"/></marker></defs>`;
    return svg(
      { id: this.id },
      {
        id: this.id,
        width: this.width,
        height,
        title,
        description,
        style: STYLE,
        body: [tip, ...this.parts].join("\n"),
      },
    );
  }
}

export { widthOf };
