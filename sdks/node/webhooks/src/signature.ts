import { concat, equalInConstantTime, utf8 } from "./bytes.js";
import type { Signature } from "./dialect.js";
import type { SchemeFile } from "./dialect-file.js";
import { PublicKey } from "./ed25519.js";
import { decode, encode } from "./encoding.js";
import { hmac } from "./hmac.js";
import type { VerifyingKey } from "./secret.js";
import type { HashName } from "./sha.js";

/** One entry of the signature header: a version (empty in a bare one) and what it holds. */
export interface Item {
  readonly version: string;
  readonly text: string;
}

export function items(signature: Signature, value: string): Item[] {
  if (signature.grammar === "bare") return [{ version: "", text: value }];
  const between = signature.grammar === "pairs" ? "=" : ",";
  return value.split(signature.separator).flatMap((entry) => {
    const item = entry.trim();
    const at = item.indexOf(between);
    return at < 0 ? [] : [{ version: item.slice(0, at), text: item.slice(at + 1) }];
  });
}

/** A sender lists one signature per key in force; checking more of a key pair's would let anyone occupy the processor. */
const PAIR_CHECKS_MAX = 8;

/**
 * Whether one of `texts` is the signature of `content`. However many there are, a shared key signs once; each comparison
 * takes the same time wherever the first difference is.
 */
export function fitsOne(scheme: SchemeFile, key: VerifyingKey, content: Uint8Array, texts: readonly string[]): boolean {
  const prefix = scheme.prefix ?? "";
  const candidates = texts.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length));
  if (key instanceof PublicKey) {
    if (scheme.algorithm !== "ed25519") return false;
    return candidates.slice(0, PAIR_CHECKS_MAX).some((text) => {
      const signature = decode(scheme.output ?? "base64", text);
      return signature !== null && key.verifies(content, signature);
    });
  }
  const expected = candidates.length > 0 ? sharedSignature(scheme, key, content) : null;
  return expected !== null && candidates.some((text) => equalInConstantTime(expected, utf8(text)));
}

/** The UTF-8 text of what a shared key signs, without the scheme's prefix; `null` where it cannot sign. */
export function sharedSignature(scheme: SchemeFile, key: Uint8Array, content: Uint8Array): Uint8Array | null {
  switch (scheme.algorithm) {
    case "token":
      return key;
    case "basic":
      return utf8(encode("base64", concat([utf8(`${scheme.user ?? ""}:`), key])));
    case "ed25519":
      return null;
    default: {
      const hash = scheme.algorithm.slice("hmac-".length) as HashName;
      return utf8(encode(scheme.output ?? "hex", hmac(hash, key, content)));
    }
  }
}
