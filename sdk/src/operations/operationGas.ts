import type { UserOperation } from "viem/account-abstraction";
import { BundlerMismatchError } from "../errors/clientErrors.ts";
import { contractError } from "../errors/onDemand.ts";

/** Most gas in one transaction (EIP-7825), and so in one operation, inclusive. */
export const MAX_OPERATION_GAS = 2n ** 24n;
/** Most gas for each of the account's and the paymaster's checks, inclusive: the dearest policy takes a third of it. */
export const MAX_VERIFICATION_GAS = 3_000_000n;
const GWEI = 10n ** 9n;

type GasFields = Pick<
  UserOperation,
  | "callGasLimit"
  | "verificationGasLimit"
  | "preVerificationGas"
  | "paymasterVerificationGasLimit"
  | "paymasterPostOpGasLimit"
  | "maxFeePerGas"
>;

/** All gas that an operation may take, units. */
export function operationGasOf(operation: Partial<GasFields>): bigint {
  const { callGasLimit = 0n, verificationGasLimit = 0n, preVerificationGas = 0n } = operation;
  const { paymasterVerificationGasLimit, paymasterPostOpGasLimit } = operation;
  const paymaster = (paymasterVerificationGasLimit ?? 0n) + (paymasterPostOpGasLimit ?? 0n);
  return callGasLimit + verificationGasLimit + preVerificationGas + paymaster;
}

/**
 * Refuses gas that nobody should sign for. A session reserves what is signed in full, and `preVerificationGas` is the
 * bundler's to keep: an estimate is never taken on its word. `gasLeft` is what the session's gas budget holds, wei; like
 * the chain it is asked for whole gwei.
 */
export async function requireSaneGas(operation: Partial<GasFields>, gasLeft: bigint): Promise<void> {
  const { verificationGasLimit = 0n, paymasterVerificationGasLimit, maxFeePerGas = 0n } = operation;
  const bounds = [
    ["verification", verificationGasLimit, MAX_VERIFICATION_GAS],
    ["the paymaster's verification", paymasterVerificationGasLimit ?? 0n, MAX_VERIFICATION_GAS],
    ["the whole operation", operationGasOf(operation), MAX_OPERATION_GAS],
  ] as const;
  for (const [what, gas, most] of bounds) {
    if (gas <= most) continue;
    throw new BundlerMismatchError(`its estimate of ${what} is absurd`, {
      claimed: `${gas} gas`,
      actual: `at most ${most} gas`,
    });
  }
  const gwei = (operationGasOf(operation) * maxFeePerGas + GWEI - 1n) / GWEI;
  const requested = gwei * GWEI;
  if (requested <= gasLeft) return;
  throw await contractError("GasBudgetExceeded", { args: { requested, left: gasLeft } });
}
