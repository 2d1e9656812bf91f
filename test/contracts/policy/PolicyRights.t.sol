// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Rows of the table that grant rights or move what no limit counts, account management, nested calls.
contract PolicyRightsTest is PolicyStoreTest {
    function _refuseRecipient(Permission memory permission, uint256 word) private {
        refuseOne(permission, abi.encodeWithSelector(IPolicyStore.UnsafeRecipient.selector, 0, word));
    }

    function _checkElsewhere(string memory method) private {
        refuseOne(
            permissionOf(token, method),
            abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token)
        );
        Permission memory spending = permissionOf(token, method);
        (spending.spendToken, spending.spendAmount) = (token, 1);
        refuseOne(spending, abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token));
        refuseOne(permissionOf(ANY_TARGET, method), abi.encodeWithSelector(IPolicyStore.UnsafeWildcard.selector, 0));
    }

    function _checkRecipient(string memory method, uint8 word) private {
        _checkElsewhere(method);
        _refuseRecipient(permissionOf(dapp, method), word);
        _refuseRecipient(withRule(permissionOf(dapp, method), RuleKind.NOT_EQUAL, word, 1), word);
        acceptOne(withRule(permissionOf(dapp, method), RuleKind.EQUAL, word, wordOf(SPENDER)));
        acceptOne(withRule(permissionOf(dapp, method), RuleKind.ONE_OF, word, list(1, 2)));
        StoredPermission memory stored = acceptOne(
            withRule(permissionOf(dapp, method), RuleKind.EQUAL_PRINCIPAL, word, list())
        );
        vm.assertEq(stored.spendToken, address(0));
        vm.assertFalse(stored.exactLength);
    }

    function _checkSpender(string memory method, uint8 word) private {
        _checkElsewhere(method);
        _refuseRecipient(permissionOf(dapp, method), word);
        _refuseRecipient(withRule(permissionOf(dapp, method), RuleKind.EQUAL_PRINCIPAL, word, list()), word);
        _refuseRecipient(withRule(permissionOf(dapp, method), RuleKind.NOT_EQUAL, word, 1), word);
        acceptOne(withRule(permissionOf(dapp, method), RuleKind.EQUAL, word, wordOf(SPENDER)));
        acceptOne(withRule(permissionOf(dapp, method), RuleKind.ONE_OF, word, list(1, 2)));
    }

    function test_ATK_54_recipients_are_pinned() public {
        _checkRecipient("safeTransferFrom(address,address,uint256)", 1);
        _checkRecipient("safeTransferFrom(address,address,uint256,bytes)", 1);
        _checkRecipient("safeTransferFrom(address,address,uint256,uint256,bytes)", 1);
        _checkRecipient("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", 1);
        _checkRecipient("operatorSend(address,address,uint256,bytes,bytes)", 1);
        _checkRecipient("transferAndCall(address,uint256)", 0);
        _checkRecipient("transferAndCall(address,uint256,bytes)", 0);
        _checkRecipient("transferFromAndCall(address,address,uint256)", 1);
        _checkRecipient("transferFromAndCall(address,address,uint256,bytes)", 1);
        _checkRecipient("transfer(address,uint256,bytes)", 0);
        _checkRecipient("transfer(address,uint256,bytes,string)", 0);
        _checkRecipient("transfer(address,uint256,uint256)", 0);
        _checkRecipient("transferFrom(address,address,uint256,uint256)", 1);
        _checkRecipient("withdraw(uint256,address,address)", 1);
        _checkRecipient("transferFrom(address,address,uint160,address)", 1);
        _checkRecipient("permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)", 4);
        // Shares of a token whose limit speaks of units.
        _checkRecipient("transferShares(address,uint256)", 0);
        _checkRecipient("transferSharesFrom(address,address,uint256)", 1);
        _checkRecipient("transferAll(address)", 0);
        _checkRecipient("transferAllFrom(address,address)", 1);
        _checkRecipient("transfer(address,address,uint256,bool,bytes)", 1);
        _checkRecipient("transfer(address,address,bytes32,bool,bytes)", 1);
        _checkRecipient("transferToken(address,address,address,int64)", 2);
        _checkRecipient("transferPunk(address,uint256)", 0);
        _checkRecipient("offerPunkForSaleToAddress(uint256,uint256,address)", 2);
        _checkRecipient("batchTransferFrom(address,address,uint256[],uint256[])", 1);
        _checkRecipient("requestDeposit(uint256,address,address)", 1);
        _checkRecipient("requestRedeem(uint256,address,address)", 1);
    }

    function test_recipients_of_what_a_protocol_holds_are_pinned() public {
        _checkRecipient("withdraw(uint256,address,address,uint256)", 1);
        _checkRecipient("redeem(uint256,address,address,uint256)", 1);
        _checkRecipient("withdraw(uint256,address,address,uint256,address[])", 1);
        _checkRecipient("redeem(uint256,address,address,uint256,address[])", 1);
        _checkRecipient("unstake(address)", 0);
        _checkRecipient("requestWithdrawals(uint256[],address)", 1);
        _checkRecipient("requestWithdrawalsWstETH(uint256[],address)", 1);
        _checkRecipient("withdraw(address,uint256,address)", 2);
        _checkRecipient("borrow(address,uint256,uint256,uint16,address)", 4);
        _checkRecipient("withdrawETH(address,uint256,address)", 2);
        _checkRecipient("withdrawTo(address,address,uint256)", 0);
        _checkRecipient("withdrawFrom(address,address,address,uint256)", 1);
        _checkRecipient("transferAsset(address,address,uint256)", 0);
        _checkRecipient("transferAssetFrom(address,address,address,uint256)", 1);
        _checkRecipient(string.concat("withdraw(", MARKET, ",uint256,uint256,address,address)"), 8);
        _checkRecipient(string.concat("withdrawCollateral(", MARKET, ",uint256,address,address)"), 7);
        _checkRecipient(string.concat("borrow(", MARKET, ",uint256,uint256,address,address)"), 8);
        _checkRecipient("withdrawTo(address,uint256)", 0);
        _checkRecipient("withdrawStake(address)", 0);
        _checkRecipient("setOwner(bytes32,address)", 1);
    }

    string private constant MARKET = "(address,address,address,address,uint256)";

    /// @dev A recipient on another chain is no address here, and nobody's principal.
    function test_recipients_on_other_chains_are_pinned() public {
        string[3] memory methods = [
            "transferRemote(uint32,bytes32,uint256)",
            "sendFrom(address,uint16,bytes32,uint256,(address,address,bytes))",
            "sendAndCall(address,uint16,bytes32,uint256,bytes,uint64,(address,address,bytes))"
        ];
        uint8[3] memory words = [1, 2, 2];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            _refuseRecipient(permissionOf(dapp, methods[i]), words[i]);
            _refuseRecipient(withRule(permissionOf(dapp, methods[i]), RuleKind.NOT_EQUAL, words[i], 1), words[i]);
            acceptOne(withRule(permissionOf(dapp, methods[i]), RuleKind.EQUAL, words[i], wordOf(SPENDER)));
            acceptOne(withRule(permissionOf(dapp, methods[i]), RuleKind.ONE_OF, words[i], list(1, 2)));
            refuseOne(
                withRule(permissionOf(dapp, methods[i]), RuleKind.EQUAL_PRINCIPAL, words[i], list()),
                abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, words[i])
            );
        }
    }

    /// @dev The hash of the content pins what is no word: a recipient in bytes, an order, a list.
    function test_contents_are_pinned_by_their_hash() public {
        string[5] memory methods = [
            "setPreSignature(bytes,bool)",
            "sendFrom(address,uint16,bytes,uint256,address,address,bytes)",
            "interchainTransfer(string,bytes,uint256,bytes)",
            "interchainTransferFrom(address,string,bytes,uint256,bytes)",
            "transferBatch(address[],address[],uint256[],bool[],bytes[])"
        ];
        uint8[5] memory words = [0, 2, 1, 2, 1];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            _refuseRecipient(permissionOf(dapp, methods[i]), words[i]);
            refuseOne(
                withRule(permissionOf(dapp, methods[i]), RuleKind.EQUAL, words[i], 1),
                abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, words[i])
            );
            acceptOne(withRule(permissionOf(dapp, methods[i]), RuleKind.EQUAL_HASH, words[i], 1));
            acceptOne(withRule(permissionOf(dapp, methods[i]), RuleKind.ONE_OF_HASH, words[i], list(1, 2)));
        }
    }

    function test_ATK_55_spenders_and_operators_are_pinned() public {
        _checkSpender("setApprovalForAll(address,bool)", 0);
        _checkSpender("authorizeOperator(address)", 0);
        _checkSpender("approveAndCall(address,uint256)", 0);
        _checkSpender("approveAndCall(address,uint256,bytes)", 0);
        _checkSpender("approve(address,uint256,uint256)", 0);
        _checkSpender("setOperator(address,bool)", 0);
        _checkSpender("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", 1);
        _checkSpender("permit(address,address,uint256,uint256,bytes)", 1);
        _checkSpender("permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)", 1);
        _checkSpender("permit(address,uint256,uint256,bytes)", 0);
        _checkSpender("permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)", 5);
        _checkSpender("approveDelegation(address,uint256)", 0);
        _checkSpender("allow(address,bool)", 0);
        _checkSpender("allowBySig(address,address,bool,uint256,uint256,uint8,bytes32,bytes32)", 1);
        _checkSpender("approveForAll(address,bool)", 0);
        _checkSpender("authorizeOperator(address,uint256,bytes)", 0);
        _checkSpender("authorizeOperator(address,bytes32,bytes)", 0);
        _checkSpender("increaseAllowance(address,uint256,bytes)", 0);
        _checkSpender("setAuthorization(address,bool)", 0);
        _checkSpender("setRelayerApproval(address,address,bool)", 1);
        _checkSpender("setAccountOperator(address,address,bool)", 1);
        _checkSpender("hope(address)", 0);
        _checkSpender("grantRole(bytes32,address)", 1);
    }

    /// @dev Their recipients or spenders sit in dynamic tuples or in arrays: nothing pins them.
    function test_what_cannot_be_pinned_is_refused() public {
        string[5] memory methods = [
            "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)",
            "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)",
            "transferFrom((address,address,uint160,address)[])",
            "permitTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes)",
            "permitWitnessTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes32,string,bytes)"
        ];
        uint8[5] memory words = [0, 1, 0, 1, 1];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            _refuseRecipient(permissionOf(dapp, methods[i]), words[i]);
            refuseOne(
                withRule(permissionOf(dapp, methods[i]), RuleKind.EQUAL, words[i], 1),
                abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, words[i])
            );
            refuseOne(
                withRule(permissionOf(dapp, methods[i]), RuleKind.EQUAL_HASH, words[i], 1),
                abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, words[i])
            );
        }
    }

    function test_burns_of_numbered_tokens_have_nobody_to_pin() public {
        string[3] memory methods = [
            "burn(address,uint256,uint256)",
            "burnBatch(address,uint256[],uint256[])",
            "operatorBurn(address,uint256,bytes,bytes)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            acceptOne(permissionOf(multi, methods[i]));
        }
    }

    // --- the same words on an ERC-721 -------------------------------------------------------------------------------

    function test_transferFrom_of_an_nft() public {
        string memory method = "transferFrom(address,address,uint256)";
        _refuseRecipient(permissionOf(nft, method), 1);
        StoredPermission memory stored = acceptOne(
            withRule(permissionOf(nft, method), RuleKind.EQUAL, 1, wordOf(SPENDER))
        );
        vm.assertEq(stored.spendToken, address(0));
        vm.assertEq(stored.amountArgument, 0);
        vm.assertFalse(stored.exactLength);
        acceptOne(withRule(permissionOf(nft, method), RuleKind.EQUAL_PRINCIPAL, 1, list()));
        // The owner's word is not the recipient's.
        _refuseRecipient(withRule(permissionOf(nft, method), RuleKind.EQUAL, 0, 1), 1);
    }

    function test_approve_of_an_nft() public {
        string memory method = "approve(address,uint256)";
        _refuseRecipient(permissionOf(nft, method), 0);
        _refuseRecipient(withRule(permissionOf(nft, method), RuleKind.EQUAL_PRINCIPAL, 0, list()), 0);
        StoredPermission memory stored = acceptOne(
            withRule(permissionOf(nft, method), RuleKind.EQUAL, 0, wordOf(SPENDER))
        );
        vm.assertEq(stored.spendToken, address(0));
        vm.assertFalse(stored.exactLength);
    }

    function test_burn_of_an_nft() public {
        acceptOne(permissionOf(nft, "burn(uint256)"));
        acceptOne(permissionOf(nft, "burn(address,uint256)"));
    }

    /// @dev Only ERC-721 has these methods; on an ERC-1155 they mean something else, and need a limit.
    function test_an_erc1155_is_no_erc721() public {
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeOutflow.selector, 0, multi);
        refuseOne(permissionOf(multi, "transferFrom(address,address,uint256)"), expected);
        refuseOne(permissionOf(multi, "transfer(address,uint256)"), expected);
        refuseOne(
            permissionOf(nft, "transfer(address,uint256)"),
            abi.encodeWithSelector(IPolicyStore.UnsafeOutflow.selector, 0, nft)
        );
    }

    /// @dev A fixed price may be declared on the side.
    function test_an_nft_at_a_price() public {
        Permission memory permission = permissionOf(nft, "safeTransferFrom(address,address,uint256)");
        withRule(permission, RuleKind.EQUAL, 1, wordOf(SPENDER));
        (permission.spendToken, permission.spendAmount) = (token, 5);
        StoredPermission memory stored = acceptOne(permission);
        vm.assertEq(stored.spendToken, token);
        vm.assertEq(stored.spendAmount, 5);
    }

    // --- accounts and nested calls ----------------------------------------------------------------------------------

    function test_ATK_41_account_management_only_on_a_named_contract() public {
        string[33] memory methods = [
            "execute(bytes32,bytes)",
            "executeFromExecutor(bytes32,bytes)",
            "executeUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)",
            "validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)",
            "installModule(uint256,address,bytes)",
            "uninstallModule(uint256,address,bytes)",
            "unlinkModule(uint256,address,bytes)",
            "onInstall(bytes)",
            "onUninstall(bytes)",
            "initializeAccount(bytes)",
            "setRegistry(address,address[],uint8)",
            "enableModule(address)",
            "disableModule(address,address)",
            "setGuard(address)",
            "setFallbackHandler(address)",
            "execTransactionFromModule(address,uint256,bytes,uint8)",
            "addOwnerWithThreshold(address,uint256)",
            "removeOwner(address,address,uint256)",
            "swapOwner(address,address,address)",
            "changeThreshold(uint256)",
            "setThreshold(uint256)",
            "transferOwnership(address)",
            "upgradeTo(address)",
            "upgradeToAndCall(address,bytes)",
            "setOwner(address)",
            "changeAdmin(address)",
            "changeProxyAdmin(address,address)",
            "upgrade(address,address)",
            "upgradeAndCall(address,address,bytes)",
            "diamondCut((address,uint8,bytes4[])[],address,bytes)",
            "incrementNonce(uint192)",
            "registerSession((address,bytes,bytes32,uint48,uint48,uint32,uint64,address))",
            "revokeAllSessions()"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            acceptOne(permissionOf(dapp, methods[i]));
        }
    }

    function test_ATK_36_nested_calls_only_on_a_named_contract() public {
        string[26] memory methods = [
            "multicall(bytes[])",
            "multicall(uint256,bytes[])",
            "multicall(bytes32,bytes[])",
            "aggregate((address,bytes)[])",
            "aggregate3((address,bool,bytes)[])",
            "aggregate3Value((address,bool,uint256,bytes)[])",
            "tryAggregate(bool,(address,bytes)[])",
            "batch(bytes[],bool)",
            "execute(address,uint256,bytes)",
            "executeBatch(address[],uint256[],bytes[])",
            "executeBatch((address,uint256,bytes)[])",
            "execute(bytes,bytes[],uint256)",
            "execute(bytes,bytes[])",
            "execute((address,uint256,bytes)[])",
            "executeSigned(bytes,bytes[],bytes32,bytes32,bool,bytes32,bytes,uint256)",
            "execute(bytes)",
            "modifyLiquidities(bytes,uint256)",
            "modifyLiquiditiesWithoutUnlock(bytes,bytes[])",
            "multicall((address,bytes,uint256,bool,bytes32)[])",
            "execute((address,address,uint256),bytes[],bytes32)",
            "exec(address,address,uint256,address,bytes)",
            "callFrom(address,bytes32,bytes)",
            "batchAll(address[],uint256[],bytes[],uint64[])",
            "batchSome(address[],uint256[],bytes[],uint64[])",
            "batchSomeUntilFailure(address[],uint256[],bytes[],uint64[])",
            "redeemDelegations(bytes[],bytes32[],bytes[])"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            Permission memory permission = permissionOf(dapp, methods[i]);
            acceptOne(permission);
            (permission.spendToken, permission.spendAmount) = (token, 1);
            acceptOne(permission);
        }
    }
}
