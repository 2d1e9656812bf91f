import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a method answers. A thrown error's `code`, `message` and `data` are the answer's. */
export type Answer = (params: never) => unknown;

/** A JSON-RPC server on 127.0.0.1 and a free port. */
export async function serveJsonRpc(methods: Record<string, Answer>) {
  const asked: string[] = [];
  const answer = async ({ id, method, params }: { id: number; method: string; params: unknown }) => {
    asked.push(method);
    try {
      const run = methods[method];
      if (run === undefined) throw Object.assign(new Error(`There is no method ${method}.`), { code: -32601 });
      return { jsonrpc: "2.0", id, result: (await run((params ?? []) as never)) ?? null };
    } catch (thrown) {
      const { code = -32603, message, data } = thrown as { code?: number; message: string; data?: unknown };
      return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void answer(JSON.parse(Buffer.concat(chunks).toString()) as never).then((body) => {
        response.setHeader("content-type", "application/json").end(JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** The methods that were asked for, in order. */
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
