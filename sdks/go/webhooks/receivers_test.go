package webhooks

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What the project's vectors for receivers say: times, header maps, URLs, members that a dialect doesn't name.
type receiverVectors struct {
	Dialects []json.RawMessage `json:"dialects"`
	Requests []receiverVector  `json:"requests"`
}

type receiverVector struct {
	Name    string          `json:"name"`
	Case    string          `json:"case"`
	Dialect string          `json:"dialect"`
	Secrets []string        `json:"secrets"`
	NowMs   int64           `json:"now_ms"`
	Method  string          `json:"method"`
	URL     string          `json:"url"`
	Headers json.RawMessage `json:"headers"`
	Before  *struct {
		Header string `json:"header"`
		Text   string `json:"text"`
		Times  int    `json:"times"`
	} `json:"before"`
	Body   string `json:"body"`
	Blanks int    `json:"blanks_after_body"`
	Expect struct {
		Event  map[string]any `json:"event"`
		Refuse Code           `json:"refuse"`
		Header string         `json:"header"`
	} `json:"expect"`
}

func (v receiverVector) request(t *testing.T) Request {
	header := http.Header{}
	var pairs [][2]string
	if json.Unmarshal(v.Headers, &pairs) == nil {
		for _, pair := range pairs {
			header[pair[0]] = append(header[pair[0]], pair[1])
		}
	} else {
		header = headerOfMap(t, v.Headers)
	}
	if v.Before != nil {
		values := header[v.Before.Header]
		values[0] = strings.Repeat(v.Before.Text, v.Before.Times) + values[0]
	}
	body := v.Body + strings.Repeat(" ", v.Blanks)
	return Request{Method: v.Method, URL: v.URL, Header: header, Body: []byte(body)}
}

// headerOfMap gives single values and lists to HeaderOf, as an event of AWS Lambda has them.
func headerOfMap(t *testing.T, text json.RawMessage) http.Header {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	values, lists := map[string]string{}, map[string][]string{}
	for name, value := range all {
		var one string
		var list []string
		if string(value) == "null" {
			continue
		}
		if json.Unmarshal(value, &one) == nil {
			values[name] = one
		} else if err := json.Unmarshal(value, &list); err == nil {
			lists[name] = list
		} else {
			t.Fatal(err)
		}
	}
	header := HeaderOf(values, lists)
	// What HeaderOf would merge, since Lambda's two maps tell the same headers twice, stays apart in these vectors.
	for name, value := range values {
		header[name] = []string{value}
	}
	return header
}

func TestRequestsAreJudgedAndReadAsTheVectorsSay(t *testing.T) {
	for _, name := range []string{"requests", "header-maps"} {
		text, err := os.ReadFile("../../../conformance/receivers/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var file receiverVectors
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		own := map[string]*Dialect{}
		for _, data := range file.Dialects {
			dialect, err := ParseDialect(data)
			if err != nil {
				t.Fatal(err)
			}
			own[dialect.Name()] = dialect
		}
		for _, vector := range file.Requests {
			t.Run(vector.Dialect+"/"+vector.Case+"/"+vector.Name, func(t *testing.T) {
				checkReceived(t, own[vector.Dialect], vector)
			})
		}
	}
}

func checkReceived(t *testing.T, dialect *Dialect, vector receiverVector) {
	if dialect == nil {
		var err error
		if dialect, err = BuiltinDialect(vector.Dialect); err != nil {
			t.Fatal(err)
		}
	}
	clock := WithClock(func() time.Time { return time.UnixMilli(vector.NowMs) })
	hook, err := NewWithDialect(dialect, vector.Secrets, clock)
	if err != nil {
		t.Fatal(err)
	}
	event, err := hook.Verify(vector.request(t))
	var refusal *VerificationError
	if errors.As(err, &refusal) {
		if refusal.Code != vector.Expect.Refuse {
			t.Fatalf("refused with %s (%v): expected %q", refusal.Code, refusal, vector.Expect.Refuse)
		}
		if vector.Expect.Header != "" && refusal.Header != vector.Expect.Header {
			t.Errorf("refused for %q: expected %q", refusal.Header, vector.Expect.Header)
		}
		return
	}
	if err != nil || vector.Expect.Refuse != "" {
		t.Fatalf("%v, expected %q", err, vector.Expect.Refuse)
	}
	for name, expected := range vector.Expect.Event {
		if found := fieldOf(t, event, name); !reflect.DeepEqual(found, expected) {
			t.Errorf("%s is %v, expected %v", name, found, expected)
		}
	}
}

func fieldOf(t *testing.T, event *Event, name string) any {
	switch name {
	case "id":
		return event.ID
	case "type":
		return event.Type
	case "tenant":
		return event.Tenant
	case "delivery_id":
		return event.DeliveryID
	case "time_ms":
		return float64(event.Time.UnixMilli())
	case "timestamp_ms":
		return float64(event.Timestamp.UnixMilli())
	case "data":
		var data any
		if err := event.Decode(&data); err != nil {
			t.Fatal(err)
		}
		return data
	default:
		t.Fatalf("a vector expects %q", name)
		return nil
	}
}

func TestAListOfLambdaStandsForItsSingleValue(t *testing.T) {
	found := HeaderOf(
		map[string]string{"Webhook-Id": "last", "Host": "a"},
		map[string][]string{"webhook-id": {"first", "last"}},
	)
	expected := http.Header{"webhook-id": {"first", "last"}, "Host": {"a"}}
	if !reflect.DeepEqual(found, expected) {
		t.Errorf("%v, expected %v", found, expected)
	}
}

func TestSecretsAreTakenOrRefusedAsTheReceiversVectorsSay(t *testing.T) {
	text, err := os.ReadFile("../../../conformance/receivers/secrets.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Secrets []struct{ Dialect, Secret, Expect, Says string } `json:"secrets"`
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Secrets) == 0 {
		t.Fatalf("%d secrets: %v", len(file.Secrets), err)
	}
	for _, row := range file.Secrets {
		_, err := New(row.Dialect, []string{row.Secret})
		if row.Expect == "accept" {
			if err != nil {
				t.Errorf("%q: %v", row.Secret, err)
			}
			continue
		}
		if !errors.Is(err, ErrConfiguration) || !strings.Contains(err.Error(), row.Says) {
			t.Errorf("%q: %v does not say %q", row.Secret, err, row.Says)
		} else if len(row.Secret) > 8 && strings.Contains(err.Error(), row.Secret) {
			t.Errorf("the secret is in %v", err)
		}
	}
}
