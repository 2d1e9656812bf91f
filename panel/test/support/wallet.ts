import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext } from "playwright-core";
import {
  type Address,
  createWalletClient,
  custom,
  type EIP1193RequestFn,
  type Hex,
  numberToHex,
  type TypedDataDefinition,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";

/** What a user would have to look at. */
const POPUPS = [
  "eth_requestAccounts",
  "wallet_requestPermissions",
  "eth_sendTransaction",
  "personal_sign",
  "eth_signTypedData_v4",
  "wallet_sendCalls",
  "wallet_switchEthereumChain",
];

interface Asked {
  method: string;
  params?: unknown[];
}

interface Answered {
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

/**
 * A wallet in the page (EIP-6963), whose keys and windows are in the test. It signs itself, and refuses to act for an account
 * that is not its own.
 */
export class TestWallet {
  /** Each window that opened, in order. */
  readonly popups: string[] = [];
  /** What the user says to a window: false for no. A promise that is held open is a window that nobody looks at. */
  answer: (method: string) => Promise<boolean> | boolean = () => true;
  /** What it makes of a batch; one that says of other calls that they are those is no friend. */
  makes: (calls: Sent[]) => Sent[] = (calls) => calls;
  readonly #accounts: PrivateKeyAccount[];
  readonly #node: EIP1193RequestFn;
  readonly #takesBatches: boolean;
  readonly #batches = new Map<string, Hex>();
  readonly #emitters: ((event: string, value: unknown) => Promise<unknown>)[] = [];
  #isConnected = false;
  chainId = 31_337;

  constructor(accounts: PrivateKeyAccount[], node: EIP1193RequestFn, { takesBatches = false } = {}) {
    this.#accounts = accounts;
    this.#node = node;
    this.#takesBatches = takesBatches;
  }

  /** Announces itself to every page of the context. */
  async install(context: BrowserContext, name = "Test Wallet"): Promise<void> {
    await context.exposeBinding("walletRequest", (_source, asked: Asked) => this.#request(asked));
    await context.addInitScript(announce, { name, rdns: "test.wallet", uuid: crypto.randomUUID() });
    this.#emitters.push(async (event, value) => {
      for (const page of context.pages())
        await page.evaluate(
          ([event, value]) => dispatchEvent(new CustomEvent("wallet", { detail: { event, value } })),
          [event, value],
        );
    });
  }

  /** The user picks another account. */
  async useAccount(account: PrivateKeyAccount): Promise<void> {
    this.#accounts.unshift(account);
    await this.#emit("accountsChanged", [account.address]);
  }

  /** The user picks another chain. */
  async useChain(chainId: number): Promise<void> {
    this.chainId = chainId;
    await this.#emit("chainChanged", numberToHex(chainId));
  }

  async #emit(event: string, value: unknown): Promise<void> {
    for (const emit of this.#emitters) await emit(event, value);
  }

  get #account(): PrivateKeyAccount {
    return this.#accounts[0]!;
  }

  async #request({ method, params = [] }: Asked): Promise<Answered> {
    // A wallet that does not know a method opens no window for it.
    if (POPUPS.includes(method) && (this.#takesBatches || method !== "wallet_sendCalls")) {
      this.popups.push(method);
      // Nobody answers in the very moment.
      await pause(5);
      if (!(await this.answer(method))) return { error: { code: 4001, message: "User rejected the request." } };
    }
    try {
      return { result: await this.#answerTo(method, params) };
    } catch (thrown) {
      const { code = -32_603, message, data } = thrown as { code?: number; message: string; data?: unknown };
      return { error: { code, message, data } };
    }
  }

  async #answerTo(method: string, params: unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_chainId":
        return numberToHex(this.chainId);
      case "eth_accounts":
        return this.#isConnected ? [this.#account.address] : [];
      case "eth_requestAccounts":
        this.#isConnected = true;
        return [this.#account.address];
      case "wallet_requestPermissions":
        this.#isConnected = true;
        return [
          {
            parentCapability: "eth_accounts",
            caveats: [{ type: "restrictReturnedAccounts", value: [this.#account.address] }],
          },
        ];
      case "wallet_switchEthereumChain":
        await this.useChain(Number((params[0] as { chainId: Hex }).chainId));
        return null;
      case "eth_signTypedData_v4": {
        this.#requireOwn(params[0] as Address);
        const { types, ...rest } = JSON.parse(params[1] as string) as TypedDataDefinition;
        const { EIP712Domain: _domain, ...own } = types as Record<string, never>;
        return this.#account.signTypedData({ ...rest, types: own } as TypedDataDefinition);
      }
      case "eth_sendTransaction":
        return this.#send(params[0] as Sent);
      case "wallet_getCapabilities":
        if (!this.#takesBatches) break;
        return { [numberToHex(31_337)]: { atomic: { status: "supported" } } };
      case "wallet_sendCalls": {
        if (!this.#takesBatches) break;
        const { from, calls } = params[0] as { from: Address; calls: Sent[] };
        this.#requireOwn(from);
        const hashes: Hex[] = [];
        for (const call of this.makes(calls)) hashes.push(await this.#send({ ...call, from }));
        const id = numberToHex(this.#batches.size + 1, { size: 32 });
        this.#batches.set(id, hashes.at(-1)!);
        return { id };
      }
      case "wallet_getCallsStatus": {
        if (!this.#takesBatches) break;
        const [id] = params as [string];
        const receipt = await this.#node({ method: "eth_getTransactionReceipt", params: [this.#batches.get(id)!] });
        const done = receipt === null ? { status: 100, receipts: [] } : { status: 200, receipts: [receipt] };
        return { version: "2.0.0", id, chainId: numberToHex(31_337), atomic: true, ...done };
      }
    }
    if (method.startsWith("wallet_")) throw Object.assign(new Error(`${method} is unknown.`), { code: -32_601 });
    return this.#node({ method, params } as never);
  }

  async #send({ from, to, data, value }: Sent): Promise<Hex> {
    this.#requireOwn(from);
    const client = createWalletClient({
      account: this.#account,
      chain: hardhat,
      transport: custom({ request: this.#node }),
    });
    return sendTransaction(client, { to, data, value: BigInt(value ?? 0) });
  }

  #requireOwn(address: Address): void {
    if (address.toLowerCase() === this.#account.address.toLowerCase()) return;
    throw Object.assign(new Error(`${address} is no account of this wallet.`), { code: 4100 });
  }
}

interface Sent {
  from: Address;
  to: Address;
  data?: Hex;
  value?: Hex;
}

/** Runs in the page before anything else, so that it must stand alone. */
function announce(info: { name: string; rdns: string; uuid: string }): void {
  const heard = new Map<string, Set<(value: unknown) => void>>();
  const ask = (asked: { method: string; params?: unknown }) =>
    (globalThis as unknown as { walletRequest(asked: unknown): Promise<Answered> }).walletRequest(asked);
  const provider = {
    async request(asked: { method: string; params?: unknown }) {
      const { result, error } = await ask(asked);
      if (error !== undefined) throw Object.assign(new Error(error.message), error);
      return result;
    },
    on(event: string, listener: (value: unknown) => void) {
      heard.set(event, (heard.get(event) ?? new Set()).add(listener));
      return provider;
    },
    removeListener(event: string, listener: (value: unknown) => void) {
      heard.get(event)?.delete(listener);
      return provider;
    },
  };
  addEventListener("wallet", (told) => {
    const { event, value } = (told as CustomEvent<{ event: string; value: unknown }>).detail;
    for (const listener of heard.get(event) ?? []) listener(value);
  });
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const detail = Object.freeze({ info: { ...info, icon }, provider });
  const tell = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  addEventListener("eip6963:requestProvider", tell);
  tell();
}
