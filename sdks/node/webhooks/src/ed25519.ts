/**
 * Verification of ed25519 signatures (RFC 8032, 5.1.7) by the strict rules: no keys or commitments of small order, no
 * second spelling of a signature. It only sees public values, except when a public key is derived once from a
 * private one, so it need not run in constant time.
 */
import { concat } from "./bytes.js";
import { hashes } from "./sha.js";

interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const ZERO: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE = basePoint();

/** A public key that can verify: its bytes and the point that they spell. */
export class PublicKey {
  private constructor(
    readonly bytes: Uint8Array,
    private readonly point: Point,
  ) {}

  /** The key of 32 bytes; `null` where they are no key, or one of small order, which fits anything. */
  static parse(bytes: Uint8Array): PublicKey | null {
    const point = bytes.length === 32 ? decompress(bytes) : null;
    return point && !isSmallOrder(point) ? new PublicKey(bytes, point) : null;
  }

  /** The public half of a private key: the 32 bytes of its seed, or those and the public key. `null` for others. */
  static ofPrivate(bytes: Uint8Array): PublicKey | null {
    if (bytes.length !== 32 && bytes.length !== 64) return null;
    const scalar = hashes.sha512.digest(bytes.subarray(0, 32)).slice(0, 32);
    scalar[0]! &= 248;
    scalar[31] = (scalar[31]! & 63) | 64;
    const derived = compress(combine([[fromBytes(scalar), BASE]]));
    const given = bytes.length === 64 ? bytes.subarray(32) : derived;
    return isEqual(derived, given) ? PublicKey.parse(derived) : null;
  }

  /** Whether `signature` is this key's for `content`. */
  verifies(content: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== 64) return false;
    const commitment = signature.subarray(0, 32);
    const response = fromBytes(signature.subarray(32));
    const committed = decompress(commitment);
    if (response >= ORDER || !committed || isSmallOrder(committed)) return false;
    const challenge = fromBytes(hashes.sha512.digest(concat([commitment, this.bytes, content]))) % ORDER;
    return isEqual(compress(combine([[response, BASE], [challenge, negate(this.point)]])), commitment);
  }
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function add(p: Point, q: Point): Point {
  const a = modulo((p.y - p.x) * (q.y - q.x));
  const b = modulo((p.y + p.x) * (q.y + q.x));
  const c = modulo(2n * D * modulo(p.t * q.t));
  const d = modulo(2n * p.z * q.z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: modulo(e * f), y: modulo(g * h), z: modulo(f * g), t: modulo(e * h) };
}

function negate(p: Point): Point {
  return { ...p, x: modulo(-p.x), t: modulo(-p.t) };
}

/** The sum of the products, with the doublings shared. */
function combine(terms: readonly (readonly [bigint, Point])[]): Point {
  let sum = ZERO;
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    for (const [scalar, point] of terms) if ((scalar >> bit) & 1n) sum = add(sum, point);
  }
  return sum;
}

function isSmallOrder(point: Point): boolean {
  const { x, y, z } = combine([[8n, point]]);
  return x === 0n && y === z;
}

/** The x of a point on the curve, with that lowest bit; `null` where the curve has none. */
function xOf(y: bigint, odd: bigint): bigint | null {
  const u = modulo(y * y - 1n);
  const v = modulo(D * y * y + 1n);
  const ratio = modulo(u * power(v, P - 2n));
  let x = power(ratio, (P + 3n) / 8n);
  if (modulo(x * x) !== ratio) x = modulo(x * ROOT_OF_MINUS_ONE);
  if (modulo(x * x) !== ratio || (x === 0n && odd === 1n)) return null;
  return (x & 1n) === odd ? x : P - x;
}

function decompress(bytes: Uint8Array): Point | null {
  const all = fromBytes(bytes);
  const y = all & (2n ** 255n - 1n);
  const x = y < P ? xOf(y, all >> 255n) : null;
  return x === null ? null : { x, y, z: 1n, t: modulo(x * y) };
}

function compress(point: Point): Uint8Array {
  const inverse = power(point.z, P - 2n);
  const x = modulo(point.x * inverse);
  const all = modulo(point.y * inverse) | ((x & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, at) => Number((all >> BigInt(8 * at)) & 255n));
}

function basePoint(): Point {
  const y = modulo(4n * power(5n, P - 2n));
  const x = xOf(y, 0n) ?? 0n;
  return { x, y, z: 1n, t: modulo(x * y) };
}

function fromBytes(littleEndian: Uint8Array): bigint {
  return littleEndian.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, at) => byte === other[at]);
}
