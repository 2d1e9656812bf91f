// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Route} from "../../../contracts/types/Route.sol";
import {SessionState} from "../../../contracts/types/SessionState.sol";
import {Status} from "../../../contracts/types/Status.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {Deck} from "./Deck.sol";

/// @notice What a step does: act in one of six ways, register, let time pass, or end sessions.
enum Kind {
    operation,
    direct,
    relayed,
    forwarded,
    forwardedBySig,
    asked,
    /// @dev A live key again.
    renew,
    /// @dev A new key in place of a live one.
    replace,
    /// @dev A new key in place of one that has expired.
    succeed,
    /// @dev Any key in any lane.
    register,
    wait,
    revoke,
    revokeAll,
    cancel,
    /// @dev The key ends its own session.
    resign,
    /// @dev Anyone ends a session that has expired.
    sweep,
    /// @dev Anyone tries to end any session.
    meddle
}

/// @notice What the model knows of one session: only what was asked of Latchkey and what then moved.
struct Ghost {
    bool exists;
    /// @dev Revoked, replaced or resigned: for ever.
    bool dead;
    uint32 generation;
    /// @dev The effective start, and the registration number.
    uint48 validAfter;
    uint48 validUntil;
    uint32 maxCalls;
    uint32 calls;
    uint64 lane;
    uint256 policy;
    uint256 gas;
}

/// @notice One attempt to act.
struct Attempt {
    Kind kind;
    address principal;
    SessionKey holder;
    Call[] calls;
    uint48 deadline;
    /// @dev Signed with another key.
    bool forged;
    /// @dev With a nonce that was used before.
    bool replayed;
    uint256 nonce;
}

/// @notice Takes forwarded calls.
contract TrustingRecorder is Recorder {
    function isTrustedForwarder(address) external pure returns (bool) {
        return true;
    }
}

/// @notice Does things to two accounts with three keys each, and asserts after each what must hold. Never reverts for
/// another reason than a property that is broken.
contract SessionHandler is LatchkeyTest, Deck {
    uint256 private constant KINDS = 17;
    uint256 private constant SPENDS = 3;
    uint256 private constant SESSIONS = 6;
    uint32 private constant HOUR = 3_600;
    uint256 private constant OPERATION_COST = 1_050_000 gwei;
    uint256 private constant HOURLY_CAP = 30e18;
    uint256 private constant OTHER_CAP = 50e18;

    /// @notice So many steps do enough of each thing: four decks.
    uint256 public constant RUN = 512;

    /// @dev 0: token and native coin for life. 1: token by the hour, the other token for life; the gas of one
    /// operation.
    bytes32[2] private _policies;
    uint256[2] private _gasBudgets = [GAS_BUDGET, 2 * OPERATION_COST - 1 gwei];

    mapping(address principal => mapping(address holder => Ghost)) private _ghosts;
    mapping(address principal => uint32) private _generations;
    mapping(address principal => uint64) private _grantNonces;
    /// @dev What really left the account under one registration: token, native, other token; token by the hour.
    mapping(bytes32 session => uint256[SPENDS]) private _outflow;
    mapping(bytes32 session => mapping(uint256 hour => uint256)) private _hourly;
    /// @dev The latest hour in which tokens left.
    mapping(bytes32 session => uint256) private _lastHour;
    uint256 private _lastNonce;
    mapping(address principal => mapping(address holder => uint256)) private _usedNonce;
    /// @dev A slot whose key is dead goes on with another key; the dead are remembered.
    SessionKey[SESSIONS] private _slots;
    uint256 private _keys;
    address[2][] private _graves;

    /// @dev How often each kind was accepted and refused.
    uint256[KINDS] private _accepted;
    uint256[KINDS] private _refused;
    /// @dev Acts and registrations refused, by the error that the model foretold.
    mapping(bytes4 error => uint256) private _refusals;
    uint256 private _forgeries;
    uint256 private _replays;
    /// @dev Registrations accepted: of a new key in a free lane, of a live key again, in place of a live key, in place of
    /// an expired one.
    uint256[4] private _registered;

    function setUp() public override {
        super.setUp();
        recorder = new TrustingRecorder();
        _policies[0] = publish(defaultPolicy());
        Policy memory made = withLimit(settings(), address(token), HOURLY_CAP, HOUR);
        made = withLimit(made, address(otherToken), OTHER_CAP, 0);
        made.gasBudget = uint80(_gasBudgets[1]);
        made.permissions = new Permission[](3);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = permission(address(otherToken), TRANSFER);
        made.permissions[2] = consumable(address(recorder), "act(uint256)");
        _policies[1] = publish(made);
        IERC20 each = token;
        vm.startPrank(account);
        each.transfer(account2, 400_000e18);
        otherToken.transfer(account2, 400_000e18);
        vm.stopPrank();
        vm.deal(account, 10_000 ether);
        vm.deal(account2, 10_000 ether);

        _setDeck(_cards());
        for (uint256 slot = 0; slot < SESSIONS; ++slot) _newKey(slot);
        // Each account starts with two sessions, and the third key of one of them is a P-256 key that lives.
        for (uint256 slot = 0; slot < SESSIONS; ++slot) {
            if (slot == 2 || slot == 3) continue;
            Grant memory grant = grantOf(_slots[slot], _policies[slot % 2]);
            grant.lane = uint64((slot % 3) % 2);
            grant.validUntil = uint48(block.timestamp + 20_000);
            grant.maxCalls = 24;
            _register(Kind.register, _principalOf(slot), grant, slot % 2);
        }
        // An EntryPoint from v0.9 on waits for the second after a window's first.
        vm.warp(block.timestamp + 1);
    }

    // --- steps -----------------------------------------------------------------------------------------------------

    /// @notice Does one thing. The numbers are hashed, because a fuzzer repeats the ones that it likes.
    function step(uint256 some, uint256 more) external {
        uint256 seed = uint256(keccak256(abi.encode(some, more)));
        Kind kind = Kind(_draw(seed >> 192));
        // Some blocks share a second.
        _pass(seed % 4);
        seed >>= 8;
        if (kind <= Kind.asked) _act(kind, seed);
        else if (kind <= Kind.register) _registerSome(kind, seed);
        else if (kind == Kind.wait) _pass(1 + (seed % 2_500));
        else if (kind == Kind.revoke) _revoke(seed);
        else if (kind == Kind.revokeAll) _revokeAll(seed);
        else if (kind == Kind.cancel) _cancel(seed);
        else if (kind == Kind.resign) _resign(seed);
        else if (kind == Kind.sweep) _sweep();
        else _meddle(seed % SESSIONS, seed >> 8);
    }

    /// @dev Of 128 steps 80 act and 8 end sessions.
    function _cards() private pure returns (uint256[] memory cards) {
        cards = new uint256[](KINDS);
        cards[uint256(Kind.operation)] = 16;
        cards[uint256(Kind.direct)] = 12;
        cards[uint256(Kind.relayed)] = 14;
        cards[uint256(Kind.forwarded)] = 12;
        cards[uint256(Kind.forwardedBySig)] = 12;
        cards[uint256(Kind.asked)] = 14;
        cards[uint256(Kind.renew)] = 8;
        cards[uint256(Kind.replace)] = 5;
        cards[uint256(Kind.succeed)] = 2;
        cards[uint256(Kind.register)] = 9;
        cards[uint256(Kind.wait)] = 16;
        cards[uint256(Kind.revoke)] = 2;
        cards[uint256(Kind.revokeAll)] = 1;
        cards[uint256(Kind.cancel)] = 1;
        cards[uint256(Kind.resign)] = 1;
        cards[uint256(Kind.sweep)] = 2;
        cards[uint256(Kind.meddle)] = 1;
    }

    function _pass(uint256 time) private {
        vm.warp(block.timestamp + time);
        vm.roll(block.number + 1);
    }

    function _registerSome(Kind kind, uint256 seed) private {
        uint256 slot = (seed >> 8) % SESSIONS;
        uint64 lane = uint64((seed >> 40) % 2);
        address replaces;
        if (kind == Kind.succeed) {
            slot = _awaitExpiry();
            lane = _ghostOf(slot).lane;
        } else if (kind != Kind.register) {
            slot = _liveSlot(seed >> 8, false);
            lane = _ghostOf(slot).lane;
            replaces = _slots[slot].account;
        } else if ((seed >> 96) % 3 != 0) {
            replaces = latchkey.activeSession(_principalOf(slot), APP, lane);
        }
        if (kind == Kind.succeed || kind == Kind.replace) slot = _idleSlot(slot < 3 ? 0 : 3);
        // Most keys that are dead have a successor.
        if (kind != Kind.register || seed % 8 != 0) _bury(slot);
        address principal = _principalOf(slot);
        uint256 policy = (seed >> 24) % 2;
        Grant memory grant = grantOf(_slots[slot], _policies[policy]);
        (grant.lane, grant.replaces) = (lane, replaces);
        grant.maxCalls = uint32(1 + ((seed >> 48) % 24));
        if ((seed >> 56) % 8 == 0) grant.validAfter = uint48(block.timestamp + ((seed >> 64) % 600));
        if ((seed >> 56) % 8 == 1) grant.validAfter = uint48(block.timestamp - ((seed >> 64) % 600));
        uint256 from = grant.validAfter == 0 ? block.timestamp : grant.validAfter;
        // Now and then a second too short.
        bool isShort = kind == Kind.register && (seed >> 72) % 4 == 0;
        grant.validUntil = uint48(from + (isShort ? 58 : 59 + ((seed >> 80) % 20_000)));
        _register(kind, principal, grant, policy);
    }

    function _register(Kind kind, address principal, Grant memory grant, uint256 policy) private {
        bytes4 expected = _whyNotRegistered(principal, grant);
        bytes memory data = abi.encodeCall(latchkey.registerSession, (grant));
        (bool done, bytes memory reason) = _attempt(kind, principal, address(latchkey), data);
        vm.assertEq(done, expected == 0, "INV-16 registerSession against the model");
        if (!done) {
            vm.assertEq(bytes4(reason), expected, "INV-16 refused for another reason");
            ++_refusals[expected];
            return;
        }
        Ghost storage ghost = _ghosts[principal][grant.key];
        uint256 way = _clearLane(principal, grant.key, grant.lane);
        ++_registered[ghost.exists ? 1 : way];
        uint48 start = grant.validAfter == 0 ? uint48(block.timestamp) : grant.validAfter;
        vm.assertEq(registrationOf(principal, grant.key), start, "INV-7 registration number");
        vm.assertGt(start, ghost.validAfter, "INV-7 registration numbers rise");
        ghost.exists = true;
        ghost.generation = _generations[principal];
        ghost.validAfter = start;
        ghost.validUntil = grant.validUntil;
        ghost.maxCalls = grant.maxCalls;
        (ghost.calls, ghost.gas) = (0, 0);
        ghost.lane = grant.lane;
        ghost.policy = policy;
    }

    function _revoke(uint256 seed) private {
        uint256 slot = seed % 4 != 0 ? _liveSlot(seed >> 8, false) : (seed >> 8) % SESSIONS;
        (address principal, address holder) = (_principalOf(slot), _slots[slot].account);
        bytes memory data = abi.encodeCall(latchkey.revokeSession, (holder));
        (bool done, ) = _attempt(Kind.revoke, principal, address(latchkey), data);
        vm.assertTrue(done, "INV-16 the principal can always revoke");
        _ghosts[principal][holder].dead = true;
    }

    function _revokeAll(uint256 seed) private {
        address principal = _principalOf(seed % SESSIONS);
        bytes memory data = abi.encodeCall(latchkey.revokeAllSessions, ());
        (bool done, ) = _attempt(Kind.revokeAll, principal, address(latchkey), data);
        vm.assertTrue(done, "INV-16 the principal can always revoke all");
        _generations[principal] += 1;
        _grantNonces[principal] += 1;
    }

    function _cancel(uint256 seed) private {
        address principal = _principalOf(seed % SESSIONS);
        bytes memory data = abi.encodeCall(latchkey.cancelSignatures, ());
        (bool done, ) = _attempt(Kind.cancel, principal, address(latchkey), data);
        vm.assertTrue(done, "INV-16 the principal can always cancel");
        _grantNonces[principal] += 1;
    }

    function _resign(uint256 seed) private {
        uint256 slot = _liveSlot(seed, false);
        // Where nobody lives, one of the dead.
        for (uint256 i = 0; i < SESSIONS && !_ghostOf(slot).exists; ++i) slot = (slot + 1) % SESSIONS;
        (address principal, address holder) = (_principalOf(slot), _slots[slot].account);
        Ghost storage ghost = _ghosts[principal][holder];
        bytes memory data = abi.encodeCall(latchkey.deactivateSession, (principal, holder));
        (bool done, ) = _attempt(Kind.resign, holder, address(latchkey), data);
        vm.assertEq(done, ghost.exists, "INV-16 a key can always end its own session");
        if (done) ghost.dead = true;
    }

    function _sweep() private {
        _deactivate(Kind.sweep, _awaitExpiry());
    }

    /// @dev Waits for the next session that expires, unless one has; any if none is alive.
    function _awaitExpiry() private returns (uint256 next) {
        uint256 end = type(uint256).max;
        for (uint256 slot = 0; slot < SESSIONS; ++slot) {
            Ghost storage ghost = _ghostOf(slot);
            if (!_isAlive(_principalOf(slot), ghost) || ghost.validUntil >= end) continue;
            (next, end) = (slot, ghost.validUntil);
        }
        if (end != type(uint256).max && block.timestamp <= end) _pass(end + 1 - block.timestamp);
    }

    /// @dev By anyone, of any session; often at its last second.
    function _meddle(uint256 slot, uint256 seed) private {
        uint256 end = _ghostOf(slot).validUntil;
        if (seed % 2 == 0 && block.timestamp < end) vm.warp(end);
        _deactivate(Kind.meddle, slot);
    }

    function _deactivate(Kind kind, uint256 slot) private {
        (address principal, address holder) = (_principalOf(slot), _slots[slot].account);
        Ghost storage ghost = _ghosts[principal][holder];
        bytes memory data = abi.encodeCall(latchkey.deactivateSession, (principal, holder));
        (bool done, ) = _attempt(kind, stranger, address(latchkey), data);
        bool expected = _isAlive(principal, ghost) && block.timestamp > ghost.validUntil;
        vm.assertEq(done, expected, "INV-16 deactivateSession against the model");
    }

    // --- acting ----------------------------------------------------------------------------------------------------

    function _act(Kind kind, uint256 seed) private {
        Attempt memory tried = _plan(kind, seed);
        address key_ = tried.holder.account;
        (bytes4 expected, uint256 opensAt) = _whyNot(tried);
        (bool allowed, , bytes memory error) = lens.explain(
            tried.principal,
            key_,
            _routeOf(kind),
            tried.calls,
            kind == Kind.forwarded ? 0 : tried.deadline,
            OPERATION_COST,
            address(0)
        );
        vm.assertEq(allowed, expected == 0, "INV-16 explain against the model");
        vm.assertEq(bytes4(error), expected, "INV-16 explain gives another reason");

        uint256[SPENDS] memory before = _holdings(tried.principal);
        (address sender, address target, bytes memory data) = _encode(tried);
        (bool done, bytes memory reason) = _attempt(kind, sender, target, data);
        // EntryPoint v0.9 opens one second after a window or a period does.
        bool due = kind != Kind.operation || block.timestamp > opensAt;
        vm.assertEq(done, allowed && due && !tried.forged && !tried.replayed, "INV-16 the engine against the model");
        if (done) {
            _spend(tried, before);
            return;
        }
        if (tried.nonce != 0 && !tried.replayed) vm.assertFalse(_isUsed(tried), "INV-10 a refusal used a nonce");
        if (tried.replayed) ++_replays;
        else if (!allowed) {
            ++_refusals[expected];
            // An operation is due or not by the EntryPoint's clock, and checked without one.
            if (kind == Kind.operation) error = _isTimed(expected) ? reason : aa23(error);
            if (!tried.forged) vm.assertEq(reason, error, "INV-12 refused for another reason");
        } else if (tried.forged) ++_forgeries;
    }

    /// @dev Mostly what a live session allows.
    function _plan(Kind kind, uint256 seed) private returns (Attempt memory tried) {
        // An account without code sends what no signature covers, so its key is a secp256k1 key.
        bool sends = kind == Kind.direct || kind == Kind.forwarded;
        uint256 slot = seed % 8 != 0 ? _liveSlot(seed >> 8, sends) : (seed >> 8) % SESSIONS;
        if (sends && slot % 3 == 2) --slot;
        tried.kind = kind;
        tried.principal = _principalOf(slot);
        tried.holder = _slots[slot];
        Ghost storage ghost = _ghostOf(slot);
        tried.calls = _calls(kind, ghost.policy, tried.principal, seed >> 64);
        tried.deadline = _deadline(ghost, seed >> 16);
        if (kind == Kind.relayed || kind == Kind.forwardedBySig) {
            tried.nonce = ++_lastNonce;
            uint256 used = _usedNonce[tried.principal][tried.holder.account];
            if ((seed >> 40) % 6 == 0 && used != 0) (tried.nonce, tried.replayed) = (used, true);
        }
        tried.forged = (seed >> 48) % 6 == 0 && !sends && kind != Kind.asked && !tried.replayed;
    }

    /// @dev The session's end or earlier; under policy 1 mostly in this hour, which an operation is charged to. Now and
    /// then over, or later than the session's.
    function _deadline(Ghost storage ghost, uint256 seed) private view returns (uint48 deadline) {
        deadline = ghost.validUntil;
        uint256 hourEnds = (block.timestamp / HOUR + 1) * HOUR - 1;
        if (seed % 16 == 0) return deadline + 1;
        if (seed % 16 == 1) return uint48(block.timestamp - 1);
        if (seed % 16 == 2) return uint48(block.timestamp);
        if (seed % 16 != 3 && ghost.policy == 1 && deadline > hourEnds) return uint48(hourEnds);
    }

    /// @dev Mostly what the policy allows, in amounts that mostly fit; a dApp is asked for one call, without value.
    function _calls(
        Kind kind,
        uint256 policy,
        address principal,
        uint256 seed
    ) private view returns (Call[] memory calls) {
        bool isForDapp = kind >= Kind.forwarded;
        calls = new Call[](isForDapp ? 1 : 1 + (seed % 3));
        bool hostile = (seed >> 8) % 4 == 0;
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 part = seed >> (16 + 32 * i);
            uint256 most = (part >> 8) % 4 == 0 ? 40 : 5;
            uint256 amount = ((part >> 16) % most) * 1e18;
            uint256 choice = part % 8;
            if (isForDapp && !hostile) choice = 5;
            else if (!hostile && choice > 5) choice = 0;
            else if (!hostile && policy == 1 && choice > 2 && choice < 5) choice = 6;
            if (kind == Kind.forwarded || kind == Kind.forwardedBySig)
                choice =
                    choice < 5
                        ? 7
                        : choice == 6
                            ? 4
                            : choice;
            if (choice < 3) calls[i] = transferCall(recipient, amount);
            else if (choice < 5) calls[i] = payCall(isForDapp ? 0 : amount / 40);
            else if (choice == 5) calls[i] = actCall(amount);
            else if (choice == 6) calls[i] = Call(address(otherToken), 0, transferCall(recipient, amount).data);
            else calls[i] = Call(principal, 0, transferCall(recipient, amount).data);
        }
    }

    function _encode(Attempt memory tried) private view returns (address sender, address target, bytes memory data) {
        SessionKey memory signer = tried.holder;
        address key_ = signer.account;
        if (tried.forged) signer = SessionKey(key_, signer.privateKey ^ 1, signer.publicKey);
        address principal = tried.principal;
        if (tried.kind == Kind.direct) return (key_, address(latchkey), directData(principal, tried.calls));
        if (tried.kind == Kind.relayed) {
            data = relayedData(principal, signer, tried.calls, tried.nonce, 0, tried.deadline);
            return (stranger, address(latchkey), data);
        }
        if (tried.kind == Kind.operation) {
            data = bundleData(signed(operation(principal, tried.calls, 0), signer, tried.deadline));
            return (bundler, address(entryPoint), data);
        }
        Call memory only = tried.calls[0];
        if (tried.kind == Kind.asked) {
            data = abi.encodeCall(latchkey.consumeSession, (principal, key_, only.data));
            return (only.target, address(latchkey), data);
        }
        if (tried.kind == Kind.forwarded) {
            return (key_, address(forwarder), abi.encodeCall(forwarder.forward, (principal, only.target, only.data)));
        }
        return (stranger, address(forwarder), _forwardedBySig(tried, signer));
    }

    function _forwardedBySig(Attempt memory tried, SessionKey memory signer) private view returns (bytes memory) {
        Call memory only = tried.calls[0];
        bytes32 structHash = forwardHash(
            tried.principal,
            only.target,
            only.data,
            tried.nonce,
            0,
            tried.deadline,
            registrationOf(tried.principal, signer.account)
        );
        bytes memory signature = signSession(signer, digestOf(structHash), tried.deadline);
        return
            abi.encodeCall(
                forwarder.forwardBySig,
                (tried.principal, only.target, only.data, tried.nonce, 0, signature)
            );
    }

    /// @dev The error that the model foretells, 0 for none; and when the EntryPoint's window opens.
    function _whyNot(Attempt memory tried) private view returns (bytes4 error, uint256 opensAt) {
        Ghost storage ghost = _ghosts[tried.principal][tried.holder.account];
        error = _whyDead(tried.principal, ghost);
        if (error != 0) return (error, 0);
        bool isOperation = tried.kind == Kind.operation;
        opensAt = ghost.validAfter;
        // Validation reads no clock: an operation is held against the window last.
        if (!isOperation) {
            error = _whyNotNow(tried, ghost, opensAt);
            if (error != 0) return (error, 0);
        } else if (tried.deadline > ghost.validUntil) {
            return (ISessionErrors.DeadlineNotAllowed.selector, 0);
        } else if (tried.deadline < opensAt) {
            return (ISessionErrors.SessionNotYetValid.selector, 0);
        }
        for (uint256 i = 0; i < tried.calls.length; ++i) {
            error = _whyNotCalled(tried, ghost.policy, tried.calls[i]);
            if (error != 0) return (error, 0);
        }
        uint256[SPENDS] memory wanted = _wanted(tried.calls);
        if (tried.calls.length > ghost.maxCalls - ghost.calls) return (ISessionErrors.SessionCallsExceeded.selector, 0);
        uint256 hour = (isOperation ? tried.deadline : block.timestamp) / HOUR;
        uint256[SPENDS] memory left = _left(tried.principal, tried.holder.account, hour);
        bool isHourly = ghost.policy == 1 && wanted[0] != 0;
        if (isHourly && hour < _lastHour[_id(tried.principal, tried.holder.account)]) {
            return (ISessionErrors.PeriodEnded.selector, 0);
        }
        for (uint256 i = 0; i < SPENDS; ++i) {
            if (wanted[i] > left[i]) return (ISessionErrors.SpendCapExceeded.selector, 0);
        }
        if (!isOperation) return (0, opensAt);
        if (ghost.gas + OPERATION_COST > _gasBudgets[ghost.policy]) {
            return (ISessionErrors.GasBudgetExceeded.selector, 0);
        }
        if (isHourly && hour * HOUR > opensAt) opensAt = hour * HOUR;
        error = _whyNotNow(tried, ghost, opensAt);
    }

    /// @dev What the clock says.
    function _whyNotNow(
        Attempt memory tried,
        Ghost storage ghost,
        uint256 opensAt
    ) private view returns (bytes4 error) {
        if (block.timestamp < opensAt) return ISessionErrors.SessionNotYetValid.selector;
        if (block.timestamp > ghost.validUntil) return ISessionErrors.SessionExpired.selector;
        if (!_isSigned(tried.kind)) return 0;
        if (tried.deadline > ghost.validUntil) return ISessionErrors.DeadlineNotAllowed.selector;
        if (block.timestamp > tried.deadline) return ISessionErrors.DeadlinePassed.selector;
    }

    function _whyDead(address principal, Ghost storage ghost) private view returns (bytes4) {
        if (ghost.dead) return ISessionErrors.SessionAlreadyRevoked.selector;
        if (!ghost.exists) return ISessionErrors.SessionNotRegistered.selector;
        if (ghost.generation != _generations[principal]) return ISessionErrors.SessionGenerationEnded.selector;
        return 0;
    }

    function _whyNotCalled(Attempt memory tried, uint256 policy, Call memory call_) private view returns (bytes4) {
        if (call_.target == tried.principal) return ISessionErrors.TargetForbidden.selector;
        bool isToken = call_.target == address(token);
        bool isAct = bytes4(call_.data) == Recorder.act.selector;
        bool isPermitted = isToken || isAct || call_.target == (policy == 0 ? address(recorder) : address(otherToken));
        if (!isPermitted || (policy == 1 && call_.target == address(recorder) && !isAct)) {
            return ISessionErrors.CallNotAllowed.selector;
        }
        return tried.kind == Kind.asked && !isAct ? ISessionErrors.CallNotConsumable.selector : bytes4(0);
    }

    /// @dev What calls that are permitted ask for: token, native, other token.
    function _wanted(Call[] memory calls) private view returns (uint256[SPENDS] memory wanted) {
        for (uint256 i = 0; i < calls.length; ++i) {
            wanted[1] += calls[i].value;
            if (calls[i].target == address(recorder)) continue;
            bytes memory data = calls[i].data;
            uint256 amount;
            assembly ("memory-safe") {
                // The second argument of a transfer, which is 68 bytes long.
                amount := mload(add(data, 0x44))
            }
            wanted[calls[i].target == address(token) ? 0 : 2] += amount;
        }
    }

    /// @dev What is left of each cap in an hour.
    function _left(address principal, address holder, uint256 hour) private view returns (uint256[SPENDS] memory left) {
        bytes32 id = _id(principal, holder);
        uint256[SPENDS] storage gone = _outflow[id];
        if (_ghosts[principal][holder].policy == 0) return [CAP - gone[0], NATIVE_CAP - gone[1], 0];
        return [HOURLY_CAP - _hourly[id][hour], 0, OTHER_CAP - gone[2]];
    }

    function _routeOf(Kind kind) private pure returns (Route) {
        if (kind == Kind.operation) return Route.userOperation;
        if (kind == Kind.direct) return Route.direct;
        if (kind == Kind.relayed) return Route.relayed;
        return kind == Kind.asked ? Route.asked : Route.forwarded;
    }

    function _isSigned(Kind kind) private pure returns (bool) {
        return kind == Kind.operation || kind == Kind.relayed || kind == Kind.forwardedBySig;
    }

    function _isUsed(Attempt memory tried) private view returns (bool) {
        return latchkey.isNonceUsed(tried.principal, tried.holder.account, tried.nonce);
    }

    function _isTimed(bytes4 error) private pure returns (bool) {
        return
            error == ISessionErrors.SessionNotYetValid.selector ||
            error == ISessionErrors.SessionExpired.selector ||
            error == ISessionErrors.DeadlinePassed.selector;
    }

    /// @dev Adds what really left the account, which is what the calls asked for.
    function _spend(Attempt memory tried, uint256[SPENDS] memory before) private {
        address holder = tried.holder.account;
        Ghost storage ghost = _ghosts[tried.principal][holder];
        vm.assertTrue(_isAlive(tried.principal, ghost), "INV-4 a dead key acted");
        vm.assertTrue(
            block.timestamp >= ghost.validAfter && block.timestamp <= ghost.validUntil,
            "INV-9 outside the window"
        );
        if (tried.nonce != 0) _usedNonce[tried.principal][holder] = tried.nonce;
        ghost.calls += uint32(tried.calls.length);
        if (tried.kind == Kind.operation) ghost.gas += OPERATION_COST;
        uint256[SPENDS] memory left = _holdings(tried.principal);
        uint256[SPENDS] memory wanted = _wanted(tried.calls);
        bytes32 id = _id(tried.principal, holder);
        for (uint256 i = 0; i < SPENDS; ++i) {
            vm.assertEq(before[i] - left[i], wanted[i], "INV-1 what moved is what was asked for");
            _outflow[id][i] += before[i] - left[i];
        }
        if (ghost.policy == 0) return;
        // An operation is charged to the hour of its deadline, which has begun: it is this one or it was not due.
        uint256 hour = block.timestamp / HOUR;
        _hourly[id][hour] += before[0] - left[0];
        if (before[0] != left[0]) _lastHour[id] = hour;
        vm.assertLe(_hourly[id][hour], HOURLY_CAP, "INV-1 token in this hour");
    }

    // --- what must hold --------------------------------------------------------------------------------------------

    /// @dev INV-1, INV-2, INV-3: read again from the chain and from the balances.
    function checkBudgets() external view {
        for (uint256 slot = 0; slot < SESSIONS; ++slot) {
            (address principal, address holder) = (_principalOf(slot), _slots[slot].account);
            Ghost storage ghost = _ghosts[principal][holder];
            if (!ghost.exists) continue;
            vm.assertLe(ghost.calls, ghost.maxCalls, "INV-2 calls");
            vm.assertEq(callsLeft(principal, holder), ghost.maxCalls - ghost.calls, "INV-2 calls left");
            vm.assertEq(gasLeftOf(principal, holder), _gasBudgets[ghost.policy] - ghost.gas, "INV-3 gas left");
            vm.assertEq(registrationOf(principal, holder), ghost.validAfter, "INV-7 registration");
            uint256[SPENDS] storage spent = _outflow[_id(principal, holder)];
            if (ghost.policy == 0) {
                vm.assertLe(spent[0], CAP, "INV-1 token");
                vm.assertLe(spent[1], NATIVE_CAP, "INV-1 native");
                vm.assertEq(spent[0], tokenSpent(principal, holder), "INV-1 counted is moved");
                vm.assertEq(spent[1], inlineSpent(principal, holder), "INV-1 counted is moved");
            } else {
                vm.assertLe(spent[2], OTHER_CAP, "INV-1 other token");
                vm.assertEq(spent[1], 0, "INV-1 no native limit, no value");
            }
        }
    }

    /// @dev INV-4: what is dead stays dead, on every view.
    function checkDead() external view {
        for (uint256 slot = 0; slot < SESSIONS; ++slot) {
            (address principal, address holder) = (_principalOf(slot), _slots[slot].account);
            Ghost storage ghost = _ghosts[principal][holder];
            SessionState memory session = lens.getSession(principal, holder);
            bool alive = _isAlive(principal, ghost);
            bool live = _isLive(principal, ghost);
            vm.assertEq(latchkey.isLive(principal, holder), live, "INV-4 isLive");
            vm.assertEq(session.status == Status.Active, live, "INV-4 status");
            if (!alive && (ghost.exists || ghost.dead)) {
                vm.assertTrue(session.status == Status.Revoked, "INV-4 dead");
            }
        }
    }

    /// @dev INV-4 for those whose slot has gone on.
    function checkGraves() external view {
        for (uint256 i = 0; i < _graves.length; ++i) {
            (address principal, address holder) = (_graves[i][0], _graves[i][1]);
            vm.assertFalse(latchkey.isLive(principal, holder), "INV-4 risen");
            vm.assertTrue(lens.getSession(principal, holder).status == Status.Revoked, "INV-4 risen");
        }
    }

    /// @dev INV-5: no value rests in Latchkey or its children.
    function checkNothingRests() external view {
        address[4] memory machinery = [address(latchkey), address(forwarder), address(store), address(lens)];
        for (uint256 i = 0; i < machinery.length; ++i) {
            vm.assertEq(machinery[i].balance, 0, "INV-5 native");
            vm.assertEq(token.balanceOf(machinery[i]) + otherToken.balanceOf(machinery[i]), 0, "INV-5 tokens");
        }
    }

    /// @dev INV-6: at most one live session in each lane, and it is the one that `activeSession` names.
    function checkLanes() external view {
        for (uint256 p = 0; p < 2; ++p) {
            address principal = _principalOf(p * 3);
            for (uint64 lane = 0; lane < 2; ++lane) {
                address live;
                for (uint256 slot = p * 3; slot < p * 3 + 3; ++slot) {
                    if (_ghostOf(slot).lane != lane || !latchkey.isLive(principal, _slots[slot].account)) continue;
                    vm.assertEq(live, address(0), "INV-6 two in a lane");
                    live = _slots[slot].account;
                }
                vm.assertEq(latchkey.activeSession(principal, APP, lane), live, "INV-6 activeSession");
            }
        }
    }

    /// @dev INV-8: generation and grant nonce are what the principal's own verbs made of them.
    function checkPrincipals() external view {
        for (uint256 p = 0; p < 2; ++p) {
            address principal = _principalOf(p * 3);
            vm.assertEq(latchkey.generationOf(principal), _generations[principal], "INV-8 generation");
            vm.assertEq(latchkey.nonces(principal), _grantNonces[principal], "INV-8 nonce");
            vm.assertTrue(latchkey.isInitialized(principal), "INV-8 installed");
        }
    }

    // --- what happened ---------------------------------------------------------------------------------------------

    /// @notice How often each outcome came: what was accepted of each way to act, what was refused of each, the four kinds
    /// of registration (in a free lane, of a live key again, in place of a live key, of an expired one), the endings
    /// (revoke, revokeAll, cancel, resign, sweep), and refusals: of the dead, of the time, of a call, of a budget, of a
    /// registration, of a signature.
    function outcomes() external view returns (uint256[27] memory counts) {
        for (uint256 i = 0; i < 6; ++i) (counts[i], counts[6 + i]) = (_accepted[i], _refused[i]);
        for (uint256 i = 0; i < 4; ++i) counts[12 + i] = _registered[i];
        for (uint256 i = 0; i < 5; ++i) counts[16 + i] = _accepted[uint256(Kind.revoke) + i];
        counts[21] =
            _refusals[ISessionErrors.SessionAlreadyRevoked.selector] +
            _refusals[ISessionErrors.SessionNotRegistered.selector] +
            _refusals[ISessionErrors.SessionGenerationEnded.selector];
        counts[22] =
            _refusals[ISessionErrors.SessionNotYetValid.selector] +
            _refusals[ISessionErrors.SessionExpired.selector] +
            _refusals[ISessionErrors.DeadlineNotAllowed.selector] +
            _refusals[ISessionErrors.DeadlinePassed.selector];
        counts[23] =
            _refusals[ISessionErrors.TargetForbidden.selector] +
            _refusals[ISessionErrors.CallNotAllowed.selector] +
            _refusals[ISessionErrors.CallNotConsumable.selector];
        counts[24] =
            _refusals[ISessionErrors.SessionCallsExceeded.selector] +
            _refusals[ISessionErrors.SpendCapExceeded.selector] +
            _refusals[ISessionErrors.GasBudgetExceeded.selector];
        counts[25] =
            _refusals[ISessionRegistry.LaneOccupied.selector] +
            _refusals[ISessionRegistry.KeyInAnotherLane.selector] +
            _refusals[ISessionRegistry.RenewalNotLater.selector] +
            _refusals[ISessionRegistry.ValidUntilPassed.selector] +
            _refusals[ISessionRegistry.DurationOutOfBounds.selector];
        counts[26] = _forgeries + _replays;
    }

    /// @notice How often the model foretold this error and Latchkey gave it.
    function refusalsWith(bytes4 error) external view returns (uint256) {
        return _refusals[error];
    }

    // --- inside ----------------------------------------------------------------------------------------------------

    function _principalOf(uint256 slot) private view returns (address) {
        return slot < 3 ? account : account2;
    }

    function _ghostOf(uint256 slot) private view returns (Ghost storage) {
        return _ghosts[_principalOf(slot)][_slots[slot].account];
    }

    /// @dev Every third slot has P-256 keys.
    function _newKey(uint256 slot) private {
        uint256 number = ++_keys;
        if (slot % 3 == 2) {
            _slots[slot] = newCurveKey(7 + number);
        } else {
            (_slots[slot].account, _slots[slot].privateKey) = makeKey(vm.toString(number));
        }
    }

    /// @dev A slot whose session is live, or any; of a secp256k1 key if it is to send by itself.
    function _liveSlot(uint256 seed, bool sends) private view returns (uint256 slot) {
        for (uint256 i = 0; i < SESSIONS; ++i) {
            slot = addmod(seed, i, SESSIONS);
            if (sends && slot % 3 == 2) continue;
            if (_isLive(_principalOf(slot), _ghostOf(slot))) return slot;
        }
    }

    /// @dev One of three slots that has no session that is alive; two lanes fill two of them.
    function _idleSlot(uint256 first) private view returns (uint256 slot) {
        for (slot = first; slot < first + 2; ++slot) {
            if (!_isAlive(_principalOf(slot), _ghostOf(slot))) return slot;
        }
    }

    /// @dev Gives a slot whose key is dead another key.
    function _bury(uint256 slot) private {
        address principal = _principalOf(slot);
        Ghost storage ghost = _ghostOf(slot);
        if (_isAlive(principal, ghost) || (!ghost.exists && !ghost.dead)) return;
        _graves.push([principal, _slots[slot].account]);
        _newKey(slot);
    }

    function _id(address principal, address holder) private view returns (bytes32) {
        return keccak256(abi.encode(principal, holder, _ghosts[principal][holder].validAfter));
    }

    function _isAlive(address principal, Ghost storage ghost) private view returns (bool) {
        return ghost.exists && !ghost.dead && ghost.generation == _generations[principal];
    }

    function _isLive(address principal, Ghost storage ghost) private view returns (bool) {
        return
            _isAlive(principal, ghost) &&
            block.timestamp >= ghost.validAfter &&
            block.timestamp <= ghost.validUntil &&
            ghost.calls < ghost.maxCalls;
    }

    /// @dev Whoever lives in a lane by the model: registered there last and not dead.
    function _occupant(address principal, uint64 lane) private view returns (address) {
        uint256 first = principal == account ? 0 : 3;
        for (uint256 slot = first; slot < first + 3; ++slot) {
            Ghost storage ghost = _ghostOf(slot);
            if (_isAlive(principal, ghost) && ghost.lane == lane) return _slots[slot].account;
        }
        return address(0);
    }

    /// @dev The error that the model foretells, 0 for none.
    function _whyNotRegistered(address principal, Grant memory grant) private view returns (bytes4) {
        Ghost storage ghost = _ghosts[principal][grant.key];
        uint256 from = grant.validAfter;
        if (from == 0) from = block.timestamp;
        if (grant.validUntil - from + 1 < 60) return ISessionRegistry.DurationOutOfBounds.selector;
        if (block.timestamp > grant.validUntil) return ISessionRegistry.ValidUntilPassed.selector;
        if (ghost.exists || ghost.dead) {
            bytes4 error = _whyDead(principal, ghost);
            if (error != 0) return error;
            if (ghost.lane != grant.lane) return ISessionRegistry.KeyInAnotherLane.selector;
            return from > ghost.validAfter ? bytes4(0) : ISessionRegistry.RenewalNotLater.selector;
        }
        address occupant = _occupant(principal, grant.lane);
        if (occupant == address(0) || occupant == grant.replaces) return 0;
        bool expired = block.timestamp > _ghosts[principal][occupant].validUntil;
        return expired ? bytes4(0) : ISessionRegistry.LaneOccupied.selector;
    }

    /// @dev Returns what `_registered` counts the newcomer as.
    function _clearLane(address principal, address holder, uint64 lane) private returns (uint256) {
        address occupant = _occupant(principal, lane);
        if (occupant == address(0) || occupant == holder) return 0;
        Ghost storage ghost = _ghosts[principal][occupant];
        ghost.dead = true;
        return block.timestamp > ghost.validUntil ? 3 : 2;
    }

    function _holdings(address principal) private view returns (uint256[SPENDS] memory) {
        return [token.balanceOf(principal), principal.balance, otherToken.balanceOf(principal)];
    }

    /// @dev Tries; asserts that a refusal changes nothing, and that an acceptance touches no other session.
    function _attempt(
        Kind kind,
        address sender,
        address target,
        bytes memory data
    ) private returns (bool done, bytes memory reason) {
        bytes32[SESSIONS] memory words = _allWords();
        bytes32 before = keccak256(abi.encode(stateHash(), words));
        vm.prank(sender, sender);
        (done, reason) = target.call(data);
        bytes32[SESSIONS] memory after_ = _allWords();
        if (!done) {
            ++_refused[uint256(kind)];
            vm.assertEq(keccak256(abi.encode(stateHash(), after_)), before, "INV-10 a refusal changed something");
            return (false, reason);
        }
        ++_accepted[uint256(kind)];
        uint256 changed = 0;
        for (uint256 i = 0; i < SESSIONS; ++i) {
            if (words[i] != after_[i]) ++changed;
        }
        // A registration may end its predecessor in the lane; everything else touches one session at most.
        vm.assertLe(changed, kind >= Kind.renew && kind <= Kind.register ? 2 : 1, "INV-11 other sessions were touched");
    }

    function _allWords() private view returns (bytes32[SESSIONS] memory words) {
        for (uint256 i = 0; i < SESSIONS; ++i) {
            (uint256 word, uint256[8] memory spent) = latchkey.sessionWords(_principalOf(i), _slots[i].account);
            words[i] = keccak256(abi.encode(word, spent));
        }
    }
}
