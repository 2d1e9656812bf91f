// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {SessionSpender} from "../../dapp/SessionSpender.sol";
import {SocialContract} from "./SocialContract.sol";
import {SocialFees} from "./SocialFees.sol";

/// @title SocialMarket
/// @notice Things for POKE.
/// @dev What a policy declares: `buy(uint256,uint256,address)` spends argument "1" of POKE, and its recipient, "2", `is
/// the principal`.
contract SocialMarket is SocialFees {
    using SessionSpender for IERC20;

    /// @notice Something for sale.
    struct Listing {
        address seller;
        /// @dev Pieces left.
        uint96 stock;
        /// @dev Base units for one.
        uint256 price;
    }

    /// @dev Head word of `buy` that holds the price.
    uint256 private constant BUY_PRICE_WORD = 1;

    /// @notice How many listings there are; the newest one has this number.
    uint256 public listingCount;

    /// @notice Seller, pieces left, and price in base units.
    mapping(uint256 listingId => Listing) public listings;

    /// @notice How many pieces of a listing `holder` has.
    mapping(address holder => mapping(uint256 listingId => uint256)) public holdingOf;

    /// @notice `seller` listed something for `price` base units each.
    event Listed(address indexed seller, uint256 indexed listingId, uint256 price, uint96 stock, string item);
    /// @notice `seller` took it off the market.
    event Unlisted(address indexed seller, uint256 indexed listingId);
    /// @notice `buyer` bought one for `recipient`, at `price` base units.
    event Bought(address indexed buyer, address indexed recipient, uint256 indexed listingId, uint256 price);

    /// @notice There is none left, or there never was one.
    error NotForSale(uint256 listingId);
    /// @notice The price has changed, in base units.
    error PriceChanged(uint256 listingId, uint256 price, uint256 offered);
    /// @notice Only the seller may.
    error NotTheSeller(address account, uint256 listingId);
    /// @notice Nobody would receive it.
    error RecipientMissing();

    constructor(
        address forwarder,
        address owner,
        IERC20 poke_,
        address treasury_,
        uint16 fee_
    ) SocialContract(forwarder, owner) SocialFees(poke_, treasury_, fee_) {}

    /// @notice Puts `stock` pieces on the market for `price` base units each.
    function list(string calldata item, uint256 price, uint96 stock) external returns (uint256 listingId) {
        listingId = ++listingCount;
        listings[listingId] = Listing(_msgSender(), stock, price);
        emit Listed(_msgSender(), listingId, price, stock, item);
    }

    /// @notice Takes what is left of a listing off the market.
    function unlist(uint256 listingId) external {
        address account = _msgSender();
        if (listings[listingId].seller != account) revert NotTheSeller(account, listingId);
        listings[listingId].stock = 0;
        emit Unlisted(account, listingId);
    }

    /// @notice Buys one piece for `recipient`.
    /// @param price what the buyer expects to pay, in base units
    function buy(uint256 listingId, uint256 price, address recipient) external {
        Listing storage listing = listings[listingId];
        if (listing.stock == 0) revert NotForSale(listingId);
        if (listing.price != price) revert PriceChanged(listingId, listing.price, price);
        if (recipient == address(0)) revert RecipientMissing();
        address buyer = _msgSender();
        --listing.stock;
        ++holdingOf[recipient][listingId];
        emit Bought(buyer, recipient, listingId, price);
        POKE.pull(buyer, address(this), price, BUY_PRICE_WORD);
        _payOut(listing.seller, price);
    }
}
