// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SocialContract} from "./SocialContract.sol";

/// @title SocialFeed
/// @notice Posts, replies and reposts.
contract SocialFeed is SocialContract {
    /// @notice What an entry of the feed is.
    enum Kind {
        None,
        Post,
        Reply,
        Repost
    }

    /// @notice One entry. Its text stands in the event.
    struct Entry {
        address author;
        Kind kind;
        /// @dev Unix seconds.
        uint40 time;
        /// @dev What is replied to or reposted; 0 for a post.
        uint48 parent;
    }

    /// @notice Longest text, in bytes, inclusive.
    uint256 public maxTextLength;

    /// @notice How many entries there are; the newest one has this number.
    uint256 public entryCount;

    /// @notice How many entries `author` has made.
    mapping(address author => uint256) public entriesOf;

    /// @notice Whether `author` has reposted an entry.
    mapping(address author => mapping(uint256 entryId => bool)) public hasReposted;

    mapping(uint256 entryId => Entry) private _entries;

    /// @notice `author` posted.
    event Posted(address indexed author, uint256 indexed entryId, string text);
    /// @notice `author` replied to `parent`.
    event Replied(address indexed author, uint256 indexed entryId, uint256 indexed parent, string text);
    /// @notice `author` reposted `parent`.
    event Reposted(address indexed author, uint256 indexed entryId, uint256 indexed parent);
    /// @notice The owner set the longest text, in bytes, inclusive.
    event MaxTextLengthSet(uint256 maxTextLength);

    /// @notice The text is empty or above `limit` bytes, inclusive.
    error TextLengthInvalid(uint256 length, uint256 limit);
    /// @notice There is no such entry.
    error EntryUnknown(uint256 entryId);
    /// @notice Once is enough.
    error AlreadyReposted(address author, uint256 entryId);

    constructor(address forwarder, address owner, uint256 maxTextLength_) SocialContract(forwarder, owner) {
        _setMaxTextLength(maxTextLength_);
    }

    /// @notice Posts a text.
    function post(string calldata text) external returns (uint256 entryId) {
        _requireText(text);
        entryId = _add(Kind.Post, 0);
        emit Posted(_msgSender(), entryId, text);
    }

    /// @notice Replies to an entry.
    function reply(uint256 parent, string calldata text) external returns (uint256 entryId) {
        requireEntry(parent);
        _requireText(text);
        entryId = _add(Kind.Reply, parent);
        emit Replied(_msgSender(), entryId, parent, text);
    }

    /// @notice Reposts an entry.
    function repost(uint256 parent) external returns (uint256 entryId) {
        requireEntry(parent);
        address author = _msgSender();
        if (hasReposted[author][parent]) revert AlreadyReposted(author, parent);
        hasReposted[author][parent] = true;
        entryId = _add(Kind.Repost, parent);
        emit Reposted(author, entryId, parent);
    }

    /// @notice Sets the longest text, in bytes, inclusive.
    function setMaxTextLength(uint256 maxTextLength_) external onlyOwner {
        _setMaxTextLength(maxTextLength_);
    }

    /// @notice One entry; all zeros if there is none.
    function entryOf(uint256 entryId) external view returns (Entry memory) {
        return _entries[entryId];
    }

    /// @notice Reverts if there is no such entry.
    function requireEntry(uint256 entryId) public view {
        if (entryId == 0 || entryId > entryCount) revert EntryUnknown(entryId);
    }

    function _add(Kind kind, uint256 parent) private returns (uint256 entryId) {
        address author = _msgSender();
        entryId = ++entryCount;
        ++entriesOf[author];
        // Every entry costs gas; 2**48 of them cannot be made.
        _entries[entryId] = Entry(author, kind, uint40(block.timestamp), uint48(parent));
    }

    function _requireText(string calldata text) private view {
        uint256 length = bytes(text).length;
        if (length == 0 || length > maxTextLength) revert TextLengthInvalid(length, maxTextLength);
    }

    function _setMaxTextLength(uint256 maxTextLength_) private {
        maxTextLength = maxTextLength_;
        emit MaxTextLengthSet(maxTextLength_);
    }
}
