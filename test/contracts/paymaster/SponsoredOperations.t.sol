// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionPaymaster} from "../../../contracts/interfaces/ISessionPaymaster.sol";
import {PaymasterFixture} from "../../support/solidity/PaymasterFixture.sol";

/// @notice Which operations are paid for. Each refusal is asked of the paymaster and of the EntryPoint.
contract SponsoredOperationsTest is PaymasterFixture {
    bytes20 private constant PADDED_MARKER = bytes20(bytes2(0x7702));

    function setUp() public override {
        super.setUp();
        setBudget(paymaster, address(account), 1 ether);
    }

    function test_pays_for_an_operation_that_looks_like_a_sessions() public {
        handle(paymaster, bundle(operation()));
        vm.assertGt(spentOf(paymaster, address(account)), 0);
    }

    // --- the nonce -------------------------------------------------------------------------------------------------

    function test_accepts_each_known_place_of_the_validator(uint32 lane, uint24 nexusLane, uint16 kernelLane) public {
        uint192 validator = uint160(latchkey);
        _validateUnder(nonceKey(lane), 1);
        _validateUnder((uint192(nexusLane) << 168) | validator, 2);
        _validateUnder((1 << 176) | (validator << 16) | kernelLane, 3);
    }

    function test_does_not_look_at_the_sequence(uint64 sequence) public {
        PackedUserOperation memory op = operation();
        op.nonce = (uint256(nonceKey(0)) << 64) | sequence;
        validate(op, 0);
    }

    /// @dev The owner's own key is the first of them.
    function test_refuses_a_nonce_that_names_nobody_or_another(uint192 key) public {
        uint192 validator = uint160(latchkey);
        uint192[12] memory keys = [
            key,
            0,
            uint192(uint160(owner)) << 32,
            // Another validator, by its first and by its last bit, at each place.
            nonceKey(0) ^ (1 << 32),
            nonceKey(0) ^ (1 << 191),
            validator ^ 1,
            validator ^ (1 << 159),
            // A mode or a type that makes Nexus or Kernel do something else.
            validator | (1 << 160),
            (2 << 176) | (validator << 16),
            (validator << 16),
            (1 << 184) | (1 << 176) | (validator << 16),
            (1 << 176) | ((validator ^ 1) << 16)
        ];
        for (uint256 i = 0; i < keys.length; ++i) {
            if (_namesLatchkey(keys[i])) continue;
            PackedUserOperation memory op = operation();
            op.nonce = uint256(keys[i]) << 64;
            refusedOperation(
                op,
                abi.encodeWithSelector(ISessionPaymaster.NonceKeyNotAllowed.selector, keys[i], latchkey)
            );
        }
    }

    // --- the envelope ----------------------------------------------------------------------------------------------

    function test_refuses_another_call_than_execute(bytes4 selector) public {
        vm.assume(selector != 0xe9ae5c53);
        bytes[6] memory calls = [
            abi.encodePacked(selector, new bytes(100)),
            bytes(""),
            hex"e9",
            hex"e9ae5c",
            hex"e9ae5c52",
            hex"8dd7712fe9ae5c53"
        ];
        bytes4[6] memory selectors = [selector, bytes4(0), bytes4(0xe9000000), 0xe9ae5c00, 0xe9ae5c52, 0x8dd7712f];
        for (uint256 i = 0; i < calls.length; ++i) {
            PackedUserOperation memory op = operation();
            op.callData = calls[i];
            refusedOperation(
                op,
                abi.encodeWithSelector(ISessionErrors.OperationSelectorNotAllowed.selector, selectors[i])
            );
        }
    }

    function test_refuses_a_signature_of_another_length() public {
        uint256[7] memory lengths = [uint256(0), 64, 65, 127, 129, 148, 160];
        for (uint256 i = 0; i < lengths.length; ++i) {
            PackedUserOperation memory op = operation();
            op.signature = new bytes(lengths[i]);
            refusedOperation(
                op,
                abi.encodeWithSelector(ISessionErrors.SignatureLengthInvalid.selector, lengths[i], 128)
            );
        }
    }

    /// @dev ATK-10: behind 52 bytes v0.9 lets a bundler append what nobody has signed.
    function test_ATK_10_refuses_paymaster_data_behind_the_limits() public {
        bytes memory plain = operation().paymasterAndData;
        bytes[4] memory tails = [
            bytes(hex"00"),
            new bytes(32),
            // A paymaster signature as v0.9 reads it: content, length, magic; and an empty one.
            hex"abcd000222e325a297439656",
            hex"000022e325a297439656"
        ];
        for (uint256 i = 0; i < tails.length; ++i) {
            PackedUserOperation memory op = operation();
            op.paymasterAndData = bytes.concat(plain, tails[i]);
            refusedOperation(
                op,
                abi.encodeWithSelector(
                    ISessionPaymaster.PaymasterDataLengthInvalid.selector,
                    op.paymasterAndData.length,
                    52
                )
            );
        }
    }

    /// @dev ATK-61: an EntryPoint lets nothing shorter through; the paymaster does not rest on that.
    function test_ATK_61_refuses_shorter_paymaster_data(uint256 length) public {
        length = bound(length, 0, 51);
        PackedUserOperation memory op = operation();
        op.paymasterAndData = new bytes(length);
        bytes memory asked = abi.encodeCall(paymaster.validatePaymasterUserOp, (op, HASH, 0));
        bytes4 selector = ISessionPaymaster.PaymasterDataLengthInvalid.selector;
        refused(address(paymaster.entryPoint()), asked, abi.encodeWithSelector(selector, length, 52));
    }

    function test_accepts_the_bare_7702_marker() public {
        bytes[2] memory markers = [abi.encodePacked(bytes2(0x7702)), abi.encodePacked(PADDED_MARKER)];
        for (uint256 i = 0; i < markers.length; ++i) {
            PackedUserOperation memory op = operation();
            op.initCode = markers[i];
            validate(op, 0);
        }
    }

    /// @dev In bundles an EntryPoint stumbles over most of them first.
    function test_refuses_init_code_of_any_other_kind(address factory, bytes memory data) public {
        vm.assume(bytes20(factory) != PADDED_MARKER || data.length != 0);
        bytes[8] memory codes = [
            bytes(hex"77"),
            hex"7703",
            hex"770200",
            abi.encodePacked(bytes20(bytes2(0x7703))),
            abi.encodePacked(bytes19(bytes2(0x7702))),
            abi.encodePacked(PADDED_MARKER, bytes1(0)),
            abi.encodePacked(PADDED_MARKER, bytes4(0x12345678)),
            abi.encodePacked(factory, data)
        ];
        for (uint256 i = 0; i < codes.length; ++i) {
            PackedUserOperation memory op = operation();
            op.initCode = codes[i];
            bytes memory asked = abi.encodeCall(paymaster.validatePaymasterUserOp, (op, HASH, 0));
            bytes4 selector = ISessionErrors.InitCodeNotAllowed.selector;
            refused(address(paymaster.entryPoint()), asked, abi.encodeWithSelector(selector, codes[i].length));
        }
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    /// @dev `units` of 1 wei, so that each can be seen in what is spent.
    function _validateUnder(uint192 key, uint256 expected) private {
        PackedUserOperation memory op = operation();
        op.nonce = uint256(key) << 64;
        validate(op, 1);
        vm.assertEq(spentOf(paymaster, address(account)), expected);
    }

    /// @dev As docs/guides/accounts.md has it, spelled another way.
    function _namesLatchkey(uint192 key) private view returns (bool) {
        bytes24 bytes_ = bytes24(key);
        bytes20 name = bytes20(latchkey);
        if (bytes20(bytes_) == name) return true;
        if (bytes20(bytes_ << 32) == name && bytes_[3] == 0x00) return true;
        return bytes20(bytes_ << 16) == name && bytes_[0] == 0x00 && bytes_[1] == 0x01;
    }
}
