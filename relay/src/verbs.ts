import {
  type Abi,
  type Address,
  concatHex,
  decodeAbiParameters,
  decodeFunctionData,
  encodeAbiParameters,
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
  zeroAddress,
} from "viem";
import { delegationRedeemerAbi } from "../../sdk/src/generated/abi/delegationRedeemerAbi.ts";
import { sessionExecutorAbi } from "../../sdk/src/generated/abi/sessionExecutorAbi.ts";
import { sessionForwarderAbi } from "../../sdk/src/generated/abi/sessionForwarderAbi.ts";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import {
  type DecodedGrantEnvelope,
  decodeExecute,
  decodeGrantEnvelope,
  type Deployment,
  type Grant,
  type SessionCall,
  type SessionError,
} from "../../sdk/src/index.ts";
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
  "redeemDelegations",
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
  /** What a principal grants by this call alone. */
  grant?: Grant | undefined;
  /** What a principal grants beside what its key asks for: passed over where the session is there. */
  brings?: DecodedGrantEnvelope | undefined;
  /** What a principal ends. */
  generation?: number | undefined;
}

const ABIS: Record<"latchkey" | "forwarder", Abi> = {
  latchkey: [...sessionExecutorAbi, ...sessionRegistryAbi, ...delegationRedeemerAbi].filter(isRelayed),
  forwarder: sessionForwarderAbi.filter(isRelayed),
};

function isRelayed(item: { type: string; name?: string }): boolean {
  return item.type === "function" && (VERBS as readonly string[]).includes(item.name ?? "");
}

/**
 * What names a call, whoever brings it and how often: `keccak256(to ++ data)`, of what a key signed with its address in
 * place of its signature. Signed again with the same nonce, with another deadline for one, or with its grant, it is the same
 * call: the chain lets one of them pass.
 */
function digestOf(to: Address, data: Hex): Hex {
  return keccak256(concatHex([to, data]));
}

/**
 * Reads a call that `sender` would send. One that is not of a verb, or not encoded as Solidity's ABI does it, is refused.
 */
export function readCall(
  { latchkey, forwarder }: Deployment,
  given: { to: Address; data: Hex },
  sender: Address,
): SignedCall {
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
  if (functionName === "redeemDelegations") {
    return { to, data, verb: functionName, ...redemptionOf(to, args as Parameters<typeof redemptionOf>[1], sender) };
  }
  const common = { digest: digestOf(to, data), to, data, verb: functionName };
  const [principal] = args as [Address];
  const signedBy = (ofKey: OfKey): SignedCall => {
    const named = encodeFunctionData({ abi: ABIS[name], functionName, args: [...args.slice(0, -1), ofKey.key] });
    return { ...common, digest: digestOf(to, named), principal, ...ofKey };
  };
  switch (functionName) {
    case "executeBySig": {
      const [, mode, executionCalldata, nonce, , signature] = args as [Address, Hex, Hex, bigint, bigint, Hex];
      return signedBy(actsOf("relayed", callsOf(functionName, mode, executionCalldata), nonce, signature));
    }
    case "forwardBySig": {
      const [, target, inner, nonce, , signature] = args as [Address, Address, Hex, bigint, bigint, Hex];
      return signedBy(actsOf("forwarded", [{ to: target, data: inner }], nonce, signature));
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

/** One item of ERC-7710 that the key has signed for anyone, or for this relay. */
function redemptionOf(
  to: Address,
  [contexts, modes, executions]: readonly [readonly Hex[], readonly Hex[], readonly Hex[]],
  sender: Address,
): OfKey & Pick<SignedCall, "digest" | "principal"> {
  const [context, mode, execution] = [contexts[0], modes[0], executions[0]];
  const count = Math.max(contexts.length, modes.length, executions.length);
  if (context === undefined || mode === undefined || execution === undefined || count > 1) {
    throw new RelayError(
      "CALL_MALFORMED",
      `The call has ${contexts.length} contexts, ${modes.length} modes and ${executions.length} executions; it is one each.`,
    );
  }
  let read: readonly [Address, Address, bigint, bigint, Hex];
  try {
    read = decodeAbiParameters(SIGNED_CONTEXT, context);
    if (encodeAbiParameters(SIGNED_CONTEXT, read) !== context) throw new TypeError("other bytes");
  } catch {
    throw new RelayError(
      "CALL_MALFORMED",
      `The context of ${size(context)} bytes is not the encoding of principal, redeemer, nonce, least gas and signature.`,
    );
  }
  const [principal, redeemer, nonce, minGas, signature] = read;
  if (!isAddressEqual(redeemer, zeroAddress) && !isAddressEqual(redeemer, sender)) {
    throw new RelayError(
      "METHOD_NOT_RELAYED",
      `The key has signed for ${redeemer} alone; this relay sends as ${sender}.`,
    );
  }
  const calls = callsOf("redeemDelegations", mode, execution);
  const ofKey = actsOf("relayed", calls, nonce, signature);
  const unsigned = encodeAbiParameters(SIGNED_CONTEXT, [principal, redeemer, nonce, minGas, ofKey.key]);
  const args = [[unsigned], [mode], [execution]] as const;
  const named = encodeFunctionData({ abi: delegationRedeemerAbi, functionName: "redeemDelegations", args });
  return { digest: digestOf(to, named), principal, ...ofKey };
}

const SIGNED_CONTEXT = [
  { name: "principal", type: "address" },
  { name: "redeemer", type: "address" },
  { name: "nonce", type: "uint256" },
  { name: "minGas", type: "uint256" },
  { name: "signature", type: "bytes" },
] as const;

function callsOf(verb: Verb, mode: Hex, executionCalldata: Hex): readonly SessionCall[] {
  try {
    const data = encodeFunctionData({ abi: EXECUTE, functionName: "execute", args: [mode, executionCalldata] });
    return decodeExecute(data);
  } catch {
    throw new RelayError("CALL_MALFORMED", `The calls of ${verb} are not encoded as ERC-7579 does it.`);
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

/** What a key has signed. */
type OfKey = Pick<SignedCall, "acts" | "brings"> & { key: Address };

/** `[sessionPubKey, r, s, validUntil]` of 32 bytes each. */
const SIGNATURE_SIZE = 128;

function actsOf(route: "relayed" | "forwarded", calls: readonly SessionCall[], nonce: bigint, signature: Hex): OfKey {
  const brings = broughtBy(signature);
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
  return { key, acts: { route, calls, validUntil: Number(last), nonce }, brings };
}

/** The grant behind the four elements; undefined if nothing is there. */
function broughtBy(signature: Hex): DecodedGrantEnvelope | undefined {
  const bytes = size(signature);
  if (bytes === SIGNATURE_SIZE) return undefined;
  if (bytes < SIGNATURE_SIZE) {
    throw new RelayError("CALL_MALFORMED", `The key's signature has ${bytes} bytes; it is ${SIGNATURE_SIZE} long.`);
  }
  try {
    return decodeGrantEnvelope(slice(signature, SIGNATURE_SIZE));
  } catch (thrown) {
    const { shortMessage, metaMessages = [] } = thrown as SessionError;
    throw new RelayError("CALL_MALFORMED", `${shortMessage} ${metaMessages[0] ?? ""}`.trim());
  }
}

/** What only one call at a time may be about, so that no two are paid for of which the chain lets one pass. */
export interface Slots {
  /** The key's nonce that it uses up, or what it ends. */
  own: Hex | undefined;
  /** The principal's nonce that it uses up. */
  grant: Hex | undefined;
}

/** `grantNonce` is that of the principal where the call registers: alone, for several chains, or beside what a key asks for. */
export function slotsOf(
  { verb, principal, key = principal, acts, grant, generation }: SignedCall,
  grantNonce?: bigint,
): Slots {
  const slot = (kind: string, subject: Address, number: bigint) =>
    keccak256(encodePacked(["string", "address", "address", "uint256"], [kind, principal, subject, number]));
  // For this chain or for several, the same key ends.
  const ends = () => slot(verb.replace("OnChains", "BySig"), key, BigInt(generation ?? 0));
  return {
    own: acts !== undefined ? slot("acts", key, acts.nonce) : grant === undefined ? ends() : undefined,
    grant: grantNonce === undefined ? undefined : slot("registerSessionBySig", principal, grantNonce),
  };
}
