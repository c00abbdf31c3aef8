package webhooks

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// More digits than any number of seconds or milliseconds that anyone sends.
const timeDigitsMax = 15

const dayMs = 86_400_000

var rfc3339 = regexp.MustCompile(
	`^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:)(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$`)

// parseTimeMs returns the Unix milliseconds of a time in the form of field (`…_s`, `…_ms`, `…_rfc3339`).
// Spaces and a plus are refused; only events may lie before 1970.
func parseTimeMs(field, text string) (int64, bool) {
	if strings.Contains(field, "rfc3339") {
		return parseRFC3339Ms(text)
	}
	digits := text
	if strings.HasPrefix(field, "event_") {
		digits = strings.TrimPrefix(text, "-")
	}
	if len(digits) == 0 || len(digits) > timeDigitsMax || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if !strings.HasSuffix(field, "_ms") {
		number *= 1000
	}
	return number, err == nil
}

// parseRFC3339Ms reads every form that RFC 3339 allows; what is finer than a millisecond is cut off. The standard
// library's parser knows neither small letters nor leap seconds, and takes liberties with offsets.
func parseRFC3339Ms(text string) (int64, bool) {
	parts := rfc3339.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	date, hourMinute, second, fraction, sign := parts[1], parts[2], parts[3], parts[4], parts[5]
	isLeap := second == "60"
	if isLeap {
		second = "59"
	}
	local, err := time.Parse("2006-01-02T15:04:05", date+"T"+hourMinute+second)
	if err != nil {
		return 0, false
	}
	unixMs := local.UnixMilli()
	if sign != "" {
		hours, _ := strconv.ParseInt(parts[6], 10, 64)
		minutes, _ := strconv.ParseInt(parts[7], 10, 64)
		offsetMs := (hours*60 + minutes) * 60_000
		if sign == "-" {
			offsetMs = -offsetMs
		}
		unixMs -= offsetMs
	}
	// Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
	if isLeap {
		unixMs += 1000
		if unixMs%dayMs != 0 {
			return 0, false
		}
	}
	ms, err := strconv.ParseInt((fraction + "000")[:3], 10, 64)
	return unixMs + ms, err == nil
}
