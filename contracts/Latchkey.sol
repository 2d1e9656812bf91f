// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SessionExecutor} from "./core/SessionExecutor.sol";
import {SessionRegistry} from "./core/SessionRegistry.sol";
import {SessionValidator} from "./core/SessionValidator.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {ISessionState} from "./interfaces/ISessionState.sol";
import {P256Signatures} from "./libraries/P256Signatures.sol";
import {P256Verifier} from "./periphery/P256Verifier.sol";
import {SessionForwarder} from "./periphery/SessionForwarder.sol";
import {PolicyStore} from "./policy/PolicyStore.sol";

/// @title Latchkey
/// @notice Session keys: a short-lived key acts for a principal inside a scope that the chain enforces.
/// @dev `ILatchkey` is the whole of it: what the routes need stands here, the rest in the extension. No owner, no proxy, no
/// pause, no upgrade: the extension's address is part of this code. It creates its forwarder and its policy store itself,
/// so that the three know each other from the first block on and there is nothing to configure.
contract Latchkey is ISessionState, SessionRegistry, SessionValidator, SessionExecutor {
    /// @inheritdoc ISessionState
    address public immutable EXTENSION;
    /// @inheritdoc ISessionState
    address public immutable POLICY_STORE;
    /// @inheritdoc ISessionState
    address public immutable FORWARDER;
    /// @inheritdoc ISessionState
    address public immutable P256_VERIFIER;

    // The EIP-712 domain as it was in the constructor.
    address private immutable _CACHED_THIS;
    uint256 private immutable _CACHED_CHAIN_ID;
    bytes32 private immutable _CACHED_DOMAIN_SEPARATOR;

    /// @dev A child is not where it was expected. Cannot happen on a chain that numbers creations as Ethereum does.
    error ChildMisplaced(address actual, address expected);
    /// @notice The extension is not on this chain. Anyone can bring it: deploy/README.md.
    error ExtensionMissing(address extension);
    /// @notice Native coin, in wei, is taken by `registerSessionAndFund` alone.
    error CoinNotAccepted(uint256 value);

    /// @param extension where a `LatchkeyExtension` stands or will stand
    constructor(address extension) {
        EXTENSION = extension;
        FORWARDER = _childOf(address(this), FORWARDER_NONCE);
        POLICY_STORE = _childOf(address(this), POLICY_STORE_NONCE);
        P256_VERIFIER =
            P256Signatures.isNative() ? P256Signatures.PRECOMPILE : _childOf(address(this), P256_VERIFIER_NONCE);
        _CACHED_THIS = address(this);
        _CACHED_CHAIN_ID = block.chainid;
        _CACHED_DOMAIN_SEPARATOR = super._domainSeparator();

        _requirePlaced(address(new SessionForwarder()), FORWARDER);
        _requirePlaced(address(new PolicyStore(FORWARDER)), POLICY_STORE);
        if (P256_VERIFIER != P256Signatures.PRECOMPILE) _requirePlaced(address(new P256Verifier()), P256_VERIFIER);
    }

    receive() external payable {
        _handOver();
    }

    fallback() external payable {
        _handOver();
    }

    /// @dev Answers as the extension does, run in this contract's place.
    function _handOver() private {
        if (msg.value != 0 && msg.sig != ISessionRegistry.registerSessionAndFund.selector) {
            revert CoinNotAccepted(msg.value);
        }
        address extension = EXTENSION;
        // Where there is no code every call succeeds and does nothing.
        if (extension.code.length == 0) revert ExtensionMissing(extension);
        assembly ("memory-safe") {
            // Writes only behind the free memory pointer and never gives control back to Solidity.
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let success := delegatecall(gas(), extension, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(success) {
                revert(free, returndatasize())
            }
            return(free, returndatasize())
        }
    }

    function _extension() internal view override returns (address) {
        return EXTENSION;
    }

    function _forwarder() internal view override returns (address) {
        return FORWARDER;
    }

    function _policyStore() internal view override returns (address) {
        return POLICY_STORE;
    }

    function _p256Verifier() internal view override returns (address) {
        return P256_VERIFIER;
    }

    /// @dev Built anew should the chain change its id.
    function _domainSeparator() internal view override returns (bytes32) {
        if (address(this) == _CACHED_THIS && block.chainid == _CACHED_CHAIN_ID) return _CACHED_DOMAIN_SEPARATOR;
        return super._domainSeparator();
    }

    function _requirePlaced(address child, address expected) private pure {
        if (child != expected) revert ChildMisplaced(child, expected);
    }
}
