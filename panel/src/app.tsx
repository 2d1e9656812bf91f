import { KeyRound } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link, Route, Router, Switch, useLocation } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { ChainStatus } from "@/parts/chainStatus.tsx";
import { Asking } from "@/parts/revoke.tsx";
import { ThemeButton } from "@/parts/theme.tsx";
import { WalletButton, WalletNotices } from "@/parts/wallet.tsx";
import { Home } from "@/pages/home.tsx";
import { clsx } from "clsx";

import Grant from "@/pages/grant.tsx";
import Audit from "@/pages/audit.tsx";
import Session from "@/pages/session.tsx";
import Policy from "@/pages/policy.tsx";
import Of from "@/pages/of.tsx";
import Transaction from "@/pages/transaction.tsx";

export function App() {
  return (
    <Router hook={useHashLocation}>
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-card-solid p-3 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        Skip to content
      </a>
      <Asking>
        <Header />
        <Content />
      </Asking>
      <footer className="mx-auto max-w-6xl px-4 pt-6 pb-10 sm:px-6">
        <ChainStatus />
      </footer>
    </Router>
  );
}

function Header() {
  const [location] = useLocation();
  return (
    <header className="sticky top-0 z-30 border-b bg-background/80 backdrop-blur-xl">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 sm:px-6">
        <Link href="/" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
          <span className="grid size-8 place-items-center rounded-lg bg-primary text-primary-foreground">
            <KeyRound aria-hidden className="size-4" />
          </span>
          Latchkey
        </Link>
        <nav aria-label="Pages" className="flex items-center gap-1 text-sm">
          {(
            [
              ["/", "Sessions"],
              ["/audit", "Audit"],
            ] as const
          ).map(([href, word]) => (
            <Link
              key={href}
              href={href}
              {...(location === href && { "aria-current": "page" as const })}
              className={clsx("rounded-md px-2.5 py-1.5 hover:bg-muted", location === href && "bg-muted font-medium")}
            >
              {word}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1.5">
          <ThemeButton />
          <WalletButton />
        </div>
      </div>
    </header>
  );
}

function Content() {
  const [location] = useLocation();
  const content = useRef<HTMLElement>(null);
  const before = useRef(location);
  // Who reads with the keyboard starts at the top of the page that was opened.
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    content.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [location]);
  return (
    <main
      ref={content}
      id="content"
      tabIndex={-1}
      className="mx-auto grid max-w-6xl grid-cols-1 gap-6 px-4 pt-6 outline-none sm:px-6"
    >
      <WalletNotices />
      <Switch>
        <Route path="/" component={Home} />
        <Route path="/audit" component={Audit} />
        <Route path="/grant/:policyId">{({ policyId }) => <Grant policyId={policyId} />}</Route>
        <Route path="/policy/:policyId">{({ policyId }) => <Policy policyId={policyId} />}</Route>
        <Route path="/session/:principal/:sessionKey">
          {({ principal, sessionKey }) => <Session principal={principal} sessionKey={sessionKey} />}
        </Route>
        <Route path="/of/:principal">{({ principal }) => <Of principal={principal} />}</Route>
        <Route path="/tx/:hash">{({ hash }) => <Transaction hash={hash} />}</Route>
        <Route>
          <p>There is no such page.</p>
        </Route>
      </Switch>
    </main>
  );
}
