// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Where a session can never call, what a selector is, and what a wildcard opens.
contract TargetsTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
    }

    function _forbidden(uint256 index, address target) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.TargetForbidden.selector, index, target);
    }

    function _machinery() private view returns (address[11] memory) {
        return
            [
                account,
                address(0),
                address(0xffff),
                address(latchkey),
                latchkey.EXTENSION(),
                latchkey.ENTRANCE(),
                address(forwarder),
                EntryPoints.V06,
                EntryPoints.V07,
                EntryPoints.V08,
                EntryPoints.V09
            ];
    }

    /// @dev Alone, first, in the middle and last of a batch.
    function test_ATK_38_ATK_39_ATK_41_targets_that_are_never_called() public {
        address[11] memory machinery = _machinery();
        for (uint256 i = 0; i < machinery.length; ++i) {
            Call memory bad = Call(machinery[i], 0, abi.encodeCall(Recorder.act, (1)));
            refusedOnEachRoute(key, one(bad), _forbidden(0, machinery[i]));
            for (uint256 position = 0; position < 3; ++position) {
                Call[] memory calls = repeated(actCall(1), 3);
                calls[position] = bad;
                refused(key.account, directData(account, calls), _forbidden(position, machinery[i]));
            }
            bad.data = "";
            bad.value = 1;
            refused(key.account, directData(account, one(bad)), _forbidden(0, machinery[i]));
        }
    }

    /// @dev The widest policy that can be published does not open them either.
    function test_ATK_38_ATK_41_not_even_with_any_target() public {
        register(account, key, publish(policyOf(permission(ANY_TARGET, "act(uint256)"))));
        accepted(key.account, directData(account, one(actCall(1))));
        address[11] memory machinery = _machinery();
        for (uint256 i = 0; i < machinery.length; ++i) {
            Call memory bad = Call(machinery[i], 0, abi.encodeCall(Recorder.act, (1)));
            refused(key.account, directData(account, one(bad)), _forbidden(0, machinery[i]));
        }
        // The other account is no machinery of this one: its own methods are for its own EntryPoint, itself and modules.
        Call memory foreign = Call(account2, 0, abi.encodeCall(Recorder.act, (1)));
        vm.prank(key.account);
        (bool success, ) = address(latchkey).call(directData(account, one(foreign)));
        vm.assertFalse(success);
    }

    function test_ATK_38_ATK_42_ATK_99_every_method_of_the_account() public {
        string[10] memory methods = [
            "execute(bytes32,bytes)",
            "executeFromExecutor(bytes32,bytes)",
            "installModule(uint256,address,bytes)",
            "uninstallModule(uint256,address,bytes)",
            "transferOwnership(address,bytes)",
            "initialize(address,address)",
            "upgradeToAndCall(address,bytes)",
            "addOwner(address)",
            "withdrawDepositTo(address,uint256)",
            "registerSession((address,bytes,bytes32,uint48,uint48,uint32,uint64,address))"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            bytes memory data = abi.encodePacked(bytes4(keccak256(bytes(methods[i]))), new bytes(64));
            refusedOnEachRoute(key, one(Call(account, 0, data)), _forbidden(0, account));
            refusedOnEachRoute(key, one(Call(address(latchkey), 0, data)), _forbidden(0, address(latchkey)));
        }
    }

    function test_ATK_41_no_session_registers_or_revokes() public {
        bytes[5] memory verbs = [
            abi.encodeCall(latchkey.registerSession, (grantOf(key2, policyId))),
            abi.encodeCall(latchkey.revokeSession, (key2.account)),
            abi.encodeCall(latchkey.revokeAllSessions, ()),
            abi.encodeCall(latchkey.cancelSignatures, ()),
            abi.encodeCall(latchkey.onUninstall, (""))
        ];
        for (uint256 i = 0; i < verbs.length; ++i) {
            refusedOnEachRoute(
                key,
                two(actCall(1), Call(address(latchkey), 0, verbs[i])),
                _forbidden(1, address(latchkey))
            );
        }
    }

    // --- selectors -------------------------------------------------------------------------------------------------

    /// @dev A policy that allows selectors that short calldata could be padded to.
    function test_ATK_28_short_calldata_never_matches() public {
        register(account, key, publish(policyOf(withOpen(permission(address(recorder), "*"), "*"))));
        bytes[3] memory short = [bytes(hex"a9"), hex"a905", hex"a9059c"];
        for (uint256 i = 0; i < 3; ++i) {
            refusedOnEachRoute(
                key,
                one(Call(address(recorder), 0, short[i])),
                abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 0, i + 1, 4)
            );
        }
        refusedOnEachRoute(
            key,
            one(Call(address(recorder), 0, "")),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(recorder), bytes4(0))
        );
        accepted(key.account, directData(account, one(Call(address(recorder), 0, hex"00000000"))));
    }

    function test_ATK_29_native_value_needs_a_permission_of_its_own() public {
        // A method without value.
        refusedOnEachRoute(
            key,
            one(Call(address(recorder), 1, abi.encodeCall(Recorder.act, (1)))),
            abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 0, 1, 0)
        );
        // No permission for empty calldata.
        refusedOnEachRoute(
            key,
            one(Call(address(recorder), 1, "")),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(recorder), bytes4(0))
        );
        // More than one call may carry.
        refusedOnEachRoute(
            key,
            one(payCall(1 ether + 1)),
            abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 0, 1 ether + 1, 1 ether)
        );
        accepted(key.account, directData(account, one(payCall(1 ether))));

        Policy memory made = policyOf(withValue(permission(recipient, ""), 3));
        register(account, key, publish(withLimit(made, address(0), 5, 0)));
        refusedOnEachRoute(
            key,
            one(Call(recipient, 1, hex"00000000")),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, recipient, bytes4(0))
        );
        refusedOnEachRoute(
            key,
            one(Call(recipient, 4, "")),
            abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 0, 4, 3)
        );
        accepted(key.account, directData(account, one(Call(recipient, 3, ""))));
        refusedOnEachRoute(
            key,
            one(Call(recipient, 3, "")),
            abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, address(0), 3, 2)
        );
        // Nothing would be counted, and a contract woken.
        refusedOnEachRoute(
            key,
            one(Call(recipient, 0, "")),
            abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 0, 0, 3)
        );
        vm.assertEq(recipient.balance, 3);
    }

    function test_a_native_transfer_to_anyone() public {
        Policy memory made = withLimit(settings(), address(0), 5, 0);
        made.permissions = two(withValue(permission(recipient, ""), 1), withValue(permission(ANY_TARGET, ""), 3));
        withLimit(made, address(token), CAP, 0);
        register(account, key, publish(made));
        accepted(key.account, directData(account, one(Call(stranger, 3, ""))));
        // What is named decides, and nothing falls through.
        refusedOnEachRoute(
            key,
            one(Call(recipient, 2, "")),
            abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 0, 2, 1)
        );
        // A limited token is nobody's any target.
        refusedOnEachRoute(
            key,
            one(Call(address(token), 1, "")),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(token), bytes4(0))
        );
    }

    function test_ATK_44_a_method_of_one_target_is_none_of_another() public {
        Policy memory made = settings();
        made.permissions = two(
            permission(address(recorder), "first(uint256)"),
            permission(address(otherToken), "second(uint256)")
        );
        register(account, key, publish(made));
        bytes memory second = abi.encodeWithSignature("second(uint256)", 1);
        bytes memory first = abi.encodeWithSignature("first(uint256)", 1);
        refusedOnEachRoute(
            key,
            one(Call(address(recorder), 0, second)),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(recorder), bytes4(second))
        );
        refusedOnEachRoute(
            key,
            one(Call(address(otherToken), 0, first)),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(otherToken), bytes4(first))
        );
        accepted(key.account, directData(account, one(Call(address(recorder), 0, first))));
    }

    /// @dev Whatever the table lists is closed to wildcards, whatever the target.
    function test_ATK_40_ATK_43_ATK_48_ATK_50_a_wildcard_opens_nothing_of_the_table() public {
        Policy memory made = withLimit(settings(), address(token), CAP, 0);
        made.permissions = two(
            withOpen(permission(address(recorder), "*"), "*"),
            permission(ANY_TARGET, "act(uint256)")
        );
        register(account, key, publish(made));
        string[24] memory methods = [
            "transfer(address,uint256)",
            "transferFrom(address,address,uint256)",
            "approve(address,uint256)",
            "increaseAllowance(address,uint256)",
            "burn(uint256)",
            "burnFrom(address,uint256)",
            "push(address,uint256)",
            "pull(address,uint256)",
            "move(address,address,uint256)",
            "send(address,uint256,bytes)",
            "setApprovalForAll(address,bool)",
            "safeTransferFrom(address,address,uint256)",
            "safeTransferFrom(address,address,uint256,bytes)",
            "safeTransferFrom(address,address,uint256,uint256,bytes)",
            "transferAndCall(address,uint256)",
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            "withdraw(uint256,address,address)",
            "redeem(uint256,address,address)",
            "execute(bytes32,bytes)",
            "multicall(bytes[])",
            "installModule(uint256,address,bytes)",
            "upgradeToAndCall(address,bytes)",
            "transferOwnership(address)",
            "revokeAllSessions()"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            bytes4 selector = bytes4(keccak256(bytes(methods[i])));
            bytes memory data = abi.encodePacked(selector, new bytes(160));
            refused(
                key.account,
                directData(account, one(Call(address(recorder), 0, data))),
                abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(recorder), selector)
            );
        }
        // A limited token is closed to ANY_TARGET.
        refused(
            key.account,
            directData(account, one(Call(address(token), 0, abi.encodeCall(Recorder.act, (1))))),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(token), Recorder.act.selector)
        );
        accepted(key.account, directData(account, one(Call(address(recorder), 0, hex"12345678"))));
    }

    function testFuzz_ATK_37_ATK_43_whatever_is_not_allowed_is_refused(address target, bytes calldata data) public {
        vm.assume(data.length >= 4 && uint160(target) > 0xffff);
        address[11] memory machinery = _machinery();
        for (uint256 i = 0; i < machinery.length; ++i) vm.assume(target != machinery[i]);
        vm.assume(target != address(token) && target != address(recorder));
        refused(
            key.account,
            directData(account, one(Call(target, 0, data))),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, target, bytes4(data))
        );
    }

    function test_ATK_48_token_calldata_ends_with_its_head() public {
        bytes memory data = transferCall(recipient, 1).data;
        refusedOnEachRoute(
            key,
            one(Call(address(token), 0, abi.encodePacked(data, hex"00"))),
            abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 0, 69, 68)
        );
        bytes memory short = bytes.concat(data);
        assembly ("memory-safe") {
            // One byte less.
            mstore(short, 67)
        }
        refusedOnEachRoute(
            key,
            one(Call(address(token), 0, short)),
            abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 0, 67, 68)
        );
    }
}
