// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ILatchkey} from "./interfaces/ILatchkey.sol";
import {ILatchkeyLens} from "./interfaces/ILatchkeyLens.sol";
import {ISessionErrors} from "./interfaces/ISessionErrors.sol";
import {IPolicyStore} from "./interfaces/IPolicyStore.sol";
import {Permissions} from "./libraries/Permissions.sol";
import {PolicyCode} from "./libraries/PolicyCode.sol";
import {Call, LimitState, Loss, Route, SessionState, Status} from "./types/Grant.sol";
import {GAS_UNIT, Limit} from "./types/Policy.sol";
import {SessionWord} from "./types/SessionWord.sol";
import {SettingsWord} from "./types/SettingsWord.sol";
import {SpentWord} from "./types/SpentWord.sol";

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
        (uint256 word_, uint256[8] memory spent) = LATCHKEY.sessionWords(principal, key);
        SessionWord word = SessionWord.wrap(word_);
        session.status = _statusOf(principal, word);
        // Nothing more is known of a key that was never registered.
        if (word.policyNumber() == 0) return session;

        session.validAfter = word.validAfter();
        session.validUntil = word.validUntil();
        session.registration = word.registration();
        address pointer = PolicyCode.pointerOf(LATCHKEY.POLICY_STORE(), word.policyNumber());
        session.policyId = Permissions.loadId(pointer);
        uint256 hot = Permissions.load(pointer);
        SettingsWord settings = Permissions.settings(hot);
        session.maxCalls = uint32(settings.maxCalls());
        bool isOver = session.status == Status.Revoked || session.status == Status.Expired;
        if (!isOver) {
            session.callsLeft = word.calls();
            session.gasLeft = word.gas() * GAS_UNIT;
        }
        session.limits = new LimitState[](settings.limitCount());
        for (uint256 i = 0; i < session.limits.length; ++i) {
            LimitState memory state = session.limits[i];
            state.limit = _limitOf(hot, i);
            if (isOver) continue;
            uint256 used =
                i + 1 == settings.inlineLimit()
                    ? word.inlineSpend()
                    : _usedOf(state.limit.period, SpentWord.wrap(spent[i]), word.registration());
            state.left = state.limit.cap - used;
            state.refillsAt = _refillsAt(state.limit.period, word);
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
            losses[i].token = limit.limit.token;
            if (!canAct) continue;
            losses[i].amount = limit.left;
            uint256 period = limit.limit.period;
            if (period != 0) {
                losses[i].amount += limit.limit.cap * (session.validUntil / period - from / period);
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
        uint256 hot = Permissions.load(IPolicyStore(LATCHKEY.POLICY_STORE()).policyPointer(policyId));
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

    function _statusOf(address principal, SessionWord word) private view returns (Status) {
        if (word.isEmpty()) return Status.None;
        if (word.isRevoked() || word.generation() != LATCHKEY.generationOf(principal)) return Status.Revoked;
        if (block.timestamp > word.validUntil()) return Status.Expired;
        if (block.timestamp < word.validAfter()) return Status.Pending;
        return word.calls() == 0 ? Status.Exhausted : Status.Active;
    }

    /// @dev Base units used up of a limit that is not inline, in the current period.
    function _usedOf(uint256 period, SpentWord word, uint48 registration) private view returns (uint256) {
        bool stale = word.registration() != registration || (period != 0 && block.timestamp / period > word.period());
        return stale ? 0 : word.spent();
    }

    /// @dev When the next period within the window starts; 0 if none does.
    function _refillsAt(uint256 period, SessionWord word) private view returns (uint48) {
        if (period == 0) return 0;
        uint256 from = block.timestamp > word.validAfter() ? block.timestamp : word.validAfter();
        uint256 next = (from / period + 1) * period;
        return next > word.validUntil() ? 0 : uint48(next);
    }

    function _limitOf(uint256 hot, uint256 position) private pure returns (Limit memory) {
        (address token, uint256 cap, uint256 period) = Permissions.limit(hot, position);
        return Limit({token: token, cap: uint128(cap), period: uint32(period)});
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
