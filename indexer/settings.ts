/** What an index is told by its environment. */
export interface Settings {
  chainId: number;
  nodeUrl: string;
  /** A Postgres; undefined for files below `folder`. */
  databaseUrl: string | undefined;
  /** Where PGlite keeps its files. */
  folder: string;
  startBlock: number;
  /** Accounts whose operations are looked at; undefined for all. */
  senders: `0x${string}`[] | undefined;
  /** Most blocks of one `eth_getLogs`; undefined where the node's refusals say it. */
  maxBlockRange: number | undefined;
  pollMs: number;
  /** How long the newest block may be another than the chain's before it is held for lost. */
  patienceMs: number;
}

/** A setting that is missing or makes no sense: its message is all there is to say. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

const NAMES = [
  ...["INDEXER_CHAIN_ID", "INDEXER_FOLDER", "INDEXER_START_BLOCK", "INDEXER_SENDERS", "INDEXER_MAX_BLOCK_RANGE"],
  ...["INDEXER_POLL_MS", "INDEXER_PATIENCE_MS", "INDEXER_PORT", "INDEXER_HOST"],
];

/** Reads all of it, or throws a `SettingsError`. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  for (const name of Object.keys(env)) {
    if (name.startsWith("INDEXER_") && !NAMES.includes(name)) {
      throw new SettingsError(`${name} is not a setting of the index: they are ${NAMES.join(", ")}.`);
    }
  }
  const nodeUrl = env["LATCHKEY_RPC_URL"] ?? "";
  if (!/^https?:\/\/./.test(nodeUrl)) {
    throw new SettingsError(`LATCHKEY_RPC_URL is "${nodeUrl}", not the URL of a node over HTTP.`);
  }
  const databaseUrl = env["DATABASE_URL"];
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\/./.test(databaseUrl)) {
    throw new SettingsError("DATABASE_URL is not the URL of a Postgres.");
  }
  return {
    chainId: number(env, "INDEXER_CHAIN_ID", undefined, 1, 2 ** 31 - 1),
    nodeUrl,
    databaseUrl,
    folder: env["INDEXER_FOLDER"] ?? ".ponder/tables",
    startBlock: number(env, "INDEXER_START_BLOCK", 0, 0, 2 ** 48),
    senders: sendersIn(env["INDEXER_SENDERS"]),
    maxBlockRange:
      env["INDEXER_MAX_BLOCK_RANGE"] === undefined
        ? undefined
        : number(env, "INDEXER_MAX_BLOCK_RANGE", undefined, 1, 2 ** 31),
    pollMs: number(env, "INDEXER_POLL_MS", 1_000, 100, 60_000),
    patienceMs: number(env, "INDEXER_PATIENCE_MS", 30_000, 500, 3_600_000),
  };
}

export function number(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  initial: number | undefined,
  least: number,
  most: number,
): number {
  const text = env[name];
  if (text === undefined && initial !== undefined) return initial;
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || value < least || value > most) {
    throw new SettingsError(`${name} is "${text ?? ""}", not a whole number from ${least} to ${most}.`);
  }
  return value;
}

function sendersIn(text: string | undefined): `0x${string}`[] | undefined {
  if (text === undefined || text === "*") return undefined;
  const senders = text.split(",").map((each) => each.trim());
  const wrong = senders.find((each) => !/^0x[0-9a-fA-F]{40}$/.test(each));
  if (wrong !== undefined) throw new SettingsError(`INDEXER_SENDERS has "${wrong}", which is not an address.`);
  return senders as `0x${string}`[];
}
