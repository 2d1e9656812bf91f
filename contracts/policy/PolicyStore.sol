// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPolicyEncoder} from "../interfaces/IPolicyEncoder.sol";
import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {Creations} from "../libraries/Creations.sol";
import {Policy} from "../types/Policy.sol";
import {StoredPolicy} from "../types/StoredPolicy.sol";
import {PolicyDecoder} from "./PolicyDecoder.sol";
import {PolicyHash} from "./PolicyHash.sol";

/// @title Policy store
/// @dev Creates nothing but policies, so a policy's number is the nonce of its creation. Cannot be re-entered: all it
/// calls before it creates the policy is its encoder, by `staticcall`, in which nobody can create or log anything; what
/// it runs to create the policy is its own init code.
contract PolicyStore is IPolicyStore {
    /// @dev In bytes: what fits the largest transaction that nodes pass on, 131,072 bytes with all its fields.
    uint256 private constant MAX_CALLDATA = 120_000;
    /// @dev Numbers fit 36 bits of a session's word.
    uint256 private constant NUMBERS = 1 << 36;

    /// @dev `PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN`: what stands behind it becomes the code.
    uint256 private constant INIT_CODE = 0x61_0000_80_600a_5f_39_5f_f3;
    uint256 private constant INIT_CODE_SIZE = 10;

    /// @inheritdoc IPolicyStore
    address public immutable POLICY_ENCODER;
    /// @inheritdoc IPolicyStore
    address public immutable LATCHKEY;

    uint256 private _count;
    /// @inheritdoc IPolicyStore
    mapping(bytes32 policyId => uint256) public numberOf;

    /// @dev Created by the deployer of the siblings.
    constructor() {
        POLICY_ENCODER = Creations.addressOf(msg.sender, Creations.POLICY_ENCODER);
        LATCHKEY = Creations.addressOf(msg.sender, Creations.LATCHKEY);
    }

    /// @inheritdoc IPolicyStore
    function publishPolicy(Policy calldata policy) external returns (bytes32 policyId) {
        if (msg.data.length > MAX_CALLDATA) revert PolicyCalldataTooLarge(msg.data.length, MAX_CALLDATA);
        uint256 end;
        (policyId, end) = PolicyHash.hash(policy);
        if (numberOf[policyId] != 0) return policyId;

        (uint256 at, uint256 size) = _initCode(policyId, policy, end);
        (uint256 number, address pointer) = _create(policyId, at, size);
        _emitPublished(policyId, policy, number, pointer, end);
    }

    /// @inheritdoc IPolicyStore
    function hashPolicy(Policy calldata policy) external pure returns (bytes32 policyId) {
        (policyId, ) = PolicyHash.hash(policy);
    }

    /// @inheritdoc IPolicyStore
    function policyOf(bytes32 policyId) external view returns (StoredPolicy memory policy) {
        return _read(_numberOf(policyId));
    }

    /// @inheritdoc IPolicyStore
    function policyOfNumber(uint256 number) external view returns (StoredPolicy memory policy) {
        if (number == 0 || number > _count) revert PolicyNumberUnknown(number);
        return _read(number);
    }

    /// @inheritdoc IPolicyStore
    function policyPointer(bytes32 policyId) external view returns (address pointer) {
        return Creations.addressOf(address(this), _numberOf(policyId));
    }

    function _numberOf(bytes32 policyId) private view returns (uint256 number) {
        number = numberOf[policyId];
        if (number == 0) revert PolicyNotPublished(policyId);
    }

    function _read(uint256 number) private view returns (StoredPolicy memory policy) {
        address pointer = Creations.addressOf(address(this), number);
        policy = PolicyDecoder.decode(pointer.code);
        policy.number = uint40(number);
        policy.pointer = pointer;
    }

    /// @dev Has the policy checked and encoded, and puts what makes it a contract's code in front. The policy is handed
    /// on as it stands, because it is the canonical encoding already.
    /// @return at where in memory
    /// @return size bytes
    function _initCode(
        bytes32 policyId,
        Policy calldata policy,
        uint256 end
    ) private view returns (uint256 at, uint256 size) {
        address encoder = POLICY_ENCODER;
        bytes4 selector = IPolicyEncoder.encodePolicy.selector;
        uint256 init = INIT_CODE;
        uint256 initSize = INIT_CODE_SIZE;
        bool isEncoded;
        assembly ("memory-safe") {
            // In free memory: first the question, which is not kept, then the answer, which is allocated.
            at := mload(0x40)
            let policySize := sub(end, policy)
            mstore(at, selector)
            mstore(add(at, 0x04), 0x40)
            mstore(add(at, 0x24), policyId)
            calldatacopy(add(at, 0x44), policy, policySize)
            if iszero(staticcall(gas(), encoder, at, add(0x44, policySize), 0, 0)) {
                returndatacopy(at, 0, returndatasize())
                revert(at, returndatasize())
            }
            // An offset and a length stand in front of the code.
            isEncoded := gt(returndatasize(), 0x40)
            if isEncoded {
                returndatacopy(0, 0x20, 0x20)
                size := mload(0)
                // What follows the init code's ten bytes in their word is written over.
                mstore(at, shl(176, or(init, shl(56, size))))
                returndatacopy(add(at, initSize), 0x40, sub(returndatasize(), 0x40))
                size := add(size, initSize)
                mstore(0x40, and(add(add(at, returndatasize()), 0x1f), not(0x1f)))
            }
        }
        // Nobody answers where the encoder should be: this store was not created by the siblings' deployer.
        if (!isEncoded) revert PolicyNotCreated(policyId, _count + 1);
    }

    /// @dev A creation that fails reverts the publication, so no number is skipped.
    function _create(bytes32 policyId, uint256 at, uint256 size) private returns (uint256 number, address pointer) {
        unchecked {
            // Below NUMBERS.
            number = _count + 1;
        }
        if (number >= NUMBERS) revert PolicyNumbersExhausted(NUMBERS);
        pointer = Creations.addressOf(address(this), number);
        address created;
        assembly ("memory-safe") {
            // 0 if it fails.
            created := create(0, at, size)
        }
        if (created != pointer) revert PolicyNotCreated(policyId, number);
        _count = number;
        numberOf[policyId] = number;
    }

    /// @dev `emit PolicyPublished(policyId, app, number, pointer, policy)`: the policy is the canonical encoding already.
    function _emitPublished(
        bytes32 policyId,
        Policy calldata policy,
        uint256 policyNumber,
        address pointer,
        uint256 end
    ) private {
        bytes32 topic = PolicyPublished.selector;
        assembly ("memory-safe") {
            // In free memory, which is not kept.
            let encoded := mload(0x40)
            let size := sub(end, policy)
            mstore(encoded, policyNumber)
            mstore(add(encoded, 0x20), pointer)
            mstore(add(encoded, 0x40), 0x60)
            calldatacopy(add(encoded, 0x60), policy, size)
            // The label is the first text behind the head, at most 31 bytes, with zeros behind it.
            let app := calldataload(add(policy, 0x140))
            log3(encoded, add(size, 0x60), topic, policyId, app)
        }
    }
}
