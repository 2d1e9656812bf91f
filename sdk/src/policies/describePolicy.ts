import {
  type Abi,
  type AbiParameter,
  type Address,
  getAddress,
  type Hex,
  isAddressEqual,
  slice,
  zeroAddress,
} from "viem";
import { ANY_TARGET } from "../constants.ts";
import { GRANTING_METHODS } from "../generated/tableMethods.ts";
import type { Policy, Rule, RuleTest } from "../types.ts";
import { type ArgumentDescription, describeArgument, inputsOf } from "./argumentNames.ts";
import { placeAt } from "./argumentPaths.ts";
import { areAlternatives, type CheckedPermission, checkPolicy, isToken, type Trust } from "./checkPolicy.ts";
import { contentBehind, type ContentValue, type PolicyContents } from "./contents.ts";
import { type Credit, paidOnce, paidTwice } from "./credits.ts";
import { hashPolicy } from "./hashPolicy.ts";
import type { MethodType } from "./methodTypes.ts";
import { isRate } from "./ruleChecks.ts";
import { type TokenUnit, type UnitDescription, Units } from "./symbols.ts";
import { decidingLimits, type SessionWindow } from "./worstLossOf.ts";

/** What somebody may do with what is the principal's, whoever asks it to: no policy takes it back. */
export type Holding =
  | {
      /** Who may take. */
      holder: Address;
      right: "allowance";
      token: Address;
      /** Base units. */
      amount: bigint;
      /** Whether Permit2 passes it on, which the token lets take it. */
      isThroughPermit2: boolean;
    }
  | {
      holder: Address;
      /** Every token of a collection, or every position of a protocol. */
      right: "operator";
      /** Where it is one. */
      on: Address;
    };

export interface DescribePolicyParameters {
  /**
   * Units of the limited tokens, by address: `readTokenUnits` reads them. Unknown ones are told in base units. A counter,
   * 1 to 65,535 as an address, can have one too: what it counts, and 0 decimals.
   */
  tokens?: Readonly<Record<Address, TokenUnit>> | undefined;
  /** Names of contracts, by address. */
  names?: Readonly<Record<Address, string>> | undefined;
  /** ABIs of the targets, by address: their parameters have names. */
  abis?: Readonly<Record<Address, Abi>> | undefined;
  /** Contents by their hashes: `parsePolicyFile` and `contentsOf` return them. One that is not what its hash says is left out. */
  contents?: PolicyContents | undefined;
  /** The window that is asked for; the longest that the policy allows, whenever it starts, by default. */
  window?: SessionWindow | undefined;
  /** Whose session it is: an address that is bound to it is no stranger's. */
  principal?: Address | undefined;
  /** What the chain shows of those whom the policy names: `describePolicyOnChain` reads it. */
  holdings?: readonly Holding[] | undefined;
  /** The coin of the chain; ETH by default. */
  nativeCurrency?: TokenUnit | undefined;
}

/** An address, and what it is called. */
export interface NamedAddress {
  address: Address;
  /** Undefined if it has none. */
  name: string | undefined;
}

/** A holding by names and units. */
export type HoldingDescription =
  | { holder: NamedAddress; right: "allowance"; unit: UnitDescription; amount: bigint; isThroughPermit2: boolean }
  | { holder: NamedAddress; right: "operator"; on: NamedAddress };

/** An approval, and who may take by it. */
export interface ApprovalDescription {
  spender: NamedAddress;
  unit: UnitDescription;
}

/** One value that an argument is compared with, by the argument's type. */
export type BoundValue =
  | { kind: "address"; address: NamedAddress }
  /** With the unit in which the argument is counted, if it is. */
  | { kind: "number"; number: bigint; unit: UnitDescription | undefined }
  | { kind: "flag"; flag: boolean }
  /** As many bytes as the type has. */
  | { kind: "bytes"; bytes: Hex }
  /** The content is undefined if only its hash is known; `addresses` are those of a list of addresses. */
  | { kind: "content"; hash: Hex; content: ContentValue | undefined; addresses: NamedAddress[] };

/** What one rule asks of one argument. */
export interface BindingDescription {
  argument: ArgumentDescription;
  test: RuleTest;
  values: BoundValue[];
  /** Of the two tests at a rate: the argument is compared with so much of another one. */
  rate: { per: ArgumentDescription; numerator: bigint; denominator: bigint } | undefined;
}

/** What one call takes from a limit. */
export interface SpendDescription {
  unit: UnitDescription;
  /** The argument that says how much; undefined for a constant. */
  argument: ArgumentDescription | undefined;
  /** The constant; 0 where an argument says it. */
  amount: bigint;
  /** The argument is multiplied by 10^scale. */
  scale: number;
  /** Whether the token's own method says it, so that it holds against everybody; otherwise it is what the policy declares. */
  isByToken: boolean;
}

/** One thing that the key may do. */
export interface PermissionDescription {
  /** Position in the policy's `permissions`. */
  index: number;
  target: NamedAddress;
  /** Whether it is a method on any contract, or a transfer to anyone. */
  isAnyTarget: boolean;
  kind: "native" | "method" | "wildcard";
  /** The text of its publisher; `"*"` and `""` as in the policy. */
  method: string;
  /** What the chain compares; undefined where no method is named. */
  selector: Hex | undefined;
  /** How far the chain sees where its authority goes. */
  trust: Trust;
  /** The place among those of the same target and method, from 1: the first that holds decides. Undefined if it is alone. */
  alternative: { number: number; of: number } | undefined;
  /** Wei in one call, inclusive. */
  maxValue: bigint;
  bindings: BindingDescription[];
  spends: SpendDescription[];
  /** How `bytes` are read, as the policy claims it. */
  inner: { argument: ArgumentDescription; types: string; isCall: boolean }[];
  /** What may say anything; `"everything"` for all that is not bound. */
  open: ArgumentDescription[] | "everything";
  /** Whether the contract itself may ask for it. */
  isConsumable: boolean;
  /** Whether it leaves a right that outlives the session. */
  leavesRight: boolean;
}

/** How much of one unit, and how often. */
export interface LimitDescription {
  unit: UnitDescription;
  cap: bigint;
  /** Seconds; 0 for the session's lifetime. */
  period: number;
  /** Whether periods count from the session's start; otherwise from the unix epoch. */
  fromStart: boolean;
}

/** The most that is taken of one unit, and the limit that says so. */
export interface LossDescription {
  unit: UnitDescription;
  amount: bigint;
  /** Periods of the limit that the session touches at most. */
  periods: number;
  limit: LimitDescription;
}

/** A contract that is taken at its word. */
export interface TrustedDescription {
  target: NamedAddress;
  /** Any contract at all. */
  isAnyTarget: boolean;
  /** Positions in the policy's `permissions`. */
  permissions: number[];
  /** What it may take already; undefined if nobody asked the chain. */
  holdings: HoldingDescription[] | undefined;
}

/** An address that a rule names, other than the principal: whose it is, Latchkey does not know. */
export interface BoundAddressDescription {
  address: NamedAddress;
  /** Whether it is a target of the policy, or a limited token. */
  isOfPolicy: boolean;
  places: { permission: number; argument: ArgumentDescription }[];
}

/** A policy as data: every interface makes its own sentences of it, or takes those of `formatPolicyDescription`. */
export interface PolicyDescription {
  policyId: Hex;
  app: string;
  /** In the policy's order. */
  permissions: PermissionDescription[];
  limits: LimitDescription[];
  /** Seconds, inclusive, and calls. */
  session: { minDuration: number; maxDuration: number; maxCalls: number };
  gas: {
    /** Wei. */
    budget: bigint;
    /** Whether the principal may pay. */
    selfPaid: boolean;
    /** Undefined for none. Its holdings, with which it may charge, are undefined if nobody asked the chain. */
    paymaster: { address: NamedAddress; holdings: HoldingDescription[] | undefined } | undefined;
  };
  loss: {
    losses: LossDescription[];
    /** Counters: how much may happen, not what is lost. */
    counts: LossDescription[];
    /** Wei. */
    gas: bigint;
    /** Whether that is the whole truth: nobody is trusted and nothing is open. */
    isWhole: boolean;
    /** For which window; undefined for the longest, whenever it starts. */
    window: SessionWindow | undefined;
  };
  trusted: TrustedDescription[];
  /** Positions, in the policy's `permissions`, of those with arguments that may say anything. */
  open: number[];
  bound: BoundAddressDescription[];
  /** Rights of those who are not trusted: they were given before, and no number bounds them. */
  holdings: HoldingDescription[];
  /** Where an approval pays for what its spender draws later in the same execution. */
  credits: ApprovalDescription[];
  /** Approvals that do not: what the spender then takes counts again. */
  countedTwice: ApprovalDescription[];
  /** The units of all limits, each once. */
  units: UnitDescription[];
  /** The native coin. */
  coin: UnitDescription;
}

/**
 * What a policy allows, as data, for whoever is asked to sign it.
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function describePolicy(policy: Policy, parameters: DescribePolicyParameters = {}): PolicyDescription {
  const checked = checkPolicy(policy);
  const describer = new Describer(policy, parameters);
  const permissions = checked.map((each, index) => describer.permission(each, index, checked));
  const trusted = describer.trusted(permissions);
  const open = permissions.filter(({ trust }) => trust === "open").map(({ index }) => index);
  const losses = decidingLimits(policy, parameters.window).map(({ limit, periods, amount }): LossDescription => {
    return { unit: describer.unitOf(limit.unit), amount, periods, limit: describer.limit(limit) };
  });
  const isSession = parameters.window === undefined || losses.every(({ periods }) => periods !== 0);
  const { minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster } = policy;
  return {
    policyId: hashPolicy(policy),
    app: policy.app,
    permissions,
    limits: policy.limits.map((limit) => describer.limit(limit)),
    session: { minDuration, maxDuration, maxCalls },
    gas: {
      budget: gasBudget,
      selfPaid,
      paymaster: isAddressEqual(paymaster, zeroAddress)
        ? undefined
        : { address: describer.nameOf(paymaster), holdings: describer.holdingsOf(paymaster) },
    },
    loss: {
      losses: losses.filter(({ unit }) => unit.kind !== "counter"),
      counts: losses.filter(({ unit }) => unit.kind === "counter"),
      gas: isSession ? gasBudget : 0n,
      isWhole: trusted.length === 0 && open.length === 0,
      window: parameters.window,
    },
    trusted,
    open,
    bound: describer.bound(permissions),
    holdings: describer.holdings.filter(
      ({ holder: { address } }) =>
        !isAddressEqual(address, paymaster) && !trusted.some(({ target }) => target.address === address),
    ),
    credits: paidOnce(policy, checked).map((each) => describer.approval(each)),
    countedTwice: paidTwice(policy, checked).map((each) => describer.approval(each)),
    units: [...new Set(policy.limits.map(({ unit }) => getAddress(unit)))].map((unit) => describer.unitOf(unit)),
    coin: describer.unitOf(zeroAddress),
  };
}

class Describer {
  private readonly policy: Policy;
  private readonly given: DescribePolicyParameters;
  private readonly names: ReadonlyMap<Address, string>;
  private readonly units: Units;

  constructor(policy: Policy, given: DescribePolicyParameters) {
    this.policy = policy;
    this.given = given;
    const names = Object.entries(given.names ?? {}).map(([each, name]): [Address, string] => [getAddress(each), name]);
    this.names = new Map(names);
    this.units = new Units(given.tokens ?? {}, given.nativeCurrency);
  }

  nameOf(address: Address): NamedAddress {
    return { address: getAddress(address), name: this.names.get(getAddress(address)) };
  }

  unitOf(address: Address): UnitDescription {
    return this.units.of(address);
  }

  limit({ unit, cap, period, fromStart }: Policy["limits"][number]): LimitDescription {
    return { unit: this.unitOf(unit), cap, period, fromStart };
  }

  permission(checked: CheckedPermission, index: number, all: readonly CheckedPermission[]): PermissionDescription {
    const { permission, kind, selector, trust, root, takesBack } = checked;
    const { target, method, maxValue, rules, inner, consumable, open } = permission;
    const inputs = inputsOf(this.abiOf(target), method);
    const argument = (path: string) => describeArgument(root, path, inputs);
    const others = all.filter((each) => areAlternatives(each.permission, permission));
    return {
      ...{ index, kind, method, trust, maxValue },
      target: this.nameOf(target),
      isAnyTarget: isAddressEqual(target, ANY_TARGET),
      selector: kind === "method" ? (selector as Hex) : undefined,
      alternative: others.length === 1 ? undefined : { number: others.indexOf(checked) + 1, of: others.length },
      bindings: rules.map((rule) => this.binding(rule, checked, inputs)),
      spends: this.spends(checked, argument),
      inner: inner.map((each) => {
        return { argument: argument(each.argument), types: each.types, isCall: !each.types.startsWith("(") };
      }),
      open: open[0] === "*" ? "everything" : open.map(argument),
      isConsumable: consumable,
      leavesRight: GRANTING_METHODS.includes(method) && !takesBack,
    };
  }

  private abiOf(target: Address): Abi | undefined {
    return Object.entries(this.given.abis ?? {}).find(([each]) => isAddressEqual(each as Address, target))?.[1];
  }

  private spends(
    { permission, row, drawn }: CheckedPermission,
    argument: (path: string) => ArgumentDescription,
  ): SpendDescription[] {
    const declared = permission.spends.map(({ unit, argument: path, amount, scale }): SpendDescription => {
      const by = path === "" ? undefined : argument(path);
      return { unit: this.unitOf(unit), argument: by, amount, scale, isByToken: false };
    });
    if (drawn === undefined) return declared;
    const by = row?.amount === undefined ? undefined : argument(row.amount);
    return [{ unit: this.unitOf(drawn), argument: by, amount: 0n, scale: 0, isByToken: true }, ...declared];
  }

  private binding(
    rule: Rule,
    checked: CheckedPermission,
    inputs: readonly AbiParameter[] | undefined,
  ): BindingDescription {
    const { argument: path, test, per, addresses, numbers, words } = rule;
    const { root } = checked;
    const argument = describeArgument(root, path, inputs);
    if (isRate(test)) {
      const [numerator, denominator] = numbers as [bigint, bigint];
      return { argument, test, values: [], rate: { per: describeArgument(root, per, inputs), numerator, denominator } };
    }
    const type = path === "value" || path.endsWith(".length") ? undefined : placeAt(root, path).type;
    const unit = this.unitOfArgument(path, checked);
    const isFlag = type?.kind === "word" && type.of === "bool";
    const values: BoundValue[] = [
      ...addresses.map((each): BoundValue => ({ kind: "address", address: this.nameOf(each) })),
      ...numbers.map((number): BoundValue => {
        return isFlag ? { kind: "flag", flag: number === 1n } : { kind: "number", number, unit };
      }),
      ...words.map((each) => this.word(type, each)),
    ];
    return { argument, test, values, rate: undefined };
  }

  private word(type: MethodType | undefined, word: Hex): BoundValue {
    if (type?.kind === "word") return { kind: "bytes", bytes: slice(word, 0, type.bits / 8) };
    const content = type === undefined ? undefined : contentBehind(type, word, this.given.contents ?? {});
    const isOfAddresses = type?.kind === "array" && type.element.kind === "word" && type.element.of === "address";
    const addresses = isOfAddresses && typeof content === "object" ? (content as readonly Address[]) : [];
    return { kind: "content", hash: word, content, addresses: addresses.map((each) => this.nameOf(each)) };
  }

  /** The unit in which an argument is counted, as it is, so that its bounds are told in it. */
  private unitOfArgument(path: string, { permission, row, drawn }: CheckedPermission): UnitDescription | undefined {
    if (path === "value") return this.unitOf(zeroAddress);
    if (drawn !== undefined && row?.amount === path) return this.unitOf(drawn);
    const units = permission.spends.filter(({ argument, scale }) => argument === path && scale === 0);
    const unit = (units.find((each) => isToken(each.unit)) ?? units[0])?.unit;
    return unit === undefined ? undefined : this.unitOf(unit);
  }

  trusted(permissions: readonly PermissionDescription[]): TrustedDescription[] {
    const trusted = permissions.filter(({ trust }) => trust !== "counted");
    return [...new Set(trusted.map(({ target }) => target.address))].map((address) => ({
      target: this.nameOf(address),
      isAnyTarget: address === ANY_TARGET,
      permissions: trusted.filter(({ target }) => target.address === address).map(({ index }) => index),
      holdings: address === ANY_TARGET ? undefined : this.holdingsOf(address),
    }));
  }

  get holdings(): HoldingDescription[] {
    return (this.given.holdings ?? []).map((each): HoldingDescription => {
      const holder = this.nameOf(each.holder);
      if (each.right === "operator") return { holder, right: each.right, on: this.nameOf(each.on) };
      const { right, token, amount, isThroughPermit2 } = each;
      return { holder, right, unit: this.unitOf(token), amount, isThroughPermit2 };
    });
  }

  holdingsOf(address: Address): HoldingDescription[] | undefined {
    if (this.given.holdings === undefined) return undefined;
    return this.holdings.filter(({ holder }) => isAddressEqual(holder.address, address));
  }

  approval({ spender, token }: Credit): ApprovalDescription {
    return { spender: this.nameOf(spender), unit: this.unitOf(token) };
  }

  bound(permissions: readonly PermissionDescription[]): BoundAddressDescription[] {
    const found = new Map<Address, BoundAddressDescription>();
    const { principal } = this.given;
    const ofPolicy = new Set([
      ...this.policy.limits.map(({ unit }) => getAddress(unit)),
      ...this.policy.permissions.map(({ target }) => getAddress(target)),
    ]);
    for (const { index, bindings } of permissions) {
      for (const { argument, test, values } of bindings) {
        // What an argument is not does not name anyone.
        if (test === "is not") continue;
        for (const address of values.flatMap(addressesIn)) {
          if (principal !== undefined && isAddressEqual(address, principal)) continue;
          const isOfPolicy = ofPolicy.has(address);
          const entry = found.get(address) ?? { address: this.nameOf(address), isOfPolicy, places: [] };
          entry.places.push({ permission: index, argument });
          found.set(address, entry);
        }
      }
    }
    return [...found.values()];
  }
}

/** The addresses that a value names: an argument's own, or those in a list. */
function addressesIn(value: BoundValue): Address[] {
  if (value.kind === "address") return [value.address.address];
  return value.kind === "content" ? value.addresses.map(({ address }) => address) : [];
}
