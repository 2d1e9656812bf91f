// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice An ERC-20 that says one thing and does another.
contract LyingToken is ERC20 {
    enum Lie {
        None,
        ReturnsFalse,
        ReturnsNothing,
        MovesNothing,
        TakesFee,
        TakesMore,
        ReturnsTwo,
        RevertsSilently,
        GivesBack
    }

    Lie public lie;

    constructor(address holder) ERC20("Liar", "LIE") {
        _mint(holder, 1_000_000e18);
    }

    function setLie(Lie lie_) external {
        lie = lie_;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (lie == Lie.ReturnsFalse) return false;
        if (lie == Lie.MovesNothing) return true;
        if (lie == Lie.RevertsSilently) {
            assembly {
                revert(0, 0)
            }
        }
        _spendAllowance(from, msg.sender, amount);
        if (lie == Lie.TakesMore) {
            _transfer(from, to, amount + 1);
        } else {
            _transfer(from, to, amount);
        }
        if (lie == Lie.TakesFee) _burn(to, amount / 100);
        if (lie == Lie.GivesBack) _mint(from, amount);
        if (lie == Lie.ReturnsNothing) {
            assembly {
                return(0, 0)
            }
        }
        if (lie == Lie.ReturnsTwo) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        return true;
    }
}
