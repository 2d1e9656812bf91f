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
  /** How often each method was asked for. */
  readonly asked = new Map<string, number>();
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

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer({ id, method, params = [] }: Asked): Promise<unknown> {
    this.asked.set(method, (this.asked.get(method) ?? 0) + 1);
    try {
      const result = (await this.fault?.(method, params)) ?? (await this.provider.request({ method, params }));
      return { jsonrpc: "2.0", id, result };
    } catch (thrown) {
      const { code = -32_603, message, data } = thrown as { code?: number; message: string; data?: unknown };
      return { jsonrpc: "2.0", id, error: { code, message, data } };
    }
  }
}
