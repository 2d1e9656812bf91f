// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ArgumentList} from "../types/ArgumentList.sol";
import {MethodKind} from "../types/MethodKind.sol";
import {Trust} from "../types/Trust.sol";

// Enums as plain numbers, which need no check that they are in range.

library Lists {
    uint256 internal constant RULE = uint256(ArgumentList.RULE);
    uint256 internal constant RATE_SIDE = uint256(ArgumentList.RATE_SIDE);
    uint256 internal constant SPEND = uint256(ArgumentList.SPEND);
    uint256 internal constant INNER = uint256(ArgumentList.INNER);
    uint256 internal constant OPEN = uint256(ArgumentList.OPEN);
}

library MethodKinds {
    uint256 internal constant NATIVE = uint256(MethodKind.NATIVE);
    uint256 internal constant METHOD = uint256(MethodKind.METHOD);
    uint256 internal constant WILDCARD = uint256(MethodKind.WILDCARD);
}

library Trusts {
    uint256 internal constant COUNTED = uint256(Trust.COUNTED);
    uint256 internal constant TRUSTED = uint256(Trust.TRUSTED);
    uint256 internal constant ASKED = uint256(Trust.ASKED);
    uint256 internal constant OPEN = uint256(Trust.OPEN);
}
