const encoder = new TextEncoder();
// A byte order mark is no part of JSON (RFC 8259, 8.1), so it must stay visible.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes, or text that stands for its UTF-8 bytes. */
export type Bytes = string | Uint8Array | ArrayBuffer;

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; `null` for bytes that are no UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both are equal; for equal lengths it takes the same time wherever the first difference is. */
export function equalInConstantTime(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one[at]! ^ other[at]!;
  return difference === 0;
}
