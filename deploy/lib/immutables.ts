import {
  concat,
  dataLength,
  hexlify,
  id,
  keccak256,
  toBeHex,
  toUtf8Bytes,
  TypedDataEncoder,
  zeroPadBytes,
  zeroPadValue,
} from "ethers";
import { ENTRY_POINT, type ContractName, type Release } from "./release.ts";

/** EIP-7951. */
export const P256_PRECOMPILE = "0x0000000000000000000000000000000000000100";

/** The EIP-712 domains of the contracts on OpenZeppelin's EIP712; chain id and address follow. */
const DOMAINS: Partial<Record<ContractName, { name: string; version: string }>> = {
  LatchkeyAccount: { name: "LatchkeyAccount", version: "1" },
};

/** By name, the words that a contract's immutables may hold on a chain. */
export function expectedImmutables(
  { addresses, deployed }: Pick<Release, "addresses" | "deployed">,
  contract: ContractName,
  chainId: bigint,
): Record<string, string[]> {
  const entryPoint = [zeroPadValue(ENTRY_POINT, 32)];
  const at = (...names: ContractName[]) => names.map((name) => zeroPadValue(addresses[name].toLowerCase(), 32));
  // The probe of a constructor decides.
  const verifier = [zeroPadValue(P256_PRECOMPILE, 32), ...at("P256Verifier")];
  const domain = DOMAINS[contract];
  return {
    ...(contract === "LatchkeyDeployer" ? initCodeHashes(deployed) : {}),
    LATCHKEY: at("Latchkey"),
    _LATCHKEY: at("Latchkey"),
    EXTENSION: at("LatchkeyExtension"),
    _EXTENSION: at("LatchkeyExtension"),
    ENTRANCE: at("LatchkeyEntrance"),
    _ENTRANCE: at("LatchkeyEntrance"),
    FORWARDER: at("SessionForwarder"),
    _FORWARDER: at("SessionForwarder"),
    _POLICY_STORE: at("PolicyStore"),
    POLICY_ENCODER: at("PolicyEncoder"),
    P256_VERIFIER: verifier,
    TOKEN_ROWS: at("TokenRows"),
    ENTRY_POINT: entryPoint,
    _ENTRY_POINT: entryPoint,
    IMPLEMENTATION: at("LatchkeyAccount"),
    ...(domain === undefined ? {} : domainImmutables(domain, addresses[contract], chainId)),
  };
}

/** What the deployer holds. */
function initCodeHashes(deployed: Release["deployed"]): Record<string, string[]> {
  const siblings = deployed.filter(({ by }) => "creation" in by);
  return Object.fromEntries(siblings.map(({ initCode }, index) => [`_HASH_${index + 1}`, [keccak256(initCode)]]));
}

/** What OpenZeppelin's EIP712 caches. */
function domainImmutables(domain: { name: string; version: string }, address: string, chainId: bigint) {
  return {
    _cachedDomainSeparator: [separatorOf(domain, address, chainId)],
    _cachedChainId: [toBeHex(chainId, 32)],
    _cachedThis: [zeroPadValue(address.toLowerCase(), 32)],
    _hashedName: [id(domain.name)],
    _hashedVersion: [id(domain.version)],
    _name: [shortString(domain.name)],
    _version: [shortString(domain.version)],
  };
}

function separatorOf(domain: { name: string; version: string }, address: string, chainId: bigint): string {
  return TypedDataEncoder.hashDomain({ ...domain, chainId, verifyingContract: address });
}

/** OpenZeppelin's ShortString: the text from the left, its length in the last byte. */
function shortString(text: string): string {
  const bytes = hexlify(toUtf8Bytes(text));
  return concat([zeroPadBytes(bytes, 31), toBeHex(dataLength(bytes), 1)]);
}
