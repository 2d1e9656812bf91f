// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7579Utils, Execution} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {Executions} from "../../../contracts/libraries/Executions.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Three decoders side by side: Latchkey's, the account's (OpenZeppelin) and solc's.
contract Decoders {
    function latchkeySingle(bytes calldata execution) external pure returns (Call memory decoded) {
        (address target, uint256 value, bytes calldata data) = Executions.single(execution);
        return Call(target, value, data);
    }

    function latchkeyBatch(bytes calldata execution) external pure returns (Call[] memory calls) {
        (uint256 count, uint256 position) = Executions.batch(execution, false);
        calls = new Call[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata data;
            (calls[i].target, calls[i].value, data, position) = Executions.at(execution, i, position);
            calls[i].data = data;
        }
        Executions.requireEnd(execution, position);
    }

    function latchkeyOperation(bytes calldata callData) external pure returns (bytes32 mode, bytes memory execution) {
        return Executions.ofOperation(callData);
    }

    function accountSingle(bytes calldata execution) external pure returns (Call memory decoded) {
        (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(execution);
        return Call(target, value, data);
    }

    function accountBatch(bytes calldata execution) external pure returns (Call[] memory calls) {
        Execution[] calldata executions = ERC7579Utils.decodeBatch(execution);
        calls = new Call[](executions.length);
        for (uint256 i = 0; i < executions.length; ++i) {
            calls[i] = Call(executions[i].target, executions[i].value, executions[i].callData);
        }
    }

    function solcBatch(bytes calldata execution) external pure returns (Call[] memory calls) {
        return abi.decode(execution, (Call[]));
    }

    /// @dev What solc reads of an account's own calldata.
    function execute(bytes32 mode, bytes calldata execution) external pure returns (bytes32, bytes memory) {
        return (mode, execution);
    }
}

contract ExecutionsTest is Test {
    Decoders private decoders;

    function setUp() public {
        decoders = new Decoders();
    }

    // --- single ----------------------------------------------------------------------------------------------------

    function testFuzz_single_is_what_the_account_reads(address target, uint256 value, bytes calldata data) public view {
        bytes memory execution = abi.encodePacked(target, value, data);
        Call memory decoded = decoders.latchkeySingle(execution);
        vm.assertEq(abi.encode(decoded), abi.encode(Call(target, value, data)));
        vm.assertEq(abi.encode(decoded), abi.encode(decoders.accountSingle(execution)));
    }

    function test_ATK_30_single_of_every_short_length() public view {
        for (uint256 length = 0; length < 52; ++length) {
            _refused(
                abi.encodeCall(Decoders.latchkeySingle, (new bytes(length))),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, length)
            );
        }
        vm.assertEq(decoders.latchkeySingle(new bytes(52)).data.length, 0);
        vm.assertEq(decoders.latchkeySingle(new bytes(53)).data.length, 1);
    }

    // --- batch -----------------------------------------------------------------------------------------------------

    function testFuzz_batch_round_trip(
        address[5] calldata targets,
        uint256 values,
        bytes[5] calldata datas,
        uint8 size
    ) public view {
        Call[] memory calls = _calls(targets, values, datas, size);
        bytes memory execution = abi.encode(calls);
        bytes memory expected = abi.encode(calls);
        vm.assertEq(abi.encode(decoders.latchkeyBatch(execution)), expected);
        vm.assertEq(abi.encode(decoders.accountBatch(execution)), expected);
        vm.assertEq(abi.encode(decoders.solcBatch(execution)), expected);
    }

    /// @dev Flips words, bytes and lengths of valid encodings. What is still accepted is what every decoder reads, and
    /// is the one encoding of it.
    function testFuzz_ATK_30_ATK_31_mutated_batches(
        address[5] calldata targets,
        uint256 values,
        bytes[5] calldata datas,
        uint8 size,
        uint256[3] calldata mutations
    ) public view {
        bytes memory execution = abi.encode(_calls(targets, values, datas, size));
        for (uint256 i = 0; i < mutations.length; ++i) execution = _mutated(execution, mutations[i]);
        _requireAgreement(execution);
    }

    /// @dev Every head word of a batch of two set to each of the numbers that could be read as a pointer or a length.
    function test_ATK_31_every_word_of_a_batch_with_every_small_value() public view {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(0x1111), 1, hex"aabbccdd");
        calls[1] = Call(address(0x2222), 2, new bytes(32));
        bytes memory valid = abi.encode(calls);
        for (uint256 at = 0; at < valid.length; at += 32) {
            for (uint256 value = 0; value <= 0x240; value += 0x20) {
                _requireAgreement(_withWord(valid, at, value));
                _requireAgreement(_withWord(valid, at, value + 1));
                _requireAgreement(_withWord(valid, at, (1 << 64) + value));
                unchecked {
                    // Wraps on purpose: a negative pointer.
                    _requireAgreement(_withWord(valid, at, 0 - value));
                }
            }
        }
    }

    function test_ATK_31_two_calls_that_share_a_tail() public view {
        bytes memory shared = abi.encode(0x20, 2, 0x40, 0x40, address(0x1111), 0, 0x60, 0);
        vm.assertEq(decoders.accountBatch(shared).length, 2);
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (shared)),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0x20)
        );
        // The same with room for two calls.
        shared = abi.encodePacked(shared, new bytes(0x80));
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (shared)),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0x60)
        );
    }

    function test_ATK_31_empty_and_enormous_counts() public view {
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (abi.encode(0x20, 0))),
            abi.encodeWithSelector(ISessionErrors.EmptyBatch.selector)
        );
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (abi.encode(0x20, 0, 0))),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0x40)
        );
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (abi.encode(0x40, 0))),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0)
        );
        uint256[4] memory counts = [uint256(1), 2, 1 << 64, type(uint256).max];
        for (uint256 i = 0; i < counts.length; ++i) {
            _refused(
                abi.encodeCall(Decoders.latchkeyBatch, (abi.encode(0x20, counts[i]))),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0x20)
            );
        }
        for (uint256 length = 0; length < 0x40; ++length) {
            _refused(
                abi.encodeCall(Decoders.latchkeyBatch, (new bytes(length))),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, length)
            );
        }
    }

    /// @dev The shortest calls that there are, of any number: plain transfers of the native coin.
    function test_batches_of_calls_without_data() public view {
        uint256[5] memory counts = [uint256(1), 2, 64, 65, 300];
        for (uint256 i = 0; i < counts.length; ++i) {
            Call[] memory calls = new Call[](counts[i]);
            for (uint256 j = 0; j < calls.length; ++j) calls[j] = Call(address(0x1111), j, "");
            bytes memory execution = abi.encode(calls);
            vm.assertEq(abi.encode(decoders.latchkeyBatch(execution)), execution);
        }
    }

    function test_a_batch_that_ends_with_a_call_without_data() public view {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(0x1111), 1, hex"aabbccdd");
        calls[1] = Call(address(0x2222), 2, "");
        bytes memory execution = abi.encode(calls);
        vm.assertEq(abi.encode(decoders.latchkeyBatch(execution)), execution);
    }

    /// @dev What is reported is where the first word stands that is wrong.
    function test_ATK_31_the_second_call_of_a_batch_is_cut_off_or_too_long() public view {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(0x1111), 1, new bytes(0x100));
        calls[1] = Call(address(0x2222), 2, new bytes(32));
        bytes memory valid = abi.encode(calls);
        uint256 second = 0x80 + 0x80 + 0x100;
        for (uint256 length = second; length < second + 0x80; ++length) {
            _refused(
                abi.encodeCall(Decoders.latchkeyBatch, (_cut(valid, length))),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, second)
            );
        }
        for (uint256 length = second + 0x80; length < valid.length; ++length) {
            _refused(
                abi.encodeCall(Decoders.latchkeyBatch, (_cut(valid, length))),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, second + 0x60)
            );
        }
    }

    function test_ATK_32_each_dirty_bit_of_a_target() public view {
        bytes memory valid = abi.encode(_one());
        for (uint256 bit = 160; bit < 256; ++bit) {
            _refused(
                abi.encodeCall(Decoders.latchkeyBatch, (_withWord(valid, 0x60, (1 << bit) | 0x1111))),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0x60)
            );
        }
    }

    function test_ATK_31_trailing_bytes_and_dirty_padding() public view {
        bytes memory valid = abi.encode(_one());
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (abi.encodePacked(valid, bytes1(0)))),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, valid.length)
        );
        _refused(
            abi.encodeCall(Decoders.latchkeyBatch, (abi.encodePacked(valid, new bytes(32)))),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, valid.length)
        );
        for (uint256 at = 0xe4; at < valid.length; ++at) {
            bytes memory dirty = bytes.concat(valid);
            dirty[at] = 0x01;
            _refused(
                abi.encodeCall(Decoders.latchkeyBatch, (dirty)),
                abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0xe4)
            );
        }
        for (uint256 length = 0x40; length < valid.length; ++length) {
            (bool success, ) = address(decoders).staticcall(
                abi.encodeCall(Decoders.latchkeyBatch, (_cut(valid, length)))
            );
            vm.assertFalse(success);
        }
    }

    // --- operation -------------------------------------------------------------------------------------------------

    function testFuzz_operation_is_what_the_account_reads(bytes32 mode, bytes calldata execution) public view {
        bytes memory callData = abi.encodeCall(IERC7579Execution.execute, (mode, execution));
        (bytes32 readMode, bytes memory read) = decoders.latchkeyOperation(callData);
        vm.assertEq(readMode, mode);
        vm.assertEq(read, execution);
    }

    function testFuzz_ATK_30_mutated_operations(
        bytes32 mode,
        bytes calldata execution,
        uint256[3] calldata mutations
    ) public view {
        bytes memory callData = abi.encodeCall(IERC7579Execution.execute, (mode, execution));
        for (uint256 i = 0; i < mutations.length; ++i) callData = _mutated(callData, mutations[i]);
        _requireOperationAgreement(callData);
    }

    function test_ATK_30_operations_of_every_length() public view {
        bytes memory callData = abi.encodeCall(IERC7579Execution.execute, (bytes32(0), hex"112233"));
        for (uint256 length = 0; length < callData.length; ++length) {
            bytes memory cut = _cut(callData, length);
            bytes memory expected =
                length < 4
                    ? abi.encodeWithSelector(ISessionErrors.OperationSelectorNotAllowed.selector, bytes4(cut))
                    : abi.encodeWithSelector(
                        ISessionErrors.ExecutionNotCanonical.selector,
                        length < 0x64
                            ? length
                            : length < 0x67
                                ? 0x44
                                : 0x67
                    );
            _refused(abi.encodeCall(Decoders.latchkeyOperation, (cut)), expected);
        }
        _refused(
            abi.encodeCall(Decoders.latchkeyOperation, (abi.encodePacked(callData, bytes1(0)))),
            abi.encodeWithSelector(ISessionErrors.ExecutionNotCanonical.selector, 0x84)
        );
    }

    function testFuzz_ATK_37_any_other_selector(bytes4 selector, bytes calldata rest) public view {
        vm.assume(selector != IERC7579Execution.execute.selector);
        _refused(
            abi.encodeCall(Decoders.latchkeyOperation, (abi.encodePacked(selector, rest))),
            abi.encodeWithSelector(ISessionErrors.OperationSelectorNotAllowed.selector, selector)
        );
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    function _requireAgreement(bytes memory execution) private view {
        Call[] memory calls;
        try decoders.latchkeyBatch(execution) returns (Call[] memory decoded) {
            calls = decoded;
        } catch {
            return;
        }
        vm.assertGe(calls.length, 1);
        vm.assertEq(abi.encode(calls), execution, "not the one encoding");
        vm.assertEq(abi.encode(decoders.accountBatch(execution)), execution, "the account reads something else");
        vm.assertEq(abi.encode(decoders.solcBatch(execution)), execution, "solc reads something else");
    }

    function _requireOperationAgreement(bytes memory callData) private view {
        try decoders.latchkeyOperation(callData) returns (bytes32 mode, bytes memory execution) {
            vm.assertEq(abi.encodeCall(IERC7579Execution.execute, (mode, execution)), callData, "not the one encoding");
            (bool success, bytes memory result) = address(decoders).staticcall(callData);
            vm.assertTrue(success);
            vm.assertEq(result, abi.encode(mode, execution), "solc reads something else");
        } catch {
            return;
        }
    }

    function _one() private pure returns (Call[] memory calls) {
        calls = new Call[](1);
        calls[0] = Call(address(0x1111), 1, hex"aabbccdd");
    }

    function _calls(
        address[5] calldata targets,
        uint256 values,
        bytes[5] calldata datas,
        uint8 size
    ) private pure returns (Call[] memory calls) {
        calls = new Call[](bound(size, 1, 5));
        for (uint256 i = 0; i < calls.length; ++i) calls[i] = Call(targets[i], values >> (i * 51), datas[i]);
    }

    function _mutated(bytes memory input, uint256 seed) private pure returns (bytes memory output) {
        uint256 at = (seed >> 8) % (input.length + 1);
        uint256 kind = seed & 7;
        if (kind == 0 || input.length < 36) return input;
        if (kind == 1) return _cut(input, at);
        if (kind == 2) return abi.encodePacked(input, new bytes((seed >> 8) % 70));
        if (kind == 3) return abi.encodePacked(input, seed);
        uint256 word = ((seed >> 8) % (input.length / 32)) * 32 + (input.length % 32 == 4 ? 4 : 0);
        if (word + 32 > input.length) return input;
        // A small multiple of a word, an odd small number, a change by a word.
        if (kind == 4) return _withWord(input, word, ((seed >> 40) % 40) * 32);
        if (kind == 5) return _withWord(input, word, (seed >> 40) % 1_024);
        if (kind == 6) return _withWord(input, word, 1 << ((seed >> 40) % 256));
        output = bytes.concat(input);
        if (at < output.length) output[at] ^= bytes1(uint8(seed >> 200));
    }

    function _withWord(bytes memory input, uint256 at, uint256 word) private pure returns (bytes memory output) {
        output = bytes.concat(input);
        assembly ("memory-safe") {
            // The callers keep at + 32 inside the array.
            mstore(add(add(output, 32), at), word)
        }
    }

    function _cut(bytes memory input, uint256 length) private pure returns (bytes memory output) {
        output = bytes.concat(input);
        assembly ("memory-safe") {
            // Only ever shorter.
            mstore(output, length)
        }
    }

    function _refused(bytes memory data, bytes memory expected) private view {
        (bool success, bytes memory reason) = address(decoders).staticcall(data);
        vm.assertFalse(success, "accepted, though it was to be refused");
        vm.assertEq(reason, expected);
    }
}
