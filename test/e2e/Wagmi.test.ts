import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { erc20Abi, http, parseEther, type Address, type EIP1193Provider, type Hex } from "viem";
import { getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import type { SessionProviderError } from "../../sdk/src/index.ts";
import type * as Connector from "../../sdk/src/wagmi/index.ts";
import { latchkey, NODE_URL, openStage, type Principal, type Stage } from "../support/client/bundledStage.ts";

const FRIEND: Address = "0x7777777777777777777777777777777777777777";
const FOLDER = join(import.meta.dirname, "wagmi");
/** The package as its users have it, and a file in a folder of packages that only `npm run test:e2e` installs. */
const [CONNECTOR, PACKAGES]: string[] = ["latchkey/wagmi", "./wagmi/index.js"];

/* eslint-disable-next-line -- wagmi has no types where it is not installed. */
type Untyped = any;

/** Apps know no sessions: hooks and actions are wagmi's own. */
describe("wagmi on a session", function () {
  this.timeout(120_000);
  let stage: Stage;
  let account: Principal;
  let provider: EIP1193Provider;
  let packages: Untyped;
  let sessionConnector: typeof Connector.sessionConnector;

  before(async () => {
    const { Window } = createRequire(join(FOLDER, "index.js"))("happy-dom") as { Window: new () => object };
    const window = new Window() as { document: unknown };
    Object.assign(globalThis, { window, document: window.document });
    packages = await import(PACKAGES!);
    ({ sessionConnector } = (await import(CONNECTOR!)) as typeof Connector);
    stage = await openStage();
    account = await stage.openPrincipal("0.9");
    const { address: principal, token, sendCalls } = account;
    const key = await latchkey.generateP256SessionKey();
    const policy = latchkey.definePolicy({
      app: "wagmi.example",
      maxDuration: 3_600,
      maxCalls: 20,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [latchkey.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    await latchkey.registerSessionSync(stage.client, { key, policy, principal, account: stage.deployer, sendCalls });
    provider = latchkey.toSessionProvider(stage.client, { principal, key, bundler: stage.bundler });
  });
  after(async () => {
    for (const name of ["window", "document"]) Reflect.deleteProperty(globalThis, name);
    await stage.chain.connection.close();
  });

  const memory = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    };
  };
  const configOf = (kept = memory()): Untyped =>
    packages.wagmi.createConfig({
      chains: [hardhat],
      connectors: [sessionConnector({ provider: async () => provider })],
      transports: { [hardhat.id]: http(NODE_URL) },
      storage: packages.wagmi.createStorage({ storage: kept }),
      pollingInterval: 50,
    });
  const transfer = (amount: bigint) =>
    ({ address: account.token, abi: erc20Abi, functionName: "transfer", args: [FRIEND, amount] }) as const;

  it("connects, writes and sends calls with its hooks", async () => {
    const { wagmi, createElement, createRoot, QueryClient, QueryClientProvider } = packages;
    const config = configOf();
    let hooks: Untyped;
    const App = () => {
      hooks = {
        connection: wagmi.useConnection(),
        connect: wagmi.useConnect(),
        write: wagmi.useWriteContract(),
        send: wagmi.useSendCalls(),
        capabilities: wagmi.useCapabilities(),
      };
      return null;
    };
    const root = createRoot((globalThis as Untyped).document.createElement("div"));
    const inside = createElement(QueryClientProvider, { client: new QueryClient() }, createElement(App));
    root.render(createElement(wagmi.WagmiProvider, { config, reconnectOnMount: false }, inside));
    try {
      await until(() => hooks !== undefined);
      await hooks.connect.mutateAsync({ connector: config.connectors[0] });
      await until(() => hooks.connection.address === account.address && hooks.capabilities.data !== undefined);
      expect(hooks.connection.chainId).to.equal(hardhat.id);
      expect(hooks.capabilities.data[hardhat.id]).to.deep.equal({ atomic: { status: "supported" } });
      const hash = (await hooks.write.mutateAsync(transfer(1n))) as Hex;
      expect((await getTransactionReceipt(stage.client, { hash })).status).to.equal("success");
      const calls = [transfer(2n), transfer(4n)].map(({ address: to, ...call }) => ({ to, ...call }));
      const { id } = await hooks.send.mutateAsync({ calls, forceAtomic: true });
      expect((await packages.actions.waitForCallsStatus(config, { id })).status).to.equal("success");
      expect(await stage.balanceOf(account.token, FRIEND)).to.equal(7n);
    } finally {
      root.unmount();
    }
  });

  it("writes and sends with its actions, and waits for their ends", async () => {
    const config = configOf();
    const { actions } = packages;
    await actions.connect(config, { connector: config.connectors[0] });
    const before = (await stage.balanceOf(account.token, FRIEND)) as bigint;
    const hash = await actions.writeContract(config, transfer(1n));
    // wagmi asks a node of its own for receipts.
    expect((await actions.waitForTransactionReceipt(config, { hash })).status).to.equal("success");
    const { address: to, ...call } = transfer(2n);
    const { id } = await actions.sendCalls(config, { calls: [{ to, ...call }], id: "0x77616d" });
    expect(id).to.equal("0x77616d");
    const { status, statusCode } = await actions.waitForCallsStatus(config, { id });
    expect({ status, statusCode }).to.deep.equal({ status: "success", statusCode: 200 });
    expect(await stage.balanceOf(account.token, FRIEND)).to.equal(before + 3n);
    expect(await actions.getCapabilities(config, { chainId: hardhat.id })).to.deep.equal({
      ...{ atomic: { status: "supported" } },
    });
    for (const unknown of ["0xf00d", "__proto__"]) {
      await actions.getCallsStatus(config, { id: unknown }).then(
        () => expect.fail("calls that nobody made have a status"),
        (error: SessionProviderError) => expect(error.code).to.equal(5730),
      );
    }
    await actions.disconnect(config);
  });

  it("is refused with the session's typed error", async () => {
    const config = configOf();
    await packages.actions.connect(config, { connector: config.connectors[0] });
    const refused = async (run: Promise<unknown>) =>
      latchkey.decodeSessionError(
        await run.then(
          () => expect.fail("nothing was refused"),
          (thrown: unknown) => thrown,
        ),
      );
    const { writeContract, signMessage, switchChain } = packages.actions;
    expect((await refused(writeContract(config, transfer(101n))))?.code).to.equal("SESSION_SPEND_CAP_EXCEEDED");
    const approval = writeContract(config, { ...transfer(1n), functionName: "approve" });
    expect((await refused(approval))?.code).to.equal("SESSION_ENTRYPOINT_NOT_ALLOWED");
    await signMessage(config, { message: "x" }).then(
      () => expect.fail("a session has signed"),
      (error: Error) => expect(error.message).to.include("signs for nobody"),
    );
    await switchChain(config, { chainId: 1 }).then(
      () => expect.fail("a session has moved"),
      (error: SessionProviderError) => expect(error.code).to.equal(4902),
    );
  });

  it("is connected again on the next visit, unless it was disconnected", async () => {
    const kept = memory();
    const { connect, disconnect, reconnect } = packages.actions;
    const first = configOf(kept);
    await connect(first, { connector: first.connectors[0] });
    expect(await reconnect(configOf(kept))).to.have.length(1);
    await disconnect(first);
    expect(await reconnect(configOf(kept))).to.have.length(0);
    // By hand it is.
    const second = configOf(kept);
    await connect(second, { connector: second.connectors[0] });
    expect(await reconnect(configOf(kept))).to.have.length(1);
  });

  it("takes the connector for one of its own, as the compiler sees it", () => {
    const file = join(FOLDER, "typed.ts");
    const source = `
      import { createConfig, http } from "wagmi";
      import { connect } from "wagmi/actions";
      import { hardhat } from "viem/chains";
      import { toSessionProvider } from "latchkey";
      import { sessionConnector } from "latchkey/wagmi";
      declare const parameters: Parameters<typeof toSessionProvider>;
      const connector = sessionConnector({ provider: toSessionProvider(...parameters) });
      const config = createConfig({ chains: [hardhat], connectors: [connector], transports: { [hardhat.id]: http() } });
      await connect(config, { connector });
      // @ts-expect-error no such field
      sessionConnector({ session: "x" });
    `;
    const options: ts.CompilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], lib: ["lib.es2022.d.ts", "lib.dom.d.ts"] },
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists } = host;
    host.readFile = (path) => (path === file ? source : readFile.call(host, path));
    host.fileExists = (path) => path === file || fileExists.call(host, path);
    const program = ts.createProgram([file], options, host);
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).to.deep.equal([]);
  });
});

/** Waits until React has got there. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo();) {
    if (Date.now() > end) throw new Error("React did not get there.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
