import { concatHex, encodeFunctionData, type Hex, parseAbi, zeroAddress } from "viem";
import { sessionRegistryAbi } from "../../../sdk/src/generated/abi/index.ts";
import {
  type Execution,
  type Grant,
  hashPolicy,
  latchkeyDeployment,
  type SessionCall,
} from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { refuseOn } from "./onRoutes.ts";
import type { Cast } from "./register.ts";

const { latchkey } = latchkeyDeployment;
/** Delegatecall, in the mode's first byte. */
const MODE_DELEGATECALL: Hex = `0xff${"00".repeat(31)}`;
const adminAbi = parseAbi(["function transferOwnership(address newOwner, bytes acceptance)"]);

/** The account itself, Latchkey, and what belongs to somebody else. */
export async function intrude(demo: Demo, { account, wallet, player }: Cast): Promise<void> {
  const { stage, sessions, policies } = demo;
  const { alice, mallory } = stage.people;
  const call = demo.call.bind(demo);
  const onAccount = { userOperation: account, direct: account, relayed: account };
  const args = [mallory.address, "0x"] as const;
  const takeover = encodeFunctionData({ abi: adminAbi, functionName: "transferOwnership", args });
  await refuseOn(demo, "call the account itself", { ...onAccount, forwarded: wallet }, (_, { principal }) => ({
    calls: [{ to: principal, data: takeover }],
    error: ["TargetForbidden", [0, principal]],
  }));
  await refuseOn(demo, "delegatecall", onAccount, () => ({
    calls: [],
    error: ["UnsupportedExecutionMode", [MODE_DELEGATECALL]],
    options: { execution: delegateTo(call("SocialFeed", "post", ["gm"])) },
  }));

  const intruder = await sessions.newKey();
  const { policy, usual } = policies.social;
  const granted: Grant = {
    key: intruder.address,
    publicKey: intruder.publicKey,
    policyId: hashPolicy(policy),
    validAfter: 0,
    validUntil: (await stage.chain.now()) + usual - 1,
    maxCalls: policy.maxCalls,
    lane: 77n,
    replaces: zeroAddress,
  };
  const register = { abi: sessionRegistryAbi, functionName: "registerSession", args: [granted] } as const;
  await refuseOn(demo, "register another key", { ...onAccount, forwarded: wallet }, () => ({
    calls: [{ to: latchkey, data: encodeFunctionData(register) }],
    error: ["TargetForbidden", [0, latchkey]],
  }));
  await demo.refuseOther(
    "relayer",
    "the same, signed by the key",
    () => sessions.send(stage.account, intruder, policies.social, { lane: 77n, signer: account.key.account! }),
    ["InvalidPrincipalSignature", [stage.account]],
  );

  const onOthers = { ...onAccount, forwarded: wallet, asked: player };
  await refuseOn(demo, "act for somebody else's account", onOthers, (route, { key }) => {
    const principal = route === "forwarded" || route === "asked" ? alice.address : stage.carols;
    const calls =
      route === "asked" ? [call("GameWorld", "joinScene", [principal, 1])] : [call("SocialFeed", "post", ["as you"])];
    const error: Expected = ["SessionNotRegistered", [principal, key.address]];
    return { calls, error, options: { principal, byHand: true } };
  });
}

/** Target and calldata of a delegatecall. */
function delegateTo({ to, data = "0x" }: SessionCall): Execution {
  return { mode: MODE_DELEGATECALL, executionCalldata: concatHex([to, data]) };
}
