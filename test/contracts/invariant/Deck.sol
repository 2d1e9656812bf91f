// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Says what a handler does next: in random order, but each kind as often as the deck has cards of it, so that
/// what a run must reach hangs on no seed.
abstract contract Deck {
    uint256[] private _deck;
    uint256[] private _left;
    uint256 private _leftInAll;

    /// @notice How many cards were drawn.
    uint256 public steps;

    /// @dev How many cards there are of each kind.
    function _setDeck(uint256[] memory cards) internal {
        _deck = cards;
    }

    function _draw(uint256 seed) internal returns (uint256 kind) {
        if (_leftInAll == 0) {
            _left = _deck;
            for (uint256 i = 0; i < _deck.length; ++i) _leftInAll += _deck[i];
        }
        uint256 card = seed % _leftInAll;
        for (; card >= _left[kind]; ++kind) card -= _left[kind];
        --_left[kind];
        --_leftInAll;
        ++steps;
    }
}
