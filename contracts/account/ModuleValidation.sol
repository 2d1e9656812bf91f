// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    IERC7579Module,
    IERC7579Validator,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {Calldata} from "@openzeppelin/contracts/utils/Calldata.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {ISessionValidator} from "../interfaces/ISessionValidator.sol";

/// @title Latchkey built in, and validation by the module that the nonce names
/// @dev No list has Latchkey: whether it is installed is a bit of its own, which it asks itself on every route through the
/// account. So the account lets it pass unasked, and both of its types are installed or none.
///
/// Hands the operation on as it came, where `AccountERC7579` encodes it anew for 1.3k gas: the arguments of
/// `IAccount.validateUserOp(PackedUserOperation,bytes32,uint256)` are those of
/// `IERC7579Validator.validateUserOp(PackedUserOperation,bytes32)` and one more word, which lies between the head and
/// the operation that the head points to, and which no decoder reads. The module so gets the EntryPoint's own hash: an
/// account that overrides `_signableUserOpHash` must not build on this.
abstract contract ModuleValidation is AccountERC7579 {
    address internal immutable _LATCHKEY;

    constructor(address latchkey) {
        _LATCHKEY = latchkey;
    }

    /// @inheritdoc AccountERC7579
    function isModuleInstalled(
        uint256 moduleTypeId,
        address module,
        bytes calldata additionalContext
    ) public view virtual override returns (bool) {
        if (_isLatchkey(moduleTypeId, module)) {
            return _letsLatchkeyPass() && ISessionValidator(module).isInitialized(address(this));
        }
        return super.isModuleInstalled(moduleTypeId, module, additionalContext);
    }

    /// @dev Whether Latchkey, which asks its own bit, may be asked and may act at all.
    function _letsLatchkeyPass() internal view virtual returns (bool) {
        return true;
    }

    /// @dev Whether this is one of Latchkey's two halves.
    function _isLatchkey(uint256 moduleTypeId, address module) internal view returns (bool) {
        return module == _LATCHKEY && (moduleTypeId == MODULE_TYPE_VALIDATOR || moduleTypeId == MODULE_TYPE_EXECUTOR);
    }

    /// @dev Installs a module as validator and as executor, with empty data.
    function _installBoth(address module) internal {
        _installModule(MODULE_TYPE_VALIDATOR, module, "");
        if (module != _LATCHKEY) _installModule(MODULE_TYPE_EXECUTOR, module, "");
    }

    /// @dev Latchkey is installed as both types at once, whichever is named.
    function _installModule(uint256 moduleTypeId, address module, bytes memory initData) internal virtual override {
        if (!_isLatchkey(moduleTypeId, module)) {
            super._installModule(moduleTypeId, module, initData);
            return;
        }
        require(
            !ISessionValidator(module).isInitialized(address(this)),
            ERC7579Utils.ERC7579AlreadyInstalledModule(moduleTypeId, module)
        );
        IERC7579Module(module).onInstall("");
        emit ModuleInstalled(MODULE_TYPE_VALIDATOR, module);
        emit ModuleInstalled(MODULE_TYPE_EXECUTOR, module);
    }

    /// @dev Latchkey is uninstalled as both types at once, whichever is named.
    function _uninstallModule(uint256 moduleTypeId, address module, bytes memory deInitData) internal virtual override {
        if (!_isLatchkey(moduleTypeId, module)) {
            super._uninstallModule(moduleTypeId, module, deInitData);
            return;
        }
        require(
            ISessionValidator(module).isInitialized(address(this)),
            ERC7579Utils.ERC7579UninstalledModule(moduleTypeId, module)
        );
        IERC7579Module(module).onUninstall("");
        emit ModuleUninstalled(MODULE_TYPE_VALIDATOR, module);
        emit ModuleUninstalled(MODULE_TYPE_EXECUTOR, module);
    }

    /// @inheritdoc AccountERC7579
    /// @dev Latchkey acts only where it has just found its bit set.
    function _checkModule(
        uint256 moduleTypeId,
        address module,
        bytes calldata additionalContext
    ) internal view virtual override {
        if (_isLatchkey(moduleTypeId, module) && _letsLatchkeyPass()) return;
        super._checkModule(moduleTypeId, module, additionalContext);
    }

    /// @inheritdoc AccountERC7579
    /// @dev Runs inside `validateUserOp` alone, whose calldata it hands on. An operation whose nonce names no installed
    /// module is the owner's.
    function _validateUserOp(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        bytes calldata signature
    ) internal virtual override returns (uint256 validationData) {
        address module = _extractUserOpValidator(userOp);
        bool isInstalled =
            module == _LATCHKEY
                ? _letsLatchkeyPass()
                : isModuleInstalled(MODULE_TYPE_VALIDATOR, module, Calldata.emptyBytes());
        if (!isInstalled) {
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
