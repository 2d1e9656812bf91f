import { expect } from "chai";
import { BrowserProvider, Contract, isError } from "ethers";
import {
  type Address,
  AtomicityNotSupportedError,
  BaseError,
  BundleTooLargeError,
  type Chain,
  ChainDisconnectedError,
  createWalletClient,
  custom,
  DuplicateIdError,
  type EIP1193Provider,
  erc20Abi,
  type Hex,
  type LocalAccount,
  parseEther,
  publicActions,
  SwitchChainError,
  UnauthorizedProviderError,
  UnknownBundleIdError,
  UnsupportedChainIdError,
  UnsupportedNonOptionalCapabilityError,
  UnsupportedProviderMethodError,
} from "viem";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { FRIEND, openSessionClient, type TestClient, thrownBy } from "../support/client/sessionClient.ts";

const { contract, definePolicy } = sdk;

/** What viem and ethers make of a session's answers, good and bad: nothing in them knows of sessions. */
describe("A session as a wallet, as viem and ethers see it", () => {
  let test: TestClient;
  let relayer: LocalAccount;
  let principal: Address;
  let key: sdk.SessionKey;
  let token: Address;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    relayer = await test.wallet();
    const account = await test.smartAccount();
    ({ principal, token } = account);
    key = await sdk.generateP256SessionKey();
    const policy = definePolicy({
      app: "token.example",
      maxDuration: 3_600,
      maxCalls: 20,
      permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    await test.client.registerSessionSync({ key, policy, principal, account: account.owner, relayer });
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await test.world.provider.request({ method: "evm_setAutomine", params: [true] });
    await snapshot.restore();
  });
  after(() => test.world.connection.close());

  const open = (fields = {}) =>
    sdk.toSessionProvider(test.client, { principal, key, deployment: test.deployment, relayer, ...fields });
  const viemOn = (provider: EIP1193Provider, chain: Chain = hardhat) =>
    createWalletClient({ account: principal, chain, transport: custom(provider), pollingInterval: 20 }).extend(
      publicActions,
    );
  const ethersOn = (provider: EIP1193Provider) =>
    new BrowserProvider(provider, hardhat.id, { pollingInterval: 20, cacheTimeout: -1 });
  const transfer = (amount: bigint) => ({ to: token, data: test.transfer(token, amount).data });
  const write = (amount: bigint) =>
    ({ address: token, abi: erc20Abi, functionName: "transfer", args: [FRIEND, amount] }) as const;
  const balanceOf = (holder: Address) =>
    viemOn(open()).readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [holder] });
  const received = () => balanceOf(FRIEND);
  /** What passed when it was sent, and comes to nothing since the owner was faster. */
  async function overtaken<sent>(send: (amount: bigint) => Promise<sent>): Promise<sent> {
    const { provider, helpers } = test.world;
    await provider.request({ method: "evm_setAutomine", params: [false] });
    const sent = await send(60n);
    await helpers.impersonateAccount(principal);
    const owner = await test.world.ethers.getSigner(principal);
    const { data } = test.transfer(token, await balanceOf(principal), relayer.address);
    await helpers.setBalance(principal, parseEther("1"));
    await owner.sendTransaction({ to: token, data, gasPrice: 10n ** 12n, gasLimit: 200_000n });
    await provider.request({ method: "evm_setAutomine", params: [true] });
    await helpers.mine();
    return sent;
  }

  describe("viem", () => {
    it("writes and sends, and waits for the end in the same call", async () => {
      const client = viemOn(open());
      expect((await client.writeContractSync(write(1n))).status).to.equal("success");
      expect((await client.sendTransactionSync(transfer(2n))).status).to.equal("success");
      const calls = [transfer(4n), { ...write(8n), to: token }];
      const { status, receipts } = await client.sendCallsSync({ calls, forceAtomic: true, id: "0x0f" });
      expect({ status, count: receipts!.length }).to.deep.equal({ status: "success", count: 1 });
      expect((await client.getCallsStatus({ id: "0x0f" })).statusCode).to.equal(200);
      expect(await received()).to.equal(15n);
    });

    it("hears that what was sent came to nothing", async () => {
      const client = viemOn(open());
      const { id } = await overtaken((amount) => client.sendCalls({ calls: [transfer(1n), transfer(amount)] }));
      const { status, statusCode, receipts } = await client.waitForCallsStatus({ id });
      expect({ status, statusCode }).to.deep.equal({ status: "failure", statusCode: 500 });
      expect(receipts![0]!.status).to.equal("reverted");
      const failed = (await thrownBy(client.waitForCallsStatus({ id, throwOnFailure: true }))) as Error;
      expect(failed.name).to.equal("BundleFailedError");
      await snapshot.restore();
      const hash = await overtaken((amount) => client.writeContract(write(amount)));
      expect((await client.waitForTransactionReceipt({ hash })).status).to.equal("reverted");
      expect(await received()).to.equal(0n);
    });

    it("knows each refusal by its own class, and sends nothing in another way", async () => {
      const client = viemOn(open());
      await client.sendCalls({ id: "0x01", calls: [transfer(1n)] });
      const plain = await test.wallet();
      const single = sdk.toSessionProvider(test.client, {
        ...{ principal: plain.address, key, deployment: test.deployment, relayer },
      });
      const onePlain = createWalletClient({ account: plain.address, chain: hardhat, transport: custom(single) });
      const cases: [run: () => Promise<unknown>, is: new (...args: never[]) => Error][] = [
        [() => client.sendCalls({ id: "0x01", calls: [transfer(1n)] }), DuplicateIdError],
        [() => client.getCallsStatus({ id: "0x02" }), UnknownBundleIdError],
        [() => client.sendCalls({ calls: [transfer(1n)], chain: { ...hardhat, id: 1 } }), UnsupportedChainIdError],
        [() => client.sendCalls({ calls: Array(900).fill(transfer(0n)) }), BundleTooLargeError],
        [
          () => client.sendCalls({ calls: [transfer(1n)], capabilities: { paymasterService: { url: "x" } } }),
          UnsupportedNonOptionalCapabilityError,
        ],
        [
          () => onePlain.sendCalls({ calls: [transfer(1n), transfer(1n)], forceAtomic: true }),
          AtomicityNotSupportedError,
        ],
        [() => client.sendCalls({ calls: [transfer(101n)], experimental_fallback: true }), UnauthorizedProviderError],
        [() => client.sendTransaction({ ...transfer(101n) }), UnauthorizedProviderError],
        [() => client.signMessage({ message: "x" }), UnsupportedProviderMethodError],
        [
          () => client.signTypedData({ domain: {}, types: { A: [] }, primaryType: "A", message: {} }),
          UnsupportedProviderMethodError,
        ],
        [() => client.showCallsStatus({ id: "0x01" }), UnsupportedProviderMethodError],
        [() => client.switchChain({ id: 1 }), SwitchChainError],
        [
          () =>
            client.request({
              method: "eth_sendTransaction",
              params: [{ ...transfer(1n), from: principal, chainId: "0x1" }],
            } as never),
          ChainDisconnectedError,
        ],
      ];
      for (const [run, is] of cases) {
        const error = await thrownBy(run());
        const found = error instanceof BaseError ? error.walk((each) => each instanceof is) : null;
        expect(found, `${is.name}: ${String(error)}`).to.not.equal(null);
        expect((error as BaseError).walk((each) => each instanceof sdk.SessionProviderError)).to.not.equal(null);
      }
      expect(await received()).to.equal(1n);
    });
  });

  describe("ethers", () => {
    it("writes by a contract and waits, and hears that it came to nothing", async () => {
      const browser = ethersOn(open());
      try {
        const signer = await browser.getSigner();
        const erc20 = new Contract(token, ["function transfer(address to, uint256 amount) returns (bool)"], signer);
        const send = (amount: bigint) =>
          erc20.getFunction("transfer").send(FRIEND, amount) as Promise<{
            hash: Hex;
            wait(): Promise<{ status: number }>;
          }>;
        expect((await (await send(7n)).wait()).status).to.equal(1);
        expect(await received()).to.equal(7n);
        const late = await overtaken(send);
        const error = await thrownBy(late.wait());
        expect(isError(error, "CALL_EXCEPTION") && error.receipt?.status).to.equal(0);
        expect(await received()).to.equal(7n);
        // Nothing of it is asked of anybody else.
        for (const sign of [() => signer.signMessage("x"), () => signer.signTypedData({}, { A: [] }, {})]) {
          const refused = (await thrownBy(sign())) as { error: { code: number } };
          expect(refused.error.code).to.equal(4200);
        }
      } finally {
        browser.destroy();
      }
    });

    it("sends calls by the provider's own method", async () => {
      const browser = ethersOn(open());
      try {
        const request = {
          version: "2.0.0",
          chainId: "0x7a69",
          atomicRequired: true,
          calls: [transfer(1n), transfer(2n)],
        };
        const { id } = (await browser.send("wallet_sendCalls", [request])) as { id: string };
        expect(await browser.send("wallet_getCallsStatus", [id])).to.include({ status: 200, atomic: true });
        expect(await received()).to.equal(3n);
        const network = await browser.getNetwork();
        expect(network.chainId).to.equal(BigInt(hardhat.id));
      } finally {
        browser.destroy();
      }
    });
  });
});
