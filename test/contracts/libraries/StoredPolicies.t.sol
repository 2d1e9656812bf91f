// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyScope, Scope} from "../../../contracts/core/PolicyScope.sol";
import {StoredPolicies} from "../../../contracts/libraries/StoredPolicies.sol";
import {LimitWord, LimitWords} from "../../../contracts/types/LimitWord.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {MethodWord, MethodWords} from "../../../contracts/types/MethodWord.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {SettingsWord, SettingsWords} from "../../../contracts/types/SettingsWord.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice The stored form is read as it is drawn: the search over policies of every size, and the sentinels.
contract StoredPoliciesTest is Test {
    bytes4 private constant METHOD = 0x11223344;
    /// @dev In the token table: `transfer(address,uint256)`.
    bytes4 private constant TRANSFER = 0xa9059cbb;
    address private constant TARGET = address(0x77770000);
    address private constant POLICY = address(0x9011C70000);

    function test_search_finds_each_of_every_size_and_nothing_beside() public {
        uint256[8] memory sizes = [uint256(0), 1, 2, 3, 4, 31, 255, 700];
        for (uint256 n = 0; n < sizes.length; ++n) {
            uint256 count = sizes[n];
            for (uint256 limits = 0; limits <= 8; limits += 8) {
                uint256 hot = StoredPolicies.load(_store(_words(count), new address[](limits)));
                for (uint256 i = 0; i < count; ++i) {
                    (address target, bytes4 selector) = _nth(i);
                    vm.assertEq(_find(hot, target, MethodKind.METHOD, selector), _word(i));
                    vm.assertEq(MethodWord.unwrap(StoredPolicies.methodAt(hot, i)), _word(i));
                    // Its neighbours by selector, by target and by kind.
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

    function testFuzz_ATK_44_pairs_never_cross(uint256 a, uint256 b, uint256 count) public {
        count = bound(count, 2, 40);
        (a, b) = (bound(a, 0, count - 1), bound(b, 0, count - 1));
        uint256 hot = StoredPolicies.load(_store(_words(count), new address[](1)));
        (address target, ) = _nth(a);
        (, bytes4 selector) = _nth(b);
        // Every target has two of the selectors, the last one of an odd count has one.
        uint256 named = a - (a % 2) + (b % 2);
        uint256 expected = named < count ? _word(named) : 0;
        vm.assertEq(_find(hot, target, MethodKind.METHOD, selector), expected);
        // The same selector at a target that has none.
        vm.assertEq(_find(hot, address(uint160(target) + 8), MethodKind.METHOD, selector), 0);
    }

    // --- the sentinels ---------------------------------------------------------------------------------------------

    function test_ATK_43_a_wildcard_never_matches_the_table() public {
        uint256[] memory words = new uint256[](1);
        words[0] = _pack(TARGET, MethodKind.WILDCARD, 0);
        Scope memory scope = _open(words, new address[](0));
        vm.assertFalse(PolicyScope.has(scope, TARGET, TRANSFER));
        vm.assertTrue(PolicyScope.has(scope, TARGET, bytes4(uint32(TRANSFER) + 1)));
        vm.assertTrue(PolicyScope.has(scope, TARGET, 0));
        vm.assertFalse(PolicyScope.has(scope, address(0x88880000), METHOD));
    }

    function test_any_target_never_matches_a_limited_token() public {
        uint256[] memory words = new uint256[](1);
        words[0] = _pack(ANY_TARGET, MethodKind.METHOD, METHOD);
        address[] memory limits = new address[](3);
        (limits[1], limits[2]) = (address(0x1), TARGET);
        Scope memory scope = _open(words, limits);
        vm.assertFalse(PolicyScope.has(scope, TARGET, METHOD));
        vm.assertTrue(PolicyScope.has(scope, address(0x88880000), METHOD));
        vm.assertFalse(PolicyScope.has(scope, address(0x88880000), 0x55667788));
    }

    /// @dev Behind the last limit stands the first method, whose target is where a limit has its unit.
    function test_any_target_matches_the_first_methods_target() public {
        uint256[] memory words = new uint256[](2);
        words[0] = _pack(TARGET, MethodKind.METHOD, 0x55667788);
        words[1] = _pack(ANY_TARGET, MethodKind.METHOD, METHOD);
        for (uint256 limits = 0; limits <= 8; ++limits) {
            vm.assertTrue(PolicyScope.has(_open(words, new address[](limits)), TARGET, METHOD));
        }
    }

    function test_ATK_28_native_is_no_selector() public {
        uint256[] memory words = new uint256[](2);
        words[0] = _pack(TARGET, MethodKind.NATIVE, 0);
        words[1] = _pack(TARGET, MethodKind.METHOD, 0);
        uint256 hot = StoredPolicies.load(_store(words, new address[](0)));
        vm.assertEq(_find(hot, TARGET, MethodKind.NATIVE, 0), words[0]);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, 0), words[1]);
        uint256[] memory native = new uint256[](1);
        native[0] = words[0];
        vm.assertFalse(PolicyScope.has(_open(native, new address[](0)), TARGET, 0));
    }

    // --- limits and header -----------------------------------------------------------------------------------------

    function testFuzz_limits_and_paymaster_are_read_back(address[8] calldata units, uint256 count) public {
        count = bound(count, 0, 8);
        address[] memory limits = new address[](count);
        for (uint256 i = 0; i < count; ++i) limits[i] = units[i];
        address policy = _store(_words(1), limits);
        uint256 hot = StoredPolicies.load(policy);
        vm.assertEq(StoredPolicies.paymaster(hot), address(0xfee));
        for (uint256 i = 0; i < count; ++i) {
            (address unit, uint256 cap, uint256 period, bool fromStart) = StoredPolicies.limit(hot, i);
            vm.assertEq(unit, units[i]);
            vm.assertEq(StoredPolicies.unitOf(hot, i), units[i]);
            vm.assertEq(cap, 1_000 + i);
            vm.assertEq(period, 300 + i);
            vm.assertEq(fromStart, i % 2 == 1);
        }
        (bytes32 policyId, bytes32 app, SettingsWord settings) = StoredPolicies.loadHeader(policy);
        vm.assertEq(policyId, "id");
        vm.assertEq(StoredPolicies.loadId(policy), "id");
        vm.assertEq(app, "app");
        vm.assertEq(settings.limitCount(), count);
        vm.assertEq(settings.methodCount(), 1);
    }

    /// @dev Details are read to their last byte, which may stand in the middle of a word.
    function testFuzz_details_are_copied(bytes calldata details) public {
        vm.assume(details.length != 0 && details.length < 5_000);
        address policy = _store(_words(1), new address[](0));
        uint256 offset = policy.code.length;
        vm.etch(policy, bytes.concat(policy.code, details));
        MethodWord method = MethodWords.packDetailed(1, 1, details.length, offset);
        uint256 pointer = StoredPolicies.loadDetails(policy, StoredPolicies.load(policy), method);
        (bytes32 copied, uint256 size) = (0, details.length);
        assembly ("memory-safe") {
            // What `loadDetails` or `load` has allocated and filled.
            copied := keccak256(pointer, size)
        }
        vm.assertEq(copied, keccak256(details));
    }

    function test_where_nothing_is_published_there_is_nothing() public view {
        uint256 hot = StoredPolicies.load(address(0xdead));
        vm.assertEq(StoredPolicies.settings(hot).limitCount() + StoredPolicies.settings(hot).methodCount(), 0);
        vm.assertEq(_find(hot, TARGET, MethodKind.METHOD, METHOD), 0);
        vm.assertEq(StoredPolicies.loadId(address(0xdead)), 0);
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    function _nth(uint256 i) private pure returns (address target, bytes4 selector) {
        return (address(uint160(0x10000 + (i / 2 + 1) * 16)), bytes4(uint32(0x10000000 + (i % 2) * 0x1000)));
    }

    function _word(uint256 i) private pure returns (uint256) {
        (address target, bytes4 selector) = _nth(i);
        return _pack(target, MethodKind.METHOD, selector);
    }

    function _words(uint256 count) private pure returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) words[i] = _word(i);
    }

    function _pack(address target, MethodKind kind, bytes4 selector) private pure returns (uint256) {
        uint256 sortKey = MethodWords.keyOf(target, kind, selector);
        return MethodWord.unwrap(MethodWords.packPlain(sortKey, true, Trust.OPEN, 3, 2, 32, 1, 1, true));
    }

    function _open(uint256[] memory words, address[] memory limits) private returns (Scope memory scope) {
        PolicyScope.open(scope, _store(words, limits), address(this));
    }

    /// @dev A policy's code as `StoredPolicies` draws it.
    function _store(uint256[] memory words, address[] memory limits) private returns (address) {
        SettingsWord settings = SettingsWords.pack(60, 61, 1, 1, true, limits.length, 0, 0, words.length, words.length);
        bytes memory code = abi.encodePacked(hex"00", bytes32("id"), bytes32("app"), SettingsWord.unwrap(settings));
        code = abi.encodePacked(code, uint256(uint160(address(0xfee))));
        for (uint256 i = 0; i < limits.length; ++i) {
            code = abi.encodePacked(code, LimitWord.unwrap(LimitWords.pack(limits[i], 300 + i, i % 2 == 1)), 1_000 + i);
        }
        vm.etch(POLICY, abi.encodePacked(code, words));
        return POLICY;
    }

    function _find(uint256 hot, address target, MethodKind kind, bytes4 selector) private pure returns (uint256) {
        return MethodWord.unwrap(StoredPolicies.find(hot, MethodWords.keyOf(target, kind, selector)));
    }
}
