import { parseAbi } from "viem";

/** What this page reads of Latchkey's log and asks of it itself; the client's whole ABI would be twenty times as long. */
export const latchkeyEvents = parseAbi([
  "event SessionRegistered(address indexed principal, address indexed key, bytes32 indexed app, bytes32 policyId, uint64 lane, uint48 validAfter, uint48 validUntil, uint32 maxCalls, uint48 registration, bytes publicKey)",
  "event SessionUsed(address indexed principal, address indexed key)",
  "event SessionRevoked(address indexed principal, address indexed key)",
  "event SessionSwept(address indexed principal, address indexed key)",
  "event AllSessionsRevoked(address indexed principal, uint32 generation)",
]);

export const revokeAbi = parseAbi(["function revokeSession(address key)"]);
