import { useQuery } from "@tanstack/react-query";
import { type Hash, isHash, parseEventLogs } from "viem";
import { getBlock, getTransactionReceipt } from "viem/actions";
import { AddressText } from "@/parts/address.tsx";
import { Notice } from "@/parts/notice.tsx";
import { Fact } from "@/parts/policyWords.tsx";
import { latchkeyEvents } from "@/session/events.ts";
import { useNode, useSetting } from "@/session/setting.tsx";
import { momentOf, short } from "@/session/words.ts";
import { Badge } from "@/ui/badge.tsx";
import { Card } from "@/ui/card.tsx";

/** What the chain says of a transaction, where there is no explorer. */
export default function TransactionPage({ hash }: { hash: string }) {
  if (!isHash(hash)) return <Notice tone="fail" title="This is not the hash of a transaction: 0x and 64 digits." />;
  return <Mined hash={hash} />;
}

function Mined({ hash }: { hash: Hash }) {
  const node = useNode();
  const { deployment } = useSetting();
  const { data, isError } = useQuery({
    queryKey: ["transaction", hash],
    queryFn: async () => {
      const receipt = await getTransactionReceipt(node, { hash });
      return { receipt, block: await getBlock(node, { blockNumber: receipt.blockNumber }) };
    },
    staleTime: 10_000,
  });
  if (isError) return <Notice tone="fail" title={`The node knows no mined transaction ${short(hash)}.`} />;
  if (data === undefined) return <p className="text-sm text-muted-foreground">Asking the chain.</p>;
  const { receipt, block } = data;
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === deployment.latchkey.toLowerCase());
  const events = parseEventLogs({ abi: latchkeyEvents, logs });
  return (
    <Card className="grid max-w-3xl gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Transaction {short(hash)}</h1>
        {receipt.status === "success" ? (
          <Badge tone="success">Succeeded</Badge>
        ) : (
          <Badge tone="destructive">Reverted</Badge>
        )}
      </div>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-1 text-sm">
        <Fact name="Hash">
          <code className="font-mono text-[0.8125rem] break-all">{hash}</code>
        </Fact>
        <Fact name="Block">
          {String(receipt.blockNumber)}, {momentOf(Number(block.timestamp))}
        </Fact>
        <Fact name="From">
          <AddressText address={receipt.from} />
        </Fact>
        {receipt.to !== null && (
          <Fact name="To">
            <AddressText address={receipt.to} />
          </Fact>
        )}
        <Fact name="Gas used">{String(receipt.gasUsed)}</Fact>
        <Fact name="Latchkey says">{events.map(({ eventName }) => eventName).join(", ") || "nothing"}</Fact>
      </dl>
    </Card>
  );
}
