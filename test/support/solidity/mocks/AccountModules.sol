// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Module, IERC7579Validator} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @notice A validator that accepts every operation and signature.
contract YesValidator is IERC7579Validator {
    event Installed(address account, bytes data);
    event Uninstalled(address account, bytes data);

    function onInstall(bytes calldata data) external virtual {
        emit Installed(msg.sender, data);
    }

    function onUninstall(bytes calldata data) external virtual {
        emit Uninstalled(msg.sender, data);
    }

    function isModuleType(uint256 moduleTypeId) external pure virtual returns (bool) {
        return moduleTypeId <= 3;
    }

    function validateUserOp(PackedUserOperation calldata, bytes32) external pure returns (uint256) {
        return 0;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure virtual returns (bytes4) {
        return 0x1626ba7e;
    }

    /// @dev Reached through an account's fallback: says who asked.
    function whoAsks() external pure returns (address) {
        return address(bytes20(msg.data[msg.data.length - 20:]));
    }
}

/// @notice Is to accounts what Latchkey is: one installed bit for both types.
contract LatchkeyStandIn is YesValidator {
    mapping(address account => bool) public isInitialized;

    function onInstall(bytes calldata data) external override {
        isInitialized[msg.sender] = true;
        emit Installed(msg.sender, data);
    }

    function onUninstall(bytes calldata data) external override {
        isInitialized[msg.sender] = false;
        emit Uninstalled(msg.sender, data);
    }

    function isModuleType(uint256 moduleTypeId) external pure override returns (bool) {
        return moduleTypeId == 1 || moduleTypeId == 2;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure override returns (bytes4) {
        return 0xffffffff;
    }
}

/// @notice Accepts nothing; its ERC-1271 half fails.
contract NoValidator is YesValidator {
    error NeverAsked();

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure override returns (bytes4) {
        revert NeverAsked();
    }
}

/// @notice Will not let itself be uninstalled.
contract StubbornValidator is YesValidator {
    error Stays();

    function onUninstall(bytes calldata) external pure override {
        revert Stays();
    }
}

/// @notice Is a validator, but no executor.
contract ValidatorOnly is YesValidator {
    function isModuleType(uint256 moduleTypeId) external pure override returns (bool) {
        return moduleTypeId == 1;
    }
}

/// @notice Refuses to be installed.
contract UnwillingModule is IERC7579Module {
    error Unwilling(address account);

    function onInstall(bytes calldata) external view {
        revert Unwilling(msg.sender);
    }

    function onUninstall(bytes calldata) external {}

    function isModuleType(uint256) external pure returns (bool) {
        return true;
    }
}

/// @notice Code that an account runs as its own.
contract StorageWriter {
    receive() external payable {}

    function write(bytes32 slot, bytes32 word) external {
        assembly ("memory-safe") {
            // Touches no memory.
            sstore(slot, word)
        }
    }

    function nothing() external {}
}

/// @notice An executor that seats itself under the epoch that a wallet draws in this block.
contract SeatingExecutor {
    bytes32 private immutable _EPOCH_SLOT;
    uint256 private immutable _MODULES_SLOT;

    constructor(uint256 epochSlot, uint256 modulesSlot) {
        (_EPOCH_SLOT, _MODULES_SLOT) = (bytes32(epochSlot), modulesSlot);
    }

    function run(address wallet) external returns (bool success) {
        bytes memory execution = abi.encodePacked(address(this), abi.encodeCall(this.seat, (address(this))));
        bytes32 mode = bytes32(uint256(0xff) << 248);
        (success, ) = wallet.call(abi.encodeWithSignature("executeFromExecutor(bytes32,bytes)", mode, execution));
    }

    /// @dev Runs as the wallet.
    function seat(address module) external {
        bytes32 epochSlot = _EPOCH_SLOT;
        bytes32 epoch;
        assembly ("memory-safe") {
            epoch := sload(epochSlot)
        }
        epoch = keccak256(abi.encode(blockhash(block.number - 1), block.prevrandao, epoch));
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
            bytes32 place = keccak256(abi.encode(epoch, moduleType, bytes32(bytes20(module))));
            bytes32 slot = keccak256(abi.encode(place, _MODULES_SLOT));
            assembly ("memory-safe") {
                sstore(slot, module)
            }
        }
    }
}

/// @notice Keeps what it was asked, and answers what it was told to.
contract KeepingValidator is IERC7579Validator {
    error Refused(bytes32 asked);

    bytes32 public asked;
    uint256 private _answer;
    bool private _refuses;

    function answer(uint256 answer_, bool refuses) external {
        _answer = answer_;
        _refuses = refuses;
    }

    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external returns (uint256) {
        bytes32 hash = keccak256(abi.encode(msg.sender, userOp, userOpHash));
        if (_refuses) revert Refused(hash);
        asked = hash;
        return _answer;
    }

    function onInstall(bytes calldata) external {}

    function onUninstall(bytes calldata) external {}

    function isModuleType(uint256) external pure returns (bool) {
        return true;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }
}
