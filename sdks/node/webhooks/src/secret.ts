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
 * characters, or either half of a key pair.
 *
 * @throws {WebhookConfigurationError} that says what to change and never holds the secret.
 */
export function verifyingKey(rules: SecretRules, secret: string): VerifyingKey {
  if (typeof secret !== "string" || secret === "") {
    throw new WebhookConfigurationError(
      "the endpoint's secret is missing: give the one that was shown when the endpoint was created",
    );
  }
  const space = secret.indexOf(" ");
  if (rules.isToken && space >= 0) {
    throw new WebhookConfigurationError(`byte ${space} of the secret is a space, which a token cannot hold: give it without`);
  }
  if (rules.pair && secret.startsWith(rules.pair.publicPrefix)) {
    return pairKey(secret, rules.pair.publicPrefix, (bytes) => PublicKey.parse(bytes));
  }
  if (rules.pair && secret.startsWith(rules.pair.privatePrefix)) {
    return pairKey(secret, rules.pair.privatePrefix, (bytes) => PublicKey.ofPrivate(bytes));
  }
  if (rules.pair && !rules.takesShared) {
    throw new WebhookConfigurationError(`the secret must be a public key, which starts with \`${rules.pair.publicPrefix}\``);
  }
  return rules.key === "utf8" || !secret.startsWith(rules.prefix) ? ownKey(secret) : decodedKey(rules, secret);
}

function decodedKey(rules: SecretRules, secret: string): Uint8Array {
  const rest = secret.slice(rules.prefix.length);
  const key = rules.key === "hex" ? decodeHex(rest) : decodeUnpaddedOrPadded(rest);
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
  const at = key.findIndex((byte) => byte < 0x20 || byte >= 0x7f);
  if (at >= 0) {
    throw new WebhookConfigurationError(`byte ${at} of the secret is not printable ASCII: was a line break copied with it?`);
  }
  return key;
}

function pairKey(secret: string, prefix: string, parse: (bytes: Uint8Array) => PublicKey | null): PublicKey {
  const bytes = decodeUnpaddedOrPadded(secret.slice(prefix.length));
  const key = bytes && parse(bytes);
  if (key) return key;
  throw new WebhookConfigurationError(
    `after \`${prefix}\` the secret holds no valid ed25519 key: copy it whole, as it was shown`,
  );
}
