import { formatEther, size } from "viem";
import { estimateFeesPerGas, estimateGas, getBalance } from "viem/actions";
import { isPolicyPublished, publishPolicySync, publishPolicyCall } from "../../actions/publishPolicy.ts";
import { toSessionError } from "../../errors/decodeSessionError.ts";
import { hashPolicy } from "../../policies/hashPolicy.ts";
import { chainIdOf } from "../../chain/client.ts";
import type { Command } from "../command.ts";
import { Refusal } from "../errors.ts";
import { clientOf, deploymentOf, policyFileOf } from "../given.ts";
import { senderOf } from "../keystore.ts";
import { BOOK, BOOK_HELP } from "../options.ts";
import { toText } from "../output.ts";

/** Stores a policy once for everybody. */
export const publish: Command = {
  name: "publish",
  args: ["FILE"],
  about: "Publishes a policy file, after saying what will be sent.",
  options: { ...BOOK, keystore: { type: "string" }, "password-file": { type: "string" }, yes: { type: "boolean" } },
  help: [
    ...BOOK_HELP,
    ["--keystore FILE", "who sends: a version 3 keystore; LATCHKEY_PRIVATE_KEY unless told otherwise"],
    ["--password-file FILE", "its first line opens the keystore; LATCHKEY_KEYSTORE_PASSWORD unless told otherwise"],
    ["--yes", "send without asking"],
  ],
  async run(given) {
    const { policy, file } = policyFileOf(given);
    const policyId = hashPolicy(policy);
    const client = await clientOf(given);
    const deployment = deploymentOf(given);
    const chainId = await chainIdOf(client);
    if (await isPolicyPublished(client, { policyId, deployment })) {
      return {
        json: { policyId, chainId, hash: null },
        sections: [
          {
            rows: [
              ["policyId", policyId],
              ["", "It is published already: nothing was sent."],
            ],
          },
        ],
      };
    }
    const account = senderOf(given);
    const { to, data = "0x" } = publishPolicyCall({ policy, deployment });
    let gas: bigint;
    try {
      gas = await estimateGas(client, { account, to, data });
    } catch (thrown) {
      throw toSessionError(thrown);
    }
    const [{ maxFeePerGas }, balance] = await Promise.all([
      estimateFeesPerGas(client),
      getBalance(client, { address: account.address }),
    ]);
    const rows: [string, string][] = [
      ["publish", `${file} as ${policyId}`],
      ["on chain", String(chainId)],
      ["to", `${to}, PolicyStore.publishPolicy, ${size(data)} bytes`],
      ["from", `${account.address}, which has ${formatEther(balance)} ETH`],
      ["gas", `about ${gas}, at most ${formatEther(gas * maxFeePerGas)} ETH`],
    ];
    given.say(toText([{ rows }], false));
    const isAgreed = given.values["yes"] === true || (await given.confirm?.("Send it?")) === true;
    if (!isAgreed) throw new Refusal("NOT_CONFIRMED", "Nothing was sent: give --yes to send without being asked.");
    const { hash } = await publishPolicySync(client, { policy, account, deployment });
    return {
      json: { policyId, chainId, hash: hash ?? null },
      sections: [
        {
          rows: [
            ["policyId", policyId],
            ["transaction", hash ?? "none: somebody else was first"],
          ],
        },
      ],
    };
  },
};
