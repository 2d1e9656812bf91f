import { Loader2, LogOut, Wallet } from "lucide-react";
import { useEffect, useState } from "react";
import { type Connector, useConnect, useConnection, useConnectors, useDisconnect, useSwitchChain } from "wagmi";
import { safeText } from "latchkey";
import { Notice } from "@/parts/notice.tsx";
import { told } from "@/session/errors.ts";
import { useSetting } from "@/session/setting.tsx";
import { short } from "@/session/words.ts";
import { Button } from "@/ui/button.tsx";

/** Seconds after which a wallet that has not answered is worth a word. */
const SLOW = 10;

export function WalletButton() {
  const { address, isConnected } = useConnection();
  const disconnect = useDisconnect();
  if (!isConnected) return null;
  return (
    <div className="flex items-center gap-1">
      <span className="inline-flex h-10 items-center gap-2 rounded-lg border bg-card-solid px-3 text-sm">
        <Wallet aria-hidden className="size-4 text-muted-foreground" />
        <span className="sr-only">Connected wallet</span>
        <code className="font-mono text-[0.8125rem]" title={address}>
          {short(address!)}
        </code>
      </span>
      <Button variant="ghost" size="icon" aria-label="Disconnect the wallet" onClick={() => disconnect.mutate({})}>
        <LogOut aria-hidden />
      </Button>
    </div>
  );
}

/** Every wallet that has announced itself to this page. */
export function ConnectWallets() {
  const connectors = useConnectors();
  const connect = useConnect();
  const wallets = connectors.filter(({ type }) => type === "injected");
  const [isSlow, setSlow] = useState(false);
  const { isPending } = connect;
  useEffect(() => {
    setSlow(false);
    if (!isPending) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW * 1_000);
    return () => clearTimeout(timer);
  }, [isPending]);
  const failure = connect.error === null ? undefined : told(connect.error);
  return (
    <div className="grid gap-3">
      {wallets.length === 0 && (
        <Notice title="No wallet has announced itself to this page.">
          <p>Install one that does (EIP-6963), or unlock it and load the page again. Audit needs none.</p>
        </Notice>
      )}
      <ul className="flex flex-wrap gap-2">
        {wallets.map((connector) => (
          <li key={connector.uid}>
            <Button disabled={isPending} onClick={() => connect.mutate({ connector })}>
              {isPending && connect.variables?.connector === connector ? (
                <Loader2 aria-hidden className="animate-spin" />
              ) : (
                <Icon connector={connector} />
              )}
              Connect {safeText(connector.name, 32)}
            </Button>
          </li>
        ))}
      </ul>
      {isSlow && (
        <Notice tone="warn" title="Your wallet has not answered.">
          <p>Open its window: it may be locked, or the question may be hidden behind another one.</p>
          <Button variant="outline" size="sm" className="w-fit" onClick={() => connect.reset()}>
            Stop waiting
          </Button>
        </Notice>
      )}
      {failure !== undefined && (
        <Notice tone="fail" title={failure.title}>
          {failure.remedy !== "" && <p className="text-muted-foreground">{failure.remedy}</p>}
        </Notice>
      )}
    </div>
  );
}

/** A wallet's picture comes with its announcement, or is not shown. */
function Icon({ connector: { icon } }: { connector: Connector }) {
  if (icon?.startsWith("data:image/") === true) return <img src={icon.trim()} alt="" className="size-4 rounded-sm" />;
  return <Wallet aria-hidden />;
}

/** What keeps the connected wallet from acting on the chain that is shown. */
export function WalletNotices() {
  const { chain } = useSetting();
  const { isConnected, chainId } = useConnection();
  const switchChain = useSwitchChain();
  if (!isConnected || chainId === chain.id) return null;
  const failure = switchChain.error === null ? undefined : told(switchChain.error);
  return (
    <Notice tone="warn" title={`Your wallet is on chain ${chainId}; this page shows ${chain.name}, chain ${chain.id}.`}>
      <p>What you see is true. To sign or revoke, your wallet has to be on that chain.</p>
      {failure !== undefined && (
        <p role="alert">
          {failure.title} {failure.remedy}
        </p>
      )}
      <Button
        size="sm"
        className="w-fit"
        disabled={switchChain.isPending}
        onClick={() => switchChain.mutate({ chainId: chain.id })}
      >
        Switch to chain {chain.id}
      </Button>
    </Notice>
  );
}

/** The account that acts here; undefined where none can. */
export function useActor() {
  const { chain } = useSetting();
  const { address, chainId, isConnected } = useConnection();
  return { address: isConnected ? address : undefined, canAct: isConnected && chainId === chain.id };
}
