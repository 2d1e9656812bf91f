import type { ReadErrorType } from "../errors/errorTypes.ts";
import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  formatLog,
  getAddress,
  type Hex,
  isAddressEqual,
  padHex,
  parseEventLogs,
  type RpcLog,
  toEventSelector,
} from "viem";
import { ANY_TARGET, COUNTER_BOUND, PERMIT2 } from "../constants.ts";
import type { SessionCall } from "../types.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { fewAtOnce } from "../chain/fewAtOnce.ts";
import { type LogRangeParameters, readLogs } from "../chain/logs.ts";
import { permit2Abi, permit2Allowance } from "../chain/permit2.ts";
import { ask } from "../chain/ask.ts";
import { readPolicy } from "../sessions/readPolicy.ts";
import { readSession } from "../sessions/readSession.ts";
import { registrationsOf } from "../sessions/registrationsOf.ts";

export interface GetSessionApprovalsParameters extends DeploymentParameters, LogRangeParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
  /** The block from which the registration is searched for; the first unless told otherwise. */
  fromBlock?: bigint | undefined;
}

/** An approval that outlives the session. */
export interface SessionApproval {
  token: Address;
  /** Who may take tokens of the principal. */
  spender: Address;
  /** Base units that are still allowed; undefined for an operator, who may take every token of the collection. */
  allowance: bigint | undefined;
  /** Permit2's own allowance: until when it holds, unix seconds, inclusive; undefined for one that the token keeps. */
  expiration: number | undefined;
  /** Takes it back, made by the principal. */
  call: SessionCall;
}

export type GetSessionApprovalsReturnType = SessionApproval[];

export type GetSessionApprovalsErrorType = ReadErrorType;

/**
 * The approvals that the principal has given since the session was first registered, on tokens that its policy touches
 * and through Permit2, and that still stand: revoking a session takes none of them back. The log does not say who made an
 * approval, so those of the owner itself are among them. Approvals of a single token of an ERC-721 collection are not, nor
 * is what a contract does not answer for.
 *
 * @example
 * const approvals = await client.getSessionApprovals({ principal, key: key.address });
 */
export async function getSessionApprovals(
  client: SessionClient,
  parameters: GetSessionApprovalsParameters,
): Promise<GetSessionApprovalsReturnType> {
  const { principal } = parameters;
  const [registrations, { policyId }] = await Promise.all([
    registrationsOf(client, parameters),
    readSession(client, parameters),
  ]);
  const [first] = registrations;
  if (first === undefined) return [];
  // An earlier registration of the key may have been under another policy.
  const policies = new Set([policyId, ...registrations.map(({ args }) => args.policyId)]);
  const touched = new Set((await Promise.all([...policies].map((id) => touchedBy(client, parameters, id)))).flat());
  if (touched.size === 0) return [];
  const logs = await readLogs(client, {
    address: [...new Set([...touched, PERMIT2])],
    topics: [TOPICS, [padHex(principal, { size: 32 })]],
    fromBlock: first.blockNumber,
    maxBlockRange: parameters.maxBlockRange,
  });
  return standing(client, principal, logs, touched);
}

const TOPICS = [
  toEventSelector("Approval(address,address,uint256)"),
  toEventSelector("ApprovalForAll(address,address,bool)"),
  ...permit2Abi.filter((item) => item.type === "event").map((event) => toEventSelector(event)),
];

/** Every contract that a policy lets a session call or spend. */
async function touchedBy(client: SessionClient, parameters: DeploymentParameters, policyId: Hex): Promise<Address[]> {
  const { permissions, limits } = await readPolicy(client, { ...parameters, policyId });
  const touched = [
    ...permissions.flatMap(({ target, spends }) => [target, ...spends.map(({ unit }) => unit)]),
    ...limits.map(({ unit }) => unit),
  ];
  // Neither the native coin nor a counter is a contract.
  return touched
    .filter((each) => BigInt(each) >= COUNTER_BOUND && !isAddressEqual(each, ANY_TARGET))
    .map((each) => getAddress(each));
}

async function standing(
  client: SessionClient,
  owner: Address,
  logs: readonly RpcLog[],
  touched: ReadonlySet<Address>,
): Promise<SessionApproval[]> {
  const formatted = logs.map((log) => formatLog(log));
  const reads = new Map<string, () => Promise<SessionApproval | undefined>>();
  // An ERC-721 `Approval` has a third indexed field and is not decoded as an ERC-20 one.
  for (const { address: token, args } of parseEventLogs({ abi: erc20Abi, logs: formatted, eventName: "Approval" })) {
    const { spender } = args;
    reads.set(`${token} ${spender}`, () => allowanceOf(client, { token: getAddress(token), owner, spender }));
  }
  for (const { address: token, args } of parseEventLogs({
    abi: erc721Abi,
    logs: formatted,
    eventName: "ApprovalForAll",
  })) {
    const { operator } = args;
    reads.set(`${token} all ${operator}`, () => operatorOf(client, { token: getAddress(token), owner, operator }));
  }
  for (const { address, args } of parseEventLogs({ abi: permit2Abi, logs: formatted })) {
    const { token, spender } = args;
    // Of a policy that calls Permit2 itself every token counts.
    const isTouched = touched.has(getAddress(token)) || touched.has(PERMIT2);
    if (!isAddressEqual(address, PERMIT2) || !isTouched) continue;
    reads.set(`Permit2 ${token} ${spender}`, () => allowanceAtPermit2(client, { token, owner, spender }));
  }
  // A contract may emit as many approvals as it likes.
  return (await fewAtOnce([...reads.values()], (read) => read())).filter((each) => each !== undefined);
}

/** What a contract that refuses to say it allows cannot be shown, and hides nothing of the others. */
async function allowanceOf(
  client: SessionClient,
  { token, owner, spender }: { token: Address; owner: Address; spender: Address },
): Promise<SessionApproval | undefined> {
  const contract = { abi: erc20Abi, address: token } as const;
  const allowance = await ask(client, { ...contract, functionName: "allowance", args: [owner, spender] });
  if (allowance === undefined || allowance === 0n) return undefined;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, 0n] });
  return { token, spender, allowance, expiration: undefined, call: { to: token, data } };
}

async function operatorOf(
  client: SessionClient,
  { token, owner, operator }: { token: Address; owner: Address; operator: Address },
): Promise<SessionApproval | undefined> {
  const contract = { abi: erc721Abi, address: token } as const;
  const args = [owner, operator] as const;
  if ((await ask(client, { ...contract, functionName: "isApprovedForAll", args })) !== true) return undefined;
  const data = encodeFunctionData({ abi: erc721Abi, functionName: "setApprovalForAll", args: [operator, false] });
  return { token, spender: operator, allowance: undefined, expiration: undefined, call: { to: token, data } };
}

async function allowanceAtPermit2(
  client: SessionClient,
  { token, owner, spender }: { token: Address; owner: Address; spender: Address },
): Promise<SessionApproval | undefined> {
  const { amount: allowance, expiration } = await permit2Allowance(client, { owner, token, spender });
  if (allowance === 0n) return undefined;
  const args = [token, spender, 0n, 0] as const;
  const data = encodeFunctionData({ abi: permit2Abi, functionName: "approve", args });
  return { token, spender, allowance, expiration, call: { to: PERMIT2, data } };
}
