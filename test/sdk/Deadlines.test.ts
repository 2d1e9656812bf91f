import { expect } from "chai";
import {
  encodeFunctionData,
  erc20Abi,
  hexToNumber,
  parseAbi,
  parseEther,
  slice,
  type Address,
  type Hex,
  type LocalAccount,
} from "viem";
import * as sdk from "../../sdk/src/index.ts";
import { FEES, FRIEND, openClientStage, refusal, transfer, type ClientStage } from "../support/client/clientStage.ts";

const PERIOD = 1_000;
/** Of a counter, whose periods begin with the session. */
const FROM_START = 6_000;
const LOOKS: Address = "0x0000000000000000000000000000000000000001";
const buyAbi = parseAbi(["function buy(uint256 item, uint256 price)", "function look(uint256 item)"]);

describe("The client's deadlines", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => stage.world.connection.close());

  const at = (time: number) => stage.world.helpers.time.setNextBlockTimestamp(time);
  /** The next block is at this second, which is the chain's time then. */
  const goTo = async (time: number) => {
    await stage.world.helpers.time.increaseTo(time - 1);
    await at(time);
  };

  /**
   * An account with a session over five limits: `spent` and native coin by the thousand seconds, `other` by the hour,
   * `free` for the lifetime, a counter of looks from the session's start. It begins shortly before a period does.
   */
  const start = async (changes: { duration?: number; kind?: sdk.SessionKey["kind"] } = {}) => {
    const { duration = 86_000, kind = "secp256k1" } = changes;
    const owner = await stage.funded();
    const principal = await stage.account(owner.address);
    await stage.world.helpers.setBalance(principal, parseEther("10"));
    const [spent, other, free, shop] = await Promise.all([1, 2, 3, 4].map(() => stage.token(principal)));
    const transfers = [spent!, other!, free!].map((token) =>
      sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } }),
    );
    const policy = sdk.definePolicy({
      app: "deadline.example",
      maxDuration: 86_400,
      maxCalls: 20,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [
        ...transfers,
        sdk.contract({
          address: shop!,
          abi: buyAbi,
          methods: {
            buy: { spends: { unit: spent!, argument: "price" } },
            look: { spends: { unit: LOOKS, amount: 1n } },
          },
        }),
        sdk.nativeTransfer(FRIEND, 10n),
      ],
      limits: [
        { unit: LOOKS, cap: 10n, period: FROM_START, fromStart: true },
        { unit: spent!, cap: 100n, period: PERIOD },
        { unit: "0x0000000000000000000000000000000000000000", cap: 100n, period: PERIOD },
        { unit: other!, cap: 100n, period: 3_600 },
        { unit: free!, cap: 100n },
      ],
    });
    const key = await stage.key(kind);
    // A thousand and an hour have a common multiple: no period ends for a while after it.
    const begin = Math.ceil(((await stage.world.now()) + 100) / 18_000) * 18_000;
    await goTo(begin - 10);
    const grant = { validUntil: begin + duration };
    await client.registerSessionSync({ principal, account: owner, relayer, key, policy, ...grant });
    const account = await sdk.toSessionSmartAccount({ client, principal, key, deployment: stage.deployment });
    const tokens = { spent: spent!, other: other!, free: free!, shop: shop! };
    return { begin, principal, key, account, policy, ...tokens, end: grant.validUntil };
  };
  type Started = Awaited<ReturnType<typeof start>>;
  /** The deadline that is signed for these calls now. */
  const signed = async ({ account }: Pick<Started, "account">, calls: readonly sdk.SessionCall[] | undefined) => {
    const callData = calls && (await account.encodeCalls(calls as never));
    return hexToNumber(slice(await account.getStubSignature({ callData } as never), 96));
  };
  const callsOn = ({ spent, other, free, shop }: Started) => {
    const buy = (functionName: "buy" | "look", ...args: bigint[]) => ({
      to: shop,
      data: encodeFunctionData({ abi: buyAbi, functionName, args: args as never }),
    });
    return {
      spent: [transfer(spent, 1n)],
      nothingSpent: [transfer(spent, 0n)],
      other: [transfer(other, 1n)],
      free: [transfer(free, 1n)],
      native: [{ to: FRIEND, value: 1n }],
      declared: [buy("buy", 1n, 5n)],
      declaredNothing: [buy("buy", 1n, 0n)],
      looked: [buy("look", 1n)],
      freeAndSpent: [transfer(free, 1n), transfer(spent, 1n)],
      refused: [{ to: FRIEND, data: "0x12345678" as const }],
      short: [{ to: shop, data: "0x12" as const }],
    };
  };

  it("are five minutes from now while no period and no session ends before", async () => {
    const session = await start();
    await goTo(session.begin);
    for (const [name, calls] of Object.entries(callsOn(session))) {
      expect(await signed(session, calls), name).to.equal(session.begin + 300);
    }
    expect(await signed(session, undefined)).to.equal(session.begin + 300);
  });

  it("are the end of the current period of each limit that the calls draw on, and of no other", async () => {
    const session = await start();
    const calls = callsOn(session);
    // Both edges of the last five minutes of the period.
    await goTo(session.begin + PERIOD - 301);
    expect(await signed(session, calls.spent)).to.equal(session.begin + PERIOD - 1);
    const now = session.begin + PERIOD - 300;
    await goTo(now);
    // What they draw is the chain's to say: an amount of 0 counts as any other.
    const drawing = ["spent", "nothingSpent", "native", "declared", "declaredNothing", "freeAndSpent"] as const;
    for (const name of drawing) {
      expect(await signed(session, calls[name]), name).to.equal(session.begin + PERIOD - 1);
    }
    const untouched = ["other", "free", "looked", "refused", "short"] as const;
    for (const name of untouched) expect(await signed(session, calls[name]), name).to.equal(now + 300);
    // What is not known counts as if it drew on all.
    expect(await signed(session, undefined)).to.equal(session.begin + PERIOD - 1);
    expect(hexToNumber(slice(await session.account.getStubSignature({ callData: "0x1234" } as never), 96))).to.equal(
      session.begin + PERIOD - 1,
    );
    // The other limit's period, when that is what ends.
    await goTo(session.begin + 3_500);
    expect(await signed(session, calls.other)).to.equal(session.begin + 3_599);
    expect(await signed(session, calls.spent)).to.equal(session.begin + 3_800);
    // Half a minute before its end it is still the period's last second; later it is the next one's.
    await goTo(session.begin + 4 * PERIOD - 31);
    expect(await signed(session, calls.spent)).to.equal(session.begin + 4 * PERIOD - 1);
    await goTo(session.begin + 4 * PERIOD - 1);
    expect(await signed(session, calls.spent)).to.equal(session.begin + 4 * PERIOD + 300);
    await goTo(session.begin + 4 * PERIOD);
    expect(await signed(session, calls.spent)).to.equal(session.begin + 4 * PERIOD + 300);
  });

  it("are the end of a period that counts from the session's start", async () => {
    const session = await start();
    const { looked, free } = callsOn(session);
    const { principal, key } = session;
    const { registration } = await client.getSession({ principal, key: key.address });
    for (const [now, deadline] of [
      [FROM_START - 301, FROM_START - 1],
      [FROM_START - 300, FROM_START - 1],
      [FROM_START - 1, FROM_START + 300],
      [FROM_START, FROM_START + 300],
    ] as const) {
      await goTo(registration + now);
      expect(await signed(session, looked), String(now)).to.equal(registration + deadline);
      expect(await signed(session, free), String(now)).to.equal(registration + now + 300);
    }
  });

  it("are the session's end, if that is first", async () => {
    const session = await start({ duration: 500 });
    const calls = callsOn(session);
    await goTo(session.begin + 199);
    expect(await signed(session, calls.free)).to.equal(session.end - 1);
    await goTo(session.begin + 201);
    expect(await signed(session, calls.free)).to.equal(session.end);
    await goTo(session.end);
    expect(await signed(session, calls.free)).to.equal(session.end);
    await goTo(session.end + 1);
    expect(await refusal(signed(session, calls.free)))
      .to.be.instanceOf(sdk.OperationWindowError)
      .and.include({ code: "SESSION_EXPIRED" });
  });

  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: hold to the second on chain, for calls that draw on a period and for others`, async () => {
      const session = await start({ kind });
      const { begin, principal, key } = session;
      const calls = callsOn(session);
      /** Mined at a second that comes after it was signed. */
      const send = (each: readonly sdk.SessionCall[], minedAt: number) => {
        const late = { ...key, sign: (digest: Hex) => at(minedAt).then(() => key.sign(digest)) };
        return client.sendSessionCallsSync({ principal, key: late, bundler: relayer, operation: FEES, calls: each });
      };
      const left = async () => (await client.getSession({ principal, key: key.address })).callsLeft;
      const last = begin + PERIOD - 1;
      const restore = await stage.world.helpers.takeSnapshot();
      const tries: [name: keyof typeof calls, minedAt: number, error: sdk.SessionErrorCode | undefined][] = [
        ["spent", last, undefined],
        ["spent", last + 1, "SESSION_DEADLINE_PASSED"],
        ["native", last + 1, "SESSION_DEADLINE_PASSED"],
        ["free", last + 1, undefined],
        ["free", last - 100 + 300, undefined],
        ["free", last - 100 + 301, "SESSION_DEADLINE_PASSED"],
      ];
      for (const [name, minedAt, code] of tries) {
        await goTo(last - 100);
        const label = `${name} at ${minedAt - last}`;
        if (code === undefined) {
          await send(calls[name], minedAt);
          expect(await left(), label).to.equal(19);
        } else {
          const error = await refusal(send(calls[name], minedAt));
          expect(error, label).to.be.instanceOf(sdk.OperationWindowError).and.include({ code });
          expect(await left(), label).to.equal(20);
        }
        await restore.restore();
      }
    });
  }

  it("in a later period open with it, and say so", async () => {
    const session = await start();
    const { begin, principal, key } = session;
    const { spent, free } = callsOn(session);
    const send = (calls: readonly sdk.SessionCall[], validUntil: number) =>
      client.sendSessionCallsSync({ principal, key, bundler: relayer, operation: FEES, calls, validUntil });
    await goTo(begin + 100);
    const early = await refusal(send(spent, begin + PERIOD + 10));
    expect(early).to.be.instanceOf(sdk.OperationWindowError).and.include({ code: "SESSION_NOT_YET_VALID" });
    expect(early.metaMessages!.join()).to.contain(`${begin + PERIOD} to ${begin + PERIOD + 10}`);
    // Calls that draw on nothing open with the session.
    await send(free, begin + PERIOD + 10);
    // EntryPoint v0.9 opens a second later.
    await goTo(begin + PERIOD + 1);
    await send(spent, begin + PERIOD + 10);
  });

  it("that are asked for are refused before anything is signed, unless the chain would take them", async () => {
    const session = await start({ duration: 2_000 });
    const { principal, key, begin, end } = session;
    await goTo(begin + 50);
    const { free } = callsOn(session);
    let signatures = 0;
    const watched: sdk.SessionKey = { ...key, sign: (digest) => (signatures++, key.sign(digest)) };
    const act = { principal, key: watched, calls: free, relayer, bundler: relayer, operation: FEES };
    for (const route of ["userOperation", "relayed"] as const) {
      const send = (validUntil: number) => client.sendSessionCallsSync({ ...act, route, validUntil });
      const beyond = await refusal(send(end + 1));
      expect(beyond, route).to.include({ errorName: "DeadlineNotAllowed" });
      expect((beyond as sdk.ContractError<"DeadlineNotAllowed">).args).to.deep.equal({
        deadline: BigInt(end + 1),
        validUntil: end,
      });
      const now = await stage.world.now();
      const past = await refusal(send(now - 1));
      expect(past, route).to.be.instanceOf(sdk.OperationWindowError).and.include({ code: "SESSION_DEADLINE_PASSED" });
      for (const none of [0, -1, 1.5, Number.NaN]) {
        const error = await refusal(send(none));
        expect(error, route).to.include({
          code: "SESSION_OPERATION_REJECTED",
          shortMessage: "The deadline is not a valid unix timestamp.",
        });
        expect(error.metaMessages).to.include(`Given: ${none}`);
      }
      expect(signatures).to.equal(0);
      await send(end);
      expect(signatures).to.equal(1);
      signatures = 0;
      await at((await stage.world.now()) + 7);
      await send((await stage.world.now()) + 7);
      signatures = 0;
    }
    expect((await client.getSession({ principal, key: key.address })).callsLeft).to.equal(16);
  });

  it("of a relayed call take no notice of periods, which are those in which it is mined", async () => {
    const session = await start();
    const { begin, principal, key } = session;
    const { spent } = callsOn(session);
    const send = (minedAt: number) => {
      const late = { ...key, sign: (digest: Hex) => at(minedAt).then(() => key.sign(digest)) };
      return client.sendSessionCallsSync({ principal, key: late, route: "relayed", relayer, calls: spent });
    };
    await goTo(begin + PERIOD - 10);
    await send(begin + PERIOD + 290);
    await goTo(begin + 2 * PERIOD - 10);
    expect(await refusal(send(begin + 2 * PERIOD + 291))).to.include({ code: "SESSION_DEADLINE_PASSED" });
  });

  it("follow the chain's clock, whatever the device's says", async () => {
    const session = await start();
    await goTo(session.begin);
    const { now } = Date;
    const wrong = [0, now() * 3];
    try {
      for (const time of wrong) {
        Date.now = () => time;
        expect(await signed(session, callsOn(session).free)).to.equal(session.begin + 300);
      }
    } finally {
      Date.now = now;
    }
  });
});
