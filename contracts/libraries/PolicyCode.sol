// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Where a stored policy keeps what
/// @notice A policy is the code of a contract that does nothing. All integers are big-endian.
/// @dev
///
///      0          STOP
///      1 ..  32   policyId
///     33 ..  64   app
///     65 ..  96   SettingsWord
///     97 .. 128   paymaster, right-aligned
///    129 ..       limits, two words each: `token (160) | period (32) | 0 (64)`, then `cap`
///        ..       permissions, one PermissionWord each, strictly ascending by key
///        ..       details of the permissions that have one, see PermissionWord
///
/// What validation reads of every policy runs from the settings word to the last permission word (the "hot" part) and
/// is copied at once; a detail is copied when its permission is used.
library PolicyCode {
    uint256 internal constant ID_OFFSET = 1;
    uint256 internal constant APP_OFFSET = 33;
    /// @dev Byte at which the hot part starts; detail offsets count 32-byte words from here.
    uint256 internal constant HOT_OFFSET = 65;

    // Positions in the hot part, in bytes.
    uint256 internal constant SETTINGS = 0;
    uint256 internal constant PAYMASTER = 32;
    uint256 internal constant LIMITS = 64;
    uint256 internal constant LIMIT_SIZE = 64;

    /// @dev Init code of the proxy that every policy is created through, whose address follows from its salt (the
    /// policyId) alone. The proxy runs its calldata as init code; a policy is its first and only child.
    bytes internal constant PROXY_INIT_CODE = hex"67363d3d37363d34f03d5260086018f3";
    bytes32 internal constant PROXY_INIT_CODE_HASH = keccak256(PROXY_INIT_CODE);

    /// @dev The address of the policy's code, published or not.
    function pointerOf(address store, bytes32 policyId) internal pure returns (address pointer) {
        bytes32 proxyInitCodeHash = PROXY_INIT_CODE_HASH;
        assembly ("memory-safe") {
            // keccak256(0xff ++ store ++ policyId ++ keccak256(proxy init code)), then
            // keccak256(rlp([proxy, 1])): both in the scratch space and the free memory behind it, which is not kept.
            let free := mload(0x40)
            mstore(free, or(shl(248, 0xff), shl(88, store)))
            mstore(add(free, 21), policyId)
            mstore(add(free, 53), proxyInitCodeHash)
            let proxy := and(keccak256(free, 85), 0xffffffffffffffffffffffffffffffffffffffff)
            mstore(free, or(shl(240, 0xd694), or(shl(80, proxy), shl(72, 0x01))))
            pointer := and(keccak256(free, 23), 0xffffffffffffffffffffffffffffffffffffffff)
        }
    }

    /// @dev Bytes of the hot part.
    function hotSize(uint256 limitCount, uint256 permissionCount) internal pure returns (uint256) {
        unchecked {
            // Both counts are at most 16 bits wide.
            return LIMITS + limitCount * LIMIT_SIZE + permissionCount * 32;
        }
    }
}
