import { useId, useState } from "react";
import { useLocation } from "wouter";
import { Button } from "@/ui/button.tsx";
import { Card } from "@/ui/card.tsx";

/** Where what was pasted leads to; undefined if it is none of what can be looked at. */
export function pageOf(pasted: string): string | undefined {
  const found = pasted.match(/0x[0-9a-fA-F]+/g) ?? [];
  const ids = found.filter((each) => each.length === 66);
  const addresses = found.filter((each) => each.length === 42);
  if (ids.length + addresses.length !== found.length) return undefined;
  if (ids.length === 1 && addresses.length === 0) return `/policy/${ids[0]}`;
  if (ids.length > 0) return undefined;
  if (addresses.length === 2) return `/session/${addresses[0]}/${addresses[1]}`;
  return addresses.length === 1 ? `/of/${addresses[0]}` : undefined;
}

export default function Audit() {
  const id = useId();
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <Card className="grid max-w-3xl gap-4 p-6">
      <h1 className="text-2xl font-semibold tracking-tight">Look at any session, or at any policy</h1>
      <p className="text-muted-foreground">
        Nothing is signed, and no wallet is needed. What you see comes from the chain, and a policy's text is held
        against its id.
      </p>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const page = pageOf(text);
          setWrong(page === undefined);
          if (page !== undefined) go(page);
        }}
      >
        <label htmlFor={id} className="text-sm font-medium">
          A wallet and a key, a wallet alone, or the id of a policy
        </label>
        <textarea
          id={id}
          rows={3}
          spellCheck={false}
          autoComplete="off"
          className="w-full rounded-lg border border-input bg-card-solid p-3 font-mono text-sm"
          value={text}
          aria-invalid={isWrong}
          aria-describedby={`${id}-error`}
          onChange={(event) => setText(event.target.value)}
        />
        <p id={`${id}-error`} role="alert" className="text-sm text-destructive empty:hidden">
          {isWrong && "Paste one address, two, or one id of 32 bytes: each begins with 0x."}
        </p>
        <Button type="submit" className="w-fit">
          Look at it
        </Button>
      </form>
    </Card>
  );
}
