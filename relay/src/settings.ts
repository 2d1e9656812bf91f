import type { LocalAccount } from "viem";
import type { Given } from "../../sdk/src/cli/command.ts";
import { senderOf } from "../../sdk/src/cli/keystore.ts";

/** A setting that is missing or makes no sense: its message is all there is to say. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  about: string;
  initial: number;
  least: number;
  most: number;
}

const setting = (initial: number, least: number, most: number, about: string): Setting => ({
  ...{ initial, least, most, about },
});

/** Every number that can be set, each with its bounds, inclusive. */
export const NUMBERS = {
  RELAY_PORT: setting(8_547, 0, 65_535, "the port; 0 for any that is free"),
  RELAY_CONFIRMATIONS: setting(3, 1, 1_000, "blocks that hold a call before it is final, its own counted in"),
  RELAY_POLL_MS: setting(1_000, 10, 60_000, "milliseconds between two looks at the chain"),
  RELAY_RESEND_MS: setting(10_000, 50, 3_600_000, "milliseconds until the same signed bytes are sent again"),
  RELAY_BUMP_MS: setting(30_000, 50, 3_600_000, "milliseconds until the same nonce is offered at a higher fee"),
  RELAY_MAX_FEE_GWEI: setting(200, 1, 1_000_000, "most gwei that a unit of gas may cost"),
  RELAY_MAX_GAS: setting(2_000_000, 21_000, 16_777_216, "most gas of one call"),
  RELAY_MAX_PENDING: setting(256, 1, 100_000, "most calls that are sent and not mined"),
  RELAY_MAX_IN_FLIGHT: setting(64, 1, 10_000, "most requests that are looked at at once"),
  RELAY_MAX_BEHIND: setting(10, 1, 100_000, "blocks that the node may fall behind what it has shown before"),
  RELAY_MAX_BLOCK_AGE_S: setting(0, 0, 86_400, "seconds that the latest block may be old; 0 for any"),
  RELAY_NODE_TIMEOUT_MS: setting(5_000, 50, 60_000, "milliseconds that the node may take to answer"),
  RELAY_REQUESTS_PER_MINUTE: setting(120, 1, 10_000_000, "requests of one address, a minute"),
  RELAY_PRINCIPAL_GWEI_PER_DAY: setting(10_000_000, 0, 2 ** 50, "gas money for one principal, a day (UTC)"),
  RELAY_APP_GWEI_PER_DAY: setting(100_000_000, 0, 2 ** 50, "gas money for one app, a day (UTC)"),
  RELAY_GWEI_PER_DAY: setting(1_000_000_000, 0, 2 ** 50, "gas money for everybody together, a day (UTC)"),
} as const satisfies Record<string, Setting>;

const TEXTS = {
  RELAY_HOST: "127.0.0.1",
  RELAY_JOURNAL: "relay.sqlite",
  RELAY_ORIGINS: "*",
  RELAY_APPS: "*",
  RELAY_TRUST_PROXY: "",
  RELAY_LOG: "info",
} as const;

const LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"];

export interface Settings {
  nodeUrl: string;
  /** The Postgres of a journal that several instances share; undefined for a file. */
  databaseUrl: string | undefined;
  account: LocalAccount;
  host: string;
  journal: string;
  /** Origins whose pages may ask; undefined for all. */
  origins: readonly string[] | undefined;
  /** Apps that are paid for, by the label of their policies; undefined for all. */
  apps: readonly string[] | undefined;
  /** Proxies whose `x-forwarded-for` is believed: addresses or ranges. */
  trustProxy: string | undefined;
  logLevel: string;
  port: number;
  confirmations: number;
  pollMs: number;
  resendMs: number;
  bumpMs: number;
  /** Wei. */
  maxFee: bigint;
  maxGas: bigint;
  maxPending: number;
  maxInFlight: number;
  maxBehind: number;
  maxBlockAgeS: number;
  nodeTimeoutMs: number;
  requestsPerMinute: number;
  /** Gwei a day. */
  budgets: { principal: number; app: number; all: number };
}

/** Reads the environment. Nothing of a key is in an error. */
export function readSettings(env: Environment): Settings {
  const known = [...Object.keys(NUMBERS), ...Object.keys(TEXTS)];
  const unknown = Object.keys(env).find((name) => name.startsWith("RELAY_") && !known.includes(name));
  if (unknown !== undefined) throw new SettingsError(`${unknown} is not a setting. Settings: ${known.join(", ")}.`);
  const number = (name: keyof typeof NUMBERS) => numberOf(env, name);
  const text = (name: keyof typeof TEXTS) => env[name] || TEXTS[name];
  const list = (value: string) => (value === "*" ? undefined : value.split(",").map((each) => each.trim()));
  const logLevel = text("RELAY_LOG");
  if (!LEVELS.includes(logLevel)) {
    throw new SettingsError(`RELAY_LOG is "${logLevel}"; it is one of ${LEVELS.join(", ")}.`);
  }
  return {
    nodeUrl: urlOf(env, "LATCHKEY_RPC_URL", ["http:", "https:"]) ?? missing("LATCHKEY_RPC_URL", "the node's URL"),
    databaseUrl: urlOf(env, "DATABASE_URL", ["postgres:", "postgresql:"]),
    account: accountOf(env),
    host: text("RELAY_HOST"),
    journal: text("RELAY_JOURNAL"),
    origins: list(text("RELAY_ORIGINS")),
    apps: list(text("RELAY_APPS")),
    trustProxy: text("RELAY_TRUST_PROXY") || undefined,
    logLevel,
    port: number("RELAY_PORT"),
    confirmations: number("RELAY_CONFIRMATIONS"),
    pollMs: number("RELAY_POLL_MS"),
    resendMs: number("RELAY_RESEND_MS"),
    bumpMs: number("RELAY_BUMP_MS"),
    maxFee: BigInt(number("RELAY_MAX_FEE_GWEI")) * 10n ** 9n,
    maxGas: BigInt(number("RELAY_MAX_GAS")),
    maxPending: number("RELAY_MAX_PENDING"),
    maxInFlight: number("RELAY_MAX_IN_FLIGHT"),
    maxBehind: number("RELAY_MAX_BEHIND"),
    maxBlockAgeS: number("RELAY_MAX_BLOCK_AGE_S"),
    nodeTimeoutMs: number("RELAY_NODE_TIMEOUT_MS"),
    requestsPerMinute: number("RELAY_REQUESTS_PER_MINUTE"),
    budgets: {
      principal: number("RELAY_PRINCIPAL_GWEI_PER_DAY"),
      app: number("RELAY_APP_GWEI_PER_DAY"),
      all: number("RELAY_GWEI_PER_DAY"),
    },
  };
}

function missing(name: string, about: string): never {
  throw new SettingsError(`${name} is missing: ${about}.`);
}

function numberOf(env: Environment, name: keyof typeof NUMBERS): number {
  const { initial, least, most } = NUMBERS[name];
  const given = env[name];
  if (given === undefined || given === "") return initial;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new SettingsError(`${name} is "${given}"; it is a whole number from ${least} to ${most}.`);
}

function urlOf(env: Environment, name: string, protocols: string[]): string | undefined {
  const given = env[name];
  if (given === undefined || given === "") return undefined;
  if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given;
  // It may hold a password.
  throw new SettingsError(`${name} is not a URL that starts with ${protocols.join(" or ")}.`);
}

/** The key, as the command line of the client takes it. */
function accountOf(env: Environment): LocalAccount {
  const values = {
    keystore: env["LATCHKEY_KEYSTORE"] || undefined,
    "password-file": env["LATCHKEY_KEYSTORE_PASSWORD_FILE"] || undefined,
  };
  const given: Given = { positionals: [], values, env, nodeUrl: undefined, say: () => undefined, confirm: undefined };
  if (values.keystore === undefined && !env["LATCHKEY_PRIVATE_KEY"]) {
    missing("LATCHKEY_PRIVATE_KEY", "the sender's key; or LATCHKEY_KEYSTORE, a file, with its password");
  }
  try {
    return senderOf(given);
  } catch (thrown) {
    throw new SettingsError(thrown instanceof Error ? thrown.message : "The sender's key could not be read.");
  }
}
