import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { COLLISIONS } from "../../examples/demo/collisions.ts";
import { Report, type StepLine } from "../../examples/demo/report.ts";
import { openPort } from "../../examples/demo/server.ts";
import { differences } from "../../examples/demo/watch.ts";
import { methodOf } from "../support/reference/policy.ts";
import { rpc } from "../../deploy/lib/provider.ts";

const SCRIPT = fileURLToPath(new URL("../../examples/demo/index.ts", import.meta.url));
const KEYS = ["step", "route", "expected", "ok", "error", "gasUsed", "callsLeft", "amountLeft"];
const ROUTES = ["userOperation", "direct", "relayed", "forwarded", "asked"];

function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SCRIPT, ...args], { env: { ...process.env, NO_COLOR: "1" } });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("The demo", () => {
  let steps: StepLine[];
  let code: number | null;

  before(async function () {
    this.timeout(300_000);
    const result = await run("--json");
    code = result.code;
    steps = result.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as StepLine);
  });

  const refused = () => steps.filter(({ expected }) => expected !== "accepted");
  const find = (route: string | null, name: string, text: RegExp) =>
    steps.filter((step) => step.route === route && step.expected === name && text.test(step.step));

  it("ends well, each step as expected", () => {
    expect(steps.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(code).to.equal(0);
  });

  it("takes at least 40 steps, 25 of them refused", () => {
    expect(steps).to.have.length.of.at.least(40);
    expect(refused()).to.have.length.of.at.least(25);
  });

  it("prints one object of the same form for each step and nothing else", () => {
    for (const step of steps) {
      expect(Object.keys(step)).to.deep.equal(KEYS);
      expect(step.step).to.be.a("string").with.length.above(0);
      if (step.route !== null) expect(ROUTES).to.include(step.route);
      expect(step.ok).to.be.a("boolean");
      for (const number of [step.gasUsed, step.callsLeft]) if (number !== null) expect(number).to.be.a("number");
      if (step.amountLeft !== null) expect(step.amountLeft).to.match(/^[\d.]+ [A-Za-z]+(, [\d.]+ [A-Za-z]+)*$/);
      if (step.expected === "accepted") expect(step.error, step.step).to.equal(null);
      else expect(step.error, step.step).to.include(`${step.expected}(`);
    }
  });

  it("accepts something on every route", () => {
    for (const route of ROUTES) {
      const accepted = steps.filter((step) => step.route === route && step.expected === "accepted");
      expect(accepted, route).to.have.length.above(0);
      for (const { gasUsed, callsLeft } of accepted) {
        expect(gasUsed).to.be.above(21_000);
        expect(callsLeft).to.be.at.least(0);
      }
    }
  });

  const OF_ACCOUNT = ["userOperation", "direct", "relayed"];
  const FORWARDED = [...OF_ACCOUNT, "forwarded"];
  const CLASSES: [what: RegExp, name: string, routes: string[]][] = [
    [/contract outside/, "CallNotAllowed", ROUTES],
    [/method outside/, "CallNotAllowed", ROUTES],
    [/argument/, "ArgumentNotAllowed", ROUTES],
    [/another path/, "ArgumentNotAllowed", OF_ACCOUNT],
    [/value/, "ValueNotAllowed", OF_ACCOUNT],
    [/more than/, "SpendCapExceeded", FORWARDED],
    [/below the price/, "AlternativesRefused", OF_ACCOUNT],
    [/no alternative has/, "AlternativesRefused", OF_ACCOUNT],
    [/a fourth trade/, "SpendCapExceeded", OF_ACCOUNT],
    [/one call too many/, "SessionCallsExceeded", ROUTES],
    [/before the window/, "SessionNotYetValid", ROUTES.slice(1)],
    [/after the window/, "SessionExpired", ROUTES.slice(1)],
    [/before the window/, "FailedOp", ["userOperation"]],
    [/after the window/, "FailedOp", ["userOperation"]],
    [/the replaced key/, "SessionAlreadyRevoked", ROUTES],
    [/the revoked key/, "SessionAlreadyRevoked", ROUTES],
    [/revoke-all/, "SessionGenerationEnded", ROUTES],
    [/^approve$/, "CallNotAllowed", FORWARDED],
    [/account itself/, "TargetForbidden", FORWARDED],
    [/delegatecall/, "UnsupportedExecutionMode", OF_ACCOUNT],
    [/register another key/, "TargetForbidden", FORWARDED],
    [/somebody else's/, "SessionNotRegistered", ROUTES],
    ...[1, 2, 3].map((n): [RegExp, string, string[]] => [
      RegExp(`element ${n}`),
      "InvalidSessionSignature",
      ["relayed", "forwarded"],
    ]),
    ...[1, 2, 3].map((n): [RegExp, string, string[]] => [RegExp(`element ${n}`), "FailedOp", ["userOperation"]]),
    [/element 0/, "SessionNotRegistered", ["userOperation", "relayed", "forwarded"]],
  ];
  for (const [what, name, routes] of CLASSES) {
    it(`refuses ${what.source} with ${name} on ${routes.join(", ")}`, () => {
      for (const route of routes) expect(find(route, name, what), route).to.have.length.of.at.least(1);
    });
  }

  it("publishes nothing that leaves an argument open without naming it", () => {
    expect(find(null, "UnboundArgument", /not named/)).to.have.length(1);
    expect(find(null, "accepted", /trusted and open/)).to.have.length(1);
    expect(find("direct", "accepted", /^open: /)).to.have.length(1);
  });

  it("takes at least the 230 steps that it always took", () => {
    expect(steps).to.have.length.of.at.least(230);
  });

  it("refuses each text that collides with the token table", () => {
    for (const { text, table } of COLLISIONS) {
      expect(methodOf(text)[1], text).to.equal(methodOf(table)[1]);
      const [step] = find(null, "UnsafeSelector", RegExp(`^${text.replaceAll(/[()]/g, "\\$&")}$`));
      expect(step?.error).to.equal(`UnsafeSelector(0, ${methodOf(text)[1]})`);
    }
  });

  it("names an option that it does not know", async function () {
    this.timeout(60_000);
    const { code: exit, stdout, stderr } = await run("--jsn");
    expect([exit, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(/^--jsn is no option of the demo\.\n/);
    expect(stderr).to.not.match(/\n {4}at /);
  });
});

describe("The demo's report", () => {
  it("fails with one bad step, and with none at all", () => {
    const report = () => new Report({ json: true, verbose: false, isTerminal: false });
    expect(report().close(1)).to.equal(false);
    const step = {
      step: "s",
      route: null,
      expected: "accepted",
      error: null,
      gasUsed: null,
      callsLeft: null,
      amountLeft: null,
    };
    const more = { actor: "", group: "s", words: "" };
    const print = console.log;
    console.log = () => undefined;
    try {
      const good = report();
      good.step({ ...step, ...more, ok: true });
      expect(good.close(1)).to.equal(true);
      const bad = report();
      bad.step({ ...step, ...more, ok: true });
      bad.step({ ...step, ...more, ok: false });
      expect(bad.close(1)).to.equal(false);
    } finally {
      console.log = print;
    }
  });

  it("names what a refused step has changed", () => {
    const before = new Map([
      ["balance of Bob", "0x1"],
      ["balance of Carol", "0x1"],
    ]);
    expect(differences(before, new Map(before))).to.deep.equal([]);
    expect(differences(before, new Map(before).set("balance of Bob", "0x0"))).to.deep.equal(["balance of Bob changed"]);
  });
});

describe("The demo's server", () => {
  it("answers calls, batches and what is no call, on 127.0.0.1 alone", async () => {
    const server = await openPort(0);
    const url = `http://127.0.0.1:${server.port}`;
    try {
      expect((await fetch(url, { method: "POST", body: "{}" })).status).to.equal(503);
      server.answer({
        async request({ method, params }) {
          if (method === "fail") throw Object.assign(new Error("no"), { code: 3, data: "0x01" });
          return params === undefined || params.length === 0 ? `did ${method}` : params;
        },
      });
      expect(await rpc(url).request({ method: "x" })).to.equal("did x");
      // Some clients name calldata twice, which the node refuses.
      const twice = { to: "0x01", data: "0x02", input: "0x02" };
      const params = [twice, { ...twice, input: "0x03" }, "latest", null];
      expect(await rpc(url).request({ method: "x", params })).to.deep.equal([
        { to: "0x01", data: "0x02" },
        ...params.slice(1),
      ]);
      const batch = await fetch(url, { method: "POST", body: '[{"id":1,"method":"a"},{"id":2,"method":"fail"}]' });
      expect(await batch.json()).to.deep.equal([
        { jsonrpc: "2.0", id: 1, result: "did a" },
        { jsonrpc: "2.0", id: 2, error: { code: 3, message: "no", data: "0x01" } },
      ]);
      const broken = (await (await fetch(url, { method: "POST", body: "{" })).json()) as { error: { code: number } };
      expect(broken.error.code).to.equal(-32_700);
      const other = (await (await fetch(url, { method: "POST", body: "{}" })).json()) as { error: { code: number } };
      expect(other.error.code).to.equal(-32_600);
      expect((await fetch(url)).status).to.equal(405);
      await openPort(server.port).then(
        () => expect.fail("The port was taken twice."),
        (error: Error) => expect(error.message).to.match(/^Port \d+ of 127\.0\.0\.1 is taken/),
      );
    } finally {
      await server.close();
    }
  });
});
