package webhooks

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type vectors struct {
	Dialect string         `json:"dialect"`
	Verify  []verifyVector `json:"verify"`
	Secrets []secretVector `json:"secrets"`
}

type verifyVector struct {
	Name    string      `json:"name"`
	Case    string      `json:"case"`
	Secrets []string    `json:"secrets"`
	NowMs   int64       `json:"now_ms"`
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
	Repeat  int         `json:"body_repeat"`
	Expect  struct {
		Accept *struct {
			Key         int    `json:"key"`
			Version     string `json:"version"`
			TimestampMs *int64 `json:"timestamp_ms"`
		} `json:"accept"`
		Refuse Code   `json:"refuse"`
		Header string `json:"header"`
	} `json:"expect"`
}

type secretVector struct {
	Secret string `json:"secret"`
	Expect string `json:"expect"`
}

func (v verifyVector) request() Request {
	header := http.Header{}
	for _, pair := range v.Headers {
		// Not Add, which would change the case of the names.
		header[pair[0]] = append(header[pair[0]], pair[1])
	}
	body := v.Body
	if v.Repeat > 0 {
		body = strings.Repeat(v.Body, v.Repeat)
	}
	return Request{Method: v.Method, URL: v.URL, Header: header, Body: []byte(body)}
}

func readVectors(t *testing.T) []vectors {
	t.Helper()
	paths, err := filepath.Glob("../../../conformance/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no conformance vectors: %v", err)
	}
	var all []vectors
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var one vectors
		if err := json.Unmarshal(text, &one); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, one)
	}
	return all
}

func TestEveryBuiltinDialectHasVectors(t *testing.T) {
	if found, names := len(readVectors(t)), DialectNames(); found != len(names) {
		t.Errorf("%d files of vectors for %d dialects", found, len(names))
	}
}

func TestRequestsAreJudgedAsTheVectorsSay(t *testing.T) {
	for _, file := range readVectors(t) {
		for _, vector := range file.Verify {
			t.Run(file.Dialect+"/"+vector.Case+"/"+vector.Name, func(t *testing.T) {
				checkVerify(t, file.Dialect, vector)
			})
		}
	}
}

func checkVerify(t *testing.T, dialect string, vector verifyVector) {
	clock := WithClock(func() time.Time { return time.UnixMilli(vector.NowMs) })
	hook, err := New(dialect, vector.Secrets, clock)
	if len(vector.Secrets) == 0 {
		// A receiver without a secret is refused where it is set up, not request by request.
		if !errors.Is(err, ErrConfiguration) {
			t.Errorf("without a secret: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	verified, err := hook.VerifySignature(vector.request())
	if expected := vector.Expect.Accept; expected != nil {
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		if verified.Key != expected.Key || verified.Version != expected.Version {
			t.Errorf("key %d, version %q: expected %+v", verified.Key, verified.Version, *expected)
		}
		if expected.TimestampMs != nil && verified.Timestamp.UnixMilli() != *expected.TimestampMs {
			t.Errorf("signed at %v: expected %d", verified.Timestamp, *expected.TimestampMs)
		}
		if expected.TimestampMs == nil && !verified.Timestamp.IsZero() {
			t.Errorf("signed at %v: expected no time", verified.Timestamp)
		}
		return
	}
	var refusal *VerificationError
	if !errors.As(err, &refusal) {
		t.Fatalf("not refused: %v", err)
	}
	if refusal.Code != vector.Expect.Refuse {
		t.Errorf("refused with %s (%v): expected %s", refusal.Code, refusal, vector.Expect.Refuse)
	}
	if vector.Expect.Header != "" && refusal.Header != vector.Expect.Header {
		t.Errorf("refused for %q: expected %q", refusal.Header, vector.Expect.Header)
	}
}

// What a sender refuses to register, a receiver may still hold: what that refuses is in `receivers/`.
func TestSecretsThatMayBeRegisteredAreTaken(t *testing.T) {
	for _, file := range readVectors(t) {
		for _, vector := range file.Secrets {
			if vector.Expect != "accept" {
				continue
			}
			t.Run(file.Dialect+"/"+vector.Secret, func(t *testing.T) {
				if _, err := New(file.Dialect, []string{vector.Secret}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
