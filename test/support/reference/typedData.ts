import { TypedDataEncoder, type TypedDataDomain, type TypedDataField } from "ethers";

/** The EIP-712 types of Latchkey: the one place in TypeScript that spells them. */

type Types = Record<string, TypedDataField[]>;

/** `fields("address token,uint128 cap")`: the types as a specification writes them. */
function fields(text: string): TypedDataField[] {
  return text.split(",").map((field) => {
    const [type, name] = field.split(" ");
    return { type: type!, name: name! };
  });
}

export const POLICY_TYPES: Types = {
  Policy: fields(
    "bytes32 app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid," +
      "address paymaster,Permission[] permissions,Limit[] limits",
  ),
  Permission: fields(
    "address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,uint128 spendAmount," +
      "Rule[] rules,bool consumable",
  ),
  Rule: fields("uint8 kind,uint8 word,bytes32[] values"),
  Limit: fields("address token,uint128 cap,uint32 period"),
};

export const REGISTER_SESSION_TYPES: Types = {
  RegisterSession: fields(
    "address principal,Policy policy,address key,bytes publicKey,uint48 validAfter,uint48 validUntil," +
      "uint32 maxCalls,uint64 lane,address replaces,uint256 nonce,uint256 deadline",
  ),
  ...POLICY_TYPES,
};

export const REVOKE_SESSION_TYPES: Types = {
  RevokeSession: fields("address principal,address key,uint256 deadline"),
};

export const REVOKE_ALL_SESSIONS_TYPES: Types = {
  RevokeAllSessions: fields("address principal,uint32 generation,uint256 deadline"),
};

/** Route `userOperation`. */
export const SESSION_OPERATION_TYPES: Types = {
  SessionOperation: fields("address principal,bytes32 userOpHash,uint48 validUntil,uint48 registration"),
};

/** Route `relayed`. */
export const SESSION_EXECUTION_TYPES: Types = {
  SessionExecution: fields(
    "address principal,bytes32 mode,bytes executionCalldata,uint256 nonce,uint256 minGas,uint48 validUntil," +
      "uint48 registration",
  ),
};

/** Route `forwarded`, through a relayer. */
export const SESSION_FORWARD_TYPES: Types = {
  SessionForward: fields(
    "address principal,address target,bytes data,uint256 nonce,uint256 minGas,uint48 validUntil,uint48 registration",
  ),
};

export function latchkeyDomain(chainId: bigint | number, latchkey: string): TypedDataDomain {
  return { name: "Latchkey", version: "2", chainId, verifyingContract: latchkey };
}

/** The type string that a type hash is the keccak256 of. */
export function typeString(types: Types): string {
  return TypedDataEncoder.from(types).encodeType(TypedDataEncoder.getPrimaryType(types));
}
