import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Ajv2020 } from "ajv/dist/2020.js";
import { TypedDataEncoder } from "ethers";
import { clearSigningDescriptor, principalTypes } from "../../scripts/generate/lib/clearSigning.ts";
import { latchkeyDomain, latchkeyDomainOnChains } from "../../sdk/src/chain/domain.ts";
import { latchkeyDeployment } from "../../sdk/src/constants.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";
import * as model from "../support/reference/typedData.ts";

/** A group of fields, or one field. */
interface Field {
  path: string;
  label: string;
  fields?: Field[];
  format?: string;
  params?: Record<string, unknown>;
  visible?: "always" | { ifNotIn: string[] };
}

const descriptor = JSON.parse(readFileSync("docs/erc7730/eip712-latchkey.json", "utf8")) as {
  context: { eip712: { domain: object } };
  display: { formats: Record<string, { $id: string; intent: string; interpolatedIntent: string; fields: Field[] }> };
};
const { formats } = descriptor.display;
const { vectors } = JSON.parse(readFileSync("test/vectors/generated/vectors.json", "utf8")) as {
  vectors: { primaryType: string; message: Record<string, unknown> }[];
};

/** What the model, which spells them by itself, has a principal sign. */
const TYPES: Record<string, model.Types> = {
  RegisterSession: model.REGISTER_SESSION_TYPES,
  RegisterSessionOnChains: model.REGISTER_SESSION_ON_CHAINS_TYPES,
  RevokeSession: model.REVOKE_SESSION_TYPES,
  RevokeSessionOnChains: model.REVOKE_SESSION_ON_CHAINS_TYPES,
  RevokeAllSessions: model.REVOKE_ALL_SESSIONS_TYPES,
};

/** A value that stands in a message, and where. */
interface Leaf {
  path: string;
  value: unknown;
  field?: Field;
}

function leavesOf(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, each]) => leavesOf(each, path === "" ? name : `${path}.${name}`));
}

/** What a wallet shows of a message, field by field, as the standard has paths: `[]` is each element. */
function shownOf(fields: readonly Field[], value: unknown, path = ""): Leaf[] {
  return fields.flatMap((field) => {
    let found: Leaf[] = [{ path, value }];
    for (const step of field.path.split(".")) {
      found = found.flatMap((at) => {
        const names = step === "[]" ? Object.keys(at.value as object) : [step];
        return names.map((name) => ({
          path: at.path === "" ? name : `${at.path}.${name}`,
          value: (at.value as Record<string, unknown>)[name],
        }));
      });
    }
    return found.flatMap((at) =>
      field.fields === undefined ? [{ ...at, field }] : shownOf(field.fields, at.value, at.path),
    );
  });
}

function messageOf(primary: string): Record<string, unknown> {
  return vectors.find(({ primaryType }) => primaryType === primary)!.message;
}

/** The part of ERC-7730 v2 that is used, and nothing beside it. */
const SCHEMA = {
  type: "object",
  properties: {
    $schema: { const: "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json" },
    context: closed({
      eip712: closed({
        domain: closed({
          name: { type: "string" },
          version: { type: "string" },
          verifyingContract: { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" },
        }),
      }),
    }),
    metadata: closed({ owner: { type: "string" }, contractName: { type: "string" } }),
    display: closed({
      formats: {
        type: "object",
        propertyNames: { pattern: "^([A-Z]\\w*\\(\\w+(\\[\\])? \\w+(,\\w+(\\[\\])? \\w+)*\\))+$" },
        additionalProperties: closed({
          $id: { type: "string" },
          intent: { type: "string", maxLength: 24 },
          interpolatedIntent: { type: "string" },
          fields: { $ref: "#/$defs/fields" },
        }),
      },
    }),
  },
  required: ["$schema", "context", "metadata", "display"],
  additionalProperties: false,
  $defs: {
    fields: { type: "array", minItems: 1, items: { oneOf: [{ $ref: "#/$defs/field" }, { $ref: "#/$defs/group" }] } },
    group: closed({
      path: { $ref: "#/$defs/path" },
      label: { type: "string", minLength: 1 },
      fields: { $ref: "#/$defs/fields" },
    }),
    field: {
      ...closed(
        {
          path: { $ref: "#/$defs/path" },
          label: { type: "string", minLength: 1 },
          format: { enum: ["raw", "addressName", "amount", "tokenAmount", "date", "duration", "chainId"] },
          params: { type: "object" },
          visible: {
            oneOf: [
              { const: "always" },
              closed({ ifNotIn: { type: "array", minItems: 1, items: { type: "string" } } }),
            ],
          },
        },
        ["params"],
      ),
      allOf: [
        paramsOf("date", closed({ encoding: { const: "timestamp" } })),
        paramsOf(
          "tokenAmount",
          closed({
            tokenPath: { $ref: "#/$defs/path" },
            nativeCurrencyAddress: { type: "array", items: { type: "string" } },
          }),
        ),
      ],
    },
    path: { type: "string", pattern: "^[A-Za-z]\\w*(\\.\\[\\])?$" },
  },
};

function closed(properties: Record<string, object>, optional: string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

function paramsOf(format: string, params: object) {
  return {
    if: { properties: { format: { const: format } } },
    then: { properties: { params }, required: ["params"] },
    else: {},
  };
}

describe("The descriptor for wallets that sign clearly", () => {
  it("is as the script writes it", () => {
    expect(readFileSync("docs/erc7730/eip712-latchkey.json", "utf8")).to.equal(clearSigningDescriptor());
  });

  it("has the form of ERC-7730", () => {
    const check = new Ajv2020({ strict: true, allErrors: true, strictRequired: false }).compile(SCHEMA);
    expect(check(descriptor), JSON.stringify(check.errors)).to.equal(true);
    const wrong = structuredClone(descriptor);
    wrong.display.formats[Object.keys(formats)[0]!]!.fields[0]!.format = "blob";
    expect(check(wrong)).to.equal(false);
  });

  it("knows each message that a principal signs, by its type string, and no other", () => {
    const expected = Object.entries(TYPES).map(([primary, types]) => {
      return [primary, TypedDataEncoder.from(types).encodeType(primary)];
    });
    const told = Object.entries(formats).map(([key, { $id }]) => [$id, key]);
    expect(told.sort()).to.deep.equal(expected.sort());
    expect([...principalTypes().keys()].sort()).to.deep.equal(Object.keys(TYPES).sort());
    // The specification has the same strings, member by member.
    const specification = readFileSync("docs/specification.md", "utf8");
    for (const key of Object.keys(formats))
      for (const type of key.match(/\w+\([^)]*\)/g)!) expect(specification).to.contain(`${type}\n`);
  });

  it("is for Latchkey's own domain, on every chain", () => {
    const { domain } = descriptor.context.eip712;
    const { latchkey } = latchkeyDeployment;
    expect(domain).to.deep.equal(latchkeyDomainOnChains(latchkey));
    expect(latchkeyDomain(1, latchkey)).to.deep.equal({ ...domain, chainId: 1 });
  });

  for (const primary of Object.keys(TYPES)) {
    it(`shows every value of a ${primary}, once, and where it comes from`, () => {
      const message = messageOf(primary);
      const { fields, interpolatedIntent } = Object.values(formats).find(({ $id }) => $id === primary)!;
      const policies =
        primary === "RegisterSession" ? readPolicyFiles().map(({ policy }) => ({ ...message, policy })) : [];
      const said = ({ path, value }: Leaf) => `${path}=${String(value)}`;
      for (const each of [message, ...policies]) {
        const wanted = leavesOf(each);
        expect(wanted.length).to.be.greaterThan(2);
        expect(shownOf(fields, each).map(said).sort()).to.deep.equal(wanted.map(said).sort());
      }
      const shown = shownOf(fields, message);
      for (const { field } of shown) {
        // What may be left out is what says nothing.
        if (field!.visible === "always") continue;
        expect((field!.visible as { ifNotIn: string[] }).ifNotIn).to.have.length(1);
        expect(["0", "", "0x", `0x${"0".repeat(40)}`]).to.include((field!.visible as { ifNotIn: string[] }).ifNotIn[0]);
      }
      for (const [, name] of interpolatedIntent.matchAll(/\{(\w+)\}/g)) expect(message).to.have.property(name!);
    });
  }

  it("counts in a token or in coin only where it is the wallet's own chain", () => {
    for (const [key, { $id, fields }] of Object.entries(formats)) {
      const all = shownOf(fields, messageOf($id)).map(({ field }) => field!);
      const counted = all.filter(({ format }) => format === "amount" || format === "tokenAmount");
      expect(counted.length > 0, $id).to.equal(key.includes("Policy(") && !key.includes("ChainGrant("));
      for (const { params } of counted.filter(({ format }) => format === "tokenAmount"))
        expect(params!["tokenPath"]).to.equal("unit");
    }
  });
});
