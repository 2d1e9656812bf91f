import type { SessionApproval } from "latchkey";
import { AddressText } from "@/parts/address.tsx";
import { useAuthority } from "@/parts/authority.ts";
import type { Named } from "@/parts/revoke.tsx";
import { useActor } from "@/parts/wallet.tsx";
import { Working } from "@/parts/working.tsx";
import { makeOwnCalls } from "@/session/ownCalls.ts";
import { useOwnerMutation, useProgress } from "@/session/progress.ts";
import { useApprovals } from "@/session/queries.ts";
import { sameAddress, short } from "@/session/words.ts";
import { Button } from "@/ui/button.tsx";

/** What revoking leaves: approvals that were given while the session lived, and what takes them back. */
export function Outliving({ session, isRevoked }: { session: Named; isRevoked: boolean }) {
  const { principal, key } = session;
  const { address } = useActor();
  const { isOwned } = useAuthority(principal);
  const { data: approvals, isError } = useApprovals(principal, key);
  if (isError) return <p className="text-muted-foreground">The node did not say which approvals outlive it.</p>;
  if (approvals === undefined) return <p className="text-muted-foreground">Looking for what outlives it.</p>;
  if (approvals.length === 0) return <p className="text-muted-foreground">No approval outlives it.</p>;
  return (
    <section className="grid gap-2 text-sm">
      <h3 className="font-medium">{isRevoked ? "These approvals still stand" : "What outlives it"}</h3>
      <ul className="grid gap-2">
        {approvals.map((approval) => (
          <li
            key={`${approval.token}${approval.spender}${approval.call.to}`}
            className="grid gap-2 rounded-lg border p-3"
          >
            <ApprovalWords approval={approval} />
            {sameAddress(address, principal) && <TakeBack approval={approval} />}
          </li>
        ))}
      </ul>
      {isOwned && <p className="text-muted-foreground">The account takes them back with its own wallet app.</p>}
    </section>
  );
}

function ApprovalWords({ approval: { token, spender, allowance, expiration } }: { approval: SessionApproval }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 text-[0.8125rem]">
      <dt className="text-muted-foreground">Spender</dt>
      <dd>
        <AddressText address={spender} />
      </dd>
      <dt className="text-muted-foreground">Of</dt>
      <dd>
        <AddressText address={token} />
      </dd>
      <dt className="text-muted-foreground">Amount</dt>
      <dd className="font-mono break-all tabular-nums">
        {allowance === undefined ? "every token of it" : `${allowance} base units`}
        {expiration !== undefined && ", through Permit2"}
      </dd>
    </dl>
  );
}

/** One write of the wallet's own. */
function TakeBack({ approval: { call, spender } }: { approval: SessionApproval }) {
  const { canAct } = useActor();
  const action = useProgress(
    useOwnerMutation<object, void>("takeBack", (client, { onSubmitted }) => makeOwnCalls(client, [call], onSubmitted)),
  );
  return (
    <>
      <Button
        variant="outline"
        size="sm"
        className="w-fit"
        disabled={!canAct || action.isPending}
        onClick={() => action.run({})}
      >
        Take it back
        <span className="sr-only"> from {short(spender)}</span>
      </Button>
      <Working action={action} />
    </>
  );
}
