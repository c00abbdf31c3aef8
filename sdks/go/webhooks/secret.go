package webhooks

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

const (
	// Shorter own secrets are guessable.
	ownBytesMin = 8
	// Longer ones gain nothing: HMAC hashes them down to the size of its digest.
	ownBytesMax = 256
)

// secretRules say how a key comes from a secret.
type secretRules struct {
	key           string
	prefix        string
	keyBytesMin   int
	keyBytesMax   int
	privatePrefix string
	publicPrefix  string
	takesShared   bool
	isToken       bool
}

// verifyingKey is a sharedKey or a publicKey.
type verifyingKey interface{ isVerifyingKey() }

// sharedKey holds the bytes of an HMAC key, or of a static token.
type sharedKey []byte

func (sharedKey) isVerifyingKey() {}

// String keeps the key out of logs.
func (sharedKey) String() string { return "[secret]" }

// verifyingKey returns the key that secret stands for: one in the dialect's format, a customer's own of 8 to 256
// printable ASCII characters, or either half of a key pair. Its errors never hold the secret.
func (r secretRules) verifyingKey(secret string) (verifyingKey, error) {
	if at := strings.IndexByte(secret, ' '); r.isToken && at >= 0 {
		return nil, configurationError("byte %d of the secret is a space, which a token cannot hold: give it without", at)
	}
	if rest, found := after(secret, r.publicPrefix); found && r.publicPrefix != "" {
		return parsePublicKey(rest, r.publicPrefix)
	}
	if rest, found := after(secret, r.privatePrefix); found && r.privatePrefix != "" {
		return publicHalf(rest, r.privatePrefix)
	}
	if !r.takesShared {
		return nil, configurationError("the secret must be a public key, which starts with `%s`", r.publicPrefix)
	}
	rest, found := after(secret, r.prefix)
	if r.key == "utf8" || !found {
		return ownKey(secret)
	}
	return r.decodedKey(secret, rest)
}

func (r secretRules) decodedKey(secret, rest string) (verifyingKey, error) {
	decode := decodeBase64
	if r.key == "hex" {
		decode = hex.DecodeString
	}
	key, err := decode(rest)
	switch {
	case err == nil && len(key) >= r.keyBytesMin && len(key) <= r.keyBytesMax:
		return sharedKey(key), nil
	case r.prefix == "":
		// Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
		return ownKey(secret)
	case err != nil:
		return nil, configurationError(
			"after `%s` the secret must hold %s: copy it whole, as it was shown", r.prefix, r.key)
	default:
		return nil, configurationError(
			"after `%s` the secret holds %d bytes, it must hold %d to %d: copy it whole, as it was shown",
			r.prefix, len(key), r.keyBytesMin, r.keyBytesMax)
	}
}

func ownKey(secret string) (verifyingKey, error) {
	if len(secret) < ownBytesMin || len(secret) > ownBytesMax {
		return nil, configurationError(
			"a secret of %d bytes: it must have %d to %d; is the setting that holds it empty?",
			len(secret), ownBytesMin, ownBytesMax)
	}
	for at := 0; at < len(secret); at++ {
		if secret[at] < 0x20 || secret[at] >= 0x7f {
			return nil, configurationError(
				"byte %d of the secret is not printable ASCII: was a line break copied with it?", at)
		}
	}
	return sharedKey(secret), nil
}

func after(text, prefix string) (string, bool) {
	return strings.TrimPrefix(text, prefix), strings.HasPrefix(text, prefix)
}

// decodeBase64 reads base64 whose padding may be missing, since secrets are copied by hand. Line breaks, which the
// standard library skips, are refused.
func decodeBase64(text string) ([]byte, error) {
	raw := strings.TrimRight(text, "=")
	if padding := len(text) - len(raw); padding > 0 && len(text)%4 != 0 || padding > 2 || strings.ContainsAny(text, "\r\n") {
		return nil, base64.CorruptInputError(len(raw))
	}
	return base64.RawStdEncoding.Strict().DecodeString(raw)
}
