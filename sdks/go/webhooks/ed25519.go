package webhooks

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"math/big"
)

// publicKey is the public half of an ed25519 pair (RFC 8032).
type publicKey ed25519.PublicKey

func (publicKey) isVerifyingKey() {}

// parsePublicKey reads the public key that base64 text holds.
func parsePublicKey(text, prefix string) (verifyingKey, error) {
	key, err := decodeBase64(text)
	if err != nil || len(key) != ed25519.PublicKeySize || isSmallOrder(key) || !isPoint(key) {
		return nil, noKey(prefix)
	}
	return publicKey(key), nil
}

// publicHalf reads a private key, 32 bytes of seed or those and the public key, and returns its public half.
func publicHalf(text, prefix string) (verifyingKey, error) {
	key, err := decodeBase64(text)
	if err != nil || len(key) != ed25519.SeedSize && len(key) != ed25519.PrivateKeySize {
		return nil, noKey(prefix)
	}
	public := ed25519.NewKeyFromSeed(key[:ed25519.SeedSize])[ed25519.SeedSize:]
	if given := key[ed25519.SeedSize:]; len(given) > 0 && !bytes.Equal(given, public) {
		return nil, noKey(prefix)
	}
	return publicKey(public), nil
}

func noKey(prefix string) error {
	return configurationError(
		"after `%s` the secret holds no valid ed25519 key: copy it whole, as it was shown", prefix)
}

// Points of small order, the sign bit cleared: under such a key anyone can make signatures.
var smallOrder = []string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

func isSmallOrder(point []byte) bool {
	text := hex.EncodeToString(withoutSign(point))
	for _, small := range smallOrder {
		if text == small {
			return true
		}
	}
	return false
}

var (
	fieldPrime, _ = new(big.Int).SetString("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed", 16)
	curveD, _     = new(big.Int).SetString("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", 16)
)

// isPoint reports whether the curve has a point with this y: whether (y² - 1) / (d·y² + 1) is a square. The standard
// library would only say so by refusing every signature.
func isPoint(key []byte) bool {
	reversed := withoutSign(key)
	for left, right := 0, len(reversed)-1; left < right; left, right = left+1, right-1 {
		reversed[left], reversed[right] = reversed[right], reversed[left]
	}
	y := new(big.Int).SetBytes(reversed)
	ySquare := y.Mul(y, y)
	one := big.NewInt(1)
	divisor := new(big.Int).Mul(curveD, ySquare)
	divisor.Add(divisor, one).ModInverse(divisor, fieldPrime)
	xSquare := ySquare.Sub(ySquare, one)
	xSquare.Mul(xSquare, divisor).Mod(xSquare, fieldPrime)
	return new(big.Int).ModSqrt(xSquare, fieldPrime) != nil
}

func withoutSign(point []byte) []byte {
	cleared := append([]byte(nil), point...)
	cleared[len(cleared)-1] &= 0x7f
	return cleared
}
