import { createClient, custom, encodeFunctionData, hashTypedData, parseAbi, type Address, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import {
  contract,
  decryptSessionKey,
  definePolicy,
  encryptSessionKey,
  indexedDbKeyStorage,
  p256SessionKeyIn,
  sessionActions,
  signSessionDigest,
  type Deployment,
  type SessionKey,
} from "../../../sdk/src/index.ts";
import type { InjectedWallet } from "./wallet.ts";

/** The script of the page under test: what a dApp does, one function for each thing that a test asks of it. */

const storage = indexedDbKeyStorage({ name: "page" });
const feedAbi = parseAbi(["function post(string text) returns (uint256)"]);
const { injected } = globalThis as unknown as { injected: InjectedWallet };

interface Setting {
  deployment: Deployment;
  feed: Address;
  /** Pays for what is signed: a service of the dApp, with a key of its own. */
  relayer: Hex;
  app?: string;
}

const keyOf = (name: string) => p256SessionKeyIn(storage, name);
const shown = ({ kind, address, publicKey }: SessionKey) => ({ kind, address, publicKey });

function open({ deployment, feed, relayer, app = "page.example" }: Setting) {
  const client = createClient({ chain: hardhat, transport: custom(injected), pollingInterval: 20, cacheTime: 0 });
  const policy = definePolicy({
    app,
    maxDuration: 3_600,
    maxCalls: 5,
    permissions: [contract({ address: feed, abi: feedAbi, methods: { post: {} } })],
  });
  return { client: client.extend(sessionActions({ deployment })), policy, relayer: privateKeyToAccount(relayer) };
}

const page = {
  async make(name: string) {
    return shown(await keyOf(name));
  },

  async sign(name: string) {
    const digest = hashTypedData({
      types: { Note: [{ name: "text", type: "string" }] },
      primaryType: "Note",
      message: { text: name },
    });
    const key = await keyOf(name);
    return { digest, address: key.address, signature: await signSessionDigest(key, digest, 1_900_000_000) };
  },

  /** The name of the error in each format in which a key could be exported. */
  async exported(name: string) {
    const pair = (await storage.get(name))!;
    const formats = ["pkcs8", "jwk", "raw"] as const;
    return Promise.all(
      formats.map((format) =>
        crypto.subtle.exportKey(format as "pkcs8", pair.privateKey).then(
          () => "exported",
          (error: Error) => error.name,
        ),
      ),
    );
  },

  remove: (name: string) => storage.remove(name),

  /** A key under a PIN, sealed and opened where users do it. */
  async seal(account: Address) {
    const encryptKey = "1234";
    const privateKey = `0x${"11".repeat(32)}` as const;
    const encryptedPrivateKey = await encryptSessionKey({ privateKey, encryptKey, account, chainId: 1 });
    const { address } = await decryptSessionKey({ encryptedPrivateKey, encryptKey, account, chainId: 1 });
    return { encryptedPrivateKey, address };
  },

  connect: async () => (await injected.request({ method: "eth_requestAccounts" })) as Address[],

  async register(setting: Setting, name: string, wallet: Address) {
    const { client, policy, relayer } = open(setting);
    const { hash } = await client.registerSessionSync({ key: await keyOf(name), policy, account: wallet, relayer });
    return hash;
  },

  async post(setting: Setting, name: string, wallet: Address, text: string) {
    const { client, relayer } = open(setting);
    const data = encodeFunctionData({ abi: feedAbi, functionName: "post", args: [text] });
    const calls = [{ to: setting.feed, data }];
    return client.sendSessionCallsSync({ principal: wallet, key: await keyOf(name), calls, relayer });
  },

  async revoke(setting: Setting, name: string, wallet: Address) {
    const { client } = open(setting);
    return client.revokeSessionSync({ key: (await keyOf(name)).address, account: wallet });
  },

  async status(setting: Setting, name: string, wallet: Address) {
    const { client } = open(setting);
    return client.getSession({ principal: wallet, key: (await keyOf(name)).address });
  },
};

export type Page = typeof page;

/** What went wrong, in a form that leaves the page: a browser hands over no more than plain values. */
export interface PageError {
  names: string[];
  code: string | undefined;
  message: string;
}

function describe(thrown: unknown): PageError {
  const names: string[] = [];
  for (let each = thrown; each instanceof Error; each = each.cause) names.push(each.name);
  const { code } = thrown as { code?: unknown };
  return { names, code: code === undefined ? undefined : String(code), message: String(thrown) };
}

Object.assign(globalThis, {
  async ask(name: keyof Page, args: never[]) {
    try {
      return { value: await (page[name] as (...args: never[]) => unknown)(...args) };
    } catch (thrown) {
      return { error: describe(thrown) };
    }
  },
});
