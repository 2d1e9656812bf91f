// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {LatchkeyAccountFactory} from "../../../contracts/account/LatchkeyAccountFactory.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Test} from "./Test.sol";
import {LatchkeyStandIn} from "./mocks/AccountModules.sol";

/// @notice Accounts under test, as they are deployed. The EntryPoint's address only calls here; the real one does in
/// the TypeScript tests.
abstract contract AccountFixture is Test {
    bytes32 internal constant SINGLE = bytes32(0);
    bytes32 internal constant DELEGATECALL = bytes32(uint256(0xff) << 248);
    bytes4 internal constant MAGIC = 0x1626ba7e;
    bytes4 internal constant NOT_MAGIC = 0xffffffff;

    address internal owner;
    uint256 internal ownerKey;
    LatchkeyStandIn internal latchkey;

    constructor() {
        latchkey = new LatchkeyStandIn();
        (owner, ownerKey) = makeKey("owner");
    }

    function deployAccount(address owner_, address module) internal returns (LatchkeyAccount) {
        return
            LatchkeyAccount(
                payable(
                    deploy(
                        "contracts/account/LatchkeyAccount.sol:LatchkeyAccount",
                        abi.encode(EntryPoints.V09, latchkey, owner_, module)
                    )
                )
            );
    }

    function deployFactory() internal returns (LatchkeyAccountFactory) {
        vm.etch(EntryPoints.V09, hex"00");
        return
            LatchkeyAccountFactory(
                deploy(
                    "contracts/account/LatchkeyAccountFactory.sol:LatchkeyAccountFactory",
                    abi.encode(EntryPoints.V09, latchkey)
                )
            );
    }

    /// @dev A wallet that has delegated: its code is the designator, not the implementation.
    function delegate(address wallet) internal returns (LatchkeyAccount7702) {
        address implementation = deploy(
            "contracts/account/LatchkeyAccount7702.sol:LatchkeyAccount7702",
            abi.encode(EntryPoints.V09, latchkey)
        );
        vm.etch(wallet, bytes.concat(hex"ef0100", bytes20(implementation)));
        return LatchkeyAccount7702(payable(wallet));
    }

    function sign(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    function separator(address account) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("LatchkeyAccount"),
                    keccak256("1"),
                    block.chainid,
                    account
                )
            );
    }
}
