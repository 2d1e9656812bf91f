import { size } from "viem";
import { getCode } from "viem/actions";
import { latchkeyDeployment } from "../../sdk/src/index.ts";
import { buildForDemo, isBuilt } from "./build.ts";
import { Demo } from "./demo.ts";
import { Failure } from "./failure.ts";
import { shortHash } from "./names.ts";
import { prepare } from "./prepare.ts";
import { Report } from "./report.ts";
import { openPort, type OpenPort } from "./server.ts";
import { openStage, type Stage } from "./stage.ts";
import { collide } from "./acts/collide.ts";
import { end } from "./acts/end.ts";
import { facilitate } from "./acts/facilitate.ts";
import { firstClick } from "./acts/firstClick.ts";
import { market } from "./acts/market.ts";
import { perform } from "./acts/perform.ts";
import { periods } from "./acts/periods.ts";
import { publish } from "./acts/publish.ts";
import { refuse } from "./acts/refuse.ts";
import { register } from "./acts/register.ts";
import { steal } from "./acts/steal.ts";
import { windows } from "./acts/windows.ts";
import { panelPage } from "./panel.ts";
import { deploymentBlock, linesOf } from "./served.ts";

const USAGE = `npm run demo                  one line for each kind of step
npm run demo -- --verbose     every step on a line of its own
npm run --silent demo -- --json      one JSON object for each step, nothing else
npm run demo -- --node        afterwards serves the chain on 127.0.0.1:8545 until Ctrl-C
npm run demo -- --node --port 9545   on another port; 0 for any that is free`;

const OPTIONS = ["--json", "--verbose", "--node", "--help"] as const;
const PORT = 8545;

/** Runs the demo. The exit code is 0 only if every step was as expected. */
export async function main(given: string[]): Promise<void> {
  const { port: wanted, args } = portIn(given);
  const unknown = args.find((arg) => !OPTIONS.includes(arg as (typeof OPTIONS)[number]));
  if (unknown !== undefined) throw new Failure(`${unknown} is no option of the demo.\n\n${USAGE}`);
  if (args.includes("--help")) return console.log(USAGE);
  const json = args.includes("--json");
  const isTerminal = process.stdout.isTTY && !process.env.NO_COLOR;
  const report = new Report({ json, verbose: args.includes("--verbose"), isTerminal });
  const port = args.includes("--node") ? await openPort(wanted) : undefined;
  try {
    const started = performance.now();
    report.phase(isBuilt() ? "compiling what has changed" : "compiling the contracts, half a minute the first time");
    await buildForDemo();
    report.phase("starting a chain, deploying Latchkey, Uniswap and the examples");
    const stage = await openStage();
    await prepare(stage);
    const good = await run(stage, report, started);
    if (!good) process.exitCode = 1;
    if (port !== undefined) await serve(port, stage, report, json);
    await stage.chain.connection.close();
  } finally {
    await port?.close();
  }
}

/** The port that is asked for, and the other arguments. */
function portIn(given: string[]): { port: number; args: string[] } {
  const at = given.indexOf("--port");
  if (at < 0) return { port: PORT, args: given };
  const text = given[at + 1] ?? "";
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new Failure(`--port wants a number from 0 to 65535, not "${text}".\n\n${USAGE}`);
  if (!given.includes("--node")) throw new Failure(`--port is of no use without --node.\n\n${USAGE}`);
  return { port: Number(text), args: given.toSpliced(at, 2) };
}

async function run(stage: Stage, report: Report, started: number): Promise<boolean> {
  const { latchkey: address } = latchkeyDeployment;
  const code = await getCode(stage.client, { address });
  const entryPoint = shortHash(stage.entryPoint.address);
  report.line(`Latchkey demo   in-process node, chain ${stage.client.chain.id}, EntryPoint 0.9 at ${entryPoint}`);
  report.fact("Latchkey", `${address} (same on every chain), ${(size(code!) / 1_000).toFixed(1)} kB`);
  const demo = new Demo(stage, report);
  await publish(demo);
  await collide(demo);
  const cast = await register(demo);
  await perform(demo, cast);
  await firstClick(demo);
  await facilitate(demo);
  await refuse(demo, cast);
  await periods(demo, cast);
  await market(demo);
  await windows(demo);
  await end(demo, cast);
  await steal(demo);
  const good = report.close((performance.now() - started) / 1_000);
  report.line("Next: npm run demo -- --verbose   |   npm run demo -- --node   |   docs/specification.md");
  return good;
}

/** Serves the chain as the demo leaves it until it is interrupted. */
async function serve(port: OpenPort, stage: Stage, report: Report, json: boolean): Promise<void> {
  const panel = panelPage(stage, await deploymentBlock(stage.client));
  port.answer(stage.chain.provider, panel);
  const say = json ? console.error : console.log;
  const url = `http://127.0.0.1:${port.port}`;
  report.line("");
  say(`Serving this chain on ${url} (chain ${stage.client.chain.id}). Ctrl-C ends it.`);
  say(panel === undefined ? "The panel is not built: npm run panel builds and serves it." : `Panel: open ${url}`);
  for (const line of await linesOf(stage)) say(line);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
