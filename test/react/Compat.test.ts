import { expect } from "chai";
import { encodeFunctionData, type LocalAccount, parseAbi } from "viem";
import { readContract, sendTransaction } from "viem/actions";
import { hardhat, mainnet } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import type * as Compat from "../../sdk/src/react/compat/index.ts";
import { feedAbi, FRIEND, gameAbi, thrownBy } from "../support/client/sessionClient.ts";
import { openReactStage, type ReactStage } from "../support/react/stage.ts";
import { refusal } from "../support/react/wallet.ts";

const SIGN = "eth_signTypedData_v4";
const SEND = "eth_sendTransaction";

describe("Hooks under the names of other products", () => {
  let stage: ReactStage;
  let compat: typeof Compat;
  let owner: LocalAccount;
  let relayer: LocalAccount;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openReactStage();
    compat = await import("../../sdk/src/react/compat/index.ts");
    [owner, relayer] = [await stage.wallet(), await stage.wallet()];
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    stage.clear();
    await snapshot.restore();
  });
  after(() => stage.close());

  it("SKL-9 creates, adds, reads, executes and revokes with five single hooks", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const { deployment } = stage;
    const { result, rerender } = stage.render(
      config,
      (sessionPublicKey: `0x${string}` | undefined) => ({
        create: compat.useCreateSessionKey(),
        add: compat.useAddSessionKeyToContract(),
        execute: compat.useExecuteWithSession(),
        data: compat.useGetSessionData({ deployment, sessionPublicKey }),
        revoke: compat.useRevokeSessionKey(),
      }),
      undefined,
    );
    const hooks = () => result.current;
    expect(hooks().data).to.include({ data: undefined, fetchStatus: "idle" });
    const session = await hooks().create.mutateAsync({ encryptKey: "1234" });
    expect(wallet.popups).to.deep.equal(["connect"]);
    rerender(session.publicKey);
    await stage.waitFor(() => expect(hooks().data.data).to.include({ status: "None", isActive: false }));

    const payer = { publicKey: owner.address, relayer };
    const sessionConfig = {
      sessionPublicKey: session.publicKey,
      validUntil: session.validUntil,
      maxCalls: 2,
      allowedEntrypoints: [sdk.contract({ address: stage.feed, abi: feedAbi, methods: { post: {} } })],
    };
    const added = await hooks().add.mutateAsync({ deployment, wallet: payer, sessionConfig });
    expect(await stage.isMined(added)).to.equal(true);
    await stage.waitFor(() => expect(hooks().data.data).to.include({ isActive: true, remainingCalls: 2 }));

    const act = { deployment, wallet: payer, encryptKey: "1234", session, calls: [stage.post("silent")] };
    expect(await stage.isMined(await hooks().execute.mutateAsync(act))).to.equal(true);
    await stage.waitFor(() => expect(hooks().data.data?.remainingCalls).to.equal(1));

    await hooks().revoke.mutateAsync({ deployment, sessionPublicKey: session.publicKey });
    await stage.waitFor(() => expect(hooks().data.data).to.include({ status: "Revoked", isActive: false }));
    expect(wallet.popups).to.deep.equal(["connect", SIGN, SEND]);
    expect(wallet.refused).to.deep.equal([]);
    await stage.actions.disconnect(config);
    const nobody = hooks().revoke.mutateAsync({ deployment, sessionPublicKey: session.publicKey });
    expect(String(await thrownBy(nobody))).to.include("No wallet is connected");
  });

  it("shows a session anew when its time comes, and when a verb fails", async () => {
    const { config, wallet } = await stage.connectWallet([owner]);
    const { deployment } = stage;
    const key = await stage.fundedKey(0n);
    const { result } = stage.render(config, () => ({
      data: compat.useGetSessionData({ deployment, sessionPublicKey: key.address }),
      revoke: compat.useRevokeSessionKey(),
    }));
    const become = (status: string) => stage.waitFor(() => expect(result.current.data.data).to.include({ status }));
    await become("None");
    const policy = stage.feedPolicy("verbs.example", 3);
    const validAfter = (await stage.now()) + 1_000;
    await stage.client.registerSessionSync({ key, policy, account: owner, validAfter });
    wallet.answer = () => Promise.reject(refusal(4_001, "User rejected the request."));
    const revoked = result.current.revoke.mutateAsync({ deployment, sessionPublicKey: key.address });
    expect(String(await thrownBy(revoked))).to.include("User rejected the request.");
    await become("Pending");
    await stage.world.helpers.time.increase(1_000);
    await become("Active");
  });

  describe("of a game", () => {
    const worldAbi = [...gameAbi, ...parseAbi(["function fundCredit() payable"])] as const;
    const gamePolicy = () =>
      sdk.definePolicy({
        app: "game-world",
        minDuration: 60,
        maxDuration: 604_800,
        maxCalls: 10,
        permissions: [
          sdk.contract({
            address: stage.game,
            abi: gameAbi,
            methods: { joinScene: { arguments: { player: { isPrincipal: true } }, consumable: true } },
          }),
          sdk.contract({ address: stage.feed, abi: feedAbi, methods: { post: {} } }),
        ],
      });
    const debt = async () => {
      const call = { abi: gameAbi, address: stage.game, functionName: "storageOf", args: [owner.address] } as const;
      return BigInt((await readContract(stage.client, call)).debt);
    };
    const settlement = (threshold: bigint): sdk.Settlement => ({
      ...{ debt, threshold },
      settleCall: {
        to: stage.game,
        data: encodeFunctionData({ abi: gameAbi, functionName: "settleWrites", args: [owner.address] }),
      },
    });
    /** The player has a storage, and there is credit. */
    const openGame = async () => {
      const to = stage.game;
      const data = encodeFunctionData({ abi: worldAbi, functionName: "createStorage" });
      await sendTransaction(stage.client, { account: owner, chain: hardhat, to, data });
      const fund = encodeFunctionData({ abi: worldAbi, functionName: "fundCredit" });
      await sendTransaction(stage.client, { account: relayer, chain: hardhat, to, data: fund, value: 1_000n });
    };

    it("DUB-21 keeps the key on this device, activates, signs silently, follows the chain and deactivates", async () => {
      const { config, wallet } = await stage.connectWallet([owner]);
      const storage = sdk.memoryKeyStorage();
      const policy = gamePolicy();
      const given = { policy, storage, relayer, deployment: stage.deployment };
      const page = stage.render(config, () => compat.useSessionKey(owner.address, given));
      const hook = () => page.result.current;
      const become = (state: string) => stage.waitFor(() => expect(hook().sessionState).to.equal(state));
      await become("none");
      expect(hook()).to.include({ isActive: false, sessionWallet: undefined, expiresAt: undefined });
      const { validUntil, replaced } = await hook().activate();
      expect(replaced).to.equal(undefined);
      await become("active");
      expect(hook()).to.include({ isActive: true, expiresAt: validUntil });
      // An hour, unless told otherwise.
      expect(hook().minutesLeft).to.be.within(58, 60);
      const first = hook().sessionWallet!;
      expect(await storage.list()).to.have.length(1);
      expect(await hook().signAndExecute({ calls: [stage.post("silent")] })).to.include({ by: "session" });
      expect(wallet.popups).to.deep.equal(["connect", SIGN]);

      // Another device takes the lane over: the chain says so, and this one follows.
      const elsewhere = sdk.memoryKeyStorage();
      const other = stage.render(config, () => compat.useSessionKey(owner.address, { ...given, storage: elsewhere }));
      await stage.waitFor(() => expect(other.result.current.sessionState).to.equal("none"));
      expect(await other.result.current.activate(60_000)).to.include({ replaced: first });
      await become("revoked");
      await stage.waitFor(() => expect(other.result.current.isActive).to.equal(true));
      expect(hook()).to.include({ isActive: false, minutesLeft: 0 });

      // This one takes it back, with a fresh key.
      await hook().activate();
      await become("active");
      expect(hook().sessionWallet).to.not.equal(first);
      const { sessionWallet } = await hook().deactivate();
      expect(sessionWallet).to.equal(hook().sessionWallet);
      await become("revoked");
      expect(wallet.popups).to.deep.equal(["connect", SIGN, SIGN, SIGN, SIGN]);
      const late = await thrownBy(hook().activate(59_999));
      expect((late as sdk.SessionError).metaMessages).to.include("Duration: 59999 ms");
    });

    it("activates on the chain that was shown when it was asked to, though the wallet moves on meanwhile", async () => {
      const { config, wallet } = await stage.connectWallet([owner]);
      const kept = sdk.memoryKeyStorage();
      let [isNext, go] = [false, undefined as (() => void) | undefined];
      const list = async () => {
        if (isNext) await new Promise<void>((resolve) => ([isNext, go] = [false, resolve]));
        return kept.list();
      };
      const given = { policy: gamePolicy(), storage: { ...kept, list }, relayer, deployment: stage.deployment };
      const page = stage.render(config, () => compat.useSessionKey(owner.address, given));
      await stage.waitFor(() => expect(page.result.current.sessionState).to.equal("none"));
      isNext = true;
      const activated = thrownBy(page.result.current.activate());
      await stage.waitFor(() => expect(go).to.be.a("function"));
      wallet.changeChain(mainnet.id);
      await stage.waitFor(() => expect(stage.actions.getChainId(config)).to.equal(mainnet.id));
      page.rerender();
      go!();
      expect(((await activated) as Error).name).to.equal("ConnectorChainMismatchError");
      expect(wallet.popups).to.deep.equal(["connect"]);
    });

    it("DUB-22 signs with the key while the session is active, else with the wallet, and settles first", async () => {
      await openGame();
      const key = await stage.fundedKey();
      const policy = gamePolicy();
      await stage.client.registerSessionSync({ key, policy, account: owner });
      const { config, wallet } = await stage.connectWallet([owner]);
      const { deployment } = stage;
      const given = { owner: owner.address, userStorageId: "unused", key, policy, deployment, route: "asked" } as const;
      const page = stage.render(
        config,
        (threshold: bigint) => compat.useDubheTx({ ...given, settlement: settlement(threshold) }),
        3n as bigint,
      );
      const join = (scene: bigint) => page.result.current.execTx(() => [stage.join(owner.address, scene)]);
      await stage.waitFor(() => expect(page.result.current.isActive).to.equal(true));
      for (const [scene, owed] of [
        [1n, 1n],
        [2n, 2n],
        [3n, 3n],
        // The debt has reached the threshold: settled, and one write since.
        [4n, 1n],
      ] as const) {
        const { digest, signer } = await join(scene);
        expect(signer).to.equal("session");
        expect(await stage.isMined(digest)).to.equal(true);
        expect(await debt()).to.equal(owed);
      }
      // A call that the session may not make is no reason to ask the wallet, though it is refused in the words of a session
      // that is dead: the friend has none.
      const outside = page.result.current.execTx([stage.join(FRIEND, 1n)]);
      expect(await thrownBy(outside)).to.include({ code: "SESSION_NOT_REGISTERED" });
      expect(wallet.popups).to.deep.equal(["connect"]);

      await stage.client.revokeSessionSync({ account: owner, key: key.address });
      await stage.waitFor(() => expect(page.result.current.isActive).to.equal(false));
      expect(await join(5n)).to.include({ signer: "wallet" });
      expect(wallet.popups).to.deep.equal(["connect", SEND]);
      expect(await debt()).to.equal(2n);
      page.rerender(2n);
      expect(await join(6n)).to.include({ signer: "wallet" });
      expect(wallet.popups).to.deep.equal(["connect", SEND, SEND, SEND]);
      expect(await debt()).to.equal(1n);
    });

    it("DUB-22 signs with the wallet that it is given, where there is no session", async () => {
      const { config, wallet } = await stage.connectWallet([owner]);
      const asked: (readonly sdk.SessionCall[])[] = [];
      const { principal, sendCalls } = await stage.smartAccount();
      const signWithWallet = (calls: readonly sdk.SessionCall[]) => {
        asked.push(calls);
        return sendCalls(calls);
      };
      const given = { owner: principal, policy: gamePolicy(), storage: sdk.memoryKeyStorage(), signWithWallet };
      const { deployment } = stage;
      const { result } = stage.render(config, () => compat.useDubheTx({ ...given, deployment }));
      const calls = [stage.post("by the wallet")];
      const { digest, signer } = await result.current.execTx(calls);
      expect(signer).to.equal("wallet");
      expect(await stage.isMined(digest)).to.equal(true);
      expect(asked).to.deep.equal([calls]);
      expect(wallet.popups).to.deep.equal(["connect"]);
    });
  });
});
