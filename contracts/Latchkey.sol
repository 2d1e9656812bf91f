// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SessionExecutor} from "./core/SessionExecutor.sol";
import {SessionRegistry} from "./core/SessionRegistry.sol";
import {SessionValidator} from "./core/SessionValidator.sol";
import {IDelegationRedeemer} from "./interfaces/IDelegationRedeemer.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {ISessionState} from "./interfaces/ISessionState.sol";
import {Creations} from "./libraries/Creations.sol";
import {P256Signatures} from "./libraries/P256Signatures.sol";

/// @title Latchkey
/// @notice Session keys: a short-lived key acts for a principal inside a scope that the chain enforces.
/// @dev `ILatchkey` is the whole of it: what the routes need stands here, the rest in the extension and the entrance. No
/// owner, no proxy, no pause, no upgrade: the siblings' addresses are part of this code. The last of seven creations of one
/// deployer, so all of them stand and know each other from its first block on and there is nothing to configure.
contract Latchkey is ISessionState, SessionRegistry, SessionValidator, SessionExecutor {
    /// @inheritdoc ISessionState
    address public immutable P256_VERIFIER;

    /// @notice Creation `creation` of the same deployer has no code: this one came too early, or from elsewhere.
    /// @custom:fix Deploy with `LatchkeyDeployer`, creation by creation.
    error SiblingMissing(uint256 creation, address sibling);
    /// @notice The stand-in for the P-256 precompile refuses a good signature or takes a wrong one.
    /// @custom:fix Latchkey cannot be deployed on this chain.
    error VerifierFailed(address verifier);
    /// @notice The chain has no MCOPY, which the code of the siblings needs.
    /// @custom:fix Latchkey cannot be deployed on this chain: wait for its Cancun fork.
    error InstructionMissing();
    /// @notice Native coin, in wei, is taken by `registerSessionAndFund` alone.
    /// @custom:fix Send no coin, or use `registerSessionAndFund`.
    error CoinNotAccepted(uint256 value);

    constructor() {
        _requireSibling(Creations.FORWARDER, _FORWARDER);
        _requireSibling(Creations.POLICY_ENCODER, Creations.addressOf(msg.sender, Creations.POLICY_ENCODER));
        _requireSibling(Creations.POLICY_STORE, _POLICY_STORE);
        _requireSibling(Creations.EXTENSION, _EXTENSION);
        _requireSibling(Creations.ENTRANCE, _ENTRANCE);
        P256_VERIFIER = _chooseVerifier();
        _requireCopying();
    }

    receive() external payable {
        _passOn();
    }

    fallback() external payable {
        _passOn();
    }

    /// @inheritdoc ISessionState
    function EXTENSION() external view returns (address) {
        return _EXTENSION;
    }

    /// @inheritdoc ISessionState
    function ENTRANCE() external view returns (address) {
        return _ENTRANCE;
    }

    /// @inheritdoc ISessionState
    function POLICY_STORE() external view returns (address) {
        return _POLICY_STORE;
    }

    /// @inheritdoc ISessionState
    function FORWARDER() external view returns (address) {
        return _FORWARDER;
    }

    /// @dev What a sibling does in this contract's place: the entrance takes ERC-7710, the extension everything else.
    function _passOn() private {
        if (msg.value != 0 && msg.sig != ISessionRegistry.registerSessionAndFund.selector) {
            revert CoinNotAccepted(msg.value);
        }
        _handOver(msg.sig == IDelegationRedeemer.redeemDelegations.selector ? _ENTRANCE : _EXTENSION, msg.sig);
    }

    function _p256Verifier() internal view override returns (address) {
        return P256_VERIFIER;
    }

    function _requireSibling(uint256 creation, address sibling) private view {
        if (sibling.code.length == 0) revert SiblingMissing(creation, sibling);
    }

    /// @dev The precompile if the chain has it, else the sibling, which answers the same questions.
    function _chooseVerifier() private view returns (address verifier) {
        verifier = P256Signatures.PRECOMPILE;
        if (P256Signatures.isVerifier(verifier)) return verifier;
        verifier = Creations.addressOf(msg.sender, Creations.P256_VERIFIER);
        if (!P256Signatures.isVerifier(verifier)) revert VerifierFailed(verifier);
    }

    /// @dev Ends here, and so does the deployment, where the instruction is not known.
    function _requireCopying() private pure {
        bool copied;
        assembly ("memory-safe") {
            // In the scratch space.
            mstore(0x00, 1)
            mstore(0x20, 0)
            mcopy(0x20, 0x00, 0x20)
            copied := mload(0x20)
        }
        if (!copied) revert InstructionMissing();
    }
}
