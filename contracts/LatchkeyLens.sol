// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ILatchkey} from "./interfaces/ILatchkey.sol";
import {ILatchkeyLens} from "./interfaces/ILatchkeyLens.sol";
import {ISessionErrors} from "./interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {Permissions} from "./libraries/Permissions.sol";
import {PolicyCode} from "./libraries/PolicyCode.sol";
import {Call, LimitState, Loss, Route, SessionState, Status} from "./types/Grant.sol";
import {SessionCounters, SessionHead, SpentWord} from "./types/SessionWords.sol";
import {SettingsWord} from "./types/SettingsWord.sol";

/// @title Reading sessions
/// @notice Stateless views over one Latchkey. Nothing trusts them; enforcement is Latchkey's alone.
contract LatchkeyLens is ILatchkeyLens {
    /// @notice The contract whose sessions are read.
    ILatchkey public immutable LATCHKEY;

    constructor(ILatchkey latchkey) {
        LATCHKEY = latchkey;
    }

    /// @inheritdoc ILatchkeyLens
    function getSession(address principal, address key) public view returns (SessionState memory session) {
        (uint256 head_, uint256 counters_, uint256[8] memory spent, , ) = LATCHKEY.sessionWords(principal, key);
        SessionHead head = SessionHead.wrap(head_);
        SessionCounters counters = SessionCounters.wrap(counters_);
        session.status = _statusOf(principal, head, counters);
        address pointer = head.pointer();
        // Nothing more is known of a key that was never registered.
        if (pointer == address(0)) return session;

        session.validAfter = head.validAfter();
        session.validUntil = head.validUntil();
        session.policyId = Permissions.loadId(pointer);
        session.registration = counters.registration();
        session.callsLeft = counters.calls();
        session.gasLeft = counters.gas();
        uint256 hot = Permissions.load(pointer, head.hotSize());
        SettingsWord settings = Permissions.settings(hot);
        session.limits = new LimitState[](settings.limitCount());
        for (uint256 i = 0; i < session.limits.length; ++i) {
            uint256 used =
                i + 1 == settings.inlineLimit()
                    ? counters.inlineSpend()
                    : _usedOf(hot, i, SpentWord.wrap(spent[i]), counters.registration());
            session.limits[i] = _limitState(hot, i, used);
        }
    }

    /// @inheritdoc ILatchkeyLens
    function worstLoss(address principal, address key) external view returns (Loss[] memory losses, uint256 gas) {
        SessionState memory session = getSession(principal, key);
        losses = new Loss[](session.limits.length);
        bool canAct = session.status == Status.Active || session.status == Status.Pending;
        uint256 from = block.timestamp > session.validAfter ? block.timestamp : session.validAfter;
        for (uint256 i = 0; i < losses.length; ++i) {
            LimitState memory limit = session.limits[i];
            losses[i].token = limit.token;
            if (!canAct) continue;
            losses[i].amount = limit.left;
            if (limit.period != 0) {
                uint256 later = session.validUntil / limit.period - from / limit.period;
                losses[i].amount += limit.cap * later;
            }
        }
        gas = canAct ? session.gasLeft : 0;
    }

    /// @inheritdoc ILatchkeyLens
    function worstLossOf(
        bytes32 policyId,
        uint48 validAfter,
        uint48 validUntil
    ) external view returns (Loss[] memory losses, uint256 gas) {
        address pointer = PolicyCode.pointerOf(LATCHKEY.POLICY_STORE(), policyId);
        if (pointer.code.length == 0) revert ISessionRegistry.PolicyNotPublished(policyId);
        uint256 hot = Permissions.load(pointer, pointer.code.length);
        SettingsWord settings = Permissions.settings(hot);
        losses = new Loss[](settings.limitCount());
        uint256 from = validAfter == 0 ? block.timestamp : validAfter;
        if (validUntil < from) return (losses, 0);
        for (uint256 i = 0; i < losses.length; ++i) {
            (address token, uint256 cap, uint256 period) = Permissions.limit(hot, i);
            uint256 periods = period == 0 ? 1 : validUntil / period - from / period + 1;
            losses[i] = Loss({token: token, amount: cap * periods});
        }
        gas = settings.gasBudget();
    }

    /// @inheritdoc ILatchkeyLens
    function explain(
        address principal,
        address key,
        Route route,
        Call[] calldata calls,
        uint48 validUntil,
        uint256 maxGasCost,
        address paymaster
    ) external view returns (bool allowed, uint256 index, bytes memory error) {
        try LATCHKEY.checkCalls(principal, key, route, calls, validUntil, maxGasCost, paymaster) {
            return (true, calls.length, "");
        } catch (bytes memory reason) {
            return (false, _indexOf(reason, calls.length), reason);
        }
    }

    function _statusOf(address principal, SessionHead head, SessionCounters counters) private view returns (Status) {
        if (head.isEmpty()) return Status.None;
        if (head.isRevoked() || counters.generation() != LATCHKEY.generationOf(principal)) return Status.Revoked;
        if (block.timestamp < head.validAfter()) return Status.Pending;
        if (block.timestamp > head.validUntil()) return Status.Expired;
        return counters.calls() == 0 ? Status.Exhausted : Status.Active;
    }

    /// @dev Base units used up of a limit that is not inline, in the current period.
    function _usedOf(
        uint256 hot,
        uint256 position,
        SpentWord word,
        uint32 registration
    ) private view returns (uint256) {
        (, , uint256 period) = Permissions.limit(hot, position);
        bool stale = word.registration() != registration || (period != 0 && block.timestamp / period > word.period());
        return stale ? 0 : word.spent();
    }

    function _limitState(uint256 hot, uint256 position, uint256 used) private view returns (LimitState memory) {
        (address token, uint256 cap, uint256 period) = Permissions.limit(hot, position);
        return
            LimitState({
                token: token,
                cap: uint128(cap),
                period: uint32(period),
                left: cap - used,
                refillsAt: period == 0 ? 0 : (block.timestamp / period + 1) * period
            });
    }

    /// @dev The position of the offending call, which the errors about one call carry as their first argument.
    function _indexOf(bytes memory reason, uint256 otherwise) private pure returns (uint256 index) {
        if (reason.length < 36) return otherwise;
        bytes4 selector = bytes4(reason);
        if (
            selector != ISessionErrors.TargetForbidden.selector &&
            selector != ISessionErrors.CallNotAllowed.selector &&
            selector != ISessionErrors.CallNotConsumable.selector &&
            selector != ISessionErrors.CalldataLengthNotAllowed.selector &&
            selector != ISessionErrors.ValueNotAllowed.selector &&
            selector != ISessionErrors.ArgumentNotAllowed.selector &&
            selector != ISessionErrors.ArgumentNotCanonical.selector
        ) return otherwise;
        assembly ("memory-safe") {
            // At least 36 bytes, see above.
            index := mload(add(reason, 0x24))
        }
    }
}
