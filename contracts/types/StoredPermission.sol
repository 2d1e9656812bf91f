// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {MethodKind} from "./MethodKind.sol";
import {StoredSpend} from "./StoredSpend.sol";
import {Trust} from "./Trust.sol";

/// @title StoredPermission
/// @notice A permission as it is stored. Rules are compiled: their texts stand in `PolicyPublished`.
struct StoredPermission {
    address target;
    MethodKind kind;
    /// @dev 0 unless `kind` is `METHOD`.
    bytes4 selector;
    Trust trust;
    /// @dev Wei, inclusive.
    uint128 maxValue;
    bool consumable;
    /// @dev Whether bytes behind the encoding are let through.
    bool suffix;
    StoredSpend[] spends;
    /// @dev The type program, empty for a permission without a detail; see the specification, "Type programs".
    bytes program;
}
