import { Badge } from "@/ui/badge.tsx";

/** Whether a number bounds everything: nobody is trusted, and nothing is open. */
export function Truth({ isWhole }: { isWhole: boolean }) {
  return isWhole ? <Badge tone="success">The whole truth</Badge> : <Badge tone="amber">Not the whole truth</Badge>;
}
