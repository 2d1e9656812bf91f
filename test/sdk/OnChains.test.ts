import { expect } from "chai";
import {
  type Address,
  createClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  type Hash,
  http,
  HttpRequestError,
  type LocalAccount,
  parseEther,
  UserRejectedRequestError,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { getTransactionReceipt, sendRawTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { deployMock } from "../support/chain/artifacts.ts";
import { openStage } from "../support/chain/world.ts";
import { balanceOf, FRIEND, refusal, transferPolicy } from "../support/client/clientStage.ts";

/** A chain, Latchkey's client of it, and a token that is at another address than on the other chain. */
async function openOne(name: "default" | "other", shift: number) {
  const { chain, address, lens, store, forwarder } = await openStage(name);
  const deployment: sdk.Deployment = {
    latchkey: address as Address,
    lens: String(lens.target) as Address,
    policyStore: String(store.target) as Address,
    forwarder: String(forwarder.target) as Address,
  };
  const chainId = Number(chain.chainId);
  const transport = custom(chain.provider, { retryCount: 0 });
  const client = createClient({ chain: { ...hardhat, id: chainId }, transport, pollingInterval: 20, cacheTime: 0 });
  const funded = async () => {
    const account = privateKeyToAccount(generatePrivateKey());
    await chain.helpers.setBalance(account.address, parseEther("10"));
    return account;
  };
  const owner = privateKeyToAccount(generatePrivateKey());
  for (let i = 0; i < shift; ++i) await chain.ethers.deployContract("Poke", [owner.address, 1n]);
  const token = async (holder: Address) => {
    const { target } = await deployMock(chain, "ForwardedToken", "ForwardedToken", [deployment.forwarder, holder]);
    return String(target) as Address;
  };
  return { chain, client, chainId, deployment, funded, token };
}

type One = Awaited<ReturnType<typeof openOne>>;

/** An account that counts and keeps what it signs. */
function counting(account: LocalAccount, refuse: (typed: { domain?: { chainId?: unknown } }) => boolean = () => false) {
  const signed: { primaryType: string; domain: Record<string, unknown>; message: Record<string, unknown> }[] = [];
  const signTypedData = (async (typed: never) => {
    signed.push(typed);
    if (refuse(typed)) throw new Error("the domain has no chain id");
    return account.signTypedData(typed);
  }) as LocalAccount["signTypedData"];
  return { ...account, signTypedData, signed };
}

describe("One signature for several chains", () => {
  let here: One;
  let there: One;
  before(async () => {
    here = await openOne("default", 0);
    there = await openOne("other", 2);
  });
  after(async () => {
    await here.chain.connection.close();
    await there.chain.connection.close();
  });

  const actionsOf = ({ client, deployment }: One) => client.extend(sdk.sessionActions({ deployment }));

  async function prepared() {
    const wallet = counting(privateKeyToAccount(generatePrivateKey()));
    const key = sdk.generateSecp256k1SessionKey();
    const entries = await Promise.all(
      [there, here].map(async (one) => {
        const token = await one.token(wallet.address);
        return { one, token, client: one.client, policy: transferPolicy(token), relayer: await one.funded() };
      }),
    );
    const live = (one: One, address = key.address) =>
      actionsOf(one)
        .getSession({ principal: wallet.address, key: address })
        .then(({ status }) => status);
    return { wallet, key, entries, live };
  }

  it("registers a key on each, under each one's own policy, for one popup (ATK-122)", async () => {
    const { wallet, key, entries, live } = await prepared();
    const counts: number[] = [];
    const registered = await actionsOf(here).registerSessionOnChainsSync({
      ...{ account: wallet, key, chains: entries },
      onSignatures: (count) => void counts.push(count),
    });
    expect(counts).to.deep.equal([1]);
    expect(wallet.signed).to.have.length(1);
    const [{ domain, message, primaryType }] = wallet.signed as [(typeof wallet.signed)[0]];
    expect(primaryType).to.equal("RegisterSessionOnChains");
    expect(domain).to.deep.equal(sdk.latchkeyDomainOnChains(here.deployment.latchkey));
    const ids = [here.chainId, there.chainId].sort((a, b) => a - b);
    // What a wallet shows: each chain's policy in full.
    const listed = message["chains"] as { chainId: bigint; policy: sdk.Policy }[];
    expect(listed.map(({ chainId }) => Number(chainId))).to.deep.equal(ids);
    for (const { chainId, policy } of listed) {
      expect(policy).to.equal(entries.find(({ one }) => one.chainId === Number(chainId))!.policy);
    }
    expect(registered.map(({ chainId }) => chainId)).to.deep.equal(ids);
    for (const { one, policy } of entries) {
      const { hash, policyId, grant } = registered.find(({ chainId }) => chainId === one.chainId)!;
      expect(policyId).to.equal(sdk.hashPolicy(policy));
      expect(grant.policyId).to.equal(policyId);
      expect((await getTransactionReceipt(one.client, { hash })).status).to.equal("success");
      expect(await live(one)).to.equal("Active");
    }
    expect(entries[0]!.token).to.not.equal(entries[1]!.token);
  });

  it("lets the key spend each chain's own limit, and counts each by itself", async () => {
    const { wallet, key, entries } = await prepared();
    await actionsOf(here).registerSessionOnChainsSync({ account: wallet, key, chains: entries });
    for (const { one, token } of entries) {
      await one.chain.helpers.setBalance(key.address, parseEther("1"));
      const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, 100n] });
      const sent = { principal: wallet.address, key, route: "forwarded", calls: [{ to: token, data }] } as const;
      await actionsOf(one).sendSessionCallsSync(sent);
      expect(await balanceOf(one.client, token)).to.equal(100n);
      expect((await refusal(actionsOf(one).sendSessionCallsSync(sent))).code).to.equal("SESSION_SPEND_CAP_EXCEEDED");
    }
  });

  it("is told chain by chain, and in sum", async () => {
    const { entries } = await prepared();
    const described = await Promise.all(
      entries.map(async ({ one, policy }) => ({
        chain: `chain ${one.chainId}`,
        description: await actionsOf(one).describePolicyOnChain({ policy }),
      })),
    );
    const { chains, worstLoss } = sdk.formatChainDescriptions(described);
    expect(chains.map(({ chain }) => chain)).to.deep.equal([`chain ${there.chainId}`, `chain ${here.chainId}`]);
    const losses = described.map(({ description }) => sdk.formatPolicyDescription(description).worstLoss);
    for (const { text } of chains) expect(losses).to.include(text.worstLoss);
    expect(worstLoss).to.equal(`on chain ${there.chainId}: ${losses[0]}; and on chain ${here.chainId}: ${losses[1]}`);
    const [{ description }] = described as [(typeof described)[0]];
    const posing = sdk.formatChainDescriptions([{ chain: "Base\u202e", description }]);
    expect(posing.worstLoss).to.include("Base\\u{202e}");
  });

  it("signs once per chain where it is asked to, and for a smart account, and says so before the first popup", async () => {
    const { wallet, key, entries, live } = await prepared();
    const asked: number[] = [];
    await actionsOf(here).registerSessionOnChainsSync({
      ...{ account: wallet, key, chains: entries, signatures: "per chain" },
      onSignatures: (count) => void asked.push(count, wallet.signed.length),
    });
    expect(asked).to.deep.equal([2, 0]);
    expect(wallet.signed.map(({ primaryType }) => primaryType)).to.deep.equal(["RegisterSession", "RegisterSession"]);
    for (const { one } of entries) expect(await live(one)).to.equal("Active");

    const again = await prepared();
    const error = new Error("not now");
    const stopped = actionsOf(here).registerSessionOnChains({
      ...{ account: again.wallet, principal: FRIEND, key: again.key, chains: again.entries },
      onSignatures: (count) => {
        expect(count).to.equal(2);
        throw error;
      },
    });
    await stopped.then(
      () => expect.fail("nothing was thrown"),
      (thrown: unknown) => expect(thrown).to.equal(error),
    );
    expect(again.wallet.signed).to.deep.equal([]);
  });

  it("passes a user's no on as it is, and says what was done before one", async () => {
    const { wallet, key, entries, live } = await prepared();
    const no = new UserRejectedRequestError(new Error("no"));
    const declining = (after: number) => {
      let asked = 0;
      const signTypedData = ((typed: never) =>
        asked++ < after ? wallet.signTypedData(typed) : Promise.reject(no)) as LocalAccount["signTypedData"];
      return { account: { ...wallet, signTypedData }, key, chains: entries };
    };
    for (const signatures of ["once", "per chain"] as const) {
      const error: unknown = await actionsOf(here)
        .registerSessionOnChains({ ...declining(0), signatures })
        .catch((thrown: unknown) => thrown);
      expect(error).to.equal(no);
    }
    const halfway = actionsOf(here).registerSessionOnChains({ ...declining(1), signatures: "per chain" });
    const { failures, done } = (await refusal(halfway)) as sdk.ChainsError<sdk.ChainRegistration>;
    const ids = [here.chainId, there.chainId].sort((a, b) => a - b);
    expect(failures).to.deep.equal([{ chainId: ids[1], error: no }]);
    expect(done.map(({ chainId }) => chainId)).to.deep.equal([ids[0]]);
    expect(await live(entries.find(({ one }) => one.chainId === ids[1])!.one)).to.equal("None");
  });

  it("registers for the principal that is asked for, whoever the client of a chain is", async () => {
    const { wallet, key, entries } = await prepared();
    const other = privateKeyToAccount(generatePrivateKey());
    const chains = entries.map((entry) => ({ ...entry, client: { ...entry.client, account: other } }));
    const parameters = { account: wallet, key, chains, signatures: "per chain" } as const;
    const error = await refusal(actionsOf(here).registerSessionOnChains(parameters));
    expect(error.code).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
    for (const { one } of entries) {
      const { status } = await actionsOf(one).getSession({ principal: other.address, key: key.address });
      expect(status).to.equal("None");
    }
  });

  it("signs until a time that has passed on no chain", async () => {
    const { wallet, key, entries, live } = await prepared();
    const [first] = entries as [(typeof entries)[0]];
    await first.one.chain.helpers.time.increase(900);
    const window = { validAfter: (await here.chain.now()) - 1_000, validUntil: (await here.chain.now()) + 3_600 };
    await actionsOf(here).registerSessionOnChainsSync({ account: wallet, key, chains: entries, ...window });
    for (const { one } of entries) expect(await live(one)).to.equal("Active");
  });

  it("says what to do where a wallet signs no domain without a chain id, and sends nothing", async () => {
    const { wallet, key, entries, live } = await prepared();
    const strict = counting(wallet, ({ domain }) => domain?.chainId === undefined);
    const parameters = { account: strict, key, chains: entries } as const;
    const error = await refusal(actionsOf(here).registerSessionOnChains(parameters));
    expect(error.message).to.include('signatures: "per chain"');
    for (const { one } of entries) expect(await live(one)).to.equal("None");
    await actionsOf(here).registerSessionOnChainsSync({ ...parameters, signatures: "per chain" });
    for (const { one } of entries) expect(await live(one)).to.equal("Active");
  });

  it("asks every chain before the wallet", async () => {
    const { wallet, key, entries } = await prepared();
    const [first, second] = entries as [(typeof entries)[0], (typeof entries)[0]];
    const broken = { ...second.policy, maxCalls: 0 };
    const chains = [first, { ...second, policy: broken }];
    const error = await refusal(actionsOf(here).registerSessionOnChains({ account: wallet, key, chains, maxCalls: 1 }));
    expect(error).to.be.instanceOf(sdk.ChainsError);
    const { failures, done } = error as sdk.ChainsError;
    expect(failures.map(({ chainId }) => chainId)).to.deep.equal([second.one.chainId]);
    // To be asked is to have done nothing.
    expect(done).to.deep.equal([]);
    expect(wallet.signed).to.deep.equal([]);
  });

  it("says where it failed and what was done elsewhere", async () => {
    const { wallet, key, entries, live } = await prepared();
    const [first, second] = entries as [(typeof entries)[0], (typeof entries)[0]];
    const lost: sdk.Relayer = () => Promise.reject(new Error("the service is down"));
    for (const { one, policy } of entries)
      await actionsOf(one).publishPolicySync({ account: await one.funded(), policy });
    const chains = [first, { ...second, relayer: lost }];
    const error = await refusal(actionsOf(here).registerSessionOnChains({ account: wallet, key, chains }));
    expect(error).to.be.instanceOf(sdk.ChainsError);
    const { failures, done } = error as sdk.ChainsError<sdk.ChainRegistration>;
    expect(failures.map(({ chainId }) => chainId)).to.deep.equal([second.one.chainId]);
    expect(error.message).to.include(`Chain ${second.one.chainId}: `);
    expect(done.map(({ chainId }) => chainId)).to.deep.equal([first.one.chainId]);
    // No more than the action returns: neither a client nor an account.
    expect(done.map((each) => Object.keys(each).sort())).to.deep.equal([["chainId", "grant", "hash", "policyId"]]);
    expect(await live(second.one)).to.equal("None");
    for (let i = 0; i < 100 && (await live(first.one)) !== "Active"; ++i) await new Promise((r) => setTimeout(r, 20));
    expect(await live(first.one)).to.equal("Active");
  });

  it("takes part in the turn of grant nonces, in whatever order chains are named (ATK-122)", async () => {
    const { wallet, entries, live } = await prepared();
    const keys = Array.from({ length: 4 }, () => sdk.generateSecp256k1SessionKey());
    await Promise.all(
      keys.map((key, i) =>
        actionsOf(here).registerSessionOnChainsSync({
          ...{ account: wallet, key, lane: BigInt(i), replaces: undefined },
          chains: i % 2 === 0 ? entries : [...entries].reverse(),
        }),
      ),
    );
    for (const { address } of keys) for (const { one } of entries) expect(await live(one, address)).to.equal("Active");
    expect(wallet.signed).to.have.length(4);
  });

  it("refuses none, a chain twice, more than 32 chains, and Latchkeys at different addresses", async () => {
    const { wallet, key, entries } = await prepared();
    const [entry, other] = entries as [(typeof entries)[0], (typeof entries)[0]];
    const moved = { ...other, deployment: { ...other.one.deployment, latchkey: FRIEND } };
    const cases: [chains: typeof entries, said: string][] = [
      [[], "Chains: 0"],
      [[entry, entry], `Chain: ${entry.one.chainId}`],
      [Array.from({ length: 33 }, () => entry), "Chains: 33"],
      [[entry, moved], FRIEND],
    ];
    for (const [chains, said] of cases) {
      const error = await refusal(actionsOf(here).registerSessionOnChains({ account: wallet, key, chains }));
      expect(error.code).to.equal("SESSION_CREATION_FAILED");
      expect(error.message).to.include(said);
    }
    expect(wallet.signed).to.deep.equal([]);
  });

  it("buries a key on each by one signature, registered there or not (ATK-122)", async () => {
    const { wallet, key, entries, live } = await prepared();
    const [first, second] = entries as [(typeof entries)[0], (typeof entries)[0]];
    await actionsOf(first.one).registerSessionSync({ account: wallet, key, ...first });
    expect(await live(first.one)).to.equal("Active");
    wallet.signed.length = 0;
    const parameters = { account: wallet, key: key.address, chains: entries };
    const revoked = await actionsOf(here).revokeSessionOnChainsSync(parameters);
    expect(wallet.signed.map(({ primaryType }) => primaryType)).to.deep.equal(["RevokeSessionOnChains"]);
    expect(revoked).to.have.length(2);
    for (const { one } of entries) expect(await live(one)).to.equal("Revoked");
    const late = await refusal(actionsOf(second.one).registerSessionSync({ account: wallet, key, ...second }));
    expect(late.code).to.equal("SESSION_REVOKED");
    // Again changes nothing, and is no failure; nor is a signature for each.
    const each = await actionsOf(here).revokeSessionOnChainsSync({ ...parameters, signatures: "per chain" });
    expect(each.map(({ chainId }) => chainId)).to.deep.equal(revoked.map(({ chainId }) => chainId));
  });

  describe("ends the key on every chain that can be reached", () => {
    /** A chain whose node is down: before the others in the order in which they are signed for. */
    const down = (id: number) => {
      const transport = http("http://127.0.0.1:1", { retryCount: 0 });
      return { client: createClient({ chain: { ...hardhat, id }, transport }), relayer: FRIEND };
    };
    const ids = () => [here.chainId, there.chainId].sort((a, b) => a - b);
    type Partly = sdk.ChainsError<sdk.ChainRevocation>;

    for (const signatures of ["once", "per chain"] as const) {
      it(`whichever node is down, with signatures: ${signatures}`, async () => {
        const { wallet, key, entries, live } = await prepared();
        const counts: number[] = [];
        const error = await refusal(
          actionsOf(here).revokeSessionOnChainsSync({
            ...{ account: wallet, key: key.address, signatures },
            chains: [...entries, down(1), down(999_999)],
            onSignatures: (count) => void counts.push(count),
          }),
        );
        const { failures, done } = error as Partly;
        expect(failures.map(({ chainId }) => chainId)).to.deep.equal([1, 999_999]);
        for (const { error } of failures) expect(error).to.be.instanceOf(HttpRequestError);
        expect(done.map(({ chainId }) => chainId)).to.deep.equal(ids());
        for (const { one } of entries) expect(await live(one)).to.equal("Revoked");
        // What nobody could bring anywhere is not signed.
        const signed = signatures === "once" ? ["RevokeSessionOnChains"] : ["RevokeSession", "RevokeSession"];
        expect(wallet.signed.map(({ primaryType }) => primaryType)).to.deep.equal(signed);
        expect(counts).to.deep.equal([signed.length]);
        if (signatures === "once") expect(wallet.signed[0]!.message["chains"]).to.deep.equal(ids().map(BigInt));
      });

      it(`whichever relayer is down, and waits for the others, with signatures: ${signatures}`, async () => {
        const { wallet, key, entries, live } = await prepared();
        const lost: sdk.Relayer = () => Promise.reject(new Error("the service is down"));
        const [first, second] = [...entries].sort((a, b) => a.one.chainId - b.one.chainId) as typeof entries;
        const parameters = { account: wallet, key: key.address, signatures };
        const chains = [{ ...first!, relayer: lost }, second!];
        const { provider, helpers } = second!.one.chain;
        const automine = (on: boolean) => provider.request({ method: "evm_setAutomine", params: [on] });
        const partly = async (
          verb: "revokeSessionOnChains" | "revokeSessionOnChainsSync",
          onSubmitted?: () => void,
        ) => {
          const revoking = actionsOf(here)[verb]({ ...parameters, chains, onSubmitted });
          const { failures, done } = (await refusal(revoking)) as Partly;
          expect(failures.map(({ chainId }) => chainId)).to.deep.equal([first!.one.chainId]);
          expect(done.map((each) => Object.keys(each).sort())).to.deep.equal([["chainId", "hash"]]);
          expect(done.map(({ chainId }) => chainId)).to.deep.equal([second!.one.chainId]);
          return [await live(first!.one), await live(second!.one)];
        };
        await automine(false);
        try {
          expect(await partly("revokeSessionOnChains")).to.deep.equal(["None", "None"]);
          const mineLater = () => void setTimeout(() => void helpers.mine(), 100);
          expect(await partly("revokeSessionOnChainsSync", mineLater)).to.deep.equal(["None", "Revoked"]);
        } finally {
          await automine(true);
        }
      });
    }

    it("and asks no wallet where no node answers, nor again after a no", async () => {
      const { wallet, key, entries, live } = await prepared();
      const parameters = { account: wallet, key: key.address };
      const chains = [down(1), down(2)];
      const { failures, done } = (await refusal(
        actionsOf(here).revokeSessionOnChains({ ...parameters, chains }),
      )) as Partly;
      expect([failures.map(({ chainId }) => chainId), done]).to.deep.equal([[1, 2], []]);
      expect(wallet.signed).to.deep.equal([]);

      let asked = 0;
      const no = new UserRejectedRequestError(new Error("no"));
      const signTypedData = ((typed: never) =>
        ++asked === 2 ? Promise.reject(no) : wallet.signTypedData(typed)) as LocalAccount["signTypedData"];
      const halfway = { account: { ...wallet, signTypedData }, key: key.address, signatures: "per chain" } as const;
      const partly = refusal(actionsOf(here).revokeSessionOnChainsSync({ ...halfway, chains: [...entries, down(1)] }));
      expect(((await partly) as Partly).failures.map(({ chainId }) => chainId)).to.deep.equal([1, ids()[1]]);
      expect(((await partly) as Partly).failures[1]!.error).to.equal(no);
      expect(((await partly) as Partly).done.map(({ chainId }) => chainId)).to.deep.equal([ids()[0]]);
      expect(await live(entries.find(({ one }) => one.chainId === ids()[1])!.one)).to.equal("None");
      asked = 1;
      const declined: unknown = await actionsOf(here)
        .revokeSessionOnChains({ ...halfway, chains: [...entries, down(1)] })
        .catch((thrown: unknown) => thrown);
      expect([declined, asked]).to.deep.equal([no, 2]);
    });
  });

  it("hands a service what it sends on each chain, and no chain the other's", async () => {
    const { wallet, key, entries, live } = await prepared();
    for (const { one, policy } of entries)
      await actionsOf(one).publishPolicySync({ account: await one.funded(), policy });
    const seen: number[] = [];
    const chains = entries.map((entry) => ({
      ...entry,
      relayer: async ({ chainId, to, data }: sdk.RelayedCall): Promise<Hash> => {
        seen.push(chainId);
        expect(chainId).to.equal(entry.one.chainId);
        const request = { to, data, chainId, gas: 1_000_000n, maxFeePerGas: 10n ** 11n, nonce: 0 };
        const raw = await (await entry.one.funded()).signTransaction({ ...request, type: "eip1559" });
        return sendRawTransaction(entry.client, { serializedTransaction: raw });
      },
    }));
    await actionsOf(here).registerSessionOnChainsSync({ account: wallet, key, chains });
    expect(seen.sort()).to.deep.equal([here.chainId, there.chainId].sort());
    for (const { one } of entries) expect(await live(one)).to.equal("Active");
  });
});
