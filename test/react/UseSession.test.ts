import { expect } from "chai";
import type { EIP1193RequestFn, LocalAccount } from "viem";
import { hardhat, mainnet } from "viem/chains";
import type { Config } from "wagmi";
import * as sdk from "../../sdk/src/index.ts";
import type { UseSessionParameters, UseSessionReturnType } from "../../sdk/src/react/index.ts";
import { thrownBy } from "../support/client/sessionClient.ts";
import { openReactStage, type ReactStage } from "../support/react/stage.ts";
import { refusal } from "../support/react/wallet.ts";

const CONNECT = ["connect"];
const SIGN = "eth_signTypedData_v4";
const SEND = "eth_sendTransaction";

describe("useSession", () => {
  let stage: ReactStage;
  let owner: LocalAccount;
  let relayer: LocalAccount;
  let policy: sdk.Policy;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openReactStage();
    [owner, relayer] = [await stage.wallet(), await stage.wallet()];
    policy = stage.feedPolicy("hooks.example", 3);
    await stage.client.publishPolicySync({ policy, account: relayer });
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    stage.clear();
    await snapshot.restore();
  });
  after(() => stage.close());

  /** A page with one session on it, and every state that it has shown. */
  const show = (config: Config, changes: Partial<UseSessionParameters> = {}) => {
    const states: UseSessionReturnType["sessionState"][] = [];
    const storage = sdk.memoryKeyStorage();
    const page = stage.render(
      config,
      (parameters: Partial<UseSessionParameters>) => {
        const session = stage.hooks.useSession({
          ...{ policy, storage, relayer, deployment: stage.deployment },
          ...parameters,
        });
        if (states.length === 0 || states.at(-1) !== session.sessionState) states.push(session.sessionState);
        return session;
      },
      changes,
    );
    const become = (state: UseSessionReturnType["sessionState"]) =>
      stage.waitFor(() => expect(page.result.current.sessionState).to.equal(state));
    return { ...page, states, storage, become, now: () => page.result.current };
  };
  const post = (text: string) => ({ calls: [stage.post(text)] });
  const register = async (changes: Partial<sdk.RegisterSessionSyncParameters> = {}) => {
    const key = await sdk.generateP256SessionKey();
    await stage.client.registerSessionSync({ key, policy, account: owner, ...changes });
    return key;
  };
  /** Moves the chain's clock, and what the page knows of it. */
  const pass = async (seconds: number, { queryClient }: ReturnType<typeof show>) => {
    await stage.world.helpers.time.increase(seconds);
    await queryClient.invalidateQueries({ queryKey: ["latchkey"] });
  };

  it("SKL-2 returns the session, its state, the calls left and the four actions of a whole life", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    expect(page.now()).to.include({ sessionState: undefined, isLoading: true, hasActiveSession: false });
    await page.become("none");
    expect(page.now()).to.include({ session: undefined, remainingCalls: undefined, isLoading: false, key: undefined });

    const key = await page.now().createSession();
    await page.become("created");
    expect(page.now().key).to.deep.equal(key);
    // The key that is there stays.
    expect(await page.now().createSession()).to.deep.equal(key);
    expect(wallet.popups).to.deep.equal(CONNECT);

    const { grant, hash } = await page.now().registerSession();
    expect(grant.key).to.equal(key.address);
    expect(await stage.isMined(hash)).to.equal(true);
    await page.become("active");
    expect(page.now()).to.include({ hasActiveSession: true, remainingCalls: 3 });
    expect(page.now().session).to.include({ status: "Active", validUntil: grant.validUntil });
    expect(page.now().secondsLeft).to.be.within(21_590, 21_600);

    const sent = await page.now().executeWithSession(post("hello"));
    expect(sent).to.include({ by: "session", route: "forwarded" });
    await stage.waitFor(() => expect(page.now().remainingCalls).to.equal(2));

    await page.now().revokeSession();
    await page.become("revoked");
    expect(page.now()).to.include({ hasActiveSession: false, remainingCalls: 0, secondsLeft: 0 });
    // A dead session makes nothing, and nobody is asked in its place.
    expect(await thrownBy(page.now().executeWithSession(post("again")))).to.include({ code: "SESSION_REVOKED" });
    expect(page.states).to.deep.equal([undefined, "none", "created", "registering", "active", "revoked"]);
    expect(wallet.popups).to.deep.equal([...CONNECT, SIGN, SIGN]);
    expect(wallet.refused).to.deep.equal([]);
  });

  it("makes the key on the way and sends by the wallet itself where there is no relayer", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config, { relayer: undefined });
    await page.become("none");
    const { grant } = await page.now().registerSession({ maxCalls: 2 });
    await page.become("active");
    expect(page.now()).to.include({ remainingCalls: 2 });
    expect(page.now().key?.address).to.equal(grant.key);
    expect(wallet.popups).to.deep.equal([...CONNECT, SEND]);
  });

  it("goes on with the key of this device on the next visit", async () => {
    const { config } = await stage.connectWallet([owner]);
    const first = show(config);
    await first.become("none");
    await first.now().registerSession();
    const second = show(config, { storage: first.storage });
    await second.become("active");
    expect(second.states).to.deep.equal([undefined, "active"]);
    await second.now().executeWithSession(post("later"));
    await stage.waitFor(() => expect(first.now().remainingCalls).to.equal(2));
  });

  it("is pending before its start, and active from it on, by the chain's clock", async () => {
    const { config } = await stage.connectWallet([owner]);
    const page = show(config);
    await page.become("none");
    const start = (await stage.now()) + 1_000;
    await page.now().registerSession({ validAfter: start, validUntil: start + 599 });
    await page.become("pending");
    expect(page.now().secondsLeft).to.be.within(1_590, 1_600);
    await pass(1_000, page);
    await page.become("active");
    await page.now().executeWithSession(post("begun"));
  });

  it("is expired by the chain's clock, also while the chain makes no block, and made anew", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    await page.become("none");
    const end = (await stage.now()) + 600;
    const { grant } = await page.now().registerSession({ validUntil: end });
    await page.become("active");
    await stage.world.provider.request({ method: "evm_increaseTime", params: [700] });
    await page.queryClient.invalidateQueries({ queryKey: ["latchkey", "clock"] });
    await page.become("expired");
    // The chain's latest block is of before.
    expect(page.now().session?.status).to.equal("Active");
    expect(page.now()).to.include({ hasActiveSession: false, secondsLeft: 0, remainingCalls: 0 });
    const fresh = await page.now().createSession();
    expect(fresh.address).to.not.equal(grant.key);
    await page.now().registerSession();
    await page.become("active");
    expect(page.now().key?.address).to.equal(fresh.address);
    expect(wallet.popups).to.deep.equal([...CONNECT, SIGN, SIGN]);
  });

  it("is exhausted when no calls are left, and registered anew in its place", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    await page.become("none");
    await page.now().registerSession({ maxCalls: 1 });
    await page.become("active");
    await page.now().executeWithSession(post("the only one"));
    await page.become("exhausted");
    expect(page.now()).to.include({ remainingCalls: 0, hasActiveSession: false });
    await page.now().registerSession();
    await page.become("active");
    expect(page.now().remainingCalls).to.equal(3);
    expect(wallet.popups).to.deep.equal([...CONNECT, SIGN, SIGN]);
  });

  it("ends no other session that lives in the lane, unless it is told to", async () => {
    const other = await register();
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    await page.become("none");
    const refused = await thrownBy(page.now().registerSession());
    expect(refused).to.include({ errorName: "LaneOccupied" });
    await page.become("created");
    expect(wallet.popups).to.deep.equal(CONNECT);
    await page.now().registerSession({ replaces: "occupant" });
    await page.become("active");
    const { status } = await stage.client.getSession({ principal: owner.address, key: other.address });
    expect(status).to.equal("Revoked");
  });

  it("shows the list's entry until the chain has answered, and never that there is none", async () => {
    const key = await register();
    const listed = await stage.client.getSession({ principal: owner.address, key: key.address });
    const { config, wallet } = await stage.connectWallet([owner]);
    const card = show(config, { key: key.address, listed });
    await card.become("active");
    await stage.waitFor(() => expect(card.now().secondsLeft).to.be.a("number"));
    expect(card.states).to.deep.equal(["active"]);
    const fresh = show(config, { key: key.address });
    await fresh.become("active");
    expect(fresh.states).to.deep.equal([undefined, "active"]);
    // Its key is somebody else's: it can be looked at and ended.
    expect(fresh.now().key).to.equal(undefined);
    const mute = await thrownBy(fresh.now().executeWithSession(post("mute")));
    expect((mute as sdk.SessionError).metaMessages).to.include(`Key: ${key.address}`);
    await fresh.now().revokeSession({ relayer: undefined });
    await fresh.become("revoked");
    await card.become("revoked");
    expect(wallet.popups).to.deep.equal([...CONNECT, SIGN]);
  });

  it("is as it was before when the user says no", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    await page.become("none");
    wallet.answer = () => Promise.reject(refusal(4_001, "User rejected the request."));
    const refused = (await thrownBy(page.now().registerSession())) as Error;
    expect(refused.message).to.include("User rejected the request.");
    await page.become("created");
    wallet.answer = async () => {};
    await page.now().registerSession();
    await page.become("active");
    wallet.answer = () => Promise.reject(refusal(4_001, "User rejected the request."));
    await thrownBy(page.now().revokeSession());
    await page.become("active");
    expect(wallet.popups).to.deep.equal([...CONNECT, SIGN, SIGN, SIGN]);
    expect(page.states.filter((each) => each === "revoked")).to.deep.equal([]);
  });

  it("is registering while the wallet is open, on every screen that shows the key, and goes on without its component", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    let close = () => {};
    wallet.answer = () => new Promise((resolve) => (close = resolve));
    const storage = sdk.memoryKeyStorage();
    const { wrapper } = stage.pageOf(config);
    const useIt = () => stage.hooks.useSession({ policy, storage, relayer, deployment: stage.deployment });
    const [button, badge] = [stage.renderHook(useIt, { wrapper }), stage.renderHook(useIt, { wrapper })];
    const become = (state: string) => stage.waitFor(() => expect(badge.result.current.sessionState).to.equal(state));
    await become("none");
    const registered = button.result.current.registerSession();
    await become("registering");
    await stage.waitFor(() => expect(wallet.popups).to.deep.equal([...CONNECT, SIGN]));
    button.unmount();
    close();
    await registered;
    await become("active");
  });

  it("follows the wallet to another account, which has another session", async () => {
    const other = await stage.wallet();
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    await page.become("none");
    await page.now().registerSession();
    await page.become("active");
    const { address } = page.now().key!;
    wallet.changeAccounts([other]);
    await page.become("none");
    expect(page.now()).to.include({ session: undefined, key: undefined, remainingCalls: undefined });
    wallet.changeAccounts([owner]);
    await page.become("active");
    expect(page.now().key?.address).to.equal(address);
  });

  it("shows no other account's session meanwhile, though the app shows earlier answers until the next", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config);
    stage.setDefaults(page.queryClient, { queries: { placeholderData: stage.query.keepPreviousData } });
    await page.become("none");
    await page.now().registerSession();
    await page.become("active");
    wallet.changeAccounts([await stage.wallet()]);
    await page.become("none");
    expect(page.states.slice(page.states.indexOf("active"))).to.deep.equal(["active", undefined, "none"]);
  });

  describe("on the chain that was shown when it was asked to, though the wallet moves on meanwhile", () => {
    /** A storage whose next answer is held until `go` is called. */
    const slowStorage = () => {
      const kept = sdk.memoryKeyStorage();
      const held: { isNext: boolean; go?: () => void } = { isNext: false };
      const list = async () => {
        if (held.isNext) {
          held.isNext = false;
          await new Promise<void>((resolve) => (held.go = resolve));
        }
        return kept.list();
      };
      return { storage: { ...kept, list } satisfies sdk.P256KeyStorage, held };
    };
    const asked = async (isRegistered: boolean, act: (session: UseSessionReturnType) => Promise<unknown>) => {
      const { config, wallet } = await stage.connectWallet([owner]);
      const { storage, held } = slowStorage();
      const page = show(config, { storage });
      await page.become("none");
      if (isRegistered) {
        await page.now().registerSession();
        await page.become("active");
      }
      wallet.popups.length = 0;
      held.isNext = true;
      const ended = act(page.now()).catch((thrown: Error) => thrown);
      await stage.waitFor(() => expect(held.go).to.be.a("function"));
      wallet.changeChain(mainnet.id);
      await stage.waitFor(() => expect(stage.actions.getChainId(config)).to.equal(mainnet.id));
      page.rerender({ storage });
      held.go!();
      return { ended: await ended, wallet };
    };

    it("registers and revokes, which the wallet is asked for there alone", async () => {
      for (const { ended, wallet } of [
        await asked(false, (session) => session.registerSession()),
        await asked(true, (session) => session.revokeSession()),
      ]) {
        expect((ended as Error).name).to.equal("ConnectorChainMismatchError");
        expect(wallet.popups).to.deep.equal([]);
      }
    });

    it("makes its calls there", async () => {
      const { ended, wallet } = await asked(true, (session) => session.executeWithSession(post("there")));
      expect(ended).to.include({ by: "session" });
      expect(wallet.popups).to.deep.equal([]);
    });
  });

  it("asks again how the session stands when an action fails", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const here = show(config);
    await here.become("none");
    await here.now().createSession();
    await here.become("created");
    // Another tab has the same key.
    const there = show(config, { storage: here.storage });
    await there.become("created");
    await there.now().registerSession();
    expect(here.now().sessionState).to.equal("created");
    wallet.answer = () => Promise.reject(refusal(4_001, "User rejected the request."));
    await thrownBy(here.now().registerSession());
    await here.become("active");
  });

  it("asks the wallet for no other account's session", async () => {
    const other = await stage.wallet();
    const { config, wallet } = await stage.connectWallet([other]);
    const key = await register();
    const page = show(config, { principal: owner.address, key: key.address, relayer: undefined });
    await page.become("active");
    const refused = (await thrownBy(page.now().revokeSession())) as sdk.SessionError;
    expect(refused.metaMessages).to.include.members([`Principal: ${owner.address}`, `Account: ${other.address}`]);
    expect(wallet.popups).to.deep.equal(CONNECT);
  });

  it("asks no wallet that is on another chain, whether it says so or not", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config, { chainId: hardhat.id });
    await page.become("none");
    await page.now().createSession();
    await page.become("created");
    wallet.changeChain(mainnet.id);
    const told = (await thrownBy(page.now().registerSession())) as Error;
    expect(told.name).to.equal("ConnectorChainMismatchError");
    wallet.changeChain(hardhat.id);
    // It moves while it is about to be asked.
    const client = await stage.hooks.getSessionClient(config);
    wallet.changeChainSilently(mainnet.id);
    const key = await sdk.generateP256SessionKey();
    const silent = await thrownBy(sdk.registerSession(client, { key, policy, deployment: stage.deployment, relayer }));
    expect((silent as sdk.SessionError).metaMessages).to.include.members([
      `Wallet: chain ${mainnet.id}`,
      `Asked for: chain ${hardhat.id}`,
    ]);
    expect(wallet.popups).to.deep.equal(CONNECT);
    await page.become("created");
  });

  it("says nothing of a session while the node is away, and why", async () => {
    let isAway = true;
    const request = (next: EIP1193RequestFn) =>
      ((asked: never) => (isAway ? Promise.reject(refusal(-32_603, "gone")) : next(asked))) as EIP1193RequestFn;
    const key = await register();
    const { config } = await stage.connectWallet([owner], { request });
    const page = show(config, { key: key.address });
    await stage.waitFor(() => expect(page.now().error).to.be.instanceOf(Error));
    expect(page.now()).to.include({ sessionState: undefined, isLoading: false, hasActiveSession: false });
    isAway = false;
    await page.queryClient.invalidateQueries({ queryKey: ["latchkey"] });
    await page.become("active");
    expect(page.now().error).to.equal(null);
  });

  it("refuses what it is asked without what it takes, and names it", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const wordless = show(config, { policy: undefined });
    await wordless.become("none");
    for (const refused of [
      wordless.now().createSession(),
      wordless.now().registerSession(),
      wordless.now().revokeSession(),
      wordless.now().executeWithSession(post("x")),
    ]) {
      expect(String(await thrownBy(refused))).to.match(/Give the policy/);
    }
    const keyless = show(config);
    await keyless.become("none");
    expect(String(await thrownBy(keyless.now().revokeSession()))).to.include("keeps no key that could be revoked");
    expect(await thrownBy(keyless.now().executeWithSession(post("x")))).to.include({ code: "SESSION_NOT_REGISTERED" });
    const elsewhere = show(config, { chainId: 5 });
    await stage.waitFor(() => expect(elsewhere.now().error ?? elsewhere.now().sessionState).to.equal("none"));
    const unknown = (await thrownBy(elsewhere.now().registerSession())) as sdk.SessionError;
    expect(unknown.metaMessages).to.include.members(["Chain: 5", `Chains of wagmi: ${hardhat.id}, ${mainnet.id}`]);
    await stage.actions.disconnect(config);
    await keyless.become("none");
    expect(String(await thrownBy(keyless.now().registerSession()))).to.include("No wallet is connected");
    expect(wallet.popups).to.deep.equal(CONNECT);
  });
});
