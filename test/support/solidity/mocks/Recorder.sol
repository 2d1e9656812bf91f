// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Remembers how it was called.
contract Recorder {
    struct Seen {
        address sender;
        uint256 value;
        bytes data;
    }

    Seen[] private _seen;

    error Failed(uint256 number);

    receive() external payable {
        _record();
    }

    fallback() external payable {
        _record();
    }

    function act(uint256) external payable {
        _record();
    }

    function pay() external payable {
        _record();
    }

    function fail(uint256 number) external pure {
        revert Failed(number);
    }

    function count() external view returns (uint256) {
        return _seen.length;
    }

    function seen(uint256 position) external view returns (Seen memory) {
        return _seen[position];
    }

    function _record() private {
        _seen.push(Seen(msg.sender, msg.value, msg.data));
    }
}
