import { expect } from "chai";
import { erc20Abi, type EIP1193RequestFn, type LocalAccount } from "viem";
import { hardhat, mainnet } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { FRIEND, thrownBy } from "../support/client/sessionClient.ts";
import { openReactStage, type ReactStage } from "../support/react/stage.ts";

describe("Hooks of a screen", () => {
  let stage: ReactStage;
  let owner: LocalAccount;
  let relayer: LocalAccount;
  let policy: sdk.Policy;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openReactStage();
    [owner, relayer] = [await stage.wallet(), await stage.wallet()];
    policy = stage.feedPolicy("screens.example", 20);
    await stage.client.publishPolicySync({ policy, account: relayer });
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    stage.clear();
    await snapshot.restore();
  });
  after(() => stage.close());

  const register = async (changes: Partial<sdk.RegisterSessionSyncParameters> = {}) => {
    const key = await sdk.generateP256SessionKey();
    await stage.client.registerSessionSync({ key, policy, account: owner, ...changes });
    return key;
  };
  /** Counts what the node is asked. */
  const counted = () => {
    const asked: string[] = [];
    const request = (next: EIP1193RequestFn) =>
      ((one: { method: string }) => (asked.push(one.method), next(one as never))) as EIP1193RequestFn;
    return { asked, request };
  };
  const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  describe("useChainNow", () => {
    it("counts on with the chain's clock, also where this machine's is another", async () => {
      await stage.world.helpers.time.increase(5_000);
      const { config } = await stage.connectWallet([owner]);
      const seen: (number | undefined)[] = [];
      const { result } = stage.render(config, () => {
        const now = stage.hooks.useChainNow();
        seen.push(now);
        return now;
      });
      expect(seen[0]).to.equal(undefined);
      await stage.waitFor(() => expect(result.current).to.be.a("number"));
      const first = result.current!;
      expect(first).to.be.closeTo(await stage.now(), 2);
      await stage.waitFor(() => expect(result.current).to.be.above(first));
      expect(result.current).to.be.below(first + 10);
    });

    it("shows no other chain's time meanwhile, though the app shows earlier answers until the next", async () => {
      let isHeld = false;
      const request = (next: EIP1193RequestFn) =>
        ((one: never) => (isHeld ? new Promise(() => {}) : next(one))) as EIP1193RequestFn;
      const { config } = await stage.connectWallet([owner], { request });
      const page = stage.render(
        config,
        (chainId: number) => stage.hooks.useChainNow({ chainId }),
        hardhat.id as number,
      );
      stage.setDefaults(page.queryClient, { queries: { placeholderData: stage.query.keepPreviousData } });
      await stage.waitFor(() => expect(page.result.current).to.be.a("number"));
      isHeld = true;
      page.rerender(mainnet.id);
      expect(page.result.current).to.equal(undefined);
    });

    it("has one timer for all, and none when all are gone", async () => {
      const { config } = await stage.connectWallet([owner]);
      const [set, clear] = [globalThis.setInterval, globalThis.clearInterval];
      const seconds = new Set<unknown>();
      globalThis.setInterval = ((...given: Parameters<typeof set>) => {
        const timer = set(...given);
        if (given[1] === 1_000) seconds.add(timer);
        return timer;
      }) as typeof set;
      globalThis.clearInterval = ((timer: never) => {
        seconds.delete(timer);
        clear(timer);
      }) as typeof clear;
      try {
        const clocks = [1, 2, 3].map(() => stage.render(config, () => stage.hooks.useChainNow()));
        for (const { result } of clocks) await stage.waitFor(() => expect(result.current).to.be.a("number"));
        expect(seconds.size).to.equal(1);
        for (const { unmount } of clocks) unmount();
        expect(seconds.size).to.equal(0);
      } finally {
        [globalThis.setInterval, globalThis.clearInterval] = [set, clear];
      }
    });
  });

  describe("useSessions", () => {
    it("shows every session of a principal, and sees registrations and ends of others as they are mined", async () => {
      const first = await register();
      const { config } = await stage.connectWallet([owner]);
      const { deployment, hooks } = stage;
      const { result } = stage.render(config, () => hooks.useSessions({ principal: owner.address, deployment }));
      const shown = () => (result.current.data ?? []).map(({ key, status }) => `${key} ${status}`);
      await stage.waitFor(() => expect(shown()).to.deep.equal([`${first.address} Active`]));
      const second = await register({ lane: 1n, maxCalls: 7 });
      const both = (a: string, b: string) => [`${first.address} ${a}`, `${second.address} ${b}`];
      await stage.waitFor(() => expect(shown()).to.deep.equal(both("Active", "Active")));
      expect(result.current.data!.map(({ grantedCalls }) => grantedCalls)).to.deep.equal([20, 7]);
      await stage.client.revokeSessionSync({ account: owner, key: first.address });
      await stage.waitFor(() => expect(shown()).to.deep.equal(both("Revoked", "Active")));
      await stage.client.revokeAllSessionsSync({ account: owner });
      await stage.waitFor(() => expect(shown()).to.deep.equal(both("Revoked", "Revoked")));
    });

    it("watches once for all who look, and no longer than that", async () => {
      await register();
      const { asked, request } = counted();
      const { config } = await stage.connectWallet([owner], { request });
      const { wrapper } = stage.pageOf(config);
      const { deployment, hooks } = stage;
      const useIt = () => hooks.useSessions({ principal: owner.address, deployment: { ...deployment } });
      const heads = async () => {
        asked.length = 0;
        await rest(200);
        return asked.filter((method) => method === "eth_blockNumber").length;
      };
      const screens = [stage.renderHook(useIt, { wrapper })];
      await stage.waitFor(() => expect(screens[0]!.result.current.data).to.have.length(1));
      const one = await heads();
      expect(one).to.be.within(1, 11);
      for (let i = 0; i < 4; ++i) screens.push(stage.renderHook(useIt, { wrapper }));
      for (const screen of screens) screen.rerender();
      expect(await heads()).to.be.within(1, 11);
      for (const { unmount } of screens) unmount();
      await rest(50);
      expect(await heads()).to.equal(0);
    });

    it("asks again and again for sessions that can act, and for no others", async () => {
      const [live, dead] = [await register(), await register({ lane: 1n })];
      await stage.client.revokeSessionSync({ account: owner, key: dead.address });
      const { deployment, hooks } = stage;
      const callsFor = async (key: sdk.SessionKey) => {
        const { asked, request } = counted();
        const { config } = await stage.connectWallet([owner], { request });
        const page = stage.render(config, () =>
          hooks.useSession({ key: key.address, principal: owner.address, deployment }),
        );
        await stage.waitFor(() => expect(page.result.current.session).to.be.an("object"));
        asked.length = 0;
        await rest(150);
        page.unmount();
        return asked.filter((method) => method === "eth_call").length;
      };
      expect(await callsFor(live)).to.be.above(1);
      expect(await callsFor(dead)).to.equal(0);
    });
  });

  it("shows what a session can still take, what to warn of and what it may do", async () => {
    const { principal, sendCalls, token } = await stage.smartAccount();
    const spending = sdk.definePolicy({
      app: "spending.example",
      maxDuration: 86_400,
      maxCalls: 6,
      permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    const key = await stage.fundedKey();
    await stage.client.registerSessionSync({ key, policy: spending, principal, sendCalls });
    const { config } = await stage.connectWallet([owner]);
    const { deployment, hooks } = stage;
    const asked = { principal, deployment };
    const { result } = stage.render(config, () => ({
      loss: hooks.useWorstLoss({ ...asked, key: key.address }),
      health: hooks.useSessionHealth({ ...asked, key: key.address }),
      policy: hooks.usePolicy({ deployment, policyId: sdk.hashPolicy(spending) }),
      unknown: hooks.usePolicy({ deployment, policyId: sdk.hashPolicy({ ...spending, app: "unpublished" }) }),
      nobody: hooks.useWorstLoss({ ...asked, key: undefined }),
      selected: hooks.useWorstLoss({ ...asked, key: key.address, query: { select: ({ isWhole }) => isWhole } }),
      send: hooks.useSendSessionCalls({ ...asked, key }),
    }));
    const shown = () => result.current;
    await stage.waitFor(() => expect(shown().loss.data?.losses[0]?.amount).to.equal(100n));
    expect(shown().selected.data).to.equal(true);
    await stage.waitFor(() => expect(shown().policy.data).to.deep.equal(spending));
    expect(shown().unknown.data).to.equal(null);
    expect(shown().nobody).to.include({ data: undefined, fetchStatus: "idle" });
    await stage.waitFor(() => expect(shown().health.data?.warnings).to.deep.equal([]));
    await shown().send.mutateAsync({ calls: [stage.transfer(token, 30n), stage.transfer(token, 5n)] });
    await stage.waitFor(() => expect(shown().loss.data?.losses[0]?.amount).to.equal(65n));
    await stage.waitFor(() => expect(shown().health.data?.warnings).to.have.length(1));
    expect(shown().health.data?.warnings[0]).to.include({ reason: "calls-low", left: 4n });
  });

  it("renews, funds and ends sessions by the wallet, and shows each when it is mined", async () => {
    const key = await stage.fundedKey(0n);
    await stage.client.registerSessionSync({ key, policy, account: owner, maxCalls: 1 });
    const { config, wallet } = await stage.connectWallet([owner]);
    const { deployment, hooks } = stage;
    const { result } = stage.render(config, () => ({
      session: hooks.useSession({ key, deployment }),
      renew: hooks.useRenewSession(),
      fund: hooks.useFundSession(),
      end: hooks.useEndSession(),
      revokeAll: hooks.useRevokeAllSessions(),
      register: hooks.useRegisterSession(),
    }));
    const shown = () => result.current;
    const become = (state: string) => stage.waitFor(() => expect(shown().session.sessionState).to.equal(state));
    await become("active");
    expect(shown().session.remainingCalls).to.equal(1);
    await shown().renew.mutateAsync({ deployment, key, policy });
    await stage.waitFor(() => expect(shown().session.remainingCalls).to.equal(20));
    await shown().fund.mutateAsync({ deployment, key: key.address, value: 10n ** 15n });
    expect(await stage.balanceOf(key.address)).to.equal(10n ** 15n);
    let isForgotten = false;
    const { revocation, clearing } = await shown().end.mutateAsync({
      deployment,
      key,
      clear: () => void (isForgotten = true),
    });
    expect([revocation.status, clearing.status, isForgotten]).to.deep.equal(["fulfilled", "fulfilled", true]);
    await become("revoked");
    const other = await sdk.generateP256SessionKey();
    await shown().register.mutateAsync({ deployment, key: other, policy, relayer });
    expect((await stage.client.getSession({ principal: owner.address, key: other.address })).status).to.equal("Active");
    await shown().revokeAll.mutateAsync({ deployment, relayer });
    expect((await stage.client.getSession({ principal: owner.address, key: other.address })).status).to.equal(
      "Revoked",
    );
    const SEND = "eth_sendTransaction";
    const SIGN = "eth_signTypedData_v4";
    expect(wallet.popups).to.deep.equal(["connect", SEND, SEND, SEND, SIGN, SIGN]);
    expect(wallet.refused).to.deep.equal([]);
  });

  it("asks no wallet on behalf of an account that a node keeps, nor of one that the app has itself", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const { deployment, hooks } = stage;
    // As a node does that keeps the relayer's key.
    await stage.world.provider.request({ method: "hardhat_impersonateAccount", params: [relayer.address] });
    const { result } = stage.render(config, () => hooks.useRegisterSession());
    const key = await sdk.generateP256SessionKey();
    await result.current.mutateAsync({ deployment, key, policy, relayer: relayer.address });
    expect(wallet.popups).to.deep.equal(["connect", "eth_signTypedData_v4"]);
    expect(wallet.refused).to.deep.equal([]);
    const own = await stage.wallet();
    await result.current.mutateAsync({ deployment, key: await sdk.generateP256SessionKey(), policy, account: own });
    const stranger = result.current.mutateAsync({ deployment, key, policy, account: FRIEND });
    expect(((await thrownBy(stranger)) as Error).name).to.equal("ConnectorAccountNotFoundError");
    expect(wallet.popups).to.deep.equal(["connect", "eth_signTypedData_v4"]);
  });
});
