import { TypedDataEncoder, type TypedDataDomain, type TypedDataField } from "ethers";

/** The EIP-712 types of Latchkey: the one place in TypeScript that spells them. */

export type Types = Record<string, TypedDataField[]>;

/** `fields("address unit,uint128 cap")`: the members as a type string writes them. */
function fields(text: string): TypedDataField[] {
  return text.split(",").map((field) => {
    const [type, name] = field.split(" ");
    return { type: type!, name: name! };
  });
}

export const POLICY_TYPES: Types = {
  Policy: fields(
    "string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid," +
      "address paymaster,Permission[] permissions,Limit[] limits",
  ),
  Inner: fields("string argument,string types"),
  Limit: fields("address unit,uint128 cap,uint32 period,bool fromStart"),
  Permission: fields(
    "address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,bool consumable," +
      "string[] open",
  ),
  Rule: fields("string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words"),
  Spend: fields("address unit,string argument,uint128 amount,uint8 scale"),
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

/** One signature for several chains, in the domain without a chain id. */
export const REGISTER_SESSION_ON_CHAINS_TYPES: Types = {
  RegisterSessionOnChains: fields(
    "address principal,address key,bytes publicKey,uint48 validAfter,uint48 validUntil,uint32 maxCalls,uint64 lane," +
      "address replaces,uint256 deadline,ChainGrant[] chains",
  ),
  ChainGrant: fields("uint256 chainId,uint256 nonce,Policy policy"),
  ...POLICY_TYPES,
};

export const REVOKE_SESSION_ON_CHAINS_TYPES: Types = {
  RevokeSessionOnChains: fields("address principal,address key,uint256 deadline,uint256[] chains"),
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

/** The door of ERC-7710. */
export const SESSION_REDEMPTION_TYPES: Types = {
  SessionRedemption: fields(
    "address principal,address redeemer,bytes32 mode,bytes executionCalldata,uint256 nonce,uint256 minGas," +
      "uint48 validUntil,uint48 registration",
  ),
};

/** Every verb: a primary type with its own types and those that it refers to. */
export const VERBS = {
  RegisterSession: REGISTER_SESSION_TYPES,
  RevokeSession: REVOKE_SESSION_TYPES,
  RegisterSessionOnChains: REGISTER_SESSION_ON_CHAINS_TYPES,
  RevokeSessionOnChains: REVOKE_SESSION_ON_CHAINS_TYPES,
  RevokeAllSessions: REVOKE_ALL_SESSIONS_TYPES,
  SessionOperation: SESSION_OPERATION_TYPES,
  SessionExecution: SESSION_EXECUTION_TYPES,
  SessionForward: SESSION_FORWARD_TYPES,
  SessionRedemption: SESSION_REDEMPTION_TYPES,
};
export type Verb = keyof typeof VERBS;

export function latchkeyDomain(chainId: bigint | number, latchkey: string): TypedDataDomain {
  return { name: "Latchkey", version: "2", chainId, verifyingContract: latchkey };
}

/** The domain of what is signed for several chains. */
export const domainOnChains = ({ name, version, verifyingContract }: TypedDataDomain): TypedDataDomain => ({
  name: name!,
  version: version!,
  verifyingContract: verifyingContract!,
});

/** In which of the two domains of a deployment a verb is signed. */
export const domainOf = (verb: Verb, domain: TypedDataDomain): TypedDataDomain =>
  verb.endsWith("OnChains") ? domainOnChains(domain) : domain;

/** The type string that a type hash is the keccak256 of. */
export function typeString(types: Types): string {
  return TypedDataEncoder.from(types).encodeType(TypedDataEncoder.getPrimaryType(types));
}
