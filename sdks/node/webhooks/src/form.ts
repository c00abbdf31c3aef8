/** Form bodies (`application/x-www-form-urlencoded`) as the URL standard reads them. */
import { concat, fromUtf8 } from "./bytes.js";

type Pair = readonly [name: Uint8Array, value: Uint8Array];

/** Name and value of every parameter, decoded, sorted by name (then value), with nothing between them. */
export function sortedForm(body: Uint8Array): Uint8Array {
  const sorted = pairs(body).sort((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]));
  return concat(sorted.flat());
}

/** The parameters as texts by name, the last of a name; `null` where one is no UTF-8. */
export function flatForm(body: Uint8Array): Record<string, string> | null {
  const texts = pairs(body).map(([name, value]) => [fromUtf8(name), fromUtf8(value)]);
  return texts.flat().includes(null) ? null : (Object.fromEntries(texts) as Record<string, string>);
}

function pairs(body: Uint8Array): Pair[] {
  return split(body, 0x26)
    .filter((pair) => pair.length > 0)
    .map((pair) => {
      const equals = pair.indexOf(0x3d);
      const end = equals < 0 ? pair.length : equals;
      return [decode(pair.subarray(0, end)), decode(pair.subarray(end + 1))];
    });
}

function split(bytes: Uint8Array, separator: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, start)) {
    parts.push(bytes.subarray(start, at));
    start = at + 1;
  }
  return [...parts, bytes.subarray(start)];
}

function decode(text: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    const hex = byte === 0x25 ? String.fromCharCode(...text.subarray(at + 1, at + 3)) : "";
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out.push(parseInt(hex, 16));
      at += 2;
    } else {
      out.push(byte === 0x2b ? 0x20 : byte);
    }
  }
  return Uint8Array.from(out);
}

function compare(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, place) => byte !== other[place]);
  return at < 0 ? one.length - other.length : one[at]! - (other[at] ?? -1);
}
