import type { Abi, AbiParameter } from "viem";
import { toFunctionSignature } from "viem";
import { placeAt, type Place, stepsOf } from "./argumentPaths.ts";

/** An argument of a method. */
export interface ArgumentDescription {
  /** As policies have it, from 0: `"0.4"`; `"value"` is the wei of the call. */
  path: string;
  /** By the names of the ABI: `"params.amountIn"`; undefined without one. */
  name: string | undefined;
  /** `"uint256"`; of a length and of the value `"uint"`. */
  type: string;
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]{0,63}$/;

/** The parameters of a method in an ABI that has it; undefined otherwise. */
export function inputsOf(abi: Abi | undefined, method: string): readonly AbiParameter[] | undefined {
  for (const item of abi ?? []) {
    if (item.type === "function" && toFunctionSignature(item) === method) return item.inputs;
  }
  return undefined;
}

/** Where a path leads, in types and names. */
export function describeArgument(
  root: Place,
  path: string,
  inputs: readonly AbiParameter[] | undefined,
): ArgumentDescription {
  if (path === "value") return { path, name: undefined, type: "uint" };
  const type = path.endsWith(".length") ? "uint" : placeAt(root, path).type.name;
  return { path, name: inputs === undefined ? undefined : nameOf(path, inputs), type };
}

/** What is inside of `bytes` has no names: its path stays as it is. */
function nameOf(path: string, inputs: readonly AbiParameter[]): string | undefined {
  let named: readonly AbiParameter[] | undefined = inputs;
  let name = "";
  for (const step of stepsOf(path)) {
    if (step === ":") return name + path.slice(path.indexOf(":"));
    if (step.startsWith("[") || step === ".length") {
      name += step;
      continue;
    }
    const item: AbiParameter | undefined = named?.[Number(step.slice(1))];
    if (item?.name === undefined || !IDENTIFIER.test(item.name)) return undefined;
    name += name === "" ? item.name : `.${item.name}`;
    named = (item as { components?: readonly AbiParameter[] }).components;
  }
  return name;
}
