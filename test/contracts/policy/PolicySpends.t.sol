// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Permission, RuleKind, StoredPermission} from "../../../contracts/types/Policy.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Declared spends of methods that are not in the token table.
contract PolicySpendsTest is PolicyStoreTest {
    string private constant METHOD = "buy(address,uint64,int64,uint256[2],bytes,bool,uint256)";

    function _spend(
        address spendToken,
        uint8 amountArgument,
        uint128 spendAmount
    ) private view returns (Permission memory permission) {
        permission = permissionOf(dapp, METHOD);
        permission.spendToken = spendToken;
        permission.amountArgument = amountArgument;
        permission.spendAmount = spendAmount;
    }

    function _refuseSpend(Permission memory permission) private {
        address spendToken = permission.spendToken;
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeSpend.selector, 0, spendToken));
        refuse(policyOfSecond(permission), abi.encodeWithSelector(IPolicyStore.UnsafeSpend.selector, 1, spendToken));
    }

    function test_the_amount_is_a_uint() public {
        // address, uint64, int64, uint256, uint256, bytes, bool, uint256
        uint8[8] memory bytesOf = [0, 8, 0, 32, 32, 0, 0, 32];
        for (uint8 word = 0; word < 8; ++word) {
            Permission memory permission = _spend(token, word, 0);
            if (bytesOf[word] == 0) {
                _refuseSpend(permission);
                continue;
            }
            StoredPermission memory stored = acceptOne(permission);
            vm.assertEq(stored.spendToken, token);
            vm.assertEq(stored.amountArgument, word);
            vm.assertEq(stored.spendAmount, 0);
            vm.assertFalse(stored.exactLength);
            vm.assertEq(_amountBytes(permission), bytesOf[word]);
        }
        _refuseSpend(_spend(token, 8, 0));
        _refuseSpend(_spend(token, 255, 0));
    }

    function _amountBytes(Permission memory permission) private view returns (uint8) {
        bytes memory code = store.policyPointer(hashOf(policyOf(permission))).code;
        // The last byte of the permission's word, behind the settings, the paymaster and two limits.
        return uint8(code[65 + 64 + 128 + 31]);
    }

    function test_a_constant_amount() public {
        StoredPermission memory stored = acceptOne(_spend(token, 0, 1));
        vm.assertEq(stored.spendAmount, 1);
        vm.assertEq(_amountBytes(_spend(token, 0, 1)), 0);
        vm.assertEq(acceptOne(_spend(token, 0, type(uint128).max)).spendAmount, type(uint128).max);
        _refuseSpend(_spend(token, 1, 1));
    }

    function test_a_spend_needs_a_limit_on_its_token() public {
        _refuseSpend(_spend(other, 1, 0));
        _refuseSpend(_spend(other, 0, 1));
        acceptOne(_spend(token, 1, 0));
    }

    /// @dev `address(0)` is "none", not the native coin, which is counted by value.
    function test_no_token_no_amount() public {
        _refuseSpend(_spend(address(0), 1, 0));
        _refuseSpend(_spend(address(0), 0, 1));
        vm.assertEq(acceptOne(_spend(address(0), 0, 0)).spendToken, address(0));
    }

    /// @dev What is declared of a limited token's own method says nothing of what it takes.
    function test_ATK_58_no_declaration_opens_a_limited_token() public {
        string[5] memory methods = [
            "mint(uint256)",
            "claim()",
            "sweep(address)",
            "buy(address,uint64,int64,uint256[2],bytes,bool,uint256)",
            "join((uint256,bytes),uint256)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            Permission memory permission = permissionOf(token, methods[i]);
            bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token);
            refuseOne(permission, expected);
            for (uint8 word = 0; word < 5; ++word) {
                (permission.spendToken, permission.amountArgument) = (token, word);
                refuseOne(permission, expected);
                // The spend of another limited token is not its own.
                permission.spendToken = other;
                refuseOne(permission, expected);
            }
            (permission.spendToken, permission.amountArgument, permission.spendAmount) = (token, 0, 5);
            refuseOne(permission, expected);
            permission.spendAmount = type(uint128).max;
            refuseOne(permission, expected);
            permission.target = other;
            vm.assertEq(acceptOne(permission).spendAmount, type(uint128).max);
        }
    }

    /// @dev Neither does a rule: who receives is not what leaves.
    function test_nor_does_a_rule() public {
        Permission memory permission = permissionOf(token, "sweep(address)");
        withRule(permission, RuleKind.EQUAL_PRINCIPAL, 0, list());
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token);
        refuseOne(permission, expected);
        (permission.spendToken, permission.spendAmount) = (token, 1);
        refuseOne(permission, expected);
        permission.maxValue = 1;
        refuseOne(permission, expected);
    }

    function testFuzz_spends(uint8 amountArgument, uint128 spendAmount, bool isLimited) public {
        Permission memory permission = _spend(isLimited ? token : other, amountArgument, spendAmount);
        bool isUint = amountArgument == 1 || amountArgument == 3 || amountArgument == 4 || amountArgument == 7;
        if (isLimited && (spendAmount != 0 ? amountArgument == 0 : isUint)) {
            StoredPermission memory stored = acceptOne(permission);
            vm.assertEq(stored.amountArgument, amountArgument);
            vm.assertEq(stored.spendAmount, spendAmount);
        } else {
            _refuseSpend(permission);
        }
    }
}
