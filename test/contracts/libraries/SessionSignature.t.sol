// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {SessionSignature} from "../../../contracts/libraries/SessionSignature.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Exactly four elements.
contract SessionSignatureTest is Test {
    function decode(
        bytes calldata signature
    ) external pure returns (address holder, bytes32 r, bytes32 s, uint48 validUntil) {
        (holder, validUntil) = SessionSignature.decode(signature);
        (r, s) = SessionSignature.rs(signature);
    }

    function testFuzz_round_trip(address account, bytes32 r, bytes32 s, uint48 validUntil) public view {
        bytes memory signature = abi.encode(account, r, s, validUntil);
        (address holder, bytes32 readR, bytes32 readS, uint48 readUntil) = this.decode(signature);
        vm.assertEq(abi.encode(holder, readR, readS, readUntil), signature);
    }

    function test_ATK_06_every_other_length_is_refused() public view {
        for (uint256 length = 0; length < 300; ++length) {
            if (length == 128) continue;
            _refused(
                new bytes(length),
                abi.encodeWithSelector(ISessionErrors.SignatureLengthInvalid.selector, length, 128)
            );
        }
    }

    function test_ATK_32_each_dirty_bit_of_the_key_is_refused() public view {
        for (uint256 bit = 160; bit < 256; ++bit) {
            uint256 element = (1 << bit) | 0xabc;
            _refused(
                abi.encode(element, bytes32(0), bytes32(0), uint256(1)),
                abi.encodeWithSelector(ISessionErrors.SignatureElementNotCanonical.selector, 0, element)
            );
        }
    }

    function test_ATK_17_each_dirty_bit_of_the_deadline_is_refused() public view {
        for (uint256 bit = 48; bit < 256; ++bit) {
            uint256 element = (1 << bit) | 5;
            _refused(
                abi.encode(uint256(1), bytes32(0), bytes32(0), element),
                abi.encodeWithSelector(ISessionErrors.SignatureElementNotCanonical.selector, 3, element)
            );
        }
    }

    function _refused(bytes memory signature, bytes memory expected) private view {
        try this.decode(signature) {
            vm.assertTrue(false, "accepted, though it was to be refused");
        } catch (bytes memory reason) {
            vm.assertEq(reason, expected);
        }
    }
}
