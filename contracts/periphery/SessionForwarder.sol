// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISessionExecutor} from "../interfaces/ISessionExecutor.sol";
import {ISessionForwarder} from "../interfaces/ISessionForwarder.sol";
import {Creations} from "../libraries/Creations.sol";
import {ForwardedCalls} from "../libraries/ForwardedCalls.sol";

/// @title SessionForwarder
/// @notice Asks Latchkey, then calls the target with the principal appended. Owns nothing.
/// @dev Finds Latchkey by their common deployer. Everything is checked and written before the target is called, and nothing
/// is kept between calls, so a target that re-enters finds only what any caller finds.
contract SessionForwarder is ISessionForwarder {
    /// @dev Gas between reading what is left and the target's first instruction: the access to a target (and to what an
    /// EIP-7702 target delegates to) that is already warm, 100 each, and the arithmetic before it.
    uint256 private constant CALL_GAS = 500;

    /// @inheritdoc ISessionForwarder
    address public immutable LATCHKEY;

    constructor() {
        LATCHKEY = Creations.addressOf(msg.sender, Creations.LATCHKEY);
    }

    /// @inheritdoc ISessionForwarder
    function forward(address principal, address target, bytes calldata data) external returns (bytes memory) {
        ForwardedCalls.requireSelector(data);
        _consume(principal, target, data);
        _requireTrust(target);
        _call(principal, target, data, 0);
    }

    /// @inheritdoc ISessionForwarder
    function forwardBySig(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external returns (bytes memory) {
        ForwardedCalls.requireSelector(data);
        ISessionExecutor(LATCHKEY).consumeForwardedBySig(principal, target, data, nonce, minGas, signature);
        _requireTrust(target);
        _call(principal, target, data, minGas);
    }

    /// @dev `ISessionExecutor(LATCHKEY).consumeForwarded(principal, msg.sender, target, data)`, from calldata to calldata.
    function _consume(address principal, address target, bytes calldata data) private {
        address latchkey = LATCHKEY;
        uint256 selector = uint32(ISessionExecutor.consumeForwarded.selector);
        assembly ("memory-safe") {
            // In free memory, which is not kept: the four bytes of the selector end at byte 32. The length is a whole
            // word's, so the padding is as clean as the memory is made to be.
            if iszero(extcodesize(latchkey)) {
                revert(0x00, 0x00)
            }
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x20), principal)
            mstore(add(free, 0x40), caller())
            mstore(add(free, 0x60), target)
            mstore(add(free, 0x80), 0x80)
            mstore(add(free, 0xa0), data.length)
            calldatacopy(add(free, 0xc0), data.offset, data.length)
            mstore(add(add(free, 0xc0), data.length), 0)
            let size := add(0xa4, and(add(data.length, 0x1f), not(0x1f)))
            if iszero(call(gas(), latchkey, 0, add(free, 0x1c), size, 0x00, 0x00)) {
                returndatacopy(free, 0x00, returndatasize())
                revert(free, returndatasize())
            }
        }
    }

    /// @dev A contract that does not read the suffix would take the forwarder for the caller.
    function _requireTrust(address target) private view {
        if (target.code.length == 0) revert TargetWithoutCode(target);
        uint256 selector = uint32(bytes4(keccak256("isTrustedForwarder(address)")));
        bool trusted;
        assembly ("memory-safe") {
            // `selector | address(this)` from byte 28 on, inside the scratch space; at most 32 bytes of the answer are
            // copied there, and read only if the target sent as many.
            mstore(0x00, selector)
            mstore(0x20, address())
            let success := staticcall(gas(), target, 0x1c, 0x24, 0x00, 0x20)
            trusted := and(and(success, gt(returndatasize(), 0x1f)), eq(mload(0x00), 1))
        }
        if (!trusted) revert ForwarderNotTrusted(target);
    }

    /// @dev Ends the call frame: returns what the target returned or reverts with what it reverted with.
    function _call(address principal, address target, bytes calldata data, uint256 minGas) private {
        unchecked {
            // `left` is at least `CALL_GAS` where that is taken off, and a 64th of a number is below it.
            uint256 left = gasleft();
            left = left < CALL_GAS ? 0 : left - CALL_GAS;
            left -= left / 64;
            if (left < minGas) revert ForwardedGasBelowMinimum(left, minGas);
        }
        assembly ("memory-safe") {
            // Writes only behind the free memory pointer and never gives control back to Solidity. The principal stands
            // behind the data.
            let free := mload(0x40)
            calldatacopy(free, data.offset, data.length)
            mstore(add(free, data.length), shl(96, principal))
            let success := call(gas(), target, 0, free, add(data.length, 20), 0x00, 0x00)
            let size := returndatasize()
            if iszero(success) {
                returndatacopy(free, 0x00, size)
                revert(free, size)
            }
            // The ABI form of one `bytes`: offset, length, content, zeros up to a whole word.
            mstore(free, 0x20)
            mstore(add(free, 0x20), size)
            returndatacopy(add(free, 0x40), 0x00, size)
            mstore(add(add(free, 0x40), size), 0)
            return(free, add(0x40, and(add(size, 0x1f), not(0x1f))))
        }
    }
}
