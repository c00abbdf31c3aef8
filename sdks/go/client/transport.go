package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// transport makes calls: adds the key, tries again where that helps, turns answers into values or errors.
type transport struct {
	key     string
	baseURL string
	project string
	timeout time.Duration
	retry   RetryPolicy
	http    http.Client
	clock   Clock
}

// call is an operation as the generated methods make it.
type call struct {
	method     string
	path       string
	parameters []string
	query      url.Values
	body       any
}

// request is what every attempt of a call sends, its idempotency key too: a POST whose answer was lost has one effect,
// and the other methods have one by nature.
type request struct {
	method string
	url    string
	header http.Header
	body   []byte
}

func send[T any](ctx context.Context, t *transport, c call, options []CallOption) (*T, error) {
	body, status, err := t.send(ctx, c, options)
	if err != nil {
		return nil, err
	}
	answer := new(T)
	if err := json.Unmarshal(body, answer); err != nil {
		return nil, fmt.Errorf("the answer (status %d) is not understood: %w", status, unreadable(err))
	}
	return answer, nil
}

func sendOnly(ctx context.Context, t *transport, c call, options []CallOption) error {
	_, _, err := t.send(ctx, c, options)
	return err
}

// send makes a call, and again after failures that may pass.
func (t *transport) send(ctx context.Context, c call, options []CallOption) (body []byte, status int, err error) {
	r, err := t.request(c, options)
	if err != nil {
		return nil, 0, err
	}
	for attempts := 1; ; attempts++ {
		outcome := t.attempt(ctx, r)
		if outcome.err == nil || ctx.Err() != nil {
			return outcome.body, outcome.status, outcome.err
		}
		wait, again := t.retry.wait(attempts, outcome.retryAfter, t.clock.Chance())
		if !again || !outcome.transient {
			return nil, outcome.status, outcome.err
		}
		if err := t.clock.Sleep(ctx, wait); err != nil {
			return nil, outcome.status, &ConnectionError{t.baseURL, err}
		}
	}
}

func (t *transport) request(c call, options []CallOption) (*request, error) {
	own := callOptions{project: t.project}
	for _, option := range options {
		option(&own)
	}
	path, err := c.target()
	if err != nil {
		return nil, err
	}
	r := &request{method: c.method, url: t.baseURL + path, header: http.Header{}}
	r.header.Set("Accept", "application/json")
	r.header.Set("Authorization", "Bearer "+t.key)
	if own.project != "" {
		r.header.Set("Nuncio-Project", own.project)
	}
	if c.method == http.MethodPost {
		if own.idempotencyKey == "" {
			if own.idempotencyKey, err = randomKey(); err != nil {
				return nil, err
			}
		}
		r.header.Set("Idempotency-Key", own.idempotencyKey)
	}
	if c.body != nil {
		if r.body, err = encode(c.body); err != nil {
			return nil, err
		}
		r.header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// target is the path with its parameters, percent-encoded, and the query. An empty parameter, "." and ".." would make
// another path of it, so that a missing id could address the whole collection: they are refused.
func (c call) target() (string, error) {
	var path strings.Builder
	rest := c.path
	for _, parameter := range c.parameters {
		if parameter == "" || parameter == "." || parameter == ".." {
			return "", fmt.Errorf("%w: %q cannot be a part of the path %s", ErrInvalidCall, parameter, c.path)
		}
		before, after, _ := strings.Cut(rest, "{")
		_, rest, _ = strings.Cut(after, "}")
		path.WriteString(before + url.PathEscape(parameter))
	}
	path.WriteString(rest)
	if len(c.query) > 0 {
		path.WriteString("?" + c.query.Encode())
	}
	return path.String(), nil
}

// encode writes a body without the escapes that json.Marshal makes for HTML: data goes out as it is written here.
func encode(body any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, fmt.Errorf("%w: the body cannot be written as JSON: %v", ErrInvalidCall, err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// outcome of one attempt.
type outcome struct {
	body       []byte
	status     int
	err        error
	transient  bool
	retryAfter time.Duration
}

func (t *transport) attempt(ctx context.Context, r *request) outcome {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	secrets := redactor{t.key, r.body}
	response, body, err := t.exchange(ctx, r)
	if err != nil {
		return outcome{err: &ConnectionError{t.baseURL, secrets.cause(err)}, transient: true}
	}
	if response.StatusCode >= 200 && response.StatusCode < 300 {
		return outcome{body: body, status: response.StatusCode}
	}
	failed, hasProblem := errorOf(response, body, t.clock.Now())
	failed.Problem = secrets.problem(failed.Problem)
	return outcome{
		status:     response.StatusCode,
		err:        failed,
		transient:  isTransient(response.StatusCode, hasProblem),
		retryAfter: failed.RetryAfter,
	}
}

func (t *transport) exchange(ctx context.Context, r *request) (*http.Response, []byte, error) {
	sent, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return nil, nil, err
	}
	sent.Header = r.header.Clone()
	response, err := t.http.Do(sent)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, body, err
}
