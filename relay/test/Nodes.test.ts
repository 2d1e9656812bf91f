import { expect } from "chai";
import type { Hash, Hex } from "viem";
import { getBlock, getBlockNumber, getTransactionReceipt, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import { eventually, openStage, pause, type Stage } from "./stage.ts";

describe("The relay and its node", () => {
  let stage: Stage;
  let nonce = 0n;
  before(async () => {
    stage = await openStage();
  });
  afterEach(async () => {
    await stage.endRelays();
    await stage.rpc("evm_setAutomine", true);
    await stage.rpc("evm_mine");
  });
  after(() => stage.close());

  const next = () => stage.relayed(nonce++);
  /** A block of others, who pay more, and then the question. */
  const others = async <result>(ask: () => result): Promise<result> => {
    await stage.rpc("hardhat_setNextBlockBaseFeePerGas", "0x2540be400");
    await stage.rpc("evm_mine");
    await pause(100);
    return ask();
  };
  const logged = (lines: string[], message: string) => lines.filter((line) => line.includes(`"message":"${message}"`));

  it("that is down: nothing is accepted, and once it is back it is", async () => {
    const relay = await stage.relay();
    const call = await next();
    stage.gate.mode = "shut";
    await eventually(async () => (await relay.ask("/health")).status === 503 || undefined, "a health of 503");
    const refused = await relay.post(call);
    expect([refused.status, refused.body.code]).to.deep.equal([503, "NODE_UNAVAILABLE"]);
    expect((await relay.ask("/health")).body).to.include({ status: "unavailable", pending: 0 });
    stage.gate.mode = "open";
    await eventually(async () => (await relay.ask("/health")).status === 200 || undefined, "a health of 200");
    const { status, body } = await relay.post(call);
    expect(status).to.equal(202);
    await relay.until(body.digest, "mined");
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that goes down between the acceptance and the sending: the same bytes are sent when it is back", async () => {
    const relay = await stage.relay();
    const raws: unknown[] = [];
    stage.setFault(({ method, params }, pass) => {
      if (method !== "eth_sendRawTransaction") return pass();
      raws.push(params[0]);
      stage.gate.mode = "shut";
      throw new Error("gone");
    });
    const { status, body } = await relay.post(await next());
    expect(status).to.equal(202);
    await eventually(() => stage.gate.mode === "shut" || undefined, "the node to be gone");
    stage.setFault(({ method, params }, pass) => {
      if (method === "eth_sendRawTransaction") raws.push(params[0]);
      return pass();
    });
    await pause(200);
    expect((await relay.get(body.digest)).body.status).to.equal("pending");
    stage.gate.mode = "open";
    expect(await relay.until(body.digest, "mined")).to.include({ success: true, hash: body.hash });
    expect(new Set(raws).size).to.equal(1);
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that is slow: a refusal in time, and nothing is sent twice", async () => {
    const relay = await stage.relay({ RELAY_NODE_TIMEOUT_MS: "150" });
    const call = await next();
    stage.gate.mode = 400;
    const from = Date.now();
    const slow = await relay.post(call);
    expect([slow.status, slow.body.code]).to.deep.equal([503, "NODE_UNAVAILABLE"]);
    expect(Date.now() - from).to.be.lessThan(2_000);
    stage.gate.mode = "open";
    await eventually(async () => (await relay.ask("/health")).status === 200 || undefined, "a health of 200");
    const { body } = await relay.post(call);
    await relay.until(body.digest, "mined");
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that says it did not take what it took", async () => {
    const relay = await stage.relay();
    stage.setFault(async ({ method }, pass) => {
      if (method !== "eth_sendRawTransaction") return pass();
      await pass();
      throw new Error("internal error");
    });
    const { body } = await relay.post(await next());
    expect(await relay.until(body.digest, "mined")).to.include({ success: true, hash: body.hash });
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that says it took what it dropped: the same bytes are sent again", async () => {
    const relay = await stage.relay({ RELAY_RESEND_MS: "100" });
    const raws: Hex[] = [];
    let hash: Hash | undefined;
    stage.setFault(({ method, params }, pass) => {
      if (method !== "eth_sendRawTransaction") return pass();
      raws.push(params[0] as Hex);
      return raws.length < 3 ? hash : pass();
    });
    const { body } = await relay.post(await next());
    ({ hash } = body);
    expect(await relay.until(body.digest, "mined")).to.include({ success: true, hash });
    expect(raws.length).to.be.greaterThan(2);
    expect(new Set(raws).size).to.equal(1);
  });

  it("that invents a receipt: it is not believed without its block and Latchkey's event", async () => {
    const relay = await stage.relay({ RELAY_RESEND_MS: "10000" });
    await stage.rpc("evm_setAutomine", false);
    const { number, hash: blockHash } = await getBlock(stage.client);
    const invented = (hash: unknown, block: Hex) => ({
      ...{ transactionHash: hash, transactionIndex: "0x0", blockHash: block, blockNumber: `0x${number.toString(16)}` },
      ...{ from: relay.sender.address, to: stage.deployment.latchkey, status: "0x1", type: "0x2", logs: [] },
      ...{ gasUsed: "0x5208", cumulativeGasUsed: "0x5208", effectiveGasPrice: "0x1", contractAddress: null },
      logsBloom: `0x${"00".repeat(256)}`,
    });
    let block: Hex = `0x${"ab".repeat(32)}`;
    stage.setFault(async ({ method, params }, pass) => {
      if (method === "eth_getTransactionReceipt") return invented(params[0], block);
      // As if its nonce were used up.
      if (method === "eth_getTransactionCount") return "0x1";
      return pass();
    });
    const { status, body } = await relay.post(await next());
    expect(status).to.equal(202);
    await eventually(() => relay.lines.find((line) => line.includes(`, not ${block}`)), "disbelief of a block");
    block = blockHash!;
    const silent = "it says success, and Latchkey's event is not in it";
    await eventually(() => relay.lines.find((line) => line.includes(silent)), "disbelief of a silent success");
    expect((await relay.get(body.digest)).body.status).to.equal("pending");
    stage.setFault();
    await stage.rpc("evm_mine");
    expect(await relay.until(body.digest, "mined")).to.include({ success: true });
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that hides a receipt: nothing is sent a second time", async () => {
    const relay = await stage.relay({ RELAY_CONFIRMATIONS: "2" });
    const raws = new Set<Hex>();
    stage.setFault(({ method, params }, pass) => {
      if (method === "eth_sendRawTransaction") raws.add(params[0] as Hex);
      return method === "eth_getTransactionReceipt" ? null : pass();
    });
    const { body } = await relay.post(await next());
    for (let i = 0; i < 5; ++i) {
      await stage.rpc("evm_mine");
      await pause(60);
    }
    await eventually(() => logged(relay.lines, "the node has it in a block, and no receipt that fits")[0], "a warning");
    expect((await relay.get(body.digest)).body).to.include({ status: "pending" });
    stage.setFault();
    expect(await relay.until(body.digest, "final")).to.include({ success: true, hash: body.hash });
    expect(raws.size).to.equal(1);
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that is on another chain: nothing is accepted", async () => {
    const relay = await stage.relay();
    stage.setFault(({ method }, pass) => (method === "eth_chainId" ? "0x1" : pass()));
    await eventually(async () => (await relay.ask("/health")).status === 503 || undefined, "a health of 503");
    const { body } = await relay.post(await next());
    expect(body).to.include({ code: "NODE_UNAVAILABLE", message: "The node is on chain 1; this relay is on 31337." });
  });

  it("that falls behind: nothing is accepted, and nothing that was mined is taken for gone", async () => {
    const relay = await stage.relay({ RELAY_MAX_BEHIND: "3", RELAY_CONFIRMATIONS: "1000" });
    const { body } = await relay.post(await next());
    await relay.until(body.digest, "mined");
    const latest = await getBlockNumber(stage.client);
    const behind = `0x${(latest - 5n).toString(16)}`;
    stage.setFault(async ({ method, params }, pass) => {
      if (method === "eth_getTransactionReceipt") return null;
      const [which] = params;
      if (method === "eth_getBlockByNumber") {
        const asked = which === "latest" ? latest - 5n : BigInt(which as string);
        return asked > latest - 5n ? null : stage.rpc(method, `0x${asked.toString(16)}`, false);
      }
      if (method === "eth_getTransactionCount") return stage.rpc(method, params[0], behind);
      return pass();
    });
    await eventually(async () => (await relay.ask("/health")).status === 503 || undefined, "a health of 503");
    const refused = await relay.post(await next());
    expect([refused.status, refused.body.code]).to.deep.equal([503, "NODE_UNAVAILABLE"]);
    expect(refused.body.message).to.match(/^The node is at block \d+, [56] behind what it has shown; 3 may be\.$/);
    await pause(200);
    expect((await relay.get(body.digest)).body.status).to.equal("mined");
    stage.setFault();
    await pause(200);
    expect(logged(relay.lines, "a reorganisation took it back")).to.deep.equal([]);
  });

  it("whose chain reorganises: what was mined is sent again as the same bytes", async () => {
    const relay = await stage.relay({ RELAY_CONFIRMATIONS: "10" });
    const raws: Hex[] = [];
    stage.setFault(({ method, params }, pass) => {
      if (method === "eth_sendRawTransaction") raws.push(params[0] as Hex);
      return pass();
    });
    const snapshot = await stage.rpc("evm_snapshot");
    const { body } = await relay.post(await next());
    const mined = await relay.until(body.digest, "mined");
    await stage.rpc("evm_setAutomine", false);
    await stage.rpc("evm_revert", snapshot);
    for (let i = 0; i < 2; ++i) await stage.rpc("evm_mine");
    await eventually(() => logged(relay.lines, "a reorganisation took it back")[0], "a reorganisation");
    await eventually(() => raws.length > 1 || undefined, "to be sent again");
    await stage.rpc("evm_mine");
    const again = await relay.until(body.digest, "mined");
    expect(again).to.include({ hash: body.hash, success: true });
    expect(again["blockHash"]).not.to.equal(mined["blockHash"]);
    expect(new Set(raws).size).to.equal(1);
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("whose chain reorganises deeper than was waited for: what was final is sent again as the same bytes", async () => {
    const relay = await stage.relay({ RELAY_CONFIRMATIONS: "1" });
    const snapshot = await stage.rpc("evm_snapshot");
    const { body } = await relay.post(await next());
    await relay.until(body.digest, "final");
    await stage.rpc("evm_revert", snapshot);
    for (let i = 0; i < 2; ++i) await stage.rpc("evm_mine");
    await eventually(() => logged(relay.lines, "a deep reorganisation took it back")[0], "a reorganisation");
    expect(await relay.until(body.digest, "final")).to.include({ hash: body.hash, success: true });
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("that mines nothing: more is offered for the same nonce, and one of the two is mined", async () => {
    const relay = await stage.relay({ RELAY_BUMP_MS: "150" });
    await stage.rpc("evm_setAutomine", false);
    const { body } = await relay.post(await next());
    await pause(300);
    expect(logged(relay.lines, "offered more")).to.deep.equal([]);
    await eventually(() => others(() => logged(relay.lines, "offered more")[0]), "a higher offer");
    const stopMining = await stage.mineEvery(100);
    const mined = await relay.until(body.digest, "mined", "final");
    expect(mined).to.include({ success: true, nonce: body["nonce"] });
    await stopMining();
    expect(mined.hash).not.to.equal(body.hash);
    const sent = await stage.sentBy(relay.sender.address);
    expect(sent.map(({ hash }) => hash)).to.deep.equal([mined.hash]);
  });

  it("that mines nothing until the call is refused: its nonce is given away for the least gas, and the next is mined", async () => {
    const relay = await stage.relay({ RELAY_BUMP_MS: "300", RELAY_CONFIRMATIONS: "1" });
    const { timestamp } = await getBlock(stage.client);
    await stage.rpc("evm_setAutomine", false);
    const call = await stage.relayed(nonce++, { validUntil: Number(timestamp) + 60 });
    const { status, body } = await relay.post(call);
    expect(status).to.equal(202);
    const other = await relay.post(await next());
    await stage.rpc("hardhat_dropTransaction", body.hash);
    await stage.rpc("evm_setNextBlockTimestamp", Number(timestamp) + 120);
    // The stranded nonce keeps the other one out of these blocks, which move the clock past the deadline.
    await eventually(() => others(() => logged(relay.lines, "given up")[0]), "it to be given up");
    const stopMining = await stage.mineEvery(100);
    const failed = await relay.until(body.digest, "failed");
    expect(failed.reason).to.equal("It was refused while it waited for a block.");
    expect(await relay.until(other.body.digest, "final")).to.include({ success: true });
    await stopMining();
    const [first, second] = await stage.sentBy(relay.sender.address);
    expect([first!.input, second!.nonce]).to.deep.equal(["0x", 1]);
    expect((await getTransactionReceipt(stage.client, { hash: first!.hash })).gasUsed).to.equal(21_000n);
  });

  it("whose sender's key is used elsewhere: the call is taken in again with another nonce", async () => {
    const relay = await stage.relay({ RELAY_CONFIRMATIONS: "1" });
    stage.setFault(({ method }, pass) => (method === "eth_sendRawTransaction" ? `0x${"00".repeat(32)}` : pass()));
    const { body } = await relay.post(await next());
    await sendTransaction(stage.client, { account: relay.sender, chain: hardhat, to: relay.sender.address } as never);
    stage.setFault();
    await eventually(() => logged(relay.lines, "another transaction of the sender took its nonce")[0], "a rival");
    const again = await relay.until(body.digest, "final");
    expect(again).to.include({ success: true, nonce: 1 });
    expect(again.hash).not.to.equal(body.hash);
  });

  it("a restart goes on with what was accepted and not sent", async () => {
    const first = await stage.relay();
    stage.setFault(({ method }, pass) => (method === "eth_sendRawTransaction" ? `0x${"00".repeat(32)}` : pass()));
    const { body } = await first.post(await next());
    await first.close();
    stage.setFault();
    const from = { secret: first.secret, account: first.sender };
    const second = await stage.relay({ RELAY_JOURNAL: first.env["RELAY_JOURNAL"]! }, from);
    expect(await second.until(body.digest, "mined")).to.include({ hash: body.hash, success: true });
  });
});
