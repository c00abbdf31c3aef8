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
	blanks      = " \t\r\n"
	lineBreaks  = "\t\r\n"
	quotes      = "\"'`"
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
// printable ASCII characters, or either half of a key pair. Where the key is decoded, blanks around are no part of it. Its
// errors never hold the secret.
func (r secretRules) verifyingKey(secret string) (verifyingKey, error) {
	if r.key != "utf8" {
		secret = strings.Trim(secret, blanks)
		if err := r.checkPasted(secret); err != nil {
			return nil, err
		}
	}
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
	if r.key == "utf8" {
		return ownKey(secret)
	}
	return r.decodedKey(secret)
}

// checkPasted refuses what was copied with something around or in it, which would be another key.
func (r secretRules) checkPasted(secret string) error {
	if secret == "" {
		return noSecret()
	}
	if strings.ContainsAny(secret[:1]+secret[len(secret)-1:], quotes) {
		return configurationError("the secret is in quotes: give it without them")
	}
	prefixes := []string{r.prefix, r.privatePrefix, r.publicPrefix}
	inner := blanks
	if !hasPrefix(secret, prefixes) && !looksEncoded(secret) {
		inner = lineBreaks
	}
	if at := strings.IndexAny(secret, inner); at >= 0 {
		return configurationError(
			"character %d of the secret is a blank or line break: copy it in one piece, as it was shown", at)
	}
	for _, first := range prefixes {
		rest, found := after(secret, first)
		for _, second := range prefixes {
			if found && first != "" && second != "" && strings.HasPrefix(rest, second) {
				return configurationError(
					"the secret's prefix `%s` is there twice, or before another: copy it as it was shown", first)
			}
		}
	}
	return checkPrintable(secret)
}

func hasPrefix(secret string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if prefix != "" && strings.HasPrefix(secret, prefix) {
			return true
		}
	}
	return false
}

// looksEncoded tells base64 of random bytes, which has digits and letters of both cases, from a phrase with blanks of its own.
func looksEncoded(secret string) bool {
	const upper, lower, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
	text := strings.TrimRight(secret, "=")
	return strings.Trim(text, upper+lower+digits+"+/ ") == "" && strings.ContainsAny(text, upper) &&
		strings.ContainsAny(text, lower) && strings.ContainsAny(text, digits)
}

func (r secretRules) decodedKey(secret string) (verifyingKey, error) {
	decode := decodeBase64
	if r.key == "hex" {
		decode = hex.DecodeString
	}
	rest, found := after(secret, r.prefix)
	if !found {
		// Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
		own, err := ownKey(secret)
		if key, fault := decode(secret); err == nil && fault == nil {
			return sharedKey(key), nil
		}
		return own, err
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
	if err := checkPrintable(secret); err != nil {
		return nil, err
	}
	return sharedKey(secret), nil
}

func checkPrintable(secret string) error {
	for at := 0; at < len(secret); at++ {
		if secret[at] < 0x20 || secret[at] >= 0x7f {
			return configurationError(
				"byte %d of the secret is not printable ASCII: was a line break copied with it?", at)
		}
	}
	return nil
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
