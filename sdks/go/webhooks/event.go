package webhooks

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one event. What the dialect does not carry is the zero value.
type Event struct {
	Verified

	// Dialect is the name of the dialect that it came in.
	Dialect string
	// ID is the event's id, the same in every delivery.
	ID string
	// Type is its type, such as `order.paid`.
	Type string
	// Time is when it occurred; the same on every attempt.
	Time time.Time
	// Tenant is the id of the tenant that it belongs to.
	Tenant string
	// DeliveryID is stable over all attempts of one delivery.
	DeliveryID string
	// Data is the publisher's JSON; of a form, an object of texts.
	Data json.RawMessage
	// Payload is the whole body as JSON; of a form, an object of texts.
	Payload json.RawMessage
}

// Decode reads the publisher's data into target, as json.Unmarshal does.
func (e *Event) Decode(target any) error { return json.Unmarshal(e.Data, target) }

// parseBody returns the body as one JSON text.
func parseBody(dialect *Dialect, body []byte) (json.RawMessage, error) {
	if dialect.isForm {
		flat := flatForm(body)
		if flat == nil {
			return nil, malformedBody("it is no UTF-8 form")
		}
		payload, err := json.Marshal(flat)
		return payload, err
	}
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, malformedBody("it is no JSON")
	}
	return append(json.RawMessage(nil), bytes.TrimSpace(body)...), nil
}

// readEvent puts the event together from the envelope, else from the headers.
func readEvent(dialect *Dialect, request Request, payload json.RawMessage, verified Verified) (*Event, error) {
	found := fields{}
	for _, header := range dialect.headers {
		if values := request.values(header.name); len(values) == 1 {
			text, _ := json.Marshal(dialect.unescaped(values[0]))
			found.put(header.value, text)
		}
	}
	event := &Event{Verified: verified, Dialect: dialect.name, Payload: payload, Data: payload}
	if dialect.members != nil {
		if !isObject(payload) {
			return nil, malformedBody("its envelope is no object")
		}
		for _, member := range dialect.members {
			if value := at(payload, member.path); value != nil {
				found.put(member.value, value)
			}
		}
		event.Data = found["data"]
	}
	return event, found.fill(event)
}

// unescaped returns the value of a header as the sender wrote it before HTTP.
func (d *Dialect) unescaped(value string) string {
	if !d.isEscaped {
		return value
	}
	return unescaped(value)
}

// unescaped returns the text without its escapes; what is no UTF-8 then stays as it is.
func unescaped(value string) string {
	text, err := url.PathUnescape(value)
	if err != nil || !utf8.ValidString(text) {
		return value
	}
	return text
}

func isObject(text json.RawMessage) bool { return len(text) > 0 && text[0] == '{' }

// at returns the value that the path of names leads to; nil where there is none.
func at(payload json.RawMessage, path []string) json.RawMessage {
	for _, name := range path {
		var members map[string]json.RawMessage
		if json.Unmarshal(payload, &members) != nil {
			return nil
		}
		payload = members[name]
		if payload == nil {
			return nil
		}
	}
	return payload
}

// fields are what a request holds of an event, each as JSON, by the names of the dialect language.
type fields map[string]json.RawMessage

// put takes the fields out of a value that was put together from pieces; none where it does not have that form.
func (f fields) put(pieces value, found json.RawMessage) {
	if len(pieces) == 1 && pieces[0].kind == fieldPiece {
		f[pieces[0].text] = pieces[0].decoded(found)
		return
	}
	if len(pieces) == 1 && pieces[0].instead != nil {
		// Without metadata of the tenant's own, this is what stands in its place.
		f.put(pieces[0].instead, found)
		return
	}
	var pattern strings.Builder
	var shown []piece
	for _, piece := range pieces {
		switch piece.kind {
		case fieldPiece:
			shown = append(shown, piece)
			pattern.WriteString("(.*?)")
		case metadataPiece:
			pattern.WriteString(".*?")
		default:
			pattern.WriteString(regexp.QuoteMeta(piece.text))
		}
	}
	var text string
	if json.Unmarshal(found, &text) != nil {
		return
	}
	parts := regexp.MustCompile(`(?s)^` + pattern.String() + `$`).FindStringSubmatch(text)
	for at, piece := range shown {
		if parts != nil {
			written, _ := json.Marshal(parts[at+1])
			f[piece.text] = piece.decoded(written)
		}
	}
}

// decoded is what a field was before it became a part of a URI.
func (p piece) decoded(found json.RawMessage) json.RawMessage {
	var text string
	if !p.isEncoded || json.Unmarshal(found, &text) != nil {
		return found
	}
	written, _ := json.Marshal(unescaped(text))
	return written
}

func (f fields) fill(event *Event) error {
	texts := []struct {
		target *string
		name   string
	}{
		{&event.ID, "message_id"},
		{&event.ID, "event_id"},
		{&event.Type, "event_type"},
		{&event.Tenant, "tenant"},
		{&event.DeliveryID, "delivery_uuid"},
		{&event.DeliveryID, "delivery_id"},
	}
	for _, field := range texts {
		if found := f[field.name]; found != nil && json.Unmarshal(found, field.target) != nil {
			return malformedBody("its " + field.name + " is no text")
		}
	}
	for name, found := range f {
		if strings.HasPrefix(name, "event_time") && string(found) != "null" {
			unixMs, ok := parseTimeMs(name, strings.Trim(string(found), `"`))
			if !ok {
				return malformedBody("its " + name + " is no time")
			}
			event.Time = time.UnixMilli(unixMs).UTC()
		}
	}
	return nil
}
