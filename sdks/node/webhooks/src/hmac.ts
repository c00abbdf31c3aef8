import { concat } from "./bytes.js";
import { type HashName, hashes } from "./sha.js";

/** The message authentication code of `content` (RFC 2104). */
export function hmac(name: HashName, key: Uint8Array, content: Uint8Array): Uint8Array {
  const hash = hashes[name];
  const block = new Uint8Array(hash.blockBytes);
  block.set(key.length > hash.blockBytes ? hash.digest(key) : key);
  const padded = (pad: number) => block.map((byte) => byte ^ pad);
  return hash.digest(concat([padded(0x5c), hash.digest(concat([padded(0x36), content]))]));
}
