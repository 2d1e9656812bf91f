import { toFunctionSelector } from "viem";
import { TOKEN_TABLE } from "../../../../scripts/generate/tokenTable.ts";

/** What a row is on a token that the policy limits, and what it is elsewhere. */
export interface TokenRow {
  text: string;
  source: string;
  onLimited: "counted" | "harmless" | "refused";
  /** `limit`: publishable only where the token has a limit. `ordinary`: judged by its types alone. */
  elsewhere: "limit" | "rights" | "account" | "nested" | "ordinary";
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
  /** An approval sets an allowance, so that its credit is exact. */
  sets?: boolean;
}

const SHARES = ["transferShares(address,uint256)", "transferSharesFrom(address,address,uint256)"];
const isOwn = (text: string) =>
  /^(publishPolicy|registerSession|revokeSession|revokeAllSessions|consume|executeBySig|forward)/.test(text);

function counted(source: string, text: string, amount: string, more: Partial<TokenRow> = {}): TokenRow {
  return { text, source, onLimited: "counted", elsewhere: "limit", amount, ...more };
}
const of = (elsewhere: TokenRow["elsewhere"], rows: Record<string, string[]>): TokenRow[] =>
  Object.entries(rows).flatMap(([source, texts]) =>
    texts.map((text) => ({ text, source, onLimited: "refused" as const, elsewhere })),
  );

/** A row of the first edition in the second's columns. */
function kept(row: (typeof TOKEN_TABLE)[number]): TokenRow {
  const { text, source } = row;
  if (row.class === "harmless" || row.class === "countedIfLimited") {
    throw new Error(`The second edition says for itself what ${text} is on a limited token.`);
  }
  if (row.class !== "counted") {
    const granted = {
      "setApprovalForAll(address,bool)": "1",
      "setOperator(address,bool)": "1",
      "allow(address,bool)": "1",
    };
    const path = granted[text as keyof typeof granted];
    return {
      text,
      source,
      onLimited: "refused",
      elsewhere: row.class,
      ...(path !== undefined && { granted: path }),
      ...(text === "revokeOperator(address)" && { takesBack: true }),
    };
  }
  return counted(source, text, String(row.amount), {
    ...(row.spender !== undefined && { spender: String(row.spender) }),
    ...(row.tokenInWord0 && { token: "0", elsewhere: "limit" }),
    ...((row.idOnNft || /^burn\(address,uint256\)$/.test(text)) && { isIdOnNft: true }),
    ...(text.startsWith("approve(") && { granted: String(row.amount), sets: true }),
  });
}

const GRANT = "(address,bytes,bytes32,uint48,uint48,uint32,uint64,address)";
const RULE = "(string,string,string,address[],int256[],bytes32[])";
const PERMISSION = `(address,string,uint128,(address,string,uint128,uint8)[],${RULE}[],(string,string)[],bool,string[])`;
const POLICY = `(string,uint32,uint32,uint32,uint80,bool,address,${PERMISSION}[],(address,uint128,uint32,bool)[])`;

const ADDED: TokenRow[] = [
  counted("TIP-20, B20", "transferWithMemo(address,uint256,bytes32)", "1"),
  counted("TIP-20, B20", "transferFromWithMemo(address,address,uint256,bytes32)", "2"),
  counted("Synthetix", "transferAndSettle(address,uint256)", "1"),
  counted("WETH", "withdraw(uint256)", "0", { elsewhere: "ordinary" }),
  counted("ERC-4626", "redeem(uint256,address,address)", "0", { elsewhere: "rights", principal: ["1", "2"] }),
  counted(
    "LayerZero OFT",
    "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)",
    "0.2",
    {
      elsewhere: "rights",
      bound: ["0.1", "0.4", "0.5", "0.6", "2"],
    },
  ),
  ...[
    { text: "deposit()", source: "WETH" },
    { text: "delegate(address)", source: "ERC20Votes", bound: ["0"] },
    { text: "deposit(uint256,address)", source: "ERC-4626", principal: ["1"] },
    { text: "decreaseAllowance(address,uint256)", source: "OpenZeppelin ERC20 4.x", takesBack: true },
    { text: "decreaseApproval(address,uint256)", source: "OpenZeppelin ERC20 1.x", takesBack: true },
  ].map((row) => ({ ...row, onLimited: "harmless" as const, elsewhere: "ordinary" as const })),
  ...of("rights", {
    stETH: SHARES,
    Balancer: ["setRelayerApproval(address,address,bool)"],
    MakerDAO: ["hope(address)"],
    "Morpho Blue": ["setAuthorization(address,bool)"],
    CoW: ["setPreSignature(bytes,bool)"],
    ENS: ["setOwner(bytes32,address)"],
    ButtonToken: ["transferAll(address)", "transferAllFrom(address,address)"],
    LSP7: ["transfer(address,address,uint256,bool,bytes)", "authorizeOperator(address,uint256,bytes)"],
    "Liquidity Book": ["approveForAll(address,bool)", "batchTransferFrom(address,address,uint256[],uint256[])"],
    "ERC-7540": ["requestRedeem(uint256,address,address)", "requestDeposit(uint256,address,address)"],
    "ERC-4626 mint": ["mint(uint256,address)"],
    "Yearn V3": ["redeem(uint256,address,address,uint256)", "withdraw(uint256,address,address,uint256)"],
    sUSDe: ["unstake(address)"],
    "Aave V3": ["withdraw(address,uint256,address)", "borrow(address,uint256,uint256,uint16,address)"],
    Comet: [
      "withdrawTo(address,address,uint256)",
      "withdrawFrom(address,address,address,uint256)",
      "transferAsset(address,address,uint256)",
    ],
    "WETH10, EntryPoints, paymasters": ["withdrawTo(address,uint256)", "withdrawStake(address)"],
    Lido: ["requestWithdrawals(uint256[],address)"],
    CryptoPunks: ["transferPunk(address,uint256)"],
    Hedera: ["transferToken(address,address,address,int64)"],
    "LayerZero OFT V1": ["sendFrom(address,uint16,bytes32,uint256,(address,address,bytes))"],
  }),
  {
    text: "lockdown((address,address)[])",
    source: "Permit2",
    onLimited: "refused",
    elsewhere: "rights",
    takesBack: true,
  },
  ...of("account", {
    "access control": ["grantRole(bytes32,address)", "setOwner(address)"],
    proxies: [
      "changeAdmin(address)",
      "upgradeAndCall(address,address,bytes)",
      "diamondCut((address,uint8,bytes4[])[],address,bytes)",
    ],
    EntryPoints: ["incrementNonce(uint192)"],
    Latchkey: [
      `publishPolicy(${POLICY})`,
      `registerSession(${GRANT})`,
      `registerSessionAndFund(${GRANT})`,
      `registerSessionBySig(address,${GRANT},uint256,bytes)`,
      `registerSessionOnChains(address,${GRANT},uint256,(uint256,uint256,bytes32)[],bytes)`,
      "revokeSession(address)",
      "revokeSessionBySig(address,address,uint256,bytes)",
      "revokeSessionOnChains(address,address,uint256,uint256[],bytes)",
      "revokeAllSessions()",
      "revokeAllSessionsBySig(address,uint32,uint256,bytes)",
      "consumeSession(address,address,bytes)",
      "consumeForwarded(address,address,address,bytes)",
      "consumeForwardedBySig(address,address,bytes,uint256,uint256,bytes)",
      "executeBySig(address,bytes32,bytes,uint256,uint256,bytes)",
      "forward(address,address,bytes)",
      "forwardBySig(address,address,bytes,uint256,uint256,bytes)",
    ],
  }),
  ...of("nested", {
    "Universal Router": ["executeSigned(bytes,bytes[],bytes32,bytes32,bool,bytes32,bytes,uint256)", "execute(bytes)"],
    "Uniswap V4 positions": ["modifyLiquidities(bytes,uint256)"],
    Bundler3: ["multicall((address,bytes,uint256,bool,bytes32)[])"],
    "0x": ["execute((address,address,uint256),bytes[],bytes32)", "exec(address,address,uint256,address,bytes)"],
    MUD: ["callFrom(address,bytes32,bytes)"],
    Moonbeam: ["batchAll(address[],uint256[],bytes[],uint64[])"],
    "ERC-7710": ["redeemDelegations(bytes[],bytes32[],bytes[])"],
  }),
];

export const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

const SAID = new Set(ADDED.map(({ text }) => text));
/** What the second edition does not say for itself stays as it is. */
const KEPT = TOKEN_TABLE.filter(({ text }) => !SAID.has(text) && !isOwn(text)).map(kept);

export const ROWS: TokenRow[] = [...KEPT, ...ADDED];
const BY_SELECTOR = new Map(ROWS.map((row) => [toFunctionSelector(row.text), row]));

export function rowOf(selector: string): TokenRow | undefined {
  return BY_SELECTOR.get(selector as `0x${string}`);
}
