import { type Abi, type Address, getAddress, isAddressEqual, zeroAddress } from "viem";
import { entryPoints } from "../chain/entryPoints.ts";
import { ANY_TARGET } from "../constants.ts";
import { selectorOf } from "../policies/tokenRows.ts";
import { type LintIssue, lintPolicy, type LintRule } from "../policies/lintPolicy.ts";
import { NESTED_BESIDE_METHODS, NESTED_METHODS } from "../generated/tableMethods.ts";
import type { Permission, Policy } from "../types.ts";
import { deploymentOf, type DeploymentParameters, requireContract, type SessionClient } from "../chain/client.ts";
import { delegatesOf } from "../chain/siblings.ts";
import { revertOf } from "../chain/ask.ts";
import { hasSelector, isInstalled, isModule, readTarget, type Target } from "../chain/targets.ts";
import { isContractError } from "../errors/isContractError.ts";
import { typedRevert } from "../errors/onDemand.ts";
import { describePolicy } from "../policies/describePolicy.ts";
import { holdingInWords, nameInWords } from "../policies/formatPolicyDescription.ts";
import { readHoldings } from "./describePolicyOnChain.ts";
import { publishPolicyCall } from "./publishPolicy.ts";
import { readTokenUnits } from "./readTokenUnits.ts";

export interface LintPolicyOnChainParameters extends DeploymentParameters {
  policy: Policy;
  /** The account that would register a session: it and what it has installed are refused as targets. */
  principal?: Address | undefined;
  /** ABIs of the targets, by address. */
  abis?: Readonly<Record<Address, Abi>> | undefined;
  /** What else no session should touch. */
  machinery?: readonly Address[] | undefined;
}

export type LintPolicyOnChainReturnType = LintIssue[];

/** EntryPoint v0.6: no account of this package uses it, but it is refused as a target. */
const ENTRY_POINT_06: Address = "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789";

/**
 * What is legal and unwise about a policy, with what the chain knows of its targets: code that can be changed, no code,
 * modules and machinery, routers. Everything that `lintPolicy` finds is found here too.
 */
export async function lintPolicyOnChain(
  client: SessionClient,
  parameters: LintPolicyOnChainParameters,
): Promise<LintPolicyOnChainReturnType> {
  const { policy, principal, abis = {}, machinery = [] } = parameters;
  const addresses = [...new Set(policy.permissions.map(({ target }) => getAddress(target)))];
  const concrete = addresses.filter((each) => each !== ANY_TARGET && each !== zeroAddress);
  const [delegates, account, targets, holdings, tokens, refusal] = await Promise.all([
    delegatesOf(client, parameters),
    principal === undefined ? undefined : readTarget(client, principal),
    Promise.all(concrete.map((each) => readTarget(client, each))),
    principal === undefined ? [] : readHoldings(client, { policy, principal }),
    principal === undefined ? {} : readTokenUnits(client, { policy }),
    refusalOf(client, parameters),
  ]);
  const fixed = [
    ...machinery,
    ...Object.values(deploymentOf(parameters)),
    ...delegates,
    ...Object.values(entryPoints).map(({ address }) => address),
    ENTRY_POINT_06,
    ...(account === undefined ? [] : [account.address]),
    ...(account?.implementation === undefined ? [] : [account.implementation]),
  ];
  const found = await Promise.all(
    targets.map(async ({ address, code }) => {
      if (code === "0x") return false;
      const selectors = policy.permissions
        .filter(({ target, method }) => isAddressEqual(target, address) && method !== "" && method !== "*")
        .map(({ method }) => selectorOf(method));
      const installed =
        account !== undefined && account.code !== "0x"
          ? isInstalled(client, account.address, address, selectors)
          : false;
      return (await isModule(client, address)) || (await installed);
    }),
  );
  const modules = concrete.filter((_, i) => found[i]);
  const issues = lintPolicy(policy, { abis, machinery: [...fixed, ...modules] });
  policy.permissions.forEach((permission, index) => {
    const target = targets.find(({ address }) => isAddressEqual(address, permission.target));
    if (target === undefined) return;
    const isNamed = Object.keys(abis).some((address) => isAddressEqual(address as Address, target.address));
    for (const [rule, message] of about(permission, target, isNamed)) {
      issues.push({ rule, severity: "warning", index, message });
    }
  });
  // Those of the trusted and of the paymaster stand there, the others by themselves.
  const told = describePolicy(policy, { tokens, holdings });
  const held = [...told.trusted, ...(told.gas.paymaster === undefined ? [] : [told.gas.paymaster]), told];
  for (const holding of held.flatMap((each) => each.holdings ?? [])) {
    const index = policy.permissions.findIndex(({ target }) => isAddressEqual(target, holding.holder.address));
    const message = `${nameInWords(holding.holder)} ${holdingInWords(holding)}, whatever the policy counts.`;
    issues.push({ rule: "standing-allowance", severity: "warning", ...(index === -1 ? {} : { index }), message });
  }
  if (refusal !== undefined) issues.push(refusal);
  return issues;
}

/** What the chain itself says to a publication; undefined if it takes it, or has it already. */
async function refusalOf(
  client: SessionClient,
  parameters: LintPolicyOnChainParameters,
): Promise<LintIssue | undefined> {
  const { to, data } = publishPolicyCall(parameters);
  await requireContract(client, to);
  const refused = await revertOf(client, to, data!);
  if (refused === undefined) return undefined;
  const error = await typedRevert(refused);
  const values: { index?: bigint } = isContractError(error) ? error.args : {};
  return {
    rule: "refused-by-chain",
    severity: "error",
    ...(values.index === undefined ? {} : { index: Number(values.index) }),
    message: `The chain does not publish this policy: ${error.shortMessage} ${error.metaMessages?.[0] ?? ""}`.trim(),
  };
}

function* about({ method }: Permission, target: Target, hasAbi: boolean): Generator<[LintRule, string]> {
  const { address, kind, implementation, running } = target;
  switch (kind) {
    case "none":
      // A plain transfer may well go to a wallet.
      if (method !== "") {
        yield [
          "target-without-code",
          `${address} has no code: a call of it does nothing, until someone deploys there.`,
        ];
      }
      return;
    case "delegated":
      yield [
        "upgradeable-target",
        `${address} is a wallet with the code of ${implementation}: its owner can change it.`,
      ];
      break;
    case "proxy":
      yield ["upgradeable-target", `${address} is a proxy of ${implementation}: its code can be changed.`];
      break;
    case "beacon-proxy":
      yield ["upgradeable-target", `${address} is a proxy of ${implementation} by a beacon: its code can be changed.`];
      break;
    case "minimal-proxy":
      yield ["minimal-proxy", `${address} is a copy that runs the code of ${implementation}: read that one.`];
      break;
    case "contract":
      break;
  }
  if (method === "") return;
  const nested = [...NESTED_METHODS, ...NESTED_BESIDE_METHODS].filter((each) => hasSelector(running, selectorOf(each)));
  if (nested.length > 0) {
    yield ["multicall-router", `${address} can run calls inside calls: ${nested.join(", ")}.`];
  }
  if (method !== "*" && !hasAbi && !hasSelector(running, selectorOf(method))) {
    yield [
      "selector-not-in-code",
      `${selectorOf(method)} of ${method} does not stand in the code of ${implementation ?? address}.`,
    ];
  }
}
