import { expect } from "chai";
import { id, Interface, Wallet, type ContractTransactionReceipt } from "ethers";
import { limit, policy as buildPolicy, type Policy } from "../support/reference/policy.ts";
import {
  grant,
  secp256k1Key,
  signForward,
  signRegistration,
  signRevocation,
  signRevokeAll,
  type Grant,
} from "../support/reference/session.ts";
import {
  domainOnChains,
  REGISTER_SESSION_ON_CHAINS_TYPES,
  REVOKE_SESSION_ON_CHAINS_TYPES,
} from "../support/reference/typedData.ts";
import { deployMock } from "../support/chain/artifacts.ts";
import { expectRefusal } from "../support/chain/refusal.ts";
import { GAS, HOUR, openStage, type Stage } from "../support/chain/world.ts";

const ERC20 = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);

/** One plain wallet and one key, on two chains on which every contract has the same address. */
describe("Two chains", () => {
  const key = secp256k1Key(id("a key on two chains"));
  let here: Stage;
  let there: Stage;
  let token = "";
  let policy: Policy;
  let granted: Grant;

  const walletOn = ({ chain }: Stage) => new Wallet(id("a wallet on two chains"), chain.ethers.provider);

  before(async () => {
    here = await openStage();
    there = await openStage("other");
    for (const stage of [here, there]) {
      const { address } = walletOn(stage);
      const forwarder = await stage.forwarder.getAddress();
      token = String((await deployMock(stage.chain, "ForwardedToken", "ForwardedToken", [forwarder, address])).target);
      policy = buildPolicy({
        permissions: [{ target: token, method: "transfer(address,uint256)" }],
        limits: [limit(token, 100n)],
      });
      await (await stage.store.getFunction("publishPolicy").send(policy)).wait();
    }
    const now = Math.max(await here.chain.now(), await there.chain.now());
    granted = grant(key, policy, { validAfter: now - HOUR, validUntil: now + HOUR });
  });
  after(async () => {
    await here.chain.connection.close();
    await there.chain.connection.close();
  });

  async function submit(stage: Stage, method: string, ...args: unknown[]): Promise<ContractTransactionReceipt | null> {
    const sender = stage.latchkey.connect(stage.chain.relayer);
    return (await sender.getFunction(method).send(...args, GAS)).wait();
  }

  /** All that a refused attempt must leave as it was. */
  async function words(stage: Stage): Promise<string> {
    const { address } = walletOn(stage);
    const session = await stage.latchkey.getFunction("sessionWords").staticCall(address, key.address);
    const nonce = await stage.latchkey.getFunction("nonces").staticCall(address);
    const generation = await stage.latchkey.getFunction("generationOf").staticCall(address);
    return String([session, nonce, generation]);
  }

  /** Refused on the other chain with nothing changed, accepted on its own. */
  async function holdsHereOnly(attempt: (stage: Stage) => Promise<unknown>, error: [string, unknown[]]): Promise<void> {
    const before = await words(there);
    await expectRefusal(attempt(there), ...error);
    expect(await words(there)).to.equal(before);
    await attempt(here);
  }

  it("have the same Latchkey, and a policy has the same name on both", async () => {
    expect(there.chain.chainId).to.not.equal(here.chain.chainId);
    expect(there.address).to.equal(here.address);
    expect(await there.forwarder.getAddress()).to.equal(await here.forwarder.getAddress());
  });

  it("one signature for both is good once on each (ATK-02, ATK-122)", async () => {
    const wallet = walletOn(here);
    const principal = wallet.address;
    const roaming = secp256k1Key(id("a key for two chains"));
    const deadline = granted.validUntil;
    const grantOnBoth = { ...granted, key: roaming.address, publicKey: "0x", lane: 3n };
    const stages = [here, there].sort((a, b) => Number(a.chain.chainId - b.chain.chainId));
    const entries = stages.map(({ chain }) => ({ chainId: chain.chainId, nonce: 0n, policy }));
    const { policyId, ...common } = grantOnBoth;
    const message = { principal, ...common, deadline, chains: entries };
    const signature = await wallet.signTypedData(
      domainOnChains(here.domain),
      REGISTER_SESSION_ON_CHAINS_TYPES,
      message,
    );
    const listed = entries.map(({ chainId, nonce }) => ({ chainId, nonce, policyId }));
    const attempt = (stage: Stage) =>
      submit(stage, "registerSessionOnChains", principal, grantOnBoth, deadline, listed, signature);
    for (const stage of stages) {
      await attempt(stage);
      const after = await words(stage);
      await expectRefusal(attempt(stage), "InvalidPrincipalSignature", [principal]);
      expect(await words(stage)).to.equal(after);
      expect(await stage.latchkey.getFunction("isLive").staticCall(principal, roaming.address)).to.equal(true);
    }
    const only = [{ ...listed[0]!, chainId: here.chain.chainId }];
    const forHere = await wallet.signTypedData(domainOnChains(here.domain), REGISTER_SESSION_ON_CHAINS_TYPES, {
      ...message,
      chains: [{ chainId: here.chain.chainId, nonce: 1n, policy }],
    });
    const elsewhere = submit(there, "registerSessionOnChains", principal, grantOnBoth, deadline, only, forHere);
    await expectRefusal(elsewhere, "ChainNotListed", [there.chain.chainId]);

    const chains = stages.map(({ chain }) => chain.chainId);
    const burial = await wallet.signTypedData(domainOnChains(here.domain), REVOKE_SESSION_ON_CHAINS_TYPES, {
      ...{ principal, key: roaming.address, deadline, chains },
    });
    for (const stage of stages) {
      await submit(stage, "revokeSessionOnChains", principal, roaming.address, deadline, chains, burial);
      expect(await stage.latchkey.getFunction("isLive").staticCall(principal, roaming.address)).to.equal(false);
    }
  });

  it("what is cancelled or ended on one is good on the other (ATK-122)", async () => {
    const deadline = granted.validUntil;
    const ends: [verb: string, ...args: unknown[]][] = [["cancelSignatures"], ["revokeAllSessions"]];
    for (const [i, [verb, ...args]] of ends.entries()) {
      const wallet = new Wallet(id(`a wallet that has second thoughts, ${verb}`), here.chain.ethers.provider);
      const principal = wallet.address;
      const key = secp256k1Key(id(`a key for two chains, ${verb}`));
      const grantOnBoth = { ...granted, key: key.address, publicKey: "0x", lane: BigInt(4 + i) };
      const stages = [here, there].sort((a, b) => Number(a.chain.chainId - b.chain.chainId));
      const entries = stages.map(({ chain }) => ({ chainId: chain.chainId, nonce: 0n, policy }));
      const { policyId, ...common } = grantOnBoth;
      const message = { principal, ...common, deadline, chains: entries };
      const domain = domainOnChains(here.domain);
      const signature = await wallet.signTypedData(domain, REGISTER_SESSION_ON_CHAINS_TYPES, message);
      const listed = entries.map(({ chainId, nonce }) => ({ chainId, nonce, policyId }));
      const attempt = (stage: Stage) =>
        submit(stage, "registerSessionOnChains", principal, grantOnBoth, deadline, listed, signature);
      const isLive = (stage: Stage) => stage.latchkey.getFunction("isLive").staticCall(principal, key.address);

      await here.chain.helpers.setBalance(principal, 10n ** 18n);
      await (
        await here.latchkey
          .connect(wallet)
          .getFunction(verb)
          .send(...args, GAS)
      ).wait();
      await expectRefusal(attempt(here), "InvalidPrincipalSignature", [principal]);
      await attempt(there);
      expect([await isLive(here), await isLive(there)]).to.deep.equal([false, true]);
      // Nor does what it was good for there make it good here.
      await expectRefusal(attempt(here), "InvalidPrincipalSignature", [principal]);
      await expectRefusal(attempt(there), "InvalidPrincipalSignature", [principal]);
    }
  });

  it("no signature of a wallet or a key for one is good on the other (ATK-02)", async () => {
    const wallet = walletOn(here);
    const principal = wallet.address;
    const deadline = granted.validUntil;
    const mute: [string, unknown[]] = ["InvalidPrincipalSignature", [principal]];

    const registration = await signRegistration(wallet, here.domain, { grant: granted, policy, nonce: 1n, deadline });
    await holdsHereOnly(
      (stage) => submit(stage, "registerSessionBySig", principal, granted, deadline, registration),
      mute,
    );

    // The same key, registered there too, under the same registration number.
    const twin = await signRegistration(walletOn(there), there.domain, { grant: granted, policy, nonce: 1n, deadline });
    await submit(there, "registerSessionBySig", principal, granted, deadline, twin);

    const data = ERC20.encodeFunctionData("transfer", [here.chain.stranger.address, 5n]);
    const common = { principal, nonce: 0n, minGas: 0n, validUntil: deadline, registration: granted.validAfter };
    const message = { ...common, target: token, data };
    const signature = signForward(key, here.domain, message);
    const forward = async (stage: Stage) => {
      const sender = stage.forwarder.connect(stage.chain.relayer).getFunction("forwardBySig");
      return (await sender.send(principal, token, data, 0n, 0n, signature, GAS)).wait();
    };
    await holdsHereOnly(forward, ["InvalidSessionSignature", [key.address]]);

    const revocation = await signRevocation(wallet, here.domain, { key: key.address, deadline });
    await holdsHereOnly(
      (stage) => submit(stage, "revokeSessionBySig", principal, key.address, deadline, revocation),
      mute,
    );
    expect(await here.latchkey.getFunction("isLive").staticCall(principal, key.address)).to.equal(false);
    expect(await there.latchkey.getFunction("isLive").staticCall(principal, key.address)).to.equal(true);

    const end = await signRevokeAll(wallet, here.domain, { generation: 0, deadline });
    await holdsHereOnly((stage) => submit(stage, "revokeAllSessionsBySig", principal, 0, deadline, end), mute);
    const endThere = await signRevokeAll(walletOn(there), there.domain, { generation: 0, deadline });
    await submit(there, "revokeAllSessionsBySig", principal, 0, deadline, endThere);
    expect(await there.latchkey.getFunction("isLive").staticCall(principal, key.address)).to.equal(false);
  });
});
