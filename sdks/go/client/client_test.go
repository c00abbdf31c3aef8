package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/nuncio-webhooks/nuncio/sdks/go/client"
)

const (
	published = `{"id":"evt_1","tenant":"acme","type":"order.paid","created_at":"2026-01-02T03:04:05.678Z","deliveries":1}`
	job       = `{"id":"job_1","kind":"retry","state":"done","done":1,"total":1,"created_at":"2026-01-02T03:04:05Z"}`
)

var (
	ctx   = context.Background()
	event = client.NewEvent{Tenant: "acme", Type: "order.paid", Data: map[string]string{"order": "<4711>"}}
)

func TestRequestCarriesKeyProjectAndTheBodyAsJSON(t *testing.T) {
	s := start(t, []answer{{status: 202, body: published}}, client.WithProject("proj_1"))
	got, err := s.Events.Publish(ctx, event)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "created at", got.CreatedAt, now.Add(678*time.Millisecond))
	r := s.requests()[0]
	equal(t, "request", r.method+" "+r.target, "POST /v1/events")
	equal(t, "key", r.header.Get("Authorization"), "Bearer nk_1")
	equal(t, "project", r.header.Get("Nuncio-Project"), "proj_1")
	equal(t, "content type", r.header.Get("Content-Type"), "application/json")
	equal(t, "body", r.body, `{"tenant":"acme","type":"order.paid","data":{"order":"<4711>"}}`)
}

func TestProjectOfTheCallGoesBeforeTheClients(t *testing.T) {
	s := start(t, []answer{{status: 204}}, client.WithProject("proj_1"))
	if err := s.Tenants.Delete(ctx, "acme", client.InProject("proj_2")); err != nil {
		t.Fatal(err)
	}
	equal(t, "project", s.requests()[0].header.Get("Nuncio-Project"), "proj_2")
}

func TestParametersAreEncodedAndLeftOutWhenNotGiven(t *testing.T) {
	s := start(t, []answer{ok(`{"data":[],"next_cursor":null}`), {status: 204}})
	events := s.Events.List(client.ListEventsQuery{Tenant: "a&b", Since: now, Undelivered: client.Ptr(true)})
	if events.Next(ctx) || events.Err() != nil {
		t.Fatal(events.Err())
	}
	if err := s.EventTypes.Delete(ctx, "a/b?c"); err != nil {
		t.Fatal(err)
	}
	equal(t, "query", s.requests()[0].target, "/v1/events?since=2026-01-02T03%3A04%3A05Z&tenant=a%26b&undelivered=true")
	equal(t, "path", s.requests()[1].target, "/v1/event-types/a%2Fb%3Fc")
}

func TestChangeSetsClearsOrLeaves(t *testing.T) {
	s := start(t, []answer{ok(`{}`)})
	change := client.EndpointChange{Description: client.Clear[string](), TimeoutMS: client.Set(5000), Events: client.Set([]string{})}
	if _, err := s.Webhooks.Update(ctx, "ep_1", change); err != nil {
		t.Fatal(err)
	}
	equal(t, "body", s.requests()[0].body, `{"events":[],"description":null,"timeout_ms":5000}`)
}

func TestIDThatWouldMakeAnotherPathIsRefused(t *testing.T) {
	s := start(t, nil)
	for _, id := range []string{"", ".", ".."} {
		if err := s.Endpoints.Delete(ctx, id); !errors.Is(err, client.ErrInvalidCall) {
			t.Errorf("%q: %v", id, err)
		}
	}
	equal(t, "requests", len(s.requests()), 0)
}

func TestBodyThatIsNoJSONIsRefused(t *testing.T) {
	s := start(t, nil)
	_, err := s.Events.Publish(ctx, client.NewEvent{Data: math.NaN()})
	equal(t, "refused", errors.Is(err, client.ErrInvalidCall), true)
}

func TestClientNeedsAKeyAndAnAddress(t *testing.T) {
	check := func(key, baseURL, want string) {
		t.Helper()
		_, err := client.New(key, client.WithBaseURL(baseURL))
		if !errors.Is(err, client.ErrInvalidCall) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	check("", "https://nuncio.example.com", "key is empty")
	check("nk_1", "nuncio.example.com", `"nuncio.example.com" is no address`)
}

func TestAnswerMayHaveFieldsThatThisClientDoesNotKnow(t *testing.T) {
	s := start(t, []answer{ok(`{"id":"job_1","state":"done","colour":"red"}`)})
	got, err := s.Jobs.Get(ctx, "job_1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "state", got.State, "done")
}

func TestPayloadComesAsItWasWritten(t *testing.T) {
	s := start(t, []answer{ok(`{"data":{"b":1.50,"a":12345678901234567890}}`)})
	got, err := s.Events.Get(ctx, "evt_1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "data", string(got.Data), `{"b":1.50,"a":12345678901234567890}`)
}

func TestAnswerThatIsNotUnderstoodIsAnError(t *testing.T) {
	s := start(t, []answer{ok("<html>")})
	if _, err := s.Jobs.Get(ctx, "job_1"); err == nil || !strings.Contains(err.Error(), "not understood") {
		t.Error(err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	s := start(t, []answer{{status: 307, header: map[string]string{"Location": "/elsewhere"}}})
	_, err := s.Jobs.Get(ctx, "job_1")
	var failed *client.Error
	equal(t, "is an error", errors.As(err, &failed) && failed.Status == 307, true)
	equal(t, "requests", len(s.requests()), 1)
}

func TestRetriesKeepTheIdempotencyKey(t *testing.T) {
	s := start(t, []answer{{broken: true}, problem(503), {status: 202, body: published}})
	if _, err := s.Events.Publish(ctx, event); err != nil {
		t.Fatal(err)
	}
	equal(t, "requests", len(s.requests()), 3)
	first := s.requests()[0].header.Get("Idempotency-Key")
	equal(t, "length", len(first), 32)
	for _, r := range s.requests() {
		equal(t, "key", r.header.Get("Idempotency-Key"), first)
	}
}

func TestOtherCallsHaveOtherKeysAndAGivenKeyIsUsed(t *testing.T) {
	a := answer{status: 202, body: published}
	s := start(t, []answer{a, a, a})
	for _, options := range [][]client.CallOption{nil, nil, {client.IdempotencyKey("order-4711")}} {
		if _, err := s.Events.Publish(ctx, event, options...); err != nil {
			t.Fatal(err)
		}
	}
	key := func(n int) string { return s.requests()[n].header.Get("Idempotency-Key") }
	equal(t, "same", key(0) == key(1), false)
	equal(t, "given", key(2), "order-4711")
}

func TestWaitsDoubleAndEnd(t *testing.T) {
	s := start(t, []answer{problem(503), problem(503), problem(503), problem(503)})
	_, err := s.Jobs.Get(ctx, "job_1")
	equal(t, "unavailable", errors.Is(err, client.ErrUnavailable), true)
	want := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second}
	equal(t, "waits", reflect.DeepEqual(s.clock.waits, want), true)
	equal(t, "requests", len(s.requests()), 4)
}

func TestRetryAfterIsHonoured(t *testing.T) {
	check := func(value string, want time.Duration) {
		t.Helper()
		s := start(t, []answer{problem(429).after(value), ok(job)})
		if _, err := s.Jobs.Get(ctx, "job_1"); err != nil {
			t.Fatal(err)
		}
		equal(t, value, s.clock.waits[0], want)
	}
	check("7", 7*time.Second)
	check("Fri, 02 Jan 2026 03:04:14 GMT", 9*time.Second)
	check("Fri, 02 Jan 2026 03:04:04 GMT", 250*time.Millisecond)
	check("0", 250*time.Millisecond)
	check("soon", 250*time.Millisecond)
	check("-1", 250*time.Millisecond)
}

func TestServerThatAsksForMoreTimeThanAllowedIsNotAskedAgain(t *testing.T) {
	s := start(t, []answer{problem(503).after("31")})
	_, err := s.Jobs.Get(ctx, "job_1")
	var failed *client.Error
	equal(t, "asked", errors.As(err, &failed) && failed.RetryAfter == 31*time.Second, true)
	equal(t, "waits", len(s.clock.waits), 0)
}

func TestGatewayIsRetriedAndAFailureOfTheServerItselfIsNot(t *testing.T) {
	s := start(t, []answer{{status: 502, body: "<h1>Bad gateway</h1>"}, problem(500)})
	_, err := s.Jobs.Get(ctx, "job_1")
	var failed *client.Error
	equal(t, "its own failure", errors.As(err, &failed) && failed.Status == 500, true)
	equal(t, "waits", len(s.clock.waits), 1)
}

func TestTimeoutIsToldFromOtherFailures(t *testing.T) {
	check := func(a answer, want bool, options ...client.Option) {
		t.Helper()
		s := start(t, []answer{a}, append(options, once())...)
		_, err := s.Jobs.Get(ctx, "job_1")
		var failed *client.ConnectionError
		equal(t, "no answer", errors.As(err, &failed), true)
		equal(t, "timeout", errors.Is(err, context.DeadlineExceeded), want)
	}
	check(answer{silent: true}, true, client.WithTimeout(20*time.Millisecond))
	check(answer{broken: true}, false)
}

func TestCallEndsWhenTheCallerGivesUp(t *testing.T) {
	s := start(t, []answer{{broken: true}, {silent: true}})
	ctx, giveUp := context.WithCancel(ctx)
	s.clock.before = giveUp
	_, err := s.Jobs.Get(ctx, "job_1")
	equal(t, "given up", errors.Is(err, context.Canceled), true)
	equal(t, "requests", len(s.requests()), 1)
}

func TestProblemsAreToldApart(t *testing.T) {
	kinds := map[int]error{
		400: client.ErrBadRequest,
		401: client.ErrUnauthorized,
		403: client.ErrForbidden,
		404: client.ErrNotFound,
		409: client.ErrConflict,
		413: client.ErrTooLarge,
		422: client.ErrInvalid,
		429: client.ErrRateLimited,
		503: client.ErrUnavailable,
	}
	for status := range kinds {
		s := start(t, []answer{problem(status)}, once())
		_, err := s.Jobs.Get(ctx, "job_1")
		for other, kind := range kinds {
			equal(t, fmt.Sprintf("%d is %v", status, kind), errors.Is(err, kind), status == other)
		}
	}
}

func TestErrorSaysWhichValueWasRefusedAndTheRequestsID(t *testing.T) {
	fault := `[{"pointer":"/limit","detail":"too large","in":"query"}]`
	s := start(t, []answer{problem(422, "errors", fault, "request_id", `"req_1"`)})
	_, err := s.Webhooks.Create(ctx, client.NewEndpoint{URL: "http://a.example", Events: []string{"*"}})
	var failed *client.Error
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	equal(t, "fault", failed.Errors[0], client.Fault{Pointer: "/limit", Detail: "too large", In: "query"})
	equal(t, "request", failed.RequestID, "req_1")
	equal(t, "text", err.Error(), "422 Kind: it is so")
}

func TestErrorWithoutAProblemDocumentStillHasStatusAndRequestID(t *testing.T) {
	s := start(t, []answer{{status: 404, body: "nothing", header: map[string]string{"Nuncio-Request-Id": "req_2"}}})
	_, err := s.Jobs.Get(ctx, "job_1")
	var failed *client.Error
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	equal(t, "type", failed.Type, "about:blank")
	equal(t, "request", failed.RequestID, "req_2")
	equal(t, "kind", errors.Is(err, client.ErrNotFound), true)
}

var pages = []answer{
	ok(`{"data":[{"name":"a"},{"name":"b"}],"next_cursor":"c 1"}`),
	ok(`{"data":[],"next_cursor":"c2"}`),
	ok(`{"data":[{"name":"c"}],"next_cursor":null}`),
}

func TestListIsReadToItsEndWithAnEmptyPageInBetween(t *testing.T) {
	s := start(t, pages)
	var names []string
	types := s.EventTypes.List(client.ListEventTypesQuery{Limit: client.Ptr(2)})
	for types.Next(ctx) {
		names = append(names, types.Item().Name)
	}
	equal(t, "names", strings.Join(names, ""), "abc")
	equal(t, "no error", types.Err() == nil && !types.Next(ctx), true)
	for n, want := range []string{"limit=2", "cursor=c+1&limit=2", "cursor=c2&limit=2"} {
		equal(t, "target", s.requests()[n].target, "/v1/event-types?"+want)
	}
}

func TestListAsksForNoMoreThanIsRead(t *testing.T) {
	s := start(t, pages)
	types := s.EventTypes.List(client.ListEventTypesQuery{})
	equal(t, "two items", types.Next(ctx) && types.Next(ctx), true)
	equal(t, "requests", len(s.requests()), 1)
}

func TestListEndsWithItsError(t *testing.T) {
	s := start(t, []answer{problem(http.StatusForbidden)})
	types := s.EventTypes.List(client.ListEventTypesQuery{})
	equal(t, "an item", types.Next(ctx) || types.Next(ctx), false)
	equal(t, "error", errors.Is(types.Err(), client.ErrForbidden), true)
	equal(t, "requests", len(s.requests()), 1)
}

func TestPagesCanBeReadOneByOne(t *testing.T) {
	s := start(t, pages)
	types := s.EventTypes.List(client.ListEventTypesQuery{})
	for _, want := range []int{2, 0, 1} {
		page, err := types.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "items", len(page.Data), want)
	}
	page, err := types.NextPage(ctx)
	equal(t, "the end", page == nil && err == nil, true)
}

func TestTimesAndNumbersOfABodyAreLeftOutWhenNotGiven(t *testing.T) {
	body, err := json.Marshal(client.NewEndpoint{URL: "u", Events: []string{"*"}, Disabled: client.Ptr(false)})
	equal(t, "body", string(body), `{"url":"u","events":["*"],"disabled":false}`)
	equal(t, "no error", err == nil, true)
}
