// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyScope, Scope} from "../../../contracts/core/PolicyScope.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {DetailFlags} from "../../../contracts/types/DetailFlags.sol";
import {LimitWord, LimitWords} from "../../../contracts/types/LimitWord.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {MethodWord, MethodWords} from "../../../contracts/types/MethodWord.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {SettingsWord, SettingsWords} from "../../../contracts/types/SettingsWord.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice What decides a call and what it draws, on policies written by hand.
contract PolicyScopeTest is Test {
    address private constant POLICY = 0xC0De00000000000000000000000000000000C0DE;
    address private constant TOKEN = 0x0000000000000000000000000000000000070000;
    address private constant OTHER_TOKEN = 0x0000000000000000000000000000000000070001;
    bytes4 private constant APPROVE = 0x095ea7b3;
    bytes4 private constant TRANSFER = 0xa9059cbb;
    bytes4 private constant TAKE = 0x11111111;
    uint256 private constant SPENDERS = 40;

    // --- a policy --------------------------------------------------------------------------------------------------

    /// @dev One limit on TOKEN, one on OTHER_TOKEN. Their `approve` to anybody, and `take(uint256)` of SPENDERS targets,
    /// which an approval pays for; even ones take the first token, odd ones the other.
    function setUp() public {
        bytes memory index;
        uint256 methods = 2 + SPENDERS;
        uint256 offset = 129 + 2 * 64 + methods * 32;
        bytes memory details;
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory detail = _approval(i);
            uint256 key = MethodWords.keyOf(i == 0 ? TOKEN : OTHER_TOKEN, MethodKind.METHOD, APPROVE);
            MethodWord word = MethodWords.packDetailed(key, 1, detail.length, offset + details.length);
            index = abi.encodePacked(index, word);
            details = bytes.concat(details, detail);
        }
        for (uint256 i = 0; i < SPENDERS; ++i) {
            uint256 key = MethodWords.keyOf(_spender(i), MethodKind.METHOD, TAKE);
            index = abi.encodePacked(index, MethodWords.packPlain(key, false, Trust.TRUSTED, 1, 0, 12, i % 2, 1, true));
        }
        _place(_limits(), index, details, methods);
    }

    function _spender(uint256 i) private pure returns (address) {
        return address(uint160(0x80000 + i));
    }

    function _limits() private pure returns (bytes memory) {
        LimitWord first = LimitWords.pack(TOKEN, 0, false);
        LimitWord second = LimitWords.pack(OTHER_TOKEN, 60, true);
        return abi.encodePacked(first, uint256(1_000), second, uint256(1_000));
    }

    /// @dev The spender is free, the amount is drawn on the n-th limit by the row itself.
    function _approval(uint256 limit) private pure returns (bytes memory) {
        bytes memory program = hex"00_02_01_00_02_01_ff_ff_03_00_01_ff_00_00";
        bytes memory rest = abi.encodePacked(
            uint8(DetailFlags.APPROVES),
            uint128(0),
            hex"01",
            uint8((limit << 4) | 1),
            uint8(DetailFlags.OWN_ROW),
            program
        );
        return bytes.concat(bytes2(uint16(rest.length + 2)), rest);
    }

    function _place(bytes memory limits, bytes memory index, bytes memory details, uint256 methods) private {
        SettingsWord settings = SettingsWords.pack(60, 120, 10, 7, true, limits.length / 64, 0, 1, methods, methods);
        bytes memory head = abi.encodePacked(hex"00", bytes32("id"), bytes32("app"), settings, uint256(0));
        vm.etch(POLICY, bytes.concat(head, limits, index, details));
    }

    // --- executions ------------------------------------------------------------------------------------------------

    struct Step {
        address target;
        bytes data;
    }

    /// @dev Takes calls as calldata; answers what is requested of the two limits.
    function execute(Step[] calldata steps) external view returns (uint256[2] memory requested) {
        Scope memory scope = _open();
        for (uint256 i = 0; i < steps.length; ++i) _admit(scope, i, steps[i].target, 0, steps[i].data, false);
        uint256 from = scope.requested;
        assembly ("memory-safe") {
            // One word per limit.
            mcopy(requested, from, 64)
        }
    }

    function one(address target, uint256 value, bytes calldata data, bool asked) external view {
        _admit(_open(), 7, target, value, data, asked);
    }

    function has(address target, bytes4 selector) external view returns (bool) {
        return PolicyScope.has(_open(), target, selector);
    }

    function _open() private view returns (Scope memory scope) {
        PolicyScope.open(scope, POLICY, address(this));
    }

    function _admit(
        Scope memory scope,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) private view {
        PolicyScope.admit(scope, PolicyScope.find(scope, target, data), index, target, value, data, asked);
    }

    function _approve(address token, address spender, uint256 amount) private pure returns (Step memory) {
        return Step(token, abi.encodeWithSelector(APPROVE, spender, amount));
    }

    function _take(address target, uint256 amount) private pure returns (Step memory) {
        return Step(target, abi.encodeWithSelector(TAKE, amount));
    }

    // --- credits ---------------------------------------------------------------------------------------------------

    function test_ATK_116_credit_pays_once() public view {
        Step[] memory steps = new Step[](3);
        steps[0] = _approve(TOKEN, _spender(0), 100);
        steps[1] = _take(_spender(0), 60);
        steps[2] = _take(_spender(0), 60);
        vm.assertEq(this.execute(steps)[0], 120);
    }

    function test_ATK_116_credit_is_of_its_spender_and_its_token() public view {
        Step[] memory steps = new Step[](3);
        steps[0] = _approve(OTHER_TOKEN, _spender(0), 100);
        // The first token, of which nothing was approved.
        steps[1] = _take(_spender(0), 10);
        // Another spender.
        steps[2] = _take(_spender(3), 20);
        uint256[2] memory requested = this.execute(steps);
        vm.assertEq(requested[0], 10);
        vm.assertEq(requested[1], 120);
    }

    function test_ATK_116_credit_is_replaced_not_added() public view {
        Step[] memory steps = new Step[](3);
        steps[0] = _approve(TOKEN, _spender(0), 100);
        steps[1] = _approve(TOKEN, _spender(0), 30);
        steps[2] = _take(_spender(0), 100);
        vm.assertEq(this.execute(steps)[0], 100 + 30 + 70);
    }

    function test_ATK_116_credit_16_pairs_have_one_and_the_17th_has_none() public view {
        Step[] memory steps = new Step[](36);
        for (uint256 i = 0; i < 17; ++i) steps[i] = _approve(TOKEN, _spender(2 * i), 10 + i);
        // The first pair again, which is there; another one, which finds no room.
        steps[17] = _approve(TOKEN, _spender(0), 50);
        steps[18] = _approve(OTHER_TOKEN, _spender(1), 5);
        uint256 wanted = 17 * 10 + (16 * 17) / 2 + 50;
        for (uint256 i = 0; i < 16; ++i) steps[19 + i] = _take(_spender(2 * i), i == 0 ? 50 : 10 + i);
        steps[35] = _take(_spender(32), 26);
        uint256[2] memory requested = this.execute(steps);
        vm.assertEq(requested[0], wanted + 26);
        vm.assertEq(requested[1], 5);
    }

    /// @dev Against a list of pairs that has no bound: at most 12 of them.
    function testFuzz_ATK_116_credit_like_a_ledger(uint256 seed, uint8 length) public view {
        Step[] memory steps = new Step[](bound(length, 1, 24));
        uint256[2] memory wanted;
        uint256[12] memory credits;
        for (uint256 i = 0; i < steps.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 limit = (seed >> 8) % 2;
            uint256 who = (seed >> 16) % 6;
            uint256 amount = (seed >> 32) % 100;
            if (seed % 2 == 0) {
                steps[i] = _approve(limit == 0 ? TOKEN : OTHER_TOKEN, _spender(who), amount);
                wanted[limit] += amount;
                credits[who * 2 + limit] = amount;
            } else {
                steps[i] = _take(_spender(who), amount);
                uint256 at = who * 2 + (who % 2);
                uint256 paid = amount < credits[at] ? amount : credits[at];
                credits[at] -= paid;
                wanted[who % 2] += amount - paid;
            }
        }
        uint256[2] memory requested = this.execute(steps);
        vm.assertEq(requested[0], wanted[0]);
        vm.assertEq(requested[1], wanted[1]);
    }

    /// @dev A spender with bits above an address is nobody.
    function test_ATK_116_credit_of_a_dirty_word_is_nobodys() public view {
        Step[] memory steps = new Step[](2);
        uint256 dirty = (uint256(1) << 160) | uint160(_spender(0));
        steps[0] = Step(TOKEN, abi.encodeWithSelector(APPROVE, dirty, 100));
        steps[1] = _take(_spender(0), 100);
        vm.assertEq(this.execute(steps)[0], 200);
    }

    function test_ATK_117_requests_saturate() public view {
        Step[] memory steps = new Step[](3);
        steps[0] = _approve(TOKEN, _spender(0), type(uint256).max);
        steps[1] = _approve(TOKEN, _spender(2), 2);
        steps[2] = _take(_spender(4), 1);
        vm.assertEq(this.execute(steps)[0], type(uint256).max);
    }

    // --- the index -------------------------------------------------------------------------------------------------

    function test_ATK_115_finds_each_of_many_methods() public view {
        for (uint256 i = 0; i < SPENDERS; ++i) {
            vm.assertTrue(this.has(_spender(i), TAKE));
            vm.assertFalse(this.has(_spender(i), APPROVE));
        }
        vm.assertTrue(this.has(TOKEN, APPROVE));
        vm.assertFalse(this.has(TOKEN, TAKE));
        vm.assertFalse(this.has(_spender(SPENDERS), TAKE));
        vm.assertFalse(this.has(address(0), 0));
        vm.assertFalse(this.has(ANY_TARGET, 0xffffffff));
    }

    /// @dev Every number of methods from none on, so that every way through the search is gone.
    function test_ATK_115_finds_what_is_there_in_an_index_of_any_length() public {
        bytes memory index;
        for (uint256 count = 0; count < 20; ++count) {
            _place(_limits(), index, "", count);
            for (uint256 i = 0; i < 22; ++i) vm.assertEq(this.has(_spender(i), TAKE), i < count);
            uint256 key = MethodWords.keyOf(_spender(count), MethodKind.METHOD, TAKE);
            index = abi.encodePacked(index, MethodWords.packPlain(key, false, Trust.TRUSTED, 0, 0, 0, 0, 0, false));
        }
    }

    function test_nothing_is_found_where_nothing_is_published() public {
        vm.etch(POLICY, "");
        vm.assertFalse(this.has(TOKEN, APPROVE));
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 7, TOKEN, APPROVE));
        this.one(TOKEN, 0, abi.encodeWithSelector(APPROVE, 1, 1), false);
    }

    // --- a plain permission ----------------------------------------------------------------------------------------

    function test_plain_says_what_is_wrong_in_its_order() public {
        bytes memory data = abi.encodeWithSelector(TAKE, uint256(1) << 96);
        address target = _spender(0);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.CallNotConsumable.selector, 7, target, TAKE));
        this.one(target, 1, data, true);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 7, 1, 0));
        this.one(target, 1, bytes.concat(data, hex"00"), false);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 7, 37, 36));
        this.one(target, 0, bytes.concat(data, hex"00"), false);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.ArgumentNotBounded.selector, 7, 4, 1 << 96));
        this.one(target, 0, data, false);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 7, 3, 4));
        this.one(target, 0, hex"111111", false);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 7, target, TRANSFER));
        this.one(target, 0, abi.encodeWithSelector(TRANSFER, 1, 1), false);
        vm.expectRevert(abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 7, target, bytes4(0)));
        this.one(target, 0, "", false);
    }

    function testFuzz_plain_word_is_below_its_bytes(uint256 word, uint8 size, uint8 position) public {
        size = uint8(bound(size, 1, 32));
        position = uint8(bound(position, 0, 63));
        uint256 key = MethodWords.keyOf(_spender(0), MethodKind.METHOD, TAKE);
        MethodWord method = MethodWords.packPlain(key, false, Trust.TRUSTED, 64, position, size, 1, 1, false);
        _place(_limits(), abi.encodePacked(method), "", 1);
        bytes memory data = abi.encodePacked(TAKE, new bytes(64 * 32));
        assembly ("memory-safe") {
            // One of the 64 words.
            mstore(add(add(data, 36), mul(32, position)), word)
        }
        Step[] memory steps = new Step[](1);
        steps[0] = Step(_spender(0), data);
        if (size == 32 || word >> (uint256(size) * 8) == 0) {
            vm.assertEq(this.execute(steps)[1], word);
        } else {
            bytes4 selector =
                size == 12 ? ISessionErrors.ArgumentNotBounded.selector : ISessionErrors.ArgumentNotCanonical.selector;
            vm.expectRevert(abi.encodeWithSelector(selector, 0, 4 + uint256(position) * 32, word));
            this.execute(steps);
        }
    }

    // --- short ways ------------------------------------------------------------------------------------------------

    /// @dev A word that a credit may pay for is decided in full, and without a credit it says the same.
    function testFuzz_plain_call_is_decided_as_in_full(
        uint256 form,
        uint256 value,
        uint256[4] calldata arguments,
        uint8 cut,
        bool asked
    ) public {
        uint256[4] memory sizes = [uint256(0), 12, 20, 32];
        uint256 words = form % 5;
        uint256 first = (form >> 8) % 2;
        bytes memory data = abi.encodePacked(TAKE, arguments);
        // As long as the word says, or one of the lengths around it.
        uint256 length = cut < 128 ? 4 + words * 32 : cut % (data.length + 1);
        assembly ("memory-safe") {
            // At most what was allocated.
            mstore(data, length)
        }
        if (form & 0xc0000 != 0) value = 0;
        MethodWord word = MethodWords.packPlain(
            MethodWords.keyOf(TOKEN, MethodKind.METHOD, TAKE),
            form & 0x10000 != 0,
            Trust.TRUSTED,
            words,
            (form >> 24) % 5,
            sizes[(form >> 32) % 4],
            first,
            (form >> 40) % (3 - first),
            false
        );
        _place(_limits(), abi.encodePacked(word), "", 1);
        (bool success, bytes memory answer) = _ask(value, data, asked);
        _place(_limits(), abi.encodePacked(word.withCredit()), "", 1);
        (bool expected, bytes memory inFull) = _ask(value, data, asked);
        vm.assertEq(success, expected);
        vm.assertEq(answer, inFull);
    }

    /// @dev Of unsigned words, a few of which are too wide. Two alternatives that say the same are held to in full.
    function testFuzz_words_are_decided_as_in_full(
        uint8[4] calldata codes,
        uint256[5] calldata arguments,
        uint8 fits,
        uint8 flags,
        uint8 cut,
        bool asked
    ) public {
        uint256 words = fits % 5;
        bytes memory widths;
        bytes memory data = abi.encodePacked(TAKE);
        for (uint256 i = 0; i < words; ++i) {
            widths = abi.encodePacked(widths, codes[i]);
            uint256 argument = arguments[i] >> (fits >> 4 == i ? 254 - (codes[i] % 255) : 255 - codes[i]);
            data = abi.encodePacked(data, argument);
        }
        if (cut < 64) data = abi.encodePacked(data, bytes1(cut));
        bytes memory program = abi.encodePacked(
            hex"00",
            uint8(words),
            hex"0100",
            uint8(words),
            hex"00",
            widths,
            hex"00"
        );
        _requireAlike(flags, program, cut == 255 ? 1 : 0, data, asked);
    }

    /// @dev Of one `bytes`, with one byte of the calldata changed.
    function testFuzz_content_is_decided_as_in_full(
        bytes calldata content,
        uint256 at,
        bytes1 byte_,
        uint8 flags,
        bool asked
    ) public {
        bytes memory data = abi.encodePacked(TAKE, abi.encode(content));
        if (at % 4 != 0) data[4 + ((at >> 8) % (at % 4 == 1 ? 64 : data.length - 4))] = byte_;
        _requireAlike(flags, hex"0001010400000000", 0, data, asked);
    }

    function _requireAlike(uint8 flags, bytes memory program, uint256 value, bytes memory data, bool asked) private {
        // An approval's flags would want a draw.
        flags &= 0xf;
        bytes memory detail = abi.encodePacked(uint16(20 + program.length), flags, uint128(1), hex"00", program);
        uint256 key = MethodWords.keyOf(TOKEN, MethodKind.METHOD, TAKE);
        uint256 offset = 129 + 2 * 64 + 32;
        MethodWord word = MethodWords.packDetailed(key, 1, detail.length, offset);
        _place(_limits(), abi.encodePacked(word), detail, 1);
        (bool success, bytes memory answer) = _ask(value, data, asked);
        word = MethodWords.packDetailed(key, 2, 2 * detail.length, offset);
        _place(_limits(), abi.encodePacked(word), bytes.concat(detail, detail), 1);
        (bool expected, bytes memory inFull) = _ask(value, data, asked);
        vm.assertEq(success, expected);
        if (!success && data.length >= 4) {
            answer = abi.encodeWithSelector(ISessionErrors.AlternativesRefused.selector, 7, 2, 0, answer);
        }
        vm.assertEq(answer, inFull);
    }

    function _ask(uint256 value, bytes memory data, bool asked) private view returns (bool, bytes memory) {
        return address(this).staticcall(abi.encodeCall(this.requestsOf, (TOKEN, value, data, asked)));
    }

    /// @dev Takes a call as calldata; answers what is requested of the two limits.
    function requestsOf(
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) external view returns (uint256[2] memory requested) {
        Scope memory scope = _open();
        _admit(scope, 7, target, value, data, asked);
        uint256 from = scope.requested;
        assembly ("memory-safe") {
            // One word per limit.
            mcopy(requested, from, 64)
        }
    }
}
