// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {CallType, ERC7579Utils, Mode} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AbstractSigner} from "@openzeppelin/contracts/utils/cryptography/signers/AbstractSigner.sol";
import {ERC7739} from "@openzeppelin/contracts/utils/cryptography/signers/draft-ERC7739.sol";
import {ILatchkeyAccount} from "../interfaces/ILatchkeyAccount.sol";
import {LeanExecution} from "./LeanExecution.sol";
import {ModuleValidation} from "./ModuleValidation.sol";

/// @title LatchkeyAccount
/// @dev Stands alone, or behind the minimal clones of `LatchkeyAccountFactory`: alone an operation costs least, as a clone
/// the creation does. The owner is in storage in both forms, because it can change.
contract LatchkeyAccount is ILatchkeyAccount, LeanExecution, ERC7739, ERC721Holder, ERC1155Holder {
    bytes32 private constant _ACCEPT_OWNERSHIP_TYPEHASH = keccak256("AcceptOwnership(address owner,address newOwner)");

    /// @dev Of the code of a minimal clone (ERC-1167).
    uint256 private constant _CLONE_SIZE = 45;

    IEntryPoint private immutable _ENTRY_POINT;
    address private _owner;

    /// @param module installed as validator and as executor with empty data; `address(0)` for none
    constructor(
        IEntryPoint entryPoint_,
        address latchkey,
        address owner_,
        address module
    ) EIP712("LatchkeyAccount", "1") ModuleValidation(latchkey) {
        _ENTRY_POINT = entryPoint_;
        _initialize(owner_, module);
    }

    /// @inheritdoc ILatchkeyAccount
    function initialize(address owner_, address module) external {
        require(_owner == address(0), AccountAlreadyInitialized(_owner));
        // A wallet that delegates here by mistake has no owner either, and must not become its first caller's.
        uint256 size = address(this).code.length;
        require(size == _CLONE_SIZE, AccountNotClone(size, _CLONE_SIZE));
        _initialize(owner_, module);
    }

    /// @inheritdoc ILatchkeyAccount
    function transferOwnership(address newOwner, bytes calldata acceptance) external onlyEntryPointOrSelf {
        address previousOwner = _owner;
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_ACCEPT_OWNERSHIP_TYPEHASH, previousOwner, newOwner)));
        require(_isSignedBy(newOwner, digest, acceptance), OwnershipNotAccepted(newOwner));
        _owner = newOwner;
        emit OwnershipTransferred(previousOwner, newOwner);
    }

    /// @inheritdoc ILatchkeyAccount
    function owner() public view returns (address) {
        return _owner;
    }

    /// @inheritdoc ILatchkeyAccount
    function LATCHKEY() external view returns (address) {
        return _LATCHKEY;
    }

    /// @inheritdoc Account
    function entryPoint() public view override returns (IEntryPoint) {
        return _ENTRY_POINT;
    }

    /// @inheritdoc AccountERC7579
    function accountId() public pure override returns (string memory) {
        return "latchkey.LatchkeyAccount.1.0.0";
    }

    /// @inheritdoc AccountERC7579
    /// @dev Nothing is installed at 0, which is what the owner's nonces name: no need to look.
    function isModuleInstalled(
        uint256 moduleTypeId,
        address module,
        bytes calldata additionalContext
    ) public view override returns (bool) {
        return module != address(0) && super.isModuleInstalled(moduleTypeId, module, additionalContext);
    }

    /// @inheritdoc AccountERC7579
    function isValidSignature(
        bytes32 hash,
        bytes calldata signature
    ) public view override(AccountERC7579, ERC7739) returns (bytes4) {
        bytes4 answer = AccountERC7579.isValidSignature(hash, signature);
        return answer == IERC1271.isValidSignature.selector ? answer : ERC7739.isValidSignature(hash, signature);
    }

    /// @dev Guards against a slip, not against an enemy: hostile code can seat an executor and take the account later.
    function _execute(Mode mode, bytes calldata executionCalldata) internal override returns (bytes[] memory results) {
        (CallType callType, , , ) = ERC7579Utils.decodeMode(mode);
        if (callType == ERC7579Utils.CALLTYPE_DELEGATECALL) {
            address owner_ = _owner;
            results = super._execute(mode, executionCalldata);
            require(_owner == owner_, OwnerOverwritten(owner_, _owner));
        } else {
            results = super._execute(mode, executionCalldata);
        }
    }

    function _initialize(address owner_, address module) private {
        require(
            owner_ != address(0) && owner_ != address(this) && owner_ != address(_ENTRY_POINT),
            OwnerNotAllowed(owner_)
        );
        _owner = owner_;
        emit OwnershipTransferred(address(0), owner_);
        if (module != address(0)) _installBoth(module);
    }

    function _rawSignatureValidation(
        bytes32 hash,
        bytes calldata signature
    ) internal view override(AbstractSigner, AccountERC7579) returns (bool) {
        return _isSignedBy(_owner, hash, signature);
    }

    /// @dev False for `address(0)`: a failed recovery is an error, never a signer.
    function _isSignedBy(address signer, bytes32 digest, bytes calldata signature) private pure returns (bool) {
        (address recovered, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signature);
        return err == ECDSA.RecoverError.NoError && recovered == signer;
    }
}
