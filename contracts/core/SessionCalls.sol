// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionExecutor} from "../interfaces/ISessionExecutor.sol";
import {SessionHash} from "../libraries/SessionHash.sol";
import {SessionSignature} from "../libraries/SessionSignature.sol";
import {Route} from "../types/Route.sol";
import {KeySignatures} from "./KeySignatures.sol";
import {Admission, CallsForm} from "./PolicyEngine.sol";

/// @title How a key acts without an EntryPoint
/// @notice Routes `direct`, `relayed` and `forwarded`, whether a session is there already or comes with the call. Calls
/// nothing but the principal's own `executeFromExecutor`, after everything is written.
/// @dev `signature` is the four elements and nothing behind them.
abstract contract SessionCalls is KeySignatures {
    /// @dev Upper bound on the gas spent between reading `gasleft()` and the account's first instruction: 2,600 of it for
    /// the code of an EIP-7702 wallet's delegate, which is cold.
    uint256 private constant _CALL_OVERHEAD = 3_600;
    /// @dev Length of an empty `bytes[]`: no account that acted answers with less.
    uint256 private constant _MIN_ANSWER = 64;

    /// @dev The caller is the key.
    function _executeAsKey(address principal, bytes32 mode, bytes calldata executionCalldata) internal {
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.key, admission.route) = (principal, msg.sender, uint256(Route.direct));
        admission.mode = mode;
        _requirePlainKey(msg.sender);
        _requireCode(principal);
        _admit(admission, executionCalldata);
        _use(admission);
        _execute(principal, mode, executionCalldata, 0);
    }

    /// @dev The key has signed `SessionExecution`.
    function _executeSigned(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) internal {
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.route) = (principal, uint256(Route.relayed));
        admission.mode = mode;
        uint48 deadline = _admitSigned(admission, executionCalldata, signature);
        bytes32 structHash = SessionHash.execution(
            principal,
            mode,
            executionCalldata,
            nonce,
            minGas,
            deadline,
            admission.word.registration()
        );
        _useSigned(admission, structHash, nonce, signature);
        _execute(principal, mode, executionCalldata, minGas);
    }

    /// @dev The key has signed `SessionForward`.
    function _consumeSigned(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) internal {
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.route) = (principal, uint256(Route.forwarded));
        (admission.form, admission.target) = (uint256(CallsForm.ONE), target);
        uint48 deadline = _admitSigned(admission, data, signature);
        bytes32 structHash = SessionHash.forward(
            principal,
            target,
            data,
            nonce,
            minGas,
            deadline,
            admission.word.registration()
        );
        _useSigned(admission, structHash, nonce, signature);
    }

    /// @dev `_admit` where the signature names key and deadline.
    function _admitSigned(
        Admission memory admission,
        bytes calldata calls,
        bytes calldata signature
    ) internal view returns (uint48 deadline) {
        admission.isSigned = true;
        if (admission.route == uint256(Route.relayed)) _requireCode(admission.principal);
        (admission.key, deadline, admission.x, admission.y) = SessionSignature.decode(signature);
        admission.deadline = deadline;
        _admit(admission, calls);
    }

    /// @dev `_use` if the key has signed this, once per nonce.
    function _useSigned(
        Admission memory admission,
        bytes32 structHash,
        uint256 nonce,
        bytes calldata signature
    ) internal {
        (address principal, address key) = (admission.principal, admission.key);
        if (!_isSignedByKey(admission, structHash, signature)) revert InvalidSessionSignature(key);
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _nonces[key][principal][nonce >> 8];
        if (word & bit != 0) revert NonceAlreadyUsed(principal, key, nonce);
        _nonces[key][principal][nonce >> 8] = word | bit;
        _use(admission);
    }

    function _use(Admission memory admission) internal {
        _commit(admission);
        emit ISessionExecutor.SessionUsed(admission.principal, admission.key);
    }

    /// @dev Passes the calls on, byte for byte what was checked. What the account returns is not copied.
    function _execute(address principal, bytes32 mode, bytes calldata execution, uint256 minGas) internal {
        bytes memory data = abi.encodeCall(IERC7579Execution.executeFromExecutor, (mode, execution));
        if (minGas != 0) {
            uint256 available = gasleft();
            // All but one 64th can be passed on.
            available -= available / 64;
            if (available < _CALL_OVERHEAD || available - _CALL_OVERHEAD < minGas) {
                revert GasBelowMinimum(available, minGas);
            }
        }
        uint256 answer;
        assembly ("memory-safe") {
            // Nothing returned is read; revert data is passed on from behind the free memory pointer.
            if iszero(call(gas(), principal, 0, add(data, 0x20), mload(data), 0, 0)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            answer := returndatasize()
        }
        if (answer < _MIN_ANSWER) revert PrincipalAnsweredNothing(principal, answer);
    }
}
