// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Policy} from "../types/Policy.sol";

/// @title The name of a policy
/// @notice The EIP-712 `hashStruct` of a `Policy` in calldata, which has to be its canonical ABI encoding.
/// @dev One pass over the calldata. A struct's head stands there as EIP-712 wants its members, one word each in the order
/// of the type: it is copied whole behind the type hash, and what EIP-712 hashes first (texts and lists, offsets in
/// calldata) is put over. Canonical means what every encoder writes: each tail right behind the one before it, clean
/// values, zeros behind a text. So nothing is read twice under two names, and the bytes are those of the event.
///
/// Counts and lengths are compared with the size of the calldata before they are used, so that no sum or product
/// overflows. What is read behind the calldata is zero; whether the policy ends inside it is asked at the end.
library PolicyHash {
    // Each as one literal, which the compiler hashes.

    bytes32 internal constant INNER_TYPEHASH = keccak256("Inner(string argument,string types)");
    bytes32 internal constant LIMIT_TYPEHASH = keccak256(
        "Limit(address unit,uint128 cap,uint32 period,bool fromStart)"
    );
    bytes32 internal constant RULE_TYPEHASH = keccak256(
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)"
    );
    bytes32 internal constant SPEND_TYPEHASH = keccak256(
        "Spend(address unit,string argument,uint128 amount,uint8 scale)"
    );
    bytes32 internal constant PERMISSION_TYPEHASH = keccak256(
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,"
        "bool consumable,string[] open)"
        "Inner(string argument,string types)"
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)"
        "Spend(address unit,string argument,uint128 amount,uint8 scale)"
    );
    bytes32 internal constant POLICY_TYPEHASH = keccak256(
        "Policy(string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
        "address paymaster,Permission[] permissions,Limit[] limits)"
        "Inner(string argument,string types)"
        "Limit(address unit,uint128 cap,uint32 period,bool fromStart)"
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,"
        "bool consumable,string[] open)"
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)"
        "Spend(address unit,string argument,uint128 amount,uint8 scale)"
    );

    /// @dev Of a text or list without anything in it.
    bytes32 private constant EMPTY = keccak256("");
    /// @dev The first byte of a call's first argument behind its offset.
    uint256 private constant FIRST = 0x24;
    /// @dev Bytes of a type hash and the largest head.
    uint256 private constant STRUCT_SIZE = 0x140;

    /// @dev Reverts with `PolicyNotCanonical(position)`.
    /// @param policy the first argument of a call that has no other dynamic one
    /// @return policyId the `hashStruct`
    /// @return end byte of the calldata behind the policy
    function hash(Policy calldata policy) internal pure returns (bytes32 policyId, uint256 end) {
        uint256 at;
        uint256 to;
        assembly ("memory-safe") {
            // All that is hashed is built in one piece of memory, which is given back at the end: a struct and a list
            // at each level, and one text or list of words. Each of the three lists has at most as many words as fit
            // into the calldata, whatever it claims.
            at := policy
            to := mload(0x40)
            mstore(0x40, add(to, add(0x800, shl(2, calldatasize()))))
        }
        _require(at == FIRST, at);
        (policyId, end) = _policy(at, to);
        _require(end <= msg.data.length, end);
        assembly ("memory-safe") {
            mstore(0x40, to)
        }
    }

    // Each of what follows hashes what stands at byte `at` of the calldata, in memory from `to` on, and says where in
    // the calldata it ends. Memory from `to` on is part of what `hash` allocates.

    function _policy(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        uint256 unclean;
        assembly ("memory-safe") {
            unclean := shr(32, or(calldataload(add(at, 0x20)), calldataload(add(at, 0x40))))
            unclean := or(unclean, shr(32, calldataload(add(at, 0x60))))
            unclean := or(unclean, shr(80, calldataload(add(at, 0x80))))
            unclean := or(unclean, shr(1, calldataload(add(at, 0xa0))))
            unclean := or(unclean, shr(160, calldataload(add(at, 0xc0))))
        }
        end = _head(at, to, POLICY_TYPEHASH, 9, unclean);
        end = _member(at, to, 0, end, _text);
        end = _member(at, to, 7, end, _permissions);
        end = _member(at, to, 8, end, _limits);
        result = _keccak(to, 0x140);
    }

    function _permission(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        uint256 unclean;
        assembly ("memory-safe") {
            unclean := or(shr(160, calldataload(at)), shr(128, calldataload(add(at, 0x40))))
            unclean := or(unclean, shr(1, calldataload(add(at, 0xc0))))
        }
        end = _head(at, to, PERMISSION_TYPEHASH, 8, unclean);
        end = _member(at, to, 1, end, _text);
        end = _member(at, to, 3, end, _spends);
        end = _member(at, to, 4, end, _rules);
        end = _member(at, to, 5, end, _inners);
        end = _member(at, to, 7, end, _texts);
        result = _keccak(to, 0x120);
    }

    function _spend(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        uint256 unclean;
        assembly ("memory-safe") {
            unclean := or(shr(160, calldataload(at)), shr(128, calldataload(add(at, 0x40))))
            unclean := or(unclean, shr(8, calldataload(add(at, 0x60))))
        }
        end = _head(at, to, SPEND_TYPEHASH, 4, unclean);
        end = _member(at, to, 1, end, _text);
        result = _keccak(to, 0xa0);
    }

    function _rule(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        end = _head(at, to, RULE_TYPEHASH, 6, 0);
        end = _member(at, to, 0, end, _text);
        end = _member(at, to, 1, end, _text);
        end = _member(at, to, 2, end, _text);
        end = _member(at, to, 3, end, _addresses);
        end = _member(at, to, 4, end, _words);
        end = _member(at, to, 5, end, _words);
        result = _keccak(to, 0xe0);
    }

    function _inner(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        end = _head(at, to, INNER_TYPEHASH, 2, 0);
        end = _member(at, to, 0, end, _text);
        end = _member(at, to, 1, end, _text);
        result = _keccak(to, 0x60);
    }

    function _limit(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        uint256 unclean;
        assembly ("memory-safe") {
            unclean := or(shr(160, calldataload(at)), shr(128, calldataload(add(at, 0x20))))
            unclean := or(unclean, shr(32, calldataload(add(at, 0x40))))
            unclean := or(unclean, shr(1, calldataload(add(at, 0x60))))
        }
        end = _head(at, to, LIMIT_TYPEHASH, 4, unclean);
        result = _keccak(to, 0xa0);
    }

    function _permissions(uint256 at, uint256 to) private pure returns (bytes32, uint256) {
        return _list(at, to, true, _permission);
    }

    function _spends(uint256 at, uint256 to) private pure returns (bytes32, uint256) {
        return _list(at, to, true, _spend);
    }

    function _rules(uint256 at, uint256 to) private pure returns (bytes32, uint256) {
        return _list(at, to, true, _rule);
    }

    function _inners(uint256 at, uint256 to) private pure returns (bytes32, uint256) {
        return _list(at, to, true, _inner);
    }

    function _texts(uint256 at, uint256 to) private pure returns (bytes32, uint256) {
        return _list(at, to, true, _text);
    }

    function _limits(uint256 at, uint256 to) private pure returns (bytes32, uint256) {
        return _list(at, to, false, _limit);
    }

    /// @dev A type hash and a struct's head behind it.
    /// @param words of the head
    /// @param unclean 0 if its values are clean
    /// @return end byte behind the head
    function _head(
        uint256 at,
        uint256 to,
        bytes32 typeHash,
        uint256 words,
        uint256 unclean
    ) private pure returns (uint256 end) {
        _require(unclean == 0, at);
        assembly ("memory-safe") {
            mstore(to, typeHash)
            calldatacopy(add(to, 0x20), at, shl(5, words))
            end := add(at, shl(5, words))
        }
    }

    /// @dev Puts the hash of a dynamic member over its offset.
    /// @param index of its word in the head
    /// @param end byte behind the head, or behind the member before
    /// @return byte behind the member
    function _member(
        uint256 at,
        uint256 to,
        uint256 index,
        uint256 end,
        function(uint256, uint256) pure returns (bytes32, uint256) hashOf
    ) private pure returns (uint256) {
        unchecked {
            _require(_wordAt(at + index * 32) == end - at, at);
            bytes32 member = EMPTY;
            // Most lists are empty.
            if (_wordAt(end) == 0) end += 32;
            else (member, end) = hashOf(end, to + STRUCT_SIZE);
            _put(to + 32 + index * 32, member);
            return end;
        }
    }

    /// @param isDynamic whether an offset of each element stands in front
    /// @param hashOf an element
    function _list(
        uint256 at,
        uint256 to,
        bool isDynamic,
        function(uint256, uint256) pure returns (bytes32, uint256) hashOf
    ) private pure returns (bytes32, uint256 end) {
        unchecked {
            uint256 size = _sizeAt(at);
            uint256 first = at + 32;
            end = isDynamic ? first + size : first;
            for (uint256 i = 0; i < size; i += 32) {
                if (isDynamic) _require(_wordAt(first + i) == end - first, at);
                bytes32 element;
                (element, end) = hashOf(end, to + size);
                _put(to + i, element);
            }
            return (_keccak(to, size), end);
        }
    }

    function _addresses(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        (result, end) = _words(at, to);
        uint256 all;
        assembly ("memory-safe") {
            for {
                let word := add(at, 0x20)
            } lt(word, end) {
                word := add(word, 0x20)
            } {
                all := or(all, calldataload(word))
            }
        }
        _require(all >> 160 == 0, at);
    }

    function _words(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        uint256 size = _sizeAt(at);
        assembly ("memory-safe") {
            calldatacopy(to, add(at, 0x20), size)
            result := keccak256(to, size)
            end := add(add(at, 0x20), size)
        }
    }

    function _text(uint256 at, uint256 to) private pure returns (bytes32 result, uint256 end) {
        uint256 length = _wordAt(at);
        uint256 bad;
        assembly ("memory-safe") {
            let textEnd := add(add(at, 0x20), length)
            let padding := and(sub(0, length), 0x1f)
            end := add(textEnd, padding)
            // A length that no calldata has makes all that follows from it wrong, but is bad by itself.
            bad := or(gt(length, calldatasize()), shr(sub(256, shl(3, padding)), calldataload(textEnd)))
        }
        _require(bad == 0, at);
        assembly ("memory-safe") {
            calldatacopy(to, add(at, 0x20), length)
            result := keccak256(to, length)
        }
    }

    /// @dev Bytes of a list of as many words as are announced, which the calldata could have.
    function _sizeAt(uint256 at) private pure returns (uint256 size) {
        unchecked {
            uint256 count = _wordAt(at);
            _require(count <= msg.data.length >> 5, at);
            size = count * 32;
        }
    }

    function _wordAt(uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(at)
        }
    }

    function _put(uint256 to, bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(to, word)
        }
    }

    function _keccak(uint256 at, uint256 size) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            result := keccak256(at, size)
        }
    }

    function _require(bool isCanonical, uint256 at) private pure {
        if (!isCanonical) revert IPolicyErrors.PolicyNotCanonical(at);
    }
}
