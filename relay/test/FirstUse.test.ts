import { expect } from "chai";
import {
  type Address,
  concatHex,
  decodeFunctionData,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  parseAbiParameters,
  size,
  slice,
  zeroAddress,
} from "viem";
import { getBalance, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import { delegationRedeemerAbi } from "../../sdk/src/generated/abi/delegationRedeemerAbi.ts";
import { sessionExecutorAbi } from "../../sdk/src/generated/abi/sessionExecutorAbi.ts";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import * as sdk from "../../sdk/src/index.ts";
import { transfer } from "../../test/support/client/clientStage.ts";
import { feedAbi } from "../../test/support/client/sessionClient.ts";
import { openStage, type Posted, type Stage } from "./stage.ts";

const CONTEXT = parseAbiParameters("address, address, uint256, uint256, bytes");

describe("The relay and calls that bring a grant", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.endRelays());
  after(() => stage.close());

  /** A grant in a lane of its own, and what sends the first call with it. */
  let lanes = 100n;
  async function first(fields: Partial<sdk.SignSessionGrantParameters> = {}) {
    const { client, account: principal, owner, policy, token } = stage;
    const { deployment } = stage.stage;
    const key = await stage.stage.key();
    const signing = { principal, account: owner, key, policy, lane: ++lanes, deployment, ...fields };
    const grant = await sdk.signSessionGrant(client, signing);
    const posted = await stage.captured((relayer) =>
      client.sendSessionCalls({ principal, key, calls: [transfer(token, 1n)], relayer, grant, route: "relayed" }),
    );
    return { principal, key, grant, posted };
  }
  const statusOf = async (principal: Address, key: { address: Address }) =>
    (await stage.client.getSession({ principal, key: key.address })).status;

  /** The same call with another signature. */
  function resigned(call: Posted, change: (signature: Hex) => Hex): Posted {
    const read = decodeFunctionData({ abi: sessionExecutorAbi, data: call.data });
    if (read.functionName !== "executeBySig") return expect.fail(read.functionName);
    const [principal, mode, execution, nonce, minGas, signature] = read.args;
    const args = [principal, mode, execution, nonce, minGas, change(signature)] as const;
    return { ...call, data: encodeFunctionData({ abi: sessionExecutorAbi, functionName: "executeBySig", args }) };
  }

  it("registers and acts in one transaction; posted again, with the grant or without, it is the same call", async () => {
    const relay = await stage.relay();
    const { principal, key, posted } = await first();
    const { status, body } = await relay.post(posted);
    expect([status, body.message]).to.deep.equal([202, undefined]);
    expect(await relay.until(body.digest, "mined", "final")).to.include({ success: true, verb: "executeBySig" });
    expect(await statusOf(principal, key)).to.equal("Active");
    for (const again of [posted, resigned(posted, (signature) => slice(signature, 0, 128))]) {
      const answer = await relay.post(again);
      expect([answer.status, answer.body.hash]).to.deep.equal([200, body.hash]);
    }
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("two keys of one principal that make the same call with the same nonce are two calls", async () => {
    const relay = await stage.relay();
    const hashes = new Set();
    for (let sessions = 0; sessions < 2; ++sessions) {
      const { posted } = await first();
      const { status, body } = await relay.post(posted);
      expect([status, body.message]).to.deep.equal([202, undefined]);
      await relay.until(body.digest, "mined", "final");
      hashes.add(body.hash);
    }
    expect(hashes.size).to.equal(2);
  });

  it("forwards the first call of a wallet that has never sent anything", async () => {
    const relay = await stage.relay();
    const { client, feedPolicy: policy, feed } = stage;
    const wallet = await stage.stage.funded(0n);
    const key = await stage.stage.key("p256");
    const calls = [{ to: feed, abi: feedAbi, functionName: "post", args: ["gm"] }];
    const sent = await client.sendSessionCallsSync({
      ...{ principal: wallet.address, key, calls, relayer: relay.url as sdk.RelayUrl },
      grant: { policy, account: wallet },
    });
    expect(sent.route).to.equal("forwarded");
    expect(await statusOf(wallet.address, key)).to.equal("Active");
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("a grant that a stranger brings first spoils nothing, and one of two grants of one nonce is paid for", async () => {
    const relay = await stage.relay();
    const { principal, key, grant, posted } = await first();
    const stranger = await stage.stage.funded();
    const args = [principal, grant.grant, grant.deadline, grant.signature] as const;
    const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: "registerSessionBySig", args });
    await sendTransaction(stage.client, { account: stranger, chain: hardhat, to: posted.to, data });
    const { status, body } = await relay.post(posted);
    expect([status, body.message]).to.deep.equal([202, undefined]);
    expect(await relay.until(body.digest, "mined", "final")).to.include({ success: true });
    expect(await statusOf(principal, key)).to.equal("Active");

    const [one, other] = [await first(), await first()];
    await stage.rpc("evm_setAutomine", false);
    try {
      const taken = await relay.post(one.posted);
      expect([taken.status, taken.body.message]).to.deep.equal([202, undefined]);
      const rival = await relay.post(other.posted);
      expect(rival.status).to.be.oneOf([409, 422]);
      const registration = await relay.post({ ...one.posted, data: registrationOf(other) });
      expect(registration.status).to.be.oneOf([409, 422]);
    } finally {
      await stage.rpc("evm_setAutomine", true);
      await stage.rpc("evm_mine");
    }
    expect((await stage.sentBy(relay.sender.address)).every(({ success }) => success)).to.equal(true);
  });

  const registrationOf = ({ principal, grant }: { principal: Address; grant: sdk.SignedGrant }) =>
    encodeFunctionData({
      ...{ abi: sessionRegistryAbi, functionName: "registerSessionBySig" },
      args: [principal, grant.grant, grant.deadline, grant.signature],
    });

  it("an envelope that is cut, prolonged, changed, past its time or of another verb costs the sender nothing", async () => {
    const relay = await stage.relay({ RELAY_APPS: "relayed.example" });
    const { address } = relay.sender;
    const before = await getBalance(stage.client, { address });
    const { principal, key, grant, posted } = await first();
    const changes: [name: string, change: (signature: Hex) => Hex, code: string, words: RegExp][] = [
      ["cut to its head", (all) => slice(all, 0, 216), "CALL_MALFORMED", /1 to 4096 bytes.*Given: 0 bytes/],
      ["cut in its head", (all) => slice(all, 0, 150), "CALL_MALFORMED", /Given: -66 bytes/],
      ["cut below the elements", (all) => slice(all, 0, 127), "CALL_MALFORMED", /127 bytes; it is 128 long/],
      ["too long", (all) => concatHex([all, `0x${"00".repeat(4_096)}`]), "CALL_MALFORMED", /1 to 4096 bytes/],
      ["cut by a byte", (all) => slice(all, 0, size(all) - 1), "CALL_REFUSED", /InvalidPrincipalSignature/],
      ["prolonged", (all) => concatHex([all, "0x00"]), "CALL_REFUSED", /InvalidPrincipalSignature/],
      ["with another flag", (all) => changed(all, 128, "0x02"), "CALL_MALFORMED", /Given: 2/],
      ["with a point", (all) => changed(all, 128, "0x01"), "CALL_REFUSED", /SignatureElementNotCanonical/],
      [
        "of another policy",
        (all) => changed(all, 129, `0x${"11".repeat(32)}`),
        "CALL_REFUSED",
        /PolicyNotPublished|policy/i,
      ],
      [
        "at another number",
        (all) => changed(all, 161, "0x00000000ff"),
        "CALL_REFUSED",
        /PolicyNotPublished|Session|Refused/i,
      ],
      ["with no start", (all) => changed(all, 166, "0x000000000000"), "CALL_MALFORMED", /names the second/],
      ["with more calls", (all) => changed(all, 178, "0x00000001"), "CALL_REFUSED", /InvalidPrincipalSignature/],
      [
        "in another order",
        (all) => concatHex([slice(all, 0, 166), slice(all, 172, 178), slice(all, 166, 172), slice(all, 178)]),
        "CALL_REFUSED",
        /InvalidPrincipalSignature|DurationOutOfBounds|DeadlineNotAllowed/,
      ],
      [
        "of another key",
        (all) => concatHex([slice(all, 0, 12), stage.key.address, slice(all, 32)]),
        "CALL_REFUSED",
        /./,
      ],
    ];
    for (const [name, change, code, words] of changes) {
      const { body } = await relay.post(resigned(posted, change));
      expect([name, body.code, body.message]).to.satisfy(
        () => body.code === code,
        `${name}: ${body.code} ${body.message}`,
      );
      expect(body.message, name).to.match(words);
    }
    // Of another verb: what the principal has signed is a registration of its own, and no call.
    const mine = decodeFunctionData({ abi: sessionExecutorAbi, data: posted.data }).args!.at(-1) as Hex;
    const context = encodeAbiParameters(CONTEXT, [principal, zeroAddress, 0n, 0n, mine]);
    const { mode, executionCalldata } = sdk.encodeCalls([transfer(stage.token, 1n)]);
    const redeemed = await relay.post(redeeming(posted, [[context], [mode], [executionCalldata]]));
    expect(redeemed.body).to.include({ code: "CALL_REFUSED", reason: "SESSION_INVALID_SIGNATURE" });

    const foreign = await first({ policy: { ...stage.policy, app: "another.example" } }).catch(
      (thrown: Error) => thrown,
    );
    expect(foreign).to.be.instanceOf(Error);
    expect(await statusOf(principal, key)).to.equal("None");
    await stage.world.helpers.time.increaseTo(Number(grant.deadline) + 1);
    expect((await relay.post(posted)).body).to.include({ code: "CALL_REFUSED", reason: "SESSION_DEADLINE_PASSED" });
    expect(await getBalance(stage.client, { address })).to.equal(before);
    expect(await stage.sentBy(address)).to.deep.equal([]);
  });

  const redeeming = (call: Posted, args: [Hex[], Hex[], Hex[]]): Posted => ({
    ...call,
    data: encodeFunctionData({ abi: delegationRedeemerAbi, functionName: "redeemDelegations", args }),
  });

  it("an envelope that is passed over names neither the app that is paid for nor another nonce", async () => {
    const relay = await stage.relay({ RELAY_APPS: "relayed.example" });
    const { client, payer } = stage;
    const policy = { ...stage.policy, app: "another.example" };
    await client.publishPolicySync({ account: payer, policy });
    const foreign = await first({ policy });
    await sendTransaction(client, {
      ...{ account: payer, chain: hardhat, to: foreign.posted.to, data: registrationOf(foreign) },
    });
    // The number is what the chain compares, and nothing behind it is looked at where the session is there.
    const named = (all: Hex) => concatHex([changed(all, 129, sdk.hashPolicy(stage.policy)), "0x00"]);
    const { body } = await relay.post(resigned(foreign.posted, (all) => named(slice(all, 0, 216))));
    expect([body.code, body.message]).to.deep.equal([
      ...["APP_NOT_RELAYED", 'This relay pays for relayed.example, not for "another.example".'],
    ]);
    expect(await stage.sentBy(relay.sender.address)).to.deep.equal([]);
  });

  it("two calls of one nonce of a key are not both paid for, also where a stranger brings the grant in between", async () => {
    const relay = await stage.relay();
    const { client, payer, token, chainId } = stage;
    const { deployment } = stage.stage;
    const { principal, key, grant, posted } = await first();
    stage.setFault(({ method }, next) => (method === "eth_sendRawTransaction" ? `0x${"22".repeat(32)}` : next()));
    try {
      expect((await relay.post(posted)).status).to.equal(202);
      const data = registrationOf({ principal, grant });
      await sendTransaction(client, { account: payer, chain: hardhat, to: posted.to, data });
      const nonce = decodeFunctionData({ abi: sessionExecutorAbi, data: posted.data }).args![3] as bigint;
      const item = await sdk.toErc7710Context(client, {
        principal,
        key,
        calls: [transfer(token, 2n)],
        nonce,
        deployment,
      });
      const args = [[item.permissionContext], [item.mode], [item.executionCallData]] as [Hex[], Hex[], Hex[]];
      const { body } = await relay.post(redeeming({ chainId, to: deployment.latchkey, data: "0x" }, args));
      expect(body).to.include({ code: "NONCE_UNDER_WAY" });
    } finally {
      stage.setFault();
    }
  });

  it("redeems what a key has signed for anyone or for the relay, once, and nothing else", async () => {
    const relay = await stage.relay();
    const { client, account: principal, key, token, chainId } = stage;
    const { deployment } = stage.stage;
    const item = (fields: Partial<sdk.ToErc7710ContextParameters> = {}) =>
      sdk.toErc7710Context(client, { principal, key, calls: [transfer(token, 1n)], deployment, ...fields });
    const of = (...items: sdk.Erc7710Redemption[]): Posted =>
      redeeming({ chainId, to: deployment.latchkey, data: "0x" }, [
        items.map(({ permissionContext }) => permissionContext),
        items.map(({ mode }) => mode),
        items.map(({ executionCallData }) => executionCallData),
      ]);
    for (const redeemer of [undefined, relay.sender.address]) {
      const call = of(await item({ redeemer, nonce: redeemer === undefined ? 700n : 701n }));
      const { status, body } = await relay.post(call);
      expect([status, body.message]).to.deep.equal([202, undefined]);
      const mined = await relay.until(body.digest, "mined", "final");
      expect(mined).to.include({ success: true, verb: "redeemDelegations", key: key.address });
      expect((await relay.post(call)).body.hash).to.equal(body.hash);
    }
    // Signed again with the same nonce: the same call.
    const again = await item({ nonce: 702n });
    const { body } = await relay.post(of(again));
    const later = { nonce: 702n, validUntil: again.validUntil! - 1 };
    await relay.until(body.digest, "mined", "final");
    expect((await relay.post(of(await item(later).catch(() => again)))).body.hash).to.equal(body.hash);

    const others = await relay.post(of(await item({ redeemer: stage.owner.address })));
    expect(others.body.code).to.equal("METHOD_NOT_RELAYED");
    expect(others.body.message).to.contain(stage.owner.address).and.contain(relay.sender.address);
    const two = await relay.post(of(await item(), await item()));
    expect(two.body).to.include({ code: "CALL_MALFORMED" });
    expect(two.body.message).to.contain("2 contexts, 2 modes and 2 executions; it is one each");
    const none = await relay.post(redeeming({ chainId, to: deployment.latchkey, data: "0x" }, [[], [], []]));
    expect(none.body.message).to.contain("0 contexts");
    const own = await relay.post(of(await item({ redeemer: key.address })));
    expect(own.body.code).to.equal("CALL_MALFORMED");
    expect(own.body.message).to.contain("The context of 32 bytes is not the encoding of principal");
    const good = await item();
    for (const bytes of [slice(good.permissionContext, 0, 288), concatHex([good.permissionContext, "0x00"])]) {
      expect((await relay.post(of({ ...good, permissionContext: bytes }))).body.code).to.equal("CALL_MALFORMED");
    }
    const late = await relay.post(
      of({ ...good, executionCallData: sdk.encodeCalls([transfer(token, 2n)]).executionCalldata }),
    );
    expect(late.body).to.include({ code: "CALL_REFUSED", reason: "SESSION_INVALID_SIGNATURE" });
    expect((await stage.sentBy(relay.sender.address)).map(({ success }) => success)).to.deep.equal([true, true, true]);
  });

  it("redeems with a grant that comes along", async () => {
    const relay = await stage.relay();
    const { client, token, chainId } = stage;
    const { principal, key, grant } = await first();
    const { deployment } = stage.stage;
    const calls = [transfer(token, 1n)];
    const item = await sdk.toErc7710Context(client, { principal, key, calls, grant, deployment });
    const args = [[item.permissionContext], [item.mode], [item.executionCallData]] as [Hex[], Hex[], Hex[]];
    const { status, body } = await relay.post(redeeming({ chainId, to: deployment.latchkey, data: "0x" }, args));
    expect([status, body.message]).to.deep.equal([202, undefined]);
    expect(await relay.until(body.digest, "mined", "final")).to.include({ success: true });
    expect(await statusOf(principal, key)).to.equal("Active");
  });

  it("describes the verbs", async () => {
    const relay = await stage.relay();
    const { body } = await relay.ask("/openapi.json");
    expect(JSON.stringify(body)).to.contain("redeemDelegations").and.contain("executeBySig");
  });
});

/** Bytes in place of others. */
function changed(all: Hex, at: number, bytes: Hex): Hex {
  return concatHex([slice(all, 0, at), bytes, slice(all, at + size(bytes))]);
}
