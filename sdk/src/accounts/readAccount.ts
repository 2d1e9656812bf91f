import { type Address, parseAbi } from "viem";
import { getCode } from "viem/actions";
import * as sessionValidator from "../generated/items/sessionValidator.ts";
import { InvalidWalletTypeError, SessionRequestError } from "../errors/clientErrors.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { entryPoints, type EntryPointVersion, entryPointVersionOf } from "../chain/entryPoints.ts";
import { ask } from "../chain/ask.ts";
import { type AccountFamily, familyOf } from "./families.ts";

const accountAbi = parseAbi([
  "function entryPoint() view returns (address)",
  "function entrypoint() view returns (address)",
  "function accountId() view returns (string)",
]);

export interface AccountState {
  isDeployed: boolean;
  /** Whether it has installed Latchkey. */
  isInstalled: boolean;
  /** The EntryPoint that it says it obeys; undefined if it does not say. */
  entryPoint: Address | undefined;
  family: AccountFamily;
}

/** What the chain knows of a smart account, in one round of requests. */
export async function readAccount(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address },
): Promise<AccountState> {
  const { principal: address } = parameters;
  const [code, isInstalled, entryPoint, family] = await Promise.all([
    getCode(client, { address }),
    isInstalledOn(client, parameters),
    readEntryPoint(client, address),
    readFamily(client, address),
  ]);
  return { isDeployed: code !== undefined, isInstalled, entryPoint, family };
}

/** The family of an account, or of the code of one, by what it says of itself. */
export async function readFamily(client: SessionClient, address: Address): Promise<AccountFamily> {
  return familyOf((await ask(client, { abi: accountAbi, address, functionName: "accountId" })) ?? "");
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
