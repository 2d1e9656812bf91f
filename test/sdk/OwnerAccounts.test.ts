import { expect } from "chai";
import fc from "fast-check";
import { Wallet } from "ethers";
import {
  concatHex,
  hashMessage,
  hashTypedData,
  http,
  parseAbi,
  parseEther,
  type Address,
  type Hex,
  type LocalAccount,
  type TypedDataDefinition,
} from "viem";
import { createBundlerClient, type SmartAccount } from "viem/account-abstraction";
import { getCode, getTransactionReceipt, readContract } from "viem/actions";
import { hardhat } from "viem/chains";
import { signNested } from "../support/reference/nestedSignature.ts";
import * as sdk from "../../sdk/src/index.ts";
import { latchkeyAccount7702Abi } from "../../sdk/src/generated/abi/latchkeyAccount7702Abi.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";
import {
  balanceOf,
  FEES,
  FRIEND,
  mined,
  openClientStage,
  refusal,
  transfer,
  transferPolicy,
  type ClientStage,
} from "../support/client/clientStage.ts";
import { seeded } from "../support/fuzz.ts";

const VERSIONS = ["0.7", "0.8", "0.9"] as const;
const erc1271Abi = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);

describe("The client for the owner of an account", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let server: Awaited<ReturnType<typeof serveBundler>>;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
    server = await serveBundler(stage, await stage.funded());
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    await server.close();
    await stage.world.connection.close();
  });

  /** The factory and the EIP-7702 code on an EntryPoint. */
  const codeOn = async (version: sdk.EntryPointVersion) => {
    const entryPoint = sdk.entryPoints[version].address;
    const deploy = async (name: "LatchkeyAccountFactory" | "LatchkeyAccount7702") => {
      const contract = await stage.world.ethers.deployContract(name, [entryPoint, stage.deployment.latchkey]);
      return (await contract.getAddress()) as Address;
    };
    return version === "0.9"
      ? sdk.latchkeyAccounts
      : { factory: await deploy("LatchkeyAccountFactory"), delegate: await deploy("LatchkeyAccount7702") };
  };
  const bundlerClient = () =>
    createBundlerClient({
      client,
      chain: hardhat,
      transport: http(server.url, { retryCount: 0 }),
      pollingInterval: 20,
    });
  /** Its account with money for gas; nothing is deployed or delegated yet. */
  const open = async (form: "standalone" | "7702", version: sdk.EntryPointVersion = "0.9") => {
    const code = await codeOn(version);
    const owner = await stage.funded();
    const account = await (form === "7702"
      ? sdk.toOwner7702SmartAccount({ client, owner, delegate: code.delegate })
      : sdk.toOwnerSmartAccount({ client, owner, factory: code.factory }));
    await stage.world.helpers.setBalance(account.address, parseEther("10"));
    const family = form === "7702" ? ("latchkeyAccount7702" as const) : undefined;
    const before = () => sdk.installCalls(client, { account: account.address, deployment: stage.deployment, family });
    return { owner, account, before, token: await stage.token(account.address) };
  };
  const statusOf = async (principal: Address, key: { address: Address }) =>
    (await client.getSession({ principal, key: key.address })).status;

  for (const version of VERSIONS) {
    for (const form of ["standalone", "7702"] as const) {
      const name = form === "7702" ? "an EIP-7702 wallet" : "the project's account";
      for (const how of ["a bundler", "an account that bundles by itself"] as const) {
        it(`EntryPoint ${version}, ${name}, ${how}: one operation creates, installs, publishes and registers`, async () => {
          const { account, before, token } = await open(form, version);
          expect(await account.isDeployed()).to.equal(false);
          const bundler = how === "a bundler" ? bundlerClient() : relayer;
          const owner = { account, bundler, operation: FEES };
          const key = await stage.key("p256");
          const policy = transferPolicy(token);
          const { hash } = await client.registerSessionSync({ ...owner, key, policy, before: await before() });
          expect((await getTransactionReceipt(client, { hash })).to).to.equal(
            sdk.entryPoints[version].address.toLowerCase(),
          );
          expect(await account.isDeployed()).to.equal(true);
          expect(await before()).to.deep.equal([]);
          expect(await statusOf(account.address, key)).to.equal("Active");
          const act = { principal: account.address, key, bundler, operation: FEES };
          const sent = await client.sendSessionCallsSync({ ...act, calls: [transfer(token, 7n)] });
          expect(sent.route).to.equal("userOperation");
          expect(await balanceOf(client, token)).to.equal(7n);

          // The second operation of the owner finds the account there.
          await client.revokeSessionSync({ ...owner, key: key.address });
          expect(await statusOf(account.address, key)).to.equal("Revoked");
          const next = await stage.key();
          await client.registerSessionSync({ ...owner, key: next, policy });
          await client.revokeAllSessionsSync(owner);
          expect(await statusOf(account.address, next)).to.equal("Revoked");
        });
      }

      it(`EntryPoint ${version}, ${name}: its owner only signs, and a relayer registers and revokes`, async () => {
        const { account, before, token } = await open(form, version);
        const first = await stage.key();
        const owner = { account, bundler: relayer, operation: FEES };
        const policy = transferPolicy(token);
        await client.registerSessionSync({ ...owner, key: first, policy, before: await before() });
        const nonce = await account.getNonce();
        const [key, other] = [await stage.key("p256"), await stage.key()];
        await client.registerSessionSync({ account, relayer, key, policy, lane: 1n });
        await client.registerSessionSync({ account, relayer, key: other, policy, lane: 2n });
        const { hash } = await client.sendSessionCallsSync({
          principal: account.address,
          key,
          route: "relayed",
          calls: [transfer(token, 3n)],
          relayer,
        });
        expect(await mined(client, hash)).to.equal(true);
        await client.revokeSessionSync({ account, relayer, key: key.address });
        expect(await statusOf(account.address, key)).to.equal("Revoked");
        expect(await statusOf(account.address, other)).to.equal("Active");
        await client.revokeAllSessionsSync({ account, relayer });
        expect(await statusOf(account.address, other)).to.equal("Revoked");
        expect(await account.getNonce()).to.equal(nonce);
      });
    }
  }

  it("sends nothing of a refused operation, and says why as the chain does", async () => {
    const { account, before, token } = await open("standalone");
    const owner = { account, operation: FEES };
    const policy = transferPolicy(token);
    const first = await stage.key();
    await client.registerSessionSync({ ...owner, bundler: relayer, key: first, policy, before: await before() });
    const second = await stage.key();
    for (const bundler of [bundlerClient(), relayer]) {
      const [nonce, balance] = [
        await account.getNonce(),
        await client.request({ method: "eth_getBalance", params: [relayer.address, "latest"] }),
      ];
      const taken = await refusal(client.registerSessionSync({ ...owner, bundler, key: second, policy }));
      expect(taken).to.include({ errorName: "LaneOccupied" }).and.include({ code: "SESSION_CREATION_FAILED" });
      expect(await account.getNonce()).to.equal(nonce);
      expect(await client.request({ method: "eth_getBalance", params: [relayer.address, "latest"] })).to.equal(balance);
      expect(await statusOf(account.address, second)).to.equal("None");
    }
    // Somebody who is not the owner.
    const thief = await stage.funded();
    const stolen = await sdk.toOwnerSmartAccount({ client, owner: thief, address: account.address });
    for (const bundler of [bundlerClient(), relayer]) {
      const sent = await client.request({ method: "eth_getTransactionCount", params: [relayer.address, "latest"] });
      const error = await refusal(client.revokeAllSessionsSync({ account: stolen, bundler, operation: FEES }));
      expect(error).to.be.instanceOf(sdk.EntryPointError).and.include({ aaCode: "AA24" });
      expect(error.code).to.equal("SESSION_INVALID_SIGNATURE");
      expect(await client.request({ method: "eth_getTransactionCount", params: [relayer.address, "latest"] })).to.equal(
        sent,
      );
    }
    // With the gas named nobody estimates: the operation is mined, and fails there.
    const named = { ...FEES, callGasLimit: 500_000n, verificationGasLimit: 300_000n, preVerificationGas: 100_000n };
    const failed = client.registerSessionSync({ ...owner, operation: named, bundler: relayer, key: second, policy });
    expect(await refusal(failed)).to.include({ errorName: "LaneOccupied" });
    const noBundler = await refusal(client.revokeSessionSync({ account, key: first.address }));
    expect(noBundler.code).to.equal("SESSION_OPERATION_REJECTED");
    expect(noBundler.shortMessage).to.contain("needs a bundler");
    expect(await statusOf(account.address, first)).to.equal("Active");
  });

  it("believes no bundler that answers with another operation", async () => {
    const { account, before, token } = await open("standalone");
    const key = await stage.key();
    const parameters = { account, operation: FEES, key, policy: transferPolicy(token), before: await before() };
    const honest = bundlerClient();
    const other = `0x${"11".repeat(32)}` as Hex;
    const lying = { ...honest, sendUserOperation: async () => other } as unknown as typeof honest;
    const lie = await refusal(client.registerSessionSync({ ...parameters, bundler: lying }));
    expect(lie).to.be.instanceOf(sdk.BundlerMismatchError).and.include({ code: "SESSION_BUNDLER_MISMATCH" });
    expect(lie).to.include({ claimed: `operation ${other}`, transactionHash: undefined });
    expect(await statusOf(account.address, key)).to.equal("None");
    // A transaction that is mined, and in which the operation is not.
    const { hash: unrelated } = await client.publishPolicySync({ policy: transferPolicy(token), account: relayer });
    const receipt = { success: true, receipt: { transactionHash: unrelated } };
    const misleading = { ...honest, getUserOperationReceipt: async () => receipt } as unknown as typeof honest;
    const misled = await refusal(client.registerSessionSync({ ...parameters, bundler: misleading }));
    expect(misled).to.be.instanceOf(sdk.BundlerMismatchError);
    expect(misled.shortMessage).to.contain("the receipt is another operation's");
    // The operation itself was mined all the same.
    expect(await statusOf(account.address, key)).to.equal("Active");
    const absurd = { ...FEES, verificationGasLimit: 3_000_001n };
    const costly = await refusal(client.revokeAllSessionsSync({ account, bundler: honest, operation: absurd }));
    expect(costly).to.be.instanceOf(sdk.BundlerMismatchError).and.include({ actual: "at most 3000000 gas" });
    expect(await statusOf(account.address, key)).to.equal("Active");
  });

  it("keeps lanes apart: an owner's operations in two lanes never wait for each other", async () => {
    const { owner, account, before, token } = await open("standalone");
    const policy = transferPolicy(token);
    const bundler = relayer;
    await client.registerSessionSync({
      account,
      bundler,
      operation: FEES,
      key: await stage.key(),
      policy,
      before: await before(),
    });
    const lanes = await Promise.all(
      [0n, 1n, 2n ** 32n - 1n].map((lane) => sdk.toOwnerSmartAccount({ client, owner, lane })),
    );
    const nonces = await Promise.all(lanes.map((each) => each.getNonce()));
    expect(nonces.map((nonce) => nonce >> 64n)).to.deep.equal([0n, 1n, 2n ** 32n - 1n]);
    expect(nonces.map((nonce) => BigInt.asUintN(64, nonce))).to.deep.equal([1n, 0n, 0n]);
    for (const lane of [-1n, 2n ** 32n]) {
      const error = await refusal(sdk.toOwnerSmartAccount({ client, owner, lane }));
      expect(error.metaMessages).to.include(`Given: ${lane}`);
    }
  });

  describe("signing as an account", () => {
    const definition = {
      domain: { name: "Shop", version: "7", chainId: 31_337, verifyingContract: FRIEND },
      types: {
        Order: [
          { name: "items", type: "Item[]" },
          { name: "note", type: "string" },
        ],
        Item: [
          { name: "id", type: "uint256" },
          { name: "maker", type: "Maker" },
        ],
        Maker: [{ name: "who", type: "address" }],
        Unused: [{ name: "nothing", type: "bytes" }],
      },
      primaryType: "Order",
      message: { items: [{ id: 1n, maker: { who: FRIEND } }], note: "two" },
    } as const;
    const deployed = async () => {
      const opened = await open("standalone");
      const { account, before, token } = opened;
      const bundler = relayer;
      await client.registerSessionSync({
        account,
        bundler,
        operation: FEES,
        key: await stage.key(),
        policy: transferPolicy(token),
        before: await before(),
      });
      return opened;
    };
    const isValid = async (account: SmartAccount, hash: Hex, signature: Hex) => {
      const call = { abi: erc1271Abi, address: account.address, functionName: "isValidSignature" } as const;
      return (await readContract(client, { ...call, args: [hash, signature] })) === "0x1626ba7e";
    };

    it("nests typed data and messages, so that they hold for that account and for no other of the same owner", async () => {
      const { owner, account } = await deployed();
      const second = await sdk.toOwnerSmartAccount({ client, owner, salt: `0x${"01".repeat(32)}` });
      await stage.world.helpers.setBalance(second.address, parseEther("1"));
      const key = await stage.key();
      const token = await stage.token(second.address);
      const register = { account: second, bundler: relayer, operation: FEES, key, policy: transferPolicy(token) };
      await client.registerSessionSync(register);
      const { Unused: _unused, ...types } = definition.types;
      const typed = { ...definition, types } as TypedDataDefinition;
      const signature = await account.signTypedData(typed as never);
      expect(await isValid(account, hashTypedData(typed), signature)).to.equal(true);
      expect(await isValid(second, hashTypedData(typed), signature)).to.equal(false);
      const signed = await account.signMessage({ message: "hello" });
      expect(await isValid(account, hashMessage("hello"), signed)).to.equal(true);
      expect(await isValid(account, hashMessage("hullo"), signed)).to.equal(false);
      expect(await isValid(second, hashMessage("hello"), signed)).to.equal(false);
    });

    it("takes a registration signed for one account of an owner for no other", async () => {
      const { owner, account } = await deployed();
      const second = await sdk.toOwnerSmartAccount({ client, owner, salt: `0x${"01".repeat(32)}` });
      await stage.world.helpers.setBalance(second.address, parseEther("1"));
      const token = await stage.token(second.address);
      const policy = transferPolicy(token);
      const operation = { bundler: relayer, operation: FEES };
      await client.registerSessionSync({ ...operation, account: second, key: await stage.key(), policy });
      const key = await stage.key();
      // The first account's signature over the second one's registration.
      const foreign = { ...second, signTypedData: account.signTypedData } as typeof second;
      const error = await refusal(client.registerSessionSync({ account: foreign, relayer, key, policy, lane: 1n }));
      expect(error)
        .to.include({ errorName: "InvalidPrincipalSignature" })
        .and.include({ code: "SESSION_INVALID_SIGNATURE" });
      for (const { address } of [account, second]) expect(await statusOf(address, key)).to.equal("None");
    });

    it("signs for an account with its owner's wallet alone, by what the account says of itself", async () => {
      const { owner, account, token } = await deployed();
      const principal = account.address;
      const key = await stage.key();
      await client.registerSessionSync({
        principal,
        account: owner,
        relayer,
        key,
        policy: transferPolicy(token),
        lane: 5n,
      });
      expect(await statusOf(principal, key)).to.equal("Active");
      await client.revokeSessionSync({ principal, account: owner, relayer, key: key.address });
      expect(await statusOf(principal, key)).to.equal("Revoked");
      // Somebody who is not the owner signs in vain.
      const stranger = await stage.funded();
      const stolen = await refusal(client.revokeAllSessionsSync({ principal, account: stranger, relayer }));
      expect(stolen.code).to.equal("SESSION_INVALID_SIGNATURE");
      // A contract that says nothing of itself.
      const mute = await refusal(client.revokeAllSessionsSync({ principal: token, account: owner, relayer }));
      expect(mute).to.be.instanceOf(sdk.InvalidWalletTypeError);
      expect(mute.shortMessage).to.contain("does not say how its owner signs");
    });

    it("refuses to sign for an account that is not there yet, and to act for another", async () => {
      const { account, owner, token } = await open("standalone");
      const key = await stage.key();
      const policy = transferPolicy(token);
      for (const signer of [{ account }, { account: owner, principal: account.address }]) {
        const error = await refusal(client.registerSessionSync({ ...signer, relayer, key, policy }));
        expect(error).to.be.instanceOf(sdk.InvalidWalletTypeError).and.include({ principal: account.address });
      }
      const both = client.registerSessionSync({
        account,
        relayer,
        key,
        policy,
        before: [{ to: account.address, data: "0x12345678" }],
      });
      expect((await refusal(both)).code).to.equal("SESSION_OPERATION_REJECTED");
      const apart = client.registerSessionSync({ account: owner, principal: account.address, key, policy });
      expect((await refusal(apart)).shortMessage).to.contain("acts through an operation");
      expect(await statusOf(account.address, key)).to.equal("None");
      expect(await getCode(client, { address: account.address })).to.equal(undefined);
      const named = await refusal(sdk.toOwnerSmartAccount({ client, owner, address: account.address }));
      expect(named.code).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
    });

    it("nests whatever types the contents have, as the other implementation does", async () => {
      const wallet = new Wallet(`0x${"42".repeat(32)}`);
      const names = fc.constantFrom("Apple", "Zebra", "middle", "B2", "_x");
      const leaves = fc.record({
        leaf: names,
        branch: names.map((name) => `Branch${name}`),
        value: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
        text: fc.string(),
        count: fc.integer({ min: 0, max: 3 }),
        account: fc.bigInt({ min: 1n, max: 2n ** 160n - 1n }),
      });
      await fc.assert(
        fc.asyncProperty(leaves, async ({ leaf, branch, value, text, count, account }) => {
          const types = {
            Root: [
              { name: "branches", type: `${branch}[]` },
              { name: "text", type: "string" },
            ],
            [branch]: [{ name: "leaf", type: leaf }],
            [leaf]: [{ name: "value", type: "uint256" }],
          };
          const message = { branches: Array.from({ length: count }, () => ({ leaf: { value } })), text };
          const domain = { name: "App", version: "1", chainId: 31_337, verifyingContract: FRIEND };
          const verifyingContract = `0x${account.toString(16).padStart(40, "0")}` as Address;
          const of = { name: "LatchkeyAccount", version: "1", chainId: 31_337n, verifyingContract };
          const sign = async ({ domain: each, types: all, message: contents }: TypedDataDefinition) => {
            const shown = all as unknown as Record<string, { name: string; type: string }[]>;
            return (await wallet.signTypedData(each as never, shown, contents as never)) as Hex;
          };
          const typed = { domain, types, primaryType: "Root", message } as unknown as TypedDataDefinition;
          const ours = await sdk.signNestedTypedData({ account: of, definition: typed, sign });
          expect(ours).to.equal(await signNested(wallet, of, domain, types, message));
        }),
        seeded("nested typed data", { numRuns: 60 }),
      );
    });
  });

  describe("with EIP-7702", () => {
    it("delegates and installs in one transaction of the wallet to itself", async () => {
      const wallet = await stage.funded();
      const { hash } = await client.delegateWalletSync({ account: wallet });
      expect((await getTransactionReceipt(client, { hash })).type).to.equal("eip7702");
      const code = concatHex(["0xef0100", sdk.latchkeyAccounts.delegate.toLowerCase() as Hex]);
      expect(await getCode(client, { address: wallet.address })).to.equal(code);
      const token = await stage.token(wallet.address);
      const key = await stage.key();
      // The wallet still sends transactions of its own.
      await client.registerSessionSync({ account: wallet, key, policy: transferPolicy(token) });
      const { route } = await client.sendSessionCallsSync({
        principal: wallet.address,
        key,
        calls: [transfer(token, 1n)],
      });
      expect(route).to.equal("direct");
      // A new epoch forgets the module.
      const epochOf = () =>
        readContract(client, { abi: latchkeyAccount7702Abi, address: wallet.address, functionName: "epoch" });
      const epoch = await epochOf();
      await client.delegateWalletSync({ account: wallet });
      expect(await epochOf()).to.not.equal(epoch);
    });

    it("installs what is missing of a wallet that is initialised, and does not initialise it again", async () => {
      const { account, owner } = await open("7702");
      await client.delegateWalletSync({ account: owner });
      const read = { account: account.address, deployment: stage.deployment };
      const uninstall = sdk.uninstallCalls({ ...read, family: "latchkeyAccount7702" });
      const token = await stage.token(account.address);
      const operation = { account, bundler: relayer, operation: FEES };
      const key = await stage.key();
      await client.registerSessionSync({ ...operation, key, policy: transferPolicy(token), before: uninstall });
      const missing = await sdk.installCalls(client, read);
      expect(missing).to.have.length(1);
      expect(missing[0]!.data!.slice(0, 10)).to.equal("0x9517e29f");
    });

    it("ends every session of a wallet that delegates to somebody else's code, in that transaction", async () => {
      const wallet = await stage.funded();
      const token = await stage.token(wallet.address);
      const key = await stage.key();
      await client.registerSessionSync({ account: wallet, key, policy: transferPolicy(token) });
      const foreign = await stage.world.ethers.deployContract("UpvoteApp");
      const delegate = (await foreign.getAddress()) as Address;
      const { hash } = await client.delegateWalletSync({ account: wallet, delegate });
      expect((await getTransactionReceipt(client, { hash })).type).to.equal("eip7702");
      expect(await statusOf(wallet.address, key)).to.equal("Revoked");
      // Back to the project's own code, which does so by itself.
      const next = await stage.key();
      await client.registerSessionSync({ account: wallet, key: next, policy: transferPolicy(token) });
      await client.delegateWalletSync({ account: wallet });
      expect(await statusOf(wallet.address, next)).to.equal("Revoked");
    });

    it("refuses code that is none, a wallet that delegates elsewhere, and one that cannot sign an authorisation", async () => {
      const wallet = await stage.funded();
      const none = await refusal(client.delegateWalletSync({ account: wallet, delegate: FRIEND }));
      expect(none.shortMessage).to.equal("There is no contract at this address.");
      expect((await refusal(sdk.toOwner7702SmartAccount({ client, owner: wallet, delegate: FRIEND }))).code).to.equal(
        "SESSION_OPERATION_REJECTED",
      );
      const remote = { address: wallet.address, type: "json-rpc" } as never;
      expect((await refusal(client.delegateWalletSync({ account: remote }))).shortMessage).to.contain("by itself");
      expect(await getCode(client, { address: wallet.address })).to.equal(undefined);
      const { delegate } = await codeOn("0.8");
      await client.delegateWalletSync({ account: wallet, delegate });
      const elsewhere = await refusal(sdk.toOwner7702SmartAccount({ client, owner: wallet }));
      expect(elsewhere).to.be.instanceOf(sdk.InvalidWalletTypeError).and.include({ principal: wallet.address });
    });
  });

  it("takes an owner behind JSON-RPC, but for EntryPoint 0.7, whose hash is no typed data", async () => {
    const signers = (await client.request({ method: "eth_accounts" } as never)) as Address[];
    const owner = signers[3]!;
    for (const version of ["0.9", "0.7"] as const) {
      const { factory } = await codeOn(version);
      const account = await sdk.toOwnerSmartAccount({ client, owner, factory });
      await stage.world.helpers.setBalance(account.address, parseEther("10"));
      const token = await stage.token(account.address);
      const key = await stage.key();
      const before = await sdk.installCalls(client, { account: account.address, deployment: stage.deployment });
      const register = client.registerSessionSync({
        account,
        bundler: relayer,
        operation: FEES,
        key,
        policy: transferPolicy(token),
        before,
      });
      if (version === "0.9") await register;
      else expect((await refusal(register)).shortMessage).to.contain("local account");
      expect(await statusOf(account.address, key)).to.equal(version === "0.9" ? "Active" : "None");
    }
    const wrong = sdk.toOwnerSmartAccount({ client, owner, entryPointVersion: "0.8" });
    expect((await refusal(wrong)).shortMessage).to.equal("The account obeys another EntryPoint.");
  });

  it("encodes and decodes calls", async () => {
    const { account } = await open("standalone");
    const calls = [transfer(FRIEND, 1n), { to: FRIEND, value: 5n, data: "0x" as Hex }];
    expect(await account.decodeCalls!(await account.encodeCalls(calls))).to.deep.equal([
      { ...calls[0], value: 0n },
      calls[1],
    ]);
    expect((await refusal(account.encodeCalls([]))).code).to.equal("SESSION_OPERATION_REJECTED");
  });
});
