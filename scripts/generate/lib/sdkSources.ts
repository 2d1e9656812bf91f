import { readFileSync } from "node:fs";
import { errorWords } from "./errorsDocument.ts";
import { TOKEN_TABLE, type TokenRow } from "../tokenTable.ts";

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
  ["sessionStateAbi", "interfaces/ISessionState"],
  ["sessionRegistryAbi", "interfaces/ISessionRegistry"],
  ["sessionValidatorAbi", "interfaces/ISessionValidator"],
  ["sessionExecutorAbi", "interfaces/ISessionExecutor"],
  ["sessionConsumerAbi", "interfaces/ISessionConsumer"],
  ["delegationRedeemerAbi", "interfaces/IDelegationRedeemer"],
  ["sessionForwarderAbi", "interfaces/ISessionForwarder"],
  ["sessionErrorsAbi", "interfaces/ISessionErrors"],
  ["latchkeyAccountAbi", "interfaces/ILatchkeyAccount"],
  ["latchkeyAccount7702Abi", "interfaces/ILatchkeyAccount7702"],
  ["latchkeyAccountFactoryAbi", "interfaces/ILatchkeyAccountFactory"],
  ["sessionPaymasterAbi", "paymaster/SessionPaymaster"],
  ["sessionAwareAbi", "dapp/SessionAware"],
  ["sessionSpenderAbi", "dapp/SessionSpender"],
];

/** Path and content of each generated file of the client. */
export function generatedFiles(): [path: string, text: string][] {
  const errors = contractErrors();
  return [
    ...ABIS.map(([name, artifact]): [string, string] => [
      `sdk/src/generated/abi/${name}.ts`,
      `${HEADER}\n/** The ABI of contracts/${artifact}.sol. */\nexport const ${name} = ${constant(abiOf(artifact))} as const;\n`,
    ]),
    [
      "sdk/src/generated/abi/index.ts",
      HEADER + ABIS.map(([name]) => `export { ${name} } from "./${name}.ts";\n`).join(""),
    ],
    ["sdk/src/generated/abi/addresses.ts", addresses()],
    [
      "sdk/src/generated/errors/contractErrorsAbi.ts",
      `${HEADER}export const contractErrorsAbi = ${constant(errors.map(({ item }) => item))} as const;\n`,
    ],
    ["sdk/src/generated/errors/contractErrors.ts", errorClasses(errors)],
  ];
}

/** What the client knows of methods of the token table; it does not need a build. */
export function tableMethods(): string {
  const list = (name: string, about: string, is: (row: TokenRow) => boolean) => {
    const texts = TOKEN_TABLE.filter(is).map(({ text }) => `  ${JSON.stringify(text)},\n`);
    return `\n/** ${about} */\nexport const ${name}: readonly string[] = [\n${texts.join("")}];\n`;
  };
  return [
    "// Written by `npm run abi` from the token table; not by hand.\n",
    list(
      "GRANTING_METHODS",
      "Methods of the token table that leave a right behind for a spender or an operator.",
      ({ text, spender }) => spender !== undefined && !text.startsWith("revoke"),
    ),
    list(
      "NESTED_METHODS",
      "Methods of the token table that run calls inside, which no rule looks at.",
      (row) => row.class === "nested",
    ),
  ].join("");
}

interface ContractError {
  item: Item;
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
  return [...byName.keys()].sort().map((name) => ({ item: byName.get(name)!, ...words.get(name)! }));
}

function errorClasses(errors: ContractError[]): string {
  const classes = errors.map(({ item: { name }, why, fix }) => {
    const options = `ContractErrorOptions<"${name}">`;
    return `
/** ${why}. ${fix}. */
export class ${name}Error extends ContractError<"${name}"> {
  override name = "${name}Error";
  constructor(options: ${options}) {
    super("${name}", ${JSON.stringify(`${why}.`)}, ${JSON.stringify(`${fix}.`)}, options);
  }
}
`;
  });
  const entries = errors.map(({ item: { name } }) => `  ${name}: ${name}Error,\n`).join("");
  return `${HEADER}import { ContractError, type ContractErrorOptions } from "../../errors/ContractError.ts";
${classes.join("")}
/** One class per Solidity error. */
export const contractErrors = {
${entries}} as const;
`;
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
