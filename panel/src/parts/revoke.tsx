import { AlertTriangle } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Address, encodeFunctionData } from "viem";
import { revokeSessionSync, type SessionApproval } from "latchkey";
import { latchkeyAbi } from "latchkey/abi";
import { useRevokeAllSessions, useRevokeSession } from "latchkey/react";
import { AddressText } from "@/parts/address.tsx";
import { PaymentChoice, usePayment, type Payment } from "@/parts/payment.tsx";
import { useActor } from "@/parts/wallet.tsx";
import { Working } from "@/parts/working.tsx";
import { makeOwnCalls } from "@/session/ownCalls.ts";
import { type OfThisPage, type OwnerClient, type Progress, useOwnerMutation, useProgress } from "@/session/progress.ts";
import { useApprovals } from "@/session/queries.ts";
import { plural, short } from "@/session/words.ts";
import { Button } from "@/ui/button.tsx";
import { Dialog } from "@/ui/dialog.tsx";

/** A session as a question about it names it. */
export interface Named {
  principal: Address;
  key: Address;
  app: string;
}

/** Ends one session for ever, after a question that says what ends and what stays. */
export function RevokeButton({ session, size }: { session: Named; size?: "sm" }) {
  const { canAct, address } = useActor();
  const [isOpen, setOpen] = useState(false);
  const payment = usePayment();
  const { principal, key, app } = session;
  const revoke = useProgress(useRevokeSession());
  if (address?.toLowerCase() !== principal.toLowerCase()) return null;
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) revoke.reset();
      }}
      trigger={
        <Button variant="destructive" size={size} disabled={!canAct}>
          Revoke
          <span className="sr-only">
            {" "}
            key {short(key)} of {app}
          </span>
        </Button>
      }
      title={
        <>
          <AlertTriangle aria-hidden className="size-5 text-destructive" />
          Revoke the session of {app}?
        </>
      }
      description={<>Key {short(key)} is refused on every route as soon as the chain has it. This cannot be undone.</>}
      cancel={<Button variant="outline">{revoke.data === undefined ? "Keep it" : "Close"}</Button>}
      action={
        revoke.data === undefined && (
          <Button
            variant="destructive"
            disabled={revoke.isPending || !canAct}
            onClick={() => revoke.run({ principal, key, relayer: payment.relayer })}
          >
            {payment.relayer === undefined ? "Revoke" : "Sign and revoke"}
          </Button>
        )
      }
    >
      {revoke.data === undefined && <PaymentChoice payment={payment} disabled={revoke.isPending} />}
      <Outliving session={session} isOpen={isOpen} isRevoked={revoke.data !== undefined} />
      <Working action={revoke} />
    </Dialog>
  );
}

/** What revoking leaves: approvals that were given while the session lived, and what takes them back. */
export function Outliving({ session, isOpen, isRevoked }: { session: Named; isOpen: boolean; isRevoked: boolean }) {
  const { principal, key } = session;
  const { data: approvals, isError } = useApprovals(principal, key, isOpen);
  if (isError) return <p className="text-muted-foreground">The node did not say which approvals outlive it.</p>;
  if (approvals === undefined) return <p className="text-muted-foreground">Looking for what outlives it.</p>;
  if (approvals.length === 0) return <p className="text-muted-foreground">No approval outlives it.</p>;
  return (
    <section className="grid gap-2">
      <h3 className="font-medium">{isRevoked ? "These approvals still stand" : "What outlives it"}</h3>
      <ul className="grid gap-2">
        {approvals.map((approval) => (
          <li
            key={`${approval.token}${approval.spender}${approval.call.to}`}
            className="grid gap-2 rounded-lg border p-3"
          >
            <ApprovalWords approval={approval} />
            <TakeBack approval={approval} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ApprovalWords({ approval: { token, spender, allowance, expiration } }: { approval: SessionApproval }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-3 text-[0.8125rem]">
      <dt className="text-muted-foreground">Spender</dt>
      <dd>
        <AddressText address={spender} />
      </dd>
      <dt className="text-muted-foreground">Of</dt>
      <dd>
        <AddressText address={token} />
      </dd>
      <dt className="text-muted-foreground">Amount</dt>
      <dd className="min-w-0 font-mono break-all tabular-nums">
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

/** Ends the sessions that are chosen. */
export function RevokeSelected({ sessions, onDone }: { sessions: readonly Named[]; onDone(): void }) {
  const act = async (client: OwnerClient, { relayer, deployment, onSubmitted }: Payment & OfThisPage) => {
    if (relayer === undefined) {
      const calls = sessions.map(({ key }) => ({
        to: deployment.latchkey,
        data: encodeFunctionData({ abi: latchkeyAbi, functionName: "revokeSession", args: [key] }),
      }));
      return makeOwnCalls(client, calls, onSubmitted);
    }
    for (const { principal, key } of sessions)
      await revokeSessionSync(client, { deployment, principal, key, relayer, onSubmitted });
    return undefined;
  };
  const revoke = useProgress(useOwnerMutation("revokeSelected", act));
  const count = plural(sessions.length, "session");
  return (
    <ManyDialog
      action={revoke}
      run={({ relayer }) => revoke.run({ relayer })}
      title={`Revoke ${count}?`}
      trigger={`Revoke selected (${sessions.length})`}
      description="Their keys are refused on every route as soon as the chain has it. This cannot be undone."
      onDone={onDone}
      confirm={(payment) => (payment.relayer === undefined ? `Revoke ${count}` : `Sign ${sessions.length} times`)}
    >
      <ul
        className="grid max-h-48 gap-1 overflow-y-auto rounded-lg border p-3"
        tabIndex={0}
        aria-label="Sessions to revoke"
      >
        {sessions.map(({ key, app }) => (
          <li key={key} className="flex flex-wrap justify-between gap-2">
            <span>{app}</span>
            <code className="font-mono text-[0.8125rem]">{short(key)}</code>
          </li>
        ))}
      </ul>
    </ManyDialog>
  );
}

/** One write ends every session of the principal, also those that nobody knows of. */
export function RevokeAll({ principal, count }: { principal: Address; count: number }) {
  const revoke = useProgress(useRevokeAllSessions());
  return (
    <ManyDialog
      action={revoke}
      run={({ relayer }) => revoke.run({ principal, relayer })}
      title="Revoke every session?"
      trigger="Revoke all"
      description={
        <>
          One write ends every session of your wallet: {plural(count, "session")} that can act now, any that this page
          does not know, and every registration that you have signed and nobody has handed in. This cannot be undone.
        </>
      }
      confirm={(payment) => (payment.relayer === undefined ? "Revoke all" : "Sign and revoke all")}
    />
  );
}

function ManyDialog({
  action,
  run,
  title,
  trigger,
  description,
  confirm,
  onDone,
  children,
}: {
  action: Progress;
  run(payment: Payment): void;
  title: string;
  trigger: string;
  description: ReactNode;
  confirm(payment: Payment): string;
  onDone?(): void;
  children?: ReactNode;
}) {
  const { canAct } = useActor();
  const [isOpen, setOpen] = useState(false);
  const payment = usePayment();
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (open) return;
        if (action.isSuccess) onDone?.();
        action.reset();
      }}
      trigger={
        <Button variant="destructive" disabled={!canAct}>
          {trigger}
        </Button>
      }
      title={
        <>
          <AlertTriangle aria-hidden className="size-5 text-destructive" />
          {title}
        </>
      }
      description={description}
      cancel={<Button variant="outline">{action.isSuccess ? "Close" : "Keep them"}</Button>}
      action={
        !action.isSuccess && (
          <Button variant="destructive" disabled={action.isPending || !canAct} onClick={() => run(payment)}>
            {confirm(payment)}
          </Button>
        )
      }
    >
      {!action.isSuccess && <PaymentChoice payment={payment} disabled={action.isPending} />}
      {children}
      {action.isSuccess && <p role="status">The chain says that they are revoked.</p>}
      <Working action={action} />
    </Dialog>
  );
}
