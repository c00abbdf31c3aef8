package client_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/nuncio-webhooks/nuncio/sdks/go/client"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// answer is one of a script. Instead of it, the connection may break, or nothing come.
type answer struct {
	status int
	body   string
	header map[string]string
	broken bool
	silent bool
}

type received struct {
	method, target string
	header         http.Header
	body           string
}

// scene is a client on a clock that stands still, and what its server, on a real socket, has received.
type scene struct {
	*client.Client
	baseURL  string
	clock    *stillClock
	mutex    sync.Mutex
	received []received
}

// requests are those that have come in.
func (s *scene) requests() []received {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]received(nil), s.received...)
}

// stillClock only moves by the client's waits, which it notes.
type stillClock struct {
	waits  []time.Duration
	before func()
}

func (c *stillClock) Now() time.Time  { return now }
func (c *stillClock) Chance() float64 { return 0 }

func (c *stillClock) Sleep(ctx context.Context, duration time.Duration) error {
	if c.before != nil {
		c.before()
	}
	c.waits = append(c.waits, duration)
	return ctx.Err()
}

func start(t *testing.T, script []answer, options ...client.Option) *scene {
	t.Helper()
	s := &scene{clock: &stillClock{}}
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mutex.Lock()
		s.received = append(s.received, received{r.Method, r.URL.RequestURI(), r.Header, string(body)})
		next := answer{status: http.StatusTeapot}
		if len(script) > 0 {
			next, script = script[0], script[1:]
		}
		s.mutex.Unlock()
		if next.silent {
			select {
			case <-r.Context().Done():
			case <-ended:
			}
		}
		if next.broken || next.silent {
			panic(http.ErrAbortHandler)
		}
		for name, value := range next.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(next.status)
		_, _ = io.WriteString(w, next.body)
	}))
	s.baseURL = server.URL
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	// Kept connections would be tried again by net/http itself, which hides a break from the script.
	httpClient := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	defaults := []client.Option{client.WithBaseURL(server.URL + "/"), client.WithClock(s.clock), client.WithHTTPClient(httpClient)}
	made, err := client.New("nk_1", append(defaults, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	s.Client = made
	return s
}

func once() client.Option { return client.WithRetry(client.RetryPolicy{AttemptsMax: 1}) }

func ok(body string) answer { return answer{status: http.StatusOK, body: body} }

func problem(status int, more ...string) answer {
	document := map[string]any{"type": "urn:nuncio:problem:kind", "title": "Kind", "status": status, "detail": "it is so"}
	for n := 0; n+1 < len(more); n += 2 {
		document[more[n]] = json.RawMessage(more[n+1])
	}
	body, _ := json.Marshal(document)
	return answer{status: status, body: string(body)}
}

func (a answer) after(value string) answer {
	a.header = map[string]string{"Retry-After": value}
	return a
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
