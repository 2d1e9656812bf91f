import {
  type AbiFunction,
  type AbiParameter,
  createClient,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  http,
  parseAbiItem,
} from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { call, getGasPrice, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";

/**
 * What the documents use of Foundry's cast, on viem alone. The node is `ETH_RPC_URL`; whatever wallet a command names is
 * the key `CAST_PRIVATE_KEY`.
 */
const WALLETS: Record<string, number> = { "--ledger": 1, "--account": 2 };
const client = createClient({ chain: hardhat, transport: http(process.env.ETH_RPC_URL), pollingInterval: 20 });
const privateKey = process.env.CAST_PRIVATE_KEY as Hex;

const args = process.argv.slice(2);
const wallet = args.findIndex((arg) => arg in WALLETS);
if (wallet >= 0) args.splice(wallet, WALLETS[args[wallet]!]);
const isSigned = wallet >= 0;
const [command = "", ...given] = args;
console.log(await run(command, given));

async function run(name: string, [first = "", second = "", ...rest]: string[]): Promise<string> {
  switch (name) {
    case "gas-price":
      return String(await getGasPrice(client));
    case "calldata":
      return dataOf(functionOf(first), [second, ...rest]);
    case "call": {
      const item = functionOf(second);
      const { data } = await call(client, { to: first as Hex, data: dataOf(item, rest) });
      return shown(decodeFunctionResult({ abi: [item], data: data! }));
    }
    case "send": {
      if (!isSigned) throw new Error("No wallet is named.");
      const data = dataOf(functionOf(second), rest);
      const hash = await sendTransaction(client, { account: privateKeyToAccount(privateKey), to: first as Hex, data });
      const { status } = await waitForTransactionReceipt(client, { hash });
      if (status !== "success") throw new Error("The transaction failed.");
      return hash;
    }
    case "wallet": {
      if (first !== "sign" || second !== "--no-hash" || !isSigned) throw new Error(`Nothing is known of ${first}.`);
      return sign({ hash: rest[0] as Hex, privateKey, to: "hex" });
    }
    default:
      throw new Error(`Nothing is known of ${name}.`);
  }
}

/** `name(inputs)`, or `name(inputs)(outputs)`. */
function functionOf(text: string): AbiFunction {
  const end = closingOf(text, text.indexOf("("));
  const outputs = end + 1 < text.length ? ` returns ${text.slice(end + 1)}` : "";
  return parseAbiItem(`function ${text.slice(0, end + 1)}${outputs}` as never) as AbiFunction;
}

function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i;
  }
  throw new Error(`${text} is not a signature.`);
}

function dataOf(item: AbiFunction, texts: string[]): Hex {
  if (texts.length !== item.inputs.length) throw new Error(`${item.name} takes ${item.inputs.length} arguments.`);
  return encodeFunctionData({ abi: [item], args: item.inputs.map((input, i) => valueOf(input, texts[i]!)) } as never);
}

function valueOf(input: AbiParameter, text: string): unknown {
  if (input.type.endsWith("[]")) {
    const element = { ...input, type: input.type.slice(0, -2) };
    return partsOf(text).map((part) => valueOf(element, part));
  }
  if (input.type === "tuple") {
    const { components } = input as AbiParameter & { components: AbiParameter[] };
    const parts = partsOf(text);
    if (parts.length !== components.length) throw new Error(`${text} has not ${components.length} parts.`);
    return components.map((each, i) => valueOf(each, parts[i]!));
  }
  if (input.type === "bool") return text === "true";
  return /^u?int/.test(input.type) ? BigInt(text) : text;
}

/** What stands between the outer brackets, split at the commas that are in no others. */
function partsOf(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text.slice(1, -1)) {
    if ("([".includes(letter)) depth++;
    if (")]".includes(letter)) depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** As cast prints it: large numbers with a second, rounded form. A list looks like a tuple. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `(${value.map(shown).join(", ")})`;
  const isLarge = typeof value === "bigint" && value > 9_999n;
  return isLarge ? `${value} [${Number(value).toExponential()}]` : String(value);
}
