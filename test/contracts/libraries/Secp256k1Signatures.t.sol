// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Secp256k1Signatures} from "../../../contracts/libraries/Secp256k1Signatures.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Answers what OpenZeppelin's ECDSA answers.
contract Secp256k1SignaturesTest is Test {
    uint256 private constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function testFuzz_the_signers_own(uint256 privateKey, bytes32 digest) public view {
        privateKey = bound(privateKey, 1, N - 1);
        (bytes32 r, bytes32 vs) = _sign(privateKey, digest);
        vm.assertTrue(Secp256k1Signatures.isValid(vm.addr(privateKey), digest, r, vs));
    }

    function testFuzz_like_ECDSA(
        uint256 privateKey,
        bytes32 digest,
        uint256 bit,
        uint8 kind,
        bytes32 other
    ) public view {
        privateKey = bound(privateKey, 1, N - 1);
        (bytes32 r, bytes32 vs) = _sign(privateKey, digest);
        bytes32 flipped = bytes32(1 << (bit % 256));
        if (kind % 4 == 1) r ^= flipped;
        if (kind % 4 == 2) vs ^= flipped;
        if (kind % 4 == 3) (r, vs) = (kind & 8 == 0 ? bytes32(0) : other, kind & 16 == 0 ? bytes32(0) : other);
        _requireAlike(vm.addr(privateKey), digest, r, vs);
        (address recovered, , ) = ECDSA.tryRecover(digest, r, vs);
        if (recovered != address(0)) _requireAlike(recovered, digest, r, vs);
    }

    /// @dev Half the order is the highest s that has room in the form and is taken.
    function test_the_edge_of_a_low_s() public view {
        uint256 half = N / 2;
        for (uint256 s = half - 1; s < half + 3; ++s) {
            (address recovered, , ) = ECDSA.tryRecover(keccak256("digest"), 27, bytes32(uint256(1)), bytes32(s));
            bool valid = Secp256k1Signatures.isValid(
                recovered == address(0) ? address(1) : recovered,
                keccak256("digest"),
                bytes32(uint256(1)),
                bytes32(s)
            );
            vm.assertEq(valid, s <= half && recovered != address(0));
        }
    }

    function _sign(uint256 privateKey, bytes32 digest) private pure returns (bytes32 r, bytes32 vs) {
        uint8 v;
        (v, r, vs) = vm.sign(privateKey, digest);
        vs = bytes32(uint256(vs) | (uint256(v - 27) << 255));
    }

    function _requireAlike(address signer, bytes32 digest, bytes32 r, bytes32 vs) private view {
        (address recovered, ECDSA.RecoverError error, ) = ECDSA.tryRecover(digest, r, vs);
        bool expected = error == ECDSA.RecoverError.NoError && recovered == signer;
        vm.assertEq(Secp256k1Signatures.isValid(signer, digest, r, vs), expected);
    }
}
