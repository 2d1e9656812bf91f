// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Admission, PolicyEngine} from "../../../contracts/core/PolicyEngine.sol";
import {PrincipalWord} from "../../../contracts/types/PrincipalWord.sol";
import {Route} from "../../../contracts/types/Route.sol";
import {SessionWord, SessionWords} from "../../../contracts/types/SessionWord.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @dev Both ways in which the engine asks whether a session is good.
contract SessionJudge is PolicyEngine {
    address private constant PRINCIPAL = address(0x1111111111);

    /// @dev By one condition.
    function isSound(
        SessionWord word,
        PrincipalWord principalWord,
        Route route,
        bool isSigned,
        uint256 deadline,
        uint256 time
    ) external pure returns (bool) {
        uint256 end = isSigned ? deadline : word.validUntil();
        return _isSound(word, principalWord, uint256(route), word.validAfter(), time, end);
    }

    /// @dev Condition by condition.
    function require_(
        SessionWord word,
        PrincipalWord principalWord,
        Route route,
        bool isSigned,
        uint256 deadline,
        uint256 time
    ) external {
        _principals[PRINCIPAL] = principalWord;
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.route) = (PRINCIPAL, uint256(route));
        (admission.isSigned, admission.deadline) = (isSigned, deadline);
        _requireSession(admission, word, time);
    }
}

/// @notice One condition says the same as all of them, one after the other.
contract AdmitSessionTest is Test {
    SessionJudge private _judge;

    function setUp() public {
        _judge = new SessionJudge();
    }

    /// @dev Around every edge: each number is one of few, so that they meet.
    function testFuzz_one_condition_is_all_of_them(uint256 seed) public {
        // No session ends at 0: registration refuses it.
        uint256 validUntil = 1 + _pick(seed, 0, 6);
        uint256 span = _pick(seed, 8, 6) % (validUntil + 1);
        uint256 generation = _pick(seed, 16, 3);
        uint256 flags = _pick(seed, 24, 4) == 0 ? SessionWords.REVOKED : 0;
        if (_pick(seed, 32, 4) == 0) flags |= SessionWords.SWEPT;
        SessionWord word = SessionWords.pack(1, validUntil - span, validUntil, generation, 1, 1).with(flags);
        if (_pick(seed, 40, 8) == 0) word = SessionWord.wrap(0);
        uint256 principal = _pick(seed, 48, 4) == 0 ? _pick(seed, 56, 3) : generation;
        // Grant nonces and whether it is installed.
        principal |= (seed >> 192) & ~uint256(2 ** 22 - 1);
        Route route = Route(_pick(seed, 64, 5));
        bool isSigned = route == Route.userOperation || route == Route.relayed;
        if (route == Route.forwarded) isSigned = _pick(seed, 72, 2) == 0;
        uint256 deadline = _pick(seed, 80, 8);
        // The clock of an operation is its deadline.
        uint256 time = route == Route.userOperation ? deadline : _pick(seed, 88, 8);
        bool sound = _judge.isSound(word, PrincipalWord.wrap(principal), route, isSigned, deadline, time);
        bytes memory question = abi.encodeCall(
            _judge.require_,
            (word, PrincipalWord.wrap(principal), route, isSigned, deadline, time)
        );
        (bool success, ) = address(_judge).call(question);
        vm.assertEq(sound, success);
    }

    function _pick(uint256 seed, uint256 shift, uint256 count) private pure returns (uint256) {
        return uint8(seed >> shift) % count;
    }
}
