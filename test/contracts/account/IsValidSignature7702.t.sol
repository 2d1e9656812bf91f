// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {NoValidator, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

contract IsValidSignature7702Test is AccountFixture {
    LatchkeyAccount7702 private _wallet;

    function setUp() public {
        _wallet = delegate(owner);
    }

    /// @dev As if it had no code: also before it is initialised.
    function test_the_wallets_own_signature_is_valid(bytes32 hash) public view {
        vm.assertTrue(_wallet.isValidSignature(hash, sign(ownerKey, hash)) == MAGIC);
        vm.assertTrue(_wallet.isValidSignature(keccak256(abi.encode(hash)), sign(ownerKey, hash)) == NOT_MAGIC);
    }

    function test_another_key_is_none(uint256 privateKey, bytes32 hash) public view {
        privateKey = bound(privateKey, 1, SECP256K1_N - 1);
        vm.assume(privateKey != ownerKey);
        vm.assertTrue(_wallet.isValidSignature(hash, sign(privateKey, hash)) == NOT_MAGIC);
    }

    function test_no_bytes_are_valid_or_revert(bytes32 hash, bytes memory signature) public view {
        vm.assertTrue(_wallet.isValidSignature(hash, signature) == NOT_MAGIC);
    }

    /// @dev A signature is one account's: the signer is the account.
    function test_ATK_85_a_signature_for_one_wallet_is_none_for_another(bytes32 hash) public {
        LatchkeyAccount7702 other = delegate(makeAddress("other"));
        vm.assertTrue(other.isValidSignature(hash, sign(ownerKey, hash)) == NOT_MAGIC);
    }

    function test_ATK_86_a_validator_must_be_installed_as_one(bytes32 hash, bytes memory rest) public {
        YesValidator module = new YesValidator();
        bytes memory signature = bytes.concat(bytes20(address(module)), rest);
        vm.prank(owner);
        _wallet.initialize(address(0));
        vm.prank(owner);
        _wallet.installModule(2, address(module), "");
        vm.assertTrue(_wallet.isValidSignature(hash, signature) == NOT_MAGIC);
        vm.prank(owner);
        _wallet.installModule(1, address(module), "");
        vm.assertTrue(_wallet.isValidSignature(hash, signature) == MAGIC);
        vm.prank(owner);
        _wallet.initialize(address(0));
        vm.assertTrue(_wallet.isValidSignature(hash, signature) == NOT_MAGIC);
    }

    function test_a_validator_that_fails_does_not_silence_the_wallet(bytes32 hash) public {
        NoValidator module = new NoValidator();
        vm.prank(owner);
        _wallet.initialize(address(module));
        vm.assertTrue(_wallet.isValidSignature(hash, bytes.concat(bytes20(address(module)))) == NOT_MAGIC);
        vm.assertTrue(_wallet.isValidSignature(hash, sign(ownerKey, hash)) == MAGIC);
    }
}
