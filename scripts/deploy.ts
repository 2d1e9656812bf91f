import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import hre, { network } from "hardhat";
import { dataLength } from "ethers";
import { writeAddresses } from "../deploy/lib/addresses.ts";
import { deployAll, isDevelopmentChain, type Deployment } from "../deploy/lib/deploy.ts";
import { deployPaymaster, paymasterOf, type PaymasterDeployment } from "../deploy/lib/paymaster.ts";
import { MAX_INIT_CODE_SIZE, MAX_TRANSACTION_GAS, readRelease, type Release } from "../deploy/lib/release.ts";
import { writeSnapshot } from "../deploy/lib/snapshot.ts";
import { standardJson } from "../deploy/lib/standardJson.ts";
import { takeSnapshot } from "../deploy/lib/takeSnapshot.ts";
import { paymasterModule } from "../deploy/modules/SessionPaymaster.ts";
import { buildContracts } from "./lib/build.ts";
import { ENTRY_POINTS, type EntryPointVersion } from "../deploy/lib/entryPoints.ts";
import { Failure, script } from "./lib/run.ts";

const USAGE = `Usage: npm run deploy -- --network <name> [--chain-id <id>] [--create-proxy] [--addresses <file>]
                         [--paymaster <owner> [--entry-point 0.7|0.8|0.9]]
       npm run deploy -- --standard-json
       npm run deploy -- --write-snapshot`;

/** The id of Hardhat's and Anvil's own chains. */
const DEVELOPMENT_CHAIN_ID = 31_337n;

const STANDARD_JSON = fileURLToPath(new URL("../deploy/standard-json/", import.meta.url));

await script(async () => {
  const options = readOptions();
  if (options.network !== undefined) requireChain(options.network, options["chain-id"]);
  await buildContracts();
  const release = await readRelease();
  if (options["standard-json"]) writeStandardJson(release);
  if (options["write-snapshot"]) await renewSnapshot();
  if (options.network !== undefined) await deployTo(options.network, release, options);
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        network: { type: "string" },
        "chain-id": { type: "string" },
        "create-proxy": { type: "boolean", default: false },
        addresses: { type: "string" },
        paymaster: { type: "string" },
        "entry-point": { type: "string" },
        "standard-json": { type: "boolean", default: false },
        "write-snapshot": { type: "boolean", default: false },
      },
    });
    const asked = values.network !== undefined || values["standard-json"] || values["write-snapshot"];
    if (!asked) throw new Failure(`Say which network to deploy to.\n${USAGE}`);
    const id = values["chain-id"];
    if (id !== undefined && !/^[1-9][0-9]*$/.test(id)) throw new Failure(`"${id}" is no chain id.\n${USAGE}`);
    const version = values["entry-point"];
    if (version !== undefined && !(version in ENTRY_POINTS))
      throw new Failure(`There is no EntryPoint "${version}".\n${USAGE}`);
    if (version !== undefined && values.paymaster === undefined) {
      throw new Failure(`--entry-point says which one a paymaster is for: name its owner with --paymaster.\n${USAGE}`);
    }
    return values;
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new Failure(`${thrown.message}\n${USAGE}`);
    throw thrown;
  }
}

function requireChain(name: string, chainId: string | undefined): void {
  const { networks } = hre.config;
  if (!(name in networks)) {
    const names = Object.keys(networks).join(", ");
    throw new Failure(`There is no network "${name}" in hardhat.config.ts; there are ${names}.`);
  }
  const configured = networks[name]!.chainId;
  if (chainId !== undefined && configured !== undefined && BigInt(chainId) !== BigInt(configured)) {
    throw new Failure(
      `${name} is chain ${configured} in hardhat.config.ts, and --chain-id says ${chainId}. Nothing was sent.`,
    );
  }
}

async function deployTo(name: string, release: Release, options: ReturnType<typeof readOptions>): Promise<void> {
  const { sendByIgnition } = await import("../deploy/lib/ignition.ts");
  const chainId = options["chain-id"] ?? hre.config.networks[name]!.chainId;
  const connection = await usable(name, network.create(name));
  const { provider } = connection;
  try {
    const actual = await usable(name, chainIdOf(provider));
    const deployment = await deployAll(provider, {
      network: name,
      createProxy: options["create-proxy"],
      ...(chainId === undefined ? {} : { chainId: BigInt(chainId) }),
      async send(...transactions) {
        const journal = (await isDevelopmentChain(provider)) ? undefined : journalOf(release, actual);
        return sendByIgnition(journal)(...transactions);
      },
    });
    print(name, deployment, release);
    if (options.paymaster !== undefined) {
      const entryPoint = (options["entry-point"] ?? "0.9") as EntryPointVersion;
      const paymaster = await deployPaymaster(provider, {
        owner: options.paymaster,
        entryPoint,
        network: `${name} (chain ${actual})`,
        async send(...transactions) {
          const isLasting = !(await isDevelopmentChain(provider));
          const { address } = await paymasterOf(options.paymaster!, entryPoint);
          const journal = isLasting ? `chain-${actual}-paymaster-${address.slice(2, 10).toLowerCase()}` : undefined;
          return sendByIgnition(journal, paymasterModule)(...transactions);
        },
      });
      printPaymaster(paymaster);
    }
    if (deployment.chainId !== DEVELOPMENT_CHAIN_ID && (await isDevelopmentChain(provider))) {
      console.log(`Not recorded: ${name} is a development chain that borrows the id of chain ${deployment.chainId}.`);
    } else {
      writeAddresses(deployment.chainId, deployment.addresses, options.addresses);
      console.log(`Recorded in ${options.addresses ?? "deploy/addresses.json"} under ${deployment.chainId}.`);
    }
  } finally {
    await connection.close();
  }
}

/** Another release on the same chain is another deployment. */
function journalOf({ addresses }: Release, chainId: bigint): string {
  return `chain-${chainId}-${addresses.Latchkey.slice(2, 10).toLowerCase()}`;
}

async function chainIdOf(provider: { request(args: { method: string }): Promise<unknown> }): Promise<bigint> {
  return BigInt((await provider.request({ method: "eth_chainId" })) as string);
}

/** What Hardhat says of a network whose node is silent or whose key is not in the keystore, as one sentence. */
async function usable<T>(name: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const sentence = message.split("\n")[0]!.replace(/^HHE\d+: /, "");
    const [, variable] = /^Configuration Variable "(\w+)" not found/.exec(sentence) ?? [];
    const way = variable === undefined ? "" : ` Put it into the keystore: npx hardhat keystore set ${variable}.`;
    throw new Failure(`${name} cannot be used: ${sentence}${way} Nothing was sent.`, { cause: thrown });
  }
}

function print(name: string, { chainId, addresses, sent }: Deployment, { deployed }: Release): void {
  console.log(`Latchkey on ${name}, chain ${chainId}`);
  for (const [contract, address] of Object.entries(addresses)) console.log(`  ${contract.padEnd(22)} ${address}`);
  if (sent.length === 0) console.log("Everything was there already: no transaction was sent.");
  for (const { name: contract, hash, gasUsed } of sent) {
    const size = dataLength(deployed.find((each) => each.name === contract)!.initCode);
    console.log(
      `Sent ${contract}: ${gasUsed.toLocaleString("en")} of ${MAX_TRANSACTION_GAS.toLocaleString("en")} gas, ` +
        `${size.toLocaleString("en")} of ${MAX_INIT_CODE_SIZE.toLocaleString("en")} bytes, ${hash}`,
    );
  }
}

function printPaymaster({ address, owner, entryPoint, sent }: PaymasterDeployment): void {
  console.log(`  ${"SessionPaymaster".padEnd(22)} ${address}`);
  console.log(`  of ${owner} on EntryPoint v${entryPoint}; it needs a deposit, and a budget for each principal`);
  const [transaction] = sent;
  if (transaction === undefined) return console.log("It was there already: no transaction was sent for it.");
  console.log(`Sent SessionPaymaster: ${transaction.gasUsed.toLocaleString("en")} gas, ${transaction.hash}`);
}

function writeStandardJson({ deployed, children }: Release): void {
  mkdirSync(STANDARD_JSON, { recursive: true });
  for (const contract of deployed) {
    const { name, file, address, constructorArguments, compilation } = contract;
    writeFileSync(`${STANDARD_JSON}${name}.json`, JSON.stringify(standardJson(contract)));
    console.log(`deploy/standard-json/${name}.json`);
    console.log(`  address   ${address}`);
    console.log(`  contract  project/${file}:${name}`);
    console.log(`  compiler  v${compilation.solcVersion}`);
    console.log(`  arguments ${constructorArguments === "0x" ? "none" : constructorArguments}`);
    for (const child of children.filter(({ parent }) => parent === name)) {
      console.log(`  also for  project/${child.file}:${child.name} at ${child.address}`);
    }
  }
}

async function renewSnapshot(): Promise<void> {
  const snapshot = await takeSnapshot();
  writeSnapshot(snapshot);
  const connection = await network.create("default");
  const { chainId, addresses } = await deployAll(connection.provider);
  await connection.close();
  writeAddresses(chainId, addresses);
  for (const [name, { initCodeHash, runtimeSize }] of Object.entries(snapshot.contracts)) {
    console.log(`${name.padEnd(22)} ${initCodeHash} ${runtimeSize} bytes`);
  }
  console.log("Written: deploy/snapshot.json and the development chain in deploy/addresses.json.");
}
