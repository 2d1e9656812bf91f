import { expect } from "chai";
import { createClient, createWalletClient, custom, type Address, type Hex, type LocalAccount } from "viem";
import { getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import {
  balanceOf,
  type ClientStage,
  FEES,
  openClientStage,
  refusal,
  transfer,
  transferPolicy,
} from "../support/client/clientStage.ts";

/** An account that counts what it is asked to sign. */
function counting<account extends LocalAccount>(account: account): account & { asked: string[] } {
  const asked: string[] = [];
  const counted = <name extends "signTypedData" | "signMessage" | "signTransaction">(name: name) =>
    ((...args: never[]) => {
      asked.push(name);
      return (account[name] as (...args: never[]) => unknown)(...args);
    }) as account[name];
  return {
    ...account,
    asked,
    signTypedData: counted("signTypedData"),
    signMessage: counted("signMessage"),
    signTransaction: counted("signTransaction"),
  };
}

describe("A grant on first use", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => stage.world.connection.close());

  const statusOf = async (principal: Address, key: { address: Address }) =>
    (await client.getSession({ principal, key: key.address })).status;

  /** A smart account, its owner and its policy. */
  async function smart() {
    const owner = counting(await stage.funded());
    const principal = await stage.account(owner.address);
    const token = await stage.token(principal);
    const policy = transferPolicy(token);
    await client.publishPolicySync({ policy, account: relayer });
    await stage.world.helpers.setBalance(principal, 10n ** 19n);
    return { owner, principal, token, policy };
  }

  it("registers and acts in one relayed transaction, for one signature of the owner", async () => {
    const { owner, principal, token, policy } = await smart();
    for (const kind of ["secp256k1", "p256"] as const) {
      const key = await stage.key(kind);
      const lane = kind === "p256" ? 1n : 0n;
      const act = { principal, key, calls: [transfer(token, 7n)], relayer, grant: { policy, account: owner, lane } };
      const sent = await client.sendSessionCallsSync(act);
      expect(sent.route).to.equal("relayed");
      expect(await statusOf(principal, key)).to.equal("Active");
      // It is there: nobody is asked again.
      await client.sendSessionCallsSync(act);
    }
    expect(owner.asked).to.deep.equal(["signTypedData", "signTypedData"]);
    expect(await balanceOf(client, token)).to.equal(28n);
  });

  it("registers and acts in one operation", async () => {
    const { owner, principal, token, policy } = await smart();
    const key = await stage.key();
    const act = { principal, key, calls: [transfer(token, 7n)], bundler: relayer, grant: { policy, account: owner } };
    const sent = await client.sendSessionCallsSync({ ...act, operation: FEES });
    expect(sent.route).to.equal("userOperation");
    expect(await statusOf(principal, key)).to.equal("Active");
    await client.sendSessionCallsSync({ ...act, operation: FEES });
    expect(owner.asked).to.deep.equal(["signTypedData"]);
    expect(await balanceOf(client, token)).to.equal(14n);
  });
});
