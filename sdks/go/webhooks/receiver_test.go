package webhooks

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// serve starts a real server on a free port of this machine.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

type response struct {
	status int
	header http.Header
	body   string
}

func send(t *testing.T, method, url string, request Request) response {
	t.Helper()
	sent, err := http.NewRequest(method, url, strings.NewReader(string(request.Body)))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range request.Header {
		sent.Header[name] = values
	}
	got, err := http.DefaultClient.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{got.StatusCode, got.Header, string(body)}
}

func (r response) check(t *testing.T, status int, body string) {
	t.Helper()
	if r.status != status || r.body != body {
		t.Errorf("answered %d %q: expected %d %q", r.status, r.body, status, body)
	}
}

func TestGenuineEventsReachTheHandler(t *testing.T) {
	events := make(chan *Event, 1)
	receiver := Receiver{Webhook: mustNew(t, "ventryx", secret)}
	url := serve(t, receiver.Handler(func(_ context.Context, event *Event) error {
		events <- event
		return nil
	}))
	send(t, "POST", url, signed("ventryx", secret, `{"id":"evt_1","data":{"a":1}}`)).check(t, 204, "")
	if event := <-events; event.ID != "evt_1" || string(event.Data) != `{"a":1}` {
		t.Errorf("%+v", event)
	}
}

func TestRefusedRequestsGetThePublishedAnswer(t *testing.T) {
	reasons := make(chan error, 1)
	receiver := Receiver{
		Webhook:   mustNew(t, "yativo", secret),
		OnRefusal: func(_ *http.Request, reason error) { reasons <- reason },
	}
	url := serve(t, receiver.Handler(func(context.Context, *Event) error {
		t.Error("the handler was called")
		return nil
	}))
	send(t, "POST", url, Request{Body: []byte("{}")}).check(t, 400, "Invalid signature")
	if reason := <-reasons; !errors.Is(reason, ErrMissingHeader) {
		t.Errorf("%v", reason)
	}
	send(t, "POST", url, signed("yativo", oldSecret, "{}")).check(t, 401, "Invalid signature")
	if reason := <-reasons; !errors.Is(reason, ErrBadSignature) {
		t.Errorf("%v", reason)
	}
	send(t, "POST", url, signed("yativo", secret, "[]")).check(t, 400, "Invalid body")
	<-reasons
	got := send(t, "GET", url, Request{})
	got.check(t, 405, "Method not allowed")
	if got.header.Get("Allow") != "POST" {
		t.Errorf("%v", got.header)
	}
	send(t, "POST", url, Request{Body: make([]byte, BodyBytesMax+1)}).check(t, 413, "The body is too large")
}

func TestRetriesOfWhatWasHandledAreNotHandledAgain(t *testing.T) {
	failures := make(chan error, 3)
	failures <- errors.New("the database is away")
	failures <- nil
	handled := 0
	receiver := Receiver{Webhook: mustNew(t, "ventryx", secret), Deduplicator: NewDeduplicator(nil)}
	url := serve(t, receiver.Handler(func(context.Context, *Event) error {
		handled++
		return <-failures
	}))
	request := signed("ventryx", secret, "{}")
	send(t, "POST", url, request).check(t, 500, "The event was not handled")
	send(t, "POST", url, request).check(t, 204, "")
	send(t, "POST", url, request).check(t, 204, "")
	if handled != 2 {
		t.Errorf("handled %d times", handled)
	}
}

func TestARetryWaitsForTheAttemptThatIsBeingHandled(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	receiver := Receiver{Webhook: mustNew(t, "ventryx", secret), Deduplicator: NewDeduplicator(nil)}
	url := serve(t, receiver.Handler(func(context.Context, *Event) error {
		close(started)
		<-finish
		return nil
	}))
	request := signed("ventryx", secret, "{}")
	first := make(chan response, 1)
	go func() { first <- send(t, "POST", url, request) }()
	<-started
	got := send(t, "POST", url, request)
	got.check(t, 503, "Still being handled")
	if got.header.Get("Retry-After") != "30" {
		t.Errorf("%v", got.header)
	}
	close(finish)
	answered := <-first
	answered.check(t, 204, "")
}

func TestAHandlerThatPanicsReleasesItsDelivery(t *testing.T) {
	store := NewMemoryStore(10, time.Now)
	receiver := Receiver{Webhook: mustNew(t, "ventryx", secret), Deduplicator: NewDeduplicator(store)}
	handler := receiver.Handler(func(context.Context, *Event) error { panic("handler") })
	request := signed("ventryx", secret, "{}")
	func() {
		defer func() { _ = recover() }()
		sent := httptest.NewRequest("POST", "/", strings.NewReader("{}"))
		sent.Header = request.Header
		handler.ServeHTTP(httptest.NewRecorder(), sent)
		t.Error("the panic was swallowed")
	}()
	if store.Len() != 0 {
		t.Error("the delivery is still claimed")
	}
}

func TestAStoreThatFailsMakesTheSenderTryAgain(t *testing.T) {
	receiver := Receiver{Webhook: mustNew(t, "ventryx", secret), Deduplicator: NewDeduplicator(brokenStore{})}
	url := serve(t, receiver.Handler(func(context.Context, *Event) error {
		t.Error("handled without a claim")
		return nil
	}))
	send(t, "POST", url, signed("ventryx", secret, "{}")).check(t, 503, "The event was not handled")
}

type brokenStore struct{ Store }

func (brokenStore) Claim(context.Context, string, time.Duration) (Claim, error) {
	return First, errors.New("the database is away")
}

func TestMiddlewareKeepsTheRawBody(t *testing.T) {
	fails := true
	receiver := Receiver{Webhook: mustNew(t, "github", secret), Deduplicator: NewDeduplicator(nil)}
	url := serve(t, receiver.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if fails {
			fails = false
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, FromContext(r.Context()).Type+" "+string(body))
	})))
	request := signed("github", secret, `{ "a" : 1.50 }`)
	send(t, "POST", url, request).check(t, 502, "")
	send(t, "POST", url, request).check(t, 202, `push { "a" : 1.50 }`)
	send(t, "POST", url, request).check(t, 204, "")
	send(t, "POST", url, signed("github", oldSecret, "{}")).check(t, 401, "Invalid signature")
}

func TestChallengesAreAnswered(t *testing.T) {
	check := func(dialect, body, answer string) {
		t.Helper()
		receiver := Receiver{Webhook: mustNew(t, dialect, secret)}
		url := serve(t, receiver.Handler(func(context.Context, *Event) error {
			t.Error("the challenge was taken for an event")
			return nil
		}))
		send(t, "POST", url, signed(dialect, secret, body)).check(t, 200, answer)
		send(t, "POST", url, signed(dialect, oldSecret, body)).check(t, 401, "Invalid signature")
	}
	check("slack", `{"token":"x","challenge":"c1","type":"url_verification"}`, `{"challenge":"c1"}`)
	check("zoom", `{"payload":{"plainToken":"p1"},"event_ts":1,"event":"endpoint.url_validation"}`,
		`{"encryptedToken":"`+hexMac(secret, "p1")+`","plainToken":"p1"}`)
}

func TestAnEventWithAChallengeInItIsAnEvent(t *testing.T) {
	body := `{"type":"event_callback","challenge":"c1","event":{}}`
	event, answer, err := mustNew(t, "slack", secret).Open(signed("slack", secret, body))
	if err != nil || answer != nil || event == nil {
		t.Errorf("%+v, %+v, %v", event, answer, err)
	}
}

func TestOptionsNameWhoMaySend(t *testing.T) {
	receiver := Receiver{Webhook: mustNew(t, "cloudevents", secret), AllowedOrigins: []string{"nuncio.example"}}
	url := serve(t, receiver.Handler(func(context.Context, *Event) error { return nil }))
	asks := func(origin string) response {
		return send(t, "OPTIONS", url, Request{Header: http.Header{"WebHook-Request-Origin": {origin}}})
	}
	got := asks("nuncio.example")
	got.check(t, 204, "")
	if got.header.Get("WebHook-Allowed-Origin") != "nuncio.example" {
		t.Errorf("%v", got.header)
	}
	other := asks("other.example")
	other.check(t, 403, "Unknown sender")
}

func TestTheSignedURLIsTheConfiguredOne(t *testing.T) {
	hook := mustNew(t, "twilio", "12345678")
	receiver := Receiver{Webhook: hook, URL: "https://mycompany.com/myapp.php?foo=1&bar=2"}
	url := serve(t, receiver.Handler(func(context.Context, *Event) error { return nil }))
	request := Request{
		Body:   []byte("To=%2B18005551212&CallSid=CA1&From=a+b"),
		Header: http.Header{"X-Twilio-Signature": {"A5GXytWqUrnGVCUNVR6sSWfwWl8="}},
	}
	send(t, "POST", url, request).check(t, 204, "")
	receiver.URL = ""
	url = serve(t, receiver.Handler(func(context.Context, *Event) error { return nil }))
	send(t, "POST", url, request).check(t, 401, "Invalid signature")
}

func TestWithoutAConfiguredURLTheRequestsOwnIsSigned(t *testing.T) {
	sent := httptest.NewRequest("POST", "/hook?x=1", nil)
	if found := (Receiver{}).urlOf(sent); found != "http://example.com/hook?x=1" {
		t.Errorf("the request's URL is %s", found)
	}
}

// uncancelledStore fails as a database does when it is asked under a context that is over.
type uncancelledStore struct{ *MemoryStore }

func (s uncancelledStore) Complete(ctx context.Context, key string, window time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.MemoryStore.Complete(ctx, key, window)
}

func TestWhatWasHandledIsRememberedThoughTheSenderHasHungUp(t *testing.T) {
	deduplicator := NewDeduplicator(uncancelledStore{NewMemoryStore(10, time.Now)})
	receiver := Receiver{Webhook: mustNew(t, "ventryx", secret), Deduplicator: deduplicator}
	ctx, hangUp := context.WithCancel(context.Background())
	var handled *Event
	handler := receiver.Handler(func(_ context.Context, event *Event) error {
		handled = event
		hangUp()
		return nil
	})
	sent := httptest.NewRequest("POST", "/", strings.NewReader("{}")).WithContext(ctx)
	sent.Header = signed("ventryx", secret, "{}").Header
	handler.ServeHTTP(httptest.NewRecorder(), sent)
	checkClaim(t, deduplicator, handled, Done)
}
