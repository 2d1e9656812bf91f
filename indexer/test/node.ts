import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What answers for a chain: an EIP-1193 provider. */
export interface Provider {
  request(asked: { method: string; params?: unknown[] }): Promise<unknown>;
}

interface Asked {
  id: unknown;
  method: string;
  params?: unknown[];
}

/** A refusal of the node's own. */
export class NodeError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** A node over HTTP that can be another, be down, be slow, or answer something else. */
export class ServedNode {
  provider: Provider;
  /** Whether it takes connections and ends them without a word. */
  isDown = false;
  /** What each answer waits for, milliseconds. */
  delay = 0;
  /** Answers in its place; undefined for what the provider says. */
  fault: ((method: string, params: unknown[]) => unknown) | undefined;
  /** Blocks that the chain has let go of, with their logs: a node shows them by their hashes for a while. */
  readonly #kept = new Map<unknown, { block: unknown; logs: unknown }>();
  readonly #server: Server;

  private constructor(provider: Provider) {
    this.provider = provider;
    this.#server = createServer(async (request, response) => {
      if (this.isDown) return void request.socket.destroy();
      let body = "";
      for await (const chunk of request) body += String(chunk);
      if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
      const asked = JSON.parse(body) as Asked | Asked[];
      const answer = Array.isArray(asked)
        ? await Promise.all(asked.map((each) => this.#answer(each)))
        : await this.#answer(asked);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    });
  }

  static async open(provider: Provider): Promise<ServedNode> {
    const node = new ServedNode(provider);
    node.#server.listen(0, "127.0.0.1");
    await once(node.#server, "listening");
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Keeps the chain's newest blocks for the time after they are gone. */
  async keep(blocks: number): Promise<void> {
    const ask = (method: string, ...params: unknown[]) => this.provider.request({ method, params });
    const latest = Number(await ask("eth_blockNumber"));
    for (let number = latest; number > latest - blocks; --number) {
      const block = (await ask("eth_getBlockByNumber", `0x${number.toString(16)}`, true)) as { hash: string };
      this.#kept.set(block.hash, { block, logs: await ask("eth_getLogs", { blockHash: block.hash }) });
    }
  }

  #letGo(method: string, params: unknown[]): unknown {
    if (method === "eth_getBlockByHash") return this.#kept.get(params[0])?.block;
    if (method === "eth_getLogs") return this.#kept.get((params[0] as { blockHash?: string }).blockHash)?.logs;
    return undefined;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer({ id, method, params = [] }: Asked): Promise<unknown> {
    try {
      const result =
        (await this.fault?.(method, params)) ??
        this.#letGo(method, params) ??
        (await this.provider.request({ method, params }));
      return { jsonrpc: "2.0", id, result };
    } catch (thrown) {
      const { code = -32_603, message, data } = thrown as { code?: number; message: string; data?: unknown };
      return { jsonrpc: "2.0", id, error: { code, message, data } };
    }
  }
}
