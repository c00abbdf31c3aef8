package webhooks

import (
	"encoding/json"
	"fmt"
	"time"
)

// Webhook verifies the requests of one endpoint. Immutable, and safe for concurrent use.
type Webhook struct {
	dialect    *Dialect
	keys       []verifyingKey
	toleranceS *int64
	now        func() time.Time
}

// Option changes how a Webhook verifies.
type Option func(*Webhook)

// WithTolerance says how far the signed time may be off, either way, in place of what the dialect says. It is counted
// in whole seconds.
func WithTolerance(tolerance time.Duration) Option {
	seconds := int64(tolerance / time.Second)
	return func(w *Webhook) { w.toleranceS = &seconds }
}

// WithClock replaces the system's clock, for tests.
func WithClock(now func() time.Time) Option {
	return func(w *Webhook) { w.now = now }
}

// New verifies with a built-in dialect, such as "standard", and the endpoint's secret: several while one replaces
// another, of which the first that fits wins. Errors wrap ErrConfiguration and say what to change.
func New(dialect string, secrets []string, options ...Option) (*Webhook, error) {
	found, err := BuiltinDialect(dialect)
	if err != nil {
		return nil, err
	}
	return NewWithDialect(found, secrets, options...)
}

// NewWithDialect is New for a dialect of your own, from ParseDialect.
func NewWithDialect(dialect *Dialect, secrets []string, options ...Option) (*Webhook, error) {
	w := &Webhook{dialect: dialect, toleranceS: dialect.toleranceS, now: time.Now}
	for _, option := range options {
		option(w)
	}
	if err := w.checkTolerance(); err != nil {
		return nil, err
	}
	if len(secrets) == 0 {
		return nil, noSecret()
	}
	for _, secret := range secrets {
		if secret == "" {
			return nil, noSecret()
		}
		key, err := dialect.secret.verifyingKey(secret)
		if err != nil {
			return nil, err
		}
		w.keys = append(w.keys, key)
	}
	return w, nil
}

func noSecret() error {
	return configurationError(
		"the endpoint's secret is missing: give the one that was shown when the endpoint was created")
}

func (w *Webhook) checkTolerance() error {
	switch {
	case w.toleranceS == nil:
		return nil
	case !w.dialect.signsTime():
		return configurationError("the dialect `%s` signs no time: leave WithTolerance out", w.dialect.name)
	case *w.toleranceS < 0:
		return configurationError("the tolerance is %d s: give 0 or more", *w.toleranceS)
	default:
		return nil
	}
}

// String shows the dialect and how many secrets there are, never a secret.
func (w *Webhook) String() string {
	return fmt.Sprintf("webhook(%s, %d secrets)", w.dialect.name, len(w.keys))
}

// GoString is String: `%#v` must not show keys either.
func (w *Webhook) GoString() string { return w.String() }

// Verify returns the event of a genuine, recent request; any other gets a *VerificationError.
func (w *Webhook) Verify(request Request) (*Event, error) {
	verified, payload, err := w.open(request)
	if err != nil {
		return nil, err
	}
	return readEvent(w.dialect, request, payload, verified)
}

// VerifySignature is Verify without reading the body, for receivers that store or forward it as it is.
func (w *Webhook) VerifySignature(request Request) (Verified, error) {
	return verify(w.dialect, w.keys, request, w.now(), w.toleranceS)
}

// Open returns the event of a request or, if it holds a challenge that the dialect asks of a new endpoint, the answer to
// give instead. One of the three is not nil.
func (w *Webhook) Open(request Request) (*Event, *Answer, error) {
	verified, payload, err := w.open(request)
	if err != nil {
		return nil, nil, err
	}
	if answer := answerChallenge(w.dialect, payload, w.keys[verified.Key]); answer != nil {
		return nil, answer, nil
	}
	event, err := readEvent(w.dialect, request, payload, verified)
	return event, nil, err
}

func (w *Webhook) open(request Request) (Verified, json.RawMessage, error) {
	verified, err := w.VerifySignature(request)
	if err != nil {
		return verified, nil, err
	}
	payload, err := parseBody(w.dialect, request.Body)
	return verified, payload, err
}
