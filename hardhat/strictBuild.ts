import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { FileBuildResultType, type FileBuildResult } from "hardhat/types/solidity";

/**
 * Turns each compiler warning about the project's own sources into an error, whichever task compiles, and compiles tests
 * with the profile `tests`.
 */
export const strictBuild: HardhatPlugin = {
  id: "latchkey-strict-build",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async build(context, rootFilePaths, options, next) {
          const buildProfile = options?.scope === "tests" ? "tests" : options?.buildProfile;
          const roots = rootFilePaths.filter((path) => hasContract(path) && !isApart(path));
          // Only contracts/ is instrumented: scripts/coverage.ts lays the tests that are compiled already beside it.
          if (context.globalOptions.coverage && options?.scope === "tests") return asTheyAre(roots);
          return next(context, roots, { concurrency: availableParallelism(), ...options, buildProfile });
        },
        async invokeSolc(context, compiler, input, config, next) {
          const output = await next(context, compiler, input, config);
          // Instrumented code is longer than what is deployed.
          if (context.globalOptions.coverage) return output;
          for (const error of output.errors ?? []) {
            if (error.severity === "warning" && isOwn((error as Located).sourceLocation?.file, error.message)) {
              // What Hardhat looks at is the type.
              error.type = "Warning as error";
              error.severity = "error";
              error.formattedMessage = error.formattedMessage?.replace(/^Warning/, "Error (a warning)");
            }
          }
          return output;
        },
      }),
    }),
  },
};

function asTheyAre(files: string[]): Map<string, FileBuildResult> {
  const hit = { type: FileBuildResultType.CACHE_HIT as const, buildId: "", contractArtifactsGenerated: [] };
  return new Map(files.map((file) => [file, hit]));
}

/** A file of types alone has no artifact and would be compiled again each time; whatever imports it compiles it. */
function hasContract(path: string): boolean {
  return !existsSync(path) || /^(abstract contract|contract|interface|library) /m.test(readFileSync(path, "utf8"));
}

/** Imports packages that only test/protocols/ has, and is compiled there. */
function isApart(path: string): boolean {
  return path.includes("/test/protocols/");
}

interface Located {
  sourceLocation?: { file: string };
}

/** Tests may be larger than a deployable contract; nothing else may. */
function isOwn(file: string | undefined, message: string): boolean {
  if (file === undefined || !file.startsWith("project/")) return false;
  return !(file.startsWith("project/test/") && /code size is|initcode size is/.test(message));
}
