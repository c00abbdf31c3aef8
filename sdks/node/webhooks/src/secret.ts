import { decodeHex, decodeUnpaddedOrPadded } from "./encoding.js";
import { utf8 } from "./bytes.js";
import type { SchemeFile, SecretFile } from "./dialect-file.js";
import { PublicKey } from "./ed25519.js";
import { WebhookConfigurationError } from "./errors.js";

/** Shorter own secrets are guessable. */
const OWN_BYTES_MIN = 8;
/** Longer ones gain nothing: HMAC hashes them down to the size of its digest. */
const OWN_BYTES_MAX = 256;

/** How a key comes from a secret. */
export interface SecretRules {
  readonly key: SecretFile["key"];
  readonly prefix: string;
  readonly keyBytesMin: number;
  readonly keyBytesMax: number;
  readonly pair: { readonly privatePrefix: string; readonly publicPrefix: string } | null;
  readonly takesShared: boolean;
  readonly isToken: boolean;
}

/** A key that verifies: the bytes of a shared secret, or the public half of a pair. */
export type VerifyingKey = Uint8Array | PublicKey;

export function secretRules(file: SecretFile, schemes: readonly SchemeFile[]): SecretRules {
  const pair = schemes.find((scheme) => scheme.algorithm === "ed25519");
  const bytes = file.bytes ?? OWN_BYTES_MIN;
  return {
    key: file.key,
    prefix: file.prefix ?? "",
    keyBytesMin: file.key_bytes?.[0] ?? bytes,
    keyBytesMax: file.key_bytes?.[1] ?? bytes,
    pair: pair ? { privatePrefix: pair.private_prefix ?? "", publicPrefix: pair.public_prefix ?? "" } : null,
    takesShared: schemes.some((scheme) => scheme.algorithm !== "ed25519"),
    isToken: schemes.some((scheme) => scheme.algorithm === "token"),
  };
}

/**
 * The key that `secret` stands for: one in the dialect's format, a customer's own of 8 to 256 printable ASCII
 * characters, or either half of a key pair. Where the key is decoded, blanks around are no part of it.
 *
 * @throws {WebhookConfigurationError} that says what to change and never holds the secret.
 */
export function verifyingKey(rules: SecretRules, given: string): VerifyingKey {
  const secret = rules.key === "utf8" || typeof given !== "string" ? given : given.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (typeof secret !== "string" || secret === "") {
    throw new WebhookConfigurationError(
      "the endpoint's secret is missing: give the one that was shown when the endpoint was created",
    );
  }
  const space = secret.indexOf(" ");
  if (rules.isToken && space >= 0) {
    throw new WebhookConfigurationError(`byte ${space} of the secret is a space, which a token cannot hold: give it without`);
  }
  if (rules.key !== "utf8") checkPasted(rules, secret);
  if (rules.pair && secret.startsWith(rules.pair.publicPrefix)) {
    return pairKey(secret, rules.pair.publicPrefix, (bytes) => PublicKey.parse(bytes));
  }
  if (rules.pair && secret.startsWith(rules.pair.privatePrefix)) {
    return pairKey(secret, rules.pair.privatePrefix, (bytes) => PublicKey.ofPrivate(bytes));
  }
  if (rules.pair && !rules.takesShared) {
    throw new WebhookConfigurationError(`the secret must be a public key, which starts with \`${rules.pair.publicPrefix}\``);
  }
  return rules.key === "utf8" ? ownKey(secret) : decodedKey(rules, secret);
}

/** Refuses what was copied with something around or in it, which would be another key. */
function checkPasted({ prefix, pair }: SecretRules, secret: string): void {
  const quote = "the secret is in quotes: give it without them";
  if (/^["'`]|["'`]$/.test(secret)) throw new WebhookConfigurationError(quote);
  const prefixes = [prefix, pair?.privatePrefix, pair?.publicPrefix].filter((one) => one !== undefined && one !== "");
  const first = prefixes.find((one) => secret.startsWith(one!));
  const blank = secret.search(first === undefined && !looksEncoded(secret) ? /[\t\r\n]/ : /[ \t\r\n]/);
  if (blank >= 0) {
    throw new WebhookConfigurationError(`character ${blank} of the secret is a blank or line break: copy it in one piece, as it was shown`);
  }
  if (first !== undefined && prefixes.some((one) => secret.startsWith(first + one!))) {
    throw new WebhookConfigurationError(`the secret's prefix \`${first}\` is there twice, or before another: copy it as it was shown`);
  }
  checkPrintable(utf8(secret));
}

/** Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not. */
function looksEncoded(secret: string): boolean {
  return [/^[A-Za-z0-9+/ ]+=*$/, /[a-z]/, /[A-Z]/, /[0-9]/].every((pattern) => pattern.test(secret));
}

function decodedKey(rules: SecretRules, secret: string): Uint8Array {
  const decode = rules.key === "hex" ? decodeHex : decodeUnpaddedOrPadded;
  // Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
  if (!secret.startsWith(rules.prefix)) {
    const own = ownKey(secret);
    return decode(secret) ?? own;
  }
  const key = decode(secret.slice(rules.prefix.length));
  if (key && key.length >= rules.keyBytesMin && key.length <= rules.keyBytesMax) return key;
  // Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
  if (rules.prefix === "") return ownKey(secret);
  const found = key ? `${key.length} bytes, it must hold ${rules.keyBytesMin} to ${rules.keyBytesMax}` : `no ${rules.key}`;
  throw new WebhookConfigurationError(
    `after \`${rules.prefix}\` the secret holds ${found}: copy it whole, as it was shown`,
  );
}

function ownKey(secret: string): Uint8Array {
  const key = utf8(secret);
  if (key.length < OWN_BYTES_MIN || key.length > OWN_BYTES_MAX) {
    throw new WebhookConfigurationError(
      `a secret of ${key.length} bytes: it must have ${OWN_BYTES_MIN} to ${OWN_BYTES_MAX}; is the setting that holds it whole?`,
    );
  }
  checkPrintable(key);
  return key;
}

function checkPrintable(secret: Uint8Array): void {
  const at = secret.findIndex((byte) => byte < 0x20 || byte >= 0x7f);
  if (at >= 0) {
    throw new WebhookConfigurationError(`byte ${at} of the secret is not printable ASCII: was a line break copied with it?`);
  }
}

function pairKey(secret: string, prefix: string, parse: (bytes: Uint8Array) => PublicKey | null): PublicKey {
  const bytes = decodeUnpaddedOrPadded(secret.slice(prefix.length));
  const key = bytes && parse(bytes);
  if (key) return key;
  throw new WebhookConfigurationError(
    `after \`${prefix}\` the secret holds no valid ed25519 key: copy it whole, as it was shown`,
  );
}
