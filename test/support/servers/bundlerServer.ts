import {
  decodeErrorResult,
  encodeFunctionData,
  isAddressEqual,
  parseAbi,
  parseEventLogs,
  toHex,
  zeroHash,
  type Address,
  type Hex,
  type LocalAccount,
  type SignedAuthorization,
} from "viem";
import {
  entryPoint09Abi,
  getUserOperationHash,
  toPackedUserOperation,
  type UserOperation,
} from "viem/account-abstraction";
import { call, estimateGas, getTransactionReceipt, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import { inTurn } from "../../../sdk/src/chain/inTurn.ts";
import { entryPoints } from "../../../sdk/src/index.ts";
import type { ClientStage } from "../client/clientStage.ts";
import { serveJsonRpc } from "./jsonRpc.ts";

type RpcOperation = Record<string, Hex> & { eip7702Auth?: Record<string, Hex> };
const NUMBERS = [
  "nonce",
  "callGasLimit",
  "verificationGasLimit",
  "preVerificationGas",
  "maxFeePerGas",
  "maxPriorityFeePerGas",
  "paymasterVerificationGasLimit",
  "paymasterPostOpGasLimit",
];
export const validateAbi = parseAbi([
  "function validateUserOp((address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits, uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData, bytes signature) userOp, bytes32 userOpHash, uint256 missing) returns (uint256)",
]);
const failures = parseAbi([
  "error FailedOp(uint256 opIndex, string reason)",
  "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
]);
/** Bound by nothing but the block: more than any operation of a test takes. */
const BUNDLE_GAS = 15_000_000n;

/** A new nonce, and the account's payment: what the EntryPoint does beside asking the account. */
const ENTRY_POINT_GAS = 60_000n;

/** An honest ERC-4337 bundler over JSON-RPC: each operation in a transaction of its own, once it has been simulated. */
export async function serveBundler({ client }: ClientStage, bundler: LocalAccount) {
  const mined = new Map<Hex, Hex>();
  /** Operations that it has taken, by their hashes. */
  const taken = new Map<Hex, { userOperation: RpcOperation; entryPoint: Address }>();

  const bundleOf = (op: RpcOperation, entryPoint: Address) => {
    const data = encodeFunctionData({
      abi: entryPoint09Abi,
      functionName: "handleOps",
      args: [[toPackedUserOperation(fromRpc(op))], bundler.address],
    });
    const authorizationList = op.eip7702Auth === undefined ? undefined : [authorizationOf(op.eip7702Auth)];
    return { account: bundler, to: entryPoint, data, gas: BUNDLE_GAS, authorizationList };
  };

  const methods = {
    eth_chainId: () => toHex(hardhat.id),
    eth_supportedEntryPoints: () => Object.values(entryPoints).map(({ address }) => address),
    async eth_estimateUserOperationGas([op, entryPoint]: [RpcOperation, Address]) {
      const packed = toPackedUserOperation(fromRpc(op));
      const preVerificationGas = toHex(50_000n + calldataGas(Object.values(packed).map(String)));
      const paymaster =
        op.paymaster === undefined
          ? {}
          : { paymasterVerificationGasLimit: toHex(150_000), paymasterPostOpGasLimit: toHex(50_000) };
      // An account that is not there yet can be asked nothing.
      if (op.factory !== undefined || op.eip7702Auth !== undefined) {
        const gas = { verificationGasLimit: toHex(1_000_000), callGasLimit: toHex(5_000_000) };
        return { ...gas, ...paymaster, preVerificationGas };
      }
      const args = [packed, zeroHash, 0n] as const;
      const validate = encodeFunctionData({ abi: validateAbi, functionName: "validateUserOp", args });
      const [verification, execution] = await Promise.all(
        [validate, op.callData!].map((data) =>
          estimateGas(client, { account: entryPoint, to: op.sender as Address, data }).catch(reverted),
        ),
      );
      return {
        verificationGasLimit: toHex(verification! + ENTRY_POINT_GAS),
        callGasLimit: toHex(execution!),
        preVerificationGas,
        ...paymaster,
      };
    },
    async eth_sendUserOperation([op, entryPoint]: [RpcOperation, Address]) {
      const bundle = bundleOf(op, entryPoint);
      // In the next block: a window that opened with the latest one is closed to it on EntryPoints since v0.8.
      await call(client, { ...bundle, blockTag: "pending" } as never).catch(refused);
      const waiting = [...taken].filter(([each]) => !mined.has(each)).map(([, { userOperation }]) => userOperation);
      if (waiting.some(({ sender, nonce }) => sender === op.sender && nonce === op.nonce)) {
        throw Object.assign(new Error("AA25 invalid account nonce: another operation has it"), { code: -32500 });
      }
      const hash = hashOf(op, entryPoint);
      taken.set(hash, { userOperation: op, entryPoint });
      const transaction = await inTurn(bundler.address, () =>
        sendTransaction(client, { chain: hardhat, ...bundle } as never),
      );
      const { logs } = await waitForTransactionReceipt(client, { hash: transaction });
      const [event] = parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" });
      mined.set(event!.args.userOpHash, transaction);
      return event!.args.userOpHash;
    },
    eth_getUserOperationByHash: ([hash]: [Hex]) => {
      const known = taken.get(hash);
      const place = { blockHash: null, blockNumber: null, transactionHash: mined.get(hash) ?? null };
      return known === undefined ? null : { ...known, ...place };
    },
    async eth_getUserOperationReceipt([hash]: [Hex]) {
      const transaction = mined.get(hash);
      if (transaction === undefined) return null;
      const receipt = await getTransactionReceipt(client, { hash: transaction });
      const events = parseEventLogs({ abi: entryPoint09Abi, logs: receipt.logs, args: { userOpHash: hash } });
      const event = events.find((log) => log.eventName === "UserOperationEvent")!;
      const failure = events.find((log) => log.eventName === "UserOperationRevertReason");
      const { sender, nonce, success, actualGasCost, actualGasUsed } = event.args;
      return {
        userOpHash: hash,
        entryPoint: event.address,
        sender,
        nonce: toHex(nonce),
        success,
        actualGasCost: toHex(actualGasCost),
        actualGasUsed: toHex(actualGasUsed),
        logs: [],
        ...(failure === undefined ? {} : { reason: failure.args.revertReason }),
        receipt: await client.request({ method: "eth_getTransactionReceipt", params: [transaction] }),
      };
    },
  };
  return serveJsonRpc(methods);
}

function hashOf(op: RpcOperation, entryPointAddress: Address): Hex {
  const [version] = Object.entries(entryPoints).find(([, { address }]) => isAddressEqual(address, entryPointAddress))!;
  return getUserOperationHash({
    ...{ chainId: hardhat.id, entryPointAddress, entryPointVersion: version as "0.9" },
    userOperation: fromRpc(op) as never,
  });
}

function fromRpc(op: RpcOperation): UserOperation {
  const numbers = NUMBERS.filter((name) => op[name] !== undefined).map((name) => [name, BigInt(op[name]!)] as const);
  return { ...op, ...Object.fromEntries(numbers) } as never;
}

function authorizationOf({ address, chainId, nonce, r, s, yParity }: Record<string, Hex>): SignedAuthorization {
  return { address: address!, chainId: Number(chainId), nonce: Number(nonce), r: r!, s: s!, yParity: Number(yParity) };
}

/** Gas of calldata: 16 for a byte, 4 for a zero one. */
export function calldataGas(fields: string[]): bigint {
  const bytes = fields.filter((field) => field.startsWith("0x")).flatMap((field) => field.slice(2).match(/../g) ?? []);
  return bytes.reduce((sum, byte) => sum + (byte === "00" ? 4n : 16n), 0n);
}

function dataIn(thrown: unknown): Hex {
  for (let each = thrown as { data?: unknown; cause?: unknown } | undefined; each; each = each.cause as never) {
    if (typeof each.data === "string" && each.data.startsWith("0x")) return each.data as Hex;
  }
  throw thrown;
}

/** What a bundler answers when the account reverts while it estimates. */
function reverted(thrown: unknown): never {
  throw Object.assign(new Error("UserOperation reverted"), { code: -32521, data: dataIn(thrown) });
}

/** What a bundler answers when the EntryPoint refuses, with the data that it reverted with. */
function refused(thrown: unknown): never {
  const data = dataIn(thrown);
  const { args } = decodeErrorResult({ abi: failures, data });
  throw Object.assign(new Error(`UserOperation reverted: ${String(args[1])}`), { code: -32500, data });
}
