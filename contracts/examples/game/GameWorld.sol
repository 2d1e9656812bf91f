// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {SessionAware} from "../../dapp/SessionAware.sol";
import {ISessionConsumer} from "../../interfaces/ISessionConsumer.sol";
import {ISessionRegistry} from "../../interfaces/ISessionRegistry.sol";

/// @title GameWorld
/// @notice A world in which each player has a storage of its own. The player writes by its wallet, or by a session key
/// that its wallet has registered with Latchkey; whoever sends, what is written is the player's. Each write is debt of
/// the player, settled out of a credit pool that anyone may fill.
/// @dev The world keeps no sessions. A session starts with `registerSession`, under a policy of app `APP` that allows
/// 60 seconds .. 7 days and names this contract with `consumable` permissions, in lane 0: one at a time per player. It
/// ends by `revokeSession`, by `deactivateSession`, or by itself.
contract GameWorld is SessionAware, Ownable {
    /// @notice What belongs to one player.
    struct PlayerStorage {
        /// @dev Set once, when the storage is created. No function changes it.
        address canonicalOwner;
        /// @dev Writes that are not settled.
        uint32 debt;
        /// @dev The scene that the player is in; 0 for none.
        uint64 scene;
    }

    /// @notice The app of the world's policies.
    bytes32 public constant APP = "game-world";

    /// @notice What one write costs, in wei.
    uint128 public writePrice;

    /// @notice A player with this much debt writes no more until it is settled. In writes.
    uint32 public debtLimit;

    /// @notice What is there to settle debt with, in wei.
    uint256 public credit;

    /// @notice What settling has earned, in wei.
    uint256 public earned;

    /// @notice How often a player was hit.
    mapping(address player => uint256) public hitsOf;

    /// @notice A field of a player's storage.
    mapping(address player => mapping(bytes32 field => bytes32)) public fieldOf;

    mapping(address player => PlayerStorage) private _storages;

    /// @notice `player` has a storage from now on.
    event StorageCreated(address indexed player);
    /// @notice A field of `player` was set.
    event FieldSet(address indexed player, bytes32 indexed field, bytes32 value);
    /// @notice A field of `player` was deleted.
    event FieldDeleted(address indexed player, bytes32 indexed field);
    /// @notice `player` is in a scene.
    event SceneJoined(address indexed player, uint64 indexed scene);
    /// @notice `player` has left a scene.
    event SceneLeft(address indexed player, uint64 indexed scene);
    /// @notice `player` hit `target`.
    event Hit(address indexed player, address indexed target, uint64 indexed scene);
    /// @notice `settled` writes of `player` were paid with `cost` wei; `left` writes are still debt.
    event WritesSettled(address indexed player, uint256 settled, uint256 cost, uint256 left);
    /// @notice There was not enough credit for one write of `player`; `left` writes are still debt.
    event SettlementSkipped(address indexed player, uint256 left);
    /// @notice `funder` added `value` wei to the credit.
    event CreditFunded(address indexed funder, uint256 value);
    /// @notice The owner took `value` wei of what settling has earned.
    event EarningsWithdrawn(address indexed to, uint256 value);
    /// @notice The owner set the price of a write, in wei, and the most debt of a player, in writes.
    event SettingsSet(uint128 writePrice, uint32 debtLimit);

    /// @notice The player already has a storage.
    error StorageExists(address player);
    /// @notice The player has no storage.
    error StorageUnknown(address player);
    /// @notice The player has to settle first. In writes; refused from `limit` on.
    error DebtLimitExceeded(address player, uint256 debt, uint256 limit);
    /// @notice Scenes are numbered from 1.
    error SceneUnknown(uint64 scene);
    /// @notice The player is not in this scene.
    error NotInScene(address player, uint64 scene);
    /// @notice The recipient did not take the value, in wei.
    error WithdrawalFailed(address to, uint256 value);

    /// @param writePrice_ wei
    /// @param debtLimit_ writes
    constructor(
        ISessionConsumer latchkey,
        address owner,
        uint128 writePrice_,
        uint32 debtLimit_
    ) SessionAware(latchkey) Ownable(owner) {
        _setSettings(writePrice_, debtLimit_);
    }

    /// @dev Counts one write of `player`, whoever sends it.
    modifier charged(address player) {
        PlayerStorage storage own = _storages[player];
        if (own.canonicalOwner == address(0)) revert StorageUnknown(player);
        if (own.debt >= debtLimit) revert DebtLimitExceeded(player, own.debt, debtLimit);
        ++own.debt;
        _;
    }

    /// @notice Creates the caller's storage.
    function createStorage() external {
        if (_storages[msg.sender].canonicalOwner != address(0)) revert StorageExists(msg.sender);
        _storages[msg.sender].canonicalOwner = msg.sender;
        emit StorageCreated(msg.sender);
    }

    /// @notice Sets a field of the player's storage.
    function setField(
        address player,
        bytes32 field,
        bytes32 value
    ) external onlyPrincipalOrSession(player) charged(player) {
        fieldOf[player][field] = value;
        emit FieldSet(player, field, value);
    }

    /// @notice Deletes a field of the player's storage.
    function deleteField(address player, bytes32 field) external onlyPrincipalOrSession(player) charged(player) {
        delete fieldOf[player][field];
        emit FieldDeleted(player, field);
    }

    /// @notice Brings the player into a scene, out of any other.
    function joinScene(address player, uint64 scene) external onlyPrincipalOrSession(player) charged(player) {
        if (scene == 0) revert SceneUnknown(scene);
        _storages[player].scene = scene;
        emit SceneJoined(player, scene);
    }

    /// @notice Takes the player out of its scene.
    function leaveScene(address player, uint64 scene) external onlyPrincipalOrSession(player) charged(player) {
        _requireInScene(player, scene);
        _storages[player].scene = 0;
        emit SceneLeft(player, scene);
    }

    /// @notice Hits another player in the same scene: a write to the storage of `target`, at the cost of `player`.
    function hit(address player, address target, uint64 scene) external onlyPrincipalOrSession(player) charged(player) {
        _requireInScene(player, scene);
        _requireInScene(target, scene);
        ++hitsOf[target];
        emit Hit(player, target, scene);
    }

    /// @notice Settles as many writes of `player` as the credit pays for: all, some or none. By anyone; never reverts
    /// for lack of credit, so it can stand in front of any write.
    /// @return settled writes
    function settleWrites(address player) external returns (uint256 settled) {
        PlayerStorage storage own = _storages[player];
        uint256 debt = own.debt;
        if (debt == 0) return 0;
        settled = writePrice == 0 ? debt : Math.min(debt, credit / writePrice);
        if (settled == 0) {
            emit SettlementSkipped(player, debt);
            return 0;
        }
        uint256 cost = settled * writePrice;
        credit -= cost;
        earned += cost;
        // `settled` is at most `debt`, which is 32 bits wide.
        own.debt = uint32(debt - settled);
        emit WritesSettled(player, settled, cost, debt - settled);
    }

    /// @notice Adds `msg.value`, in wei, to the credit.
    function fundCredit() external payable {
        credit += msg.value;
        emit CreditFunded(msg.sender, msg.value);
    }

    /// @notice Sends what settling has earned to `to`.
    function withdrawEarnings(address payable to) external onlyOwner {
        uint256 value = earned;
        earned = 0;
        emit EarningsWithdrawn(to, value);
        (bool success, ) = to.call{value: value}("");
        if (!success) revert WithdrawalFailed(to, value);
    }

    /// @notice Sets the price of a write, in wei, and the most debt of a player, in writes.
    function setSettings(uint128 writePrice_, uint32 debtLimit_) external onlyOwner {
        _setSettings(writePrice_, debtLimit_);
    }

    /// @notice The player's storage; all zeros if there is none.
    function storageOf(address player) external view returns (PlayerStorage memory) {
        return _storages[player];
    }

    /// @notice Whether `sender` is the canonical owner of the player's storage or its live session key here.
    /// @dev For screens. A write asks by consuming, which knows methods, rules and calls too.
    function isWriteAuthorized(address player, address sender) external view returns (bool) {
        return _storages[player].canonicalOwner != address(0) && _isPrincipalOrSession(player, sender);
    }

    /// @notice The player's one live session key; `address(0)` if there is none.
    function activeSession(address player) external view returns (address key) {
        return ISessionRegistry(address(LATCHKEY)).activeSession(player, APP, 0);
    }

    function _requireInScene(address player, uint64 scene) private view {
        if (scene == 0 || _storages[player].scene != scene) revert NotInScene(player, scene);
    }

    function _setSettings(uint128 writePrice_, uint32 debtLimit_) private {
        (writePrice, debtLimit) = (writePrice_, debtLimit_);
        emit SettingsSet(writePrice_, debtLimit_);
    }
}
