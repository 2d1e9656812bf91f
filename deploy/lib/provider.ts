/** What every node speaks: an in-process network of Hardhat, or `rpc(url)` for one behind a socket. */
export interface Provider {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** A provider over JSON-RPC. Errors of the node are thrown with their `code` and `data`. */
export function rpc(url: string): Provider {
  let id = 0;
  return {
    async request({ method, params = [] }) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
      });
      const { result, error } = (await response.json()) as {
        result?: unknown;
        error?: { code: number; message: string; data?: unknown };
      };
      if (error !== undefined) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
      return result;
    },
  };
}
