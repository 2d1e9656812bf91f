import { AlertTriangle } from "lucide-react";
import { createContext, type ReactNode, useContext, useState } from "react";
import { type Address, encodeFunctionData } from "viem";
import { getSession, revokeSessionSync } from "latchkey";
import { useRevokeAllSessions, useRevokeSession } from "latchkey/react";
import { AddressText } from "@/parts/address.tsx";
import { Outliving } from "@/parts/approvals.tsx";
import { useAuthority } from "@/parts/authority.ts";
import { type Payment, PaymentChoice, usePayment } from "@/parts/payment.tsx";
import { useActor } from "@/parts/wallet.tsx";
import { Working } from "@/parts/working.tsx";
import { revokeAbi } from "@/session/events.ts";
import { makeOwnCalls } from "@/session/ownCalls.ts";
import { type OfThisPage, type OwnerClient, type Progress, useOwnerMutation, useProgress } from "@/session/progress.ts";
import { useNode, useSetting } from "@/session/setting.tsx";
import { plural, short } from "@/session/words.ts";
import { Button } from "@/ui/button.tsx";
import { Dialog } from "@/ui/dialog.tsx";

/** A session as a question about it names it. */
export interface Named {
  principal: Address;
  key: Address;
  app: string;
}

/** What is asked about before it is done. */
type Question =
  | { what: "one"; session: Named }
  | { what: "chosen"; sessions: readonly Named[]; onDone(): void }
  | { what: "all"; principal: Address; count: number };

const AskContext = createContext<(question: Question) => void>(() => {});

/** Asks above the page: what is ended vanishes from it, and its question does not. */
export function Asking({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const close = () => setQuestion(undefined);
  return (
    <AskContext value={setQuestion}>
      {children}
      {question?.what === "one" && <RevokeOne session={question.session} onClose={close} />}
      {question?.what === "chosen" && <RevokeChosen {...question} onClose={close} />}
      {question?.what === "all" && <RevokeAll {...question} onClose={close} />}
    </AskContext>
  );
}

/** Ends one session for ever, after a question that says what ends and what stays. */
export function RevokeButton({ session, size }: { session: Named; size?: "sm" }) {
  const { canAct } = useActor();
  const { isMine } = useAuthority(session.principal);
  const ask = useContext(AskContext);
  if (!isMine) return null;
  return (
    <Button variant="destructive" size={size} disabled={!canAct} onClick={() => ask({ what: "one", session })}>
      Revoke
      <span className="sr-only">
        {" "}
        key {short(session.key)} of {session.app}
      </span>
    </Button>
  );
}

export function RevokeChosenButton({ sessions, onDone }: { sessions: readonly Named[]; onDone(): void }) {
  const { canAct } = useActor();
  const ask = useContext(AskContext);
  return (
    <Button variant="destructive" disabled={!canAct} onClick={() => ask({ what: "chosen", sessions, onDone })}>
      Revoke selected ({sessions.length})
    </Button>
  );
}

export function RevokeAllButton({ principal, count }: { principal: Address; count: number }) {
  const { canAct } = useActor();
  const ask = useContext(AskContext);
  return (
    <Button variant="destructive" disabled={!canAct} onClick={() => ask({ what: "all", principal, count })}>
      Revoke all
    </Button>
  );
}

/** Who can end sessions that the connected wallet cannot, and how. */
export function RevokeElsewhere({ principal }: { principal: Address }) {
  const { deployment } = useSetting();
  const { isMine, signer } = useAuthority(principal);
  if (isMine || signer === undefined) return null;
  return (
    <p className="text-sm text-muted-foreground">
      {signer === null ? (
        <>
          To revoke, let this smart account call <code>revokeSession</code> or <code>revokeAllSessions</code> of
          Latchkey, <AddressText address={deployment.latchkey} />, with its own wallet app. This page cannot sign for
          it.
        </>
      ) : (
        <>
          To revoke, connect {signer === principal ? "the wallet" : "the wallet of the account's owner"}{" "}
          <AddressText address={signer} />.
        </>
      )}
    </p>
  );
}

function RevokeOne({ session, onClose }: { session: Named; onClose(): void }) {
  const { principal, key, app } = session;
  const revoke = useProgress(useRevokeSession());
  return (
    <RevokeDialog
      {...{ principal, action: revoke }}
      run={({ relayer }) => revoke.run({ principal, key, relayer })}
      onClose={onClose}
      title={`Revoke the session of ${app}?`}
      description={`Key ${short(key)} is refused on every route as soon as the chain has it. This cannot be undone.`}
      keep="Keep it"
      confirm={({ relayer }) => (relayer === undefined ? "Revoke" : "Sign and revoke")}
    >
      {revoke.isSuccess && <p role="status">The chain says that it is revoked.</p>}
      <Outliving session={session} isRevoked={revoke.isSuccess} />
    </RevokeDialog>
  );
}

function RevokeChosen({ sessions, onDone, onClose }: { sessions: readonly Named[]; onDone(): void; onClose(): void }) {
  const node = useNode();
  const act = async (client: OwnerClient, { relayer, deployment, onAsking, onSubmitted }: Payment & OfThisPage) => {
    const isAlive = async ({ principal, key }: Named) =>
      (await getSession(node, { deployment, principal, key })).status !== "Revoked";
    if (relayer === undefined) {
      const calls = sessions.map(({ key }) => ({
        to: deployment.latchkey,
        data: encodeFunctionData({ abi: revokeAbi, functionName: "revokeSession", args: [key] }),
      }));
      await makeOwnCalls(client, calls, onSubmitted);
      // That its calls are made is the wallet's word.
      if ((await Promise.all(sessions.map(isAlive))).includes(true))
        throw new Error("The wallet says that it is done, and the chain does not. Look at what stands.");
      return;
    }
    for (const session of sessions) {
      // Where an earlier try has stopped.
      if (!(await isAlive(session))) continue;
      onAsking();
      await revokeSessionSync(client, { deployment, ...session, relayer, onSubmitted });
    }
  };
  const revoke = useProgress(useOwnerMutation("revokeChosen", act));
  const count = plural(sessions.length, "session");
  return (
    <RevokeDialog
      {...{ principal: sessions[0]!.principal, action: revoke }}
      run={({ relayer }) => revoke.run({ relayer })}
      onClose={() => {
        if (revoke.isSuccess) onDone();
        onClose();
      }}
      title={`Revoke ${count}?`}
      description="Their keys are refused on every route as soon as the chain has it. This cannot be undone."
      keep="Keep them"
      confirm={({ relayer }) => (relayer === undefined ? `Revoke ${count}` : `Sign ${plural(sessions.length, "time")}`)}
    >
      <ul
        className="grid max-h-48 gap-1 overflow-y-auto rounded-lg border p-3"
        tabIndex={0}
        role="list"
        aria-label="Sessions to revoke"
      >
        {sessions.map(({ key, app }) => (
          <li key={key} className="flex flex-wrap justify-between gap-2">
            <span>{app}</span>
            <code className="font-mono text-[0.8125rem]">{short(key)}</code>
          </li>
        ))}
      </ul>
      {revoke.isSuccess && <p role="status">The chain says that they are revoked.</p>}
    </RevokeDialog>
  );
}

/** One write ends every session of the principal, also those that nobody knows of. */
function RevokeAll({ principal, count, onClose }: { principal: Address; count: number; onClose(): void }) {
  const { isOwned } = useAuthority(principal);
  const revoke = useProgress(useRevokeAllSessions());
  return (
    <RevokeDialog
      {...{ principal, action: revoke }}
      run={({ relayer }) => revoke.run({ principal, relayer })}
      onClose={onClose}
      title="Revoke every session?"
      description={`One write ends every session of ${isOwned ? `account ${short(principal)}` : "your wallet"}: ${plural(count, "live session")}, any that this page does not know, and every registration that you have signed and nobody has handed in. This cannot be undone.`}
      keep="Keep them"
      confirm={({ relayer }) => (relayer === undefined ? "Revoke all" : "Sign and revoke all")}
    >
      {revoke.isSuccess && <p role="status">The chain says that they are revoked.</p>}
    </RevokeDialog>
  );
}

function RevokeDialog({
  principal,
  action,
  run,
  onClose,
  title,
  description,
  keep,
  confirm,
  children,
}: {
  principal: Address;
  action: Progress;
  run(payment: Payment): void;
  onClose(): void;
  title: string;
  description: string;
  keep: string;
  confirm(payment: Payment): string;
  children: ReactNode;
}) {
  const { canAct, address } = useActor();
  const { isMine, isOwned } = useAuthority(principal);
  const payment = usePayment(isOwned ? address : undefined);
  const isSent = action.isPending && action.phase === "chain";
  const close = () => {
    // What the wallet signs after that would be what its owner has decided against.
    action.abandon();
    onClose();
  };
  return (
    <Dialog
      onClose={close}
      title={
        <>
          <AlertTriangle aria-hidden className="size-5 shrink-0 text-destructive" />
          {title}
        </>
      }
      description={description}
      answers={
        <>
          <Button variant="outline" onClick={close}>
            {action.isSuccess || isSent ? "Close" : keep}
          </Button>
          {!action.isSuccess && (
            <Button
              variant="destructive"
              disabled={action.isPending || !canAct || !isMine}
              onClick={() => run(payment)}
            >
              {confirm(payment)}
            </Button>
          )}
        </>
      }
    >
      {!action.isSuccess && <PaymentChoice payment={payment} disabled={action.isPending} />}
      {children}
      <Working action={action} />
    </Dialog>
  );
}
