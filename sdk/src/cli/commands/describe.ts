import { describePolicyOnChain } from "../../actions/describePolicyOnChain.ts";
import { readTokenUnits } from "../../actions/readTokenUnits.ts";
import { policyDescriptionToSvg } from "../../pictures/policyToSvg.ts";
import { type AddressBook, wordsOf } from "../../policies/addressBook.ts";
import { describePolicy } from "../../policies/describePolicy.ts";
import { formatPolicyDescription } from "../../policies/formatPolicyDescription.ts";
import type { TokenUnit } from "../../policies/symbols.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { abisOf, addressOption, clientIfAny, policyFileOf } from "../given.ts";
import { ABI, ABI_HELP, BOOK, BOOK_HELP, PRINCIPAL } from "../options.ts";
import { printable } from "../output.ts";

/** A policy file in plain words. */
export const describe: Command = {
  name: "describe",
  args: ["FILE"],
  about: "A policy file in plain words, with the most that it can cost; with a node, tokens as they say themselves.",
  options: { ...BOOK, ...PRINCIPAL, ...ABI, svg: { type: "boolean" } },
  help: [
    ...BOOK_HELP,
    ...ABI_HELP,
    ["--principal ADDRESS", "of whose tokens and rights it is read what the policy's targets hold already"],
    ["--svg", "the same as a picture, an SVG document on stdout"],
  ],
  async run(given) {
    const { policy, about, contents, counters, book } = policyFileOf(given);
    const { names, tokens } = wordsOf(book);
    const said = { names, contents, abis: abisOf(given, book) };
    const client = await clientIfAny(given);
    const principal = addressOption(given, "principal");
    if (principal !== undefined && client === undefined) throw new UsageError("--principal needs a node: --rpc-url.");
    const description =
      client === undefined
        ? describePolicy(policy, { ...said, tokens: { ...tokens, ...counters }, principal })
        : await describePolicyOnChain(client, { ...said, policy, counters, principal });
    const told = formatPolicyDescription(description);
    const wrong = client === undefined ? [] : disagreements(book, await readTokenUnits(client, { policy }));
    const warnings = [...wrong, ...told.warnings];
    if (given.values["svg"] === true) {
      const svg = policyDescriptionToSvg(description);
      for (const each of wrong) given.say(printable(each));
      return { json: { policyId: told.policyId, warnings, svg }, sections: [], document: svg };
    }
    return {
      json: { ...told, warnings, about, description },
      sections: [
        {
          rows: [
            ["app", told.app],
            ...(about === "" ? [] : [["about", about] as const]),
            ["policyId", told.policyId],
            ["session", told.session],
            ["gas", told.gas],
            ["worst loss", told.worstLoss],
          ],
        },
        { title: "May", rows: told.permissions.map((each) => ["-", each] as const) },
        { title: "At most", rows: told.limits.map((each) => ["-", each] as const) },
        { title: "Trusted", rows: told.trusted.map((each) => ["-", each] as const) },
        { title: "Open", rows: told.open.map((each) => ["-", each] as const) },
        { title: "Others", rows: told.bound.map((each) => ["-", each] as const) },
        { title: "Tokens", rows: told.tokens.map((each) => ["-", each] as const) },
        { title: "Mind", rows: warnings.map((each) => ["-", each] as const) },
      ],
    };
  },
};

/** Where the address book and the chain count a token differently, every amount of the file is another. */
function disagreements({ tokens = {} }: AddressBook, onChain: Record<string, TokenUnit>): string[] {
  return Object.entries(tokens).flatMap(([symbol, { address, decimals }]) => {
    const told = onChain[address];
    if (told === undefined || told.decimals === decimals) return [];
    return [`the address book counts ${symbol} in ${decimals} decimals, the token itself in ${told.decimals}`];
  });
}
