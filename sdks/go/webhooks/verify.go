package webhooks

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Request is a request as it arrived, whatever server received it.
type Request struct {
	// Method is the HTTP method; left out, POST.
	Method string
	// URL exactly as it was entered with the sender, never parsed and written again; only some dialects sign it.
	URL string
	// Header holds the headers, their names in any case.
	Header http.Header
	// Body is the raw bytes, exactly as they arrived: parsed and written again they are others.
	Body []byte
}

// HeaderOf returns the headers of an event of AWS Lambda, which has maps of single values, of lists, or both: where a name
// is in both, the list holds all.
func HeaderOf(values map[string]string, lists map[string][]string) http.Header {
	header := http.Header{}
	listed := map[string]bool{}
	for name, list := range lists {
		header[name] = list
		listed[strings.ToLower(name)] = true
	}
	for name, value := range values {
		if !listed[strings.ToLower(name)] {
			header[name] = []string{value}
		}
	}
	return header
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
// time at most tolerance seconds away from now (in whole seconds where the dialect sends seconds). Every signature that
// receivers require must fit.
func verify(dialect *Dialect, keys []verifyingKey, request Request, now time.Time, toleranceS *int64) (Verified, error) {
	var all Verified
	for at, signature := range dialect.signatures {
		v := verification{dialect: dialect, signature: signature, request: request}
		one, err := v.run(keys, now, toleranceS)
		if err != nil {
			return Verified{}, err
		}
		if at == 0 {
			all.Key = one.Key
		}
		if all.Version == "" {
			all.Version = one.Version
		}
		if all.Timestamp.IsZero() {
			all.Timestamp = one.Timestamp
		}
	}
	return all, nil
}

func (v *verification) run(keys []verifyingKey, now time.Time, toleranceS *int64) (Verified, error) {
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
	contents, err := v.contents()
	if err != nil {
		return verified, err
	}
	verified.Key, verified.Version, err = v.find(keys, contents)
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
		return 0, v.malformed(name, "its time is not a number in the right format")
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

// contents returns the bytes that may have been signed: one text, or one for each spelling of a signed URL.
func (v *verification) contents() ([][]byte, error) {
	var parts [][]byte
	signsURL := false
	for at, piece := range v.signature.content {
		if piece.isField("url") {
			signsURL = true
			parts = append(parts, nil)
			continue
		}
		part, err := v.part(at, piece)
		if err != nil {
			return nil, err
		}
		// Never nil, which stands for the URL.
		parts = append(parts, append([]byte{}, part...))
	}
	if !signsURL {
		return [][]byte{bytes.Join(parts, nil)}, nil
	}
	if v.request.URL == "" {
		return nil, configurationError("the dialect `%s` signs the URL: give Request.URL", v.dialect.name)
	}
	var contents [][]byte
	for _, url := range signedURLs(v.request.URL) {
		var content []byte
		for _, part := range parts {
			if part == nil {
				part = []byte(url)
			}
			content = append(content, part...)
		}
		contents = append(contents, content)
	}
	return contents, nil
}

var (
	urlParts     = regexp.MustCompile(`(?is)^(https?:)(//(?:\[[^\]]*\]|[^/?#:\[\]]*))(:[0-9]+)?([/?#].*)?$`)
	defaultPorts = map[string]string{"http:": ":80", "https:": ":443"}
)

// signedURLs returns the texts that a sender may have signed for url: itself, and with its scheme's default port left out
// or added, since both name one endpoint and frameworks differ in which they show. Nothing else is changed.
func signedURLs(url string) []string {
	parts := urlParts.FindStringSubmatch(url)
	if parts == nil {
		return []string{url}
	}
	scheme, host, port, rest := parts[1], parts[2], parts[3], parts[4]
	switch defaultPort := defaultPorts[strings.ToLower(scheme)]; port {
	case "":
		return []string{url, scheme + host + defaultPort + rest}
	case defaultPort:
		return []string{url, scheme + host + rest}
	default:
		return []string{url}
	}
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

// find returns the first key that fits a signature of an accepted version under one of contents, and that version.
func (v *verification) find(keys []verifyingKey, contents [][]byte) (key int, version string, err error) {
	items := v.signature.items(v.value)
	if v.signature.grammar != grammarBare && !namesVersion(items) {
		return 0, "", v.malformed(v.signature.header, "it lists no signature")
	}
	for index, key := range keys {
		for _, scheme := range v.signature.schemes {
			if !v.dialect.accepts(scheme.Version) {
				continue
			}
			texts := textsOf(items, scheme.Version)
			for _, content := range contents {
				if scheme.fitsOne(key, content, texts) {
					return index, scheme.Version, nil
				}
			}
		}
	}
	return 0, "", v.dialect.answers.badSignature(v.signature.header)
}

func textsOf(items []item, version string) []string {
	var texts []string
	for _, item := range items {
		if item.version == version {
			texts = append(texts, item.text)
		}
	}
	return texts
}

func namesVersion(items []item) bool {
	for _, item := range items {
		if item.version != "" {
			return true
		}
	}
	return false
}
