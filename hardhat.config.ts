import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import { countFrom, FUZZ_SEED, fuzzSeed } from "./hardhat/fuzzSeed.ts";
import { hardhatTest } from "./hardhat/namedTests.ts";
import { portableBuild } from "./hardhat/portableBuild.ts";
import { strictBuild } from "./hardhat/strictBuild.ts";

/** What decides the bytecode, and with it Latchkey's address on every chain. */
const compiler = {
  version: "0.8.34",
  // The compiler is a dependency like any other: nothing is downloaded while building. Relative to the project, because
  // the path is part of a build's identity.
  path: "node_modules/solc/soljson.js",
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs: 1_000_000 },
    metadata: { bytecodeHash: "none" as const },
  },
};

/** The largest contracts are compiled for size as far as their room asks for it, the others for gas alone. */
const withRuns = (runs: number) => ({
  ...compiler,
  settings: { ...compiler.settings, optimizer: { enabled: true, runs } },
});

/**
 * The policy encoder is read once per policy and has to fit: few runs, and of the optimizer's steps those that make code
 * shorter. Left out are function specialization (F), loop-invariant code motion (M) and rematerialization (m), which
 * repeat code, and the outer repetition; literals stand where they are used in the end (T): 22 kB instead of 31, in half
 * the time.
 */
const small = {
  ...compiler,
  settings: {
    ...compiler.settings,
    optimizer: {
      enabled: true,
      runs: 1,
      details: {
        yul: true,
        yulDetails: {
          optimizerSteps:
            "dhfoDgvulfnTUtnIfxa[r]EscLVcul[j]Trpeulxa[r]cLgvifCTUca[r]LSsTOtfDnca[r]Iulcjl[jl]VcTOculjul:fDnTOcuT",
        },
      },
    },
  },
};

const build = {
  compilers: [compiler],
  // Each override is a compilation of its own: with the sources that it needs and no others, so that no other contract
  // moves the address of what is deployed. The deployer's code holds the hashes of the siblings' init codes.
  overrides: {
    "contracts/periphery/LatchkeyDeployer.sol": compiler,
    "contracts/periphery/SessionForwarder.sol": compiler,
    "contracts/periphery/P256Verifier.sol": compiler,
    "contracts/policy/PolicyEncoder.sol": small,
    "contracts/policy/PolicyStore.sol": compiler,
    "contracts/LatchkeyEntrance.sol": withRuns(200),
    "contracts/LatchkeyExtension.sol": withRuns(200),
    "contracts/Latchkey.sol": withRuns(1_500),
    "contracts/LatchkeyLens.sol": compiler,
    "contracts/account/LatchkeyAccountFactory.sol": compiler,
    "contracts/account/LatchkeyAccount7702.sol": compiler,
    "contracts/paymaster/SessionPaymaster.sol": compiler,
  },
  isolated: false,
};

const coverage = process.argv.includes("--coverage");

/**
 * Tests are compiled without optimizer and without IR, ten times as fast: what they deploy is compiled as above. The old
 * code generator has room for few local variables; a test that needs more of them is two functions.
 */
const plain = { ...compiler, settings: { ...compiler.settings, viaIR: false, optimizer: { enabled: false } } };

/** Tests of libraries from inside go the way of what is deployed, with the few steps that keep the stack reachable. */
const inside = {
  ...compiler,
  settings: {
    ...compiler.settings,
    optimizer: { enabled: true, runs: 1, details: { yul: true, yulDetails: { optimizerSteps: "dhfo:" } } },
  },
};

const tests = {
  compilers: [plain],
  overrides: {
    "test/contracts/core/PolicyScope.t.sol": inside,
    "test/contracts/core/TypeProgram.t.sol": inside,
    "test/contracts/libraries/Executions.t.sol": inside,
    "test/contracts/libraries/SessionSignature.t.sol": inside,
    "test/contracts/libraries/StoredPolicies.t.sol": inside,
    "test/contracts/types/PolicyWords.t.sol": inside,
    "test/contracts/types/SessionWords.t.sol": inside,
    "test/support/solidity/mocks/PolicyLibraries.sol": inside,
    "test/support/solidity/mocks/PolicyScopes.sol": inside,
    "test/support/solidity/mocks/SessionHashes.sol": inside,
  },
  isolated: false,
};

const simulated = {
  type: "edr-simulated" as const,
  chainType: "l1" as const,
  // Instrumented code is longer than what one transaction may create.
  ...(coverage && { transactionGasCap: false as const }),
};

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, strictBuild, portableBuild, fuzzSeed],
  tasks: [hardhatTest],
  solidity: {
    // Contracts are compiled apart from the tests, so that tests run the very bytecode that is deployed.
    splitTestsCompilation: true,
    profiles: {
      default: build,
      production: build,
      tests,
    },
  },
  // The encoder and the pass over arguments hand memory from one step to the next, or give it back, where instrumented
  // code would write; so what they call is left out too.
  coverage: {
    skipFiles: [
      "contracts/core/Failures.sol",
      "contracts/core/PolicyScope.sol",
      "contracts/core/TypeProgram.sol",
      "contracts/libraries/EntryPoints.sol",
      "contracts/libraries/MemoryWords.sol",
      "contracts/libraries/Rates.sol",
      "contracts/libraries/StoredPolicies.sol",
      "contracts/libraries/TokenTable.sol",
      "contracts/policy/ArgumentPaths.sol",
      "contracts/policy/Classes.sol",
      "contracts/policy/MethodText.sol",
      "contracts/policy/Numbers.sol",
      "contracts/policy/PermissionRules.sol",
      "contracts/policy/Permissions.sol",
      "contracts/policy/PolicyEncoder.sol",
      "contracts/policy/Programs.sol",
      "contracts/policy/Publication.sol",
      "contracts/policy/RuleTests.sol",
      "contracts/policy/Soundness.sol",
      "contracts/policy/StoredForm.sol",
      "contracts/policy/TokenQuestions.sol",
      "contracts/policy/TokenRows.sol",
      "contracts/policy/TypeNode.sol",
      "contracts/types/LimitWord.sol",
      "contracts/types/MethodWord.sol",
      "contracts/types/SettingsWord.sol",
    ],
  },
  typechain: { outDir: "cache/typechain", tsNocheck: true },
  // Instrumented code never lies where deployable code is looked for.
  paths: { ignition: "./deploy", ...(coverage && { artifacts: "coverage/artifacts", cache: "coverage/cache" }) },
  networks: {
    default: { ...simulated, hardfork: "osaka", chainId: 31_337 },
    // No P-256 precompile: Latchkey chooses its sibling, OpenZeppelin's verifier, here.
    prague: { ...simulated, hardfork: "prague", chainId: 31_337 },
    // A second chain, for addresses that must not differ and signatures that must not travel.
    other: { ...simulated, hardfork: "osaka", chainId: 8_453 },
    node: { ...simulated, hardfork: "osaka", chainId: 31_337 },
    // A real network: node and key are asked of Hardhat's keystore when it is used. deploy/README.md says more.
    sepolia: {
      type: "http",
      chainType: "l1",
      chainId: 11_155_111,
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("DEPLOYER_KEY")],
    },
    localhost: { type: "http", chainType: "l1", url: process.env.LATCHKEY_RPC_URL ?? "http://127.0.0.1:8545" },
  },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      // The seed is the invariants' too.
      fuzz: { runs: countFrom("LATCHKEY_FUZZ_RUNS", 256), seed: FUZZ_SEED },
      invariant: {
        runs: countFrom("LATCHKEY_INVARIANT_RUNS", 8),
        depth: countFrom("LATCHKEY_INVARIANT_DEPTH", 512),
        failOnRevert: true,
        shrinkRunLimit: 100,
      },
      fsPermissions: {
        readDirectory: ["node_modules/@account-abstraction", "node_modules/hardhat-predeploy/bin", "artifacts"],
      },
    },
  },
});
