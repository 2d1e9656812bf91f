import { expect } from "chai";
import {
  type Address,
  concatHex,
  createClient,
  custom,
  encodeFunctionData,
  type Hex,
  type LocalAccount,
  parseEther,
  slice,
  zeroAddress,
} from "viem";
import { getBlock, getTransactionCount, getTransactionReceipt, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
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
import { feedAbi } from "../support/client/sessionClient.ts";

const VERSIONS = ["0.7", "0.8", "0.9"] as const;

/** An account that keeps what it is asked to sign, by the name of the primary type. */
function counting<account extends LocalAccount>(account: account): account & { asked: string[] } {
  const asked: string[] = [];
  return {
    ...account,
    asked,
    signTypedData: ((typed: { primaryType: string }) => {
      asked.push(typed.primaryType);
      return account.signTypedData(typed as never);
    }) as account["signTypedData"],
    signMessage: ((message: never) => {
      asked.push("message");
      return account.signMessage(message);
    }) as account["signMessage"],
    signTransaction: ((transaction: never) => {
      asked.push("transaction");
      return account.signTransaction(transaction);
    }) as account["signTransaction"],
  };
}

describe("A grant on first use", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
  });
  after(() => stage.world.connection.close());

  const statusOf = async (principal: Address, key: { address: Address }) =>
    (await client.getSession({ principal, key: key.address })).status;
  const sentBy = (account: LocalAccount) => getTransactionCount(client, account);

  /** A smart account on an EntryPoint, its owner and a published policy. */
  async function smart(version: sdk.EntryPointVersion = "0.9") {
    const owner = counting(await stage.funded());
    const principal = await stage.account(owner.address, { entryPoint: sdk.entryPoints[version].address });
    return { owner, ...(await furnished(principal)) };
  }

  async function furnished(principal: Address) {
    const token = await stage.token(principal);
    const policy = transferPolicy(token);
    await client.publishPolicySync({ policy, account: relayer });
    await stage.world.helpers.setBalance(principal, parseEther("10"));
    return { principal, token, policy };
  }

  /** A wallet that has delegated to the project's code, with Latchkey installed. */
  async function delegated(version: sdk.EntryPointVersion) {
    const owner = await stage.funded();
    const entryPoint = sdk.entryPoints[version].address;
    const code = await stage.world.ethers.deployContract("LatchkeyAccount7702", [
      entryPoint,
      stage.deployment.latchkey,
    ]);
    const delegate = (await code.getAddress()) as Address;
    await client.delegateWalletSync({ account: owner, delegate });
    return { owner: counting(owner), ...(await furnished(owner.address)) };
  }

  /** A wallet without code, and a policy for a feed that trusts the forwarder. */
  async function plain() {
    const wallet = counting(await stage.funded(0n));
    const contract = await stage.world.ethers.deployContract("SocialFeed", [
      stage.deployment.forwarder,
      wallet.address,
      280,
    ]);
    const feed = (await contract.getAddress()) as Address;
    const policy = sdk.definePolicy({
      ...{ app: "feed.example", maxDuration: 86_400, maxCalls: 20 },
      permissions: [sdk.contract({ address: feed, abi: feedAbi, methods: { post: {} } })],
    });
    await client.publishPolicySync({ policy, account: relayer });
    const post = { to: feed, abi: feedAbi, functionName: "post", args: ["gm"] };
    return { wallet, feed, policy, post };
  }

  describe("one signature and one transaction", () => {
    for (const kind of ["secp256k1", "p256"] as const) {
      it(`relayed, with a ${kind} key; asked again, nobody signs and nothing is brought`, async () => {
        const { owner, principal, token, policy } = await smart();
        const key = await stage.key(kind);
        const before = await sentBy(relayer);
        const act = { principal, key, calls: [transfer(token, 7n)], relayer, grant: { policy, account: owner } };
        const sent = await client.sendSessionCallsSync(act);
        expect(sent.route).to.equal("relayed");
        expect([await statusOf(principal, key), await sentBy(relayer)]).to.deep.equal(["Active", before + 1]);
        const again = await client.sendSessionCallsSync(act);
        expect(await inputSize(sent.hash)).to.be.above((await inputSize(again.hash)) + 88);
        expect(owner.asked).to.deep.equal(["TypedDataSign"]);
        expect(await balanceOf(client, token)).to.equal(14n);
      });
    }

    it("forwarded, of a wallet that has never sent anything", async () => {
      const { wallet, policy, post } = await plain();
      const key = sdk.generateSecp256k1SessionKey();
      const before = await sentBy(relayer);
      const act = { principal: wallet.address, key, calls: [post], relayer, grant: { policy, account: wallet } };
      expect((await client.sendSessionCallsSync(act)).route).to.equal("forwarded");
      expect(await sentBy(relayer)).to.equal(before + 1);
      await client.sendSessionCallsSync(act);
      expect(wallet.asked).to.deep.equal(["RegisterSession"]);
      const { callsLeft } = await client.getSession({ principal: wallet.address, key: key.address });
      expect(callsLeft).to.equal(18);
    });

    for (const version of VERSIONS) {
      for (const form of ["the project's account", "an EIP-7702 wallet"] as const) {
        it(`an operation of ${form} on EntryPoint ${version}`, async () => {
          const { owner, principal, token, policy } = await (form === "an EIP-7702 wallet"
            ? delegated(version)
            : smart(version));
          for (const kind of ["secp256k1", "p256"] as const) {
            const key = await stage.key(kind);
            const grant = { policy, account: owner, replaces: sdk.ANY_KEY };
            const act = { principal, key, calls: [transfer(token, 7n)], bundler: relayer, operation: FEES, grant };
            const before = await sentBy(relayer);
            expect((await client.sendSessionCallsSync(act)).route).to.equal("userOperation");
            expect(await sentBy(relayer)).to.equal(before + 1);
            await client.sendSessionCallsSync(act);
          }
          expect(owner.asked).to.have.length(2);
          expect(await balanceOf(client, token)).to.equal(28n);
        });
      }
    }
  });

  const inputSize = async (hash: Hex) =>
    (await client.request({ method: "eth_getTransactionByHash", params: [hash] }))!.input.length / 2;
});
