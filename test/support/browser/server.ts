import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { World } from "../chain/dapp.ts";

const CLIENT = join(import.meta.dirname, "../../../sdk/dist/esm/index.js");

/** Nothing but what this server sends runs in the page, and it talks to nobody else. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** The page and its node behind one loopback port: `/`, `/page.js` and JSON-RPC at `/rpc`. */
export async function servePage(provider: World["provider"]) {
  const script = await bundle();
  const server = createServer(async (request, response) => {
    const send = (type: string, body: string) => response.writeHead(200, { "content-type": type }).end(body);
    response.setHeader("content-security-policy", POLICY);
    switch (request.url) {
      case "/":
        return send("text/html", `<!doctype html><title>Page</title><script src="/page.js"></script>`);
      case "/page.js":
        return send("text/javascript", script);
      case "/rpc":
        return send("application/json", await answer(provider, await textOf(request)));
      default:
        return response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** The page's script with the client as it is built for bundlers, and viem. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "./page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
    plugins: [
      {
        name: "built client",
        setup: ({ onResolve }) => onResolve({ filter: /\/sdk\/src\/index\.ts$/ }, () => ({ path: CLIENT })),
      },
    ],
  });
  return outputFiles[0]!.text;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

async function answer(provider: World["provider"], body: string): Promise<string> {
  const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
  try {
    return JSON.stringify({ jsonrpc: "2.0", id, result: await provider.request({ method, params }) });
  } catch (thrown) {
    const { code = -32603, message, data } = thrown as { code?: number; message: string; data?: unknown };
    return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
  }
}
