import { expect } from "chai";
import type { LocalAccount } from "viem";
import * as sdk from "../../sdk/src/index.ts";
import { feedAbi } from "../support/client/sessionClient.ts";
import { openReactStage, type ReactStage } from "../support/react/stage.ts";

describe("useSession", function () {
  let stage: ReactStage;
  let owner: LocalAccount;
  let relayer: LocalAccount;
  let policy: sdk.Policy;

  before(async () => {
    stage = await openReactStage();
    [owner, relayer] = [await stage.wallet(), await stage.wallet()];
    policy = sdk.definePolicy({
      app: "hooks.example",
      maxDuration: 86_400,
      maxCalls: 3,
      permissions: [sdk.contract({ address: stage.feed, abi: feedAbi, methods: { post: {} } })],
    });
  });
  afterEach(() => stage.clear());
  after(() => stage.close());

  it("goes from none to revoked with two popups", async () => {
    const { act, waitFor, hooks, deployment } = stage;
    const { config, wallet } = await stage.connectWallet([owner]);
    const storage = sdk.memoryKeyStorage();
    const { result } = stage.render(config, () =>
      hooks.useSession({ policy, storage, deployment, relayer, principal: owner.address }),
    );
    expect(result.current).to.include({ sessionState: undefined, isLoading: true });
    await waitFor(() => expect(result.current.sessionState).to.equal("none"));
    await act(() => result.current.createSession());
    await waitFor(() => expect(result.current.sessionState).to.equal("created"));
    await act(() => result.current.registerSession());
    await waitFor(() => expect(result.current.sessionState).to.equal("active"));
    expect(result.current.remainingCalls).to.equal(3);
    await act(() => result.current.executeWithSession({ calls: [stage.post("hello")] }));
    await waitFor(() => expect(result.current.remainingCalls).to.equal(2));
    await act(() => result.current.revokeSession());
    await waitFor(() => expect(result.current.sessionState).to.equal("revoked"));
    expect(wallet.popups).to.deep.equal(["connect", "eth_signTypedData_v4", "eth_signTypedData_v4"]);
    expect(wallet.refused).to.deep.equal([]);
  });
});
