import { decodeGrantEnvelope, latchkeyDeployment } from "latchkey";
import { latchkeyAbi, sessionForwarderAbi } from "latchkey/abi";
import {
  type Address,
  decodeAbiParameters,
  decodeFunctionData,
  type Hex,
  isAddressEqual,
  parseAbiParameters,
  size,
  slice,
  toFunctionSelector,
} from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";

/** What a transaction shows of itself. */
export interface Carrier {
  from: Address;
  to: Address | null;
  input: Hex;
}

/** A key that may have signed. */
export interface Signer {
  key: Address;
  /** "0x" for secp256k1, else x and y. */
  publicKey: Hex;
}

export type Route = "userOperation" | "direct" | "relayed" | "forwarded" | "asked" | "redeemed";

/** Four words: the key, or the x of its point; r; s with a parity in its top bit; the deadline. */
const SIGNATURE_SIZE = 128;

/** Whether a signature of a session names this key. */
export function isSignedBy({ key, publicKey }: Signer, signature: Hex): boolean {
  if (size(signature) < SIGNATURE_SIZE) return false;
  const first = slice(signature, 0, 32);
  if (publicKey === "0x") return BigInt(first) === BigInt(key);
  const isOdd = BigInt(slice(signature, 64, 65)) >> 7n === 1n;
  return BigInt(first) === BigInt(slice(publicKey, 0, 32)) && isOdd === (BigInt(publicKey) % 2n === 1n);
}

/** The registration that an operation's signature is of, as the grant behind it says; undefined where there is none. */
export function registrationBrought(signature: Hex | undefined): bigint | undefined {
  if (signature === undefined || size(signature) <= SIGNATURE_SIZE) return undefined;
  try {
    return BigInt(decodeGrantEnvelope(slice(signature, SIGNATURE_SIZE)).grant.validAfter);
  } catch {
    // Latchkey would not have let it pass: an account took it for something else.
    return undefined;
  }
}

/** The signature of the operation that an EntryPoint's event is about; undefined if the transaction does not show it. */
export function operationSignature({ input }: Carrier, sender: Address, nonce: bigint): Hex | undefined {
  // A bundler's own contract passes on what it is called with.
  for (let at = input.indexOf(HANDLE_OPS); at !== -1; at = input.indexOf(HANDLE_OPS, at + 1)) {
    if (at % 2 !== 0) continue;
    const handled = decoded(entryPoint09Abi, `0x${input.slice(at)}`);
    if (handled?.functionName !== "handleOps") continue;
    const found = handled.args[0].find((op) => isAddressEqual(op.sender, sender) && op.nonce === nonce);
    if (found !== undefined) return found.signature;
  }
  return undefined;
}

const HANDLE_OPS = toFunctionSelector(
  entryPoint09Abi.find((item) => item.type === "function" && item.name === "handleOps")!,
).slice(2);

/**
 * The route of the first use in a transaction, by what was sent: what Latchkey admits first is what it was called for.
 * `consumers` are the contracts that may ask for calls of the session.
 */
export function routeOf(
  carrier: Carrier,
  principal: Address,
  signer: Signer,
  consumers: readonly Address[],
): Route | null {
  const { from, to, input } = carrier;
  if (to === null) return null;
  if (isAddressEqual(to, latchkeyDeployment.latchkey)) {
    const call = decoded(latchkeyAbi, input);
    if (call?.functionName === "execute") return isOurs(call.args[0], from) ? "direct" : null;
    if (call?.functionName === "executeBySig") return isOurs(call.args[0], call.args[5]) ? "relayed" : null;
    return itemsIn(carrier, principal, signer)[0] === true ? "redeemed" : null;
  }
  if (isAddressEqual(to, latchkeyDeployment.forwarder)) {
    const call = decoded(sessionForwarderAbi, input);
    if (call?.functionName === "forward") return isOurs(call.args[0], from) ? "forwarded" : null;
    if (call?.functionName === "forwardBySig") return isOurs(call.args[0], call.args[5]) ? "forwarded" : null;
    return null;
  }
  return consumers.some((each) => isAddressEqual(each, to)) ? "asked" : null;

  function isOurs(of: Address, by: Hex): boolean {
    return isAddressEqual(of, principal) && isBy(signer, by);
  }
}

/** Principal, redeemer, nonce, gas and signature. */
const SIGNED_CONTEXT = parseAbiParameters("address, address, uint256, uint256, bytes");

/** Of each item of a redemption, in order, whether it is this session's; empty where nothing was redeemed. */
export function itemsIn({ from, to, input }: Carrier, principal: Address, signer: Signer): boolean[] {
  if (to === null || !isAddressEqual(to, latchkeyDeployment.latchkey)) return [];
  const call = decoded(latchkeyAbi, input);
  if (call?.functionName !== "redeemDelegations") return [];
  return call.args[0].map((context) => {
    // By the key itself where the context is the principal alone, else by whoever brings what the key has signed.
    if (size(context) === 32) return isAddressEqual(slice(context, 12), principal) && isBy(signer, from);
    const [of, , , , signature] = decodeAbiParameters(SIGNED_CONTEXT, context);
    return isAddressEqual(of, principal) && isBy(signer, signature);
  });
}

/** Whether it is this key: by who sends it, or by what is signed. */
function isBy(signer: Signer, by: Hex): boolean {
  return size(by) === 20 ? isAddressEqual(by, signer.key) : isSignedBy(signer, by);
}

function decoded<const abi extends typeof latchkeyAbi | typeof sessionForwarderAbi | typeof entryPoint09Abi>(
  abi: abi,
  data: Hex,
) {
  try {
    return decodeFunctionData({ abi, data });
  } catch {
    return undefined;
  }
}
