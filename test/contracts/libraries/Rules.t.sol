// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Rule} from "../../../contracts/types/Rule.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Each kind of rule on both sides, through publication, storage and the engine as they are deployed.
contract RulesTest is LatchkeyTest {
    /// @dev `check(address,uint8,int16,bytes4,bool,uint256)`, one word each.
    string private constant STATIC = "check(address,uint8,int16,bytes4,bool,uint256)";
    /// @dev A head of three words, two of them pointers.
    string private constant DYNAMIC = "post(uint256,bytes,uint16[])";
    uint64 private lane;

    function _allow(string memory method, Rule memory only) private returns (SessionKey memory holder) {
        return _allow(ruled(permission(address(recorder), method), only));
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

    function _no(SessionKey memory holder, bytes memory data, bytes4 selector, uint256 word, bytes32 actual) private {
        refused(
            holder.account,
            directData(account, one(Call(address(recorder), 0, data))),
            abi.encodeWithSelector(selector, 0, word, actual)
        );
    }

    function _notAllowed(SessionKey memory holder, bytes memory data, uint256 word, bytes32 actual) private {
        _no(holder, data, ISessionErrors.ArgumentNotAllowed.selector, word, actual);
    }

    function _notCanonical(SessionKey memory holder, bytes memory data, uint256 word, bytes32 actual) private {
        _no(holder, data, ISessionErrors.ArgumentNotCanonical.selector, word, actual);
    }

    function _words(uint256 word, uint256 value) private pure returns (bytes memory data) {
        uint256[6] memory words;
        words[word] = value;
        return abi.encodePacked(bytes4(keccak256(bytes(STATIC))), abi.encode(words));
    }

    function _dynamic(bytes memory tail) private pure returns (bytes memory) {
        return abi.encodePacked(bytes4(keccak256(bytes(DYNAMIC))), tail);
    }

    // --- static words ----------------------------------------------------------------------------------------------

    function testFuzz_equal(uint256 value, uint256 other) public {
        vm.assume(other != value);
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.EQUAL, 5, bytes32(value)));
        _ok(holder, _words(5, value));
        _notAllowed(holder, _words(5, other), 5, bytes32(other));
    }

    function test_equal_differs_in_any_bit() public {
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.EQUAL, 5, bytes32(uint256(12_345))));
        for (uint256 bit = 0; bit < 256; bit += 17) {
            uint256 other = 12_345 ^ (1 << bit);
            _notAllowed(holder, _words(5, other), 5, bytes32(other));
        }
    }

    function testFuzz_not_equal(uint256 value, uint256 other) public {
        vm.assume(other != value);
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.NOT_EQUAL, 5, bytes32(value)));
        _ok(holder, _words(5, other));
        _notAllowed(holder, _words(5, value), 5, bytes32(value));
    }

    function testFuzz_less_or_equal(uint256 bar) public {
        bar = bound(bar, 0, type(uint256).max - 1);
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.LESS_OR_EQUAL, 5, bytes32(bar)));
        _ok(holder, _words(5, bar));
        _ok(holder, _words(5, 0));
        _notAllowed(holder, _words(5, bar + 1), 5, bytes32(bar + 1));
        _notAllowed(holder, _words(5, type(uint256).max), 5, bytes32(type(uint256).max));
    }

    function testFuzz_greater_or_equal(uint256 bar) public {
        bar = bound(bar, 1, type(uint256).max);
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.GREATER_OR_EQUAL, 5, bytes32(bar)));
        _ok(holder, _words(5, bar));
        _ok(holder, _words(5, type(uint256).max));
        _notAllowed(holder, _words(5, bar - 1), 5, bytes32(bar - 1));
        _notAllowed(holder, _words(5, 0), 5, 0);
    }

    function test_one_of_up_to_32_values() public {
        uint256[3] memory counts = [uint256(1), 2, 32];
        for (uint256 n = 0; n < counts.length; ++n) {
            Rule memory made = Rule(RuleKind.ONE_OF, 5, new bytes32[](counts[n]));
            for (uint256 i = 0; i < counts[n]; ++i) made.values[i] = bytes32(10 * (i + 1));
            SessionKey memory holder = _allow(STATIC, made);
            for (uint256 i = 0; i < counts[n]; ++i) {
                _ok(holder, _words(5, uint256(made.values[i])));
                _notAllowed(holder, _words(5, uint256(made.values[i]) + 1), 5, bytes32(uint256(made.values[i]) + 1));
            }
            _notAllowed(holder, _words(5, 0), 5, 0);
        }
    }

    function testFuzz_equal_principal(address other) public {
        vm.assume(other != account);
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.EQUAL_PRINCIPAL, 0, 0));
        _ok(holder, _words(0, uint160(account)));
        _notAllowed(holder, _words(0, uint160(other)), 0, bytes32(uint256(uint160(other))));
        _notAllowed(holder, _words(0, uint160(holder.account)), 0, bytes32(uint256(uint160(holder.account))));
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
        for (uint8 word = 0; word < 5; ++word) {
            SessionKey memory holder = _allow(STATIC, rule(RuleKind.NOT_EQUAL, word, 0));
            uint256 clean = word == 3 ? 1 << 255 : 1;
            _ok(holder, _words(word, clean));
            for (uint256 bit = 0; bit < 256; bit += 5) {
                if ((masks[word] >> bit) & 1 != 0) continue;
                uint256 dirty = clean | (1 << bit);
                _notCanonical(holder, _words(word, dirty), word, bytes32(dirty));
            }
        }
    }

    function test_ATK_32_a_negative_number_is_clean_if_its_sign_reaches_the_top() public {
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.NOT_EQUAL, 2, 0));
        _ok(holder, _words(2, type(uint256).max));
        _ok(holder, _words(2, uint256(int256(type(int16).min))));
        _notCanonical(holder, _words(2, 0xffff), 2, bytes32(uint256(0xffff)));
        uint256 below = uint256(int256(type(int16).min) - 1);
        _notCanonical(holder, _words(2, below), 2, bytes32(below));
    }

    function test_all_rules_must_hold_and_the_first_that_does_not_is_named() public {
        Permission memory made = permission(address(recorder), STATIC);
        made.rules = new Rule[](8);
        for (uint256 i = 0; i < 8; ++i) made.rules[i] = rule(RuleKind.NOT_EQUAL, 5, bytes32(i));
        made.rules[3] = Rule(RuleKind.ONE_OF, 1, new bytes32[](2));
        made.rules[3].values[1] = bytes32(uint256(9));
        SessionKey memory holder = _allow(made);
        _ok(holder, _words(5, 100));
        for (uint256 i = 0; i < 8; ++i) {
            if (i != 3) _notAllowed(holder, _words(5, i), 5, bytes32(i));
        }
        _notAllowed(holder, _words(1, 8), 5, 0);
    }

    function test_a_rule_that_fails_never_falls_through_to_a_wildcard() public {
        Policy memory made = settings();
        made.permissions = new Permission[](2);
        made.permissions[0] = ruled(
            permission(address(recorder), STATIC),
            rule(RuleKind.EQUAL, 5, bytes32(uint256(1)))
        );
        made.permissions[1] = permission(address(recorder), "*");
        register(account, key, publish(made));
        _ok(key, _words(5, 1));
        _notAllowed(key, _words(5, 2), 5, bytes32(uint256(2)));
        _ok(key, hex"deadbeef");
    }

    function test_the_head_must_be_there() public {
        SessionKey memory holder = _allow(STATIC, rule(RuleKind.NOT_EQUAL, 5, bytes32(uint256(1))));
        bytes memory data = _words(5, 2);
        for (uint256 cut = 1; cut <= 192; cut += 19) {
            bytes memory short = bytes.concat(data);
            assembly ("memory-safe") {
                // Only ever shorter.
                mstore(short, sub(mload(short), cut))
            }
            refused(
                holder.account,
                directData(account, one(Call(address(recorder), 0, short))),
                abi.encodeWithSelector(ISessionErrors.CalldataLengthNotAllowed.selector, 0, 196 - cut, 196)
            );
        }
        _ok(holder, abi.encodePacked(data, hex"00"));
    }

    // --- dynamic words ---------------------------------------------------------------------------------------------

    function testFuzz_equal_hash_of_bytes(bytes calldata content, bytes calldata other) public {
        vm.assume(keccak256(content) != keccak256(other));
        SessionKey memory holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 1, keccak256(content)));
        uint16[] memory none = new uint16[](0);
        _ok(holder, _dynamic(abi.encode(7, content, none)));
        _notAllowed(holder, _dynamic(abi.encode(7, other, none)), 1, keccak256(other));
    }

    function testFuzz_equal_hash_of_an_array(uint16[] calldata content, uint16 more) public {
        bytes memory packed = abi.encodePacked(content);
        SessionKey memory holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 2, keccak256(packed)));
        _ok(holder, _dynamic(abi.encode(7, "", content)));
        uint16[] memory longer = new uint16[](content.length + 1);
        for (uint256 i = 0; i < content.length; ++i) longer[i] = content[i];
        longer[content.length] = more;
        _notAllowed(holder, _dynamic(abi.encode(7, "", longer)), 2, keccak256(abi.encodePacked(longer)));
    }

    function test_one_of_hash() public {
        Rule memory made = Rule(RuleKind.ONE_OF_HASH, 1, new bytes32[](2));
        (made.values[0], made.values[1]) = (keccak256("a"), keccak256("b"));
        if (made.values[0] > made.values[1]) {
            (made.values[0], made.values[1]) = (made.values[1], made.values[0]);
        }
        SessionKey memory holder = _allow(DYNAMIC, made);
        uint16[] memory none = new uint16[](0);
        _ok(holder, _dynamic(abi.encode(7, bytes("a"), none)));
        _ok(holder, _dynamic(abi.encode(7, bytes("b"), none)));
        _notAllowed(holder, _dynamic(abi.encode(7, bytes("c"), none)), 1, keccak256("c"));
    }

    /// @dev The pointer may lead anywhere behind the head, and what it leads to is what is compared.
    function test_ATK_33_the_pointer_is_followed() public {
        SessionKey memory holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 1, keccak256("hello")));
        bytes memory hello = abi.encodePacked(uint256(5), bytes32("hello"));
        bytes memory evil = abi.encodePacked(uint256(4), bytes32("evil"));
        _ok(holder, _dynamic(abi.encodePacked(uint256(7), uint256(0x60), uint256(0xa0), hello, uint256(0))));
        // "hello" stands where a check at a fixed place would look.
        _notAllowed(
            holder,
            _dynamic(abi.encodePacked(uint256(7), uint256(0xa0), uint256(0xa0), hello, evil)),
            1,
            keccak256("evil")
        );
        _ok(holder, _dynamic(abi.encodePacked(uint256(7), uint256(0xa0), uint256(0xa0), evil, hello)));
    }

    function test_ATK_33_pointers_into_the_head_or_out_of_the_calldata() public {
        SessionKey memory holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 1, keccak256("")));
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
            bytes memory data = _dynamic(abi.encodePacked(uint256(7), bad[i], uint256(0x60), uint256(0)));
            _notCanonical(holder, data, 1, bytes32(bad[i]));
        }
        _ok(holder, _dynamic(abi.encodePacked(uint256(7), uint256(0x60), uint256(0x60), uint256(0))));
        // A head alone has no room for a length.
        _notCanonical(
            holder,
            _dynamic(abi.encodePacked(uint256(7), uint256(0x60), uint256(0x60))),
            1,
            bytes32(uint256(0x60))
        );
    }

    function test_ATK_33_contents_that_are_longer_than_the_calldata() public {
        SessionKey memory bytesHolder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 1, keccak256(new bytes(32))));
        SessionKey memory arrayHolder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 2, keccak256(new bytes(32))));
        uint256[5] memory lengths = [uint256(33), 64, 1 << 64, type(uint256).max, type(uint256).max / 32 + 2];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory data = _dynamic(abi.encode(7, 0x60, 0x60, lengths[i], 0));
            _notCanonical(bytesHolder, data, 1, bytes32(uint256(0x60)));
            _notCanonical(arrayHolder, data, 2, bytes32(uint256(0x60)));
        }
        _notCanonical(arrayHolder, _dynamic(abi.encode(7, 0x60, 0x60, 2, 0)), 2, bytes32(uint256(0x60)));
        _ok(bytesHolder, _dynamic(abi.encode(7, 0x60, 0x60, 32, 0)));
        _ok(arrayHolder, _dynamic(abi.encode(7, 0x60, 0x60, 1, 0)));
    }

    function test_ATK_32_dirty_elements_of_an_array() public {
        SessionKey memory holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 2, keccak256(abi.encode(1, 2, 3))));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x60, 3, 1, 2, 3)));
        for (uint256 bit = 16; bit < 256; bit += 7) {
            uint256 dirty = 3 | (1 << bit);
            _notCanonical(holder, _dynamic(abi.encode(7, 0x60, 0x60, 3, 1, 2, dirty)), 2, bytes32(dirty));
            _notCanonical(holder, _dynamic(abi.encode(7, 0x60, 0x60, 3, dirty, 2, 3)), 2, bytes32(dirty));
        }
    }

    function test_what_stands_behind_an_array_is_none_of_its_elements() public {
        SessionKey memory holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 2, keccak256(abi.encode(1, 2, 3))));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x60, 3, 1, 2, 3, type(uint256).max)));
        holder = _allow(DYNAMIC, rule(RuleKind.EQUAL_HASH, 2, keccak256("")));
        _ok(holder, _dynamic(abi.encode(7, 0x60, 0x60, 0, type(uint256).max)));
    }

    // --- amounts ---------------------------------------------------------------------------------------------------

    function test_ATK_27_ATK_32_an_amount_is_clean_for_its_type() public {
        Permission memory made = permission(address(recorder), "buy(uint256,uint96)");
        made.spendToken = address(token);
        made.amountArgument = 1;
        SessionKey memory holder = newKey("buyer");
        register(account, holder, publish(withLimit(policyOf(made), address(token), type(uint128).max, 0)));
        bytes4 selector = bytes4(keccak256("buy(uint256,uint96)"));
        _ok(holder, abi.encodeWithSelector(selector, 0, type(uint96).max));
        for (uint256 bit = 96; bit < 256; ++bit) {
            uint256 dirty = 1 << bit;
            _notCanonical(holder, abi.encodeWithSelector(selector, 0, dirty), 1, bytes32(dirty));
        }
    }
}
