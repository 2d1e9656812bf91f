import {
  AbiCoder,
  Contract,
  concat,
  Interface,
  isError,
  toBeHex,
  TypedDataEncoder,
  zeroPadValue,
  ZeroAddress,
  type BaseWallet,
  type ContractTransactionReceipt,
  type Provider,
  type Signer,
  type TypedDataField,
} from "ethers";
import { latchkeyAbi, latchkeyLensAbi, policyStoreAbi } from "latchkey/abi";

/**
 * A session with ethers alone. Of the package `latchkey` nothing is used but the ABIs, which import nothing.
 *
 * The principal is a wallet that has delegated to an account with Latchkey (EIP-7702), so that its own signature
 * registers. The key acts for it in two ways: a relayer carries what it signs (route `relayed`), or a bundler does (route
 * `userOperation`).
 */

/** Where things are on the chain that is used. */
export interface Addresses {
  latchkey: string;
  lens: string;
  policyStore: string;
  /** EntryPoint v0.9 of ERC-4337. */
  entryPoint: string;
}

/** One call to be made for the principal. */
export interface Call {
  to: string;
  data: string;
  /** Wei. */
  value?: bigint;
}

// --- 1. the policy: what a key may do ----------------------------------------------------------------------------------

/** What is signed once, and what the chain enforces from then on. Times in seconds, amounts in base units. */
export interface Policy {
  app: string;
  minDuration: number;
  maxDuration: number;
  maxCalls: number;
  gasBudget: bigint;
  selfPaid: boolean;
  paymaster: string;
  permissions: {
    target: string;
    method: string;
    /** Wei in one call. */
    maxValue: bigint;
    /** What one call takes from a unit: the number at a path of the arguments, or a constant. */
    spends: { unit: string; argument: string; amount: bigint; scale: number }[];
    /** Conditions on arguments: `{ argument: "0", test: "is one of", addresses: [...] }`, and the lists that stay empty. */
    rules: { argument: string; test: string; per: string; addresses: string[]; numbers: bigint[]; words: string[] }[];
    inner: { argument: string; types: string }[];
    consumable: boolean;
    /** Arguments that may say anything. */
    open: string[];
  }[];
  /** A unit is a token, the native coin (address 0), or a counter (1 to 65,535). */
  limits: { unit: string; cap: bigint; period: number; fromStart: boolean }[];
}

/** Transfers of one token to whomever, `cap` base units of it in all, twenty calls within a day. */
export function transferPolicy(token: string, cap: bigint): Policy {
  return {
    app: "ethers.example",
    minDuration: 60,
    maxDuration: 86_400,
    maxCalls: 20,
    // The most that the operations of one session may cost, in wei, and whether the principal may pay it.
    gasBudget: 10n ** 17n,
    selfPaid: true,
    paymaster: ZeroAddress,
    permissions: [
      {
        target: token,
        method: "transfer(address,uint256)",
        maxValue: 0n,
        // What the methods of a token spend, the chain knows by itself.
        spends: [],
        rules: [],
        inner: [],
        consumable: false,
        open: [],
      },
    ],
    limits: [{ unit: token, cap, period: 0, fromStart: false }],
  };
}

/** Stores the policy for everybody, and returns its id. Anyone may send it; storing it again changes nothing. */
export async function publish(addresses: Addresses, policy: Policy, sender: Signer): Promise<string> {
  const store = new Contract(addresses.policyStore, policyStoreAbi, sender);
  await (await store.getFunction("publishPolicy").send(policy)).wait();
  return TypedDataEncoder.hashStruct("Policy", POLICY_TYPES, policy);
}

// --- 2. the registration: the wallet signs once ------------------------------------------------------------------------

/** The wallet reads the whole policy and signs it; the relayer brings it in and pays. */
export async function register(
  addresses: Addresses,
  policy: Policy,
  { wallet, key, validUntil, relayer }: { wallet: Signer; key: string; validUntil: number; relayer: Signer },
): Promise<ContractTransactionReceipt | null> {
  const latchkey = new Contract(addresses.latchkey, latchkeyAbi, relayer);
  const principal = await wallet.getAddress();
  const grant = {
    key,
    publicKey: "0x",
    policyId: TypedDataEncoder.hashStruct("Policy", POLICY_TYPES, policy),
    // From the moment of registration, until `validUntil`, unix seconds, inclusive.
    validAfter: 0,
    validUntil,
    maxCalls: policy.maxCalls,
    lane: 0n,
    replaces: ZeroAddress,
  };
  const { policyId: _named, ...rest } = grant;
  const nonce: bigint = await latchkey.getFunction("nonces").staticCall(principal);
  const deadline = validUntil;
  const signature = await wallet.signTypedData(await domainOf(addresses, wallet), REGISTER_TYPES, {
    ...{ principal, policy, ...rest },
    ...{ nonce, deadline },
  });
  const sent = await latchkey.getFunction("registerSessionBySig").send(principal, grant, deadline, signature);
  return sent.wait() as Promise<ContractTransactionReceipt | null>;
}

/** What the chain says of a session: status, calls left, what is left of each limit, and more. */
export async function sessionOf(addresses: Addresses, principal: string, key: string, provider: Provider) {
  const lens = new Contract(addresses.lens, latchkeyLensAbi, provider);
  const { status, registration, validUntil, callsLeft } = await lens
    .getFunction("getSession")
    .staticCall(principal, key);
  const names = ["None", "Pending", "Active", "Expired", "Exhausted", "Revoked"];
  return {
    status: names[Number(status)]!,
    /** Goes into all that the key signs: a renewed session takes no signature of the one before. */
    registration: Number(registration),
    /** Unix seconds, inclusive. */
    validUntil: Number(validUntil),
    callsLeft: Number(callsLeft),
  };
}

// --- 3. acting: the key signs, and nobody is asked ---------------------------------------------------------------------

/** Route `relayed`: the key signs the calls, any relayer sends them. */
export async function sendRelayed(
  addresses: Addresses,
  { principal, key, calls, relayer }: { principal: string; key: BaseWallet; calls: Call[]; relayer: Signer },
): Promise<ContractTransactionReceipt | null> {
  const { mode, executionCalldata } = encodeCalls(calls);
  const { registration, validUntil } = await sessionFor(addresses, principal, key, relayer);
  const latchkey = new Contract(addresses.latchkey, latchkeyAbi, relayer);
  const message = {
    ...{ principal, mode, executionCalldata },
    nonce: await unusedNonce(latchkey, principal, key.address),
    minGas: 0n,
    ...{ validUntil, registration },
  };
  const digest = TypedDataEncoder.hash(await domainOf(addresses, relayer), EXECUTION_TYPES, message);
  const signature = sessionSignature(key, digest, validUntil);
  const sent = await latchkey
    .getFunction("executeBySig")
    .send(principal, mode, executionCalldata, message.nonce, message.minGas, signature);
  return sent.wait() as Promise<ContractTransactionReceipt | null>;
}

/** The first number that this key has not used yet: 256 of them share one word of storage, a random one opens its own. */
async function unusedNonce(latchkey: Contract, principal: string, key: string): Promise<bigint> {
  let nonce = 0n;
  while ((await latchkey.getFunction("isNonceUsed").staticCall(principal, key, nonce)) as boolean) ++nonce;
  return nonce;
}

/** Route `userOperation`: the key signs an ERC-4337 operation; here the sender is the bundler, in a bundle of one. */
export async function sendUserOperation(
  addresses: Addresses,
  { principal, key, calls, bundler }: { principal: string; key: BaseWallet; calls: Call[]; bundler: Signer },
): Promise<ContractTransactionReceipt | null> {
  const entryPoint = new Contract(addresses.entryPoint, ENTRY_POINT_ABI, bundler);
  const { mode, executionCalldata } = encodeCalls(calls);
  const { registration, validUntil } = await sessionFor(addresses, principal, key, bundler);
  // The account asks the validator that the nonce's key names: `latchkey (20) | lane (4)`, a lane for each key.
  const nonceKey = (BigInt(addresses.latchkey) << 32n) | (BigInt(key.address) & 0xffff_ffffn);
  const operation = {
    sender: principal,
    nonce: (await entryPoint.getFunction("getNonce").staticCall(principal, nonceKey)) as bigint,
    initCode: "0x",
    callData: ACCOUNT.encodeFunctionData("execute", [mode, executionCalldata]),
    // Two halves each: validation and call, priority fee and most per gas. All of it is reserved of the gas budget.
    accountGasLimits: concat([toBeHex(300_000, 16), toBeHex(300_000, 16)]),
    preVerificationGas: 60_000n,
    gasFees: concat([toBeHex(10n ** 9n, 16), toBeHex(2n * 10n ** 9n, 16)]),
    paymasterAndData: "0x",
    signature: "0x",
  };
  const userOpHash: string = await entryPoint.getFunction("getUserOpHash").staticCall(operation);
  const message = { principal, userOpHash, validUntil, registration };
  const digest = TypedDataEncoder.hash(await domainOf(addresses, bundler), OPERATION_TYPES, message);
  const signed = { ...operation, signature: sessionSignature(key, digest, validUntil) };
  const beneficiary = await bundler.getAddress();
  // Asked first, so that a refusal is an answer and costs nothing.
  await entryPoint.getFunction("handleOps").staticCall([signed], beneficiary);
  const sent = await entryPoint.getFunction("handleOps").send([signed], beneficiary, { gasLimit: 2_000_000 });
  return sent.wait() as Promise<ContractTransactionReceipt | null>;
}

/** `[sessionPubKey, r, s, validUntil]`: four words, the parity of `v` in the top bit of `s`. */
function sessionSignature(key: BaseWallet, digest: string, validUntil: number): string {
  const { r, yParityAndS } = key.signingKey.sign(digest);
  return concat([zeroPadValue(key.address, 32), r, yParityAndS, toBeHex(validUntil, 32)]);
}

/** The deadline that a signature bears: five minutes from now, or the session's end. */
async function sessionFor(addresses: Addresses, principal: string, key: BaseWallet, { provider }: Signer) {
  const { registration, validUntil } = await sessionOf(addresses, principal, key.address, provider!);
  const { timestamp } = (await provider!.getBlock("latest"))!;
  return { registration, validUntil: Math.min(timestamp + 300, validUntil) };
}

/** ERC-7579: one call as a single execution, several as a batch that reverts whole. */
function encodeCalls(calls: Call[]) {
  const [only] = calls;
  if (only !== undefined && calls.length === 1) {
    const { to, data, value = 0n } = only;
    return { mode: toBeHex(0, 32), executionCalldata: concat([to, toBeHex(value, 32), data]) };
  }
  const tuples = calls.map(({ to, data, value = 0n }) => [to, value, data]);
  return {
    mode: toBeHex(1n << 248n, 32),
    executionCalldata: AbiCoder.defaultAbiCoder().encode(["tuple(address,uint256,bytes)[]"], [tuples]),
  };
}

// --- 4. refusals -------------------------------------------------------------------------------------------------------

/** What refused, by the name that docs/errors.md explains; undefined if no contract refused anything. */
export function refusalIn(thrown: unknown): { name: string; args: unknown[] } | undefined {
  if (!isError(thrown, "CALL_EXCEPTION")) return undefined;
  return decode(thrown.data ?? "0x");
}

function decode(data: string): { name: string; args: unknown[] } | undefined {
  const found = ERRORS.parseError(data);
  if (found === null) return undefined;
  // An EntryPoint puts an error of its own around the validator's.
  const inner = found.name === "FailedOpWithRevert" ? decode(found.args.inner as string) : undefined;
  return inner ?? { name: found.name, args: found.args.toArray() };
}

// --- 5. the end --------------------------------------------------------------------------------------------------------

/** The wallet kills the key at once; it never comes back. */
export async function revoke(addresses: Addresses, wallet: Signer, key: string) {
  const latchkey = new Contract(addresses.latchkey, latchkeyAbi, wallet);
  return (await latchkey.getFunction("revokeSession").send(key)).wait();
}

// --- what is signed, as EIP-712 has it ---------------------------------------------------------------------------------

async function domainOf({ latchkey }: Addresses, { provider }: Signer) {
  const { chainId } = await provider!.getNetwork();
  return { name: "Latchkey", version: "2", chainId, verifyingContract: latchkey };
}

/** `fields("address unit,uint128 cap")`: a type as the specification writes it. */
function fields(text: string): TypedDataField[] {
  return text.split(",").map((field) => {
    const [type, name] = field.split(" ");
    return { type: type!, name: name! };
  });
}

const POLICY_TYPES = {
  Policy: fields(
    "string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid," +
      "address paymaster,Permission[] permissions,Limit[] limits",
  ),
  Permission: fields(
    "address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,bool consumable," +
      "string[] open",
  ),
  Spend: fields("address unit,string argument,uint128 amount,uint8 scale"),
  Rule: fields("string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words"),
  Inner: fields("string argument,string types"),
  Limit: fields("address unit,uint128 cap,uint32 period,bool fromStart"),
};

const REGISTER_TYPES = {
  RegisterSession: fields(
    "address principal,Policy policy,address key,bytes publicKey,uint48 validAfter,uint48 validUntil," +
      "uint32 maxCalls,uint64 lane,address replaces,uint256 nonce,uint256 deadline",
  ),
  ...POLICY_TYPES,
};

const EXECUTION_TYPES = {
  SessionExecution: fields(
    "address principal,bytes32 mode,bytes executionCalldata,uint256 nonce,uint256 minGas,uint48 validUntil," +
      "uint48 registration",
  ),
};

const OPERATION_TYPES = {
  SessionOperation: fields("address principal,bytes32 userOpHash,uint48 validUntil,uint48 registration"),
};

const ACCOUNT = new Interface(["function execute(bytes32 mode, bytes executionCalldata)"]);

const ENTRY_POINT_ERRORS = [
  "error FailedOp(uint256 opIndex, string reason)",
  "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
];
const OPERATION =
  "(address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits," +
  " uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData, bytes signature)";
const ENTRY_POINT_ABI = [
  "function getNonce(address sender, uint192 key) view returns (uint256)",
  `function getUserOpHash(${OPERATION} op) view returns (bytes32)`,
  `function handleOps(${OPERATION}[] ops, address beneficiary)`,
  "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, uint256 nonce, bool success, uint256 actualGasCost, uint256 actualGasUsed)",
  ...ENTRY_POINT_ERRORS,
];

const ERRORS = new Interface([
  ...[...latchkeyAbi, ...policyStoreAbi].filter(({ type }) => type === "error"),
  ...ENTRY_POINT_ERRORS,
]);
