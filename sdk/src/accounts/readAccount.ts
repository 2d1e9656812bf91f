import { type Address, parseAbi, zeroAddress } from "viem";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import * as sessionValidator from "../generated/items/sessionValidator.ts";
import { InvalidWalletTypeError, SessionRequestError } from "../errors/clientErrors.ts";
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  isDeployed,
  readDeployed,
  type SessionClient,
} from "../chain/client.ts";
import { entryPoints, type EntryPointVersion, entryPointVersionOf } from "../chain/entryPoints.ts";
import { ask } from "../chain/ask.ts";
import { readTogether } from "../chain/readTogether.ts";
import { readSession, type ReadSessionReturnType, sessionStateOf } from "../sessions/readSession.ts";
import { type AccountFamily, familyOf } from "./families.ts";

const accountAbi = parseAbi([
  "function entryPoint() view returns (address)",
  "function entrypoint() view returns (address)",
  "function accountId() view returns (string)",
]);

/** ERC-5267: Latchkey says which chain it is on. */
const domainAbi = parseAbi([
  "function eip712Domain() view returns (bytes1, string, string, uint256, address, bytes32, uint256[])",
]);

export interface AccountState {
  isDeployed: boolean;
  /** Whether it has installed Latchkey. */
  isInstalled: boolean;
  /** The EntryPoint that it says it obeys; undefined if it does not say. */
  entryPoint: Address | undefined;
  family: AccountFamily;
}

/** What a smart account says of itself and Latchkey of it; whether it is there is not asked yet. */
export interface AccountSurvey extends Omit<AccountState, "isDeployed"> {
  /** Only code says anything. */
  hasAnswered: boolean;
  /** Only if a key was named. */
  session?: ReadSessionReturnType | undefined;
}

/** What the chain knows of a smart account. */
export async function readAccount(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address },
): Promise<AccountState> {
  const { principal, deployment } = parameters;
  return completed(client, principal, await surveyAccount(client, { principal, deployment }));
}

/** A survey, with whether the account is there: asked only of one that says nothing. */
export async function completed(
  client: SessionClient,
  principal: Address,
  { hasAnswered, isInstalled, entryPoint, family }: AccountSurvey,
): Promise<AccountState> {
  return { isDeployed: hasAnswered || (await isDeployed(client, principal)), isInstalled, entryPoint, family };
}

/**
 * What the chain knows of a smart account, and of a session of it if a key is named: in one request. A node on another
 * chain than the client's is refused.
 */
export async function surveyAccount(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; key?: Address | undefined },
): Promise<AccountSurvey> {
  const { principal: address, key } = parameters;
  const { latchkey, lens } = deploymentOf(parameters);
  const account = { abi: accountAbi, address } as const;
  // An account may use up the gas that is left: it comes last, and what most of them do not have behind the rest.
  const answers = await readTogether(client, [
    { abi: [sessionValidator.isInitialized], address: latchkey, functionName: "isInitialized", args: [address] },
    { abi: [latchkeyLens.getSession], address: lens, functionName: "getSession", args: [address, key ?? zeroAddress] },
    { abi: domainAbi, address: latchkey, functionName: "eip712Domain" },
    { ...account, functionName: "accountId" },
    { ...account, functionName: "entryPoint" },
    { ...account, functionName: "entrypoint" },
  ] as const);
  if (answers === undefined) {
    await chainIdOf(client);
    const [isInstalled, session, id, entryPoint] = await Promise.all([
      isInstalledOn(client, parameters),
      key && readSession(client, { ...parameters, key }),
      ask(client, { ...account, functionName: "accountId" }),
      readEntryPoint(client, address),
    ]);
    const hasAnswered = (id ?? entryPoint) !== undefined;
    return { isInstalled, session, entryPoint, family: familyOf(id ?? "", address), hasAnswered };
  }
  const [isInitialized, state, { result: domain }, { result: id }, { result: entryPoint }, { result: kernels }] =
    answers;
  if (client.chain !== undefined && domain?.[3] !== BigInt(client.chain.id)) await chainIdOf(client);
  // What Latchkey does not answer is asked again: the error says why.
  const [isInstalled, session] = await Promise.all([
    isInitialized.result ?? isInstalledOn(client, parameters),
    key && (state.result === undefined ? readSession(client, { ...parameters, key }) : sessionStateOf(state.result)),
  ]);
  const hasAnswered = (id ?? entryPoint ?? kernels) !== undefined;
  return { isInstalled, session, entryPoint: entryPoint ?? kernels, family: familyOf(id ?? "", address), hasAnswered };
}

/** The family of an account, or of the code of one, by what it says of itself. */
export async function readFamily(client: SessionClient, address: Address): Promise<AccountFamily> {
  return familyOf((await ask(client, { abi: accountAbi, address, functionName: "accountId" })) ?? "", address);
}

/** The EntryPoint that an account, or the code of one, says it obeys; undefined if it does not say. */
export async function readEntryPoint(client: SessionClient, address: Address): Promise<Address | undefined> {
  // Kernel spells it its own way.
  const names = ["entryPoint", "entrypoint"] as const;
  const answers = names.map((functionName) => ask(client, { abi: accountAbi, address, functionName }));
  return (await Promise.all(answers)).find((answer) => answer !== undefined);
}

/** Whether the account has installed Latchkey. */
export function isInstalledOn(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address },
): Promise<boolean> {
  return readDeployed(client, {
    abi: [sessionValidator.isInitialized],
    address: deploymentOf(parameters).latchkey,
    functionName: "isInitialized",
    args: [parameters.principal],
  });
}

/** An account without code or without Latchkey acts on no route of an account. */
export function requireAccount(
  principal: Address,
  { isDeployed, isInstalled }: Omit<AccountState, "entryPoint" | "family">,
): void {
  if (!isDeployed) throw withoutCode(principal);
  if (!isInstalled) throw new InvalidWalletTypeError(principal, "The account has not installed Latchkey.");
}

/** The EntryPoint's version: the account's own; the one that was asked for, if the account does not say another. */
export function requireEntryPoint(
  principal: Address,
  { entryPoint }: Pick<AccountState, "entryPoint">,
  wanted: EntryPointVersion | undefined,
): EntryPointVersion {
  if (entryPoint === undefined) return wanted ?? "0.9";
  const version = entryPointVersionOf(entryPoint);
  if (version === undefined || (wanted !== undefined && wanted !== version)) {
    throw new SessionRequestError("The account obeys another EntryPoint.", {
      metaMessages: [
        `Account: ${principal}`,
        `Its EntryPoint: ${entryPoint}${version === undefined ? "" : `, ${version}`}`,
        wanted === undefined
          ? `Known: ${Object.keys(entryPoints).join(", ")}`
          : `Asked for: ${entryPoints[wanted].address}, ${wanted}`,
      ],
    });
  }
  return version;
}

/** The wallet cannot do this, as the chain would say if it were asked. */
export function withoutCode(principal: Address): InvalidWalletTypeError {
  return new InvalidWalletTypeError(principal, "A plain wallet acts on the routes forwarded and asked alone.");
}
