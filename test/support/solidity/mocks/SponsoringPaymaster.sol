// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Paymaster} from "@openzeppelin/contracts/account/paymaster/Paymaster.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @notice OpenZeppelin's paymaster, paying for whatever it is asked to.
contract SponsoringPaymaster is Paymaster {
    IEntryPoint private immutable _ENTRY_POINT;

    constructor(IEntryPoint entryPoint_) payable {
        _ENTRY_POINT = entryPoint_;
        _deposit(msg.value);
    }

    function entryPoint() public view override returns (IEntryPoint) {
        return _ENTRY_POINT;
    }

    function _validatePaymasterUserOp(
        PackedUserOperation calldata,
        bytes32,
        uint256
    ) internal pure override returns (bytes memory, uint256) {
        return ("", 0);
    }
}
