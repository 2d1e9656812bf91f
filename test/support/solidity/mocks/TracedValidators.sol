// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Validator} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @notice A validator that accepts every operation after doing in validation what its name says.
abstract contract TracedValidator is IERC7579Validator {
    error Unexpected();

    /// @inheritdoc IERC7579Validator
    function validateUserOp(PackedUserOperation calldata, bytes32) external returns (uint256) {
        _misbehave();
        return 0;
    }

    function onInstall(bytes calldata) external virtual {}

    function onUninstall(bytes calldata) external {}

    function isModuleType(uint256) external pure returns (bool) {
        return true;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }

    function _misbehave() internal virtual;
}

/// @notice Touches only what belongs to the account, up to the last slot, calls a precompile and reads its own code.
contract GoodValidator is TracedValidator {
    struct Counters {
        uint256[129] words;
    }

    mapping(address account => Counters) private _counters;
    mapping(address key => mapping(address account => uint256)) private _uses;

    function onInstall(bytes calldata) external override {
        _counters[msg.sender].words[1] += 1;
    }

    function _misbehave() internal override {
        _uses[address(1)][msg.sender] += 1;
        _counters[msg.sender].words[0] += 1;
        _counters[msg.sender].words[128] += _counters[msg.sender].words[127];
        if (ecrecover(bytes32(0), 27, bytes32(0), bytes32(0)) != address(0)) revert Unexpected();
        bytes memory code = address(this).code;
        if (code.length == 0 || address(this).codehash == 0) revert Unexpected();
    }
}

contract ClockValidator is TracedValidator {
    mapping(address account => uint256) private _until;

    function _misbehave() internal override {
        _until[msg.sender] = block.timestamp;
    }
}

contract ForeignSlotValidator is TracedValidator {
    uint256 private _total;

    function _misbehave() internal override {
        _total += 1;
    }
}

/// @notice Reads another account's entry of a mapping.
contract ForeignEntryValidator is TracedValidator {
    mapping(address account => uint256) private _entries;

    function _misbehave() internal view override {
        if (_entries[address(0xBEEF)] != 0) revert Unexpected();
    }
}

/// @notice Has the account on the outside of a nested mapping: what it reads is a hash of the key, not of the account.
contract OutermostValidator is TracedValidator {
    mapping(address account => mapping(address key => uint256)) private _uses;

    function _misbehave() internal override {
        _uses[msg.sender][address(1)] += 1;
    }
}

/// @notice Writes one slot too far behind the account's hash.
contract FarSlotValidator is TracedValidator {
    mapping(address account => uint256[130]) private _words;

    function _misbehave() internal override {
        _words[msg.sender][129] += 1;
    }
}

contract EmptyCodeValidator is TracedValidator {
    function _misbehave() internal view override {
        if (address(0xBEEF).code.length != 0) revert Unexpected();
    }
}

contract EmptyCodeCopyValidator is TracedValidator {
    function _misbehave() internal view override {
        bytes memory code = address(0xBEEF).code;
        if (code.length != 0) revert Unexpected();
    }
}

contract CodelessCallValidator is TracedValidator {
    function _misbehave() internal override {
        (bool success, ) = address(0xBEEF).call("");
        if (!success) revert Unexpected();
    }
}

contract ValueValidator is TracedValidator {
    receive() external payable {}

    function _misbehave() internal override {
        (bool success, ) = address(this).call{value: 1}("");
        if (!success) revert Unexpected();
    }
}

contract GasValidator is TracedValidator {
    mapping(address account => uint256) private _gas;

    function _misbehave() internal override {
        _gas[msg.sender] = gasleft();
    }
}

contract BalanceValidator is TracedValidator {
    function _misbehave() internal view override {
        if (msg.sender.balance == type(uint256).max) revert Unexpected();
    }
}

contract CreateValidator is TracedValidator {
    function _misbehave() internal override {
        new EmptyCodeValidator();
    }
}

contract OutOfGasValidator is TracedValidator {
    function burn() external pure {
        while (true) {}
    }

    function _misbehave() internal view override {
        try this.burn{gas: 5_000}() {} catch {}
    }
}

contract TransientValidator is TracedValidator {
    function _misbehave() internal view override {
        uint256 found;
        assembly ("memory-safe") {
            // Touches no memory.
            found := tload(0)
        }
        if (found != 0) revert Unexpected();
    }
}

/// @notice Asks the EntryPoint, its caller's caller, for a deposit.
contract EntryPointValidator is TracedValidator {
    address private immutable _ENTRY_POINT;

    constructor(address entryPoint) {
        _ENTRY_POINT = entryPoint;
    }

    function _misbehave() internal view override {
        (bool success, ) = _ENTRY_POINT.staticcall(abi.encodeWithSignature("balanceOf(address)", msg.sender));
        if (!success) revert Unexpected();
    }
}

/// @notice Deposits nothing for somebody: the account itself if it is told nobody.
contract DepositingValidator is TracedValidator {
    address private immutable _ENTRY_POINT;
    address private immutable _BENEFICIARY;

    constructor(address entryPoint, address beneficiary) {
        _ENTRY_POINT = entryPoint;
        _BENEFICIARY = beneficiary;
    }

    function _misbehave() internal override {
        address beneficiary = _BENEFICIARY == address(0) ? msg.sender : _BENEFICIARY;
        (bool success, ) = _ENTRY_POINT.call(abi.encodeWithSignature("depositTo(address)", beneficiary));
        if (!success) revert Unexpected();
    }
}
