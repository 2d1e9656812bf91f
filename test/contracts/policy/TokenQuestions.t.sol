// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../../support/solidity/Test.sol";
import {PolicyLibraries} from "../../support/solidity/mocks/PolicyLibraries.sol";
import {
    Decimals,
    Fungible,
    GasEater,
    Hybrid,
    Introspective,
    OldCollection,
    OldStable,
    Starvable,
    Vault,
    WithoutDecimals,
    WrappedCoin,
    YesSayer
} from "../../support/solidity/mocks/Tokens.sol";

/// @notice What publication asks of contracts, and what counts as an answer.
contract TokenQuestionsTest is Test {
    bytes4 private constant ERC721 = 0x80ac58cd;
    bytes4 private constant ERC1155 = 0xd9b67a26;

    PolicyLibraries private libraries;

    function setUp() public {
        libraries = new PolicyLibraries();
    }

    function test_ATK_104_fungible_is_what_answers_decimals_and_is_no_collection() public {
        vm.assertTrue(libraries.isFungible(address(new Fungible())));
        vm.assertTrue(libraries.isFungible(address(new OldStable())));
        vm.assertTrue(libraries.isFungible(address(new Introspective(0x36372b07))));
        // A question to WETH9 that it does not know is a deposit: it burns the gas of that question alone.
        vm.assertTrue(libraries.isFungible(address(new WrappedCoin())));
        vm.assertTrue(libraries.isFungible(address(new GasEater())));
    }

    function test_ATK_104_everything_else_is_not() public {
        vm.assertFalse(libraries.isFungible(address(0x5EED0000)), "no code");
        vm.assertFalse(libraries.isFungible(address(new WithoutDecimals())), "no decimals");
        vm.assertFalse(libraries.isFungible(address(new Introspective(ERC721))), "ERC-721");
        vm.assertFalse(libraries.isFungible(address(new Introspective(ERC1155))), "ERC-1155");
        vm.assertFalse(libraries.isFungible(address(new Hybrid())), "ERC-404");
        // It answers `getApproved` too.
        vm.assertFalse(libraries.isFungible(address(new YesSayer())), "says yes to all");
    }

    function test_decimals_are_a_byte_in_a_word() public {
        vm.assertTrue(libraries.isFungible(address(new Decimals(abi.encode(0)))));
        vm.assertTrue(libraries.isFungible(address(new Decimals(abi.encode(255)))));
        vm.assertTrue(libraries.isFungible(address(new Decimals(abi.encode(18, 18)))));
        vm.assertFalse(libraries.isFungible(address(new Decimals(abi.encode(256)))));
        vm.assertFalse(libraries.isFungible(address(new Decimals(new bytes(31)))));
        vm.assertFalse(libraries.isFungible(address(new Decimals(""))));
    }

    function test_collections_answer_erc165_for_themselves() public {
        vm.assertTrue(libraries.isNonFungible(address(new Introspective(ERC721))));
        vm.assertTrue(libraries.isNonFungible(address(new Introspective(ERC1155))));
        vm.assertFalse(libraries.isNonFungible(address(new Introspective(0x36372b07))));
        vm.assertFalse(libraries.isNonFungible(address(new Fungible())));
        vm.assertFalse(libraries.isNonFungible(address(new OldCollection())));
        vm.assertFalse(libraries.isNonFungible(address(new YesSayer())), "says yes to 0xffffffff");
        vm.assertFalse(libraries.isNonFungible(address(0x5EED0000)), "no code");
        vm.assertFalse(libraries.isNonFungible(address(new GasEater())));
    }

    function test_a_vault_says_what_its_shares_are_of() public {
        vm.assertEq(libraries.assetOf(address(new Vault(abi.encode(address(0xA55E7))))), address(0xA55E7));
        vm.assertEq(libraries.assetOf(address(new Vault(abi.encode(1 << 160)))), address(0));
        vm.assertEq(libraries.assetOf(address(new Vault(new bytes(31)))), address(0));
        vm.assertEq(libraries.assetOf(address(new Fungible())), address(0));
        vm.assertEq(libraries.assetOf(address(0x5EED0000)), address(0));
    }

    /// @dev Whoever publishes chooses the gas. A collection that needs some to say what it is must not pass for a
    /// token because it got too little of it: with every amount, the answer is the right one or there is none.
    function test_ATK_104_no_amount_of_gas_changes_an_answer() public {
        address collection = address(new Starvable(ERC721));
        vm.assertFalse(libraries.isFungible(collection));
        vm.assertTrue(libraries.isNonFungible(collection));
        uint256 answers;
        for (uint256 gas_ = 2_000; gas_ < 700_000; gas_ += 3_701) {
            answers += _ask(gas_, abi.encodeCall(PolicyLibraries.isFungible, (collection)), false);
            answers += _ask(gas_, abi.encodeCall(PolicyLibraries.isNonFungible, (collection)), true);
        }
        vm.assertGt(answers, 100);
    }

    /// @return answered 1 if there was an answer, which is the expected one
    function _ask(uint256 gas_, bytes memory question, bool expected) private view returns (uint256 answered) {
        (bool success, bytes memory answer) = address(libraries).staticcall{gas: gas_}(question);
        if (!success) return 0;
        vm.assertEq(abi.decode(answer, (bool)), expected);
        return 1;
    }
}
