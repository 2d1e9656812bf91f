// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ILatchkeyAccountFactory} from "../interfaces/ILatchkeyAccountFactory.sol";
import {LatchkeyAccount} from "./LatchkeyAccount.sol";

/// @title LatchkeyAccountFactory
contract LatchkeyAccountFactory is ILatchkeyAccountFactory {
    /// @inheritdoc ILatchkeyAccountFactory
    address public immutable ENTRY_POINT;
    /// @inheritdoc ILatchkeyAccountFactory
    address public immutable IMPLEMENTATION;

    /// @inheritdoc ILatchkeyAccountFactory
    address public immutable LATCHKEY;

    /// @dev The implementation is owned by this contract, which has no key and calls nothing on it: nobody uses it.
    constructor(IEntryPoint entryPoint, address latchkey) {
        require(address(entryPoint).code.length != 0, EntryPointWithoutCode(address(entryPoint)));
        require(latchkey.code.length != 0, LatchkeyWithoutCode(latchkey));
        ENTRY_POINT = address(entryPoint);
        LATCHKEY = latchkey;
        IMPLEMENTATION = address(new LatchkeyAccount(entryPoint, latchkey, address(this), address(0)));
    }

    /// @inheritdoc ILatchkeyAccountFactory
    function createAccount(address owner, address module, bytes32 salt) external returns (address account) {
        account = accountAddress(owner, module, salt);
        if (account.code.length == 0) {
            Clones.cloneDeterministic(IMPLEMENTATION, _cloneSalt(owner, module, salt));
            emit AccountCreated(account, owner, module, salt);
            LatchkeyAccount(payable(account)).initialize(owner, module);
        }
    }

    /// @inheritdoc ILatchkeyAccountFactory
    function accountAddress(address owner, address module, bytes32 salt) public view returns (address account) {
        return Clones.predictDeterministicAddress(IMPLEMENTATION, _cloneSalt(owner, module, salt));
    }

    function _cloneSalt(address owner, address module, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(owner, module, salt));
    }
}
