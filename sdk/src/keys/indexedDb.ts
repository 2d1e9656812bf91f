import { SessionCreationError } from "../errors/clientErrors.ts";
import { isPair, type P256KeyPair, type P256KeyStorage } from "./p256.ts";

const STORE = "keys";
const VERSION = 1;

/** What `indexedDbKeyStorage` takes. */
export interface IndexedDbKeyStorageParameters {
  /** The database, which nothing else may keep anything in; `latchkey` unless told otherwise. Each origin has its own. */
  name?: string | undefined;
}

/**
 * Keeps pairs of keys in the browser's IndexedDB, where they outlive the page and the browser. No script can export the
 * private one, but every script of the origin can use it, and the disk holds it in plain form.
 *
 * Two tabs that ask for the same name at once get the same key. Whatever goes wrong, no IndexedDB, one that is blocked,
 * full or forbidden in private mode, another's, or something else in the key's place, is a `SESSION_CREATION_FAILED`. A pair
 * that is read is tried once: its public half verifies what its private half signs. That no script has ever known it
 * cannot be tried: a script that ran on the page before may have put there one that it has a copy of, so make a fresh key
 * for each registration.
 */
export function indexedDbKeyStorage({ name = "latchkey" }: IndexedDbKeyStorageParameters = {}): P256KeyStorage {
  return {
    get: async (key) => {
      const kept = await inStore(name, "readonly", async (store) => pairIn(await settled(store.get(key)), key));
      return kept && tried(kept, key);
    },
    // Transactions that write to one store wait for each other, in whatever tab they were begun.
    add: async (key, pair) => {
      const kept = await inStore(name, "readwrite", async (store) => {
        const before = pairIn(await settled(store.get(key)), key);
        if (before === undefined) await settled(store.add(pair, key));
        return before;
      });
      return kept === undefined ? pair : tried(kept, key);
    },
    list: () => inStore(name, "readonly", async (store) => (await settled(store.getAllKeys())).map(String)),
    remove: (key) => inStore(name, "readwrite", async (store) => void (await settled(store.delete(key)))),
  };
}

async function inStore<result>(
  name: string,
  mode: "readonly" | "readwrite",
  run: (store: Store) => Promise<result>,
): Promise<result> {
  try {
    const database = await open(name);
    try {
      // What a wallet is about to register must have reached the disk.
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const completed = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error("The transaction was aborted."));
      });
      const [result] = await Promise.all([run(transaction.objectStore(STORE)), completed]);
      return result;
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (thrown instanceof SessionCreationError) throw thrown;
    throw failed(name, thrown);
  }
}

function open(name: string): Promise<Database> {
  // Where storage is forbidden, looking at it may throw.
  const { indexedDB } = globalThis as { indexedDB?: Factory | null };
  if (indexedDB === undefined || indexedDB === null) {
    throw new SessionCreationError("There is no IndexedDB here to keep a session key in.", {
      metaMessages: ["Keep it in memory instead: generateP256SessionKey, or memoryKeyStorage."],
    });
  }
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      // Another tab that wants to delete the database need not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("The database was not opened."));
    request.onblocked = () =>
      reject(new SessionCreationError(`Another tab keeps the database ${name} open.`, { metaMessages: ["Close it."] }));
  });
}

function settled<value>(request: Request<value>): Promise<value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The request failed."));
  });
}

/** What is kept must be what was put there: a pair whose private half no script can export. */
function pairIn(value: unknown, key: string): P256KeyPair | undefined {
  if (value === undefined) return undefined;
  const { privateKey, publicKey } = (value ?? {}) as Partial<P256KeyPair>;
  if (privateKey?.type !== "private" || publicKey?.type !== "public" || privateKey.extractable) {
    throw noKey(key);
  }
  return { privateKey, publicKey };
}

/** A pair whose halves belong together. No transaction waits for it. */
async function tried(pair: P256KeyPair, key: string): Promise<P256KeyPair> {
  if (await isPair(pair)) return pair;
  throw noKey(key);
}

function noKey(key: string): SessionCreationError {
  return new SessionCreationError(`What is kept as ${key} is no session key that nobody can export.`, {
    metaMessages: ["Remove it, and make another."],
  });
}

const WORDS: Record<string, string> = {
  QuotaExceededError: "There is no room left for a session key.",
  SecurityError: "This page may keep nothing.",
  InvalidStateError: "This window may keep nothing: it is private.",
  NotFoundError: "The database is another's, without a place for session keys.",
  VersionError: "The database is another's, of a later version.",
};
/** Of a database that the page itself uses under that name. */
const ANOTHERS = ["NotFoundError", "VersionError"];

function failed(name: string, thrown: unknown): SessionCreationError {
  const reason = thrown instanceof Error ? thrown.name : "Error";
  return new SessionCreationError(WORDS[reason] ?? "The session key could not be kept.", {
    cause: thrown,
    metaMessages: [
      `Database: ${name}`,
      `Reason: ${reason}`,
      ...(ANOTHERS.includes(reason) ? ["Give indexedDbKeyStorage a name that nothing else has."] : []),
    ],
  });
}

// The part of IndexedDB that is used: a server's types have none.

interface Request<value> {
  result: value;
  error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null;
  onblocked: (() => void) | null;
}

interface Factory {
  open(name: string, version: number): OpenRequest;
}

interface Database {
  onversionchange: (() => void) | null;
  createObjectStore(name: string): unknown;
  transaction(store: string, mode: "readonly" | "readwrite", options: { durability: "strict" }): Transaction;
  close(): void;
}

interface Transaction {
  error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): Store;
}

interface Store {
  get(key: string): Request<unknown>;
  add(value: unknown, key: string): Request<unknown>;
  delete(key: string): Request<undefined>;
  getAllKeys(): Request<unknown[]>;
}
