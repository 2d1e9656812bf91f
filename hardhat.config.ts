import { createRequire } from "node:module";
import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import { strictBuild } from "./scripts/lib/strictBuild.ts";

const require = createRequire(import.meta.url);

/** What decides the bytecode, and with it Latchkey's address on every chain. */
const compiler = {
  version: "0.8.34",
  // The compiler is a dependency like any other: nothing is downloaded while building.
  path: require.resolve("solc/soljson.js"),
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs: 200 },
    metadata: { bytecodeHash: "none" as const },
  },
};

/**
 * Tests are compiled with the few steps that keep the stack reachable: half the time. What they deploy is compiled as
 * above; libraries that they test from inside are compiled as here.
 */
const testOptimizer = { enabled: true, runs: 1, details: { yul: true, yulDetails: { optimizerSteps: "dhfo:" } } };

const simulated = { type: "edr-simulated" as const, chainType: "l1" as const };

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, strictBuild],
  solidity: {
    // Contracts are compiled apart from the tests and each with its own sources only, so that tests run the very
    // bytecode that is deployed. `strictBuild` compiles the tests with the profile `tests`: all in one job.
    splitTestsCompilation: true,
    profiles: {
      default: { ...compiler, isolated: true },
      production: { ...compiler, isolated: true },
      tests: { ...compiler, settings: { ...compiler.settings, optimizer: testOptimizer }, isolated: false },
    },
  },
  typechain: { outDir: "cache/typechain", tsNocheck: true },
  paths: { ignition: "./deploy" },
  networks: {
    default: { ...simulated, hardfork: "osaka", chainId: 31_337 },
    // No P-256 precompile: Latchkey chooses OpenZeppelin's verifier here.
    prague: { ...simulated, hardfork: "prague", chainId: 31_337 },
    // A second chain, for addresses that must not differ and signatures that must not travel.
    other: { ...simulated, hardfork: "osaka", chainId: 8_453 },
    localhost: { type: "http", chainType: "l1", url: process.env.LATCHKEY_RPC_URL ?? "http://127.0.0.1:8545" },
  },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: 256 },
      invariant: { runs: 64, depth: 64, failOnRevert: true },
      fsPermissions: {
        readDirectory: ["node_modules/@account-abstraction", "node_modules/hardhat-predeploy/bin", "artifacts"],
      },
    },
  },
});
