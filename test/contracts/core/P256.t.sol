// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ILatchkey} from "../../../contracts/interfaces/ILatchkey.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {P256Signatures} from "../../../contracts/libraries/P256Signatures.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Both verifiers of P-256, side by side, and Latchkey's choice between them.
contract P256Test is LatchkeyTest {
    address private verifier;

    function setUp() public override {
        super.setUp();
        verifier = deploy("contracts/periphery/P256Verifier.sol:P256Verifier", "");
    }

    function _both(bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) private view returns (bool valid) {
        valid = P256Signatures.isValid(P256Signatures.PRECOMPILE, hash, r, s, x, y);
        vm.assertEq(P256Signatures.isValid(verifier, hash, r, s, x, y), valid);
    }

    function testFuzz_agree_on_good_and_tampered_signatures(uint256 privateKey, bytes32 hash, uint256 bit) public view {
        privateKey = bound(privateKey, 1, P256_N - 1);
        bit = bound(bit, 0, 255);
        (uint256 px, uint256 py) = vm.publicKeyP256(privateKey);
        (bytes32 x, bytes32 y) = (bytes32(px), bytes32(py));
        (bytes32 r, bytes32 s) = vm.signP256(privateKey, hash);
        if (uint256(s) > P256_HALF_N) s = bytes32(P256_N - uint256(s));
        bytes32 flip = bytes32(uint256(1) << bit);
        vm.assertTrue(_both(hash, r, s, x, y));
        vm.assertFalse(_both(hash ^ flip, r, s, x, y));
        vm.assertFalse(_both(hash, r ^ flip, s, x, y));
        vm.assertFalse(_both(hash, r, s ^ flip, x, y));
        vm.assertFalse(_both(hash, r, s, x ^ flip, y));
        vm.assertFalse(_both(hash, r, s, x, y ^ flip));
        // The same signature the other way round: the precompile takes it, Latchkey does not.
        vm.assertFalse(_both(hash, r, bytes32(P256_N - uint256(s)), x, y));
    }

    function test_ATK_05_edges() public view {
        bytes32 hash = keccak256("message");
        (uint256 px, uint256 py) = vm.publicKeyP256(7);
        (bytes32 x, bytes32 y) = (bytes32(px), bytes32(py));
        (bytes32 r, bytes32 s) = vm.signP256(7, hash);
        if (uint256(s) > P256_HALF_N) s = bytes32(P256_N - uint256(s));
        vm.assertFalse(_both(hash, 0, s, x, y));
        vm.assertFalse(_both(hash, r, 0, x, y));
        vm.assertFalse(_both(hash, bytes32(P256_N), s, x, y));
        vm.assertFalse(_both(hash, bytes32(type(uint256).max), s, x, y));
        vm.assertFalse(_both(hash, r, bytes32(P256_N), x, y));
        vm.assertFalse(_both(hash, r, s, 0, 0));
        vm.assertFalse(_both(0, 0, 0, 0, 0));
    }

    /// @dev The largest s that is taken is half of the order, rounded down. The nonce 1 makes r the generator's
    /// abscissa, and the message follows from r, s and the key.
    function test_ATK_05_ATK_120_s_is_at_most_half_of_the_order() public view {
        uint256 r = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296;
        (uint256 x, uint256 y) = vm.publicKeyP256(7);
        bytes32 hash = bytes32(addmod(P256_HALF_N, P256_N - mulmod(r, 7, P256_N), P256_N));
        vm.assertTrue(_both(hash, bytes32(r), bytes32(P256_HALF_N), bytes32(x), bytes32(y)));
        // The same signature the other way round.
        bytes memory high = abi.encode(hash, r, P256_HALF_N + 1, x, y);
        (, bytes memory answer) = P256Signatures.PRECOMPILE.staticcall(high);
        vm.assertEq(answer, abi.encode(1));
        vm.assertFalse(_both(hash, bytes32(r), bytes32(P256_HALF_N + 1), bytes32(x), bytes32(y)));
    }

    function test_the_stand_in_answers_as_the_precompile_does() public view {
        bytes32 hash = keccak256("message");
        (uint256 x, uint256 y) = vm.publicKeyP256(7);
        (bytes32 r, bytes32 s) = vm.signP256(7, hash);
        if (uint256(s) > P256_HALF_N) s = bytes32(P256_N - uint256(s));
        bytes memory input = abi.encode(hash, r, s, x, y);
        address[2] memory both = [P256Signatures.PRECOMPILE, verifier];
        for (uint256 i = 0; i < 2; ++i) {
            (bool success, bytes memory output) = both[i].staticcall(input);
            vm.assertTrue(success);
            vm.assertEq(output, abi.encode(1));
            bytes[4] memory bad = [bytes(""), new bytes(160), new bytes(159), abi.encodePacked(input, hex"00")];
            for (uint256 j = 0; j < 4; ++j) {
                (success, output) = both[i].staticcall(bad[j]);
                vm.assertTrue(success);
                vm.assertEq(output.length, 0);
            }
        }
    }

    // --- the point of a key ----------------------------------------------------------------------------------------

    function testFuzz_ATK_120_y_is_found_for_every_key(uint256 privateKey) public view {
        (uint256 x, uint256 y) = vm.publicKeyP256(bound(privateKey, 1, P256_N - 1));
        (address holder, bytes32 found) = P256Signatures.keyOf(x, y & 1 == 1);
        vm.assertEq(uint256(found), y);
        vm.assertEq(holder, address(uint160(uint256(keccak256(abi.encode(x, y))))));
        // The point of the other parity is another key.
        (holder, found) = P256Signatures.keyOf(x, y & 1 == 0);
        vm.assertEq(uint256(found), P256_P - y);
        vm.assertEq(holder, address(uint160(uint256(keccak256(abi.encode(x, P256_P - y))))));
    }

    /// @dev Half of all numbers are no abscissa. What comes out is no point, so no key has it and nothing verifies
    /// under it: both verifiers ask whether the point is one.
    function testFuzz_ATK_120_an_x_off_the_curve_is_nobodys(
        uint256 x,
        bytes32 hash,
        bytes32 r,
        bytes32 s,
        bool isOdd
    ) public view {
        x = bound(x, 1 << 160, P256_P - 1);
        (address holder, bytes32 y) = P256Signatures.keyOf(x, isOdd);
        vm.assertEq(holder, address(uint160(uint256(keccak256(abi.encode(x, y))))));
        vm.assertEq(P256.isValidPublicKey(bytes32(x), y), _isAbscissa(x));
        if (!_isAbscissa(x)) vm.assertFalse(_both(hash, r, s, bytes32(x), y));
    }

    /// @dev Euler's criterion, by repeated squaring.
    function _isAbscissa(uint256 x) private pure returns (bool) {
        uint256 base = mulmod(mulmod(x, x, P256_P), x, P256_P);
        base = addmod(base, mulmod(P256_P - 3, x, P256_P), P256_P);
        base = addmod(base, 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b, P256_P);
        uint256 power = 1;
        for (uint256 exponent = (P256_P - 1) / 2; exponent != 0; exponent >>= 1) {
            if (exponent & 1 == 1) power = mulmod(power, base, P256_P);
            base = mulmod(base, base, P256_P);
        }
        return power <= 1;
    }

    function _act(bytes memory signature) private view returns (bytes memory) {
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        return abi.encodeCall(latchkey.executeBySig, (account, mode, execution, 0, 0, signature));
    }

    function _signature() private view returns (uint256 x, bytes32 r, uint256 s) {
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        uint48 registration = registrationOf(account, curveKey.account);
        bytes32 digest = digestOf(executionHash(account, mode, execution, 0, 0, END, registration));
        (x, r, s, ) = abi.decode(signSession(curveKey, digest, END), (uint256, bytes32, uint256, uint256));
    }

    function test_ATK_12_ATK_120_a_signature_names_one_key() public {
        register(account, curveKey, policyId);
        (uint256 x, bytes32 r, uint256 s) = _signature();
        // The other parity, and an x that no point has.
        (address other, ) = P256Signatures.keyOf(x, s >> 255 == 0);
        refused(
            stranger,
            _act(abi.encode(x, r, s ^ (1 << 255), END)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, account, other)
        );
        uint256 off = x;
        while (_isAbscissa(off)) ++off;
        (other, ) = P256Signatures.keyOf(off, s >> 255 == 1);
        refused(
            stranger,
            _act(abi.encode(off, r, s, END)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, account, other)
        );
        // The address of the key in place of its x is a secp256k1 key, which has not signed.
        refused(
            stranger,
            _act(abi.encode(curveKey.account, r, s, END)),
            abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, curveKey.account)
        );
        // High s, and elements of 0.
        uint256 low = s & (type(uint256).max >> 1);
        uint256[3] memory wrong = [P256_HALF_N + 1, 0, low + 1];
        bytes memory invalid = abi.encodeWithSelector(
            ISessionErrors.InvalidSessionSignature.selector,
            curveKey.account
        );
        for (uint256 i = 0; i < wrong.length; ++i) {
            refused(stranger, _act(abi.encode(x, r, wrong[i] | ((s >> 255) << 255), END)), invalid);
        }
        refused(stranger, _act(abi.encode(x, bytes32(0), s, END)), invalid);
        refused(stranger, _act(abi.encode(x, bytes32(P256_N), s, END)), invalid);
        accepted(stranger, _act(abi.encode(x, r, s, END)));
    }

    /// @dev The parity stands above s, and is no part of it.
    function test_ATK_120_keys_of_both_parities_act() public {
        uint256[2] memory seen;
        for (uint256 privateKey = 1; seen[0] < 2 || seen[1] < 2; ++privateKey) {
            SessionKey memory holder = newCurveKey(privateKey);
            (, uint256 y) = abi.decode(holder.publicKey, (uint256, uint256));
            ++seen[y & 1];
            Grant memory grant = grantOf(holder, policyId);
            grant.lane = uint64(privateKey);
            registerGrant(account, grant);
            accepted(stranger, relayedData(account, holder, one(actCall(privateKey)), 0, 0, END));
            vm.warp(block.timestamp + 1);
            acceptedOperation(operationOf(holder, one(actCall(privateKey))));
            vm.assertEq(recorder.count(), 2 * privateKey);
        }
    }

    /// @dev The point stands in no grant, and nothing is kept of it: a key is its hash.
    function test_a_curve_key_registers_without_its_point() public {
        Grant memory grant = grantOf(curveKey, policyId);
        grant.publicKey = "";
        registerGrant(account, grant);
        accepted(stranger, relayedData(account, curveKey, one(actCall(1)), 0, 0, END));
        vm.assertEq(recorder.count(), 1);
    }

    /// @dev Whoever registers the hash of something that is no point has a key that nobody can sign for.
    function test_ATK_120_a_key_that_is_the_hash_of_no_point() public {
        uint256 x = 1 << 160;
        while (_isAbscissa(x)) ++x;
        Grant memory grant = grantOf(curveKey, policyId);
        grant.publicKey = "";
        (grant.key, ) = P256Signatures.keyOf(x, false);
        registerGrant(account, grant);
        refused(
            stranger,
            _act(abi.encode(x, bytes32(uint256(5)), uint256(1), END)),
            abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, grant.key)
        );
    }

    // --- the verifier ----------------------------------------------------------------------------------------------

    function test_latchkey_takes_the_precompile_where_it_answers() public view {
        vm.assertEq(latchkey.P256_VERIFIER(), P256Signatures.PRECOMPILE);
        vm.assertTrue(P256Signatures.isVerifier(P256Signatures.PRECOMPILE));
    }

    /// @dev A chain whose 0x100 is an empty account, answers something else, or takes what is wrong.
    function test_ATK_111_latchkey_brings_its_own_where_it_does_not() public {
        bytes[4] memory answers = [bytes(""), abi.encode(0), abi.encode(2), abi.encode(1)];
        for (uint256 i = 0; i < answers.length; ++i) {
            vm.mockCall(P256Signatures.PRECOMPILE, "", answers[i]);
            vm.assertFalse(P256Signatures.isVerifier(P256Signatures.PRECOMPILE));
            ILatchkey other = deployLatchkey();
            vm.clearMockedCalls();
            vm.assertNotEq(other.P256_VERIFIER(), P256Signatures.PRECOMPILE);
            vm.assertEq(keccak256(other.P256_VERIFIER().code), keccak256(verifier.code));
            vm.assertTrue(other.POLICY_STORE().code.length != 0 && other.FORWARDER().code.length != 0);
        }
    }

    function test_a_session_runs_on_the_stand_in() public {
        vm.mockCall(P256Signatures.PRECOMPILE, "", "");
        latchkey = deployLatchkey();
        vm.clearMockedCalls();
        vm.assertNotEq(latchkey.P256_VERIFIER(), P256Signatures.PRECOMPILE);
        (bool success, bytes memory id) = latchkey.POLICY_STORE().call(
            abi.encodeCall(store.publishPolicy, (sorted(defaultPolicy())))
        );
        vm.assertTrue(success);
        address fresh = newAccount();
        register(fresh, curveKey, abi.decode(id, (bytes32)));
        bytes memory data = relayedData(fresh, curveKey, one(actCall(3)), 0, 0, END);
        (success, ) = address(latchkey).call(data);
        vm.assertTrue(success);
        vm.assertEq(recorder.count(), 1);
        data = relayedData(fresh, SessionKey(curveKey.account, 8, curveKey.publicKey), one(actCall(3)), 1, 0, END);
        (success, ) = address(latchkey).call(data);
        vm.assertFalse(success);
    }
}
