package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nuncio-webhooks/nuncio/sdks/go/client"
)

// Whatever goes wrong, an error shows neither the API key nor what a call sends in confidence.

const apiKey = "nk_key_d41d8cd98f00b204"

var confidential = []string{
	"whsec_MfKQ9r8GKYqrTwjUPD8I\"quoted\\<é",
	"Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
}

func confidentialEndpoint() client.NewEndpoint {
	return client.NewEndpoint{
		Tenant: "acme", URL: "https://user:url-pass@hooks.example.com/in", Events: []string{"*"},
		Secret: confidential[0], Headers: map[string]string{"Authorization": confidential[1]},
	}
}

func spellings(secret string) []string {
	written, _ := json.Marshal(secret)
	return []string{secret, strings.Trim(strconv.Quote(secret), `"`), strings.Trim(string(written), `"`), url.QueryEscape(secret)}
}

// echo repeats everything.
func echo() string {
	all := []string{"https://user:url-pass@hooks.example.com/in"}
	for _, secret := range append([]string{apiKey}, confidential...) {
		all = append(all, spellings(secret)...)
	}
	return strings.Join(all, " | ")
}

func checkNoSecret(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("it succeeded")
	}
	var shown strings.Builder
	for link := err; link != nil; link = errors.Unwrap(link) {
		written, _ := json.Marshal(link)
		fmt.Fprintf(&shown, "%v %+v %#v %q %s\n", link, link, link, link.Error(), written)
	}
	for _, secret := range append([]string{apiKey, "url-pass"}, confidential...) {
		for _, spelt := range spellings(secret) {
			if strings.Contains(shown.String(), spelt) {
				t.Errorf("%q is in %s", spelt, shown.String())
			}
		}
	}
}

func confidentialClient(t *testing.T, script []answer, options ...client.Option) *client.Client {
	t.Helper()
	s := start(t, script)
	httpClient := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	defaults := []client.Option{client.WithBaseURL(s.baseURL), client.WithClock(s.clock), client.WithHTTPClient(httpClient), once()}
	made, err := client.New(apiKey, append(defaults, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestErrorOfAServerThatRepeatsTheRequestHoldsNoSecret(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 413, 418, 422, 429, 503} {
		text, _ := json.Marshal(echo())
		faults := fmt.Sprintf(`[{"pointer":"/%s","detail":%s}]`, apiKey, text)
		repeating := problem(status, "type", string(text), "title", string(text), "detail", string(text), "errors", faults, "request_id", string(text))
		repeating.header = map[string]string{"Nuncio-Request-Id": apiKey}
		_, err := confidentialClient(t, []answer{repeating}).Endpoints.Create(ctx, confidentialEndpoint())
		var failed *client.Error
		if !errors.As(err, &failed) || !strings.Contains(failed.Detail, "[secret]") {
			t.Errorf("%d: %v", status, err)
		}
		checkNoSecret(t, err)
	}
}

func TestErrorOfAnAnswerThatIsNoneHoldsNoSecret(t *testing.T) {
	text, _ := json.Marshal(echo())
	for name, next := range map[string]answer{
		"no problem document": {status: 500, body: echo(), header: map[string]string{"Nuncio-Request-Id": apiKey}},
		"no JSON":             {status: 201, body: `{"secret": "` + apiKey + `" ` + echo()},
		"a time that is none": {status: 201, body: `{"created_at": ` + string(text) + `}`},
		"another type":        {status: 201, body: `{"id": [` + string(text) + `]}`},
		"a broken connection": {broken: true},
		"a status of its own": {status: 302, header: map[string]string{"Location": "http://" + apiKey + "@a.example/"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := confidentialClient(t, []answer{next}).Endpoints.Create(ctx, confidentialEndpoint())
			checkNoSecret(t, err)
		})
	}
}

func TestErrorOfACallWhoseTimeIsUpHoldsNoSecret(t *testing.T) {
	made := confidentialClient(t, []answer{{silent: true}}, client.WithTimeout(50*time.Millisecond))
	_, err := made.Endpoints.Create(ctx, confidentialEndpoint())
	var failed *client.ConnectionError
	if !errors.As(err, &failed) {
		t.Errorf("%v", err)
	}
	checkNoSecret(t, err)
}

type tellingTransport struct{}

func (tellingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("cannot send %v: %w", r.Header, errors.New(echo()))
}

func TestErrorOfATransportThatTellsWhatItWasGivenHoldsNoSecret(t *testing.T) {
	made := confidentialClient(t, nil, client.WithHTTPClient(&http.Client{Transport: tellingTransport{}}))
	_, err := made.Endpoints.Create(ctx, confidentialEndpoint())
	checkNoSecret(t, err)
}

func TestKeyThatNoHeaderCanCarryIsRefusedWithoutAWordOfIt(t *testing.T) {
	for _, end := range []string{"\n", "\r\nX-Other: 1", " ", "٣", "\x00", "\xff"} {
		_, err := client.New(apiKey + end)
		if !errors.Is(err, client.ErrInvalidCall) {
			t.Errorf("%q: %v", end, err)
		}
		checkNoSecret(t, err)
	}
}

func TestAddressWithAPasswordIsRefusedWithoutIt(t *testing.T) {
	for _, address := range []string{
		"https://user:url-pass@nuncio.example.com", "https://url-pass@nuncio.example.com", "u:url-pass@nuncio.example.com",
		"ftp://u:url-pass@nuncio.example.com", "https://u:url-pass@nuncio.example.com:x/", "https://u:url-pass@[nuncio",
	} {
		_, err := client.New(apiKey, client.WithBaseURL(address))
		if !errors.Is(err, client.ErrInvalidCall) {
			t.Errorf("%s: %v", address, err)
		}
		checkNoSecret(t, err)
	}
}

func TestClientThatIsPrintedShowsNoKey(t *testing.T) {
	made, err := client.New(apiKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprintf("%v", made), fmt.Sprintf("%+v", made), fmt.Sprintf("%#v", *made)} {
		if strings.Contains(shown, apiKey) {
			t.Errorf("the key is in %s", shown)
		}
	}
}

func TestValuesThatArePrintedShowNoSecret(t *testing.T) {
	secret := confidential[0]
	rotated := client.Rotated{Secret: secret, SigningWith: "current"}
	values := []any{
		confidentialEndpoint(),
		client.EndpointChange{Secret: client.Set(secret), Headers: client.Set(map[string]*string{"Authorization": &secret})},
		rotated,
		&rotated,
		[]client.PortalSession{{URL: secret, Token: secret}},
		struct{ Key client.Key }{client.Key{Key: &secret}},
		client.Previewed{Secret: secret, Headers: []client.Header{{Name: "Authorization", Value: confidential[1]}}},
	}
	for _, value := range values {
		shown := fmt.Sprintf("%v %+v %#v %s", value, value, value, value)
		for _, hidden := range confidential {
			for _, spelt := range spellings(hidden) {
				if strings.Contains(shown, spelt) {
					t.Errorf("%q is in %s", spelt, shown)
				}
			}
		}
	}
	if shown := fmt.Sprint(rotated); !strings.Contains(shown, "SigningWith:current") {
		t.Error(shown)
	}
	if rotated.Secret != secret {
		t.Error("the caller has it")
	}
}
