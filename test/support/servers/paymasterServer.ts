import { toHex, type Address, type Hex } from "viem";
import { serveJsonRpc } from "./jsonRpc.ts";

/** An ERC-7677 service that lets one paymaster pay for whatever it is asked about. */
export async function servePaymaster(paymaster: Address, data: Hex = "0x") {
  const paid = { paymaster, paymasterData: data };
  const gas = { paymasterVerificationGasLimit: toHex(150_000), paymasterPostOpGasLimit: toHex(50_000) };
  return serveJsonRpc({
    pm_getPaymasterStubData: () => ({ ...paid, ...gas }),
    pm_getPaymasterData: () => ({ ...paid, ...gas }),
  });
}
