// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Call, Grant, Route, SessionState, Status} from "../../../contracts/types/Grant.sol";
import {Permission, Policy} from "../../../contracts/types/Policy.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice What the model knows of one session: only what was asked of Latchkey and what then moved.
struct Ghost {
    bool exists;
    /// @dev Revoked, replaced or bowed out: for ever.
    bool dead;
    uint32 generation;
    uint32 registration;
    uint48 validAfter;
    uint48 validUntil;
    uint32 maxCalls;
    uint32 calls;
    uint64 lane;
    uint256 policy;
    uint256 gas;
}

/// @notice Does things to two accounts and three keys, and asserts after each what must hold. Never reverts for another
/// reason than a property that is broken.
contract SessionHandler is LatchkeyTest {
    uint32 internal constant HOUR = 3_600;
    uint256 internal constant OPERATION_COST = 1_050_000 gwei;
    uint256 internal constant SPENDS = 3;

    /// @dev 0: token and native coin for life. 1: token by the hour, the other token for life.
    bytes32[2] internal policies;

    mapping(address principal => mapping(address holder => Ghost)) internal ghosts;
    mapping(address principal => uint32) internal generations;
    mapping(address principal => uint64) internal grantNonces;
    /// @dev What really left the account under one registration: token, native, other token; token by the hour.
    mapping(bytes32 session => uint256[SPENDS]) internal outflow;
    mapping(bytes32 session => mapping(uint256 hour => uint256)) internal hourly;
    uint256 internal relayNonce;
    /// @dev A slot whose key is dead goes on with another key; the dead are remembered.
    mapping(address principal => mapping(uint256 slot => uint256)) internal versions;
    address[2][] internal graves;

    /// @dev How often each action was accepted and refused.
    uint256[2][8] internal outcomes;

    function setUp() public override {
        super.setUp();
        policies[0] = policyId;
        Policy memory made = withLimit(
            withLimit(settings(), address(token), 30e18, HOUR),
            address(otherToken),
            50e18,
            0
        );
        made.permissions = new Permission[](3);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = permission(address(otherToken), TRANSFER);
        made.permissions[2] = permission(address(recorder), "act(uint256)");
        policies[1] = publish(made);
        IERC20 each = token;
        vm.startPrank(account);
        each.transfer(account2, 400_000e18);
        otherToken.transfer(account2, 400_000e18);
        vm.stopPrank();
    }

    // --- actions ---------------------------------------------------------------------------------------------------

    function register(uint256 who, uint256 which, uint256 seed) external {
        if (seed % 5 != 0) _bury(who, which);
        (address principal, SessionKey memory holder) = _pick(who, which);
        Grant memory grant = grantOf(holder, policies[seed % 2]);
        grant.lane = uint64((seed >> 8) % 2);
        grant.maxCalls = uint32(1 + ((seed >> 16) % 12));
        if ((seed >> 24) % 4 == 0) grant.validAfter = uint48(block.timestamp + ((seed >> 32) % 600));
        uint256 from = grant.validAfter == 0 ? block.timestamp : grant.validAfter;
        grant.validUntil = uint48(from + 59 + ((seed >> 40) % 20_000));
        grant.replaces = (seed >> 56) % 3 == 0 ? address(0) : latchkey.activeSession(principal, APP, grant.lane);
        bool expected = _canRegister(principal, grant);
        bool done = _attempt(0, principal, address(latchkey), abi.encodeCall(latchkey.registerSession, (grant)));
        vm.assertEq(done, expected, "registerSession against the model");
        if (!done) return;
        _clearLane(principal, grant.key, grant.lane);
        Ghost storage ghost = ghosts[principal][grant.key];
        vm.assertEq(registrationOf(principal, grant.key), ghost.registration + 1, "registration number");
        ghost.exists = true;
        ghost.registration += 1;
        ghost.generation = generations[principal];
        ghost.validAfter = uint48(from);
        ghost.validUntil = grant.validUntil;
        ghost.maxCalls = grant.maxCalls;
        (ghost.calls, ghost.gas) = (0, 0);
        ghost.lane = grant.lane;
        ghost.policy = seed % 2;
    }

    function revoke(uint256 who, uint256 which) external {
        (address principal, SessionKey memory holder) = _pick(who, which);
        vm.assertTrue(
            _attempt(1, principal, address(latchkey), abi.encodeCall(latchkey.revokeSession, (holder.account))),
            "the principal can always revoke"
        );
        ghosts[principal][holder.account].dead = true;
    }

    function revokeAll(uint256 who) external {
        (address principal, ) = _pick(who, 0);
        vm.assertTrue(
            _attempt(2, principal, address(latchkey), abi.encodeCall(latchkey.revokeAllSessions, ())),
            "the principal can always revoke all"
        );
        generations[principal] += 1;
        grantNonces[principal] += 1;
    }

    function cancel(uint256 who) external {
        (address principal, ) = _pick(who, 0);
        vm.assertTrue(_attempt(3, principal, address(latchkey), abi.encodeCall(latchkey.cancelSignatures, ())));
        grantNonces[principal] += 1;
    }

    function deactivate(uint256 who, uint256 which, uint256 seed) external {
        (address principal, SessionKey memory holder) = _pick(who, which);
        Ghost storage ghost = ghosts[principal][holder.account];
        // The key itself, once in four times; or anyone.
        address caller = seed % 4 == 0 ? holder.account : stranger;
        bool byKey = caller == holder.account;
        bool expected =
            byKey ? ghost.exists || ghost.dead : _isAlive(principal, ghost) && block.timestamp > ghost.validUntil;
        bool done = _attempt(
            4,
            caller,
            address(latchkey),
            abi.encodeCall(latchkey.deactivateSession, (principal, holder.account))
        );
        vm.assertEq(done, expected, "deactivateSession against the model");
        if (done && byKey) ghost.dead = true;
    }

    function act(uint256 who, uint256 which, uint256 seed) external {
        (address principal, SessionKey memory holder) = _pick(who, which);
        Call[] memory calls = _calls(seed);
        Route route = Route((seed >> 128) % 3);
        uint48 deadline = ghosts[principal][holder.account].validUntil;
        if (route == Route.direct && holder.publicKey.length != 0) route = Route.relayed;
        (bool allowed, , ) = lens.explain(
            principal,
            holder.account,
            route,
            calls,
            deadline,
            OPERATION_COST,
            address(0)
        );
        uint256[SPENDS] memory before = _holdings(principal);
        bool done;
        if (route == Route.direct) {
            done = _attempt(5, holder.account, address(latchkey), directData(principal, calls));
        } else if (route == Route.relayed) {
            bytes memory data = relayedData(principal, holder, calls, ++relayNonce, 0, deadline);
            done = _attempt(6, stranger, address(latchkey), data);
        } else {
            PackedUserOperation memory op = signed(operation(principal, calls, 0), holder, deadline);
            done = _attempt(7, bundler, address(entryPoint), bundleData(op));
        }
        if (route == Route.userOperation && allowed && !done) {
            // v0.9 opens one second after the window, or the period, does.
            uint256 now_ = block.timestamp;
            vm.assertTrue(now_ == ghosts[principal][holder.account].validAfter || now_ % HOUR == 0, "explain said yes");
            return;
        }
        vm.assertEq(done, allowed, "explain against the engine");
        if (done) _spend(principal, holder.account, calls.length, before, route == Route.userOperation);
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + 1 + (time % 2_500));
        vm.roll(block.number + 1);
    }

    // --- what must hold --------------------------------------------------------------------------------------------

    /// @dev INV-1, INV-2, INV-3: read again from the chain and from the balances.
    function checkBudgets() external view {
        for (uint256 p = 0; p < 2; ++p) {
            for (uint256 k = 0; k < 3; ++k) {
                (address principal, SessionKey memory holder) = _pick(p, k);
                Ghost storage ghost = ghosts[principal][holder.account];
                if (!ghost.exists) continue;
                vm.assertLe(ghost.calls, ghost.maxCalls, "INV-2 calls");
                vm.assertEq(callsLeft(principal, holder.account), ghost.maxCalls - ghost.calls, "INV-2 calls left");
                vm.assertEq(gasLeftOf(principal, holder.account), GAS_BUDGET - ghost.gas, "INV-3 gas left");
                vm.assertEq(registrationOf(principal, holder.account), ghost.registration, "INV-7 registration");
                uint256[SPENDS] storage spent = outflow[_id(principal, holder.account)];
                if (ghost.policy == 0) {
                    vm.assertLe(spent[0], CAP, "INV-1 token");
                    vm.assertLe(spent[1], NATIVE_CAP, "INV-1 native");
                    vm.assertEq(spent[0], inlineSpent(principal, holder.account), "INV-1 counted is moved");
                } else {
                    vm.assertLe(spent[2], 50e18, "INV-1 other token");
                    vm.assertEq(spent[1], 0, "INV-1 no native limit, no value");
                }
            }
        }
    }

    /// @dev INV-4: what is dead stays dead, on every view.
    function checkDead() external view {
        for (uint256 p = 0; p < 2; ++p) {
            for (uint256 k = 0; k < 3; ++k) {
                (address principal, SessionKey memory holder) = _pick(p, k);
                Ghost storage ghost = ghosts[principal][holder.account];
                SessionState memory session = lens.getSession(principal, holder.account);
                bool alive = _isAlive(principal, ghost);
                bool live =
                    alive &&
                        block.timestamp >= ghost.validAfter &&
                        block.timestamp <= ghost.validUntil &&
                        ghost.calls < ghost.maxCalls;
                vm.assertEq(latchkey.isLive(principal, holder.account), live, "INV-4 isLive");
                vm.assertEq(session.status == Status.Active, live, "INV-4 status");
                if (!alive && (ghost.exists || ghost.dead)) {
                    vm.assertTrue(session.status == Status.Revoked, "INV-4 dead");
                }
            }
        }
    }

    /// @dev INV-4 for those whose slot has gone on.
    function checkGraves() external view {
        for (uint256 i = 0; i < graves.length; ++i) {
            (address principal, address holder) = (graves[i][0], graves[i][1]);
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
            for (uint64 lane = 0; lane < 2; ++lane) {
                address live;
                for (uint256 k = 0; k < 3; ++k) {
                    (address principal, SessionKey memory holder) = _pick(p, k);
                    if (ghosts[principal][holder.account].lane != lane) continue;
                    if (!latchkey.isLive(principal, holder.account)) continue;
                    vm.assertEq(live, address(0), "INV-6 two in a lane");
                    live = holder.account;
                }
                (address of_, ) = _pick(p, 0);
                vm.assertEq(latchkey.activeSession(of_, APP, lane), live, "INV-6 activeSession");
            }
        }
    }

    /// @dev INV-8: generation and grant nonce are what the principal's own verbs made of them.
    function checkPrincipals() external view {
        for (uint256 p = 0; p < 2; ++p) {
            (address principal, ) = _pick(p, 0);
            vm.assertEq(latchkey.generationOf(principal), generations[principal], "INV-8 generation");
            vm.assertEq(latchkey.nonces(principal), grantNonces[principal], "INV-8 nonce");
            vm.assertTrue(latchkey.isInitialized(principal), "INV-8 installed");
        }
    }

    function outcomesOf(uint256 action) external view returns (uint256 acceptances, uint256 refusals) {
        return (outcomes[action][0], outcomes[action][1]);
    }

    // --- inside ----------------------------------------------------------------------------------------------------

    function _pick(uint256 who, uint256 which) internal view returns (address principal, SessionKey memory holder) {
        principal = who % 2 == 0 ? account : account2;
        which %= 3;
        uint256 version = versions[principal][which];
        if (which == 2) holder = newCurveKey(7 + version);
        else (holder.account, holder.privateKey) = _keyOf(which, version);
    }

    function _keyOf(uint256 slot, uint256 version) private pure returns (address holder, uint256 privateKey) {
        privateKey = uint256(keccak256(abi.encode("slot", slot, version))) >> 1;
        return (vm.addr(privateKey), privateKey);
    }

    /// @dev Gives a slot whose key is dead another key.
    function _bury(uint256 who, uint256 which) private {
        (address principal, SessionKey memory holder) = _pick(who, which);
        Ghost storage ghost = ghosts[principal][holder.account];
        if (_isAlive(principal, ghost) || (!ghost.exists && !ghost.dead)) return;
        graves.push([principal, holder.account]);
        versions[principal][which % 3] += 1;
    }

    function _id(address principal, address holder) private view returns (bytes32) {
        return keccak256(abi.encode(principal, holder, ghosts[principal][holder].registration));
    }

    function _isAlive(address principal, Ghost storage ghost) private view returns (bool) {
        return ghost.exists && !ghost.dead && ghost.generation == generations[principal];
    }

    /// @dev Whoever lives in a lane by the model: registered there last and not dead.
    function _occupant(address principal, uint64 lane) private view returns (address) {
        for (uint256 k = 0; k < 3; ++k) {
            (, SessionKey memory holder) = _pick(principal == account ? 0 : 1, k);
            Ghost storage ghost = ghosts[principal][holder.account];
            if (_isAlive(principal, ghost) && ghost.lane == lane) return holder.account;
        }
        return address(0);
    }

    function _canRegister(address principal, Grant memory grant) private view returns (bool) {
        Ghost storage ghost = ghosts[principal][grant.key];
        if (grant.validAfter != 0 && grant.validAfter <= block.timestamp) return false;
        if (ghost.exists || ghost.dead) return _isAlive(principal, ghost) && ghost.lane == grant.lane;
        address occupant = _occupant(principal, grant.lane);
        if (occupant == address(0) || occupant == grant.replaces) return true;
        return block.timestamp > ghosts[principal][occupant].validUntil;
    }

    function _clearLane(address principal, address holder, uint64 lane) private {
        address occupant = _occupant(principal, lane);
        if (occupant != address(0) && occupant != holder) ghosts[principal][occupant].dead = true;
    }

    function _calls(uint256 seed) private view returns (Call[] memory calls) {
        calls = new Call[](1 + (seed % 3));
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 part = seed >> (8 + 32 * i);
            uint256 amount = ((part >> 8) % 40) * 1e18;
            if (part % 8 < 3) calls[i] = transferCall(recipient, amount);
            else if (part % 8 < 5) calls[i] = payCall((part >> 8) % 1 ether);
            else if (part % 8 == 5) calls[i] = actCall(amount);
            else if (part % 8 == 6) {
                calls[i] = Call(address(otherToken), 0, abi.encodeCall(IERC20.transfer, (recipient, amount)));
            } else calls[i] = Call(account, 0, abi.encodeCall(IERC20.transfer, (recipient, amount)));
        }
    }

    function _holdings(address principal) private view returns (uint256[SPENDS] memory) {
        return [token.balanceOf(principal), principal.balance, otherToken.balanceOf(principal)];
    }

    /// @dev Adds what really left the account.
    function _spend(
        address principal,
        address holder,
        uint256 calls,
        uint256[SPENDS] memory before,
        bool isOperation
    ) private {
        Ghost storage ghost = ghosts[principal][holder];
        vm.assertTrue(_isAlive(principal, ghost), "INV-4 a dead key acted");
        vm.assertTrue(
            block.timestamp >= ghost.validAfter && block.timestamp <= ghost.validUntil,
            "INV-9 outside the window"
        );
        ghost.calls += uint32(calls);
        if (isOperation) ghost.gas += OPERATION_COST;
        uint256[SPENDS] memory left = _holdings(principal);
        bytes32 id = _id(principal, holder);
        for (uint256 i = 0; i < SPENDS; ++i) outflow[id][i] += before[i] - left[i];
        if (ghost.policy == 0) return;
        // An operation is charged to the hour of its deadline, which has begun: it is this one or it was not due.
        uint256 hour = block.timestamp / HOUR;
        hourly[id][hour] += before[0] - left[0];
        vm.assertLe(hourly[id][hour], 30e18, "INV-1 token in this hour");
    }

    /// @dev Tries; asserts that a refusal changes nothing, and that an acceptance touches no other session.
    function _attempt(uint256 action, address sender, address target, bytes memory data) private returns (bool done) {
        bytes32[6] memory words = _allWords();
        bytes32 before = keccak256(abi.encode(stateHash(), words));
        vm.prank(sender, sender);
        (done, ) = target.call(data);
        outcomes[action][done ? 0 : 1] += 1;
        if (!done) {
            vm.assertEq(keccak256(abi.encode(stateHash(), _allWords())), before, "INV-10 a refusal changed something");
            return false;
        }
        bytes32[6] memory after_ = _allWords();
        uint256 changed = 0;
        for (uint256 i = 0; i < 6; ++i) {
            if (words[i] != after_[i]) ++changed;
        }
        // A registration may end its predecessor in the lane; everything else touches one session at most.
        vm.assertLe(changed, action == 0 ? 2 : 1, "INV-11 other sessions were touched");
    }

    function _allWords() private view returns (bytes32[6] memory words) {
        for (uint256 i = 0; i < 6; ++i) {
            (address principal, SessionKey memory holder) = _pick(i / 3, i % 3);
            (uint256 head, uint256 counters, uint256[8] memory spent, , ) = latchkey.sessionWords(
                principal,
                holder.account
            );
            words[i] = keccak256(abi.encode(head, counters, spent));
        }
    }
}
