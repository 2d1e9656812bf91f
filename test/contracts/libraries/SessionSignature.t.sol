// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {SessionSignature} from "../../../contracts/libraries/SessionSignature.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Exactly four elements.
contract SessionSignatureTest is Test {
    function decode(
        bytes calldata signature
    ) external view returns (address holder, bytes32 r, bytes32 s, uint48 validUntil, bytes32 x, bytes32 y) {
        (holder, validUntil, x, y) = SessionSignature.decode(signature);
        (r, s) = SessionSignature.rs(signature);
    }

    function testFuzz_round_trip(address account, bytes32 r, bytes32 s, uint48 validUntil) public view {
        bytes memory signature = abi.encode(account, r, s, validUntil);
        (address holder, bytes32 readR, bytes32 readS, uint48 readUntil, bytes32 x, bytes32 y) = this.decode(signature);
        vm.assertEq(abi.encode(holder, readR, readS, readUntil), signature);
        vm.assertEq(x | y, 0);
    }

    /// @dev What is above an address is a point's x; the parity in front of s chooses between its two.
    function testFuzz_ATK_120_a_curve_key_is_found_by_x_and_parity(
        uint256 privateKey,
        bytes32 r,
        bytes32 s
    ) public view {
        (uint256 x, uint256 y) = vm.publicKeyP256(bound(privateKey, 1, P256_N - 1));
        vm.assume(x >> 160 != 0);
        s = bytes32((uint256(s) >> 1) | (y << 255));
        (address holder, bytes32 readR, bytes32 readS, , bytes32 readX, bytes32 readY) = this.decode(
            abi.encode(x, r, s, uint256(1))
        );
        vm.assertEq(abi.encode(readX, readY, readR, readS), abi.encode(x, y, r, s));
        vm.assertEq(holder, address(uint160(uint256(keccak256(abi.encode(x, y))))));
        // The other parity is the other point.
        (holder, , , , readX, readY) = this.decode(abi.encode(x, r, uint256(s) ^ (1 << 255), uint256(1)));
        vm.assertEq(uint256(readY), P256_P - y);
        vm.assertEq(holder, address(uint160(uint256(keccak256(abi.encode(x, P256_P - y))))));
    }

    /// @dev x is below the field's order, so no key has two names: not x and x + p, not all ones.
    function test_ATK_32_ATK_120_an_x_is_below_the_order_of_the_field() public view {
        // An x so small that x + p is a word.
        uint256 x = 2 ** 160 + 1;
        uint256[4] memory bad = [P256_P, P256_P + 1, P256_P + x, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refused(
                abi.encode(bad[i], bytes32(0), bytes32(0), uint256(1)),
                abi.encodeWithSelector(ISessionErrors.SignatureElementNotCanonical.selector, 0, bad[i])
            );
        }
        this.decode(abi.encode(P256_P - 1, bytes32(0), bytes32(0), uint256(1)));
        this.decode(abi.encode(x, bytes32(0), bytes32(0), uint256(1)));
    }

    /// @dev The last address, and the first x.
    function test_ATK_120_an_address_ends_where_an_x_begins() public view {
        (address holder, , , , bytes32 x, bytes32 y) = this.decode(
            abi.encode(uint256(type(uint160).max), bytes32(0), bytes32(0), uint256(1))
        );
        vm.assertEq(holder, address(type(uint160).max));
        vm.assertEq(x | y, 0);
        (holder, , , , x, y) = this.decode(abi.encode(uint256(1) << 160, bytes32(0), bytes32(0), uint256(1)));
        vm.assertEq(uint256(x), 1 << 160);
        vm.assertEq(holder, address(uint160(uint256(keccak256(abi.encode(x, y))))));
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
