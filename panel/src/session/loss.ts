import { type Address, getAddress, isAddressEqual, zeroAddress } from "viem";
import {
  formatPolicyDescription,
  type GetWorstLossReturnType,
  type PolicyDescription,
  type UnitDescription,
} from "latchkey";

/** The client's sentence of what can still be lost, in place of what could be when the policy was granted. */
export function lossInWords(description: PolicyDescription, loss: GetWorstLossReturnType): string {
  return formatPolicyDescription({ ...description, loss: lossOf(description, loss) }).worstLoss;
}

/** What the chain says of a loss, by the units of the policy. */
export function lossOf(
  description: PolicyDescription,
  { losses, gas, isWhole }: GetWorstLossReturnType,
): PolicyDescription["loss"] {
  const told = losses.map(({ unit, amount }) => {
    const limit = description.limits.find((each) => isAddressEqual(each.unit.address, unit))!;
    return { unit: limit.unit, amount, periods: 1, limit };
  });
  return {
    losses: told.filter(({ unit }) => unit.kind !== "counter"),
    counts: told.filter(({ unit }) => unit.kind === "counter"),
    ...{ gas, isWhole, window: undefined },
  };
}

export interface Total {
  unit: UnitDescription;
  amount: bigint;
}

/** What sessions can take together, of each unit; gas money is the coin's. Counters are each policy's own, and no loss. */
export function totalOf(
  sessions: readonly { description: PolicyDescription | undefined; loss: GetWorstLossReturnType }[],
  coin: UnitDescription,
): { totals: Total[]; isWhole: boolean } {
  const totals = new Map<Address, Total>();
  const add = (unit: UnitDescription, amount: bigint) => {
    const address = getAddress(unit.address);
    const known = totals.get(address);
    // What one policy's reader could not name, another's may.
    const named = known?.unit.symbol === undefined ? unit : known.unit;
    if (amount > 0n) totals.set(address, { unit: named, amount: (known?.amount ?? 0n) + amount });
  };
  for (const { description, loss } of sessions) {
    add(coin, loss.gas);
    for (const { unit, amount } of loss.losses) {
      if (BigInt(unit) !== 0n && BigInt(unit) < 65_536n) continue;
      add(unitOf(unit, description, coin), amount);
    }
  }
  // A symbol is what a contract says of itself, and another policy's token may say the same.
  const apart = (total: Total, _i: number, all: readonly Total[]): Total => {
    const { address, symbol } = total.unit;
    if (symbol === undefined || all.filter(({ unit }) => unit.symbol === symbol).length === 1) return total;
    return { ...total, unit: { ...total.unit, symbol: `"${symbol}" of ${address}` } };
  };
  const order = ({ unit }: Total) => (isAddressEqual(unit.address, zeroAddress) ? "" : unit.address);
  return {
    totals: [...totals.values()].map(apart).sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    isWhole: sessions.every(({ loss }) => loss.isWhole),
  };
}

/** A unit of a policy; one that is not described is counted in base units. */
export function unitOf(
  address: Address,
  description: PolicyDescription | undefined,
  coin: UnitDescription,
): UnitDescription {
  if (isAddressEqual(address, zeroAddress)) return coin;
  const known = description?.units.find((each) => isAddressEqual(each.address, address));
  if (known !== undefined) return known;
  const kind = BigInt(address) < 65_536n ? ("counter" as const) : ("token" as const);
  return { address, kind, symbol: undefined, decimals: 0 };
}
