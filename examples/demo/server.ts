import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once as emitted } from "node:events";
import type { AddressInfo } from "node:net";
import type { Provider } from "../../deploy/lib/provider.ts";
import { Failure } from "./failure.ts";

/** A port that is taken before the demo starts, and answers once there is something to serve. */
export interface OpenPort {
  port: number;
  answer(provider: Provider, page?: Page): void;
  close(): Promise<void>;
}

/** Answers what is no JSON-RPC; false for what is not its own. */
export type Page = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface Request {
  id?: number | string | null;
  method?: string;
  params?: unknown[];
}

const MAX_BODY = 10_000_000;

/** JSON-RPC over HTTP on 127.0.0.1, single requests and batches. */
export async function openPort(port: number): Promise<OpenPort> {
  let provider: Provider | undefined;
  let page: Page | undefined;
  const server = createServer((request, response) => void handle(provider, page, request, response));
  server.listen(port, "127.0.0.1");
  try {
    await emitted(server, "listening");
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new Failure(`Port ${port} of 127.0.0.1 is taken: stop what listens there, then try again.`);
    throw thrown;
  }
  return {
    port: (server.address() as AddressInfo).port,
    answer: (given, shown) => {
      provider = given;
      page = shown;
    },
    close: () => closed(server),
  };
}

async function handle(
  provider: Provider | undefined,
  page: Page | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (page !== undefined && (await page(request, response))) return;
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-headers", "content-type");
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  if (request.method !== "POST") return void response.writeHead(405).end();
  if (provider === undefined) return void response.writeHead(503).end("The demo is still running.");
  let body: unknown;
  try {
    body = JSON.parse(await bodyOf(request));
  } catch {
    return reply(response, { jsonrpc: "2.0", id: null, error: { code: -32_700, message: "The request is not JSON." } });
  }
  const result = Array.isArray(body)
    ? await Promise.all(body.map((one) => answer(provider, one as Request)))
    : await answer(provider, body as Request);
  reply(response, result);
}

async function answer(provider: Provider, { id = null, method, params = [] }: Request): Promise<unknown> {
  if (typeof method !== "string") {
    return { jsonrpc: "2.0", id, error: { code: -32_600, message: "The request names no method." } };
  }
  try {
    return { jsonrpc: "2.0", id, result: await provider.request({ method, params: params.map(once) }) };
  } catch (thrown) {
    const { code = -32_603, message, data } = thrown as { code?: number; message: string; data?: unknown };
    return { jsonrpc: "2.0", id, error: { code, message, data } };
  }
}

/** Clients such as cast give calldata twice, as `data` and as `input`; the node takes it once. */
function once(param: unknown): unknown {
  if (typeof param !== "object" || param === null) return param;
  const { input, ...rest } = param as { input?: unknown; data?: unknown };
  return input !== undefined && input === rest.data ? rest : param;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BODY) throw new Error("Too long.");
  }
  return body;
}

function reply(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await emitted(server, "close");
}
