// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SessionSpender} from "../../../contracts/dapp/SessionSpender.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Counter} from "../../support/solidity/mocks/AskingContracts.sol";
import {LyingToken} from "../../support/solidity/mocks/LyingToken.sol";
import {IdleAccount} from "../../support/solidity/mocks/Misbehaving.sol";
import {DappTest} from "../../support/solidity/DappTest.sol";

/// @notice What is taken is what was counted, whatever the token says.
contract SessionSpenderTest is DappTest {
    uint128 private constant CAP = 1_000e18;

    Counter private _counter;
    LyingToken private _token;

    function setUp() public override {
        super.setUp();
        _counter = new Counter(latchkey);
        _token = new LyingToken(wallet);
        vm.prank(wallet);
        _token.approve(address(_counter), type(uint256).max);
        Permission[] memory permissions = new Permission[](4);
        permissions[0] = _paying("pay(address,address,uint256)");
        permissions[1] = _paying("payDouble(address,address,uint256)");
        permissions[2] = _paying("payNowhere(address,address,uint256)");
        permissions[3] = withConstant(
            consumable(address(_counter), "payFixed(address,address)"),
            address(_token),
            1e18
        );
        register(withLimit(policyOf(permissions), address(_token), CAP, 0));
    }

    function _paying(string memory method) private view returns (Permission memory) {
        return withSpend(consumable(address(_counter), method), address(_token), "2");
    }

    function _pay(uint256 amount) private view returns (bytes memory) {
        return abi.encodeCall(_counter.pay, (wallet, _token, amount));
    }

    function _spent() private view returns (uint256) {
        (uint256 word, ) = latchkey.sessionWords(wallet, key);
        return uint80(word);
    }

    function _refusedAndUnmoved(bytes memory data, bytes memory expected) private {
        uint256 before = _token.balanceOf(wallet);
        refused(key, address(_counter), data, expected);
        vm.assertEq(_token.balanceOf(wallet), before);
        vm.assertEq(_counter.paidBy(wallet), 0);
    }

    function testFuzz_what_is_taken_is_what_was_counted(uint256 amount) public {
        amount = bound(amount, 0, CAP);
        uint256 before = _token.balanceOf(wallet);
        accepted(key, address(_counter), _pay(amount));
        vm.assertEq(_token.balanceOf(wallet), before - amount);
        vm.assertEq(_token.balanceOf(address(_counter)), amount);
        vm.assertEq(_spent(), amount);
    }

    /// @dev Nothing is asked of the account: what it would say it has done moves nothing.
    function test_ATK_101_an_account_that_does_nothing_pays_all_the_same() public {
        vm.etch(wallet, type(IdleAccount).runtimeCode);
        accepted(key, address(_counter), _pay(100));
        vm.assertEq(_token.balanceOf(address(_counter)), 100);
        vm.assertEq(IdleAccount(payable(wallet)).gasAtEntry(), 0);
        vm.prank(wallet);
        _token.approve(address(_counter), 0);
        refused(
            key,
            address(_counter),
            _pay(100),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, _counter, 0, 100)
        );
        vm.assertEq(_token.balanceOf(address(_counter)), 100);
    }

    function testFuzz_above_the_cap_nothing_is_taken(uint256 amount) public {
        amount = bound(amount, uint256(CAP) + 1, type(uint256).max);
        bytes4 selector = ISessionErrors.SpendCapExceeded.selector;
        _refusedAndUnmoved(_pay(amount), abi.encodeWithSelector(selector, _token, amount, CAP));
    }

    function test_a_cap_reaches_zero_and_stays_there() public {
        accepted(key, address(_counter), _pay(CAP - 1e18));
        accepted(key, address(_counter), abi.encodeCall(_counter.payFixed, (wallet, _token)));
        vm.assertEq(_spent(), CAP);
        refused(
            key,
            address(_counter),
            _pay(1),
            abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, _token, 1, 0)
        );
        vm.assertEq(_token.balanceOf(address(_counter)), CAP);
    }

    function testFuzz_another_amount_than_the_declared_word_is_refused(uint256 amount) public {
        amount = bound(amount, 1, CAP / 2);
        _refusedAndUnmoved(
            abi.encodeCall(_counter.payDouble, (wallet, _token, amount)),
            abi.encodeWithSelector(SessionSpender.AmountNotCounted.selector, 2, amount, 2 * amount)
        );
        _refusedAndUnmoved(
            abi.encodeCall(_counter.payNowhere, (wallet, _token, amount)),
            abi.encodeWithSelector(SessionSpender.AmountNotCounted.selector, 200, 0, amount)
        );
    }

    /// @dev The wallet itself is held to the same: a contract that would take another amount takes it from nobody.
    function test_another_amount_is_refused_to_the_wallet_too() public {
        vm.prank(wallet);
        (bool success, bytes memory reason) = address(_counter).call(
            abi.encodeCall(_counter.payDouble, (wallet, _token, 5))
        );
        vm.assertFalse(success);
        vm.assertEq(reason, abi.encodeWithSelector(SessionSpender.AmountNotCounted.selector, 2, 5, 10));
    }

    function test_ATK_52_a_token_that_returns_nothing_is_taken_at_its_balances() public {
        _token.setLie(LyingToken.Lie.ReturnsNothing);
        accepted(key, address(_counter), _pay(100));
        vm.assertEq(_token.balanceOf(address(_counter)), 100);
    }

    function test_ATK_52_a_token_that_returns_false_or_two() public {
        bytes memory expected = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, _token);
        _token.setLie(LyingToken.Lie.ReturnsFalse);
        _refusedAndUnmoved(_pay(100), expected);
        _token.setLie(LyingToken.Lie.ReturnsTwo);
        _refusedAndUnmoved(_pay(100), expected);
    }

    function test_ATK_52_ATK_101_a_token_that_moves_nothing() public {
        _token.setLie(LyingToken.Lie.MovesNothing);
        _refusedAndUnmoved(
            _pay(100),
            abi.encodeWithSelector(SessionSpender.TokenDebitMismatch.selector, _token, 0, 100)
        );
    }

    function test_ATK_53_a_token_that_takes_more_or_gives_back() public {
        _token.setLie(LyingToken.Lie.TakesMore);
        _refusedAndUnmoved(
            _pay(100),
            abi.encodeWithSelector(SessionSpender.TokenDebitMismatch.selector, _token, 101, 100)
        );
        _token.setLie(LyingToken.Lie.GivesBack);
        _refusedAndUnmoved(
            _pay(100),
            abi.encodeWithSelector(SessionSpender.TokenDebitMismatch.selector, _token, 0, 100)
        );
    }

    function test_ATK_53_a_token_that_takes_a_fee() public {
        _token.setLie(LyingToken.Lie.TakesFee);
        _refusedAndUnmoved(
            _pay(100),
            abi.encodeWithSelector(SessionSpender.TokenCreditMismatch.selector, _token, 99, 100)
        );
    }

    function test_ATK_52_a_token_that_reverts_or_has_no_allowance() public {
        _token.setLie(LyingToken.Lie.RevertsSilently);
        _refusedAndUnmoved(_pay(100), "");
        _token.setLie(LyingToken.Lie.None);
        vm.prank(wallet);
        _token.approve(address(_counter), 99);
        _refusedAndUnmoved(
            _pay(100),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, _counter, 99, 100)
        );
    }

    function test_ATK_52_a_token_without_code() public {
        vm.prank(wallet);
        (bool success, bytes memory reason) = address(_counter).call(
            abi.encodeCall(_counter.pay, (wallet, IERC20(stranger), 100))
        );
        vm.assertFalse(success);
        vm.assertEq(reason, abi.encodeWithSelector(SessionSpender.TokenWithoutCode.selector, stranger));
    }
}
