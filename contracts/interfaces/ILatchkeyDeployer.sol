// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title The deployer of Latchkey and its siblings
/// @notice Its code holds the init code hashes of seven creations in their order. Anyone hands it the next init code;
/// it creates that and nothing else, so every address follows from the deployer's.
interface ILatchkeyDeployer {
    /// @notice All siblings stand.
    /// @param count creations
    /// @custom:fix Nothing is left to do.
    error CreationsComplete(uint256 count);

    /// @notice The init code is not the next one.
    /// @param actual keccak256 of what was sent
    /// @param expected keccak256 of the next
    /// @custom:fix Send the creations in their order; read `creations()` first, somebody may have been faster.
    error InitCodeUnexpected(bytes32 actual, bytes32 expected);

    /// @notice The creation ran out of gas, or its constructor refused this chain.
    /// @param creation its number, from 1
    /// @custom:fix Read why the constructor refuses, or send more gas.
    error CreationFailed(uint256 creation);

    /// @notice Creates the next sibling.
    /// @param initCode of the next creation
    /// @return sibling its address
    function create(bytes calldata initCode) external returns (address sibling);

    /// @notice How many siblings stand.
    /// @return count 0 to 7
    function creations() external view returns (uint256 count);

    /// @notice Where a sibling stands or will stand.
    /// @param creation 1 `SessionForwarder`, 2 `P256Verifier`, 3 `PolicyEncoder`, 4 `PolicyStore`, 5
    /// `LatchkeyExtension`, 6 `LatchkeyEntrance`, 7 `Latchkey`
    /// @return sibling its address
    function siblingAt(uint256 creation) external view returns (address sibling);
}
