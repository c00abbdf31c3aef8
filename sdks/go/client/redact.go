package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

const (
	// What stands in a secret's place.
	mask = "[secret]"
	// A shorter text is too common for masking it to hide anything.
	secretBytesMin = 4
)

// Members of a request's body whose texts are secrets; those of headers are credentials.
var secretMembers = map[string]bool{
	"secret": true, "secrets": true, "password": true, "token": true, "value": true, "client_secret": true,
	"private_key": true, "client_key": true, "headers": true,
}

var credentialsInURL = regexp.MustCompile(`(://)[^\s/?#"'@]*@`)

// redactor keeps what a call has sent in confidence out of its errors, which end up in logs: the API key, and the secrets
// and credentials in the body. A server that names a refused value, and anything between that repeats a request, would
// otherwise write them there.
type redactor struct {
	key  string
	body []byte
}

// text is the text without secrets.
func (r redactor) text(text string) string {
	for _, secret := range r.secrets() {
		text = strings.ReplaceAll(text, secret, mask)
	}
	return credentialsInURL.ReplaceAllString(text, "${1}"+mask+"@")
}

// problem is the problem without secrets.
func (r redactor) problem(problem Problem) Problem {
	for _, text := range []*string{&problem.Type, &problem.Title, &problem.Detail, &problem.RequestID} {
		*text = r.text(*text)
	}
	faults := problem.Errors
	problem.Errors = nil
	for _, fault := range faults {
		problem.Errors = append(problem.Errors, Fault{r.text(fault.Pointer), r.text(fault.Detail), fault.In})
	}
	return problem
}

// cause is the error itself or, if it names a secret, one with its text without, which still tells whether time was up.
func (r redactor) cause(err error) error {
	masked := r.text(err.Error())
	switch {
	case masked == err.Error():
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return maskedError{masked, context.DeadlineExceeded}
	case errors.Is(err, context.Canceled):
		return maskedError{masked, context.Canceled}
	default:
		return maskedError{masked, nil}
	}
}

type maskedError struct {
	text string
	kind error
}

func (e maskedError) Error() string { return e.text }
func (e maskedError) Unwrap() error { return e.kind }

// secrets are in every spelling that errors have, longest first: a secret may be a part of another.
func (r redactor) secrets() []string {
	var body any
	// What is no JSON was made by nobody here.
	_ = json.Unmarshal(r.body, &body)
	var spelt []string
	for _, secret := range secretsIn(body, false, []string{r.key}) {
		if len(secret) < secretBytesMin {
			continue
		}
		quoted := strconv.Quote(secret)
		spelt = append(spelt, secret, quoted[1:len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret))
		if written, err := encode(secret); err == nil {
			spelt = append(spelt, string(written[1:len(written)-1]))
		}
		if written, err := json.Marshal(secret); err == nil {
			spelt = append(spelt, string(written[1:len(written)-1]))
		}
	}
	sort.Slice(spelt, func(one, other int) bool { return len(spelt[one]) > len(spelt[other]) })
	return spelt
}

func secretsIn(value any, isSecret bool, found []string) []string {
	switch value := value.(type) {
	case string:
		if isSecret {
			found = append(found, value)
		}
	case []any:
		for _, inner := range value {
			found = secretsIn(inner, isSecret, found)
		}
	case map[string]any:
		for name, inner := range value {
			found = secretsIn(inner, isSecret || secretMembers[name], found)
		}
	}
	return found
}

// What stands in the place of secrets when package fmt writes a value of the API.

func maskedText(text string) string {
	if text == "" {
		return ""
	}
	return mask
}

func maskedPointer(text *string) *string {
	if text == nil {
		return nil
	}
	return Ptr(maskedText(*text))
}

func maskedChange[T any](change Change[T]) Change[T] {
	if _, set := change[true]; !set {
		return change
	}
	var hidden T
	if text, is := any(&hidden).(*string); is {
		*text = mask
	}
	return Set(hidden)
}

func maskedValues(headers map[string]string) map[string]string {
	if headers == nil {
		return nil
	}
	masked := make(map[string]string, len(headers))
	for name := range headers {
		masked[name] = mask
	}
	return masked
}

func maskedHeaders(headers []Header) []Header {
	var masked []Header
	for _, header := range headers {
		header.Value = mask
		masked = append(masked, header)
	}
	return masked
}

// unreadable is why an answer is not understood, without what it holds: that may be a new key or secret.
func unreadable(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return errors.New("it is not valid JSON at byte " + strconv.FormatInt(syntax.Offset, 10))
	case errors.As(err, &kind):
		return errors.New("the member " + kind.Field + " is not a " + kind.Type.String())
	default:
		return errors.New("a value is not of its type")
	}
}
