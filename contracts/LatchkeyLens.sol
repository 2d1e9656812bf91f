// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ILatchkey} from "./interfaces/ILatchkey.sol";
import {ILatchkeyLens} from "./interfaces/ILatchkeyLens.sol";
import {IPolicyStore} from "./interfaces/IPolicyStore.sol";
import {ISessionErrors} from "./interfaces/ISessionErrors.sol";
import {GAS_UNIT, MAX_INLINE_CAP} from "./types/Bounds.sol";
import {Call} from "./types/Call.sol";
import {Limit} from "./types/Limit.sol";
import {LimitState} from "./types/LimitState.sol";
import {Loss} from "./types/Loss.sol";
import {Route} from "./types/Route.sol";
import {SessionState} from "./types/SessionState.sol";
import {SessionWord} from "./types/SessionWord.sol";
import {SpentWord} from "./types/SpentWord.sol";
import {Status} from "./types/Status.sol";
import {StoredPermission} from "./types/StoredPermission.sol";
import {StoredPolicy} from "./types/StoredPolicy.sol";
import {Trust} from "./types/Trust.sol";
import {WorstLoss} from "./types/WorstLoss.sol";

/// @title Reading sessions
/// @notice Stateless views over one Latchkey. Nothing trusts them; enforcement is Latchkey's alone.
contract LatchkeyLens is ILatchkeyLens {
    /// @notice The contract whose sessions are read.
    ILatchkey public immutable LATCHKEY;

    constructor(ILatchkey latchkey) {
        LATCHKEY = latchkey;
    }

    /// @inheritdoc ILatchkeyLens
    function getSession(address principal, address key) external view returns (SessionState memory session) {
        (session, ) = _sessionOf(principal, key);
    }

    /// @inheritdoc ILatchkeyLens
    function getSessions(
        address principal,
        address[] calldata keys
    ) external view returns (SessionState[] memory sessions) {
        sessions = new SessionState[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) (sessions[i], ) = _sessionOf(principal, keys[i]);
    }

    /// @inheritdoc ILatchkeyLens
    function worstLoss(address principal, address key) external view returns (WorstLoss memory loss) {
        (SessionState memory session, StoredPolicy memory policy) = _sessionOf(principal, key);
        uint256[] memory most = new uint256[](policy.limits.length);
        if (session.status != Status.Active && session.status != Status.Pending) return _nothingOf(policy);
        uint256 from = _notBefore(session.validAfter);
        for (uint256 i = 0; i < most.length; ++i) {
            Limit memory limit = policy.limits[i];
            uint256 more = _periods(limit, session.validAfter, from, session.validUntil);
            most[i] = session.limits[i].left + limit.cap * more;
        }
        return _lossOf(policy, most, session.gasLeft);
    }

    /// @inheritdoc ILatchkeyLens
    function worstLossOf(
        bytes32 policyId,
        uint48 validAfter,
        uint48 validUntil
    ) external view returns (WorstLoss memory loss) {
        StoredPolicy memory policy = _store().policyOf(policyId);
        uint256 from = validAfter == 0 ? block.timestamp : validAfter;
        if (validUntil < from) return _nothingOf(policy);
        uint256[] memory most = new uint256[](policy.limits.length);
        for (uint256 i = 0; i < most.length; ++i) {
            Limit memory limit = policy.limits[i];
            most[i] = limit.cap * (_periods(limit, from, from, validUntil) + 1);
        }
        return _lossOf(policy, most, policy.gasBudget);
    }

    /// @inheritdoc ILatchkeyLens
    function mostLossOf(bytes32 policyId, uint256 duration) external view returns (WorstLoss memory loss) {
        StoredPolicy memory policy = _store().policyOf(policyId);
        if (duration == 0) return _nothingOf(policy);
        uint256[] memory most = new uint256[](policy.limits.length);
        for (uint256 i = 0; i < most.length; ++i) {
            Limit memory limit = policy.limits[i];
            most[i] = Math.saturatingMul(limit.cap, _mostPeriods(limit, duration));
        }
        return _lossOf(policy, most, policy.gasBudget);
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

    function _store() private view returns (IPolicyStore) {
        return IPolicyStore(LATCHKEY.POLICY_STORE());
    }

    // --- a session --------------------------------------------------------------------------------------------------

    /// @dev A session, and its policy as it is stored; an empty one of a key that was never registered.
    function _sessionOf(
        address principal,
        address key
    ) private view returns (SessionState memory session, StoredPolicy memory policy) {
        (uint256 word_, uint256[8] memory spent) = LATCHKEY.sessionWords(principal, key);
        SessionWord word = SessionWord.wrap(word_);
        session.status = _statusOf(principal, word);
        // Nothing more is known of a key that was never registered.
        if (word.policyNumber() == 0) return (session, policy);

        policy = _store().policyOfNumber(word.policyNumber());
        session.validAfter = word.validAfter();
        session.validUntil = word.validUntil();
        session.registration = word.registration();
        session.policyId = policy.policyId;
        session.maxCalls = policy.maxCalls;
        bool isOver = session.status == Status.Revoked || session.status == Status.Expired;
        if (!isOver) {
            session.callsLeft = word.calls();
            session.gasLeft = word.gas() * GAS_UNIT;
        }
        session.limits = new LimitState[](policy.limits.length);
        uint256 inlineLimit = _inlineLimit(policy.limits);
        for (uint256 i = 0; i < session.limits.length; ++i) {
            Limit memory limit = policy.limits[i];
            LimitState memory state = session.limits[i];
            state.limit = limit;
            if (isOver) continue;
            uint256 used = i == inlineLimit ? word.inlineSpend() : _usedOf(limit, word, SpentWord.wrap(spent[i]));
            state.left = limit.cap - used;
            state.refillsAt = _refillsAt(limit, word);
        }
    }

    function _statusOf(address principal, SessionWord word) private view returns (Status) {
        if (word.isEmpty()) return Status.None;
        if (word.isRevoked() || word.generation() != LATCHKEY.generationOf(principal)) return Status.Revoked;
        if (block.timestamp > word.validUntil()) return Status.Expired;
        if (block.timestamp < word.validAfter()) return Status.Pending;
        return word.calls() == 0 ? Status.Exhausted : Status.Active;
    }

    /// @dev The position of the limit whose spend stands in the session's word; the number of limits if none does.
    function _inlineLimit(Limit[] memory limits) private pure returns (uint256 position) {
        while (position < limits.length) {
            if (limits[position].period == 0 && limits[position].cap <= MAX_INLINE_CAP) break;
            ++position;
        }
    }

    /// @dev Base units used up of a limit that is not inline, in the current period.
    function _usedOf(Limit memory limit, SessionWord word, SpentWord spent) private view returns (uint256) {
        uint256 period = _periodOf(limit, word.validAfter(), _notBefore(word.validAfter()));
        return spent.registration() != word.registration() || period > spent.period() ? 0 : spent.spent();
    }

    /// @dev When the next period within the window starts; 0 if none does.
    function _refillsAt(Limit memory limit, SessionWord word) private view returns (uint48) {
        if (limit.period == 0) return 0;
        uint256 start = word.validAfter();
        uint256 next = (_periodOf(limit, start, _notBefore(start)) + 1) * limit.period + _originOf(limit, start);
        return next > word.validUntil() ? 0 : uint48(next);
    }

    // --- periods ----------------------------------------------------------------------------------------------------

    function _originOf(Limit memory limit, uint256 start) private pure returns (uint256) {
        return limit.fromStart ? start : 0;
    }

    /// @dev The index of the period that `time`, not before `start`, is in; 0 of a lifetime limit.
    function _periodOf(Limit memory limit, uint256 start, uint256 time) private pure returns (uint256) {
        return limit.period == 0 ? 0 : (time - _originOf(limit, start)) / limit.period;
    }

    /// @dev How many periods begin after `from`, up to `until`, in a session that begins at `start`.
    function _periods(Limit memory limit, uint256 start, uint256 from, uint256 until) private pure returns (uint256) {
        return _periodOf(limit, start, until) - _periodOf(limit, start, from);
    }

    /// @dev How many periods a session of `duration` seconds, at least 1, touches at most. Those from the epoch can be
    /// met one second before their end.
    function _mostPeriods(Limit memory limit, uint256 duration) private pure returns (uint256) {
        if (limit.period == 0) return 1;
        if (limit.fromStart) return Math.ceilDiv(duration, limit.period);
        return Math.saturatingAdd(duration, limit.period - 2) / limit.period + 1;
    }

    function _notBefore(uint256 start) private view returns (uint256) {
        return Math.max(block.timestamp, start);
    }

    // --- losses -----------------------------------------------------------------------------------------------------

    /// @dev Of a session that cannot act: nothing of each unit, and a number that trusts nobody.
    function _nothingOf(StoredPolicy memory policy) private pure returns (WorstLoss memory) {
        policy.permissions = new StoredPermission[](0);
        return _lossOf(policy, new uint256[](policy.limits.length), 0);
    }

    /// @param most base units of each limit
    /// @param gas wei
    function _lossOf(
        StoredPolicy memory policy,
        uint256[] memory most,
        uint256 gas
    ) private pure returns (WorstLoss memory loss) {
        loss.gas = gas;
        Loss[] memory losses = loss.losses = new Loss[](most.length);
        uint256 units = 0;
        // Limits of one unit stand side by side, and what is drawn on one is drawn on all.
        for (uint256 i = 0; i < most.length; ++i) {
            address unit = policy.limits[i].unit;
            if (units == 0 || losses[units - 1].unit != unit) losses[units++] = Loss(unit, most[i]);
            else losses[units - 1].amount = Math.min(losses[units - 1].amount, most[i]);
        }
        StoredPermission[] memory permissions = policy.permissions;
        address[] memory trusted = loss.trusted = new address[](permissions.length);
        uint256[] memory open = loss.open = new uint256[](permissions.length);
        uint256 targets = 0;
        uint256 opened = 0;
        // Permissions stand ascending by target.
        for (uint256 i = 0; i < permissions.length; ++i) {
            Trust trust = permissions[i].trust;
            address target = permissions[i].target;
            if (trust == Trust.OPEN) open[opened++] = i;
            if (trust == Trust.COUNTED || (targets != 0 && trusted[targets - 1] == target)) continue;
            trusted[targets++] = target;
        }
        assembly ("memory-safe") {
            // Each list is as long as what could be in it, and is cut to what is.
            mstore(losses, units)
            mstore(trusted, targets)
            mstore(open, opened)
        }
    }

    // --- errors -----------------------------------------------------------------------------------------------------

    /// @dev The position of the offending call, which the errors about one call carry as their first argument.
    function _indexOf(bytes memory reason, uint256 otherwise) private pure returns (uint256 index) {
        if (reason.length < 36) return otherwise;
        bytes4 selector = bytes4(reason);
        if (
            selector != ISessionErrors.TargetForbidden.selector &&
            selector != ISessionErrors.CallNotAllowed.selector &&
            selector != ISessionErrors.CallNotConsumable.selector &&
            selector != ISessionErrors.CallOnlyAsked.selector &&
            selector != ISessionErrors.CalldataLengthNotAllowed.selector &&
            selector != ISessionErrors.ValueNotAllowed.selector &&
            selector != ISessionErrors.ArgumentNotAllowed.selector &&
            selector != ISessionErrors.RateNotMet.selector &&
            selector != ISessionErrors.ArgumentNotCanonical.selector &&
            selector != ISessionErrors.ArgumentNotBounded.selector &&
            selector != ISessionErrors.ArgumentAbsent.selector &&
            selector != ISessionErrors.TooManyElements.selector &&
            selector != ISessionErrors.InnerMethodNotAllowed.selector &&
            selector != ISessionErrors.SpendOverflow.selector &&
            selector != ISessionErrors.AlternativesRefused.selector
        ) return otherwise;
        assembly ("memory-safe") {
            // At least 36 bytes, see above.
            index := mload(add(reason, 0x24))
        }
    }
}
