// The one source of the closed token table.
//
//   node scripts/generate/tokenTable.ts            prints what stands in contracts/libraries/TokenTable.sol
//   node scripts/generate/tokenTable.ts --write    writes it there, the rows into contracts/policy/TokenRows.sol and the
//                                                  table for people into docs/reference/token-table.md
//
// A test fails if one of the three differs from what this would write.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keccak256, toHex } from "viem";

/** What a row is on a token that the policy limits. */
export type OnLimited = "counted" | "harmless" | "refused";
/** What it is elsewhere. `limit`: only where the token has a limit. `ordinary`: judged by its types alone. */
export type Elsewhere = "limit" | "rights" | "account" | "nested" | "ordinary";

export interface TokenRow {
  text: string;
  /** Where the text stands: the standard or the contract that is widely deployed. */
  source: string;
  onLimited: OnLimited;
  elsewhere: Elsewhere;
  /** Path of the amount that a counted row draws. */
  amount?: string;
  /** Path of the spender of an approval: bound to values, unless the amount `is` 0. */
  spender?: string;
  /** Path of the token drawn on, bound by `is`, where it is not the target. */
  token?: string;
  /** Paths that are bound on a limited token: to values or to the principal. */
  bound?: string[];
  /** Paths that are the principal on a limited token. */
  principal?: string[];
  /** Path of what is granted: the row only takes back where it `is` 0. */
  granted?: string;
  /** It takes back whatever its arguments are, so they may be free. */
  takesBack?: boolean;
  /** On an ERC-721 or ERC-1155 the number is an id: the row is one of rights. */
  isIdOnNft?: boolean;
  /** An approval that sets an allowance, so that its credit is exact. */
  sets?: boolean;
  /** It leaves a right behind for a spender or an operator; the client says so. */
  grants?: boolean;
}

function counted(source: string, text: string, amount: string, more: Partial<TokenRow> = {}): TokenRow {
  return { text, source, onLimited: "counted", elsewhere: "limit", amount, ...more };
}

function harmless(source: string, text: string, more: Partial<TokenRow> = {}): TokenRow {
  return { text, source, onLimited: "harmless", elsewhere: "ordinary", ...more };
}

function of(elsewhere: Elsewhere, source: string, texts: string[], more: Partial<TokenRow> = {}): TokenRow[] {
  return texts.map((text) => ({ text, source, onLimited: "refused", elsewhere, ...more }));
}

const OPERATION_V06 = "(address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)";
const OPERATION_V07 = "(address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)";
const GRANT = "(address,bytes,bytes32,uint48,uint48,uint32,uint64,address)";
const RULE = "(string,string,string,address[],int256[],bytes32[])";
const PERMISSION = `(address,string,uint128,(address,string,uint128,uint8)[],${RULE}[],(string,string)[],bool,string[])`;
const POLICY = `(string,uint32,uint32,uint32,uint80,bool,address,${PERMISSION}[],(address,uint128,uint32,bool)[])`;
const PERMIT2_DETAILS = "(address,uint160,uint48,uint48)";
const FORWARD_REQUEST = "(address,address,uint256,uint256,uint48,bytes,bytes)";
const MODULE_INIT = "(address,bytes)";
const MARKET = "(address,address,address,address,uint256)";

const COUNTED: TokenRow[] = [
  counted("ERC-20", "transfer(address,uint256)", "1"),
  counted("ERC-20", "transferFrom(address,address,uint256)", "2", { isIdOnNft: true }),
  counted("ERC-20", "approve(address,uint256)", "1", { spender: "0", isIdOnNft: true, granted: "1", sets: true }),
  counted("OpenZeppelin ERC20 4.x", "increaseAllowance(address,uint256)", "1", { spender: "0" }),
  counted("OpenZeppelin ERC20 1.x", "increaseApproval(address,uint256)", "1", { spender: "0" }),
  counted("ERC20Burnable", "burn(uint256)", "0", { isIdOnNft: true }),
  counted("ERC20Burnable", "burnFrom(address,uint256)", "1"),
  counted("bridged ERC-20", "burn(address,uint256)", "1", { isIdOnNft: true }),
  counted("DAI", "push(address,uint256)", "1"),
  counted("DAI", "pull(address,uint256)", "1"),
  counted("DAI", "move(address,address,uint256)", "2"),
  counted("ERC-777", "send(address,uint256,bytes)", "1"),
  counted("ERC-777", "burn(uint256,bytes)", "0"),
  counted("TIP-20", "transferWithMemo(address,uint256,bytes32)", "1"),
  counted("TIP-20", "transferFromWithMemo(address,address,uint256,bytes32)", "2"),
  counted("Synthetix", "transferAndSettle(address,uint256)", "1"),
  counted("Synthetix", "transferFromAndSettle(address,address,uint256)", "2"),
  counted("Permit2", "approve(address,address,uint160,uint48)", "2", {
    spender: "1",
    token: "0",
    granted: "2",
    sets: true,
  }),
  counted(
    "LayerZero OFT",
    "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)",
    "0.2",
    { bound: ["0.1", "0.4", "0.5", "0.6", "2"], elsewhere: "rights" },
  ),
  counted("WETH", "withdraw(uint256)", "0", { elsewhere: "ordinary" }),
  counted("ERC-4626", "redeem(uint256,address,address)", "0", { principal: ["1", "2"], elsewhere: "rights" }),
];

const HARMLESS: TokenRow[] = [
  harmless("WETH", "deposit()"),
  harmless("ERC-4626", "deposit(uint256,address)", { principal: ["1"] }),
  harmless("ERC20Votes", "delegate(address)", { bound: ["0"] }),
  harmless("OpenZeppelin ERC20 4.x", "decreaseAllowance(address,uint256)", { takesBack: true }),
  harmless("OpenZeppelin ERC20 1.x", "decreaseApproval(address,uint256)", { takesBack: true }),
];

const RIGHTS: TokenRow[] = [
  ...of("rights", "ERC-721, ERC-1155", ["setApprovalForAll(address,bool)"], { granted: "1", grants: true }),
  ...of("rights", "ERC-721", [
    "safeTransferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256,bytes)",
  ]),
  ...of("rights", "ERC-1155", [
    "safeTransferFrom(address,address,uint256,uint256,bytes)",
    "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
  ]),
  ...of("rights", "ERC1155Burnable", ["burn(address,uint256,uint256)", "burnBatch(address,uint256[],uint256[])"]),
  ...of("rights", "ERC-777", [
    "operatorSend(address,address,uint256,bytes,bytes)",
    "operatorBurn(address,uint256,bytes,bytes)",
  ]),
  ...of("rights", "ERC-777", ["authorizeOperator(address)"], { grants: true }),
  ...of("rights", "ERC-777", ["revokeOperator(address)"], { takesBack: true }),
  ...of("rights", "ERC-1363", [
    "transferAndCall(address,uint256)",
    "transferFromAndCall(address,address,uint256)",
    "transferFromAndCall(address,address,uint256,bytes)",
  ]),
  ...of("rights", "ERC-1363, ERC-677", ["transferAndCall(address,uint256,bytes)"]),
  ...of("rights", "ERC-1363", ["approveAndCall(address,uint256)", "approveAndCall(address,uint256,bytes)"], {
    grants: true,
  }),
  ...of("rights", "ERC-223", ["transfer(address,uint256,bytes)", "transfer(address,uint256,bytes,string)"]),
  ...of("rights", "ERC-6909", ["transfer(address,uint256,uint256)", "transferFrom(address,address,uint256,uint256)"]),
  ...of("rights", "ERC-6909", ["approve(address,uint256,uint256)"], { grants: true }),
  ...of("rights", "ERC-6909, ERC-7540", ["setOperator(address,bool)"], { granted: "1", grants: true }),
  ...of("rights", "ERC-4626", ["withdraw(uint256,address,address)"]),
  ...of("rights", "EIP-3009", [
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
    "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
    "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
  ]),
  ...of("rights", "ERC-2612", ["permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"], { grants: true }),
  ...of("rights", "ERC-2612 with bytes", ["permit(address,address,uint256,uint256,bytes)"], { grants: true }),
  ...of("rights", "DAI", ["permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)"], { grants: true }),
  ...of("rights", "ERC-4494", ["permit(address,uint256,uint256,bytes)"], { grants: true }),
  ...of("rights", "Uniswap V3 positions", ["permit(address,uint256,uint256,uint8,bytes32,bytes32)"], { grants: true }),
  ...of(
    "rights",
    "Uniswap V4 positions",
    ["permit(address,uint256,uint256,uint256,bytes)", "permitForAll(address,address,bool,uint256,uint256,bytes)"],
    { grants: true },
  ),
  ...of(
    "rights",
    "Permit2",
    [
      `permit(address,(${PERMIT2_DETAILS},address,uint256),bytes)`,
      `permit(address,(${PERMIT2_DETAILS}[],address,uint256),bytes)`,
    ],
    { grants: true },
  ),
  ...of("rights", "Permit2", [
    "transferFrom(address,address,uint160,address)",
    "transferFrom((address,address,uint160,address)[])",
    "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)",
    "permitTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes)",
    "permitWitnessTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes32,string,bytes)",
    "permitWitnessTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes32,string,bytes)",
  ]),
  ...of(
    "rights",
    "Aave debt token",
    ["approveDelegation(address,uint256)", "delegationWithSig(address,address,uint256,uint256,uint8,bytes32,bytes32)"],
    { grants: true },
  ),
  ...of("rights", "Comet", ["allow(address,bool)"], { granted: "1", grants: true }),
  ...of("rights", "Comet", ["allowBySig(address,address,bool,uint256,uint256,uint8,bytes32,bytes32)"], {
    grants: true,
  }),
  // Shares are not the units of which the balance and the limit speak.
  ...of("rights", "stETH", ["transferShares(address,uint256)", "transferSharesFrom(address,address,uint256)"]),
  ...of("rights", "ButtonToken, Superfluid", ["transferAll(address)"]),
  ...of("rights", "ButtonToken", ["transferAllFrom(address,address)"]),
  ...of("rights", "LSP7", [
    "transfer(address,address,uint256,bool,bytes)",
    "transferBatch(address[],address[],uint256[],bool[],bytes[])",
  ]),
  ...of("rights", "LSP7", ["authorizeOperator(address,uint256,bytes)", "increaseAllowance(address,uint256,bytes)"], {
    grants: true,
  }),
  ...of("rights", "LSP8", [
    "transfer(address,address,bytes32,bool,bytes)",
    "transferBatch(address[],address[],bytes32[],bool[],bytes[])",
  ]),
  ...of("rights", "LSP8", ["authorizeOperator(address,bytes32,bytes)"], { grants: true }),
  ...of("rights", "LayerZero OFT 1.x", ["sendFrom(address,uint16,bytes,uint256,address,address,bytes)"]),
  ...of("rights", "LayerZero OFT 2.x", [
    "sendFrom(address,uint16,bytes32,uint256,(address,address,bytes))",
    "sendAndCall(address,uint16,bytes32,uint256,bytes,uint64,(address,address,bytes))",
  ]),
  // It may take a fee on top of the amount.
  ...of("rights", "Hyperlane warp routes", ["transferRemote(uint32,bytes32,uint256)"]),
  ...of("rights", "Axelar interchain tokens", [
    "interchainTransfer(string,bytes,uint256,bytes)",
    "interchainTransferFrom(address,string,bytes,uint256,bytes)",
  ]),
  ...of("rights", "Hedera token service", ["transferToken(address,address,address,int64)"]),
  ...of("rights", "CryptoPunks", [
    "transferPunk(address,uint256)",
    "offerPunkForSaleToAddress(uint256,uint256,address)",
  ]),
  ...of("rights", "Liquidity Book", ["approveForAll(address,bool)"], { grants: true }),
  ...of("rights", "Liquidity Book", ["batchTransferFrom(address,address,uint256[],uint256[])"]),
  ...of("rights", "ERC-7540", ["requestDeposit(uint256,address,address)", "requestRedeem(uint256,address,address)"]),
  ...of("rights", "Yearn V3 strategies", [
    "withdraw(uint256,address,address,uint256)",
    "redeem(uint256,address,address,uint256)",
  ]),
  ...of("rights", "Yearn V3 vaults", [
    "withdraw(uint256,address,address,uint256,address[])",
    "redeem(uint256,address,address,uint256,address[])",
  ]),
  ...of("rights", "sUSDe", ["unstake(address)"]),
  ...of("rights", "Lido withdrawals", [
    "requestWithdrawals(uint256[],address)",
    "requestWithdrawalsWstETH(uint256[],address)",
  ]),
  ...of("rights", "Aave V3", ["withdraw(address,uint256,address)", "borrow(address,uint256,uint256,uint16,address)"]),
  ...of("rights", "Aave V3 gateway", ["withdrawETH(address,uint256,address)"]),
  ...of("rights", "Comet", [
    "withdrawTo(address,address,uint256)",
    "withdrawFrom(address,address,address,uint256)",
    "transferAsset(address,address,uint256)",
    "transferAssetFrom(address,address,address,uint256)",
  ]),
  ...of("rights", "Morpho Blue", [
    `withdraw(${MARKET},uint256,uint256,address,address)`,
    `withdrawCollateral(${MARKET},uint256,address,address)`,
    `borrow(${MARKET},uint256,uint256,address,address)`,
  ]),
  ...of("rights", "Morpho Blue", ["setAuthorization(address,bool)"], { grants: true }),
  ...of("rights", "Balancer V2", ["setRelayerApproval(address,address,bool)"], { grants: true }),
  ...of("rights", "Ethereum Vault Connector", ["setAccountOperator(address,address,bool)"], { grants: true }),
  ...of("rights", "MakerDAO", ["hope(address)"], { grants: true }),
  // An order's own hash pins it.
  ...of("rights", "CoW", ["setPreSignature(bytes,bool)"], { grants: true }),
  ...of("rights", "ENS", ["setOwner(bytes32,address)"]),
  ...of("rights", "EntryPoints, paymasters, WETH10", ["withdrawTo(address,uint256)"]),
  ...of("rights", "EntryPoints, paymasters", ["withdrawStake(address)"]),
  ...of("rights", "ERC-4626 mint", ["mint(uint256,address)"]),
  ...of("rights", "Permit2", ["lockdown((address,address)[])"], { takesBack: true }),
];

const ACCOUNT: TokenRow[] = [
  ...of("account", "OpenZeppelin AccessControl", ["grantRole(bytes32,address)"], { grants: true }),
  ...of("account", "ERC-7579", [
    "execute(bytes32,bytes)",
    "executeFromExecutor(bytes32,bytes)",
    "installModule(uint256,address,bytes)",
    "uninstallModule(uint256,address,bytes)",
    "onInstall(bytes)",
    "onUninstall(bytes)",
    "initializeAccount(bytes)",
  ]),
  ...of("account", "ERC-4337", [
    `executeUserOp(${OPERATION_V06},bytes32)`,
    `executeUserOp(${OPERATION_V07},bytes32)`,
    `validateUserOp(${OPERATION_V06},bytes32)`,
    `validateUserOp(${OPERATION_V07},bytes32)`,
    `validateUserOp(${OPERATION_V06},bytes32,uint256)`,
    `validateUserOp(${OPERATION_V07},bytes32,uint256)`,
  ]),
  ...of("account", "ERC-7579 accounts", [
    "unlinkModule(uint256,address,bytes)",
    "initializeAccount(address[],bytes[])",
    `initializeAccount(${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[])`,
    `initializeAccount(${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[],${MODULE_INIT}[],(address,address[],uint8))`,
    "initializeAccount((address,bytes,uint256)[],(address,address[],uint8))",
    "setRegistry(address,address[],uint8)",
    "setRegistry(address)",
  ]),
  ...of("account", "Safe", [
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
  ...of("account", "owner modules and accounts", [
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
  ...of("account", "ERC-1967 proxies", ["upgradeTo(address)", "upgradeToAndCall(address,bytes)"]),
  ...of("account", "proxies and their administrators", [
    "changeAdmin(address)",
    "changeProxyAdmin(address,address)",
    "upgrade(address,address)",
    "upgradeAndCall(address,address,bytes)",
    "diamondCut((address,uint8,bytes4[])[],address,bytes)",
  ]),
  ...of("account", "EntryPoints", ["incrementNonce(uint192)"]),
  ...of("account", "Latchkey", [
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
    `publishPolicy(${POLICY})`,
    `registerSessionOnChains(address,${GRANT},uint256,(uint256,uint256,bytes32)[],bytes)`,
    "revokeSessionOnChains(address,address,uint256,uint256[],bytes)",
  ]),
];

const NESTED: TokenRow[] = [
  ...of("nested", "multicall", ["multicall(bytes[])", "multicall(uint256,bytes[])", "multicall(bytes32,bytes[])"]),
  ...of("nested", "Multicall3", [
    "aggregate((address,bytes)[])",
    "aggregate3((address,bool,bytes)[])",
    "aggregate3Value((address,bool,uint256,bytes)[])",
    "tryAggregate(bool,(address,bytes)[])",
    "blockAndAggregate((address,bytes)[])",
    "tryBlockAndAggregate(bool,(address,bytes)[])",
  ]),
  ...of("nested", "batches", [
    "batch(bytes[],bool)",
    "batch(bytes[])",
    "batch((address,address,uint256,bytes)[])",
    "batch((address,uint256,bytes)[])",
    "call(address,address,uint256,bytes)",
    "batchCall(bytes[])",
    "batchCall((address,uint256,bytes)[])",
    "multiSend(bytes)",
  ]),
  ...of("nested", "accounts", [
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
  ...of("nested", "DSProxy", ["execute(address,bytes)", "execute(bytes,bytes)"]),
  ...of("nested", "Universal Router", [
    "execute(bytes,bytes[],uint256)",
    "execute(bytes,bytes[])",
    "executeSigned(bytes,bytes[],bytes32,bytes32,bool,bytes32,bytes,uint256)",
  ]),
  ...of("nested", "Uniswap V4 positions", [
    "modifyLiquidities(bytes,uint256)",
    "modifyLiquiditiesWithoutUnlock(bytes,bytes[])",
  ]),
  ...of("nested", "Bundler3", ["multicall((address,bytes,uint256,bool,bytes32)[])"]),
  ...of("nested", "0x", [
    "exec(address,address,uint256,address,bytes)",
    "execute((address,address,uint256),bytes[],bytes32)",
  ]),
  ...of("nested", "MUD", ["callFrom(address,bytes32,bytes)", "batchCallFrom((address,bytes32,bytes)[])"]),
  ...of("nested", "Moonbeam", [
    "batchAll(address[],uint256[],bytes[],uint64[])",
    "batchSome(address[],uint256[],bytes[],uint64[])",
    "batchSomeUntilFailure(address[],uint256[],bytes[],uint64[])",
  ]),
  ...of("nested", "ERC-7710", ["redeemDelegations(bytes[],bytes32[],bytes[])"]),
  ...of("nested", "executors", ["execute(bytes)"]),
  ...of("nested", "OpenZeppelin governance and forwarder", [
    "execute(address[],uint256[],bytes[],bytes32)",
    "execute(address,uint256,bytes,bytes32,bytes32)",
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
    `execute(${FORWARD_REQUEST})`,
    `executeBatch(${FORWARD_REQUEST}[],address)`,
  ]),
];

export const TOKEN_TABLE: TokenRow[] = [...COUNTED, ...HARMLESS, ...RIGHTS, ...ACCOUNT, ...NESTED];

/** Not in the table, so that a wildcard may match them; the client warns of them as of the table's nested ones. */
export const NESTED_BESIDE: string[] = [
  "call(bytes32,bytes)",
  "callAgreement(address,bytes,bytes)",
  "batchCall((uint32,address,bytes)[])",
  "submitTransaction(address,uint256,bytes)",
];

export const ON_LIMITED: OnLimited[] = ["counted", "harmless", "refused"];
export const ELSEWHERE: Elsewhere[] = ["limit", "rights", "account", "nested", "ordinary"];
const NO_WORD = 63n;

/** The head word of an argument: its number. What does not stand in the head has none. */
function wordOf(path: string | undefined): bigint {
  return path === undefined || !/^\d+$/.test(path) ? NO_WORD : BigInt(path);
}

/** The 168 bits of a row, as `TokenRow` in contracts/libraries/TokenTable.sol draws them. */
export function packedRow(row: TokenRow): bigint {
  const flags = [
    row.isIdOnNft,
    row.sets,
    row.takesBack,
    row.token !== undefined,
    row.bound !== undefined || row.principal !== undefined,
  ];
  const fields: [width: number, value: bigint][] = [
    [128, BigInt(keccak256(toHex(row.text))) >> 128n],
    [2, BigInt(ON_LIMITED.indexOf(row.onLimited))],
    [3, BigInt(ELSEWHERE.indexOf(row.elsewhere))],
    ...flags.map((flag): [number, bigint] => [1, flag === true ? 1n : 0n]),
    [6, wordOf(row.amount)],
    [6, wordOf(row.spender)],
    [6, wordOf(row.granted)],
    [12, 0n],
  ];
  return fields.reduce((word, [width, value]) => (word << BigInt(width)) | value, 0n);
}

export function sortedRows(): { row: TokenRow; selector: string; packed: string }[] {
  return TOKEN_TABLE.map((row) => {
    const packed = packedRow(row).toString(16).padStart(42, "0");
    return { row, selector: packed.slice(0, 8), packed };
  }).sort((a, b) => (a.selector < b.selector ? -1 : 1));
}

/** Lines of at most 120 columns, several items in each. */
function literal(name: string, items: string[], perLine: number, first: string[] = []): string {
  const lines = first.map((item) => `        hex"${item}"`);
  for (let i = 0; i < items.length; i += perLine) {
    lines.push(`        hex"${items.slice(i, i + perLine).join("_")}"`);
  }
  return `    bytes private constant ${name} =\n${lines.join("\n")};`;
}

export function renderSelectors(): string {
  const selectors = sortedRows().map(({ selector }) => selector);
  return `    uint256 private constant COUNT = ${selectors.length};\n${literal("SELECTORS", selectors, 11)}`;
}

export function renderRows(): string {
  const rows = sortedRows().map(({ packed }) => packed);
  return literal("ROWS", rows, 2, ["00"]);
}

const pathOf = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
/** Files of which a part follows from the table. */
export const SOURCES: [file: string, render: () => string][] = [
  [pathOf("contracts/libraries/TokenTable.sol"), renderSelectors],
  [pathOf("contracts/policy/TokenRows.sol"), renderRows],
];
const BEGIN = "    // Written by scripts/generate/tokenTable.ts --write.\n";
const END = "    // End of what scripts/generate/tokenTable.ts writes.";

/** A source with the constants that follow from the table. */
export function withConstants(source: string, constants: string): string {
  const begin = source.indexOf(BEGIN);
  const end = source.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("The markers of the token table are missing.");
  return `${source.slice(0, begin + BEGIN.length)}${constants}\n${source.slice(end)}`;
}

export const DOCUMENT = pathOf("docs/reference/token-table.md");

/** The table as people read it, by class and source. */
export function renderDocument(): string {
  const selectorOf = new Map(sortedRows().map(({ row, selector }) => [row, selector]));
  const list = (paths: string[]) => paths.map((path) => `\`${path}\``).join(", ");
  const elsewhere = { rights: "elsewhere one of rights", ordinary: "elsewhere by its types" };
  const notes = (row: TokenRow) =>
    [
      row.amount === undefined ? "" : `amount \`${row.amount}\``,
      row.token === undefined ? "" : `of the token \`${row.token}\`, at Permit2 alone`,
      row.spender === undefined ? "" : `spender \`${row.spender}\``,
      row.principal === undefined ? "" : `on a limited token ${list(row.principal)} the principal`,
      row.bound === undefined ? "" : `on a limited token ${list(row.bound)} bound`,
      row.granted === undefined ? "" : `only takes back where \`${row.granted}\` is 0`,
      row.takesBack ? "only takes back" : "",
      row.isIdOnNft ? "one of rights on an ERC-721 or ERC-1155" : "",
      row.onLimited === "counted" && row.elsewhere in elsewhere
        ? elsewhere[row.elsewhere as keyof typeof elsewhere]
        : "",
    ]
      .filter((note) => note !== "")
      .join("; ");
  const sections: [title: string, rows: TokenRow[]][] = [
    ["Counted", COUNTED],
    ["Harmless on a limited token, elsewhere by its types", HARMLESS],
    ["Rights and outflows that nothing counts", RIGHTS],
    ["Account management", ACCOUNT],
    ["Nested calls", NESTED],
  ];
  return [
    "# The token table",
    "Closed, by selector. A policy that names a selector of this table must do so by the table's own text, byte for byte. " +
      "What each class means stands in [the specification](../specification.md#51-the-token-table). Written by " +
      "`node scripts/generate/tokenTable.ts --write`; a test holds it against `TokenTable` and `TokenRows`.",
    ...sections.map(([title, rows]) =>
      [
        `## ${title}`,
        "",
        "| selector | text | from | notes |",
        "| --- | --- | --- | --- |",
        ...rows.map((row) => `| \`0x${selectorOf.get(row)}\` | \`${row.text}\` | ${row.source} | ${notes(row)} |`),
      ].join("\n"),
    ),
    "",
  ].join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--write")) {
    for (const [file, render] of SOURCES) writeFileSync(file, withConstants(readFileSync(file, "utf8"), render()));
    writeFileSync(DOCUMENT, renderDocument());
  } else {
    console.log(renderSelectors());
  }
}
