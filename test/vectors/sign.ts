import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  encodeAbiParameters,
  getCreateAddress,
  hashStruct,
  hashTypedData,
  keccak256,
  sha256,
  signatureToCompactSignature,
  slice,
  stringToHex,
  toHex,
  type Hex,
} from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { p256 } from "@noble/curves/nist.js";
import { script } from "../../scripts/lib/run.ts";
import { domainOf, POLICY_TYPES, VERBS, type Verb } from "../support/reference/typedData.ts";

/**
 * Signs one message of each type with viem and fixed keys: `node test/vectors/sign.ts` writes test/vectors/generated/vectors.json.
 * viem's signatures are deterministic (RFC 6979), so the file changes only with the types or the values below.
 */

/** What a session key signs. */
interface KeyMessage extends Record<string, unknown> {
  validUntil: number;
}

/** Seconds at which a test opens its sessions. */
export const START = 2_000_000_000;

const key = (name: string) => keccak256(stringToHex(`latchkey vector: ${name}`));
const address = (n: number) => toHex(n, { size: 20 });

export async function makeVectors() {
  const deployer = privateKeyToAccount(key("deployer"));
  const wallet = privateKeyToAccount(key("wallet"));
  const session = privateKeyToAccount(key("session"));
  const point = p256.getPublicKey(key("p256").slice(2), false);
  const publicKey = toHex(point.slice(1));
  const p256Address = `0x${keccak256(publicKey).slice(26)}` as const;
  const create = (nonce: bigint) => getCreateAddress({ from: deployer.address, nonce });
  // Latchkey and its siblings are the creations 1 to 7 of whoever deploys them.
  const addresses = { latchkey: create(7n), account: create(8n), token: create(9n), target: create(10n) };
  const domain = { name: "Latchkey", version: "2", chainId: 31_337, verifyingContract: addresses.latchkey } as const;

  const policy = {
    app: "vectors.example",
    minDuration: 60,
    maxDuration: 86_400,
    maxCalls: 20,
    gasBudget: "1000000000000000000",
    selfPaid: true,
    paymaster: address(0),
    permissions: [
      {
        target: addresses.token,
        method: "transfer(address,uint256)",
        maxValue: "0",
        spends: [],
        rules: [
          {
            argument: "0",
            test: "is one of",
            per: "",
            addresses: [address(1), address(2)],
            numbers: [] as string[],
            words: [] as Hex[],
          },
        ],
        inner: [],
        consumable: false,
        open: [],
      },
      {
        target: addresses.target,
        method: "note()",
        maxValue: "0",
        spends: [],
        rules: [],
        inner: [],
        consumable: false,
        open: [],
      },
    ].sort((a, b) => (BigInt(a.target) < BigInt(b.target) ? -1 : 1)),
    limits: [{ unit: addresses.token, cap: "1000", period: 3_600, fromStart: false }],
  };
  const struct = { data: policy, primaryType: "Policy", types: POLICY_TYPES };
  const policyId = hashStruct(struct as never);
  const validUntil = START + 3_600;
  const grant = { validAfter: START, validUntil, maxCalls: 5, lane: "7", replaces: address(0) };
  const transfer = `0xa9059cbb${word(1n).slice(2)}${word(40n).slice(2)}` as const;
  const executionCalldata = `${addresses.token}${word(0n).slice(2)}${transfer.slice(2)}` as const;
  const common = { validUntil, registration: grant.validAfter };

  const principalSigns = async (primaryType: Verb, message: object) => {
    const typed = { domain: domainOf(primaryType, domain), types: VERBS[primaryType], primaryType, message };
    const digest = hashTypedData(typed as never);
    const signature = await sign({ hash: digest, privateKey: key("wallet"), to: "hex" });
    return { primaryType, message, digest, signer: wallet.address, signature };
  };
  const keySigns = async (kind: "secp256k1" | "p256", primaryType: Verb, message: KeyMessage) => {
    const digest = hashTypedData({ domain, types: VERBS[primaryType], primaryType, message } as never);
    const signer = kind === "p256" ? p256Address : session.address;
    const element = kind === "p256" ? slice(publicKey, 0, 32) : signer;
    const [r, s] = kind === "p256" ? p256Elements(digest) : await compactElements(digest);
    const signature = `0x${[element, r, s, toHex(message.validUntil)].map((part) => word(BigInt(part!)).slice(2)).join("")}`;
    return { primaryType, kind, message, digest, signer, signature };
  };

  const vectors = [];
  const register = (signer: Hex, ownPublicKey: Hex, nonce: number, lane: string) => ({
    principal: wallet.address,
    policy,
    key: signer,
    publicKey: ownPublicKey,
    ...grant,
    lane,
    nonce,
    deadline: START + 600,
  });
  vectors.push(
    await principalSigns("RegisterSession", register(session.address, "0x", 0, "7")),
    await principalSigns("RegisterSession", register(p256Address, publicKey, 1, "8")),
  );
  for (const kind of ["secp256k1", "p256"] as const) {
    const nonce = kind === "p256" ? 1 : 0;
    vectors.push(
      await keySigns(kind, "SessionOperation", {
        principal: addresses.account,
        userOpHash: keccak256(stringToHex("a user operation")),
        ...common,
      }),
      await keySigns(kind, "SessionExecution", {
        principal: addresses.account,
        mode: word(0n),
        executionCalldata,
        nonce,
        minGas: 0,
        ...common,
      }),
      await keySigns(kind, "SessionRedemption", {
        principal: addresses.account,
        redeemer: address(0),
        mode: word(0n),
        executionCalldata,
        nonce: nonce + 2,
        minGas: 0,
        ...common,
      }),
      await keySigns(kind, "SessionForward", {
        principal: wallet.address,
        target: addresses.target,
        data: keccak256(stringToHex("note()")).slice(0, 10),
        nonce,
        minGas: 21_000,
        ...common,
      }),
    );
  }
  const roaming = privateKeyToAccount(key("session on several chains")).address;
  const { policy: _ofEachChain, nonce, ...granted } = register(roaming, "0x", 2, "9");
  vectors.push(
    await principalSigns("RegisterSessionOnChains", {
      ...granted,
      chains: [
        { chainId: 10, nonce: 5, policy: { ...policy, maxCalls: 19 } },
        { chainId: domain.chainId, nonce, policy },
      ],
    }),
    await principalSigns("RevokeSessionOnChains", {
      principal: wallet.address,
      key: roaming,
      deadline: START + 600,
      chains: [10, domain.chainId],
    }),
    await principalSigns("RevokeSession", {
      principal: wallet.address,
      key: session.address,
      deadline: START + 600,
    }),
    await principalSigns("RevokeAllSessions", {
      principal: wallet.address,
      generation: 0,
      deadline: START + 600,
    }),
  );
  return { domain, addresses, publicKey, p256Address, policy, policyId, grant, vectors };

  async function compactElements(digest: Hex): Promise<[Hex, Hex]> {
    const { r, yParityAndS } = signatureToCompactSignature(await sign({ hash: digest, privateKey: key("session") }));
    return [r, yParityAndS];
  }

  function p256Elements(digest: Hex): [Hex, Hex] {
    const hash = sha256(digest);
    const { r, s } = p256.sign(hash.slice(2), key("p256").slice(2), { lowS: true, prehash: false });
    return [toHex(r), toHex(s + ((BigInt(publicKey) % 2n) << 255n))];
  }
}

/** The private keys of the vectors, for a test that sends their transactions. */
export const vectorKeys = { deployer: key("deployer"), wallet: key("wallet"), session: key("session") };

function word(value: bigint): Hex {
  return encodeAbiParameters([{ type: "uint256" }], [value]);
}

if (import.meta.main) {
  await script(async () => {
    const file = fileURLToPath(new URL("./generated/vectors.json", import.meta.url));
    writeFileSync(file, `${JSON.stringify(await makeVectors(), null, 2)}\n`);
    console.log(`Wrote ${file}.`);
  });
}
