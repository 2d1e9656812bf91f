// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {ILatchkeyAccount7702} from "../../../contracts/interfaces/ILatchkeyAccount7702.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {
    SeatingExecutor,
    StubbornValidator,
    UnwillingModule,
    ValidatorOnly,
    YesValidator
} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice The account of a wallet that has delegated with EIP-7702. Its code is the designator.
contract Initialize7702Test is AccountFixture {
    /// @dev erc7201("latchkey.storage.LatchkeyAccount7702"): where its storage begins.
    uint256 private constant STORAGE = 0xff1a88073a8d638bcbec540f1fb536eb2927acc6feff2f8a22da87b24ca5b700;
    /// @dev Five slots of `AccountERC7579` stand before the epoch, and the epoch before the modules.
    uint256 private constant EPOCH_SLOT = STORAGE + 5;
    uint256 private constant MODULES_SLOT = STORAGE + 6;

    LatchkeyAccount7702 private _wallet;
    YesValidator private _module;

    function setUp() public {
        vm.roll(100);
        _wallet = delegate(owner);
        _module = new YesValidator();
    }

    function test_the_storage_is_namespaced() public {
        bytes32 root = bytes32(uint256(keccak256("latchkey.storage.LatchkeyAccount7702")) - 1);
        vm.assertEq(bytes32(STORAGE), keccak256(abi.encode(root)) & ~bytes32(uint256(0xff)));
        bytes32 epoch = _initialize(address(_module));
        vm.assertEq(vm.load(owner, bytes32(EPOCH_SLOT)), epoch);
        vm.assertEq(_load(epoch, 1, address(_module)), address(_module));
        for (uint256 i = 0; i < 16; ++i) vm.assertEq(vm.load(owner, bytes32(i)), bytes32(0));
    }

    function test_installs_the_module_twice_with_empty_data() public {
        vm.expectEmit(address(_module));
        emit YesValidator.Installed(owner, "");
        vm.expectEmit(address(_module));
        emit YesValidator.Installed(owner, "");
        bytes32 epoch = _initialize(address(_module));
        vm.assertNotEq(epoch, bytes32(0));
        vm.assertEq(_wallet.epoch(), epoch);
        vm.assertTrue(_wallet.isModuleInstalled(1, address(_module), ""));
        vm.assertTrue(_wallet.isModuleInstalled(2, address(_module), ""));
        vm.assertEq(_wallet.accountId(), "latchkey.LatchkeyAccount7702.1.0.0");
        vm.assertEq(address(_wallet.entryPoint()), EntryPoints.V09);
        vm.assertEq(_wallet.LATCHKEY(), address(latchkey));
    }

    function test_installs_nothing_if_there_is_no_module() public {
        _initialize(address(0));
        vm.assertFalse(_wallet.isModuleInstalled(1, address(0), ""));
        vm.assertFalse(_wallet.isModuleInstalled(3, address(0), hex"00000000"));
    }

    function test_ATK_88_is_open_to_the_wallet_and_its_entry_point_only(address caller, address module) public {
        vm.assume(caller != owner && caller != EntryPoints.V09);
        _refuses(caller, module);
        _refuses(EntryPoints.V08, module);
        // What an EntryPoint runs before validation comes from its SenderCreator.
        _refuses(0x0A630a99Df908A81115A3022927Be82f9299987e, module);
        vm.prank(EntryPoints.V09);
        _wallet.initialize(address(0));
        _refuses(caller, module);
    }

    function test_is_needed_before_anything_is_installed() public {
        vm.prank(owner);
        vm.expectRevert(ILatchkeyAccount7702.AccountNotInitialized.selector);
        _wallet.installModule(1, address(_module), "");
        vm.assertFalse(_wallet.isModuleInstalled(1, address(_module), ""));
        vm.assertEq(_wallet.epoch(), bytes32(0));
    }

    function test_again_forgets_every_module_even_one_that_will_not_go() public {
        StubbornValidator stubborn = new StubbornValidator();
        bytes32 first = _initialize(address(stubborn));
        bytes memory selector = abi.encodePacked(YesValidator.whoAsks.selector);
        vm.prank(owner);
        _wallet.installModule(3, address(_module), selector);
        vm.prank(owner);
        vm.expectRevert(StubbornValidator.Stays.selector);
        _wallet.uninstallModule(1, address(stubborn), "");
        // The same block: an epoch follows from the one before it.
        bytes32 second = _initialize(address(0));
        vm.assertNotEq(first, second);
        vm.assertFalse(_wallet.isModuleInstalled(1, address(stubborn), ""));
        vm.assertFalse(_wallet.isModuleInstalled(2, address(stubborn), ""));
        vm.assertFalse(_wallet.isModuleInstalled(3, address(_module), selector));
        vm.prank(address(stubborn));
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, address(stubborn)));
        _wallet.executeFromExecutor(SINGLE, "");
        vm.expectRevert(
            abi.encodeWithSelector(AccountERC7579.ERC7579MissingFallbackHandler.selector, YesValidator.whoAsks.selector)
        );
        YesValidator(owner).whoAsks();
        _initialize(address(stubborn));
        vm.assertTrue(_wallet.isModuleInstalled(1, address(stubborn), ""));
    }

    /// @dev An earlier delegate wrote an epoch and, under it, its modules. They are there until the wallet initialises.
    function test_ATK_89_ATK_110_what_another_delegate_planted_is_forgotten(bytes32 planted, address evil) public {
        // Latchkey is asked itself, and no list for it.
        vm.assume(evil != address(0) && evil != address(_module) && evil != address(latchkey));
        vm.store(owner, bytes32(EPOCH_SLOT), planted);
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) _plant(planted, moduleType, bytes20(evil), evil);
        _plant(planted, 3, YesValidator.whoAsks.selector, evil);
        // And in the module sets of the inherited account, which nothing reads: their first mappings are in slots 1 and 3.
        vm.store(owner, keccak256(abi.encode(evil, STORAGE + 1)), bytes32(uint256(1)));
        vm.store(owner, keccak256(abi.encode(evil, STORAGE + 3)), bytes32(uint256(1)));
        vm.store(owner, keccak256(abi.encode(evil, uint256(1))), bytes32(uint256(1)));
        vm.store(owner, keccak256(abi.encode(evil, uint256(3))), bytes32(uint256(1)));
        vm.assertTrue(_wallet.isModuleInstalled(1, evil, ""));

        _initialize(address(_module));
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
            vm.assertFalse(_wallet.isModuleInstalled(moduleType, evil, ""));
            vm.assertTrue(_wallet.isModuleInstalled(moduleType, address(_module), ""));
        }
        vm.assertFalse(_wallet.isModuleInstalled(3, evil, abi.encodePacked(YesValidator.whoAsks.selector)));
        vm.prank(evil);
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, evil));
        _wallet.executeFromExecutor(SINGLE, "");
    }

    /// @dev An epoch that an earlier delegate could foresee would be no defence: it depends on the latest block.
    function test_ATK_89_ATK_110_the_epoch_is_not_known_a_block_before() public {
        uint256 snapshot = vm.snapshotState();
        bytes32 now_ = _initialize(address(0));
        vm.revertToState(snapshot);
        vm.roll(101);
        vm.assertNotEq(_initialize(address(0)), now_);
    }

    /// @dev It has to run as the wallet in the block of `initialize`. A wallet without code in the block before, which
    /// delegates and initialises in one transaction, runs nothing for it.
    function test_ATK_110_an_executor_that_seats_itself_anew_is_evicted_by_way_of_no_code() public {
        SeatingExecutor evil = new SeatingExecutor(EPOCH_SLOT, MODULES_SLOT);
        _plant(0, 2, bytes20(address(evil)), address(evil));
        uint256 snapshot = vm.snapshotState();
        vm.assertTrue(evil.run(owner));
        _initialize(address(0));
        vm.assertTrue(_wallet.isModuleInstalled(2, address(evil), ""));
        vm.revertToState(snapshot);

        vm.assertTrue(evil.run(owner));
        bytes memory designator = owner.code;
        vm.etch(owner, "");
        vm.roll(101);
        evil.run(owner);
        vm.etch(owner, designator);
        _initialize(address(_module));
        vm.assertFalse(_wallet.isModuleInstalled(1, address(evil), ""));
        vm.assertFalse(_wallet.isModuleInstalled(2, address(evil), ""));
        vm.assertFalse(evil.run(owner));
        vm.assertTrue(_wallet.isModuleInstalled(2, address(_module), ""));
    }

    function test_refuses_a_module_that_is_not_both() public {
        ValidatorOnly module = new ValidatorOnly();
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(ERC7579Utils.ERC7579MismatchedModuleTypeId.selector, 2, address(module))
        );
        _wallet.initialize(address(module));
        vm.assertEq(_wallet.epoch(), bytes32(0));
    }

    function test_passes_on_what_the_module_says() public {
        UnwillingModule module = new UnwillingModule();
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(UnwillingModule.Unwilling.selector, owner));
        _wallet.initialize(address(module));
        vm.assertEq(_wallet.epoch(), bytes32(0));
    }

    function _initialize(address module) private returns (bytes32) {
        vm.prank(owner);
        _wallet.initialize(module);
        return _wallet.epoch();
    }

    function _refuses(address caller, address module) private {
        bytes32 epoch = _wallet.epoch();
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, caller));
        _wallet.initialize(module);
        vm.assertEq(_wallet.epoch(), epoch);
    }

    function _plant(bytes32 epoch, uint256 moduleType, bytes32 place, address module) private {
        vm.store(owner, _seatSlot(epoch, moduleType, place), bytes32(uint256(uint160(module))));
    }

    function _load(bytes32 epoch, uint256 moduleType, address module) private view returns (address) {
        return address(uint160(uint256(vm.load(owner, _seatSlot(epoch, moduleType, bytes20(module))))));
    }

    function _seatSlot(bytes32 epoch, uint256 moduleType, bytes32 place) private pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encode(epoch, moduleType, place)), MODULES_SLOT));
    }
}
