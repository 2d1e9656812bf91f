// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title UpvoteApp
/// @notice One vote per account and post. Knows nothing of sessions: a smart account's session key votes through the
/// account, so the account is the sender.
contract UpvoteApp {
    /// @notice How many upvotes a post has.
    mapping(uint256 postId => uint256) public upvotesOf;

    /// @notice Whether `account` has upvoted a post.
    mapping(address account => mapping(uint256 postId => bool)) public hasUpvoted;

    /// @notice `account` upvoted a post, which has `upvotes` now.
    event Upvoted(address indexed account, uint256 indexed postId, uint256 upvotes);

    /// @notice Once is enough.
    error AlreadyUpvoted(address account, uint256 postId);

    /// @notice Upvotes a post.
    function upvotePost(uint256 postId) external {
        if (hasUpvoted[msg.sender][postId]) revert AlreadyUpvoted(msg.sender, postId);
        hasUpvoted[msg.sender][postId] = true;
        emit Upvoted(msg.sender, postId, ++upvotesOf[postId]);
    }
}
