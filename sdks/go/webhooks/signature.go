package webhooks

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

const (
	grammarBare     = "bare"
	grammarPairs    = "pairs"
	grammarVersions = "versions"

	algorithmEd25519 = "ed25519"
	algorithmToken   = "token"
	algorithmBasic   = "basic"
)

var hashes = map[string]func() hash.Hash{
	"hmac-sha1":   sha1.New,
	"hmac-sha256": sha256.New,
	"hmac-sha512": sha512.New,
}

// signature is what a dialect signs, and how its header spells it.
type signature struct {
	header    string
	grammar   string
	separator string
	content   value
	schemes   []scheme
	time      *signedTime
}

// signedTime is the form of the signed time, and where it is: in a header, or in the pair of that key.
type signedTime struct {
	field  string
	header string
	pair   string
}

// scheme is one way of signing; a header with versions may have several.
type scheme struct {
	Version       string `json:"version"`
	Algorithm     string `json:"algorithm"`
	Output        string `json:"output"`
	Prefix        string `json:"prefix"`
	User          string `json:"user"`
	PrivatePrefix string `json:"private_prefix"`
	PublicPrefix  string `json:"public_prefix"`
}

func (s scheme) isKnown() bool {
	switch s.Algorithm {
	case algorithmToken, algorithmBasic:
		return true
	case algorithmEd25519:
	default:
		if hashes[s.Algorithm] == nil {
			return false
		}
	}
	return s.Output == "hex" || s.Output == "base64" || s.Output == "base64url"
}

// item is one entry of the signature header: a version (empty in a bare one) and what it holds.
type item struct{ version, text string }

func (s *signature) items(header string) []item {
	between := "="
	switch s.grammar {
	case grammarBare:
		return []item{{"", header}}
	case grammarVersions:
		between = ","
	}
	var items []item
	for _, entry := range strings.Split(header, s.separator) {
		if version, text, found := strings.Cut(strings.TrimSpace(entry), between); found {
			items = append(items, item{version, text})
		}
	}
	return items
}

// A sender lists one signature per key in force; checking more of a key pair's would let anyone occupy the processor.
const pairChecksMax = 8

// fitsOne reports whether one of found is the signature of content. However many there are, a shared key signs once; each
// comparison takes the same time wherever the first difference is.
func (s scheme) fitsOne(key verifyingKey, content []byte, found []string) bool {
	var texts []string
	for _, text := range found {
		if rest, has := after(text, s.Prefix); has {
			texts = append(texts, rest)
		}
	}
	switch key := key.(type) {
	case publicKey:
		return s.Algorithm == algorithmEd25519 && s.pairFits(key, content, texts)
	case sharedKey:
		if s.Algorithm == algorithmEd25519 || len(texts) == 0 {
			return false
		}
		expected := []byte(s.shared(key, content))
		for _, text := range texts {
			if subtle.ConstantTimeCompare(expected, []byte(text)) == 1 {
				return true
			}
		}
	}
	return false
}

func (s scheme) pairFits(key publicKey, content []byte, texts []string) bool {
	for at, text := range texts {
		signed, err := s.decode(text)
		if at < pairChecksMax && err == nil && key.verifies(content, signed) {
			return true
		}
	}
	return false
}

// shared returns the text of what a shared key signs, without its prefix.
func (s scheme) shared(key sharedKey, content []byte) string {
	switch s.Algorithm {
	case algorithmToken:
		return string(key)
	case algorithmBasic:
		return base64.StdEncoding.EncodeToString([]byte(s.User + ":" + string(key)))
	case algorithmEd25519:
		return ""
	}
	mac := hmac.New(hashes[s.Algorithm], key)
	mac.Write(content)
	return s.encode(mac.Sum(nil))
}

func (s scheme) encode(signed []byte) string {
	switch s.Output {
	case "hex":
		return hex.EncodeToString(signed)
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(signed)
	default:
		return base64.StdEncoding.EncodeToString(signed)
	}
}

func (s scheme) decode(text string) ([]byte, error) {
	switch s.Output {
	case "hex":
		return hex.DecodeString(text)
	case "base64url":
		return base64.RawURLEncoding.Strict().DecodeString(text)
	default:
		return base64.StdEncoding.Strict().DecodeString(text)
	}
}

// verifies refuses signatures whose first half proves nothing, as strict verifiers do.
func (k publicKey) verifies(content, signed []byte) bool {
	return len(signed) == ed25519.SignatureSize &&
		!isSmallOrder(signed[:32]) &&
		ed25519.Verify(ed25519.PublicKey(k), content, signed)
}
