import { expect } from "chai";
import { parseEther, Wallet } from "ethers";
import { createClient, custom, type Address, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import {
  describePolicy,
  isContractError,
  sessionActions,
  toSecp256k1SessionKey,
  type Deployment,
  type SessionCall,
  type SessionKey,
} from "../../../sdk/src/index.ts";
import type { Recipe } from "../../../sdk/src/recipes/index.ts";
import { stateOf, type Session } from "../../support/chain/dapp.ts";
import { sayOfRevert } from "../../support/chain/policyScope.ts";
import { refusalOf } from "../../support/chain/refusal.ts";
import type { Call } from "../../support/reference/admission.ts";
import { errorInterface } from "../../support/reference/errors.ts";
import { hashPolicy, type Policy } from "../../support/reference/policy.ts";
import { encodeCall, PRINCIPAL, type CallJson, type PolicyFile } from "../../support/reference/policyFiles.ts";
import { publish, type ChainFacts } from "../../support/reference/publication.ts";
import { grant, secp256k1Key } from "../../support/reference/session.ts";
import { storedForm } from "../../support/reference/storedForm.ts";
import { expectedOf, expectGrounds, expectRefused, type Effect } from "./policyTests.ts";
import type { Stage } from "./stage.ts";

/** The routes by which a key without a bundler makes calls for an account. */
const ROUTES = ["direct", "relayed"] as const;

/** Calls as the files of policies have them, or as the client's recipes make them. */
type Calls = () => readonly (CallJson | SessionCall)[] | Promise<readonly (CallJson | SessionCall)[]>;

const encoded = async (calls: Calls): Promise<Call[]> =>
  (await calls()).map((each) => {
    if ("method" in each) return encodeCall(each);
    return { target: each.to, value: each.value ?? 0n, data: each.data ?? "0x" };
  });

/** A call as the files of policies have it: numbers are texts, and "principal" is the principal. */
export const call = (target: Address, method: string, args: unknown[], value = 0n): CallJson => ({
  ...{ target, method, args: texts(args) as unknown[], value: String(value) },
});

const texts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(texts);
  return typeof value === "bigint" ? String(value) : value;
};

export const approving = (token: Address, spender: Address, amount: bigint): CallJson =>
  call(token, "approve(address,uint256)", [spender, amount]);

export interface RecipeTests {
  /** The recipe, as an app would ask for it; `now` is the chain's time. */
  make: (stage: Stage, now: number) => Recipe | Promise<Recipe>;
  /** What the chain says of tokens and vaults, beside the limited tokens. */
  facts?: Partial<ChainFacts>;
  /** What only this recipe needs, before its session is registered. */
  prepare?: (stage: Stage) => Promise<void>;
  /** What passes, and what it does. */
  passes: Record<string, { calls: Calls; does: Effect }>;
  /** What the chain refuses; without the policy the protocol does it, or the reason why it would not. */
  refused: Record<string, { calls: Calls; error: string; impossible?: string }>;
  /**
   * All that the caps of one period let a key take, step by step, with what is gone by the names that `changes` has. Where
   * the protocol rounds, a step may fall short by so many base units.
   */
  greedy: { calls: Calls; takes: Record<string, bigint>; short?: bigint }[];
}

/** A recipe's session, and those who act in it. */
interface Given {
  stage: Stage;
  recipe: Recipe;
  client: ReturnType<typeof openClient>;
  relayer: LocalAccount;
  key: SessionKey;
  session: Session;
  file: PolicyFile;
}

/** Describes one recipe, on the chain where its contracts are. */
export function describeRecipe(name: string, tests: RecipeTests, stageOf: () => Stage): void {
  describe(`The recipe ${name}`, () => {
    let given: Given;
    let opened: { restore(): Promise<void> };
    let snapshot: { restore(): Promise<void> };
    before(async () => {
      opened = await stageOf().world.helpers.takeSnapshot();
      given = await open(stageOf(), tests);
    });
    after(() => opened.restore());
    beforeEach(async () => {
      snapshot = await given.stage.world.helpers.takeSnapshot();
    });
    afterEach(() => snapshot.restore());

    it("runs on what the table of protocols says", async () => {
      const calls = await Promise.all(Object.values(tests.passes).map((each) => encoded(each.calls)));
      expectGrounds(given.stage, name, calls.flat());
    });

    it("is published as the model does it", async () => {
      const { store, ethers } = given.stage.world;
      const { policy, facts } = given.file;
      const pointer = (await store.getFunction("policyPointer").staticCall(hashPolicy(policy))) as string;
      expect(await ethers.provider.getCode(pointer)).to.equal(storedForm(policy, publish(policy, facts)));
    });

    for (const [say, { calls, does }] of Object.entries(tests.passes)) {
      for (const route of ROUTES) {
        it(`passes by ${route}: ${say}`, () => does(given.stage, async () => send(given, route, await encoded(calls))));
      }
    }

    for (const [say, { calls, error, impossible }] of Object.entries(tests.refused)) {
      it(`does not pass: ${say}`, async () => {
        const made = await encoded(calls);
        const expected = expectedOf(given.file, { say, calls: made, drawn: {}, error });
        // The chain, by a transaction that nobody has looked at before.
        await expectRefused(given, "direct", made, expected);
        for (const route of ROUTES) {
          const thrown = await send(given, route, made).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (!isContractError(thrown)) throw thrown ?? new Error(`${say} has passed by ${route}.`);
          expect(sayOfRevert(errorInterface(), thrown.data)).to.equal(expected);
        }
      });
      it(`without the policy ${impossible === undefined ? "works" : `does not work, as ${impossible}`}: ${say}`, async () => {
        const failure = await given.stage.failureOf(given.stage.asPrincipal(await encoded(calls)));
        if (impossible === undefined) expect(failure).to.equal(undefined);
        else expect(failure).to.match(/^The principal's own calls reverted/);
      });
    }

    it("loses at worst what it says, to a key that takes all it can in every period", () => expectGreed(given, tests));
  });
}

async function open(stage: Stage, tests: RecipeTests): Promise<Given> {
  await tests.prepare?.(stage);
  const recipe = await tests.make(stage, await stage.world.now());
  const policy = recipe.policy as Policy;
  const facts: ChainFacts = {
    ...{ machinery: [], nonFungible: [], assets: {} },
    fungible: policy.limits.map(({ unit }) => unit.toLowerCase() as Address),
    ...tests.facts,
  };
  const file = { name: "", about: recipe.about, open: "", sources: [], policy, facts, passes: [], refused: [] };
  const relayer = privateKeyToAccount(Wallet.createRandom().privateKey as `0x${string}`);
  await stage.world.helpers.setBalance(relayer.address, parseEther("10"));
  const client = openClient(stage);
  // An app publishes what its users then register.
  const { policyId, hash } = await client.publishPolicySync({ policy: recipe.policy, account: relayer });
  expect([policyId, hash !== undefined]).to.deep.equal([hashPolicy(policy), true]);
  const opened = { stage, recipe, client, relayer, file };
  return { ...opened, ...(await register(opened)) };
}

function openClient({ world }: Stage) {
  const at = ({ target }: { target: unknown }) => target as Address;
  const { lens, store, forwarder } = world;
  const deployment: Deployment = {
    ...{ latchkey: world.address as Address, lens: at(lens), policyStore: at(store), forwarder: at(forwarder) },
  };
  const transport = custom(world.provider, { retryCount: 0 });
  return createClient({ chain: hardhat, transport, pollingInterval: 10, cacheTime: 0 }).extend(
    sessionActions({ deployment }),
  );
}

/** The account's owner signs, the relayer brings it in: the longest session that the policy allows. */
async function register(
  { stage, client, relayer, recipe, file }: Pick<Given, "stage" | "client" | "relayer" | "recipe" | "file">,
  lane = 0n,
): Promise<Pick<Given, "key" | "session">> {
  const { world, account } = stage;
  const { policy } = recipe;
  const plain = secp256k1Key();
  const key = toSecp256k1SessionKey(plain.privateKey as `0x${string}`);
  const owner = privateKeyToAccount(account.owner.privateKey as `0x${string}`);
  const validAfter = await world.now();
  const validUntil = validAfter + policy.maxDuration - 1;
  const registration = { key, policy, principal: PRINCIPAL, account: owner, relayer, lane, validAfter, validUntil };
  await client.registerSessionSync(registration);
  await world.helpers.setBalance(key.address, parseEther("1"));
  const session: Session = {
    ...{ key: plain, principal: PRINCIPAL, policy: file.policy, validAfter, validUntil },
    sender: new Wallet(plain.privateKey, world.ethers.provider),
    grant: grant(plain, file.policy, { validAfter, validUntil, lane }),
    registration: Number((await stateOf(world, PRINCIPAL, key.address)).registration),
  };
  return { key, session };
}

async function send(given: Given, route: (typeof ROUTES)[number], made: Call[]): Promise<void> {
  const { client, key, relayer } = given;
  const calls = made.map(({ target, value, data }) => ({ to: target, value, data }));
  const by = route === "relayed" ? { relayer } : {};
  await client.sendSessionCallsSync({ principal: PRINCIPAL, key, route, calls, ...by });
}

/**
 * A session that starts at the end of a period and lasts as long as it may: the key takes all that each period allows, is
 * refused the same again, and in the end has taken exactly what `describePolicy` calls the worst.
 */
async function expectGreed(given: Given, { greedy }: RecipeTests): Promise<void> {
  const { stage, recipe } = given;
  const { world } = stage;
  const { loss, limits } = describePolicy(recipe.policy, recipe.said);
  const period = Math.max(...limits.map((limit) => limit.period));
  const isFromStart = limits.some(({ fromStart }) => fromStart);
  if (period !== 0 && !isFromStart) {
    await world.helpers.time.increaseTo(Math.ceil(((await world.now()) + 60) / period) * period - 30);
  }
  const own = { ...given, ...(await register(given, 1n)) };
  const { validAfter, validUntil } = own.session;
  const taken: Record<string, bigint> = {};
  let [periods, allowed] = [0, 0n];
  for (let now = await world.now(); now <= validUntil; ++periods) {
    if (periods > 0) await world.helpers.time.increaseTo(now);
    for (const { calls, takes, short = 0n } of greedy) {
      const made = await encoded(calls);
      const changes = await stage.changes(() => send(own, "direct", made));
      for (const [name, amount] of Object.entries(takes)) {
        const gone = -(changes[name] ?? 0n);
        expect(gone <= amount && gone >= amount - short, `${gone} ${name} in period ${periods + 1}`).to.equal(true);
        taken[name] = (taken[name] ?? 0n) + gone;
        allowed += short;
      }
    }
    for (const { calls } of greedy) {
      const again = await refusalOf(stage.act(own.session, "direct", await encoded(calls)));
      expect(again.name).to.equal("SpendCapExceeded");
    }
    const origin = isFromStart ? validAfter : 0;
    now = period === 0 ? validUntil + 1 : origin + (Math.floor((now - origin) / period) + 1) * period;
  }
  expect(Object.keys(taken)).to.have.members(loss.losses.map(({ unit }) => unit.symbol));
  for (const { unit, amount } of loss.losses) {
    const gone = taken[unit.symbol!]!;
    expect(gone <= amount && gone >= amount - allowed, `${gone} of ${amount} ${unit.symbol}`).to.equal(true);
  }
  expect(Math.max(...[...loss.losses, ...loss.counts].map((each) => each.periods))).to.equal(periods);
}
