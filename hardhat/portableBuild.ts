import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Makes a build independent of where the checkout lies, so that a copied or moved tree compiles nothing again. Hardhat
 * counts a compiler's path as part of a build's identity and keeps absolute paths in its cache: the configuration gives
 * the path relative to the project, and a cache from elsewhere is moved here before it is read.
 */
export const portableBuild: HardhatPlugin = {
  id: "latchkey-portable-build",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async getCompiler(context, compiler, next) {
          if (!("path" in compiler) || typeof compiler.path !== "string") return next(context, compiler);
          return next(context, { ...compiler, path: resolve(context.config.paths.root, compiler.path) });
        },
        async build(context, rootFilePaths, options, next) {
          moveCache(context.config.paths.cache, context.config.paths.root);
          return next(context, rootFilePaths, options);
        },
      }),
    }),
  },
};

/** The root that the cache in `folder` was written for becomes `root`: in its keys and in the artifacts that it names. */
function moveCache(folder: string, root: string): void {
  const cache = join(folder, "compile-cache.json");
  const record = join(folder, "project-root.json");
  const former = existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as string) : undefined;
  if (former === root) return;
  if (former !== undefined && existsSync(cache)) {
    const inJson = (path: string) => JSON.stringify(join(path, "/")).slice(0, -1);
    writeFileSync(
      cache,
      readFileSync(cache, "utf8").replaceAll(inJson(former), () => inJson(root)),
    );
  }
  if (existsSync(folder)) writeFileSync(record, JSON.stringify(root));
}
