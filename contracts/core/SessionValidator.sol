// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {
    IERC7579Module,
    IERC7579Validator,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionValidator} from "../interfaces/ISessionValidator.sol";
import {Executions} from "../libraries/Executions.sol";
import {SessionHash} from "../libraries/SessionHash.sol";
import {SessionSignature} from "../libraries/SessionSignature.sol";
import {UserOperations} from "../libraries/UserOperations.sol";
import {KeySignatures} from "./KeySignatures.sol";
import {Admission} from "./PolicyEngine.sol";

/// @title The ERC-7579 module
/// @notice Route `userOperation`: decodes the operation, asks the policy engine, returns the window.
abstract contract SessionValidator is KeySignatures, ISessionValidator {
    /// @dev The bare EIP-7702 marker in `initCode`.
    bytes2 private constant _EIP7702_MARKER = 0x7702;
    /// @dev Bytes of paymaster, verification gas and post-operation gas.
    uint256 private constant _PAYMASTER_HEAD = 52;

    /// @inheritdoc IERC7579Module
    function onInstall(bytes calldata) external {
        _principals[msg.sender] = _principals[msg.sender].installed();
    }

    /// @inheritdoc IERC7579Module
    function onUninstall(bytes calldata) external {
        _revokeAll(msg.sender, _principals[msg.sender].uninstalled());
    }

    /// @inheritdoc IERC7579Module
    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_VALIDATOR || moduleTypeId == MODULE_TYPE_EXECUTOR;
    }

    /// @inheritdoc ISessionValidator
    function isInitialized(address account) external view returns (bool) {
        return _principals[account].isInstalled();
    }

    /// @inheritdoc IERC7579Validator
    /// @dev A session key signs for no account outside an operation: accounts rest their enable paths on this answer.
    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }

    /// @inheritdoc IERC7579Validator
    /// @dev May not read the clock: the signed deadline selects the periods, and the window goes to the EntryPoint. What
    /// it writes in front of a wrong signature is undone by the EntryPoint, which reverts; nobody but the account itself
    /// can call this for the account.
    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external returns (uint256) {
        if (userOp.sender != msg.sender) revert PrincipalMismatch(userOp.sender, msg.sender);
        bytes calldata signature = UserOperations.signatureOf(userOp);
        Admission memory admission = _newAdmission()[0];
        uint48 deadline;
        (admission.key, deadline, admission.x, admission.y) = SessionSignature.decode(signature);
        (admission.principal, admission.isSigned, admission.deadline) = (msg.sender, true, deadline);
        _requireInitCode(UserOperations.initCodeOf(userOp));
        (admission.gasCost, admission.paymaster, admission.isSponsored) = _costOf(userOp);
        bytes calldata calls;
        (admission.mode, calls) = Executions.ofOperation(UserOperations.callDataOf(userOp));
        _admit(admission, calls);
        _commit(admission);

        bytes32 structHash = SessionHash.operation(msg.sender, userOpHash, deadline, admission.word.registration());
        uint256 failed = _isSignedByKey(admission, structHash, signature) ? 0 : 1;
        return (admission.start << 208) | (uint256(deadline) << 160) | failed;
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
