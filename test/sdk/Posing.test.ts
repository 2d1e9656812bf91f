import { expect } from "chai";
import {
  type Abi,
  type AbiParameter,
  type Address,
  concat,
  encodeErrorResult,
  type Hex,
  http,
  type LocalAccount,
  parseAbi,
  parseEther,
  size,
  zeroAddress,
} from "viem";
import { createBundlerClient } from "viem/account-abstraction";
import { hardhat } from "viem/chains";
import { contractErrorsAbi } from "../../sdk/src/generated/errors/contractErrorsAbi.ts";
import { sessionErrorsAbi } from "../../sdk/src/generated/abi/sessionErrorsAbi.ts";
import * as sdk from "../../sdk/src/index.ts";
import { feedAbi, openSessionClient, sessionErrorOf, type TestClient } from "../support/client/sessionClient.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";

const POSER: Address = "0x0000000000000000000000000000000000090001";

/** What EntryPoints, accounts and their wrappers say. */
const others = parseAbi([
  "error FailedOp(uint256 opIndex, string reason)",
  "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
  "error SignatureValidationFailed(address aggregator)",
  "error PostOpReverted(bytes returnData)",
  "error ERC7579UninstalledModule(uint256 moduleTypeId, address module)",
  "error UserOperationReverted(bytes32 userOpHash, bytes reason)",
  "error DelegateAndRevert(bool success, bytes ret)",
]);

/** A contract that a session calls reverts with whatever bytes it likes: none of them is told as anybody else's. */
describe("A called contract that poses", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let relayer: LocalAccount;
  let plain: { principal: Address; key: sdk.SessionKey };
  let smart: { principal: Address; key: sdk.SessionKey };
  let server: Awaited<ReturnType<typeof serveBundler>>;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    relayer = await test.wallet();
    const owner = await test.wallet();
    const policy = sdk.definePolicy({
      app: "posing.example",
      maxDuration: 86_400,
      maxCalls: 1_000,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [sdk.contract({ address: POSER, abi: feedAbi, methods: { post: { consumable: true } } })],
    });
    const { principal, sendCalls } = await test.smartAccount();
    await test.world.helpers.setBalance(principal, parseEther("10"));
    plain = { principal: owner.address, key: await test.fundedKey() };
    smart = { principal, key: await test.fundedKey() };
    await client.registerSessionSync({ key: plain.key, policy, account: owner });
    await client.registerSessionSync({ key: smart.key, policy, principal, sendCalls });
    server = await serveBundler(test as never, await test.wallet());
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await rpc("evm_setAutomine", true);
    await snapshot.restore();
  });
  after(async () => {
    await server.close();
    await test.world.connection.close();
  });

  const rpc = (method: string, ...params: unknown[]) => test.world.provider.request({ method, params });
  /** Trusts the forwarder (calldata of 36 bytes), and reverts with the bytes behind its code whatever else it is asked. */
  const pose = (data: Hex) => {
    const length = size(data).toString(16).padStart(4, "0");
    const code: Hex = `0x6024361460135761${length}601c5f3961${length}5ffd5b60015f5260205ff3`;
    return rpc("hardhat_setCode", POSER, concat([code, data]));
  };
  const behave = () => rpc("hardhat_setCode", POSER, "0x60015f5260205ff3");
  const calls = (): sdk.SessionCall[] => [{ ...test.post("hi"), to: POSER }];
  const bundler = () =>
    createBundlerClient({
      client,
      chain: hardhat,
      transport: http(server.url, { retryCount: 0 }),
      pollingInterval: 20,
    });

  type Send = Partial<sdk.SendSessionCallsSyncParameters> & { principal: Address; key: sdk.SessionKey };
  const routes = (): [string, Send][] => [
    ["direct", { ...smart, route: "direct" }],
    ["relayed", { ...smart, route: "relayed", relayer, minGas: 1n }],
    ["forwarded by the key", { ...plain, route: "forwarded" }],
    ["forwarded by a relayer", { ...plain, route: "forwarded", relayer, minGas: 1n }],
    ["asked", { ...plain, route: "asked" }],
    ["an operation of a bundler", { ...smart, route: "userOperation", bundler: bundler() }],
    ["an operation that is self-bundled", { ...smart, route: "userOperation", bundler: relayer }],
  ];

  const valueOf = ({ type, components }: AbiParameter & { components?: readonly AbiParameter[] }): unknown => {
    if (type.endsWith("[]")) return [];
    if (type === "address") return zeroAddress;
    if (type === "bool") return false;
    if (type === "string") return "";
    if (type === "bytes") return "0x";
    if (type.startsWith("bytes")) return `0x${"00".repeat(Number(type.slice(5)))}`;
    if (type === "tuple") return components!.map(valueOf);
    return Number(type.replace(/^u?int/, "") || 256) > 48 ? 0n : 0;
  };
  const encoded = (abi: Abi, name: string, values: Record<string, unknown> = {}): Hex => {
    const item = abi.find((each) => each.type === "error" && each.name === name) as { inputs: readonly AbiParameter[] };
    const args = item.inputs.map((input) => values[input.name!] ?? valueOf(input as never));
    return encodeErrorResult({ abi, errorName: name, args } as never);
  };
  const isPosed = async (data: Hex, send: Send, by = client, story = "") => {
    await pose(data);
    const error = await sessionErrorOf(by.sendSessionCallsSync({ calls: calls(), ...send }));
    expect(error.code, `${story}: ${error.message}`).to.equal("SESSION_CALL_REVERTED");
    expect((error as sdk.CallRevertedError).data, story).to.equal(data);
  };

  const NAMES = sessionErrorsAbi.filter((each) => each.type === "error").map(({ name }) => name);

  for (const [at, name] of [
    "direct",
    "relayed",
    "forwarded by the key",
    "forwarded by a relayer",
    "asked",
    "an operation of a bundler",
    "an operation that is self-bundled",
  ].entries()) {
    it(`as Latchkey is told as what it is: every error of a session, ${name}`, async () => {
      expect(NAMES.length).to.be.above(40);
      const [, send] = routes()[at]!;
      const values = { key: send.key.address, principal: send.principal, target: POSER };
      for (const errorName of NAMES) {
        await isPosed(encoded(sessionErrorsAbi, errorName, values), send, client, errorName);
      }
    });

    it(`as an EntryPoint or an account is told as what it is, ${name}`, async () => {
      const [, send] = routes()[at]!;
      const inner = encoded(contractErrorsAbi, "InvalidSessionSignature", { key: send.key.address });
      const module = test.deployment.latchkey;
      for (const data of [
        encoded(others, "FailedOp", { reason: "AA24 signature error" }),
        encoded(others, "FailedOp", { reason: "AA22 expired or not due" }),
        encoded(others, "FailedOp", { reason: "AA25 invalid account nonce" }),
        encoded(others, "FailedOpWithRevert", { reason: "AA23 reverted", inner }),
        encoded(others, "SignatureValidationFailed"),
        encoded(others, "PostOpReverted", { returnData: inner }),
        encoded(others, "ERC7579UninstalledModule", { module }),
        encoded(others, "UserOperationReverted", { reason: inner }),
        encoded(others, "DelegateAndRevert", { ret: inner }),
      ]) {
        await pose(data);
        const error = await sessionErrorOf(client.sendSessionCallsSync({ calls: calls(), ...send }));
        expect(error.code, `${data.slice(0, 10)}: ${error.message}`).to.equal("SESSION_CALL_REVERTED");
      }
    });
  }

  it("once it is mined, having behaved while it was simulated, is told as what it is", async () => {
    const data = encoded(contractErrorsAbi, "InvalidSessionSignature", { key: smart.key.address });
    for (const [name, send] of routes().slice(0, 5)) {
      const here = await test.world.helpers.takeSnapshot();
      await behave();
      await rpc("evm_setAutomine", false);
      const sent = await client.sendSessionCalls({ calls: calls(), ...send });
      await pose(data);
      await test.world.helpers.mine();
      // By nothing but the hash, as after a restart.
      const asked = { ...sent, principal: send.principal, key: send.key.address };
      const error = await sessionErrorOf(client.waitForSessionCalls(asked));
      expect(error.code, name).to.equal("SESSION_CALL_REVERTED");
      expect((error as sdk.CallRevertedError).data, name).to.equal(data);
      await here.restore();
    }
  });

  it("is told as what it is by a node that puts no other code into its state", async () => {
    const strip = { refuses: false };
    const old = test.connect({
      request: (next) =>
        (async ({ method, params }: { method: string; params?: unknown[] }) => {
          if (method !== "eth_call" || (params?.length ?? 0) < 3) return next({ method, params } as never);
          if (strip.refuses) throw Object.assign(new Error("too many arguments, want at most 2"), { code: -32_602 });
          return next({ method, params: params!.slice(0, 2) } as never);
        }) as never,
    });
    for (strip.refuses of [false, true]) {
      for (const [name, send] of routes().slice(0, 4)) {
        const values = { key: send.key.address, principal: send.principal };
        for (const errorName of ["InvalidSessionSignature", "GasBelowMinimum", "SessionExpired"]) {
          await isPosed(encoded(contractErrorsAbi, errorName, values), send, old, `${name} ${errorName}`);
        }
      }
      // What Latchkey says itself stays what it is.
      await behave();
      const first = { calls: calls(), ...routes()[1]![1], nonce: 77n };
      const here = await test.world.helpers.takeSnapshot();
      await old.sendSessionCallsSync(first);
      expect(await sessionErrorOf(old.sendSessionCallsSync(first))).to.include({ errorName: "NonceAlreadyUsed" });
      await here.restore();
    }
  });

  it("hides no refusal of Latchkey's own, though it would say something else", async () => {
    await pose(encoded(contractErrorsAbi, "SessionExpired", { key: smart.key.address }));
    const other = sdk.generateSecp256k1SessionKey();
    for (const [name, send] of routes()) {
      if (send.relayer === undefined) continue;
      // It claims to be a key that it is not.
      const forged = { ...other, address: send.key.address };
      const error = await sessionErrorOf(client.sendSessionCallsSync({ calls: calls(), ...send, key: forged }));
      expect(error, name).to.include({ errorName: "InvalidSessionSignature" });
      const greedy = await sessionErrorOf(client.sendSessionCallsSync({ calls: calls(), ...send, minGas: 10n ** 12n }));
      expect(greedy, name).to.include({
        errorName: send.route === "relayed" ? "GasBelowMinimum" : "ForwardedGasBelowMinimum",
      });
      const used = { calls: calls(), ...send, nonce: 3n };
      await behave();
      await client.sendSessionCallsSync(used);
      await pose(encoded(contractErrorsAbi, "SessionExpired", { key: send.key.address }));
      expect(await sessionErrorOf(client.sendSessionCallsSync(used)), name).to.include({
        errorName: "NonceAlreadyUsed",
      });
    }
    // It trusts nobody, and is not there at all.
    await rpc("hardhat_setCode", POSER, "0x5f5ffd");
    for (const [, send] of routes().slice(2, 4)) {
      const untrusting = await sessionErrorOf(client.sendSessionCallsSync({ calls: calls(), ...send }));
      expect(untrusting).to.include({ errorName: "ForwarderNotTrusted" });
    }
    await rpc("hardhat_setCode", POSER, "0x");
    const absent = await sessionErrorOf(client.sendSessionCallsSync({ calls: calls(), ...routes()[2]![1] }));
    expect(absent).to.include({ errorName: "TargetWithoutCode" });
  });

  it("quotes what it said, with nothing that a terminal would obey", async () => {
    const reason = encodeErrorResult({
      abi: parseAbi(["error Error(string)"]),
      args: ["\u001b[2JSESSION_REVOKED"],
    } as never);
    await pose(reason);
    const error = await sessionErrorOf(client.sendSessionCallsSync({ calls: calls(), ...routes()[0]![1] }));
    expect(error.message).to.not.contain("\u001b");
    expect(error.metaMessages!.join()).to.contain("Reason: ").and.contain("SESSION_REVOKED");
  });
});
