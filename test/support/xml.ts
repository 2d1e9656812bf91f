/** An element of an XML document as the tests read it. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: (XmlElement | string)[];
}

const NAME = "[A-Za-z][\\w-]*";
const ATTRIBUTE = new RegExp(`\\s+(${NAME})="([^"<]*)"`, "y");
const OPENING = new RegExp(`<(${NAME})`, "y");

/** A document of one element without comments, sections or declarations. Throws on whatever is not well formed. */
export function parseXml(text: string): XmlElement {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
  };
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  const plain = (raw: string): string => {
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(raw) || !raw.isWellFormed()) fail("a character");
    return raw.replace(/&(#(\d+);)?/g, (_, whole: string | undefined, code: string) =>
      whole === undefined ? fail("a bare ampersand") : String.fromCodePoint(Number(code)),
    );
  };
  const element = (): XmlElement => {
    const [, name] = take(OPENING) ?? fail("no element");
    const attributes: Record<string, string> = {};
    for (let found = take(ATTRIBUTE); found !== undefined; found = take(ATTRIBUTE)) {
      if (found[1]! in attributes) fail(`a second ${found[1]}`);
      attributes[found[1]!] = plain(found[2]!);
    }
    const children: XmlElement["children"] = [];
    if (take(/\s*\/>/y)) return { name: name!, attributes, children };
    if (!take(/>/y)) fail("no end of a tag");
    while (!take(/<\//y)) {
      const [said] = take(/[^<]+/y) ?? [];
      children.push(said === undefined ? element() : plain(said));
    }
    if (!take(new RegExp(`${name}>`, "y"))) fail(`no end of ${name}`);
    return { name: name!, attributes, children };
  };
  const root = element();
  if (text.slice(at).trim() !== "") fail("more than one element");
  return root;
}

/** The element and all below it, in their order. */
export function* within(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) if (typeof child !== "string") yield* within(child);
}

/** What is written in an element and below it. */
export function textOf({ children }: XmlElement): string {
  return children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

export const hasClass = ({ attributes }: XmlElement, name: string): boolean =>
  (attributes["class"] ?? "").split(" ").includes(name);
