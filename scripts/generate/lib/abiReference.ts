import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** Written from the compiler's own syntax trees: selectors, topics and error ids are the ones that it computed. */

interface Node {
  nodeType: string;
  src: string;
  name?: string;
  documentation?: { text: string };
  functionSelector?: string;
  eventSelector?: string;
  errorSelector?: string;
  kind?: string;
  stateMutability?: string;
  nodes?: Node[];
  members?: Node[];
  parameters?: { parameters: Node[] };
  returnParameters?: { parameters: Node[] };
  indexed?: boolean;
  typeDescriptions?: { typeString: string };
}

interface Source {
  path: string;
  /** The compiler counts bytes. */
  bytes: Buffer;
  ast: Node;
  /** Selectors by canonical signature, inherited ones too. */
  selectors: Record<string, string>;
}

/** What stands beside the interfaces and is part of the ABI: what a dApp's contract inherits, and what it meets. */
const MIXINS = ["contracts/dapp/SessionAware.sol", "contracts/dapp/SessionSpender.sol"];
/** Structs and enumerations, in the order in which a reader meets them. */
const TYPES = [
  ...["Policy", "Permission", "Spend", "Rule", "Inner", "Limit", "ArgumentList"],
  ...["Grant", "Call", "Route", "SessionState", "Status", "LimitState", "WorstLoss", "Loss"],
  ...["StoredPolicy", "StoredPermission", "StoredSpend", "MethodKind", "Trust"],
];

const HEADER = `<!-- Written by \`npm run abi\` from the contracts; not by hand. -->

# ABI reference

Every function, event and error of Latchkey's interfaces, with its selector, topic or id, as the compiler computes them. Times are unix seconds, bounds inclusive, amounts base units, values wei. \`Latchkey\` itself has what \`ISessionState\`, \`ISessionRegistry\`, \`ISessionConsumer\`, \`ISessionValidator\`, \`ISessionExecutor\`, \`IDelegationRedeemer\` and \`ILatchkey\` have. Cause and remedy of each error: [errors.md](../errors.md). As TypeScript: \`latchkey/abi\`; as JSON: \`latchkey/artifacts/*.json\`; as Solidity: \`latchkey/contracts/*\`.
`;

export function abiReference(): string {
  const files = [...globSync("contracts/interfaces/*.sol").sort(), ...MIXINS];
  const documented = files.map((file) => contractIn(sourceOf(file)));
  // ILatchkey is the union of others, which say it first.
  const ordered = withStandards([...documented.slice(1), documented[0]!]);
  const contracts = [ordered.at(-1)!, ...ordered.slice(0, -1)];
  const sections = contracts.map(sectionOf);
  const structs = TYPES.map((name) => sourceOfTypes(`contracts/types/${name}.sol`)).flatMap(structsOf);
  const types = `## Types\n\n${structs.join("\n")}`;
  return `${[HEADER, contents(contracts), ...sections, types, identifiers(contracts)].map((text) => text.trim()).join("\n\n")}\n`;
}

function sourceOf(file: string): Source {
  const name = basename(file, ".sol");
  const { buildInfoId } = read(`artifacts/${file}/${name}.json`) as { buildInfoId: string };
  return sourceIn(buildInfoId, file);
}

/** A file of types has no artifact; whoever uses its types has compiled it. */
function sourceOfTypes(file: string): Source {
  const { buildInfoId } = read("artifacts/contracts/interfaces/ILatchkeyLens.sol/ILatchkeyLens.json") as {
    buildInfoId: string;
  };
  return sourceIn(buildInfoId, file);
}

function sourceIn(buildInfoId: string, file: string): Source {
  const { output } = read(`artifacts/build-info/${buildInfoId}.output.json`) as {
    output: {
      sources: Record<string, { ast: Node }>;
      contracts: Record<string, Record<string, { evm: { methodIdentifiers: Record<string, string> } }>>;
    };
  };
  const { ast } = output.sources[`project/${file}`]!;
  const compiled = output.contracts[`project/${file}`]?.[basename(file, ".sol")];
  return { path: file, bytes: readFileSync(file), ast, selectors: compiled?.evm.methodIdentifiers ?? {} };
}

const cache = new Map<string, unknown>();

function read(path: string): unknown {
  if (!cache.has(path)) {
    try {
      cache.set(path, JSON.parse(readFileSync(path, "utf8")));
    } catch {
      throw new Error(`There is no ${path}: run npm run build.`);
    }
  }
  return cache.get(path);
}

interface Item {
  kind: "function" | "event" | "error";
  /** `registerSession(Grant grant)`, as a person reads it. */
  signature: string;
  id: string;
  words: string;
}

interface Documented {
  name: string;
  path: string;
  title: string;
  notes: string[];
  items: Item[];
  selectors: Record<string, string>;
}

/** What an interface has of a standard, ERC-7579 for instance, is documented there; its selectors are said here too. */
function withStandards(contracts: Documented[]): Documented[] {
  const known = new Set(contracts.flatMap(({ items }) => items.map(({ id }) => id)));
  return contracts.map((contract) => {
    const { selectors, items } = contract;
    const inherited = Object.entries(selectors).map(([signature, selector]) => ({ signature, id: `0x${selector}` }));
    const more = inherited.filter(({ id }) => !known.has(id));
    // The first that has it is nearest to the standard.
    for (const { id } of more) known.add(id);
    const words = "Of a standard that it follows.";
    return { ...contract, items: [...items, ...more.map((each): Item => ({ kind: "function", ...each, words }))] };
  });
}

function contractIn({ ast, path, selectors }: Source): Documented {
  const contract = ast.nodes!.find(({ nodeType }) => nodeType === "ContractDefinition")!;
  const { title, notice, dev } = natSpec(contract);
  const items = contract.nodes!.flatMap((node) => itemOf(node) ?? []);
  return { name: contract.name!, path, title, notes: [notice, dev].filter((text) => text !== ""), items, selectors };
}

function itemOf(node: Node): Item | undefined {
  const { name, functionSelector, eventSelector, errorSelector, kind } = node;
  const words = wordsOf(node);
  if (errorSelector !== undefined)
    return { kind: "error", signature: `${name}(${listOf(node.parameters)})`, id: `0x${errorSelector}`, words };
  if (eventSelector !== undefined)
    return { kind: "event", signature: `${name}(${listOf(node.parameters)})`, id: `0x${eventSelector}`, words };
  if (functionSelector === undefined || (kind !== undefined && kind !== "function")) return undefined;
  if (node.nodeType === "VariableDeclaration") {
    const signature = `${name}() view returns (${typeOf(node)})`;
    return { kind: "function", signature, id: `0x${functionSelector}`, words };
  }
  const mutability = node.stateMutability === "nonpayable" ? "" : ` ${node.stateMutability}`;
  const returned = listOf(node.returnParameters);
  const signature = `${name}(${listOf(node.parameters)})${mutability}${returned === "" ? "" : ` returns (${returned})`}`;
  return { kind: "function", signature, id: `0x${functionSelector}`, words };
}

function listOf(list: Node["parameters"]): string {
  return (list?.parameters ?? [])
    .map((each) => [typeOf(each), each.indexed === true ? "indexed" : "", each.name].filter(Boolean).join(" "))
    .join(", ");
}

/** `struct Grant` is `Grant`, `contract ISessionConsumer` is `ISessionConsumer`. */
function typeOf({ typeDescriptions }: Node): string {
  return typeDescriptions!.typeString
    .replace(/^(struct|enum|contract) (?:\w+\.)?/, "")
    .replace(/ (storage|memory|calldata)( ref| pointer)?/g, "");
}

function wordsOf(node: Node): string {
  const { notice, dev, params, returns } = natSpec(node);
  const named = params.map(([name, text]) => `\`${name}\`: ${text}`);
  const list = [...named, ...returns.map((text) => `returns ${text}`)].join("; ");
  return [notice, dev, list === "" ? "" : `${list}.`].filter((text) => text !== "").join(" ");
}

/** The tags of a NatSpec comment, each as one line. */
function natSpec({ documentation }: Node) {
  const tags = ` ${documentation?.text ?? ""}`
    .split(/(?:^|\n)\s*@/)
    .map((text) => text.replace(/^\s*@/, ""))
    .filter((text) => text.trim() !== "");
  const of = (tag: string) =>
    tags.filter((text) => text.startsWith(`${tag} `)).map((text) => text.slice(tag.length + 1));
  const line = (text: string) => text.replaceAll(/\s+/g, " ").trim();
  return {
    title: line(of("title").join(" ")),
    notice: prose(of("notice").join("\n")),
    dev: prose(of("dev").join("\n")),
    params: of("param").map((text) => {
      const [name, ...rest] = line(text).split(" ");
      return [name!, rest.join(" ")] as const;
    }),
    returns: of("return").map(line),
  };
}

/** One paragraph, without the code and lists that a table has no place for. */
function prose(text: string): string {
  const [first = ""] = text.split(/\n\s*\n/);
  return first.replaceAll(/\s+/g, " ").trim();
}

function contents(contracts: Documented[]): string {
  const rows = contracts.map(({ name, path, title, items }) => {
    const link = `[\`${name}\`](#${name.toLowerCase()})`;
    return `| ${link} | ${title} | \`${path}\` | ${items.length} |\n`;
  });
  return `| interface | about | source | entries |\n| --- | --- | --- | ---: |\n${rows.join("")}`;
}

function sectionOf({ name, title, notes, items }: Documented): string {
  const table = (kind: Item["kind"], heading: string, id: string) => {
    const rows = items.filter((item) => item.kind === kind);
    if (rows.length === 0) return "";
    const lines = rows.map(
      ({ signature, id: value, words }) => `| \`${value}\` | \`${signature}\` | ${cell(words)} |\n`,
    );
    return `\n### ${heading} of ${name}\n\n| ${id} | ${kind} | |\n| --- | --- | --- |\n${lines.join("")}`;
  };
  const about = [title === name ? "" : `**${title}.**`, ...notes].filter((text) => text !== "").join(" ");
  return (
    `\n## ${name}\n\n${about}\n` +
    table("function", "Functions", "selector") +
    table("event", "Events", "topic") +
    table("error", "Errors", "id")
  );
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function structsOf({ ast, bytes }: Source): string[] {
  const between = (start: number, end: number) => bytes.subarray(start, end).toString();
  return ast.nodes!.flatMap((node) => {
    if (node.nodeType === "StructDefinition") {
      const rows = node.members!.map((member, index) => {
        const before = index === 0 ? startOf(node) : endOf(node.members![index - 1]!);
        const words = commentIn(between(before, startOf(member)));
        return `| \`${member.name}\` | \`${typeOf(member)}\` | ${cell(words)} |\n`;
      });
      const about = natSpec(node).notice || commentIn(lastComment(between(0, startOf(node))));
      return [`### ${node.name}\n\n${about}\n\n| field | type | |\n| --- | --- | --- |\n${rows.join("")}`];
    }
    if (node.nodeType === "EnumDefinition") {
      const rows = node.members!.map((member, index) => {
        const before = index === 0 ? startOf(node) : endOf(node.members![index - 1]!);
        return `| ${index} | \`${member.name}\` | ${cell(commentIn(between(before, startOf(member))))} |\n`;
      });
      const about = natSpec(node).notice || commentIn(lastComment(between(0, startOf(node))));
      return [`### ${node.name}\n\n${about}\n\n| value | name | |\n| ---: | --- | --- |\n${rows.join("")}`];
    }
    return [];
  });
}

const startOf = ({ src }: Node) => Number(src.split(":")[0]);
const endOf = ({ src }: Node) => startOf({ src } as Node) + Number(src.split(":")[1]);

function commentIn(text: string): string {
  const lines = [...text.matchAll(/\/\/\/\s?(.*)$/gm)].map(([, line]) => line);
  return lines
    .join(" ")
    .replace(/@\w+\s/g, "")
    .trim();
}

function lastComment(text: string): string {
  return /(?:^[ \t]*\/\/\/.*\n)+$/m.exec(text)?.[0] ?? "";
}

/** By id, for whoever has four bytes and no name. */
function identifiers(contracts: Documented[]): string {
  const byId = new Map<string, string>();
  for (const { name, items } of contracts) {
    for (const { kind, id, signature } of items) {
      if (kind === "event" || byId.has(`${id} ${kind}`)) continue;
      byId.set(`${id} ${kind}`, `| \`${id}\` | ${kind} | \`${signature.split("(")[0]}\` | ${name} |\n`);
    }
  }
  const rows = [...byId.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return `\n## By id\n\nWhat four bytes at the head of calldata or revert data are.\n\n| id | | name | interface |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}
