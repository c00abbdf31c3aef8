package webhooks

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
)

// Answer is an HTTP answer: what a new endpoint gives back before it gets events.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// write sends the answer.
func (a *Answer) write(w http.ResponseWriter) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Status)
	// A sender that is gone cannot be told so.
	_, _ = w.Write(a.Body)
}

func textAnswer(status int, text string) *Answer {
	header := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	return &Answer{Status: status, Header: header, Body: []byte(text)}
}

// handshakeRules are what a dialect asks a new endpoint. Places are JSON pointers (RFC 6901).
type handshakeRules struct {
	Request       string `json:"request"`
	Challenge     string `json:"challenge"`
	Answer        string `json:"answer"`
	Digest        string `json:"digest"`
	RequestHeader string `json:"request_header"`
	AnswerHeader  string `json:"answer_header"`
}

// AnswerOptions returns the answer to an OPTIONS request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); nil
// where the dialect asks nothing like it. Only the allowed origins may send; none given allows any.
func (w *Webhook) AnswerOptions(request Request, allowedOrigins ...string) *Answer {
	rules := w.dialect.handshake
	if rules == nil || rules.RequestHeader == "" || !strings.EqualFold(request.method(), http.MethodOptions) {
		return nil
	}
	origins := request.values(rules.RequestHeader)
	if len(origins) != 1 || !allows(allowedOrigins, origins[0]) {
		return textAnswer(http.StatusForbidden, "Unknown sender")
	}
	header := http.Header{"Allow": {"POST, OPTIONS"}}
	header.Set(rules.AnswerHeader, origins[0])
	return &Answer{Status: http.StatusNoContent, Header: header}
}

func allows(allowed []string, origin string) bool {
	for _, one := range allowed {
		if one == origin {
			return true
		}
	}
	return len(allowed) == 0
}

// answerChallenge returns the answer to a verified request that is a challenge, signed with key where the dialect wants
// that; nil for an event.
func answerChallenge(dialect *Dialect, payload json.RawMessage, key verifyingKey) *Answer {
	rules := dialect.handshake
	if rules == nil || rules.Challenge == "" {
		return nil
	}
	path := pointerNames(rules.Challenge)
	var challenge string
	if err := json.Unmarshal(at(payload, path), &challenge); err != nil {
		return nil
	}
	var asked, template any
	if json.Unmarshal(payload, &asked) != nil || json.Unmarshal([]byte(rules.Request), &template) != nil ||
		!holds(asked, template, path) {
		return nil
	}
	answer := map[string]any{}
	put(answer, pointerNames(rules.Answer), challenge)
	if shared, ok := key.(sharedKey); ok && rules.Digest != "" {
		put(answer, pointerNames(rules.Digest), dialect.signatures[0].schemes[0].shared(shared, []byte(challenge)))
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil
	}
	return &Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// holds reports whether asked is the template with a challenge in it; vendors add members of their own.
func holds(asked, template any, challenge []string) bool {
	if len(challenge) == 0 {
		return true
	}
	expected, isObject := template.(map[string]any)
	found, wasObject := asked.(map[string]any)
	if !isObject || !wasObject {
		return reflect.DeepEqual(asked, template)
	}
	for name, value := range expected {
		given, ok := found[name]
		switch {
		case !ok:
			return false
		case name == challenge[0]:
			ok = holds(given, value, challenge[1:])
		default:
			ok = reflect.DeepEqual(given, value)
		}
		if !ok {
			return false
		}
	}
	return true
}

var pointerEscapes = strings.NewReplacer("~1", "/", "~0", "~")

func pointerNames(pointer string) []string {
	names := strings.Split(pointer, "/")[1:]
	for at, name := range names {
		names[at] = pointerEscapes.Replace(name)
	}
	return names
}

func put(answer map[string]any, path []string, value any) {
	for _, name := range path[:len(path)-1] {
		inner, ok := answer[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			answer[name] = inner
		}
		answer = inner
	}
	answer[path[len(path)-1]] = value
}
