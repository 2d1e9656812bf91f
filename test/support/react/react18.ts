import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * The page's modules and the server's program as an app with React 18 bundles them. A module in Node has one React: theirs is
 * inside.
 */
export async function bundleWithReact18() {
  const outdir = mkdtempSync(join(tmpdir(), "latchkey-react-18-"));
  const [page, server] = ["pageModules", "serverPage"].map((name) => join(import.meta.dirname, `${name}.ts`));
  await build({
    entryPoints: [page!, server!],
    ...{ outdir, bundle: true, platform: "node", format: "cjs", outExtension: { ".js": ".cjs" } },
    alias: { react: "react-18", "react-dom": "react-dom-18" },
  });
  return {
    loadPage: async () =>
      createRequire(import.meta.url)(join(outdir, "pageModules.cjs")) as typeof import("./pageModules.ts"),
    server: join(outdir, "serverPage.cjs"),
    close: () => rmSync(outdir, { recursive: true }),
  };
}
