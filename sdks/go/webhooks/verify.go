package webhooks

import (
	"net/http"
	"strings"
	"time"
)

// Request is a request as it arrived, whatever server received it.
type Request struct {
	// Method is the HTTP method; left out, POST.
	Method string
	// URL is the one that the sender was given; only some dialects sign it.
	URL string
	// Header holds the headers, their names in any case.
	Header http.Header
	// Body is the raw bytes, exactly as they arrived: parsed and written again they are others.
	Body []byte
}

// Verified is what a genuine request says about itself.
type Verified struct {
	// Key tells which of the secrets had signed, counted from 0.
	Key int
	// Version of the signature that fitted; empty where the dialect has none.
	Version string
	// Timestamp is the signed time of the attempt; zero where the dialect signs none.
	Timestamp time.Time
}

// verification is one run of the rules over one request: a pure function of the dialect, the keys, the request and the
// clock.
type verification struct {
	dialect   *Dialect
	signature *signature
	request   Request
	value     string
}

// verify follows the vendor's receivers: header names in any case, signatures compared in constant time, the signed
// time at most tolerance seconds away from now (in whole seconds where the dialect sends seconds).
func verify(dialect *Dialect, keys []verifyingKey, request Request, now time.Time, toleranceS *int64) (Verified, error) {
	v := verification{dialect: dialect, signature: &dialect.signature, request: request}
	var verified Verified
	var err error
	if v.value, err = v.header(v.signature.header); err != nil {
		return verified, err
	}
	if v.signature.time != nil {
		signedMs, err := v.timestampMs()
		if err == nil {
			err = v.checkAge(signedMs, now.UnixMilli(), toleranceS)
		}
		if err != nil {
			return verified, err
		}
		verified.Timestamp = time.UnixMilli(signedMs).UTC()
	}
	content, err := v.content()
	if err != nil {
		return verified, err
	}
	verified.Key, verified.Version, err = v.find(keys, content)
	return verified, err
}

// header returns the one header of that name. A second one is refused: two readers could each take another.
func (v *verification) header(name string) (string, error) {
	values := v.request.values(name)
	switch len(values) {
	case 0:
		return "", v.dialect.answers.missingHeader(name)
	case 1:
		return values[0], nil
	default:
		return "", v.malformed(name, "it is there twice")
	}
}

// values returns every value of that header, whatever its case.
func (r Request) values(name string) []string {
	var values []string
	for found, given := range r.Header {
		if strings.EqualFold(found, name) {
			for _, value := range given {
				values = append(values, strings.Trim(value, " \t"))
			}
		}
	}
	return values
}

func (v *verification) malformed(name, reason string) error {
	return v.dialect.answers.malformedHeader(name, reason)
}

func (v *verification) timestampMs() (int64, error) {
	text, name, err := v.signedTime()
	if err != nil {
		return 0, err
	}
	unixMs, ok := parseTimeMs(v.signature.time.field, text)
	if !ok {
		return 0, v.malformed(name, "its time is not a number of the right form")
	}
	return unixMs, nil
}

// signedTime returns the signed time as it was sent, and the header that it came in.
func (v *verification) signedTime() (text, name string, err error) {
	if at := v.signature.time; at.pair == "" {
		text, err = v.header(at.header)
		return text, at.header, err
	}
	found := 0
	for _, item := range v.signature.items(v.value) {
		if item.version == v.signature.time.pair {
			text = item.text
			found++
		}
	}
	switch found {
	case 0:
		err = v.malformed(v.signature.header, "it holds no time")
	case 1:
	default:
		err = v.malformed(v.signature.header, "it holds two times")
	}
	return text, v.signature.header, err
}

func (v *verification) checkAge(signedMs, nowMs int64, toleranceS *int64) error {
	if toleranceS == nil {
		return nil
	}
	if v.signature.time.field != "timestamp_ms" {
		nowMs -= ((nowMs % 1000) + 1000) % 1000
	}
	ageMs := nowMs - signedMs
	switch toleranceMs := *toleranceS * 1000; {
	case ageMs > toleranceMs:
		return v.dialect.answers.tooOld(wholeSeconds(ageMs), *toleranceS)
	case ageMs < -toleranceMs:
		return v.dialect.answers.tooNew(wholeSeconds(-ageMs), *toleranceS)
	default:
		return nil
	}
}

// wholeSeconds rounds up: 300,001 ms is "301 s", never "300 s, more than 300 s".
func wholeSeconds(ms int64) int64 { return (ms + 999) / 1000 }

// content returns the bytes that were signed.
func (v *verification) content() ([]byte, error) {
	var content []byte
	for at, piece := range v.signature.content {
		part, err := v.part(at, piece)
		if err != nil {
			return nil, err
		}
		content = append(content, part...)
	}
	return content, nil
}

func (v *verification) part(at int, piece piece) ([]byte, error) {
	if piece.kind == textPiece {
		return []byte(piece.text), nil
	}
	if piece.kind == fieldPiece {
		switch piece.text {
		case "body":
			return v.request.Body, nil
		case "sorted_form":
			return sortedForm(v.request.Body), nil
		case "method":
			return []byte(v.request.method()), nil
		case "url":
			return v.url()
		}
	}
	text, name, err := v.carried(piece)
	if err == nil && v.endsEarly(at, text) {
		err = v.malformed(name, "it holds the separator of the signed content")
	}
	return []byte(text), err
}

func (r Request) method() string {
	if r.Method == "" {
		return http.MethodPost
	}
	return r.Method
}

func (v *verification) url() ([]byte, error) {
	if v.request.URL == "" {
		return nil, configurationError("the dialect `%s` signs the URL: give Request.URL", v.dialect.name)
	}
	return []byte(v.request.URL), nil
}

func (v *verification) carried(piece piece) (text, name string, err error) {
	if piece.kind == fieldPiece {
		if v.signature.time != nil && v.signature.time.field == piece.text {
			return v.signedTime()
		}
		name = carrier(v.dialect.headers, piece.text)
	} else {
		name = piece.text
	}
	if name == "" {
		return "", "", v.malformed(v.signature.header, "a signed value was not sent")
	}
	text, err = v.header(name)
	return text, name, err
}

// endsEarly: a value that holds the text which ends it could be cut elsewhere and still be signed the same.
func (v *verification) endsEarly(at int, text string) bool {
	if at+1 >= len(v.signature.content) {
		return false
	}
	next := v.signature.content[at+1]
	return next.kind == textPiece && strings.Contains(text, next.text)
}

// find returns the first key that fits a signature of an accepted version, and that version.
func (v *verification) find(keys []verifyingKey, content []byte) (key int, version string, err error) {
	items := v.signature.items(v.value)
	if v.signature.grammar != grammarBare && !namesVersion(items) {
		return 0, "", v.malformed(v.signature.header, "it lists no signature")
	}
	for index, key := range keys {
		for _, scheme := range v.signature.schemes {
			if !v.dialect.accepts(scheme.Version) {
				continue
			}
			for _, item := range items {
				if item.version == scheme.Version && scheme.fits(key, content, item.text) {
					return index, scheme.Version, nil
				}
			}
		}
	}
	return 0, "", v.dialect.answers.badSignature(v.signature.header)
}

func namesVersion(items []item) bool {
	for _, item := range items {
		if item.version != "" {
			return true
		}
	}
	return false
}
