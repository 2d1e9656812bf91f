// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579AccountConfig, IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {IEntryPointUnderTest, LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Route userOperation: on the real EntryPoint v0.9 where it decides, by the account itself where the module does.
contract ValidateUserOpTest is LatchkeyTest {
    bytes32 private constant HASH = keccak256("the EntryPoint's hash");
    address private constant PAYMASTER = address(0xFEE);

    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
        // The EntryPoint from v0.8 on opens one second after the window does.
        vm.warp(START + 1);
    }

    /// @dev The module asked by the account itself, with any hash.
    function _asked(
        PackedUserOperation memory op,
        SessionKey memory holder,
        uint48 deadline
    ) private returns (uint256) {
        bytes32 structHash = operationHash(op.sender, HASH, deadline, registrationOf(op.sender, holder.account));
        op.signature = signSession(holder, digestOf(structHash), deadline);
        return abi.decode(accepted(op.sender, abi.encodeCall(latchkey.validateUserOp, (op, HASH))), (uint256));
    }

    function _no(PackedUserOperation memory op, bytes memory expected) private {
        if (op.signature.length == 0) {
            bytes32 structHash = operationHash(op.sender, HASH, END, registrationOf(op.sender, key.account));
            op.signature = signSession(key, digestOf(structHash), END);
        }
        refused(op.sender, abi.encodeCall(latchkey.validateUserOp, (op, HASH)), expected);
    }

    function _op() private view returns (PackedUserOperation memory) {
        return operation(account, one(actCall(1)), 0);
    }

    // --- where the fields of an operation stand ----------------------------------------------------------------------

    /// @dev Where the operation begins in the call, and where in it the pointers to its dynamic fields stand.
    uint256 private constant OPERATION = 0x44;

    function _pointersAt() private pure returns (uint256[4] memory) {
        return [uint256(0x40), 0x60, 0xe0, 0x100];
    }

    function _validation() private view returns (bytes memory data, bytes[4] memory fields) {
        PackedUserOperation memory op = _op();
        op.signature = signSession(key, digestOf(operationHash(account, HASH, END, START)), END);
        return (
            abi.encodeCall(latchkey.validateUserOp, (op, HASH)),
            [op.initCode, op.callData, op.paymasterAndData, op.signature]
        );
    }

    function _withWord(bytes memory data, uint256 at, uint256 word) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        assembly ("memory-safe") {
            // `at` is inside the copy.
            mstore(add(add(changed, 0x20), at), word)
        }
    }

    /// @dev The last byte of the calldata is the last that a field may have.
    function test_ATK_31_a_field_at_the_end_of_the_calldata() public {
        (bytes memory data, bytes[4] memory fields) = _validation();
        uint256 pointer = data.length - OPERATION;
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory moved = bytes.concat(data, bytes32(fields[i].length), fields[i]);
            moved = _withWord(moved, OPERATION + _pointersAt()[i], pointer);
            uint256 snapshot = vm.snapshotState();
            uint256 answer = abi.decode(accepted(account, moved), (uint256));
            vm.assertEq(answer, (uint256(START) << 208) | (uint256(END) << 160));
            vm.revertToState(snapshot);
            uint256[3] memory lengths = [fields[i].length + 1, 1 << 64, type(uint256).max];
            for (uint256 j = 0; j < lengths.length; ++j) {
                refused(
                    account,
                    _withWord(moved, data.length, lengths[j]),
                    abi.encodeWithSelector(ISessionErrors.OperationNotCanonical.selector, pointer)
                );
            }
        }
    }

    /// @dev Behind the calldata by a byte, a word and more, and in front of the operation, where a length is to be read.
    function test_ATK_31_a_pointer_out_of_the_calldata() public {
        (bytes memory data, ) = _validation();
        uint256 size = data.length - OPERATION;
        uint256[7] memory pointers = [
            size - 0x1f,
            size,
            size + 0x20,
            (1 << 64) - 1,
            1 << 64,
            type(uint256).max,
            type(uint256).max - 0x3f
        ];
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 j = 0; j < pointers.length; ++j) {
                refused(
                    account,
                    _withWord(data, OPERATION + _pointersAt()[i], pointers[j]),
                    abi.encodeWithSelector(ISessionErrors.OperationNotCanonical.selector, pointers[j])
                );
            }
        }
    }

    // --- through the EntryPoint ------------------------------------------------------------------------------------

    function test_an_operation_runs_and_is_counted() public {
        PackedUserOperation memory op = operationOf(key, two(transferCall(recipient, 1e18), actCall(1)));
        acceptedOperation(op);
        vm.assertEq(token.balanceOf(recipient), 1e18);
        vm.assertEq(recorder.seen(0).sender, account);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 2);
        vm.assertEq(tokenSpent(account, key.account), 1e18);
        // All three gas fields at 1 gwei, reserved whole.
        vm.assertEq(gasLeftOf(account, key.account), GAS_BUDGET - 1_050_000 gwei);
    }

    function test_a_curve_key_runs_too() public {
        Grant memory grant = grantOf(curveKey, policyId);
        grant.lane = 1;
        registerGrant(account, grant);
        vm.warp(START + 2);
        acceptedOperation(operationOf(curveKey, one(actCall(1))));
        vm.assertEq(recorder.count(), 1);
    }

    function test_ATK_01_another_account_with_the_same_key() public {
        register(account2, key, policyId);
        PackedUserOperation memory op = operationOf(key, one(actCall(1)));
        op.sender = account2;
        refusedOperation(op, aa24());
        op.sender = account;
        acceptedOperation(op);
    }

    function test_ATK_02_another_chain() public {
        PackedUserOperation memory op = _op();
        bytes32 userOpHash = entryPoint.getUserOpHash(op);
        bytes32 onTen;
        vm.chainId(10);
        onTen = digestOf(operationHash(account, userOpHash, END, START));
        vm.chainId(31_337);
        op.signature = signSession(key, onTen, END);
        refusedOperation(op, aa24());
    }

    function test_ATK_03_another_entry_point() public {
        PackedUserOperation memory op = operationOf(key, one(actCall(1)));
        deployEntryPointV08();
        // The account trusts one EntryPoint; the module's digest covers the hash, which names it.
        bytes32 other = IEntryPointUnderTest(EntryPoints.V08).getUserOpHash(op);
        vm.assertNotEq(other, entryPoint.getUserOpHash(op));
        vm.prank(account);
        vm.assertEq(latchkey.validateUserOp(op, other) & 1, 1);
    }

    function test_ATK_05_signatures_that_are_not_the_keys() public {
        PackedUserOperation memory op = operationOf(key, one(actCall(1)));
        (address holder, bytes32 r, bytes32 s, uint256 end) = abi.decode(
            op.signature,
            (address, bytes32, bytes32, uint256)
        );
        bytes32[2][8] memory bad = [
            [r, bytes32(uint256(s) ^ (1 << 255))],
            [r, bytes32(SECP256K1_N - (uint256(s) & (type(uint256).max >> 1)))],
            [bytes32(0), s],
            [r, bytes32(0)],
            [bytes32(0), bytes32(0)],
            [bytes32(SECP256K1_N), s],
            [bytes32(type(uint256).max), s],
            [r, bytes32(type(uint256).max)]
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            op.signature = abi.encode(holder, bad[i][0], bad[i][1], end);
            refusedOperation(op, aa24());
        }
        op.signature = abi.encode(holder, r, s, end);
        acceptedOperation(op);
    }

    function testFuzz_ATK_05_ATK_08_each_flipped_bit_of_the_signature(uint256 bit) public {
        bit = bound(bit, 0, 1_023);
        PackedUserOperation memory op = operationOf(key, one(actCall(1)));
        op.signature[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes32 before = stateHash();
        vm.prank(bundler, bundler);
        (bool success, ) = address(entryPoint).call(bundleData(op));
        vm.assertFalse(success);
        vm.assertEq(stateHash(), before);
    }

    function test_ATK_06_signatures_of_another_length() public {
        PackedUserOperation memory op = operationOf(key, one(actCall(1)));
        bytes memory good = op.signature;
        uint256[7] memory lengths = [uint256(0), 1, 64, 65, 127, 129, 160];
        for (uint256 i = 0; i < lengths.length; ++i) {
            op.signature = new bytes(lengths[i]);
            for (uint256 j = 0; j < lengths[i] && j < 128; ++j) op.signature[j] = good[j];
            refusedOperation(
                op,
                aa23(abi.encodeWithSelector(ISessionErrors.SignatureLengthInvalid.selector, lengths[i], 128))
            );
        }
    }

    function test_ATK_10_every_field_is_signed() public {
        PackedUserOperation memory good = operationOf(key, one(actCall(1)));
        for (uint256 field = 0; field < 6; ++field) {
            PackedUserOperation memory op = abi.decode(abi.encode(good), (PackedUserOperation));
            if (field == 0) op.nonce += 1 << 64;
            if (field == 1) op.callData = operation(account, one(actCall(2)), 0).callData;
            if (field == 2) op.accountGasLimits = bytes32(uint256(op.accountGasLimits) + 1);
            if (field == 3) op.accountGasLimits = bytes32(uint256(op.accountGasLimits) + (1 << 128));
            if (field == 4) op.preVerificationGas += 1;
            if (field == 5) op.gasFees = bytes32(uint256(op.gasFees) + 1);
            // The nonce's lane names the module: another lane has another sequence and the same verdict.
            if (field == 0) op.nonce = (op.nonce >> 64) << 64;
            refusedOperation(op, aa24());
        }
        // In an initCode that the module takes, every byte is zero behind the marker.
        good.initCode = hex"7702";
        bytes32 before = stateHash();
        vm.prank(bundler, bundler);
        (bool success, ) = address(entryPoint).call(bundleData(good));
        vm.assertFalse(success);
        vm.assertEq(stateHash(), before);
    }

    function test_ATK_09_no_part_of_a_batch_runs_alone() public {
        Call[] memory calls = new Call[](3);
        (calls[0], calls[1], calls[2]) = (actCall(1), actCall(2), actCall(3));
        PackedUserOperation memory op = operationOf(key, calls);
        bytes memory whole = op.callData;
        for (uint256 i = 0; i < 3; ++i) {
            op.callData = operation(account, one(calls[i]), 0).callData;
            refusedOperation(op, aa24());
            op.callData = operation(account, two(calls[i], calls[(i + 1) % 3]), 0).callData;
            refusedOperation(op, aa24());
        }
        (calls[0], calls[1]) = (calls[1], calls[0]);
        op.callData = operation(account, calls, 0).callData;
        refusedOperation(op, aa24());
        op.callData = whole;
        acceptedOperation(op);
        refusedOperation(
            op,
            abi.encodeWithSelector(IEntryPointUnderTest.FailedOp.selector, 0, "AA25 invalid account nonce")
        );
    }

    function test_ATK_13_nobody_validates_for_another() public {
        PackedUserOperation memory op = operationOf(key, one(actCall(1)));
        bytes memory data = abi.encodeCall(latchkey.validateUserOp, (op, entryPoint.getUserOpHash(op)));
        address[3] memory callers = [stranger, address(entryPoint), account2];
        for (uint256 i = 0; i < 3; ++i) {
            refused(
                callers[i],
                data,
                abi.encodeWithSelector(ISessionErrors.PrincipalMismatch.selector, account, callers[i])
            );
        }
    }

    function test_ATK_14_ATK_15_the_windows_edges_on_v09() public {
        Grant memory grant = grantOf(key2, policyId);
        grant.lane = 1;
        grant.validAfter = START + 100;
        registerGrant(account, grant);
        PackedUserOperation memory op = operationOf(key2, one(actCall(1)));
        vm.warp(START + 99);
        refusedOperation(op, aa22());
        // The named exception: v0.8 and later open one second after validAfter.
        vm.warp(START + 100);
        refusedOperation(op, aa22());
        vm.warp(uint256(END) + 1);
        refusedOperation(op, aa22());
        vm.warp(END);
        acceptedOperation(op);
        op = operationOf(key2, one(actCall(1)));
        vm.warp(START + 101);
        acceptedOperation(op);
    }

    function test_ATK_14_the_signed_deadline_shortens() public {
        PackedUserOperation memory op = signed(_op(), key, START + 50);
        vm.warp(START + 51);
        refusedOperation(op, aa22());
        vm.warp(START + 50);
        acceptedOperation(op);
    }

    /// @dev Both are validated before either runs.
    function test_ATK_22_two_operations_in_one_bundle() public {
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] = signed(operation(account, one(transferCall(recipient, 60e18)), 0), key, END);
        ops[1] = signed(operation(account, one(transferCall(recipient, 60e18)), 1), key, END);
        refused(
            bundler,
            address(entryPoint),
            bundleData(ops),
            aa23(1, abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, address(token), 60e18, 40e18))
        );
        ops[1] = signed(operation(account, one(transferCall(recipient, 40e18)), 1), key, END);
        accepted(bundler, address(entryPoint), bundleData(ops));
        vm.assertEq(token.balanceOf(recipient), 100e18);
        // An operation of somebody else in between changes nothing.
        register(account2, key, policyId);
    }

    function test_ATK_23_ATK_62_what_fails_later_stays_consumed() public {
        Grant memory grant = grantOf(key2, policyId);
        grant.lane = 1;
        grant.maxCalls = 3;
        registerGrant(account, grant);
        vm.warp(START + 2);
        for (uint256 i = 0; i < 3; ++i) {
            PackedUserOperation memory op = operation(
                account,
                one(Call(address(recorder), 0, abi.encodeCall(Recorder.fail, (i)))),
                0
            );
            acceptedOperation(signed(op, key2, END));
            vm.assertEq(callsLeft(account, key2.account), 2 - i);
            vm.assertEq(gasLeftOf(account, key2.account), GAS_BUDGET - (i + 1) * 1_050_000 gwei);
        }
        refusedOperation(
            operationOf(key2, one(Call(address(recorder), 0, abi.encodeCall(Recorder.fail, (9))))),
            aa23(abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, 1, 0))
        );
        vm.assertEq(recorder.count(), 0);
    }

    function test_ATK_25_a_wrong_signature_consumes_nothing() public {
        PackedUserOperation memory op = signed(_op(), SessionKey(key.account, key2.privateKey, ""), END);
        bytes32 before = stateHash();
        for (uint256 i = 0; i < 20; ++i) {
            refusedOperation(op, aa24());
        }
        vm.assertEq(stateHash(), before);
        // Another contract that asks touches its own rows, of which there are none.
        op.sender = stranger;
        refused(
            stranger,
            abi.encodeCall(latchkey.validateUserOp, (op, HASH)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, stranger, key.account)
        );
    }

    function test_ATK_68_the_owners_nonces_are_its_own() public {
        // The module is named by the nonce key: under key 0 the account asks its owner.
        PackedUserOperation memory op = _op();
        op.nonce = entryPoint.getNonce(account, 0);
        refusedOperation(signed(op, key, END), aa24());
        // An operation that the owner has signed stays good while the key acts.
        PackedUserOperation memory owners = _op();
        owners.nonce = entryPoint.getNonce(account, 0);
        owners.signature = signPlain(ownerKey, entryPoint.getUserOpHash(owners));
        for (uint256 i = 0; i < 5; ++i) acceptedOperation(operationOf(key, one(actCall(i))));
        acceptedOperation(owners);
        vm.assertEq(recorder.count(), 6);
    }

    // --- what is returned ------------------------------------------------------------------------------------------

    function test_ATK_18_the_window_is_packed_as_the_entry_point_reads_it() public {
        uint256 result = _asked(_op(), key, END);
        vm.assertEq(result, (uint256(START) << 208) | (uint256(END) << 160));
        result = _asked(_op(), key, START + 7);
        vm.assertEq(result, (uint256(START) << 208) | (uint256(START + 7) << 160));
        result = _asked(_op(), SessionKey(key.account, key2.privateKey, ""), START + 8);
        vm.assertEq(result, (uint256(START) << 208) | (uint256(START + 8) << 160) | 1);
        // The clock is not read: neither before nor after the window.
        vm.warp(1);
        vm.assertEq(_asked(_op(), key, END), (uint256(START) << 208) | (uint256(END) << 160));
        vm.warp(1 << 40);
        vm.assertEq(_asked(_op(), key, END), (uint256(START) << 208) | (uint256(END) << 160));
    }

    function test_ATK_16_ATK_17_deadlines() public {
        uint48[3] memory bad = [uint48(0), END + 1, type(uint48).max];
        for (uint256 i = 0; i < 3; ++i) {
            PackedUserOperation memory op = _op();
            op.signature = signSession(key, digestOf(operationHash(account, HASH, bad[i], START)), bad[i]);
            _no(op, abi.encodeWithSelector(ISessionErrors.DeadlineNotAllowed.selector, bad[i], END));
        }
        vm.assertEq(_asked(_op(), key, START) >> 160, (uint256(START) << 48) | START);
        // A window that is empty.
        PackedUserOperation memory early = _op();
        early.signature = signSession(key, digestOf(operationHash(account, HASH, START - 1, START)), START - 1);
        _no(early, abi.encodeWithSelector(ISessionErrors.SessionNotYetValid.selector, START, START - 1));
    }

    function testFuzz_ATK_19_the_window_is_the_intersection(uint48 deadline, uint32 first, uint32 second) public {
        first = uint32(bound(first, 60, 1 days));
        second = uint32(bound(second, 60, 1 days));
        deadline = uint48(bound(deadline, START + 1, END));
        Policy memory made = withLimit(withLimit(settings(), address(token), CAP, first), address(0), 1 ether, second);
        made.permissions = two(
            permission(address(token), TRANSFER),
            withValue(permission(address(recorder), "pay()"), 1 ether)
        );
        Grant memory grant = grantOf(key2, publish(made));
        grant.lane = 1;
        registerGrant(account, grant);
        uint256 after_ = START + 1;
        uint256 start = (uint256(deadline) / first) * first;
        if (start > after_) after_ = start;
        uint256 onlyToken = _asked(operation(account, one(transferCall(recipient, 1)), 0), key2, deadline);
        vm.assertEq(onlyToken, (after_ << 208) | (uint256(deadline) << 160));
        start = (uint256(deadline) / second) * second;
        if (start > after_) after_ = start;
        uint256 both = _asked(operation(account, two(transferCall(recipient, 1), payCall(1)), 0), key2, deadline);
        vm.assertEq(both, (after_ << 208) | (uint256(deadline) << 160));
        // What spends nothing waits for no period.
        vm.assertEq(_asked(operation(account, one(transferCall(recipient, 0)), 0), key2, deadline) >> 208, START + 1);
    }

    // --- gas -------------------------------------------------------------------------------------------------------

    function test_ATK_60_ATK_119_gas_is_reserved_to_the_last_gwei() public {
        PackedUserOperation memory op = _op();
        op.accountGasLimits = 0;
        op.preVerificationGas = 1;
        // A wei too much is a gwei too much.
        op.gasFees = bytes32(uint256(GAS_BUDGET) + 1);
        _no(op, abi.encodeWithSelector(ISessionErrors.GasBudgetExceeded.selector, GAS_BUDGET + 1 gwei, GAS_BUDGET));
        op.gasFees = bytes32(uint256(GAS_BUDGET) - 1 gwei + 1);
        op.signature = "";
        _asked(op, key, END);
        vm.assertEq(gasLeftOf(account, key.account), 0);
        op.gasFees = bytes32(uint256(1));
        op.signature = "";
        _no(op, abi.encodeWithSelector(ISessionErrors.GasBudgetExceeded.selector, 1 gwei, 0));
        // An operation that costs nothing still runs; the priority fee is bounded by the fee and counts nothing.
        op.gasFees = bytes32(uint256(5) << 128);
        op.signature = "";
        _asked(op, key, END);
    }

    function test_ATK_60_each_of_the_five_fields_counts() public {
        Policy memory made = defaultPolicy();
        made.paymaster = PAYMASTER;
        register(account, key, publish(made));
        for (uint256 field = 0; field < 5; ++field) {
            PackedUserOperation memory op = _bare();
            op.gasFees = bytes32(uint256(3 gwei));
            uint256 amount = 1_000 + field;
            if (field == 0) op.accountGasLimits = bytes32(amount << 128);
            if (field == 1) op.accountGasLimits = bytes32(amount);
            if (field == 2) op.preVerificationGas = amount;
            if (field == 3) op.paymasterAndData = _sponsor(PAYMASTER, uint128(amount), 0);
            if (field == 4) op.paymasterAndData = _sponsor(PAYMASTER, 0, uint128(amount));
            uint256 before = gasLeftOf(account, key.account);
            _asked(op, key, END);
            vm.assertEq(gasLeftOf(account, key.account), before - amount * 3 gwei);
        }
    }

    function test_ATK_27_ATK_60_no_field_overflows() public {
        Policy memory made = defaultPolicy();
        made.paymaster = PAYMASTER;
        register(account, key, publish(made));
        uint256[4] memory amounts = [
            uint256(type(uint120).max) + 1,
            type(uint128).max,
            type(uint128).max - 1,
            uint256(1) << 127
        ];
        for (uint256 field = 0; field < 6; ++field) {
            for (uint256 i = 0; i < amounts.length; ++i) {
                PackedUserOperation memory op = _bare();
                op.gasFees = bytes32(uint256(1));
                uint256 amount = amounts[i];
                if (field == 0) op.accountGasLimits = bytes32(amount << 128);
                if (field == 1) op.accountGasLimits = bytes32(amount);
                if (field == 2) op.preVerificationGas = amount;
                if (field == 3) op.paymasterAndData = _sponsor(PAYMASTER, uint128(amount), 0);
                if (field == 4) op.paymasterAndData = _sponsor(PAYMASTER, 0, uint128(amount));
                if (field == 5) op.preVerificationGas = type(uint256).max - amount;
                _no(
                    op,
                    abi.encodeWithSelector(ISessionErrors.GasBudgetExceeded.selector, type(uint256).max, GAS_BUDGET)
                );
            }
        }
        // The widest that an EntryPoint takes: no wrap on the way to a product below 2**256.
        PackedUserOperation memory widest = _bare();
        widest.preVerificationGas = type(uint120).max;
        widest.accountGasLimits = bytes32(uint256(type(uint120).max));
        widest.gasFees = bytes32(uint256(type(uint128).max));
        _no(
            widest,
            abi.encodeWithSelector(
                ISessionErrors.GasBudgetExceeded.selector,
                _roundedUp(2 * uint256(type(uint120).max) * type(uint128).max),
                GAS_BUDGET
            )
        );
    }

    function _roundedUp(uint256 cost) private pure returns (uint256) {
        return cost % 1 gwei == 0 ? cost : cost - (cost % 1 gwei) + 1 gwei;
    }

    function testFuzz_ATK_60_the_reserve_is_the_product(
        uint64 a,
        uint64 b,
        uint64 c,
        uint64 d,
        uint64 e,
        uint64 fee
    ) public {
        Policy memory made = defaultPolicy();
        made.paymaster = PAYMASTER;
        register(account, key, publish(made));
        PackedUserOperation memory op = _bare();
        op.accountGasLimits = bytes32((uint256(a) << 128) | b);
        op.preVerificationGas = c;
        op.paymasterAndData = _sponsor(PAYMASTER, d, e);
        op.gasFees = bytes32((uint256(type(uint128).max) << 128) | fee);
        uint256 cost = _roundedUp((uint256(a) + b + c + d + e) * fee);
        if (cost > GAS_BUDGET) {
            _no(op, abi.encodeWithSelector(ISessionErrors.GasBudgetExceeded.selector, cost, GAS_BUDGET));
        } else {
            _asked(op, key, END);
            vm.assertEq(gasLeftOf(account, key.account), GAS_BUDGET - cost);
        }
    }

    // --- who pays --------------------------------------------------------------------------------------------------

    function test_ATK_61_paymaster_data_of_every_short_length() public {
        for (uint256 length = 1; length < 52; ++length) {
            PackedUserOperation memory op = _bare();
            op.paymasterAndData = new bytes(length);
            _no(op, abi.encodeWithSelector(ISessionErrors.PaymasterDataTooShort.selector, length, 52));
        }
    }

    function test_ATK_61_the_policys_paymaster_and_no_other() public {
        PackedUserOperation memory op = _bare();
        op.paymasterAndData = _sponsor(PAYMASTER, 0, 0);
        _no(op, abi.encodeWithSelector(ISessionErrors.PaymasterNotAllowed.selector, PAYMASTER, address(0)));
        // A zero paymaster, which v0.7 reads as none: not even where the policy has none.
        op.paymasterAndData = _sponsor(address(0), 0, 0);
        op.signature = "";
        _no(op, abi.encodeWithSelector(ISessionErrors.PaymasterNotAllowed.selector, address(0), address(0)));

        Policy memory made = defaultPolicy();
        made.paymaster = PAYMASTER;
        made.selfPaid = false;
        register(account, key, publish(made));
        op = _bare();
        _no(op, abi.encodeWithSelector(ISessionErrors.SelfPaymentNotAllowed.selector));
        address[2] memory bad = [address(0), address(uint160(PAYMASTER) + 1)];
        for (uint256 i = 0; i < 2; ++i) {
            op = _bare();
            op.paymasterAndData = _sponsor(bad[i], 0, 0);
            _no(op, abi.encodeWithSelector(ISessionErrors.PaymasterNotAllowed.selector, bad[i], PAYMASTER));
        }
        op = _bare();
        op.paymasterAndData = _sponsor(PAYMASTER, 0, 0);
        _asked(op, key, END);
        op.paymasterAndData = abi.encodePacked(op.paymasterAndData, "and its own data");
        op.signature = "";
        _asked(op, key, END);
    }

    // --- initCode --------------------------------------------------------------------------------------------------

    function test_init_code() public {
        bytes[8] memory bad = [
            bytes(hex"77"),
            hex"7703",
            hex"770200",
            abi.encodePacked(bytes20(address(recorder))),
            abi.encodePacked(hex"7702", bytes17(0)),
            abi.encodePacked(hex"7702", bytes17(0), hex"01"),
            abi.encodePacked(hex"7702", bytes18(0), hex"00"),
            abi.encodePacked(hex"7702", bytes18(0), abi.encodeCall(Recorder.act, (1)))
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            PackedUserOperation memory op = _bare();
            op.initCode = bad[i];
            _no(op, abi.encodeWithSelector(ISessionErrors.InitCodeNotAllowed.selector, bad[i].length));
        }
        PackedUserOperation memory good = _bare();
        good.initCode = hex"7702";
        _asked(good, key, END);
        good.initCode = abi.encodePacked(hex"7702", bytes18(0));
        good.signature = "";
        _asked(good, key, END);
    }

    // --- what an operation calls -----------------------------------------------------------------------------------

    function test_ATK_34_ATK_35_all_modes() public {
        bytes memory execution = abi.encodePacked(address(recorder), uint256(0), abi.encodeCall(Recorder.act, (1)));
        PackedUserOperation memory op = _bare();
        op.signature = signSession(key, HASH, END);
        for (uint256 types = 0; types < 65_536; types += types < 1_024 || types >= 0xfc00 ? 1 : 251) {
            bytes32 mode = bytes32(types << 240);
            if (mode == SINGLE || mode == BATCH) continue;
            op.callData = abi.encodeCall(IERC7579Execution.execute, (mode, execution));
            vm.prank(account);
            (bool success, bytes memory reason) = address(latchkey).call(
                abi.encodeCall(latchkey.validateUserOp, (op, HASH))
            );
            vm.assertFalse(success);
            vm.assertEq(reason, abi.encodeWithSelector(ISessionErrors.UnsupportedExecutionMode.selector, mode));
        }
        op = _op();
        op.callData = abi.encodeCall(
            IERC7579Execution.execute,
            (bytes32(uint256(0xff) << 248), abi.encodePacked(address(recorder), abi.encodeCall(Recorder.act, (1))))
        );
        op = signed(op, key, END);
        refusedOperation(
            op,
            aa23(
                abi.encodeWithSelector(ISessionErrors.UnsupportedExecutionMode.selector, bytes32(uint256(0xff) << 248))
            )
        );
    }

    function test_ATK_36_execute_user_op() public {
        bytes memory inner = _op().callData;
        bytes4 wrapper = 0x8dd7712f;
        bytes[3] memory datas = [
            abi.encodePacked(wrapper, inner),
            abi.encodePacked(wrapper, wrapper, inner),
            abi.encodePacked(wrapper)
        ];
        for (uint256 i = 0; i < 3; ++i) {
            PackedUserOperation memory op = _op();
            op.callData = datas[i];
            refusedOperation(
                signed(op, key, END),
                aa23(abi.encodeWithSelector(ISessionErrors.OperationSelectorNotAllowed.selector, wrapper))
            );
        }
    }

    function test_ATK_37_every_other_method_of_the_account() public {
        string[18] memory methods = [
            "execute(address,uint256,bytes)",
            "executeBatch((address,uint256,bytes)[])",
            "executeFromExecutor(bytes32,bytes)",
            "installModule(uint256,address,bytes)",
            "uninstallModule(uint256,address,bytes)",
            "transferOwnership(address,bytes)",
            "initialize(address,address)",
            "validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)",
            "isValidSignature(bytes32,bytes)",
            "onERC721Received(address,address,uint256,bytes)",
            "upgradeTo(address)",
            "upgradeToAndCall(address,bytes)",
            "addOwner(address)",
            "withdrawDepositTo(address,uint256)",
            "owner()",
            "accountId()",
            "supportsExecutionMode(bytes32)",
            "multicall(bytes[])"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            bytes4 selector = bytes4(keccak256(bytes(methods[i])));
            PackedUserOperation memory op = _op();
            op.callData = abi.encodePacked(selector, new bytes(96));
            refusedOperation(
                signed(op, key, END),
                aa23(abi.encodeWithSelector(ISessionErrors.OperationSelectorNotAllowed.selector, selector))
            );
        }
        vm.assertTrue(
            IERC7579AccountConfig(account).supportsExecutionMode(SINGLE) &&
                IERC7579AccountConfig(account).supportsExecutionMode(BATCH)
        );
    }

    function test_ATK_30_calldata_of_every_length() public {
        bytes memory whole = _op().callData;
        for (uint256 length = 0; length < whole.length; length += 3) {
            PackedUserOperation memory op = _bare();
            op.callData = new bytes(length);
            for (uint256 i = 0; i < length; ++i) op.callData[i] = whole[i];
            op.signature = signSession(key, HASH, END);
            vm.prank(account);
            (bool success, ) = address(latchkey).call(abi.encodeCall(latchkey.validateUserOp, (op, HASH)));
            vm.assertFalse(success);
        }
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    function _bare() private view returns (PackedUserOperation memory op) {
        op = _op();
        op.accountGasLimits = 0;
        op.preVerificationGas = 0;
        op.gasFees = 0;
    }

    function _sponsor(address paymaster, uint128 verification, uint128 postOp) private pure returns (bytes memory) {
        return abi.encodePacked(paymaster, verification, postOp);
    }
}
