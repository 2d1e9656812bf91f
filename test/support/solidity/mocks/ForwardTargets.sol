// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionForwarder} from "../../../../contracts/interfaces/ISessionForwarder.sol";

/// @notice Trusts any forwarder, and remembers how it was called.
contract OpenTarget {
    bytes public calledWith;
    address public caller;

    error Refused(uint256 reason);

    function isTrustedForwarder(address) external pure returns (bool) {
        return true;
    }

    function note() external returns (uint256) {
        (calledWith, caller) = (msg.data, msg.sender);
        return 42;
    }

    function refuse() external pure {
        revert Refused(7);
    }

    function refuseSilently() external pure {
        assembly {
            revert(0, 0)
        }
    }

    function returnBytes(uint256 size) external pure {
        assembly {
            for {
                let i := 0
            } lt(i, size) {
                i := add(i, 1)
            } {
                mstore8(i, add(i, 1))
            }
            return(0, size)
        }
    }

    function returnMegabyte() external pure {
        assembly {
            return(0, 1048576)
        }
    }

    function revertMegabyte() external pure {
        assembly {
            revert(0, 1048576)
        }
    }

    function burnGas() external pure {
        assembly {
            invalid()
        }
    }

    fallback() external {
        (calledWith, caller) = (msg.data, msg.sender);
    }
}

/// @notice Answers `isTrustedForwarder` with whatever bytes it was built with.
contract AnsweringTarget {
    bytes private _answer;
    bool private _reverts;
    uint256 public calls;

    constructor(bytes memory answer, bool reverts) {
        (_answer, _reverts) = (answer, reverts);
    }

    function isTrustedForwarder(address) external view {
        bytes memory answer = _answer;
        bool reverts = _reverts;
        assembly {
            if reverts {
                revert(add(answer, 0x20), mload(answer))
            }
            return(add(answer, 0x20), mload(answer))
        }
    }

    function note() external {
        ++calls;
    }
}

/// @notice Answers `isTrustedForwarder` with a megabyte that starts with 1.
contract BombTarget {
    function isTrustedForwarder(address) external pure {
        assembly {
            mstore(0, 1)
            return(0, 1048576)
        }
    }

    function note() external {}
}

/// @notice Writes down how much gas its very first instruction had.
contract GasTarget {
    uint256 public gasAtEntry;

    fallback() external {
        uint256 available;
        assembly {
            available := gas()
        }
        if (msg.sig == bytes4(keccak256("isTrustedForwarder(address)"))) {
            assembly {
                mstore(0, 1)
                return(0, 32)
            }
        }
        // Writing needs gas of its own; a call that has too little to write still counts as made.
        if (available > 25_000) gasAtEntry = available;
    }
}

/// @notice Calls back into the forwarder with what it was told, and passes the outcome on.
contract ReenteringTarget {
    ISessionForwarder private immutable _FORWARDER;
    bytes private _again;
    uint256 public depth;

    constructor(ISessionForwarder forwarder) {
        _FORWARDER = forwarder;
    }

    function isTrustedForwarder(address) external pure returns (bool) {
        return true;
    }

    function prepare(bytes calldata again) external {
        _again = again;
    }

    function enter() external {
        ++depth;
        bytes memory again = _again;
        if (again.length == 0) return;
        delete _again;
        (bool success, bytes memory reason) = address(_FORWARDER).call(again);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}

/// @notice A wallet with code: takes calls of its owner and of its executor, and answers `isTrustedForwarder` like an
/// account whose fallback says yes to everything.
contract GullibleAccount {
    uint256 public touched;

    function touch() external {
        ++touched;
    }

    fallback() external {
        assembly {
            mstore(0, 1)
            return(0, 32)
        }
    }
}
