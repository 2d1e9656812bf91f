// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Inner} from "../../../contracts/types/Inner.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Rule} from "../../../contracts/types/Rule.sol";
import {Spend} from "../../../contracts/types/Spend.sol";

/// @notice Policies that are short to write. What is handed in is changed and handed back; lists keep the order in
/// which they were written.
abstract contract PolicyBuilder {
    // --- permissions -----------------------------------------------------------------------------------------------

    function permission(address target, string memory method) internal pure returns (Permission memory made) {
        made.target = target;
        made.method = method;
    }

    function consumable(address target, string memory method) internal pure returns (Permission memory made) {
        made = permission(target, method);
        made.consumable = true;
    }

    function withValue(Permission memory made, uint128 maxValue) internal pure returns (Permission memory) {
        made.maxValue = maxValue;
        return made;
    }

    function withOpen(Permission memory made, string memory path) internal pure returns (Permission memory) {
        string[] memory open = new string[](made.open.length + 1);
        for (uint256 i = 0; i < made.open.length; ++i) open[i] = made.open[i];
        open[made.open.length] = path;
        made.open = open;
        return made;
    }

    function withInner(
        Permission memory made,
        string memory argument,
        string memory types
    ) internal pure returns (Permission memory) {
        Inner[] memory inner = new Inner[](made.inner.length + 1);
        for (uint256 i = 0; i < made.inner.length; ++i) inner[i] = made.inner[i];
        inner[made.inner.length] = Inner(argument, types);
        made.inner = inner;
        return made;
    }

    function withSpend(Permission memory made, Spend memory spend) internal pure returns (Permission memory) {
        Spend[] memory spends = new Spend[](made.spends.length + 1);
        for (uint256 i = 0; i < made.spends.length; ++i) spends[i] = made.spends[i];
        spends[made.spends.length] = spend;
        made.spends = spends;
        return made;
    }

    /// @dev What the argument says.
    function withSpend(
        Permission memory made,
        address unit,
        string memory argument
    ) internal pure returns (Permission memory) {
        return withSpend(made, Spend(unit, argument, 0, 0));
    }

    function withConstant(
        Permission memory made,
        address unit,
        uint128 amount
    ) internal pure returns (Permission memory) {
        return withSpend(made, Spend(unit, "", amount, 0));
    }

    // --- rules -----------------------------------------------------------------------------------------------------

    /// @dev Without values, as `"is the principal"`.
    function rule(string memory argument, string memory test) internal pure returns (Rule memory made) {
        made.argument = argument;
        made.test = test;
    }

    function withRule(Permission memory made, Rule memory added) internal pure returns (Permission memory) {
        Rule[] memory rules = new Rule[](made.rules.length + 1);
        for (uint256 i = 0; i < made.rules.length; ++i) rules[i] = made.rules[i];
        rules[made.rules.length] = added;
        made.rules = rules;
        return made;
    }

    function withRule(
        Permission memory made,
        string memory argument,
        string memory test
    ) internal pure returns (Permission memory) {
        return withRule(made, rule(argument, test));
    }

    function withRule(
        Permission memory made,
        string memory argument,
        string memory test,
        address[] memory values
    ) internal pure returns (Permission memory) {
        Rule memory added = rule(argument, test);
        added.addresses = values;
        return withRule(made, added);
    }

    function withRule(
        Permission memory made,
        string memory argument,
        string memory test,
        int256[] memory values
    ) internal pure returns (Permission memory) {
        Rule memory added = rule(argument, test);
        added.numbers = values;
        return withRule(made, added);
    }

    function withRule(
        Permission memory made,
        string memory argument,
        string memory test,
        bytes32[] memory values
    ) internal pure returns (Permission memory) {
        Rule memory added = rule(argument, test);
        added.words = values;
        return withRule(made, added);
    }

    function withRule(
        Permission memory made,
        string memory argument,
        string memory test,
        address value
    ) internal pure returns (Permission memory) {
        return withRule(made, argument, test, list(value));
    }

    /// @dev A negative number, and one of 2**255 and more as it is, are said as a list.
    function withRule(
        Permission memory made,
        string memory argument,
        string memory test,
        uint256 value
    ) internal pure returns (Permission memory) {
        return withRule(made, argument, test, list(int256(value)));
    }

    function withRule(
        Permission memory made,
        string memory argument,
        string memory test,
        bytes32 value
    ) internal pure returns (Permission memory) {
        return withRule(made, argument, test, list(value));
    }

    function withRate(
        Permission memory made,
        string memory argument,
        string memory test,
        string memory per,
        int256 numerator,
        int256 denominator
    ) internal pure returns (Permission memory) {
        Rule memory added = rule(argument, test);
        added.per = per;
        added.numbers = list(numerator, denominator);
        return withRule(made, added);
    }

    // --- lists -----------------------------------------------------------------------------------------------------

    function list(address value) internal pure returns (address[] memory made) {
        made = new address[](1);
        made[0] = value;
    }

    function list(address first, address second) internal pure returns (address[] memory made) {
        made = new address[](2);
        (made[0], made[1]) = (first, second);
    }

    function list(int256 value) internal pure returns (int256[] memory made) {
        made = new int256[](1);
        made[0] = value;
    }

    function list(int256 first, int256 second) internal pure returns (int256[] memory made) {
        made = new int256[](2);
        (made[0], made[1]) = (first, second);
    }

    function list(bytes32 value) internal pure returns (bytes32[] memory made) {
        made = new bytes32[](1);
        made[0] = value;
    }

    function list(bytes32 first, bytes32 second) internal pure returns (bytes32[] memory made) {
        made = new bytes32[](2);
        (made[0], made[1]) = (first, second);
    }

    /// @dev `count` addresses, ascending by one from `first`.
    function addressesFrom(uint160 first, uint256 count) internal pure returns (address[] memory made) {
        made = new address[](count);
        for (uint160 i = 0; i < count; ++i) made[i] = address(first + i);
    }

    /// @dev `count` numbers, ascending by one from `first`.
    function numbersFrom(int256 first, uint256 count) internal pure returns (int256[] memory made) {
        made = new int256[](count);
        for (uint256 i = 0; i < count; ++i) made[i] = first + int256(i);
    }

    /// @dev `count` words, ascending by one from `first`.
    function wordsFrom(uint256 first, uint256 count) internal pure returns (bytes32[] memory made) {
        made = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) made[i] = bytes32(first + i);
    }

    function one(Permission memory only) internal pure returns (Permission[] memory made) {
        made = new Permission[](1);
        made[0] = only;
    }

    function two(Permission memory first, Permission memory second) internal pure returns (Permission[] memory made) {
        made = new Permission[](2);
        (made[0], made[1]) = (first, second);
    }

    // --- limits and order ------------------------------------------------------------------------------------------

    function withLimit(Policy memory made, Limit memory added) internal pure returns (Policy memory) {
        Limit[] memory limits = new Limit[](made.limits.length + 1);
        for (uint256 i = 0; i < made.limits.length; ++i) limits[i] = made.limits[i];
        limits[made.limits.length] = added;
        made.limits = limits;
        return made;
    }

    /// @dev Its periods count from the epoch.
    function withLimit(
        Policy memory made,
        address unit,
        uint256 cap,
        uint32 period
    ) internal pure returns (Policy memory) {
        return withLimit(made, Limit(unit, uint128(cap), period, false));
    }

    /// @dev Permissions and limits in the order that publication wants. Alternatives keep theirs.
    function sorted(Policy memory made) internal pure returns (Policy memory) {
        sort(made.permissions);
        sort(made.limits);
        return made;
    }

    function sort(Permission[] memory permissions) internal pure {
        for (uint256 i = 1; i < permissions.length; ++i) {
            Permission memory moved = permissions[i];
            uint256 j = i;
            for (; j > 0 && _sortKey(permissions[j - 1]) > _sortKey(moved); --j) permissions[j] = permissions[j - 1];
            permissions[j] = moved;
        }
    }

    function sort(Limit[] memory limits) internal pure {
        for (uint256 i = 1; i < limits.length; ++i) {
            Limit memory moved = limits[i];
            uint256 j = i;
            for (; j > 0 && _sortKey(limits[j - 1]) > _sortKey(moved); --j) limits[j] = limits[j - 1];
            limits[j] = moved;
        }
    }

    function _sortKey(Permission memory each) private pure returns (uint256) {
        bytes memory text = bytes(each.method);
        uint256 low = uint32(bytes4(keccak256(text))) | (1 << 32);
        if (text.length == 0) low = 0;
        else if (text.length == 1) low = 2 << 32;
        return (uint256(uint160(each.target)) << 40) | low;
    }

    function _sortKey(Limit memory each) private pure returns (uint256) {
        return (uint256(uint160(each.unit)) << 33) | (uint256(each.period) << 1) | (each.fromStart ? 1 : 0);
    }
}
