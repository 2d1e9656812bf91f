// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SocialContract} from "./SocialContract.sol";
import {SocialFeed} from "./SocialFeed.sol";

/// @title SocialEngagement
/// @notice Likes, reactions and bookmarks.
contract SocialEngagement is SocialContract {
    /// @notice The feed whose entries are liked.
    SocialFeed public immutable FEED;

    /// @notice Highest reaction, inclusive; they are numbered from 1.
    uint8 public maxReaction;

    /// @notice How many accounts like an entry.
    mapping(uint256 entryId => uint256) public likesOf;

    /// @notice Whether `account` likes an entry.
    mapping(address account => mapping(uint256 entryId => bool)) public likes;

    /// @notice The reaction of `account` to an entry; 0 for none.
    mapping(address account => mapping(uint256 entryId => uint8)) public reactionOf;

    /// @notice Whether `account` has bookmarked an entry.
    mapping(address account => mapping(uint256 entryId => bool)) public hasBookmarked;

    /// @notice `account` likes an entry.
    event Liked(address indexed account, uint256 indexed entryId);
    /// @notice `account` reacted to an entry.
    event Reacted(address indexed account, uint256 indexed entryId, uint8 reaction);
    /// @notice `account` bookmarked an entry.
    event Bookmarked(address indexed account, uint256 indexed entryId);
    /// @notice The owner set the highest reaction, inclusive.
    event MaxReactionSet(uint8 maxReaction);

    /// @notice Once is enough.
    error AlreadyLiked(address account, uint256 entryId);
    /// @notice Once is enough.
    error AlreadyBookmarked(address account, uint256 entryId);
    /// @notice Reactions are numbered 1 .. `limit`, inclusive.
    error ReactionUnknown(uint8 reaction, uint8 limit);

    constructor(
        address forwarder,
        address owner,
        SocialFeed feed,
        uint8 maxReaction_
    ) SocialContract(forwarder, owner) {
        FEED = feed;
        _setMaxReaction(maxReaction_);
    }

    /// @notice Likes an entry.
    function like(uint256 entryId) external {
        FEED.requireEntry(entryId);
        address account = _msgSender();
        if (likes[account][entryId]) revert AlreadyLiked(account, entryId);
        likes[account][entryId] = true;
        ++likesOf[entryId];
        emit Liked(account, entryId);
    }

    /// @notice Reacts to an entry, in place of an earlier reaction.
    function react(uint256 entryId, uint8 reaction) external {
        FEED.requireEntry(entryId);
        if (reaction == 0 || reaction > maxReaction) revert ReactionUnknown(reaction, maxReaction);
        address account = _msgSender();
        reactionOf[account][entryId] = reaction;
        emit Reacted(account, entryId, reaction);
    }

    /// @notice Bookmarks an entry.
    function bookmark(uint256 entryId) external {
        FEED.requireEntry(entryId);
        address account = _msgSender();
        if (hasBookmarked[account][entryId]) revert AlreadyBookmarked(account, entryId);
        hasBookmarked[account][entryId] = true;
        emit Bookmarked(account, entryId);
    }

    /// @notice Sets the highest reaction, inclusive.
    function setMaxReaction(uint8 maxReaction_) external onlyOwner {
        _setMaxReaction(maxReaction_);
    }

    function _setMaxReaction(uint8 maxReaction_) private {
        maxReaction = maxReaction_;
        emit MaxReactionSet(maxReaction_);
    }
}
