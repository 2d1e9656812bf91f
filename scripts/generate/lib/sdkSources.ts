import { readFileSync } from "node:fs";
import type { SessionErrorCode } from "../../../sdk/src/errors/SessionError.ts";
import { Failure } from "../../lib/run.ts";
import { ERROR_CODES } from "./errorCodes.ts";
import { errorWords } from "./errorsDocument.ts";
import { NESTED_BESIDE, TOKEN_TABLE, type TokenRow } from "../tokenTable.ts";

interface Parameter {
  name: string;
  type: string;
  components?: Parameter[];
  indexed?: boolean;
}

interface Item {
  type: string;
  name?: string;
  inputs?: Parameter[];
  outputs?: Parameter[];
  stateMutability?: string;
  anonymous?: boolean;
}

const HEADER = "// Written by `npm run abi` from the contracts; not by hand.\n";

/** The name in the client, and the artifact that it is taken from. */
const ABIS: [name: string, artifact: string][] = [
  ["latchkeyAbi", "interfaces/ILatchkey"],
  ["latchkeyLensAbi", "interfaces/ILatchkeyLens"],
  ["policyStoreAbi", "interfaces/IPolicyStore"],
  ["policyEncoderAbi", "interfaces/IPolicyEncoder"],
  ["policyErrorsAbi", "interfaces/IPolicyErrors"],
  ["sessionStateAbi", "interfaces/ISessionState"],
  ["sessionRegistryAbi", "interfaces/ISessionRegistry"],
  ["sessionValidatorAbi", "interfaces/ISessionValidator"],
  ["sessionExecutorAbi", "interfaces/ISessionExecutor"],
  ["sessionConsumerAbi", "interfaces/ISessionConsumer"],
  ["sessionForwarderAbi", "interfaces/ISessionForwarder"],
  ["delegationRedeemerAbi", "interfaces/IDelegationRedeemer"],
  ["sessionErrorsAbi", "interfaces/ISessionErrors"],
  ["latchkeyDeployerAbi", "interfaces/ILatchkeyDeployer"],
  ["latchkeyAccountAbi", "interfaces/ILatchkeyAccount"],
  ["latchkeyAccount7702Abi", "interfaces/ILatchkeyAccount7702"],
  ["latchkeyAccountFactoryAbi", "interfaces/ILatchkeyAccountFactory"],
  ["sessionPaymasterAbi", "paymaster/SessionPaymaster"],
  ["sessionAwareAbi", "dapp/SessionAware"],
  ["sessionSpenderAbi", "dapp/SessionSpender"],
];

/**
 * What the client itself uses of them, item by item: it takes no more of an ABI than it calls. What only some need that is
 * large has a file of its own: bundlers split code by files.
 */
const ITEMS: Record<string, string[]> = {
  sessionRegistryAbi: [
    "AllSessionsRevoked",
    "SessionRegistered",
    "SessionRevoked",
    "SessionSwept",
    "activeSession",
    "deactivateSession",
    "generationOf",
    "isNonceUsed",
    "laneWord",
    "nonces",
    "registerSession",
    "registerSessionAndFund",
    "registerSessionBySig",
    "registerSessionOnChains",
    "revokeAllSessions",
    "revokeAllSessionsBySig",
    "revokeSession",
    "revokeSessionBySig",
    "revokeSessionOnChains",
  ],
  policyStoreAbi: ["PolicyPublished", "numberOf", "publishPolicy"],
  latchkeyLensAbi: ["explain", "getSession", "getSessions", "worstLoss"],
  sessionStateAbi: ["ENTRANCE", "EXTENSION"],
  sessionExecutorAbi: ["SessionUsed", "execute", "executeBySig"],
  sessionForwarderAbi: ["forward", "forwardBySig"],
  sessionValidatorAbi: ["isInitialized"],
};
const ITEMS_APART: [file: string, abi: string, items: string[]][] = [["storedPolicy", "policyStoreAbi", ["policyOf"]]];

/** Path and content of each generated file of the client. */
export function generatedFiles(): [path: string, text: string][] {
  const errors = contractErrors();
  return [
    ...ABIS.map(([name, artifact]): [string, string] => [
      `sdk/src/generated/abi/${name}.ts`,
      `${HEADER}\n${about(name, artifact)}\nexport const ${name} = ${constant(ownItems(name, artifact))} as const;\n`,
    ]),
    [
      "sdk/src/generated/abi/index.ts",
      HEADER + ABIS.map(([name]) => `export { ${name} } from "./${name}.ts";\n`).join(""),
    ],
    ["sdk/src/generated/abi/addresses.ts", addresses()],
    ...itemFiles(),
    ["sdk/src/generated/errors/contractErrorsAbi.ts", errorsAbiSource(errors)],
    ["sdk/src/generated/errors/contractErrorWords.ts", errorWordsSource(errors)],
  ];
}

/** What publication refuses stands apart: whoever reads a policy has no use for its 69 errors. */
const APART = "policyErrorsAbi";
const WITHOUT_ERRORS = ["policyStoreAbi", "policyEncoderAbi"];

function ownItems(name: string, artifact: string): Item[] {
  return abiOf(artifact).filter(({ type }) => type !== "error" || !WITHOUT_ERRORS.includes(name));
}

function itemFiles(): [path: string, text: string][] {
  const whole = Object.entries(ITEMS).map(([abi, items]) => [abi.replace(/Abi$/, ""), abi, items] as const);
  return [...whole, ...ITEMS_APART].map(([file, abi, items]) => [
    `sdk/src/generated/items/${file}.ts`,
    itemsSource(ABIS.find(([name]) => name === abi)![1], items),
  ]);
}

/** Items of a contract, each by its name. */
function itemsSource(artifact: string, names: string[]): string {
  const items = abiOf(artifact).filter(({ type, name }) => type !== "error" && names.includes(name!));
  const lines = items.map((item) => `export const ${item.name} = ${JSON.stringify(item)} as const;\n`);
  return `${HEADER}// What the client calls and reads of contracts/${artifact}.sol.\n${lines.join("")}`;
}

function about(name: string, artifact: string): string {
  const errors = WITHOUT_ERRORS.includes(name) ? `; its errors are \`${APART}\`` : "";
  return `/** The ABI of contracts/${artifact}.sol${errors}. */`;
}

/** What the client knows of methods of the token table; it does not need a build. */
export function tableMethods(): string {
  const list = (name: string, about: string, texts: string[]) =>
    `\n/** ${about} */\nexport const ${name}: readonly string[] = [\n${texts.map((each) => `  ${JSON.stringify(each)},\n`).join("")}];\n`;
  const texts = (is: (row: TokenRow) => boolean) => TOKEN_TABLE.filter(is).map(({ text }) => text);
  // What stands in no list of its class alone: its columns are said.
  const columns = TOKEN_TABLE.map(({ text, source: _, grants: __, ...rest }) => [text, rest] as const);
  const rows = columns.filter(([, { onLimited, elsewhere: ___, ...rest }]) => onLimited !== "refused" || has(rest));
  const lines = rows.map(([text, rest]) => `  ${JSON.stringify(text)}: ${JSON.stringify(rest)},\n`);
  const isRow = new Set(rows.map(([text]) => text));
  return [
    "// Written by `npm run abi` from the token table; not by hand.\n",
    TOKEN_ROW,
    "\n/** Rows of the token table with more columns than their class. */\n",
    `export const TOKEN_ROWS: Readonly<Record<string, TokenRow>> = {\n${lines.join("")}};\n`,
    list(
      "OTHER_ROWS",
      "Rows of the token table that are refused on a limited token: they move tokens, give rights or manage an account.",
      columns.filter(([text, { elsewhere }]) => elsewhere !== "nested" && !isRow.has(text)).map(([text]) => text),
    ),
    list(
      "NESTED_METHODS",
      "Methods of the token table that run calls inside.",
      texts((row) => row.elsewhere === "nested"),
    ),
    list(
      "GRANTING_METHODS",
      "Methods of the token table that leave a right behind for a spender or an operator.",
      texts((row) => row.grants === true || row.spender !== undefined),
    ),
    list(
      "NESTED_BESIDE_METHODS",
      "Methods that run calls inside and stand in no row, so that a wildcard may match them.",
      NESTED_BESIDE,
    ),
  ].join("");
}

const TOKEN_ROW = `
/** What a row of the token table is: docs/reference/token-table.md of the project. */
export interface TokenRow {
  onLimited: "counted" | "harmless" | "refused";
  /** \`limit\`: only where the token has a limit. \`ordinary\`: judged by its types alone. */
  elsewhere: "limit" | "rights" | "account" | "nested" | "ordinary";
  /** Path of the amount that a counted row draws. */
  amount?: string;
  /** Path of the spender of an approval: bound to values, unless the amount \`is\` 0. */
  spender?: string;
  /** Path of the token that is drawn on, where it is not the target. */
  token?: string;
  /** Paths that are bound on a limited token: to values or to the principal. */
  bound?: readonly string[];
  /** Paths that are the principal on a limited token. */
  principal?: readonly string[];
  /** Path of what is granted: the row only takes back where it \`is\` 0. */
  granted?: string;
  takesBack?: boolean;
  /** On an NFT the number is an id: the row is one of rights. */
  isIdOnNft?: boolean;
  /** It sets an allowance, so that its credit is exact. */
  sets?: boolean;
}
`;

const has = (columns: object) => Object.keys(columns).length !== 0;

interface ContractError {
  item: Item;
  code: SessionErrorCode;
  why: string;
  fix: string;
}

/** Every error of the interfaces and of the mixins, with cause and remedy. */
export function contractErrors(): ContractError[] {
  const words = errorWords();
  const byName = new Map<string, Item>();
  for (const [, artifact] of ABIS) {
    for (const item of abiOf(artifact)) {
      if (item.type !== "error" || !words.has(item.name!)) continue;
      byName.set(item.name!, item);
    }
  }
  const names = [...byName.keys()];
  const amiss = [...names, ...Object.keys(ERROR_CODES)].find((name) => !names.includes(name) || !(name in ERROR_CODES));
  if (amiss !== undefined) throw new Failure(`errorCodes.ts and the contracts do not agree on ${amiss}.`);
  // Alike stands together, and compresses.
  const inOrder = names.map((name) => `${ERROR_CODES[name]} ${name}`).sort();
  return inOrder.map((each) => {
    const [code, name] = each.split(" ") as [SessionErrorCode, string];
    return { item: byName.get(name)!, code, ...words.get(name)! };
  });
}

/** As Solidity writes them, which is shorter than JSON. */
function errorsAbiSource(errors: ContractError[]): string {
  const lines = errors.map(({ item: { name, inputs = [] } }) => {
    return `  "${name}(${inputs.map((each) => `${each.type} ${each.name}`).join(",")})",\n`;
  });
  return [
    `${HEADER}import type { ParseAbi } from "viem";\n\nconst ERRORS = [\n${lines.join("")}] as const;\n\n`,
    "function itemOf(text: string) {\n",
    '  const [name, list = ""] = text.slice(0, -1).split("(");\n',
    '  const pairs = list === "" ? [] : list.split(",").map((each) => each.split(" "));\n',
    '  return { type: "error", name, inputs: pairs.map(([type, name]) => ({ type, name })) };\n',
    "}\n\n",
    "type Items<list extends readonly string[]> = { [place in keyof list]: `error ${list[place]}` };\n",
    "export const contractErrorsAbi = /*#__PURE__*/ ERRORS.map(itemOf) as unknown as ParseAbi<Items<typeof ERRORS>>;\n",
  ].join("");
}

function errorWordsSource(errors: ContractError[]): string {
  const ofCode = ([code, all]: [string, ContractError[]]) => {
    const lines = all.map(({ why, fix, item }) => `    ${JSON.stringify([`${why}.`, `${fix}.`])}, // ${item.name}\n`);
    return `  ${code}: [\n${lines.join("")}  ],\n`;
  };
  const groups = [...Map.groupBy(errors, ({ code }) => code)].map(ofCode);
  const about = "/** Cause and remedy of each Solidity error, by its code: in the order of `contractErrorsAbi`. */";
  // Their types would be the words once more.
  const type = "Readonly<Record<string, readonly (readonly [why: string, fix: string])[]>>";
  return `${HEADER}${about}\nexport const contractErrorWords: ${type} = {\n${groups.join("")}};\n`;
}

function addresses(): string {
  const { Latchkey, LatchkeyLens, PolicyStore, SessionForwarder, LatchkeyAccountFactory, LatchkeyAccount7702 } = (
    JSON.parse(readFileSync("deploy/addresses.json", "utf8")) as Record<string, Record<string, string>>
  )["31337"]!;
  const value = { latchkey: Latchkey, lens: LatchkeyLens, policyStore: PolicyStore, forwarder: SessionForwarder };
  const accounts = { factory: LatchkeyAccountFactory, delegate: LatchkeyAccount7702 };
  return (
    `${HEADER}export const deployedAddresses = ${constant(value)} as const;\n` +
    `export const accountAddresses = ${constant(accounts)} as const;\n`
  );
}

function abiOf(artifact: string): Item[] {
  const file = `artifacts/contracts/${artifact}.sol/${artifact.split("/").at(-1)}.json`;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Error("The contracts are not built: run npm run build.");
  }
  return (JSON.parse(text) as { abi: Item[] }).abi.map(itemOf);
}

/** What viem reads of an item, without the compiler's `internalType`. */
function itemOf({ type, name, inputs, outputs, stateMutability, anonymous }: Item): Item {
  return {
    type,
    ...(name === undefined ? {} : { name }),
    ...(inputs === undefined ? {} : { inputs: inputs.map(parameterOf) }),
    ...(outputs === undefined ? {} : { outputs: outputs.map(parameterOf) }),
    ...(stateMutability === undefined ? {} : { stateMutability }),
    ...(anonymous === true ? { anonymous } : {}),
  };
}

function parameterOf({ name, type, components, indexed }: Parameter): Parameter {
  return {
    name,
    type,
    ...(components === undefined ? {} : { components: components.map(parameterOf) }),
    ...(indexed === undefined ? {} : { indexed }),
  };
}

/** A list has one line for each item, so that a change of one item is a change of one line. */
function constant(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value, undefined, 2);
  return `[\n${value.map((item) => `  ${JSON.stringify(item)},\n`).join("")}]`;
}
