import { expect } from "chai";
import { decodeFunctionData, encodeFunctionData } from "viem";
import { getBalance } from "viem/actions";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import { latchkeyDomain, typedData } from "../../sdk/src/index.ts";
import { readCall, slotsOf } from "../src/verbs.ts";
import { openStage, pause, type Stage } from "./stage.ts";

describe("The relay's verbs", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.endRelays());
  after(() => stage.close());

  it("executeBySig and forwardBySig: sent once, mined, final; the session acted once each", async () => {
    const relay = await stage.relay({ RELAY_CONFIRMATIONS: "2" });
    const before = await stage.uses();
    for (const call of [await stage.relayed(0n), await stage.forwarded(0n)]) {
      const { status, body } = await relay.post(call);
      expect([status, body.message]).to.deep.equal([202, undefined]);
      const mined = await relay.until(body.digest, "mined");
      expect(mined).to.include({ success: true, hash: body.hash });
      await stage.rpc("evm_mine");
      expect(await relay.until(body.digest, "final")).to.include({ success: true, hash: body.hash });
      const again = await relay.post(call);
      expect([again.status, again.body.hash]).to.deep.equal([200, body.hash]);
    }
    expect((await stage.uses()) - before).to.equal(2);
    expect((await stage.sentBy(relay.sender.address)).map(({ success }) => success)).to.deep.equal([true, true]);
  });

  it("registerSessionBySig, revokeSessionBySig and revokeAllSessionsBySig", async () => {
    const relay = await stage.relay();
    const { client, feedPolicy, wallet } = stage;
    const key = await stage.stage.key();
    const owner = { account: wallet, policy: feedPolicy, key };
    const state = async () => (await client.getSession({ principal: wallet.address, key: key.address })).status;
    const lane = 7n;

    const registration = await stage.captured((relayer) => client.registerSession({ ...owner, lane, relayer }));
    const registered = await relay.post(registration);
    expect([registered.status, registered.body.message]).to.deep.equal([202, undefined]);
    await relay.until(registered.body.digest, "mined", "final");
    expect(await state()).to.equal("Active");

    const revocation = await stage.captured((relayer) =>
      client.revokeSession({ account: wallet, key: key.address, relayer }),
    );
    const revoked = await relay.post(revocation);
    expect([revoked.status, revoked.body.message]).to.deep.equal([202, undefined]);
    await relay.until(revoked.body.digest, "mined", "final");
    expect(await state()).to.equal("Revoked");
    const later = await stage.captured((relayer) =>
      client.revokeSession({ account: wallet, key: key.address, relayer, deadline: 2_000_000_000 }),
    );
    const again = await relay.post(later);
    expect([again.status, again.body.code]).to.deep.equal([422, "CALL_REFUSED"]);

    const other = await stage.stage.funded();
    const ending = await stage.captured((relayer) => client.revokeAllSessions({ account: other, relayer }));
    const ended = await relay.post(ending);
    expect([ended.status, ended.body.message]).to.deep.equal([202, undefined]);
    expect(await relay.until(ended.body.digest, "mined", "final")).to.include({ success: true });
    const twice = await stage.captured((relayer) => client.revokeAllSessions({ account: other, relayer }));
    expect((await relay.post(twice)).status).to.equal(202);
  });

  it("registerSessionOnChains and revokeSessionOnChains, in turn with what is signed for this chain alone", async () => {
    const relay = await stage.relay();
    const { client, feedPolicy: policy } = stage;
    const wallet = await stage.stage.funded();
    const key = await stage.stage.key();
    const state = async () => (await client.getSession({ principal: wallet.address, key: key.address })).status;
    const chainsOf = (relayer: Parameters<Parameters<Stage["captured"]>[0]>[0]) => [{ client, policy, relayer }];

    const registration = await stage.captured((relayer) =>
      client.registerSessionOnChains({ account: wallet, key, chains: chainsOf(relayer) }),
    );
    // The same grant nonce, in a grant for this chain alone: one of the two is paid for.
    const read = decodeFunctionData({ abi: sessionRegistryAbi, data: registration.data });
    if (read.functionName !== "registerSessionOnChains") return expect.fail(read.functionName);
    const [principal, granted, deadline] = read.args;
    const grant = { ...granted, key: (await stage.stage.key()).address, lane: 9n };
    const signature = await wallet.signTypedData({
      domain: latchkeyDomain(registration.chainId, registration.to),
      types: typedData.registerSession,
      primaryType: "RegisterSession",
      message: { principal, policy, ...grant, nonce: 0n, deadline },
    });
    const args = [principal, grant, deadline, signature] as const;
    const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: "registerSessionBySig", args });
    const rival = { ...registration, data };
    const slots = [registration, rival].map((call) =>
      slotsOf(readCall(stage.stage.deployment, call, relay.sender.address), 0n),
    );
    expect(slots[0]).to.deep.equal(slots[1]);
    const registered = await relay.post(registration);
    expect([registered.status, registered.body.message]).to.deep.equal([202, undefined]);
    expect((await relay.post(rival)).status).to.not.equal(202);
    expect(await relay.until(registered.body.digest, "mined", "final")).to.include({ success: true });
    expect(await state()).to.equal("Active");

    const burials = await Promise.all(
      [2_000_000_000, 2_000_000_001].map((deadline) =>
        stage.captured((relayer) =>
          client.revokeSessionOnChains({ account: wallet, key: key.address, deadline, chains: chainsOf(relayer) }),
        ),
      ),
    );
    const buried = await relay.post(burials[0]!);
    expect([buried.status, buried.body.message]).to.deep.equal([202, undefined]);
    await relay.until(buried.body.digest, "mined", "final");
    expect(await state()).to.equal("Revoked");
    expect((await relay.post(burials[1]!)).body.code).to.equal("CALL_REFUSED");
  });

  it("the same call posted many times at once is one call: one answer, one transaction", async () => {
    const relay = await stage.relay();
    const call = await stage.relayed(50n);
    // The answers to what the chain is asked come late for some, when the call is mined already.
    let asked = 0;
    stage.setFault(async ({ method }, pass) => {
      if (method === "eth_estimateGas" && ++asked % 2 === 0) await pause(200);
      return pass();
    });
    const answers = await Promise.all(Array.from({ length: 8 }, () => relay.post(call)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 200, 200, 200, 200, 200, 200, 202]);
    expect(new Set(answers.map(({ body }) => body.hash)).size).to.equal(1);
    await relay.until(answers[0]!.body.digest, "mined", "final");
    expect(await stage.sentBy(relay.sender.address)).to.have.length(1);
  });

  it("what the sessions refuse costs the sender nothing, and says which error it is", async () => {
    const relay = await stage.relay();
    const { address } = relay.sender;
    const before = await getBalance(stage.client, { address });
    const above = await relay.post(await stage.relayed(100n, { amount: 10n ** 18n + 1n }));
    expect(above.status).to.equal(422);
    expect(above.body).to.include({ code: "CALL_REFUSED", reason: "SESSION_SPEND_CAP_EXCEEDED" });
    expect(above.body.message).to.match(/SpendCapExceeded\(.*requested: 1000000000000000001, left: /);
    const late = await relay.post(await stage.relayed(101n, { validUntil: 1_000_000_000 }));
    expect(late.body).to.include({ code: "CALL_REFUSED", reason: "SESSION_DEADLINE_PASSED" });
    const used = await relay.post(await stage.relayed(0n, { amount: 2n }));
    expect(used.body).to.include({ code: "CALL_REFUSED" });
    expect(used.body.message).to.contain("NonceAlreadyUsed");
    expect(await getBalance(stage.client, { address })).to.equal(before);
    expect(await stage.sentBy(address)).to.deep.equal([]);
  });
});
