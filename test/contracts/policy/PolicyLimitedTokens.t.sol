// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Rows of the table that are harmless on a limited token, or counted there and nowhere else.
contract PolicyLimitedTokensTest is PolicyStoreTest {
    string private constant DEPOSIT = "deposit(uint256,address)";
    string private constant REDEEM = "redeem(uint256,address,address)";

    function _refuseRecipient(Permission memory permission, uint256 word) private {
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeRecipient.selector, 0, word));
    }

    function _refuseAnywhere(string memory method) private {
        refuseOne(permissionOf(ANY_TARGET, method), abi.encodeWithSelector(IPolicyStore.UnsafeWildcard.selector, 0));
    }

    function _checkDraws(StoredPermission memory stored, bool draws) private view {
        vm.assertEq(stored.spendToken, draws ? token : address(0));
        vm.assertEq(stored.amountArgument, 0);
        vm.assertEq(stored.spendAmount, 0);
        vm.assertEq(stored.exactLength, draws);
    }

    function test_harmless_without_a_condition() public {
        string[3] memory methods = [
            "deposit()",
            "decreaseAllowance(address,uint256)",
            "decreaseApproval(address,uint256)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkDraws(acceptOne(permissionOf(token, methods[i])), false);
            _checkDraws(acceptOne(permissionOf(other, methods[i])), false);
            _refuseAnywhere(methods[i]);
        }
    }

    /// @dev The coin that is wrapped is counted like any other.
    function test_wrapping_takes_value_under_the_native_limit() public {
        Permission memory permission = permissionOf(token, "deposit()");
        permission.maxValue = 1;
        vm.assertEq(acceptOne(permission).maxValue, 1);
        Policy memory policy = policyOf(permission);
        policy.limits[1].token = other;
        refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafeValue.selector, 0, 1));
    }

    function test_a_delegate_is_pinned() public {
        string memory method = "delegate(address)";
        _refuseRecipient(permissionOf(token, method), 0);
        _refuseRecipient(withRule(permissionOf(token, method), RuleKind.NOT_EQUAL, 0, 1), 0);
        acceptOne(withRule(permissionOf(token, method), RuleKind.EQUAL, 0, wordOf(SPENDER)));
        acceptOne(withRule(permissionOf(token, method), RuleKind.ONE_OF, 0, list(1, 2)));
        acceptOne(withRule(permissionOf(token, method), RuleKind.EQUAL_PRINCIPAL, 0, list()));
        acceptOne(permissionOf(other, method));
        _refuseAnywhere(method);
    }

    /// @dev The number is of the assets, which another limit may count.
    function test_shares_of_a_limited_vault_are_made_for_the_principal() public {
        _refuseRecipient(permissionOf(token, DEPOSIT), 1);
        _refuseRecipient(withRule(permissionOf(token, DEPOSIT), RuleKind.EQUAL, 1, wordOf(SPENDER)), 1);
        _refuseRecipient(withRule(permissionOf(token, DEPOSIT), RuleKind.NOT_EQUAL, 1, 1), 1);
        Permission memory permission = withRule(permissionOf(token, DEPOSIT), RuleKind.EQUAL_PRINCIPAL, 1, list());
        _checkDraws(acceptOne(permission), false);
        permission.spendToken = other;
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeSpend.selector, 0, other));
        Policy memory policy = policyOf(permission);
        policy.limits[1].token = other;
        vm.assertEq(accept(policy).permissions[0].spendToken, other);
        acceptOne(permissionOf(other, DEPOSIT));
        _refuseAnywhere(DEPOSIT);
    }

    function test_unwrapping_is_counted() public {
        string memory method = "withdraw(uint256)";
        _checkDraws(acceptOne(permissionOf(token, method)), true);
        Permission memory permission = permissionOf(token, method);
        permission.spendToken = token;
        _checkDraws(acceptOne(permission), true);
        permission.spendAmount = 1;
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeSpend.selector, 0, token));
        (permission.spendToken, permission.spendAmount) = (other, 0);
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeSpend.selector, 0, other));
        // Elsewhere the number is nobody's amount, and may be declared as one.
        _checkDraws(acceptOne(permissionOf(other, method)), false);
        permission = permissionOf(other, method);
        permission.spendToken = token;
        StoredPermission memory stored = acceptOne(permission);
        vm.assertEq(stored.spendToken, token);
        vm.assertFalse(stored.exactLength);
        _refuseAnywhere(method);
    }

    function test_shares_of_a_limited_vault_are_redeemed_for_the_principal() public {
        _refuseRecipient(permissionOf(token, REDEEM), 1);
        _refuseRecipient(withRule(permissionOf(token, REDEEM), RuleKind.EQUAL_PRINCIPAL, 2, list()), 1);
        Permission memory permission = withRule(permissionOf(token, REDEEM), RuleKind.EQUAL_PRINCIPAL, 1, list());
        _refuseRecipient(permission, 2);
        _refuseRecipient(withRule(permission, RuleKind.EQUAL, 2, wordOf(SPENDER)), 2);
        permission = withRule(permissionOf(token, REDEEM), RuleKind.EQUAL_PRINCIPAL, 1, list());
        _checkDraws(acceptOne(withRule(permission, RuleKind.EQUAL_PRINCIPAL, 2, list())), true);
        // Elsewhere whoever receives is pinned.
        _refuseRecipient(permissionOf(other, REDEEM), 1);
        _refuseRecipient(withRule(permissionOf(other, REDEEM), RuleKind.NOT_EQUAL, 1, 1), 1);
        _checkDraws(acceptOne(withRule(permissionOf(other, REDEEM), RuleKind.EQUAL, 1, wordOf(SPENDER))), false);
        _checkDraws(acceptOne(withRule(permissionOf(other, REDEEM), RuleKind.EQUAL_PRINCIPAL, 1, list())), false);
        _refuseAnywhere(REDEEM);
    }

    /// @dev Their number is of the other unit.
    function test_the_other_halves_of_a_vault_stay_out() public {
        string[2] memory methods = ["mint(uint256,address)", "withdraw(uint256,address,address)"];
        for (uint256 i = 0; i < methods.length; ++i) {
            refuseOne(
                withRule(permissionOf(token, methods[i]), RuleKind.EQUAL_PRINCIPAL, 1, list()),
                abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token)
            );
        }
    }
}
