import { type AbiFunction, type AbiParameter, parseAbiItem, toFunctionSignature } from "viem";
import { isDynamic } from "./permissions.ts";

/** One 32-byte word of a method's head: a static argument or a part of one, or the pointer to a dynamic one. */
export interface HeadWord {
  type: string;
  /** The argument itself, if it is a dynamic one whose content can be hashed. */
  content?: AbiParameter;
  isDynamic: boolean;
}

/** The function of a method's text; undefined if it is none. The text may still be another than the canonical one. */
export function functionOf(text: string): AbiFunction | undefined {
  try {
    const item = parseAbiItem(`function ${text}`) as AbiFunction;
    return item.type === "function" ? item : undefined;
  } catch {
    return undefined;
  }
}

/** The text from which the chain derives the selector: canonical types, no spaces, no names. */
export function canonicalText(item: AbiFunction): string {
  return toFunctionSignature(item);
}

/** The words of the head, in their order. */
export function headWords({ inputs }: AbiFunction): HeadWord[] {
  return inputs.flatMap(wordsOf);
}

function wordsOf(input: AbiParameter): HeadWord[] {
  if (isDynamic(input)) {
    const isHashable = /^(bytes|string|(address|bool|bytes\d+|u?int\d*)\[\])$/.test(input.type);
    return [{ type: input.type, isDynamic: true, ...(isHashable ? { content: input } : {}) }];
  }
  const [, element, length] = /^(.*)\[(\d+)\]$/.exec(input.type) ?? [];
  if (element !== undefined) {
    const inner = wordsOf({ ...input, type: element });
    return Array.from({ length: Number(length) }, () => inner).flat();
  }
  if ("components" in input) return input.components.flatMap(wordsOf);
  return [{ type: input.type, isDynamic: false }];
}
