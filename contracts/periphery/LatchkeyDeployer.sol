// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ILatchkeyDeployer} from "../interfaces/ILatchkeyDeployer.sol";
import {Creations} from "../libraries/Creations.sol";

/// @title LatchkeyDeployer
/// @dev Creates nothing but the seven, so the nonce of a creation is its number. The hashes are in its init code: whoever
/// deploys it from another factory or with other hashes has another deployer, at another address.
contract LatchkeyDeployer is ILatchkeyDeployer {
    uint256 private constant _COUNT = 7;

    bytes32 private immutable _HASH_1;
    bytes32 private immutable _HASH_2;
    bytes32 private immutable _HASH_3;
    bytes32 private immutable _HASH_4;
    bytes32 private immutable _HASH_5;
    bytes32 private immutable _HASH_6;
    bytes32 private immutable _HASH_7;

    /// @inheritdoc ILatchkeyDeployer
    uint256 public creations;

    /// @param hashes keccak256 of the seven init codes, in their order
    constructor(bytes32[7] memory hashes) {
        _HASH_1 = hashes[0];
        _HASH_2 = hashes[1];
        _HASH_3 = hashes[2];
        _HASH_4 = hashes[3];
        _HASH_5 = hashes[4];
        _HASH_6 = hashes[5];
        _HASH_7 = hashes[6];
    }

    /// @inheritdoc ILatchkeyDeployer
    function create(bytes calldata initCode) external returns (address sibling) {
        uint256 creation = creations;
        if (creation == _COUNT) revert CreationsComplete(_COUNT);
        creations = ++creation;
        (bytes32 actual, bytes32 expected) = (keccak256(initCode), _hashOf(creation));
        if (actual != expected) revert InitCodeUnexpected(actual, expected);
        assembly ("memory-safe") {
            // Behind the free memory pointer, and of no use afterwards.
            let free := mload(0x40)
            calldatacopy(free, initCode.offset, initCode.length)
            sibling := create(0, free, initCode.length)
        }
        // A failed creation keeps its nonce, unless all is undone.
        if (sibling == address(0)) revert CreationFailed(creation);
    }

    /// @inheritdoc ILatchkeyDeployer
    function siblingAt(uint256 creation) external view returns (address sibling) {
        return Creations.addressOf(address(this), creation);
    }

    function _hashOf(uint256 creation) private view returns (bytes32) {
        if (creation == Creations.FORWARDER) return _HASH_1;
        if (creation == Creations.P256_VERIFIER) return _HASH_2;
        if (creation == Creations.POLICY_ENCODER) return _HASH_3;
        if (creation == Creations.POLICY_STORE) return _HASH_4;
        if (creation == Creations.EXTENSION) return _HASH_5;
        if (creation == Creations.ENTRANCE) return _HASH_6;
        return _HASH_7;
    }
}
