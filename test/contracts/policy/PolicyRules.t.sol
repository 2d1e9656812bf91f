// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {ArgumentList} from "../../../contracts/types/ArgumentList.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Rule} from "../../../contracts/types/Rule.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Rules: which arguments they may be about, which values they may have, how they are stored.
contract PolicyRulesTest is PolicyStoreTest {
    string private constant METHOD =
        "all(uint256,uint8,address,bool,int16,bytes4,function,bytes,string,uint64[],(address,bytes)[],uint160)";
    uint256 private constant ARGUMENTS = 12;

    /// @dev Serves the route `asked` alone, so that nothing else needs to be bound.
    function _permission() private view returns (Permission memory) {
        return consumable(dapp, METHOD);
    }

    function _tests() private pure returns (string[11] memory) {
        return
            [
                "is",
                "is not",
                "is one of",
                "is the principal",
                "is one of or the principal",
                "is at least",
                "is at most",
                "has the content",
                "has one of the contents",
                "is at least at rate",
                "is at most at rate"
            ];
    }

    function _refuse(Permission memory made, bytes4 selector) private {
        refuseOne(made, abi.encodeWithSelector(selector, 0, 0));
    }

    function _refuseValue(Permission memory made, bytes4 selector, uint256 value) private {
        refuseOne(made, abi.encodeWithSelector(selector, 0, made.rules.length - 1, value));
    }

    function _refuseCount(Permission memory made, uint256 count, uint256 least, uint256 most) private {
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.RuleValuesInvalid.selector, 0, 0, count, least, most));
    }

    // --- tests and types -------------------------------------------------------------------------------------------

    /// @dev Good values of this test for argument `i`.
    function _values(uint256 i, uint256 test) private pure returns (Rule memory made) {
        if (test == 3) return made;
        bool isOne = test < 2 || (test > 4 && test < 8);
        if (test == 7 || test == 8) made.words = isOne ? list(bytes32(uint256(1))) : wordsFrom(1, 2);
        else if (test > 8) made.numbers = list(1, 2);
        else if (i == 2) made.addresses = isOne ? list(address(1)) : list(address(1), address(2));
        else if (i == 5 || i == 6) made.words = isOne ? list(bytes32(0)) : list(bytes32(0), bytes32(uint256(1) << 224));
        else made.numbers = isOne ? list(int256(1)) : list(int256(0), 1);
        if (i == 3 && test == 2) made.numbers = list(int256(0), 1);
    }

    function _fits(uint256 i, uint256 test) private pure returns (bool) {
        bool isWord = i < 7 || i == 11;
        bool isUint = i < 2 || i == 11;
        if (test < 3) return isWord;
        if (test < 5) return i == 2 || i == 0;
        if (test < 7) return isUint || i == 4;
        if (test < 9) return i >= 7 && i <= 9;
        return isUint;
    }

    /// @dev Every test on every argument: exactly the pairs of the table are accepted.
    function test_each_test_on_each_argument() public {
        string[11] memory tests = _tests();
        for (uint256 i = 0; i < ARGUMENTS; ++i) {
            for (uint256 test = 0; test < tests.length; ++test) {
                Rule memory made = _values(i, test);
                (made.argument, made.test) = (vm.toString(i), tests[test]);
                if (test > 8) made.per = "value";
                Permission memory ruled = withRule(_permission(), made);
                if (_fits(i, test)) acceptOne(ruled);
                else if (test > 8) _refuse(ruled, IPolicyErrors.RateSideInvalid.selector);
                else _refuse(ruled, IPolicyErrors.RuleTestNotForType.selector);
            }
        }
    }

    function test_the_value_and_lengths_are_numbers() public {
        string[3] memory arguments = ["value", "7.length", "9.length"];
        string[11] memory tests = _tests();
        for (uint256 i = 0; i < arguments.length; ++i) {
            for (uint256 test = 0; test < tests.length; ++test) {
                Rule memory made = _values(0, test);
                (made.argument, made.test) = (arguments[i], tests[test]);
                if (test > 8) made.per = "0";
                Permission memory ruled = withRule(_permission(), made);
                bool fits = test < 3 || test == 5 || test == 6 || test > 8;
                if (fits) acceptOne(ruled);
                else _refuse(ruled, IPolicyErrors.RuleTestNotForType.selector);
            }
        }
    }

    function test_the_principal_as_a_whole_word() public {
        acceptOne(withRule(consumable(dapp, "f(bytes32)"), "0", "is the principal"));
        acceptOne(withRule(consumable(dapp, "f(uint256)"), "0", "is the principal"));
        string[4] memory others = ["f(bytes20)", "f(uint160)", "f(int256)", "f(bytes31)"];
        for (uint256 i = 0; i < others.length; ++i) {
            _refuse(
                withRule(consumable(dapp, others[i]), "0", "is the principal"),
                IPolicyErrors.RuleTestNotForType.selector
            );
        }
    }

    function test_a_test_is_one_of_eleven_texts() public {
        string[8] memory texts = ["", "Is", "is ", " is", "equals", "is the principal ", "is at most at rates", "has"];
        for (uint256 i = 0; i < texts.length; ++i) {
            refuseOne(
                withRule(_permission(), "0", texts[i], 1),
                abi.encodeWithSelector(IPolicyErrors.RuleTestUnknown.selector, 0, 0, texts[i])
            );
        }
    }

    // --- lists -----------------------------------------------------------------------------------------------------

    function test_values_stand_in_the_list_of_the_type() public {
        bytes4 invalid = IPolicyErrors.RuleListInvalid.selector;
        _refuse(withRule(_permission(), "0", "is", SPENDER), invalid);
        _refuse(withRule(_permission(), "0", "is", bytes32(uint256(1))), invalid);
        _refuse(withRule(_permission(), "2", "is", 1), invalid);
        _refuse(withRule(_permission(), "2", "is", bytes32(uint256(1))), invalid);
        _refuse(withRule(_permission(), "3", "is", bytes32(uint256(1))), invalid);
        _refuse(withRule(_permission(), "5", "is", 1), invalid);
        _refuse(withRule(_permission(), "6", "is", SPENDER), invalid);
        _refuse(withRule(_permission(), "7", "has the content", 1), invalid);
        _refuse(withRule(_permission(), "2", "is the principal", SPENDER), invalid);
        // Nor in two.
        Permission memory ruled = withRule(_permission(), "2", "is", SPENDER);
        ruled.rules[0].numbers = list(int256(1));
        _refuse(ruled, invalid);
        ruled = withRate(_permission(), "0", "is at least at rate", "1", 1, 2);
        ruled.rules[0].words = wordsFrom(1, 1);
        _refuse(ruled, invalid);
    }

    function test_counts_of_values() public {
        string[4] memory single = ["is", "is at least", "is at most", "has the content"];
        for (uint256 i = 0; i < 3; ++i) {
            _refuseCount(withRule(_permission(), "0", single[i], new int256[](0)), 0, 1, 1);
            _refuseCount(withRule(_permission(), "0", single[i], list(1, 2)), 2, 1, 1);
            acceptOne(withRule(_permission(), "0", single[i], 1));
        }
        _refuseCount(withRule(_permission(), "7", single[3], new bytes32[](0)), 0, 1, 1);
        _refuseCount(withRule(_permission(), "7", single[3], wordsFrom(1, 2)), 2, 1, 1);
        acceptOne(withRule(_permission(), "7", single[3], wordsFrom(1, 1)));
        _counts("is not", 1, 32);
        _counts("is one of", 2, 64);
        _counts("is one of or the principal", 1, 63);
        acceptOne(withRule(_permission(), "9", "has one of the contents", wordsFrom(0, 2)));
        acceptOne(withRule(_permission(), "9", "has one of the contents", wordsFrom(0, 32)));
        _refuseCount(withRule(_permission(), "9", "has one of the contents", wordsFrom(0, 1)), 1, 2, 32);
        _refuseCount(withRule(_permission(), "9", "has one of the contents", wordsFrom(0, 33)), 33, 2, 32);
        Permission memory rated = withRate(_permission(), "0", "is at least at rate", "1", 1, 2);
        rated.rules[0].numbers = numbersFrom(1, 1);
        _refuseCount(rated, 1, 2, 2);
        rated.rules[0].numbers = numbersFrom(1, 3);
        _refuseCount(rated, 3, 2, 2);
    }

    function _counts(string memory test, uint256 least, uint256 most) private {
        if (least != 1) _refuseCount(withRule(_permission(), "2", test, addressesFrom(9, 1)), 1, least, most);
        _refuseCount(withRule(_permission(), "2", test, new address[](0)), 0, least, most);
        acceptOne(withRule(_permission(), "2", test, addressesFrom(9, least)));
        acceptOne(withRule(_permission(), "2", test, addressesFrom(9, most)));
        _refuseCount(withRule(_permission(), "2", test, addressesFrom(9, most + 1)), most + 1, least, most);
    }

    function test_values_ascend_strictly() public {
        bytes4 descending = IPolicyErrors.RuleValuesNotAscending.selector;
        acceptOne(withRule(_permission(), "0", "is one of", list(0, type(int256).max)));
        _refuseValue(withRule(_permission(), "0", "is one of", list(int256(1), 1)), descending, 1);
        _refuseValue(withRule(_permission(), "0", "is one of", list(int256(2), 1)), descending, 1);
        // Signed, where the type is.
        acceptOne(withRule(_permission(), "4", "is one of", list(-1, 1)));
        _refuseValue(withRule(_permission(), "4", "is one of", list(1, -1)), descending, 1);
        _refuseValue(withRule(_permission(), "2", "is one of", list(address(2), address(2))), descending, 1);
        _refuseValue(withRule(_permission(), "2", "is one of", list(address(2), address(1))), descending, 1);
        _refuseValue(withRule(_permission(), "8", "has one of the contents", list(bytes32("b"), "a")), descending, 1);
        int256[] memory values = numbersFrom(1, 32);
        values[31] = values[30];
        _refuseValue(withRule(_permission(), "0", "is not", values), descending, 31);
        values[31] = values[30] + 1;
        values[7] = 7;
        _refuseValue(withRule(_permission(), "0", "is not", values), descending, 7);
    }

    function test_ATK_32_values_are_clean_for_the_type() public {
        bytes4 dirty = IPolicyErrors.RuleValueOutOfType.selector;
        _cleanUpTo("1", type(uint8).max);
        _cleanUpTo("11", type(uint160).max);
        _cleanUpTo("3", 1);
        _cleanUpTo("7.length", type(uint32).max);
        _cleanUpTo("value", type(uint128).max);
        acceptOne(withRule(_permission(), "0", "is", list(type(int256).max)));
        // int16
        acceptOne(withRule(_permission(), "4", "is", list(int256(0x7fff))));
        acceptOne(withRule(_permission(), "4", "is", list(int256(-0x8000))));
        _refuseValue(withRule(_permission(), "4", "is", list(int256(0x8000))), dirty, 0);
        _refuseValue(withRule(_permission(), "4", "is", list(int256(-0x8001))), dirty, 0);
        // bytes4, function: left-aligned.
        bytes32 max = bytes32(type(uint256).max);
        acceptOne(withRule(_permission(), "5", "is", max << 224));
        _refuseValue(withRule(_permission(), "5", "is", (max << 224) | bytes32(uint256(1) << 223)), dirty, 0);
        _refuseValue(withRule(_permission(), "5", "is", bytes32(uint256(1))), dirty, 0);
        acceptOne(withRule(_permission(), "6", "is", max << 64));
        _refuseValue(withRule(_permission(), "6", "is", bytes32(uint256(1) << 63)), dirty, 0);
        // A hash has any bits.
        acceptOne(withRule(_permission(), "9", "has the content", max));
        // The last of many, too.
        _refuseValue(withRule(_permission(), "1", "is one of", list(1, 256)), dirty, 1);
        _refuseValue(withRule(_permission(), "1", "is not", 256), dirty, 0);
        _refuseValue(withRule(_permission(), "1", "is at most", 256), dirty, 0);
        _refuseValue(withRule(_permission(), "1", "is at least", 256), dirty, 0);
    }

    function _cleanUpTo(string memory argument, uint256 max) private {
        acceptOne(withRule(_permission(), argument, "is", max));
        Permission memory beyond = withRule(_permission(), argument, "is", max + 1);
        _refuseValue(beyond, IPolicyErrors.RuleValueOutOfType.selector, 0);
    }

    function test_no_negative_number_for_an_unsigned_argument() public {
        string[4] memory arguments = ["0", "1", "9.length", "value"];
        int256[2] memory numbers = [int256(-1), type(int256).min];
        for (uint256 i = 0; i < arguments.length; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                refuseOne(
                    withRule(_permission(), arguments[i], "is", list(numbers[j])),
                    abi.encodeWithSelector(IPolicyErrors.RuleValueNegative.selector, 0, 0, 0, numbers[j])
                );
            }
        }
    }

    /// @dev What is admitted at all decides, not the type alone.
    function test_values_of_an_unbound_number_are_below_2_to_the_96() public {
        string[3] memory tests = ["is not", "is at least", "is at most"];
        bytes4 dirty = IPolicyErrors.RuleValueOutOfType.selector;
        for (uint256 i = 0; i < 3; ++i) {
            _refuseValue(withRule(permission(dapp, "f(uint256)"), "0", tests[i], 1 << 96), dirty, 0);
            _refuseValue(withRule(permission(dapp, "f(int256)"), "0", tests[i], 1 << 95), dirty, 0);
            acceptOne(withRule(permission(dapp, "f(uint256)"), "0", tests[i], (1 << 96) - 2));
            acceptOne(withRule(permission(dapp, "f(int256)"), "0", tests[i], (1 << 95) - 2));
            acceptOne(withRule(permission(dapp, "f(uint96)"), "0", tests[i], (1 << 96) - 2));
            // Whoever opens it, or leaves it to the target, has the whole width.
            acceptOne(withOpen(withRule(permission(dapp, "f(uint256)"), "0", tests[i], 1 << 96), "0"));
            acceptOne(withRule(_permission(), "0", tests[i], 1 << 96));
        }
        acceptOne(withRule(permission(dapp, "f(uint256)"), "0", "is", 1 << 96));
    }

    // --- what a rule says ------------------------------------------------------------------------------------------

    function test_a_bound_that_always_holds() public {
        bytes4 always = IPolicyErrors.RuleAlwaysHolds.selector;
        _refuse(withRule(_permission(), "0", "is at least", uint256(0)), always);
        // As much as a rule can say, and less than the argument can be.
        acceptOne(withRule(_permission(), "0", "is at most", uint256(type(int256).max)));
        _refuse(withRule(_permission(), "1", "is at most", 255), always);
        _refuse(withRule(_permission(), "4", "is at least", list(int256(-0x8000))), always);
        _refuse(withRule(_permission(), "4", "is at most", 0x7fff), always);
        _refuse(withRule(_permission(), "9.length", "is at most", type(uint32).max), always);
        _refuse(withRule(_permission(), "value", "is at most", type(uint128).max), always);
        _refuse(withRule(permission(dapp, "f(uint256)"), "0", "is at most", (1 << 96) - 1), always);
        acceptOne(withRule(_permission(), "1", "is at most", 254));
    }

    function test_rules_that_never_hold() public {
        bytes4 never = IPolicyErrors.RulesNeverHold.selector;
        _refuse(withRule(withRule(_permission(), "0", "is", 5), "0", "is not", 5), never);
        _refuse(withRule(withRule(_permission(), "0", "is", 5), "0", "is one of", list(6, 7)), never);
        _refuse(withRule(withRule(_permission(), "0", "is", 5), "0", "is at least", 6), never);
        _refuse(withRule(withRule(_permission(), "0", "is at least", 6), "0", "is at most", 5), never);
        _refuse(withRule(_permission(), "3", "is not", list(int256(0), 1)), never);
        Permission memory narrow = withRule(withRule(_permission(), "0", "is at least", 5), "0", "is at most", 6);
        acceptOne(narrow);
        _refuse(withRule(narrow, "0", "is not", list(5, 6)), never);
        acceptOne(withRule(withRule(_permission(), "0", "is", 5), "0", "is one of", list(5, 6)));
        // Every other argument is another matter.
        acceptOne(withRule(withRule(_permission(), "0", "is", 5), "1", "is", 6));
        // The first rule on the argument is named.
        Permission memory later = withRule(withRule(_permission(), "0", "is", 1), "1", "is", 5);
        refuseOne(withRule(later, "1", "is not", 5), abi.encodeWithSelector(never, 0, 1));
    }

    function test_ATK_114_rates_are_in_lowest_terms() public {
        int256[2][8] memory bad = [
            [int256(0), 1],
            [int256(1), 0],
            [int256(-1), 2],
            [int256(1), -2],
            [int256(2), 2],
            [int256(6), 4],
            [int256(-1), -2],
            [int256(type(int256).min), 1]
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            refuseOne(
                withRate(_permission(), "0", "is at least at rate", "1", bad[i][0], bad[i][1]),
                abi.encodeWithSelector(IPolicyErrors.RateInvalid.selector, 0, 0, bad[i][0], bad[i][1])
            );
        }
        acceptOne(withRate(_permission(), "0", "is at least at rate", "1", 3, 2));
        // They need not ascend, and a whole number is one.
        acceptOne(withRate(_permission(), "0", "is at most at rate", "1", 1, 1));
        acceptOne(withRate(_permission(), "0", "is at most at rate", "1", type(int256).max, 1));
    }

    function test_ATK_114_the_sides_of_a_rate() public {
        bytes4 invalid = IPolicyErrors.RateSideInvalid.selector;
        string[4] memory sides = ["", "0", "2", "4"];
        for (uint256 i = 0; i < sides.length; ++i) {
            _refuse(withRate(_permission(), "0", "is at least at rate", sides[i], 1, 2), invalid);
        }
        _refuse(withRate(_permission(), "value", "is at least at rate", "value", 1, 2), invalid);
        _refuse(withRate(_permission(), "0", "is at least at rate", "9[*]", 1, 2), invalid);
        _refuse(withRate(_permission(), "9[*]", "is at least at rate", "0", 1, 2), invalid);
        acceptOne(withRate(_permission(), "0", "is at least at rate", "9[3]", 1, 2));
        acceptOne(withRate(_permission(), "0", "is at least at rate", "9.length", 1, 2));
        // No other test has another side.
        Permission memory sided = withRule(_permission(), "0", "is", 1);
        sided.rules[0].per = "1";
        _refuse(sided, invalid);
    }

    // --- counts, order, errors -------------------------------------------------------------------------------------

    function _many(uint256 count) private view returns (Permission memory made) {
        made = consumable(dapp, "f(uint256[20])");
        string[17] memory digits = [
            "0[0]",
            "0[10]",
            "0[11]",
            "0[12]",
            "0[13]",
            "0[14]",
            "0[15]",
            "0[16]",
            "0[17]",
            "0[18]",
            "0[19]",
            "0[1]",
            "0[2]",
            "0[3]",
            "0[4]",
            "0[5]",
            "0[6]"
        ];
        for (uint256 i = 0; i < count; ++i) withRule(made, digits[i], "is", i);
    }

    function test_at_most_16_rules() public {
        StoredPermission memory stored = acceptOne(_many(16));
        // Sixteen rules of 4 + 32 bytes, a run of twenty words, a body, no rules on the value, no rates.
        vm.assertEq(stored.program.length, 1 + 2 + 3 + 20 + 16 * 36 + 1);
        refuseOne(_many(17), abi.encodeWithSelector(IPolicyErrors.TooManyRules.selector, 0, 17, 16));
    }

    function test_rules_ascend_by_argument_test_and_other_side() public {
        Permission memory made = withRule(withRule(_permission(), "0", "is at least", 1), "0", "is at most", 5);
        withRate(withRate(made, "0", "is at most at rate", "1", 1, 2), "0", "is at most at rate", "11", 1, 2);
        acceptOne(made);
        (made.rules[2], made.rules[3]) = (made.rules[3], made.rules[2]);
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.RulesNotAscending.selector, 0, 3));
        (made.rules[1], made.rules[2]) = (made.rules[2], made.rules[1]);
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.RulesNotAscending.selector, 0, 2));
        // Texts compare as bytes, a prefix first: "10" stands before "2", and "2" before "2.length".
        made = withRule(withRule(_permission(), "2", "is", SPENDER), "11", "is", 1);
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.RulesNotAscending.selector, 0, 1));
        made = withRule(withRule(_permission(), "0", "is", 1), "0", "is", 1);
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.RulesNotAscending.selector, 0, 1));
    }

    function test_errors_name_permission_and_rule() public {
        Permission memory made = withRule(_permission(), "0", "is", 1);
        withRule(made, "1", "is", 256);
        refuse(policyOfSecond(made), abi.encodeWithSelector(IPolicyErrors.RuleValueOutOfType.selector, 1, 1, 0));
        made.rules[1].argument = "12";
        refuse(
            policyOfSecond(made),
            abi.encodeWithSelector(IPolicyErrors.ArgumentMissing.selector, 1, ArgumentList.RULE, 1, 0)
        );
        refuse(policyOfSecond(_many(17)), abi.encodeWithSelector(IPolicyErrors.TooManyRules.selector, 1, 17, 16));
    }

    // --- where arguments are ---------------------------------------------------------------------------------------

    function test_parts_of_tuples_and_elements_of_arrays() public {
        Permission memory made = consumable(dapp, "f((address,uint8)[2],bytes,(uint32))");
        withRule(made, "0[1].0", "is the principal");
        withRule(made, "0[1].1", "is", 255);
        withRule(made, "1", "has the content", bytes32(uint256(1)));
        withRule(made, "2.0", "is at most", type(uint32).max - 1);
        acceptOne(made);
        made.rules[3].argument = "2";
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.RuleTestNotForType.selector, 0, 3));
    }

    /// @dev What sits inside dynamic tuples and lists can be bound, each by its path.
    function test_ATK_33_what_sits_deep_can_be_bound() public {
        string[6] memory methods = [
            "f((address,bytes))",
            "f((address,address)[])",
            "f(address[2][])",
            "f(address[][])",
            "f((address,(uint256,address[]))[2])",
            "f(address,bytes[])"
        ];
        string[6] memory paths = ["0.0", "0[*].1", "0[3][1]", "0[1][*]", "0[*].1.1[0]", "0"];
        for (uint256 i = 0; i < methods.length; ++i) {
            Permission memory made = withRule(consumable(dapp, methods[i]), paths[i], "is", SPENDER);
            vm.assertEq(uint8(acceptOne(made).trust), uint8(Trust.ASKED));
            // On every other route the rest has to be bound as well.
            made.consumable = false;
            (bool success, bytes memory reason) = address(store).call(
                abi.encodeCall(store.publishPolicy, (policyOf(made)))
            );
            vm.assertFalse(success);
            vm.assertEq(bytes32(bytes4(reason)), bytes32(IPolicyErrors.UnboundArgument.selector));
        }
    }

    function test_ATK_113_a_path_that_leads_nowhere() public {
        _path("f(uint256)", "1", IPolicyErrors.ArgumentMissing.selector, 0);
        _path("f(uint256)", "0.0", IPolicyErrors.ArgumentImpassable.selector, 1);
        _path("f(uint256)", "0[0]", IPolicyErrors.ArgumentImpassable.selector, 1);
        _path("f(uint256)", "0.length", IPolicyErrors.ArgumentImpassable.selector, 1);
        _path("f(uint256[2])", "0[2]", IPolicyErrors.ArgumentMissing.selector, 1);
        _path("f(uint256[2])", "0.length", IPolicyErrors.ArgumentImpassable.selector, 1);
        _path("f(uint256[])", "0[64]", IPolicyErrors.ArgumentMissing.selector, 1);
        _path("f((uint256,uint256))", "0.2", IPolicyErrors.ArgumentMissing.selector, 1);
        _path("f((uint256,uint256))", "0[0]", IPolicyErrors.ArgumentImpassable.selector, 1);
        _path("f(bytes)", "0:0", IPolicyErrors.ArgumentImpassable.selector, 1);
        _path("f(string)", "0.length", IPolicyErrors.ArgumentImpassable.selector, 1);
    }

    function test_ATK_113_a_path_that_is_not_written_as_the_grammar_has_it() public {
        bytes4 text = IPolicyErrors.ArgumentTextInvalid.selector;
        _path("f(uint256)", "", text, 0);
        _path("f(uint256)", "a", text, 0);
        _path("f(uint256)", "Value", text, 0);
        _path("f(uint256)", "00", text, 1);
        _path("f(uint256)", "0.", text, 2);
        _path("f(uint256[])", "0[]", text, 2);
        _path("f(uint256[])", "0[01]", text, 3);
        _path("f(uint256[])", "0[0", text, 3);
        _path("f(uint256)", "0 ", text, 1);
    }

    function _path(string memory method, string memory path, bytes4 selector, uint256 position) private {
        refuseOne(
            withRule(consumable(dapp, method), path, "is", 1),
            abi.encodeWithSelector(selector, 0, ArgumentList.RULE, 0, position)
        );
    }

    // --- how they are stored ---------------------------------------------------------------------------------------

    /// @dev `0 rules on the value, body of 1 word, 1 run of 1 unsigned word, its rules, 0 rates`.
    function testFuzz_rules_are_stored(uint256 seed, uint256 count, uint256 first) public {
        count = bound(count, 1, 32);
        first = bound(first, 0, (1 << 96) - 64);
        bool isOneOf = seed & 1 != 0 && count > 1;
        int256[] memory numbers = numbersFrom(int256(first), count);
        StoredPermission memory stored = acceptOne(
            withRule(permission(dapp, "f(uint256)"), "0", isOneOf ? "is one of" : "is not", numbers)
        );
        // A set; one that must not hold the word. A word that is not bound is admitted below 2**96.
        bytes2 kindAndCount = bytes2(uint16((uint256(isOneOf ? 5 : 5 + 16) << 8) | count));
        vm.assertEq(
            stored.program,
            bytes.concat(
                hex"00_01_01_00_01_01",
                isOneOf ? bytes1(0xff) : bytes1(0x5f),
                kindAndCount,
                hex"00_00",
                abi.encodePacked(numbers),
                hex"00"
            )
        );
        vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
    }
}
