import { expect } from "chai";
import { parseEther } from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { getBalance, getTransactionCount } from "viem/actions";
import { hashPolicy } from "../../sdk/src/index.ts";
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

  it("what outlives a session is offered next, Permit2's too, and taken back", async () => {
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
    await page.page.getByText(`Connect the wallet`).waitFor();
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
});
