import { type Address, concatHex, encodeFunctionData, type Hex, numberToHex, pad, size } from "viem";
import { call } from "viem/actions";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { CallRevertedError, SessionRequestError } from "../errors/clientErrors.ts";
import { typedError } from "../errors/onDemand.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import type { Grant } from "../types.ts";

/**
 * Stands in for the principal: makes one call and reads what another one answers behind it. What the first reverts with, it
 * reverts with. In front of its calldata: the address, the size of the data, the data; then the other address and data.
 *
 *     00 36 5f5f 37                                       all of it to memory
 *     04 5f5f 6020 51 6040 5f 5f51 5a f1                  call(gas, word 0, 0, 64, word 1, 0, 0)
 *     10 80 15 6029 57 50                                 to 29 if that failed
 *     16 5f5f 6060 6020 51 01 80 36 03 90 6020 81 03 51   behind it stand the other address and data, to the end
 *     27 5a fa                                            staticcall(gas, that address, that data, 0, 0)
 *     29 5b 3d 5f5f 3e 6034 57 3d 5f fd                   what was answered, as a revert
 *     34 5b 3d 5f f3                                      or as an answer
 */
const PROGRAM: Hex =
  "0x365f5f375f5f60205160405f5f515af18015602957505f5f6060602051018036039060208103515afa5b3d5f5f3e6034573d5ffd5b3d5ff3";

/**
 * What a view answers once the principal has registered this grant: of the pending block where the node has one. What
 * Latchkey refuses the grant with is thrown as its typed error.
 */
export async function answerAfterGrant(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; grant: Grant },
  view: { to: Address; data: Hex },
): Promise<Hex> {
  const { principal: to, grant } = parameters;
  const registering = encodeFunctionData({
    abi: [sessionRegistry.registerSession],
    functionName: "registerSession",
    args: [grant],
  });
  const { latchkey } = deploymentOf(parameters);
  const sizeOf = numberToHex(size(registering), { size: 32 });
  const data = concatHex([pad(latchkey), sizeOf, registering, pad(view.to), view.data]);
  const question = { to, data, stateOverride: [{ address: to, code: PROGRAM }] };
  const { data: answer } = await call(client, { ...question, blockTag: "pending" })
    .catch(() => call(client, question))
    .catch(async (thrown: unknown) => {
      const error = await typedError(thrown);
      // Nothing but Latchkey is asked: an account says that, whose code is its own still.
      if (!(error instanceof CallRevertedError)) throw error;
      return { data: undefined };
    });
  if (answer !== undefined) return answer;
  throw new SessionRequestError("The node does not say what a grant would change: register first.");
}
