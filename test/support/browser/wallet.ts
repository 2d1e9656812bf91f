/** What `window.ethereum` is to a dApp. */
export interface InjectedWallet {
  request(asked: { method: string; params?: unknown }): Promise<unknown>;
  /** Each request that a user would have to look at, in order. */
  popups: string[];
  /** The user closes the next window that opens. */
  rejectNext: boolean;
}

/**
 * Runs in the page before anything else, so that it must stand alone: an EIP-1193 wallet that shows nothing and counts
 * what it would have shown. Its accounts are the node's.
 */
export function installWallet({ rpc, accounts }: { rpc: string; accounts: string[] }): void {
  const POPUPS = [
    "eth_requestAccounts",
    "eth_sendTransaction",
    "eth_sign",
    "personal_sign",
    "eth_signTypedData_v4",
    "wallet_sendCalls",
    "wallet_switchEthereumChain",
  ];
  let isConnected = false;
  let id = 0;
  const refused = (code: number, message: string, data?: unknown) => Object.assign(new Error(message), { code, data });
  const injected: InjectedWallet = {
    popups: [],
    rejectNext: false,
    async request({ method, params = [] }) {
      if (POPUPS.includes(method)) {
        injected.popups.push(method);
        if (injected.rejectNext) {
          injected.rejectNext = false;
          throw refused(4001, "User rejected the request.");
        }
      }
      if (method === "eth_requestAccounts") isConnected = true;
      if (method === "eth_requestAccounts" || method === "eth_accounts") return isConnected ? accounts : [];
      if (method.startsWith("wallet_")) throw refused(-32601, `${method} is unknown.`);
      const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
      const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { result, error } = (await answer.json()) as {
        result: unknown;
        error?: { code: number; message: string; data: unknown };
      };
      if (error !== undefined) throw refused(error.code, error.message, error.data);
      return result;
    },
  };
  Object.assign(globalThis, { injected });
}
