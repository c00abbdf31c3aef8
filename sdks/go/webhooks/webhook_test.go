package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	secret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	oldSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	nowMs     = 1777206896123
)

var now = time.UnixMilli(nowMs)

func mustNew(t *testing.T, dialect string, secrets ...string) *Webhook {
	t.Helper()
	hook, err := New(dialect, secrets, WithClock(func() time.Time { return now }))
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

func hexMac(key, content string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(content))
	return hex.EncodeToString(mac.Sum(nil))
}

// signed is a request as the dialect sends it, for the dialects whose signature is hex of HMAC-SHA256. The signatures
// are spelled out by hand, so that this shares nothing with the code under test.
func signed(dialect, key, body string) Request {
	header := http.Header{}
	set := func(name, value string) { header.Set(name, value) }
	switch dialect {
	case "inviolet":
		set("inviolet-event", "approval.granted")
		set("inviolet-delivery-id", "0191d2a4-0000-7000-8000-000000000001")
		set("inviolet-timestamp", fmt.Sprint(nowMs))
		set("inviolet-signature", "sha256="+hexMac(key, fmt.Sprint(nowMs)+"."+body))
	case "ventryx":
		set("Ventryx-Event", "workflow.completed")
		set("Ventryx-Delivery", "del_1")
		set("Ventryx-Signature", "sha256="+hexMac(key, body))
	case "grantiva":
		set("X-Grantiva-Signature", "sha256="+hexMac(key, body))
	case "yativo":
		set("X-Webhook-Signature", hexMac(key, body))
	case "github":
		set("X-GitHub-Event", "push")
		set("X-GitHub-Delivery", "0191d2a4-0000-7000-8000-000000000002")
		set("X-Hub-Signature-256", "sha256="+hexMac(key, body))
	case "stripe":
		set("Stripe-Signature", "t=1777206896,v1="+hexMac(key, "1777206896."+body))
	case "pagerduty":
		set("X-Webhook-Id", "0191d2a4-0000-7000-8000-000000000003")
		set("X-PagerDuty-Signature", "v1="+hexMac(key, body))
	case "slack":
		set("X-Slack-Request-Timestamp", "1777206896")
		set("X-Slack-Signature", "v0="+hexMac(key, "v0:1777206896:"+body))
	case "zoom":
		set("x-zm-request-timestamp", "1777206896")
		set("x-zm-signature", "v0="+hexMac(key, "v0:1777206896:"+body))
	case "cloudevents":
		set("Authorization", "Bearer "+key)
	case "cloudevents-binary":
		set("Authorization", "Bearer "+key)
		set("ce-id", "evt_1")
		set("ce-source", "/tenants/org_1")
		set("ce-type", "order.paid")
		set("ce-time", "2026-04-26T12:34:56.123Z")
	default:
		panic("no hand-written signature for " + dialect)
	}
	return Request{Header: header, Body: []byte(body)}
}

func TestEventsAreFoundWhereTheDialectPutsThem(t *testing.T) {
	at := time.Date(2026, 4, 26, 12, 34, 56, 0, time.UTC)
	atMs := at.Add(123 * time.Millisecond)
	check := func(dialect, body string, expected Event) {
		t.Helper()
		event, err := mustNew(t, dialect, secret).Verify(signed(dialect, secret, body))
		if err != nil {
			t.Errorf("%s: %v", dialect, err)
			return
		}
		found := fmt.Sprintf("%s %s %s %s %s %s", event.ID, event.Type, event.Time, event.Tenant, event.DeliveryID, event.Data)
		wanted := fmt.Sprintf("%s %s %s %s %s %s",
			expected.ID, expected.Type, expected.Time, expected.Tenant, expected.DeliveryID, expected.Data)
		if found != wanted || event.Dialect != dialect || string(event.Payload) != body {
			t.Errorf("%s:\n found %s\nwanted %s", dialect, found, wanted)
		}
	}
	data := []byte(`{"n":1.50}`)
	check("inviolet", `{"event":"approval.granted","organization_id":"org_1","created_at":"2026-04-26T12:34:56Z","data":{"n":1.50}}`,
		Event{Type: "approval.granted", Time: at, Tenant: "org_1", DeliveryID: "0191d2a4-0000-7000-8000-000000000001", Data: data})
	check("ventryx", `{"id":"evt_1","type":"workflow.completed","created_at":"2026-04-26T12:34:56.123Z","data":{"n":1.50}}`,
		Event{ID: "evt_1", Type: "workflow.completed", Time: atMs, DeliveryID: "del_1", Data: data})
	check("grantiva", `{"event":"device.new","data":{"n":1.5}}`, Event{Type: "device.new", Data: []byte(`{"n":1.5}`)})
	check("github", `{"n":1.50}`, Event{Type: "push", DeliveryID: "0191d2a4-0000-7000-8000-000000000002", Data: data})
	check("stripe", `{"id":"evt_1","object":"event","created":1777206896,"data":{"n":1.50},"type":"order.paid"}`,
		Event{ID: "evt_1", Type: "order.paid", Time: at, Data: data})
	check("pagerduty", `{"event":{"id":"evt_1","event_type":"a.b","occurred_at":"2026-04-26T12:34:56.123Z","data":{"n":1.50}}}`,
		Event{ID: "evt_1", Type: "a.b", Time: atMs, DeliveryID: "0191d2a4-0000-7000-8000-000000000003", Data: data})
	check("zoom", `{"event":"a.b","event_ts":1777206896123,"payload":{"n":1.50}}`, Event{Type: "a.b", Time: atMs, Data: data})
	check("cloudevents", `{"specversion":"1.0","id":"evt_1","source":"/tenants/org_1","type":"a.b","time":"2026-04-26T12:34:56.123Z","data":{"n":1.50}}`,
		Event{ID: "evt_1", Type: "a.b", Time: atMs, Tenant: "org_1", Data: data})
	check("cloudevents-binary", `{"n":1.50}`, Event{ID: "evt_1", Type: "order.paid", Time: atMs, Tenant: "org_1", Data: data})
}

func TestFormsBecomeAnObjectOfTexts(t *testing.T) {
	hook := mustNew(t, "twilio", "12345678")
	request := Request{
		URL:  "https://mycompany.com/myapp.php?foo=1&bar=2",
		Body: []byte("To=%2B18005551212&CallSid=CA1&From=a+b"),
		Header: http.Header{
			"I-Twilio-Idempotency-Token": {"token"},
			// HMAC-SHA1 of the URL and `CallSidCA1Froma bTo+18005551212`, made with openssl.
			"X-Twilio-Signature": {"A5GXytWqUrnGVCUNVR6sSWfwWl8="},
		},
	}
	event, err := hook.Verify(request)
	if err != nil {
		t.Fatal(err)
	}
	var form map[string]string
	if err := event.Decode(&form); err != nil {
		t.Fatal(err)
	}
	if form["To"] != "+18005551212" || form["From"] != "a b" || event.DeliveryID != "token" {
		t.Errorf("%v, delivery %q", form, event.DeliveryID)
	}
}

func TestDuringARotationEitherSecretFits(t *testing.T) {
	hook := mustNew(t, "yativo", secret, oldSecret)
	body := `{"id":"evt_1","type":"payment.completed","created_at":"2026-04-26T12:34:56.123Z","data":{}}`
	for key, signing := range []string{secret, oldSecret} {
		event, err := hook.Verify(signed("yativo", signing, body))
		if err != nil || event.Key != key {
			t.Errorf("secret %d: %+v, %v", key, event, err)
		}
	}
}

func TestGenuineRequestsWithAnotherBodyAreMalformed(t *testing.T) {
	check := func(body, message string) {
		t.Helper()
		_, err := mustNew(t, "ventryx", secret).Verify(signed("ventryx", secret, body))
		var refusal *VerificationError
		if !errors.As(err, &refusal) || !errors.Is(err, ErrMalformedBody) {
			t.Errorf("%q: %v", body, err)
			return
		}
		if refusal.Status != 400 || refusal.Error() != "the body is malformed: "+message {
			t.Errorf("%q: %d %v", body, refusal.Status, refusal)
		}
	}
	check("", "it is no JSON")
	check("{", "it is no JSON")
	check("{} {}", "it is no JSON")
	check("\"\xff\"", "it is no JSON")
	check("[]", "its envelope is no object")
	check(`{"id":1}`, "its event_id is no text")
	check(`{"created_at":"yesterday"}`, "its event_time_rfc3339_ms is no time")
}

func TestRefusalsSayWhatIsWrongAndWhatToAnswer(t *testing.T) {
	check := func(dialect string, change func(*Request), kind error, status int, message string) {
		t.Helper()
		request := signed(dialect, secret, "{}")
		change(&request)
		_, err := mustNew(t, dialect, secret).Verify(request)
		var refusal *VerificationError
		if !errors.Is(err, kind) || !errors.As(err, &refusal) {
			t.Errorf("%v: expected %v", err, kind)
			return
		}
		if refusal.Status != status || refusal.Error() != message || refusal.Text != "Invalid signature" {
			t.Errorf("%d %q %q", refusal.Status, refusal.Text, refusal)
		}
	}
	check("yativo", func(r *Request) { r.Header = nil }, ErrMissingHeader, 400,
		"the header `X-Webhook-Signature` is missing")
	check("yativo", func(r *Request) { r.Header.Add("x-webhook-signature", "0") }, ErrMalformedHeader, 400,
		"the header `X-Webhook-Signature` is malformed: it is there twice")
	check("yativo", func(r *Request) { r.Body = []byte("[]") }, ErrBadSignature, 401,
		"no signature in `X-Webhook-Signature` matches the request")
	check("inviolet", func(r *Request) { r.Header.Del("inviolet-timestamp") }, ErrMissingHeader, 401,
		"the header `inviolet-timestamp` is missing")
	check("inviolet", func(r *Request) { r.Header.Set("inviolet-timestamp", "1777206596122") }, ErrTooOld, 401,
		"the request was signed 301 s ago, more than the 300 s that are allowed")
	check("inviolet", func(r *Request) { r.Header.Set("inviolet-timestamp", "1777207196124") }, ErrTooNew, 401,
		"the request was signed 301 s in the future, more than the 300 s that are allowed")
	check("stripe", func(r *Request) { r.Header.Set("Stripe-Signature", "v1=00") }, ErrMalformedHeader, 400,
		"the header `Stripe-Signature` is malformed: it holds no time")
}

func TestToleranceCanBeNarrowed(t *testing.T) {
	later := WithClock(func() time.Time { return now.Add(11 * time.Second) })
	hook, err := New("inviolet", []string{secret}, later, WithTolerance(10*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hook.VerifySignature(signed("inviolet", secret, "{}")); !errors.Is(err, ErrTooOld) {
		t.Errorf("%v", err)
	}
}

func TestWhatCannotWorkIsRefusedWhereItIsSetUp(t *testing.T) {
	check := func(dialect string, secrets []string, message string, options ...Option) {
		t.Helper()
		_, err := New(dialect, secrets, options...)
		if !errors.Is(err, ErrConfiguration) || !strings.Contains(err.Error(), message) {
			t.Errorf("%v: expected %q", err, message)
		}
		for _, given := range secrets {
			if given != "" && err != nil && strings.Contains(err.Error(), given) {
				t.Errorf("the message holds the secret: %v", err)
			}
		}
	}
	check("standard", nil, "the endpoint's secret is missing")
	check("standard", []string{secret, ""}, "the endpoint's secret is missing")
	check("standard", []string{"whsec_%%%%%"}, "must hold base64")
	// The last character holds bits that no byte needs; a line break was copied along.
	check("standard", []string{"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=="}, "must hold base64")
	check("standard", []string{"whsec_AAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAA"}, "blank")
	check("standard", []string{"whpk_AAAA"}, "no valid ed25519 key")
	// No point of the curve, then one of small order, under which anyone can make signatures.
	check("standard", []string{"whpk_AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "no valid ed25519 key")
	check("standard", []string{"whpk_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "no valid ed25519 key")
	check("yativo", []string{"short"}, "it must have 8 to 256")
	check("cloudevents", []string{"two words"}, "is a space")
	check("acme", []string{secret}, "give one of standard, ")
	check("github", []string{secret}, "signs no time", WithTolerance(time.Minute))
	check("inviolet", []string{secret}, "give 0 or more", WithTolerance(-time.Minute))
}

func TestSecretsAreNeverShown(t *testing.T) {
	hook := mustNew(t, "yativo", "topsecret-topsecret")
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if shown := fmt.Sprintf(format, hook); strings.Contains(shown, "topsecret") || shown != "webhook(yativo, 1 secrets)" {
			t.Errorf("%s shows %s", format, shown)
		}
	}
}

func TestOwnDialectsAreDataToo(t *testing.T) {
	dialect, err := ParseDialect([]byte(`{
		"name": "acme", "secret": {"key": "utf8", "format": "hex", "bytes": 32},
		"header": [{"name": "Acme-Time", "value": "timestamp_s"}],
		"signature": {"header": "Acme-Signature", "grammar": "pairs", "separator": ";",
			"content": ["method", {"text": " "}, "url", {"text": " "}, "timestamp_s", {"text": " "}, "body"],
			"scheme": [{"version": "v9", "algorithm": "hmac-sha256", "output": "hex"}]},
		"body": {"format": "json", "members": [{"name": "kind", "value": "event_type"}, {"name": "data", "value": "data"}]},
		"receiver": {"tolerance_s": 60, "answers": {"missing": 422, "invalid": 403, "text": "No"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	hook, err := NewWithDialect(dialect, []string{"12345678"}, WithClock(func() time.Time { return now }))
	if err != nil {
		t.Fatal(err)
	}
	body := `{"kind":"a.b","data":1}`
	mac := hexMac("12345678", "PUT https://a.example/ 1777206896 "+body)
	request := Request{
		Method: "PUT", URL: "https://a.example/", Body: []byte(body),
		Header: http.Header{"Acme-Time": {"1777206896"}, "Acme-Signature": {"v8=00; v9=" + mac}},
	}
	event, err := hook.Verify(request)
	if err != nil || event.Type != "a.b" || event.Version != "v9" || string(event.Data) != "1" {
		t.Errorf("%+v, %v", event, err)
	}
	request.URL = ""
	if _, err := hook.Verify(request); !errors.Is(err, ErrConfiguration) {
		t.Errorf("without the URL: %v", err)
	}
	for _, broken := range []string{`{}`, `{"name":"a"}`, `[`, `{"name":"a","signature":{"header":"a","grammar":"odd"}}`} {
		if _, err := ParseDialect([]byte(broken)); !errors.Is(err, ErrConfiguration) {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

func TestEmbeddedDialectsAreThoseOfTheProject(t *testing.T) {
	original := readFile(t, "../../dialects.json")
	if string(builtinData) != original {
		t.Error("webhooks/dialects.json differs from sdks/dialects.json: run `cargo xtask generate`")
	}
}

func TestOnlyAcceptedVersionsCount(t *testing.T) {
	check := func(accepted string, expected error) {
		t.Helper()
		dialect, err := ParseDialect([]byte(`{
			"name": "acme", "secret": {"key": "utf8", "format": "hex", "bytes": 32},
			"signature": {"header": "Acme-Signature", "grammar": "pairs", "content": "body",
				"scheme": [{"version": "v1", "algorithm": "hmac-sha1", "output": "hex"},
					{"version": "v2", "algorithm": "hmac-sha256", "output": "hex"}]},
			"body": {"format": "json"}, "receiver": {"versions": ["` + accepted + `"]}}`))
		if err != nil {
			t.Fatal(err)
		}
		hook, err := NewWithDialect(dialect, []string{secret})
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Acme-Signature": {"v2=" + hexMac(secret, "{}")}}
		if _, err := hook.Verify(Request{Header: header, Body: []byte("{}")}); !errors.Is(err, expected) {
			t.Errorf("accepting %s: %v", accepted, err)
		}
	}
	check("v2", nil)
	check("v1", ErrBadSignature)
}
