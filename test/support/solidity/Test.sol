// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILatchkey} from "../../../contracts/interfaces/ILatchkey.sol";
import {Vm} from "./Vm.sol";
import {SiblingDeployer} from "./mocks/SiblingDeployer.sol";

/// @notice What every Solidity test stands on.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev `tx.origin` of calls: nobody's session and nobody's principal.
    address internal constant ORIGIN = address(0x0419);

    /// @dev Order of the secp256k1 group.
    uint256 internal constant SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    /// @dev Order of the P-256 group.
    uint256 internal constant P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;

    /// @dev Order of the field of P-256.
    uint256 internal constant P256_P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff;

    /// @dev A labelled address and its key.
    function makeKey(string memory name) internal returns (address account, uint256 privateKey) {
        privateKey = bound(uint256(keccak256(bytes(name))), 1, SECP256K1_N - 1);
        account = vm.addr(privateKey);
        vm.label(account, name);
    }

    /// @dev A labelled address without code.
    function makeAddress(string memory name) internal returns (address account) {
        (account, ) = makeKey(name);
    }

    /// @dev `value` brought into `minimum .. maximum`, both inclusive; the edges are kept if it is already inside.
    function bound(uint256 value, uint256 minimum, uint256 maximum) internal pure returns (uint256) {
        vm.assertLe(minimum, maximum, "bound: empty range");
        if (value >= minimum && value <= maximum) return value;
        uint256 size;
        unchecked {
            // 0 only for the whole range of uint256, in which every value is already inside.
            size = maximum - minimum + 1;
        }
        return minimum + (value % size);
    }

    /// @dev The contract as it is deployed: its artifact's init code, with `constructorArguments` behind it.
    function deploy(string memory artifact, bytes memory constructorArguments) internal returns (address created) {
        bytes memory initCode = bytes.concat(vm.getCode(artifact), constructorArguments);
        assembly ("memory-safe") {
            // Reads the init code from memory and writes none.
            created := create(0, add(initCode, 32), mload(initCode))
        }
        vm.assertTrue(created != address(0), artifact);
    }

    /// @dev The seven siblings of a deployer of its own, of which the first `count` are created.
    function deploySiblings(uint256 count) internal returns (address[7] memory siblings) {
        string[7] memory artifacts = [
            "contracts/periphery/SessionForwarder.sol:SessionForwarder",
            "contracts/periphery/P256Verifier.sol:P256Verifier",
            "contracts/policy/PolicyEncoder.sol:PolicyEncoder",
            "contracts/policy/PolicyStore.sol:PolicyStore",
            "contracts/LatchkeyExtension.sol:LatchkeyExtension",
            "contracts/LatchkeyEntrance.sol:LatchkeyEntrance",
            "contracts/Latchkey.sol:Latchkey"
        ];
        SiblingDeployer deployer = new SiblingDeployer();
        for (uint8 i = 0; i < 7; ++i) {
            siblings[i] = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", deployer, i + 1)))));
            if (i < count) vm.assertEq(deployer.create(vm.getCode(artifacts[i])), siblings[i], artifacts[i]);
        }
    }

    /// @dev Latchkey among siblings of its own.
    function deployLatchkey() internal returns (ILatchkey) {
        return ILatchkey(deploySiblings(7)[6]);
    }
}
