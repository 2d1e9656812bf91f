import type { Account } from "viem";
import type { BundlerClient } from "viem/account-abstraction";

/** Whether it is a bundler's client; an account bundles by itself. */
export function isBundler(bundler: BundlerClient | Account): bundler is BundlerClient {
  return "sendUserOperation" in bundler;
}
