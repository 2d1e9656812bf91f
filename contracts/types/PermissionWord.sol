// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MethodKind} from "./Policy.sol";

/// @dev One permission of a stored policy, all but its rules, in one word. Words stand strictly ascending by their upper
/// 200 bits, so that a call finds its permission by binary search.
///
///   255                 96 95   88 87       56 55        44 43       32 31     24 23 20 19 16 15      8 7        0
///  +----------------------+-------+-----------+------------+-----------+---------+-----+-----+---------+----------+
///  | target           160 | kind 8| selector  | detail     | detail    | head    |limit|flags| amount  | amount   |
///  |                      |       |        32 | offset  12 | words  12 | words 8 |   4 |   4 | word  8 | bytes  8 |
///  +----------------------+-------+-----------+------------+-----------+---------+-----+-----+---------+----------+
///
///  kind           MethodKind; the selector is 0 unless it is METHOD
///  detail offset  in 32-byte words from the policy's settings word; 0 if there is no detail
///  detail words   length of the detail in 32-byte words
///  head words     words that the calldata must cover behind the selector
///  limit          position of the limit drawn on, from 1; 0 if the call draws on none but the native one
///  flags          bit 0 consumable, bit 1 exact length
///  amount word    head word that holds the amount
///  amount bytes   N of that word's `uint(8N)`, 1..32; 0 if the amount is the constant in the detail
///
/// The detail is one word `maxValue (128) | spendAmount (128)`, then the rules: one word
/// `kind (8) | word (8) | word type (8) | count (8) | 0 (224)` each, followed by its `count` values.
type PermissionWord is uint256;

using PermissionWords for PermissionWord global;

/// @title Reading and writing a permission's word
library PermissionWords {
    uint256 internal constant KEY_SHIFT = 56;
    uint256 internal constant CONSUMABLE = 1;
    uint256 internal constant EXACT_LENGTH = 2;

    /// @dev The 200 bits that words are sorted and found by.
    function keyOf(address target_, MethodKind kind_, bytes4 selector_) internal pure returns (uint256) {
        return (uint256(uint160(target_)) << 40) | (uint256(kind_) << 32) | uint256(uint32(selector_));
    }

    function target(PermissionWord self) internal pure returns (address) {
        return address(uint160(PermissionWord.unwrap(self) >> 96));
    }

    function kind(PermissionWord self) internal pure returns (MethodKind) {
        return MethodKind((PermissionWord.unwrap(self) >> 88) & 0xff);
    }

    function selector(PermissionWord self) internal pure returns (bytes4) {
        return bytes4(uint32(PermissionWord.unwrap(self) >> 56));
    }

    function detailOffset(PermissionWord self) internal pure returns (uint256) {
        return (PermissionWord.unwrap(self) >> 44) & 0xfff;
    }

    function detailWords(PermissionWord self) internal pure returns (uint256) {
        return (PermissionWord.unwrap(self) >> 32) & 0xfff;
    }

    function headWords(PermissionWord self) internal pure returns (uint256) {
        return (PermissionWord.unwrap(self) >> 24) & 0xff;
    }

    function limit(PermissionWord self) internal pure returns (uint256) {
        return (PermissionWord.unwrap(self) >> 20) & 0xf;
    }

    function isConsumable(PermissionWord self) internal pure returns (bool) {
        return (PermissionWord.unwrap(self) >> 16) & CONSUMABLE != 0;
    }

    function isExactLength(PermissionWord self) internal pure returns (bool) {
        return (PermissionWord.unwrap(self) >> 16) & EXACT_LENGTH != 0;
    }

    function amountWord(PermissionWord self) internal pure returns (uint256) {
        return (PermissionWord.unwrap(self) >> 8) & 0xff;
    }

    function amountBytes(PermissionWord self) internal pure returns (uint256) {
        return PermissionWord.unwrap(self) & 0xff;
    }

    /// @dev Every argument is inside its width; the publisher checks that.
    function pack(
        uint256 permissionKey,
        uint256 detailOffset_,
        uint256 detailWords_,
        uint256 headWords_,
        uint256 limit_,
        uint256 flags_,
        uint256 amountWord_,
        uint256 amountBytes_
    ) internal pure returns (PermissionWord) {
        return
            PermissionWord.wrap(
                (permissionKey << KEY_SHIFT) |
                    (detailOffset_ << 44) |
                    (detailWords_ << 32) |
                    (headWords_ << 24) |
                    (limit_ << 20) |
                    (flags_ << 16) |
                    (amountWord_ << 8) |
                    amountBytes_
            );
    }
}
