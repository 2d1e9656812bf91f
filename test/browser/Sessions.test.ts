import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { p256 } from "@noble/curves/nist.js";
import { expect } from "chai";
import { chromium, type BrowserContext, type Page as Tab } from "playwright-core";
import { concatHex, hexToBytes, keccak256, numberToHex, parseEther, slice, type Address, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress } from "viem/accounts";
import { latchkeyDeployment } from "../../sdk/src/index.ts";
import { decryptSessionKey } from "../../sdk/src/keys/index.ts";
import { findChromium } from "../../scripts/lib/chromium.ts";
import { openWorld, type World } from "../support/chain/dapp.ts";
import type { Page, PageError } from "../support/browser/page.ts";
import { servePage } from "../support/browser/server.ts";
import { installWallet, type InjectedWallet } from "../support/browser/wallet.ts";

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

describe("In a browser", function () {
  this.timeout(120_000);
  let world: World;
  let server: Awaited<ReturnType<typeof servePage>>;
  let profile: string;
  let browser: BrowserContext;
  let tab: Tab;
  let setting: Parameters<Page["register"]>[0];
  let wallet: Address;
  const asked = new Set<string>();
  const complaints: string[] = [];

  before(async () => {
    world = await openWorld();
    server = await servePage(world.provider);
    wallet = world.owner.address as Address;
    const relayer = generatePrivateKey();
    await world.helpers.setBalance(privateKeyToAddress(relayer), parseEther("10"));
    const [lens, policyStore, forwarder] = [world.lens, world.store, world.forwarder].map(
      ({ target }) => target as Address,
    );
    const deployment = {
      ...latchkeyDeployment,
      latchkey: world.address as Address,
      lens: lens!,
      policyStore: policyStore!,
      forwarder: forwarder!,
    };
    const contract = await world.ethers.deployContract("SocialFeed", [forwarder!, world.stranger.address, 280]);
    setting = { deployment, feed: (await contract.getAddress()) as Address, relayer };
    profile = mkdtempSync(join(tmpdir(), "latchkey-browser-"));
    await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await world?.connection.close();
    if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
  });

  async function startBrowser() {
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      headless: true,
      args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
    });
    browser.on("request", (request) => asked.add(new URL(request.url()).origin));
    await browser.addInitScript(installWallet, { rpc: "/rpc", accounts: [wallet] });
    tab = await openTab();
  }

  async function openTab() {
    const opened = await browser.newPage();
    opened.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    opened.on("pageerror", (error) => complaints.push(error.message));
    await opened.goto(server.url);
    return opened;
  }

  /** What a function of the page returns, or the error that it ends in. */
  async function attempt<name extends keyof Page>(name: name, args: Parameters<Page[name]>, where = tab) {
    type Asking = (
      name: string,
      args: unknown[],
    ) => Promise<{ value?: Awaited<ReturnType<Page[name]>>; error?: PageError }>;
    return where.evaluate(([each, values]) => (globalThis as unknown as { ask: Asking }).ask(each, values), [
      name,
      args,
    ] as [string, unknown[]]);
  }

  async function ask<name extends keyof Page>(name: name, ...args: Parameters<Page[name]>) {
    const { value, error } = await attempt(name, args);
    if (error !== undefined) throw new Error(`${name}: ${error.message}`);
    return value as Awaited<ReturnType<Page[name]>>;
  }

  const injected = () =>
    tab.evaluate(() => ({ popups: (globalThis as unknown as { injected: InjectedWallet }).injected.popups }));
  const rejectNext = () =>
    tab.evaluate(() => {
      (globalThis as unknown as { injected: InjectedWallet }).injected.rejectNext = true;
    });
  const entries = async () => {
    const feed = await world.ethers.getContractAt("SocialFeed", setting.feed);
    return Number(await feed.getFunction("entriesOf").staticCall(wallet));
  };

  it("PIP-23 a key stays in the browser: it outlives the page and the browser, and no script can export it", async () => {
    const made = await ask("make", "kept");
    expect(made.kind).to.equal("p256");
    expect(made.address.toLowerCase()).to.equal(slice(keccak256(made.publicKey), 12));
    expect(await ask("exported", "kept")).to.deep.equal(Array(3).fill("InvalidAccessError"));
    await tab.reload();
    expect(await ask("make", "kept")).to.deep.equal(made);
    await browser.close();
    await startBrowser();
    expect(await ask("make", "kept")).to.deep.equal(made);
    expect(await ask("exported", "kept")).to.deep.equal(Array(3).fill("InvalidAccessError"));

    const point = hexToBytes(concatHex(["0x04", made.publicKey]));
    for (let i = 0; i < 8; i++) {
      const { digest, signature, address } = await ask("sign", "kept");
      expect(address).to.equal(made.address);
      // The parity of the point's y stands above s.
      const element = BigInt(slice(signature, 64, 96));
      expect(element >> 255n).to.equal(BigInt(made.publicKey) & 1n);
      const low = element & (2n ** 255n - 1n);
      expect(low <= ORDER / 2n).to.equal(true);
      const hash = createHash("sha256").update(hexToBytes(digest)).digest();
      const rs = hexToBytes(concatHex([slice(signature, 32, 64), numberToHex(low, { size: 32 })]));
      expect(p256.verify(rs, hash, point, { prehash: false })).to.equal(true);
    }

    await ask("remove", "kept");
    expect((await ask("make", "kept")).address).to.not.equal(made.address);
  });

  it("two tabs that make the same key at once have one", async () => {
    const other = await openTab();
    for (let i = 0; i < 10; i++) {
      const name = `race-${i}`;
      const [first, second] = await Promise.all([attempt("make", [name]), attempt("make", [name], other)]);
      expect(first.error ?? second.error).to.equal(undefined);
      expect(first.value, name).to.deep.equal(second.value);
      expect(await ask("make", name), name).to.deep.equal(first.value);
    }
    await other.close();
  });

  it("CHI-3 a key under a PIN that is sealed in the page opens outside of it", async () => {
    const { encryptedPrivateKey, address } = await ask("seal", wallet);
    expect(address).to.equal(privateKeyToAccount(`0x${"11".repeat(32)}`).address);
    const opened = await decryptSessionKey({ encryptedPrivateKey, encryptKey: "1234", account: wallet, chainId: 1 });
    expect(opened.address).to.equal(address);
  });

  it("RTC-8 one popup registers, and then there is silence, whatever the session does", async () => {
    expect(await ask("connect")).to.deep.equal([wallet]);
    const hash = (await ask("register", setting, "device", wallet)) as Hex;
    expect(await world.ethers.provider.getTransactionReceipt(hash)).to.have.property("status", 1);
    expect(await injected()).to.deep.equal({ popups: ["eth_requestAccounts", "eth_signTypedData_v4"] });
    const before = await world.ethers.provider.getTransactionCount(wallet);

    for (const text of ["one", "two", "three"]) {
      expect((await ask("post", setting, "device", wallet, text)).route).to.equal("forwarded");
    }
    expect(await entries()).to.equal(3);
    expect((await ask("status", setting, "device", wallet)).callsLeft).to.equal(2);

    // The same key signs on after the browser was closed.
    await browser.close();
    await startBrowser();
    await ask("post", setting, "device", wallet, "four");
    expect(await entries()).to.equal(4);
    expect(await injected()).to.deep.equal({ popups: [] });
    // The wallet has sent nothing at all.
    expect(await world.ethers.provider.getTransactionCount(wallet)).to.equal(before);

    await ask("post", setting, "device", wallet, "five");
    const { error } = await attempt("post", [setting, "device", wallet, "six"]);
    expect(error).to.include({ code: "SESSION_MAX_CALLS_EXCEEDED" });
    expect(await entries()).to.equal(5);
  });

  it("RTC-8 a user who rejects has registered nothing, and is told apart", async () => {
    await ask("connect");
    const published = await world.ethers.provider.getTransactionCount(privateKeyToAddress(setting.relayer));
    await rejectNext();
    // A policy that nobody has published yet.
    const { error } = await attempt("register", [{ ...setting, app: "rejected.example" }, "rejected", wallet]);
    expect(error?.names).to.include("UserRejectedRequestError");
    expect((await ask("status", setting, "rejected", wallet)).status).to.equal("None");
    // Nothing was sent on the wallet's behalf either.
    expect(await world.ethers.provider.getTransactionCount(privateKeyToAddress(setting.relayer))).to.equal(published);
    const refused = await attempt("post", [setting, "rejected", wallet, "hi"]);
    expect(refused.error).to.include({ code: "SESSION_NOT_REGISTERED" });
  });

  it("PIP-28 revoking is one popup, and one that is closed leaves the session as it was", async () => {
    await ask("connect");
    await rejectNext();
    const { error } = await attempt("revoke", [setting, "device", wallet]);
    expect(error?.names).to.include("UserRejectedRequestError");
    expect((await ask("status", setting, "device", wallet)).status).to.equal("Exhausted");
    await ask("revoke", setting, "device", wallet);
    expect((await ask("status", setting, "device", wallet)).status).to.equal("Revoked");
    const { popups } = await injected();
    expect(popups.filter((method) => method === "eth_sendTransaction")).to.have.length(2);
    const refused = await attempt("post", [setting, "device", wallet, "hi"]);
    expect(refused.error).to.include({ code: "SESSION_REVOKED" });
  });

  it("the page asked nobody but its own server, and the browser had nothing to complain about", () => {
    expect([...asked]).to.deep.equal([server.url]);
    expect(complaints).to.deep.equal([]);
  });
});
