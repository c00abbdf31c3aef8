/** How the bytes of a signature are written: lower-case hex, padded base64, or base64 for URLs without padding (RFC 4648). */
export type Encoding = "hex" | "base64" | "base64url";

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS = STANDARD.slice(0, 62) + "-_";

export function encode(encoding: Encoding, bytes: Uint8Array): string {
  if (encoding === "hex") return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = encodeSixBits(bytes, encoding === "base64" ? STANDARD : FOR_URLS);
  return encoding === "base64" ? text.padEnd(Math.ceil(text.length / 4) * 4, "=") : text;
}

/** The bytes that `text` stands for; `null` where it is not exactly of that form. */
export function decode(encoding: Encoding, text: string): Uint8Array | null {
  if (encoding === "hex") return decodeHex(text);
  if (encoding === "base64url") return decodeSixBits(text, FOR_URLS);
  return text.length % 4 === 0 ? decodeUnpaddedOrPadded(text) : null;
}

/** Base64 whose padding may be missing, since secrets are copied by hand. */
export function decodeUnpaddedOrPadded(text: string): Uint8Array | null {
  const bare = text.replace(/={1,2}$/, "");
  if (bare.length !== text.length && text.length % 4 !== 0) return null;
  return decodeSixBits(bare, STANDARD);
}

/** Hexadecimal in either case. */
export function decodeHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

function encodeSixBits(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 6; ) text += alphabet[(held >> (bits -= 6)) & 63];
    held &= 63;
  }
  return bits > 0 ? text + alphabet[(held << (6 - bits)) & 63] : text;
}

function decodeSixBits(text: string, alphabet: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const six = alphabet.indexOf(character);
    if (six < 0) return null;
    held = ((held << 6) | six) & 0xfff;
    bits += 6;
    if (bits >= 8) bytes[at++] = held >> (bits -= 8);
  }
  // A lone last character, or bits beyond the last byte, would make a second spelling of the same bytes.
  return bits < 6 && (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}
