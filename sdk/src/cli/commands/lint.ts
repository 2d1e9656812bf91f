import { lintPolicyOnChain } from "../../actions/lintPolicyOnChain.ts";
import { lintPolicy } from "../../policies/lintPolicy.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { abisOf, addressOption, clientIfAny, deploymentOf, policyFileOf } from "../given.ts";
import { ABI, ABI_HELP, BOOK, BOOK_HELP, PRINCIPAL } from "../options.ts";

/** What is legal and unwise about a policy file. */
export const lint: Command = {
  name: "lint",
  args: ["FILE"],
  about: "What is legal and unwise about a policy file; with a node, also about its targets. 1 if there is an error.",
  options: { ...BOOK, ...PRINCIPAL, ...ABI },
  help: [...BOOK_HELP, ...ABI_HELP, ["--principal ADDRESS", "the account whose modules are refused as targets"]],
  async run(given) {
    const { policy, book } = policyFileOf(given);
    const abis = abisOf(given, book);
    const client = await clientIfAny(given);
    const principal = addressOption(given, "principal");
    if (principal !== undefined && client === undefined) throw new UsageError("--principal needs a node: --rpc-url.");
    const issues =
      client === undefined
        ? lintPolicy(policy, { abis })
        : await lintPolicyOnChain(client, { policy, abis, principal, deployment: deploymentOf(given) });
    const errors = issues.filter(({ severity }) => severity === "error").length;
    const rows = issues.map(({ rule, severity, message }) => [severity, `${message} (${rule})`] as const);
    return {
      json: { issues, errors, warnings: issues.length - errors },
      sections: [{ rows: rows.length === 0 ? [["", "Nothing found."]] : rows }],
      exitCode: errors === 0 ? 0 : 1,
    };
  },
};
