// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {NoValidator, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

contract IsValidSignatureTest is AccountFixture {
    bytes32 private constant _APP = keccak256("the domain separator of some dApp");
    string private constant _DESCRIPTION = "Mail(address to,string text)";
    /// @dev With an empty signature this hash asks whether an account speaks ERC-7739.
    bytes32 private constant _ERC7739_PROBE = 0x7739773977397739773977397739773977397739773977397739773977397739;

    LatchkeyAccount private _account;

    function setUp() public {
        _account = deployAccount(owner, address(0));
    }

    function test_the_owners_nested_signature_of_typed_data_is_valid(bytes32 contents) public view {
        bytes memory signature = _typed(address(_account), ownerKey, contents, _DESCRIPTION);
        vm.assertEq(_ask(_account, _hash(contents), signature), MAGIC);
        vm.assertEq(_ask(_account, keccak256(abi.encode(contents)), signature), NOT_MAGIC);
    }

    function test_the_owners_nested_personal_signature_is_valid(bytes32 hash) public view {
        vm.assertEq(_ask(_account, hash, sign(ownerKey, _personal(address(_account), hash))), MAGIC);
    }

    /// @dev Plainly signed, it would hold for every account of the owner.
    function test_the_owners_plain_signature_is_not(bytes32 hash) public view {
        vm.assertEq(_ask(_account, hash, sign(ownerKey, hash)), NOT_MAGIC);
    }

    function test_ATK_85_a_signature_for_one_account_is_none_for_another(bytes32 contents) public {
        LatchkeyAccount other = deployAccount(owner, address(0));
        bytes memory typed = _typed(address(_account), ownerKey, contents, _DESCRIPTION);
        vm.assertEq(_ask(other, _hash(contents), typed), NOT_MAGIC);
        vm.assertEq(_ask(other, contents, sign(ownerKey, _personal(address(_account), contents))), NOT_MAGIC);
    }

    function test_ATK_85_a_type_name_that_breaks_out_is_none(bytes32 contents) public view {
        string[5] memory names = ["M,ail()", "M)ail()", "M ail()", "M\x00ail()", "()"];
        for (uint256 i = 0; i < names.length; ++i) {
            bytes memory signature = _typed(address(_account), ownerKey, contents, names[i]);
            vm.assertEq(_ask(_account, _hash(contents), signature), NOT_MAGIC, names[i]);
        }
    }

    /// @dev A wallet that signs a plain `bytes32` in the nested form writes no type behind it. No description stands for
    /// that, so it cannot be passed off as the hash of a struct.
    function test_ATK_85_a_basic_type_is_none(bytes32 contents) public view {
        bytes memory digest = abi.encodePacked(hex"1901", _APP, _nested(address(_account), contents, "bytes32", ""));
        bytes memory inner = sign(ownerKey, keccak256(digest));
        string[5] memory descriptions = ["bytes32", "bytes32()", "()bytes32", "", "bytes32 contents"];
        for (uint256 i = 0; i < descriptions.length; ++i) {
            bytes memory text = bytes(descriptions[i]);
            bytes memory signature = abi.encodePacked(inner, _APP, contents, text, uint16(text.length));
            vm.assertEq(_ask(_account, _hash(contents), signature), NOT_MAGIC, descriptions[i]);
        }
    }

    function test_another_key_is_none(uint256 privateKey, bytes32 contents) public view {
        privateKey = bound(privateKey, 1, SECP256K1_N - 1);
        vm.assume(privateKey != ownerKey);
        bytes memory typed = _typed(address(_account), privateKey, contents, _DESCRIPTION);
        vm.assertEq(_ask(_account, _hash(contents), typed), NOT_MAGIC);
        vm.assertEq(_ask(_account, contents, sign(privateKey, _personal(address(_account), contents))), NOT_MAGIC);
    }

    function test_no_bytes_are_valid_or_revert(bytes32 hash, bytes memory signature) public view {
        vm.assume(hash != _ERC7739_PROBE || signature.length != 0);
        vm.assertEq(_ask(_account, hash, signature), NOT_MAGIC);
    }

    function test_says_that_it_speaks_ERC7739() public view {
        vm.assertEq(_ask(_account, _ERC7739_PROBE, ""), bytes4(0x77390001));
    }

    function test_ATK_86_a_validator_must_be_installed_as_one(bytes32 hash, bytes memory rest) public {
        YesValidator module = new YesValidator();
        bytes memory signature = bytes.concat(bytes20(address(module)), rest);
        vm.assertEq(_ask(_account, hash, signature), NOT_MAGIC);
        vm.prank(EntryPoints.V09);
        _account.installModule(2, address(module), "");
        vm.assertEq(_ask(_account, hash, signature), NOT_MAGIC);
        vm.prank(EntryPoints.V09);
        _account.installModule(1, address(module), "");
        vm.assertEq(_ask(_account, hash, signature), MAGIC);
    }

    function test_a_validator_that_fails_does_not_silence_the_owner(bytes32 contents) public {
        NoValidator module = new NoValidator();
        vm.prank(EntryPoints.V09);
        _account.installModule(1, address(module), "");
        vm.assertEq(_ask(_account, contents, bytes.concat(bytes20(address(module)))), NOT_MAGIC);
        bytes memory typed = _typed(address(_account), ownerKey, contents, _DESCRIPTION);
        vm.assertEq(_ask(_account, _hash(contents), typed), MAGIC);
    }

    /// @dev ERC-6492's suffix is so many bytes here.
    function test_ATK_87_a_wrapped_signature_is_not_unwrapped(bytes32 hash) public view {
        bytes memory inner = sign(ownerKey, _personal(address(_account), hash));
        bytes memory wrapped = bytes.concat(
            abi.encode(address(0xdead), hex"", inner),
            bytes32(0x6492649264926492649264926492649264926492649264926492649264926492)
        );
        vm.assertEq(_ask(_account, hash, wrapped), NOT_MAGIC);
    }

    function _ask(LatchkeyAccount account, bytes32 hash, bytes memory signature) private view returns (bytes4) {
        return account.isValidSignature(hash, signature);
    }

    function _hash(bytes32 contents) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _APP, contents));
    }

    function _personal(address account, bytes32 hash) private view returns (bytes32) {
        bytes32 nested = keccak256(abi.encode(keccak256("PersonalSign(bytes prefixed)"), hash));
        return keccak256(abi.encodePacked(hex"1901", separator(account), nested));
    }

    /// @dev The nested form of ERC-7739, as a wallet that knows it builds it. `description` ends with its own type.
    function _typed(
        address account,
        uint256 privateKey,
        bytes32 contents,
        string memory description
    ) private view returns (bytes memory) {
        bytes memory text = bytes(description);
        uint256 nameLength;
        while (nameLength < text.length && text[nameLength] != "(") ++nameLength;
        bytes memory name = new bytes(nameLength);
        for (uint256 i = 0; i < nameLength; ++i) name[i] = text[i];
        bytes32 nested = _nested(account, contents, name, text);
        bytes memory inner = sign(privateKey, keccak256(abi.encodePacked(hex"1901", _APP, nested)));
        return abi.encodePacked(inner, _APP, contents, text, uint16(text.length));
    }

    function _nested(
        address account,
        bytes32 contents,
        bytes memory name,
        bytes memory types
    ) private view returns (bytes32) {
        bytes32 typehash = keccak256(
            bytes.concat(
                "TypedDataSign(",
                name,
                " contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)",
                types
            )
        );
        return
            keccak256(
                abi.encode(
                    typehash,
                    contents,
                    keccak256("LatchkeyAccount"),
                    keccak256("1"),
                    block.chainid,
                    account,
                    bytes32(0)
                )
            );
    }
}
