import { concat, Wallet, type Contract, type ContractTransactionReceipt } from "ethers";
import {
  encodeCalls,
  encodeExecute,
  signExecution,
  signForward,
  type Call,
  type Execution,
} from "../../test/support/reference/session.ts";
import {
  handleOps,
  nextNonce,
  nonceKey,
  signedBySession,
  userOp,
  type UserOperationFields,
} from "../../test/support/reference/userOp.ts";
import type { RouteName } from "./report.ts";
import type { Session } from "./sessions.ts";
import { GAS, type Stage } from "./stage.ts";

export interface ActOptions {
  /** For whom the key claims to act; the session's principal unless told otherwise. */
  principal?: string;
  /** The deadline that the key signs; the session's end unless told otherwise. */
  deadline?: number;
  /** Unix seconds of the block. */
  at?: number;
  /** Changes the signature on its way. */
  tamper?: (signature: string) => string;
  /** Instead of the encoding of the calls. */
  execution?: Execution;
  /** Route `forwarded` through a relayer. */
  bySignature?: boolean;
  /** Of a user operation. */
  fields?: Partial<UserOperationFields>;
  /** Who bundles and takes the fee; a bundler unless told otherwise. */
  beneficiary?: string;
}

/** What a bundler's estimate would leave in an operation of the demo: at most 0.00106 ETH. */
const OPERATION = { verificationGasLimit: 400_000, callGasLimit: 600_000, preVerificationGas: 60_000 };

/** Wei: what one of them reserves. */
export const OPERATION_COST = 1_060_000n * 10n ** 9n;

/** Delegatecall, in the mode's first byte. */
export const MODE_DELEGATECALL = "0xff".padEnd(66, "0");

/** Target and calldata of a delegatecall. */
export function delegateTo({ target, data = "0x" }: Call): Execution {
  return { mode: MODE_DELEGATECALL, executionCalldata: concat([target, data]) };
}

/** The ways to act, each as a transaction that is mined whether it succeeds or not. Throws what refuses. */
export class Routes {
  readonly #stage: Stage;
  /** The number that the next relayed call uses. */
  relayNonce = 1n;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async act(route: RouteName, session: Session, calls: Call[], options: ActOptions = {}): Promise<bigint> {
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

  async #userOperation(session: Session, calls: Call[], options: ActOptions): Promise<bigint> {
    const { entryPoint, address, domain } = this.#stage;
    const sender = options.principal ?? session.principal;
    const unsigned = userOp({
      ...OPERATION,
      sender,
      nonce: await nextNonce(entryPoint, sender, nonceKey(address)),
      callData: encodeExecute(options.execution ?? encodeCalls(calls)),
      ...options.fields,
    });
    const { validUntil, registration } = session;
    const signed = await signedBySession(unsigned, entryPoint, session.key, domain, {
      validUntil: options.deadline ?? validUntil,
      registration,
    });
    const op = { ...signed, signature: (options.tamper ?? same)(signed.signature) };
    await this.#at(options.at);
    const beneficiary = options.beneficiary === undefined ? {} : { beneficiary: options.beneficiary };
    const { receipt, outcomes } = await handleOps(entryPoint, [op], { gasLimit: 6_000_000n, ...beneficiary });
    const [outcome] = outcomes;
    if (outcome?.success !== true) {
      throw Object.assign(new Error("The operation's call failed."), { data: outcome?.revertData });
    }
    return receipt.gasUsed;
  }

  async #direct(session: Session, calls: Call[], options: ActOptions): Promise<bigint> {
    const { mode, executionCalldata } = options.execution ?? encodeCalls(calls);
    const principal = options.principal ?? session.principal;
    return this.#send(this.#of("latchkey", session), "execute", [principal, mode, executionCalldata], options);
  }

  async #relayed(session: Session, calls: Call[], options: ActOptions): Promise<bigint> {
    const { mode, executionCalldata } = options.execution ?? encodeCalls(calls);
    const principal = options.principal ?? session.principal;
    const nonce = this.relayNonce;
    const validUntil = options.deadline ?? session.validUntil;
    const { registration } = session;
    const message = { principal, mode, executionCalldata, nonce, minGas: 0n, validUntil, registration };
    const signature = (options.tamper ?? same)(signExecution(session.key, this.#stage.domain, message));
    const latchkey = this.#stage.latchkey.connect(this.#stage.chain.relayer) as Contract;
    const args = [principal, mode, executionCalldata, nonce, 0n, signature];
    const gasUsed = await this.#send(latchkey, "executeBySig", args, options);
    this.relayNonce++;
    return gasUsed;
  }

  async #forwarded(session: Session, { target, data }: Call, options: ActOptions): Promise<bigint> {
    const principal = options.principal ?? session.principal;
    return this.#send(this.#of("forwarder", session), "forward", [principal, target, data], options);
  }

  async #forwardedBySignature(session: Session, { target, data = "0x" }: Call, options: ActOptions): Promise<bigint> {
    const principal = options.principal ?? session.principal;
    const nonce = this.relayNonce;
    const validUntil = options.deadline ?? session.validUntil;
    const message = { principal, target, data, nonce, minGas: 0n, validUntil, registration: session.registration };
    const signature = (options.tamper ?? same)(signForward(session.key, this.#stage.domain, message));
    const forwarder = this.#stage.forwarder.connect(this.#stage.chain.relayer) as Contract;
    const args = [principal, target, data, nonce, 0n, signature];
    const gasUsed = await this.#send(forwarder, "forwardBySig", args, options);
    this.relayNonce++;
    return gasUsed;
  }

  /** The key calls the dApp's function; the principal stands in its arguments. */
  async #asked(session: Session, { target, data }: Call, options: ActOptions): Promise<bigint> {
    await this.#at(options.at);
    const response = await this.#sender(session).sendTransaction({ to: target, data: data!, ...GAS });
    return (await response.wait())!.gasUsed;
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

const same = (signature: string) => signature;
