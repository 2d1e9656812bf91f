// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Executions} from "../libraries/Executions.sol";
import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {GAS_UNIT} from "../types/Bounds.sol";
import {MethodWord} from "../types/MethodWord.sol";
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
    /// @dev A `Route`, as a number: an enumeration is checked whenever it is read.
    uint256 route;
    /// @dev Whether somebody else carries what the key has signed, until `deadline`.
    bool isSigned;
    /// @dev Unix seconds, inclusive.
    uint256 deadline;
    /// @dev Wei that the operation can cost at most; 0 on other routes.
    uint256 gasCost;
    /// @dev Who is asked to pay for the operation, if it `isSponsored`.
    address paymaster;
    bool isSponsored;
    /// @dev A `CallsForm`, as a number.
    uint256 form;
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
    /// @dev Whether spent words change.
    bool spends;
}

/// @title The only enforcement path
/// @notice Every route, and `checkCalls`, asks `_admit`; a route then writes with `_commit`, before anything is called.
/// Nothing above this contract decides.
abstract contract PolicyEngine is SessionState {
    // Bytes in memory, and of an admission where its scope stands.
    uint256 private constant ADMISSION_SIZE = 0x280;
    uint256 private constant SCOPE_SIZE = 0xc0;
    uint256 private constant SCOPE = 0x1c0;

    /// @dev A blank admission with a blank scope, as the one element of an array: declared as a variable it would be
    /// cleared field by field.
    function _newAdmission() internal pure returns (Admission[] memory one) {
        assembly ("memory-safe") {
            // Allocated here: the array, the admission, the scope. What lies behind the calldata's end is copied as zero.
            one := mload(0x40)
            let admission := add(one, 0x40)
            let scope := add(admission, ADMISSION_SIZE)
            mstore(0x40, add(scope, SCOPE_SIZE))
            calldatacopy(admission, calldatasize(), add(ADMISSION_SIZE, SCOPE_SIZE))
            mstore(one, 1)
            mstore(add(one, 0x20), admission)
            mstore(add(admission, SCOPE), scope)
        }
    }

    /// @dev A key that acts itself has no code; a principal that is called has some.
    function _requireParties(Admission memory admission) internal view {
        if (!admission.isSigned) _requirePlainKey(admission.key);
        if (admission.route <= uint256(Route.relayed)) _requireCode(admission.principal);
    }

    function _requirePlainKey(address key) internal view {
        if (key.code.length != 0) revert KeyHasCode(key);
    }

    function _requireCode(address principal) internal view {
        if (principal.code.length == 0) revert PrincipalWithoutCode(principal);
    }

    /// @dev Whether the session may make these calls: the session, then call by call, then budgets and payer. Reads and
    /// does not write; reads no clock on route `userOperation`, where the window is for the EntryPoint to hold.
    function _admit(Admission memory admission, bytes calldata calls) internal view {
        _admitSession(admission);
        _admitCalls(admission, calls);
        _admitBudgets(admission);
        if (admission.route == uint256(Route.userOperation)) _admitPayer(admission);
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
        if (!admission.spends) return;
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
        (address principal, uint256 route) = (admission.principal, admission.route);
        Session storage session = _sessions[admission.key][principal];
        uint256 slot;
        assembly ("memory-safe") {
            // Kept, because finding a word of two mappings again costs more than remembering it.
            slot := session.slot
        }
        SessionWord word = session.word;
        PrincipalWord principalWord = _principals[principal];
        uint256 time = admission.deadline;
        uint256 end = time;
        if (route != uint256(Route.userOperation)) time = block.timestamp;
        if (!admission.isSigned) end = word.validUntil();
        uint256 start = word.validAfter();
        if (!_isSound(word, principalWord, route, start, time, end)) _requireSession(admission, word, time);
        (admission.word, admission.slot, admission.time, admission.start) = (word, slot, time, start);
        PolicyScope.open(admission.scope, _pointerOf(word), principal);
    }

    /// @dev Whether nothing that `_requireSession` asks for is missing: one condition for all of it. `end` is the
    /// deadline of what is signed, else the session's end.
    function _isSound(
        SessionWord word,
        PrincipalWord principalWord,
        uint256 route,
        uint256 validAfter,
        uint256 time,
        uint256 end
    ) internal pure returns (bool sound) {
        bool isAlive = word.isAlive(principalWord.generation());
        bool isInstalled = principalWord.isInstalled();
        uint256 validUntil = word.validUntil();
        assembly ("memory-safe") {
            // Bits alone; on the routes below 3 the account acts. A word that is empty ends at 0.
            sound := and(isAlive, or(isInstalled, gt(route, 2)))
            sound := gt(sound, or(or(lt(time, validAfter), gt(time, end)), or(gt(end, validUntil), iszero(end))))
        }
    }

    /// @dev Reverts with the first thing that is missing.
    function _requireSession(Admission memory admission, SessionWord word, uint256 time) internal view {
        (address principal, uint256 route) = (admission.principal, admission.route);
        PrincipalWord principalWord = _requireAlive(principal, admission.key, word);
        if (route <= uint256(Route.relayed) && !principalWord.isInstalled()) revert ModuleNotInstalled(principal);

        (uint48 validAfter, uint48 validUntil) = (word.validAfter(), word.validUntil());
        if (route != uint256(Route.userOperation)) {
            if (time < validAfter) revert SessionNotYetValid(validAfter, time);
            if (time > validUntil) revert SessionExpired(validUntil, time);
        }
        if (admission.isSigned) {
            uint256 deadline = admission.deadline;
            if (deadline == 0 || deadline > validUntil) revert DeadlineNotAllowed(deadline, validUntil);
            if (time > deadline) revert DeadlinePassed(deadline, time);
            // An operation whose window is empty; periods are counted from the start.
            if (time < validAfter) revert SessionNotYetValid(validAfter, time);
        }
    }

    // --- calls -----------------------------------------------------------------------------------------------------

    /// @dev Every call, one after the other.
    function _admitCalls(Admission memory admission, bytes calldata calls) private view {
        uint256 form = admission.form;
        if (form == uint256(CallsForm.ONE)) {
            _admitCall(admission, admission.target, 0, calls);
            return;
        }
        bool isList = form != uint256(CallsForm.EXECUTION);
        bytes32 mode = admission.mode;
        if (!isList && mode == Executions.SINGLE) {
            (address target, uint256 value, bytes calldata data) = Executions.single(calls);
            _admitCall(admission, target, value, data);
            return;
        }
        if (!isList && mode != Executions.BATCH) revert UnsupportedExecutionMode(mode);
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
        MethodWord method = PolicyScope.find(admission.scope, target, data);
        // A policy names no target that is forbidden, but for the principal, which it does not know.
        address principal = admission.principal;
        if (method.isEmpty() ? _isForbidden(target, principal) : target == principal) {
            revert TargetForbidden(index, target);
        }
        uint256 route = admission.route;
        if (value != 0 && route >= uint256(Route.forwarded)) revert ValueNotAllowed(index, value, 0);
        PolicyScope.admit(admission.scope, method, index, target, value, data, route == uint256(Route.asked));
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
            uint256 units = admission.gasCost;
            if (units != 0) units = (units - 1) / GAS_UNIT + 1;
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
        uint256 inlineLimit;
        unchecked {
            // Its position, from 0; no limit's if there is none.
            inlineLimit = settings.inlineLimit() - 1;
        }
        uint256 limits = settings.limitCount();
        for (uint256 i = 0; i < limits; ++i) {
            uint256 requested = _wordAt(words, i);
            if (requested == 0) continue;
            if (i != inlineLimit) {
                SpentWord word = _spend(admission, i, requested);
                _setWordAt(words, i, SpentWord.unwrap(word));
                admission.spends = true;
                continue;
            }
            uint256 left;
            unchecked {
                // No more than the cap is ever added.
                left = StoredPolicies.capOf(hot, i) - admission.word.inlineSpend();
            }
            if (requested > left) revert SpendCapExceeded(StoredPolicies.unitOf(hot, i), requested, left);
            inlineSpend = requested;
            _setWordAt(words, i, 0);
        }
    }

    /// @dev Charges the period of the admission's time, which is not before the session's start.
    function _spend(
        Admission memory admission,
        uint256 position,
        uint256 requested
    ) private view returns (SpentWord word) {
        (address unit, uint256 cap, uint256 period, bool fromStart) = StoredPolicies.limit(
            admission.scope.hot,
            position
        );
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
