// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

using SafeERC20 for IERC20;

interface IBurnable {
    function burn(uint256 amount) external;
}

/// @dev In place of Circle's TokenMessenger: takes and burns, for domains that have a peer.
contract TokenMessenger {
    mapping(uint32 domain => bool) public hasPeer;
    uint64 public nonce;

    event DepositForBurn(
        uint64 indexed nonce,
        address indexed burnToken,
        uint256 amount,
        address indexed depositor,
        bytes32 mintRecipient,
        uint32 destinationDomain
    );

    error NoPeer(uint32 domain);

    constructor(uint32[] memory domains) {
        for (uint256 i; i < domains.length; ++i) hasPeer[domains[i]] = true;
    }

    function depositForBurn(uint256 amount, uint32 domain, bytes32 recipient, address token) external returns (uint64) {
        require(hasPeer[domain], NoPeer(domain));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        IBurnable(token).burn(amount);
        emit DepositForBurn(++nonce, token, amount, msg.sender, recipient, domain);
        return nonce;
    }
}

/// @dev In place of Compound's Comet: the base asset is lent, other assets are collateral, and who takes out more of
/// the base asset than it has lent borrows it.
contract LendingMarket {
    address public immutable BASE;
    /// @dev Base units lent; negative for debt.
    mapping(address account => int256) public balance;
    mapping(address account => mapping(address asset => uint256)) public collateral;
    /// @dev Who is good for any debt: there are no prices here.
    mapping(address account => bool) public collateralized;

    error NotCollateralized();

    constructor(address base) {
        BASE = base;
    }

    function supply(address asset, uint256 amount) external {
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        if (asset == BASE) balance[msg.sender] += int256(amount);
        else collateral[msg.sender][asset] += amount;
    }

    function withdraw(address asset, uint256 amount) external {
        _withdraw(msg.sender, asset, amount);
    }

    function withdrawTo(address to, address asset, uint256 amount) external {
        _withdraw(to, asset, amount);
    }

    function setCollateralized(address account) external {
        collateralized[account] = true;
    }

    function _withdraw(address to, address asset, uint256 amount) private {
        if (asset == BASE) balance[msg.sender] -= int256(amount);
        else collateral[msg.sender][asset] -= amount;
        require(balance[msg.sender] >= 0 || collateralized[msg.sender], NotCollateralized());
        IERC20(asset).safeTransfer(to, amount);
    }
}

/// @dev In place of a stable pool of Curve: swaps its coins one for one by value, less the fee.
contract StablePool {
    uint256 private constant FEE = 4;
    uint256 private constant WHOLE = 10_000;

    address[3] public coins;
    uint256[3] private _units;

    error ExchangeResultedInFewerCoins();

    constructor(address[3] memory coins_, uint256[3] memory units) {
        coins = coins_;
        _units = units;
    }

    function exchange(int128 i, int128 j, uint256 dx, uint256 minDy) external {
        uint256 from = uint256(int256(i));
        uint256 to = uint256(int256(j));
        uint256 dy = (dx * _units[to] * (WHOLE - FEE)) / _units[from] / WHOLE;
        require(dy >= minDy, ExchangeResultedInFewerCoins());
        IERC20(coins[from]).safeTransferFrom(msg.sender, address(this), dx);
        IERC20(coins[to]).safeTransfer(msg.sender, dy);
    }
}

/// @dev In place of Lido: a share for each wei.
contract StakedEther is ERC20("Liquid staked Ether", "stETH") {
    event Submitted(address indexed sender, uint256 amount, address referral);

    function submit(address referral) external payable returns (uint256) {
        _mint(msg.sender, msg.value);
        emit Submitted(msg.sender, msg.value, referral);
        return msg.value;
    }
}

/// @dev A collection that lets one minter mint.
contract Collection is ERC721("Collection", "COL") {
    address public immutable MINTER;
    uint256 public minted;

    error OnlyMinter();

    constructor(address minter) {
        MINTER = minter;
    }

    function mintSeaDrop(address to, uint256 quantity) external {
        require(msg.sender == MINTER, OnlyMinter());
        for (uint256 i; i < quantity; ++i) _mint(to, ++minted);
    }
}

/// @dev In place of SeaDrop: each piece of any collection costs the same, the fee recipient gets it all.
contract Drop {
    uint256 public price;

    error IncorrectPayment(uint256 got, uint256 want);

    constructor(uint256 price_) {
        price = price_;
    }

    function setPrice(uint256 price_) external {
        price = price_;
    }

    function mintPublic(address nft, address fees, address minterIfNotPayer, uint256 quantity) external payable {
        address minter = minterIfNotPayer == address(0) ? msg.sender : minterIfNotPayer;
        require(msg.value == quantity * price, IncorrectPayment(msg.value, quantity * price));
        Collection(nft).mintSeaDrop(minter, quantity);
        (bool paid, ) = fees.call{value: msg.value}("");
        require(paid);
    }
}

/// @dev In place of Disperse: one transfer into it, one to each.
contract Disperse {
    function disperseToken(IERC20 token, address[] calldata recipients, uint256[] calldata values) external {
        uint256 total;
        for (uint256 i; i < recipients.length; ++i) total += values[i];
        token.safeTransferFrom(msg.sender, address(this), total);
        for (uint256 i; i < recipients.length; ++i) token.safeTransfer(recipients[i], values[i]);
    }
}

interface IAggregationExecutor {
    function execute(address sender) external payable returns (uint256);
}

/// @dev In place of 1inch's AggregationRouterV6: pays the executor's side, lets it trade, and holds it to the minimum.
contract AggregationRouter {
    struct SwapDescription {
        address srcToken;
        address dstToken;
        address srcReceiver;
        address dstReceiver;
        uint256 amount;
        uint256 minReturnAmount;
        uint256 flags;
    }

    error ReturnAmountIsNotEnough(uint256 result, uint256 minReturn);

    function swap(
        address executor,
        SwapDescription calldata desc,
        bytes calldata data
    ) external payable returns (uint256 returned, uint256 spent) {
        IERC20(desc.srcToken).safeTransferFrom(msg.sender, desc.srcReceiver, desc.amount);
        (bool done, ) = executor.call(
            abi.encodePacked(IAggregationExecutor.execute.selector, abi.encode(msg.sender), data)
        );
        require(done);
        spent = desc.amount;
        returned = IERC20(desc.dstToken).balanceOf(address(this));
        require(returned >= desc.minReturnAmount, ReturnAmountIsNotEnough(returned, desc.minReturnAmount));
        IERC20(desc.dstToken).safeTransfer(desc.dstReceiver, returned);
    }
}

/// @dev An executor of that router: gives it a fixed amount, whatever was asked.
contract Executor {
    IERC20 public immutable TOKEN;
    uint256 public immutable AMOUNT;

    constructor(IERC20 token, uint256 amount) {
        TOKEN = token;
        AMOUNT = amount;
    }

    function execute(address) external payable returns (uint256) {
        TOKEN.safeTransfer(msg.sender, AMOUNT);
        return AMOUNT;
    }
}
