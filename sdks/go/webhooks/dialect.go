package webhooks

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed dialects.json
var builtinData []byte

// Dialect is one sender's wire format, as a receiver needs it. Immutable.
type Dialect struct {
	name    string
	secret  secretRules
	headers []headerRule
	// Those that must all fit; the first is the one whose key and scheme count.
	signatures []*signature
	// Whether values of headers are percent-encoded (CloudEvents 1.0, HTTP binding, 3.1.3.2).
	isEscaped  bool
	isForm     bool
	members    []memberRule
	toleranceS *int64
	versions   []string
	answers    answers
	handshake  *handshakeRules
}

// headerRule is a header that the dialect sends, and the pieces of its value.
type headerRule struct {
	name  string
	value value
}

// memberRule is a place in the envelope: the names that lead to it, and the pieces of its value.
type memberRule struct {
	path  []string
	value value
}

// Name returns the name that projects and endpoints refer to the dialect by.
func (d *Dialect) Name() string { return d.name }

// ParseDialect reads the data of a dialect file as JSON: the same keys as its TOML, those that only a sender needs may
// be left out. The error wraps ErrConfiguration; `nuncio dialect check` finds every contradiction of a file.
func ParseDialect(data []byte) (*Dialect, error) {
	var file dialectFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, configurationError("the dialect `%s` cannot be read: %v; check its file first", file.Name, err)
	}
	return file.compile()
}

// BuiltinDialect returns the built-in dialect of that name. The error wraps ErrConfiguration and names those that exist.
func BuiltinDialect(name string) (*Dialect, error) {
	for _, dialect := range builtins() {
		if dialect.name == name {
			return dialect, nil
		}
	}
	known := strings.Join(DialectNames(), ", ")
	return nil, configurationError("there is no built-in dialect `%s`: give one of %s, or use NewWithDialect", name, known)
}

// DialectNames returns the names of the built-in dialects, the default one first.
func DialectNames() []string {
	names := make([]string, 0, len(builtins()))
	for _, dialect := range builtins() {
		names = append(names, dialect.name)
	}
	return names
}

var (
	builtinOnce     sync.Once
	builtinDialects []*Dialect
)

func builtins() []*Dialect {
	builtinOnce.Do(func() {
		var files []dialectFile
		if err := json.Unmarshal(builtinData, &files); err != nil {
			panic("the embedded dialects are no JSON: " + err.Error())
		}
		for _, file := range files {
			dialect, err := file.compile()
			if err != nil {
				panic(err)
			}
			builtinDialects = append(builtinDialects, dialect)
		}
	})
	return builtinDialects
}

// carrier returns the header whose whole value is that field; empty if there is none.
func carrier(headers []headerRule, field string) string {
	for _, header := range headers {
		if len(header.value) == 1 && header.value[0].isField(field) {
			return header.name
		}
	}
	return ""
}

// signsTime reports whether a signed time tells how old a request is.
func (d *Dialect) signsTime() bool {
	for _, signature := range d.signatures {
		if signature.time != nil {
			return true
		}
	}
	return false
}

func (d *Dialect) accepts(version string) bool {
	for _, accepted := range d.versions {
		if accepted == version {
			return true
		}
	}
	return version == ""
}
