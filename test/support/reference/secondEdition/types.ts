import { concat, encodeAbiParameters, hashStruct, keccak256, stringToHex, type Address, type Hex } from "viem";

/** The types of the second edition's policies, as docs/second-edition/specification.md has them. */

export interface Inner {
  argument: string;
  types: string;
}
export interface Limit {
  unit: Address;
  cap: bigint;
  period: number;
  fromStart: boolean;
}
export interface Rule {
  argument: string;
  test: string;
  per: string;
  addresses: Address[];
  numbers: bigint[];
  words: Hex[];
}
export interface Spend {
  unit: Address;
  argument: string;
  amount: bigint;
  scale: number;
}
export interface Permission {
  target: Address;
  method: string;
  maxValue: bigint;
  spends: Spend[];
  rules: Rule[];
  inner: Inner[];
  consumable: boolean;
  open: string[];
}
export interface Policy {
  app: string;
  minDuration: number;
  maxDuration: number;
  maxCalls: number;
  gasBudget: bigint;
  selfPaid: boolean;
  paymaster: Address;
  permissions: Permission[];
  limits: Limit[];
}

interface Field {
  name: string;
  type: string;
}

/** `fields("address unit,uint128 cap")`: the members as a type string writes them. */
function fields(text: string): Field[] {
  return text.split(",").map((field) => {
    const [type, name] = field.split(" ");
    return { type: type!, name: name! };
  });
}

export const POLICY_TYPES: Record<string, Field[]> = {
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

const GRANT =
  "address key,bytes publicKey,uint48 validAfter,uint48 validUntil,uint32 maxCalls,uint64 lane,address replaces";

/** Every verb: a primary type and its members. None shares its name with another. */
export const VERBS = {
  RegisterSession: fields(`address principal,Policy policy,${GRANT},uint256 nonce,uint256 deadline`),
  RegisterSessionOnChains: fields(`address principal,${GRANT},uint256 deadline,ChainGrant[] chains`),
  RevokeSession: fields("address principal,address key,uint256 deadline"),
  RevokeSessionOnChains: fields("address principal,address key,uint256 deadline,uint256[] chains"),
  RevokeAllSessions: fields("address principal,uint32 generation,uint256 deadline"),
  SessionOperation: fields("address principal,bytes32 userOpHash,uint48 validUntil,uint48 registration"),
  SessionExecution: fields(
    "address principal,bytes32 mode,bytes executionCalldata,uint256 nonce,uint256 minGas,uint48 validUntil," +
      "uint48 registration",
  ),
  SessionForward: fields(
    "address principal,address target,bytes data,uint256 nonce,uint256 minGas,uint48 validUntil,uint48 registration",
  ),
  SessionRedemption: fields(
    "address principal,address redeemer,bytes32 mode,bytes executionCalldata,uint256 nonce,uint256 minGas," +
      "uint48 validUntil,uint48 registration",
  ),
} satisfies Record<string, Field[]>;
export type Verb = keyof typeof VERBS;

const ACROSS_CHAINS: Verb[] = ["RegisterSessionOnChains", "RevokeSessionOnChains"];

/** The types that a wallet is handed with `verb`: its own and those that it refers to. */
export function typesOf(verb: Verb): Record<string, Field[]> {
  const types: Record<string, Field[]> = { [verb]: VERBS[verb] };
  if (verb.startsWith("RegisterSession")) Object.assign(types, POLICY_TYPES);
  if (verb === "RegisterSessionOnChains") {
    types.ChainGrant = fields("uint256 chainId,uint256 nonce,Policy policy");
  }
  return types;
}

/** The domain of `verb`. Those of several chains have no chain id. */
export function domainOf(verb: Verb, chainId: number, latchkey: Address) {
  const domain = { name: "Latchkey", version: "2", verifyingContract: latchkey };
  return ACROSS_CHAINS.includes(verb) ? domain : { ...domain, chainId };
}

/** The type string that a type hash is the keccak256 of. */
export function typeString(types: Record<string, Field[]>, primary: string): string {
  const of = (name: string) => `${name}(${types[name]!.map((field) => `${field.type} ${field.name}`).join(",")})`;
  const needed = new Set<string>();
  const visit = (name: string) => {
    for (const { type } of types[name]!) {
      const member = type.replace(/\[\]$/, "");
      if (member in types && !needed.has(member)) {
        needed.add(member);
        visit(member);
      }
    }
  };
  visit(primary);
  return [of(primary), ...[...needed].sort().map(of)].join("");
}

/** The EIP-712 `hashStruct` of a policy. */
export function policyId(policy: Policy): Hex {
  return hashStruct({
    data: policy as unknown as Record<string, unknown>,
    primaryType: "Policy",
    types: POLICY_TYPES,
  });
}

/** The `hashStruct` of a chain's entry, from what a chain has of it: a number, a nonce and a policy's id. */
export function chainGrantHash(chainId: bigint, nonce: bigint, id: Hex): Hex {
  const types = { ...POLICY_TYPES, ChainGrant: fields("uint256 chainId,uint256 nonce,Policy policy") };
  const typeHash = keccak256(stringToHex(typeString(types, "ChainGrant")));
  const words = [chainId, nonce].map((word) => encodeAbiParameters([{ type: "uint256" }], [word]));
  return keccak256(concat([typeHash, ...words, id]));
}

/** The address of the policy whose code is PolicyStore's creation `number`. */
export function policyPointer(store: Address, number: bigint): Address {
  const digits = number.toString(16);
  const bytes = digits.length % 2 === 0 ? digits : `0${digits}`;
  const size = bytes.length / 2;
  const nonce = number < 0x80n ? bytes : `${(0x80 + size).toString(16)}${bytes}`;
  const prefix = (0xd5 + nonce.length / 2).toString(16);
  return `0x${keccak256(`0x${prefix}94${store.slice(2)}${nonce}`).slice(26)}`;
}

/** Most periods of a limit that a session of `duration` seconds can touch, whenever it starts. */
export function mostPeriods(duration: number, period: number, fromStart: boolean): number {
  if (period === 0) return 1;
  return fromStart ? Math.ceil(duration / period) : Math.floor((duration + period - 2) / period) + 1;
}
