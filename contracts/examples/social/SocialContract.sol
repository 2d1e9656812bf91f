// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

/// @title SocialContract
/// @notice What the contracts of the social network share: they are called by a wallet itself, or by its session key
/// through the forwarder that they trust. Either way `_msgSender()` is the wallet.
/// @dev The forwarder enforces what the wallet signed before it calls. A function that no policy names is closed to
/// session keys; `walletOnly` closes it to them whatever a policy names.
abstract contract SocialContract is Ownable, ERC2771Context {
    /// @notice This stays with the wallet.
    error WalletOnly();

    /// @param forwarder the ERC-2771 forwarder to trust; `address(0)` trusts none, and wallets call for themselves
    constructor(address forwarder, address owner) Ownable(owner) ERC2771Context(forwarder) {}

    modifier walletOnly() {
        if (isTrustedForwarder(msg.sender)) revert WalletOnly();
        _;
    }

    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
