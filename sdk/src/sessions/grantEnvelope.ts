import { type BaseError, encodePacked, getAddress, type Hex, hexToBigInt, hexToNumber, isHex, size, slice } from "viem";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { Grant } from "../types.ts";

/** Bytes in front of the principal's signature. */
const HEAD = 88;
/** Most bytes of a principal's signature in an envelope, inclusive. */
const MOST_SIGNED = 4_096;

/** A grant as it is brought along behind a session signature. */
export interface GrantEnvelope {
  /** The policy's number on this chain: `numberOf` of the PolicyStore, from 1. */
  policyNumber: number;
  /** Its start is named: 0 is refused. */
  grant: Omit<Grant, "key">;
  /** Until when it may be brought, unix seconds, inclusive. */
  deadline: bigint;
  /** The principal's over `RegisterSession`, 1 to 4,096 bytes. */
  signature: Hex;
}

/** What stands in an envelope: of the key only whether its point was signed, since the key is the one that signs. */
export type DecodedGrantEnvelope = Omit<GrantEnvelope, "grant"> & {
  grant: Omit<Grant, "key" | "publicKey">;
  hasPublicKey: boolean;
};

/**
 * The bytes that follow the 128 of a session signature where the grant is brought on first use.
 * @throws SessionRequestError where it has no encoding
 */
export function encodeGrantEnvelope({ policyNumber, grant, deadline, signature }: GrantEnvelope): Hex {
  const { publicKey, policyId, validAfter, validUntil, maxCalls, lane, replaces } = grant;
  requireStart(validAfter);
  requireSigned(size(signature));
  const flags = publicKey === "0x" ? 0 : 1;
  try {
    return encodePacked(
      ["uint8", "bytes32", "uint40", "uint48", "uint48", "uint32", "uint64", "address", "uint48", "bytes"],
      [flags, policyId, policyNumber, validAfter, validUntil, maxCalls, lane, replaces, Number(deadline), signature],
    );
  } catch (cause) {
    throw refused("has the form of its fields", (cause as BaseError).shortMessage);
  }
}

/**
 * Reads what follows the 128 bytes of a session signature.
 * @throws SessionRequestError if it is not the encoding of an envelope
 */
export function decodeGrantEnvelope(envelope: Hex): DecodedGrantEnvelope {
  requireSigned(isHex(envelope) && envelope.length % 2 === 0 ? size(envelope) - HEAD : 0);
  const at = (from: number, bytes: number) => slice(envelope, from, from + bytes);
  const numberAt = (from: number, bytes: number) => hexToNumber(at(from, bytes));
  const flags = numberAt(0, 1);
  if (flags > 1) throw refused("starts with 0, or with 1 where the key's point was signed", String(flags));
  const validAfter = numberAt(38, 6);
  requireStart(validAfter);
  return {
    hasPublicKey: flags === 1,
    policyNumber: numberAt(33, 5),
    grant: {
      ...{ policyId: at(1, 32), validAfter, validUntil: numberAt(44, 6), maxCalls: numberAt(50, 4) },
      ...{ lane: hexToBigInt(at(54, 8)), replaces: getAddress(at(62, 20)) },
    },
    deadline: hexToBigInt(at(82, 6)),
    signature: slice(envelope, HEAD),
  };
}

/** A session that is brought along starts at a second that is named: validation does not read the clock. */
export function requireStart(validAfter: number): void {
  if (validAfter === 0) throw refused("names the second of its start", "0");
}

function requireSigned(bytes: number): void {
  if (bytes >= 1 && bytes <= MOST_SIGNED) return;
  throw refused(`has a principal's signature of 1 to ${MOST_SIGNED} bytes behind ${HEAD}`, `${bytes} bytes`);
}

function refused(does: string, given: string): SessionRequestError {
  return new SessionRequestError(`A grant that is brought along ${does}.`, { metaMessages: [`Given: ${given}`] });
}
