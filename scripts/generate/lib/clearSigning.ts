import { typedData } from "../../../sdk/src/chain/typedData.ts";
import { latchkeyDeployment } from "../../../sdk/src/constants.ts";
import { Failure } from "../../lib/run.ts";

/** How one member is shown: a format of ERC-7730, and when, if not always. */
interface Shown {
  label: string;
  format?: "raw" | "addressName" | "amount" | "tokenAmount" | "date" | "duration" | "chainId";
  params?: Record<string, unknown>;
  visible?: { ifNotIn: string[] };
}

const NOBODY = "0x0000000000000000000000000000000000000000";
const time = { format: "date", params: { encoding: "timestamp" } } as const;
const named = { format: "addressName" } as const;
/** A unit is a token, the native coin, or a counter, which no wallet knows. */
const units = { format: "tokenAmount", params: { tokenPath: "unit", nativeCurrencyAddress: [NOBODY] } } as const;

const WINDOW: Record<string, Shown> = {
  // 0 is the moment of the registration.
  validAfter: { label: "From", ...time, visible: { ifNotIn: ["0"] } },
  validUntil: { label: "Until", ...time },
  maxCalls: { label: "Most calls" },
};
const PLACE: Record<string, Shown> = {
  lane: { label: "Lane", visible: { ifNotIn: ["0"] } },
  replaces: { label: "Replaces key", visible: { ifNotIn: [NOBODY] } },
  publicKey: { label: "Public key", visible: { ifNotIn: ["0x"] } },
};
const DEADLINE: Shown = { label: "Signature valid until", ...time };

/** Every member of every type, in the order in which it is read. */
const SHOWN: Record<string, Record<string, Shown>> = {
  RegisterSession: {
    ...{ principal: { label: "For", ...named }, key: { label: "Session key" } },
    ...WINDOW,
    policy: { label: "May" },
    ...PLACE,
    ...{ nonce: { label: "Nonce" }, deadline: DEADLINE },
  },
  RegisterSessionOnChains: {
    ...{ principal: { label: "For", ...named }, key: { label: "Session key" } },
    ...WINDOW,
    chains: { label: "On each chain" },
    ...PLACE,
    deadline: DEADLINE,
  },
  ChainGrant: { chainId: { label: "Chain", format: "chainId" }, policy: { label: "May" }, nonce: { label: "Nonce" } },
  RevokeSession: {
    principal: { label: "For", ...named },
    key: { label: "Session key" },
    deadline: DEADLINE,
  },
  RevokeSessionOnChains: {
    principal: { label: "For", ...named },
    key: { label: "Session key" },
    chains: { label: "Chain", format: "chainId" },
    deadline: DEADLINE,
  },
  RevokeAllSessions: {
    principal: { label: "For", ...named },
    generation: { label: "Generation" },
    deadline: DEADLINE,
  },
  Policy: {
    app: { label: "App, by its own word" },
    permissions: { label: "Permission" },
    limits: { label: "Limit" },
    maxCalls: { label: "Most calls of the policy" },
    minDuration: { label: "Shortest session", format: "duration" },
    maxDuration: { label: "Longest session", format: "duration" },
    gasBudget: { label: "Most gas, in coin", format: "amount" },
    selfPaid: { label: "Wallet may pay gas" },
    paymaster: { label: "Paymaster", ...named, visible: { ifNotIn: [NOBODY] } },
  },
  Permission: {
    target: { label: "Contract", ...named },
    method: { label: "Method" },
    maxValue: { label: "Coin in each call", format: "amount" },
    rules: { label: "Only if" },
    spends: { label: "Counts" },
    inner: { label: "Reads inside" },
    open: { label: "May say anything" },
    consumable: { label: "Contract may ask itself" },
  },
  Limit: {
    cap: { label: "At most", ...units },
    unit: { label: "Of" },
    period: { label: "In each; 0 is in all", format: "duration" },
    fromStart: { label: "From the start" },
  },
  Rule: {
    argument: { label: "Argument" },
    test: { label: "Test" },
    addresses: { label: "Address" },
    numbers: { label: "Number" },
    words: { label: "Bytes" },
    per: { label: "At a rate to", visible: { ifNotIn: [""] } },
  },
  Spend: {
    unit: { label: "Of" },
    argument: { label: "Argument", visible: { ifNotIn: [""] } },
    amount: { label: "Amount", ...units, visible: { ifNotIn: ["0"] } },
    scale: { label: "Times 10 to the", visible: { ifNotIn: ["0"] } },
  },
  Inner: { argument: { label: "Argument" }, types: { label: "As" } },
};

/** What a wallet says is done, and in a sentence. */
const INTENTS: Record<string, [intent: string, sentence: string]> = {
  RegisterSession: ["Register session key", "Let {key} act for {principal} until {validUntil}"],
  RegisterSessionOnChains: [
    "Register session key",
    "Let {key} act for {principal} on several chains until {validUntil}",
  ],
  RevokeSession: ["Revoke session key", "End the session of {key} for {principal}, for good"],
  RevokeSessionOnChains: ["Revoke session key", "End the session of {key} for {principal} on several chains, for good"],
  RevokeAllSessions: ["Revoke all sessions", "End every session of {principal}"],
};

/** In its messages amounts are of other chains, whose tokens and coins no wallet may take for its own chain's. */
const CHAINS = "ChainGrant";

export type Types = Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;

/** What a principal signs, by its primary type. What a key signs names the registration, and is shown to nobody. */
export function principalTypes(): Map<string, Types> {
  const { policy: _, ...verbs } = typedData;
  const named = Object.values(verbs).map((types: Types) => [Object.keys(types)[0]!, types] as const);
  return new Map(named.filter(([primary, types]) => !types[primary]!.some(({ name }) => name === "registration")));
}

/** `encodeType` of EIP-712: the primary type, then those it refers to, by their names. */
function encodeType(types: Types, primary: string): string {
  const [first, ...rest] = [
    primary,
    ...Object.keys(types)
      .filter((name) => name !== primary)
      .sort(),
  ];
  const said = (name: string) => `${name}(${types[name]!.map((each) => `${each.type} ${each.name}`).join(",")})`;
  return [first!, ...rest].map(said).join("");
}

/** docs/erc7730: how a wallet that signs clearly shows what a principal signs, on every chain. */
export function clearSigningDescriptor(): string {
  const formats = [...principalTypes()].map(([primary, types]) => {
    const [intent, interpolatedIntent] =
      INTENTS[primary] ?? fail(`What ${primary} is for, a wallet cannot say: scripts/generate/lib/clearSigning.ts.`);
    return [
      encodeType(types, primary),
      { $id: primary, intent, interpolatedIntent, fields: fieldsOf(types, primary, !(CHAINS in types)) },
    ];
  });
  const descriptor = {
    $schema: "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json",
    context: {
      eip712: { domain: { name: "Latchkey", version: "2", verifyingContract: latchkeyDeployment.latchkey } },
    },
    metadata: { owner: "Latchkey", contractName: "Latchkey" },
    display: { formats: Object.fromEntries(formats) as Record<string, unknown> },
  };
  return `${JSON.stringify(descriptor, undefined, 2)}\n`;
}

function fieldsOf(types: Types, struct: string, isOneChain: boolean): unknown[] {
  const shown = SHOWN[struct] ?? fail(`How ${struct} is shown, nobody says.`);
  const members = new Map(types[struct]!.map(({ name, type }) => [name, type]));
  const unsaid = [...members.keys()].filter((name) => !(name in shown));
  const unknown = Object.keys(shown).filter((name) => !members.has(name));
  if (unsaid.length + unknown.length > 0) {
    fail(`${struct} is shown with other members than it has: ${[...unsaid, ...unknown].join(", ")}.`);
  }
  return Object.entries(shown).map(([name, { label, format = "raw", params, visible = "always" }]) => {
    const type = members.get(name)!;
    const path = type.endsWith("[]") ? `${name}.[]` : name;
    const inside = type.replace("[]", "");
    if (inside in types) return { path, label, fields: fieldsOf(types, inside, isOneChain) };
    if (!isOneChain && (format === "amount" || format === "tokenAmount")) {
      return { path, label: `${label}, in base units`, format: "raw", visible };
    }
    return { path, label, format, ...(params === undefined ? {} : { params }), visible };
  });
}

function fail(what: string): never {
  throw new Failure(what);
}
