import type { Address } from "viem";
import { DEFAULT_DURATION, type Policy, type PolicyDescription, type SessionWarning } from "latchkey";
import { useFundSession, useRenewSession, useRevokeAllSessions, useSessionHealth } from "latchkey/react";
import { useAuthority } from "@/parts/authority.ts";
import { useCoin } from "@/parts/limits.tsx";
import { Notice } from "@/parts/notice.tsx";
import { PaymentChoice, usePayment } from "@/parts/payment.tsx";
import { useActor } from "@/parts/wallet.tsx";
import { Working } from "@/parts/working.tsx";
import { unitOf } from "@/session/loss.ts";
import { useProgress } from "@/session/progress.ts";
import { useChainNow, useSendsItself } from "@/session/queries.ts";
import { useLogRange, useSetting } from "@/session/setting.tsx";
import { amountOf, plural, sameAddress, short, timeInShort } from "@/session/words.ts";
import { Button } from "@/ui/button.tsx";

/** What will soon keep a session from acting, and what mends it. */
export function Health({
  principal,
  sessionKey,
  publicKey,
  policy,
  lane,
  description,
}: {
  principal: Address;
  sessionKey: Address;
  publicKey: `0x${string}`;
  policy: Policy | null | undefined;
  lane: bigint;
  description: PolicyDescription | undefined;
}) {
  const { chain } = useSetting();
  const { address } = useActor();
  const { signer } = useAuthority(principal);
  const range = useLogRange();
  const gasBuffer = useSendsItself(sessionKey, publicKey) ? {} : undefined;
  const { data: health } = useSessionHealth({
    ...{ chainId: chain.id, ...range, principal, key: sessionKey, gasBuffer },
    query: { refetchInterval: 4_000 },
  });
  const coin = useCoin();
  if (health === undefined || health.warnings.length === 0) return null;
  const mine = sameAddress(address, principal);
  const renewable = health.warnings.some(({ offer }) => offer === "renewSession");
  const unfunded = health.warnings.find(({ offer }) => offer === "fundSession") as GasWarning | undefined;
  const changed = health.warnings.some(({ offer }) => offer === "revokeAllSessions");
  return (
    <Notice tone="warn" title="This session will soon be of no use, or is not what it was.">
      <ul className="grid gap-1">
        {health.warnings.map((warning) => (
          <li key={inWords(warning, description, coin)}>{inWords(warning, description, coin)}</li>
        ))}
      </ul>
      {mine && renewable && policy && (
        <Renew key={sessionKey} {...{ principal, policy, lane, renewed: { address: sessionKey, publicKey } }} />
      )}
      {mine && unfunded && <Fund {...{ principal, sessionKey, warning: unfunded }} />}
      {mine && changed && <RevokeAllNow principal={principal} />}
      {!mine && signer !== undefined && (
        <p className="text-muted-foreground">
          {signer === principal
            ? `Connect the wallet ${short(principal)} to mend it.`
            : "A smart account mends it in the app that asked for it."}
        </p>
      )}
    </Notice>
  );
}

function inWords(
  warning: SessionWarning,
  description: PolicyDescription | undefined,
  coin: PolicyDescription["coin"],
): string {
  switch (warning.reason) {
    case "calls-low":
      return `${plural(Number(warning.left), "call")} left`;
    case "ends-soon":
      return warning.left === 0n ? "its time is over" : `it ends in ${timeInShort(Number(warning.left))}`;
    case "gas-low":
      return `the key has ${amountOf(warning.left, coin)} for gas`;
    case "gas-budget-low":
      return `${amountOf(warning.left, coin)} of the gas budget left`;
    case "limit-low":
      return `${amountOf(warning.left, unitOf(warning.limit!.unit, description, coin))} left of a limit`;
    case "delegate-changed":
      return `the wallet delegates to ${named(warning.delegates.now)}, and did to ${named(warning.delegates.then)} when this was registered`;
  }
}

const named = (delegate: Address | undefined) => (delegate === undefined ? "nobody" : short(delegate));

type GasWarning = Extract<SessionWarning, { left: bigint }>;

/** Gas money for twice as many calls as there is a warning below: the wallet's own transaction, which no relay can send. */
function Fund({ principal, sessionKey, warning }: { principal: Address; sessionKey: Address; warning: GasWarning }) {
  const { canAct } = useActor();
  const coin = useCoin();
  const fund = useProgress(useFundSession());
  const value = 2n * warning.threshold - warning.left;
  return (
    <div className="grid gap-3">
      <Button
        size="sm"
        className="w-fit"
        disabled={!canAct || fund.isPending}
        onClick={() => fund.run({ principal, key: sessionKey, value })}
      >
        Send it {amountOf(value, coin)} for gas
      </Button>
      <Working action={fund} />
    </div>
  );
}

/** The same key goes on under the same policy: fresh counters, for as long as the client grants unless told otherwise. */
function Renew({
  principal,
  policy,
  lane,
  renewed,
}: {
  principal: Address;
  policy: Policy;
  lane: bigint;
  renewed: { address: Address; publicKey: `0x${string}` };
}) {
  const { canAct } = useActor();
  const now = useChainNow();
  const payment = usePayment();
  const renew = useProgress(useRenewSession());
  const duration = Math.min(Math.max(DEFAULT_DURATION, policy.minDuration), policy.maxDuration);
  return (
    <div className="grid gap-3">
      <PaymentChoice payment={payment} disabled={renew.isPending} />
      <Button
        size="sm"
        className="w-fit"
        disabled={!canAct || renew.isPending || now === undefined}
        onClick={() => renew.run({ key: renewed, policy, principal, lane, relayer: payment.relayer })}
      >
        Renew it for {timeInShort(duration)}
      </Button>
      <Working action={renew} />
    </div>
  );
}

function RevokeAllNow({ principal }: { principal: Address }) {
  const { canAct } = useActor();
  const payment = usePayment();
  const revoke = useProgress(useRevokeAllSessions());
  return (
    <div className="grid gap-3">
      <PaymentChoice payment={payment} disabled={revoke.isPending} />
      <Button
        size="sm"
        variant="destructive"
        className="w-fit"
        disabled={!canAct || revoke.isPending}
        onClick={() => revoke.run({ principal, relayer: payment.relayer })}
      >
        Revoke every session
      </Button>
      <Working action={revoke} />
    </div>
  );
}
