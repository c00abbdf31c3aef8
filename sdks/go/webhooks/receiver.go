package webhooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// BodyBytesMax bounds a request's body: no sender's event is larger, and what is cannot fill the memory.
	BodyBytesMax = 4 << 20
	// When to try again while another attempt is still being handled.
	retryAfterS = "30"
)

// Receiver answers a webhook endpoint's requests: it answers handshakes, refuses what is not genuine with the status and
// text that the dialect publishes, and hands each delivery on once. Only Webhook must be set.
type Receiver struct {
	// Webhook holds the dialect and the secrets.
	Webhook *Webhook
	// Deduplicator recognises retries of what was handled; left out, every request is handled.
	Deduplicator *Deduplicator
	// URL is the endpoint's public URL, where a proxy hides it and the dialect signs it.
	URL string
	// AllowedOrigins may send, for dialects that ask with OPTIONS; left out, anyone.
	AllowedOrigins []string
	// OnRefusal is told why a request was refused or could not be handled, for logs.
	OnRefusal func(request *http.Request, reason error)
}

// Handler answers with 204 what handle has taken, and with 500 what it has not, so that the sender tries again.
func (r Receiver) Handler(handle func(ctx context.Context, event *Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		event, _, answer := r.receive(w, request)
		if event != nil {
			answer = r.handle(request, event, handle)
		}
		answer.write(w)
	})
}

func (r Receiver) handle(request *http.Request, event *Event, handle func(context.Context, *Event) error) *Answer {
	succeeded := false
	// In a deferred call, so that a handler that panics releases its delivery too.
	defer func() { r.settle(request, event, succeeded) }()
	if err := handle(request.Context(), event); err != nil {
		r.report(request, err)
		return textAnswer(http.StatusInternalServerError, "The event was not handled")
	}
	succeeded = true
	return &Answer{Status: http.StatusNoContent}
}

// Middleware hands genuine requests on to next, with their body as it came and the event in their context (FromContext).
// An answer of 400 or more counts as a failure: the retry will be handed on again.
func (r Receiver) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		event, body, answer := r.receive(w, request)
		if event == nil {
			answer.write(w)
			return
		}
		observed := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		returned := false
		defer func() {
			r.settle(request, event, returned && observed.status < http.StatusBadRequest)
		}()
		opened := request.WithContext(context.WithValue(request.Context(), eventKey{}, event))
		opened.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(observed, opened)
		returned = true
	})
}

type eventKey struct{}

// FromContext returns the event of a request that came through Middleware; nil for any other.
func FromContext(ctx context.Context) *Event {
	event, _ := ctx.Value(eventKey{}).(*Event)
	return event
}

// statusWriter remembers the status that a handler answers with.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// receive returns the event to handle and its body, or the answer to give instead.
func (r Receiver) receive(w http.ResponseWriter, request *http.Request) (*Event, []byte, *Answer) {
	received := Request{Method: request.Method, URL: r.urlOf(request), Header: request.Header}
	if answer := r.Webhook.AnswerOptions(received, r.AllowedOrigins...); answer != nil {
		return nil, nil, answer
	}
	if request.Method != http.MethodPost {
		answer := textAnswer(http.StatusMethodNotAllowed, "Method not allowed")
		answer.Header.Set("Allow", http.MethodPost)
		return nil, nil, answer
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, BodyBytesMax))
	if err != nil {
		return nil, nil, r.unreadable(request, err)
	}
	received.Body = body
	event, answer, err := r.Webhook.Open(received)
	if err != nil {
		return nil, nil, r.refuse(request, err)
	}
	if answer != nil {
		return nil, nil, answer
	}
	if answer := r.claim(request, event); answer != nil {
		return nil, nil, answer
	}
	return event, body, nil
}

func (r Receiver) urlOf(request *http.Request) string {
	if r.URL != "" {
		return r.URL
	}
	scheme := "http"
	if request.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + request.Host + request.RequestURI
}

func (r Receiver) unreadable(request *http.Request, err error) *Answer {
	r.report(request, err)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return textAnswer(http.StatusRequestEntityTooLarge, "The body is too large")
	}
	return textAnswer(http.StatusBadRequest, "The body cannot be read")
}

func (r Receiver) refuse(request *http.Request, err error) *Answer {
	r.report(request, err)
	var refusal *VerificationError
	if errors.As(err, &refusal) {
		return textAnswer(refusal.Status, refusal.Text)
	}
	return textAnswer(http.StatusInternalServerError, "The endpoint is not set up")
}

func (r Receiver) claim(request *http.Request, event *Event) *Answer {
	if r.Deduplicator == nil {
		return nil
	}
	claim, err := r.Deduplicator.Claim(request.Context(), event)
	switch {
	case err != nil:
		r.report(request, err)
		return tryAgain("The event was not handled")
	case claim == Done:
		return &Answer{Status: http.StatusNoContent}
	case claim == Running:
		return tryAgain("Still being handled")
	default:
		return nil
	}
}

func tryAgain(text string) *Answer {
	answer := textAnswer(http.StatusServiceUnavailable, text)
	answer.Header.Set("Retry-After", retryAfterS)
	return answer
}

func (r Receiver) settle(request *http.Request, event *Event, succeeded bool) {
	if r.Deduplicator == nil {
		return
	}
	settle := r.Deduplicator.Release
	if succeeded {
		settle = r.Deduplicator.Complete
	}
	if err := settle(uncancelled{request.Context()}, event); err != nil {
		r.report(request, err)
	}
}

func (r Receiver) report(request *http.Request, reason error) {
	if r.OnRefusal != nil {
		r.OnRefusal(request, reason)
	}
}

// uncancelled keeps a context's values: what a handler has done must be remembered even if its sender has hung up.
type uncancelled struct{ context.Context }

func (uncancelled) Deadline() (time.Time, bool) { return time.Time{}, false }
func (uncancelled) Done() <-chan struct{}       { return nil }
func (uncancelled) Err() error                  { return nil }
