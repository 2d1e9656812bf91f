import { expect } from "chai";
import { encodeFunctionData, erc20Abi, parseEther, parseEventLogs, type Address, type Hex, zeroAddress } from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { getBlock, getTransactionReceipt } from "viem/actions";
import { FAMILIES, openForeign } from "../support/chain/foreignAccounts.ts";
import { latchkey, openStage, VERSIONS, type Stage } from "../support/client/bundledStage.ts";

const FRIEND: Address = "0x3333333333333333333333333333333333333333";

describe("A grant on first use with a real bundler", function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.chain.connection.close());

  /** A policy that is published, and one transfer under it. */
  async function published(token: Address, paymaster: Address = zeroAddress) {
    const policy = latchkey.definePolicy({
      ...{ app: "first.example", maxDuration: 3_600, maxCalls: 3, gasBudget: parseEther("1") },
      ...{ selfPaid: paymaster === zeroAddress, paymaster },
      permissions: [latchkey.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    await latchkey.publishPolicySync(stage.client, { policy, account: stage.deployer });
    const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, 7n] });
    return { policy, calls: [{ to: token, data }] };
  }

  /** One operation registered the session and acted. */
  async function expectFirst(hash: Hex, principal: Address, key: Address, token: Address) {
    const { status, logs } = await getTransactionReceipt(stage.client, { hash });
    const events = parseEventLogs({ abi: entryPoint09Abi, eventName: "UserOperationEvent", logs });
    expect([status, events.map(({ args: { sender, success } }) => [sender, success])]).to.deep.equal([
      "success",
      [[principal, true]],
    ]);
    const session = await latchkey.getSession(stage.client, { principal, key });
    expect(session).to.include({ status: "Active", callsLeft: 2 });
    expect(await stage.balanceOf(token, FRIEND)).to.equal(7n);
  }

  for (const version of VERSIONS) {
    for (const [name, form, payer] of [
      ["the project's account, self-paid", "account", "self"],
      ["an EIP-7702 wallet, sponsored", "7702", "paymaster"],
    ] as const) {
      it(`is taken by EntryPoint ${version} of ${name}, for one signature`, async () => {
        const { client, bundler } = stage;
        const { address: principal, token, owner } = await stage.openPrincipal(version, form);
        const paymaster = payer === "self" ? undefined : await stage.sponsor(version, principal);
        const { policy, calls } = await published(token, paymaster);
        const key = form === "7702" ? await latchkey.generateP256SessionKey() : latchkey.generateSecp256k1SessionKey();
        let asked = 0;
        const signTypedData = (...typed: Parameters<typeof owner.signTypedData>) => {
          ++asked;
          return owner.signTypedData(...typed);
        };
        const grant = { policy, account: { ...owner, signTypedData: signTypedData as typeof owner.signTypedData } };
        const operation = paymaster === undefined ? {} : { operation: { paymaster } };
        const { hash, route } = await latchkey.sendSessionCallsSync(client, {
          ...{ principal, key, calls, bundler, entryPointVersion: version, grant, ...operation },
        });
        expect([route, asked]).to.deep.equal(["userOperation", 1]);
        await expectFirst(hash, principal, key.address, token);
      });
    }
  }

  for (const family of FAMILIES.slice(0, 2)) {
    it(`is taken by EntryPoint 0.7 of ${family.name}`, async () => {
      const { client, bundler } = stage;
      const { account, signature } = await openForeign(stage.chain, family, latchkey.latchkeyDeployment.latchkey);
      const principal = account as Address;
      const token = await stage.deploy("Poke", [principal, parseEther("1000")]);
      const { policy, calls } = await published(token);
      const key = latchkey.generateSecp256k1SessionKey();
      const validAfter = Number((await getBlock(client)).timestamp) - 1;
      const validUntil = validAfter + 3_599;
      const grant = {
        grant: {
          ...{
            key: key.address,
            publicKey: "0x" as const,
            policyId: latchkey.hashPolicy(policy),
            validAfter,
            validUntil,
          },
          ...{ maxCalls: 3, lane: 0n, replaces: zeroAddress },
        },
        deadline: BigInt(validUntil),
        signature: signature as Hex,
      };
      const { hash } = await latchkey.sendSessionCallsSync(client, {
        ...{ principal, key, calls, bundler, entryPointVersion: "0.7", grant },
      });
      await expectFirst(hash, principal, key.address, token);
    });
  }
});
