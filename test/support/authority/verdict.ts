import { size, type Hex } from "viem";
import { decodeError, innermost, type DecodedError } from "../reference/errors.ts";
import { PRINCIPAL } from "../reference/policyFiles.ts";
import type { Policy } from "../reference/policy.ts";
import type { Probe } from "./calls.ts";
import { failuresOf, UNREADABLE, type Alternative, type Failure } from "./model.ts";
import { decode, headWords, isDynamic } from "./values.ts";

/** What a model says of a call: what each limit is asked for, or what is wrong with it. */
export type Verdict = { requested: bigint[] } | { failures: Failure[] };

const MAX = 2n ** 256n - 1n;

/** Errors that say the byte of the calldata where they were found. */
const PLACED = ["ArgumentNotCanonical", "ArgumentNotBounded", "InnerMethodNotAllowed"];

/**
 * By the first alternative that holds; if none does, by what is wrong with each of them.
 * @param own the alternative that the call was drawn from
 */
export function verdictOf(policy: Policy, of: Alternative[], own: number, probe: Probe, isAsked: boolean): Verdict {
  if (probe.error === "CallNotAllowed") return { failures: [{ error: probe.error }] };
  if (probe.data === "0x") return { failures: [{ error: "CallNotAllowed" }] };
  if (size(probe.data) < 4) return { failures: [{ error: "CalldataLengthNotAllowed" }] };
  const failures: Failure[] = [];
  for (const [i, each] of of.entries()) {
    const { permission } = each;
    const found = oneVerdict(each, i === own, probe, isAsked);
    if (Array.isArray(found)) {
      failures.push(...found);
      continue;
    }
    const requested = policy.limits.map(({ unit }) => {
      const value = BigInt(unit) === 0n ? probe.value : 0n;
      const sum = permission.spends.reduce(
        (all, spent, n) => (spent.unit === unit ? all + found.takes[n]! : all),
        value,
      );
      return sum > MAX ? MAX : sum;
    });
    return { requested };
  }
  return { failures };
}

function oneVerdict(of: Alternative, isOwn: boolean, probe: Probe, isAsked: boolean): Failure[] | { takes: bigint[] } {
  const { permission, types, trust } = of;
  if (!isAsked && trust === "asked") return [{ error: "CallOnlyAsked" }];
  if (isOwn && probe.error !== undefined) return [{ error: probe.error }];
  const isSuffixed = trust === "asked" || permission.open[0] === "*";
  const changed = isOwn ? probe.tree : undefined;
  const tree = changed ?? decode(types, `0x${probe.data.slice(10)}`, isSuffixed);
  if (tree !== undefined) {
    const { failures, takes } = failuresOf(of, trust, tree, probe.value, BigInt(PRINCIPAL));
    return failures.length === 0 ? { takes } : failures;
  }
  const isStatic = !types.parts.some(isDynamic);
  const isBehind = isOwn && probe.isBehind === true;
  if (isBehind) return [{ error: isStatic ? "CalldataLengthNotAllowed" : "ArgumentNotCanonical" }];
  if (size(probe.data) < 4 + 32 * types.parts.reduce((sum, part) => sum + headWords(part), 0))
    return [{ error: probe.value > permission.maxValue ? "ValueNotAllowed" : "CalldataLengthNotAllowed" }];
  return [{ error: UNREADABLE }, ...(probe.value > permission.maxValue ? [{ error: "ValueNotAllowed" }] : [])];
}

/** How an answer departs from the verdict; undefined if it does not. */
export function complaintAbout(
  answer: bigint[] | Hex,
  verdict: Verdict,
  probe: Probe,
  alternatives: number,
): string | undefined {
  const error = typeof answer === "string" ? decodeError(answer) : undefined;
  if ("requested" in verdict) {
    if (error !== undefined) return `refused with ${error.name}(${error.args.join()})`;
    const wanted = verdict.requested.join();
    return (answer as bigint[]).join() === wanted
      ? undefined
      : `requested ${(answer as bigint[]).join()}, not ${wanted}`;
  }
  const wanted = verdict.failures.map(({ error: name, says }) => `${name}(${says?.join() ?? ""})`).join(", ");
  if (error === undefined) return `passed, or reverted without an error, not ${wanted}`;
  const isAlone = alternatives === 1 || size(probe.data) < 4 || error.name === "CallNotAllowed";
  if ((error.name === "AlternativesRefused") === isAlone) return `${error.name} of ${alternatives}`;
  const said = innermost(error);
  if (!verdict.failures.some((each) => isSaid(each, said, isAlone ? probe.byte : undefined, isAlone)))
    return `${said.name}(${said.args.join()}), not ${wanted}`;
  return undefined;
}

/** Of several alternatives only the name is compared: any of them may have held most rules. */
function isSaid(
  { error, says }: Failure,
  { name, args }: DecodedError,
  byte: number | undefined,
  isAlone: boolean,
): boolean {
  if (!error.split(" or ").includes(name) || BigInt(args[0] as bigint) !== 0n) return false;
  if (!isAlone) return true;
  if (byte !== undefined && PLACED.includes(name) && BigInt(args[1] as bigint) !== BigInt(byte)) return false;
  if (says === undefined) return true;
  const numbers = args.slice(1).map((each) => BigInt(each as bigint));
  return says.every((each, i) => numbers[numbers.length - says.length + i] === each);
}
