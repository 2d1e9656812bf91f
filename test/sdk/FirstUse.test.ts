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
import { FAMILIES, openForeign } from "../support/chain/foreignAccounts.ts";
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

    it("of calls that are made at once, the first", async () => {
      for (const how of ["relayer", "bundler"] as const) {
        const { owner, principal, token, policy } = await smart();
        const grant = { policy, account: owner };
        const act = { principal, key: await stage.key(), [how]: relayer, operation: FEES, grant };
        const each = [1n, 2n, 4n].map((amount) =>
          client.sendSessionCallsSync({ ...act, calls: [transfer(token, amount)] }),
        );
        await Promise.all(each);
        expect(owner.asked).to.deep.equal(["TypedDataSign"]);
        expect(await balanceOf(client, token)).to.equal(7n);
      }
    });

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

  for (const family of FAMILIES) {
    it(`an account of another team: ${family.name}`, async () => {
      const { account, signature } = await openForeign(stage.world, family, stage.deployment.latchkey);
      const { principal, token, policy } = await furnished(account as Address);
      for (const how of ["relayer", "bundler"] as const) {
        const key = await stage.key();
        const validAfter = Number((await getBlock(client)).timestamp);
        const validUntil = validAfter + 3_599;
        const lane = how === "relayer" ? 0n : 1n;
        const grant = {
          grant: {
            ...{ key: key.address, publicKey: "0x" as const, policyId: sdk.hashPolicy(policy), validAfter, validUntil },
            ...{ maxCalls: 5, lane, replaces: zeroAddress },
          },
          deadline: BigInt(validUntil),
          signature: signature as Hex,
        };
        const act = { principal, key, calls: [transfer(token, 7n)], [how]: relayer, operation: FEES, grant };
        await client.sendSessionCallsSync({ ...act, entryPointVersion: "0.7" });
        expect(await statusOf(principal, key)).to.equal("Active");
      }
      expect(await balanceOf(client, token)).to.equal(14n);
    });
  }

  for (const form of ["standalone", "7702"] as const) {
    it(`an account that is not there yet (${form}) registers in its owner's first operation, for the same popup`, async () => {
      const owner = counting(await stage.funded());
      const deploy = async (name: string) => {
        const args = [sdk.entryPoints["0.9"].address, stage.deployment.latchkey];
        return (await (await stage.world.ethers.deployContract(name, args)).getAddress()) as Address;
      };
      const account = await (form === "7702"
        ? sdk.toOwner7702SmartAccount({ client, owner, delegate: await deploy("LatchkeyAccount7702") })
        : sdk.toOwnerSmartAccount({ client, owner, factory: await deploy("LatchkeyAccountFactory") }));
      await stage.world.helpers.setBalance(account.address, parseEther("10"));
      const token = await stage.token(account.address);
      const key = await stage.key();
      const family = form === "7702" ? ("latchkeyAccount7702" as const) : undefined;
      const { deployment } = stage;
      const act = async () => {
        const before = await sdk.installCalls(client, { account: account.address, deployment, family });
        const grant = { policy: transferPolicy(token), account, before };
        const calls = [transfer(token, 7n)];
        return {
          principal: account.address,
          key,
          calls,
          bundler: relayer,
          operation: FEES,
          grant: { ...grant, operation: FEES },
        };
      };
      const sent = await client.sendSessionCallsSync(await act());
      expect(sent.route).to.equal("userOperation");
      await client.sendSessionCallsSync(await act());
      expect(await balanceOf(client, token)).to.equal(14n);
      // The one operation, which a wallet shows with its delegation.
      expect(owner.asked).to.deep.equal(["PackedUserOperation"]);
      expect(await statusOf(account.address, key)).to.equal("Active");
    });
  }

  describe("signed before, and brought by whoever has the key", () => {
    const signed = (fields: Parameters<typeof sdk.signSessionGrant>[1]) =>
      sdk.signSessionGrant(client, { deployment: stage.deployment, ...fields });
    /** The same registration, by a stranger. */
    const bringAs = (stranger: LocalAccount, principal: Address, { grant, deadline, signature }: sdk.SignedGrant) => {
      const args = [principal, grant, deadline, signature] as const;
      const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: "registerSessionBySig", args });
      return sendTransaction(client, { account: stranger, chain: hardhat, to: stage.deployment.latchkey, data });
    };

    it("needs no owner any more, and survives being stored", async () => {
      const { owner, principal, token, policy } = await smart();
      const key = await stage.key("p256");
      const grant = await signed({ principal, account: owner, key, policy });
      const stored = JSON.stringify(grant, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
      const read = JSON.parse(stored, (_, value: unknown) =>
        typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
      ) as sdk.SignedGrant;
      await client.sendSessionCallsSync({ principal, key, calls: [transfer(token, 7n)], relayer, grant: read });
      expect(await balanceOf(client, token)).to.equal(7n);
      expect(owner.asked).to.deep.equal(["TypedDataSign"]);
    });

    it("a stranger who brings it first spoils nothing, before it is sent and on its way (ATK-121)", async () => {
      for (const how of ["relayer", "bundler"] as const) {
        const { owner, principal, token, policy } = await smart();
        const key = await stage.key();
        const grant = await signed({ principal, account: owner, key, policy });
        const stranger = await stage.funded();
        const act = { principal, key, calls: [transfer(token, 7n)], grant, operation: FEES };
        let hurried = false;
        // Between what the client is told and what it sends.
        const hasty = createClient({
          ...{ chain: hardhat, pollingInterval: 20, cacheTime: 0 },
          transport: custom(
            {
              request: async (asked) => {
                const { method } = asked as { method: string };
                if (!hurried && /^eth_sendRawTransaction$/.test(method)) {
                  hurried = true;
                  await bringAs(stranger, principal, grant);
                }
                return stage.world.provider.request(asked as never);
              },
            },
            { retryCount: 0 },
          ),
        }).extend(sdk.sessionActions({ deployment: stage.deployment }));
        const { hash } = await hasty.sendSessionCallsSync({ ...act, [how]: relayer });
        expect(hurried).to.equal(true);
        expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
        expect(await balanceOf(client, token)).to.equal(7n);
        const { size, ...later } = {
          size: await inputSize(hash),
          hash: (await client.sendSessionCallsSync({ ...act, [how]: relayer })).hash,
        };
        expect(size).to.be.above((await inputSize(later.hash)) + 88);
      }
    });

    it("is refused past its deadline, past its session's end, and where it is cut or changed", async () => {
      const { owner, principal, token, policy } = await smart();
      const key = await stage.key();
      const now = Number((await getBlock(client)).timestamp);
      const act = { principal, key, calls: [transfer(token, 7n)], relayer };
      const grant = await signed({ principal, account: owner, key, policy, deadline: now + 100 });
      const changed: [name: string, grant: sdk.SignedGrant, code: string, words: RegExp][] = [
        [
          "no signature",
          { ...grant, signature: "0x" },
          "SESSION_OPERATION_REJECTED",
          /1 to 4096 bytes.*\n*.*Given: 0 bytes/s,
        ],
        [
          "too long",
          { ...grant, signature: `0x${"5e".repeat(4_097)}` },
          "SESSION_OPERATION_REJECTED",
          /Given: 4097 bytes/,
        ],
        [
          "cut",
          { ...grant, signature: slice(grant.signature, 1) },
          "SESSION_INVALID_SIGNATURE",
          /InvalidPrincipalSignature/,
        ],
        [
          "prolonged",
          { ...grant, signature: concatHex([grant.signature, "0x00"]) },
          "SESSION_INVALID_SIGNATURE",
          /InvalidPrincipalSignature/,
        ],
        [
          "longer",
          { ...grant, grant: { ...grant.grant, validUntil: grant.grant.validUntil + 1 } },
          "SESSION_INVALID_SIGNATURE",
          /InvalidPrincipalSignature/,
        ],
        ["another key", grant, "SESSION_INVALID_SIGNATURE", /InvalidPrincipalSignature/],
        [
          "at any start",
          { ...grant, grant: { ...grant.grant, validAfter: 0 } },
          "SESSION_OPERATION_REJECTED",
          /names the second.*Given: 0/s,
        ],
      ];
      for (const [name, given, code, words] of changed) {
        const by = name === "another key" ? await stage.key() : key;
        const own = { ...given, grant: { ...given.grant, key: by.address } };
        const error = await refusal(client.sendSessionCallsSync({ ...act, key: by, grant: own }));
        expect([name, error.code]).to.deep.equal([name, code]);
        expect(error.message, name).to.match(words);
        expect(error.message, name).to.not.contain(grant.signature.slice(2));
        expect(await statusOf(principal, by)).to.equal("None");
      }
      await stage.world.helpers.time.increaseTo(now + 101);
      const late = await refusal(client.sendSessionCallsSync({ ...act, grant }));
      expect(late).to.include({ code: "SESSION_DEADLINE_PASSED", name: "OperationWindowError" });
      await stage.world.helpers.time.increaseTo(grant.grant.validUntil + 1);
      const over = await refusal(client.sendSessionCallsSync({ ...act, grant }));
      expect(over.message).to.contain("ValidUntilPassed");
    });

    it("meets a lane that somebody else has filled in between", async () => {
      for (const how of ["relayer", "bundler"] as const) {
        const { owner, principal, token, policy } = await smart();
        const [key, other] = [await stage.key(), await stage.key()];
        const grant = await signed({ principal, account: owner, key, policy, replaces: zeroAddress });
        // Another device of the owner, in the same lane.
        await client.registerSessionSync({ ...(await byOwner(principal, owner)), key: other, policy });
        const act = { principal, key, calls: [transfer(token, 7n)], [how]: relayer, operation: FEES };
        const error = await refusal(client.sendSessionCallsSync({ ...act, grant }));
        expect(error.message).to.contain("LaneOccupied").and.contain(other.address);
        expect([await statusOf(principal, key), await statusOf(principal, other)]).to.deep.equal(["None", "Active"]);
      }
    });
  });

  describe("refused before the owner is asked", () => {
    it("calls that the policy does not allow, a lane that is occupied, a key that is dead, a policy that nobody published", async () => {
      const { owner, principal, token, policy } = await smart();
      const key = await stage.key();
      const act = { principal, key, relayer, operation: FEES };
      const grant = { policy, account: owner };
      const calls = [transfer(token, 7n)];
      const refused = async (fields: Partial<sdk.SendSessionCallsParameters>, code: string, words: string) => {
        const error = await refusal(client.sendSessionCallsSync({ ...act, calls, grant, ...fields }));
        expect(error.code, error.message).to.equal(code);
        expect(error.message).to.contain(words);
      };
      for (const how of [{}, { relayer: undefined, bundler: relayer }]) {
        const above = [transfer(token, 101n)];
        await refused({ ...how, calls: above }, "SESSION_SPEND_CAP_EXCEEDED", "SpendCapExceeded");
        const elsewhere = [{ to: principal, data: "0x12345678" as const }];
        await refused({ ...how, calls: elsewhere }, "SESSION_TARGET_FORBIDDEN", "TargetForbidden");
        const unknown = { ...grant, policy: transferPolicy(token, { app: "nobody.example" }) };
        await refused({ ...how, grant: unknown }, "SESSION_CREATION_FAILED", "PolicyNotPublished");
        await refused({ ...how, grant: { ...grant, validAfter: 0 } }, "SESSION_OPERATION_REJECTED", "Given: 0");
        await refused({ ...how, grant: { ...grant, maxCalls: 21 } }, "SESSION_CREATION_FAILED", "MaxCallsOutOfBounds");
      }
      await refused(
        { relayer: undefined },
        "SESSION_OPERATION_REJECTED",
        "Route direct brings no grant: give a bundler or a relayer, or register first.",
      );
      const other = await stage.key();
      const own = await byOwner(principal, owner);
      await client.registerSessionSync({ ...own, key: other, policy });
      await refused({}, "SESSION_CREATION_FAILED", "LaneOccupied");
      await client.revokeSessionSync({ ...own, key: key.address });
      await refused({}, "SESSION_REVOKED", "SessionAlreadyRevoked");
      expect(owner.asked.filter((asked) => asked === "TypedDataSign")).to.deep.equal([]);
      expect(await balanceOf(client, token)).to.equal(0n);
    });
  });

  describe("explained before it is registered", () => {
    it("as the chain says once it is: what decides, what is refused, and that the grant itself would be", async () => {
      const { owner, principal, token, policy } = await smart();
      const key = await stage.key();
      const signing = { principal, account: owner, key, policy, deployment: stage.deployment };
      const signed = await sdk.signSessionGrant(client, signing);
      const asked = { principal, key: key.address, route: "relayed" as const, calls: [transfer(token, 7n)] };
      expect((await client.explainCalls(asked)).error!.code).to.equal("SESSION_NOT_REGISTERED");
      for (const grant of [{ policy }, signed]) {
        for (const route of ["relayed", "redeemed", "userOperation"] as const) {
          const said = await client.explainCalls({ ...asked, route, grant });
          expect(said.error, route).to.equal(undefined);
          expect(said).to.deep.include({ allowed: true, index: 1 });
          expect(said.decided).to.deep.equal([{ permission: 0, alternative: { number: 1, of: 1 } }]);
        }
        const above = await client.explainCalls({ ...asked, calls: [transfer(token, 101n)], grant });
        expect([above.allowed, above.error!.code]).to.deep.equal([false, "SESSION_SPEND_CAP_EXCEEDED"]);
        const second = [transfer(token, 1n), { to: principal, data: "0x12345678" as const }];
        const refused = await client.explainCalls({ ...asked, calls: second, grant });
        expect(refused).to.include({ allowed: false, index: 1 });
        expect(refused.error!.code).to.equal("SESSION_TARGET_FORBIDDEN");
        const direct = await refusal(client.explainCalls({ ...asked, route: "direct", grant }));
        expect(direct.message).to.contain("Route direct brings no grant");
      }
      expect(await statusOf(principal, key)).to.equal("None");
      expect(owner.asked).to.deep.equal(["TypedDataSign"]);
      const late = await sdk.signSessionGrant(client, { ...signing, deadline: signed.grant.validAfter });
      for (const [grant, name] of [
        [{ ...signed, signature: slice(signed.signature, 1) }, "InvalidPrincipalSignature"],
        [late, "GrantDeadlinePassed"],
      ] as const) {
        const said = await client.explainCalls({ ...asked, grant });
        expect(said).to.include({ allowed: false, index: 1 });
        expect(said.error!.message).to.contain(name);
      }
      const own = await byOwner(principal, owner);
      const other = await stage.key();
      await client.registerSessionSync({ ...own, key: other, policy });
      const occupied = await client.explainCalls({ ...asked, grant: signed });
      expect(occupied).to.include({ allowed: false, index: 1 });
      expect(occupied.error!.message).to.contain("LaneOccupied").and.contain(other.address);
      // Once it is there, the grant changes nothing.
      const there = { ...asked, key: other.address, grant: { policy } };
      expect((await client.explainCalls(there)).allowed).to.equal(true);
    });

    it("not by a node that does not say what a grant would change: nothing is signed, and nothing shown", async () => {
      const { owner, principal, token, policy } = await smart();
      const key = await stage.key();
      const strict = createClient({
        ...{ chain: hardhat, pollingInterval: 20, cacheTime: 0 },
        transport: custom(
          {
            // Leaves out what it does not know.
            request: ({ method, params }: { method: string; params?: unknown[] }) =>
              stage.world.provider.request({
                method,
                params: method === "eth_call" ? params!.slice(0, 2) : params,
              } as never),
          },
          { retryCount: 0 },
        ),
      }).extend(sdk.sessionActions({ deployment: stage.deployment }));
      const act = { principal, key, calls: [transfer(token, 7n)], relayer, grant: { policy, account: owner } };
      const error = await refusal(strict.sendSessionCallsSync(act));
      expect(error.shortMessage).to.equal("The node does not say what a grant would change: register first.");
      expect(owner.asked).to.deep.equal([]);
      const { key: _whole, grant, ...rest } = act;
      const said = await refusal(strict.explainCalls({ ...rest, key: key.address, route: "relayed", grant }));
      expect(said.message).to.equal(error.message);
    });
  });

  /** The owner's own operations, bundled by themselves. */
  const byOwner = async (principal: Address, owner: LocalAccount) => ({
    account: await sdk.toOwnerSmartAccount({ client, owner, address: principal }),
    ...{ bundler: relayer, operation: FEES },
  });

  const inputSize = async (hash: Hex) =>
    (await client.request({ method: "eth_getTransactionByHash", params: [hash] }))!.input.length / 2;
});
