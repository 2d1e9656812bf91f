import { createReadStream, existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { Setting } from "./src/setting.ts";

/** What `npm run panel` builds. */
const DIST = fileURLToPath(new URL("./dist/", import.meta.url));

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Nothing but what this origin sends runs, and the page talks to nobody else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Most bytes of a request that is passed on, inclusive. */
const MOST_BYTES = 1_000_000;
/** Milliseconds that an answer from behind may take. */
const TIMEOUT = 20_000;

/** What the page is told, and what stands behind it on the same origin. */
export interface PanelParts {
  setting: Setting;
  /** By the first part of the path, `rpc` for one: where requests to it go. */
  behind: Readonly<Record<string, string>>;
}

export const isPanelBuilt = (): boolean => existsSync(join(DIST, "index.html"));

/**
 * Answers what belongs to the panel: its files, `setting.json`, and what is behind it. Everything is of one origin, so that
 * the page may be forbidden any other. Returns false for what is somebody else's.
 */
export function panelOf({ setting, behind }: PanelParts) {
  const settingText = JSON.stringify(setting);
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const asked = URL.parse(`http://panel${request.url}`);
    if (asked === null) {
      response.writeHead(400).end();
      return true;
    }
    const { pathname, search } = asked;
    const [, first = "", ...rest] = pathname.split("/");
    const upstream = Object.hasOwn(behind, first) ? behind[first] : undefined;
    if (upstream !== undefined) {
      const below = rest.length === 0 ? "" : `/${rest.join("/")}`;
      await passOn(request, response, `${upstream}${below}${search}`);
      return true;
    }
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    if (pathname === "/setting.json") {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(settingText);
      return true;
    }
    sendFile(request, response, pathname === "/" ? "/index.html" : pathname);
    return true;
  };
}

function sendFile(request: IncomingMessage, response: ServerResponse, pathname: string): void {
  const file = join(DIST, normalize(pathname));
  const type = TYPES[extname(file)];
  if (!file.startsWith(DIST) || type === undefined || !existsSync(file)) return void response.writeHead(404).end();
  response.setHeader("content-type", type);
  response.setHeader("x-content-type-options", "nosniff");
  if (!file.endsWith(".html")) {
    if (pathname.startsWith("/assets/")) response.setHeader("cache-control", "public, max-age=31536000, immutable");
    const takesBrotli = /\bbr\b/.test(String(request.headers["accept-encoding"]));
    if (!takesBrotli || !existsSync(`${file}.br`)) return void createReadStream(file).pipe(response);
    response.setHeader("content-encoding", "br");
    return void createReadStream(`${file}.br`).pipe(response);
  }
  response.setHeader("content-security-policy", POLICY);
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cache-control", "no-store");
  createReadStream(file).pipe(response);
}

async function passOn(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MOST_BYTES) return void response.writeHead(413).end();
      chunks.push(chunk);
    }
  } catch {
    // Whoever asked has gone away.
    return;
  }
  // Asking how somebody is fares well whatever the answer is: it says so itself, and a browser would complain of a 503.
  let status = request.method === "GET" ? 200 : 502;
  let type = "application/json";
  let body: Uint8Array | string = JSON.stringify({
    status: "unreachable",
    code: "UNREACHABLE",
    message: "Nobody answers here.",
  });
  try {
    const answer = await fetch(url, {
      method: request.method!,
      headers: { "content-type": "application/json" },
      ...(length > 0 && { body: Buffer.concat(chunks) }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    body = new Uint8Array(await answer.arrayBuffer());
    if (request.method !== "GET") status = answer.status;
    type = answer.headers.get("content-type") ?? type;
  } catch {
    // The page is told that nobody answers.
  }
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}
