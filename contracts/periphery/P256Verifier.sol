// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title P-256 for chains that do not verify it themselves
/// @notice Answers as the precompile at 0x100 does: 160 bytes `hash | r | s | x | y` in, the word 1 out if the signature
/// is valid, nothing if not. Stateless and powerless; it stands on every chain, and Latchkey uses it where the precompile
/// fails its questions.
contract P256Verifier {
    fallback(bytes calldata input) external returns (bytes memory output) {
        if (input.length != 160) return output;
        (bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) = abi.decode(
            input,
            (bytes32, bytes32, bytes32, bytes32, bytes32)
        );
        if (P256.verifySolidity(hash, r, s, x, y)) output = abi.encode(1);
    }
}
