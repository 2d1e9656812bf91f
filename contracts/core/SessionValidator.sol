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
import {SessionSignature} from "../libraries/SessionSignature.sol";
import {UserOperations} from "../libraries/UserOperations.sol";
import {SIGNATURE_SIZE} from "../types/Bounds.sol";
import {Handover} from "./Handover.sol";
import {IFirstUse} from "./IFirstUse.sol";
import {OperationValidation} from "./OperationValidation.sol";
import {Admission} from "./PolicyEngine.sol";

/// @title The ERC-7579 module
/// @notice Route `userOperation`: decodes the operation, asks the policy engine, returns the window.
abstract contract SessionValidator is OperationValidation, Handover, ISessionValidator {
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
    /// can call this for the account. A longer signature brings its grant.
    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external returns (uint256) {
        if (userOp.sender != msg.sender) revert PrincipalMismatch(userOp.sender, msg.sender);
        bytes calldata signature = UserOperations.signatureOf(userOp);
        if (signature.length != SIGNATURE_SIZE) _handOver(_ENTRANCE, IFirstUse.validateFirstUse.selector);
        Admission memory admission = _newAdmission()[0];
        (admission.key, admission.deadline, admission.x, admission.y) = SessionSignature.decode(signature);
        (uint256 start, bool isSigned) = _validate(admission, userOp, userOpHash, signature);
        return _validationData(start, admission.deadline, isSigned);
    }
}
