import { type Address, encodeFunctionData, type Hash, type Hex, hashTypedData, parseAbi, type TypedData } from "viem";
import { getUserOperationHash, type UserOperation } from "viem/account-abstraction";
import { getTransaction } from "viem/actions";
import { sessionExecutorAbi, sessionForwarderAbi } from "../../sdk/src/generated/abi/index.ts";
import {
  encodeCalls,
  entryPoints,
  type Execution,
  latchkeyDeployment,
  latchkeyDomain,
  type OperationFields,
  type SessionCall,
  sessionNonceKey,
  signSessionDigest,
  typedData,
} from "../../sdk/src/index.ts";
import { type Client, clientOf } from "./chain.ts";
import { handIn, OPERATION } from "./operation.ts";
import type { Session } from "./sessions.ts";
import type { Stage } from "./stage.ts";

const { latchkey, forwarder } = latchkeyDeployment;
const executeAbi = parseAbi(["function execute(bytes32 mode, bytes executionCalldata)"]);

/** What a key could sign and send by other means than the client, which refuses most of it before the chain does. */
export interface Forgery {
  principal: Address;
  session: Session;
  calls: SessionCall[];
  /** Instead of the encoding of the calls. */
  execution?: Execution | undefined;
  deadline: number;
  nonce: bigint;
  operation?: OperationFields | undefined;
  /** Changes the signature on its way. */
  tamper?: ((signature: Hex) => Hex) | undefined;
}

/** Route `userOperation`. */
export async function forgeOperation(stage: Stage, forgery: Forgery): Promise<bigint> {
  const { principal, session, calls, execution = encodeCalls(calls), operation } = forgery;
  const { address: entryPointAddress } = entryPoints["0.9"];
  const nonceKey = sessionNonceKey(latchkey, { app: session.file.policy.app });
  const unsigned: UserOperation<"0.9"> = {
    ...OPERATION,
    ...operation,
    sender: principal,
    nonce: await stage.entryPoint.read<bigint>("getNonce", [principal, nonceKey]),
    callData: encodeFunctionData({ abi: executeAbi, args: [execution.mode, execution.executionCalldata] }),
    signature: "0x",
  };
  const chainId = stage.client.chain.id;
  const userOpHash = getUserOperationHash({
    ...{ chainId, entryPointAddress, entryPointVersion: "0.9" },
    userOperation: unsigned,
  });
  const signature = await sign(stage, forgery, typedData.sessionOperation, { userOpHash });
  return handIn(stage.chain, { ...unsigned, signature });
}

/** Route `direct`. */
export async function forgeDirect({ chain }: Stage, forgery: Forgery): Promise<bigint> {
  const { principal, session, calls, execution = encodeCalls(calls) } = forgery;
  const args = [principal, execution.mode, execution.executionCalldata] as const;
  const data = encodeFunctionData({ abi: sessionExecutorAbi, functionName: "execute", args });
  return (await chain.send({ to: latchkey, data }, session.key.account)).gasUsed;
}

/** Route `relayed`. */
export async function forgeRelayed(stage: Stage, forgery: Forgery): Promise<bigint> {
  const { principal, calls, nonce, execution = encodeCalls(calls) } = forgery;
  const signature = await sign(stage, forgery, typedData.sessionExecution, { ...execution, nonce, minGas: 0n });
  const args = [principal, execution.mode, execution.executionCalldata, nonce, 0n, signature] as const;
  const data = encodeFunctionData({ abi: sessionExecutorAbi, functionName: "executeBySig", args });
  return (await stage.chain.send({ to: latchkey, data }, stage.chain.relayer)).gasUsed;
}

/** Route `forwarded`, by the key. */
export async function forgeForward({ chain }: Stage, { principal, session, calls }: Forgery): Promise<bigint> {
  const { to: target, data: sent = "0x" } = calls[0]!;
  const data = encodeFunctionData({
    abi: sessionForwarderAbi,
    functionName: "forward",
    args: [principal, target, sent],
  });
  return (await chain.send({ to: forwarder, data }, session.key.account)).gasUsed;
}

/** Route `asked`. */
export async function forgeAsked({ chain }: Stage, { session, calls }: Forgery): Promise<bigint> {
  return (await chain.send(calls[0]!, session.key.account)).gasUsed;
}

/** Route `forwarded`, through a relayer. */
export async function forgeForwarded(stage: Stage, forgery: Forgery): Promise<bigint> {
  const { principal, calls, nonce } = forgery;
  const { to: target, data: sent = "0x" } = calls[0]!;
  const signature = await sign(stage, forgery, typedData.sessionForward, { target, data: sent, nonce, minGas: 0n });
  const args = [principal, target, sent, nonce, 0n, signature] as const;
  const data = encodeFunctionData({ abi: sessionForwarderAbi, functionName: "forwardBySig", args });
  return (await stage.chain.send({ to: forwarder, data }, stage.chain.relayer)).gasUsed;
}

async function sign(stage: Stage, forgery: Forgery, types: TypedData, message: object): Promise<Hex> {
  const { principal, session, deadline, tamper } = forgery;
  const [primaryType] = Object.keys(types);
  const digest = hashTypedData({
    domain: latchkeyDomain(stage.client.chain.id, latchkey),
    ...{ types, primaryType },
    message: { principal, ...message, validUntil: deadline, registration: session.registration },
  } as never);
  const signature = await signSessionDigest(session.key, digest, deadline);
  return tamper === undefined ? signature : tamper(signature);
}

/** The very transaction that was mined, sent again by anyone. */
export async function replay({ client, chain }: Stage, hash: Hash): Promise<bigint> {
  const { to, input } = await getTransaction(client, { hash });
  return (await chain.send({ to: to!, data: input }, chain.relayer)).gasUsed;
}

/** What a relayer is given to send, and holds back until it is told to. */
export async function holdBack(
  { chain }: Stage,
  run: (client: Client) => Promise<unknown>,
): Promise<() => Promise<bigint>> {
  let held: SessionCall | undefined;
  const client = clientOf((async (request: { method: string; params: SessionCall[] }) => {
    if (request.method !== "eth_sendTransaction") return chain.node(request as never);
    held = request.params[0];
    throw new Error("It is held back.");
  }) as never);
  await run(client).catch((thrown: unknown) => {
    if (held === undefined) throw thrown;
  });
  return async () => (await chain.send({ to: held!.to, data: held!.data }, chain.relayer)).gasUsed;
}
