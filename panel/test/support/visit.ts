import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../../scripts/lib/chromium.ts";
import type { TestWallet } from "./wallet.ts";

export const WIDTHS = [320, 390, 768, 1_280];
export const THEMES = ["light", "dark"] as const;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What all visits of a run have seen. */
export const seen = {
  looks: 0,
  violations: [] as string[],
  overflows: [] as string[],
  requests: 0,
  elsewhere: new Set<string>(),
  complaints: [] as string[],
  /** Bytes of each script that were sent, by its path. */
  scripts: new Map<string, number>(),
};

let browser: Browser | undefined;

/** What the pages that are open show, for a test that failed; and nobody looks at them any more. */
export async function leave(failed: string | undefined): Promise<void> {
  for (const context of browser?.contexts() ?? []) {
    for (const [i, page] of context.pages().entries()) {
      if (failed !== undefined)
        await page.screenshot({
          path: `cache/panel/${failed.replaceAll(/\W+/g, "-").slice(0, 60)}-${i}.png`,
          fullPage: true,
        });
    }
    await context.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
  }
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
}

/** One browser for all: a context each, so that nobody finds what another has left. */
async function open(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: findChromium(),
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
      ...["--font-render-hinting=none", "--force-color-profile=srgb", "--disable-lcd-text"],
    ],
  });
  return browser;
}

export interface VisitOptions extends BrowserContextOptions {
  wallet?: TestWallet | undefined;
  /** What the browser may say beside nothing: that a node does not answer, where it does not. */
  forgives?: RegExp;
}

/** What a page asks a node. */
export interface Posted {
  id: number;
  method: string;
  params?: unknown[];
}

/** Somebody who opens the panel, and whatever their browser asks for and complains of. */
export async function visit(url: string, { wallet, forgives, ...options }: VisitOptions = {}): Promise<Visit> {
  const context = await (
    await open()
  ).newContext({ viewport: { width: 1_280, height: 900 }, reducedMotion: "reduce", colorScheme: "light", ...options });
  context.setDefaultTimeout(20_000);
  // Functions that are handed to the page come with this call of the compiler's.
  await context.addInitScript("globalThis.__name = (each) => each");
  await wallet?.install(context);
  const complain = (text: string) => {
    if (forgives?.test(text) !== true) seen.complaints.push(text);
  };
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complain(message.text());
  });
  context.on("weberror", (error) => complain(String(error.error())));
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol === "data:" || protocol === "blob:") return;
    ++seen.requests;
    if (origin !== url) seen.elsewhere.add(origin);
  });
  context.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith(".js") || seen.scripts.has(pathname)) return;
    seen.scripts.set(pathname, 0);
    void response
      .request()
      .sizes()
      .then(
        ({ responseBodySize }) => seen.scripts.set(pathname, responseBodySize),
        () => seen.scripts.delete(pathname),
      );
  });
  return new Visit(url, context, await context.newPage());
}

export class Visit {
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;

  constructor(url: string, context: BrowserContext, page: Page) {
    this.url = url;
    this.context = context;
    this.page = page;
  }

  async go(path = ""): Promise<void> {
    await this.page.goto(`${this.url}/#${path}`);
    await this.page.locator("#content").waitFor();
  }

  async another(path = ""): Promise<Visit> {
    const other = new Visit(this.url, this.context, await this.context.newPage());
    await other.go(path);
    return other;
  }

  /** The page's node refuses some of what it is asked. */
  async refuse(isRefused: (asked: Posted) => boolean): Promise<void> {
    await this.context.route(`${this.url}/`, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const posted = route.request().postDataJSON() as Posted | Posted[];
      const asked = [posted].flat();
      const answer = await route.fetch();
      const answers = [(await answer.json()) as object | object[]].flat();
      const json = answers.map((each, i) =>
        isRefused(asked[i]!)
          ? { jsonrpc: "2.0", id: asked[i]!.id, error: { code: -32_601, message: "Not from here." } }
          : each,
      );
      return route.fulfill({ response: answer, json: Array.isArray(posted) ? json : json[0] });
    });
  }

  button(name: string | RegExp) {
    return this.page.getByRole("button", { name });
  }

  async connect(): Promise<void> {
    await this.button(/^Connect/).click();
    await this.button("Disconnect the wallet").waitFor();
  }

  card(key: string) {
    return this.page.locator(`[data-session="${key}"]`);
  }

  /** What stands here holds at every width and in both themes: nothing hangs over the edge, and axe finds nothing. */
  async look(state: string): Promise<void> {
    const { page } = this;
    const before = page.viewportSize()!;
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (over > 0) seen.overflows.push(`${state}, ${width}: ${over} px`);
        const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
        ++seen.looks;
        for (const { id, nodes } of violations)
          seen.violations.push(
            `${state}, ${width}, ${colorScheme}: ${id} ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
          );
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(before);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
