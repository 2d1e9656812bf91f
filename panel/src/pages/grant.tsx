import { ShieldCheck, Timer } from "lucide-react";
import { type ReactNode, useId, useMemo, useState } from "react";
import { type Address, type Hex, isHex, size } from "viem";
import { Link } from "wouter";
import {
  DEFAULT_DURATION,
  describePolicy,
  formatPolicyDescription,
  type Policy,
  type PolicyDescription,
  readTokenUnits,
  safeText,
  type UnitDescription,
} from "latchkey";
import { usePolicy, useRegisterSession, useSession, useSessions } from "latchkey/react";
import { useQuery } from "@tanstack/react-query";
import { IdText } from "@/parts/address.tsx";
import { durationsWithin } from "@/parts/durations.ts";
import { Meter, ratio } from "@/parts/meter.tsx";
import { Notice } from "@/parts/notice.tsx";
import { Fact, PolicyWords, ScopePicture } from "@/parts/policyWords.tsx";
import { StepProgress } from "@/parts/steps.tsx";
import { Truth } from "@/parts/truth.tsx";
import { ConnectWallets, useActor } from "@/parts/wallet.tsx";
import { PaymentChoice, usePayment } from "@/parts/payment.tsx";
import { Working } from "@/parts/working.tsx";
import { told } from "@/session/errors.ts";
import { useProgress } from "@/session/progress.ts";
import { useChainNow, useDescription, useKnown } from "@/session/queries.ts";
import { useLogRange, useNode, useSetting } from "@/session/setting.tsx";
import { isOver, stateOf } from "@/session/state.ts";
import { amountOf, hoursInWords, sameAddress, short } from "@/session/words.ts";
import { Badge } from "@/ui/badge.tsx";
import { Button } from "@/ui/button.tsx";
import { Card } from "@/ui/card.tsx";

/** What an app asks for, before anything is signed. */
export default function Grant({ policyId }: { policyId: string }) {
  if (!isHex(policyId) || size(policyId) !== 32)
    return <Notice tone="fail" title="This is not the id of a policy: it has 32 bytes, 0x and 64 digits." />;
  return <Asked policyId={policyId} />;
}

function Asked({ policyId }: { policyId: Hex }) {
  const { address } = useActor();
  const { chain } = useSetting();
  const policy = usePolicy({ chainId: chain.id, ...useLogRange(), policyId });
  const description = useDescription(policy.data, policyId, address);
  if (policy.data === null)
    return (
      <Notice tone="fail" title={`Nobody has published policy ${short(policyId)} on this chain.`}>
        <p>
          What it would allow is unknown, and no session can be registered under it. Ask the app which policy it means.
        </p>
      </Notice>
    );
  // What it said once stays: a policy does not change, and a registration may be under way.
  if (policy.data && description.data !== undefined)
    return <Choice key={policyId} policy={policy.data} policyId={policyId} description={description.data} />;
  if (policy.isError || description.isError)
    return <Notice tone="fail" title="The node did not say what this policy allows." />;
  return <p className="text-sm text-muted-foreground">Reading the policy from the chain.</p>;
}

function Choice({ policy, policyId, description }: { policy: Policy; policyId: Hex; description: PolicyDescription }) {
  const node = useNode();
  const now = useChainNow();
  const { policies } = useSetting();
  const known = useKnown(policyId);
  const offered = policies.find((each) => each.policyId === policyId);
  const { minDuration, maxDuration, maxCalls } = policy;
  const usual = Math.min(Math.max(offered?.usual ?? DEFAULT_DURATION, minDuration), maxDuration);
  const [duration, setDuration] = useState(usual);
  const units = useQuery({
    queryKey: ["latchkey", "units", policyId],
    queryFn: () => readTokenUnits(node, { policy }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const start = now === undefined ? undefined : now - (now % 10);
  // The same words, for the window that is chosen.
  const chosen = useMemo(() => {
    if (start === undefined || units.data === undefined) return description;
    const window = { validAfter: start, validUntil: start + duration - 1 };
    const tokens = { ...known.counters, ...units.data };
    const { loss } = describePolicy(policy, { ...known, tokens, window });
    return { ...description, loss };
  }, [description, policy, known, units.data, start, duration]);
  const text = formatPolicyDescription(chosen);
  return (
    <>
      <header className="grid gap-1">
        <p className="text-sm text-muted-foreground">A session is asked for by</p>
        <h1 className="text-2xl font-semibold tracking-tight break-words">{text.app}</h1>
        {offered !== undefined && <p className="max-w-2xl text-muted-foreground">{safeText(offered.about, 200)}</p>}
      </header>
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid min-w-0 gap-6">
          <Card>
            <h2 className="mb-4 text-lg font-semibold">What the key may do</h2>
            <PolicyWords text={text} />
          </Card>
          <ScopePicture description={chosen} />
          <Technical policyId={policyId} />
        </div>
        <Card className="grid min-w-0 grid-cols-1 gap-5 lg:sticky lg:top-20">
          <p className="flex gap-3">
            <ShieldCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-primary" />
            <span>
              This authorizes up to {maxCalls} transactions for {hoursInWords(duration)} without re-authentication
            </span>
          </p>
          <Badge tone="amber">
            <Timer aria-hidden />
            Auto-signs for {hoursInWords(duration)}
          </Badge>
          <DurationChoice
            value={duration}
            onChange={setDuration}
            durations={durationsWithin(minDuration, maxDuration, usual)}
          />
          <LossGauge description={description} chosen={chosen} words={text.worstLoss} />
          <Authorize policy={policy} duration={duration} />
        </Card>
      </div>
    </>
  );
}

function DurationChoice({
  value,
  onChange,
  durations,
}: {
  value: number;
  onChange(seconds: number): void;
  durations: readonly number[];
}) {
  const id = useId();
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          How long
        </label>
        <output htmlFor={id} className="font-mono text-sm tabular-nums">
          {hoursInWords(value)}
        </output>
      </div>
      <input
        id={id}
        type="range"
        className="w-full accent-primary"
        min={0}
        max={durations.length - 1}
        step={1}
        value={durations.indexOf(value)}
        aria-valuetext={hoursInWords(value)}
        onChange={(event) => onChange(durations[Number(event.target.value)]!)}
      />
      <div className="flex justify-between font-mono text-xs text-muted-foreground tabular-nums">
        <span>{hoursInWords(durations[0]!)}</span>
        <span>{hoursInWords(durations.at(-1)!)}</span>
      </div>
    </div>
  );
}

/** The most that can be lost in the window that is chosen, beside the longest one. */
function LossGauge({
  description,
  chosen,
  words,
}: {
  description: PolicyDescription;
  chosen: PolicyDescription;
  words: string;
}) {
  const { losses, counts, gas, isWhole } = chosen.loss;
  const most = new Map(
    [...description.loss.losses, ...description.loss.counts].map((each) => [each.unit.address, each.amount]),
  );
  const rows: { unit: UnitDescription; amount: bigint; most: bigint; isGas?: boolean }[] = [
    ...[...losses, ...counts].map(({ unit, amount }) => ({ unit, amount, most: most.get(unit.address) ?? amount })),
    ...(gas > 0n ? [{ unit: description.coin, amount: gas, most: description.loss.gas, isGas: true }] : []),
  ];
  return (
    <section className="grid gap-3" aria-label="Worst loss">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-sm font-medium">The most that can be lost</h2>
        <Truth isWhole={isWhole} />
      </div>
      <p data-loss className="text-lg leading-snug font-semibold">
        {words}
      </p>
      <ul className="grid gap-2.5">
        {rows.map(({ unit, amount, most, isGas = false }) => (
          <li key={`${unit.address}${isGas}`} className="grid gap-1 text-xs text-muted-foreground">
            <span className="flex flex-wrap justify-between gap-x-2 font-mono tabular-nums">
              <span>
                {amountOf(amount, unit)}
                {isGas && " gas"}
              </span>
              {most > amount && <span>of {amountOf(most, unit)} at the longest</span>}
            </span>
            <Meter
              label={`${isGas ? "Gas" : "Loss"} in ${unit.symbol ?? short(unit.address)}`}
              part={ratio(amount, most)}
              words={amountOf(amount, unit)}
              tone={isWhole ? "primary" : "amber"}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Technical({ policyId }: { policyId: Hex }) {
  const { deployment } = useSetting();
  return (
    <details className="rounded-2xl border bg-card p-4 text-sm">
      <summary className="font-medium">Technical</summary>
      <dl className="mt-3 grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
        <Fact name="Policy">
          <IdText id={policyId} />
        </Fact>
        <Fact name="Latchkey">
          <code className="font-mono text-[0.8125rem] break-all">{deployment.latchkey}</code>
        </Fact>
        <Fact name="Whole scope">
          <Link href={`/policy/${policyId}`} className="underline underline-offset-4">
            for auditors
          </Link>
        </Fact>
      </dl>
    </details>
  );
}

const STEPS = ["Generate", "Register", "Active"] as const;

function Authorize({ policy, duration }: { policy: Policy; duration: number }) {
  const { address, canAct } = useActor();
  if (address === undefined)
    return (
      <Frame at={0} isBusy={false}>
        <ConnectWallets />
      </Frame>
    );
  return <Steps key={address} policy={policy} duration={duration} canAct={canAct} principal={address} />;
}

function Frame({ at, isBusy, children }: { at: number; isBusy: boolean; children: ReactNode }) {
  return (
    <div className="grid gap-4 border-t pt-4">
      <StepProgress steps={STEPS} at={at} isBusy={isBusy} />
      {children}
    </div>
  );
}

function Steps({
  policy,
  duration,
  canAct,
  principal,
}: {
  policy: Policy;
  duration: number;
  canAct: boolean;
  principal: Address;
}) {
  const { chain, deployment } = useSetting();
  const now = useChainNow();
  const asked = { chainId: chain.id, deployment, policy, principal };
  const { key, sessionState, createSession, error } = useSession(asked);
  const [failure, setFailure] = useState<unknown>();
  const payment = usePayment();
  const register = useProgress(useRegisterSession());
  const sessions = useSessions({ chainId: chain.id, ...useLogRange(), principal });
  const { app } = policy;
  const other = sessions.data?.find(
    (each) =>
      each.app === app && each.lane === 0n && !isOver(stateOf(each, now)) && !sameAddress(each.key, key?.address),
  );
  const isActive = sessionState === "active" || sessionState === "pending";
  const wrong = failure ?? error;
  if (isActive)
    return (
      <Frame at={3} isBusy={false}>
        <Notice title="The session is active.">
          <p>The chain has registered it. The key stays in this browser, and no popup is needed while it lives.</p>
          <Link href={`/session/${principal}/${key!.address}`} className="font-medium underline underline-offset-4">
            See what it does
          </Link>
        </Notice>
      </Frame>
    );
  return (
    <Frame at={sessionState === "created" || register.isPending ? 1 : 0} isBusy={sessionState === "registering"}>
      {other !== undefined && (
        <Notice tone="warn" title={`${app} has a session already, key ${short(other.key)}.`}>
          <p>It ends when this one is registered.</p>
        </Notice>
      )}
      {wrong !== undefined && wrong !== null && <Notice tone="fail" title={told(wrong).title} />}
      {sessionState !== "created" && sessionState !== "registering" ? (
        <Button
          disabled={sessionState === undefined}
          onClick={() => {
            setFailure(undefined);
            createSession().catch(setFailure);
          }}
        >
          Generate a key
        </Button>
      ) : (
        <>
          <p className="text-sm text-muted-foreground">
            Key {short(key!.address)} was made in this browser, which lets no script export it. It can do nothing yet.
          </p>
          <PaymentChoice payment={payment} disabled={register.isPending} />
          <Button
            disabled={register.isPending || !canAct || now === undefined}
            onClick={() =>
              register.run({
                ...{ policy, key: key!, principal, replaces: "occupant", relayer: payment.relayer },
                ...{ validAfter: now!, validUntil: now! + duration - 1 },
              })
            }
          >
            {payment.relayer === undefined ? "Register by transaction" : "Sign and register"}
          </Button>
          <Working action={register} />
        </>
      )}
    </Frame>
  );
}
