// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Executions} from "../libraries/Executions.sol";
import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {GAS_UNIT} from "../types/Bounds.sol";
import {PrincipalWord} from "../types/PrincipalWord.sol";
import {Route} from "../types/Route.sol";
import {SessionWord} from "../types/SessionWord.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {SpentWord, SpentWords} from "../types/SpentWord.sol";
import {PolicyScope, Scope} from "./PolicyScope.sol";
import {Session, SessionState} from "./SessionState.sol";

/// @dev How the calls of an admission are written.
enum CallsForm {
    /// @dev As ERC-7579 encodes them, by the admission's mode.
    EXECUTION,
    /// @dev One call's data; its target is the admission's, its value 0.
    ONE,
    /// @dev A list of `Call`, see `Executions.ofList`.
    LIST
}

/// @dev What is asked of the policy engine, and what it answers, in memory. Fields are named where they are set.
struct Admission {
    // --- asked
    address principal;
    address key;
    Route route;
    /// @dev Whether somebody else carries what the key has signed, until `deadline`.
    bool isSigned;
    /// @dev Unix seconds, inclusive.
    uint256 deadline;
    /// @dev Wei that the operation can cost at most; 0 on other routes.
    uint256 gasCost;
    /// @dev Who is asked to pay for the operation, if it `isSponsored`.
    address paymaster;
    bool isSponsored;
    CallsForm form;
    bytes32 mode;
    address target;
    /// @dev The point of a P-256 key that has signed; x is 0 for any other key.
    bytes32 x;
    bytes32 y;
    // --- answered
    /// @dev The session's word: as it is, then as it becomes.
    SessionWord word;
    Scope scope;
    /// @dev Storage slot of the session.
    uint256 slot;
    /// @dev Unix seconds: the second whose periods are charged.
    uint256 time;
    /// @dev Unix seconds, inclusive: this holds from here on, up to the deadline or the session's end.
    uint256 start;
    /// @dev Inner calls.
    uint256 calls;
}

/// @title The only enforcement path
/// @notice Every route, and `checkCalls`, asks `_admit`; a route then writes with `_commit`, before anything is called.
/// Nothing above this contract decides.
abstract contract PolicyEngine is SessionState {
    /// @dev A key that acts itself has no code; a principal that is called has some.
    function _requireParties(Admission memory admission) internal view {
        if (!admission.isSigned && admission.key.code.length != 0) revert KeyHasCode(admission.key);
        if (admission.route <= Route.relayed && admission.principal.code.length == 0) {
            revert PrincipalWithoutCode(admission.principal);
        }
    }

    /// @dev Whether the session may make these calls: the session, then call by call, then budgets and payer. Reads and
    /// does not write; reads no clock on route `userOperation`, where the window is for the EntryPoint to hold.
    function _admit(Admission memory admission, bytes calldata calls) internal view {
        _admitSession(admission);
        _admitCalls(admission, calls);
        _admitBudgets(admission);
        if (admission.route == Route.userOperation) _admitPayer(admission);
    }

    /// @dev Writes what an admission uses up.
    function _commit(Admission memory admission) internal {
        uint256 slot = admission.slot;
        Session storage session;
        assembly ("memory-safe") {
            // The slot that `_admitSession` has read the session from.
            session.slot := slot
        }
        session.word = admission.word;
        uint256 limits = StoredPolicies.settings(admission.scope.hot).limitCount();
        for (uint256 i = 0; i < limits; ++i) {
            uint256 word = _wordAt(admission.scope.requested, i);
            if (word != 0) session.spent[i] = SpentWord.wrap(word);
        }
    }

    // --- the session -----------------------------------------------------------------------------------------------

    /// @dev The session is registered, not revoked, of this generation, on an account that has installed Latchkey if the
    /// account acts, open, and what was signed is still good. Loads its policy.
    function _admitSession(Admission memory admission) private view {
        (address principal, Route route) = (admission.principal, admission.route);
        Session storage session = _sessions[admission.key][principal];
        uint256 slot;
        assembly ("memory-safe") {
            // Kept, because finding a word of two mappings again costs more than remembering it.
            slot := session.slot
        }
        SessionWord word = session.word;
        PrincipalWord principalWord = _requireAlive(principal, admission.key, word);
        if (route <= Route.relayed && !principalWord.isInstalled()) revert ModuleNotInstalled(principal);

        (uint48 validAfter, uint48 validUntil) = (word.validAfter(), word.validUntil());
        uint256 deadline = admission.deadline;
        uint256 time = deadline;
        if (route != Route.userOperation) {
            time = block.timestamp;
            if (time < validAfter) revert SessionNotYetValid(validAfter, time);
            if (time > validUntil) revert SessionExpired(validUntil, time);
        }
        if (admission.isSigned) {
            if (deadline == 0 || deadline > validUntil) revert DeadlineNotAllowed(deadline, validUntil);
            if (time > deadline) revert DeadlinePassed(deadline, time);
            // An operation whose window is empty; periods are counted from the start.
            if (time < validAfter) revert SessionNotYetValid(validAfter, time);
        }
        (admission.word, admission.slot, admission.time, admission.start) = (word, slot, time, validAfter);
        admission.scope = PolicyScope.open(_pointerOf(word), principal);
    }

    // --- calls -----------------------------------------------------------------------------------------------------

    /// @dev Every call, one after the other.
    function _admitCalls(Admission memory admission, bytes calldata calls) private view {
        if (admission.form == CallsForm.ONE) {
            _admitCall(admission, admission.target, 0, calls);
            return;
        }
        bool isList = admission.form == CallsForm.LIST;
        if (!isList && admission.mode == Executions.SINGLE) {
            (address target, uint256 value, bytes calldata data) = Executions.single(calls);
            _admitCall(admission, target, value, data);
            return;
        }
        if (!isList && admission.mode != Executions.BATCH) revert UnsupportedExecutionMode(admission.mode);
        (uint256 count, uint256 position) = Executions.batch(calls, isList);
        for (uint256 i = 0; i < count; ++i) {
            address target;
            uint256 value;
            bytes calldata data;
            (target, value, data, position) = Executions.at(calls, i, position);
            _admitCall(admission, target, value, data);
        }
        Executions.requireEnd(calls, position);
    }

    /// @dev Checks one call and adds what it draws. No value goes straight to a dApp's contract.
    function _admitCall(Admission memory admission, address target, uint256 value, bytes calldata data) private view {
        uint256 index = admission.calls;
        if (_isForbidden(target, admission.principal)) revert TargetForbidden(index, target);
        if (value != 0 && admission.route >= Route.forwarded) revert ValueNotAllowed(index, value, 0);
        PolicyScope.admit(admission.scope, index, target, value, data, admission.route == Route.asked);
        unchecked {
            // Fewer calls than bytes of calldata.
            admission.calls = index + 1;
        }
    }

    // --- budgets ---------------------------------------------------------------------------------------------------

    /// @dev Calls, then caps in the order of limits, then gas: what was requested is left.
    function _admitBudgets(Admission memory admission) private view {
        SessionWord word = admission.word;
        uint256 left = word.calls();
        if (admission.calls > left) revert SessionCallsExceeded(admission.calls, left);
        uint256 inlineSpend = _admitSpends(admission);
        unchecked {
            // A quotient, and one more.
            uint256 cost = admission.gasCost;
            uint256 units = cost / GAS_UNIT + (cost % GAS_UNIT == 0 ? 0 : 1);
            left = word.gas();
            if (units > left) {
                bool saturates = units > type(uint256).max / GAS_UNIT;
                revert GasBudgetExceeded(saturates ? type(uint256).max : units * GAS_UNIT, left * GAS_UNIT);
            }
            admission.word = word.use(admission.calls, units, inlineSpend);
        }
    }

    /// @dev Turns what is requested of each limit into what its spent word becomes, 0 where that does not change.
    /// @return inlineSpend base units to add to the spend in the session's own word
    function _admitSpends(Admission memory admission) private view returns (uint256 inlineSpend) {
        (uint256 hot, uint256 words) = (admission.scope.hot, admission.scope.requested);
        SettingsWord settings = StoredPolicies.settings(hot);
        uint256 inlineLimit = settings.inlineLimit();
        uint256 limits = settings.limitCount();
        for (uint256 i = 0; i < limits; ++i) {
            uint256 requested = _wordAt(words, i);
            if (requested == 0) continue;
            (address unit, uint256 cap, uint256 period, bool fromStart) = StoredPolicies.limit(hot, i);
            if (i + 1 != inlineLimit) {
                SpentWord word = _spend(admission, i, unit, cap, period, fromStart, requested);
                _setWordAt(words, i, SpentWord.unwrap(word));
                continue;
            }
            unchecked {
                // No more than the cap is ever added.
                cap -= admission.word.inlineSpend();
            }
            if (requested > cap) revert SpendCapExceeded(unit, requested, cap);
            inlineSpend = requested;
            _setWordAt(words, i, 0);
        }
    }

    /// @dev Charges the period of the admission's time, which is not before the session's start.
    function _spend(
        Admission memory admission,
        uint256 position,
        address unit,
        uint256 cap,
        uint256 period,
        bool fromStart,
        uint256 requested
    ) private view returns (SpentWord word) {
        uint48 registration = admission.word.registration();
        {
            uint256 slot = admission.slot;
            Session storage session;
            assembly ("memory-safe") {
                // The slot that `_admitSession` has read the session from.
                session.slot := slot
            }
            word = session.spent[position];
        }
        uint256 spent = word.spent();
        uint256 current = 0;
        bool fresh = word.registration() != registration;
        if (period != 0) {
            uint256 origin = fromStart ? registration : 0;
            current = (admission.time - origin) / period;
            uint256 stored = word.period();
            if (!fresh && current < stored) revert PeriodEnded(unit, current, stored);
            fresh = fresh || current > stored;
            uint256 start = origin + current * period;
            if (start > admission.start) admission.start = start;
        }
        if (fresh) spent = 0;
        if (requested > cap - spent) revert SpendCapExceeded(unit, requested, cap - spent);
        return SpentWords.pack(registration, current, spent + requested);
    }

    function _wordAt(uint256 pointer, uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // A word for each limit is allocated, and the position is a limit's.
            word := mload(add(pointer, shl(5, position)))
        }
    }

    function _setWordAt(uint256 pointer, uint256 position, uint256 word) private pure {
        assembly ("memory-safe") {
            // A word for each limit is allocated, and the position is a limit's.
            mstore(add(pointer, shl(5, position)), word)
        }
    }

    // --- who pays --------------------------------------------------------------------------------------------------

    /// @dev Who pays is what the policy says.
    function _admitPayer(Admission memory admission) private pure {
        uint256 hot = admission.scope.hot;
        if (!admission.isSponsored) {
            if (!StoredPolicies.settings(hot).isSelfPaid()) revert SelfPaymentNotAllowed();
            return;
        }
        address expected = StoredPolicies.paymaster(hot);
        // EntryPoint v0.7 reads a zero paymaster as none and lets the account pay.
        if (admission.paymaster == address(0) || admission.paymaster != expected) {
            revert PaymasterNotAllowed(admission.paymaster, expected);
        }
    }
}
