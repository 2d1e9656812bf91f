import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Address, type Hash, type Hex, keccak256, stringToHex } from "viem";
import { ANY_TARGET, MAX_DURATION } from "../constants.ts";
import { PolicyError, SessionCreationError } from "../errors/clientErrors.ts";
import { safeText } from "../errors/safeText.ts";
import { definePolicy, type DefinePolicyParameters } from "../policies/definePolicy.ts";
import { method } from "../policies/permissions.ts";
import { MAX_TEXT, MethodTextError, type MethodType, parseMethod } from "../policies/methodTypes.ts";
import type { Permission, Policy, Rule } from "../types.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { keyOfPublicKey } from "./sessionPublicKey.ts";
import { ownerOf, type SessionWallet } from "./sessionWallet.ts";
import { registerSessionSync } from "../actions/registerSession.ts";

/**
 * What a session may call: permissions, as `contract`, `method` and `anyMethodOf` make them, or the text of a method,
 * `"react(uint256,uint8)"`, that it may call on any contract, every `address` in it being the wallet; one with `bytes`, or
 * with a word that can hold an address, is refused.
 */
export type AllowedEntrypoint = string | Permission | readonly Permission[];

/** What a key is registered with, as wallet SDKs write it. */
export interface SessionConfig {
  /** The key's address for secp256k1; `x ++ y`, 64 bytes, for P-256. */
  sessionPublicKey: Hex;
  /** Unix seconds, inclusive. */
  validUntil: number;
  /** Calls, not transactions: a batch of three takes three. At least 1. */
  maxCalls: number;
  /** At least one. */
  allowedEntrypoints: readonly AllowedEntrypoint[];
  /**
   * Names the policy: 1 to 31 characters of printable ASCII. One session lives per wallet, app and lane.
   *
   * @default "session " and the first ten digits of the contract's address, where one is named; of a hash of all that may
   * be called, where several are or none, so that two dApps do not share a lane
   */
  app?: string | undefined;
  /** How much of each token; what has no limit cannot be spent. */
  limits?: DefinePolicyParameters["limits"];
  /** Wei: the most that the session's operations may cost; 0 unless told otherwise. */
  gasBudget?: bigint | undefined;
  /** Whether operations may take their gas from the wallet; no unless told otherwise. */
  selfPaid?: boolean | undefined;
  /** Who may pay for operations instead; nobody unless told otherwise. */
  paymaster?: Address | undefined;
  /** 0 unless told otherwise. */
  lane?: bigint | undefined;
  /** The key that is expected in that lane and to be replaced; see `registerSession`. */
  replaces?: Address | "occupant" | undefined;
}

export interface AddSessionKeyToContractParameters extends DeploymentParameters {
  /** Opens nothing here: the wallet signs by itself. */
  encryptKey?: string | undefined;
  wallet: SessionWallet;
  sessionConfig: SessionConfig;
  /** Nothing to the chain: handed to the wallet's `sendCalls`. */
  bearerToken?: string | undefined;
}

/** The mined transaction's. */
export type AddSessionKeyToContractReturnType = Hash;

export type AddSessionKeyToContractErrorType = OwnerErrorType;

/**
 * Registers a session key as the wallet's owner; a policy that nobody has published is published on the way.
 *
 * @example
 * const config = {
 *   sessionPublicKey: key.address,
 *   validUntil: session.validUntil,
 *   maxCalls: 10,
 *   allowedEntrypoints: ["react(uint256,uint8)"],
 * };
 * await client.addSessionKeyToContract({ wallet, sessionConfig: config });
 */
export async function addSessionKeyToContract(
  client: SessionClient,
  parameters: AddSessionKeyToContractParameters,
): Promise<AddSessionKeyToContractReturnType> {
  const { wallet, sessionConfig, bearerToken, deployment } = parameters;
  const { sessionPublicKey, validUntil, maxCalls, lane, replaces } = sessionConfig;
  const key = keyOfPublicKey(sessionPublicKey);
  const policy = policyOfConfig(sessionConfig, await timeOf(client));
  const grant = { key, policy, validUntil, maxCalls, lane, replaces };
  const { hash } = await registerSessionSync(client, { deployment, ...ownerOf(wallet, bearerToken), ...grant });
  return hash;
}

/** One hour, six hours, a day, a week, 30 days, a year: few lengths, so that most sessions share a policy. In seconds. */
const LENGTHS = [3_600, 21_600, 86_400, 7 * 86_400, 30 * 86_400, MAX_DURATION];

/** The policy of a session that starts at `start`, unix seconds. */
function policyOfConfig(sessionConfig: SessionConfig, start: number): Policy {
  const { validUntil, maxCalls, allowedEntrypoints } = sessionConfig;
  const { limits, gasBudget, selfPaid, paymaster } = sessionConfig;
  if (allowedEntrypoints.length === 0) {
    throw new PolicyError("An empty list of entrypoints allows nothing here; it never means everything.", {
      metaMessages: [
        'Name what is to be called: contract({ address, abi, methods }), method(address, "react(uint256,uint8)"),',
        'or anyMethodOf(address) for every method of one contract that moves no tokens. "react(uint256,uint8)" alone',
        "is that method on any contract. A key that may do everything is the wallet's own.",
      ],
    });
  }
  const duration = validUntil - start + 1;
  const maxDuration = LENGTHS.find((length) => duration <= length);
  if (!Number.isSafeInteger(validUntil) || duration < 1 || maxDuration === undefined) {
    throw new SessionCreationError("A session ends after it starts, and within a year.", {
      metaMessages: [`Start: ${start}`, `End: ${validUntil}`, "Unix seconds, inclusive"],
    });
  }
  const permissions = allowedEntrypoints.map(permissionsOf);
  return definePolicy({
    app: sessionConfig.app ?? appOf(permissions.flat()),
    maxDuration,
    maxCalls,
    permissions,
    ...(limits !== undefined && { limits }),
    ...(gasBudget !== undefined && { gasBudget }),
    ...(selfPaid !== undefined && { selfPaid }),
    ...(paymaster !== undefined && { paymaster }),
  });
}

function appOf(permissions: readonly Permission[]): string {
  const targets = new Set(permissions.map(({ target }) => target.toLowerCase()));
  const [only] = targets;
  const calls = permissions.map(({ target, method: text }) => `${target.toLowerCase()} ${text}`);
  const isOne = targets.size === 1 && only !== ANY_TARGET.toLowerCase();
  const name = isOne ? only! : keccak256(stringToHex([...new Set(calls)].sort().join("\n")));
  return `session ${name.slice(0, 12)}`;
}

function permissionsOf(entrypoint: AllowedEntrypoint): readonly Permission[] {
  if (typeof entrypoint !== "string") return "target" in entrypoint ? [entrypoint] : entrypoint;
  return method(ANY_TARGET, entrypoint, { rules: rulesOf(entrypoint, typesOf(entrypoint)) });
}

function typesOf(text: string): MethodType {
  try {
    // What is longer than any text is not read.
    const { name, types } = parseMethod(text.slice(0, MAX_TEXT + 1));
    if (name !== "") return types;
  } catch (thrown) {
    if (!(thrown instanceof MethodTextError)) throw thrown;
  }
  throw new PolicyError(`"${safeText(text)}" is not a method's text: write it with its types, "react(uint256,uint8)".`);
}

/** On any contract each address is the wallet's own. What else may carry one cannot be bound, and is refused. */
function rulesOf(text: string, type: MethodType, path = ""): Rule[] {
  if (type.kind === "tuple") {
    return type.parts.flatMap((part, i) => rulesOf(text, part, path === "" ? String(i) : `${path}.${i}`));
  }
  if (type.kind === "array") return rulesOf(text, type.element, `${path}[*]`);
  if (type.kind === "word" && type.of === "address") {
    return [{ argument: path, test: "is the principal", per: "", addresses: [], numbers: [], words: [] }];
  }
  const isWide = type.kind === "word" && (type.of === "function" || (type.of === "bytesN" && type.bits >= 160));
  if (type.kind === "bytes" || isWide) {
    throw new PolicyError(`"${safeText(text)}" is no text for any contract: its ${type.name} can say anything.`, {
      metaMessages: [
        `Argument: ${path}`,
        `Name the contract: method(address, "${safeText(text)}", …) with what may stand there.`,
      ],
    });
  }
  return [];
}
