import { expect } from "chai";
import { type Hash, parseEther } from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { getBalance, getTransactionCount } from "viem/actions";
import { hashPolicy } from "../../sdk/src/index.ts";
import { type Happening, type IndexedUse, withIndexed } from "../src/session/happenings.ts";
import { hoursInWords } from "../src/session/words.ts";
import { act, poke, register } from "./support/sessions.ts";
import { ground, report } from "./support/run.ts";
import { seen, type Visit, visit } from "./support/visit.ts";
import { TestWallet } from "./support/wallet.ts";

/** Most bytes of script, compressed, for all that a wallet's owner does here. */
const SCRIPT = 200_000;

const somebody = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey());

describe("A life in the panel", () => {
  const grantOf = (name: keyof ReturnType<typeof ground>["files"]) =>
    `/grant/${hashPolicy(ground().files[name].policy)}`;
  const walletOf = (account: PrivateKeyAccount, options = {}) => new TestWallet([account], ground().node, options);
  const sessionsOf = (account: PrivateKeyAccount) => ground().stage.client.getSessions({ principal: account.address });

  async function registerOn(page: Visit): Promise<void> {
    await page.button("Generate a key").click();
    await page.button(/^(Sign and register|Register by transaction)$/).click();
    await page.page.getByText("The session is active.").waitFor();
  }

  it("SKL-24 SKL-22 Generate, Register, Active: one signature of an empty wallet, and one revokes", async () => {
    const account = somebody();
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.go(grantOf("social"));
    await page.page
      .getByText("This authorizes up to 40 transactions for 2 hours without re-authentication", { exact: true })
      .waitFor();
    await page.page.getByText("Auto-signs for 2 hours").waitFor();
    const step = page.page.locator('[aria-current="step"]');
    expect(await page.page.getByRole("list", { name: "Progress" }).innerText()).to.match(
      /Generate[^]*Register[^]*Active/,
    );
    expect(await step.innerText()).to.include("Generate");
    await page.connect();
    await page.button("Generate a key").click();
    await page.page.getByText("It can do nothing yet.").waitFor();
    expect(await step.innerText()).to.include("Register");
    expect(await sessionsOf(account)).to.deep.equal([]);

    // Held open, so that the waiting can be seen.
    let sign = () => {};
    wallet.answer = () => new Promise<boolean>((resolve) => (sign = () => resolve(true)));
    await page.button("Sign and register").click();
    await page.page.getByText("Your wallet is asking you.").waitFor();
    expect(await step.locator("svg.animate-spin").count()).to.equal(1);
    wallet.answer = () => true;
    sign();
    await page.page.getByText("The session is active.").waitFor();
    expect(await step.count()).to.equal(0);
    const [session] = await sessionsOf(account);
    expect(session).to.include({ status: "Active", app: "social.example" });

    await page.page.getByRole("link", { name: "See what it does" }).click();
    await page.button(/^Revoke/).click();
    const dialog = page.page.getByRole("alertdialog");
    await dialog.getByText("No approval outlives it.").waitFor();
    await dialog.getByRole("button", { name: "Sign and revoke" }).click();
    await page.page.getByText("Revoked", { exact: true }).first().waitFor();
    expect((await sessionsOf(account))[0]).to.include({ status: "Revoked" });

    expect(wallet.popups).to.deep.equal(["wallet_requestPermissions", "eth_signTypedData_v4", "eth_signTypedData_v4"]);
    // It has sent nothing, and has nothing.
    const { client } = ground().stage;
    expect(await getTransactionCount(client, { address: account.address })).to.equal(0);
    expect(await getBalance(client, { address: account.address })).to.equal(0n);
    report("popups: a life by a relay, empty wallet", wallet.popups.length);
    const script = [...seen.scripts.values()].reduce((sum, each) => sum + each, 0);
    report("script of that life, as it was sent, kB", `${(script / 1_000).toFixed(1)} of ${SCRIPT / 1_000}`);
    expect(script)
      .to.be.above(SCRIPT / 2)
      .and.at.most(SCRIPT);
  });

  it("SKL-23 a wallet that pays itself has the same three popups, and revoking is asked about first", async () => {
    const account = somebody();
    await ground().fund(account.address);
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.go(grantOf("upvote"));
    await page.connect();
    await page.button("Generate a key").click();
    await page.page.getByLabel("Your wallet sends it and pays.").check();
    await page.button("Register by transaction").click();
    await page.page.getByText("The session is active.").waitFor();

    await page.go();
    const trigger = page.button(/^Revoke key/);
    expect(await trigger.getAttribute("class")).to.include("bg-destructive");
    await trigger.click();
    const dialog = page.page.getByRole("alertdialog");
    await dialog.getByText("This cannot be undone").waitFor();
    expect(await dialog.locator("h2 svg").count()).to.equal(1);
    // The answer that changes nothing is the one at hand, and Escape gives it.
    expect(await page.page.evaluate(() => document.activeElement?.textContent)).to.equal("Keep it");
    await page.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.page.waitForFunction(() => document.activeElement?.textContent?.startsWith("Revoke key"));
    expect(wallet.popups).to.have.length(2);

    await trigger.click();
    await dialog.getByLabel("Your wallet sends it and pays.").check();
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await page.page.getByText("No session of this wallet can act.").waitFor();
    expect(wallet.popups).to.deep.equal(["wallet_requestPermissions", "eth_sendTransaction", "eth_sendTransaction"]);
    expect((await sessionsOf(account))[0]).to.include({ status: "Revoked" });
    report("popups: a life by transactions", wallet.popups.length);
  });

  it("a wallet that takes batches revokes those that are chosen in one popup, and one without in one each", async () => {
    for (const takesBatches of [true, false]) {
      const account = somebody();
      await ground().fund(account.address);
      const chosen = [await register(ground(), account, "upvote"), await register(ground(), account, "game")];
      const kept = await register(ground(), account, "social");
      const wallet = walletOf(account, { takesBatches });
      const page = await visit(ground().url, { wallet });
      await page.go();
      await page.connect();
      for (const { key } of chosen) await page.card(key.address).getByRole("checkbox").check();
      await page.button("Revoke selected (2)").click();
      const dialog = page.page.getByRole("alertdialog");
      await dialog.getByLabel("Your wallet sends it and pays.").check();
      await dialog.getByRole("button", { name: "Revoke 2 sessions" }).click();
      await dialog.getByText("The chain says that they are revoked.").waitFor();
      const sent = takesBatches ? ["wallet_sendCalls"] : ["eth_sendTransaction", "eth_sendTransaction"];
      expect(wallet.popups).to.deep.equal(["wallet_requestPermissions", ...sent]);
      for (const { key, status } of await sessionsOf(account))
        expect(status).to.equal(key === kept.key.address ? "Active" : "Revoked");
      report(`popups: two revoked ${takesBatches ? "in a batch" : "one by one"}`, sent.length);
    }
  });

  it("one signature revokes every session", async () => {
    const account = somebody();
    for (const name of ["social", "upvote"] as const) await register(ground(), account, name);
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.go();
    await page.connect();
    await page.button("Revoke all").click();
    await page.page.getByRole("alertdialog").getByRole("button", { name: "Sign and revoke all" }).click();
    await page.page.getByText("The chain says that they are revoked.").waitFor();
    await page.button("Close").click();
    await page.page.getByText("No session of this wallet can act.").waitFor();
    expect(wallet.popups).to.deep.equal(["wallet_requestPermissions", "eth_signTypedData_v4"]);
    for (const { status } of await sessionsOf(account)) expect(status).to.equal("Revoked");
  });

  it("what outlives a session is offered next, and taken back", async () => {
    const { stage } = ground();
    const account = somebody();
    await ground().fund(account.address);
    await register(ground(), account, "social");
    const spender = stage.names.at("SocialCore");
    await stage.apps.POKE.send("approve", [spender, parseEther("3")], { account });
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.go();
    await page.connect();
    await page.button(/^Revoke key/).click();
    const dialog = page.page.getByRole("alertdialog");
    await dialog.getByText("What outlives it").waitFor();
    await dialog.getByRole("button", { name: "Sign and revoke" }).click();
    await dialog.getByText("These approvals still stand").waitFor();
    await dialog.getByRole("button", { name: /^Take it back/ }).click();
    await dialog.getByText("No approval outlives it.").waitFor();
    const args = [account.address, spender];
    expect(await stage.apps.POKE.read("allowance", args)).to.equal(0n);
  });

  it("a no changes nothing, is said as such, and can be taken back", async () => {
    const account = somebody();
    const wallet = walletOf(account);
    wallet.answer = (method) => method !== "eth_signTypedData_v4" || wallet.popups.length > 3;
    const page = await visit(ground().url, { wallet });
    await page.go(grantOf("upvote"));
    await page.connect();
    await page.button("Generate a key").click();
    for (let i = 0; i < 2; ++i) {
      await page.button("Sign and register").click();
      await page.page.getByRole("alert").getByText("You said no in your wallet.").waitFor();
      expect(await sessionsOf(account)).to.deep.equal([]);
    }
    await page.button("Sign and register").click();
    await page.page.getByText("The session is active.").waitFor();
  });

  it("a wallet that never answers is told of, and what it signs too late is handed to nobody", async () => {
    const account = somebody();
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.page.clock.install();
    await page.go(grantOf("upvote"));
    let answer = (_isYes: boolean) => {};
    const nobody = () => new Promise<boolean>((resolve) => (answer = resolve));
    wallet.answer = nobody;
    await page.button(/^Connect/).click();
    await page.page.clock.fastForward(11_000);
    await page.page.getByText("Your wallet has not answered.").waitFor();
    await page.button("Stop waiting").click();
    await page.page.getByText("Your wallet has not answered.").waitFor({ state: "detached" });
    wallet.answer = () => true;
    answer(false);
    await page.connect();

    await page.button("Generate a key").click();
    wallet.answer = nobody;
    await page.button("Sign and register").click();
    await page.page.getByText("Your wallet is asking you.").waitFor();
    await page.page.clock.fastForward(16_000);
    await page.page.getByText("Your wallet has not answered.").waitFor();
    await page.button("Stop waiting").click();
    await page.button("Sign and register").waitFor();
    const block = await ground().stage.client.request({ method: "eth_blockNumber" });
    answer(true);
    await page.page.waitForTimeout(500);
    expect(await ground().stage.client.request({ method: "eth_blockNumber" })).to.equal(block);
    expect(await sessionsOf(account)).to.deep.equal([]);
  });

  it("another tab has the same key, and sees the session come and go", async () => {
    const account = somebody();
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.go(grantOf("upvote"));
    await page.connect();
    const other = await page.another(grantOf("upvote"));
    await registerOn(page);
    await other.page.getByText("The session is active.").waitFor();
    const list = await page.another();
    await list.page.getByText("calls remaining").waitFor();
    await other.page.getByRole("link", { name: "See what it does" }).click();
    await other.button(/^Revoke/).click();
    await other.button("Sign and revoke").click();
    await list.page.getByText("No session of this wallet can act.").waitFor();
    // It has asked once to be connected, and each tab knows.
    expect(wallet.popups).to.deep.equal(["wallet_requestPermissions", "eth_signTypedData_v4", "eth_signTypedData_v4"]);
  });

  it("SKL-20 calls and amounts left follow what a key does elsewhere", async () => {
    const { bob } = ground().stage.people;
    const session = await register(ground(), bob, "social", { maxCalls: 12 });
    const page = await visit(ground().url, { wallet: walletOf(bob) });
    await page.go();
    await page.connect();
    const card = page.card(session.key.address);
    const calls = card.getByText("12 / 12 calls remaining", { exact: true });
    await calls.waitFor();
    expect(await calls.getAttribute("class"))
      .to.include("font-mono")
      .and.include("tabular-nums");
    await card.getByText("50 POKE left of 50 POKE").waitFor();
    await act(ground(), session, poke(ground(), parseEther("20")));
    await card.getByText("11 / 12 calls remaining", { exact: true }).waitFor();
    await card.getByText("30 POKE left of 50 POKE").waitFor();
    await card.getByText("30 POKE + 0.02 ETH of gas, if the trusted contracts keep their word").waitFor();
    await card.getByRole("link").click();
    const history = page.page.getByRole("heading", { name: "What happened" }).locator("..");
    await history.getByText("Used", { exact: true }).waitFor();
    await history.getByRole("link").first().click();
    await page.page.getByText("Succeeded").waitFor();
    expect(await page.page.locator("#content").innerText()).to.match(/SessionUsed/);
    await ground().stage.client.revokeAllSessionsSync({ account: bob, relayer: ground().stage.chain.relayer });
  });

  it("health says what will fail, and its button mends it", async () => {
    const account = somebody();
    const session = await register(ground(), account, "upvote", { maxCalls: 3 });
    const page = await visit(ground().url, { wallet: walletOf(account) });
    await page.go(`/session/${account.address}/${session.key.address}`);
    await page.page.getByText("3 calls left").waitFor();
    await page.page.getByText(/^Connect the wallet .* to mend it\.$/).waitFor();
    await page.go();
    await page.connect();
    await page.go(`/session/${account.address}/${session.key.address}`);
    await page.button(/^Renew it for/).click();
    await page.page.getByText("3 calls left").waitFor({ state: "detached" });
    const { callsLeft } = await ground().stage.client.getSession({
      principal: account.address,
      key: session.key.address,
    });
    expect(callsLeft).to.equal(ground().files.upvote.policy.maxCalls);
  });

  it("a key that sends for itself and runs out of gas money is told of, and its button sends some", async () => {
    const { client, chain } = ground().stage;
    const account = somebody();
    await ground().fund(account.address);
    const session = await register(ground(), account, "upvote");
    const { address } = session.key;
    const page = await visit(ground().url, { wallet: walletOf(account) });
    await page.go();
    await page.connect();
    await page.go(`/session/${account.address}/${address}`);
    await page.page.getByRole("heading", { name: "What happened" }).waitFor();
    // One that others send for needs none.
    expect(await page.page.getByText("for gas").count()).to.equal(0);
    await chain.helpers.setNonce(address, 1);
    await page.page.reload();
    await page.page.getByText("the key has 0 ETH for gas").waitFor();
    await page.button(/^Send it .* ETH for gas$/).click();
    await page.page.getByText("the key has 0 ETH for gas").waitFor({ state: "detached" });
    expect(Number(await getBalance(client, { address }))).to.be.above(0);
  });

  it("a question that is closed while the wallet asks is answered with no, and its way by transaction is told of", async () => {
    const account = somebody();
    await ground().fund(account.address);
    const { key } = await register(ground(), account, "upvote");
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.page.clock.install();
    await page.go();
    await page.connect();
    let answer = (_isYes: boolean) => {};
    wallet.answer = () => new Promise<boolean>((resolve) => (answer = resolve));
    await page.button(/^Revoke key/).click();
    await page.button("Sign and revoke").click();
    await page.page.getByText("Your wallet is asking you.").waitFor();
    await page.page.clock.fastForward(16_000);
    await page.page.getByText("a transaction that you confirm later it sends all the same").waitFor();
    await page.button("Keep it").click();
    answer(true);
    await page.page.waitForTimeout(700);
    expect((await sessionsOf(account))[0]).to.include({ key: key.address, status: "Active" });
  });

  it("each signature of several is the wallet's to give, and what one stops at is gone on with", async () => {
    const account = somebody();
    for (const name of ["upvote", "game"] as const) await register(ground(), account, name);
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet });
    await page.go();
    await page.connect();
    await page.page.getByRole("checkbox").nth(1).waitFor();
    for (const box of await page.page.getByRole("checkbox").all()) await box.check();
    await page.button("Revoke selected (2)").click();
    const dialog = page.page.getByRole("alertdialog");
    let answer = (_isYes: boolean) => {};
    wallet.answer = () => wallet.popups.length < 3 || new Promise<boolean>((resolve) => (answer = resolve));
    await dialog.getByRole("button", { name: "Sign 2 times" }).click();
    await page.page.waitForFunction(() => document.querySelectorAll("[data-session]").length === 1);
    await dialog.getByText("Your wallet is asking you.").waitFor();
    answer(false);
    await dialog.getByText("You said no in your wallet.").waitFor();
    wallet.answer = () => true;
    await dialog.getByRole("button", { name: "Sign 2 times" }).click();
    await dialog.getByText("The chain says that they are revoked.").waitFor();
    expect(wallet.popups.filter((each) => each === "eth_signTypedData_v4")).to.have.length(3);
    for (const { status } of await sessionsOf(account)) expect(status).to.equal("Revoked");
  });

  it("what a wallet says that it has done is held against the chain, and only its owner's wallet is asked", async () => {
    const account = somebody();
    await ground().fund(account.address);
    await register(ground(), account, "upvote");
    const wallet = walletOf(account, { takesBatches: true });
    const page = await visit(ground().url, { wallet });
    await page.go();
    await page.connect();
    await page.page.getByRole("checkbox").check();
    await page.button("Revoke selected (1)").click();
    const dialog = page.page.getByRole("alertdialog");
    await dialog.getByLabel("Your wallet sends it and pays.").check();
    wallet.makes = () => [{ from: account.address, to: account.address }];
    await dialog.getByRole("button", { name: "Revoke 1 session" }).click();
    await dialog.getByText("The wallet says that it is done, and the chain does not.").waitFor();
    await wallet.useAccount(somebody());
    await page.page.waitForFunction(
      () => document.querySelector<HTMLButtonElement>("dialog button.bg-destructive")?.disabled === true,
    );
  });

  it("a life that was renewed counts its own uses", async () => {
    const { bob } = ground().stage.people;
    const session = await register(ground(), bob, "social");
    await act(ground(), session, poke(ground(), parseEther("1")));
    const page = await visit(ground().url, { wallet: undefined });
    await page.go(`/session/${bob.address}/${session.key.address}`);
    await page.page.getByText("1 use in the log", { exact: true }).waitFor();
    await ground().stage.client.renewSessionSync({
      ...{ account: bob, relayer: ground().stage.chain.relayer },
      ...{ key: session.key, policy: ground().files.social.policy },
    });
    await page.page.getByText("0 uses in the log", { exact: true }).waitFor();
    await ground().stage.client.revokeAllSessionsSync({ account: bob, relayer: ground().stage.chain.relayer });
  });

  it("a registration that was begun stays on the page while the node is away", async () => {
    const page = await visit(ground().url, { wallet: walletOf(somebody()), forgives: /Failed to load resource/ });
    await page.page.clock.install();
    await page.go(grantOf("social"));
    await page.connect();
    await page.button("Generate a key").click();
    await page.page.getByText("It can do nothing yet.").waitFor();
    await page.context.route(`${ground().url}/`, (route) => route.abort());
    await page.page.clock.fastForward(31_000);
    await page.page.evaluate(() => dispatchEvent(new Event("visibilitychange")));
    await page.page.getByText("The node does not answer").waitFor();
    await page.page.waitForTimeout(3_000);
    await page.button("Sign and register").waitFor();
  });

  it("a session that is used up is told of when it is revoked elsewhere, also where the node searches no log", async () => {
    const { bob } = ground().stage.people;
    const session = await register(ground(), bob, "social", { maxCalls: 1 });
    await act(ground(), session, poke(ground(), parseEther("1")));
    const page = await visit(ground().url, { wallet: undefined });
    await page.refuse(({ method }) => method === "eth_getLogs");
    await page.go(`/session/${bob.address}/${session.key.address}`);
    await page.page.getByText("Used up", { exact: true }).waitFor();
    const { client, chain } = ground().stage;
    await client.revokeSessionSync({ account: bob, key: session.key.address, relayer: chain.relayer });
    await page.page.locator('header [data-slot="badge"]').getByText("Revoked", { exact: true }).waitFor();
  });

  it("a duration in words is never less than it is", () => {
    for (const [seconds, words] of [
      [3_600, "1 hour"],
      [5_900, "2 hours"],
      [21_600, "6 hours"],
      [233_280, "3 days"],
    ] as const)
      expect(hoursInWords(seconds)).to.equal(words);
  });

  it("an index gives a use its way in where it is plain which one is meant, and adds operations alone", () => {
    const used = (hash: Hash): Happening => ({ kind: "used", key: undefined, hash, block: 1n, time: 1 });
    const indexed = (hash: Hash, route: IndexedUse["route"]): IndexedUse => ({ at: 1, block: 1n, hash, route });
    const shown = (logged: Hash[], uses: IndexedUse[]) =>
      withIndexed(logged.map(used), uses).map(({ hash, route, isOfIndex }) => [hash, route, isOfIndex ?? false]);
    expect(shown(["0x1"], [indexed("0x1", "redeemed")])).to.deep.equal([["0x1", "redeemed", false]]);
    // Two uses of one transaction: of the same way in, and one of which came in passing.
    for (const [second, said] of [
      ["redeemed", "redeemed"],
      [undefined, undefined],
    ] as const) {
      for (const uses of [
        [indexed("0x1", "redeemed"), indexed("0x1", second)],
        [indexed("0x1", second), indexed("0x1", "redeemed")],
      ]) {
        expect(shown(["0x1", "0x1"], uses)).to.deep.equal(Array(2).fill(["0x1", said, false]));
      }
    }
    // An operation logs no use of its own, also beside one that does.
    expect(shown(["0x1"], [indexed("0x1", "userOperation"), indexed("0x1", "asked")])).to.deep.equal([
      ["0x1", "asked", false],
      ["0x1", "userOperation", true],
    ]);
    expect(shown([], [indexed("0x2", "userOperation")])).to.deep.equal([["0x2", "userOperation", true]]);
  });
});
