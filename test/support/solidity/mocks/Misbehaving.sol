// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A principal that answers ERC-1271 with whatever bytes it was told.
contract AnsweringPrincipal {
    enum Manner {
        Returns,
        Reverts,
        Writes,
        Bombs
    }

    bytes private _answer;
    Manner private _manner;
    uint256 private _written;

    function prepare(bytes calldata answer, Manner manner) external {
        (_answer, _manner) = (answer, manner);
    }

    fallback() external {
        bytes memory answer = _answer;
        if (_manner == Manner.Writes) _written = 1;
        bool reverts = _manner == Manner.Reverts;
        uint256 size = _manner == Manner.Bombs ? 1_048_576 : answer.length;
        assembly {
            if reverts {
                revert(add(answer, 0x20), size)
            }
            return(add(answer, 0x20), size)
        }
    }
}

/// @notice An account that takes any executor call and does nothing, or far too much.
contract IdleAccount {
    enum Manner {
        Idle,
        ReturnsMegabyte,
        RevertsMegabyte,
        BurnsGas
    }

    Manner public manner;
    uint256 public gasAtEntry;

    function setManner(Manner manner_) external {
        manner = manner_;
    }

    fallback() external payable {
        uint256 available = gasleft();
        if (manner == Manner.ReturnsMegabyte) {
            assembly {
                return(0, 1048576)
            }
        }
        if (manner == Manner.RevertsMegabyte) {
            assembly {
                revert(0, 1048576)
            }
        }
        if (manner == Manner.BurnsGas) {
            assembly {
                invalid()
            }
        }
        if (available > 25_000) gasAtEntry = available;
        // An empty list of results: an account that has acted.
        assembly {
            mstore(0x00, 0x20)
            mstore(0x20, 0)
            return(0x00, 0x40)
        }
    }

    receive() external payable {}
}

/// @notice An ERC-20 that calls out in the middle of a transfer, and remembers what came back.
contract CallingToken is ERC20 {
    address private _callee;
    bytes private _data;
    bool public succeeded;
    bytes public answer;

    constructor(address holder) ERC20("Caller", "CALL") {
        _mint(holder, 1_000_000e18);
    }

    function prepare(address callee, bytes calldata data) external {
        (_callee, _data) = (callee, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_callee == address(0)) return;
        address callee = _callee;
        _callee = address(0);
        (succeeded, answer) = callee.call(_data);
    }
}
