import {
  concatHex,
  decodeAbiParameters,
  decodeFunctionData,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  numberToHex,
  parseAbi,
  slice,
} from "viem";
import { MODE_BATCH, MODE_SINGLE } from "../constants.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { SessionCall } from "../types.ts";

const executeAbi = /*#__PURE__*/ parseAbi(["function execute(bytes32 mode, bytes executionCalldata)"]);
const batch = [
  {
    type: "tuple[]",
    components: [
      { name: "target", type: "address" },
      { name: "value", type: "uint256" },
      { name: "callData", type: "bytes" },
    ],
  },
] as const;

/** Calls as `execute(bytes32,bytes)` of ERC-7579 takes them. */
export interface Execution {
  mode: Hex;
  executionCalldata: Hex;
}

/** ERC-7579: one call as a single execution, several as a batch. */
export function encodeCalls(calls: readonly SessionCall[]): Execution {
  const [only] = calls;
  if (only === undefined) throw new SessionRequestError("There is no call to be made.");
  if (calls.length === 1) {
    const { to, value = 0n, data = "0x" } = only;
    return { mode: MODE_SINGLE, executionCalldata: concatHex([to, numberToHex(value, { size: 32 }), data]) };
  }
  const tuples = calls.map(({ to, value = 0n, data = "0x" }) => ({ target: to, value, callData: data }));
  return { mode: MODE_BATCH, executionCalldata: encodeAbiParameters(batch, [tuples]) };
}

/** `execute(bytes32,bytes)`: the only thing that a session's operation may call. */
export function encodeExecute(calls: readonly SessionCall[]): Hex {
  const { mode, executionCalldata } = encodeCalls(calls);
  return encodeFunctionData({ abi: executeAbi, functionName: "execute", args: [mode, executionCalldata] });
}

/** The calls of `execute(bytes32,bytes)`. */
export function decodeExecute(data: Hex): SessionCall[] {
  const [mode, executionCalldata] = decodeFunctionData({ abi: executeAbi, data }).args;
  return decodeCalls({ mode, executionCalldata });
}

/** The calls of an execution. */
export function decodeCalls({ mode, executionCalldata: execution }: Execution): SessionCall[] {
  if (mode === MODE_SINGLE) {
    const to = slice(execution, 0, 20);
    const rest = execution.length > 106 ? slice(execution, 52) : "0x";
    return [{ to, value: BigInt(slice(execution, 20, 52)), data: rest }];
  }
  const [tuples] = decodeAbiParameters(batch, execution);
  return tuples.map(({ target, value, callData }) => ({ to: target, value, data: callData }));
}
