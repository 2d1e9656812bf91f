import { concatHex, hashTypedData, padHex, type Address, type Hex, type TypedDataDefinition } from "viem";
import { Wallet, type Contract, type ContractTransactionReceipt } from "ethers";
import { encodeCalls, signSessionDigest, typedData, type Execution, type SessionCall } from "../../sdk/src/index.ts";
import { bundle, hashOf, nonceKeyOf, operation, type GasFields } from "./operations.ts";
import type { RouteName } from "./report.ts";
import type { Session } from "./sessions.ts";
import { GAS, type Stage } from "./stage.ts";

export interface ActOptions {
  /** For whom the key claims to act; the session's principal unless told otherwise. */
  principal?: Address;
  /** The deadline that the key signs; the session's end unless told otherwise. */
  deadline?: number;
  /** Unix seconds of the block. */
  at?: number;
  /** Changes the signature on its way. */
  tamper?: (signature: Hex) => Hex;
  /** Instead of the encoding of the calls. */
  execution?: Execution;
  /** Route `forwarded` through a relayer. */
  bySignature?: boolean;
  /** Of a user operation. */
  fields?: GasFields;
  /** Who bundles and takes the fee; a bundler unless told otherwise. */
  beneficiary?: string;
}

/** Delegatecall, in the mode's first byte. */
export const MODE_DELEGATECALL = padHex("0xff", { dir: "right", size: 32 });

/** Target and calldata of a delegatecall. */
export function delegateTo({ to, data = "0x" }: SessionCall): Execution {
  return { mode: MODE_DELEGATECALL, executionCalldata: concatHex([to, data]) };
}

/** The ways to act, each as a transaction that is mined whether it succeeds or not. Throws what refuses. */
export class Routes {
  readonly #stage: Stage;
  /** The number that the next relayed call uses. */
  relayNonce = 1n;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async act(route: RouteName, session: Session, calls: SessionCall[], options: ActOptions = {}): Promise<bigint> {
    const [call] = calls;
    switch (route) {
      case "userOperation":
        return this.#userOperation(session, calls, options);
      case "direct":
        return this.#direct(session, calls, options);
      case "relayed":
        return this.#relayed(session, calls, options);
      case "forwarded":
        return options.bySignature
          ? this.#forwardedBySignature(session, call!, options)
          : this.#forwarded(session, call!, options);
      case "asked":
        return this.#asked(session, call!, options);
    }
  }

  async #userOperation(session: Session, calls: SessionCall[], options: ActOptions): Promise<bigint> {
    const { entryPoint, address } = this.#stage;
    const principal = options.principal ?? session.principal;
    const unsigned = await operation(entryPoint, {
      ...options.fields,
      sender: principal,
      nonceKey: nonceKeyOf(address),
      execution: options.execution ?? encodeCalls(calls),
    });
    const message = { principal, userOpHash: await hashOf(entryPoint, unsigned) };
    const signature = await this.#signed(session, "sessionOperation", message, options);
    await this.#at(options.at);
    return bundle(entryPoint, { ...unsigned, signature }, options.beneficiary);
  }

  async #direct(session: Session, calls: SessionCall[], options: ActOptions): Promise<bigint> {
    const { mode, executionCalldata } = options.execution ?? encodeCalls(calls);
    const principal = options.principal ?? session.principal;
    return this.#send(this.#of("latchkey", session), "execute", [principal, mode, executionCalldata], options);
  }

  async #relayed(session: Session, calls: SessionCall[], options: ActOptions): Promise<bigint> {
    const { mode, executionCalldata } = options.execution ?? encodeCalls(calls);
    const principal = options.principal ?? session.principal;
    const nonce = this.relayNonce;
    const message = { principal, mode, executionCalldata, nonce, minGas: 0n };
    const signature = await this.#signed(session, "sessionExecution", message, options);
    const latchkey = this.#stage.latchkey.connect(this.#stage.chain.relayer) as Contract;
    const args = [principal, mode, executionCalldata, nonce, 0n, signature];
    const gasUsed = await this.#send(latchkey, "executeBySig", args, options);
    this.relayNonce++;
    return gasUsed;
  }

  async #forwarded(session: Session, { to: target, data }: SessionCall, options: ActOptions): Promise<bigint> {
    const principal = options.principal ?? session.principal;
    return this.#send(this.#of("forwarder", session), "forward", [principal, target, data], options);
  }

  async #forwardedBySignature(
    session: Session,
    { to: target, data = "0x" }: SessionCall,
    options: ActOptions,
  ): Promise<bigint> {
    const principal = options.principal ?? session.principal;
    const nonce = this.relayNonce;
    const message = { principal, target, data, nonce, minGas: 0n };
    const signature = await this.#signed(session, "sessionForward", message, options);
    const forwarder = this.#stage.forwarder.connect(this.#stage.chain.relayer) as Contract;
    const args = [principal, target, data, nonce, 0n, signature];
    const gasUsed = await this.#send(forwarder, "forwardBySig", args, options);
    this.relayNonce++;
    return gasUsed;
  }

  /** The key calls the dApp's function; the principal stands in its arguments. */
  async #asked(session: Session, { to: target, data }: SessionCall, options: ActOptions): Promise<bigint> {
    await this.#at(options.at);
    const response = await this.#sender(session).sendTransaction({ to: target, data: data!, ...GAS });
    return (await response.wait())!.gasUsed;
  }

  /** What the key signs, on its way to the chain. */
  async #signed(
    { key, registration, validUntil }: Session,
    name: "sessionOperation" | "sessionExecution" | "sessionForward",
    message: Record<string, unknown>,
    { deadline = validUntil, tamper = (signature) => signature }: ActOptions,
  ): Promise<Hex> {
    const types = typedData[name];
    const digest = hashTypedData({
      domain: this.#stage.domain,
      types,
      primaryType: Object.keys(types)[0]!,
      message: { ...message, validUntil: deadline, registration },
    } as TypedDataDefinition);
    return tamper(await signSessionDigest(key, digest, deadline));
  }

  async #send(contract: Contract, method: string, args: unknown[], { at }: ActOptions): Promise<bigint> {
    await this.#at(at);
    const response = await contract.getFunction(method).send(...args, GAS);
    return ((await response.wait()) as ContractTransactionReceipt).gasUsed;
  }

  #of(name: "latchkey" | "forwarder", session: Session): Contract {
    return this.#stage[name].connect(this.#sender(session)) as Contract;
  }

  #sender({ key }: Session): Wallet {
    return new Wallet(key.privateKey, this.#stage.chain.ethers.provider);
  }

  async #at(time: number | undefined): Promise<void> {
    if (time !== undefined) await this.#stage.chain.helpers.time.setNextBlockTimestamp(time);
  }
}
