/**
 * SHA-1, SHA-256 and SHA-512 (FIPS 180-4). Written out because the Web Crypto API only answers asynchronously and
 * `node:crypto` is missing in edge runtimes: so one synchronous path verifies everywhere.
 */
import { concat } from "./bytes.js";

export type HashName = "sha1" | "sha256" | "sha512";

/** A hash function, and the length of its blocks in bytes, which HMAC needs. */
export interface Hash {
  readonly blockBytes: number;
  digest(message: Uint8Array): Uint8Array;
}

const PRIMES = firstPrimes(80);
// The constants of the standard are the first 64 bits of the fractions of the primes' cube and square roots.
const CUBE_ROOTS = halves(PRIMES.map((prime) => root(BigInt(prime) << 192n, 3n)));
const SQUARE_ROOTS = halves(PRIMES.slice(0, 8).map((prime) => root(BigInt(prime) << 128n, 2n)));

export const hashes: Readonly<Record<HashName, Hash>> = {
  sha1: { blockBytes: 64, digest: sha1 },
  sha256: { blockBytes: 64, digest: sha256 },
  sha512: { blockBytes: 128, digest: sha512 },
};

function sha1(message: Uint8Array): Uint8Array {
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Uint32Array(80);
  eachBlock(message, 64, (view, start) => {
    for (let t = 0; t < 80; t++) {
      words[t] =
        t < 16
          ? view.getUint32(start + 4 * t)
          : rotateLeft(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
    }
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let t = 0; t < 80; t++) {
      const [f, k] =
        t < 20 ? [(b & c) | (~b & d), 0x5a827999]
        : t < 40 ? [b ^ c ^ d, 0x6ed9eba1]
        : t < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
        : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotateLeft(a, 5) + f + e + k + words[t]!) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    [a, b, c, d, e].forEach((value, at) => (state[at]! += value));
  });
  return bigEndian(state);
}

function sha256(message: Uint8Array): Uint8Array {
  const state = SQUARE_ROOTS.high.slice();
  const words = new Uint32Array(64);
  eachBlock(message, 64, (view, start) => {
    for (let t = 0; t < 16; t++) words[t] = view.getUint32(start + 4 * t);
    for (let t = 16; t < 64; t++) {
      const x = words[t - 15]!;
      const y = words[t - 2]!;
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      words[t] = words[t - 16]! + s0 + words[t - 7]! + s1;
    }
    let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
    let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
    for (let t = 0; t < 64; t++) {
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + CUBE_ROOTS.high[t]! + words[t]!) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => (state[at]! += value));
  });
  return bigEndian(state);
}

function sha512(message: Uint8Array): Uint8Array {
  // Words of 64 bits as pairs of 32: big integers would be a hundred times slower.
  const high = SQUARE_ROOTS.high.slice();
  const low = SQUARE_ROOTS.low.slice();
  const wordsHigh = new Uint32Array(80);
  const wordsLow = new Uint32Array(80);
  eachBlock(message, 128, (view, start) => {
    for (let t = 0; t < 80; t++) {
      if (t < 16) {
        wordsHigh[t] = view.getUint32(start + 8 * t);
        wordsLow[t] = view.getUint32(start + 8 * t + 4);
        continue;
      }
      const xh = wordsHigh[t - 15]!, xl = wordsLow[t - 15]!, yh = wordsHigh[t - 2]!, yl = wordsLow[t - 2]!;
      const s0h = funnel(xh, xl, 1) ^ funnel(xh, xl, 8) ^ (xh >>> 7);
      const s0l = funnel(xl, xh, 1) ^ funnel(xl, xh, 8) ^ funnel(xl, xh, 7);
      const s1h = funnel(yh, yl, 19) ^ funnel(yl, yh, 29) ^ (yh >>> 6);
      const s1l = funnel(yl, yh, 19) ^ funnel(yh, yl, 29) ^ funnel(yl, yh, 6);
      const sum = (s0l >>> 0) + (s1l >>> 0) + wordsLow[t - 7]! + wordsLow[t - 16]!;
      wordsLow[t] = sum;
      wordsHigh[t] = s0h + s1h + wordsHigh[t - 7]! + wordsHigh[t - 16]! + carry(sum);
    }
    let ah = high[0]!, bh = high[1]!, ch = high[2]!, dh = high[3]!;
    let eh = high[4]!, fh = high[5]!, gh = high[6]!, hh = high[7]!;
    let al = low[0]!, bl = low[1]!, cl = low[2]!, dl = low[3]!;
    let el = low[4]!, fl = low[5]!, gl = low[6]!, hl = low[7]!;
    for (let t = 0; t < 80; t++) {
      const s1h = funnel(eh, el, 14) ^ funnel(eh, el, 18) ^ funnel(el, eh, 9);
      const s1l = funnel(el, eh, 14) ^ funnel(el, eh, 18) ^ funnel(eh, el, 9);
      const chooseLow = ((el & fl) ^ (~el & gl)) >>> 0;
      const t1 = hl + (s1l >>> 0) + chooseLow + CUBE_ROOTS.low[t]! + wordsLow[t]!;
      const t1h = (hh + s1h + ((eh & fh) ^ (~eh & gh)) + CUBE_ROOTS.high[t]! + wordsHigh[t]! + carry(t1)) | 0;
      const t1l = t1 >>> 0;
      const s0h = funnel(ah, al, 28) ^ funnel(al, ah, 2) ^ funnel(al, ah, 7);
      const s0l = funnel(al, ah, 28) ^ funnel(ah, al, 2) ^ funnel(ah, al, 7);
      const t2 = (s0l >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
      const t2h = (s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + carry(t2)) | 0;
      const e = dl + t1l;
      const a = t1l + (t2 >>> 0);
      hh = gh; hl = gl;
      gh = fh; gl = fl;
      fh = eh; fl = el;
      eh = (dh + t1h + carry(e)) >>> 0; el = e >>> 0;
      dh = ch; dl = cl;
      ch = bh; cl = bl;
      bh = ah; bl = al;
      ah = (t1h + t2h + carry(a)) >>> 0; al = a >>> 0;
    }
    const highs = [ah, bh, ch, dh, eh, fh, gh, hh];
    [al, bl, cl, dl, el, fl, gl, hl].forEach((value, at) => {
      const sum = low[at]! + value;
      low[at] = sum;
      high[at]! += highs[at]! + carry(sum);
    });
  });
  return bigEndian(Uint32Array.from({ length: 16 }, (_, at) => (at % 2 ? low : high)[at >> 1]!));
}

const rotateLeft = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));
const rotateRight = (x: number, bits: number) => (x >>> bits) | (x << (32 - bits));
/** The upper half of (x, y) rotated to the right by fewer than 32 bits. */
const funnel = (x: number, y: number, bits: number) => (x >>> bits) | (y << (32 - bits));
/** What a sum of 32-bit words carries into the next one. */
const carry = (sum: number) => Math.floor(sum / 0x1_0000_0000);

function eachBlock(message: Uint8Array, blockBytes: number, step: (view: DataView, start: number) => void): void {
  const length = message.length;
  const lengthBytes = blockBytes / 8;
  const rest = length % blockBytes;
  const tail = new Uint8Array(rest + 1 + lengthBytes > blockBytes ? 2 * blockBytes : blockBytes);
  tail.set(message.subarray(length - rest));
  tail[rest] = 0x80;
  const end = new DataView(tail.buffer);
  end.setUint32(tail.length - 8, Math.floor(length / 0x2000_0000));
  end.setUint32(tail.length - 4, length << 3);
  const whole = new DataView(message.buffer, message.byteOffset, length - rest);
  for (let start = 0; start < whole.byteLength; start += blockBytes) step(whole, start);
  for (let start = 0; start < tail.length; start += blockBytes) step(end, start);
}

function bigEndian(words: Uint32Array): Uint8Array {
  return concat(Array.from(words, (word) => Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word)));
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/** The greatest integer whose power is at most `value`, by bisection. */
function root(value: bigint, power: bigint): bigint {
  let found = 0n;
  for (let bit = 1n << 80n; bit > 0n; bit >>= 1n) if ((found + bit) ** power <= value) found += bit;
  return found;
}

function halves(words: readonly bigint[]): { high: Uint32Array; low: Uint32Array } {
  const low = (word: bigint) => Number(word & 0xffff_ffffn);
  return { high: Uint32Array.from(words, (word) => low(word >> 32n)), low: Uint32Array.from(words, low) };
}
