// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Route asked: the calling contract is the target, and nothing else can be.
contract ConsumeSessionTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        register(wallet, key, policyId);
    }

    function _ask(bytes memory data) private view returns (bytes memory) {
        return abi.encodeCall(latchkey.consumeSession, (wallet, key.account, data));
    }

    function test_the_target_consumes() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(wallet, key.account);
        accepted(address(recorder), _ask(actCall(1).data));
        vm.assertEq(callsLeft(wallet, key.account), MAX_CALLS - 1);
        vm.assertEq(recorder.count(), 0);
    }

    function test_ATK_56_no_other_contract_consumes() public {
        bytes memory data = actCall(1).data;
        address[5] memory others = [stranger, address(token), key.account, account, address(forwarder)];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory expected =
                others[i] == address(forwarder)
                    ? abi.encodeWithSelector(ISessionErrors.TargetForbidden.selector, 0, others[i])
                    : abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, others[i], bytes4(data));
            refused(others[i], _ask(data), expected);
        }
        refused(wallet, _ask(data), abi.encodeWithSelector(ISessionErrors.TargetForbidden.selector, 0, wallet));
    }

    function test_only_what_is_marked_consumable() public {
        bytes memory data = abi.encodeCall(Recorder.fail, (1));
        refused(
            address(recorder),
            _ask(data),
            abi.encodeWithSelector(
                ISessionErrors.CallNotConsumable.selector,
                0,
                address(recorder),
                Recorder.fail.selector
            )
        );
        data = transferCall(recipient, 1).data;
        refused(
            address(token),
            _ask(data),
            abi.encodeWithSelector(ISessionErrors.CallNotConsumable.selector, 0, address(token), bytes4(data))
        );
    }

    function test_ATK_28_short_calldata() public {
        refused(
            address(recorder),
            _ask(hex"aabbcc"),
            abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 0, 3, 4)
        );
        refused(
            address(recorder),
            _ask(""),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, address(recorder), bytes4(0))
        );
        refused(
            address(recorder),
            _ask(abi.encodePacked(Recorder.act.selector)),
            abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 0, 4, 36)
        );
    }

    function test_calls_caps_and_window_as_everywhere() public {
        Permission memory made = withSpend(consumable(address(recorder), "act(uint256)"), address(token), "0");
        Grant memory grant = grantOf(key2, publish(withLimit(policyOf(made), address(token), 10, 0)));
        grant.maxCalls = 2;
        grant.lane = 1;
        registerGrant(wallet, grant);
        bytes memory four = abi.encodeCall(latchkey.consumeSession, (wallet, key2.account, actCall(4).data));
        bytes memory seven = abi.encodeCall(latchkey.consumeSession, (wallet, key2.account, actCall(7).data));
        accepted(address(recorder), four);
        refused(
            address(recorder),
            seven,
            abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, address(token), 7, 6)
        );
        vm.warp(uint256(END) + 1);
        refused(address(recorder), four, abi.encodeWithSelector(ISessionErrors.SessionExpired.selector, END, END + 1));
        vm.warp(END);
        accepted(address(recorder), four);
        refused(address(recorder), four, abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, 1, 0));
    }

    function test_a_key_with_code() public {
        vm.etch(key.account, hex"00");
        refused(
            address(recorder),
            _ask(actCall(1).data),
            abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, key.account)
        );
    }
}
