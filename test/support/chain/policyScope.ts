import type { Contract, Interface } from "ethers";
import { size, slice, type Address, type Hex } from "viem";
import { admit, Refusal, type Call, type Route } from "../reference/admission.ts";
import { publish, type ChainFacts, type Published } from "../reference/publication.ts";
import { storedForm } from "../reference/storedForm.ts";
import type { Policy } from "../reference/policy.ts";
import { deployMock } from "./artifacts.ts";
import type { Chain } from "./chain.ts";

/** A policy whose code stands on the chain. */
export interface PlacedPolicy {
  policy: Policy;
  published: Published;
  at: Address;
}

const MAX = 2n ** 256n - 1n;

/** Holds calls against policies: as the contracts do, and as the model does. */
export class PolicyScopes {
  readonly contract: Contract;
  readonly principal: Address;
  private readonly chain: Chain;
  private placed = 0;

  static async deploy(chain: Chain, principal: Address): Promise<PolicyScopes> {
    return new PolicyScopes(chain, await deployMock(chain, "PolicyScopes", "PolicyScopes"), principal);
  }

  private constructor(chain: Chain, contract: Contract, principal: Address) {
    this.chain = chain;
    this.contract = contract;
    this.principal = principal;
  }

  async place(policy: Policy, facts: ChainFacts): Promise<PlacedPolicy> {
    const published = publish(policy, facts);
    return { policy, published, at: await this.put(storedForm(policy, published)) };
  }

  /** The address of a policy's code. */
  async put(code: Hex): Promise<Address> {
    const at: Address = `0xc0de${(++this.placed).toString(16).padStart(36, "0")}`;
    await this.chain.provider.request({ method: "hardhat_setCode", params: [at, code] });
    return at;
  }

  /** Of each call alone what each limit is asked for, or the revert data. */
  async runEach(at: Address, calls: Call[], isAsked: boolean): Promise<(bigint[] | Hex)[]> {
    const { interface: abi, target: to } = this.contract;
    const data = abi.encodeFunctionData("admitEach", [at, this.principal, calls, isAsked]);
    const answer = await this.chain.provider.request({ method: "eth_call", params: [{ to, data }] });
    const [admitted, answers] = abi.decodeFunctionResult("admitEach", answer as string) as unknown as [
      boolean[],
      Hex[],
    ];
    return answers.map((each, i) =>
      admitted[i] ? [...(abi.decodeFunctionResult("admit", each)[0] as bigint[])] : each,
    );
  }

  /** What each limit is asked for, or the error with all that it says. */
  async run({ at }: PlacedPolicy, calls: Call[], route: Route): Promise<string> {
    const { interface: abi, target: to } = this.contract;
    const data = abi.encodeFunctionData("admit", [at, this.principal, calls, route === "asked"]);
    try {
      const answer = await this.chain.provider.request({ method: "eth_call", params: [{ to, data }] });
      return (abi.decodeFunctionResult("admit", answer as string)[0] as bigint[]).join();
    } catch (error) {
      const revert = revertData(error);
      if (revert === undefined) throw error;
      return this.say(revert);
    }
  }

  /** The same by the model; undefined if it refuses what the engine looks at. */
  expect({ policy, published }: PlacedPolicy, calls: Call[], route: Route): string | undefined {
    const outcome = outcomeByModel(policy, published, this.principal, calls, route);
    return ["TargetForbidden", "EmptyBatch"].includes(errorsOf(outcome)[0]!) ? undefined : outcome;
  }

  private say(revert: Hex): string {
    return sayOfRevert(this.contract.interface, revert);
  }
}

/** What each limit is asked for, or the error with all that it says, by the model, which is not asked about caps. */
export function outcomeByModel(
  policy: Policy,
  published: Published,
  principal: Address,
  calls: Call[],
  route: Route,
): string {
  const limits = policy.limits.map((limit) => ({ ...limit, cap: MAX * MAX }));
  try {
    const { drawn } = admit({ ...policy, limits }, published, principal, calls, route);
    const asked = limits.map(({ unit }) => drawn[unit.toLowerCase()] ?? 0n);
    return asked.map((amount) => (amount > MAX ? MAX : amount)).join();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return sayOf(error, error.index);
  }
}

/** An error as the model says it: its arguments, and the errors that it passes on, as numbers. */
export function sayOfRevert(errors: Interface, revert: Hex): string {
  const error = errors.parseError(revert);
  if (error === null) return `unknown ${revert}`;
  const says = error.fragment.inputs.map(({ type }, i) => {
    const value = error.args[i] as bigint | Hex;
    if (type === "bytes") return sayOfRevert(errors, value as Hex);
    return type === "bytes4" ? BigInt(value) << 224n : BigInt(value);
  });
  return `${error.name}(${says.join()})`;
}

function sayOf({ name, says }: Refusal, index: number): string {
  const words = says.map((each) => (each instanceof Refusal ? sayOf(each, index) : each));
  return `${name}(${[BigInt(index), ...words].join()})`;
}

function revertData(error: unknown): Hex | undefined {
  const { data, cause } = error as { data?: Hex | { data?: Hex }; cause?: unknown };
  const found = typeof data === "object" ? data.data : data;
  if (found !== undefined) return found;
  return cause === undefined ? undefined : revertData(cause);
}

/** The names of an error and of what it passes on. */
export const errorsOf = (outcome: string): string[] => outcome.match(/[A-Z][A-Za-z]+(?=\()/g) ?? [];

/** The calldata's word at a byte. */
export const wordAt = (data: Hex, at: number): bigint =>
  at >= size(data)
    ? 0n
    : BigInt(
        `0x${slice(data, at, Math.min(at + 32, size(data)))
          .slice(2)
          .padEnd(64, "0")}`,
      );
