import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  formatLog,
  getAddress,
  type Hex,
  isAddressEqual,
  numberToHex,
  padHex,
  parseEventLogs,
  type RpcLog,
  toEventSelector,
  zeroAddress,
} from "viem";
import { readContract } from "viem/actions";
import { ANY_TARGET } from "../constants.ts";
import type { SessionCall } from "../types.ts";
import type { DeploymentParameters, SessionClient } from "../utils/client.ts";
import { readPolicy } from "../utils/readPolicy.ts";
import { readSession } from "../utils/readSession.ts";
import { registrationsOf } from "../utils/registrationsOf.ts";

export interface GetSessionApprovalsParameters extends DeploymentParameters {
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
  /** Takes it back, made by the principal. */
  call: SessionCall;
}

export type GetSessionApprovalsReturnType = SessionApproval[];

/**
 * The approvals that the principal has given since the session was first registered, on tokens that its policy touches,
 * and that still stand: revoking a session takes none of them back. The log does not say who made an approval, so those
 * of the owner itself are among them. Approvals of a single token of an ERC-721 collection are not.
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
  const tokens = new Set((await Promise.all([...policies].map((id) => tokensOf(client, parameters, id)))).flat());
  if (tokens.size === 0) return [];
  const logs = await client.request({
    method: "eth_getLogs",
    params: [
      {
        address: [...tokens],
        topics: [[APPROVAL, APPROVAL_FOR_ALL], [padHex(principal, { size: 32 })]],
        fromBlock: numberToHex(first.blockNumber),
        toBlock: "latest",
      },
    ],
  });
  return standing(client, principal, logs);
}

const APPROVAL = toEventSelector("Approval(address,address,uint256)");
const APPROVAL_FOR_ALL = toEventSelector("ApprovalForAll(address,address,bool)");

/** Every contract that a policy lets a session call or spend, but the native coin. */
async function tokensOf(client: SessionClient, parameters: DeploymentParameters, policyId: Hex): Promise<Address[]> {
  const { permissions, limits } = await readPolicy(client, { ...parameters, policyId });
  const touched = [
    ...permissions.flatMap(({ target, spendToken }) => [target, spendToken]),
    ...limits.map(({ token }) => token),
  ];
  return touched
    .filter((each) => !isAddressEqual(each, zeroAddress) && !isAddressEqual(each, ANY_TARGET))
    .map((each) => getAddress(each));
}

async function standing(client: SessionClient, owner: Address, logs: readonly RpcLog[]): Promise<SessionApproval[]> {
  const formatted = logs.map((log) => formatLog(log));
  const approvals = new Map<string, Promise<SessionApproval | undefined>>();
  // An ERC-721 `Approval` has a third indexed field and is not decoded as an ERC-20 one.
  for (const { address: token, args } of parseEventLogs({ abi: erc20Abi, logs: formatted, eventName: "Approval" })) {
    const { spender } = args;
    approvals.set(`${token} ${spender}`, allowanceOf(client, { token: getAddress(token), owner, spender }));
  }
  for (const { address: token, args } of parseEventLogs({
    abi: erc721Abi,
    logs: formatted,
    eventName: "ApprovalForAll",
  })) {
    const { operator } = args;
    approvals.set(`${token} all ${operator}`, operatorOf(client, { token: getAddress(token), owner, operator }));
  }
  return (await Promise.all(approvals.values())).filter((each) => each !== undefined);
}

async function allowanceOf(
  client: SessionClient,
  { token, owner, spender }: { token: Address; owner: Address; spender: Address },
): Promise<SessionApproval | undefined> {
  const contract = { abi: erc20Abi, address: token } as const;
  const allowance = await readContract(client, { ...contract, functionName: "allowance", args: [owner, spender] });
  if (allowance === 0n) return undefined;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, 0n] });
  return { token, spender, allowance, call: { to: token, data } };
}

async function operatorOf(
  client: SessionClient,
  { token, owner, operator }: { token: Address; owner: Address; operator: Address },
): Promise<SessionApproval | undefined> {
  const contract = { abi: erc721Abi, address: token } as const;
  if (!(await readContract(client, { ...contract, functionName: "isApprovedForAll", args: [owner, operator] }))) return;
  const data = encodeFunctionData({ abi: erc721Abi, functionName: "setApprovalForAll", args: [operator, false] });
  return { token, spender: operator, allowance: undefined, call: { to: token, data } };
}
