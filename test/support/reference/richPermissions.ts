import { parseMethod, type Type } from "./methodTypes.ts";
import { BOB, COUNTER, permission, rule, spend } from "./refusals.ts";
import type { Inner, Permission, Rule, Spend } from "./policy.ts";

/** Permissions for any method, with rules, spends and inners on whatever its types have. */

const INNERS = ["(address,uint256)", "(bytes)", "g(uint256[],bytes4)", "((bool,string)[2],int64)", "(uint256,bytes[])"];

interface Said {
  rules: Rule[];
  spends: Spend[];
  inner: Inner[];
  numbers: string[];
}

/** @param next draws a number below its argument */
export function richPermission(method: string, next: (bound: number) => number): Permission {
  const said: Said = { rules: [], spends: [], inner: [], numbers: [] };
  visit(parseMethod(method, true).types, "", said, next, 0);
  if (said.numbers.length > 1 && next(2) === 0) {
    const [a, b] = [said.numbers[0]!, said.numbers.at(-1)!];
    if (!a.includes("*") && !b.includes("*"))
      said.rules.push(rule(a, next(2) === 0 ? "is at least at rate" : "is at most at rate", [2n, 3n], b));
    said.rules.push(...(b.includes("*") ? [] : [rule("value", "is at most at rate", [1n, 2n], b)]));
  }
  const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const byTexts = (a: Rule, b: Rule) =>
    compare(a.argument, b.argument) || compare(a.test, b.test) || compare(a.per, b.per);
  const [first] = said.spends.sort((a, b) => compare(a.argument, b.argument));
  return permission(method, {
    rules: said.rules.sort(byTexts).slice(0, 16),
    spends: said.spends.slice(0, 1 + next(4)),
    inner: said.inner.sort((a, b) => compare(a.argument, b.argument)).slice(0, 8),
    open: next(3) === 0 ? [] : next(4) === 0 && first !== undefined ? [first.argument] : ["*"],
    consumable: next(6) === 0,
  });
}

function visit(type: Type, at: string, said: Said, next: (bound: number) => number, depth: number): void {
  if (depth > 12) return;
  const isFirst = at === "" || at.endsWith(":");
  switch (type.kind) {
    case "tuple":
      type.parts.forEach((part, i) => {
        if (next(4) !== 0) visit(part, `${at}${isFirst ? "" : "."}${i}`, said, next, depth + 1);
      });
      return;
    case "array": {
      if (type.size === undefined && next(3) === 0)
        said.rules.push(rule(`${at}.length`, "is at most", [BigInt(next(9))]));
      if (type.size === undefined && type.element.kind === "word" && next(3) === 0)
        said.rules.push(rule(at, "has the content", [`0x${"0a".repeat(32)}`]));
      if (next(3) !== 0) visit(type.element, `${at}[*]`, said, next, depth + 1);
      if (next(3) !== 0) visit(type.element, `${at}[${next(type.size ?? 4)}]`, said, next, depth + 1);
      return;
    }
    case "bytes":
    case "string":
      if (next(3) === 0)
        said.rules.push(rule(at, "has one of the contents", [`0x01${"0a".repeat(31)}`, `0x02${"0a".repeat(31)}`]));
      if (type.kind === "string") return;
      if (next(3) === 0) said.rules.push(rule(`${at}.length`, "is one of", [4n, 36n]));
      if (next(2) === 0) {
        const types = INNERS[next(INNERS.length)]!;
        said.inner.push({ argument: at, types });
        visit(parseMethod(types).types, `${at}:`, said, next, depth + 1);
      }
      return;
    case "word":
      return word(type, at, said, next);
  }
}

function word(type: Extract<Type, { kind: "word" }>, at: string, said: Said, next: (bound: number) => number): void {
  const says = next(4);
  if (says === 0) return;
  if (type.of === "address") {
    said.rules.push(says === 1 ? rule(at, "is", [BOB]) : rule(at, "is one of or the principal", [BOB]));
  } else if (type.of === "bool") {
    said.rules.push(rule(at, "is", [1n]));
  } else if (type.of === "bytesN" || type.of === "function") {
    said.rules.push(rule(at, says === 1 ? "is" : "is not", [`0x7f${"00".repeat(31)}`]));
  } else {
    if (says === 1) said.rules.push(rule(at, "is at most", [100n]), rule(at, "is not", [5n, 6n]));
    if (says === 2) said.rules.push(rule(at, "is one of", [3n, 7n]));
    if (type.of !== "uint") return void said.rules.push(rule(at, "is at least", [-3n]));
    said.numbers.push(at);
    if (next(2) === 0) said.spends.push(spend(COUNTER, at, { scale: next(3) }));
  }
}
