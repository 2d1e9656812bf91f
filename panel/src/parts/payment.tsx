import { useId, useState } from "react";
import type { Address } from "viem";
import type { RelayUrl } from "latchkey";
import { useRelay } from "@/session/queries.ts";

/** Who sends what the wallet has decided. */
export interface Payment {
  /** Undefined if the wallet sends and pays itself; the wallet, if it sends what it has signed for an account. */
  relayer: RelayUrl | Address | undefined;
}

export interface PaymentState extends Payment {
  relay: RelayUrl | undefined;
  /** Whether the wallet would be asked twice: it signs for an account, then sends. */
  isTwice: boolean;
  byWallet: boolean;
  setByWallet(byWallet: boolean): void;
}

/** A relay if there is one: the wallet only signs, reads what it signs, and may be empty. `owner` signs for an account. */
export function usePayment(owner?: Address): PaymentState {
  const relay = useRelay();
  const [byWallet, setByWallet] = useState(false);
  const relayer = (byWallet ? undefined : relay) ?? owner;
  return { relay, byWallet, setByWallet, relayer, isTwice: owner !== undefined };
}

export function PaymentChoice({ payment, disabled }: { payment: PaymentState; disabled: boolean }) {
  const name = useId();
  const own = payment.isTwice
    ? "Your wallet is asked twice: it signs for the account, then sends and pays."
    : "Your wallet sends it and pays.";
  if (payment.relay === undefined) return payment.isTwice ? <p className="text-sm">{own}</p> : null;
  const options = [
    [false, "A relay sends it and pays: you only sign, and your wallet may be empty."],
    [true, own],
  ] as const;
  return (
    <fieldset className="grid gap-1.5 text-sm" disabled={disabled}>
      <legend className="sr-only">Who sends it</legend>
      {options.map(([byWallet, words]) => (
        <label
          key={words}
          className="flex gap-2.5 rounded-lg border p-2.5 has-checked:border-primary/60 has-checked:bg-primary/5"
        >
          <input
            type="radio"
            name={name}
            className="mt-0.5 size-4 accent-primary"
            checked={payment.byWallet === byWallet}
            onChange={() => payment.setByWallet(byWallet)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
