import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Abi, type Address, createClient, defineChain, getAddress, http, isAddress } from "viem";
import { getChainId } from "viem/actions";
import { type Deployment, latchkeyDeployment } from "../constants.ts";
import { type AddressBook, addressOf, parseAddressBook } from "../policies/addressBook.ts";
import { parsePolicyFile, type PolicyFile } from "../policies/parsePolicyFile.ts";
import type { SessionClient } from "../chain/client.ts";
import { safeText } from "../errors/safeText.ts";
import type { Given } from "./command.ts";
import { hostOf, Refusal, UsageError } from "./errors.ts";

/** A file's text. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const why = (thrown as NodeJS.ErrnoException).code ?? "unknown";
    throw new Refusal("FILE", `${safeText(path, 200)} cannot be read (${why}).`);
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readText(path));
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    throw new Refusal("FILE", `${safeText(path, 200)} is not JSON.`);
  }
}

function text({ values }: Given, name: string): string | undefined {
  return values[name] as string | undefined;
}

/** The policy file that is named first, and the book for its names. */
export function policyFileOf(given: Given): PolicyFile & { book: AddressBook; file: string } {
  const [path] = given.positionals;
  const book = bookOf(given);
  const file = safeText(basename(path!), 100);
  return { ...parsePolicyFile(readText(path!), { book, file }), book, file };
}

function bookOf(given: Given): AddressBook {
  const path = text(given, "book");
  return path === undefined ? {} : parseAddressBook(readText(path), { file: safeText(basename(path), 100) });
}

/** `--abi NAME=FILE`, each with a name of the book or an address. */
export function abisOf(given: Given, book: AddressBook): Record<Address, Abi> {
  const all = (given.values["abi"] ?? []) as string[];
  return Object.fromEntries(
    all.map((each) => {
      const at = each.indexOf("=");
      const name = each.slice(0, Math.max(at, 0));
      const address = addressOf(book, name) ?? (isAddress(name) ? getAddress(name) : undefined);
      if (at < 1 || address === undefined) {
        throw new UsageError(
          `--abi takes NAME=FILE with a name of the book or an address, not ${safeText(each, 200)}.`,
        );
      }
      const json = readJson(each.slice(at + 1));
      const abi = Array.isArray(json) ? json : (json as { abi?: unknown } | null)?.abi;
      if (!Array.isArray(abi)) throw new Refusal("FILE", `${safeText(each.slice(at + 1), 200)} holds no ABI.`);
      return [address, abi as Abi];
    }),
  );
}

export function addressOption(given: Given, name: string): Address | undefined {
  const value = text(given, name);
  return value === undefined ? undefined : addressIn(value, `--${name}`);
}

export function addressIn(value: string, what: string): Address {
  if (!isAddress(value)) throw new UsageError(`${what} is no address: ${safeText(value, 100)}.`);
  return getAddress(value);
}

export function deploymentOf(given: Given): Deployment {
  const path = text(given, "deployment");
  if (path === undefined) return latchkeyDeployment;
  const json = readJson(path) as Record<string, unknown> | null;
  const at = (name: keyof Deployment) => {
    const value = json?.[name];
    if (typeof value !== "string" || !isAddress(value)) {
      throw new Refusal("FILE", `${safeText(path, 200)} names no address as "${name}".`);
    }
    return getAddress(value);
  };
  return { latchkey: at("latchkey"), lens: at("lens"), policyStore: at("policyStore"), forwarder: at("forwarder") };
}

/** The node; a usage error if none was named. */
export async function clientOf(given: Given): Promise<SessionClient> {
  const client = await clientIfAny(given);
  if (client === undefined) throw new UsageError("Which node? Give --rpc-url or LATCHKEY_RPC_URL.");
  return client;
}

export async function clientIfAny({ nodeUrl }: Given): Promise<SessionClient | undefined> {
  if (nodeUrl === undefined) return undefined;
  if (!/^https?:\/\//.test(nodeUrl) || !URL.canParse(nodeUrl))
    throw new UsageError("The node's URL is no http or https one.");
  const transport = http(nodeUrl, { retryCount: 1, timeout: 30_000 });
  let id: number;
  try {
    id = await getChainId(createClient({ transport }));
  } catch (thrown) {
    const why = (thrown as { shortMessage?: string }).shortMessage ?? "unknown";
    throw new Refusal("NODE", `The node at ${hostOf(nodeUrl)} does not answer: ${safeText(why, 200)}`);
  }
  const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
  const chain = defineChain({ id, name: `chain ${id}`, nativeCurrency, rpcUrls: { default: { http: [nodeUrl] } } });
  return createClient({ chain, transport, pollingInterval: 500, cacheTime: 0 });
}
