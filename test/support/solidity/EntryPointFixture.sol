// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Test} from "./Test.sol";

/// @notice The canonical EntryPoints at their canonical addresses, from published packages.
abstract contract EntryPointFixture is Test {
    /// @dev The deterministic deployment proxy. Solidity tests start with it.
    address private constant PROXY = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
    address private constant SENDER_CREATOR_V09 = 0x0A630a99Df908A81115A3022927Be82f9299987e;

    bytes32 private constant SALT_V07 = 0x90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3;
    bytes32 private constant SALT_V08 = 0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9;

    /// @dev An equal CREATE2 address proves an equal bytecode.
    function deployEntryPointV07() internal {
        _create("contracts-0.7", SALT_V07, EntryPoints.V07);
    }

    function deployEntryPointV08() internal {
        _create("contracts", SALT_V08, EntryPoints.V08);
    }

    /// @dev Its init code is in no package: its runtime is placed as a deployment on this chain would have left it.
    function deployEntryPointV09() internal {
        if (EntryPoints.V09.code.length != 0) return;
        vm.etch(SENDER_CREATOR_V09, _runtime(SENDER_CREATOR_V09));
        bytes memory code = _runtime(EntryPoints.V09);
        _replace(code, _separatorV09(1), _separatorV09(block.chainid));
        _replace(code, bytes32(uint256(1)), bytes32(block.chainid), 0x7f);
        vm.etch(EntryPoints.V09, code);
    }

    function deployEntryPoints() internal {
        deployEntryPointV07();
        deployEntryPointV08();
        deployEntryPointV09();
    }

    function _create(string memory package, bytes32 salt, address expected) private {
        if (expected.code.length != 0) return;
        string memory path = string.concat("node_modules/@account-abstraction/", package, "/artifacts/EntryPoint.json");
        bytes memory initCode = vm.parseJsonBytes(vm.readFile(path), ".bytecode");
        (bool success, bytes memory created) = PROXY.call(bytes.concat(salt, initCode));
        vm.assertTrue(success, package);
        vm.assertEq(address(bytes20(created)), expected, package);
    }

    /// @dev The runtime as it was read on chain 1: two immutables, its chain id and its domain separator, are that
    /// chain's.
    function _runtime(address account) private view returns (bytes memory) {
        return
            vm.readFileBinary(string.concat("node_modules/hardhat-predeploy/bin/", vm.toString(account), ".bytecode"));
    }

    function _separatorV09(uint256 id) private pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        return keccak256(abi.encode(typehash, keccak256("ERC4337"), keccak256("1"), id, EntryPoints.V09));
    }

    function _replace(bytes memory code, bytes32 from, bytes32 to) private pure {
        for (uint256 i = 0; i + 32 <= code.length; ++i) {
            if (_wordAt(code, i) == from) _setWordAt(code, i, to);
        }
    }

    /// @dev Replaces a word only where `prefix` stands before it: the opcode that pushes it.
    function _replace(bytes memory code, bytes32 from, bytes32 to, bytes1 prefix) private pure {
        for (uint256 i = 1; i + 32 <= code.length; ++i) {
            if (code[i - 1] == prefix && _wordAt(code, i) == from) _setWordAt(code, i, to);
        }
    }

    function _wordAt(bytes memory code, uint256 position) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            // The callers keep position + 32 inside the array.
            word := mload(add(add(code, 32), position))
        }
    }

    function _setWordAt(bytes memory code, uint256 position, bytes32 word) private pure {
        assembly ("memory-safe") {
            // The callers keep position + 32 inside the array.
            mstore(add(add(code, 32), position), word)
        }
    }
}
