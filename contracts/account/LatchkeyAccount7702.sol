// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579Module, MODULE_TYPE_FALLBACK} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {SignerEIP7702} from "@openzeppelin/contracts/utils/cryptography/signers/SignerEIP7702.sol";
import {ILatchkeyAccount7702} from "../interfaces/ILatchkeyAccount7702.sol";
import {LeanExecution} from "./LeanExecution.sol";
import {ModuleValidation} from "./ModuleValidation.sol";

/// @title LatchkeyAccount7702
/// @dev All storage, inherited or not, starts at the ERC-7201 slot of "latchkey.storage.LatchkeyAccount7702". The module
/// sets of `AccountERC7579` stay empty: `_modules` stands in for them.
contract LatchkeyAccount7702
    is ILatchkeyAccount7702, LeanExecution, SignerEIP7702, ERC721Holder, ERC1155Holder
    layout at 0xff1a88073a8d638bcbec540f1fb536eb2927acc6feff2f8a22da87b24ca5b700
{
    IEntryPoint private immutable _ENTRY_POINT;

    bytes32 private _epoch;
    /// @dev By `_seat`: the module that is installed there.
    mapping(bytes32 seat => address) private _modules;

    constructor(IEntryPoint entryPoint_, address latchkey) ModuleValidation(latchkey) {
        _ENTRY_POINT = entryPoint_;
    }

    /// @inheritdoc ILatchkeyAccount7702
    function initialize(address module) external onlyEntryPointOrSelf {
        // Ends every session and grant, whoever made them, and forgets that Latchkey was installed.
        IERC7579Module(_LATCHKEY).onUninstall("");
        bytes32 epoch_ = keccak256(abi.encode(blockhash(block.number - 1), block.prevrandao, _epoch));
        _epoch = epoch_;
        emit AccountInitialized(epoch_, module);
        if (module != address(0)) _installBoth(module);
    }

    /// @inheritdoc ILatchkeyAccount7702
    function epoch() external view returns (bytes32) {
        return _epoch;
    }

    /// @inheritdoc ILatchkeyAccount7702
    function LATCHKEY() external view returns (address) {
        return _LATCHKEY;
    }

    /// @inheritdoc Account
    function entryPoint() public view override returns (IEntryPoint) {
        return _ENTRY_POINT;
    }

    /// @inheritdoc AccountERC7579
    function accountId() public pure override returns (string memory) {
        return "latchkey.LatchkeyAccount7702.1.0.0";
    }

    /// @inheritdoc AccountERC7579
    function isModuleInstalled(
        uint256 moduleTypeId,
        address module,
        bytes calldata additionalContext
    ) public view override returns (bool) {
        if (module == address(0)) return false;
        if (_isLatchkey(moduleTypeId, module)) {
            return super.isModuleInstalled(moduleTypeId, module, additionalContext);
        }
        if (moduleTypeId == MODULE_TYPE_FALLBACK) {
            return additionalContext.length > 3 && _fallbackHandler(bytes4(additionalContext)) == module;
        }
        return _modules[_seat(_epoch, moduleTypeId, bytes32(bytes20(module)))] == module;
    }

    /// @inheritdoc AccountERC7579
    function isValidSignature(bytes32 hash, bytes calldata signature) public view override returns (bytes4) {
        bytes4 answer = super.isValidSignature(hash, signature);
        return
            answer != IERC1271.isValidSignature.selector && _rawSignatureValidation(hash, signature)
                ? IERC1271.isValidSignature.selector
                : answer;
    }

    function _installModule(uint256 moduleTypeId, address module, bytes memory initData) internal override {
        bytes32 epoch_ = _epoch;
        require(epoch_ != 0, AccountNotInitialized());
        if (_isLatchkey(moduleTypeId, module)) {
            super._installModule(moduleTypeId, module, initData);
            return;
        }
        require(supportsModule(moduleTypeId), ERC7579Utils.ERC7579UnsupportedModuleType(moduleTypeId));
        require(
            IERC7579Module(module).isModuleType(moduleTypeId),
            ERC7579Utils.ERC7579MismatchedModuleTypeId(moduleTypeId, module)
        );
        bytes32 place = bytes32(bytes20(module));
        if (moduleTypeId == MODULE_TYPE_FALLBACK) (place, initData) = _decodeFallbackData(initData);
        bytes32 seat = _seat(epoch_, moduleTypeId, place);
        require(_modules[seat] == address(0), ERC7579Utils.ERC7579AlreadyInstalledModule(moduleTypeId, module));
        _modules[seat] = module;
        IERC7579Module(module).onInstall(initData);
        emit ModuleInstalled(moduleTypeId, module);
    }

    function _uninstallModule(uint256 moduleTypeId, address module, bytes memory deInitData) internal override {
        if (_isLatchkey(moduleTypeId, module)) {
            super._uninstallModule(moduleTypeId, module, deInitData);
            return;
        }
        require(supportsModule(moduleTypeId), ERC7579Utils.ERC7579UnsupportedModuleType(moduleTypeId));
        bytes32 place = bytes32(bytes20(module));
        if (moduleTypeId == MODULE_TYPE_FALLBACK) (place, deInitData) = _decodeFallbackData(deInitData);
        bytes32 seat = _seat(_epoch, moduleTypeId, place);
        require(
            module != address(0) && _modules[seat] == module,
            ERC7579Utils.ERC7579UninstalledModule(moduleTypeId, module)
        );
        delete _modules[seat];
        IERC7579Module(module).onUninstall(deInitData);
        emit ModuleUninstalled(moduleTypeId, module);
    }

    /// @dev Before the first `initialize` any session is one that another delegate made.
    function _letsLatchkeyPass() internal view override returns (bool) {
        return _epoch != 0;
    }

    function _fallbackHandler(bytes4 selector) internal view override returns (address) {
        return _modules[_seat(_epoch, MODULE_TYPE_FALLBACK, selector)];
    }

    function _rawSignatureValidation(
        bytes32 hash,
        bytes calldata signature
    ) internal view override(AccountERC7579, SignerEIP7702) returns (bool) {
        return SignerEIP7702._rawSignatureValidation(hash, signature);
    }

    /// @param place the module, left-aligned; for a fallback handler the selector
    function _seat(bytes32 epoch_, uint256 moduleTypeId, bytes32 place) private pure returns (bytes32) {
        return keccak256(abi.encode(epoch_, moduleTypeId, place));
    }
}
