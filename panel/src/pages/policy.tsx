import { useMemo } from "react";
import { type Hex, isHex, size } from "viem";
import { formatPolicyDescription, lintPolicy, policyToJson } from "latchkey";
import { IdText } from "@/parts/address.tsx";
import { Notice } from "@/parts/notice.tsx";
import { PolicyWords, ScopePicture } from "@/parts/policyWords.tsx";
import { Truth } from "@/parts/truth.tsx";
import { useDescriptions } from "@/session/queries.ts";
import { short } from "@/session/words.ts";
import { Card } from "@/ui/card.tsx";

/** A policy by its id, whole. */
export default function PolicyPage({ policyId }: { policyId: string }) {
  if (!isHex(policyId) || size(policyId) !== 32)
    return <Notice tone="fail" title="This is not the id of a policy: it has 32 bytes, 0x and 64 digits." />;
  return <Whole policyId={policyId.toLowerCase() as Hex} />;
}

function Whole({ policyId }: { policyId: Hex }) {
  const described = useDescriptions([policyId], undefined).get(policyId);
  const found = useMemo(
    () =>
      described && {
        text: formatPolicyDescription(described.description),
        issues: lintPolicy(described.policy),
        json: JSON.stringify(policyToJson(described.policy), undefined, 2),
      },
    [described],
  );
  if (described === null)
    return (
      <Notice tone="fail" title={`Nobody has published policy ${short(policyId)} on this chain.`}>
        <p>No session can be registered under it here, and its text is unknown.</p>
      </Notice>
    );
  if (!described || !found) return <p className="text-sm text-muted-foreground">Reading the policy from the chain.</p>;
  const { text, issues, json } = found;
  return (
    <>
      <header className="grid gap-2">
        <p className="text-sm text-muted-foreground">
          Policy <IdText id={policyId} />, held against its id
        </p>
        <h1 className="text-2xl font-semibold tracking-tight break-words">{text.app}</h1>
        <div className="flex flex-wrap items-center gap-3">
          <Truth isWhole={described.description.loss.isWhole} />
          <p className="font-semibold">{text.worstLoss}</p>
        </div>
      </header>
      <Card>
        <h2 className="mb-4 text-lg font-semibold">What a key under it may do</h2>
        <PolicyWords text={text} />
      </Card>
      <ScopePicture description={described.description} />
      <Card className="grid gap-3 text-sm">
        <h2 className="text-lg font-semibold">What the lint says</h2>
        {issues.length === 0 ? (
          <p>Nothing.</p>
        ) : (
          <ul className="grid gap-2">
            {issues.map(({ rule, message }) => (
              <li key={`${rule}${message}`} className="min-w-0 break-words">
                <code className="font-mono text-[0.8125rem]">{rule}</code> {message}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <details className="rounded-2xl border bg-card p-4 text-sm">
        <summary className="font-medium">The policy itself</summary>
        <pre
          tabIndex={0}
          aria-label="The policy as JSON"
          className="mt-3 max-h-[32rem] overflow-auto font-mono text-xs"
        >
          {json}
        </pre>
      </details>
    </>
  );
}
