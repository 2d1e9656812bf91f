import {
  type Abi,
  type Address,
  concatHex,
  decodeFunctionData,
  encodeFunctionData,
  encodePacked,
  getAddress,
  type Hex,
  hexToBigInt,
  isAddressEqual,
  keccak256,
  size,
  slice,
  toFunctionSelector,
} from "viem";
import { sessionExecutorAbi } from "../../sdk/src/generated/abi/sessionExecutorAbi.ts";
import { sessionForwarderAbi } from "../../sdk/src/generated/abi/sessionForwarderAbi.ts";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import { type Deployment, decodeExecute, type Grant, type SessionCall } from "../../sdk/src/index.ts";
import { addressOfX } from "../../sdk/src/keys/addressOfX.ts";
import { RelayError } from "./RelayError.ts";

/** What this service sends, and nothing else. */
export const VERBS = [
  "executeBySig",
  "forwardBySig",
  "registerSessionBySig",
  "revokeSessionBySig",
  "revokeAllSessionsBySig",
  "registerSessionOnChains",
  "revokeSessionOnChains",
] as const;

export type Verb = (typeof VERBS)[number];

/** A call of one of the verbs, read. */
export interface SignedCall {
  digest: Hex;
  to: Address;
  data: Hex;
  verb: Verb;
  principal: Address;
  /** The session's key; undefined where a principal ends them all. */
  key?: Address | undefined;
  /** What the key asks for; undefined where a principal signed. */
  acts?:
    { route: "relayed" | "forwarded"; calls: readonly SessionCall[]; validUntil: number; nonce: bigint } | undefined;
  /** What a principal grants. */
  grant?: Grant | undefined;
  /** What a principal ends. */
  generation?: number | undefined;
}

const ABIS: Record<"latchkey" | "forwarder", Abi> = {
  latchkey: [...sessionExecutorAbi, ...sessionRegistryAbi].filter(isRelayed),
  forwarder: sessionForwarderAbi.filter(isRelayed),
};

function isRelayed(item: { type: string; name?: string }): boolean {
  return item.type === "function" && (VERBS as readonly string[]).includes(item.name ?? "");
}

/**
 * What names a call, whoever brings it and how often: `keccak256(to ++ data)`, of what a key signed without its signature.
 * Signed again with the same nonce, with another deadline for one, it is the same call: the chain lets one of them pass.
 */
function digestOf(to: Address, data: Hex): Hex {
  return keccak256(concatHex([to, data]));
}

/** Reads a call. One that is not of a verb, or not encoded as Solidity's ABI does it, is refused. */
export function readCall({ latchkey, forwarder }: Deployment, given: { to: Address; data: Hex }): SignedCall {
  const to = getAddress(given.to.toLowerCase());
  const data = given.data.toLowerCase() as Hex;
  if (data.length % 2 !== 0) {
    throw new RelayError("CALL_MALFORMED", `\`data\` has ${data.length - 2} hex digits, which are no whole bytes.`);
  }
  const name = isAddressEqual(to, latchkey) ? "latchkey" : isAddressEqual(to, forwarder) ? "forwarder" : undefined;
  if (name === undefined) {
    throw new RelayError(
      "TARGET_NOT_RELAYED",
      `This relay calls Latchkey ${latchkey} and its forwarder ${forwarder} alone, not ${to}.`,
    );
  }
  const { functionName, args } = decoded(ABIS[name], data);
  const isOfKey = functionName === "executeBySig" || functionName === "forwardBySig";
  const named = isOfKey
    ? encodeFunctionData({ abi: ABIS[name], functionName, args: [...args.slice(0, -1), "0x"] })
    : data;
  const common = { digest: digestOf(to, named), to, data, verb: functionName };
  const [principal] = args as [Address];
  switch (functionName) {
    case "executeBySig": {
      const [, mode, executionCalldata, nonce, , signature] = args as [Address, Hex, Hex, bigint, bigint, Hex];
      const calls = callsOf(mode, executionCalldata);
      return { ...common, principal, ...actsOf("relayed", calls, nonce, signature) };
    }
    case "forwardBySig": {
      const [, target, inner, nonce, , signature] = args as [Address, Address, Hex, bigint, bigint, Hex];
      return { ...common, principal, ...actsOf("forwarded", [{ to: target, data: inner }], nonce, signature) };
    }
    case "registerSessionBySig":
    case "registerSessionOnChains": {
      const [, grant] = args as [Address, Grant];
      return { ...common, principal, key: grant.key, grant };
    }
    case "revokeSessionBySig":
    case "revokeSessionOnChains":
      return { ...common, principal, key: args[1] as Address };
    case "revokeAllSessionsBySig":
      return { ...common, principal, generation: args[1] as number };
  }
}

function decoded(abi: Abi, data: Hex): { functionName: Verb; args: readonly unknown[] } {
  let functionName: Verb;
  let args: readonly unknown[];
  try {
    const found = decodeFunctionData({ abi, data });
    functionName = found.functionName as Verb;
    args = found.args!;
  } catch {
    const selector = size(data) < 4 ? data : slice(data, 0, 4);
    const isKnown = abi.some((item) => item.type === "function" && toFunctionSelector(item) === selector);
    if (isKnown) throw new RelayError("CALL_MALFORMED", `The arguments behind ${selector} cannot be read.`);
    throw new RelayError("METHOD_NOT_RELAYED", `This relay sends ${VERBS.join(", ")}; ${selector} is none of them.`);
  }
  // Bytes that nobody reads would make another digest of the same call.
  if (encodeFunctionData({ abi, functionName, args }) === data) return { functionName, args };
  throw new RelayError("CALL_MALFORMED", `The arguments of ${functionName} are not encoded as Solidity's ABI does it.`);
}

function callsOf(mode: Hex, executionCalldata: Hex): readonly SessionCall[] {
  try {
    const data = encodeFunctionData({ abi: EXECUTE, functionName: "execute", args: [mode, executionCalldata] });
    return decodeExecute(data);
  } catch {
    throw new RelayError("CALL_MALFORMED", "The calls of executeBySig are not encoded as ERC-7579 does it.");
  }
}

const EXECUTE = [
  {
    type: "function",
    name: "execute",
    stateMutability: "nonpayable",
    inputs: [
      { name: "mode", type: "bytes32" },
      { name: "executionCalldata", type: "bytes" },
    ],
    outputs: [],
  },
] as const;

/** `[sessionPubKey, r, s, validUntil]` of 32 bytes each. */
const SIGNATURE_SIZE = 128;

function actsOf(
  route: "relayed" | "forwarded",
  calls: readonly SessionCall[],
  nonce: bigint,
  signature: Hex,
): Pick<SignedCall, "key" | "acts"> {
  if (size(signature) !== SIGNATURE_SIZE) {
    throw new RelayError(
      "CALL_MALFORMED",
      `The key's signature has ${size(signature)} bytes; it is ${SIGNATURE_SIZE} long.`,
    );
  }
  const [first, , s, last] = [0, 32, 64, 96].map((from) => hexToBigInt(slice(signature, from, from + 32))) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (last >> 48n !== 0n) {
    throw new RelayError("CALL_MALFORMED", `The signature's deadline is ${last}; the last one is ${2n ** 48n - 1n}.`);
  }
  const key = first >> 160n === 0n ? getAddress(slice(signature, 12, 32)) : addressOfX(first, s >> 255n === 1n);
  if (key === undefined) {
    throw new RelayError("CALL_MALFORMED", `There is no key whose point has the x ${slice(signature, 0, 32)}.`);
  }
  return { key, acts: { route, calls, validUntil: Number(last), nonce } };
}

/** What only one call at a time may be about, so that no two are paid for of which the chain lets one pass. */
export function slotOf(call: SignedCall, grantNonce: bigint | undefined): Hex {
  const { verb, principal, key = principal, acts, grant, generation } = call;
  const number = acts?.nonce ?? grantNonce ?? BigInt(generation ?? 0);
  // For this chain or for several, it is the same grant nonce, and the same key that ends.
  const kind = acts === undefined ? verb.replace("OnChains", "BySig") : "acts";
  const subject = grant === undefined ? key : principal;
  return keccak256(encodePacked(["string", "address", "address", "uint256"], [kind, principal, subject, number]));
}
