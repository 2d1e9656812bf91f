// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Permission, RuleKind, StoredPermission, StoredRule} from "../../../contracts/types/Policy.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Rules: which words they may be about, which values they may have, how they are stored.
contract PolicyRulesTest is PolicyStoreTest {
    /// @dev Head words 0..11: uint256, uint8, address, bool, int16, bytes4, function, bytes, string, uint64[],
    /// (address,bytes)[], uint160.
    string private constant METHOD =
        "all(uint256,uint8,address,bool,int16,bytes4,function,bytes,string,uint64[],(address,bytes)[],uint160)";
    uint8 private constant WORDS = 12;

    function _permission() private view returns (Permission memory) {
        return permissionOf(dapp, METHOD);
    }

    function _refuseWord(RuleKind kind, uint8 word, bytes32[] memory values) private {
        refuseOne(
            withRule(_permission(), kind, word, values),
            abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, word)
        );
    }

    function _refuseValues(RuleKind kind, uint8 word, bytes32[] memory values) private {
        refuseOne(
            withRule(_permission(), kind, word, values),
            abi.encodeWithSelector(IPolicyStore.UnsafeRuleValues.selector, 0, 0)
        );
    }

    function _acceptRule(RuleKind kind, uint8 word, bytes32[] memory values) private returns (StoredRule memory) {
        StoredPermission memory stored = acceptOne(withRule(_permission(), kind, word, values));
        vm.assertEq(stored.headWords, WORDS);
        vm.assertEq(stored.rules.length, 1);
        vm.assertEq(uint8(stored.rules[0].kind), uint8(kind));
        vm.assertEq(stored.rules[0].word, word);
        vm.assertEq(stored.rules[0].values, values);
        return stored.rules[0];
    }

    /// @dev Every kind on every word: exactly the pairs of this table are accepted, with this word type.
    function test_each_kind_on_each_word() public {
        // As WordType says; 0 for words that hold a pointer without one-word elements.
        uint8[WORDS] memory types = [32, 1, 20, 0xc1, 0x42, 0x84, 0x98, 0, 0, 8, 0, 20];
        for (uint8 word = 0; word <= WORDS; ++word) {
            bool isStatic = word < 7 || word == 11;
            bool isUint = word < 2 || word == 11;
            bool isHashable = word >= 7 && word <= 9;
            for (uint8 kind = 0; kind < 8; ++kind) {
                bool fits =
                    kind >= uint8(RuleKind.EQUAL_HASH)
                        ? isHashable
                        : kind >= uint8(RuleKind.LESS_OR_EQUAL)
                            ? isUint
                            : kind == uint8(RuleKind.EQUAL_PRINCIPAL)
                                ? word == 2
                                : isStatic;
                bytes32[] memory values = kind == uint8(RuleKind.EQUAL_PRINCIPAL) ? list() : list(0);
                if (fits && word < WORDS) {
                    vm.assertEq(_acceptRule(RuleKind(kind), word, values).wordType, types[word]);
                } else {
                    _refuseWord(RuleKind(kind), word, values);
                }
            }
        }
        _refuseWord(RuleKind.EQUAL, 255, list(0));
    }

    function test_counts_of_values() public {
        RuleKind[5] memory single = [
            RuleKind.EQUAL,
            RuleKind.NOT_EQUAL,
            RuleKind.LESS_OR_EQUAL,
            RuleKind.GREATER_OR_EQUAL,
            RuleKind.EQUAL_HASH
        ];
        for (uint256 i = 0; i < single.length; ++i) {
            uint8 word = single[i] == RuleKind.EQUAL_HASH ? 7 : 0;
            _refuseValues(single[i], word, list());
            _refuseValues(single[i], word, list(1, 2));
            _acceptRule(single[i], word, list(1));
        }
        _acceptRule(RuleKind.EQUAL_PRINCIPAL, 2, list());
        _refuseValues(RuleKind.EQUAL_PRINCIPAL, 2, list(0));
        for (uint256 i = 0; i < 2; ++i) {
            (RuleKind kind, uint8 word) = i == 0 ? (RuleKind.ONE_OF, uint8(0)) : (RuleKind.ONE_OF_HASH, uint8(9));
            _refuseValues(kind, word, list());
            _acceptRule(kind, word, listFrom(0, 1));
            _acceptRule(kind, word, listFrom(0, 32));
            _refuseValues(kind, word, listFrom(0, 33));
        }
    }

    function test_values_ascend_strictly() public {
        for (uint256 i = 0; i < 2; ++i) {
            (RuleKind kind, uint8 word) = i == 0 ? (RuleKind.ONE_OF, uint8(0)) : (RuleKind.ONE_OF_HASH, uint8(8));
            _acceptRule(kind, word, list(0, type(uint256).max));
            _refuseValues(kind, word, list(1, 1));
            _refuseValues(kind, word, list(2, 1));
            _refuseValues(kind, word, list(0, 0));
            bytes32[] memory values = listFrom(1, 32);
            values[31] = values[30];
            _refuseValues(kind, word, values);
        }
    }

    function test_ATK_32_values_are_clean_for_the_type() public {
        uint256 max = type(uint256).max;
        _cleanUpTo(1, type(uint8).max);
        _cleanUpTo(2, type(uint160).max);
        _cleanUpTo(11, type(uint160).max);
        _cleanUpTo(3, 1);
        _acceptRule(RuleKind.EQUAL, 0, list(max));
        // int16: sign-extended.
        _acceptRule(RuleKind.EQUAL, 4, list(0x7fff));
        _acceptRule(RuleKind.EQUAL, 4, list(max));
        _acceptRule(RuleKind.EQUAL, 4, list(max << 15));
        _refuseValues(RuleKind.EQUAL, 4, list(0x8000));
        _refuseValues(RuleKind.EQUAL, 4, list((max << 15) - 1));
        // bytes4, function: left-aligned.
        _acceptRule(RuleKind.EQUAL, 5, list(max << 224));
        _refuseValues(RuleKind.EQUAL, 5, list((max << 224) | (1 << 223)));
        _refuseValues(RuleKind.EQUAL, 5, list(1));
        _acceptRule(RuleKind.EQUAL, 6, list(max << 64));
        _refuseValues(RuleKind.EQUAL, 6, list(1 << 63));
        // A hash has any bits.
        _acceptRule(RuleKind.EQUAL_HASH, 9, list(max));
        // The last of many, too.
        _refuseValues(RuleKind.ONE_OF, 1, list(1, 256));
        _refuseValues(RuleKind.NOT_EQUAL, 1, list(256));
        _refuseValues(RuleKind.LESS_OR_EQUAL, 1, list(256));
        _refuseValues(RuleKind.GREATER_OR_EQUAL, 1, list(256));
    }

    function _cleanUpTo(uint8 word, uint256 max) private {
        _acceptRule(RuleKind.EQUAL, word, list(max));
        _refuseValues(RuleKind.EQUAL, word, list(max + 1));
        _refuseValues(RuleKind.EQUAL, word, list(type(uint256).max));
    }

    function test_at_most_8_rules() public {
        Permission memory permission = _permission();
        for (uint256 i = 0; i < 8; ++i) withRule(permission, RuleKind.GREATER_OR_EQUAL, 0, i);
        StoredPermission memory stored = acceptOne(permission);
        vm.assertEq(stored.rules.length, 8);
        for (uint256 i = 0; i < 8; ++i) vm.assertEq(stored.rules[i].values, list(i));
        refuseOne(
            withRule(permission, RuleKind.EQUAL, 0, 8),
            abi.encodeWithSelector(IPolicyStore.TooManyRules.selector, 0, 9, 8)
        );
    }

    function test_errors_name_permission_and_rule() public {
        Permission memory permission = withRule(_permission(), RuleKind.EQUAL, 0, 1);
        withRule(permission, RuleKind.EQUAL, 1, 256);
        refuse(policyOfSecond(permission), abi.encodeWithSelector(IPolicyStore.UnsafeRuleValues.selector, 1, 1));
        permission.rules[1].word = 12;
        refuse(policyOfSecond(permission), abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 1, 1, 12));
        for (uint256 i = 0; i < 7; ++i) withRule(permission, RuleKind.EQUAL, 0, 1);
        refuse(policyOfSecond(permission), abi.encodeWithSelector(IPolicyStore.TooManyRules.selector, 1, 9, 8));
    }

    /// @dev Tuples and fixed arrays are as many words as they have; their words can be bound.
    function test_words_of_static_tuples_and_arrays() public {
        Permission memory permission = permissionOf(dapp, "f((address,uint8)[2],bytes,(uint32))");
        withRule(permission, RuleKind.EQUAL_PRINCIPAL, 2, list());
        withRule(permission, RuleKind.EQUAL, 3, 255);
        withRule(permission, RuleKind.EQUAL_HASH, 4, 1);
        withRule(permission, RuleKind.LESS_OR_EQUAL, 5, type(uint32).max);
        StoredPermission memory stored = acceptOne(permission);
        vm.assertEq(stored.headWords, 6);
        vm.assertEq(stored.rules[0].wordType, 20);
        vm.assertEq(stored.rules[1].wordType, 1);
        vm.assertEq(stored.rules[2].wordType, 0);
        vm.assertEq(stored.rules[3].wordType, 4);
    }

    /// @dev What sits inside a dynamic tuple, or in an array of wider elements, cannot be bound by any kind.
    function test_ATK_33_what_cannot_be_bound() public {
        string[6] memory methods = [
            "f((address,bytes))",
            "f(bytes[])",
            "f(bytes[2])",
            "f((address,address)[])",
            "f(uint256[2][])",
            "f(uint256[][])"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            acceptOne(permissionOf(dapp, methods[i]));
            for (uint8 kind = 0; kind < 8; ++kind) {
                bytes32[] memory values = kind == uint8(RuleKind.EQUAL_PRINCIPAL) ? list() : list(1);
                refuseOne(
                    withRule(permissionOf(dapp, methods[i]), RuleKind(kind), 0, values),
                    abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, 0)
                );
            }
        }
    }

    function testFuzz_rules_are_stored(uint8 kinds, bytes32[8] calldata seeds, uint8 count) public {
        Permission memory permission = _permission();
        count = uint8(bound(count, 0, 8));
        for (uint256 i = 0; i < count; ++i) {
            bool isOneOf = (kinds >> i) & 1 != 0;
            uint256 first = uint256(seeds[i]) >> 1;
            uint256 size = isOneOf ? 1 + (first % 32) : 1;
            withRule(permission, isOneOf ? RuleKind.ONE_OF : RuleKind.NOT_EQUAL, 0, listFrom(first, size));
        }
        StoredPermission memory stored = acceptOne(permission);
        vm.assertEq(stored.rules.length, count);
        for (uint256 i = 0; i < count; ++i) {
            vm.assertEq(uint8(stored.rules[i].kind), uint8(permission.rules[i].kind));
            vm.assertEq(stored.rules[i].word, 0);
            vm.assertEq(stored.rules[i].wordType, 32);
            vm.assertEq(stored.rules[i].values, permission.rules[i].values);
        }
    }
}
