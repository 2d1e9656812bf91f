import { expect } from "chai";
import {
  AbiCoder,
  concat,
  dataLength,
  id,
  Interface,
  keccak256,
  parseEther,
  ZeroAddress,
  type Contract,
  type Wallet,
} from "ethers";
import { ENTRY_POINTS } from "../../../deploy/lib/entryPoints.ts";
import { decodeError, revertData } from "../../support/reference/errors.ts";
import { limit, policy, rule, word, type PermissionFields } from "../../support/reference/policy.ts";
import { encodeSingle, Route, secp256k1Key, type Call } from "../../support/reference/session.ts";
import {
  as,
  forward,
  forwardData,
  HOUR,
  mock,
  newWallet,
  openWorld,
  relay,
  relayArguments,
  relayData,
  startSession,
  stateOf,
  untouched,
  type Session,
  type World,
} from "../../support/chain/dapp.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { deployAccount } from "../../support/chain/smartAccount.ts";

describe("Forwarded calls", () => {
  let world: World;
  let forwarder: string;
  let alice: Wallet;
  let bob: Wallet;
  let eve: Wallet;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;

  before(async () => {
    world = await openWorld();
    forwarder = await world.forwarder.getAddress();
    [alice, bob, eve] = [await newWallet(world), await newWallet(world), await newWallet(world)];
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  const addressOf = async (contract: Contract) => (await contract.getAddress()) as string;
  const start = (principal: Wallet, permissions: PermissionFields[], limits: ReturnType<typeof limit>[] = []) =>
    startSession(world, principal, policy({ app: "forwarded", maxDuration: HOUR, permissions, limits }));
  const token = (holder: Wallet) => mock(world, "ForwardedToken", "ForwardedToken", [forwarder, holder.address]);
  const balance = (of: Contract, holder: Wallet) => of.getFunction("balanceOf")(holder.address);

  describe("reach unmodified contracts of OpenZeppelin", () => {
    it("an ERC-20: the wallet's balance moves, up to the cap", async () => {
      const fwd = await token(alice);
      const target = await addressOf(fwd);
      const cap = [limit(target, parseEther("3"))];
      const session = await start(alice, [{ target, method: "transfer(address,uint256)" }], cap);
      await forward(world, session, fwd, "transfer", [bob.address, parseEther("1")]);
      await relay(world, session, fwd, "transfer", [bob.address, parseEther("2")]);
      expect(await balance(fwd, bob)).to.equal(parseEther("3"));
      expect(await balance(fwd, alice)).to.equal(parseEther("999997"));
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, fwd, "transfer", [bob.address, 1]), "SpendCapExceeded", [target, 1, 0]),
      );
      // The suffix stands behind an exact head, so the length that is checked is the key's own.
      const padded = fwd.interface.encodeFunctionData("transfer", [bob.address, 0]) + "00";
      await untouched(world, session, () =>
        expectRefusal(forwardData(world, session, target, padded), "CalldataLengthNotAllowed", [0, 69, 68]),
      );
    });

    it("an ERC-721: the wallet's own piece, to the recipient that was pinned", async () => {
      const nft = await mock(world, "ForwardedNft", "ForwardedNft", [forwarder, alice.address]);
      const target = await addressOf(nft);
      const session = await start(alice, [
        {
          target,
          method: "transferFrom(address,address,uint256)",
          rules: [rule.isThePrincipal(0), rule.is(1, bob.address), rule.is(2, 1)],
        },
      ]);
      await forward(world, session, nft, "transferFrom", [alice.address, bob.address, 1]);
      expect(await nft.getFunction("ownerOf")(1)).to.equal(bob.address);
      await untouched(world, session, () =>
        expectRefusal(
          forward(world, session, nft, "transferFrom", [alice.address, bob.address, 2]),
          "ArgumentNotAllowed",
          [0, 2, word(2)],
        ),
      );
      await untouched(world, session, () =>
        expectRefusal(
          forward(world, session, nft, "transferFrom", [alice.address, eve.address, 1]),
          "ArgumentNotAllowed",
          [0, 1, word(eve.address)],
        ),
      );
      expect(await nft.getFunction("ownerOf")(2)).to.equal(alice.address);
    });

    it("AccessControl: the wallet's role, and no other role or holder than the policy pins", async () => {
      const roles = await mock(world, "ForwardedRoles", "ForwardedRoles", [forwarder, alice.address]);
      const target = await addressOf(roles);
      const writer = await roles.getFunction("WRITER")();
      const session = await start(alice, [
        { target, method: "grantRole(bytes32,address)", rules: [rule.is(0, writer), rule.is(1, alice.address)] },
        { target, method: "write()" },
      ]);
      const selector = roles.interface.getFunction("write")!.selector;
      const unauthorized = (account: string) =>
        roles.interface.encodeErrorResult("AccessControlUnauthorizedAccount", [account, writer]);
      const reasonOf = (attempt: Promise<unknown>) => attempt.then(() => "accepted", revertData);
      await untouched(world, session, async () => {
        expect(await reasonOf(forward(world, session, roles, "write", []))).to.equal(unauthorized(alice.address));
      });
      await forward(world, session, roles, "grantRole", [writer, alice.address]);
      await forward(world, session, roles, "write", []);
      expect(await roles.getFunction("lastWriter")()).to.equal(alice.address);
      await untouched(world, session, () =>
        expectRefusal(
          forward(world, session, roles, "grantRole", ["0x" + "00".repeat(32), eve.address]),
          "ArgumentNotAllowed",
          [0, 0, "0x" + "00".repeat(32)],
        ),
      );
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, roles, "grantRole", [writer, eve.address]), "ArgumentNotAllowed", [
          0,
          1,
          word(eve.address),
        ]),
      );
      // The key, the forwarder and a stranger have no role by themselves.
      for (const signer of [session.sender, eve]) {
        const attempt = signer.sendTransaction({ to: target, data: selector, gasLimit: 200_000 });
        expect(await reasonOf(attempt)).to.equal(unauthorized(signer.address));
      }
    });

    /** A `multicall` of exactly this one call, which is all that a policy can say of bytes that it does not read. */
    const multicallOf = (target: string, inner: string): PermissionFields => ({
      target,
      method: "multicall(bytes[])",
      rules: [rule.is("0.length", 1), rule.hasTheContent("0[0]", keccak256(inner))],
    });

    it("ATK-40 Multicall: a forged suffix inside is not read, the wallet stays the wallet", async () => {
      const fwd = await token(alice);
      await as(fwd, alice).getFunction("transfer")(bob.address, 100n);
      const target = await addressOf(fwd);
      const inner = concat([fwd.interface.encodeFunctionData("transfer", [eve.address, 5]), bob.address]);
      const session = await start(alice, [multicallOf(target, inner)]);
      await forward(world, session, fwd, "multicall", [[inner]]);
      expect(await balance(fwd, bob)).to.equal(100n);
      expect(await balance(fwd, eve)).to.equal(5n);
    });

    it("ATK-40 nor can a key forge one inside a call that its policy reads", async () => {
      const fwd = await token(alice);
      const target = await addressOf(fwd);
      const session = await start(alice, [
        {
          target,
          method: "multicall(bytes[])",
          inner: [{ argument: "0[*]", types: "transfer(address,uint256)" }],
          rules: [rule.is("0[*]:0", eve.address), rule.isAtMost("0[*]:1", 5)],
        },
      ]);
      const inner = fwd.interface.encodeFunctionData("transfer", [eve.address, 5]);
      await forward(world, session, fwd, "multicall", [[inner]]);
      expect(await balance(fwd, eve)).to.equal(5n);
      // Behind selector, pointer, length, pointer, length and the 68 bytes of the inner call.
      const forged = concat([inner, bob.address]);
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, fwd, "multicall", [[forged]]), "ArgumentNotCanonical", [
          0,
          4 + 4 * 32 + 68,
          word(88),
        ]),
      );
      const blind = policy({ permissions: [{ target, method: "multicall(bytes[])" }] });
      await expectRefusal(world.store.getFunction("publishPolicy")(blind), "UnboundArgument", [0, 0]);
    });

    it("and why they are to be of 4.9.5 or later: an older Multicall reads the forged suffix", async () => {
      const old = await mock(world, "NaiveMulticallToken", "NaiveMulticallToken", [forwarder, bob.address]);
      const inner = concat([old.interface.encodeFunctionData("transfer", [eve.address, 5]), bob.address]);
      const session = await start(eve, [multicallOf(await addressOf(old), inner)]);
      await forward(world, session, old, "multicall", [[inner]]);
      expect(await balance(old, eve)).to.equal(5n);
    });
  });

  describe("pass on", () => {
    let target: Contract;
    let session: Session;

    beforeEach(async () => {
      target = await mock(world, "ForwardTargets", "OpenTarget");
      session = await start(alice, [{ target: await addressOf(target), method: "*", open: ["*"] }]);
    });

    it("the data and the principal behind it, from the forwarder, without value", async () => {
      const data = target.interface.encodeFunctionData("note");
      for (const tail of ["0x", "0x01", "0x" + "ab".repeat(77)]) {
        await forwardData(world, session, await addressOf(target), concat([data, tail]));
        expect(await target.getFunction("calledWith")()).to.equal(concat([data, tail, alice.address]).toLowerCase());
        expect(await target.getFunction("caller")()).to.equal(forwarder);
      }
    });

    it("what the target returns, of any length", async () => {
      const send = as(world.forwarder, session.sender).getFunction("forward");
      const call = async (method: string, args: unknown[] = []) =>
        send.staticCall(alice.address, target.target, target.interface.encodeFunctionData(method, args));
      expect(await call("note")).to.equal(AbiCoder.defaultAbiCoder().encode(["uint256"], [42]));
      for (const size of [0, 1, 31, 32, 33, 64, 100]) {
        const bytes = Array.from({ length: size }, (_, index) => (index + 1).toString(16).padStart(2, "0")).join("");
        expect(await call("returnBytes", [size])).to.equal("0x" + bytes);
      }
      expect(await call("returnMegabyte")).to.have.length(2 + 2 * 1_048_576);
    });

    it("T52 what the target reverts with, and consume nothing", async () => {
      const refused = async (method: string) => {
        const data = target.interface.encodeFunctionData(method);
        const thrown = await forwardData(world, session, await addressOf(target), data).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(thrown, method).not.to.equal(undefined);
        return revertData(thrown);
      };
      await untouched(world, session, async () => {
        expect(await refused("refuse")).to.equal(target.interface.encodeErrorResult("Refused", [7]));
        expect((await refused("refuseSilently")) ?? "0x").to.equal("0x");
        await refused("burnGas");
        await refused("revertMegabyte");
      });
    });

    it("ATK-66 a megabyte only to a caller who pays for it, and otherwise nothing at all", async () => {
      const data = target.interface.encodeFunctionData("returnMegabyte");
      const send = as(world.forwarder, session.sender).getFunction("forward");
      const attempt = (gasLimit: number) => send(alice.address, target.target, data, { gasLimit });
      await untouched(world, session, async () => {
        await expect(attempt(2_500_000)).to.be.rejectedWith(/out of gas|ran out of gas|revert/i);
      });
      await attempt(9_000_000);
      expect((await stateOf(world, alice.address, session.key.address)).callsLeft).to.equal(999n);
    });

    it("ATK-54 calls that come back in the middle: each is consumed by itself, or refused", async () => {
      const entering = await mock(world, "ForwardTargets", "ReenteringTarget", [forwarder]);
      const address = await addressOf(entering);
      const twice = await startSession(
        world,
        bob,
        policy({ app: "re-entering", maxCalls: 2, permissions: [{ target: address, method: "enter()" }] }),
      );
      const enter = entering.interface.encodeFunctionData("enter");
      // The target is no key: what it forwards in its own name was never registered.
      const inOwnName = world.forwarder.interface.encodeFunctionData("forward", [bob.address, address, enter]);
      await entering.getFunction("prepare")(inOwnName);
      await untouched(world, twice, () =>
        expectRefusal(forwardData(world, twice, address, enter), "KeyHasCode", [address]),
      );
      // What the key has signed it may bring in, once.
      const signed = world.forwarder.interface.encodeFunctionData(
        "forwardBySig",
        relayArguments(world, twice, address, enter),
      );
      await entering.getFunction("prepare")(signed);
      await forwardData(world, twice, address, enter);
      expect(await entering.getFunction("depth")()).to.equal(2n);
      expect((await stateOf(world, bob.address, twice.key.address)).callsLeft).to.equal(0n);
    });
  });

  describe("refuse", () => {
    it("data without a selector, which would make the principal's bytes one", async () => {
      const target = await mock(world, "ForwardTargets", "OpenTarget");
      const session = await start(alice, [{ target: await addressOf(target), method: "*", open: ["*"] }]);
      for (const data of ["0x", "0x01", "0x0102", "0x010203"]) {
        await untouched(world, session, async () =>
          expectRefusal(forwardData(world, session, await addressOf(target), data), "ForwardedCalldataTooShort", [
            data.length / 2 - 1,
            4,
          ]),
        );
      }
      await forwardData(world, session, await addressOf(target), "0x01020304");
    });

    it("a target without code", async () => {
      const session = await start(alice, [{ target: eve.address, method: "note()" }]);
      await untouched(world, session, () =>
        expectRefusal(forwardData(world, session, eve.address, id("note()").slice(0, 10)), "TargetWithoutCode", [
          eve.address,
        ]),
      );
    });

    it("a target that does not answer that it trusts the forwarder, with exactly 1", async () => {
      const answers: [string, boolean, boolean][] = [
        ["0x", false, false],
        [word(0), false, false],
        [word(2), false, false],
        ["0x80" + "00".repeat(30) + "01", false, false],
        ["0x01" + "00".repeat(31), false, false],
        ["0x" + "00".repeat(30) + "01", false, false],
        [word(1), true, false],
        [word(1), false, true],
        [word(1) + "ff", false, true],
      ];
      for (const [answer, reverts, trusted] of answers) {
        const target = await mock(world, "ForwardTargets", "AnsweringTarget", [answer, reverts]);
        const session = await startSession(
          world,
          await newWallet(world),
          policy({ permissions: [{ target: await addressOf(target), method: "note()" }] }),
        );
        if (trusted) {
          await forward(world, session, target, "note", []);
        } else {
          for (const attempt of [forward, relay]) {
            await untouched(world, session, async () =>
              expectRefusal(attempt(world, session, target, "note", []), "ForwarderNotTrusted", [
                await addressOf(target),
              ]),
            );
          }
        }
        expect(await target.getFunction("calls")(), answer).to.equal(trusted ? 1n : 0n);
      }
    });

    it("ATK-66 nobody for the length of the answer, of which a word is read", async () => {
      const target = await mock(world, "ForwardTargets", "BombTarget");
      const session = await start(alice, [{ target: await addressOf(target), method: "note()" }]);
      const send = as(world.forwarder, session.sender).getFunction("forward");
      const response = await send(alice.address, target.target, target.interface.encodeFunctionData("note"), {
        gasLimit: 6_000_000,
      });
      // The target pays for its megabyte once (2.2 million gas); copying it would cost the forwarder as much again.
      expect((await response.wait())!.gasUsed).to.be.below(2_500_000n);
    });

    it("T70 a principal who never registered, a stranger's key, and a key with code", async () => {
      const target = await mock(world, "ForwardTargets", "OpenTarget");
      const session = await start(alice, [{ target: await addressOf(target), method: "note()" }]);
      await untouched(world, session, async () => {
        const other = { ...session, principal: bob.address };
        await expectRefusal(forward(world, other, target, "note", []), "SessionNotRegistered", [
          bob.address,
          session.key.address,
        ]);
        const stranger = { ...session, sender: eve };
        await expectRefusal(forward(world, stranger, target, "note", []), "SessionNotRegistered", [
          alice.address,
          eve.address,
        ]);
      });
      await world.provider.request({ method: "hardhat_setCode", params: [session.key.address, "0x00"] });
      const forwardCall = world.forwarder.interface.encodeFunctionData("forward", [
        alice.address,
        target.target,
        target.interface.encodeFunctionData("note"),
      ]);
      await untouched(world, session, () =>
        expectRefusal(
          world.ethers.provider.call({ from: session.key.address, to: forwarder, data: forwardCall }),
          "KeyHasCode",
          [session.key.address],
        ),
      );
      // Its signature is as good as ever: nothing runs in its place.
      await relay(world, session, target, "note", []);
    });

    it("a window that has not opened or has closed, and a deadline that has passed or outlives the session", async () => {
      const target = await mock(world, "ForwardTargets", "OpenTarget");
      await world.store.getFunction("publishPolicy")(
        policy({
          app: "forwarded",
          maxDuration: HOUR,
          permissions: [{ target: await addressOf(target), method: "note()" }],
        }),
      );
      const validAfter = (await world.now()) + 500;
      const session = await startSession(
        world,
        alice,
        policy({
          app: "forwarded",
          maxDuration: HOUR,
          permissions: [{ target: await addressOf(target), method: "note()" }],
        }),
        { validAfter, duration: 1_000 },
      );
      const at = async (time: number, error: string, args: unknown[], validUntil = session.validUntil) => {
        await world.helpers.time.setNextBlockTimestamp(time);
        const attempt = () => relay(world, session, target, "note", [], { validUntil });
        await untouched(world, session, () => expectRefusal(attempt(), error, args));
      };
      await at(validAfter - 1, "SessionNotYetValid", [validAfter, validAfter - 1]);
      await world.helpers.time.setNextBlockTimestamp(validAfter);
      await relay(world, session, target, "note", []);
      const deadline = validAfter + 10;
      await at(validAfter + 1, "DeadlineNotAllowed", [0, session.validUntil], 0);
      await at(
        validAfter + 2,
        "DeadlineNotAllowed",
        [session.validUntil + 1, session.validUntil],
        session.validUntil + 1,
      );
      await world.helpers.time.setNextBlockTimestamp(deadline);
      await relay(world, session, target, "note", [], { validUntil: deadline });
      await at(deadline + 1, "DeadlinePassed", [deadline, deadline + 1], deadline);
      await at(session.validUntil + 1, "SessionExpired", [session.validUntil, session.validUntil + 1]);
    });

    it("consuming by anyone but the forwarder", async () => {
      const target = await mock(world, "ForwardTargets", "OpenTarget");
      const session = await start(alice, [{ target: await addressOf(target), method: "note()" }]);
      const note = target.interface.encodeFunctionData("note");
      for (const caller of [session.sender, alice, eve]) {
        const latchkey = as(world.latchkey, caller);
        await untouched(world, session, async () => {
          await expectRefusal(
            latchkey.getFunction("consumeForwarded")(alice.address, session.key.address, target.target, note),
            "CallerNotForwarder",
            [caller.address, forwarder],
          );
          await expectRefusal(
            latchkey.getFunction("consumeForwardedBySig")(alice.address, target.target, note, 1, 0, "0x"),
            "CallerNotForwarder",
            [caller.address, forwarder],
          );
        });
      }
    });
  });

  describe("gain an attacker nothing", () => {
    const execute = new Interface(["function execute(bytes32,bytes)", "function executeFromExecutor(bytes32,bytes)"]);

    it("a suffix forged by another caller: it is read from the forwarder alone", async () => {
      const fwd = await token(alice);
      const data = concat([fwd.interface.encodeFunctionData("transfer", [eve.address, 5]), alice.address]);
      const attempt = eve.sendTransaction({ to: await addressOf(fwd), data, gasLimit: 200_000 });
      await expectRefusal(attempt, "ERC20InsufficientBalance", [eve.address, 0, 5]);
      expect(await balance(fwd, eve)).to.equal(0n);
    });

    it("ATK-39 aimed at somebody's account: it hears no forwarder, nor does Latchkey call anyone but the principal", async () => {
      const victim = await deployAccount(world, alice);
      const poke = (await world.ethers.deployContract("Poke", [victim.address, 1_000n])) as unknown as Contract;
      const theft: Call = {
        target: await addressOf(poke),
        data: poke.interface.encodeFunctionData("transfer", [eve.address, 1_000n]),
      };
      const { mode, executionCalldata } = encodeSingle(theft);
      const rules = [rule.is(0, mode), rule.hasTheContent(1, keccak256(executionCalldata))];
      const session = await start(eve, [
        { target: victim.address, method: "execute(bytes32,bytes)", rules },
        { target: victim.address, method: "executeFromExecutor(bytes32,bytes)", rules },
      ]);
      for (const method of ["execute", "executeFromExecutor"]) {
        const data = execute.encodeFunctionData(method, [mode, executionCalldata]);
        await untouched(world, session, () =>
          expectRefusal(forwardData(world, session, victim.address, data), "ForwarderNotTrusted", [victim.address]),
        );
        const direct = encodeSingle({ target: victim.address, data });
        await untouched(world, session, () =>
          expectRefusal(
            as(world.latchkey, session.sender).getFunction("execute")(
              eve.address,
              direct.mode,
              direct.executionCalldata,
            ),
            "PrincipalWithoutCode",
            [eve.address],
          ),
        );
      }
      expect(await poke.getFunction("balanceOf")(victim.address)).to.equal(1_000n);
    });

    it("aimed at an account that says yes to everything: the forwarder has no rights there", async () => {
      const gullible = await mock(world, "ForwardTargets", "GullibleAccount");
      const target = await addressOf(gullible);
      const poke = (await world.ethers.deployContract("Poke", [target, 1_000n])) as unknown as Contract;
      const session = await start(eve, [{ target, method: "touch()" }]);
      await forward(world, session, gullible, "touch", []);
      // It is called as anyone may call it, by an address that nobody gave anything.
      expect(await poke.getFunction("balanceOf")(target)).to.equal(1_000n);
      expect(await poke.getFunction("allowance")(target, forwarder)).to.equal(0n);
    });

    it("aimed at a token's approvals, or at tokens that somebody approved to the forwarder by mistake", async () => {
      const poke = (await world.ethers.deployContract("Poke", [alice.address, 1_000n])) as unknown as Contract;
      const target = await addressOf(poke);
      await as(poke, alice).getFunction("approve")(forwarder, 1_000n);
      const session = await start(
        eve,
        [
          { target, method: "transferFrom(address,address,uint256)" },
          { target, method: "approve(address,uint256)", rules: [rule.is(0, eve.address)] },
        ],
        [limit(target, 1_000_000n)],
      );
      const attempts: [string, unknown[]][] = [
        ["transferFrom", [alice.address, eve.address, 1_000n]],
        ["approve", [eve.address, 1_000n]],
      ];
      for (const [method, args] of attempts) {
        for (const attempt of [forward, relay]) {
          await untouched(world, session, () =>
            expectRefusal(attempt(world, session, poke, method, args), "ForwarderNotTrusted", [target]),
          );
        }
      }
      expect(await poke.getFunction("balanceOf")(alice.address)).to.equal(1_000n);
      expect(await poke.getFunction("allowance")(alice.address, eve.address)).to.equal(0n);
    });

    it("ATK-39 aimed at Latchkey, its forwarder or an EntryPoint: no such policy can be published", async () => {
      const machinery = [world.address, forwarder, ...Object.values(ENTRY_POINTS).map(({ address }) => address)];
      for (const target of machinery) {
        for (const aim of [{ method: "f()" }, { method: "*", open: ["*"] }]) {
          const aimed = policy({ permissions: [{ target, ...aim }] });
          await expectRefusal(world.store.getFunction("publishPolicy")(aimed), "UnsafeTarget", [0, target]);
        }
      }
      // And where a policy names a method on any target, these are none.
      const any = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";
      const session = await start(eve, [{ target: any, method: "revokeAll()" }]);
      for (const target of [...machinery, eve.address, ZeroAddress]) {
        await untouched(world, session, () =>
          expectRefusal(forwardData(world, session, target, id("revokeAll()").slice(0, 10)), "TargetForbidden", [
            0,
            target,
          ]),
        );
      }
    });

    it("PIP-27 takes no value: none can be stuck in Latchkey, its forwarder or its store", async () => {
      const core = await world.ethers.getContractAt("Latchkey", world.address);
      await expect(eve.sendTransaction({ to: world.address, value: 1n, gasLimit: 100_000 }))
        .to.be.revertedWithCustomError(core, "CoinNotAccepted")
        .withArgs(1n);
      for (const to of [forwarder, await world.store.getAddress()]) {
        await expect(eve.sendTransaction({ to, value: 1n, gasLimit: 100_000 })).to.be.revertedWithoutReason(
          world.ethers,
        );
      }
      for (const to of [world.address, forwarder, await world.store.getAddress()]) {
        expect(await world.ethers.provider.getBalance(to)).to.equal(0n);
      }
    });
  });

  describe("sent by a relayer", () => {
    it("ATK-65 leave the target the gas that the key signed for, or nothing happens at all", async () => {
      const target = await mock(world, "ForwardTargets", "GasTarget");
      const [address, data] = [await addressOf(target), id("run()").slice(0, 10)];
      const minGas = 60_000n;
      const session = await start(alice, [{ target: address, method: "run()" }]);
      const outcomes: { gasLimit: number; entered: bigint; error: string }[] = [];
      for (let gasLimit = 100_000; gasLimit <= 200_000; gasLimit += 1_000) {
        const before = await world.helpers.takeSnapshot();
        const error = await relayData(world, session, address, data, { minGas, gasLimit, nonce: 1 }).then(
          () => "",
          (thrown: unknown) => decodeError(revertData(thrown) ?? "0x")?.name ?? "out of gas",
        );
        const entered = (await target.getFunction("gasAtEntry")()) as bigint;
        const used = await world.latchkey.getFunction("isNonceUsed")(alice.address, session.key.address, 1);
        expect(used, `gas limit ${gasLimit}`).to.equal(error === "");
        outcomes.push({ gasLimit, entered, error });
        await before.restore();
      }
      const accepted = outcomes.filter(({ error }) => error === "");
      const refused = outcomes.filter(({ error }) => error !== "");
      expect(refused.some(({ error }) => error === "ForwardedGasBelowMinimum")).to.equal(true);
      expect(Math.max(...refused.map(({ gasLimit }) => gasLimit))).to.be.below(accepted[0]!.gasLimit);
      // The first few instructions of the target run before it reads what is left.
      for (const { entered } of accepted) expect(entered).to.be.at.least(minGas - 100n);
      expect(accepted[0]!.entered).to.be.below(minGas + 2_000n);
    });

    it("explain says of a forwarded call what happens to it", async () => {
      const target = await mock(world, "ForwardTargets", "OpenTarget");
      const session = await start(alice, [{ target: await addressOf(target), method: "note()" }]);
      const explain = async (data: string, validUntil = 0) =>
        world.lens.getFunction("explain")(
          alice.address,
          session.key.address,
          Route.forwarded,
          [{ target: target.target, value: 0, data }],
          validUntil,
          0,
          ZeroAddress,
        );
      const note = target.interface.encodeFunctionData("note");
      expect((await explain(note)).toArray()).to.deep.equal([true, 1n, "0x"]);
      expect((await explain(note, session.validUntil)).toArray()).to.deep.equal([true, 1n, "0x"]);
      const refuse = target.interface.encodeFunctionData("refuse");
      const expected = world.latchkey.interface.encodeErrorResult("CallNotAllowed", [0, target.target, refuse]);
      expect((await explain(refuse)).toArray()).to.deep.equal([false, 0n, expected]);
      // What the forwarder asks comes before what the session is asked, a session that nobody registered included.
      for (const data of ["0x", "0x11", "0x112233"]) {
        const short = world.forwarder.interface.encodeErrorResult("ForwardedCalldataTooShort", [dataLength(data), 4]);
        expect((await explain(data)).toArray(), data).to.deep.equal([false, 1n, short]);
        await expectRefusal(forwardData(world, session, await addressOf(target), data), "ForwardedCalldataTooShort", [
          dataLength(data),
          4,
        ]);
      }
    });
  });

  it("takes no key that is not the principal's own choice", async () => {
    const target = await mock(world, "ForwardTargets", "OpenTarget");
    const shared = secp256k1Key();
    const permissions = [{ target: await addressOf(target), method: "note()" }];
    const mine = await startSession(world, alice, policy({ permissions }), { sessionKey: shared });
    await startSession(world, eve, policy({ permissions }), { sessionKey: shared });
    await as(world.latchkey, eve).getFunction("revokeSession")(shared.address);
    await forward(world, mine, target, "note", []);
    expect(await target.getFunction("calledWith")()).to.match(new RegExp(`${alice.address.slice(2)}$`, "i"));
  });
});
