import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import {
  type Abi,
  type Address,
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  type Hex,
  type LocalAccount,
  maxUint256,
  parseAbi,
  zeroAddress,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { readContract, sendTransaction, signAuthorization } from "viem/actions";
import { deployPermit2, PERMIT2 as PERMIT2_ADDRESS } from "../../deploy/lib/entryPoints.ts";
import { latchkeyAccountAbi } from "../../sdk/src/generated/abi/latchkeyAccountAbi.ts";
import * as sdk from "../../sdk/src/index.ts";
import { mock } from "../support/chain/dapp.ts";
import {
  feedAbi,
  FRIEND,
  openSessionClient,
  sessionErrorOf,
  type TestClient,
  thrownBy,
} from "../support/client/sessionClient.ts";
import { blocksUnder } from "../support/docs/blocks.ts";
import { serveJsonRpc } from "../support/servers/jsonRpc.ts";

const PAGE = "docs/guides/end-a-session.md";
const PLAIN = "With a plain wallet";
const ACCOUNT = "With a smart account";
const LOOK = "Look whether it worked";
const ALLOWANCES = "What revoking does not undo";

const PERMIT2 = PERMIT2_ADDRESS as Address;
const permit2Abi = parseAbi([
  "function approve(address token, address spender, uint160 amount, uint48 expiration)",
  "function allowance(address owner, address token, address spender) view returns (uint160, uint48, uint48)",
]);

/** Runs the page's commands as they stand, in a shell. What they call cast is on viem, without the client. */
describe("Ending a session with nothing but the page", function () {
  this.timeout(120_000);
  let test: TestClient;
  let client: TestClient["client"];
  let folder: string;
  let node: Awaited<ReturnType<typeof serveJsonRpc>>;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    await deployPermit2(test.world.provider);
    const { provider } = test.world;
    const methods = ["eth_call", "eth_chainId", "eth_gasPrice", "eth_estimateGas", "eth_getTransactionCount"];
    methods.push("eth_getBlockByNumber", "eth_sendRawTransaction", "eth_getTransactionReceipt", "eth_blockNumber");
    methods.push("eth_maxPriorityFeePerGas", "eth_getTransactionByHash");
    node = await serveJsonRpc(
      Object.fromEntries(
        methods.map((method) => [method, (params: unknown[]) => provider.request({ method, params })]),
      ),
    );
    folder = mkdtempSync(join(tmpdir(), "latchkey-cast-"));
    const cast = join(folder, "cast");
    writeFileSync(cast, `#!/bin/sh\nexec '${process.execPath}' '${resolve("test/support/docs/cast.ts")}' "$@"\n`);
    chmodSync(cast, 0o755);
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    await node.close();
    rmSync(folder, { recursive: true });
    await test.world.connection.close();
  });

  async function run(script: string, privateKey: Hex, variables: Record<string, string> = {}): Promise<string> {
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      ETH_RPC_URL: node.url,
      CAST_PRIVATE_KEY: privateKey,
      LATCHKEY: test.deployment.latchkey,
      LENS: test.deployment.lens,
      ...variables,
    };
    return (await promisify(execFile)("sh", ["-euc", script], { env })).stdout;
  }

  const only = (blocks: string[]) => {
    expect(blocks).to.have.length(1);
    return blocks[0]!;
  };
  const lines = (heading: string) =>
    only(blocksUnder(PAGE, heading, "sh"))
      .trim()
      .split("\n");

  const statusOf = async (principal: Address, key: sdk.SessionKey) =>
    (await client.getSession({ principal, key: key.address })).status;

  /** The number that the page's command reads. */
  async function shownStatus(wallet: Address, key: Address): Promise<number> {
    const answer = await run(only(blocksUnder(PAGE, LOOK, "sh")), generatePrivateKey(), { WALLET: wallet, KEY: key });
    return Number(/^\((\d+), /.exec(answer)![1]);
  }

  async function owner(): Promise<{ privateKey: Hex; account: LocalAccount }> {
    const privateKey = generatePrivateKey();
    const account = privateKeyToAccount(privateKey);
    await test.world.helpers.setBalance(account.address, 10n ** 19n);
    return { privateKey, account };
  }

  const policy = () =>
    sdk.definePolicy({
      app: "end.example",
      maxDuration: 3_600,
      maxCalls: 10,
      permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });

  async function sessionOf(account: LocalAccount, lane = 0n): Promise<sdk.SessionKey> {
    const key = await test.fundedKey();
    await client.registerSessionSync({ key, policy: policy(), account, lane });
    return key;
  }

  /** An account of the project with coin of its own, and a session of it. */
  async function accountWithSession() {
    const { privateKey, account } = await owner();
    const { latchkey } = test.deployment;
    const { address: entryPoint } = sdk.entryPoints["0.9"];
    const principal = await test.deploy("LatchkeyAccount", entryPoint, latchkey, account.address, latchkey);
    await test.world.helpers.setBalance(principal, 10n ** 18n);
    const key = await test.fundedKey();
    const smart = await sdk.toOwnerSmartAccount({ client, owner: account, address: principal });
    await client.registerSessionSync({ key, policy: policy(), account: smart, relayer: await test.wallet() });
    const act = () => client.sendSessionCallsSync({ principal, key, calls: [test.post("gm")], route: "direct" });
    return { privateKey, account, principal, key, act };
  }

  const over = async (act: () => Promise<unknown>, code: sdk.SessionErrorCode = "SESSION_REVOKED") => {
    expect((await sessionErrorOf(act())).code).to.equal(code);
  };

  for (const [number, ended] of [
    [0, ["first", "second"]],
    [1, ["first"]],
  ] as const) {
    it(`by a plain wallet, line ${number + 1}`, async () => {
      const { privateKey, account } = await owner();
      const keys = { first: await sessionOf(account), second: await sessionOf(account, 1n) };
      const commands = lines(PLAIN);
      expect(commands).to.have.length(2);
      await run(commands[number]!, privateKey, { KEY: keys.first.address });
      for (const [name, key] of Object.entries(keys)) {
        const expected = (ended as readonly string[]).includes(name) ? "Revoked" : "Active";
        expect(await statusOf(account.address, key), name).to.equal(expected);
      }
      const act = () =>
        client.sendSessionCallsSync({ principal: account.address, key: keys.first, calls: [test.post("gm")] });
      await over(act);
    });
  }

  it("by the owner of a smart account, with an operation that it hands in itself", async () => {
    const { privateKey, account, principal, key, act } = await accountWithSession();
    await act();
    expect(await shownStatus(principal, key.address)).to.equal(2);
    await run(only(blocksUnder(PAGE, ACCOUNT, "sh")), privateKey, { ACCOUNT: principal, OWNER: account.address });
    expect(await shownStatus(principal, key.address)).to.equal(5);
    await over(act);
  });

  it("not by a transaction of the owner to the account", async () => {
    const { account, principal, key } = await accountWithSession();
    const data = encodeFunctionData({
      abi: parseAbi(["function execute(bytes32, bytes)", "error AccountUnauthorized(address)"]),
      functionName: "execute",
      args: [`0x${"00".repeat(32)}`, `${test.deployment.latchkey}${"00".repeat(32)}eba3220c`],
    });
    const sent = sendTransaction(client, { account, to: principal, data, chain: null });
    expect(((await thrownBy(sent)) as Error).message).to.include("AccountUnauthorized");
    expect(await statusOf(principal, key)).to.equal("Active");
  });

  it("takes allowances back, which outlive it", async () => {
    const { privateKey, account } = await owner();
    const { address } = account;
    const token = await test.deploy("Poke", address, 1_000n);
    const nft = await mock(test.world, "ForwardedNft", "ForwardedNft", [test.deployment.forwarder, address]);
    const collection = nft.target as Address;
    const of = <const abi extends Abi>(abi: abi, to: Address) => ({ abi, address: to }) as const;
    const send = (to: Address, data: Hex) => sendTransaction(client, { account, to, data, chain: null });
    await send(token, encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [FRIEND, maxUint256] }));
    await send(
      collection,
      encodeFunctionData({ abi: erc721Abi, functionName: "setApprovalForAll", args: [FRIEND, true] }),
    );
    const later = { functionName: "approve", args: [token, FRIEND, 7n, 2 ** 40] } as const;
    await send(PERMIT2, encodeFunctionData({ abi: permit2Abi, ...later }));
    const allowances = async () => [
      await readContract(client, { ...of(erc20Abi, token), functionName: "allowance", args: [address, FRIEND] }),
      await readContract(client, {
        ...of(erc721Abi, collection),
        functionName: "isApprovedForAll",
        args: [address, FRIEND],
      }),
      (
        await readContract(client, {
          ...of(permit2Abi, PERMIT2),
          functionName: "allowance",
          args: [address, token, FRIEND],
        })
      )[0],
    ];
    await run(lines(PLAIN)[0]!, privateKey);
    expect(await allowances()).to.deep.equal([maxUint256, true, 7n]);
    const names = { TOKEN: token, SPENDER: FRIEND, COLLECTION: collection, OPERATOR: FRIEND };
    await run(only(blocksUnder(PAGE, ALLOWANCES, "sh")), privateKey, names);
    expect(await allowances()).to.deep.equal([0n, false, 0n]);
  });

  it("not by another owner of the account", async () => {
    const { privateKey, account, principal, act } = await accountWithSession();
    const heir = await owner();
    const acceptance = await heir.account.signTypedData({
      domain: { name: "LatchkeyAccount", version: "1", chainId: client.chain.id, verifyingContract: principal },
      types: {
        AcceptOwnership: [
          { name: "owner", type: "address" },
          { name: "newOwner", type: "address" },
        ],
      },
      primaryType: "AcceptOwnership",
      message: { owner: account.address, newOwner: heir.account.address },
    });
    const data = encodeFunctionData({
      abi: latchkeyAccountAbi,
      functionName: "transferOwnership",
      args: [heir.account.address, acceptance],
    });
    const [first, ...rest] = only(blocksUnder(PAGE, ACCOUNT, "sh")).split("\n");
    expect(first).to.equal("TO=$LATCHKEY DATA=0xeba3220c");
    const script = [`TO=$ACCOUNT DATA=${data}`, ...rest].join("\n");
    await run(script, privateKey, { ACCOUNT: principal, OWNER: account.address });
    const now = await readContract(client, { abi: latchkeyAccountAbi, address: principal, functionName: "owner" });
    expect(now).to.equal(heir.account.address);
    await act();
  });

  it("not by a delegation that is taken back", async () => {
    const { account } = await owner();
    const delegateTo = async (address: Address) => {
      const authorization = await signAuthorization(client, { account, contractAddress: address, executor: "self" });
      await sendTransaction(client, { account, to: FRIEND, authorizationList: [authorization], chain: null });
    };
    await client.delegateWalletSync({ account });
    const key = await sessionOf(account);
    const act = (route: sdk.Route) =>
      client.sendSessionCallsSync({ principal: account.address, key, calls: [test.post("gm")], route });
    await act("direct");
    await delegateTo(zeroAddress);
    await over(() => act("direct"), "INVALID_WALLET_TYPE_FOR_SESSION");
    await act("forwarded");
    await delegateTo(sdk.latchkeyAccounts.delegate);
    await act("direct");
  });
});
