// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The canonical ERC-4337 EntryPoints
/// @notice None of them is ever a target, a key, a principal or a paymaster.
library EntryPoints {
    address internal constant V06 = 0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789;
    address internal constant V07 = 0x0000000071727De22E5E9d8BAf0edAc6f37da032;
    address internal constant V08 = 0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108;
    address internal constant V09 = 0x433709009B8330FDa32311DF1C2AFA402eD8D009;

    function contains(address account) internal pure returns (bool found) {
        address v06 = V06;
        address v07 = V07;
        address v08 = V08;
        address v09 = V09;
        assembly ("memory-safe") {
            // Without branches, because every call of a session is compared with all four. `account` is clean.
            account := and(account, 0xffffffffffffffffffffffffffffffffffffffff)
            found := or(or(eq(account, v06), eq(account, v07)), or(eq(account, v08), eq(account, v09)))
        }
    }
}
