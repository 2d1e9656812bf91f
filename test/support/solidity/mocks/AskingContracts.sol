// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {SessionAware} from "../../../../contracts/dapp/SessionAware.sol";
import {SessionSpender} from "../../../../contracts/dapp/SessionSpender.sol";
import {ISessionConsumer} from "../../../../contracts/interfaces/ISessionConsumer.sol";

/// @notice The ten lines of the guide.
contract Notes is SessionAware {
    mapping(address principal => string note) public noteOf;

    constructor(ISessionConsumer latchkey) SessionAware(latchkey) {}

    function write(address principal, string calldata note) external onlyPrincipalOrSession(principal) {
        noteOf[principal] = note;
    }
}

/// @notice All that a dApp can get wrong, or be attacked with, around the modifier.
contract Counter is SessionAware, Multicall {
    using SessionSpender for IERC20;

    mapping(address principal => uint256 count) public countOf;
    mapping(address principal => uint256 amount) public paidBy;

    constructor(ISessionConsumer latchkey) SessionAware(latchkey) {}

    function add(address principal, uint256 amount) public onlyPrincipalOrSession(principal) {
        countOf[principal] += amount;
    }

    function addPaid(address principal, uint256 amount) external payable onlyPrincipalOrSession(principal) {
        countOf[principal] += amount;
    }

    /// @dev No modifier: closed to everyone but the principal itself by its own means.
    function reset(address principal) external {
        require(msg.sender == principal, "not the principal");
        countOf[principal] = 0;
    }

    /// @dev Calls the modified function internally: `msg.data` stays this function's.
    function addTwice(address principal, uint256 amount) external {
        add(principal, amount);
        add(principal, amount);
    }

    /// @dev Calls the modified function from outside: the sender is this contract.
    function addThroughThis(address principal, uint256 amount) external {
        this.add(principal, amount);
    }

    /// @dev The right way: the amount that is pulled is the word that the policy declares.
    function pay(address principal, IERC20 token, uint256 amount) external onlyPrincipalOrSession(principal) {
        paidBy[principal] += amount;
        token.pull(principal, address(this), amount, 2);
    }

    /// @dev The wrong way: another amount than the declared word's.
    function payDouble(address principal, IERC20 token, uint256 amount) external onlyPrincipalOrSession(principal) {
        paidBy[principal] += 2 * amount;
        token.pull(principal, address(this), 2 * amount, 2);
    }

    /// @dev The wrong way: a word that the calldata does not have.
    function payNowhere(address principal, IERC20 token, uint256 amount) external onlyPrincipalOrSession(principal) {
        token.pull(principal, address(this), amount, 200);
    }

    /// @dev A constant price.
    function payFixed(address principal, IERC20 token) external onlyPrincipalOrSession(principal) {
        paidBy[principal] += 1e18;
        token.pullFixed(principal, address(this), 1e18);
    }

    /// @dev The wrong way: asks, and consumes nothing.
    function addByView(address principal, uint256 amount) external {
        require(_isPrincipalOrSession(principal, msg.sender), "not valid here");
        countOf[principal] += amount;
    }

    /// @dev Whom `isValidFor` knows here.
    function knows(address principal, address key) external view returns (bool) {
        return _isPrincipalOrSession(principal, key);
    }
}
