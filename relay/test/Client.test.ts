import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import * as sdk from "../../sdk/src/index.ts";
import { refusal, transfer } from "../../test/support/client/clientStage.ts";
import { eventually, openStage, type Stage } from "./stage.ts";

/** What becomes of an answer on its way: it passes, is lost, or is another one. */
type Way = "passes" | "is lost" | { status: number; body: string };

describe("The client with a relay's URL", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  const ways = new Set<() => Promise<void>>();
  afterEach(async () => {
    for (const close of ways) await close();
    ways.clear();
    await stage.endRelays();
  });
  after(() => stage.close());

  /** What stands between a client and a relay; each answer goes the next way, and the last way goes on. */
  async function between(url: string, each: Way[]): Promise<{ url: sdk.RelayUrl; asked: () => number }> {
    let asked = 0;
    const server: Server = createServer(async (request, response) => {
      const way = each[Math.min(asked++, each.length - 1)]!;
      const answer = await fetch(`${url}${request.url}`, {
        method: request.method!,
        headers: { "content-type": "application/json" },
        body: await bodyOf(request),
      });
      const text = await answer.text();
      if (way === "is lost") return void request.socket.destroy();
      const { status, body } = way === "passes" ? { status: answer.status, body: text } : way;
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    ways.add(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    return { url: `http://127.0.0.1:${port}`, asked: () => asked };
  }

  const act = () => ({ principal: stage.account, key: stage.key, calls: [transfer(stage.token, 1n)] });
  const relayUrl = (relay: { url: string }) => relay.url as sdk.RelayUrl;

  it("registers, acts on both signed routes and revokes, and waits for the end", async () => {
    const relay = await stage.relay();
    const relayer = relayUrl(relay);
    const { client, wallet, policy, owner, account, feedPolicy, feed } = stage;
    const { route, hash } = await client.sendSessionCallsSync({ ...act(), relayer });
    expect(route).to.equal("relayed");
    const key = await stage.stage.key();
    await client.registerSessionSync({ account: wallet, policy: feedPolicy, key, lane: 9n, relayer });
    const calls = [{ to: feed, abi: postAbi, functionName: "post", args: ["by relay"] }];
    const acted = { principal: wallet.address, key, calls, relayer };
    expect((await client.sendSessionCallsSync(acted as never)).route).to.equal("forwarded");
    await client.revokeSessionSync({ account: wallet, key: key.address, relayer });
    expect((await client.getSession({ principal: wallet.address, key: key.address })).status).to.equal("Revoked");
    const other = await stage.stage.key();
    await client.registerSessionSync({ principal: account, account: owner, policy, key: other, lane: 9n, relayer });
    await client.revokeAllSessionsSync({ account: await stage.stage.funded(), relayer });
    const sent = await stage.sentBy(relay.sender.address);
    expect(sent.map(({ success }) => success)).to.deep.equal(Array.from({ length: 6 }, () => true));
    expect(sent[0]!.hash).to.equal(hash);
  });

  it("asks again where an answer is lost, and it is sent once", async () => {
    const relay = await stage.relay();
    const way = await between(relay.url, ["is lost", { status: 502, body: "<html>Bad gateway</html>" }, "passes"]);
    const { hash } = await stage.client.sendSessionCallsSync({ ...act(), relayer: way.url });
    expect(way.asked()).to.equal(3);
    expect((await stage.sentBy(relay.sender.address)).map((each) => each.hash)).to.deep.equal([hash]);
  });

  it("says that it cannot know where every answer is lost; the same nonce afterwards pays nothing twice", async () => {
    const relay = await stage.relay();
    const way = await between(relay.url, ["is lost"]);
    const error = await refusal(stage.client.sendSessionCallsSync({ ...act(), relayer: way.url }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable", route: "relayed" });
    const { nonce } = error as sdk.SessionUnconfirmedError;
    const again = await stage.client.sendSessionCallsSync({ ...act(), nonce: nonce!, relayer: relayUrl(relay) });
    expect((await stage.sentBy(relay.sender.address)).map((each) => each.hash)).to.deep.equal([again.hash]);
  });

  it("while it waits in a pool, the same nonce is the same call and the same hash", async () => {
    const relay = await stage.relay();
    await stage.rpc("evm_setAutomine", false);
    try {
      const fields = { ...act(), nonce: 5_000n, relayer: relayUrl(relay) };
      const first = await stage.client.sendSessionCalls(fields);
      const second = await stage.client.sendSessionCalls(fields);
      expect(second.hash).to.equal(first.hash);
      const third = await stage.client.sendSessionCalls({ ...fields, nonce: undefined });
      expect(third.hash).not.to.equal(first.hash);
    } finally {
      await stage.rpc("evm_setAutomine", true);
      await stage.rpc("evm_mine");
    }
    const both = async () => {
      await stage.rpc("evm_mine");
      const sent = await stage.sentBy(relay.sender.address);
      return sent.length === 2 || undefined;
    };
    await eventually(both, "both to be mined");
  });

  it("hands on what the relay refuses: its words, or the chain's error", async () => {
    const relay = await stage.relay({ RELAY_APPS: "another.example" });
    const error = await refusal(stage.client.sendSessionCalls({ ...act(), relayer: relayUrl(relay) }));
    expect(error.message).to.contain("The relayer did not take the call.");
    expect(error.message).to.contain(
      'APP_NOT_RELAYED: This relay pays for another.example, not for "relayed.example".',
    );
    const way = await between(relay.url, [
      { status: 422, body: JSON.stringify({ code: "CALL_REFUSED", message: "no", data: "0x7bfa4b9f" }) },
    ]);
    const revert = await refusal(stage.client.sendSessionCalls({ ...act(), relayer: way.url }));
    expect(revert).to.include({ code: "SESSION_CALL_REVERTED" });
  });

  it("says that nobody answered where nobody listens", async function () {
    this.timeout(60_000);
    const relayer = "http://127.0.0.1:9" as const;
    const error = await refusal(stage.client.sendSessionCalls({ ...act(), relayer }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable" });
  });
});

const postAbi = [
  {
    type: "function",
    name: "post",
    stateMutability: "nonpayable",
    inputs: [{ name: "text", type: "string" }],
    outputs: [],
  },
] as const;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
