// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {EntryPoints} from "../libraries/EntryPoints.sol";
import {PolicyCode} from "../libraries/PolicyCode.sol";
import {TokenCalls} from "../libraries/TokenCalls.sol";
import {
    GAS_UNIT,
    Limit,
    MAX_CALLS,
    MAX_DURATION,
    MAX_GAS_UNITS,
    MAX_LIMITS,
    MAX_POLICY_CALLDATA,
    MAX_POLICY_SIZE,
    MIN_DURATION,
    MIN_PERIOD,
    POLICY_NUMBERS,
    Policy,
    StoredPolicy
} from "../types/Policy.sol";
import {SettingsWord, SettingsWords} from "../types/SettingsWord.sol";
import {MethodText} from "./MethodText.sol";
import {PolicyDecoder} from "./PolicyDecoder.sol";
import {Publication, PolicyEncoder} from "./PolicyEncoder.sol";
import {PolicyHash} from "./PolicyHash.sol";

/// @title Policy store
/// @dev Creates nothing but policies, so a policy's number is the nonce of its creation. Cannot be re-entered: all it
/// calls before it creates the policy are questions to tokens, by `staticcall`, in which nobody can create or log
/// anything; what it runs to create the policy is its own init code.
contract PolicyStore is IPolicyStore, PolicyDecoder {
    bytes4 private constant DECIMALS = bytes4(keccak256("decimals()"));
    /// @dev For one question to a token that may stand behind several proxies.
    uint256 private constant ASKING_GAS = 100_000;

    /// @inheritdoc IPolicyStore
    address public immutable LATCHKEY;
    address private immutable FORWARDER;

    uint256 private _count;
    /// @inheritdoc IPolicyStore
    mapping(bytes32 policyId => uint256) public numberOf;

    /// @dev Created by Latchkey, after its forwarder.
    constructor(address forwarder) {
        LATCHKEY = msg.sender;
        FORWARDER = forwarder;
    }

    /// @inheritdoc IPolicyStore
    function publishPolicy(Policy calldata policy) external returns (bytes32 policyId) {
        if (msg.data.length > MAX_POLICY_CALLDATA) {
            revert PolicyCalldataTooLarge(msg.data.length, MAX_POLICY_CALLDATA);
        }
        uint256 size;
        uint256 end;
        (policyId, size, end) = PolicyHash.hash(policy);
        if (numberOf[policyId] != 0) return policyId;

        _checkSettings(policy);
        if (size > MAX_POLICY_SIZE) revert PolicyTooLarge(size, MAX_POLICY_SIZE);
        bytes memory initCode = PolicyEncoder.newInitCode(size);
        _encode(policyId, policy, initCode);
        (uint256 number, address pointer) = _create(policyId, initCode);
        _emitPublished(policyId, policy, number, pointer, end);
    }

    /// @inheritdoc IPolicyStore
    function hashPolicy(Policy calldata policy) external pure returns (bytes32 policyId) {
        (policyId, , ) = PolicyHash.hash(policy);
    }

    /// @inheritdoc IPolicyStore
    function policyOf(bytes32 policyId) external view returns (StoredPolicy memory policy) {
        return _readPolicy(policyPointer(policyId).code);
    }

    /// @inheritdoc IPolicyStore
    function policyOfNumber(uint256 number) external view returns (StoredPolicy memory policy) {
        if (number == 0 || number > _count) revert PolicyNumberUnknown(number);
        return _readPolicy(PolicyCode.pointerOf(address(this), number).code);
    }

    /// @inheritdoc IPolicyStore
    function policyPointer(bytes32 policyId) public view returns (address pointer) {
        uint256 number = numberOf[policyId];
        if (number == 0) revert PolicyNotPublished(policyId);
        return PolicyCode.pointerOf(address(this), number);
    }

    function _checkSettings(Policy calldata policy) private view {
        _checkApp(policy.app);
        uint256 minDuration = policy.minDuration;
        uint256 maxDuration = policy.maxDuration;
        if (minDuration < MIN_DURATION || minDuration > maxDuration || maxDuration > MAX_DURATION) {
            revert PolicyDurationsInvalid(minDuration, maxDuration);
        }
        uint256 maxCalls = policy.maxCalls;
        if (maxCalls == 0 || maxCalls > MAX_CALLS) revert PolicyCallsInvalid(maxCalls, MAX_CALLS);
        uint256 gasBudget = policy.gasBudget;
        if (gasBudget % GAS_UNIT != 0 || gasBudget / GAS_UNIT > MAX_GAS_UNITS) {
            revert PolicyGasBudgetInvalid(gasBudget, GAS_UNIT, MAX_GAS_UNITS);
        }
        address paymaster = policy.paymaster;
        if (paymaster == LATCHKEY || paymaster == FORWARDER || EntryPoints.contains(paymaster)) {
            revert UnsafePaymaster(paymaster);
        }
        if (policy.permissions.length == 0) revert PolicyEmpty();
        if (policy.limits.length > MAX_LIMITS) revert TooManyLimits(policy.limits.length, MAX_LIMITS);
    }

    function _checkApp(bytes32 app) private pure {
        unchecked {
            uint256 length;
            while ((uint256(app) << (length * 8)) >> 248 >= 0x20 && (uint256(app) << (length * 8)) >> 248 <= 0x7e)
                ++length;
            if (length == 0 || length == 32 || app << (length * 8) != 0) revert PolicyAppInvalid(app);
        }
    }

    /// @dev Checks the limits and permissions and writes the stored form; see `PolicyCode`.
    function _encode(bytes32 policyId, Policy calldata policy, bytes memory initCode) private view {
        Publication memory publication;
        publication.latchkey = LATCHKEY;
        publication.forwarder = FORWARDER;
        publication.initCode = initCode;
        uint256 inlineLimit = _addLimits(publication, policy.limits);

        uint256 count = policy.permissions.length;
        publication.scratch = MethodText.newScratch();
        publication.selectors = TokenCalls.load();
        publication.permissionAt = PolicyCode.hotSize(publication.limited.length, 0) / 32;
        publication.detailAt = publication.permissionAt + count;
        uint256 key;
        for (uint256 i = 0; i < count; ++i) key = PolicyEncoder.add(publication, policy.permissions[i], i, key);

        SettingsWord settings = SettingsWords.pack(
            policy.minDuration,
            policy.maxDuration,
            policy.maxCalls,
            policy.gasBudget,
            policy.selfPaid,
            publication.limited.length,
            publication.nativeLimit,
            inlineLimit,
            count
        );
        PolicyEncoder.put(initCode, PolicyCode.ID_OFFSET, uint256(policyId));
        PolicyEncoder.put(initCode, PolicyCode.APP_OFFSET, uint256(policy.app));
        PolicyEncoder.put(initCode, PolicyCode.HOT_OFFSET + PolicyCode.SETTINGS, SettingsWord.unwrap(settings));
        PolicyEncoder.put(initCode, PolicyCode.HOT_OFFSET + PolicyCode.PAYMASTER, uint160(policy.paymaster));
    }

    /// @dev Checks and writes the limits.
    /// @return inlineLimit position of the limit that is counted in the session's own words
    function _addLimits(
        Publication memory publication,
        Limit[] calldata limits
    ) private view returns (uint256 inlineLimit) {
        unchecked {
            // At most MAX_LIMITS rounds.
            address[] memory limited = new address[](limits.length);
            for (uint256 i = 0; i < limited.length; ++i) {
                address token = limits[i].token;
                uint256 cap = limits[i].cap;
                uint256 period = limits[i].period;
                for (uint256 j = 0; j < i; ++j) {
                    if (limited[j] == token) revert DuplicateLimit(i, token);
                }
                limited[i] = token;
                if (period != 0 && period < MIN_PERIOD) revert UnsafePeriod(i, period, MIN_PERIOD);
                if (token == address(0)) publication.nativeLimit = i + 1;
                else if (!_isFungible(token)) revert UnsafeLimitedToken(i, token);

                if (inlineLimit == 0 && period == 0 && cap < 1 << 80) inlineLimit = i + 1;
                uint256 at = PolicyCode.HOT_OFFSET + PolicyCode.LIMITS + i * PolicyCode.LIMIT_SIZE;
                PolicyEncoder.put(publication.initCode, at, (uint256(uint160(token)) << 96) | (period << 64));
                PolicyEncoder.put(publication.initCode, at + 32, cap);
            }
            publication.limited = limited;
        }
    }

    /// @dev A contract that answers `decimals()`, does not say that it is an ERC-721 or an ERC-1155, and keeps no
    /// approval of one id: an ERC-404 takes the same number for an amount or for an id, and answers for neither.
    function _isFungible(address token) private view returns (bool) {
        (bool answers, uint256 answer) = _ask(token, DECIMALS, 4);
        if (!answers || answer > type(uint8).max) return false;
        (answers, ) = _ask(token, IERC721.getApproved.selector, 36);
        if (answers) return false;
        if (!ERC165Checker.supportsERC165(token)) return true;
        return
            !ERC165Checker.supportsERC165InterfaceUnchecked(token, type(IERC721).interfaceId) &&
            !ERC165Checker.supportsERC165InterfaceUnchecked(token, type(IERC1155).interfaceId);
    }

    /// @dev Asks for a word, about id 1 where an id is asked for. A token that is starved of gas burns all but a 64th
    /// of what there is: too little is left to create the policy.
    function _ask(address token, bytes4 selector, uint256 size) private view returns (bool answers, uint256 answer) {
        assembly ("memory-safe") {
            // The question is 36 bytes of the scratch space.
            mstore(4, 1)
            mstore(0, selector)
            answers := staticcall(ASKING_GAS, token, 0, size, 0, 0x20)
            answers := and(answers, gt(returndatasize(), 0x1f))
            answer := mload(0)
        }
    }

    /// @dev A creation that fails reverts the publication, so no number is skipped.
    function _create(bytes32 policyId, bytes memory initCode) private returns (uint256 number, address pointer) {
        unchecked {
            // Below POLICY_NUMBERS.
            number = _count + 1;
        }
        if (number >= POLICY_NUMBERS) revert PolicyNumbersExhausted(POLICY_NUMBERS);
        pointer = PolicyCode.pointerOf(address(this), number);
        address created;
        assembly ("memory-safe") {
            // 0 if it fails.
            created := create(0, add(initCode, 0x20), mload(initCode))
        }
        if (created != pointer) revert PolicyNotCreated(policyId, number);
        _count = number;
        numberOf[policyId] = number;
    }

    /// @dev `emit PolicyPublished(policyId, policy.app, number, pointer, policy)`: the policy is the canonical encoding
    /// already.
    function _emitPublished(
        bytes32 policyId,
        Policy calldata policy,
        uint256 policyNumber,
        address pointer,
        uint256 end
    ) private {
        bytes32 topic = PolicyPublished.selector;
        bytes32 app = policy.app;
        assembly ("memory-safe") {
            // In free memory, which is not kept.
            let encoded := mload(0x40)
            let size := sub(end, policy)
            mstore(encoded, policyNumber)
            mstore(add(encoded, 0x20), pointer)
            mstore(add(encoded, 0x40), 0x60)
            calldatacopy(add(encoded, 0x60), policy, size)
            log3(encoded, add(size, 0x60), topic, policyId, app)
        }
    }
}
