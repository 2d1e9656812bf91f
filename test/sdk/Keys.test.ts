import { createCipheriv, randomBytes, scryptSync, webcrypto } from "node:crypto";
import { inspect } from "node:util";
import { p256 } from "@noble/curves/nist.js";
import { expect } from "chai";
import {
  bytesToHex,
  concatHex,
  hexToBytes,
  isAddressEqual,
  keccak256,
  numberToHex,
  pad,
  recoverAddress,
  sha256,
  slice,
  toHex,
  zeroHash,
  type Hex,
} from "viem";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";
import { unsealSessionKey } from "../../sdk/src/keys/encrypted.ts";
import { SessionCreationError, SessionDecryptionError } from "../../sdk/src/errors/index.ts";
import {
  addressIn,
  decryptSessionKey,
  encodeSessionSignature,
  encryptSessionKey,
  generateP256SessionKey,
  generateSecp256k1SessionKey,
  indexedDbKeyStorage,
  memoryKeyStorage,
  p256SessionKeyIn,
  signSessionDigest,
  toP256SessionKey,
  toSecp256k1SessionKey,
  type P256KeyPair,
} from "../../sdk/src/keys/index.ts";
import { p256Key, secp256k1Key, sessionSignature } from "../support/reference/session.ts";

const HALF = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
const ACCOUNT = "0x1111111111111111111111111111111111111111";
const OTHER = "0x2222222222222222222222222222222222222222";
const digest = (i: number) => keccak256(numberToHex(i, { size: 32 }));
const thrownBy = async (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("The client's keys", () => {
  it("sign with secp256k1 as another implementation does: four elements, the parity in the top bit of s", async () => {
    const privateKey = generatePrivateKey();
    const key = toSecp256k1SessionKey(privateKey);
    const reference = secp256k1Key(privateKey);
    expect(key).to.include({ kind: "secp256k1", address: reference.address, publicKey: "0x" });
    for (let i = 0; i < 8; i++) {
      expect(await signSessionDigest(key, digest(i), 1_900_000_000)).to.equal(
        sessionSignature(reference, digest(i), 1_900_000_000),
      );
      const { r, s } = await key.sign(digest(i));
      const yParity = Number(BigInt(s) >> 255n);
      const plain = numberToHex(BigInt(s) & (2n ** 255n - 1n), { size: 32 });
      expect(await recoverAddress({ hash: digest(i), signature: { r, s: plain, yParity } })).to.equal(key.address);
    }
    expect(generateSecp256k1SessionKey().address).to.not.equal(generateSecp256k1SessionKey().address);
  });

  it("RTC-1 are made afresh in memory, by nobody else", async () => {
    const { fetch } = globalThis;
    globalThis.fetch = () => expect.fail("a key is asked of nobody");
    try {
      const made = await Promise.all(
        Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? generateSecp256k1SessionKey() : generateP256SessionKey())),
      );
      expect(new Set(made.map(({ address }) => address))).to.have.length(32);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it("sign with P-256 what WebCrypto verifies, with s in the lower half", async () => {
    const key = await generateP256SessionKey();
    expect(key.account).to.equal(undefined);
    expect(isAddressEqual(key.address, slice(keccak256(key.publicKey), 12))).to.equal(true);
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const raw = hexToBytes(concatHex(["0x04", key.publicKey]));
    const publicKey = await webcrypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
    for (let i = 0; i < 16; i++) {
      const { r, s } = await key.sign(digest(i));
      expect(BigInt(s) <= HALF).to.equal(true);
      const signature = hexToBytes(concatHex([r, s]));
      expect(await webcrypto.subtle.verify(algorithm, publicKey, signature, hexToBytes(digest(i)))).to.equal(true);
    }
    expect(p256Key().publicKey).to.have.length(key.publicKey.length);
  });

  it("are named by x and the parity of y, in the top bit of s: whoever verifies finds the whole key in them (ATK-120)", async () => {
    const parities = new Set<bigint>();
    while (parities.size < 2) {
      const key = await generateP256SessionKey();
      const signature = await signSessionDigest(key, digest(1), 1_900_000_000);
      const [x, r, s, validUntil] = [0, 1, 2, 3].map((i) => BigInt(slice(signature, 32 * i, 32 * i + 32)));
      const parity = s! >> 255n;
      const point = p256.Point.fromHex((parity === 1n ? "03" : "02") + numberToHex(x!, { size: 32 }).slice(2));
      expect(toHex(point.toBytes(false).slice(1))).to.equal(key.publicKey);
      const low = s! & (2n ** 255n - 1n);
      expect(low <= HALF && r! > 0n).to.equal(true);
      const hash = hexToBytes(sha256(digest(1)));
      const plain = new p256.Signature(r!, low).toBytes("compact");
      expect(p256.verify(plain, hash, point.toBytes(false), { prehash: false })).to.equal(true);
      expect(validUntil).to.equal(1_900_000_000n);
      // Whatever r and s: an estimation signs nothing.
      const stub = encodeSessionSignature({ key, r: zeroHash, s: zeroHash, validUntil: 5 });
      const marked = numberToHex(parity << 255n, { size: 32 });
      expect(stub).to.equal(concatHex([slice(key.publicKey, 0, 32), zeroHash, marked, pad("0x05")]));
      parities.add(parity);
    }
  });

  it("PIP-23 keep a P-256 key that nobody can export under its name (ATK-97)", async () => {
    const storage = memoryKeyStorage();
    const key = await p256SessionKeyIn(storage, "laptop");
    expect((await p256SessionKeyIn(storage, "laptop")).address).to.equal(key.address);
    expect((await p256SessionKeyIn(storage, "phone")).address).to.not.equal(key.address);
    const { privateKey } = (await storage.get("laptop"))!;
    expect(privateKey.extractable).to.equal(false);
    expect(await storage.list()).to.deep.equal(["laptop", "phone"]);
    expect(await thrownBy(crypto.subtle.exportKey("pkcs8", privateKey))).to.have.property("name", "InvalidAccessError");
    await storage.remove("laptop");
    expect((await p256SessionKeyIn(storage, "laptop")).address).to.not.equal(key.address);
  });

  it("are one key for those who ask for the same name at once", async () => {
    const storage = memoryKeyStorage();
    const keys = await Promise.all(Array.from({ length: 8 }, () => p256SessionKeyIn(storage, "tab")));
    expect(new Set(keys.map(({ address }) => address))).to.have.length(1);
  });

  it("CHI-29 say so if no key pair can be made", async () => {
    const { crypto } = globalThis;
    // A page that was not loaded over https has no `subtle`.
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    try {
      const error = await thrownBy(generateP256SessionKey());
      expect(error).to.be.instanceOf(SessionCreationError).and.include({ code: "SESSION_CREATION_FAILED" });
    } finally {
      Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
    }
  });

  it("SKL-10 have one interface, whoever keeps them, and show nothing of the key (ATK-97)", async () => {
    const privateKey = generatePrivateKey();
    const bound = { account: ACCOUNT, chainId: 31_337, encryptKey: "9183 7" } as const;
    const custodians = {
      memory: toSecp256k1SessionKey(privateKey),
      storage: await p256SessionKeyIn(memoryKeyStorage(), "tab"),
      encrypted: await decryptSessionKey({
        encryptedPrivateKey: await encryptSessionKey({ privateKey, ...bound }),
        ...bound,
      }),
    };
    for (const [name, key] of Object.entries(custodians)) {
      expect(
        Object.keys(key)
          .filter((each) => each !== "account")
          .sort(),
        name,
      ).to.deep.equal(["address", "kind", "publicKey", "sign"]);
      expect(await signSessionDigest(key, digest(1), 1_900_000_000), name).to.match(/^0x[0-9a-f]{256}$/);
      const shown = JSON.stringify(key) + inspect(key, { depth: 9, showHidden: true });
      expect(shown.toLowerCase(), name).to.not.contain(privateKey.slice(2)).and.not.contain(bound.encryptKey);
    }
  });

  describe("in IndexedDB", () => {
    // What works is tested in a browser; here is what a browser does when it does not.
    const pairOf = async (extractable: boolean) =>
      (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, extractable, [
        "sign",
        "verify",
      ])) as P256KeyPair;
    const named = (name: string) => Object.assign(new Error(`${name} of the browser`), { name });
    /** A request whose answer comes when whoever made it has had the time to listen. */
    const request = (event: string, fields: object = {}) => {
      const made: Record<string, unknown> = { result: undefined, error: null, ...fields };
      setImmediate(() => (made[event] as (() => void) | null | undefined)?.());
      return made;
    };
    /** A database that has `value` in it, and answers each request with `event`. */
    const databaseWith = (value: unknown, { event = "onsuccess", error = null as Error | null } = {}) => ({
      close: () => undefined,
      transaction: () => {
        const transaction = request(event === "onsuccess" ? "oncomplete" : "onabort", {
          error,
          objectStore: () => ({
            get: () => request(event, { result: value, error }),
            add: () => request(event, { error }),
            delete: () => request(event, { error }),
            getAllKeys: () => request(event, { result: ["phone", "tab"], error }),
          }),
        });
        return transaction;
      },
    });
    const withIndexedDb = async (value: unknown, run: () => Promise<unknown>) => {
      Object.defineProperty(globalThis, "indexedDB", {
        get: () => (value instanceof Error ? raise(value) : value),
        configurable: true,
      });
      try {
        return await thrownBy(run());
      } finally {
        delete (globalThis as { indexedDB?: unknown }).indexedDB;
      }
    };
    const raise = (error: Error) => {
      throw error;
    };
    const opens = (database: object) => ({ open: () => request("onsuccess", { result: database }) });

    const cases: [string, () => Promise<unknown> | unknown, string][] = [
      ["where there is none", () => undefined, "There is no IndexedDB here"],
      ["where looking at it is forbidden", () => named("SecurityError"), "This page may keep nothing."],
      [
        "in a private window",
        () => ({ open: () => request("onerror", { error: named("InvalidStateError") }) }),
        "it is private",
      ],
      ["while another tab blocks it", () => ({ open: () => request("onblocked") }), "Another tab keeps the database"],
      [
        "without room",
        () => opens(databaseWith(undefined, { event: "onerror", error: named("QuotaExceededError") })),
        "There is no room left",
      ],
      [
        "that fails otherwise",
        () => opens(databaseWith(undefined, { event: "onerror", error: named("UnknownError") })),
        "could not be kept",
      ],
      [
        "that is the page's own, of the same version",
        () => opens({ close: () => undefined, transaction: () => raise(named("NotFoundError")) }),
        "Give indexedDbKeyStorage a name that nothing else has.",
      ],
      [
        "that is the page's own, of a later version",
        () => ({ open: () => request("onerror", { error: named("VersionError") }) }),
        "Give indexedDbKeyStorage a name that nothing else has.",
      ],
      [
        "with halves of two pairs",
        async () =>
          opens(
            databaseWith({
              privateKey: (await pairOf(false)).privateKey,
              publicKey: (await pairOf(false)).publicKey,
            }),
          ),
        "is no session key",
      ],
      ["with something else in its place", () => opens(databaseWith({ privateKey: "0x01" })), "is no session key"],
      ["with a planted key", async () => opens(databaseWith(await pairOf(true))), "that nobody can export"],
      ["with nothing at all in its place", () => opens(databaseWith(null)), "is no session key"],
    ];
    for (const [place, make, said] of cases) {
      it(`CHI-29 refuse a key in an IndexedDB ${place}`, async () => {
        const storage = indexedDbKeyStorage();
        const error = await withIndexedDb(await make(), () => p256SessionKeyIn(storage, "tab"));
        expect(error).to.be.instanceOf(SessionCreationError).and.include({ code: "SESSION_CREATION_FAILED" });
        expect((error as SessionCreationError).message).to.contain(said);
      });
    }

    it("are listed by their names", async () => {
      let names: string[] = [];
      await withIndexedDb(opens(databaseWith(undefined)), async () => {
        names = await indexedDbKeyStorage().list();
      });
      expect(names).to.deep.equal(["phone", "tab"]);
    });

    it("are the one that was kept first", async () => {
      const pair = await pairOf(false);
      const kept = await pairOf(false);
      let found: P256KeyPair | undefined;
      await withIndexedDb(opens(databaseWith(kept)), async () => {
        found = await indexedDbKeyStorage().add("tab", pair);
      });
      expect(found).to.deep.equal(kept);
      expect((await toP256SessionKey(found!)).address).to.equal((await toP256SessionKey(kept)).address);
    });
  });

  it("refuse keys of another curve and what is no key", async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-384" };
    const pair = (await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"])) as P256KeyPair;
    expect(await thrownBy(toP256SessionKey(pair))).to.be.instanceOf(SessionCreationError);
    for (const bad of ["0x", `0x${"00".repeat(32)}`, `0x${"ff".repeat(32)}`] as Hex[]) {
      expect(() => toSecp256k1SessionKey(bad))
        .to.throw(SessionCreationError)
        .with.property("code", "SESSION_CREATION_FAILED");
    }
  });

  it("show nothing of the key in JSON, in a log or in an error (ATK-97)", async () => {
    const privateKey = generatePrivateKey();
    const bare = privateKey.slice(2);
    const key = toSecp256k1SessionKey(privateKey);
    expect(JSON.stringify(key) + inspect(key, { depth: 9, showHidden: true })).to.not.contain(bare);
    const tooLong: Hex = `${privateKey}00`;
    try {
      toSecp256k1SessionKey(tooLong);
      expect.fail("33 bytes are no key");
    } catch (error) {
      expect(error).to.be.instanceOf(SessionCreationError);
      expect(inspect(error, { depth: 9 })).to.not.contain(bare);
    }
  });

  describe("encrypted", () => {
    const privateKey = generatePrivateKey();
    const binding = { account: ACCOUNT, chainId: 31_337 } as const;
    const encryptKey = "1234 \u00e9";
    let blob: Hex;
    before(async () => {
      blob = await encryptSessionKey({ privateKey, encryptKey, ...binding });
    });
    const open = (changes: object = {}) =>
      decryptSessionKey({ encryptedPrivateKey: blob, encryptKey, ...binding, ...changes });

    it("CHI-3 open with their PIN, however it was typed, and say their address", async () => {
      const key = await open({ encryptKey: "1234 e\u0301" });
      expect(key.address).to.equal(privateKeyToAddress(privateKey));
      expect(isAddressEqual(addressIn(blob), key.address)).to.equal(true);
      expect(blob).to.not.contain(privateKey.slice(2));
      expect(slice(blob, 0, 4)).to.equal("0x01110801");
    });

    it("CHI-28 fail in one way alone, whatever is wrong (ATK-96)", async () => {
      const flipped = (position: number) => {
        const bytes = hexToBytes(blob);
        bytes[position]! ^= 1;
        return { encryptedPrivateKey: bytesToHex(bytes) };
      };
      const attempts: Record<string, object> = {
        "wrong PIN": { encryptKey: "1235 \u00e9" },
        "another account": { account: OTHER },
        "another chain": { chainId: 1 },
        "flipped version": flipped(0),
        "flipped salt": flipped(4),
        "flipped nonce": flipped(31),
        "flipped tag": flipped(99),
        "flipped address": flipped(51),
        "flipped ciphertext": flipped(52),
        truncated: { encryptedPrivateKey: slice(blob, 0, 99) },
        longer: { encryptedPrivateKey: concatHex([blob, "0x00"]) },
        empty: { encryptedPrivateKey: "" },
        "no hex": { encryptedPrivateKey: "not a blob" },
        "cheaper than the floor": { encryptedPrivateKey: concatHex(["0x01100801", slice(blob, 4)]) },
        "dearer than the ceiling": { encryptedPrivateKey: concatHex(["0x01120801", slice(blob, 4)]) },
        "of the dearest": { encryptedPrivateKey: concatHex(["0x01ff0801", slice(blob, 4)]) },
        "no text for a PIN": { encryptKey: 1234 },
        "no PIN": { encryptKey: undefined },
        "another block size": { encryptedPrivateKey: concatHex(["0x01110101", slice(blob, 4)]) },
      };
      const seen = new Set<string>();
      for (const [name, changes] of Object.entries(attempts)) {
        const error = (await thrownBy(open(changes))) as SessionDecryptionError;
        expect(error, name).to.be.instanceOf(SessionDecryptionError);
        expect(error.cause, name).to.equal(undefined);
        const shown = JSON.stringify(error) + inspect(error, { depth: 9, showHidden: true });
        expect(shown, name).to.not.contain(privateKey.slice(2)).and.not.contain("1234").and.not.contain("1235");
        seen.add(JSON.stringify([error.code, error.message, error.name, error.metaMessages]));
      }
      expect(seen).to.have.length(1);
      expect([...seen][0]).to.contain("SESSION_DECRYPTION_FAILED");
    });

    it("fail with any bit of any byte flipped, even to who knows the PIN (ATK-96)", async () => {
      const bytes = hexToBytes(blob);
      const derived = scryptSync("1234 \u00e9".normalize("NFKC"), bytes.slice(4, 20), 32, {
        ...{ N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 },
      });
      const key = await crypto.subtle.importKey("raw", Uint8Array.from(derived), "AES-GCM", false, ["decrypt"]);
      expect((await unsealSessionKey(blob, key, binding)).address).to.equal(privateKeyToAddress(privateKey));
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const error = await thrownBy(unsealSessionKey(bytesToHex(flipped), key, binding));
        expect(error, `bit ${bit}`).to.have.property("name", "OperationError");
      }
      for (const changes of [{ account: OTHER }, { chainId: 1 }] as const) {
        const error = await thrownBy(unsealSessionKey(blob, key, { ...binding, ...changes }));
        expect(error).to.have.property("name", "OperationError");
      }
    });

    it("open as another implementation seals them, and not below the floor (ATK-95)", async () => {
      const sealed = (logN: number, address = privateKeyToAddress(privateKey)) => {
        const [salt, iv] = [randomBytes(16), randomBytes(12)];
        const header = Buffer.concat([Buffer.from([1, logN, 8, 1]), salt, iv, hexToBytes(address)]);
        const derived = scryptSync(encryptKey, salt, 32, { N: 2 ** logN, r: 8, p: 1, maxmem: 2 ** 28 });
        const cipher = createCipheriv("aes-256-gcm", derived, iv);
        cipher.setAAD(Buffer.concat([header, hexToBytes(ACCOUNT), hexToBytes(numberToHex(31_337, { size: 32 }))]));
        const body = Buffer.concat([cipher.update(hexToBytes(privateKey)), cipher.final(), cipher.getAuthTag()]);
        return { encryptedPrivateKey: bytesToHex(Buffer.concat([header, body])) };
      };
      expect((await open(sealed(17))).address).to.equal(privateKeyToAddress(privateKey));
      expect(await thrownBy(open(sealed(16)))).to.be.instanceOf(SessionDecryptionError);
      // Sealed well, for a key that it does not hold.
      expect(await thrownBy(open(sealed(17, OTHER)))).to.be.instanceOf(SessionDecryptionError);
    });

    it("are not made without a PIN (ATK-95)", async () => {
      const pins: [unknown, string][] = [
        ["", "0 characters"],
        ["1", "1 characters"],
        ["123", "3 characters"],
        // Three characters, each of two units.
        ["\u{1f511}\u{1f512}\u{1f513}", "3 characters"],
        [1234, "number"],
        [undefined, "undefined"],
        [null, "object"],
      ];
      for (const [pin, said] of pins) {
        const error = await thrownBy(encryptSessionKey({ privateKey, encryptKey: pin as string, ...binding }));
        expect(error, said).to.be.instanceOf(SessionCreationError);
        expect((error as SessionCreationError).message)
          .to.contain(`Given: ${said}`)
          .and.contain("Bound: 4 characters");
      }
    });
  });
});
