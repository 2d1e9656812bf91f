import { readFile } from "node:fs/promises";
import { expect } from "chai";
import {
  Contract,
  ContractFactory,
  parseEther,
  Wallet,
  type BaseContract,
  type InterfaceAbi,
  type Signer,
} from "ethers";
import type { NetworkConfigOverride } from "hardhat/types/config";
import type { Policy } from "../reference/policy.ts";
import { grant, secp256k1Key, signForward, type Grant, type SessionKey } from "../reference/session.ts";
import { deployLatchkey, openChain } from "./chain.ts";

/** A chain with Latchkey: what the tests of dApps stand on. */
export async function openWorld(override?: NetworkConfigOverride) {
  const chain = await openChain("default", override);
  const { address, domain, ...deployed } = await deployLatchkey(chain);
  const { latchkey, store, forwarder, lens } = deployed as unknown as Record<keyof typeof deployed, Contract>;
  return { ...chain, chain, address, domain, latchkey, store, forwarder, lens };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A registered session, and its key as a sender of transactions. */
export interface Session {
  key: SessionKey;
  sender: Wallet;
  principal: string;
  policy: Policy;
  grant: Grant;
  /** Unix seconds, inclusive. */
  validAfter: number;
  /** Unix seconds, inclusive. */
  validUntil: number;
  registration: number;
}

export interface SessionOptions extends Partial<Omit<Grant, "validUntil">> {
  sessionKey?: SessionKey;
  /** Seconds; the policy's most unless told otherwise. */
  duration?: number;
  /** Wei for the key's gas. */
  gasMoney?: bigint;
}

export const HOUR = 3_600;
export const DAY = 24 * HOUR;

/** A wallet with gas money that the node does not hold. */
export async function newWallet(world: World, balance = parseEther("10")): Promise<Wallet> {
  const wallet = new Wallet(Wallet.createRandom().privateKey, world.ethers.provider);
  await world.helpers.setBalance(wallet.address, balance);
  return wallet;
}

/** Publishes the policy and lets `principal` register a key under it in the very next second. */
export async function startSession(
  world: World,
  principal: Signer,
  policy: Policy,
  options: SessionOptions = {},
): Promise<Session> {
  const {
    sessionKey: key = secp256k1Key(),
    duration = policy.maxDuration,
    gasMoney = parseEther("1"),
    ...rest
  } = options;
  await world.store.getFunction("publishPolicy")(policy);
  const time = (await world.now()) + 10;
  const granted = grant(key, policy, { validUntil: time + duration - 1, ...rest });
  await world.helpers.time.setNextBlockTimestamp(time);
  const registry = as(world.latchkey, principal);
  if (gasMoney > 0n) await registry.getFunction("registerSessionAndFund")(granted, { value: gasMoney });
  else await registry.getFunction("registerSession")(granted);
  const address = await principal.getAddress();
  return {
    key,
    sender: new Wallet(key.privateKey, world.ethers.provider),
    principal: address,
    policy,
    grant: granted,
    validAfter: rest.validAfter ?? time,
    validUntil: granted.validUntil,
    registration: Number((await stateOf(world, address, key.address)).registration),
  };
}

/** What the lens says of a session. */
export async function stateOf(world: World, principal: string, key: string) {
  return world.lens.getFunction("getSession").staticCall(principal, key);
}

/** The key sends a call to a contract that trusts the forwarder. */
export async function forward(world: World, session: Session, target: BaseContract, method: string, args: unknown[]) {
  const data = target.interface.encodeFunctionData(method, args);
  return forwardData(world, session, await target.getAddress(), data);
}

export async function forwardData(world: World, session: Session, target: string, data: string) {
  return as(world.forwarder, session.sender).getFunction("forward")(session.principal, target, data, {
    gasLimit: 3_000_000,
  });
}

export interface Relay {
  nonce?: bigint | number;
  minGas?: bigint | number;
  validUntil?: number;
  registration?: number;
  /** Where it is signed for. */
  domain?: World["domain"];
  signer?: SessionKey;
  relayer?: Signer;
  gasLimit?: bigint | number;
}

let nextNonce = 1n;

/** A relayer sends a call that the key has only signed. */
export async function relay(
  world: World,
  session: Session,
  target: BaseContract,
  method: string,
  args: unknown[],
  options: Relay = {},
) {
  const data = target.interface.encodeFunctionData(method, args);
  return relayData(world, session, await target.getAddress(), data, options);
}

export async function relayData(world: World, session: Session, target: string, data: string, options: Relay = {}) {
  const { relayer = world.relayer, gasLimit = 3_000_000 } = options;
  const args = relayArguments(world, session, target, data, options);
  return as(world.forwarder, relayer).getFunction("forwardBySig")(...args, { gasLimit });
}

/** The arguments of `forwardBySig`, signed. */
export function relayArguments(world: World, session: Session, target: string, data: string, options: Relay = {}) {
  const { nonce = nextNonce++, minGas = 0, signer = session.key, domain = world.domain } = options;
  const { validUntil = session.validUntil, registration = session.registration } = options;
  const { principal } = session;
  const message = { principal, target, data, nonce, minGas, validUntil, registration };
  return [principal, target, data, nonce, minGas, signForward(signer, domain, message)];
}

/** The contract as somebody else calls it. */
export function as(contract: BaseContract, signer: Signer): Contract {
  return contract.connect(signer) as Contract;
}

const MOCKS = new URL("../../../cache/test-artifacts/test/support/solidity/mocks/", import.meta.url);

/** A contract of `test/support/solidity/mocks/<file>.sol`, deployed by a stranger. `hardhat build` compiles it with the tests. */
export async function mock(world: World, file: string, name: string, args: unknown[] = []): Promise<Contract> {
  const artifact = JSON.parse(await readFile(new URL(`${file}.sol/${name}.json`, MOCKS), "utf8")) as {
    abi: InterfaceAbi;
    bytecode: string;
  };
  const factory = new ContractFactory(artifact.abi, artifact.bytecode, world.stranger);
  return (await (await factory.deploy(...args)).waitForDeployment()) as Contract;
}

/** Everything that a refused call must leave as it was. */
export async function snapshotOf(world: World, session: Session) {
  const { latchkey, ethers } = world;
  return {
    words: (await latchkey.getFunction("sessionWords")(session.principal, session.key.address)).toString(),
    latchkeyBalance: await ethers.provider.getBalance(world.address),
    forwarderBalance: await ethers.provider.getBalance(await world.forwarder.getAddress()),
  };
}

/** Runs a refused attempt and expects the session untouched. */
export async function untouched<T>(world: World, session: Session, attempt: () => Promise<T>): Promise<T> {
  const before = await snapshotOf(world, session);
  const outcome = await attempt();
  expect(await snapshotOf(world, session)).to.deep.equal(before);
  return outcome;
}
