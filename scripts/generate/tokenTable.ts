// The one source of the closed token table (contracts/libraries/TokenCalls.sol).
//
//   node scripts/generate/tokenTable.ts            prints the two constants
//   node scripts/generate/tokenTable.ts --write    puts them into the library and the table into docs/reference/token-table.md
//
// A test fails if either differs from what this prints.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keccak256, toHex } from "viem";

/**
 * counted: an outflow with an amount. rights: every other outflow, and rights over tokens. harmless: takes nothing of
 * the token that it is called on. countedIfLimited: counted on a limited token alone.
 */
export type TokenClass = "counted" | "rights" | "account" | "nested" | "harmless" | "countedIfLimited";

export interface TokenRow {
  text: string;
  class: TokenClass;
  /** Where the text stands: the standard or the contract that is widely deployed. */
  source: string;
  /** Head word of the amount; rows that are counted, always or on a limited token. */
  amount?: number;
  /** The calldata ends with the head. */
  exact?: boolean;
  /** On a target that answers ERC-165 for ERC-721 the row is one of rights: the number is an id, not an amount. */
  idOnNft?: boolean;
  /** The limit drawn on is that of the token in head word 0, not the target's. */
  tokenInWord0?: boolean;
  /** Head word that names who receives; pinned on rows of rights, and of `harmless` on a limited token. */
  recipient?: number;
  /** How many head words, from the recipient's on, are the principal's on a limited token. */
  principals?: number;
  /** Head word that names a spender or an operator; pinned on every row. No row has both. */
  spender?: number;
}

function counted(source: string, text: string, amount: number, more: Partial<TokenRow> = {}): TokenRow {
  return { text, source, class: "counted", amount, exact: true, ...more };
}

function rights(source: string, text: string, pinned: Pick<TokenRow, "recipient" | "spender"> = {}): TokenRow {
  return { text, source, class: "rights", ...pinned };
}

function listed(class_: "account" | "nested", source: string, texts: string[]): TokenRow[] {
  return texts.map((text) => ({ text, source, class: class_ }));
}

const OPERATION_V06 = "(address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)";
const OPERATION_V07 = "(address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)";
const GRANT = "(address,bytes,bytes32,uint48,uint48,uint32,uint64,address)";
const RULE = "(uint8,uint8,bytes32[])";
const PERMISSION = `(address,string,uint128,address,uint8,uint128,${RULE}[],bool)`;
const POLICY = `(bytes32,uint32,uint32,uint32,uint80,bool,address,${PERMISSION}[],(address,uint128,uint32)[])`;
const PERMIT2_DETAILS = "(address,uint160,uint48,uint48)";
const FORWARD_REQUEST = "(address,address,uint256,uint256,uint48,bytes,bytes)";
const MODULE_INIT = "(address,bytes)";
const MARKET = "(address,address,address,address,uint256)";

const COUNTED: TokenRow[] = [
  counted("ERC-20", "transfer(address,uint256)", 1),
  counted("ERC-20", "transferFrom(address,address,uint256)", 2, { idOnNft: true, recipient: 1 }),
  counted("ERC-20", "approve(address,uint256)", 1, { idOnNft: true, spender: 0 }),
  counted("OpenZeppelin ERC20 4.x", "increaseAllowance(address,uint256)", 1, { spender: 0 }),
  counted("OpenZeppelin ERC20 1.x", "increaseApproval(address,uint256)", 1, { spender: 0 }),
  counted("ERC20Burnable", "burn(uint256)", 0, { idOnNft: true }),
  counted("ERC20Burnable", "burnFrom(address,uint256)", 1),
  counted("bridged ERC-20", "burn(address,uint256)", 1, { idOnNft: true }),
  counted("DAI", "push(address,uint256)", 1),
  counted("DAI", "pull(address,uint256)", 1),
  counted("DAI", "move(address,address,uint256)", 2),
  counted("ERC-777", "send(address,uint256,bytes)", 1, { exact: false }),
  counted("ERC-777", "burn(uint256,bytes)", 0, { exact: false }),
  counted("TIP-20", "transferWithMemo(address,uint256,bytes32)", 1),
  counted("TIP-20", "transferFromWithMemo(address,address,uint256,bytes32)", 2),
  counted("Synthetix", "transferAndSettle(address,uint256)", 1),
  counted("Synthetix", "transferFromAndSettle(address,address,uint256)", 2),
  counted("Permit2", "approve(address,address,uint160,uint48)", 2, { tokenInWord0: true, spender: 1 }),
];

const RIGHTS: TokenRow[] = [
  rights("ERC-721, ERC-1155", "setApprovalForAll(address,bool)", { spender: 0 }),
  rights("ERC-721", "safeTransferFrom(address,address,uint256)", { recipient: 1 }),
  rights("ERC-721", "safeTransferFrom(address,address,uint256,bytes)", { recipient: 1 }),
  rights("ERC-1155", "safeTransferFrom(address,address,uint256,uint256,bytes)", { recipient: 1 }),
  rights("ERC-1155", "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", { recipient: 1 }),
  rights("ERC1155Burnable", "burn(address,uint256,uint256)"),
  rights("ERC1155Burnable", "burnBatch(address,uint256[],uint256[])"),
  rights("ERC-777", "operatorSend(address,address,uint256,bytes,bytes)", { recipient: 1 }),
  rights("ERC-777", "operatorBurn(address,uint256,bytes,bytes)"),
  rights("ERC-777", "authorizeOperator(address)", { spender: 0 }),
  rights("ERC-777", "revokeOperator(address)", { spender: 0 }),
  rights("ERC-1363", "transferAndCall(address,uint256)", { recipient: 0 }),
  rights("ERC-1363, ERC-677", "transferAndCall(address,uint256,bytes)", { recipient: 0 }),
  rights("ERC-1363", "transferFromAndCall(address,address,uint256)", { recipient: 1 }),
  rights("ERC-1363", "transferFromAndCall(address,address,uint256,bytes)", { recipient: 1 }),
  rights("ERC-1363", "approveAndCall(address,uint256)", { spender: 0 }),
  rights("ERC-1363", "approveAndCall(address,uint256,bytes)", { spender: 0 }),
  rights("ERC-223", "transfer(address,uint256,bytes)", { recipient: 0 }),
  rights("ERC-223", "transfer(address,uint256,bytes,string)", { recipient: 0 }),
  rights("ERC-6909", "transfer(address,uint256,uint256)", { recipient: 0 }),
  rights("ERC-6909", "transferFrom(address,address,uint256,uint256)", { recipient: 1 }),
  rights("ERC-6909", "approve(address,uint256,uint256)", { spender: 0 }),
  rights("ERC-6909, ERC-7540", "setOperator(address,bool)", { spender: 0 }),
  rights("ERC-4626", "withdraw(uint256,address,address)", { recipient: 1 }),
  rights(
    "EIP-3009",
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
    { recipient: 1 },
  ),
  rights("EIP-3009", "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)", {
    recipient: 1,
  }),
  rights(
    "EIP-3009",
    "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
    { recipient: 1 },
  ),
  rights("EIP-3009", "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)", {
    recipient: 1,
  }),
  rights("ERC-2612", "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", { spender: 1 }),
  rights("ERC-2612 with bytes", "permit(address,address,uint256,uint256,bytes)", { spender: 1 }),
  rights("DAI", "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)", { spender: 1 }),
  rights("ERC-4494", "permit(address,uint256,uint256,bytes)", { spender: 0 }),
  rights("Uniswap V3 positions", "permit(address,uint256,uint256,uint8,bytes32,bytes32)", { spender: 0 }),
  rights("Uniswap V4 positions", "permit(address,uint256,uint256,uint256,bytes)", { spender: 0 }),
  rights("Uniswap V4 positions", "permitForAll(address,address,bool,uint256,uint256,bytes)", { spender: 1 }),
  rights("Permit2", `permit(address,(${PERMIT2_DETAILS},address,uint256),bytes)`, { spender: 5 }),
  rights("Permit2", `permit(address,(${PERMIT2_DETAILS}[],address,uint256),bytes)`, { spender: 1 }),
  rights("Permit2", "transferFrom(address,address,uint160,address)", { recipient: 1 }),
  rights("Permit2", "transferFrom((address,address,uint160,address)[])", { recipient: 0 }),
  rights("Permit2", "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)", {
    recipient: 4,
  }),
  rights("Permit2", "permitTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes)", {
    recipient: 1,
  }),
  rights(
    "Permit2",
    "permitWitnessTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes32,string,bytes)",
    { recipient: 4 },
  ),
  rights(
    "Permit2",
    "permitWitnessTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes32,string,bytes)",
    { recipient: 1 },
  ),
  rights("Aave debt token", "approveDelegation(address,uint256)", { spender: 0 }),
  rights("Aave debt token", "delegationWithSig(address,address,uint256,uint256,uint8,bytes32,bytes32)", { spender: 1 }),
  rights("Comet", "allow(address,bool)", { spender: 0 }),
  rights("Comet", "allowBySig(address,address,bool,uint256,uint256,uint8,bytes32,bytes32)", { spender: 1 }),
  // Shares are not the units of which the balance and the limit speak.
  rights("stETH", "transferShares(address,uint256)", { recipient: 0 }),
  rights("stETH", "transferSharesFrom(address,address,uint256)", { recipient: 1 }),
  rights("ButtonToken, Superfluid", "transferAll(address)", { recipient: 0 }),
  rights("ButtonToken", "transferAllFrom(address,address)", { recipient: 1 }),
  rights("LSP7", "transfer(address,address,uint256,bool,bytes)", { recipient: 1 }),
  rights("LSP7", "transferBatch(address[],address[],uint256[],bool[],bytes[])", { recipient: 1 }),
  rights("LSP7", "authorizeOperator(address,uint256,bytes)", { spender: 0 }),
  rights("LSP7", "increaseAllowance(address,uint256,bytes)", { spender: 0 }),
  rights("LSP8", "transfer(address,address,bytes32,bool,bytes)", { recipient: 1 }),
  rights("LSP8", "transferBatch(address[],address[],bytes32[],bool[],bytes[])", { recipient: 1 }),
  rights("LSP8", "authorizeOperator(address,bytes32,bytes)", { spender: 0 }),
  // Who receives stands in a dynamic tuple, which nothing pins.
  rights("LayerZero OFT", "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)", {
    recipient: 0,
  }),
  rights("LayerZero OFT 1.x", "sendFrom(address,uint16,bytes,uint256,address,address,bytes)", { recipient: 2 }),
  rights("LayerZero OFT 2.x", "sendFrom(address,uint16,bytes32,uint256,(address,address,bytes))", { recipient: 2 }),
  rights("LayerZero OFT 2.x", "sendAndCall(address,uint16,bytes32,uint256,bytes,uint64,(address,address,bytes))", {
    recipient: 2,
  }),
  // It may take a fee on top of the amount.
  rights("Hyperlane warp routes", "transferRemote(uint32,bytes32,uint256)", { recipient: 1 }),
  rights("Axelar interchain tokens", "interchainTransfer(string,bytes,uint256,bytes)", { recipient: 1 }),
  rights("Axelar interchain tokens", "interchainTransferFrom(address,string,bytes,uint256,bytes)", { recipient: 2 }),
  rights("Hedera token service", "transferToken(address,address,address,int64)", { recipient: 2 }),
  rights("CryptoPunks", "transferPunk(address,uint256)", { recipient: 0 }),
  rights("CryptoPunks", "offerPunkForSaleToAddress(uint256,uint256,address)", { recipient: 2 }),
  rights("Liquidity Book", "approveForAll(address,bool)", { spender: 0 }),
  rights("Liquidity Book", "batchTransferFrom(address,address,uint256[],uint256[])", { recipient: 1 }),
  rights("ERC-7540", "requestDeposit(uint256,address,address)", { recipient: 1 }),
  rights("ERC-7540", "requestRedeem(uint256,address,address)", { recipient: 1 }),
  rights("Yearn V3 strategies", "withdraw(uint256,address,address,uint256)", { recipient: 1 }),
  rights("Yearn V3 strategies", "redeem(uint256,address,address,uint256)", { recipient: 1 }),
  rights("Yearn V3 vaults", "withdraw(uint256,address,address,uint256,address[])", { recipient: 1 }),
  rights("Yearn V3 vaults", "redeem(uint256,address,address,uint256,address[])", { recipient: 1 }),
  rights("sUSDe", "unstake(address)", { recipient: 0 }),
  rights("Lido withdrawals", "requestWithdrawals(uint256[],address)", { recipient: 1 }),
  rights("Lido withdrawals", "requestWithdrawalsWstETH(uint256[],address)", { recipient: 1 }),
  rights("Aave V3", "withdraw(address,uint256,address)", { recipient: 2 }),
  rights("Aave V3", "borrow(address,uint256,uint256,uint16,address)", { recipient: 4 }),
  rights("Aave V3 gateway", "withdrawETH(address,uint256,address)", { recipient: 2 }),
  rights("Comet", "withdrawTo(address,address,uint256)", { recipient: 0 }),
  rights("Comet", "withdrawFrom(address,address,address,uint256)", { recipient: 1 }),
  rights("Comet", "transferAsset(address,address,uint256)", { recipient: 0 }),
  rights("Comet", "transferAssetFrom(address,address,address,uint256)", { recipient: 1 }),
  rights("Morpho Blue", `withdraw(${MARKET},uint256,uint256,address,address)`, { recipient: 8 }),
  rights("Morpho Blue", `withdrawCollateral(${MARKET},uint256,address,address)`, { recipient: 7 }),
  rights("Morpho Blue", `borrow(${MARKET},uint256,uint256,address,address)`, { recipient: 8 }),
  rights("Morpho Blue", "setAuthorization(address,bool)", { spender: 0 }),
  rights("Balancer V2", "setRelayerApproval(address,address,bool)", { spender: 1 }),
  rights("Ethereum Vault Connector", "setAccountOperator(address,address,bool)", { spender: 1 }),
  rights("MakerDAO", "hope(address)", { spender: 0 }),
  // An order's own hash pins it.
  rights("CoW", "setPreSignature(bytes,bool)", { spender: 0 }),
  rights("ENS", "setOwner(bytes32,address)", { recipient: 1 }),
  rights("OpenZeppelin AccessControl", "grantRole(bytes32,address)", { spender: 1 }),
  rights("EntryPoints, paymasters, WETH10", "withdrawTo(address,uint256)", { recipient: 0 }),
  rights("EntryPoints, paymasters", "withdrawStake(address)", { recipient: 0 }),
];

/** What the token that it is called on is limited by, or does not lose. */
const OF_LIMITED_TOKENS: TokenRow[] = [
  { text: "deposit()", source: "WETH", class: "harmless" },
  { text: "deposit(uint256,address)", source: "ERC-4626", class: "harmless", recipient: 1, principals: 1 },
  { text: "delegate(address)", source: "ERC20Votes", class: "harmless", recipient: 0 },
  { text: "decreaseAllowance(address,uint256)", source: "OpenZeppelin ERC20 4.x", class: "harmless" },
  { text: "decreaseApproval(address,uint256)", source: "OpenZeppelin ERC20 1.x", class: "harmless" },
  { text: "withdraw(uint256)", source: "WETH", class: "countedIfLimited", amount: 0, exact: true },
  {
    text: "redeem(uint256,address,address)",
    source: "ERC-4626",
    class: "countedIfLimited",
    amount: 0,
    exact: true,
    recipient: 1,
    principals: 2,
  },
];

const ACCOUNT: TokenRow[] = [
  ...listed("account", "ERC-7579", [
    "execute(bytes32,bytes)",
    "executeFromExecutor(bytes32,bytes)",
    "installModule(uint256,address,bytes)",
    "uninstallModule(uint256,address,bytes)",
    "onInstall(bytes)",
    "onUninstall(bytes)",
    "initializeAccount(bytes)",
  ]),
  ...listed("account", "ERC-4337", [
    `executeUserOp(${OPERATION_V06},bytes32)`,
    `executeUserOp(${OPERATION_V07},bytes32)`,
    `validateUserOp(${OPERATION_V06},bytes32)`,
    `validateUserOp(${OPERATION_V07},bytes32)`,
    `validateUserOp(${OPERATION_V06},bytes32,uint256)`,
    `validateUserOp(${OPERATION_V07},bytes32,uint256)`,
  ]),
  ...listed("account", "ERC-7579 accounts", [
    "unlinkModule(uint256,address,bytes)",
    "initializeAccount(address[],bytes[])",
    `initializeAccount(${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[])`,
    `initializeAccount(${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[],(address,address[],uint8))`,
    "initializeAccount((address,bytes,uint256)[],(address,address[],uint8))",
    "setRegistry(address,address[],uint8)",
    "setRegistry(address)",
  ]),
  ...listed("account", "Safe", [
    "enableModule(address)",
    "disableModule(address,address)",
    "setGuard(address)",
    "setModuleGuard(address)",
    "setFallbackHandler(address)",
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)",
    "execTransactionFromModule(address,uint256,bytes,uint8)",
    "execTransactionFromModuleReturnData(address,uint256,bytes,uint8)",
    "addOwnerWithThreshold(address,uint256)",
    "removeOwner(address,address,uint256)",
    "swapOwner(address,address,address)",
    "changeThreshold(uint256)",
    "approveHash(bytes32)",
  ]),
  ...listed("account", "owner modules and accounts", [
    "addOwner(address)",
    "addOwnerAddress(address)",
    "addOwnerPublicKey(bytes32,bytes32)",
    "removeOwner(address)",
    "removeOwner(address,address)",
    "removeOwnerAtIndex(uint256,bytes)",
    "setThreshold(uint256)",
    "setThreshold(uint64)",
    "transferOwnership(address)",
    "renounceOwnership()",
    "setOwner(address)",
  ]),
  ...listed("account", "ERC-1967 proxies", ["upgradeTo(address)", "upgradeToAndCall(address,bytes)"]),
  ...listed("account", "proxies and their administrators", [
    "changeAdmin(address)",
    "changeProxyAdmin(address,address)",
    "upgrade(address,address)",
    "upgradeAndCall(address,address,bytes)",
    "diamondCut((address,uint8,bytes4[])[],address,bytes)",
  ]),
  ...listed("account", "EntryPoints", ["incrementNonce(uint192)"]),
  ...listed("account", "Latchkey", [
    `publishPolicy(${POLICY})`,
    `registerSession(${GRANT})`,
    `registerSessionAndFund(${GRANT})`,
    `registerSessionBySig(address,${GRANT},uint256,bytes)`,
    "revokeSession(address)",
    "revokeSessionBySig(address,address,uint256,bytes)",
    "revokeAllSessions()",
    "revokeAllSessionsBySig(address,uint32,uint256,bytes)",
    "cancelSignatures()",
    "deactivateSession(address,address)",
    "consumeSession(address,address,bytes)",
    "consumeForwarded(address,address,address,bytes)",
    "consumeForwardedBySig(address,address,bytes,uint256,uint256,bytes)",
    "execute(address,bytes32,bytes)",
    "executeBySig(address,bytes32,bytes,uint256,uint256,bytes)",
    "forward(address,address,bytes)",
    "forwardBySig(address,address,bytes,uint256,uint256,bytes)",
  ]),
];

const NESTED: TokenRow[] = [
  ...listed("nested", "multicall", ["multicall(bytes[])", "multicall(uint256,bytes[])", "multicall(bytes32,bytes[])"]),
  ...listed("nested", "Multicall3", [
    "aggregate((address,bytes)[])",
    "aggregate3((address,bool,bytes)[])",
    "aggregate3Value((address,bool,uint256,bytes)[])",
    "tryAggregate(bool,(address,bytes)[])",
    "blockAndAggregate((address,bytes)[])",
    "tryBlockAndAggregate(bool,(address,bytes)[])",
  ]),
  ...listed("nested", "batches", [
    "batch(bytes[],bool)",
    "batch(bytes[])",
    "batch((address,address,uint256,bytes)[])",
    "batch((address,uint256,bytes)[])",
    "call(address,address,uint256,bytes)",
    "batchCall(bytes[])",
    "batchCall((address,uint256,bytes)[])",
    "multiSend(bytes)",
  ]),
  ...listed("nested", "accounts", [
    "execute(address,uint256,bytes)",
    "execute(address,uint256,bytes,uint8)",
    "execute((address,uint256,bytes)[])",
    "executeCall(address,uint256,bytes)",
    "executeBatch((address,uint256,bytes)[])",
    "executeBatch(address[],bytes[])",
    "executeBatch(address[],uint256[],bytes[])",
    "executeBatch((address,uint256,bytes,uint8)[])",
    "executeBatchCall(address[],uint256[],bytes[])",
    "delegateExecute(address,bytes)",
  ]),
  ...listed("nested", "DSProxy", ["execute(address,bytes)", "execute(bytes,bytes)"]),
  ...listed("nested", "Universal Router", [
    "execute(bytes,bytes[],uint256)",
    "execute(bytes,bytes[])",
    "executeSigned(bytes,bytes[],bytes32,bytes32,bool,bytes32,bytes,uint256)",
  ]),
  ...listed("nested", "Uniswap V4 positions", [
    "modifyLiquidities(bytes,uint256)",
    "modifyLiquiditiesWithoutUnlock(bytes,bytes[])",
  ]),
  ...listed("nested", "Bundler3", ["multicall((address,bytes,uint256,bool,bytes32)[])"]),
  ...listed("nested", "0x", [
    "exec(address,address,uint256,address,bytes)",
    "execute((address,address,uint256),bytes[],bytes32)",
  ]),
  ...listed("nested", "MUD", ["callFrom(address,bytes32,bytes)", "batchCallFrom((address,bytes32,bytes)[])"]),
  ...listed("nested", "Moonbeam", [
    "batchAll(address[],uint256[],bytes[],uint64[])",
    "batchSome(address[],uint256[],bytes[],uint64[])",
    "batchSomeUntilFailure(address[],uint256[],bytes[],uint64[])",
  ]),
  ...listed("nested", "ERC-7710", ["redeemDelegations(bytes[],bytes32[],bytes[])"]),
  ...listed("nested", "executors", ["execute(bytes)"]),
  ...listed("nested", "OpenZeppelin governance and forwarder", [
    "execute(address[],uint256[],bytes[],bytes32)",
    "execute(address,uint256,bytes,bytes32,bytes32)",
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
    `execute(${FORWARD_REQUEST})`,
    `executeBatch(${FORWARD_REQUEST}[],address)`,
  ]),
];

export const TOKEN_TABLE: TokenRow[] = [...COUNTED, ...RIGHTS, ...ACCOUNT, ...NESTED, ...OF_LIMITED_TOKENS];

export const CLASSES: TokenClass[] = ["counted", "rights", "account", "nested", "harmless", "countedIfLimited"];
export const FLAGS = { exact: 0x80, idOnNft: 0x40, tokenInWord0: 0x20 };
export const PINS = { recipient: 0x40, spender: 0x80 };

/** `flags 3 | class 3 | amount word 2`, then `is a spender 1 | is a recipient 1 | principals 2 | head word 4`. */
export function rowInfo(row: TokenRow): number[] {
  const flags =
    (row.exact ? FLAGS.exact : 0) | (row.idOnNft ? FLAGS.idOnNft : 0) | (row.tokenInWord0 ? FLAGS.tokenInWord0 : 0);
  const pin =
    (row.recipient === undefined ? 0 : PINS.recipient | row.recipient) |
    (row.spender === undefined ? 0 : PINS.spender | row.spender) |
    ((row.principals ?? 0) << 4);
  return [flags | ((CLASSES.indexOf(row.class) + 1) << 2) | (row.amount ?? 0), pin];
}

export function sortedRows(): { row: TokenRow; selector: string; tail: string; info: string }[] {
  return TOKEN_TABLE.map((row) => {
    const hash = keccak256(toHex(row.text)).slice(2);
    return {
      row,
      selector: hash.slice(0, 8),
      tail: hash.slice(8, 32),
      info: rowInfo(row)
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(""),
    };
  }).sort((a, b) => (a.selector < b.selector ? -1 : 1));
}

/** Lines of at most 120 columns, several rows in each. */
function literal(name: string, items: string[], perLine: number): string {
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) {
    lines.push(`        hex"${items.slice(i, i + perLine).join("_")}"`);
  }
  return `    bytes private constant ${name} =\n${lines.join("\n")};`;
}

export function render(): string {
  const rows = sortedRows();
  return [
    `    uint256 private constant COUNT = ${rows.length};`,
    literal(
      "SELECTORS",
      rows.map(({ selector }) => selector),
      11,
    ),
    literal(
      "ROWS",
      rows.map(({ tail, info }) => `${tail}_${info}`),
      3,
    ),
  ].join("\n");
}

export const LIBRARY = fileURLToPath(new URL("../../contracts/libraries/TokenCalls.sol", import.meta.url));
const BEGIN = "    // Written by scripts/generate/tokenTable.ts --write.\n";
const END = "\n    // End of what scripts/generate/tokenTable.ts writes.";

/** The library's source with the constants that follow from the table. */
export function withConstants(source: string): string {
  const begin = source.indexOf(BEGIN);
  const end = source.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("The markers of the token table are missing in TokenCalls.sol.");
  return source.slice(0, begin + BEGIN.length) + render() + source.slice(end);
}

export const DOCUMENT = fileURLToPath(new URL("../../docs/reference/token-table.md", import.meta.url));

/** The table as people read it, by class and source. */
export function renderDocument(): string {
  const selectorOf = new Map(sortedRows().map(({ row, selector }) => [row, selector]));
  const notes = (row: TokenRow) =>
    [
      row.amount === undefined ? "" : `amount in word ${row.amount}`,
      row.exact ? "exact length" : "",
      row.tokenInWord0 ? "token pinned in word 0" : "",
      row.recipient === undefined ? "" : `recipient in word ${row.recipient}`,
      row.principals === 1 ? "on a limited token the principal" : "",
      row.principals === 2 ? "on a limited token it and the word behind it the principal" : "",
      row.spender === undefined ? "" : `spender or operator in word ${row.spender}`,
      row.idOnNft ? "rights on an ERC-721" : "",
    ]
      .filter((note) => note !== "")
      .join(", ");
  const titles = {
    counted: "Counted outflows",
    rights: "Rights and other outflows",
    account: "Account management",
    nested: "Nested calls",
    harmless: "Harmless on a limited token",
    countedIfLimited: "Counted on a limited token alone",
  };
  const sections = CLASSES.map((name) =>
    [
      `## ${titles[name]}`,
      "",
      "| selector | text | from | notes |",
      "| --- | --- | --- | --- |",
      ...TOKEN_TABLE.filter((row) => row.class === name).map(
        (row) => `| \`0x${selectorOf.get(row)}\` | \`${row.text}\` | ${row.source} | ${notes(row)} |`,
      ),
    ].join("\n"),
  );
  return [
    "# The token table",
    "Closed, by selector. A policy that names a selector of this table must do so by the table's own text, byte for byte. " +
      "What each class means stands in [the specification](../specification.md#36-the-token-table). Written by " +
      "`node scripts/generate/tokenTable.ts --write`; a test holds it against `TokenCalls`.",
    ...sections,
    "",
  ].join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--write")) {
    writeFileSync(LIBRARY, withConstants(readFileSync(LIBRARY, "utf8")));
    writeFileSync(DOCUMENT, renderDocument());
  } else {
    console.log(render());
  }
}
