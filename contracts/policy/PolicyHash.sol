// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {PolicyCode} from "../libraries/PolicyCode.sol";
import {Policy, RuleKind} from "../types/Policy.sol";

/// @title The name of a policy
/// @notice The EIP-712 `hashStruct` of a `Policy` in calldata, which has to be its canonical ABI encoding.
/// @dev One pass over the calldata. A struct's static members stand there as EIP-712 wants them, one word each in the
/// order of the type: they are copied whole behind the type hash, and what EIP-712 hashes first (text and arrays, offsets
/// in calldata) is put over. Canonical means what every encoder writes: each tail right behind the one before it, clean
/// values, zeros behind a text. So nothing is read twice under two names, and the bytes are those of the event.
///
/// Counts and lengths are compared with the size of the calldata before they are used, so that no sum or product
/// overflows. What is read behind the calldata is zero; whether the policy ends inside it is asked at the end.
library PolicyHash {
    bytes32 internal constant LIMIT_TYPEHASH = keccak256("Limit(address token,uint128 cap,uint32 period)");
    bytes32 internal constant RULE_TYPEHASH = keccak256("Rule(uint8 kind,uint8 word,bytes32[] values)");
    bytes32 internal constant PERMISSION_TYPEHASH = keccak256(
        "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,"
        "uint128 spendAmount,Rule[] rules,bool consumable)"
        "Rule(uint8 kind,uint8 word,bytes32[] values)"
    );
    bytes32 internal constant POLICY_TYPEHASH = keccak256(
        "Policy(bytes32 app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
        "address paymaster,Permission[] permissions,Limit[] limits)"
        "Limit(address token,uint128 cap,uint32 period)"
        "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,"
        "uint128 spendAmount,Rule[] rules,bool consumable)"
        "Rule(uint8 kind,uint8 word,bytes32[] values)"
    );

    /// @dev Reverts with `PolicyNotCanonical(position)`.
    /// @return policyId the `hashStruct`
    /// @return size bytes of the stored form, see `PolicyCode`
    /// @return end byte of the calldata behind the policy
    function hash(Policy calldata policy) internal pure returns (bytes32 policyId, uint256 size, uint256 end) {
        unchecked {
            uint256 at;
            uint256 count;
            uint256 encoded;
            uint256 bad;
            assembly ("memory-safe") {
                at := policy
                count := calldataload(add(at, 0x120))
                bad := or(xor(at, 0x24), xor(calldataload(add(at, 0xe0)), 0x120))
                bad := or(bad, shr(32, or(calldataload(add(at, 0x20)), calldataload(add(at, 0x40)))))
                bad := or(bad, shr(32, calldataload(add(at, 0x60))))
                bad := or(bad, shr(80, calldataload(add(at, 0x80))))
                bad := or(bad, shr(1, calldataload(add(at, 0xa0))))
                bad := or(bad, shr(160, calldataload(add(at, 0xc0))))
                // All that is hashed is built in one piece of memory, which is given back at the end: the hashes of all
                // permissions, one permission with the hashes of its rules, the values of one rule. Each of the three
                // has at most as many words as fit into the calldata, whatever it claims.
                encoded := mload(0x40)
                mstore(0x40, add(encoded, add(0x400, shl(2, calldatasize()))))
            }
            _require(bad == 0 && _fits(count), at);

            uint256 first = at + 0x140;
            end = first + count * 32;
            for (uint256 i = 0; i < count; ++i) {
                _require(_wordAt(first + i * 32) == end - first, end);
                bytes32 permission;
                uint256 detail;
                (permission, detail, end) = _permission(end, encoded + count * 32);
                _put(encoded + i * 32, permission);
                size += detail;
            }
            bytes32 permissions = _keccak(encoded, count * 32);
            size += count * 32;

            _require(_wordAt(at + 0x100) == end - at, at);
            count = _wordAt(end);
            _require(_fits(count), end);
            size += PolicyCode.HOT_OFFSET + PolicyCode.hotSize(count, 0);
            end += 32;
            for (uint256 i = 0; i < count; ++i) {
                _put(encoded + i * 32, _limit(end, encoded + count * 32));
                end += 0x60;
            }
            bytes32 limits = _keccak(encoded, count * 32);
            _require(end <= msg.data.length, end);

            _copy(encoded, POLICY_TYPEHASH, at, 0xe0);
            _put(encoded + 0x100, permissions);
            _put(encoded + 0x120, limits);
            policyId = _keccak(encoded, 0x140);
            assembly ("memory-safe") {
                mstore(0x40, encoded)
            }
        }
    }

    /// @param encoded where there is memory for what is hashed
    /// @return result the `hashStruct`
    /// @return detail bytes of the permission's detail in the stored form
    /// @return end byte of the calldata behind the permission
    function _permission(
        uint256 at,
        uint256 encoded
    ) private pure returns (bytes32 result, uint256 detail, uint256 end) {
        unchecked {
            uint256 length = _wordAt(at + 0x100);
            uint256 count;
            uint256 bad;
            assembly ("memory-safe") {
                let textEnd := add(add(at, 0x120), length)
                let padding := and(sub(0, length), 0x1f)
                end := add(textEnd, padding)
                count := calldataload(end)
                // A length that no calldata has makes all that follows from it wrong, but is bad by itself.
                bad := or(gt(length, calldatasize()), shr(sub(256, shl(3, padding)), calldataload(textEnd)))
                bad := or(bad, xor(calldataload(add(at, 0x20)), 0x100))
                bad := or(bad, xor(calldataload(add(at, 0xc0)), sub(end, at)))
                bad := or(bad, shr(160, or(calldataload(at), calldataload(add(at, 0x60)))))
                bad := or(bad, shr(128, or(calldataload(add(at, 0x40)), calldataload(add(at, 0xa0)))))
                bad := or(bad, shr(8, calldataload(add(at, 0x80))))
                bad := or(bad, shr(1, calldataload(add(at, 0xe0))))
                detail := shl(
                    5,
                    iszero(iszero(or(or(calldataload(add(at, 0x40)), calldataload(add(at, 0xa0))), count)))
                )
            }
            _require(bad == 0 && _fits(count), at);

            uint256 first = end + 32;
            end = first + count * 32;
            for (uint256 i = 0; i < count; ++i) {
                _require(_wordAt(first + i * 32) == end - first, end);
                bytes32 rule;
                uint256 values;
                (rule, values) = _rule(end, encoded + count * 32);
                _put(encoded + i * 32, rule);
                detail += 32 + values * 32;
                end += 0x80 + values * 32;
            }
            bytes32 rules = _keccak(encoded, count * 32);

            _copy(encoded, PERMISSION_TYPEHASH, at, 0x100);
            assembly ("memory-safe") {
                // The text goes behind the encoded struct before its hash goes into it.
                calldatacopy(add(encoded, 0x120), add(at, 0x120), length)
                mstore(add(encoded, 0x40), keccak256(add(encoded, 0x120), length))
            }
            _put(encoded + 0xe0, rules);
            result = _keccak(encoded, 0x120);
        }
    }

    /// @return result the `hashStruct`
    /// @return count how many values the rule has
    function _rule(uint256 at, uint256 encoded) private pure returns (bytes32 result, uint256 count) {
        unchecked {
            count = _wordAt(at + 0x60);
            bool isClean = _wordAt(at) <= uint8(type(RuleKind).max) && _wordAt(at + 0x20) <= type(uint8).max;
            _require(isClean && _wordAt(at + 0x40) == 0x60 && _fits(count), at);
            assembly ("memory-safe") {
                calldatacopy(encoded, add(at, 0x80), shl(5, count))
            }
            bytes32 values = _keccak(encoded, count * 32);
            _copy(encoded, RULE_TYPEHASH, at, 0x40);
            _put(encoded + 0x60, values);
            result = _keccak(encoded, 0x80);
        }
    }

    function _limit(uint256 at, uint256 encoded) private pure returns (bytes32) {
        uint256 bad;
        assembly ("memory-safe") {
            bad := or(shr(160, calldataload(at)), shr(128, calldataload(add(at, 0x20))))
            bad := or(bad, shr(32, calldataload(add(at, 0x40))))
        }
        _require(bad == 0, at);
        _copy(encoded, LIMIT_TYPEHASH, at, 0x60);
        return _keccak(encoded, 0x80);
    }

    /// @dev Whether so many words could be in the calldata.
    function _fits(uint256 count) private pure returns (bool) {
        return count <= msg.data.length >> 5;
    }

    function _wordAt(uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(at)
        }
    }

    // What follows writes to and reads from the memory that `hash` allocates.

    function _put(uint256 to, bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(to, word)
        }
    }

    /// @dev A type hash and `size` bytes of the calldata behind it.
    function _copy(uint256 to, bytes32 typeHash, uint256 at, uint256 size) private pure {
        assembly ("memory-safe") {
            mstore(to, typeHash)
            calldatacopy(add(to, 0x20), at, size)
        }
    }

    function _keccak(uint256 at, uint256 size) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            result := keccak256(at, size)
        }
    }

    function _require(bool isCanonical, uint256 at) private pure {
        if (!isCanonical) revert IPolicyStore.PolicyNotCanonical(at);
    }
}
