package webhooks

import (
	"strconv"
	"strings"
	"time"
)

// More digits than any number of seconds or milliseconds that anyone sends.
const timeDigitsMax = 15

// parseTimeMs returns the Unix milliseconds of a time in the form of field (`…_s`, `…_ms`, `…_rfc3339`).
// Signs and spaces are refused.
func parseTimeMs(field, text string) (int64, bool) {
	if strings.Contains(field, "rfc3339") {
		return parseRFC3339Ms(text)
	}
	if len(text) == 0 || len(text) > timeDigitsMax || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if !strings.HasSuffix(field, "_ms") {
		number *= 1000
	}
	return number, err == nil
}

// parseRFC3339Ms reads `2026-04-26T12:34:56Z` and `…56.123Z` (RFC 3339 in UTC), as dialects write them, and nothing else.
func parseRFC3339Ms(text string) (int64, bool) {
	layout := "2006-01-02T15:04:05Z"
	if len(text) == 24 {
		layout = "2006-01-02T15:04:05.000Z"
	}
	parsed, err := time.Parse(layout, text)
	// Writing it again refuses the liberties that the parser takes.
	return parsed.UnixMilli(), err == nil && parsed.Format(layout) == text
}
