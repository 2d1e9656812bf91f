import {
  type Address,
  type EIP1193RequestFn,
  type Hex,
  hexToBigInt,
  keccak256,
  type LocalAccount,
  numberToHex,
} from "viem";
import { estimateFeesPerGas, getTransactionCount, sendRawTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import type { TestClient } from "../client/sessionClient.ts";

interface Sent {
  from: Address;
  to: Address;
  data?: Hex;
  value?: Hex;
}

type Listener = (payload: never) => void;

/**
 * A wallet in a page (EIP-1193) that is asked for nothing but what a wallet is for: whatever else it is asked, and for
 * whomever it does not keep, it refuses. Each popup is counted, and answered as `answer` says.
 */
export function pageWallet(test: TestClient, accounts: LocalAccount[]) {
  let [chainId, own]: [number, LocalAccount[]] = [hardhat.id, accounts];
  let isConnected = false;
  const popups: string[] = [];
  const refused: string[] = [];
  const listeners = new Map<string, Set<Listener>>();
  const emit = (event: string, payload: unknown) => {
    for (const each of listeners.get(event) ?? []) each(payload as never);
  };
  const addresses = () => own.map(({ address }) => address);
  const accountOf = (address: Address): LocalAccount => {
    const found = own.find((each) => each.address.toLowerCase() === address.toLowerCase());
    if (found === undefined) throw refusal(4_100, `No account of this wallet: ${address}`);
    return found;
  };
  const wallet = {
    popups,
    refused,
    /** What the user says: held open until it resolves, no if it rejects. */
    answer: async (_method: string): Promise<void> => {},
    provider: {
      request: request as EIP1193RequestFn,
      on: (event: string, listener: Listener) => {
        listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      },
      removeListener: (event: string, listener: Listener) => void listeners.get(event)?.delete(listener),
    },
    changeAccounts: (to: LocalAccount[]) => {
      own = to;
      emit("accountsChanged", addresses());
    },
    /** As a wallet does that tells nobody, or too late. */
    changeChainSilently: (to: number) => {
      chainId = to;
    },
    changeChain: (to: number) => {
      chainId = to;
      emit("chainChanged", numberToHex(to));
    },
  };

  async function ask(method: string): Promise<void> {
    popups.push(method);
    await wallet.answer(method);
  }

  async function request({ method, params = [] }: { method: string; params?: unknown }): Promise<unknown> {
    const given = params as unknown[];
    switch (method) {
      case "eth_chainId":
        return numberToHex(chainId);
      case "eth_accounts":
        return isConnected ? addresses() : [];
      case "eth_requestAccounts":
        await ask("connect");
        isConnected = true;
        return addresses();
      case "eth_signTypedData_v4": {
        const account = accountOf(given[0] as Address);
        const { types, ...definition } = JSON.parse(given[1] as string) as { types: Record<string, unknown> };
        const { EIP712Domain: _own, ...rest } = types;
        await ask(method);
        return account.signTypedData({ ...definition, types: rest } as never);
      }
      case "eth_sendTransaction": {
        const { from, to, data = "0x", value = "0x0" } = given[0] as Sent;
        const account = accountOf(from);
        await ask(method);
        const nonce = await getTransactionCount(test.client, { address: from, blockTag: "pending" });
        const fees = await estimateFeesPerGas(test.client);
        const fields = { to, data, value: hexToBigInt(value), nonce, chainId, gas: 6_000_000n, ...fees };
        const serializedTransaction = await account.signTransaction({ ...fields, type: "eip1559" });
        await sendRawTransaction(test.client, { serializedTransaction });
        return keccak256(serializedTransaction);
      }
      default:
        // wagmi asks for it first, and does without.
        if (method !== "wallet_requestPermissions") refused.push(method);
        throw refusal(-32_601, `No method of this wallet: ${method}`);
    }
  }

  return wallet;
}

/** As a wallet says no. */
export function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
