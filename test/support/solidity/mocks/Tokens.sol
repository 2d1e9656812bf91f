// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A contract that knows nothing of ERC-165: any ERC-20.
contract Fungible {
    function decimals() external pure returns (uint8) {
        return 18;
    }
}

/// @notice Answers ERC-165 for itself and one interface.
contract Introspective {
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

/// @notice Burns all the gas that it is asked with.
contract GasEater {
    function supportsInterface(bytes4) external view returns (bool) {
        while (gasleft() > 0) {}
        return true;
    }
}

/// @notice Tries to publish a policy while it is asked for its interfaces.
contract Reentrant {
    address private immutable STORE;
    bytes private publication;

    constructor(address store) {
        STORE = store;
    }

    function set(bytes calldata publication_) external {
        publication = publication_;
    }

    function supportsInterface(bytes4 interfaceId) external returns (bool) {
        (bool success, ) = STORE.call(publication);
        return success || interfaceId == 0x01ffc9a7;
    }
}
