import { expect } from "chai";
import { encodeFunctionData, erc20Abi, type EIP1193RequestFn, type LocalAccount } from "viem";
import { hardhat, mainnet } from "viem/chains";
import type { Config } from "wagmi";
import * as sdk from "../../sdk/src/index.ts";
import type { UseSendSessionCallsParameters } from "../../sdk/src/react/index.ts";
import { FRIEND, gameAbi, thrownBy } from "../support/client/sessionClient.ts";
import { openReactStage, type ReactStage } from "../support/react/stage.ts";
import { refusal } from "../support/react/wallet.ts";

const SEND = "eth_sendTransaction";
const SIGN = "eth_signTypedData_v4";

describe("useSendSessionCalls", () => {
  let stage: ReactStage;
  let owner: LocalAccount;
  let relayer: LocalAccount;
  let policy: sdk.Policy;
  let born: number;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openReactStage();
    [owner, relayer] = [await stage.wallet(), await stage.wallet()];
    policy = stage.feedPolicy("sending.example", 4);
    await stage.client.publishPolicySync({ policy, account: relayer });
    born = await logs();
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
  /** A page that sends calls, and shows a session beside it. */
  const show = (config: Config, given: UseSendSessionCallsParameters) => {
    const { deployment, hooks } = stage;
    const key = given.key?.address;
    const page = stage.render(config, () => ({
      send: hooks.useSendSessionCalls({ relayer, deployment, ...given }),
      session: hooks.useSession({ key: key ?? FRIEND, principal: owner.address, deployment }),
    }));
    const send = (...calls: sdk.SessionCall[]) => page.result.current.send.mutateAsync({ calls });
    return { ...page, send, session: () => page.result.current.session };
  };
  const logs = async (): Promise<number> => {
    const asked = [{ address: stage.feed, fromBlock: "0x0" }];
    return ((await stage.world.provider.request({ method: "eth_getLogs", params: asked })) as unknown[]).length;
  };
  /** How often the feed was posted to since it was made. */
  const posts = async () => (await logs()) - born;
  const callsLeft = async (key: sdk.SessionKey) =>
    (await stage.client.getSession({ principal: owner.address, key: key.address })).callsLeft;

  it("signs with the key while the session lives, and asks nobody", async () => {
    const key = await register();
    const { config, wallet } = await stage.connectWallet([owner]);
    for (const fallback of ["wallet", "never"] as const) {
      const page = show(config, { key, fallback });
      const { by, hash } = await page.send(stage.post("silent"));
      expect(by).to.equal("session");
      expect(await stage.isMined(hash)).to.equal(true);
    }
    expect(await callsLeft(key)).to.equal(2);
    expect(wallet.popups).to.deep.equal(["connect"]);
  });

  /** Sessions that cannot act, by the state that they are in. */
  const DEAD: Record<string, () => Promise<sdk.SessionKey | undefined>> = {
    none: async () => undefined,
    created: () => sdk.generateP256SessionKey(),
    pending: async () => {
      const start = (await stage.now()) + 1_000;
      return register({ validAfter: start, validUntil: start + 600 });
    },
    expired: async () => {
      const key = await register({ validUntil: (await stage.now()) + 600 });
      await stage.world.helpers.time.increase(700);
      return key;
    },
    exhausted: async () => {
      const key = await register({ maxCalls: 1 });
      const act = { principal: owner.address, key, relayer, calls: [stage.post("the only one")] };
      await stage.client.sendSessionCallsSync(act);
      return key;
    },
    revoked: async () => {
      const key = await register();
      await stage.client.revokeSessionSync({ account: owner, key: key.address });
      return key;
    },
  };
  for (const [because, die] of Object.entries(DEAD)) {
    it(`asks the wallet, once, where the session is ${because}, if it is told that it may`, async () => {
      const key = await die();
      const { config, wallet } = await stage.connectWallet([owner]);
      const before = await posts();
      const never = show(config, { key });
      expect(await thrownBy(never.send(stage.post("no")))).to.be.instanceOf(sdk.SessionError);
      expect(wallet.popups).to.deep.equal(["connect"]);
      const page = show(config, { key, fallback: "wallet" });
      const sent = await page.send(stage.post("by hand"));
      expect(sent).to.include({ by: "wallet", because });
      expect(await stage.isMined(sent.hash)).to.equal(true);
      expect(await posts()).to.equal(before + 1);
      expect(wallet.popups).to.deep.equal(["connect", SEND]);
    });
  }

  it("has a new session's first click signed once, and sent by nobody but the relayer", async () => {
    for (const fallback of ["wallet", "never"] as const) {
      const key = await sdk.generateP256SessionKey();
      const { config, wallet } = await stage.connectWallet([owner]);
      const before = await posts();
      const page = show(config, { key, fallback, grant: { policy, lane: fallback === "wallet" ? 1n : 2n } });
      for (const text of ["first", "second"]) {
        const { by, hash } = await page.send(stage.post(text));
        expect(by).to.equal("session");
        expect(await stage.isMined(hash)).to.equal(true);
      }
      expect(await posts()).to.equal(before + 2);
      expect(await callsLeft(key)).to.equal(2);
      expect(wallet.popups).to.deep.equal(["connect", SIGN]);
    }
  });

  it("brings a grant that was signed before, and asks nobody", async () => {
    const key = await sdk.generateP256SessionKey();
    // One that has signed nothing before a chain that was taken back.
    const other = await stage.wallet();
    const grant = await sdk.signSessionGrant(stage.client, { account: other, key, policy });
    const { config, wallet } = await stage.connectWallet([other]);
    const page = show(config, { key, fallback: "wallet", grant });
    expect((await page.send(stage.post("first"))).by).to.equal("session");
    const session = await stage.client.getSession({ principal: other.address, key: key.address });
    expect(session.callsLeft).to.equal(3);
    expect(wallet.popups).to.deep.equal(["connect"]);
  });

  describe("with a grant that the wallet has yet to sign", () => {
    /** One that has signed nothing before a chain that was taken back. */
    let signer: LocalAccount;
    beforeEach(async () => {
      signer = await stage.wallet();
    });
    const leftOf = async (key: sdk.SessionKey) =>
      (await stage.client.getSession({ principal: signer.address, key: key.address })).callsLeft;

    for (const fallback of ["wallet", "never"] as const) {
      it(`is over when the user says no, and asked anew with the next click (fallback: ${fallback})`, async () => {
        const key = await sdk.generateP256SessionKey();
        const { config, wallet } = await stage.connectWallet([signer]);
        const page = show(config, { key, fallback, grant: { policy } });
        wallet.answer = () => Promise.reject(refusal(4_001, "User rejected the request."));
        expect(String(await thrownBy(page.send(stage.post("no"))))).to.include("User rejected the request.");
        expect(wallet.popups).to.deep.equal(["connect", SIGN]);
        expect(await posts()).to.equal(0);
        wallet.answer = async () => {};
        expect((await page.send(stage.post("yes"))).by).to.equal("session");
        expect(await posts()).to.equal(1);
        expect(wallet.popups).to.deep.equal(["connect", SIGN, SIGN]);
      });

      it(`asks no wallet that is on another chain, nor one of somebody else (fallback: ${fallback})`, async () => {
        const key = await sdk.generateP256SessionKey();
        const given = { key, fallback, chainId: hardhat.id, grant: { policy } } as const;
        const elsewhere = await stage.connectWallet([signer]);
        elsewhere.wallet.changeChain(mainnet.id);
        const moved = (await thrownBy(show(elsewhere.config, given).send(stage.post("no")))) as Error;
        expect(moved.name).to.equal("ConnectorChainMismatchError");
        const foreign = await stage.connectWallet([await stage.wallet()]);
        const page = show(foreign.config, { ...given, principal: signer.address });
        expect(await thrownBy(page.send(stage.post("no")))).to.be.instanceOf(sdk.InvalidWalletTypeError);
        for (const { wallet } of [elsewhere, foreign]) expect(wallet.popups).to.deep.equal(["connect"]);
        expect(await posts()).to.equal(0);
      });

      it(`asks no wallet for a grant that the chain refuses (fallback: ${fallback})`, async () => {
        const { config, wallet } = await stage.connectWallet([signer]);
        const key = await sdk.generateP256SessionKey();
        const tooMany = show(config, { key, fallback, grant: { policy, maxCalls: 5 } });
        expect(await thrownBy(tooMany.send(stage.post("no")))).to.include({ errorName: "MaxCallsOutOfBounds" });
        // Signed, and another registration of the principal was faster.
        const signed = await sdk.signSessionGrant(stage.client, { account: signer, key, policy, lane: 1n });
        const faster = await sdk.generateP256SessionKey();
        await stage.client.registerSessionSync({ account: signer, key: faster, policy, relayer });
        const late = show(config, { key, fallback, grant: signed });
        expect(await thrownBy(late.send(stage.post("no")))).to.be.instanceOf(sdk.SessionError);
        expect(wallet.popups).to.deep.equal(["connect"]);
        expect(await posts()).to.equal(0);
      });
    }

    it("is nothing without a key to grant to", async () => {
      const { config, wallet } = await stage.connectWallet([signer]);
      const never = show(config, { grant: { policy } });
      expect(await thrownBy(never.send(stage.post("no")))).to.include({ code: "SESSION_NOT_REGISTERED" });
      expect(wallet.popups).to.deep.equal(["connect"]);
      const page = show(config, { fallback: "wallet", grant: { policy } });
      expect(await page.send(stage.post("by hand"))).to.include({ by: "wallet", because: "none" });
      expect(wallet.popups).to.deep.equal(["connect", SEND]);
    });

    it("renews a session that is over, unless the wallet is to make the calls", async () => {
      const key = await register({ account: signer, validUntil: (await stage.now()) + 600 });
      await stage.world.helpers.time.increase(700);
      const { config, wallet } = await stage.connectWallet([signer]);
      const byWallet = show(config, { key, fallback: "wallet", grant: { policy } });
      expect(await byWallet.send(stage.post("by hand"))).to.include({ by: "wallet", because: "expired" });
      expect(wallet.popups).to.deep.equal(["connect", SEND]);
      const renewed = show(config, { key, grant: { policy } });
      expect(await renewed.send(stage.post("anew"))).to.include({ by: "session" });
      expect(await leftOf(key)).to.equal(3);
      expect(wallet.popups).to.deep.equal(["connect", SEND, SIGN]);
    });

    it("looks for no wallet where the session is there", async () => {
      const key = await register({ account: signer });
      const { config, wallet } = await stage.connectWallet([signer]);
      const given = { principal: signer.address, chainId: hardhat.id, grant: { policy } };
      const page = show(config, { ...given, key });
      wallet.changeChain(mainnet.id);
      expect(await page.send(stage.post("elsewhere"))).to.include({ by: "session" });
      await stage.actions.disconnect(config);
      expect(await page.send(stage.post("gone"))).to.include({ by: "session" });
      // There is nobody who could sign for another key.
      const other = show(config, { ...given, key: await sdk.generateP256SessionKey(), grant: { policy, lane: 1n } });
      const unsigned = await thrownBy(other.send(stage.post("no")));
      expect(String(unsigned)).to.include("Could not find an account.");
      expect(wallet.popups).to.deep.equal(["connect"]);
    });

    it("has the wallet send nothing that the key has signed", async () => {
      const { principal, sendCalls, token, owner: account } = await stage.smartAccount();
      await stage.world.helpers.setBalance(account.address, 10n ** 18n);
      const key = await sdk.generateP256SessionKey();
      const spending = sdk.definePolicy({
        app: "carrier.example",
        maxDuration: 86_400,
        maxCalls: 2,
        permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
        limits: [{ unit: token, cap: 100n }],
      });
      await stage.client.registerSessionSync({ key, policy: spending, principal, sendCalls });
      const { config, wallet } = await stage.connectWallet([account]);
      const given = { key, principal, route: "relayed", grant: { policy: spending } } as const;
      const page = show(config, { ...given, relayer: undefined });
      const refused = await thrownBy(page.send(stage.transfer(token, 1n)));
      expect(String(refused)).to.include("Route relayed needs a relayer.");
      expect(wallet.popups).to.deep.equal(["connect"]);
    });

    it("has the account sign that acts as the owner", async () => {
      const other = await stage.wallet();
      const key = await sdk.generateP256SessionKey();
      const { config, wallet } = await stage.connectWallet([signer]);
      const given = { key, principal: other.address, owner: { account: other }, grant: { policy } };
      expect(await show(config, given).send(stage.post("own"))).to.include({ by: "session" });
      expect(wallet.popups).to.deep.equal(["connect"]);
    });
  });

  it("asks no wallet for what the session may not do", async () => {
    const key = await register();
    const { config, wallet } = await stage.connectWallet([owner]);
    const page = show(config, { key, fallback: "wallet" });
    const outside = { to: FRIEND, data: "0x12345678" } as const;
    expect(await thrownBy(page.send(outside))).to.include({ code: "SESSION_ENTRYPOINT_NOT_ALLOWED" });
    expect(await thrownBy(page.send())).to.be.instanceOf(sdk.SessionError);
    expect(await callsLeft(key)).to.equal(4);
    expect(wallet.popups).to.deep.equal(["connect"]);
  });

  it("asks no wallet for more calls than a session has left that lives", async () => {
    const { principal, sendCalls, token } = await stage.smartAccount();
    const key = await stage.fundedKey();
    const small = sdk.definePolicy({
      app: "small.example",
      maxDuration: 86_400,
      maxCalls: 1,
      permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    await stage.client.registerSessionSync({ key, policy: small, principal, sendCalls });
    const { config, wallet } = await stage.connectWallet([owner]);
    const made: sdk.SessionCall[][] = [];
    const byOwner = { sendCalls: (calls: readonly sdk.SessionCall[]) => (made.push([...calls]), sendCalls(calls)) };
    const given = { key, principal, relayer: undefined, fallback: "wallet", owner: byOwner } as const;
    const { deployment, hooks } = stage;
    const { result } = stage.render(config, () => hooks.useSendSessionCalls({ ...given, deployment }));
    const send = (...calls: sdk.SessionCall[]) => result.current.mutateAsync({ calls });
    const [one, two] = [stage.transfer(token, 1n), stage.transfer(token, 2n)];
    expect(await thrownBy(send(one, two))).to.include({ code: "SESSION_MAX_CALLS_EXCEEDED" });
    expect(made).to.deep.equal([]);
    expect(await send(one)).to.include({ by: "session", route: "direct" });
    // Used up, it is the owner's to make the rest, in the account's own way.
    expect(await send(two)).to.include({ by: "wallet", because: "exhausted" });
    expect(made).to.deep.equal([[two]]);
    expect(wallet.popups).to.deep.equal(["connect"]);
  });

  it("asks the wallet where the session ends between the question and the answer, before its key has signed", async () => {
    const key = await register();
    let questions = 0;
    const request = (next: EIP1193RequestFn) =>
      (async (asked: { method: string }) => {
        // The first is how the session stands, the second who the principal is.
        if (asked.method === "eth_call" && ++questions === 2) {
          await stage.client.revokeSessionSync({ account: owner, key: key.address });
        }
        return next(asked as never);
      }) as EIP1193RequestFn;
    const { config, wallet } = await stage.connectWallet([owner], { request });
    const { deployment, hooks } = stage;
    const given = { key, relayer, deployment, fallback: "wallet" } as const;
    const { result } = stage.render(config, () => hooks.useSendSessionCalls(given));
    const sent = await result.current.mutateAsync({ calls: [stage.post("late")] });
    expect(questions).to.be.above(2);
    expect(sent).to.include({ by: "wallet", because: "revoked" });
    expect(wallet.popups).to.deep.equal(["connect", SEND]);
  });

  it("asks no wallet once the key has signed, whatever the relayer says", async () => {
    const key = await register({ maxCalls: 1 });
    const { config, wallet } = await stage.connectWallet([owner]);
    // It has the call mined, and says that the session has no calls left, which is so by then.
    const liar = async ({ to, data }: sdk.RelayedCall): Promise<never> => {
      await stage.world.provider.request({ method: "hardhat_impersonateAccount", params: [relayer.address] });
      await stage.world.provider.request({ method: SEND, params: [{ from: relayer.address, to, data }] });
      throw new sdk.SessionError("SESSION_MAX_CALLS_EXCEEDED", "No calls left.");
    };
    const page = show(config, { key, relayer: liar, fallback: "wallet" });
    await thrownBy(page.send(stage.post("once")));
    expect(await callsLeft(key)).to.equal(0);
    expect(await posts()).to.equal(1);
    expect(wallet.popups).to.deep.equal(["connect"]);
  });

  it("sends once, however often the app tries other things", async () => {
    const key = await register();
    const { config } = await stage.connectWallet([owner]);
    let handed = 0;
    const relay = () => Promise.reject(new Error(`taken ${++handed} times`));
    const page = show(config, { key, relayer: relay });
    stage.setDefaults(page.queryClient, { mutations: { retry: 2, retryDelay: 1 } });
    page.rerender();
    await thrownBy(page.send(stage.post("once")));
    expect(handed).to.equal(1);
  });

  it("asks no wallet when nobody can say what became of it", async () => {
    const key = await register();
    const { config, wallet } = await stage.connectWallet([owner]);
    const silent = () => new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error("gone")), 10));
    const page = show(config, { key, relayer: silent, fallback: "wallet" });
    await thrownBy(page.send(stage.post("perhaps")));
    expect(wallet.popups).to.deep.equal(["connect"]);
  });

  describe("with a debt", () => {
    const settlement = (debt: bigint, settleCall = stage.post("settled")): sdk.Settlement => ({
      debt: async () => debt,
      threshold: 2n,
      settleCall,
    });

    it("settles with the key in front of the calls, from the threshold on", async () => {
      const key = await register();
      const { config, wallet } = await stage.connectWallet([owner]);
      for (const [debt, outcome, left] of [
        [1n, "not-due", 3],
        [2n, "sent-before", 1],
      ] as const) {
        const page = show(config, { key, fallback: "wallet", settlement: settlement(debt) });
        const sent = await page.send(stage.post("played"));
        expect(sent.settlement).to.deep.include({ outcome, debt });
        expect(await callsLeft(key)).to.equal(left);
      }
      expect(wallet.popups).to.deep.equal(["connect"]);
    });

    it("settles by the wallet in front of the calls, where the session is dead", async () => {
      const { config, wallet } = await stage.connectWallet([owner]);
      const page = (debt: bigint, settleCall?: sdk.SessionCall) =>
        show(config, { fallback: "wallet", settlement: settlement(debt, settleCall) });
      const cheap = await page(1n).send(stage.post("first"));
      expect(cheap.settlement).to.deep.equal({ outcome: "not-due", debt: 1n });
      expect(wallet.popups).to.deep.equal(["connect", SEND]);
      const settled = await page(2n).send(stage.post("second"));
      expect(settled).to.deep.include({ by: "wallet", settlement: { outcome: "prepended", debt: 2n } });
      expect(wallet.popups).to.deep.equal(["connect", SEND, SEND, SEND]);
      expect(await posts()).to.equal(3);
      // What the chain refuses is not asked for, and the calls are made all the same.
      const createStorage = encodeFunctionData({ abi: gameAbi, functionName: "joinScene", args: [owner.address, 0n] });
      const refused = await page(2n, { to: stage.game, data: createStorage }).send(stage.post("third"));
      expect(refused.settlement).to.deep.include({ outcome: "refused", debt: 2n });
      expect(wallet.popups).to.have.length(5);
    });
  });

  describe("and what the screen shows", () => {
    /** The feed as an app shows it: its posts, read from the chain. */
    const feedKey = ["feed"];
    const showFeed = (config: Config, given: UseSendSessionCallsParameters) => {
      const { deployment, hooks, query } = stage;
      const optimistic = [{ queryKey: feedKey, update: (before: number) => before + 1 }];
      return stage.render(config, () => ({
        send: hooks.useSendSessionCalls({ relayer, deployment, optimistic, ...given }),
        session: hooks.useSession({ key: given.key!.address, principal: owner.address, deployment }),
        feed: query.useQuery({ queryKey: feedKey, queryFn: posts }),
      }));
    };
    /** A relayer that holds calls back until it is told to go on, or to refuse. */
    const held = () => {
      const waiting: ((go: boolean) => void)[] = [];
      const relay = async ({ to, data }: sdk.RelayedCall) => {
        const isGood = await new Promise<boolean>((resolve) => waiting.push(resolve));
        if (!isGood) throw new Error("The relayer does not take it.");
        await stage.world.provider.request({ method: "hardhat_impersonateAccount", params: [relayer.address] });
        const sent = await stage.world.provider.request({
          method: SEND,
          params: [{ from: relayer.address, to, data }],
        });
        return sent as `0x${string}`;
      };
      return { relay, waiting };
    };

    it("RTC-10 changes at once, while the chain follows", async () => {
      const key = await register();
      const { config } = await stage.connectWallet([owner]);
      const { relay, waiting } = held();
      const page = showFeed(config, { key, relayer: relay });
      const shown = () => [page.result.current.feed.data, page.result.current.session.remainingCalls];
      await stage.waitFor(() => expect(shown()).to.deep.equal([0, 4]));
      const sent = page.result.current.send.mutateAsync({ calls: [stage.post("instant")] });
      await stage.waitFor(() => expect(shown()).to.deep.equal([1, 3]));
      await stage.waitFor(() => expect(waiting).to.have.length(1));
      expect(await posts()).to.equal(0);
      // It stays so while the session is asked about again and again.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(shown()).to.deep.equal([1, 3]);
      waiting[0]!(true);
      await sent;
      await stage.waitFor(() => expect(shown()).to.deep.equal([1, 3]));
      expect(await callsLeft(key)).to.equal(3);
    });

    it("RTC-10 comes back when the chain says no, also without the component that asked", async () => {
      const key = await register();
      const { config } = await stage.connectWallet([owner]);
      const { queryClient, wrapper } = stage.pageOf(config);
      const { hooks, deployment } = stage;
      const { relay, waiting } = held();
      const screen = stage.renderHook(
        () => hooks.useSession({ key: key.address, principal: owner.address, deployment }),
        { wrapper },
      );
      const optimistic = [{ queryKey: feedKey, update: (before: number) => before + 1 }];
      const button = stage.renderHook(
        () => hooks.useSendSessionCalls({ key, deployment, relayer: relay, optimistic }),
        { wrapper },
      );
      queryClient.setQueryData(feedKey, 0);
      await stage.waitFor(() => expect(screen.result.current.remainingCalls).to.equal(4));
      const sent = thrownBy(button.result.current.mutateAsync({ calls: [stage.post("a"), stage.post("b")] }));
      await sent;
      expect(queryClient.getQueryData(feedKey)).to.equal(0);
      await stage.waitFor(() => expect(screen.result.current.remainingCalls).to.equal(4));
      // One that only the relayer refuses, late.
      const late = thrownBy(button.result.current.mutateAsync({ calls: [stage.post("c")] }));
      await stage.waitFor(() => expect(screen.result.current.remainingCalls).to.equal(3));
      expect(queryClient.getQueryData(feedKey)).to.equal(1);
      await stage.waitFor(() => expect(waiting).to.have.length(1));
      button.unmount();
      waiting[0]!(false);
      await late;
      await stage.waitFor(() => expect(screen.result.current.remainingCalls).to.equal(4));
      expect(queryClient.getQueryData(feedKey)).to.equal(0);
    });

    it("takes back what was refused, and nothing of what is still under way", async () => {
      const key = await register();
      const { config } = await stage.connectWallet([owner]);
      const { relay, waiting } = held();
      const page = showFeed(config, { key, relayer: relay });
      const shown = () => [page.result.current.feed.data, page.result.current.session.remainingCalls];
      await stage.waitFor(() => expect(shown()).to.deep.equal([0, 4]));
      const send = (text: string) => page.result.current.send.mutateAsync({ calls: [stage.post(text)] });
      const [first, second] = [thrownBy(send("refused")), send("taken")];
      await stage.waitFor(() => expect(waiting).to.have.length(2));
      expect(shown()).to.deep.equal([2, 2]);
      waiting[0]!(false);
      await first;
      await stage.waitFor(() => expect(shown()).to.deep.equal([1, 3]));
      waiting[1]!(true);
      await second;
      await stage.waitFor(() => expect(shown()).to.deep.equal([1, 3]));
      expect(await callsLeft(key)).to.equal(3);
    });

    it("sends nothing where what is foretold cannot be made, and shows everything as it was", async () => {
      const key = await register();
      const { config } = await stage.connectWallet([owner]);
      const update = (): never => {
        throw new Error("no such post");
      };
      const page = showFeed(config, { key, optimistic: [{ queryKey: feedKey, update }] });
      const shown = () => [page.result.current.feed.data, page.result.current.session.remainingCalls];
      await stage.waitFor(() => expect(shown()).to.deep.equal([0, 4]));
      const refused = await thrownBy(page.result.current.send.mutateAsync({ calls: [stage.post("no")] }));
      expect(String(refused)).to.include("no such post");
      expect(await posts()).to.equal(0);
      await stage.waitFor(() => expect(shown()).to.deep.equal([0, 4]));
    });

    it("has succeeded when the chain says so, though another answer cannot be foretold on", async () => {
      const key = await register();
      const { config } = await stage.connectWallet([owner]);
      const { relay, waiting } = held();
      let isOther = false;
      const update = (before: number) => {
        if (isOther) throw new Error("another answer");
        return before + 1;
      };
      const page = showFeed(config, { key, relayer: relay, optimistic: [{ queryKey: feedKey, update }] });
      const shown = () => [page.result.current.feed.data, page.result.current.session.remainingCalls];
      await stage.waitFor(() => expect(shown()).to.deep.equal([0, 4]));
      const sent = page.result.current.send.mutateAsync({ calls: [stage.post("mined")] });
      await stage.waitFor(() => expect(waiting).to.have.length(1));
      isOther = true;
      waiting[0]!(true);
      expect((await sent).by).to.equal("session");
      await stage.waitFor(() => expect(shown()).to.deep.equal([1, 3]));
    });

    it("counts no call down that the wallet made instead", async () => {
      const start = (await stage.now()) + 1_000;
      const key = await register({ validAfter: start, validUntil: start + 600 });
      const { config, wallet } = await stage.connectWallet([owner]);
      const page = show(config, { key, fallback: "wallet" });
      await stage.waitFor(() => expect(page.session().remainingCalls).to.equal(4));
      wallet.answer = () => Promise.reject(refusal(4_001, "User rejected the request."));
      await thrownBy(page.send(stage.post("no")));
      await stage.waitFor(() => expect(page.session().remainingCalls).to.equal(4));
      wallet.answer = async () => {};
      await page.send(stage.post("yes"));
      await stage.waitFor(() => expect(page.session().remainingCalls).to.equal(4));
      expect(await posts()).to.equal(1);
    });
  });
});
