import { getSessions } from "../../actions/getSessions.ts";
import { safeText } from "../../errors/safeText.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { addressIn, clientOf, deploymentOf } from "../given.ts";
import { rowsOf, unitsOf } from "./session.ts";

/** Every session of a principal, from the log. */
export const sessions: Command = {
  name: "sessions",
  args: ["PRINCIPAL"],
  about: "Every session that a principal ever registered, the oldest registration first.",
  options: { "from-block": { type: "string" } },
  help: [["--from-block NUMBER", "where to start reading the log; the first block unless told otherwise"]],
  async run(given) {
    const principal = addressIn(given.positionals[0]!, "PRINCIPAL");
    const from = given.values["from-block"] as string | undefined;
    if (from !== undefined && !/^\d{1,15}$/.test(from)) throw new UsageError("--from-block is a block's number.");
    const client = await clientOf(given);
    const fromBlock = from === undefined ? ("earliest" as const) : BigInt(from);
    const all = await getSessions(client, { principal, deployment: deploymentOf(given), fromBlock });
    const tokens = await unitsOf(client, all);
    return {
      json: { principal, sessions: all },
      sections:
        all.length === 0
          ? [{ rows: [["", `${principal} registered no session.`]] }]
          : all.map((each) => ({
              title: each.key,
              rows: [
                ["app", safeText(each.app, 32)],
                ["kind", each.publicKey === "0x" ? "secp256k1" : "P-256"],
                ["lane", String(each.lane)],
                ["registered", `in block ${each.registeredAt}`],
                ...rowsOf(each, tokens),
              ],
            })),
    };
  },
};
