package webhooks

import (
	"encoding/json"
	"errors"
	"strings"
)

// dialectFile mirrors the keys of a dialect file that a receiver reads.
type dialectFile struct {
	Name       string          `json:"name"`
	Secret     secretFile      `json:"secret"`
	Request    requestFile     `json:"request"`
	Headers    []headerFile    `json:"header"`
	Signatures signatureFiles  `json:"signature"`
	Body       bodyFile        `json:"body"`
	Receiver   receiverFile    `json:"receiver"`
	Handshake  *handshakeRules `json:"handshake"`
}

type requestFile struct {
	Values string `json:"values"`
}

// signatureFiles are one table, or a list of them.
type signatureFiles []signatureFile

// UnmarshalJSON reads either.
func (s *signatureFiles) UnmarshalJSON(data []byte) error {
	var list []signatureFile
	if json.Unmarshal(data, &list) == nil {
		*s = list
		return nil
	}
	var one signatureFile
	err := json.Unmarshal(data, &one)
	*s = signatureFiles{one}
	return err
}

type secretFile struct {
	Key      string `json:"key"`
	Prefix   string `json:"prefix"`
	KeyBytes []int  `json:"key_bytes"`
	Bytes    int    `json:"bytes"`
}

type headerFile struct {
	Name  string `json:"name"`
	Value value  `json:"value"`
}

type signatureFile struct {
	Header       string   `json:"header"`
	Grammar      string   `json:"grammar"`
	Separator    *string  `json:"separator"`
	TimestampKey string   `json:"timestamp_key"`
	Receivers    string   `json:"receivers"`
	Content      value    `json:"content"`
	Schemes      []scheme `json:"scheme"`
}

type bodyFile struct {
	Format  string       `json:"format"`
	Members []memberFile `json:"members"`
}

type memberFile struct {
	Name    string       `json:"name"`
	Value   value        `json:"value"`
	Members []memberFile `json:"members"`
}

type receiverFile struct {
	ToleranceS *int64   `json:"tolerance_s"`
	Versions   []string `json:"versions"`
	Answers    answers  `json:"answers"`
}

// answers is how the vendor's published receivers refuse.
type answers struct {
	Missing int    `json:"missing"`
	Invalid int    `json:"invalid"`
	Text    string `json:"text"`
}

// UnmarshalJSON fills in what the file leaves out.
func (a *answers) UnmarshalJSON(data []byte) error {
	type plain answers
	given := plain(defaultAnswers)
	err := json.Unmarshal(data, &given)
	*a = answers(given)
	return err
}

var defaultAnswers = answers{Missing: 401, Invalid: 401, Text: "Invalid signature"}

// value is a list of pieces, joined with nothing between them.
type value []piece

type piece struct {
	kind string
	text string
	// What stands in the place of metadata that the tenant does not have.
	instead value
	// It is percent-encoded, as a part of a URI.
	isEncoded bool
}

const (
	// A field, in whatever words.
	fieldPiece  = "field"
	textPiece   = "text"
	headerPiece = "header"
	// An entry of the tenant's metadata.
	metadataPiece = "metadata"
)

func (p piece) isField(name string) bool { return p.kind == fieldPiece && p.text == name }

// UnmarshalJSON reads a field's name, `{"text": …}`, `{"header": …}`, `{"field": …}`, `{"metadata": …}`, or a list of these.
func (v *value) UnmarshalJSON(data []byte) error {
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil {
		items = []json.RawMessage{data}
	}
	for _, item := range items {
		found, err := parsePiece(item)
		if err != nil {
			return err
		}
		*v = append(*v, found)
	}
	return nil
}

func parsePiece(data []byte) (piece, error) {
	var field string
	if json.Unmarshal(data, &field) == nil {
		return piece{kind: fieldPiece, text: field}, nil
	}
	var table struct {
		Text, Header, Field, Metadata, URI *string
		Default                            json.RawMessage
	}
	switch err := json.Unmarshal(data, &table); {
	case err == nil && table.Text != nil:
		return piece{kind: textPiece, text: *table.Text}, nil
	case err == nil && table.Header != nil:
		return piece{kind: headerPiece, text: *table.Header}, nil
	case err == nil && table.Field != nil:
		return piece{kind: fieldPiece, text: *table.Field, isEncoded: table.URI != nil}, nil
	case err == nil && table.Metadata != nil:
		found := piece{kind: metadataPiece, text: *table.Metadata}
		// Numbers and truth values show nothing of an event.
		if len(table.Default) > 0 && strings.Contains("\"[{", string(table.Default[:1])) {
			err = json.Unmarshal(table.Default, &found.instead)
		}
		return found, err
	default:
		return piece{}, errors.New("a value is neither a field, a text, a header nor metadata")
	}
}

func (f dialectFile) compile() (*Dialect, error) {
	if f.Name == "" {
		return nil, configurationError("the dialect has no `name`: give one")
	}
	headers := make([]headerRule, 0, len(f.Headers))
	for _, header := range f.Headers {
		headers = append(headers, headerRule{header.Name, header.Value})
	}
	var signatures []*signature
	for _, table := range f.Signatures {
		if table.Receivers == "ignore" {
			continue
		}
		compiled, reason := table.compile(headers)
		if reason != "" {
			return nil, configurationError("the dialect `%s` is incomplete: %s; check its file first", f.Name, reason)
		}
		signatures = append(signatures, &compiled)
	}
	if len(signatures) == 0 {
		return nil, configurationError("the dialect `%s` has no `signature`: there is nothing to verify", f.Name)
	}
	dialect := &Dialect{
		name:       f.Name,
		secret:     f.secretRules(),
		headers:    headers,
		signatures: signatures,
		isEscaped:  f.Request.Values == "cloudevents",
		isForm:     f.Body.Format == "form",
		members:    places(f.Body.Members, nil),
		toleranceS: f.Receiver.ToleranceS,
		versions:   f.Receiver.Versions,
		answers:    f.Receiver.Answers,
		handshake:  f.Handshake,
	}
	if dialect.answers == (answers{}) {
		dialect.answers = defaultAnswers
	}
	if dialect.versions == nil {
		for _, signature := range signatures {
			for _, scheme := range signature.schemes {
				dialect.versions = append(dialect.versions, scheme.Version)
			}
		}
	}
	return dialect, nil
}

func (f *signatureFile) compile(headers []headerRule) (signature, string) {
	separators := map[string]string{grammarBare: "", grammarPairs: ",", grammarVersions: " "}
	separator, known := separators[f.Grammar]
	if f.Separator != nil {
		separator = *f.Separator
	}
	compiled := signature{
		header: f.Header, grammar: f.Grammar, separator: separator, content: f.Content, schemes: f.Schemes,
	}
	for _, piece := range f.Content {
		if piece.kind == fieldPiece && strings.HasPrefix(piece.text, "timestamp_") {
			compiled.time = &signedTime{field: piece.text, pair: f.TimestampKey}
			if f.TimestampKey == "" {
				compiled.time.header = carrier(headers, piece.text)
			}
			break
		}
	}
	switch {
	case f.Header == "":
		return compiled, "the signature has no `header`"
	case !known:
		return compiled, "`" + f.Grammar + "` is no grammar of a signature"
	case len(f.Schemes) == 0:
		return compiled, "the signature has no `scheme`"
	case compiled.time != nil && compiled.time.pair == "" && compiled.time.header == "":
		return compiled, "the signed `" + compiled.time.field + "` is never sent"
	}
	for _, scheme := range f.Schemes {
		if !scheme.isKnown() {
			return compiled, "`" + scheme.Algorithm + "` with output `" + scheme.Output + "` is no way of signing"
		}
	}
	return compiled, ""
}

func (f dialectFile) secretRules() secretRules {
	rules := secretRules{
		key: f.Secret.Key, prefix: f.Secret.Prefix, keyBytesMin: f.Secret.Bytes, keyBytesMax: f.Secret.Bytes,
	}
	if len(f.Secret.KeyBytes) == 2 {
		rules.keyBytesMin, rules.keyBytesMax = f.Secret.KeyBytes[0], f.Secret.KeyBytes[1]
	}
	var schemes []scheme
	for _, table := range f.Signatures {
		schemes = append(schemes, table.Schemes...)
	}
	for _, scheme := range schemes {
		if scheme.Algorithm == algorithmEd25519 {
			rules.privatePrefix, rules.publicPrefix = scheme.PrivatePrefix, scheme.PublicPrefix
		} else {
			rules.takesShared = true
		}
		rules.isToken = rules.isToken || scheme.Algorithm == algorithmToken
	}
	return rules
}

func places(members []memberFile, above []string) []memberRule {
	var found []memberRule
	for _, member := range members {
		path := append(append([]string(nil), above...), member.Name)
		if member.Members != nil {
			found = append(found, places(member.Members, path)...)
		} else if member.Value != nil {
			found = append(found, memberRule{path, member.Value})
		}
	}
	return found
}
