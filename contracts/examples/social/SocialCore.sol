// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {SessionSpender} from "../../dapp/SessionSpender.sol";
import {LaunchedCoin} from "./LaunchedCoin.sol";
import {SocialContract} from "./SocialContract.sol";
import {SocialFees} from "./SocialFees.sol";

/// @title SocialCore
/// @notice Pokes and drops, for session keys too; coin launches, message keys and native sends, for the wallet alone.
/// @dev What a policy declares: `poke(address,uint256)` spends argument "1" of POKE and opens "0", who is poked;
/// `claimDrop(uint256)` spends the constant `MAX_DROP_PRICE`.
contract SocialCore is SocialFees {
    using SessionSpender for IERC20;

    /// @notice Something that a number of accounts can claim once each.
    struct Drop {
        /// @dev Most claims, inclusive.
        uint128 supply;
        uint128 claimed;
    }

    /// @notice The most that a drop costs, in base units: one POKE. A constant, because policies count it.
    uint256 public constant MAX_DROP_PRICE = 1e18;

    /// @dev Head word of `poke` that holds the amount.
    uint256 private constant POKE_AMOUNT_WORD = 1;

    /// @notice Smallest poke, in base units, inclusive.
    uint256 public minPoke;

    /// @notice What a drop costs, in base units.
    uint256 public dropPrice;

    /// @notice What a coin launch costs, in base units.
    uint256 public launchFee;

    /// @notice How much POKE `account` has poked with, fees included.
    mapping(address account => uint256) public pokedBy;

    /// @notice How much POKE `account` was poked with, before fees.
    mapping(address account => uint256) public pokesOf;

    /// @notice How many drops there are; the newest one has this number.
    uint256 public dropCount;

    /// @notice Supply and claims of a drop.
    mapping(uint256 dropId => Drop) public drops;

    /// @notice Whether `account` has claimed a drop.
    mapping(address account => mapping(uint256 dropId => bool)) public hasClaimed;

    /// @notice The public key that messages to `account` are sealed with.
    mapping(address account => bytes32) public messageKeyOf;

    /// @notice The group key round that `account` has published.
    mapping(address account => mapping(uint256 groupId => bytes32)) public groupKeyOf;

    /// @notice Who launched a coin.
    mapping(address coin => address) public launcherOf;

    /// @notice `account` poked `to` with `amount` base units.
    event Poked(address indexed account, address indexed to, uint256 amount);
    /// @notice The owner opened a drop.
    event DropOpened(uint256 indexed dropId, uint128 supply);
    /// @notice `account` claimed a drop for `price` base units.
    event DropClaimed(address indexed account, uint256 indexed dropId, uint256 price);
    /// @notice `account` launched a coin for `price` base units.
    event CoinLaunched(address indexed account, address indexed coin, uint256 price);
    /// @notice `account` changed its message key.
    event MessageKeyRotated(address indexed account, bytes32 messageKey);
    /// @notice `account` published a group key round.
    event GroupRekeyed(address indexed account, uint256 indexed groupId, bytes32 groupKey);
    /// @notice `account` sent native value, in wei.
    event NativeSent(address indexed account, address indexed to, uint256 value);
    /// @notice The owner set the prices, in base units.
    event PricesSet(uint256 minPoke, uint256 dropPrice, uint256 launchFee);

    /// @notice The poke is below `minimum` base units, inclusive.
    error PokeTooSmall(uint256 amount, uint256 minimum);
    /// @notice Nobody pokes themselves, nobody, or this contract.
    error PokeNotAllowed(address to);
    /// @notice There is no such drop.
    error DropUnknown(uint256 dropId);
    /// @notice All of it is claimed.
    error DropExhausted(uint256 dropId, uint256 supply);
    /// @notice Once is enough.
    error DropAlreadyClaimed(address account, uint256 dropId);
    /// @notice The price is above `limit` base units, inclusive, which is what policies count.
    error DropPriceTooHigh(uint256 price, uint256 limit);
    /// @notice The recipient did not take the value, in wei.
    error NativeSendFailed(address to, uint256 value);

    /// @param minPoke_ base units, inclusive
    /// @param dropPrice_ base units, at most `MAX_DROP_PRICE`
    /// @param launchFee_ base units
    constructor(
        address forwarder,
        address owner,
        IERC20 poke_,
        address treasury_,
        uint16 fee_,
        uint256 minPoke_,
        uint256 dropPrice_,
        uint256 launchFee_
    ) SocialContract(forwarder, owner) SocialFees(poke_, treasury_, fee_) {
        _setPrices(minPoke_, dropPrice_, launchFee_);
    }

    /// @notice Pokes somebody with POKE, the fee taken out of `amount`.
    /// @param amount base units
    function poke(address to, uint256 amount) external {
        address account = _msgSender();
        if (to == account || to == address(0) || to == address(this)) revert PokeNotAllowed(to);
        if (amount < minPoke) revert PokeTooSmall(amount, minPoke);
        pokedBy[account] += amount;
        pokesOf[to] += amount;
        emit Poked(account, to, amount);
        POKE.pull(account, address(this), amount, POKE_AMOUNT_WORD);
        _payOut(to, amount);
    }

    /// @notice Claims a drop for `dropPrice`.
    function claimDrop(uint256 dropId) external {
        address account = _msgSender();
        Drop storage drop = drops[dropId];
        if (drop.supply == 0) revert DropUnknown(dropId);
        if (hasClaimed[account][dropId]) revert DropAlreadyClaimed(account, dropId);
        if (drop.claimed == drop.supply) revert DropExhausted(dropId, drop.supply);
        hasClaimed[account][dropId] = true;
        ++drop.claimed;
        uint256 price = dropPrice;
        emit DropClaimed(account, dropId, price);
        POKE.pullFixed(account, treasury, price);
    }

    /// @notice Launches a coin for `launchFee`, its supply in the caller's hands.
    function launchCoin(
        string calldata name,
        string calldata symbol,
        uint256 supply
    ) external walletOnly returns (address coin) {
        coin = address(new LaunchedCoin(name, symbol, msg.sender, supply));
        launcherOf[coin] = msg.sender;
        uint256 price = launchFee;
        emit CoinLaunched(msg.sender, coin, price);
        POKE.pullFixed(msg.sender, treasury, price);
    }

    /// @notice Changes the key that messages to the caller are sealed with. A session key cannot derive it.
    function rotateMessageKey(bytes32 messageKey) external walletOnly {
        messageKeyOf[msg.sender] = messageKey;
        emit MessageKeyRotated(msg.sender, messageKey);
    }

    /// @notice Publishes the caller's part in a group's next key round.
    function rekeyGroup(uint256 groupId, bytes32 groupKey) external walletOnly {
        groupKeyOf[msg.sender][groupId] = groupKey;
        emit GroupRekeyed(msg.sender, groupId, groupKey);
    }

    /// @notice Sends native value on, and says so.
    function sendNative(address payable to) external payable walletOnly {
        emit NativeSent(msg.sender, to, msg.value);
        (bool success, ) = to.call{value: msg.value}("");
        if (!success) revert NativeSendFailed(to, msg.value);
    }

    /// @notice Opens a drop for `supply` accounts.
    function openDrop(uint128 supply) external onlyOwner returns (uint256 dropId) {
        dropId = ++dropCount;
        drops[dropId].supply = supply;
        emit DropOpened(dropId, supply);
    }

    /// @notice Sets the prices, in base units; the drop price is at most `MAX_DROP_PRICE`.
    function setPrices(uint256 minPoke_, uint256 dropPrice_, uint256 launchFee_) external onlyOwner {
        _setPrices(minPoke_, dropPrice_, launchFee_);
    }

    function _setPrices(uint256 minPoke_, uint256 dropPrice_, uint256 launchFee_) private {
        if (dropPrice_ > MAX_DROP_PRICE) revert DropPriceTooHigh(dropPrice_, MAX_DROP_PRICE);
        (minPoke, dropPrice, launchFee) = (minPoke_, dropPrice_, launchFee_);
        emit PricesSet(minPoke_, dropPrice_, launchFee_);
    }
}
