// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Paymaster} from "@openzeppelin/contracts/account/paymaster/Paymaster.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ILatchkeyAccountFactory} from "../interfaces/ILatchkeyAccountFactory.sol";
import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {ISessionPaymaster} from "../interfaces/ISessionPaymaster.sol";
import {EntryPoints} from "../libraries/EntryPoints.sol";
import {GrantEnvelope} from "../libraries/GrantEnvelope.sol";
import {UserOperations} from "../libraries/UserOperations.sol";
import {SIGNATURE_SIZE} from "../types/Bounds.sol";

/// @title SessionPaymaster
/// @dev What an operation is charged is never less than what the EntryPoint takes from the deposit for it, and never more
/// than its highest possible cost. Validation spends that highest cost; `postOp` gives back what is surely not taken.
/// Where `postOp` fails, nothing is given back.
contract SessionPaymaster is ISessionPaymaster, Paymaster, Ownable2Step {
    /// @dev The bare EIP-7702 marker in `initCode`.
    bytes2 private constant _EIP7702_MARKER = 0x7702;
    /// @dev Bytes of paymaster, verification gas and post-operation gas. What could follow is not all signed on v0.9.
    uint256 private constant _PAYMASTER_DATA_SIZE = 52;

    /// @dev Bytes, inclusive: an envelope with a principal's signature of 1,024.
    uint256 private constant _MAX_SIGNATURE_SIZE = 1_240;

    /// @dev More gas than `postOp` takes: two accesses of a slot that validation has written, and an event.
    uint256 private constant _POST_OP_GAS = 4_000;
    /// @dev More gas than an EntryPoint takes around `postOp` for a call of no size.
    uint256 private constant _SETTLEMENT_GAS = 3_000;
    /// @dev The EntryPoint holds the call in memory, of which each further word costs a gas more for every 8 KB: it needs
    /// at most 16 more.
    uint256 private constant _CALL_BYTES_PER_GAS = 512;
    /// @dev An EntryPoint charges a tenth of unused gas limits.
    uint256 private constant _PENALTY_DIVISOR = 10;

    IEntryPoint private immutable _ENTRY_POINT;
    /// @inheritdoc ISessionPaymaster
    address public immutable LATCHKEY;
    /// @dev Whether the penalty for unused call gas comes after `postOp`. v0.8 and v0.9 add it before.
    bool private immutable _IS_CALL_PENALTY_LATE;

    /// @dev In wei, from the top: budget (128) | spent (128). `spent` never passes 2**128, so it is added to as a word.
    mapping(address principal => uint256) private _budgets;

    constructor(IEntryPoint entryPoint_, address latchkey, address owner_) Ownable(owner_) {
        if (address(entryPoint_).code.length == 0) {
            revert ILatchkeyAccountFactory.EntryPointWithoutCode(address(entryPoint_));
        }
        if (latchkey.code.length == 0) revert ILatchkeyAccountFactory.LatchkeyWithoutCode(latchkey);
        _ENTRY_POINT = entryPoint_;
        LATCHKEY = latchkey;
        _IS_CALL_PENALTY_LATE = address(entryPoint_) != EntryPoints.V08 && address(entryPoint_) != EntryPoints.V09;
    }

    /// @inheritdoc ISessionPaymaster
    function setBudget(address principal, uint128 budget) external onlyOwner {
        _setBudget(principal, budget);
    }

    /// @inheritdoc ISessionPaymaster
    function setBudgets(PrincipalBudget[] calldata budgets) external onlyOwner {
        for (uint256 i = 0; i < budgets.length; ++i) _setBudget(budgets[i].principal, budgets[i].budget);
    }

    /// @inheritdoc ISessionPaymaster
    function deposit() external payable {
        _deposit(msg.value);
    }

    /// @inheritdoc ISessionPaymaster
    function withdrawTo(address payable recipient, uint256 amount) external onlyOwner {
        _requireRecipient(recipient);
        _withdraw(recipient, amount);
    }

    /// @inheritdoc ISessionPaymaster
    function addStake(uint32 unstakeDelay) external payable onlyOwner {
        _addStake(msg.value, unstakeDelay);
    }

    /// @inheritdoc ISessionPaymaster
    function unlockStake() external onlyOwner {
        _unlockStake();
    }

    /// @inheritdoc ISessionPaymaster
    function withdrawStake(address payable recipient) external onlyOwner {
        _requireRecipient(recipient);
        _withdrawStake(recipient);
    }

    /// @inheritdoc ISessionPaymaster
    function budgetOf(address principal) external view returns (uint128 budget, uint128 spent) {
        uint256 word = _budgets[principal];
        return (uint128(word >> 128), uint128(word));
    }

    /// @inheritdoc Paymaster
    function entryPoint() public view override returns (IEntryPoint) {
        return _ENTRY_POINT;
    }

    /// @inheritdoc Ownable
    /// @dev Always reverts: the deposit would be locked for ever.
    function renounceOwnership() public view override onlyOwner {
        revert OwnershipNotRenounceable(owner());
    }

    function _setBudget(address principal, uint128 budget) private {
        _budgets[principal] = (uint256(budget) << 128) | uint128(_budgets[principal]);
        emit BudgetSet(principal, budget);
    }

    /// @inheritdoc Paymaster
    function _validatePaymasterUserOp(
        PackedUserOperation calldata userOp,
        bytes32,
        uint256 requiredPreFund
    ) internal override returns (bytes memory context, uint256 validationData) {
        bytes calldata paymasterData = UserOperations.paymasterAndDataOf(userOp);
        if (paymasterData.length != _PAYMASTER_DATA_SIZE) {
            revert PaymasterDataLengthInvalid(paymasterData.length, _PAYMASTER_DATA_SIZE);
        }
        uint256 callSize = _requireSessionOperation(userOp);
        address principal = userOp.sender;
        uint256 word = _budgets[principal];
        unchecked {
            (uint256 budget, uint256 spent) = (word >> 128, uint128(word));
            uint256 left = budget > spent ? budget - spent : 0;
            if (requiredPreFund > left) revert BudgetExceeded(principal, requiredPreFund, left);
            // What is spent stays at or below the budget.
            _budgets[principal] = word + requiredPreFund;
        }
        uint256 lateGas = _lateGas(
            uint128(bytes16(paymasterData[36:52])),
            uint128(uint256(userOp.accountGasLimits)),
            callSize
        );
        return (abi.encode(principal, requiredPreFund, lateGas), 0);
    }

    /// @inheritdoc Paymaster
    function _postOp(
        PostOpMode,
        bytes calldata context,
        uint256 actualGasCost,
        uint256 actualUserOpFeePerGas
    ) internal override {
        (address principal, uint256 reserved, uint256 lateGas) = abi.decode(context, (address, uint256, uint256));
        unchecked {
            // Gas that was paid for is below 2**64, and so is each limit that it was left for; a fee is below 2**120.
            uint256 charge = actualGasCost + lateGas * actualUserOpFeePerGas;
            if (charge < reserved) {
                // `reserved` was added to what is spent, and is taken off once at most.
                _budgets[principal] -= reserved - charge;
            } else {
                charge = reserved;
            }
            emit BudgetSpent(principal, charge);
        }
    }

    /// @dev The most gas that the EntryPoint charges behind what it tells `postOp`: for `postOp` itself, for its own work
    /// around that, and a tenth of what the limits leave unused.
    function _lateGas(
        uint256 postOpGasLimit,
        uint256 callGasLimit,
        uint256 callSize
    ) private view returns (uint256 lateGas) {
        unchecked {
            // Two limits below 2**128, constants, and a size that was paid for.
            uint256 used = postOpGasLimit < _POST_OP_GAS ? postOpGasLimit : _POST_OP_GAS;
            lateGas = _SETTLEMENT_GAS + callSize / _CALL_BYTES_PER_GAS;
            lateGas += used + (postOpGasLimit - used) / _PENALTY_DIVISOR;
            if (_IS_CALL_PENALTY_LATE) lateGas += callGasLimit / _PENALTY_DIVISOR;
        }
    }

    /// @dev What can be seen of an operation from outside the account. `ISessionPaymaster` says what cannot.
    /// @return callSize bytes of what the account is called with
    function _requireSessionOperation(PackedUserOperation calldata userOp) private view returns (uint256 callSize) {
        _requireInitCode(UserOperations.initCodeOf(userOp));
        bytes calldata callData = UserOperations.callDataOf(userOp);
        // Shorter calldata is padded with zeros, and the selector has none.
        if (bytes4(callData) != IERC7579Execution.execute.selector) {
            revert ISessionErrors.OperationSelectorNotAllowed(bytes4(callData));
        }
        _requireSignatureLength(UserOperations.signatureOf(userOp).length);
        _requireNonceKey(userOp.nonce >> 64);
        return callData.length;
    }

    /// @dev Four elements, or a grant behind them whose principal's signature is not too long: whoever brings it pays
    /// nothing for its bytes.
    function _requireSignatureLength(uint256 length) private pure {
        if (length == SIGNATURE_SIZE || (length >= GrantEnvelope.MIN_SIZE && length <= _MAX_SIGNATURE_SIZE)) return;
        uint256 required = length < GrantEnvelope.MIN_SIZE ? SIGNATURE_SIZE : _MAX_SIGNATURE_SIZE;
        revert ISessionErrors.SignatureLengthInvalid(length, required);
    }

    /// @dev Empty, or the bare marker of an EIP-7702 wallet, as Latchkey has it.
    function _requireInitCode(bytes calldata initCode) private pure {
        uint256 length = initCode.length;
        if (length == 0) return;
        if (length == 2 && bytes2(initCode) == _EIP7702_MARKER) return;
        if (length == 20 && bytes20(initCode) == bytes20(_EIP7702_MARKER)) return;
        revert ISessionErrors.InitCodeNotAllowed(length);
    }

    /// @dev Where the 192-bit keys of the known families have the validator; docs/guides/accounts.md has the layouts.
    function _requireNonceKey(uint256 nonceKey) private view {
        uint256 validator = uint160(LATCHKEY);
        // `validator (20) | lane (4)`: OpenZeppelin's accounts, the ERC-7579 reference account, Safe7579.
        if (nonceKey >> 32 == validator) return;
        // `lane (3) | mode (1) | validator (20)`, mode 0: Nexus.
        if (uint168(nonceKey) == validator) return;
        // `mode (1) | type (1) | validator (20) | lane (2)`, mode 0, type 1: Kernel.
        if (nonceKey >> 16 == (1 << 160) | validator) return;
        revert NonceKeyNotAllowed(uint192(nonceKey), LATCHKEY);
    }

    function _requireRecipient(address recipient) private view {
        if (recipient == address(0) || recipient == address(_ENTRY_POINT)) revert RecipientNotAllowed(recipient);
    }
}
