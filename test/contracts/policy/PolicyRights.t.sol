// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Rows of the table that grant rights or move what no limit counts, account management, nested calls: never on
/// a limited token, on any contract, or open; elsewhere every address and every content is bound.
contract PolicyRightsTest is PolicyStoreTest {
    /// @dev An argument that has to be bound.
    struct Need {
        string path;
        uint256 leaf;
        bool isContent;
    }

    bytes32 private constant CONTENT = keccak256("content");
    string private constant MARKET = "(address,address,address,address,uint256)";

    function _checkElsewhere(string memory method) private {
        bytes memory limited = abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token);
        refuseOne(permission(token, method), limited);
        refuseOne(withConstant(permission(token, method), COUNTER, 1), limited);
        refuseOne(permission(ANY_TARGET, method), abi.encodeWithSelector(IPolicyErrors.UnsafeWildcard.selector, 0));
        refuseOne(
            withOpen(permission(dapp, method), "*"),
            abi.encodeWithSelector(IPolicyErrors.OpenNotAllowed.selector, 0)
        );
    }

    /// @dev All of `needs` bound but the one at `free`.
    function _bound(
        address target,
        string memory method,
        Need[] memory needs,
        uint256 free
    ) private pure returns (Permission memory made) {
        made = permission(target, method);
        for (uint256 i = 0; i < needs.length; ++i) {
            if (i == free) continue;
            if (needs[i].isContent) withRule(made, needs[i].path, "has the content", CONTENT);
            else withRule(made, needs[i].path, "is", SPENDER);
        }
    }

    function _checkNeeds(address target, string memory method, Need[] memory needs) private {
        _checkElsewhere(method);
        StoredPermission memory stored = acceptOne(_bound(target, method, needs, needs.length));
        vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
        vm.assertEq(stored.spends.length, 0);
        for (uint256 i = 0; i < needs.length; ++i) {
            bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, needs[i].leaf);
            Permission memory made = _bound(target, method, needs, i);
            refuseOne(made, expected);
            // No way round for the target that asks: it is somebody else's method.
            made.consumable = true;
            refuseOne(made, expected);
            if (needs[i].isContent) continue;
            made = _bound(target, method, needs, needs.length);
            made.rules[i].test = "is not";
            refuseOne(made, expected);
            (made.rules[i].test, made.rules[i].addresses) = ("is one of", list(address(1), SPENDER));
            acceptOne(made);
            (made.rules[i].test, made.rules[i].addresses) = ("is the principal", new address[](0));
            acceptOne(made);
        }
    }

    /// @dev Head words `addresses` and `contents` as bits, from the right.
    function _check(string memory method, uint256 addresses, uint256 contents) private {
        _checkAt(dapp, method, addresses, contents);
    }

    function _checkAt(address target, string memory method, uint256 addresses, uint256 contents) private {
        uint256 count;
        for (uint256 i = 0; i < 10; ++i) count += ((addresses | contents) >> i) & 1;
        Need[] memory needs = new Need[](count);
        count = 0;
        for (uint256 i = 0; i < 10; ++i) {
            bool isContent = (contents >> i) & 1 != 0;
            if (isContent || (addresses >> i) & 1 != 0) needs[count++] = Need(vm.toString(i), i, isContent);
        }
        _checkNeeds(target, method, needs);
    }

    function test_ATK_54_ATK_103_ATK_104_ATK_105_recipients_are_bound() public {
        _check("safeTransferFrom(address,address,uint256)", 3, 0);
        _check("safeTransferFrom(address,address,uint256,bytes)", 3, 1 << 3);
        _check("safeTransferFrom(address,address,uint256,uint256,bytes)", 3, 1 << 4);
        _check("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", 3, 1 << 4);
        _check("operatorSend(address,address,uint256,bytes,bytes)", 3, 3 << 3);
        _check("transferAndCall(address,uint256)", 1, 0);
        _check("transferAndCall(address,uint256,bytes)", 1, 1 << 2);
        _check("transferFromAndCall(address,address,uint256)", 3, 0);
        _check("transferFromAndCall(address,address,uint256,bytes)", 3, 1 << 3);
        _check("transfer(address,uint256,bytes)", 1, 1 << 2);
        _check("transfer(address,uint256,bytes,string)", 1, 1 << 2);
        _check("transfer(address,uint256,uint256)", 1, 0);
        _check("transferFrom(address,address,uint256,uint256)", 3, 0);
        _check("withdraw(uint256,address,address)", 6, 0);
        _check("transferFrom(address,address,uint160,address)", 11, 0);
        // Shares of a token whose limit speaks of units.
        _check("transferShares(address,uint256)", 1, 0);
        _check("transferSharesFrom(address,address,uint256)", 3, 0);
        _check("transferAll(address)", 1, 0);
        _check("transferAllFrom(address,address)", 3, 0);
        _check("transfer(address,address,uint256,bool,bytes)", 3, 1 << 4);
        _check("transfer(address,address,bytes32,bool,bytes)", 3, 1 << 4);
        _check("transferToken(address,address,address,int64)", 7, 0);
        _check("transferPunk(address,uint256)", 1, 0);
        _check("offerPunkForSaleToAddress(uint256,uint256,address)", 4, 0);
        _check("batchTransferFrom(address,address,uint256[],uint256[])", 3, 0);
        _check("requestDeposit(uint256,address,address)", 6, 0);
        _check("requestRedeem(uint256,address,address)", 6, 0);
        _check("mint(uint256,address)", 2, 0);
    }

    function test_ATK_106_recipients_of_what_a_protocol_holds_are_bound() public {
        _check("withdraw(uint256,address,address,uint256)", 6, 0);
        _check("redeem(uint256,address,address,uint256)", 6, 0);
        _check("withdraw(uint256,address,address,uint256,address[])", 6, 1 << 4);
        _check("redeem(uint256,address,address,uint256,address[])", 6, 1 << 4);
        _check("unstake(address)", 1, 0);
        _check("requestWithdrawals(uint256[],address)", 2, 0);
        _check("requestWithdrawalsWstETH(uint256[],address)", 2, 0);
        _check("withdraw(address,uint256,address)", 5, 0);
        _check("borrow(address,uint256,uint256,uint16,address)", 17, 0);
        _check("withdrawETH(address,uint256,address)", 5, 0);
        _check("withdrawTo(address,address,uint256)", 3, 0);
        _check("withdrawFrom(address,address,address,uint256)", 7, 0);
        _check("transferAsset(address,address,uint256)", 3, 0);
        _check("transferAssetFrom(address,address,address,uint256)", 7, 0);
        _check("withdrawTo(address,uint256)", 1, 0);
        _check("withdrawStake(address)", 1, 0);
        _check("setOwner(bytes32,address)", 2, 0);
        // Elsewhere than on a limited vault.
        _check2("redeem(uint256,address,address)", "1", 1, "2", 2);
    }

    /// @dev Rows that a limited token has too: elsewhere they are as any other.
    function _check2(
        string memory method,
        string memory first,
        uint256 firstLeaf,
        string memory second,
        uint256 secondLeaf
    ) private {
        bytes4 unbound = IPolicyErrors.UnboundArgument.selector;
        refuseOne(permission(dapp, method), abi.encodeWithSelector(unbound, 0, firstLeaf));
        Permission memory made = withRule(permission(dapp, method), first, "is", SPENDER);
        refuseOne(made, abi.encodeWithSelector(unbound, 0, secondLeaf));
        vm.assertEq(acceptOne(withRule(made, second, "is the principal")).spends.length, 0);
    }

    function test_ATK_106_recipients_inside_tuples_are_bound() public {
        string[3] memory methods = [
            string.concat("withdraw(", MARKET, ",uint256,uint256,address,address)"),
            string.concat("withdrawCollateral(", MARKET, ",uint256,address,address)"),
            string.concat("borrow(", MARKET, ",uint256,uint256,address,address)")
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            Need[] memory needs = new Need[](6);
            for (uint256 j = 0; j < 4; ++j) needs[j] = Need(string.concat("0.", vm.toString(j)), j, false);
            uint256 shift = i == 1 ? 0 : 1;
            needs[4] = Need(vm.toString(2 + shift), 6 + shift, false);
            needs[5] = Need(vm.toString(3 + shift), 7 + shift, false);
            _checkNeeds(dapp, methods[i], needs);
        }
        Need[] memory permit = new Need[](3);
        permit[0] = Need("0.0.0", 0, false);
        permit[1] = Need("1.0", 4, false);
        permit[2] = Need("2", 6, false);
        Need[] memory all = new Need[](4);
        for (uint256 i = 0; i < 3; ++i) all[i] = permit[i];
        all[3] = Need("3", 7, true);
        _checkNeeds(
            dapp,
            "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)",
            all
        );
    }

    /// @dev A recipient on another chain is a word, free where nothing is paid and bound where anything is.
    function test_recipients_on_other_chains_are_bound_where_something_is_paid() public {
        string memory method = "transferRemote(uint32,bytes32,uint256)";
        _checkElsewhere(method);
        acceptOne(permission(dapp, method));
        Permission memory paid = withSpend(permission(dapp, method), token, "2");
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 1);
        refuseOne(paid, expected);
        acceptOne(withRule(paid, "1", "is the principal"));
        paid.rules[0].test = "is not";
        paid.rules[0].words = list(bytes32(uint256(1)));
        refuseOne(paid, expected);
        paid.rules[0].test = "is";
        acceptOne(paid);
        // Hyperlane's fee may be coin.
        refuseOne(withValue(permission(dapp, method), 1), expected);

        Need[] memory needs = new Need[](4);
        needs[0] = Need("0", 0, false);
        needs[1] = Need("4.0", 4, false);
        needs[2] = Need("4.1", 5, false);
        needs[3] = Need("4.2", 6, true);
        _checkNeeds(dapp, "sendFrom(address,uint16,bytes32,uint256,(address,address,bytes))", needs);
    }

    function test_OFT_send_binds_its_refund_and_its_bytes() public {
        string memory method = "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)";
        Permission memory made = permission(dapp, method);
        string[4] memory paths = ["0.4", "0.5", "0.6", "2"];
        uint256[4] memory leaves = [uint256(4), 5, 6, 9];
        for (uint256 i = 0; i < 4; ++i) {
            refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, leaves[i]));
            if (i == 3) withRule(made, paths[i], "is the principal");
            else withRule(made, paths[i], "has the content", CONTENT);
        }
        vm.assertEq(uint8(acceptOne(made).trust), uint8(Trust.TRUSTED));
    }

    function test_ATK_105_contents_are_bound() public {
        _check("setPreSignature(bytes,bool)", 0, 1);
        _check("sendFrom(address,uint16,bytes,uint256,address,address,bytes)", 0x31, 0x44);
        _check("interchainTransfer(string,bytes,uint256,bytes)", 0, 10);
        _check("interchainTransferFrom(address,string,bytes,uint256,bytes)", 1, 20);
        // A length of 0 is a content too.
        acceptOne(withRule(permission(dapp, "setPreSignature(bytes,bool)"), "0.length", "is", uint256(0)));
        refuseOne(
            withRule(permission(dapp, "setPreSignature(bytes,bool)"), "0.length", "is", 1),
            abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0)
        );
    }

    function test_ATK_55_ATK_105_spenders_and_operators_are_bound() public {
        _check("authorizeOperator(address)", 1, 0);
        _check("approveAndCall(address,uint256)", 1, 0);
        _check("approveAndCall(address,uint256,bytes)", 1, 1 << 2);
        _check("approve(address,uint256,uint256)", 1, 0);
        _check("setApprovalForAll(address,bool)", 1, 0);
        _check("setOperator(address,bool)", 1, 0);
        _check("allow(address,bool)", 1, 0);
        _check("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", 3, 0);
        _check("permit(address,address,uint256,uint256,bytes)", 3, 1 << 4);
        _check("permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)", 3, 0);
        _check("permit(address,uint256,uint256,bytes)", 1, 1 << 3);
        _check("approveDelegation(address,uint256)", 1, 0);
        _check("allowBySig(address,address,bool,uint256,uint256,uint8,bytes32,bytes32)", 3, 0);
        _check("approveForAll(address,bool)", 1, 0);
        _check("authorizeOperator(address,uint256,bytes)", 1, 1 << 2);
        _check("authorizeOperator(address,bytes32,bytes)", 1, 1 << 2);
        _check("increaseAllowance(address,uint256,bytes)", 1, 1 << 2);
        _check("setAuthorization(address,bool)", 1, 0);
        _check("setRelayerApproval(address,address,bool)", 3, 0);
        _check("setAccountOperator(address,address,bool)", 3, 0);
        _check("hope(address)", 1, 0);
        _check("grantRole(bytes32,address)", 2, 0);
        Need[] memory needs = new Need[](4);
        needs[0] = Need("0", 0, false);
        needs[1] = Need("1.0.0", 1, false);
        needs[2] = Need("1.1", 5, false);
        needs[3] = Need("2", 7, true);
        _checkNeeds(dapp, "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)", needs);
    }

    /// @dev Recipients or spenders in lists: each element is bound, whatever number of them comes.
    function test_lists_are_bound_by_their_elements() public {
        Need[] memory needs = new Need[](4);
        for (uint256 i = 0; i < 3; ++i) needs[i] = Need(string.concat("0[*].", vm.toString(i < 2 ? i : 3)), i, false);
        needs[2].leaf = 3;
        Need[] memory three = new Need[](3);
        for (uint256 i = 0; i < 3; ++i) three[i] = needs[i];
        _checkNeeds(dapp, "transferFrom((address,address,uint160,address)[])", three);

        needs[0] = Need("0", 0, false);
        needs[1] = Need("1.0[*].0", 1, false);
        needs[2] = Need("1.1", 5, false);
        needs[3] = Need("2", 7, true);
        _checkNeeds(dapp, "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)", needs);
    }

    function test_burns_of_numbered_tokens_bind_whose_they_are() public {
        _checkAt(multi, "burn(address,uint256,uint256)", 1, 0);
        _checkAt(multi, "burnBatch(address,uint256[],uint256[])", 1, 0);
        _checkAt(multi, "operatorBurn(address,uint256,bytes,bytes)", 1, 12);
    }

    // --- what takes back ---------------------------------------------------------------------------------------------

    function test_what_only_takes_back_may_name_anyone() public {
        string[3] memory methods = [
            "setApprovalForAll(address,bool)",
            "setOperator(address,bool)",
            "allow(address,bool)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            acceptOne(withRule(permission(dapp, methods[i]), "1", "is", uint256(0)));
            refuseOne(
                withRule(permission(dapp, methods[i]), "1", "is", 1),
                abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0)
            );
        }
        string[4] memory always = [
            "revokeOperator(address)",
            "lockdown((address,address)[])",
            "decreaseAllowance(address,uint256)",
            "decreaseApproval(address,uint256)"
        ];
        for (uint256 i = 0; i < always.length; ++i) acceptOne(permission(dapp, always[i]));
        _checkElsewhere(always[0]);
        _checkElsewhere(always[1]);
    }

    // --- the same words where the number is an id --------------------------------------------------------------------

    function test_transferFrom_of_an_id() public {
        string memory method = "transferFrom(address,address,uint256)";
        address[2] memory targets = [nft, multi];
        for (uint256 i = 0; i < 2; ++i) {
            Permission memory made = permission(targets[i], method);
            refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0));
            withRule(made, "0", "is the principal");
            refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 1));
            withRule(made, "1", "is", SPENDER);
            StoredPermission memory stored = acceptOne(made);
            vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
            vm.assertEq(stored.spends.length, 0);
        }
    }

    function test_approve_of_an_id() public {
        string memory method = "approve(address,uint256)";
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0);
        refuseOne(permission(nft, method), expected);
        vm.assertEq(acceptOne(withRule(permission(nft, method), "0", "is", SPENDER)).spends.length, 0);
        // 0 is the first of many ids, not nothing.
        refuseOne(withRule(permission(nft, method), "1", "is", uint256(0)), expected);
    }

    function test_burn_of_an_id() public {
        acceptOne(permission(nft, "burn(uint256)"));
        string memory method = "burn(address,uint256)";
        refuseOne(permission(nft, method), abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0));
        acceptOne(withRule(permission(nft, method), "0", "is the principal"));
    }

    /// @dev No collection has these methods: on one they need a limit, which it cannot have.
    function test_amounts_on_a_collection() public {
        refuseOne(
            permission(multi, "transfer(address,uint256)"),
            abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, multi)
        );
        refuseOne(
            permission(nft, "transfer(address,uint256)"),
            abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, nft)
        );
    }

    /// @dev A fixed price may be declared on the side.
    function test_an_nft_at_a_price() public {
        Permission memory made = permission(nft, "safeTransferFrom(address,address,uint256)");
        withRule(withRule(made, "0", "is the principal"), "1", "is", SPENDER);
        StoredPermission memory stored = acceptOne(withConstant(made, token, 5));
        vm.assertEq(stored.spends[0].unit, token);
        vm.assertEq(stored.spends[0].amount, 5);
    }

    // --- accounts and nested calls ----------------------------------------------------------------------------------

    function test_ATK_41_account_management_is_bound_and_on_a_named_contract() public {
        _check("execute(bytes32,bytes)", 0, 2);
        _check("executeFromExecutor(bytes32,bytes)", 0, 2);
        _check("installModule(uint256,address,bytes)", 2, 4);
        _check("uninstallModule(uint256,address,bytes)", 2, 4);
        _check("unlinkModule(uint256,address,bytes)", 2, 4);
        _check("onInstall(bytes)", 0, 1);
        _check("onUninstall(bytes)", 0, 1);
        _check("initializeAccount(bytes)", 0, 1);
        _check("setRegistry(address,address[],uint8)", 1, 2);
        _check("enableModule(address)", 1, 0);
        _check("disableModule(address,address)", 3, 0);
        _check("setGuard(address)", 1, 0);
        _check("setFallbackHandler(address)", 1, 0);
        _check("execTransactionFromModule(address,uint256,bytes,uint8)", 1, 4);
        _check("addOwnerWithThreshold(address,uint256)", 1, 0);
        _check("removeOwner(address,address,uint256)", 3, 0);
        _check("swapOwner(address,address,address)", 7, 0);
        _check("changeThreshold(uint256)", 0, 0);
        _check("setThreshold(uint256)", 0, 0);
        _check("transferOwnership(address)", 1, 0);
        _check("upgradeTo(address)", 1, 0);
        _check("upgradeToAndCall(address,bytes)", 1, 2);
        _check("setOwner(address)", 1, 0);
        _check("changeAdmin(address)", 1, 0);
        _check("changeProxyAdmin(address,address)", 3, 0);
        _check("upgrade(address,address)", 3, 0);
        _check("upgradeAndCall(address,address,bytes)", 3, 4);
        _check("incrementNonce(uint192)", 0, 0);
    }

    function test_account_management_with_nested_types_and_Latchkeys_own() public {
        string[16] memory methods = [
            "executeUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)",
            "validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)",
            "diamondCut((address,uint8,bytes4[])[],address,bytes)",
            "registerSession((address,bytes,bytes32,uint48,uint48,uint32,uint64,address))",
            "registerSessionAndFund((address,bytes,bytes32,uint48,uint48,uint32,uint64,address))",
            "revokeSession(address)",
            "revokeSessionBySig(address,address,uint256,bytes)",
            "revokeAllSessionsBySig(address,uint32,uint256,bytes)",
            "deactivateSession(address,address)",
            "consumeSession(address,address,bytes)",
            "consumeForwarded(address,address,address,bytes)",
            "executeBySig(address,bytes32,bytes,uint256,uint256,bytes)",
            "forward(address,address,bytes)",
            "forwardBySig(address,address,bytes,uint256,uint256,bytes)",
            "registerSessionBySig(address,(address,bytes,bytes32,uint48,uint48,uint32,uint64,address),uint256,bytes)",
            "registerSessionOnChains(address,(address,bytes,bytes32,uint48,uint48,uint32,uint64,address),uint256,(uint256,uint256,bytes32)[],bytes)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            refuseOne(
                consumable(dapp, methods[i]),
                abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0)
            );
        }
        string[2] memory bare = ["revokeAllSessions()", "cancelSignatures()"];
        for (uint256 i = 0; i < bare.length; ++i) {
            _checkElsewhere(bare[i]);
            acceptOne(permission(dapp, bare[i]));
        }
    }

    function test_ATK_36_ATK_105_nested_calls_are_bound_and_on_a_named_contract() public {
        _check("execute(address,uint256,bytes)", 1, 4);
        _check("execute(bytes)", 0, 1);
        _check("modifyLiquidities(bytes,uint256)", 0, 1);
        _check("exec(address,address,uint256,address,bytes)", 11, 16);
        _check("callFrom(address,bytes32,bytes)", 1, 4);
        string[21] memory methods = [
            "multicall(bytes[])",
            "multicall(uint256,bytes[])",
            "multicall(bytes32,bytes[])",
            "aggregate((address,bytes)[])",
            "aggregate3((address,bool,bytes)[])",
            "aggregate3Value((address,bool,uint256,bytes)[])",
            "tryAggregate(bool,(address,bytes)[])",
            "batch(bytes[],bool)",
            "executeBatch(address[],uint256[],bytes[])",
            "executeBatch((address,uint256,bytes)[])",
            "execute(bytes,bytes[],uint256)",
            "execute(bytes,bytes[])",
            "execute((address,uint256,bytes)[])",
            "executeSigned(bytes,bytes[],bytes32,bytes32,bool,bytes32,bytes,uint256)",
            "modifyLiquiditiesWithoutUnlock(bytes,bytes[])",
            "multicall((address,bytes,uint256,bool,bytes32)[])",
            "execute((address,address,uint256),bytes[],bytes32)",
            "batchAll(address[],uint256[],bytes[],uint64[])",
            "batchSome(address[],uint256[],bytes[],uint64[])",
            "batchSomeUntilFailure(address[],uint256[],bytes[],uint64[])",
            "redeemDelegations(bytes[],bytes32[],bytes[])"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _checkElsewhere(methods[i]);
            (bool success, bytes memory reason) = address(store).call(
                abi.encodeCall(store.publishPolicy, (policyOf(consumable(dapp, methods[i]))))
            );
            vm.assertFalse(success);
            vm.assertEq(bytes32(bytes4(reason)), bytes32(IPolicyErrors.UnboundArgument.selector));
        }
    }

    /// @dev The calls inside are bound to the last leaf, and then a multicall is as good as what it makes.
    function test_calls_inside_a_multicall_are_read() public {
        string memory method = "multicall(bytes[])";
        Permission memory made = withInner(permission(dapp, method), "0[0]", "sweep(address,uint256)");
        withRule(made, "0.length", "is", 1);
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0));
        withRule(made, "0[0]:0", "is the principal");
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 1));
        withRule(made, "0[0]:1", "is at least", 1);
        vm.assertEq(uint8(acceptOne(made).trust), uint8(Trust.TRUSTED));
        // A row inside is held against the table as a method is.
        made.inner[0].types = "many_msg_babbage(bytes1)";
        refuseOne(made, abi.encodeWithSelector(IPolicyErrors.UnsafeSelector.selector, 0, bytes4(0xa9059cbb)));
    }
}
