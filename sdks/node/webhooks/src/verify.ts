/** What a receiver does: is this request genuine, and recent? A pure function of the dialect, keys, request and clock. */
import { concat, utf8 } from "./bytes.js";
import { type Dialect, type Signature, carrier } from "./dialect.js";
import type { Piece } from "./dialect-file.js";
import {
  BadSignatureError,
  MalformedHeaderError,
  MissingHeaderError,
  TooNewError,
  TooOldError,
  WebhookConfigurationError,
} from "./errors.js";
import { sortedForm } from "./form.js";
import { type Received, headerValues, signedUrls } from "./request.js";
import type { VerifyingKey } from "./secret.js";
import { type Item, fitsOne, items } from "./signature.js";
import { parseTimeMs } from "./time.js";

/** What a genuine request says about itself. */
export interface Verified {
  /** Which of the secrets had signed, counted from 0. */
  readonly key: number;
  /** The version of the signature that fitted; `null` where the dialect has none. */
  readonly version: string | null;
  /** The signed time of the attempt; `null` where the dialect signs none. */
  readonly timestamp: Date | null;
}

/**
 * Verifies as the vendor's receivers should: header names in any case, signatures compared in constant time, the
 * signed time at most `toleranceS` seconds from `nowMs` (in whole seconds where the dialect sends seconds). Every signature
 * that receivers require must fit.
 *
 * @throws {WebhookVerificationError} with the first reason to refuse.
 */
export function verify(
  dialect: Dialect,
  keys: readonly VerifyingKey[],
  request: Received,
  nowMs: number,
  toleranceS: number | null,
): Verified {
  const all = dialect.signatures.map((signature) => verifyOne({ ...dialect, signature }, keys, request, nowMs, toleranceS));
  const of = <Name extends "version" | "timestamp">(name: Name) => all.find((one) => one[name] !== null)?.[name] ?? null;
  return { key: all[0]!.key, version: of("version"), timestamp: of("timestamp") };
}

/** A dialect and one of its signatures. */
type Signed = Dialect & { readonly signature: Signature };

function verifyOne(
  dialect: Signed,
  keys: readonly VerifyingKey[],
  request: Received,
  nowMs: number,
  toleranceS: number | null,
): Verified {
  const value = header(dialect, request, dialect.signature.header);
  const found = items(dialect.signature, value);
  const timestamp = signedTimestamp(dialect, request, found, nowMs, toleranceS);
  const parts = dialect.signature.content.map((_, at) => part(dialect, request, found, at));
  const contents = urls(dialect, request).map((url) => concat(parts.map((part) => part ?? url)));
  return { ...find(dialect, keys, found, contents), timestamp };
}

/** The one header of that name. A second one is refused: two readers could each take another. */
function header(dialect: Signed, request: Received, name: string): string {
  const [value, second] = headerValues(request, name);
  if (value === undefined) throw new MissingHeaderError(dialect.answers, name);
  if (second !== undefined) throw new MalformedHeaderError(dialect.answers, name, "it is there twice");
  return value;
}

function signedTimestamp(
  dialect: Signed,
  request: Received,
  found: readonly Item[],
  nowMs: number,
  toleranceS: number | null,
): Date | null {
  const { time } = dialect.signature;
  if (!time) return null;
  const ms = parseTimeMs(time.field, signedTime(dialect, request, found));
  if (ms === null) {
    throw new MalformedHeaderError(dialect.answers, time.header, "its time is not a number in the right format");
  }
  if (toleranceS !== null) {
    const clockMs = time.field === "timestamp_ms" ? nowMs : Math.floor(nowMs / 1000) * 1000;
    checkAge(dialect, clockMs - ms, toleranceS);
  }
  return new Date(ms);
}

function checkAge(dialect: Signed, ageMs: number, toleranceS: number): void {
  // Rounded up: 300,001 ms is "301 s", never "300 s, more than 300 s".
  const seconds = Math.ceil(Math.abs(ageMs) / 1000);
  if (ageMs > toleranceS * 1000) throw new TooOldError(dialect.answers, seconds, toleranceS);
  if (ageMs < -toleranceS * 1000) throw new TooNewError(dialect.answers, seconds, toleranceS);
}

/** The signed time as it was sent. */
function signedTime(dialect: Signed, request: Received, found: readonly Item[]): string {
  const time = dialect.signature.time;
  if (!time || time.pair === null) return header(dialect, request, time?.header ?? "");
  const [first, second] = found.filter((item) => item.version === time.pair);
  if (!first) throw new MalformedHeaderError(dialect.answers, time.header, "it holds no time");
  if (second) throw new MalformedHeaderError(dialect.answers, time.header, "it holds two times");
  return first.text;
}

/** The bytes of one piece of the signed content; `null` stands for the URL, of which there may be two to try. */
function part(dialect: Signed, request: Received, found: readonly Item[], at: number): Uint8Array | null {
  const piece = dialect.signature.content[at]!;
  if (typeof piece === "object" && "text" in piece) return utf8(piece.text);
  switch (piece) {
    case "body":
      return request.body;
    case "sorted_form":
      return sortedForm(request.body);
    case "method":
      return utf8(request.method);
    case "url":
      return null;
    default:
      return utf8(carried(dialect, request, found, piece, dialect.signature.content[at + 1]));
  }
}

/** The URLs to try: one, empty, where the dialect does not sign it. */
function urls(dialect: Signed, request: Received): Uint8Array[] {
  if (!dialect.signature.content.includes("url")) return [new Uint8Array()];
  if (request.url !== null) return signedUrls(request.url).map(utf8);
  throw new WebhookConfigurationError(`the dialect \`${dialect.name}\` signs the URL: give \`url\``);
}

/** A signed value that a header carries. */
function carried(
  dialect: Signed,
  request: Received,
  found: readonly Item[],
  piece: Piece,
  next: Piece | undefined,
): string {
  const { signature, answers } = dialect;
  const isTime = piece === signature.time?.field;
  const isHeader = typeof piece === "object" && "header" in piece;
  const name = isHeader ? piece.header : isTime ? signature.time.header : carrier(dialect.headers, piece);
  if (name === null) throw new MalformedHeaderError(answers, signature.header, "a signed value was not sent");
  const text = isTime ? signedTime(dialect, request, found) : header(dialect, request, name);
  // A value that holds the text which ends it could be cut elsewhere and still be signed the same.
  if (typeof next === "object" && "text" in next && text.includes(next.text)) {
    throw new MalformedHeaderError(answers, name, "it holds the separator of the signed content");
  }
  return text;
}

/** The first key that fits a signature of an accepted version under one of `contents`, and that version. */
function find(
  dialect: Signed,
  keys: readonly VerifyingKey[],
  found: readonly Item[],
  contents: readonly Uint8Array[],
): Omit<Verified, "timestamp"> {
  const { signature, answers } = dialect;
  if (signature.grammar !== "bare" && !found.some((item) => item.version !== "")) {
    throw new MalformedHeaderError(answers, signature.header, "it lists no signature");
  }
  for (const [at, key] of keys.entries()) {
    for (const scheme of signature.schemes) {
      const version = scheme.version ?? "";
      if (version !== "" && !dialect.versions.includes(version)) continue;
      const texts = found.filter((item) => item.version === version).map(({ text }) => text);
      if (contents.some((content) => fitsOne(scheme, key, content, texts))) return { key: at, version: version || null };
    }
  }
  throw new BadSignatureError(answers, signature.header);
}
