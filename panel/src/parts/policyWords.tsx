import { ChevronRight } from "lucide-react";
import { policyDescriptionToSvg, type PolicyDescription, type PolicyText } from "latchkey";
import { Notice } from "@/parts/notice.tsx";
import { Picture } from "@/parts/picture.tsx";

/** What the policy allows: every sentence is the client's. */
export function PolicyWords({ text }: { text: PolicyText }) {
  return (
    <div className="grid gap-5 text-sm">
      <Sentences title="The key may" sentences={text.permissions} />
      {text.open.length > 0 && (
        <Notice tone="warn" title="Open: whoever holds the key chooses">
          <List sentences={text.open} />
        </Notice>
      )}
      {text.trusted.length > 0 && (
        <Notice tone="warn" title="On the word of these contracts">
          <List sentences={text.trusted} />
        </Notice>
      )}
      {text.warnings.length > 0 && (
        <Notice title="Mind">
          <List sentences={text.warnings} />
        </Notice>
      )}
      {text.bound.length > 0 && <Sentences title="Addresses that it names" sentences={text.bound} />}
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
        <Fact name="Limits">{text.limits.join(", ") || "none"}</Fact>
        <Fact name="Session">{text.session}</Fact>
        <Fact name="Gas">{text.gas}</Fact>
        {text.tokens.length > 0 && <Fact name="Tokens">{text.tokens.join("; ")}</Fact>}
      </dl>
    </div>
  );
}

export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: readonly string[] }) {
  return (
    <section>
      <h3 className="mb-2 font-medium">{title}</h3>
      <List sentences={sentences} />
    </section>
  );
}

function List({ sentences }: { sentences: readonly string[] }) {
  return (
    <ul className="grid gap-1.5">
      {sentences.map((sentence) => (
        <li key={sentence} className="flex min-w-0 gap-2">
          <ChevronRight aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
          <span className="min-w-0 break-words">{sentence}</span>
        </li>
      ))}
    </ul>
  );
}

/** The same as a picture, where there is room for its letters. */
export function ScopePicture({ description }: { description: PolicyDescription }) {
  return (
    <Picture
      draw={(theme) => policyDescriptionToSvg(description, { theme })}
      alt="The same as a picture: the key, its contracts, their methods, and the limits that they draw on."
    />
  );
}
