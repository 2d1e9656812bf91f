import { isPolicyPublished } from "../../actions/publishPolicy.ts";
import { hashPolicy } from "../../policies/hashPolicy.ts";
import type { Command } from "../command.ts";
import { clientIfAny, deploymentOf, policyFileOf } from "../given.ts";
import { BOOK, BOOK_HELP } from "../options.ts";

/** The id under which the chain stores a policy. */
export const hash: Command = {
  name: "hash",
  args: ["FILE"],
  about: "The policyId of a policy file, and with a node whether it is published.",
  options: BOOK,
  help: BOOK_HELP,
  async run(given) {
    const { policy } = policyFileOf(given);
    const policyId = hashPolicy(policy);
    const client = await clientIfAny(given);
    const deployment = deploymentOf(given);
    const isPublished = client === undefined ? undefined : await isPolicyPublished(client, { policyId, deployment });
    const rows: [string, string][] = [["policyId", policyId]];
    if (isPublished !== undefined) rows.push(["published", isPublished ? "yes" : "no"]);
    return { json: { policyId, ...(isPublished === undefined ? {} : { isPublished }) }, sections: [{ rows }] };
  },
};
