// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyCode} from "../../../contracts/libraries/PolicyCode.sol";
import {Permissions} from "../../../contracts/libraries/Permissions.sol";
import {PermissionWord, PermissionWords} from "../../../contracts/types/PermissionWord.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {SettingsWord, SettingsWords} from "../../../contracts/types/SettingsWord.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Which permission decides a call: the search over policies of every size, and the sentinels.
contract PermissionsTest is Test {
    bytes4 private constant METHOD = 0x11223344;
    /// @dev In the token table: `transfer(address,uint256)`.
    bytes4 private constant TRANSFER = 0xa9059cbb;
    address private constant TARGET = address(0x7777);

    function test_search_finds_each_of_every_size_and_nothing_beside() public pure {
        uint256[8] memory sizes = [uint256(0), 1, 2, 3, 4, 31, 255, 700];
        for (uint256 n = 0; n < sizes.length; ++n) {
            uint256 count = sizes[n];
            for (uint256 limits = 0; limits <= 8; limits += 8) {
                uint256 hot = _hot(count, limits);
                for (uint256 i = 0; i < count; ++i) {
                    (address target, bytes4 selector) = _nth(i);
                    vm.assertEq(_find(hot, target, MethodKind.METHOD, selector), _word(i));
                    vm.assertEq(PermissionWord.unwrap(Permissions.at(hot, i)), _word(i));
                    // Its neighbours by selector and by target.
                    vm.assertEq(_find(hot, target, MethodKind.METHOD, bytes4(uint32(selector) + 1)), 0);
                    vm.assertEq(_find(hot, target, MethodKind.METHOD, bytes4(uint32(selector) - 1)), 0);
                    vm.assertEq(_find(hot, address(uint160(target) + 1), MethodKind.METHOD, selector), 0);
                    vm.assertEq(_find(hot, target, MethodKind.NATIVE, 0), 0);
                }
                vm.assertEq(_find(hot, address(0), MethodKind.METHOD, 0), 0);
                vm.assertEq(_find(hot, ANY_TARGET, MethodKind.METHOD, 0xffffffff), 0);
            }
        }
    }

    function testFuzz_ATK_44_pairs_never_cross(uint256 a, uint256 b, uint256 count) public pure {
        count = bound(count, 2, 40);
        (a, b) = (bound(a, 0, count - 1), bound(b, 0, count - 1));
        uint256 hot = _hot(count, 1);
        (address target, ) = _nth(a);
        (, bytes4 selector) = _nth(b);
        // Every target has two of the selectors, the last one of an odd count has one.
        uint256 named = a - (a % 2) + (b % 2);
        uint256 expected = named < count ? _word(named) : 0;
        vm.assertEq(_find(hot, target, MethodKind.METHOD, selector), expected);
        // The same selector at a target that has none.
        vm.assertEq(_find(hot, address(uint160(target) + 8), MethodKind.METHOD, selector), 0);
    }

    function test_an_exact_permission_goes_before_a_wildcard() public pure {
        uint256[] memory words = new uint256[](3);
        words[0] = _pack(TARGET, MethodKind.METHOD, METHOD);
        words[1] = _pack(TARGET, MethodKind.WILDCARD, 0);
        words[2] = _pack(ANY_TARGET, MethodKind.METHOD, METHOD);
        uint256 hot = _hotOf(words, new address[](0));
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, METHOD), words[0]);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, 0x55667788), words[1]);
        vm.assertEq(_find(hot, address(0x8888), MethodKind.METHOD, METHOD), words[2]);
        vm.assertEq(_find(hot, address(0x8888), MethodKind.METHOD, 0x55667788), 0);
    }

    function test_ATK_43_a_wildcard_never_matches_native_transfers_or_the_table() public pure {
        uint256[] memory words = new uint256[](1);
        words[0] = _pack(TARGET, MethodKind.WILDCARD, 0);
        uint256 hot = _hotOf(words, new address[](0));
        vm.assertEq(_find(hot, TARGET, MethodKind.NATIVE, 0), 0);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, TRANSFER), 0);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, bytes4(uint32(TRANSFER) + 1)), words[0]);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, 0), words[0]);
    }

    function test_any_target_never_matches_a_limited_token() public pure {
        uint256[] memory words = new uint256[](1);
        words[0] = _pack(ANY_TARGET, MethodKind.METHOD, METHOD);
        address[] memory limits = new address[](3);
        (limits[0], limits[2]) = (address(0x1), TARGET);
        uint256 hot = _hotOf(words, limits);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, METHOD), 0);
        vm.assertEq(_find(hot, address(0x1), MethodKind.METHOD, METHOD), 0);
        vm.assertEq(_find(hot, address(0x2), MethodKind.METHOD, METHOD), words[0]);
        vm.assertEq(_find(hot, address(0x2), MethodKind.NATIVE, 0), 0);
    }

    /// @dev Behind the last limit stands the first permission, whose target is where a limit has its token.
    function test_any_target_matches_the_first_permissions_target() public pure {
        uint256[] memory words = new uint256[](2);
        words[0] = _pack(TARGET, MethodKind.METHOD, 0x55667788);
        words[1] = _pack(ANY_TARGET, MethodKind.METHOD, METHOD);
        for (uint256 limits = 0; limits <= 8; ++limits) {
            uint256 hot = _hotOf(words, new address[](limits));
            vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, METHOD), words[1]);
        }
    }

    function test_ATK_28_native_is_no_selector() public pure {
        uint256[] memory words = new uint256[](2);
        words[0] = _pack(TARGET, MethodKind.METHOD, 0);
        words[1] = _pack(TARGET, MethodKind.NATIVE, 0);
        uint256 hot = _hotOf(words, new address[](0));
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, 0), words[0]);
        vm.assertEq(_find(hot, TARGET, MethodKind.NATIVE, 0), words[1]);
    }

    function testFuzz_limits_and_paymaster_are_read_back(address[8] calldata tokens, uint256 count) public pure {
        count = bound(count, 0, 8);
        address[] memory limits = new address[](count);
        for (uint256 i = 0; i < count; ++i) limits[i] = tokens[i];
        uint256 hot = _hotOf(new uint256[](1), limits);
        vm.assertEq(Permissions.paymaster(hot), address(0xfee));
        for (uint256 i = 0; i < count; ++i) {
            (address token, uint256 cap, uint256 period) = Permissions.limit(hot, i);
            vm.assertEq(token, tokens[i]);
            vm.assertEq(cap, 1_000 + i);
            vm.assertEq(period, 300 + i);
        }
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    function _nth(uint256 i) private pure returns (address target, bytes4 selector) {
        return (address(uint160((i / 2 + 1) * 16)), bytes4(uint32(0x10000000 + (i % 2) * 0x1000)));
    }

    function _word(uint256 i) private pure returns (uint256) {
        (address target, bytes4 selector) = _nth(i);
        return _pack(target, MethodKind.METHOD, selector);
    }

    function _pack(address target, MethodKind kind, bytes4 selector) private pure returns (uint256) {
        uint256 sortKey = PermissionWords.keyOf(target, kind, selector);
        return PermissionWord.unwrap(PermissionWords.pack(sortKey, 1, 2, 3, 4, 0, 5, 6));
    }

    function _hot(uint256 count, uint256 limits) private pure returns (uint256) {
        uint256[] memory words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) words[i] = _word(i);
        return _hotOf(words, new address[](limits));
    }

    /// @dev The hot part of a policy as `PolicyCode` draws it.
    function _hotOf(uint256[] memory words, address[] memory limits) private pure returns (uint256 hot) {
        SettingsWord word = SettingsWords.pack(60, 61, 1, 1, true, limits.length, 0, 0, words.length);
        bytes memory code = abi.encodePacked(SettingsWord.unwrap(word), uint256(uint160(address(0xfee))));
        for (uint256 i = 0; i < limits.length; ++i) {
            code = abi.encodePacked(code, (uint256(uint160(limits[i])) << 96) | ((300 + i) << 64), 1_000 + i);
        }
        vm.assertEq(code.length + words.length * 32, PolicyCode.hotSize(limits.length, words.length));
        code = abi.encodePacked(code, words);
        assembly ("memory-safe") {
            hot := add(code, 32)
        }
    }

    function _find(uint256 hot, address target, MethodKind kind, bytes4 selector) private pure returns (uint256) {
        return PermissionWord.unwrap(Permissions.find(hot, target, kind, selector));
    }
}
