// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579Validator, MODULE_TYPE_VALIDATOR} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {Calldata} from "@openzeppelin/contracts/utils/Calldata.sol";

/// @title Validation by the module that the nonce names
/// @dev Hands the operation on as it came, where `AccountERC7579` encodes it anew for 1.3k gas: the arguments of
/// `IAccount.validateUserOp(PackedUserOperation,bytes32,uint256)` are those of
/// `IERC7579Validator.validateUserOp(PackedUserOperation,bytes32)` and one more word, which lies between the head and
/// the operation that the head points to, and which no decoder reads. The module so gets the EntryPoint's own hash: an
/// account that overrides `_signableUserOpHash` must not build on this.
abstract contract ModuleValidation is AccountERC7579 {
    /// @inheritdoc AccountERC7579
    /// @dev Runs inside `validateUserOp` alone, whose calldata it hands on. An operation whose nonce names no installed
    /// module is the owner's.
    function _validateUserOp(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        bytes calldata signature
    ) internal virtual override returns (uint256 validationData) {
        address module = _extractUserOpValidator(userOp);
        if (!isModuleInstalled(MODULE_TYPE_VALIDATOR, module, Calldata.emptyBytes())) {
            return Account._validateUserOp(userOp, userOpHash, signature);
        }
        uint256 selector = uint32(IERC7579Validator.validateUserOp.selector);
        assembly ("memory-safe") {
            // Behind the free memory pointer, and of no use afterwards: the four bytes of the selector end at byte 32.
            let data := mload(0x40)
            mstore(data, selector)
            calldatacopy(add(data, 0x20), 4, sub(calldatasize(), 4))
            // The answer goes to the scratch space.
            let success := call(gas(), module, 0, add(data, 0x1c), calldatasize(), 0x00, 0x20)
            if iszero(success) {
                returndatacopy(data, 0x00, returndatasize())
                revert(data, returndatasize())
            }
            // A module without code answers nothing.
            if lt(returndatasize(), 0x20) {
                revert(0x00, 0x00)
            }
            validationData := mload(0x00)
        }
    }
}
