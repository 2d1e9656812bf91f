import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { getAddress, type Address, type Hash, type Hex } from "viem";
import { Link } from "wouter";
import { safeText } from "latchkey";
import { useSetting } from "@/session/setting.tsx";
import { short } from "@/session/words.ts";
import { clsx } from "clsx";

/** Its name, if this page was told one, with the address beside it. */
export function AddressText({ address, className }: { address: Address; className?: string }) {
  const { names } = useSetting();
  const name = names[getAddress(address)];
  return (
    <span className={clsx("inline-flex max-w-full items-center gap-1.5", className)}>
      {name !== undefined && <span>{safeText(name)}</span>}
      <Copied text={getAddress(address)} what="address">
        <code className="font-mono text-[0.8125rem]" title={getAddress(address)}>
          {short(getAddress(address))}
        </code>
      </Copied>
    </span>
  );
}

export function IdText({ id }: { id: Hex }) {
  return (
    <Copied text={id} what="id">
      <code className="font-mono text-[0.8125rem]" title={id}>
        {short(id)}
      </code>
    </Copied>
  );
}

function Copied({ text, what, children }: { text: string; what: string; children: React.ReactNode }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <span className="inline-flex items-center gap-0.5">
      {children}
      <button
        type="button"
        aria-label={isCopied ? "Copied" : `Copy ${what} ${short(text)}`}
        className="grid size-6 place-items-center rounded-md text-muted-foreground hover:bg-muted hover:text-foreground"
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        {isCopied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
      </button>
    </span>
  );
}

/** To the explorer that the page was told, or to what the chain itself says of the transaction. */
export function TransactionLink({ hash }: { hash: Hash }) {
  const { explorer } = useSetting();
  const shown = <code className="font-mono text-[0.8125rem]">{short(hash)}</code>;
  const className = "underline decoration-muted-foreground/50 underline-offset-4 hover:decoration-current";
  if (explorer === undefined)
    return (
      <Link href={`/tx/${hash}`} className={className}>
        {shown}
      </Link>
    );
  return (
    <a href={`${explorer}${hash}`} target="_blank" rel="noreferrer" className={className}>
      {shown}
    </a>
  );
}
