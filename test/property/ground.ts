import { id, Interface, toQuantity, Wallet, ZeroAddress } from "ethers";
import type { Hex } from "viem";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import { errorInterface, RememberingInterface } from "../support/reference/errors.ts";
import {
  ANY_TARGET,
  counter,
  limit,
  policy as buildPolicy,
  rule,
  spend,
  type Policy,
  type Rule,
} from "../support/reference/policy.ts";
import type { ChainFacts } from "../support/reference/publication.ts";
import { p256Key, secp256k1Key, type SessionKey } from "../support/reference/session.ts";
import { deployMock } from "../support/chain/artifacts.ts";
import { openStage, World, type Stage } from "../support/chain/world.ts";
import type { Knobs } from "./draws.ts";

export const ABI = new Interface([
  "function transfer(address to, uint256 amount) returns (bool)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function add(address principal, uint256 amount)",
  "function addPaid(address principal, uint256 amount)",
  "function note() returns (uint256)",
  "function refuse()",
  "function ping(uint256 number)",
  "function split((address,uint256)[] parts, bytes inner)",
  "function installModule(uint256 moduleTypeId, address module, bytes initData)",
  "function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)",
  "function balanceOf(address account) view returns (uint256)",
  "function countOf(address account) view returns (uint256)",
]);
export const ERRORS = new RememberingInterface([...errorInterface().fragments, "error Refused(uint256 reason)"]);
export const RECIPIENTS = ["0x1000000000000000000000000000000000000001", "0x2000000000000000000000000000000000000002"];
export const KEYS: SessionKey[] = [
  ...[1, 2, 3, 4].map((i) => secp256k1Key(id(`key ${i}`))),
  ...[1, 2].map((i) => p256Key(id(`p256 ${i}`))),
];
export const WEI = 10n ** 9n;

export interface Account {
  name: string;
  address: string;
  /** Signs typed data; undefined for a smart account, whose owner's nested signatures have tests of their own. */
  signer: Wallet | undefined;
  hasCode: boolean;
  /** What it begins with: an EIP-7702 wallet ends a generation, and its grants, when it initialises. */
  generation: number;
}

export let stage: Stage;
export let accounts: Account[];
export let token = "";
export let forwarded = "";
/** A contract that answers to anything. */
export let open = "";
export let paymaster = "";
export let forwarder = "";
export let extension = "";
export let entrance = "";

/** Opens the chain of this suite: three principals, six keys, and contracts to act on. */
export async function openGround(): Promise<void> {
  stage = await openStage();
  const { chain } = stage;
  const smart = await World.open(stage, "0.9", "standalone");
  const wallet = await World.open(stage, "0.9", "7702");
  const plain = new Wallet(id("plain wallet"), chain.ethers.provider);
  accounts = [
    { name: "smart account", address: smart.principal, signer: undefined, hasCode: true, generation: 0 },
    { name: "EIP-7702 wallet", address: wallet.principal, signer: wallet.owner, hasCode: true, generation: 1 },
    { name: "plain wallet", address: plain.address, signer: plain, hasCode: false, generation: 0 },
  ];
  forwarder = await stage.forwarder.getAddress();
  extension = (await stage.latchkey.getFunction("EXTENSION").staticCall()) as string;
  entrance = (await stage.latchkey.getFunction("ENTRANCE").staticCall()) as string;
  paymaster = smart.paymaster;
  // Pays for the dearest operation that is drawn: an EntryPoint asks for the deposit before it says what a signature is.
  await (await smart.entryPoint.getFunction("depositTo").send(paymaster, { value: 10n ** 21n })).wait();
  open = String((await deployMock(chain, "ForwardTargets", "OpenTarget")).target);
  token = smart.tokenAddress;
  forwarded = smart.forwardedAddress;
  // A little for everyone, so that some transfers find nothing left.
  for (const { address } of [...accounts, ...KEYS]) {
    await rpc("hardhat_impersonateAccount", [address]);
    await rpc("hardhat_setBalance", [address, toQuantity(10n ** 21n)]);
  }
  for (const { address } of accounts.slice(1)) {
    for (const each of [token, forwarded]) {
      await send(smart.principal, each, ABI.encodeFunctionData("transfer", [address, 400n]));
    }
  }
  for (const each of [token, forwarded]) {
    const left = (await ask(each, "balanceOf", smart.principal)) - 400n;
    await send(smart.principal, each, ABI.encodeFunctionData("transfer", [chain.owner.address, left]));
  }
  await rpc("hardhat_impersonateAccount", [chain.stranger.address]);
}

export const closeGround = () => stage.chain.connection.close();

export const rpc = (method: string, params: unknown[]) => stage.chain.provider.request({ method, params });

export async function send(from: string, to: string, data: string, gas = 5_000_000): Promise<string> {
  return (await rpc("eth_sendTransaction", [{ from, to, data, gas: toQuantity(gas) }])) as string;
}

export async function ask(to: string, method: string, ...args: unknown[]): Promise<bigint> {
  const answer = await rpc("eth_call", [{ to, data: ABI.encodeFunctionData(method, args) }, "latest"]);
  return BigInt(answer as string);
}

/** What publication asks the chain. */
export function chainFacts(): ChainFacts {
  const lower = (each: string) => each.toLowerCase() as Hex;
  const entryPoints = Object.values(ENTRY_POINTS).map(({ address }) => address);
  return {
    machinery: [stage.address, extension, entrance, forwarder, ...entryPoints].map(lower),
    fungible: [token, forwarded].map(lower),
    nonFungible: [],
    assets: {},
  };
}

export const SPLIT = "split((address,uint256)[],bytes)";
const TRANSFER = "transfer(address,uint256)";
/** What counts what. */
const [SENDS, PARTS] = [counter(7), counter(8)];

export function policyOf(k: Knobs): Policy {
  const [first, second] = RECIPIENTS as [string, string];
  const transfers: Record<Knobs["transferRules"], Rule[][]> = {
    none: [[]],
    is: [[rule.is(0, first)]],
    isOneOf: [[rule.isOneOf(0, RECIPIENTS)]],
    isAtMost: [[rule.isAtMost(1, 40n)]],
    alternatives: [
      [rule.is(0, first), rule.isAtMost(1, 30n)],
      [rule.is(0, second), rule.isAtLeast(1, 2n), rule.isAtMost(1, 10n)],
    ],
  };
  const add: Record<Knobs["add"], { rules: Rule[]; consumable: boolean }> = {
    pinned: { rules: [rule.isThePrincipal(0)], consumable: false },
    consumable: { rules: [rule.isThePrincipal(0)], consumable: true },
    // Whose account it is the counter asks itself.
    asked: { rules: [], consumable: true },
  };
  return buildPolicy({
    app: k.app,
    maxDuration: k.maxDuration,
    maxCalls: k.maxCalls,
    gasBudget: k.gasBudget,
    selfPaid: k.selfPaid,
    paymaster: k.sponsored ? paymaster : ZeroAddress,
    permissions: [
      ...transfers[k.transferRules].map((rules) => ({ target: token, method: TRANSFER, rules })),
      ...(k.approves
        ? [{ target: token, method: "approve(address,uint256)", rules: [rule.is(0, stage.counterAddress)] }]
        : []),
      { target: forwarded, method: TRANSFER, spends: k.counts ? [spend.constant(SENDS, 1n)] : [] },
      {
        target: stage.counterAddress,
        method: "add(address,uint256)",
        ...add[k.add],
        spends: [
          ...(k.countSpends ? [spend.argument(token, 1)] : []),
          ...(k.counts ? [spend.argument(SENDS, 1, k.scale)] : []),
        ],
      },
      {
        target: open,
        method: SPLIT,
        inner: [{ argument: "1", types: TRANSFER }],
        rules: [
          rule.isOneOfOrThePrincipal("0[*].0", [first]),
          rule.is("1:0", second),
          rule.isAtMostAtRate("1:1", "0.length", 20, 1),
        ],
        spends: k.counts ? [spend.argument(PARTS, "0[*].1"), spend.argument(PARTS, "1:1")] : [],
      },
      ...(k.native > 0n ? [{ target: second, method: "", maxValue: k.native }] : []),
      ...(k.wild ? [{ target: open, method: "*", open: ["*"] }] : [{ target: open, method: "note()" }]),
      ...(k.anyTarget ? [{ target: ANY_TARGET, method: "ping(uint256)" }] : []),
    ],
    limits: [
      limit(token, k.tokenCap, k.tokenPeriod, k.tokenPeriod > 0 && k.fromStart),
      ...(k.second ? [limit(token, 90n, 600, true)] : []),
      limit(forwarded, 100n, k.otherPeriod),
      ...(k.native > 0n ? [limit(ZeroAddress, 150n, k.nativePeriod), limit(ZeroAddress, 60n, 240, true)] : []),
      ...(k.counts ? [limit(SENDS, 200n), limit(SENDS, 60n, 300, k.fromStart), limit(PARTS, 90n)] : []),
    ],
  });
}
