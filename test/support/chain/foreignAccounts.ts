import { readFileSync } from "node:fs";
import { AbiCoder, concat, Interface, ZeroAddress, ZeroHash } from "ethers";
import { encodeCalls, encodeExecute } from "../reference/session.ts";
import { handleOps, nextNonce, userOp } from "../reference/userOp.ts";
import { deployMock } from "./artifacts.ts";
import type { Chain } from "./chain.ts";
import { GAS } from "./world.ts";

/** What a family needs of the stage of a test. */
interface OnChain {
  chain: Chain;
}

type Code = Record<"implementation" | "proxy" | "bootstrap" | "factory", string>;
/** Creation code of accounts by other teams, as their authors compiled it; see `source` in the file. */
const CODE = JSON.parse(
  readFileSync(new URL("../../foreign/generated/bytecode.json", import.meta.url), "utf8"),
) as Record<"nexus" | "kernel" | "reference", Code>;

const abi = AbiCoder.defaultAbiCoder();
const MODULE = "tuple(address module, bytes data)";
export const ABI = new Interface([
  "function initializeAccount(bytes data) payable",
  `function initNexus(${MODULE}[] validators, ${MODULE}[] executors, ${MODULE} hook, ${MODULE}[] fallbacks, address registry, address[] attesters, uint8 threshold)`,
  `function initMSA(${MODULE}[] validators, ${MODULE}[] executors, ${MODULE} hook, ${MODULE}[] fallbacks)`,
  "function initialize(bytes21 rootValidator, address hook, bytes validatorData, bytes hookData, bytes[] initConfig)",
  "function createAccount(bytes data, bytes32 salt) payable returns (address)",
  "function installModule(uint256 moduleTypeId, address module, bytes initData)",
  "function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)",
  "function isModuleInstalled(uint256 moduleTypeId, address module, bytes context) view returns (bool)",
  "function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)",
  "function accountId() view returns (string)",
  "function invalidateNonce(uint32 nonce)",
  "function transfer(address to, uint256 amount) returns (bool)",
]);
export const VALIDATOR = 1;
export const EXECUTOR = 2;
export const SENTINEL = "0x0000000000000000000000000000000000000001";

/** How the accounts of one family are made, and what a client must know of them. */
export interface Family {
  name: string;
  id: string;
  create(stage: OnChain, owner: string): Promise<string>;
  /** The 192-bit nonce key under which `validator` is asked. */
  nonceKey(validator: string, lane?: bigint): bigint;
  ownerNonceKey(owner: string): bigint;
  installData(type: number): string;
  /** `previous` is the entry before the module in the account's list. */
  uninstallData(type: number, previous: string): string;
  /** What in front of a signature selects a module for ERC-1271. */
  erc1271Prefix(validator: string): string;
}

async function deploy({ chain }: OnChain, code: string, types: string[] = [], values: unknown[] = []): Promise<string> {
  const response = await chain.owner.sendTransaction({ data: concat([code, abi.encode(types, values)]), ...GAS });
  return (await response.wait())!.contractAddress!;
}

/** An implementation whose authors' unoptimised build is too large for a chain's limit: its constructor is run in place. */
async function place({ chain }: OnChain, code: string, types: string[] = [], values: unknown[] = []): Promise<string> {
  const address = "0x00000000000000000000000000000000000acc01";
  const set = (bytes: string) => chain.provider.request({ method: "hardhat_setCode", params: [address, bytes] });
  await set(concat([code, abi.encode(types, values)]));
  await set(await chain.ethers.provider.call({ to: address }));
  return address;
}

const sentinelList = (previous: string) => abi.encode(["address", "bytes"], [previous, "0x"]);

export const FAMILIES: Family[] = [
  {
    name: "Nexus 1.0.1",
    id: "biconomy.nexus.1.0.0",
    async create(stage, owner) {
      const { implementation, proxy, bootstrap } = CODE.nexus;
      const account = await deploy(stage, implementation, ["address"], [stage.chain.entryPoint("0.7").target]);
      const setup = await deploy(stage, bootstrap);
      const none = [ZeroAddress, "0x"];
      const init = ABI.encodeFunctionData("initNexus", [[[owner, "0x"]], [], none, [], ZeroAddress, [], 0]);
      const data = ABI.encodeFunctionData("initializeAccount", [abi.encode(["address", "bytes"], [setup, init])]);
      return deploy(stage, proxy, ["address", "bytes"], [account, data]);
    },
    nonceKey: (validator, lane = 0n) => (lane << 168n) | BigInt(validator),
    ownerNonceKey: (owner) => BigInt(owner),
    installData: () => "0x",
    uninstallData: (_type, previous) => sentinelList(previous),
    erc1271Prefix: (validator) => validator,
  },
  {
    name: "Kernel 0.3.1",
    id: "kernel.advanced.v0.3.1",
    async create(stage, owner) {
      const { target } = stage.chain.entryPoint("0.7");
      const implementation = await place(stage, CODE.kernel.implementation, ["address"], [target]);
      const factory = await deploy(stage, CODE.kernel.factory, ["address"], [implementation]);
      const root = concat(["0x01", owner]);
      const data = ABI.encodeFunctionData("initialize", [root, ZeroAddress, "0x", "0x", []]);
      const create = ABI.encodeFunctionData("createAccount", [data, ZeroHash]);
      const { chain } = stage;
      const [account] = ABI.decodeFunctionResult(
        "createAccount",
        await chain.owner.call({ to: factory, data: create }),
      );
      await (await chain.owner.sendTransaction({ to: factory, data: create, ...GAS })).wait();
      return account as string;
    },
    nonceKey: (validator, lane = 0n) => (1n << 176n) | (BigInt(validator) << 16n) | lane,
    ownerNonceKey: () => 0n,
    installData: (type) =>
      type === VALIDATOR
        ? concat([SENTINEL, abi.encode(["bytes", "bytes", "bytes"], ["0x", "0x", "0xe9ae5c53"])])
        : concat([SENTINEL, abi.encode(["bytes", "bytes"], ["0x", "0x"])]),
    uninstallData: () => "0x",
    erc1271Prefix: (validator) => concat(["0x01", validator]),
  },
  {
    name: "ERC-7579 reference account",
    id: "",
    async create(stage, owner) {
      const { implementation, proxy, bootstrap } = CODE.reference;
      const account = await place(stage, implementation);
      const setup = await deploy(stage, bootstrap);
      const init = ABI.encodeFunctionData("initMSA", [[[owner, "0x"]], [], [ZeroAddress, "0x"], []]);
      const data = ABI.encodeFunctionData("initializeAccount", [abi.encode(["address", "bytes"], [setup, init])]);
      return deploy(stage, proxy, ["address", "bytes"], [account, data]);
    },
    nonceKey: (validator, lane = 0n) => (BigInt(validator) << 32n) | lane,
    ownerNonceKey: (owner) => BigInt(owner) << 32n,
    installData: () => "0x",
    uninstallData: (_type, previous) => sentinelList(previous),
    erc1271Prefix: (validator) => validator,
  },
];

/** A validator that accepts whatever it is shown: the owner of a foreign account. */
export async function yesValidator(chain: Chain): Promise<string> {
  return String((await deployMock(chain, "AccountModules", "YesValidator")).target);
}

/** An account of a family on EntryPoint v0.7 that has installed `latchkey` as both types, and what its owner would sign. */
export async function openForeign(chain: Chain, family: Family, latchkey: string) {
  const owner = await yesValidator(chain);
  const account = await family.create({ chain }, owner);
  const entryPoint = chain.entryPoint("0.7");
  await (await entryPoint.getFunction("depositTo").send(account, { value: 10n ** 18n })).wait();
  const install = [VALIDATOR, EXECUTOR].map((type) => ({
    target: account,
    data: ABI.encodeFunctionData("installModule", [type, latchkey, family.installData(type)]),
  }));
  const nonce = await nextNonce(entryPoint, account, family.ownerNonceKey(owner));
  const op = userOp({ sender: account, nonce, callData: encodeExecute(encodeCalls(install)), signature: "0x00" });
  const { outcomes } = await handleOps(entryPoint, [op]);
  if (outcomes[0]?.success !== true) throw new Error(`${family.name} did not install Latchkey.`);
  // Whatever its validator is shown.
  return { account, signature: concat([family.erc1271Prefix(owner), "0x00"]) };
}
