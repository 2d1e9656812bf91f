import { Agent, request as httpRequest } from "node:http";
import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJsonSync } from "ethers";
import { concatHex, type Hex, numberToHex, size, slice } from "viem";
import { generatePrivateKey } from "viem/accounts";
import { labelOf } from "../src/Relay.ts";
import { STATUS_OF } from "../src/RelayError.ts";
import { MAX_BODY } from "../src/server.ts";
import { NUMBERS, readSettings, SettingsError } from "../src/settings.ts";
import { openStage, pause, type Posted, type Stage } from "./stage.ts";

describe("What the relay is given", () => {
  let stage: Stage;
  let nonce = 0n;
  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.endRelays());
  after(() => stage.close());

  it("bodies that are none: each is told, and nothing is accepted", async () => {
    const relay = await stage.relay();
    const call = await stage.relayed(nonce);
    const { chainId, to, data } = call;
    const cases: [body: string, status: number, code: string, message: RegExp][] = [
      ["", 400, "BODY_INVALID", /empty/i],
      ["{", 400, "BODY_INVALID", /JSON/],
      ["[]", 400, "BODY_INVALID", /^body must be object\.$/],
      ["null", 400, "BODY_INVALID", /^body must be object\.$/],
      [JSON.stringify({ to, data }), 400, "BODY_INVALID", /must have required property 'chainId'/],
      [JSON.stringify({ ...call, value: "1" }), 400, "BODY_INVALID", /^body has an unknown field "value"\.$/],
      [JSON.stringify({ ...call, chainId: String(chainId) }), 400, "BODY_INVALID", /^body\.chainId must be integer\.$/],
      [JSON.stringify({ ...call, chainId: 0 }), 400, "BODY_INVALID", /^body\.chainId must be >= 1\.$/],
      [
        JSON.stringify({ ...call, chainId: 1 }),
        400,
        "CHAIN_MISMATCH",
        /^The call is for chain 1; this relay is on 31337\.$/,
      ],
      [JSON.stringify({ ...call, to: "0x12" }), 400, "BODY_INVALID", /^body\.to must match pattern/],
      [JSON.stringify({ ...call, data: "0xzz" }), 400, "BODY_INVALID", /^body\.data must match pattern/],
      [JSON.stringify({ ...call, data: `${data}0` }), 400, "CALL_MALFORMED", /hex digits, which are no whole bytes\.$/],
      [JSON.stringify({ ...call, gas: 1 }), 400, "BODY_INVALID", /^body\.gas must be string\.$/],
      [JSON.stringify({ ...call, gas: "-1" }), 400, "BODY_INVALID", /^body\.gas must match pattern/],
      [
        JSON.stringify({ ...call, gas: "2000001" }),
        422,
        "GAS_ABOVE_MOST",
        /^The call takes 2000001 gas; .* at most 2000000\.$/,
      ],
      [
        JSON.stringify({ ...call, __proto__: null, constructor: 1 }),
        400,
        "BODY_INVALID",
        /unknown field "constructor"/,
      ],
      [
        JSON.stringify({ ...call, data: `0x${"00".repeat(2 ** 19)}` }),
        413,
        "BODY_TOO_LARGE",
        new RegExp(`at most ${MAX_BODY} bytes`),
      ],
      [
        JSON.stringify({ ...call, data: `0x${"00".repeat(2 ** 17)}` }),
        400,
        "BODY_INVALID",
        /^body\.data must NOT have more than 262144/,
      ],
    ];
    for (const [body, status, code, message] of cases) {
      const answer = await relay.send(body);
      expect([answer.status, answer.body.code], body.slice(0, 200)).to.deep.equal([status, code]);
      expect(answer.body.message).to.match(message);
    }
    const text = await relay.send(JSON.stringify(call), "text/plain");
    expect([text.status, text.body.code]).to.deep.equal([415, "MEDIA_TYPE"]);
    for (const path of ["/", "/calls", "/calls/", `/calls/${data.slice(0, 66)}`, "/../etc/passwd"]) {
      const answer = await relay.ask(path);
      expect([answer.status, answer.body.code], path).to.deep.equal(
        path === "/calls/" ? [400, "BODY_INVALID"] : [404, "NOT_FOUND"],
      );
    }
    expect((await relay.get("0x12")).body.code).to.equal("BODY_INVALID");
    expect((await relay.ask("/health")).body).to.include({ status: "ok", pending: 0 });
    expect(await stage.sentBy(relay.sender.address)).to.deep.equal([]);
  });

  it("signatures that are cut, prolonged, reordered, changed, of another key or for another verb", async () => {
    const relay = await stage.relay();
    const call = await stage.relayed(nonce);
    const forward = await stage.forwarded(nonce);
    const { latchkey, forwarder } = stage.deployment;
    const signature = slice(call.data, size(call.data) - 128);
    const head = slice(call.data, 0, size(call.data) - 128);
    const [key, r, s, deadline] = [0, 32, 64, 96].map((from) => slice(signature, from, from + 32)) as [
      Hex,
      Hex,
      Hex,
      Hex,
    ];
    const withSignature = (...parts: Hex[]): Posted => ({ ...call, data: concatHex([head, ...parts]) });
    const flip = (word: Hex) => numberToHex(BigInt(word) ^ 1n, { size: 32 });
    const cases: [name: string, call: Posted, code: string][] = [
      ["cut by a byte", { ...call, data: slice(call.data, 0, size(call.data) - 1) }, "CALL_MALFORMED"],
      ["cut by an element", { ...call, data: slice(call.data, 0, size(call.data) - 32) }, "CALL_MALFORMED"],
      ["a byte more", { ...call, data: concatHex([call.data, "0x00"]) }, "CALL_MALFORMED"],
      ["an element more", { ...call, data: concatHex([call.data, `0x${"00".repeat(32)}`]) }, "CALL_MALFORMED"],
      ["only its selector", { ...call, data: slice(call.data, 0, 4) }, "CALL_MALFORMED"],
      ["no selector", { ...call, data: "0x" }, "METHOD_NOT_RELAYED"],
      ["r and s changed", withSignature(key, s, r, deadline), "CALL_REFUSED"],
      ["another r", withSignature(key, flip(r), s, deadline), "CALL_REFUSED"],
      ["another s", withSignature(key, r, flip(s), deadline), "CALL_REFUSED"],
      ["another deadline", withSignature(key, r, s, flip(deadline)), "CALL_REFUSED"],
      ["a deadline beyond its type", withSignature(key, r, s, `0x01${deadline.slice(4)}`), "CALL_MALFORMED"],
      ["another key", withSignature(flip(key), r, s, deadline), "CALL_REFUSED"],
      ["an x of no point", withSignature(`0x${"ff".repeat(32)}`, r, s, deadline), "CALL_MALFORMED"],
      ["for the forwarder, to Latchkey", { ...forward, to: latchkey }, "METHOD_NOT_RELAYED"],
      ["for Latchkey, to the forwarder", { ...call, to: forwarder }, "METHOD_NOT_RELAYED"],
      ["another method of Latchkey", { ...call, data: ("0xfe575a87" + "00".repeat(64)) as Hex }, "METHOD_NOT_RELAYED"],
      ["to a token", { ...call, to: stage.token }, "TARGET_NOT_RELAYED"],
    ];
    for (const [name, each, code] of cases) {
      const answer = await relay.post(each);
      expect([answer.body.code, answer.status], `${name}: ${answer.body.message}`).to.deep.equal([
        code,
        STATUS_OF[code as keyof typeof STATUS_OF],
      ]);
      expect(answer.body.message.length, name).to.be.greaterThan(10);
    }
    // The same bytes as the owner's verbs take them.
    const revocation = await stage.captured((relayer) =>
      stage.client.revokeSession({ account: stage.wallet, key: stage.feedKey.address, relayer }),
    );
    const cut = await relay.post({
      ...revocation,
      data: concatHex([slice(revocation.data, 0, 100), flip32(revocation.data)]),
    });
    expect(cut.body.code).to.be.oneOf(["CALL_REFUSED", "CALL_MALFORMED"]);
    expect(await stage.sentBy(relay.sender.address)).to.deep.equal([]);
    // What is right passes afterwards.
    const { status } = await relay.post(call);
    expect(status).to.equal(202);
    ++nonce;
  });

  it("two calls of one nonce: the second is refused while the first waits, as the chain would", async () => {
    const relay = await stage.relay();
    await stage.rpc("evm_setAutomine", false);
    try {
      const first = await relay.post(await stage.relayed(nonce, { amount: 1n }));
      expect(first.status).to.equal(202);
      // A node whose pending state is its latest one.
      stage.setFault(({ method, params }) => {
        const latest = params.map((each) => (each === "pending" ? "latest" : each));
        return stage.rpc(method, ...latest, ...(method === "eth_estimateGas" ? ["latest"] : []));
      });
      const second = await relay.post(await stage.relayed(nonce, { amount: 2n }));
      expect([second.status, second.body.code]).to.deep.equal([409, "NONCE_UNDER_WAY"]);
      expect(second.body["data"]).to.match(/^0x[0-9a-f]{8}/);
    } finally {
      await stage.rpc("evm_setAutomine", true);
      await stage.rpc("evm_mine");
      ++nonce;
    }
  });

  it("more than a budget: of a principal, of an app, of everybody, and of what the sender has", async () => {
    for (const [env, who] of [
      [
        { RELAY_PRINCIPAL_GWEI_PER_DAY: "1" },
        /^The budget of principal 0x[0-9a-fA-F]{40} for \d{4}-\d\d-\d\d is 1 gwei; 0 are spent/,
      ],
      [{ RELAY_APP_GWEI_PER_DAY: "1" }, /^The budget of this app for /],
      [{ RELAY_GWEI_PER_DAY: "1" }, /^The budget of this relay for /],
    ] as const) {
      const relay = await stage.relay(env);
      const { status, body } = await relay.post(await stage.relayed(nonce));
      expect([status, body.code]).to.deep.equal([403, "BUDGET_SPENT"]);
      expect(body.message).to.match(who);
      await relay.close();
    }
    const poor = await stage.relay({}, await stage.sender(10n ** 9n));
    const short = await poor.post(await stage.relayed(nonce));
    expect([short.status, short.body.code]).to.deep.equal([503, "SENDER_SHORT"]);
    expect(short.body.message).to.match(
      /^The relay's sender has 1 gwei, and executeBySig with what waits may cost \d+\.$/,
    );
    const relay = await stage.relay({ RELAY_MAX_FEE_GWEI: "1" });
    stage.setFault(({ method }, pass) => (method === "eth_maxPriorityFeePerGas" ? "0x77359400" : pass()));
    await pause(150);
    expect((await relay.post(await stage.relayed(nonce))).body).to.include({ code: "FEES_ABOVE_MOST" });
  });

  it("what is spent of a budget is what the chain took, and another principal has its own", async () => {
    const relay = await stage.relay({ RELAY_PRINCIPAL_GWEI_PER_DAY: "1000000", RELAY_CONFIRMATIONS: "1" });
    const first = await relay.post(await stage.relayed(nonce++));
    const final = await relay.until(first.body.digest, "final");
    const spent = final["gwei"] as number;
    expect(spent).to.be.lessThan(first.body["gwei"] as number);
    const tight = String(spent + 10);
    await relay.close();
    const from = { secret: relay.secret, account: relay.sender };
    const journal = relay.env["RELAY_JOURNAL"]!;
    const second = await stage.relay({ RELAY_PRINCIPAL_GWEI_PER_DAY: tight, RELAY_JOURNAL: journal }, from);
    const refused = await second.post(await stage.relayed(nonce));
    expect(refused.body.message).to.contain(`is ${tight} gwei; ${spent} are spent`);
    const other = await second.post(await stage.forwarded(900n));
    expect(other.body.message).to.contain(`is ${tight} gwei; 0 are spent`);
  });

  it("more requests than an address may make", async () => {
    const relay = await stage.relay({ RELAY_REQUESTS_PER_MINUTE: "5" });
    const statuses = [];
    for (let i = 0; i < 7; ++i) statuses.push((await relay.ask(`/calls/0x${"00".repeat(32)}`)).status);
    expect(statuses).to.deep.equal([404, 404, 404, 404, 404, 429, 429]);
    const { body } = await relay.ask(`/calls/0x${"00".repeat(32)}`);
    expect(body).to.include({ code: "TOO_MANY_REQUESTS", message: "One address may ask 5 times a minute." });
    expect((await relay.ask("/health")).status).to.equal(200);
  });

  it("a thousand requests a second for ten seconds: every one is answered, what is accepted is mined once", async function () {
    this.timeout(120_000);
    const relay = await stage.spawned({ RELAY_MAX_PENDING: "1000" });
    const stopMining = await stage.mineEvery(250);
    const calls = await Promise.all(Array.from({ length: 200 }, (_, i) => stage.relayed(nonce + BigInt(i))));
    nonce += 200n;
    const kinds = [
      (i: number) => JSON.stringify(calls[Math.floor(i / 50)]),
      () => "{",
      (i: number) => JSON.stringify({ ...calls[i % 200], more: 1 }),
      (i: number) => JSON.stringify({ ...calls[i % 200], data: "0x12345678" }),
    ];
    const agent = new Agent({ keepAlive: true, maxSockets: 128 });
    const statuses = new Map<number, number>();
    const digests = new Set<string>();
    const { port } = new URL(relay.url);
    const ask = (body: string) =>
      new Promise<void>((resolve) => {
        const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
        const sent = httpRequest(
          { agent, host: "127.0.0.1", port, path: "/calls", method: "POST", headers },
          (response) => {
            let text = "";
            response.on("data", (chunk: Buffer) => (text += chunk.toString()));
            response.on("end", () => {
              const status = response.statusCode!;
              statuses.set(status, (statuses.get(status) ?? 0) + 1);
              if (status === 200 || status === 202) digests.add((JSON.parse(text) as { digest: string }).digest);
              resolve();
            });
          },
        );
        sent.on("error", () => {
          statuses.set(0, (statuses.get(0) ?? 0) + 1);
          resolve();
        });
        sent.end(body);
      });
    const asked: Promise<void>[] = [];
    const from = Date.now();
    while (asked.length < 10_000) {
      const due = Math.min(10_000, Date.now() - from);
      while (asked.length < due) asked.push(ask(kinds[asked.length % kinds.length]!(asked.length)));
      await pause(5);
    }
    await Promise.all(asked);
    agent.destroy();
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).to.equal(10_000);
    expect([...statuses.keys()].filter((status) => ![200, 202, 400, 403, 503].includes(status))).to.deep.equal([]);
    expect(digests.size).to.be.greaterThan(0);
    for (const digest of digests) await relay.until(digest as Hex, "mined", "final");
    await stopMining();
    const sent = await stage.sentBy(relay.sender.address);
    expect(sent.every(({ success }) => success)).to.equal(true);
    expect(new Set(sent.map(({ input }) => input)).size).to.equal(sent.length);
    expect(sent).to.have.length(digests.size);
    expect((await relay.ask("/health")).status).to.equal(200);
  });

  it("settings that make no sense: each is named with its bound, and no key is in what is said", () => {
    const secret = generatePrivateKey();
    const right = { LATCHKEY_RPC_URL: "http://127.0.0.1:8545", LATCHKEY_PRIVATE_KEY: secret };
    const complaint = (env: Record<string, string>): string => {
      try {
        readSettings({ ...right, ...env });
      } catch (thrown) {
        expect(thrown).to.be.instanceOf(SettingsError);
        return (thrown as Error).message;
      }
      return "nothing";
    };
    expect(complaint({})).to.equal("nothing");
    expect(complaint({ LATCHKEY_RPC_URL: "" })).to.equal("LATCHKEY_RPC_URL is missing: the node's URL.");
    expect(complaint({ LATCHKEY_RPC_URL: "ws://a" })).to.match(/^LATCHKEY_RPC_URL is not a URL/);
    expect(complaint({ DATABASE_URL: "mysql://u:secret@h/d" })).to.match(
      /^DATABASE_URL is not a URL that starts with postgres:/,
    );
    expect(complaint({ DATABASE_URL: "mysql://u:secret@h/d" })).not.to.contain("secret");
    expect(complaint({ RELAY_PROT: "1" })).to.match(/^RELAY_PROT is not a setting\. Settings: RELAY_PORT, /);
    expect(complaint({ RELAY_LOG: "loud" })).to.contain('RELAY_LOG is "loud"; it is one of ');
    for (const [name, { least, most }] of Object.entries(NUMBERS)) {
      for (const value of [String(least - 1), String(most + 1), "1.5", "x"]) {
        expect(complaint({ [name]: value })).to.equal(
          `${name} is "${value}"; it is a whole number from ${least} to ${most}.`,
        );
      }
      for (const value of [String(least), String(most)]) expect(complaint({ [name]: value })).to.equal("nothing");
    }
    const bad = `${secret}00`;
    expect(complaint({ LATCHKEY_PRIVATE_KEY: bad })).to.equal("LATCHKEY_PRIVATE_KEY is no private key.");
    expect(complaint({ LATCHKEY_PRIVATE_KEY: "" })).to.match(/^LATCHKEY_PRIVATE_KEY is missing: /);
  });

  it("the key from a keystore file, and neither it nor a signature in the log", async () => {
    const from = await stage.sender();
    const file = join(stage.folder, "keystore.json");
    const { address } = from.account;
    const sealed = encryptKeystoreJsonSync({ address, privateKey: from.secret }, "a password", {
      scrypt: { N: 1_024 },
    });
    const { Crypto, crypto = Crypto, ...rest } = JSON.parse(sealed) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...rest, crypto }));
    const keystore = { LATCHKEY_PRIVATE_KEY: "", LATCHKEY_KEYSTORE: file };
    const relay = await stage.relay({ ...keystore, LATCHKEY_KEYSTORE_PASSWORD: "a password" }, from);
    const call = await stage.relayed(nonce++);
    const { body } = await relay.post(call);
    await relay.until(body.digest, "mined");
    await relay.post({ ...call, data: `${call.data}00` });
    const said = relay.lines.join("");
    expect(said).to.contain(body.digest);
    expect(said).to.contain(from.account.address);
    for (const secret of [from.secret.slice(2), "a password", call.data.slice(-200)])
      expect(said).not.to.contain(secret);
    expect(await stage.sentBy(from.account.address)).to.have.length(1);
    const wrong = stage.relay({ ...keystore, LATCHKEY_KEYSTORE_PASSWORD: "another" }, from);
    expect(
      await wrong.then(
        () => "opened",
        (thrown: Error) => thrown.message,
      ),
    ).to.equal("The keystore could not be opened.");
  });

  it("a journal that another process has, or that is of another sender", async () => {
    const relay = await stage.relay();
    const journal = { RELAY_JOURNAL: relay.env["RELAY_JOURNAL"]! };
    const told = (run: Promise<unknown>) =>
      run.then(
        () => "opened",
        (thrown: Error) => thrown.message,
      );
    expect(await told(stage.spawned(journal, { secret: relay.secret, account: relay.sender }))).to.match(
      /The journal .* is in use by another process: several instances need Postgres\./,
    );
    await relay.close();
    const other = await stage.sender();
    expect(await told(stage.relay(journal, other))).to.equal(
      `The journal is of sender ${relay.sender.address}, and this relay is of ${other.account.address}: use another one.`,
    );
    const old = stage.newJournal();
    const file = new DatabaseSync(old);
    file.exec("create table meta (name text primary key, value text not null); create table calls (slot text)");
    file.exec("insert into meta values ('version', '1')");
    file.close();
    expect(await told(stage.relay({ RELAY_JOURNAL: old }))).to.equal(
      "The journal is of version 1, and this relay is of 2: use another one.",
    );
  });

  it("a node that does not have Latchkey", async () => {
    stage.setFault(({ method }, pass) => (method === "eth_call" ? "0x" : pass()));
    const run = stage.relay().then(
      () => "opened",
      (thrown: Error) => thrown.message,
    );
    expect(await run).to.match(/^The node does not show Latchkey 0x[0-9a-fA-F]{40} and its forwarder: /);
  });

  it("an app that is not on its list", async () => {
    const relay = await stage.relay({ RELAY_APPS: "one.example, feed.example" });
    const refused = await relay.post(await stage.relayed(nonce));
    expect([refused.status, refused.body.code]).to.deep.equal([403, "APP_NOT_RELAYED"]);
    expect((await relay.post(await stage.forwarded(901n))).status).to.equal(202);
    expect(labelOf(`0x6162${"00".repeat(30)}`)).to.equal("ab");
  });

  it("describes what it takes and answers, as OpenAPI", async () => {
    const relay = await stage.relay();
    const { body } = await relay.ask("/openapi.json");
    const { paths, components } = body as unknown as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
      components: {
        schemas: Record<string, { additionalProperties?: boolean; properties: Record<string, { enum?: string[] }> }>;
      };
    };
    expect(Object.keys(paths).sort()).to.deep.equal(["/calls", "/calls/{digest}", "/health"]);
    expect(Object.keys(paths["/calls"]!["post"]!.responses).sort()).to.include.members(["200", "202"]);
    const { Call, Error: refusal } = components.schemas;
    expect(Call!.additionalProperties).to.equal(false);
    expect(refusal!.properties["code"]!.enum).to.deep.equal(Object.keys(STATUS_OF));
    const page = await fetch(`${relay.url}/calls`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    expect(page.headers.get("access-control-allow-origin")).to.equal("*");
  });
});

/** The rest of some data behind byte 100 with its last bit flipped. */
function flip32(data: Hex): Hex {
  const rest = slice(data, 100);
  return `${rest.slice(0, -1)}${(Number.parseInt(rest.slice(-1), 16) ^ 1).toString(16)}` as Hex;
}
