import { concat, parseEther, Signature, toBeHex, toUtf8Bytes, TypedDataEncoder, Wallet, type Contract } from "ethers";
import type { Policy } from "../reference/policy.ts";
import {
  encodeCalls,
  encodeExecute,
  grant,
  secp256k1Key,
  signExecution,
  type Call,
  type Grant,
} from "../reference/session.ts";
import {
  handleOps,
  nextNonce,
  nonceKey,
  signedBySession,
  userOp,
  userOpHash,
  type UserOperationFields,
} from "../reference/userOp.ts";
import { REGISTER_SESSION_TYPES, typeString } from "../reference/typedData.ts";
import { as, stateOf, type Relay, type Session, type SessionOptions, type World } from "./dapp.ts";

/** A LatchkeyAccount on EntryPoint v0.9, with Latchkey installed unless told otherwise, and its owner's key. */
export interface SmartAccount {
  contract: Contract;
  address: string;
  owner: Wallet;
}

export async function deployAccount(world: World, owner: Wallet, module = world.address): Promise<SmartAccount> {
  const entryPoint = world.entryPoint().target;
  const deployed = await world.ethers.deployContract("LatchkeyAccount", [
    entryPoint,
    world.address,
    owner.address,
    module,
  ]);
  const contract = deployed as unknown as Contract;
  const address = await contract.getAddress();
  await world.helpers.setBalance(address, parseEther("10"));
  return { contract, address, owner };
}

type OperationOptions = Partial<Pick<UserOperationFields, "paymaster" | "verificationGasLimit" | "callGasLimit">>;

/** The owner signs one operation; a bundler brings it in. */
export async function ownerOperation(
  world: World,
  account: SmartAccount,
  calls: Call[],
  options: OperationOptions = {},
) {
  const entryPoint = world.entryPoint();
  const nonce = await nextNonce(entryPoint, account.address, nonceKey("0x" + "00".repeat(20)));
  const op = userOp({ sender: account.address, nonce, callData: encodeExecute(encodeCalls(calls)), ...options });
  const signature = Signature.from(account.owner.signingKey.sign(await userOpHash(entryPoint, op))).serialized;
  return handleOps(entryPoint, [{ ...op, signature }]);
}

/**
 * The owner's signature over a registration of its account, as ERC-7739 nests it: the account's own domain around the
 * registration's, so that it is good for this account alone.
 */
export async function signAccountRegistration(
  world: World,
  account: Pick<SmartAccount, "contract" | "address">,
  signer: Wallet,
  message: { grant: Grant; policy: Policy; nonce: bigint | number; deadline: bigint | number },
): Promise<string> {
  const { grant: granted, policy, nonce, deadline } = message;
  const { policyId: _named, ...rest } = granted;
  const contents = { principal: account.address, policy, ...rest, nonce, deadline };
  const { name, version, chainId, verifyingContract, salt } = await account.contract.getFunction("eip712Domain")();
  const types = {
    TypedDataSign: [
      { name: "contents", type: "RegisterSession" },
      { name: "name", type: "string" },
      { name: "version", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
      { name: "salt", type: "bytes32" },
    ],
    ...REGISTER_SESSION_TYPES,
  };
  const nested = { contents, name, version, chainId, verifyingContract, salt };
  const signature = signer.signingKey.sign(TypedDataEncoder.hash(world.domain, types, nested)).serialized;
  // Its types in alphabetical order, then the name of the one that is signed.
  const all = typeString(REGISTER_SESSION_TYPES)
    .split(/(?<=\))/)
    .sort();
  const description = toUtf8Bytes(`${all.join("")}RegisterSession`);
  return concat([
    signature,
    TypedDataEncoder.hashDomain(world.domain),
    TypedDataEncoder.hashStruct("RegisterSession", REGISTER_SESSION_TYPES, contents),
    description,
    toBeHex(description.length, 2),
  ]);
}

/** Publishes the policy and lets the account register a key under it, by one operation of its owner. */
export async function startAccountSession(
  world: World,
  account: SmartAccount,
  policy: Policy,
  options: SessionOptions = {},
): Promise<Session> {
  const { sessionKey: key = secp256k1Key(), duration = policy.maxDuration, gasMoney = 0n, ...rest } = options;
  await world.store.getFunction("publishPolicy")(policy);
  const time = (await world.now()) + 10;
  const granted = grant(key, policy, { validUntil: time + duration - 1, ...rest });
  const data = world.latchkey.interface.encodeFunctionData("registerSession", [granted]);
  await world.helpers.time.setNextBlockTimestamp(time);
  const { outcomes } = await ownerOperation(world, account, [{ target: world.address, data }]);
  if (!outcomes[0]!.success) throw new Error(`The registration reverted with ${outcomes[0]!.revertData}.`);
  await world.helpers.setBalance(key.address, gasMoney);
  return {
    key,
    sender: new Wallet(key.privateKey, world.ethers.provider),
    principal: account.address,
    policy,
    grant: granted,
    validAfter: time,
    validUntil: granted.validUntil,
    registration: Number((await stateOf(world, account.address, key.address)).registration),
  };
}

/** Route `userOperation`: the key signs, a bundler brings it in. */
export async function sessionOperation(
  world: World,
  session: Session,
  calls: Call[],
  options: OperationOptions & { callData?: string; validUntil?: number } = {},
) {
  const { callData = encodeExecute(encodeCalls(calls)), validUntil = session.validUntil, ...rest } = options;
  const entryPoint = world.entryPoint();
  const nonce = await nextNonce(entryPoint, session.principal, nonceKey(world.address));
  const op = userOp({ sender: session.principal, nonce, callData, ...rest });
  const { registration } = session;
  return handleOps(entryPoint, [
    await signedBySession(op, entryPoint, session.key, world.domain, { validUntil, registration }),
  ]);
}

/** Route `direct`: the key sends. */
export function execute(world: World, session: Session, calls: Call[], mode?: string) {
  const execution = encodeCalls(calls);
  const send = as(world.latchkey, session.sender).getFunction("execute");
  return send(session.principal, mode ?? execution.mode, execution.executionCalldata, { gasLimit: 2_000_000 });
}

let nextRelayNonce = 1n;

/** Route `relayed`: the key signs, anyone sends. */
export function executeBySig(world: World, session: Session, calls: Call[], options: Relay = {}) {
  const { mode, executionCalldata } = encodeCalls(calls);
  const { nonce = nextRelayNonce++, minGas = 0, relayer = world.relayer, gasLimit = 2_000_000 } = options;
  const signature = signExecution(options.signer ?? session.key, options.domain ?? world.domain, {
    principal: session.principal,
    mode,
    executionCalldata,
    nonce,
    minGas,
    validUntil: options.validUntil ?? session.validUntil,
    registration: options.registration ?? session.registration,
  });
  const send = as(world.latchkey, relayer).getFunction("executeBySig");
  return send(session.principal, mode, executionCalldata, nonce, minGas, signature, { gasLimit });
}
