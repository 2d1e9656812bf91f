// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILatchkey} from "../../../contracts/interfaces/ILatchkey.sol";
import {ILatchkeyLens} from "../../../contracts/interfaces/ILatchkeyLens.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {ISessionForwarder} from "../../../contracts/interfaces/ISessionForwarder.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {ChainGrant} from "../../../contracts/types/ChainGrant.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Recorder} from "./mocks/Recorder.sol";
import {EntryPointFixture} from "./EntryPointFixture.sol";
import {PolicyBuilder} from "./PolicyBuilder.sol";
import {PolicyHashes} from "./PolicyHashes.sol";

/// @notice Calls as ERC-7579 encodes them.
struct Execution {
    bytes32 mode;
    bytes data;
}

/// @notice A session key of either kind; `publicKey` is empty for secp256k1.
struct SessionKey {
    address account;
    uint256 privateKey;
    bytes publicKey;
}

/// @notice What the tests ask of an EntryPoint.
interface IEntryPointUnderTest {
    event UserOperationEvent(
        bytes32 indexed userOpHash,
        address indexed sender,
        address indexed paymaster,
        uint256 nonce,
        bool success,
        uint256 actualGasCost,
        uint256 actualGasUsed
    );

    error FailedOp(uint256 opIndex, string reason);
    error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner);

    function handleOps(PackedUserOperation[] calldata ops, address payable beneficiary) external;
    function getUserOpHash(PackedUserOperation calldata op) external view returns (bytes32);
    function getNonce(address sender, uint192 key) external view returns (uint256);
    function depositTo(address account) external payable;
    function balanceOf(address account) external view returns (uint256);
}

/// @notice Latchkey as it is deployed, two accounts that have it installed, a wallet, tokens, and everything that is
/// needed to register keys, sign for them and compare the state before and after.
abstract contract LatchkeyTest is EntryPointFixture, PolicyBuilder {
    string internal constant APP_TEXT = "latchkey.test";
    /// @dev The same as storage and events have it.
    bytes32 internal constant APP = "latchkey.test";
    bytes32 internal constant SINGLE = bytes32(0);
    bytes32 internal constant BATCH = bytes32(uint256(1) << 248);
    /// @dev Unix seconds. A multiple of an hour, so that periods start where the tests do.
    uint48 internal constant START = 1_750_003_200;
    uint48 internal constant END = START + 1 days - 1;
    uint256 internal constant CAP = 100e18;
    uint256 internal constant NATIVE_CAP = 2 ether;
    uint32 internal constant MAX_CALLS = 100;
    uint80 internal constant GAS_BUDGET = 1 ether;
    uint256 internal constant P256_HALF_N = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;
    string internal constant TRANSFER = "transfer(address,uint256)";

    ILatchkey internal latchkey;
    IPolicyStore internal store;
    ISessionForwarder internal forwarder;
    ILatchkeyLens internal lens;
    IEntryPointUnderTest internal entryPoint = IEntryPointUnderTest(EntryPoints.V09);

    /// @dev Smart accounts of `owner` with Latchkey as validator and executor.
    address internal account;
    address internal account2;
    address internal owner;
    uint256 internal ownerKey;
    /// @dev A plain wallet.
    address internal wallet;
    uint256 internal walletKey;
    address internal stranger;
    address internal bundler;
    address internal recipient;

    IERC20 internal token;
    IERC20 internal otherToken;
    Recorder internal recorder;

    SessionKey internal key;
    SessionKey internal key2;
    SessionKey internal curveKey;

    /// @dev `token.transfer` under CAP, `recorder.act` (consumable), `recorder.fail`, `recorder.pay` with at most 1 ether
    /// a call under NATIVE_CAP.
    bytes32 internal policyId;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1_000);
        deployEntryPointV09();
        latchkey = deployLatchkey();
        store = IPolicyStore(latchkey.POLICY_STORE());
        forwarder = ISessionForwarder(latchkey.FORWARDER());
        lens = ILatchkeyLens(deploy("contracts/LatchkeyLens.sol:LatchkeyLens", abi.encode(latchkey)));
        (owner, ownerKey) = makeKey("owner");
        (wallet, walletKey) = makeKey("wallet");
        stranger = makeAddress("stranger");
        bundler = makeAddress("bundler");
        recipient = makeAddress("recipient");
        account = newAccount();
        account2 = newAccount();
        token = newToken(account);
        otherToken = newToken(account);
        recorder = new Recorder();
        key = newKey("key");
        key2 = newKey("key2");
        curveKey = newCurveKey(7);
        vm.deal(account, 100 ether);
        vm.deal(account2, 100 ether);
        vm.deal(address(this), 1_000 ether);
        entryPoint.depositTo{value: 10 ether}(account);
        entryPoint.depositTo{value: 10 ether}(account2);
        policyId = publish(defaultPolicy());
    }

    // --- what there is ---------------------------------------------------------------------------------------------

    function newAccount() internal returns (address) {
        return
            deploy(
                "contracts/account/LatchkeyAccount.sol:LatchkeyAccount",
                abi.encode(EntryPoints.V09, latchkey, owner, latchkey)
            );
    }

    function newToken(address holder) internal returns (IERC20) {
        return IERC20(deploy("contracts/examples/social/Poke.sol:Poke", abi.encode(holder, 1_000_000e18)));
    }

    function newKey(string memory name) internal returns (SessionKey memory made) {
        (made.account, made.privateKey) = makeKey(name);
    }

    function newCurveKey(uint256 privateKey) internal pure returns (SessionKey memory made) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        made.publicKey = abi.encode(x, y);
        made.account = address(uint160(uint256(keccak256(made.publicKey))));
        made.privateKey = privateKey;
    }

    // --- policies --------------------------------------------------------------------------------------------------

    /// @dev No permissions and no limits yet.
    function settings() internal pure returns (Policy memory made) {
        made.app = APP_TEXT;
        made.minDuration = 60;
        made.maxDuration = 30 days;
        made.maxCalls = MAX_CALLS;
        made.gasBudget = GAS_BUDGET;
        made.selfPaid = true;
    }

    function defaultPolicy() internal view returns (Policy memory made) {
        made = settings();
        made.permissions = new Permission[](4);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = consumable(address(recorder), "act(uint256)");
        made.permissions[2] = permission(address(recorder), "fail(uint256)");
        made.permissions[3] = withValue(permission(address(recorder), "pay()"), 1 ether);
        withLimit(made, address(0), NATIVE_CAP, 0);
        withLimit(made, address(token), CAP, 0);
    }

    /// @dev One permission and no limit.
    function policyOf(Permission memory only) internal pure returns (Policy memory made) {
        made = settings();
        made.permissions = one(only);
    }

    function publish(Policy memory made) internal returns (bytes32) {
        return store.publishPolicy(sorted(made));
    }

    // --- sessions --------------------------------------------------------------------------------------------------

    function grantOf(SessionKey memory holder, bytes32 id) internal pure returns (Grant memory grant) {
        grant.key = holder.account;
        grant.publicKey = holder.publicKey;
        grant.policyId = id;
        grant.validUntil = END;
        grant.maxCalls = MAX_CALLS;
    }

    /// @dev A renewal waits for the second after the registration that it renews.
    function register(address principal, SessionKey memory holder, bytes32 id) internal {
        uint256 previous = registrationOf(principal, holder.account);
        if (previous >= block.timestamp) vm.warp(previous + 1);
        registerGrant(principal, grantOf(holder, id));
    }

    function registerGrant(address principal, Grant memory grant) internal {
        vm.prank(principal);
        latchkey.registerSession(grant);
    }

    function wordOf(address principal, address holder) internal view returns (uint256 word) {
        (word, ) = latchkey.sessionWords(principal, holder);
    }

    function numberOf(address principal, address holder) internal view returns (uint256) {
        return wordOf(principal, holder) >> 220;
    }

    function validUntilOf(address principal, address holder) internal view returns (uint48) {
        return uint48((wordOf(principal, holder) >> 186) & 0x3ffffffff);
    }

    /// @dev The effective start.
    function registrationOf(address principal, address holder) internal view returns (uint48) {
        return validUntilOf(principal, holder) - uint48((wordOf(principal, holder) >> 161) & 0x1ffffff);
    }

    function isRevoked(address principal, address holder) internal view returns (bool) {
        return wordOf(principal, holder) & (1 << 158) != 0;
    }

    function isSwept(address principal, address holder) internal view returns (bool) {
        return wordOf(principal, holder) & (1 << 159) != 0;
    }

    function callsLeft(address principal, address holder) internal view returns (uint256) {
        return (wordOf(principal, holder) >> 116) & 0xfffff;
    }

    /// @dev Wei.
    function gasLeftOf(address principal, address holder) internal view returns (uint256) {
        return ((wordOf(principal, holder) >> 80) & 0xfffffffff) * 1 gwei;
    }

    /// @dev Of the first lifetime limit with a cap below 2**80: under the default policy, of the native coin.
    function inlineSpent(address principal, address holder) internal view returns (uint256) {
        return uint80(wordOf(principal, holder));
    }

    function spentOf(address principal, address holder, uint256 position) internal view returns (uint256) {
        (, uint256[8] memory spent) = latchkey.sessionWords(principal, holder);
        // What was spent under an earlier registration counts no more.
        return spent[position] >> 222 == registrationOf(principal, holder) ? uint128(spent[position]) : 0;
    }

    /// @dev Of `token` under the default policy.
    function tokenSpent(address principal, address holder) internal view returns (uint256) {
        return spentOf(principal, holder, 1);
    }

    // --- calls -----------------------------------------------------------------------------------------------------

    function transferCall(address to, uint256 amount) internal view returns (Call memory) {
        return Call(address(token), 0, abi.encodeCall(IERC20.transfer, (to, amount)));
    }

    function actCall(uint256 number) internal view returns (Call memory) {
        return Call(address(recorder), 0, abi.encodeCall(Recorder.act, (number)));
    }

    function payCall(uint256 value) internal view returns (Call memory) {
        return Call(address(recorder), value, abi.encodeCall(Recorder.pay, ()));
    }

    function one(Call memory only) internal pure returns (Call[] memory calls) {
        calls = new Call[](1);
        calls[0] = only;
    }

    function two(Call memory first, Call memory second) internal pure returns (Call[] memory calls) {
        calls = new Call[](2);
        (calls[0], calls[1]) = (first, second);
    }

    function repeated(Call memory each, uint256 count) internal pure returns (Call[] memory calls) {
        calls = new Call[](count);
        for (uint256 i = 0; i < count; ++i) calls[i] = each;
    }

    /// @dev As `encode` says it, in one.
    function executionOf(Call[] memory calls) internal pure returns (Execution memory execution) {
        (execution.mode, execution.data) = encode(calls);
    }

    /// @dev One call as a single execution, any other number as a batch.
    function encode(Call[] memory calls) internal pure returns (bytes32 mode, bytes memory execution) {
        if (calls.length == 1) return (SINGLE, abi.encodePacked(calls[0].target, calls[0].value, calls[0].data));
        return (BATCH, abi.encode(calls));
    }

    function directData(address principal, Call[] memory calls) internal view returns (bytes memory) {
        (bytes32 mode, bytes memory execution) = encode(calls);
        return abi.encodeCall(latchkey.execute, (principal, mode, execution));
    }

    function relayedData(
        address principal,
        SessionKey memory holder,
        Call[] memory calls,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil
    ) internal view returns (bytes memory) {
        (bytes32 mode, bytes memory execution) = encode(calls);
        uint48 registration = registrationOf(principal, holder.account);
        bytes32 structHash = executionHash(principal, mode, execution, nonce, minGas, validUntil, registration);
        bytes memory signature = signSession(holder, digestOf(structHash), validUntil);
        return abi.encodeCall(latchkey.executeBySig, (principal, mode, execution, nonce, minGas, signature));
    }

    // --- signatures ------------------------------------------------------------------------------------------------

    function separatorOf(address verifier) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Latchkey"),
                    keccak256("2"),
                    block.chainid,
                    verifier
                )
            );
    }

    /// @dev Where Latchkey keeps a principal's word.
    function principalSlot(address principal) internal pure returns (bytes32) {
        return keccak256(abi.encode(principal, 1));
    }

    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separatorOf(address(latchkey)), structHash));
    }

    /// @dev A verb's type string is followed by those of a policy, in the order of their names.
    function registerHash(
        address principal,
        Grant memory grant,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        bytes memory types = bytes.concat(
            "RegisterSession(address principal,Policy policy,address key,bytes publicKey,uint48 validAfter,"
            "uint48 validUntil,uint32 maxCalls,uint64 lane,address replaces,uint256 nonce,uint256 deadline)",
            _policyTypes()
        );
        return
            keccak256(
                abi.encode(
                    keccak256(types),
                    principal,
                    grant.policyId,
                    grant.key,
                    keccak256(grant.publicKey),
                    grant.validAfter,
                    grant.validUntil,
                    grant.maxCalls,
                    grant.lane,
                    grant.replaces,
                    nonce,
                    deadline
                )
            );
    }

    /// @dev Of a domain without a chain id.
    function digestOnChains(bytes32 structHash) internal view returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,address verifyingContract)"),
                keccak256("Latchkey"),
                keccak256("2"),
                address(latchkey)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    function registerOnChainsHash(
        address principal,
        Grant memory grant,
        uint256 deadline,
        ChainGrant[] memory chains
    ) internal pure returns (bytes32) {
        bytes memory chainGrant = bytes.concat(
            "ChainGrant(uint256 chainId,uint256 nonce,Policy policy)",
            _policyTypes()
        );
        bytes memory hashes;
        for (uint256 i = 0; i < chains.length; ++i) {
            (uint256 chainId, uint256 nonce, bytes32 id) = (chains[i].chainId, chains[i].nonce, chains[i].policyId);
            hashes = bytes.concat(hashes, keccak256(abi.encode(keccak256(chainGrant), chainId, nonce, id)));
        }
        bytes memory types = bytes.concat(
            "RegisterSessionOnChains(address principal,address key,bytes publicKey,uint48 validAfter,"
            "uint48 validUntil,uint32 maxCalls,uint64 lane,address replaces,uint256 deadline,ChainGrant[] chains)",
            chainGrant
        );
        return
            keccak256(
                abi.encode(
                    keccak256(types),
                    principal,
                    grant.key,
                    keccak256(grant.publicKey),
                    grant.validAfter,
                    grant.validUntil,
                    grant.maxCalls,
                    grant.lane,
                    grant.replaces,
                    deadline,
                    keccak256(hashes)
                )
            );
    }

    function revokeOnChainsHash(
        address principal,
        address holder,
        uint256 deadline,
        uint256[] memory chains
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("RevokeSessionOnChains(address principal,address key,uint256 deadline,uint256[] chains)"),
                    principal,
                    holder,
                    deadline,
                    keccak256(abi.encodePacked(chains))
                )
            );
    }

    function _policyTypes() private pure returns (bytes memory) {
        return
            bytes.concat(
                bytes(PolicyHashes.INNER),
                bytes(PolicyHashes.LIMIT),
                bytes(PolicyHashes.PERMISSION),
                bytes(PolicyHashes.POLICY),
                bytes(PolicyHashes.RULE),
                bytes(PolicyHashes.SPEND)
            );
    }

    function revokeHash(address principal, address holder, uint256 deadline) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("RevokeSession(address principal,address key,uint256 deadline)"),
                    principal,
                    holder,
                    deadline
                )
            );
    }

    function revokeAllHash(address principal, uint32 generation, uint256 deadline) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("RevokeAllSessions(address principal,uint32 generation,uint256 deadline)"),
                    principal,
                    generation,
                    deadline
                )
            );
    }

    function operationHash(
        address principal,
        bytes32 userOpHash,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "SessionOperation(address principal,bytes32 userOpHash,uint48 validUntil,uint48 registration)"
                    ),
                    principal,
                    userOpHash,
                    validUntil,
                    registration
                )
            );
    }

    function executionHash(
        address principal,
        bytes32 mode,
        bytes memory execution,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "SessionExecution(address principal,bytes32 mode,bytes executionCalldata,uint256 nonce,"
                        "uint256 minGas,uint48 validUntil,uint48 registration)"
                    ),
                    principal,
                    mode,
                    keccak256(execution),
                    nonce,
                    minGas,
                    validUntil,
                    registration
                )
            );
    }

    function forwardHash(
        address principal,
        address target,
        bytes memory data,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "SessionForward(address principal,address target,bytes data,uint256 nonce,uint256 minGas,"
                        "uint48 validUntil,uint48 registration)"
                    ),
                    principal,
                    target,
                    keccak256(data),
                    nonce,
                    minGas,
                    validUntil,
                    registration
                )
            );
    }

    /// @dev The four elements `[sessionPubKey, r, s, validUntil]`: address or x, and a parity above s.
    function signSession(
        SessionKey memory holder,
        bytes32 digest,
        uint48 validUntil
    ) internal pure returns (bytes memory) {
        uint256 element = uint160(holder.account);
        uint256 parity;
        bytes32 r;
        bytes32 s;
        if (holder.publicKey.length != 0) {
            (element, parity) = abi.decode(holder.publicKey, (uint256, uint256));
            (r, s) = vm.signP256(holder.privateKey, sha256(abi.encodePacked(digest)));
            if (uint256(s) > P256_HALF_N) s = bytes32(P256_N - uint256(s));
        } else {
            uint8 v;
            (v, r, s) = vm.sign(holder.privateKey, digest);
            parity = v - 27;
        }
        return abi.encode(element, r, uint256(s) | (parity << 255), validUntil);
    }

    function signPlain(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Of `account`'s owner in the nested form of ERC-7739 for personal messages.
    function nested(bytes32 hash) internal view returns (bytes memory) {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("LatchkeyAccount"),
                keccak256("1"),
                block.chainid,
                account
            )
        );
        bytes32 structHash = keccak256(abi.encode(keccak256("PersonalSign(bytes prefixed)"), hash));
        return signPlain(ownerKey, keccak256(abi.encodePacked(hex"1901", separator, structHash)));
    }

    function redemptionHash(
        address principal,
        address redeemer,
        Execution memory execution,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "SessionRedemption(address principal,address redeemer,bytes32 mode,bytes executionCalldata,"
                        "uint256 nonce,uint256 minGas,uint48 validUntil,uint48 registration)"
                    ),
                    principal,
                    redeemer,
                    execution.mode,
                    keccak256(execution.data),
                    nonce,
                    minGas,
                    validUntil,
                    registration
                )
            );
    }

    /// @dev What stands behind the 128 bytes where the grant comes with its first use.
    function envelopeOf(
        Grant memory grant,
        uint256 number,
        uint256 deadline,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return
            bytes.concat(
                abi.encodePacked(
                    uint8(grant.publicKey.length == 0 ? 0 : 1),
                    grant.policyId,
                    uint40(number),
                    grant.validAfter,
                    grant.validUntil
                ),
                abi.encodePacked(grant.maxCalls, grant.lane, grant.replaces, uint48(deadline), signature)
            );
    }

    // --- operations ------------------------------------------------------------------------------------------------

    /// @dev Unsigned. Its nonce is the next of the lane that the module and `lane` name.
    function operation(
        address principal,
        Call[] memory calls,
        uint32 lane
    ) internal view returns (PackedUserOperation memory op) {
        (bytes32 mode, bytes memory execution) = encode(calls);
        op.sender = principal;
        op.nonce = entryPoint.getNonce(principal, (uint192(uint160(address(latchkey))) << 32) | lane);
        op.callData = abi.encodeCall(IERC7579Execution.execute, (mode, execution));
        op.accountGasLimits = bytes32((uint256(500_000) << 128) | 500_000);
        op.preVerificationGas = 50_000;
        op.gasFees = bytes32((uint256(1 gwei) << 128) | 1 gwei);
    }

    function signed(
        PackedUserOperation memory op,
        SessionKey memory holder,
        uint48 validUntil
    ) internal view returns (PackedUserOperation memory) {
        bytes32 structHash = operationHash(
            op.sender,
            entryPoint.getUserOpHash(op),
            validUntil,
            registrationOf(op.sender, holder.account)
        );
        op.signature = signSession(holder, digestOf(structHash), validUntil);
        return op;
    }

    function operationOf(
        SessionKey memory holder,
        Call[] memory calls
    ) internal view returns (PackedUserOperation memory) {
        return signed(operation(account, calls, 0), holder, END);
    }

    function bundle(PackedUserOperation memory op) internal pure returns (PackedUserOperation[] memory ops) {
        ops = new PackedUserOperation[](1);
        ops[0] = op;
    }

    function bundleData(PackedUserOperation[] memory ops) internal view returns (bytes memory) {
        return abi.encodeCall(entryPoint.handleOps, (ops, payable(bundler)));
    }

    function bundleData(PackedUserOperation memory op) internal view returns (bytes memory) {
        return bundleData(bundle(op));
    }

    /// @dev What the EntryPoint says if the module reverts.
    function aa23(bytes memory inner) internal pure returns (bytes memory) {
        return aa23(0, inner);
    }

    function aa23(uint256 index, bytes memory inner) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IEntryPointUnderTest.FailedOpWithRevert.selector, index, "AA23 reverted", inner);
    }

    function aa24() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IEntryPointUnderTest.FailedOp.selector, 0, "AA24 signature error");
    }

    function aa22() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IEntryPointUnderTest.FailedOp.selector, 0, "AA22 expired or not due");
    }

    // --- outcomes --------------------------------------------------------------------------------------------------

    /// @dev Everything that a refusal must leave as it was: sessions, nonces, generations and balances.
    function stateHash() internal view virtual returns (bytes32 hash) {
        address[3] memory principals = [account, account2, wallet];
        address[4] memory keys = [key.account, key2.account, curveKey.account, stranger];
        for (uint256 i = 0; i < principals.length; ++i) {
            hash = keccak256(abi.encode(hash, _principalHash(principals[i]), _balancesHash(principals[i])));
            for (uint256 j = 0; j < keys.length; ++j) {
                hash = keccak256(abi.encode(hash, _wordsHash(principals[i], keys[j])));
            }
        }
        hash = keccak256(
            abi.encode(
                hash,
                recorder.count(),
                _balancesHash(recipient),
                address(recorder).balance,
                address(latchkey).balance,
                address(forwarder).balance
            )
        );
    }

    function _principalHash(address principal) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    latchkey.nonces(principal),
                    latchkey.generationOf(principal),
                    latchkey.isInitialized(principal),
                    latchkey.laneWord(principal, APP, 0),
                    latchkey.laneWord(principal, APP, 1)
                )
            );
    }

    function _balancesHash(address holder) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    holder.balance,
                    token.balanceOf(holder),
                    otherToken.balanceOf(holder),
                    entryPoint.balanceOf(holder)
                )
            );
    }

    function _wordsHash(address principal, address holder) private view returns (bytes32) {
        (uint256 word, uint256[8] memory spent) = latchkey.sessionWords(principal, holder);
        return keccak256(abi.encode(word, spent, holder.balance, latchkey.isNonceUsed(principal, holder, 0)));
    }

    /// @dev An EntryPoint takes bundles only from whoever signed the transaction.
    function _prank(address sender, address target) private {
        vm.prank(sender, target == address(entryPoint) ? sender : ORIGIN);
    }

    /// @dev The call reverts with exactly this error, and nothing has changed.
    function refused(address sender, address target, bytes memory data, bytes memory expected) internal {
        bytes32 before = stateHash();
        _prank(sender, target);
        (bool success, bytes memory reason) = target.call(data);
        vm.assertFalse(success, "accepted, though it was to be refused");
        vm.assertEq(reason, expected, "another error");
        vm.assertEq(stateHash(), before, "a refusal changed something");
    }

    function refused(address sender, bytes memory data, bytes memory expected) internal {
        refused(sender, address(latchkey), data, expected);
    }

    function refusedOperation(PackedUserOperation memory op, bytes memory expected) internal {
        refused(bundler, address(entryPoint), bundleData(op), expected);
    }

    function accepted(address sender, address target, bytes memory data) internal returns (bytes memory result) {
        bool success;
        _prank(sender, target);
        (success, result) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                // Fails the test with the reason itself.
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    function accepted(address sender, bytes memory data) internal returns (bytes memory) {
        return accepted(sender, address(latchkey), data);
    }

    function acceptedOperation(PackedUserOperation memory op) internal {
        accepted(bundler, address(entryPoint), bundleData(op));
    }

    /// @dev Refused with the same error on routes direct, relayed and userOperation.
    function refusedOnEachRoute(SessionKey memory holder, Call[] memory calls, bytes memory expected) internal {
        refused(holder.account, directData(account, calls), expected);
        refused(stranger, relayedData(account, holder, calls, 0, 0, END), expected);
        refusedOperation(operationOf(holder, calls), aa23(expected));
    }
}
