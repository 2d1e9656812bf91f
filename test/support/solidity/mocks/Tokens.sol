// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A contract that knows nothing of ERC-165: any ERC-20.
contract Fungible {
    function decimals() external pure returns (uint8) {
        return 18;
    }
}

/// @notice Answers ERC-165 for itself and one interface, and `decimals()` like a token.
contract Introspective is Fungible {
    bytes4 private immutable INTERFACE;

    constructor(bytes4 interfaceId) {
        INTERFACE = interfaceId;
    }

    function supportsInterface(bytes4 interfaceId) external view returns (bool) {
        return interfaceId == 0x01ffc9a7 || interfaceId == INTERFACE;
    }
}

/// @notice Answers every call with the same word: says yes to 0xffffffff, and so does not speak ERC-165.
contract YesSayer {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(true);
    }
}

/// @notice Burns all the gas that it is asked for its interfaces with.
contract GasEater is Fungible {
    function supportsInterface(bytes4) external view returns (bool) {
        while (gasleft() > 0) {}
        return true;
    }
}

/// @notice Knows nothing of decimals.
contract WithoutDecimals {
    function transfer(address, uint256) external pure returns (bool) {
        return true;
    }
}

/// @notice Answers `decimals()`, and nothing else, with these bytes.
contract Decimals {
    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    function decimals() external view {
        bytes memory answer = _answer;
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice What it does not know is a deposit, as in WETH9: it writes.
contract WrappedCoin {
    uint8 public decimals = 18;
    mapping(address => uint256) public balanceOf;

    fallback() external payable {
        balanceOf[msg.sender] += msg.value;
    }

    receive() external payable {
        balanceOf[msg.sender] += msg.value;
    }
}

/// @notice Decimals as a whole word and transfers that return nothing, as in USDT.
contract OldStable {
    uint256 public decimals = 6;

    function transfer(address, uint256) external {}
}

/// @notice As in ERC-404: a number is an amount or an id, and only the second answers ERC-165, for itself.
contract Hybrid is Introspective {
    mapping(uint256 id => address) public getApproved;

    constructor() Introspective(0x01ffc9a7) {}
}

/// @notice As in CryptoKitties: the draft of ERC-721 has another interface id, `transfer(address,uint256)` moves an id.
contract OldCollection {
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 || interfaceId == 0x9a20483d;
    }

    function transfer(address, uint256) external {}
}

/// @notice Shares of what it holds.
contract SharesVault is Fungible {
    address private immutable ASSET;

    constructor(address asset_) {
        ASSET = asset_;
    }

    function asset() external view returns (address) {
        return ASSET;
    }
}

/// @notice Tries to publish a policy while it is asked what it is.
contract Reentrant {
    address private immutable STORE;
    bytes private publication;

    constructor(address store) {
        STORE = store;
    }

    function set(bytes calldata publication_) external {
        publication = publication_;
    }

    function decimals() external returns (uint8) {
        (bool success, ) = STORE.call(publication);
        return success ? 0 : 18;
    }

    function supportsInterface(bytes4 interfaceId) external returns (bool) {
        (bool success, ) = STORE.call(publication);
        return success || interfaceId == 0x01ffc9a7;
    }
}

/// @notice A collection that answers as one only if it has some gas left, as one behind several proxies.
contract Starvable is Fungible {
    bytes4 private immutable INTERFACE;

    constructor(bytes4 interfaceId) {
        INTERFACE = interfaceId;
    }

    function supportsInterface(bytes4 interfaceId) external view returns (bool) {
        if (gasleft() < 90_000) return false;
        return interfaceId == 0x01ffc9a7 || interfaceId == INTERFACE;
    }
}

/// @notice Answers `asset()`, and nothing else, with these bytes.
contract Vault {
    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    function asset() external view {
        bytes memory answer = _answer;
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
