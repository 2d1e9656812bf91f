// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Loss} from "../../../contracts/types/Loss.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {LimitState} from "../../../contracts/types/LimitState.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
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
    /// @dev Counts transfers to the recipient and coin that is taken.
    address private constant COUNTER = address(7);
    uint256 private constant UNITS = 4;

    struct Moment {
        uint256[UNITS] gone;
        uint256[UNITS] worst;
    }

    /// @dev Of `token` and of the coin; of `otherToken`.
    Taker private taker;
    Taker private fetcher;
    Moment[] private moments;
    uint256 private nonce;
    uint256 private counted;
    uint256 private outcomes;

    function setUp() public override {
        super.setUp();
        taker = new Taker();
        fetcher = new Taker();
    }

    // --- what is gone ----------------------------------------------------------------------------------------------

    /// @dev Of the native coin and both tokens: what left the account, and what it has allowed to be taken; of the
    /// counter: how often it was to count.
    function _gone() private view returns (uint256[UNITS] memory gone) {
        gone[0] = 100 ether - account.balance;
        gone[1] = _goneOf(token);
        gone[2] = _goneOf(otherToken);
        gone[3] = counted;
    }

    function _goneOf(IERC20 of_) private view returns (uint256) {
        return 1_000_000e18 - of_.balanceOf(account) + of_.allowance(account, address(_takerOf(of_)));
    }

    function _takerOf(IERC20 of_) private view returns (Taker) {
        return address(of_) == address(token) ? taker : fetcher;
    }

    function _worst() private view returns (uint256[UNITS] memory worst) {
        Loss[] memory losses = lens.worstLoss(account, key.account).losses;
        for (uint256 i = 0; i < losses.length; ++i) {
            for (uint256 n = 0; n < UNITS; ++n) if (losses[i].unit == _unit(n)) worst[n] = losses[i].amount;
        }
    }

    function _unit(uint256 n) private view returns (address) {
        return [address(0), address(token), address(otherToken), COUNTER][n];
    }

    function _look() private {
        Moment memory now_ = Moment(_gone(), _worst());
        for (uint256 i = 0; i < moments.length; ++i) {
            for (uint256 n = 0; n < UNITS; ++n) {
                uint256 since = now_.gone[n] > moments[i].gone[n] ? now_.gone[n] - moments[i].gone[n] : 0;
                vm.assertLe(since, moments[i].worst[n], "more is gone than was said");
            }
        }
        moments.push(now_);
    }

    // --- what a key can do -----------------------------------------------------------------------------------------

    function _transfer(IERC20 of_, uint256 amount) private view returns (Call memory) {
        return _transferTo(of_, recipient, amount);
    }

    function _transferTo(IERC20 of_, address to, uint256 amount) private pure returns (Call memory) {
        return Call(address(of_), 0, abi.encodeCall(IERC20.transfer, (to, amount)));
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

    /// @dev Everything at once: transfers, which count if they go to the recipient, approvals and fetching of both
    /// tokens, coin with a call, and coin alone, to the recipient or, if `isWide`, to anyone.
    function _everything(Limit[] memory limits, bool isWide) private returns (bytes32) {
        Policy memory made = settings();
        made.permissions = new Permission[](isWide ? 11 : 10);
        made.permissions[0] = withConstant(_toRecipient(token), COUNTER, 1);
        made.permissions[1] = permission(address(token), TRANSFER);
        made.permissions[2] = _approveOf(token);
        made.permissions[3] = withConstant(_toRecipient(otherToken), COUNTER, 1);
        made.permissions[4] = permission(address(otherToken), TRANSFER);
        made.permissions[5] = _approveOf(otherToken);
        made.permissions[6] = _fetchOf(token);
        made.permissions[7] = _fetchOf(otherToken);
        made.permissions[8] = withConstant(withValue(permission(address(taker), "take()"), 0.3 ether), COUNTER, 1);
        made.permissions[9] = withValue(permission(recipient, ""), 1 ether);
        if (isWide) made.permissions[10] = withValue(permission(ANY_TARGET, ""), 0.2 ether);
        made.limits = limits;
        return publish(made);
    }

    function _toRecipient(IERC20 of_) private view returns (Permission memory) {
        return withRule(permission(address(of_), TRANSFER), "0", "is", recipient);
    }

    function _approveOf(IERC20 of_) private view returns (Permission memory) {
        return withRule(permission(address(of_), APPROVE), "0", "is", address(_takerOf(of_)));
    }

    /// @dev Of the other token's taker this is the only method, so an approval of the same execution pays for it.
    function _fetchOf(IERC20 of_) private view returns (Permission memory) {
        Permission memory made = withRule(permission(address(_takerOf(of_)), FETCH), "0", "is", address(of_));
        return withSpend(made, address(of_), "1");
    }

    function _cap(uint256 n) private pure returns (uint128) {
        return [0.5 ether, 10e18, 7e18, 6][n];
    }

    /// @dev For each unit one limit of this kind.
    function _limits(uint32 period, bool fromStart) private view returns (Limit[] memory limits) {
        limits = new Limit[](UNITS);
        for (uint256 n = 0; n < UNITS; ++n) limits[n] = Limit(_unit(n), _cap(n), period, fromStart);
    }

    /// @dev For each unit one limit of any kind, and perhaps a second that is wider in sum and narrower in time, or the
    /// other way round.
    function _anyLimits(uint256 seed) private view returns (Limit[] memory) {
        Policy memory made;
        for (uint256 n = 0; n < UNITS; ++n) {
            uint256 kind = uint8(seed >> (16 + 8 * n));
            uint32 period = [0, HOUR, LONG][kind % 3];
            bool fromStart = period != 0 && (kind >> 4) & 1 != 0;
            withLimit(made, Limit(_unit(n), _cap(n), period, fromStart));
            if ((kind >> 5) & 1 == 0) continue;
            if (period == 0) withLimit(made, Limit(_unit(n), _cap(n) / 2, HOUR, (kind >> 6) & 1 != 0));
            else withLimit(made, Limit(_unit(n), (_cap(n) * 5) / 2, 0, false));
        }
        return made.limits;
    }

    /// @dev The least that its limits have left.
    function _left(uint256 n) private view returns (uint256 left) {
        LimitState[] memory limits = lens.getSession(account, key.account).limits;
        left = type(uint256).max;
        for (uint256 i = 0; i < limits.length; ++i) {
            if (limits[i].limit.unit == _unit(n) && limits[i].left < left) left = limits[i].left;
        }
    }

    function _begin(bytes32 id, uint48 validAfter) private {
        vm.warp(validAfter);
        Grant memory grant = grantOf(key, id);
        (grant.validAfter, grant.validUntil) = (validAfter, LAST);
        registerGrant(account, grant);
    }

    function testFuzz_ATK_116_ATK_118_no_more_is_gone_than_was_said_at_any_earlier_moment(uint256 seed) public {
        _begin(_everything(_anyLimits(seed), (seed >> 8) & 1 != 0), START + uint48(seed % HOUR));
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
        // What is left of its limits, less, or one too many.
        uint256 amount = _left(seed & 1 == 0 ? 1 : 2);
        if ((seed >> 2) & 3 == 0) amount = amount == 0 ? 0 : (seed >> 8) % amount;
        if ((seed >> 2) & 3 == 1) ++amount;
        uint256 way = uint64(seed >> 64);
        uint256 what = (seed >> 136) % 12;
        bool done = false;
        if (what == 0) done = _try(one(_transfer(of_, amount)), way);
        if (what == 1) done = _try(one(_approve(of_, amount)), way);
        if (what == 2) done = _try(two(_approve(of_, amount), _fetch(of_, amount)), way);
        if (what == 3) done = _try(two(_approve(of_, amount), _fetch(of_, amount / 2)), way);
        if (what == 4) done = _try(two(_fetch(of_, amount), _transfer(of_, amount)), way);
        if (what == 5) done = _try(one(_take((seed >> 144) % 0.31 ether)), way);
        if (what == 6) done = _try(one(Call(recipient, 1 + ((seed >> 144) % 0.6 ether), "")), way);
        if (what == 7) _takerOf(of_).fetchFrom(address(of_), account, of_.allowance(account, address(_takerOf(of_))));
        if (what == 8) vm.warp(_later(seed >> 160));
        if (what == 9) done = _try(one(_transferTo(of_, stranger, amount)), way);
        if (what == 10) done = _try(one(Call(stranger, 1 + ((seed >> 144) % 0.3 ether), "")), way);
        if (what == 11) done = _try(_again(of_, amount / 2), way);
        if (done && (what == 0 || what == 4 || what == 5)) ++counted;
        if (done) outcomes |= 1 << what;
    }

    /// @dev The second approval stands in the first one's place, and pays for one of two.
    function _again(IERC20 of_, uint256 amount) private view returns (Call[] memory calls) {
        calls = new Call[](4);
        (calls[0], calls[1]) = (_approve(of_, amount / 2), _approve(of_, amount));
        (calls[2], calls[3]) = (_fetch(of_, amount), _fetch(of_, 0));
    }

    /// @dev Often the first or the last second of a period.
    function _later(uint256 seed) private view returns (uint256) {
        if (seed % 4 == 0) return block.timestamp + ((seed >> 8) % HOUR);
        uint256 period = seed % 4 == 1 ? LONG : HOUR;
        // Counted from the epoch or from the start of the session.
        uint256 origin = (seed >> 6) & 1 == 0 ? 0 : registrationOf(account, key.account);
        uint256 edge = origin + ((block.timestamp - origin) / period + 1) * period;
        return (seed >> 5) & 1 == 0 || edge - 1 == block.timestamp ? edge : edge - 1;
    }

    /// @dev A walk that does nothing shows nothing.
    function test_ATK_98_the_thief_gets_something_in_each_way() public {
        for (uint256 i = 0; i < 16; ++i) {
            uint256 snapshot = vm.snapshotState();
            uint256 before = outcomes;
            testFuzz_ATK_116_ATK_118_no_more_is_gone_than_was_said_at_any_earlier_moment(
                uint256(keccak256(abi.encode("walk", i)))
            );
            uint256 reached = outcomes;
            vm.revertToState(snapshot);
            outcomes = before | reached;
        }
        vm.assertEq(outcomes, 0xe7f);
    }

    // --- the whole of it ---------------------------------------------------------------------------------------------

    /// @dev Takes all that is left at the start and at each edge of a period, to the last second of the session.
    function _reach(uint256 n, uint32 period, bool fromStart) private {
        uint256 snapshot = vm.snapshotState();
        _begin(_everything(_limits(period, fromStart), false), START + 1_234);
        uint256 worst = _worst()[n];
        uint256 periods = 1;
        _takeAll(n);
        if (period != 0) {
            uint256 origin = fromStart ? START + 1_234 : 0;
            for (
                uint256 edge = origin + ((block.timestamp - origin) / period + 1) * period;
                edge <= LAST;
                edge += period
            ) {
                vm.warp(edge);
                _takeAll(n);
                ++periods;
            }
        }
        vm.assertEq(_gone()[n], worst, "the number is not reached");
        vm.assertEq(worst, periods * _cap(n));
        vm.assertEq(_worst()[n], 0);
        vm.revertToState(snapshot);
    }

    function _takeAll(uint256 n) private {
        uint256 left = _left(n);
        vm.assertGt(left, 0);
        bool done = true;
        if (n == 0) done = _try(one(Call(recipient, left, "")), 0);
        if (n == 1) done = _try(one(_transferTo(token, stranger, left)), 1);
        // The promise alone is as good as the tokens.
        if (n == 2) {
            fetcher.fetchFrom(address(otherToken), account, otherToken.allowance(account, address(fetcher)));
            done = _try(one(_approve(otherToken, left)), 0);
        }
        if (n == 3) {
            done = _try(repeated(_take(0), left), 0);
            counted += left;
        }
        vm.assertTrue(done, "nothing was taken");
    }

    function test_the_number_is_reached_for_each_unit_and_kind_of_period() public {
        for (uint256 n = 0; n < UNITS; ++n) {
            _reach(n, 0, false);
            _reach(n, HOUR, false);
            _reach(n, LONG, false);
            _reach(n, HOUR, true);
            _reach(n, LONG, true);
        }
    }

    /// @dev The least over both: by the hour at first, and in the end what the lifetime has left.
    function test_ATK_118_the_number_is_reached_where_two_limits_hold() public {
        Limit[] memory limits = new Limit[](5);
        for (uint256 n = 0; n < UNITS; ++n) limits[n] = Limit(_unit(n), _cap(n), n == 1 ? HOUR : 0, false);
        limits[4] = Limit(address(token), 25e18, 0, false);
        _begin(_everything(limits, false), START);
        vm.assertEq(_worst()[1], 25e18);
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(START + i * HOUR);
            vm.assertEq(_left(1), i < 2 ? 10e18 : 5e18);
            _takeAll(1);
        }
        vm.assertEq(_gone()[1], 25e18, "the number is not reached");
        vm.assertEq(_worst()[1], 0);
    }

    // --- what is credited ------------------------------------------------------------------------------------------

    /// @dev An approval and what it pays for are lost once; nothing is lost twice for it.
    function test_ATK_116_an_approval_that_pays_is_lost_once() public {
        _begin(_everything(_limits(0, false), false), START);
        vm.assertTrue(_try(two(_approve(otherToken, 7e18), _fetch(otherToken, 7e18)), 0));
        vm.assertEq(_gone()[2], 7e18);
        vm.assertEq(_worst()[2], 0);
        // Of the first taker another method could have used the allowance: there the same costs twice.
        vm.assertFalse(_try(two(_approve(token, 7e18), _fetch(token, 7e18)), 0));
        vm.assertTrue(_try(two(_approve(token, 5e18), _fetch(token, 5e18)), 0));
        vm.assertEq(_gone()[1], 5e18);
        vm.assertEq(_worst()[1], 0);
    }

    /// @dev Where anything may be called, what an allowance does is not known.
    function test_ATK_116_nothing_is_credited_beside_any_target() public {
        _begin(_everything(_limits(0, false), true), START);
        vm.assertFalse(_try(two(_approve(otherToken, 7e18), _fetch(otherToken, 7e18)), 0));
    }
}
