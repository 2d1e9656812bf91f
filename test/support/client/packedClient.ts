import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { buildClient } from "../../../scripts/lib/clientPackage.ts";

/** The package as it would be published, and a project of a user's that has installed it. */
export interface PackedClient {
  /** The folder of the project. */
  project: string;
  /** What npm says of the tarball. */
  packed: { filename: string; size: number; unpackedSize: number; files: { path: string }[] };
  tarball: Uint8Array<ArrayBuffer>;
  /** Writes a file of the project. */
  write(path: string, text: string): void;
  /** Runs Node in the project and returns what it prints. */
  run(...args: string[]): string;
  close(): void;
}

/** Packs the client and installs it from that file in an empty project, with nothing fetched. */
export function installPackedClient(): PackedClient {
  buildClient();
  const project = mkdtempSync(join(tmpdir(), "latchkey-"));
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const report = npm("sdk", "pack", "--json", "--ignore-scripts", "--pack-destination", project);
  const [packed] = JSON.parse(report) as [PackedClient["packed"]];
  const dependencies = {
    latchkey: `file:${packed.filename}`,
    "@noble/hashes": `file:${resolve("node_modules/@noble/hashes")}`,
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  write("package.json", JSON.stringify({ name: "empty", private: true, type: "module", dependencies }));
  npm(project, "install", "--offline", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund");
  // What npm would fetch, the peers, is linked instead.
  for (const name of ["viem", "hardhat", "@openzeppelin/contracts", "react", "wagmi", "@tanstack/react-query"]) {
    mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true });
    symlinkSync(resolve("node_modules", name), join(project, "node_modules", name));
  }
  // The tests' own Hardhat tells its children which configuration is theirs.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")));
  return {
    project,
    packed,
    tarball: Uint8Array.from(readFileSync(join(project, packed.filename))),
    write,
    run: (...args) => execFileSync(process.execPath, args, { cwd: project, encoding: "utf8", env }),
    close: () => rmSync(project, { recursive: true, force: true }),
  };
}
