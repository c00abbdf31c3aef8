package client

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryPolicy says how often and how soon a call is made again.
type RetryPolicy struct {
	// AttemptsMax counts all attempts; 1 never tries again.
	AttemptsMax int
	// Base is the wait before the second attempt; each further one doubles it.
	Base time.Duration
	// Cap is the longest wait of its own choice.
	Cap time.Duration
	// RetryAfterMax is the longest wait that a server may ask for. If it asks for more, the call fails at once.
	RetryAfterMax time.Duration
}

// DefaultRetry is four attempts within some two seconds, or within two minutes where the server asks for waits.
func DefaultRetry() RetryPolicy {
	return RetryPolicy{AttemptsMax: 4, Base: 250 * time.Millisecond, Cap: 8 * time.Second, RetryAfterMax: 30 * time.Second}
}

// wait is how long to wait before the next attempt, once so many are over; false if there is none. It doubles each
// time, minus up to half of it by chance (0 to 1), so that many clients do not come back together; it is never shorter
// than what the server asks for.
func (p RetryPolicy) wait(attempts int, retryAfter time.Duration, chance float64) (time.Duration, bool) {
	if attempts >= p.AttemptsMax || retryAfter > p.RetryAfterMax {
		return 0, false
	}
	full := math.Min(float64(p.Cap), float64(p.Base)*math.Pow(2, float64(attempts-1)))
	own := time.Duration(full * (1 - chance/2))
	if retryAfter > own {
		return retryAfter, true
	}
	return own, true
}

// isTransient says whether an answer is worth another attempt: the server asks for it (429, 503), or something between
// answered for it (any other 5xx without a problem document). What the server itself says of a failure stays so.
func isTransient(status int, hasProblem bool) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || (status >= 500 && !hasProblem)
}

// parseRetryAfter reads the value of a Retry-After header (RFC 9110, 10.2.3); 0 if it has no meaning.
func parseRetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil || at.Before(now) {
		return 0
	}
	return at.Sub(now)
}
