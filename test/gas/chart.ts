import type { Overhead, Point } from "./overhead.ts";

const [WIDTH, HEIGHT] = [760, 300];
const PANEL = { width: 330, top: 64, bottom: 246 };
const BAR = 34;

/** The overhead of a session as a picture: text stays text, and colours follow the reader's light or dark. */
export function overheadChart({ policies, batches }: Overhead): string {
  const top = Math.max(...[...policies, ...batches].map(({ gas }) => gas));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title">
  <title id="title">Gas that a session's use adds to the owner's own call, by permissions of its policy and by calls of a batch</title>
  <style>
    text { font: 12px system-ui, sans-serif; fill: #1f2328; text-anchor: middle; }
    .heading { font-weight: 600; text-anchor: start; }
    .ground { fill: #ffffff; }
    .bar { fill: #0969da; }
    .axis { stroke: #59636e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .ground { fill: #0d1117; }
      .bar { fill: #4493f8; }
      .axis { stroke: #9198a1; }
    }
  </style>
  <rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="6"/>
  <text class="heading" x="24" y="28">Gas over the owner's own call, route userOperation</text>
${panel(24, "permissions of the policy, one transfer", policies, top)}
${panel(406, "transfers in one batch, policy of one permission", batches, top)}
</svg>
`;
}

function panel(left: number, caption: string, points: Point[], top: number): string {
  const step = PANEL.width / points.length;
  const bars = points.map(({ size, gas }, i) => {
    const middle = Math.round(left + (i + 0.5) * step);
    const height = Math.round(((PANEL.bottom - PANEL.top) * gas) / top);
    const y = PANEL.bottom - height;
    return `  <rect class="bar" x="${middle - BAR / 2}" y="${y}" width="${BAR}" height="${height}"/>
  <text x="${middle}" y="${y - 6}">${gas.toLocaleString("en")}</text>
  <text x="${middle}" y="${PANEL.bottom + 18}">${size}</text>`;
  });
  return `${bars.join("\n")}
  <line class="axis" x1="${left}" y1="${PANEL.bottom}" x2="${left + PANEL.width}" y2="${PANEL.bottom}"/>
  <text x="${left + PANEL.width / 2}" y="${PANEL.bottom + 40}">${caption}</text>`;
}
