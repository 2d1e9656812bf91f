// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice The counted rows of the token table.
contract PolicyOutflowsTest is PolicyStoreTest {
    struct Outflow {
        string method;
        /// @dev Path of the amount.
        string amount;
        bool hasSpender;
    }

    /// @dev All but Permit2's, which has its own tests.
    function _outflows() private pure returns (Outflow[] memory all) {
        all = new Outflow[](17);
        all[0] = Outflow("transfer(address,uint256)", "1", false);
        all[1] = Outflow("transferFrom(address,address,uint256)", "2", false);
        all[2] = Outflow("approve(address,uint256)", "1", true);
        all[3] = Outflow("increaseAllowance(address,uint256)", "1", true);
        all[4] = Outflow("increaseApproval(address,uint256)", "1", true);
        all[5] = Outflow("burn(uint256)", "0", false);
        all[6] = Outflow("burnFrom(address,uint256)", "1", false);
        all[7] = Outflow("burn(address,uint256)", "1", false);
        all[8] = Outflow("push(address,uint256)", "1", false);
        all[9] = Outflow("pull(address,uint256)", "1", false);
        all[10] = Outflow("move(address,address,uint256)", "2", false);
        all[11] = Outflow("send(address,uint256,bytes)", "1", false);
        all[12] = Outflow("burn(uint256,bytes)", "0", false);
        all[13] = Outflow("transferWithMemo(address,uint256,bytes32)", "1", false);
        all[14] = Outflow("transferFromWithMemo(address,address,uint256,bytes32)", "2", false);
        all[15] = Outflow("transferAndSettle(address,uint256)", "1", false);
        all[16] = Outflow("transferFromAndSettle(address,address,uint256)", "2", false);
    }

    function _permission(Outflow memory outflow, address target) private pure returns (Permission memory made) {
        made = permission(target, outflow.method);
        if (outflow.hasSpender) withRule(made, "0", "is", SPENDER);
    }

    function test_are_counted_on_the_targets_own_limit() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            StoredPermission memory stored = acceptOne(_permission(all[i], token));
            vm.assertEq(uint8(stored.trust), uint8(Trust.COUNTED));
            vm.assertEq(stored.spends.length, 1);
            vm.assertEq(stored.spends[0].unit, token);
            vm.assertEq(stored.spends[0].amount, 0);
            vm.assertEq(stored.spends[0].scale, 0);
            vm.assertTrue(stored.spends[0].ownRow);
            vm.assertFalse(stored.spends[0].credited);
            vm.assertFalse(stored.suffix);
        }
    }

    function test_PIP_7_need_a_limit() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            refuseOne(
                _permission(all[i], other),
                abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, other)
            );
        }
    }

    /// @dev A row draws its token by itself; beside it counters alone are counted.
    function test_nothing_but_counters_is_declared_beside() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            _refuseSpend(withSpend(_permission(all[i], token), token, all[i].amount), token);
            _refuseSpend(withConstant(_permission(all[i], token), token, 1), token);
            Policy memory policy = policyOf(withSpend(_permission(all[i], token), other, all[i].amount));
            refuse(
                sorted(withLimit(policy, other, 5, 0)),
                abi.encodeWithSelector(IPolicyErrors.SpendUnitInvalid.selector, 0, 0, other)
            );
            StoredPermission memory stored = acceptOne(
                withSpend(withConstant(_permission(all[i], token), COUNTER, 1), COUNTER, all[i].amount)
            );
            vm.assertEq(stored.spends.length, 3);
            vm.assertTrue(stored.spends[0].ownRow);
            vm.assertEq(stored.spends[1].unit, COUNTER);
            vm.assertEq(stored.spends[1].amount, 1);
            vm.assertEq(stored.spends[2].unit, COUNTER);
            vm.assertEq(stored.spends[2].amount, 0);
        }
    }

    function _refuseSpend(Permission memory made, address unit) private {
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.SpendUnitInvalid.selector, 0, 0, unit));
    }

    function test_PIP_16_an_approval_names_its_spender() public {
        Outflow[] memory all = _outflows();
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeRecipient.selector, 0, 0);
        for (uint256 i = 0; i < all.length; ++i) {
            if (!all[i].hasSpender) continue;
            string memory method = all[i].method;
            refuseOne(permission(token, method), expected);
            refuseOne(withRule(permission(token, method), "0", "is the principal"), expected);
            refuseOne(withRule(permission(token, method), "0", "is one of or the principal", SPENDER), expected);
            refuseOne(withRule(permission(token, method), "0", "is not", address(1)), expected);
            // A rule on another word pins nothing.
            refuseOne(withRule(permission(token, method), "1", "is", 1), expected);
            acceptOne(withRule(permission(token, method), "0", "is", SPENDER));
            acceptOne(withRule(permission(token, method), "0", "is one of", list(address(1), SPENDER)));
            // One of several rules is enough, wherever it stands.
            acceptOne(withRule(withRule(permission(token, method), "0", "is", SPENDER), "0", "is not", address(1)));
        }
    }

    /// @dev What takes back may name anyone; what only adds 0 takes nothing back.
    function test_an_approval_of_0_needs_no_spender() public {
        StoredPermission memory stored = acceptOne(
            withRule(permission(token, "approve(address,uint256)"), "1", "is", uint256(0))
        );
        vm.assertEq(uint8(stored.trust), uint8(Trust.COUNTED));
        refuseOne(
            withRule(permission(token, "increaseAllowance(address,uint256)"), "1", "is", uint256(0)),
            abi.encodeWithSelector(IPolicyErrors.UnsafeRecipient.selector, 0, 0)
        );
    }

    function test_never_on_any_target() public {
        Outflow[] memory all = _outflows();
        for (uint256 i = 0; i < all.length; ++i) {
            refuseOne(
                _permission(all[i], ANY_TARGET),
                abi.encodeWithSelector(IPolicyErrors.UnsafeWildcard.selector, 0)
            );
        }
    }

    function test_never_open() public {
        Outflow[] memory all = _outflows();
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.OpenNotAllowed.selector, 0);
        for (uint256 i = 0; i < all.length; ++i) {
            refuseOne(withOpen(_permission(all[i], token), "*"), expected);
            refuseOne(withOpen(_permission(all[i], other), "*"), expected);
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
            bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeSelector.selector, 0, selectors[i]);
            refuseOne(permission(token, texts[i]), expected);
            refuseOne(permission(dapp, texts[i]), expected);
            refuseOne(permission(ANY_TARGET, texts[i]), expected);
        }
    }

    // --- Permit2 ---------------------------------------------------------------------------------------------------

    address private constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    string private constant PERMIT2_APPROVE = "approve(address,address,uint160,uint48)";

    function _permit2(address target, address pinned) private pure returns (Permission memory made) {
        made = permission(target, PERMIT2_APPROVE);
        withRule(made, "0", "is", pinned);
        withRule(made, "1", "is", SPENDER);
    }

    function test_Permit2_approve_is_counted_on_the_pinned_token() public {
        StoredPermission memory stored = acceptOne(_permit2(PERMIT2, token));
        vm.assertEq(uint8(stored.trust), uint8(Trust.COUNTED));
        vm.assertEq(stored.spends.length, 1);
        vm.assertEq(stored.spends[0].unit, token);
        vm.assertTrue(stored.spends[0].ownRow);
    }

    function test_Permit2_approve_pins_token_and_spender() public {
        bytes4 unsafe = IPolicyErrors.UnsafeOutflow.selector;
        refuseOne(_permit2(PERMIT2, other), abi.encodeWithSelector(unsafe, 0, other));
        Permission memory made = _permit2(PERMIT2, token);
        made.rules[0].test = "is one of";
        made.rules[0].addresses = token < other ? list(token, other) : list(other, token);
        (bool success, bytes memory reason) = address(store).call(
            abi.encodeCall(store.publishPolicy, (policyOf(made)))
        );
        vm.assertFalse(success);
        vm.assertEq(bytes32(bytes4(reason)), bytes32(unsafe));
        made = _permit2(PERMIT2, token);
        _refuseSpend(withSpend(made, token, "2"), token);
        made = _permit2(PERMIT2, token);
        bytes memory recipient = abi.encodeWithSelector(IPolicyErrors.UnsafeRecipient.selector, 0, 1);
        made.rules[1].test = "is not";
        refuseOne(made, recipient);
        (made.rules[1].test, made.rules[1].addresses) = ("is the principal", new address[](0));
        refuseOne(made, recipient);
        (made.rules[1].test, made.rules[1].addresses) = ("is one of", list(address(1), SPENDER));
        acceptOne(made);
        // What takes back may name anyone.
        made = withRule(permission(PERMIT2, PERMIT2_APPROVE), "0", "is", token);
        acceptOne(withRule(made, "2", "is", uint256(0)));
    }

    /// @dev The native coin has a limit, and Permit2 moves none of it.
    function test_Permit2_approve_of_the_native_coin() public {
        refuseOne(
            _permit2(PERMIT2, address(0)),
            abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, address(0))
        );
    }

    /// @dev What only looks like Permit2 holds nothing against everybody: its row is one of rights.
    function test_Permit2_at_another_address_counts_nothing() public {
        StoredPermission memory stored = acceptOne(_permit2(dapp, token));
        vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
        vm.assertEq(stored.spends.length, 0);
        acceptOne(_permit2(dapp, other));
        refuseOne(
            withRule(permission(dapp, PERMIT2_APPROVE), "0", "is", token),
            abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 1)
        );
    }

    /// @dev What Permit2's method is on a token nobody knows.
    function test_Permit2_approve_on_a_limited_token_itself() public {
        refuseOne(
            _permit2(token, token),
            abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token)
        );
    }
}
