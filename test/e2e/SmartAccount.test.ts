import { expect } from "chai";
import { encodeFunctionData, erc20Abi, parseEther, zeroAddress, type Address, type Hash } from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import { getTransactionReceipt } from "viem/actions";
import { latchkey, openStage, VERSIONS, type Stage } from "../support/client/bundledStage.ts";

const { contract, definePolicy, generateP256SessionKey, generateSecp256k1SessionKey } = latchkey;
const FRIEND: Address = "0x6666666666666666666666666666666666666666";

/** Without the client's actions: a `SmartAccount` in viem's own hands. */
describe("The session's smart account with viem's bundler client alone", function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.chain.connection.close());

  for (const version of VERSIONS) {
    it(`sends batches of two sessions at once through EntryPoint ${version}, one of them sponsored`, async () => {
      const { client, bundler, openPrincipal, deployer, balanceOf } = stage;
      const { address: principal, token, sendCalls } = await openPrincipal(version);
      const paymaster = await stage.sponsor(version, principal);
      const payers = [zeroAddress, paymaster];
      const keys = [generateSecp256k1SessionKey(), await generateP256SessionKey()];
      for (const [lane, key] of keys.entries()) {
        const policy = definePolicy({
          app: "viem.example",
          maxDuration: 3_600,
          maxCalls: 4,
          gasBudget: parseEther("1"),
          selfPaid: payers[lane] === zeroAddress,
          paymaster: payers[lane]!,
          permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
          limits: [{ unit: token, cap: 100n }],
        });
        await latchkey.registerSessionSync(client, {
          ...{ key, policy, principal, account: deployer, sendCalls, lane: BigInt(lane) },
        });
      }
      await stage.later(1);

      const transfer = (amount: bigint) => ({
        to: token,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, amount] }),
      });
      const sent = await Promise.all(
        keys.map(async (key, lane): Promise<Hash> => {
          const account = await latchkey.toSessionSmartAccount({ client, principal, key, entryPointVersion: version });
          const payer = lane === 0 ? {} : { paymaster };
          const calls = [transfer(7n), transfer(1n)];
          const hash = await (bundler as BundlerClient).sendUserOperation({ account, calls, ...payer } as never);
          const { success, receipt, userOpHash } = await bundler.waitForUserOperationReceipt({ hash });
          expect({ success, userOpHash }).to.deep.equal({ success: true, userOpHash: hash });
          return receipt.transactionHash;
        }),
      );
      for (const [lane, hash] of sent.entries()) {
        expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
        const session = await latchkey.getSession(client, { principal, key: keys[lane]!.address });
        expect(session).to.deep.include({ callsLeft: 2 });
        expect(session.limits[0]!.left).to.equal(92n);
      }
      expect(await balanceOf(token, FRIEND)).to.equal(16n);
    });
  }
});
