import { type Address, getAddress, isAddress } from "viem";
import { useSession, useSessions, useWorstLoss } from "latchkey/react";
import { AddressText, IdText } from "@/parts/address.tsx";
import { CallsLeft, StateBadge, TimeLeft } from "@/parts/badges.tsx";
import { Outliving } from "@/parts/approvals.tsx";
import { Health } from "@/parts/health.tsx";
import { History } from "@/parts/history.tsx";
import { LifeLine } from "@/parts/lifeLine.tsx";
import { Limits } from "@/parts/limits.tsx";
import { Notice } from "@/parts/notice.tsx";
import { Fact, PolicyWords, ScopePicture } from "@/parts/policyWords.tsx";
import { RevokeButton, RevokeElsewhere } from "@/parts/revoke.tsx";
import { Spending } from "@/parts/spending.tsx";
import { Truth } from "@/parts/truth.tsx";
import { withIndexed } from "@/session/happenings.ts";
import { useIndexedLife } from "@/session/index.ts";
import { told } from "@/session/errors.ts";
import { lossInWords, unitOf } from "@/session/loss.ts";
import { useDescriptions, useHistory } from "@/session/queries.ts";
import { useLogRange, useSetting } from "@/session/setting.tsx";
import { isOver } from "@/session/state.ts";
import { amountOf, sameAddress, short } from "@/session/words.ts";
import { useCoin } from "@/parts/limits.tsx";
import { Card } from "@/ui/card.tsx";
import { formatPolicyDescription } from "latchkey";

/** One session with everything that the chain has of it, for its owner and for whoever checks it. */
export default function SessionPage({ principal, sessionKey }: { principal: string; sessionKey: string }) {
  if (!isAddress(principal, { strict: false }) || !isAddress(sessionKey, { strict: false }))
    return <Notice tone="fail" title="A principal and a key are addresses: 0x and 40 digits each." />;
  return <Whole principal={getAddress(principal)} sessionKey={getAddress(sessionKey)} />;
}

/** Another tab, or whoever has the key, may change any of it. */
const OFTEN = { refetchInterval: 4_000 };

function Whole({ principal, sessionKey }: { principal: Address; sessionKey: Address }) {
  const { chain, deployment } = useSetting();
  const range = useLogRange();
  const coin = useCoin();
  const on = { chainId: chain.id, deployment };
  const { session, sessionState, error } = useSession({ ...on, principal, key: sessionKey, query: OFTEN });
  const sessions = useSessions({ ...on, ...range, principal, query: OFTEN });
  const listed = sessions.data?.find(({ key }) => sameAddress(key, sessionKey));
  const isAlive = sessionState !== undefined && !isOver(sessionState);
  const loss = useWorstLoss({ ...on, principal, key: sessionKey, query: { enabled: isAlive, ...OFTEN } });
  const isKnown = session !== undefined && BigInt(session.policyId) !== 0n;
  const described = useDescriptions(isKnown ? [session.policyId] : [], principal).get(session?.policyId ?? "0x");
  const history = useHistory(principal);
  const life = useIndexedLife(principal, sessionKey);

  if (error !== null && session === undefined) {
    return (
      <Notice tone="fail" title="The node did not say how this session stands.">
        <p className="text-muted-foreground">{told(error).title} It is asked again by itself.</p>
      </Notice>
    );
  }
  if (session === undefined || sessionState === undefined)
    return <p className="text-sm text-muted-foreground">Asking the chain.</p>;
  if (sessionState === "none")
    return (
      <Notice title={`Wallet ${short(principal)} has never registered key ${short(sessionKey)} on ${chain.name}.`}>
        <p>
          It can do nothing. Look whether both addresses are right, and in this order: first the wallet, then the key.
        </p>
      </Notice>
    );
  const logged = history.data?.filter(({ key }) => key === undefined || sameAddress(key, sessionKey));
  const own = logged && withIndexed(logged, life.data?.uses);
  // A key that was renewed has been used before this life.
  const since = own?.slice(own.findLastIndex(({ kind }) => kind === "registered") + 1);
  const app = described?.policy.app ?? listed?.app ?? "an unknown app";
  return (
    <>
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div className="grid gap-1.5">
          <div className="flex flex-wrap items-center gap-3">
            <h1 className="text-2xl font-semibold tracking-tight break-words">{app}</h1>
            <StateBadge state={sessionState} />
          </div>
          <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
            {isAlive && <CallsLeft left={session.callsLeft} most={listed?.grantedCalls ?? session.maxCalls} />}
            {isAlive && <TimeLeft validAfter={session.validAfter} validUntil={session.validUntil} />}
          </div>
        </div>
        {isAlive && <RevokeButton session={{ principal, key: sessionKey, app }} />}
        {isAlive && <RevokeElsewhere principal={principal} />}
      </header>
      {sessionState !== "revoked" && listed !== undefined && (
        <Health
          {...{ principal, sessionKey, publicKey: listed.publicKey, lane: listed.lane }}
          policy={described?.policy}
          description={described?.description}
        />
      )}
      {described === null && (
        <Notice tone="warn" title={`Nobody has published policy ${short(session.policyId)} where this node searches.`}>
          <p>
            What the key may call is not known here. The chain knows it, enforces it, and says what is left. If you do
            not know the app that asked for it, revoke the session.
          </p>
        </Notice>
      )}
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-2">
        <Card className="grid gap-4">
          <h2 className="text-lg font-semibold">What it can still take</h2>
          {!isAlive && <p className="text-sm">Nothing: the chain refuses its key on every route.</p>}
          {isAlive && loss.data !== undefined && (
            <div className="grid gap-2">
              <Truth isWhole={loss.data.isWhole} />
              <p className="text-lg leading-snug font-semibold">
                {described
                  ? lossInWords(described.description, loss.data)
                  : [
                      ...loss.data.losses.map(({ unit, amount }) => amountOf(amount, unitOf(unit, undefined, coin))),
                      `${amountOf(loss.data.gas, coin)} of gas`,
                    ].join(" + ")}
              </p>
            </div>
          )}
          {isAlive && <Limits limits={session.limits} description={described?.description} />}
          <Outliving session={{ principal, key: sessionKey, app }} isRevoked={sessionState === "revoked"} />
        </Card>
        <Card className="grid gap-4">
          <h2 className="text-lg font-semibold">Its life</h2>
          <LifeLine
            validAfter={session.validAfter}
            validUntil={session.validUntil}
            uses={since?.filter(({ kind }) => kind === "used")}
          />
          {described && life.data !== undefined && (
            <Spending description={described.description} samples={life.data.samples} {...session} />
          )}
          <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-1 text-sm">
            <Fact name="Wallet">
              <AddressText address={principal} />
            </Fact>
            <Fact name="Key">
              <AddressText address={sessionKey} />
            </Fact>
            <Fact name="Policy">
              <IdText id={session.policyId} />
            </Fact>
          </dl>
        </Card>
      </div>
      {described && (
        <>
          <Card>
            <h2 className="mb-4 text-lg font-semibold">What the key may do</h2>
            <PolicyWords text={formatPolicyDescription(described.description)} />
          </Card>
          <ScopePicture description={described.description} />
        </>
      )}
      <Card className="grid gap-4">
        <h2 className="text-lg font-semibold">What happened</h2>
        <History happenings={own} isUnread={history.isError} />
      </Card>
    </>
  );
}
