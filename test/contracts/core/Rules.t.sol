// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Each test of a rule on both sides, through publication, storage and the engine as they are deployed.
contract RulesTest is LatchkeyTest {
    /// @dev One word each. The address is open, so that each of the others can be looked at alone.
    string private constant STATIC = "check(address,uint8,int16,bytes4,bool,uint256)";
    /// @dev A head of three words, two of them pointers.
    string private constant DYNAMIC = "post(uint256,bytes,uint16[])";
    uint256 private constant WIDE = 1 << 96;
    uint64 private lane;

    function _static() private view returns (Permission memory) {
        return withOpen(permission(address(recorder), STATIC), "0");
    }

    function _bytes() private view returns (Permission memory) {
        return permission(address(recorder), DYNAMIC);
    }

    /// @dev The bytes say anything.
    function _array() private view returns (Permission memory) {
        return withOpen(permission(address(recorder), DYNAMIC), "1");
    }

    function _allow(Permission memory only) private returns (SessionKey memory holder) {
        holder = newKey(vm.toString(++lane));
        Grant memory grant = grantOf(holder, publish(policyOf(only)));
        grant.lane = lane;
        registerGrant(account, grant);
    }

    function _ok(SessionKey memory holder, bytes memory data) private {
        uint256 before = recorder.count();
        accepted(holder.account, directData(account, one(Call(address(recorder), 0, data))));
        vm.assertEq(recorder.count(), before + 1);
        vm.assertEq(recorder.seen(before).data, data);
    }

    function _no(SessionKey memory holder, bytes memory data, bytes4 selector, uint256 where, uint256 actual) private {
        refused(
            holder.account,
            directData(account, one(Call(address(recorder), 0, data))),
            abi.encodeWithSelector(selector, 0, where, actual)
        );
    }

    /// @dev `number` of the rule.
    function _notAllowed(SessionKey memory holder, bytes memory data, uint256 number, uint256 actual) private {
        _no(holder, data, ISessionErrors.ArgumentNotAllowed.selector, number, actual);
    }

    /// @dev `position` in words behind the selector.
    function _notCanonical(SessionKey memory holder, bytes memory data, uint256 position, uint256 actual) private {
        _no(holder, data, ISessionErrors.ArgumentNotCanonical.selector, 4 + 32 * position, actual);
    }

    function _words(uint256 word, uint256 value) private pure returns (bytes memory data) {
        uint256[6] memory words;
        words[word] = value;
        return abi.encodePacked(bytes4(keccak256(bytes(STATIC))), abi.encode(words));
    }

    function _dynamic(bytes memory tail) private pure returns (bytes memory) {
        return abi.encodePacked(bytes4(keccak256(bytes(DYNAMIC))), tail);
    }

    // --- words -----------------------------------------------------------------------------------------------------

    /// @dev Bound, a number has its whole width.
    function testFuzz_is(uint256 value, uint256 other) public {
        value >>= 1;
        vm.assume(other != value);
        SessionKey memory holder = _allow(withRule(_static(), "5", "is", value));
        _ok(holder, _words(5, value));
        _notAllowed(holder, _words(5, other), 0, other);
    }

    function test_is_differs_in_any_bit() public {
        SessionKey memory holder = _allow(withRule(_static(), "5", "is", 12_345));
        for (uint256 bit = 0; bit < 256; bit += 17) {
            uint256 other = 12_345 ^ (1 << bit);
            _notAllowed(holder, _words(5, other), 0, other);
        }
    }

    function testFuzz_is_not(uint96 value, uint96 other) public {
        vm.assume(other != value);
        SessionKey memory holder = _allow(withRule(_static(), "5", "is not", value));
        _ok(holder, _words(5, other));
        _notAllowed(holder, _words(5, value), 0, value);
    }

    function testFuzz_is_at_most(uint256 bar) public {
        bar = bound(bar, 0, WIDE - 2);
        SessionKey memory holder = _allow(withRule(_static(), "5", "is at most", bar));
        _ok(holder, _words(5, bar));
        _ok(holder, _words(5, 0));
        _notAllowed(holder, _words(5, bar + 1), 0, bar + 1);
        _notAllowed(holder, _words(5, WIDE - 1), 0, WIDE - 1);
    }

    function testFuzz_is_at_least(uint256 bar) public {
        bar = bound(bar, 1, WIDE - 1);
        SessionKey memory holder = _allow(withRule(_static(), "5", "is at least", bar));
        _ok(holder, _words(5, bar));
        _ok(holder, _words(5, WIDE - 1));
        _notAllowed(holder, _words(5, bar - 1), 0, bar - 1);
        _notAllowed(holder, _words(5, 0), 0, 0);
    }

    /// @dev What no rule binds is no address: nobody can make one that small.
    function test_ATK_32_an_unbound_number_is_below_2_to_the_96() public {
        SessionKey memory holder = _allow(withRule(_static(), "5", "is not", 7));
        _ok(holder, _words(5, WIDE - 1));
        uint256[4] memory wide = [WIDE, uint256(uint160(stranger)) | (1 << 159), 1 << 255, type(uint256).max];
        for (uint256 i = 0; i < wide.length; ++i) {
            _no(holder, _words(5, wide[i]), ISessionErrors.ArgumentNotBounded.selector, 4 + 32 * 5, wide[i]);
        }
    }

    function test_is_one_of_up_to_64_values() public {
        uint256[3] memory counts = [uint256(2), 3, 64];
        for (uint256 n = 0; n < counts.length; ++n) {
            int256[] memory numbers = new int256[](counts[n]);
            for (uint256 i = 0; i < counts[n]; ++i) numbers[i] = int256(10 * (i + 1));
            SessionKey memory holder = _allow(withRule(_static(), "5", "is one of", numbers));
            for (uint256 i = 0; i < counts[n]; ++i) {
                if (i % 5 == 0 || i + 1 == counts[n]) _ok(holder, _words(5, uint256(numbers[i])));
                _notAllowed(holder, _words(5, uint256(numbers[i]) + 1), 0, uint256(numbers[i]) + 1);
            }
            _notAllowed(holder, _words(5, 0), 0, 0);
        }
    }

    function testFuzz_is_the_principal(address other) public {
        vm.assume(other != account);
        SessionKey memory holder = _allow(withRule(permission(address(recorder), STATIC), "0", "is the principal"));
        _ok(holder, _words(0, uint160(account)));
        _notAllowed(holder, _words(0, uint160(other)), 0, uint160(other));
        _notAllowed(holder, _words(0, uint160(holder.account)), 0, uint160(holder.account));
    }

    function testFuzz_is_one_of_or_the_principal(address listed, address other) public {
        vm.assume(other != account && other != listed);
        SessionKey memory holder = _allow(
            withRule(permission(address(recorder), STATIC), "0", "is one of or the principal", listed)
        );
        _ok(holder, _words(0, uint160(account)));
        _ok(holder, _words(0, uint160(listed)));
        _notAllowed(holder, _words(0, uint160(other)), 0, uint160(other));
    }

    function test_ATK_32_dirty_bits_of_each_class() public {
        // Words 0 to 4 of STATIC: the bits that the type has, and a clean value that the rule allows.
        uint256[5] memory masks = [
            uint256(type(uint160).max),
            type(uint8).max,
            type(uint16).max,
            uint256(type(uint32).max) << 224,
            1
        ];
        for (uint256 word = 0; word < 5; ++word) {
            Permission memory made = _static();
            string memory path = vm.toString(word);
            if (word == 0) withRule(made, path, "is not", address(0));
            else if (word == 3) withRule(made, path, "is not", bytes32(0));
            else withRule(made, path, "is not", uint256(0));
            SessionKey memory holder = _allow(made);
            uint256 clean = word == 3 ? 1 << 255 : 1;
            _ok(holder, _words(word, clean));
            for (uint256 bit = 0; bit < 256; bit += 5) {
                if ((masks[word] >> bit) & 1 != 0) continue;
                uint256 dirty = clean | (1 << bit);
                _notCanonical(holder, _words(word, dirty), word, dirty);
            }
        }
    }

    function test_ATK_32_a_negative_number_is_clean_if_its_sign_reaches_the_top() public {
        SessionKey memory holder = _allow(withRule(_static(), "2", "is not", uint256(0)));
        _ok(holder, _words(2, type(uint256).max));
        _ok(holder, _words(2, uint256(int256(type(int16).min))));
        _notCanonical(holder, _words(2, 0xffff), 2, 0xffff);
        uint256 below = uint256(int256(type(int16).min) - 1);
        _notCanonical(holder, _words(2, below), 2, below);
    }

    function test_bounds_of_a_signed_number_are_signed() public {
        Permission memory made = withRule(_static(), "2", "is at least", list(-5));
        SessionKey memory holder = _allow(withRule(made, "2", "is at most", 5));
        _ok(holder, _words(2, uint256(int256(-5))));
        _ok(holder, _words(2, 5));
        _notAllowed(holder, _words(2, uint256(int256(-6))), 0, uint256(int256(-6)));
        _notAllowed(holder, _words(2, 6), 1, 6);
    }

    function test_all_rules_must_hold_and_the_first_that_does_not_is_named() public {
        Permission memory made = withRule(_static(), "1", "is one of", list(int256(0), 9));
        withRule(withRule(made, "5", "is at least", 10), "5", "is at most", 20);
        withRule(withRule(made, "5", "is not", list(12, 13)), "5", "is one of", list(12, 15));
        SessionKey memory holder = _allow(made);
        _ok(holder, _words(5, 15));
        _notAllowed(holder, _words(5, 9), 1, 9);
        _notAllowed(holder, _words(5, 21), 2, 21);
        _notAllowed(holder, _words(5, 12), 3, 12);
        _notAllowed(holder, _words(5, 14), 4, 14);
        // In the order of the arguments.
        _notAllowed(holder, _words(1, 8), 0, 8);
    }

    function test_ATK_115_a_rule_that_fails_never_falls_through_to_a_wildcard() public {
        Policy memory made = settings();
        made.permissions = two(withRule(_static(), "5", "is", 1), withOpen(permission(address(recorder), "*"), "*"));
        register(account, key, publish(made));
        _ok(key, _words(5, 1));
        _notAllowed(key, _words(5, 2), 0, 2);
        _ok(key, hex"deadbeef");
    }

    /// @dev Nothing in front of the head's end, nothing behind.
    function test_the_head_is_all_there_is() public {
        SessionKey memory holder = _allow(withRule(_static(), "5", "is not", 1));
        bytes memory data = _words(5, 2);
        for (uint256 cut = 1; cut <= 192; cut += 19) {
            bytes memory short = bytes.concat(data);
            assembly ("memory-safe") {
                // Only ever shorter.
                mstore(short, sub(mload(short), cut))
            }
            _no(holder, short, ISessionErrors.CalldataLengthNotAllowed.selector, 196 - cut, 196);
        }
        _no(holder, bytes.concat(data, hex"00"), ISessionErrors.CalldataLengthNotAllowed.selector, 197, 196);
        _ok(holder, data);
    }

    // --- contents --------------------------------------------------------------------------------------------------

    function testFuzz_has_the_content_of_bytes(bytes calldata content, bytes calldata other) public {
        vm.assume(keccak256(content) != keccak256(other));
        SessionKey memory holder = _allow(withRule(_bytes(), "1", "has the content", keccak256(content)));
        uint16[] memory none = new uint16[](0);
        _ok(holder, _dynamic(abi.encode(7, content, none)));
        _notAllowed(holder, _dynamic(abi.encode(7, other, none)), 0, uint256(keccak256(other)));
    }

    function testFuzz_has_the_content_of_an_array(uint16[] calldata content, uint16 more) public {
        vm.assume(content.length < 200);
        bytes memory packed = abi.encodePacked(content);
        SessionKey memory holder = _allow(withRule(_array(), "2", "has the content", keccak256(packed)));
        _ok(holder, _dynamic(abi.encode(7, "", content)));
        uint16[] memory longer = new uint16[](content.length + 1);
        for (uint256 i = 0; i < content.length; ++i) longer[i] = content[i];
        longer[content.length] = more;
        _notAllowed(holder, _dynamic(abi.encode(7, "", longer)), 0, uint256(keccak256(abi.encodePacked(longer))));
    }

    function test_has_one_of_the_contents() public {
        (bytes32 a, bytes32 b) = (keccak256("a"), keccak256("b"));
        SessionKey memory holder = _allow(
            withRule(_bytes(), "1", "has one of the contents", a < b ? list(a, b) : list(b, a))
        );
        uint16[] memory none = new uint16[](0);
        _ok(holder, _dynamic(abi.encode(7, bytes("a"), none)));
        _ok(holder, _dynamic(abi.encode(7, bytes("b"), none)));
        _notAllowed(holder, _dynamic(abi.encode(7, bytes("c"), none)), 0, uint256(keccak256("c")));
    }

    function test_a_length_is_a_number() public {
        Permission memory made = withRule(withRule(_array(), "1.length", "is at most", 3), "2.length", "is", 2);
        SessionKey memory holder = _allow(made);
        uint16[] memory numbers = new uint16[](2);
        _ok(holder, _dynamic(abi.encode(7, bytes("abc"), numbers)));
        _notAllowed(holder, _dynamic(abi.encode(7, bytes("abcd"), numbers)), 0, 4);
        _notAllowed(holder, _dynamic(abi.encode(7, bytes("abc"), new uint16[](3))), 1, 3);
        _notAllowed(holder, _dynamic(abi.encode(7, bytes("abc"), new uint16[](1))), 1, 1);
    }

    /// @dev Every pointer leads to where an encoder puts it, so what is compared is what is read.
    function test_ATK_33_ATK_113_no_pointer_leads_elsewhere() public {
        SessionKey memory holder = _allow(withRule(_bytes(), "1", "has the content", keccak256("hello")));
        bytes memory hello = abi.encodePacked(uint256(5), bytes32("hello"));
        bytes memory evil = abi.encodePacked(uint256(4), bytes32("evil"));
        _ok(holder, _dynamic(abi.encodePacked(uint256(7), uint256(0x60), uint256(0xa0), hello, uint256(0))));
        // "hello" stands where a check at a fixed place would look.
        _notCanonical(
            holder,
            _dynamic(abi.encodePacked(uint256(7), uint256(0xa0), uint256(0xa0), hello, evil)),
            1,
            0xa0
        );
        _notCanonical(
            holder,
            _dynamic(abi.encodePacked(uint256(7), uint256(0xa0), uint256(0xa0), evil, hello)),
            1,
            0xa0
        );
        // Two pointers to one content.
        _notCanonical(holder, _dynamic(abi.encodePacked(uint256(7), uint256(0x60), uint256(0x60), hello)), 2, 0x60);
    }

    function test_ATK_33_ATK_113_pointers_into_the_head_or_out_of_the_calldata() public {
        SessionKey memory holder = _allow(withRule(_bytes(), "1", "has the content", keccak256("")));
        uint256[9] memory bad = [
            uint256(0),
            0x20,
            0x40,
            0x5f,
            0x61,
            0x80,
            1 << 64,
            type(uint256).max,
            type(uint256).max - 0x1f
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory tail = abi.encodePacked(uint256(7), bad[i], uint256(0x80), uint256(0), uint256(0));
            _notCanonical(holder, _dynamic(tail), 1, bad[i]);
        }
        _ok(holder, _dynamic(abi.encode(7, "", new uint16[](0))));
    }

    function test_ATK_33_ATK_113_contents_that_are_longer_than_the_calldata() public {
        SessionKey memory bytesHolder = _allow(withRule(_bytes(), "1", "has the content", keccak256(new bytes(32))));
        SessionKey memory arrayHolder = _allow(withRule(_array(), "2", "has the content", keccak256(new bytes(32))));
        uint256[5] memory lengths = [uint256(97), 128, 1 << 64, type(uint256).max, type(uint256).max / 32 + 2];
        for (uint256 i = 0; i < lengths.length; ++i) {
            _refused(bytesHolder, _dynamic(abi.encode(7, 0x60, 0xa0, lengths[i], 0, 0)));
            _refused(arrayHolder, _dynamic(abi.encode(7, 0x60, 0x80, 0, lengths[i], 0)));
        }
        _ok(bytesHolder, _dynamic(abi.encode(7, 0x60, 0xa0, 32, 0, 0)));
        _ok(arrayHolder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 1, 0)));
    }

    /// @dev Not the one encoding, whichever word says so first.
    function _refused(SessionKey memory holder, bytes memory data) private {
        bytes32 before = stateHash();
        vm.prank(holder.account, ORIGIN);
        (bool success, bytes memory reason) = address(latchkey).call(
            directData(account, one(Call(address(recorder), 0, data)))
        );
        vm.assertFalse(success);
        vm.assertEq(bytes32(bytes4(reason)), bytes32(ISessionErrors.ArgumentNotCanonical.selector));
        vm.assertEq(stateHash(), before);
    }

    function test_ATK_32_dirty_elements_of_an_array() public {
        SessionKey memory holder = _allow(withRule(_array(), "2.length", "is", 3));
        SessionKey memory content = _allow(withRule(_array(), "2", "has the content", keccak256(abi.encode(1, 2, 3))));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 2, 3)));
        _ok(content, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 2, 3)));
        for (uint256 bit = 16; bit < 256; bit += 7) {
            uint256 dirty = 3 | (1 << bit);
            _notCanonical(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 2, dirty)), 7, dirty);
            _notCanonical(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, dirty, 2, 3)), 5, dirty);
            // Another content than the one that is asked for, before its elements are looked at.
            bytes32 hash = keccak256(abi.encode(1, 2, dirty));
            _notAllowed(content, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 2, dirty)), 0, uint256(hash));
        }
    }

    function test_ATK_113_nothing_stands_behind_the_last_content() public {
        SessionKey memory holder = _allow(withRule(_array(), "2", "has the content", keccak256(abi.encode(1, 2, 3))));
        _refused(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 2, 3, type(uint256).max)));
        holder = _allow(withRule(_array(), "2", "has the content", keccak256("")));
        _refused(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 0, type(uint256).max)));
        _refused(holder, _dynamic(abi.encodePacked(abi.encode(7, 0x60, 0x80, 0, 0), hex"00")));
        // Where everything is open, a suffix is let through.
        holder = _allow(withOpen(permission(address(recorder), DYNAMIC), "*"));
        _ok(holder, _dynamic(abi.encodePacked(abi.encode(7, 0x60, 0x80, 0, 0), hex"00")));
    }

    // --- each element ------------------------------------------------------------------------------------------------

    function test_a_rule_on_every_element() public {
        SessionKey memory holder = _allow(withRule(_array(), "2[*]", "is at most", 10));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 10, 3)));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 0)));
        _notAllowed(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 11, 3)), 0, 11);
        _notAllowed(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 2, 12)), 0, 12);
        uint16[] memory many = new uint16[](65);
        _no(holder, _dynamic(abi.encode(7, "", many)), ISessionErrors.TooManyElements.selector, 4 + 32 * 4, 64);
    }

    function test_an_element_that_is_named_is_there() public {
        SessionKey memory holder = _allow(withRule(_array(), "2[1]", "is", 5));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 3, 1, 5, 3)));
        _notAllowed(holder, _dynamic(abi.encode(7, 0x60, 0x80, 0, 2, 5, 1)), 0, 1);
        _no(
            holder,
            _dynamic(abi.encode(7, 0x60, 0x80, 0, 1, 5)),
            ISessionErrors.ArgumentAbsent.selector,
            4 + 32 * 4,
            1
        );
    }

    // --- rates and the value -----------------------------------------------------------------------------------------

    /// @dev `minimum` is at least 3/2 of `amount`, nothing rounded.
    function testFuzz_ATK_114_is_at_least_at_rate(uint96 amount, uint96 minimum) public {
        Permission memory made = permission(address(recorder), "swap(uint256,uint256)");
        SessionKey memory holder = _allow(withRate(made, "1", "is at least at rate", "0", 3, 2));
        bytes memory data = abi.encodeWithSignature("swap(uint256,uint256)", amount, minimum);
        if (uint256(minimum) * 2 >= uint256(amount) * 3) _ok(holder, data);
        else {
            refused(
                holder.account,
                directData(account, one(Call(address(recorder), 0, data))),
                abi.encodeWithSelector(ISessionErrors.RateNotMet.selector, 0, 0, minimum, amount)
            );
        }
    }

    /// @dev What is not whole is rounded against the key. Of nothing, nothing is asked: where that means all, the policy
    /// asks for at least 1.
    function test_ATK_114_rates_are_rounded_against_the_key_and_ask_nothing_of_0() public {
        string memory method = "swap(uint256,uint256,uint256)";
        bytes4 selector = bytes4(keccak256(bytes(method)));
        Permission memory made = withRate(permission(address(recorder), method), "1", "is at least at rate", "0", 3, 2);
        SessionKey memory holder = _allow(withRate(made, "2", "is at most at rate", "0", 3, 2));
        _ok(holder, abi.encodeWithSelector(selector, 1, 2, 1));
        _rateNotMet(holder, abi.encodeWithSelector(selector, 1, 1, 1), 0, 1, 1);
        _rateNotMet(holder, abi.encodeWithSelector(selector, 1, 2, 2), 1, 2, 1);
        _ok(holder, abi.encodeWithSelector(selector, 0, 0, 0));
        _rateNotMet(holder, abi.encodeWithSelector(selector, 0, 0, 1), 1, 1, 0);
        made = withRule(permission(address(recorder), method), "0", "is at least", 1);
        holder = _allow(withRate(made, "1", "is at least at rate", "0", 3, 2));
        _ok(holder, abi.encodeWithSelector(selector, 1, 2, 0));
        _notAllowed(holder, abi.encodeWithSelector(selector, 0, 0, 0), 0, 0);
    }

    function _rateNotMet(
        SessionKey memory holder,
        bytes memory data,
        uint256 number,
        uint256 actual,
        uint256 per
    ) private {
        refused(
            holder.account,
            directData(account, one(Call(address(recorder), 0, data))),
            abi.encodeWithSelector(ISessionErrors.RateNotMet.selector, 0, number, actual, per)
        );
    }

    /// @dev Two hundredths of an ether for each: the price of a mint, whatever the number.
    function test_ATK_114_the_value_is_at_most_at_rate() public {
        Permission memory made = withValue(permission(address(recorder), "mint(uint256)"), 1 ether);
        made = withRate(withRule(made, "value", "is at least", 1), "value", "is at most at rate", "0", 0.02 ether, 1);
        Policy memory policy = withLimit(policyOf(made), address(0), 2 ether, 0);
        register(account, key, publish(policy));
        bytes memory data = abi.encodeWithSignature("mint(uint256)", 3);
        accepted(key.account, directData(account, one(Call(address(recorder), 0.06 ether, data))));
        refused(
            key.account,
            directData(account, one(Call(address(recorder), 0.06 ether + 1, data))),
            abi.encodeWithSelector(ISessionErrors.RateNotMet.selector, 0, 1, 0.06 ether + 1, 3)
        );
        refused(
            key.account,
            directData(account, one(Call(address(recorder), 0, data))),
            abi.encodeWithSelector(ISessionErrors.ArgumentNotAllowed.selector, 0, 0, 0)
        );
    }

    // --- alternatives ------------------------------------------------------------------------------------------------

    /// @dev The one that held most rules before it failed speaks for all, the first on a tie.
    function test_ATK_115_alternatives_refuse_with_the_nearest_reason() public {
        Policy memory made = settings();
        made.permissions = two(
            withRule(withRule(_static(), "1", "is", 1), "5", "is", 10),
            withRule(withRule(_static(), "1", "is", 2), "5", "is", 20)
        );
        register(account, key, publish(made));
        _ok(key, _both(1, 10));
        _ok(key, _both(2, 20));
        bytes4 selector = ISessionErrors.ArgumentNotAllowed.selector;
        _alternatives(_both(2, 10), 1, abi.encodeWithSelector(selector, 0, 1, 10));
        _alternatives(_both(1, 20), 0, abi.encodeWithSelector(selector, 0, 1, 20));
        _alternatives(_both(3, 10), 0, abi.encodeWithSelector(selector, 0, 0, 3));
    }

    function _both(uint256 first, uint256 last) private pure returns (bytes memory) {
        return abi.encodeWithSelector(bytes4(keccak256(bytes(STATIC))), 0, first, 0, 0, 0, last);
    }

    function _alternatives(bytes memory data, uint256 nearest, bytes memory reason) private {
        refusedOnEachRoute(
            key,
            one(Call(address(recorder), 0, data)),
            abi.encodeWithSelector(ISessionErrors.AlternativesRefused.selector, 0, 2, nearest, reason)
        );
    }

    // --- amounts ---------------------------------------------------------------------------------------------------

    function test_ATK_27_ATK_32_an_amount_is_clean_for_its_type() public {
        Permission memory made = withSpend(permission(address(recorder), "buy(uint256,uint96)"), address(token), "1");
        SessionKey memory holder = newKey("buyer");
        register(account, holder, publish(withLimit(policyOf(made), address(token), type(uint128).max, 0)));
        bytes4 selector = bytes4(keccak256("buy(uint256,uint96)"));
        _ok(holder, abi.encodeWithSelector(selector, 0, type(uint96).max));
        // Of a word of twelve bytes, too wide and not bounded are the same.
        for (uint256 bit = 96; bit < 256; ++bit) {
            _no(
                holder,
                abi.encodeWithSelector(selector, 0, 1 << bit),
                ISessionErrors.ArgumentNotBounded.selector,
                36,
                1 << bit
            );
        }
    }
}
