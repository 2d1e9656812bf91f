// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Loss} from "../../../contracts/types/Loss.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";
import {Taker} from "../../support/solidity/mocks/Taker.sol";

/// @notice A thief holds the key of a session and the contracts that its policy names. What is gone or promised since
/// any earlier moment is never more than `worstLoss` said then, and the thief can get that much.
contract WorstLossTest is LatchkeyTest {
    uint32 private constant HOUR = 3_600;
    uint32 private constant LONG = 100 * 60;
    uint48 private constant LAST = START + 4 * HOUR + 17;
    uint256 private constant STEPS = 24;
    string private constant APPROVE = "approve(address,uint256)";
    string private constant FETCH = "fetch(address,uint256)";

    struct Moment {
        uint256[3] gone;
        uint256[3] worst;
    }

    /// @dev Of `token` and of the coin; of `otherToken`.
    Taker private taker;
    Taker private fetcher;
    Moment[] private moments;
    uint256 private nonce;
    uint256 private outcomes;

    function setUp() public override {
        super.setUp();
        taker = new Taker();
        fetcher = new Taker();
    }

    // --- what is gone ----------------------------------------------------------------------------------------------

    /// @dev Of the native coin and both tokens: what left the account, and what it has allowed to be taken.
    function _gone() private view returns (uint256[3] memory gone) {
        gone[0] = 100 ether - account.balance;
        gone[1] = _goneOf(token);
        gone[2] = _goneOf(otherToken);
    }

    function _goneOf(IERC20 of_) private view returns (uint256) {
        return 1_000_000e18 - of_.balanceOf(account) + of_.allowance(account, address(_takerOf(of_)));
    }

    function _takerOf(IERC20 of_) private view returns (Taker) {
        return address(of_) == address(token) ? taker : fetcher;
    }

    function _worst() private view returns (uint256[3] memory worst) {
        (Loss[] memory losses, ) = lens.worstLoss(account, key.account);
        for (uint256 i = 0; i < losses.length; ++i) worst[_numberOf(losses[i].token)] += losses[i].amount;
    }

    function _numberOf(address unit) private view returns (uint256) {
        return
            unit == address(0)
                ? 0
                : unit == address(token)
                    ? 1
                    : 2;
    }

    function _look() private {
        Moment memory now_ = Moment(_gone(), _worst());
        for (uint256 i = 0; i < moments.length; ++i) {
            for (uint256 n = 0; n < 3; ++n) {
                uint256 since = now_.gone[n] > moments[i].gone[n] ? now_.gone[n] - moments[i].gone[n] : 0;
                vm.assertLe(since, moments[i].worst[n], "more is gone than was said");
            }
        }
        moments.push(now_);
    }

    // --- what a key can do -----------------------------------------------------------------------------------------

    function _transfer(IERC20 of_, uint256 amount) private view returns (Call memory) {
        return Call(address(of_), 0, abi.encodeCall(IERC20.transfer, (recipient, amount)));
    }

    function _approve(IERC20 of_, uint256 amount) private view returns (Call memory) {
        return Call(address(of_), 0, abi.encodeCall(IERC20.approve, (address(_takerOf(of_)), amount)));
    }

    function _fetch(IERC20 of_, uint256 amount) private view returns (Call memory) {
        return Call(address(_takerOf(of_)), 0, abi.encodeCall(Taker.fetch, (address(of_), amount)));
    }

    function _take(uint256 value) private view returns (Call memory) {
        return Call(address(taker), value, abi.encodeCall(Taker.take, ()));
    }

    /// @dev On one of the three routes on which an account runs what a key asks for; an operation has up to ten minutes.
    function _try(Call[] memory calls, uint256 way) private returns (bool success) {
        (address sender, address target, bytes memory data) = (
            key.account,
            address(latchkey),
            directData(account, calls)
        );
        if (way % 3 == 1) (sender, data) = (stranger, relayedData(account, key, calls, nonce++, 0, LAST));
        if (way % 3 == 2) {
            uint256 end = block.timestamp + ((way / 3) % 600);
            end = end < LAST ? end : LAST;
            (sender, target) = (bundler, address(entryPoint));
            data = bundleData(signed(operation(account, calls, 0), key, uint48(end)));
            vm.prank(bundler, bundler);
        } else {
            vm.prank(sender);
        }
        (success, ) = target.call(data);
    }

    /// @dev Everything at once: transfers, approvals and fetching of both tokens, coin with a call, and coin alone.
    function _everything(Limit[] memory limits) private returns (bytes32) {
        Policy memory made = settings();
        made.permissions = new Permission[](8);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = _approveOf(token);
        made.permissions[2] = permission(address(otherToken), TRANSFER);
        made.permissions[3] = _approveOf(otherToken);
        made.permissions[4] = _fetchOf(token);
        made.permissions[5] = _fetchOf(otherToken);
        made.permissions[6] = permission(address(taker), "take()");
        made.permissions[6].maxValue = 0.3 ether;
        made.permissions[7] = permission(recipient, "");
        made.permissions[7].maxValue = 1 ether;
        made.limits = limits;
        return publish(made);
    }

    function _approveOf(IERC20 of_) private view returns (Permission memory) {
        return ruled(permission(address(of_), APPROVE), rule(RuleKind.EQUAL, 0, _word(address(_takerOf(of_)))));
    }

    function _fetchOf(IERC20 of_) private view returns (Permission memory made) {
        made = ruled(permission(address(_takerOf(of_)), FETCH), rule(RuleKind.EQUAL, 0, _word(address(of_))));
        (made.spendToken, made.amountArgument) = (address(of_), 1);
    }

    function _word(address value) private pure returns (bytes32) {
        return bytes32(uint256(uint160(value)));
    }

    function _limits(uint32 ofCoin, uint32 ofToken, uint32 ofOther) private view returns (Limit[] memory limits) {
        limits = new Limit[](3);
        limits[0] = Limit(address(0), 0.5 ether, ofCoin);
        limits[1] = Limit(address(token), 10e18, ofToken);
        limits[2] = Limit(address(otherToken), 7e18, ofOther);
    }

    function _left(uint256 n) private view returns (uint256) {
        return lens.getSession(account, key.account).limits[n].left;
    }

    function _begin(bytes32 id, uint48 validAfter) private {
        vm.warp(validAfter);
        Grant memory grant = grantOf(key, id);
        (grant.validAfter, grant.validUntil) = (validAfter, LAST);
        registerGrant(account, grant);
    }

    function testFuzz_no_more_is_gone_than_was_said_at_any_earlier_moment(uint256 seed) public {
        uint32[3] memory periods = [0, HOUR, LONG];
        Limit[] memory limits = _limits(
            periods[(seed >> 16) % 3],
            periods[(seed >> 24) % 3],
            periods[(seed >> 32) % 3]
        );
        _begin(_everything(limits), START + uint48(seed % HOUR));
        _look();
        for (uint256 i = 0; i < STEPS; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _step(seed);
            _look();
        }
        // What was allowed outlives the session.
        vm.warp(uint256(LAST) + 1 + (seed % 1 days));
        taker.fetchFrom(address(token), account, token.allowance(account, address(taker)));
        _look();
    }

    function _step(uint256 seed) private {
        IERC20 of_ = seed & 1 == 0 ? token : otherToken;
        // What is left of its limit, less, or one too many.
        uint256 amount = _left(_numberOf(address(of_)));
        if ((seed >> 2) & 3 == 0) amount = amount == 0 ? 0 : (seed >> 8) % amount;
        if ((seed >> 2) & 3 == 1) ++amount;
        uint256 way = uint64(seed >> 64);
        uint256 what = (seed >> 136) % 9;
        bool done = false;
        if (what == 0) done = _try(one(_transfer(of_, amount)), way);
        if (what == 1) done = _try(one(_approve(of_, amount)), way);
        if (what == 2) done = _try(two(_approve(of_, amount), _fetch(of_, amount)), way);
        if (what == 3) done = _try(two(_approve(of_, amount), _fetch(of_, amount / 2)), way);
        if (what == 4) done = _try(two(_fetch(of_, amount), _transfer(of_, amount)), way);
        if (what == 5) done = _try(one(_take((seed >> 144) % 0.31 ether)), way);
        if (what == 6) done = _try(one(Call(recipient, (seed >> 144) % 0.6 ether, "")), way);
        if (what == 7) _takerOf(of_).fetchFrom(address(of_), account, of_.allowance(account, address(_takerOf(of_))));
        if (what == 8) vm.warp(_later(seed >> 160));
        if (done) outcomes |= 1 << what;
    }

    /// @dev Often the first or the last second of a period.
    function _later(uint256 seed) private view returns (uint256) {
        if (seed % 4 == 0) return block.timestamp + ((seed >> 8) % HOUR);
        uint256 period = seed % 4 == 1 ? LONG : HOUR;
        uint256 edge = (block.timestamp / period + 1) * period;
        return (seed >> 5) & 1 == 0 || edge - 1 == block.timestamp ? edge : edge - 1;
    }

    /// @dev A walk that does nothing shows nothing.
    function test_the_thief_gets_something_in_each_way() public {
        for (uint256 i = 0; i < 12; ++i) {
            uint256 snapshot = vm.snapshotState();
            uint256 before = outcomes;
            testFuzz_no_more_is_gone_than_was_said_at_any_earlier_moment(uint256(keccak256(abi.encode("walk", i))));
            uint256 reached = outcomes;
            vm.revertToState(snapshot);
            outcomes = before | reached;
        }
        vm.assertEq(outcomes, 0x7f);
    }

    // --- the whole of it ---------------------------------------------------------------------------------------------

    /// @dev Takes all that is left at the start and at each edge of a period, to the last second of the session.
    function _reach(uint256 n, uint32 period) private {
        uint256 snapshot = vm.snapshotState();
        _begin(_everything(_limits(period, period, period)), START + 1_234);
        uint256 worst = _worst()[n];
        uint256 periods = 1;
        _takeAll(n);
        if (period != 0) {
            for (uint256 edge = (block.timestamp / period + 1) * period; edge <= LAST; edge += period) {
                vm.warp(edge);
                _takeAll(n);
                ++periods;
            }
        }
        vm.assertEq(_gone()[n], worst, "the number is not reached");
        vm.assertEq(worst, periods * lens.getSession(account, key.account).limits[n].limit.cap);
        vm.assertEq(_worst()[n], 0);
        vm.revertToState(snapshot);
    }

    function _takeAll(uint256 n) private {
        uint256 left = _left(n);
        vm.assertGt(left, 0);
        bool done = true;
        if (n == 0) done = _try(one(Call(recipient, left, "")), 0);
        if (n == 1) done = _try(one(_transfer(token, left)), 1);
        // The promise alone is as good as the tokens.
        if (n == 2) {
            fetcher.fetchFrom(address(otherToken), account, otherToken.allowance(account, address(fetcher)));
            done = _try(one(_approve(otherToken, left)), 0);
        }
        vm.assertTrue(done, "nothing was taken");
    }

    function test_the_number_is_reached_for_each_unit_and_kind_of_period() public {
        for (uint256 n = 0; n < 3; ++n) {
            _reach(n, 0);
            _reach(n, HOUR);
            _reach(n, LONG);
        }
    }
}
