// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Spend} from "../../../contracts/types/Spend.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Declared spends: of tokens for methods that are not in the token table, of counters for every method.
contract PolicySpendsTest is PolicyStoreTest {
    /// @dev Bound where it has to be, so that the spend alone decides.
    string private constant METHOD = "buy(address,uint64,int64,uint256[2],bytes,bool,uint256)";

    function _permission() private view returns (Permission memory made) {
        made = withRule(permission(dapp, METHOD), "0", "is the principal");
        withRule(made, "4", "has the content", bytes32(uint256(1)));
    }

    function _refuse(Permission memory made, bytes4 selector) private {
        refuseOne(made, abi.encodeWithSelector(selector, 0, 0));
        refuse(policyOfSecond(made), abi.encodeWithSelector(selector, 1, 0));
    }

    function _refuseUnit(Permission memory made, bytes4 selector) private {
        address unit = made.spends[0].unit;
        refuseOne(made, abi.encodeWithSelector(selector, 0, 0, unit));
        refuse(policyOfSecond(made), abi.encodeWithSelector(selector, 1, 0, unit));
    }

    function test_the_amount_is_a_uint() public {
        string[4] memory good = ["1", "3[0]", "3[1]", "6"];
        string[5] memory bad = ["0", "2", "3", "4", "5"];
        for (uint256 i = 0; i < good.length; ++i) {
            StoredPermission memory stored = acceptOne(withSpend(_permission(), token, good[i]));
            vm.assertEq(stored.spends.length, 1);
            vm.assertEq(stored.spends[0].unit, token);
            vm.assertEq(stored.spends[0].amount, 0);
            vm.assertEq(stored.spends[0].scale, 0);
            vm.assertFalse(stored.spends[0].ownRow);
        }
        for (uint256 i = 0; i < bad.length; ++i) {
            _refuse(withSpend(_permission(), token, bad[i]), IPolicyErrors.SpendNotNumber.selector);
        }
        // The sum over a list.
        acceptOne(withSpend(_permission(), token, "3[*]"));
    }

    function test_a_constant_amount() public {
        vm.assertEq(acceptOne(withConstant(_permission(), token, 1)).spends[0].amount, 1);
        uint128 most = type(uint128).max;
        vm.assertEq(acceptOne(withConstant(_permission(), token, most)).spends[0].amount, most);
        bytes4 invalid = IPolicyErrors.SpendAmountInvalid.selector;
        _refuse(withConstant(_permission(), token, 0), invalid);
        _refuse(withSpend(_permission(), Spend(token, "1", 1, 0)), invalid);
        _refuse(withSpend(_permission(), Spend(COUNTER, "1", 1, 0)), invalid);
    }

    function test_a_spend_needs_a_limit_on_its_unit() public {
        bytes4 without = IPolicyErrors.SpendWithoutLimit.selector;
        _refuseUnit(withSpend(_permission(), other, "1"), without);
        _refuseUnit(withConstant(_permission(), other, 1), without);
        _refuseUnit(withConstant(_permission(), address(8), 1), without);
        acceptOne(withSpend(_permission(), token, "1"));
        acceptOne(withConstant(_permission(), COUNTER, 1));
    }

    /// @dev The value draws it by itself.
    function test_the_native_coin_is_never_declared() public {
        _refuseUnit(withSpend(_permission(), address(0), "1"), IPolicyErrors.SpendUnitInvalid.selector);
        _refuseUnit(withConstant(_permission(), address(0), 1), IPolicyErrors.SpendUnitInvalid.selector);
    }

    /// @dev A counter counts thirds of a cent as well as calls; a token is what it is.
    function test_ATK_117_only_arguments_on_counters_are_scaled() public {
        vm.assertEq(acceptOne(withSpend(_permission(), Spend(COUNTER, "1", 0, 30))).spends[0].scale, 30);
        uint8[4] memory scales = [31, 255, 1, 1];
        address[4] memory units = [COUNTER, COUNTER, token, COUNTER];
        for (uint256 i = 0; i < scales.length; ++i) {
            Spend memory spend = Spend(units[i], i == 3 ? "" : "1", i == 3 ? 1 : 0, scales[i]);
            refuseOne(
                withSpend(_permission(), spend),
                abi.encodeWithSelector(IPolicyErrors.SpendScaleInvalid.selector, 0, 0, scales[i], 30)
            );
        }
    }

    function test_at_most_4_spends_ascending_by_unit_and_argument() public {
        Permission memory made = withConstant(_permission(), COUNTER, 1);
        withSpend(withSpend(withSpend(made, COUNTER, "1"), COUNTER, "6"), token, "1");
        vm.assertEq(acceptOne(made).spends.length, 4);
        refuseOne(withSpend(made, token, "6"), abi.encodeWithSelector(IPolicyErrors.TooManySpends.selector, 0, 5, 4));
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.SpendsNotAscending.selector, 0, 1);
        refuseOne(withSpend(withSpend(_permission(), token, "1"), COUNTER, "1"), expected);
        refuseOne(withSpend(withSpend(_permission(), token, "6"), token, "1"), expected);
        refuseOne(withSpend(withSpend(_permission(), token, "1"), token, "1"), expected);
        // Another scale or constant makes no other spend.
        refuseOne(withSpend(withSpend(_permission(), COUNTER, "1"), Spend(COUNTER, "1", 0, 1)), expected);
        refuseOne(withConstant(withConstant(_permission(), COUNTER, 1), COUNTER, 2), expected);
    }

    /// @dev What is declared of a limited token's own method says nothing of what it takes.
    function test_ATK_58_ATK_103_no_declaration_opens_a_limited_token() public {
        string[4] memory methods = ["claim()", "stake(uint256)", "sweep(uint64)", "join((uint256,uint256),uint256)"];
        for (uint256 i = 0; i < methods.length; ++i) {
            bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token);
            refuseOne(permission(token, methods[i]), expected);
            refuseOne(withConstant(permission(token, methods[i]), token, type(uint128).max), expected);
            refuseOne(withConstant(permission(token, methods[i]), COUNTER, 1), expected);
            if (i != 0) {
                string memory path = i == 3 ? "1" : "0";
                refuseOne(withSpend(permission(token, methods[i]), token, path), expected);
                // The spend of another limited token is not its own.
                Policy memory two_ = policyOf(withSpend(permission(token, methods[i]), other, path));
                refuse(sorted(withLimit(two_, other, 5, 0)), expected);
                acceptOne(withSpend(permission(other, methods[i]), token, path));
            }
            acceptOne(withConstant(permission(other, methods[i]), token, type(uint128).max));
        }
    }

    /// @dev Neither does a rule: who receives is not what leaves.
    function test_ATK_103_nor_does_a_rule() public {
        Permission memory made = withRule(permission(token, "sweep(address)"), "0", "is the principal");
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token);
        refuseOne(made, expected);
        refuseOne(withConstant(made, token, 1), expected);
        refuseOne(withValue(made, 1), expected);
    }

    /// @dev Where a token or coin is paid, texts and long words may not be free: they could say who gets it.
    function test_what_is_paid_leaves_no_text_free() public {
        string[3] memory methods = ["f(string)", "f(bytes32)", "f(bytes20)"];
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0);
        for (uint256 i = 0; i < methods.length; ++i) {
            acceptOne(permission(dapp, methods[i]));
            acceptOne(withConstant(permission(dapp, methods[i]), COUNTER, 1));
            refuseOne(withConstant(permission(dapp, methods[i]), token, 1), expected);
            refuseOne(withValue(permission(dapp, methods[i]), 1), expected);
        }
        acceptOne(withConstant(permission(dapp, "f(bytes19)"), token, 1));
    }

    function testFuzz_spends(bool isArgument, uint128 amount, uint8 scale, uint8 which) public {
        address[4] memory units = [token, COUNTER, other, address(0)];
        address unit = units[which % 4];
        Spend memory spend = Spend(unit, isArgument ? "1" : "", amount, scale);
        Permission memory made = withSpend(_permission(), spend);
        bool isScaled = scale != 0 && (scale > 30 || unit == token || !isArgument);
        if (unit == address(0)) _refuseUnit(made, IPolicyErrors.SpendUnitInvalid.selector);
        else if (unit == other) _refuseUnit(made, IPolicyErrors.SpendWithoutLimit.selector);
        else if (isArgument == (amount != 0)) _refuse(made, IPolicyErrors.SpendAmountInvalid.selector);
        else if (isScaled) {
            bytes4 selector = IPolicyErrors.SpendScaleInvalid.selector;
            refuseOne(made, abi.encodeWithSelector(selector, 0, 0, scale, 30));
        } else {
            StoredPermission memory stored = acceptOne(made);
            vm.assertEq(stored.spends[0].unit, unit);
            vm.assertEq(stored.spends[0].amount, amount);
            vm.assertEq(stored.spends[0].scale, scale);
        }
    }
}
