// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice The counted rows of the token table.
contract PolicyOutflowsTest is PolicyStoreTest {
    struct Outflow {
        string method;
        uint8 amount;
        bool exact;
        /// @dev Head word of the spender, from 1; 0 if there is none.
        uint8 spender;
    }

    /// @dev All but Permit2's, which has its own test.
    function _outflows() private pure returns (Outflow[] memory all) {
        all = new Outflow[](17);
        all[0] = Outflow("transfer(address,uint256)", 1, true, 0);
        all[1] = Outflow("transferFrom(address,address,uint256)", 2, true, 0);
        all[2] = Outflow("approve(address,uint256)", 1, true, 1);
        all[3] = Outflow("increaseAllowance(address,uint256)", 1, true, 1);
        all[4] = Outflow("increaseApproval(address,uint256)", 1, true, 1);
        all[5] = Outflow("burn(uint256)", 0, true, 0);
        all[6] = Outflow("burnFrom(address,uint256)", 1, true, 0);
        all[7] = Outflow("burn(address,uint256)", 1, true, 0);
        all[8] = Outflow("push(address,uint256)", 1, true, 0);
        all[9] = Outflow("pull(address,uint256)", 1, true, 0);
        all[10] = Outflow("move(address,address,uint256)", 2, true, 0);
        all[11] = Outflow("send(address,uint256,bytes)", 1, false, 0);
        all[12] = Outflow("burn(uint256,bytes)", 0, false, 0);
        all[13] = Outflow("transferWithMemo(address,uint256,bytes32)", 1, true, 0);
        all[14] = Outflow("transferFromWithMemo(address,address,uint256,bytes32)", 2, true, 0);
        all[15] = Outflow("transferAndSettle(address,uint256)", 1, true, 0);
        all[16] = Outflow("transferFromAndSettle(address,address,uint256)", 2, true, 0);
    }

    function _permission(Outflow memory outflow, address target) private pure returns (Permission memory permission) {
        permission = permissionOf(target, outflow.method);
        if (outflow.spender != 0) withRule(permission, RuleKind.EQUAL, outflow.spender - 1, wordOf(SPENDER));
    }

    function test_are_counted_on_the_targets_own_limit() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            Permission memory permission = _permission(all[i], token);
            for (uint256 declared = 0; declared < 2; ++declared) {
                if (declared == 1) (permission.spendToken, permission.amountArgument) = (token, all[i].amount);
                StoredPermission memory stored = acceptOne(permission);
                vm.assertEq(stored.spendToken, token);
                vm.assertEq(stored.amountArgument, all[i].amount);
                vm.assertEq(stored.spendAmount, 0);
                vm.assertEq(stored.exactLength, all[i].exact);
            }
            vm.assertEq(uint8(_lastByteOfWord(policyOf(permission))), 32);
        }
    }

    function _lastByteOfWord(Policy memory policy) private view returns (bytes1) {
        return store.policyPointer(hashOf(policy)).code[65 + 64 + 128 + 31];
    }

    function test_PIP_7_need_a_limit() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            refuseOne(
                _permission(all[i], other),
                abi.encodeWithSelector(IPolicyStore.UnsafeOutflow.selector, 0, other)
            );
        }
    }

    function test_contradicting_declarations() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            Permission memory permission = _permission(all[i], token);
            permission.amountArgument = all[i].amount + 1;
            _refuseSpend(permission, address(0));
            permission.spendToken = token;
            _refuseSpend(permission, token);
            permission.amountArgument = all[i].amount;
            permission.spendAmount = 1;
            _refuseSpend(permission, token);
            permission.spendToken = other;
            permission.spendAmount = 0;
            _refuseSpend(permission, other);
            permission.spendToken = address(0);
            permission.amountArgument = 0;
            permission.spendAmount = 1;
            _refuseSpend(permission, address(0));
        }
    }

    /// @dev The amount's word without a token is no declaration at all.
    function test_half_a_declaration() public {
        Permission memory permission = permissionOf(token, "transfer(address,uint256)");
        permission.amountArgument = 1;
        _refuseSpend(permission, address(0));
    }

    function _refuseSpend(Permission memory permission, address spendToken) private {
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeSpend.selector, 0, spendToken));
    }

    function test_PIP_16_an_approval_names_its_spender() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].spender == 0) continue;
            uint8 word = all[i].spender - 1;
            bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeRecipient.selector, 0, word);
            refuseOne(permissionOf(token, all[i].method), expected);
            refuseOne(_ruled(all[i], RuleKind.EQUAL_PRINCIPAL, word, list()), expected);
            refuseOne(_ruled(all[i], RuleKind.NOT_EQUAL, word, list(1)), expected);
            // A rule on another word pins nothing.
            refuseOne(_ruled(all[i], RuleKind.EQUAL, all[i].amount, list(1)), expected);
            acceptOne(_ruled(all[i], RuleKind.EQUAL, word, list(wordOf(SPENDER))));
            acceptOne(_ruled(all[i], RuleKind.ONE_OF, word, list(1, wordOf(SPENDER))));
            // One of several rules is enough, wherever it stands.
            acceptOne(
                withRule(_ruled(all[i], RuleKind.NOT_EQUAL, word, list(1)), RuleKind.EQUAL, word, wordOf(SPENDER))
            );
        }
    }

    function _ruled(
        Outflow memory outflow,
        RuleKind kind,
        uint8 word,
        bytes32[] memory ruleValues
    ) private view returns (Permission memory) {
        return withRule(permissionOf(token, outflow.method), kind, word, ruleValues);
    }

    function test_never_on_any_target() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            refuseOne(_permission(all[i], ANY_TARGET), abi.encodeWithSelector(IPolicyStore.UnsafeWildcard.selector, 0));
        }
    }

    // --- collisions ------------------------------------------------------------------------------------------------

    /// @dev Four bytes collide; the text decides. Each of these has the selector of a row and is not the row's text.
    function test_ATK_43_a_text_that_collides_with_the_table() public {
        string[8] memory texts = [
            "many_msg_babbage(bytes1)",
            "transfer(bytes4[9],bytes5[6],int48[11])",
            "workMyDirefulOwner(uint256,uint256)",
            "join_tg_invmru_haha_fd06787(address,bool)",
            "gasprice_bit_ether(int128)",
            "sign_szabo_bytecode(bytes16,uint128)",
            "collate_propagate_storage(bytes16)",
            "niceFunctionHerePlzClick943230089(address,bool)"
        ];
        bytes4[8] memory selectors = [
            bytes4(0xa9059cbb),
            0xa9059cbb,
            0xa9059cbb,
            0xa9059cbb,
            0x23b872dd,
            0x095ea7b3,
            0x42966c68,
            0xa22cb465
        ];
        for (uint256 i = 0; i < texts.length; ++i) {
            vm.assertEq(bytes32(selectorOf(texts[i])), bytes32(selectors[i]));
            bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeSelector.selector, 0, selectors[i]);
            refuseOne(permissionOf(token, texts[i]), expected);
            refuseOne(permissionOf(dapp, texts[i]), expected);
            refuseOne(permissionOf(ANY_TARGET, texts[i]), expected);
        }
    }

    // --- Permit2 ---------------------------------------------------------------------------------------------------

    string private constant PERMIT2_APPROVE = "approve(address,address,uint160,uint48)";

    function _permit2(address pinned, address spendToken) private view returns (Permission memory permission) {
        permission = permissionOf(dapp, PERMIT2_APPROVE);
        withRule(permission, RuleKind.EQUAL, 0, wordOf(pinned));
        withRule(permission, RuleKind.EQUAL, 1, wordOf(SPENDER));
        permission.spendToken = spendToken;
        permission.amountArgument = 2;
    }

    function test_Permit2_approve_is_counted_on_the_pinned_token() public {
        StoredPermission memory stored = acceptOne(_permit2(token, token));
        vm.assertEq(stored.spendToken, token);
        vm.assertEq(stored.amountArgument, 2);
        vm.assertTrue(stored.exactLength);
        vm.assertEq(uint8(_lastByteOfWord(policyOf(_permit2(token, token)))), 20);
    }

    function test_Permit2_approve_pins_token_and_spender() public {
        _refuseSpend(_permit2(other, token), token);
        _refuseSpend(_permit2(token, address(0)), address(0));
        // The native coin has a limit, and Permit2 moves none of it.
        _refuseSpend(_permit2(address(0), address(0)), address(0));
        refuseOne(_permit2(other, other), abi.encodeWithSelector(IPolicyStore.UnsafeOutflow.selector, 0, other));

        Permission memory permission = _permit2(token, token);
        permission.amountArgument = 3;
        _refuseSpend(permission, token);
        permission = _permit2(token, token);
        permission.amountArgument = 0;
        permission.spendAmount = 1;
        _refuseSpend(permission, token);
        permission = _permit2(token, token);
        permission.rules[0].kind = RuleKind.ONE_OF;
        _refuseSpend(permission, token);
        permission = _permit2(token, token);
        permission.rules[0].word = 1;
        _refuseSpend(permission, token);
        permission = _permit2(token, token);
        permission.rules[1].kind = RuleKind.NOT_EQUAL;
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeRecipient.selector, 0, 1));
        permission.rules[1].kind = RuleKind.ONE_OF;
        acceptOne(permission);
    }

    /// @dev What Permit2's method is on a token nobody knows.
    function test_Permit2_approve_on_a_limited_token_itself() public {
        Permission memory permission = _permit2(token, token);
        Policy memory policy = policyOf(permission);
        policy.limits[1] = Limit(dapp, 1, 0);
        refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, dapp));
        permission.target = token;
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token));
    }
}
