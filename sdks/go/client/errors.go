package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// What errors.Is compares an *Error with, where callers act differently.
var (
	// ErrBadRequest is 400: malformed JSON, or an admin key without a project.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized is 401: no key, or one that is unknown, revoked or expired.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is 403: the key's scope or the tenant's plan does not allow it.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is 404: no such thing within the key's reach.
	ErrNotFound = errors.New("not found")
	// ErrConflict is 409: the state does not allow it, or an idempotency key or event id was used for something else.
	ErrConflict = errors.New("conflict")
	// ErrTooLarge is 413: over a limit, which the detail names.
	ErrTooLarge = errors.New("too large")
	// ErrInvalid is 422: a value or field that cannot be; Error.Errors says which.
	ErrInvalid = errors.New("invalid")
	// ErrRateLimited is 429: too many requests, also after all retries.
	ErrRateLimited = errors.New("rate limited")
	// ErrUnavailable is 503: the store cannot take it now, also after all retries. Nothing was stored.
	ErrUnavailable = errors.New("unavailable")
)

var kinds = map[int]error{
	http.StatusBadRequest:            ErrBadRequest,
	http.StatusUnauthorized:          ErrUnauthorized,
	http.StatusForbidden:             ErrForbidden,
	http.StatusNotFound:              ErrNotFound,
	http.StatusConflict:              ErrConflict,
	http.StatusRequestEntityTooLarge: ErrTooLarge,
	http.StatusUnprocessableEntity:   ErrInvalid,
	http.StatusTooManyRequests:       ErrRateLimited,
	http.StatusServiceUnavailable:    ErrUnavailable,
}

// Problem is a problem document (RFC 9457), as the server answers every error.
type Problem struct {
	// A stable URI that names the kind of problem, such as `urn:nuncio:problem:not-found`.
	Type string `json:"type"`
	// The kind in words.
	Title string `json:"title"`
	// The HTTP status code.
	Status int `json:"status"`
	// What is wrong this time, naming value and field.
	Detail string `json:"detail"`
	// Each value that was refused.
	Errors []Fault `json:"errors,omitempty"`
	// The request's id, to be named when asking the server's operator.
	RequestID string `json:"request_id,omitempty"`
}

// Fault is a value that the server refused.
type Fault struct {
	// JSON pointer (RFC 6901) of the value in the body; for a parameter or header, `/` and its name.
	Pointer string `json:"pointer"`
	// What is wrong with it.
	Detail string `json:"detail"`
	// `query`, `header` or `path`, if it was given there; empty for the body.
	In string `json:"in,omitempty"`
}

// Error is what the server answered when it did not do what was asked.
type Error struct {
	Problem
	// How long the server asks to stay away.
	RetryAfter time.Duration
}

// Error is the problem in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%d %s: %s", e.Status, e.Title, e.Detail)
}

// Is says whether it is of that kind, such as ErrNotFound.
func (e *Error) Is(target error) bool {
	kind, known := kinds[e.Status]
	return known && kind == target
}

// ConnectionError is that no answer came, over all attempts. It wraps what the last one failed with: one that came to
// no end in time wraps context.DeadlineExceeded.
type ConnectionError struct {
	// The server's address.
	BaseURL string
	// What the last attempt failed with.
	Err error
}

// Error is the failure in one line.
func (e *ConnectionError) Error() string {
	return fmt.Sprintf("no answer from %s: %v", e.BaseURL, e.Err)
}

// Unwrap is what the last attempt failed with.
func (e *ConnectionError) Unwrap() error { return e.Err }

// errorOf is the error of an answer, and whether it holds a problem document: whatever stands between client and server
// may answer with a page of its own.
func errorOf(response *http.Response, body []byte, now time.Time) (failed *Error, hasProblem bool) {
	failed = &Error{RetryAfter: parseRetryAfter(response.Header.Get("Retry-After"), now)}
	err := json.Unmarshal(body, &failed.Problem)
	hasProblem = err == nil && failed.Type != "" && failed.Title != "" && failed.Detail != ""
	if !hasProblem {
		failed.Problem = Problem{
			Type:   "about:blank",
			Title:  "status " + http.StatusText(response.StatusCode),
			Detail: "the answer holds no problem document",
		}
	}
	failed.Status = response.StatusCode
	if failed.RequestID == "" {
		failed.RequestID = response.Header.Get("Nuncio-Request-Id")
	}
	return failed, hasProblem
}
