// Our hashes and ed25519 against those of Node.
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { equalInConstantTime } from "../src/bytes.js";
import { PublicKey } from "../src/ed25519.js";
import { decode, decodeUnpaddedOrPadded, encode } from "../src/encoding.js";
import { hmac } from "../src/hmac.js";
import { type HashName, hashes } from "../src/sha.js";

const message = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255);
const hex = (bytes: Uint8Array) => encode("hex", bytes);
const names: HashName[] = ["sha1", "sha256", "sha512"];

describe.each(names)("%s", (name) => {
  it("digests messages of every length around its blocks as Node does", () => {
    for (const length of [...Array(300).keys(), 4096, 100_003]) {
      expect(hex(hashes[name].digest(message(length)))).toBe(createHash(name).update(message(length)).digest("hex"));
    }
  });
  it("authenticates with keys of every length as Node does", () => {
    for (const length of [0, 1, 63, 64, 65, 127, 128, 129, 300]) {
      const expected = createHmac(name, message(length)).update(message(77)).digest("hex");
      expect(hex(hmac(name, message(length), message(77)))).toBe(expected);
    }
  });
});

describe("ed25519", () => {
  const pair = generateKeyPairSync("ed25519");
  const raw = pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const seed = pair.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const signature = new Uint8Array(sign(null, message(100), pair.privateKey));

  it("a signature that Node made fits, and no altered one", () => {
    const key = PublicKey.parse(new Uint8Array(raw));
    expect(key?.verifies(message(100), signature)).toBe(true);
    expect(key?.verifies(message(101), signature)).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      expect(key?.verifies(message(100), signature.map((byte, place) => (place === at ? byte ^ 1 : byte)))).toBe(false);
    }
  });
  it("the public half comes from the seed, alone or with the public key that belongs to it", () => {
    expect(PublicKey.ofPrivate(new Uint8Array(seed))?.bytes).toEqual(new Uint8Array(raw));
    expect(PublicKey.ofPrivate(new Uint8Array([...seed, ...raw]))?.bytes).toEqual(new Uint8Array(raw));
    expect(PublicKey.ofPrivate(new Uint8Array([...seed, ...seed]))).toBeNull();
  });
  it("keys of small order are none", () => {
    expect(PublicKey.parse(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0)))).toBeNull();
    expect(PublicKey.parse(new Uint8Array(32))).toBeNull();
  });
});

describe("encodings", () => {
  it("write and read what Node does", () => {
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      for (let length = 0; length < 40; length++) {
        const text = Buffer.from(message(length)).toString(encoding);
        expect(encode(encoding, message(length))).toBe(text);
        expect(decode(encoding, text)).toEqual(message(length));
      }
    }
  });
  it.each(["A", "AB=", "AB=A", "AB", "A===", "AA==\n", "AAE", "é"])("%j is no padded base64", (text) => {
    expect(decode("base64", text)).toBeNull();
  });
  it("a secret's padding may be missing", () => {
    expect(decodeUnpaddedOrPadded("AA")).toEqual(Uint8Array.of(0));
    expect(decodeUnpaddedOrPadded("AA=")).toBeNull();
  });
});

it("equal bytes of equal length are equal, and no others", () => {
  expect(equalInConstantTime(message(9), message(9))).toBe(true);
  expect(equalInConstantTime(message(9), message(8))).toBe(false);
  expect(equalInConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
});
