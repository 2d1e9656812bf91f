// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {MethodKind} from "./MethodKind.sol";
import {StoredSpend} from "./StoredSpend.sol";
import {Trust} from "./Trust.sol";

/// @title StoredPermission
/// @notice A permission as it is stored. Rules are compiled: their texts stand in `PolicyPublished`.
struct StoredPermission {
    /// @dev A contract of at least 2**16, or `ANY_TARGET`.
    address target;
    /// @dev A native transfer, one method, or every other method of the target.
    MethodKind kind;
    /// @dev 0 unless `kind` is `METHOD`.
    bytes4 selector;
    /// @dev As publication found it.
    Trust trust;
    /// @dev Wei, inclusive.
    uint128 maxValue;
    /// @dev Whether the target may consume the session for this method (route `asked`).
    bool consumable;
    /// @dev Whether bytes behind the encoding are let through.
    bool suffix;
    /// @dev What it draws, the token table's own first.
    StoredSpend[] spends;
    /// @dev The type program, empty for a permission without a detail; see the specification, "Type programs".
    bytes program;
}
