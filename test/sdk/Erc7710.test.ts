import { expect } from "chai";
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  erc20Abi,
  hashTypedData,
  type Hex,
  type LocalAccount,
  parseAbi,
  parseAbiParameters,
  slice,
  zeroAddress,
  zeroHash,
} from "viem";
import { privateKeyToAccount, generatePrivateKey } from "viem/accounts";
import { call, getBlock, getTransactionReceipt, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import * as recipes from "../../sdk/src/recipes/index.ts";
import * as sdk from "../../sdk/src/index.ts";
import { signSessionDigest } from "../../sdk/src/keys/SessionKey.ts";
import {
  balanceOf,
  type ClientStage,
  openClientStage,
  refusal,
  transfer,
  transferPolicy,
} from "../support/client/clientStage.ts";

/** All that a facilitator knows: the function of ERC-7710, and ERC-20. */
const managerAbi = parseAbi([
  "function redeemDelegations(bytes[] permissionContexts, bytes32[] modes, bytes[] executionCallDatas)",
]);

/** What a payment is asked for with (x402). */
interface PaymentRequired {
  asset: Address;
  payTo: Address;
  amount: bigint;
}

/** A facilitator: it settles what is due with the answer that a wallet gave, and has never heard of Latchkey. */
function facilitator(client: ClientStage["client"], account: LocalAccount) {
  return async (
    { delegationManager, context }: { delegationManager: Address; context: Hex },
    { asset, payTo, amount }: PaymentRequired,
  ): Promise<Hex> => {
    const pay = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [payTo, amount] });
    const execution = encodePacked(["address", "uint256", "bytes"], [asset, 0n, pay]);
    const args = [[context], [zeroHash], [execution]] as const;
    const data = encodeFunctionData({ abi: managerAbi, functionName: "redeemDelegations", args });
    await call(client, { account, to: delegationManager, data });
    return sendTransaction(client, { account, chain: hardhat, to: delegationManager, data });
  };
}

describe("The door of ERC-7710", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let owner: LocalAccount;
  let relayer: LocalAccount;
  let principal: Address;
  let token: Address;
  let shop: Address;

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    [owner, relayer] = [await stage.funded(), await stage.funded()];
    principal = await stage.account(owner.address);
    token = await stage.token(principal);
    shop = privateKeyToAccount(generatePrivateKey()).address;
  });
  after(() => stage.world.connection.close());

  const paid = () => balanceOf(client, token, shop);
  const register = async (key: sdk.SessionKey, policy: sdk.Policy, lane = 0n) =>
    client.registerSessionSync({ principal, account: owner, key, policy, relayer, lane, replaces: sdk.ANY_KEY });
  const due = (amount: bigint): PaymentRequired => ({ asset: token, payTo: shop, amount });

  it("a payment per request: an ERC-7715 answer is all that a facilitator needs, and the cap is the owner's", async () => {
    const account = await stage.funded();
    const key = sdk.toSecp256k1SessionKey(generatePrivateKey());
    const now = Number((await getBlock(client, { blockTag: "pending" })).timestamp);
    const facilitated = { ...key, address: account.address };
    const requests: sdk.PermissionRequest[] = [
      {
        chainId: "0x7a69",
        to: facilitated.address,
        permission: {
          type: "erc20-token-allowance",
          isAdjustmentAllowed: false,
          data: { tokenAddress: token, allowanceAmount: "0x0a" },
        },
        rules: [
          { type: "expiry", data: { timestamp: now + 3_600 } },
          { type: "payee", data: { addresses: [shop] } },
        ],
      },
    ];
    // The wallet: asks its owner, registers, and answers.
    const { policy, validUntil } = sdk.fromPermissionRequests({ requests, app: "agent.example" });
    const granted = { principal, account: owner, key: facilitated, policy, relayer, validUntil };
    await client.registerSessionSync(granted);
    const answers = sdk.toPermissionResponses({ requests, principal, latchkey: stage.deployment.latchkey });
    const [answer] = JSON.parse(JSON.stringify(answers)) as [{ delegationManager: Address; context: Hex }];
    // The facilitator.
    const settle = facilitator(client, account);
    for (const amount of [3n, 3n, 4n]) {
      const hash = await settle(answer, due(amount));
      expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
    }
    expect(await paid()).to.equal(10n);
    const over = await settle(answer, due(1n)).then(
      () => expect.fail("nothing was refused"),
      (thrown: unknown) => sdk.decodeSessionError(thrown),
    );
    expect(over!.code).to.equal("SESSION_SPEND_CAP_EXCEEDED");
    const elsewhere = await settle(answer, { ...due(1n), payTo: account.address }).catch(sdk.decodeSessionError);
    expect((elsewhere as sdk.SessionError).code).to.equal("SESSION_ARGUMENT_NOT_ALLOWED");
    expect(await paid()).to.equal(10n);
  });

  it("the same by a plain call, as the client's recipe has it", async () => {
    const before = await paid();
    const key = await stage.key();
    const { policy } = recipes.payPerRequest({
      ...{ app: "agent.example", maxDuration: 3_600, maxCalls: 10 },
      ...{ token: { address: token, symbol: "PAY", decimals: 0 }, payee: shop, most: 5n, cap: 10n },
    } as never);
    await register(key, policy);
    const calls = [{ to: token, abi: erc20Abi, functionName: "transfer", args: [shop, 5n] }];
    expect((await client.sendSessionCallsSync({ principal, key, calls, relayer })).route).to.equal("relayed");
    expect(await paid()).to.equal(before + 5n);
  });

  it("the key's signature is redeemed by anyone, or by the one who is named, once, not later, and nothing else (ATK-123)", async () => {
    for (const kind of ["secp256k1", "p256"] as const) {
      const before = await paid();
      const key = await stage.key(kind);
      await register(key, transferPolicy(token));
      const [named, other] = [await stage.funded(), await stage.funded()];
      const item = (fields: Partial<sdk.ToErc7710ContextParameters> = {}) => {
        const calls = [{ to: token, abi: erc20Abi, functionName: "transfer", args: [shop, 2n] }];
        return sdk.toErc7710Context(client, { principal, key, calls, deployment: stage.deployment, ...fields });
      };
      const redeem = (account: LocalAccount, { delegationManager, permissionContext }: sdk.Erc7710Redemption) =>
        facilitator(client, account)({ delegationManager, context: permissionContext }, due(2n));
      const errorOf = async (run: Promise<unknown>) =>
        (await run.then(
          () => expect.fail("nothing was refused"),
          (thrown: unknown) => sdk.decodeSessionError(thrown),
        ))!;

      const anyones = await item();
      await redeem(other, anyones);
      expect((await errorOf(redeem(named, anyones))).message).to.contain("NonceAlreadyUsed");
      const bound = await item({ redeemer: named.address });
      expect((await errorOf(redeem(other, bound))).message)
        .to.contain("RedeemerNotAllowed")
        .and.contain(named.address);
      await redeem(named, bound);
      expect(await paid()).to.equal(before + 4n);

      // Another execution than the one that was signed.
      const changed = await item();
      const settle = facilitator(client, other);
      const context = { ...changed, context: changed.permissionContext };
      expect((await errorOf(settle(context, due(3n)))).code).to.equal("SESSION_INVALID_SIGNATURE");
      // Cut, prolonged, of another redeemer.
      for (const bytes of [
        slice(changed.permissionContext, 0, 288),
        concatHex([changed.permissionContext, zeroHash]),
        encodeAbiParameters([{ type: "address" }, { type: "address" }], [principal, zeroAddress]),
      ]) {
        const error = await errorOf(settle({ ...context, context: bytes }, due(2n)));
        expect(error.message).to.contain("RedemptionContextInvalid");
      }
      // The key's signature over the same, for a relayer.
      const { registration } = await client.getSession({ principal, key: key.address });
      const { nonce, validUntil, mode, executionCallData } = changed as Required<typeof changed>;
      const signed = {
        principal,
        mode,
        executionCalldata: executionCallData,
        nonce,
        minGas: 0n,
        validUntil,
        registration,
      };
      const digest = hashTypedData({
        domain: sdk.latchkeyDomain(hardhat.id, stage.deployment.latchkey),
        types: sdk.typedData.sessionExecution,
        primaryType: "SessionExecution",
        message: signed,
      });
      const relayed = encodeAbiParameters(parseAbiParameters("address, address, uint256, uint256, bytes"), [
        principal,
        zeroAddress,
        nonce,
        0n,
        await signSessionDigest(key, digest, validUntil),
      ]);
      const error = await errorOf(settle({ ...context, context: relayed }, due(2n)));
      expect(error.code).to.equal("SESSION_INVALID_SIGNATURE");
      const late = await item({ validUntil: Number((await getBlock(client)).timestamp) + 10 });
      await stage.world.helpers.time.increase(30);
      expect((await errorOf(redeem(other, late))).code).to.equal("SESSION_DEADLINE_PASSED");
      expect(await paid()).to.equal(before + 4n);
    }
  });

  it("brings the grant along, and is refused before anything is signed where the chain would", async () => {
    const key = await stage.key();
    const policy = transferPolicy(token);
    const { deployment } = stage;
    const grant = await sdk.signSessionGrant(client, {
      ...{ principal, account: owner, key, policy, deployment, replaces: sdk.ANY_KEY },
    });
    const before = await paid();
    const calls = [{ to: token, abi: erc20Abi, functionName: "transfer", args: [shop, 2n] }];
    const item = await sdk.toErc7710Context(client, { principal, key, calls, grant, deployment });
    const by = await stage.funded();
    await facilitator(client, by)({ ...item, context: item.permissionContext }, due(2n));
    expect(await paid()).to.equal(before + 2n);
    expect((await client.getSession({ principal, key: key.address })).status).to.equal("Active");

    let signed = 0;
    const watched = { ...key, sign: (digest: Hex) => (signed++, key.sign(digest)) };
    const over = { principal, key: watched, calls: [transfer(token, 101n)], deployment };
    for (const redeemer of [undefined, by.address, key.address]) {
      const error = await refusal(sdk.toErc7710Context(client, { ...over, redeemer }));
      expect(error.code).to.equal("SESSION_SPEND_CAP_EXCEEDED");
    }
    const wrong = await refusal(sdk.toErc7710Context(client, { ...over, redeemer: "0x12" }));
    expect(wrong.shortMessage).to.equal("The redeemer is no address.");
    expect(signed).to.equal(0);
    const own = await sdk.toErc7710Context(client, { ...over, calls: [transfer(token, 1n)], redeemer: key.address });
    expect(own.permissionContext).to.equal(encodeAbiParameters([{ type: "address" }], [principal]));
    expect(own).to.not.have.property("nonce");
  });

  it("is not made of a grant that the chain does not take: cut, late, or another came first", async () => {
    const key = await stage.key();
    const { deployment } = stage;
    const signing = {
      principal,
      account: owner,
      key,
      policy: transferPolicy(token),
      deployment,
      replaces: sdk.ANY_KEY,
    };
    const grant = await sdk.signSessionGrant(client, signing);
    let signed = 0;
    const watched = { ...key, sign: (digest: Hex) => (signed++, key.sign(digest)) };
    const refused = async (grant: sdk.SignedGrant, code: string, words: string) => {
      const act = { principal, key: watched, calls: [transfer(token, 1n)], grant, deployment };
      const error = await refusal(sdk.toErc7710Context(client, act));
      expect([error.code, signed]).to.deep.equal([code, 0]);
      expect(error.message).to.contain(words);
    };
    const cut = { ...grant, signature: slice(grant.signature, 1) };
    await refused(cut, "SESSION_INVALID_SIGNATURE", "InvalidPrincipalSignature");
    const late = await sdk.signSessionGrant(client, { ...signing, deadline: grant.grant.validAfter });
    await refused(late, "SESSION_DEADLINE_PASSED", "");
    await register(await stage.key(), transferPolicy(token));
    await refused(grant, "SESSION_INVALID_SIGNATURE", "InvalidPrincipalSignature");
  });

  it("is explained like the route that it leads to", async () => {
    const key = await stage.key();
    await register(key, transferPolicy(token));
    const asked = { principal, key: key.address, route: "redeemed" as const };
    for (const redeemer of [undefined, key.address, owner.address]) {
      const said = await client.explainCalls({ ...asked, redeemer, calls: [transfer(token, 1n)] });
      expect(said.allowed).to.equal(true);
      expect(said.decided).to.deep.equal([{ permission: 0, alternative: { number: 1, of: 1 } }]);
      const over = await client.explainCalls({ ...asked, redeemer, calls: [transfer(token, 101n)] });
      expect(over).to.include({ allowed: false, index: 1 });
      expect(over.error!.code).to.equal("SESSION_SPEND_CAP_EXCEEDED");
    }
    const past = Number((await getBlock(client)).timestamp) - 10;
    const late = { ...asked, calls: [transfer(token, 1n)], validUntil: past };
    expect((await client.explainCalls(late)).error!.code).to.equal("SESSION_DEADLINE_PASSED");
    // The key redeems without a signature, and so without a deadline.
    expect((await client.explainCalls({ ...late, redeemer: key.address })).allowed).to.equal(true);
  });
});
