// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";
import {SharesVault} from "../../support/solidity/mocks/Tokens.sol";

/// @notice Rows of the table that are harmless on a limited token, or counted there and nowhere else.
contract PolicyLimitedTokensTest is PolicyStoreTest {
    string private constant DEPOSIT = "deposit(uint256,address)";
    string private constant REDEEM = "redeem(uint256,address,address)";
    string private constant SEND = "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)";

    function _refuseRecipient(Permission memory made, uint256 leaf) private {
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnsafeRecipient.selector, 0, leaf));
    }

    function _refuseAnywhere(string memory method) private {
        refuseOne(permission(ANY_TARGET, method), abi.encodeWithSelector(IPolicyErrors.UnsafeWildcard.selector, 0));
        refuseOne(
            withOpen(permission(token, method), "*"),
            abi.encodeWithSelector(IPolicyErrors.OpenNotAllowed.selector, 0)
        );
    }

    /// @dev Counted on `token`; whether the row draws it.
    function _checkCounted(StoredPermission memory stored, bool draws) private view {
        vm.assertEq(uint8(stored.trust), uint8(Trust.COUNTED));
        vm.assertEq(stored.spends.length, draws ? 1 : 0);
        if (!draws) return;
        vm.assertEq(stored.spends[0].unit, token);
        vm.assertEq(stored.spends[0].amount, 0);
        vm.assertTrue(stored.spends[0].ownRow);
    }

    function _checkTrusted(StoredPermission memory stored) private pure {
        vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
        vm.assertEq(stored.spends.length, 0);
    }

    function _refuseToken(Permission memory made, address unit) private {
        Policy memory policy = policyOf(made);
        if (unit != token) withLimit(policy, unit, 5, 0);
        refuse(sorted(policy), abi.encodeWithSelector(IPolicyErrors.SpendUnitInvalid.selector, 0, 0, unit));
    }

    function test_harmless_without_a_condition() public {
        string[3] memory methods = [
            "deposit()",
            "decreaseAllowance(address,uint256)",
            "decreaseApproval(address,uint256)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkCounted(acceptOne(permission(token, methods[i])), false);
            _checkTrusted(acceptOne(permission(other, methods[i])));
            _refuseAnywhere(methods[i]);
            _refuseToken(withConstant(permission(token, methods[i]), token, 1), token);
            acceptOne(withConstant(permission(token, methods[i]), COUNTER, 1));
        }
    }

    /// @dev The coin that is wrapped is counted like any other.
    function test_wrapping_takes_value_under_the_native_limit() public {
        Permission memory made = withValue(permission(token, "deposit()"), 1);
        vm.assertEq(acceptOne(made).maxValue, 1);
        Policy memory policy = policyOf(made);
        policy.limits[0].unit = address(1);
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafeValue.selector, 0, 1));
    }

    function test_ATK_103_a_delegate_is_bound() public {
        string memory method = "delegate(address)";
        _refuseRecipient(permission(token, method), 0);
        _refuseRecipient(withRule(permission(token, method), "0", "is not", address(1)), 0);
        _checkCounted(acceptOne(withRule(permission(token, method), "0", "is", SPENDER)), false);
        acceptOne(withRule(permission(token, method), "0", "is one of", list(address(1), address(2))));
        acceptOne(withRule(permission(token, method), "0", "is the principal"));
        refuseOne(permission(other, method), abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0));
        _checkTrusted(acceptOne(withRule(permission(other, method), "0", "is", SPENDER)));
        _refuseAnywhere(method);
    }

    /// @dev The number is of the assets, which another limit counts.
    function test_ATK_103_shares_of_a_limited_vault_are_made_for_the_principal_out_of_a_limited_asset() public {
        address vault = address(new SharesVault(token));
        Permission memory made = permission(vault, DEPOSIT);
        bytes memory recipient = abi.encodeWithSelector(IPolicyErrors.UnsafeRecipient.selector, 0, 1);
        _refuseVault(made, recipient);
        _refuseVault(withRule(permission(vault, DEPOSIT), "1", "is", SPENDER), recipient);
        _refuseVault(withRule(permission(vault, DEPOSIT), "1", "is not", address(1)), recipient);
        made = withRule(permission(vault, DEPOSIT), "1", "is the principal");
        bytes memory outflow = abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, token);
        _refuseVault(made, outflow);
        // A constant is not what is paid.
        _refuseVault(withConstant(withRule(permission(vault, DEPOSIT), "1", "is the principal"), token, 1), outflow);
        StoredPermission memory stored = accept(_vaultPolicy(withSpend(made, token, "0"))).permissions[0];
        vm.assertEq(uint8(stored.trust), uint8(Trust.COUNTED));
        vm.assertEq(stored.spends.length, 1);
        vm.assertEq(stored.spends[0].unit, token);
        vm.assertFalse(stored.spends[0].ownRow);
        // The spend of the shares says nothing of the assets.
        made = withSpend(withRule(permission(vault, DEPOSIT), "1", "is the principal"), vault, "0");
        _refuseVault(made, outflow);
        _refuseAnywhere(DEPOSIT);
    }

    function _vaultPolicy(Permission memory made) private view returns (Policy memory) {
        return sorted(withLimit(policyOf(made), made.target, 5, 0));
    }

    function _refuseVault(Permission memory made, bytes memory expected) private {
        refuse(_vaultPolicy(made), expected);
    }

    function test_a_vault_without_an_asset_takes_nothing() public {
        Permission memory made = withRule(permission(other, DEPOSIT), "1", "is the principal");
        _refuseVault(
            withSpend(made, token, "0"),
            abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, address(0))
        );
        // Elsewhere it is a method as any other.
        acceptOne(withRule(permission(other, DEPOSIT), "1", "is the principal"));
    }

    function test_ATK_103_unwrapping_is_counted() public {
        string memory method = "withdraw(uint256)";
        _checkCounted(acceptOne(permission(token, method)), true);
        _refuseToken(withSpend(permission(token, method), token, "0"), token);
        _refuseToken(withSpend(permission(token, method), other, "0"), other);
        // Elsewhere the number is nobody's amount, and may be declared as one.
        _checkTrusted(acceptOne(permission(other, method)));
        StoredPermission memory stored = acceptOne(withSpend(permission(other, method), token, "0"));
        vm.assertEq(stored.spends[0].unit, token);
        vm.assertFalse(stored.spends[0].ownRow);
        _refuseAnywhere(method);
    }

    function test_ATK_103_shares_of_a_limited_vault_are_redeemed_for_the_principal() public {
        _refuseRecipient(permission(token, REDEEM), 1);
        _refuseRecipient(withRule(permission(token, REDEEM), "2", "is the principal"), 1);
        Permission memory made = withRule(permission(token, REDEEM), "1", "is the principal");
        _refuseRecipient(made, 2);
        _refuseRecipient(withRule(made, "2", "is", SPENDER), 2);
        made = withRule(permission(token, REDEEM), "1", "is the principal");
        _checkCounted(acceptOne(withRule(made, "2", "is the principal")), true);
        _refuseAnywhere(REDEEM);
    }

    /// @dev Whoever is refunded and whatever is composed is bound; what arrives elsewhere is counted.
    function test_ATK_103_a_bridged_token_binds_recipient_refund_and_contents() public {
        string[5] memory paths = ["0.1", "0.4", "0.5", "0.6", "2"];
        uint256[5] memory leaves = [uint256(1), 4, 5, 6, 9];
        for (uint256 free = 0; free < 6; ++free) {
            Permission memory made = permission(token, SEND);
            for (uint256 i = 0; i < 5; ++i) {
                if (i == free) continue;
                if (i == 0 || i == 4) withRule(made, paths[i], "is the principal");
                else withRule(made, string.concat(paths[i], ".length"), "is", uint256(0));
            }
            if (free < 5) _refuseRecipient(made, leaves[free]);
            else _checkCounted(acceptOne(made), true);
        }
        _refuseAnywhere(SEND);
    }

    /// @dev Whatever it takes, whatever is declared and bound: what the table does not know stays out.
    function testFuzz_ATK_103_any_other_method_stays_out(uint256 seed) public {
        string[8] memory types = [
            "uint256",
            "address",
            "bytes32",
            "bool",
            "uint96",
            "bytes",
            "address[]",
            "(address,uint256)"
        ];
        string memory method = string.concat("m", vm.toString(uint32(seed)), "(");
        uint256 count = (seed >> 32) % 5;
        string memory number = "";
        Permission memory made = permission(token, "");
        for (uint256 i = 0; i < count; ++i) {
            uint256 which = (seed >> (40 + 8 * i)) % 8;
            method = string.concat(method, i == 0 ? "" : ",", types[which]);
            if (which == 0) number = vm.toString(i);
            if (which == 1) withRule(made, vm.toString(i), "is the principal");
        }
        made.method = string.concat(method, ")");
        uint256 spend = (seed >> 80) % 4;
        if (spend == 1) withConstant(made, token, 1);
        if (spend == 2) withConstant(made, COUNTER, 1);
        if (spend == 3 && bytes(number).length != 0) withSpend(made, token, number);
        made.maxValue = uint128((seed >> 88) & 1);
        made.consumable = (seed >> 89) & 1 != 0;
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token));
    }

    /// @dev Their number is of the other unit.
    function test_the_other_halves_of_a_vault_stay_out() public {
        string[2] memory methods = ["mint(uint256,address)", "withdraw(uint256,address,address)"];
        for (uint256 i = 0; i < methods.length; ++i) {
            refuseOne(
                withRule(permission(token, methods[i]), "1", "is the principal"),
                abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token)
            );
        }
    }
}
