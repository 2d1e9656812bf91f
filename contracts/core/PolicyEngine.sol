// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Executions} from "../libraries/Executions.sol";
import {Permissions} from "../libraries/Permissions.sol";
import {Rules} from "../libraries/Rules.sol";
import {PermissionWord} from "../types/PermissionWord.sol";
import {GAS_UNIT, MethodKind} from "../types/Policy.sol";
import {PrincipalWord} from "../types/PrincipalWord.sol";
import {SessionWord} from "../types/SessionWord.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {SpentWord, SpentWords} from "../types/SpentWord.sol";
import {Session, SessionState} from "./SessionState.sol";

/// @dev One run of the policy engine, in memory.
struct Check {
    address principal;
    address key;
    SessionWord word;
    /// @dev Where the policy stands.
    address policy;
    /// @dev Memory pointer to the policy's hot part.
    uint256 hot;
    /// @dev Storage slot of the session.
    uint256 slot;
    /// @dev Memory pointer to one word per limit: the base units requested, saturating; once the budgets are checked,
    /// what the limit's spent word becomes. 0 where nothing is spent.
    uint256 requested;
    /// @dev Base units to add to the inline spend.
    uint256 inlineSpend;
    /// @dev Gwei to take off the gas budget.
    uint256 gas;
    /// @dev Unix seconds: the second whose periods are charged.
    uint256 time;
    /// @dev Unix seconds: when the latest period that is charged begins.
    uint256 periodStart;
    /// @dev Inner calls so far.
    uint256 calls;
    /// @dev The point of a P-256 key that has signed; x is 0 for any other key.
    bytes32 x;
    bytes32 y;
}

/// @title The only enforcement path
/// @notice Every route loads a session here, checks its calls here and commits its counters here, in this order and
/// before anything is called. Nothing above this contract decides.
abstract contract PolicyEngine is SessionState {
    // --- loading ---------------------------------------------------------------------------------------------------

    /// @dev Loads into `check` a session that is registered, not revoked and of the current generation, and its policy.
    /// @param forDapp whether the call goes straight to a dApp's contract: no account needs Latchkey installed
    function _load(Check memory check, address principal, address key, bool forDapp) internal view {
        Session storage session = _sessions[key][principal];
        uint256 slot;
        assembly ("memory-safe") {
            // Kept, because finding a word of two mappings again costs more than remembering it.
            slot := session.slot
        }
        SessionWord word = session.word;
        PrincipalWord principalWord = _requireAlive(principal, key, word);
        if (!forDapp && !principalWord.isInstalled()) revert ModuleNotInstalled(principal);
        address policy = _pointerOf(word);
        uint256 hot = Permissions.load(policy);
        check.principal = principal;
        check.key = key;
        check.word = word;
        check.policy = policy;
        check.hot = hot;
        check.slot = slot;
        check.requested = _newWords(Permissions.settings(hot).limitCount());
    }

    function _sessionOf(Check memory check) internal pure returns (Session storage session) {
        uint256 slot = check.slot;
        assembly ("memory-safe") {
            // The slot that `_load` has read the session from.
            session.slot := slot
        }
    }

    /// @dev A signed deadline is not 0 and only shortens the session.
    function _requireDeadline(Check memory check, uint256 deadline) internal pure {
        uint48 validUntil = check.word.validUntil();
        if (deadline == 0 || deadline > validUntil) revert DeadlineNotAllowed(deadline, validUntil);
    }

    // --- admission -------------------------------------------------------------------------------------------------

    /// @dev Who may act on a route, and when, for every route that may read the clock. Route `userOperation`, on which
    /// validation may not, loads and checks the deadline by itself; `checkCalls`, which may, admits it here.
    /// @param forDapp whether the call goes straight to a dApp's contract: the principal is not called
    /// @param isSigned whether somebody else carries what the key signed
    /// @param deadline of what the key signed alone, unix seconds, inclusive
    function _admit(
        Check memory check,
        address principal,
        address key,
        bool forDapp,
        bool isSigned,
        uint256 deadline
    ) internal view {
        _requireParties(principal, key, forDapp, isSigned);
        _requireSession(check, principal, key, forDapp);
        if (isSigned) _requireInTime(check, deadline);
    }

    /// @dev A key that acts itself has no code; a principal that is called has some.
    function _requireParties(address principal, address key, bool forDapp, bool isSigned) internal view {
        if (!isSigned && key.code.length != 0) revert KeyHasCode(key);
        if (!forDapp && principal.code.length == 0) revert PrincipalWithoutCode(principal);
    }

    /// @dev Loads the session, which is open now; charges the periods of this second.
    function _requireSession(Check memory check, address principal, address key, bool forDapp) internal view {
        _load(check, principal, key, forDapp);
        uint48 validAfter = check.word.validAfter();
        uint48 validUntil = check.word.validUntil();
        if (block.timestamp < validAfter) revert SessionNotYetValid(validAfter, block.timestamp);
        if (block.timestamp > validUntil) revert SessionExpired(validUntil, block.timestamp);
        check.time = block.timestamp;
    }

    /// @dev What the key signed is still good.
    function _requireInTime(Check memory check, uint256 deadline) internal view {
        _requireDeadline(check, deadline);
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    // --- calls -----------------------------------------------------------------------------------------------------

    /// @dev Checks every call of an ERC-7579 execution.
    function _checkExecution(Check memory check, bytes32 mode, bytes calldata execution) internal view {
        if (mode == Executions.SINGLE) {
            (address target, uint256 value, bytes calldata data) = Executions.single(execution);
            _checkCall(check, target, value, data, false);
        } else if (mode == Executions.BATCH) {
            (uint256 count, uint256 position) = Executions.batch(execution);
            for (uint256 i = 0; i < count; ++i) {
                address target;
                uint256 value;
                bytes calldata data;
                (target, value, data, position) = Executions.at(execution, i, position);
                _checkCall(check, target, value, data, false);
            }
            Executions.requireEnd(execution, position);
        } else {
            revert UnsupportedExecutionMode(mode);
        }
    }

    /// @dev Checks one call straight to a dApp's contract, with which no value goes.
    function _checkDappCall(
        Check memory check,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) internal view {
        if (value != 0) revert ValueNotAllowed(check.calls, value, 0);
        _checkCall(check, target, 0, data, asked);
    }

    /// @dev Checks one call and adds what it spends. `asked` admits only what the target may consume itself.
    function _checkCall(
        Check memory check,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) internal view {
        uint256 index = check.calls;
        if (_isForbidden(target, check.principal)) revert TargetForbidden(index, target);
        PermissionWord permission = _permissionFor(check.hot, index, target, data);
        if (asked && !permission.isConsumable()) revert CallNotConsumable(index, target, bytes4(data));

        uint256 headWords = permission.headWords();
        if (data.length != 0) _requireLength(index, data.length, 4 + headWords * 32, permission.isExactLength());

        uint256 maxValue = 0;
        uint256 amount = 0;
        if (permission.detailWords() != 0) {
            (uint256 detail, uint256 end) = Permissions.loadDetail(check.policy, permission);
            uint256 constants;
            assembly ("memory-safe") {
                // A detail has at least this word.
                constants := mload(detail)
            }
            maxValue = constants >> 128;
            amount = uint128(constants);
            if (value > maxValue) revert ValueNotAllowed(index, value, maxValue);
            Rules.requireAll(detail + 32, end, index, check.principal, data, headWords);
        } else if (value != 0) {
            revert ValueNotAllowed(index, value, 0);
        }

        uint256 limit = permission.limit();
        if (limit != 0) {
            uint256 size = permission.amountBytes();
            if (size != 0) amount = Rules.amount(index, data, permission.amountWord(), size);
            _request(check, limit, amount);
        }
        // Publishing gives no permission a value without a limit on the native coin.
        if (value != 0) _request(check, Permissions.settings(check.hot).nativeLimit(), value);
        unchecked {
            // Fewer calls than bytes of calldata.
            check.calls = index + 1;
        }
    }

    function _permissionFor(
        uint256 hot,
        uint256 index,
        address target,
        bytes calldata data
    ) private pure returns (PermissionWord permission) {
        MethodKind kind = MethodKind.NATIVE;
        bytes4 selector = 0;
        if (data.length != 0) {
            if (data.length < 4) revert CalldataLengthNotAllowed(index, data.length, 4);
            kind = MethodKind.METHOD;
            assembly ("memory-safe") {
                // At least four bytes, see above.
                selector := and(calldataload(data.offset), shl(224, 0xffffffff))
            }
        }
        permission = Permissions.find(hot, target, kind, selector);
        if (PermissionWord.unwrap(permission) == 0) revert CallNotAllowed(index, target, selector);
    }

    function _requireLength(uint256 index, uint256 length, uint256 required, bool exact) private pure {
        if (length < required || (exact && length != required)) {
            revert CalldataLengthNotAllowed(index, length, required);
        }
    }

    /// @dev Adds to what is requested of a limit, counted from 1; saturates.
    function _request(Check memory check, uint256 limit, uint256 amount) private pure {
        uint256 requested = check.requested;
        assembly ("memory-safe") {
            // Publishing numbers no limit that the policy does not have, so the word is inside the allocation.
            let at := add(requested, shl(5, sub(limit, 1)))
            let sum := add(mload(at), amount)
            mstore(at, or(sum, sub(0, lt(sum, amount))))
        }
    }

    /// @dev Allocates words that are zero.
    function _newWords(uint256 count) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            // Allocated here; what lies behind the calldata's end is copied as zero.
            pointer := mload(0x40)
            mstore(0x40, add(pointer, shl(5, count)))
            calldatacopy(pointer, calldatasize(), shl(5, count))
        }
    }

    function _wordAt(uint256 pointer, uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // The caller stays inside what it allocated.
            word := mload(add(pointer, shl(5, position)))
        }
    }

    function _setWordAt(uint256 pointer, uint256 position, uint256 word) private pure {
        assembly ("memory-safe") {
            // The caller stays inside what it allocated.
            mstore(add(pointer, shl(5, position)), word)
        }
    }

    // --- budgets ---------------------------------------------------------------------------------------------------

    /// @dev Calls, then caps, then gas: what was requested is left. `gasCost` in wei, counted in whole gwei.
    function _checkBudgets(Check memory check, uint256 gasCost) internal view {
        uint256 left = check.word.calls();
        if (check.calls > left) revert SessionCallsExceeded(check.calls, left);
        SettingsWord settings = Permissions.settings(check.hot);
        uint256 inlineLimit = settings.inlineLimit();
        uint256 limits = settings.limitCount();
        for (uint256 i = 0; i < limits; ++i) {
            uint256 requested = _wordAt(check.requested, i);
            if (requested == 0) continue;
            uint256 word = 0;
            if (i + 1 == inlineLimit) {
                (address token, uint256 cap, ) = Permissions.limit(check.hot, i);
                unchecked {
                    // No more than the cap is ever added.
                    left = cap - check.word.inlineSpend();
                }
                if (requested > left) revert SpendCapExceeded(token, requested, left);
                check.inlineSpend = requested;
            } else {
                word = SpentWord.unwrap(_checkLimit(check, i, requested));
            }
            _setWordAt(check.requested, i, word);
        }
        if (gasCost == 0) return;
        unchecked {
            // A quotient, and one more.
            uint256 units = gasCost / GAS_UNIT + (gasCost % GAS_UNIT == 0 ? 0 : 1);
            left = check.word.gas();
            if (units > left) {
                bool saturates = units > type(uint256).max / GAS_UNIT;
                revert GasBudgetExceeded(saturates ? type(uint256).max : units * GAS_UNIT, left * GAS_UNIT);
            }
            check.gas = units;
        }
    }

    function _checkLimit(
        Check memory check,
        uint256 position,
        uint256 requested
    ) private view returns (SpentWord word) {
        (address token, uint256 cap, uint256 period) = Permissions.limit(check.hot, position);
        uint48 registration = check.word.registration();
        word = _sessionOf(check).spent[position];
        uint256 spent = word.spent();
        uint256 current = 0;
        bool fresh = word.registration() != registration;
        if (period != 0) {
            current = check.time / period;
            uint256 stored = word.period();
            if (!fresh && current < stored) revert PeriodEnded(token, current, stored);
            fresh = fresh || current > stored;
            if (current * period > check.periodStart) check.periodStart = current * period;
        }
        if (fresh) spent = 0;
        if (requested > cap - spent) revert SpendCapExceeded(token, requested, cap - spent);
        return SpentWords.pack(registration, current, spent + requested);
    }

    /// @dev Writes what a run that passed every check uses up.
    function _commit(Check memory check) internal {
        Session storage session = _sessionOf(check);
        session.word = check.word.use(check.calls, check.gas, check.inlineSpend);
        uint256 limits = Permissions.settings(check.hot).limitCount();
        for (uint256 i = 0; i < limits; ++i) {
            uint256 word = _wordAt(check.requested, i);
            if (word != 0) session.spent[i] = SpentWord.wrap(word);
        }
    }

    // --- who pays --------------------------------------------------------------------------------------------------

    /// @dev Who pays is what the policy says.
    function _requirePayer(Check memory check, address paymaster, bool sponsored) internal pure {
        if (!sponsored) {
            if (!Permissions.settings(check.hot).isSelfPaid()) revert SelfPaymentNotAllowed();
            return;
        }
        address expected = Permissions.paymaster(check.hot);
        // EntryPoint v0.7 reads a zero paymaster as none and lets the account pay.
        if (paymaster == address(0) || paymaster != expected) revert PaymasterNotAllowed(paymaster, expected);
    }
}
