// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Executions} from "../libraries/Executions.sol";
import {SessionHash} from "../libraries/SessionHash.sol";
import {UserOperations} from "../libraries/UserOperations.sol";
import {KeySignatures} from "./KeySignatures.sol";
import {Admission} from "./PolicyEngine.sol";

/// @title How an operation is validated
/// @notice Route `userOperation`, whether a session is there already or comes with the operation.
abstract contract OperationValidation is KeySignatures {
    /// @dev The bare EIP-7702 marker in `initCode`.
    bytes2 private constant _EIP7702_MARKER = 0x7702;
    /// @dev Bytes of paymaster, verification gas and post-operation gas.
    uint256 private constant _PAYMASTER_HEAD = 52;

    /// @dev Asks the policy engine and writes. `admission` holds what the four elements of `signature` say.
    /// @return start unix seconds, inclusive: the window ends with the signed deadline
    /// @return isSigned whether the key has signed it
    function _validate(
        Admission memory admission,
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        bytes calldata signature
    ) internal returns (uint256 start, bool isSigned) {
        (admission.principal, admission.isSigned) = (msg.sender, true);
        _requireInitCode(UserOperations.initCodeOf(userOp));
        (admission.gasCost, admission.paymaster, admission.isSponsored) = _costOf(userOp);
        bytes calldata calls;
        (admission.mode, calls) = Executions.ofOperation(UserOperations.callDataOf(userOp));
        _admit(admission, calls);
        _commit(admission);

        uint48 deadline = uint48(admission.deadline);
        bytes32 structHash = SessionHash.operation(msg.sender, userOpHash, deadline, admission.word.registration());
        return (admission.start, _isSignedByKey(admission, structHash, signature));
    }

    /// @dev What an EntryPoint is told: no aggregator, from `start` to `end`, unix seconds, inclusive.
    function _validationData(uint256 start, uint256 end, bool isSigned) internal pure returns (uint256 data) {
        assembly ("memory-safe") {
            // Bits alone; both times are below 2**48.
            data := or(or(shl(208, start), shl(160, end)), iszero(isSigned))
        }
    }

    /// @dev The most that the operation can cost, in wei, and who is asked to pay.
    function _costOf(
        PackedUserOperation calldata userOp
    ) private pure returns (uint256 cost, address paymaster, bool sponsored) {
        bytes calldata data = UserOperations.paymasterAndDataOf(userOp);
        uint256 limits = uint256(userOp.accountGasLimits);
        uint256 preVerificationGas = userOp.preVerificationGas;
        unchecked {
            // Four summands below 2**128; the fifth is bounded below.
            uint256 units = (limits >> 128) + uint128(limits);
            if (data.length != 0) {
                if (data.length < _PAYMASTER_HEAD) revert PaymasterDataTooShort(data.length, _PAYMASTER_HEAD);
                sponsored = true;
                paymaster = address(bytes20(data[0:20]));
                units += uint128(bytes16(data[20:36]));
                units += uint128(bytes16(data[36:52]));
            }
            // EntryPoints bound every gas field by 2**120; anything above costs "everything".
            uint256 fee = uint128(uint256(userOp.gasFees));
            cost =
                (units | preVerificationGas) >> 120 == 0
                    ? (units + preVerificationGas) * fee
                    : (fee == 0 ? 0 : type(uint256).max);
        }
    }

    /// @dev Empty, or the bare marker of an EIP-7702 wallet: what follows it would run on the account before validation.
    function _requireInitCode(bytes calldata initCode) private pure {
        uint256 length = initCode.length;
        if (length == 0) return;
        if (length == 2 && bytes2(initCode) == _EIP7702_MARKER) return;
        if (length == 20 && bytes20(initCode) == bytes20(_EIP7702_MARKER)) return;
        revert InitCodeNotAllowed(length);
    }
}
