package client

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	defaultBaseURL = "http://127.0.0.1:8484"
	defaultTimeout = 30 * time.Second
)

// ErrInvalidCall is what errors wrap when a call or a client cannot be made. Nothing was sent.
var ErrInvalidCall = errors.New("invalid call")

// Client of one Nuncio server with one key. Safe for concurrent use.
type Client struct {
	Resources
}

// Option changes how a client reaches its server.
type Option func(*transport)

// WithBaseURL names the server's address, http://127.0.0.1:8484 unless given.
func WithBaseURL(baseURL string) Option {
	return func(t *transport) { t.baseURL = strings.TrimRight(baseURL, "/") }
}

// WithProject names the project to act on; an admin key needs it.
func WithProject(id string) Option {
	return func(t *transport) { t.project = id }
}

// WithTimeout says how long one attempt may take, 30 s unless given.
func WithTimeout(timeout time.Duration) Option {
	return func(t *transport) { t.timeout = timeout }
}

// WithRetry says how often and how soon a call is made again; see DefaultRetry.
func WithRetry(policy RetryPolicy) Option {
	return func(t *transport) { t.retry = policy }
}

// WithHTTPClient replaces http.DefaultClient. Redirects are not followed all the same: the key would go along.
func WithHTTPClient(httpClient *http.Client) Option {
	return func(t *transport) { t.http = *httpClient }
}

// WithClock replaces the system's time and chance, for tests.
func WithClock(clock Clock) Option {
	return func(t *transport) { t.clock = clock }
}

// New makes a client. Errors wrap ErrInvalidCall: an empty key, or an address that is none.
func New(key string, options ...Option) (*Client, error) {
	t := &transport{
		key:     key,
		baseURL: defaultBaseURL,
		timeout: defaultTimeout,
		retry:   DefaultRetry(),
		http:    *http.DefaultClient,
		clock:   systemClock{},
	}
	for _, option := range options {
		option(t)
	}
	if key == "" {
		return nil, fmt.Errorf("%w: key is empty: give an API key", ErrInvalidCall)
	}
	if strings.IndexFunc(key, func(r rune) bool { return r < 0x21 || r > 0x7e }) >= 0 {
		return nil, fmt.Errorf(
			"%w: key holds a blank, a line break or another character that no API key has: copy it alone and whole", ErrInvalidCall)
	}
	if err := checkBaseURL(t.baseURL); err != nil {
		return nil, err
	}
	t.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{resourcesOf(t)}, nil
}

// checkBaseURL refuses what is no address, and one with credentials, which would show in errors. What stands before an @
// may be a password.
func checkBaseURL(baseURL string) error {
	address, err := url.Parse(baseURL)
	hasCredentials := strings.Contains(baseURL, "@")
	switch {
	case err == nil && address.User != nil:
		return fmt.Errorf("%w: base URL holds a user name or password, which would show in errors: leave it out, the key signs in",
			ErrInvalidCall)
	case err == nil && address.Host != "" && (address.Scheme == "http" || address.Scheme == "https"):
		return nil
	case hasCredentials:
		return fmt.Errorf("%w: base URL is no address such as https://nuncio.example.com", ErrInvalidCall)
	default:
		return fmt.Errorf("%w: base URL %q is no address such as https://nuncio.example.com", ErrInvalidCall, baseURL)
	}
}

// CallOption changes one call.
type CallOption func(*callOptions)

type callOptions struct {
	idempotencyKey string
	project        string
}

// IdempotencyKey of a POST: calls with the same key have one effect and one answer, also across processes. Unless
// given, each call has a random one, which makes its own retries safe.
func IdempotencyKey(key string) CallOption {
	return func(o *callOptions) { o.idempotencyKey = key }
}

// InProject names the project that one call acts on.
func InProject(id string) CallOption {
	return func(o *callOptions) { o.project = id }
}

func randomKey() (string, error) {
	var bits [16]byte
	if _, err := rand.Read(bits[:]); err != nil {
		return "", fmt.Errorf("no random idempotency key: %w", err)
	}
	return hex.EncodeToString(bits[:]), nil
}
