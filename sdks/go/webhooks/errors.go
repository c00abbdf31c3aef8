package webhooks

import (
	"errors"
	"fmt"
)

// Code is the stable name of a reason to refuse a request, the same in every Nuncio library.
type Code string

// The reasons to refuse a request.
const (
	// CodeMissingHeader: a header that the dialect needs is not there.
	CodeMissingHeader Code = "missing_header"
	// CodeMalformedHeader: a header is not of the dialect's form, or is there twice.
	CodeMalformedHeader Code = "malformed_header"
	// CodeBadSignature: no secret fits any signature of an accepted version.
	CodeBadSignature Code = "bad_signature"
	// CodeTooOld: the signed time is too far in the past.
	CodeTooOld Code = "too_old"
	// CodeTooNew: the signed time is too far in the future.
	CodeTooNew Code = "too_new"
	// CodeMalformedBody: a genuine request whose body is not what the dialect sends.
	CodeMalformedBody Code = "malformed_body"
)

// One error per reason, for errors.Is. Verify returns them wrapped in a *VerificationError.
var (
	ErrMissingHeader   = errors.New(string(CodeMissingHeader))
	ErrMalformedHeader = errors.New(string(CodeMalformedHeader))
	ErrBadSignature    = errors.New(string(CodeBadSignature))
	ErrTooOld          = errors.New(string(CodeTooOld))
	ErrTooNew          = errors.New(string(CodeTooNew))
	ErrMalformedBody   = errors.New(string(CodeMalformedBody))
)

// ErrConfiguration is what every error of New and its like wraps: the receiver cannot work as it was set up, and the
// message says what to change. It never holds a secret.
var ErrConfiguration = errors.New("webhook configuration")

// VerificationError says why a request must not be acted upon. Its message is for logs and never holds a secret or
// a payload; Status and Text are what the dialect's vendor publishes as the answer.
type VerificationError struct {
	// Code is the stable name of the reason.
	Code Code
	// Header names the header at fault; empty where none is.
	Header string
	// Status is the HTTP status to answer with.
	Status int
	// Text is the text to answer with.
	Text string

	message string
	kind    error
}

// Error says what is wrong, in lower case.
func (e *VerificationError) Error() string { return e.message }

// Unwrap returns the error of the reason, such as ErrTooOld.
func (e *VerificationError) Unwrap() error { return e.kind }

// A genuine request whose body cannot be read has nothing wrong with its signature.
const (
	bodyStatus = 400
	bodyText   = "Invalid body"
)

func (a answers) missingHeader(name string) error {
	return &VerificationError{
		Code: CodeMissingHeader, kind: ErrMissingHeader, Header: name, Status: a.Missing, Text: a.Text,
		message: fmt.Sprintf("the header `%s` is missing", name),
	}
}

func (a answers) malformedHeader(name, reason string) error {
	return &VerificationError{
		Code: CodeMalformedHeader, kind: ErrMalformedHeader, Header: name, Status: a.Missing, Text: a.Text,
		message: fmt.Sprintf("the header `%s` is malformed: %s", name, reason),
	}
}

func (a answers) badSignature(name string) error {
	return &VerificationError{
		Code: CodeBadSignature, kind: ErrBadSignature, Header: name, Status: a.Invalid, Text: a.Text,
		message: fmt.Sprintf("no signature in `%s` matches the request", name),
	}
}

func (a answers) tooOld(ageS, toleranceS int64) error {
	return &VerificationError{
		Code: CodeTooOld, kind: ErrTooOld, Status: a.Invalid, Text: a.Text,
		message: fmt.Sprintf("the request was signed %d s ago, more than the %d s that are allowed", ageS, toleranceS),
	}
}

func (a answers) tooNew(aheadS, toleranceS int64) error {
	return &VerificationError{
		Code: CodeTooNew, kind: ErrTooNew, Status: a.Invalid, Text: a.Text,
		message: fmt.Sprintf(
			"the request was signed %d s in the future, more than the %d s that are allowed", aheadS, toleranceS),
	}
}

func malformedBody(reason string) error {
	return &VerificationError{
		Code: CodeMalformedBody, kind: ErrMalformedBody, Status: bodyStatus, Text: bodyText,
		message: "the body is malformed: " + reason,
	}
}

func configurationError(format string, values ...any) error {
	return fmt.Errorf("%w: %s", ErrConfiguration, fmt.Sprintf(format, values...))
}
