package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"

	"github.com/PagerDuty/go-pagerduty/webhookv3"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/google/go-github/v75/github"
	nuncio "github.com/nuncio-webhooks/nuncio/sdks/go/webhooks"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	stripe "github.com/stripe/stripe-go/v82/webhook"
	svix "github.com/svix/svix-webhooks/go"
	twilio "github.com/twilio/twilio-go/client"
)

// receivers holds one for each library, as its own documentation shows it.
var receivers = map[string]func(webhook) answer{
	"stripe-go":        receiveStripe,
	"go-github":        receiveGitHub,
	"slack-go":         receiveSlack,
	"go-pagerduty":     receivePagerDuty,
	"twilio-go":        receiveTwilio,
	"sdk-go":           receiveCloudEvents,
	"standardwebhooks": receiveStandard,
	"nuncio":           receiveNuncio,
	"svix-webhooks":    receiveSvix,
}

var errNotGenuine = errors.New("not genuine")

func receiveStripe(hook webhook) answer {
	event, err := stripe.ConstructEvent(hook.body, hook.request.Header.Get("Stripe-Signature"), hook.Secret)
	if err != nil {
		return refused(err)
	}
	return accepted(string(event.Type))
}

func receiveGitHub(hook webhook) answer {
	payload, err := github.ValidatePayload(hook.request, []byte(hook.Secret))
	if err != nil {
		return refused(err)
	}
	kind := github.WebHookType(hook.request)
	if _, err := github.ParseWebHook(kind, payload); err != nil {
		return refused(err)
	}
	if github.DeliveryID(hook.request) == "" {
		return refused(errors.New("no delivery id"))
	}
	return accepted(kind)
}

func receiveSlack(hook webhook) answer {
	verifier, err := slack.NewSecretsVerifier(hook.request.Header, hook.Secret)
	if err != nil {
		return refused(err)
	}
	if _, err := verifier.Write(hook.body); err != nil {
		return refused(err)
	}
	if err := verifier.Ensure(); err != nil {
		return refused(err)
	}
	event, err := slackevents.ParseEvent(json.RawMessage(hook.body), slackevents.OptionNoVerifyToken())
	if err != nil {
		return refused(err)
	}
	if event.Type == slackevents.URLVerification {
		var challenge slackevents.ChallengeResponse
		if err := json.Unmarshal(hook.body, &challenge); err != nil {
			return refused(err)
		}
		return answer{status: http.StatusOK, message: event.Type, text: challenge.Challenge}
	}
	return accepted(event.InnerEvent.Type)
}

func receivePagerDuty(hook webhook) answer {
	if err := webhookv3.VerifySignature(hook.request, hook.Secret); err != nil {
		return refused(err)
	}
	var payload struct {
		Event struct {
			EventType string `json:"event_type"`
		} `json:"event"`
	}
	if err := json.Unmarshal(hook.body, &payload); err != nil {
		return refused(err)
	}
	return accepted(payload.Event.EventType)
}

func receiveTwilio(hook webhook) answer {
	validator := twilio.NewRequestValidator(hook.Secret)
	if !validator.ValidateBody(hook.URL, hook.body, hook.request.Header.Get("X-Twilio-Signature")) {
		return refused(errNotGenuine)
	}
	return accepted("")
}

// The SDK reads events and answers the handshake; who may send them is for the bearer token, as the web hook
// specification says.
func receiveCloudEvents(hook webhook) answer {
	if hook.request.Method == http.MethodPost && hook.request.Header.Get("Authorization") != "Bearer "+hook.Secret {
		return refused(errors.New("another token"))
	}
	protocol, err := cloudevents.NewHTTP(cehttp.WithDefaultOptionsHandlerFunc(
		[]string{http.MethodPost}, cehttp.DefaultAllowedRate, []string{"*"}, false))
	if err != nil {
		return refused(err)
	}
	eventType := ""
	handler, err := cloudevents.NewHTTPReceiveHandler(context.Background(), protocol,
		func(_ context.Context, event cloudevents.Event) cloudevents.Result {
			eventType = event.Type()
			return event.Validate()
		})
	if err != nil {
		return refused(err)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, hook.request)
	message := eventType
	if message == "" {
		message = recorder.Body.String()
	}
	status := recorder.Code
	if status == http.StatusOK && hook.request.Method == http.MethodPost && eventType == "" {
		status = http.StatusBadRequest
	}
	return answer{status, message, recorder.Body.String(), recorder.Header()}
}

func receiveStandard(hook webhook) answer {
	verifier, err := standard.NewWebhook(hook.Secret)
	if err == nil {
		err = verifier.Verify(hook.body, hook.request.Header)
	}
	return verified(hook.body, err)
}

func receiveSvix(hook webhook) answer {
	verifier, err := svix.NewWebhook(hook.Secret)
	if err == nil {
		err = verifier.Verify(hook.body, hook.request.Header)
	}
	return verified(hook.body, err)
}

// receiveNuncio is Nuncio's own, for what the other libraries sign.
func receiveNuncio(hook webhook) answer {
	receiver, err := nuncio.New(hook.Dialect, []string{hook.Secret})
	if err != nil {
		return refused(err)
	}
	event, err := receiver.Verify(nuncio.Request{URL: hook.URL, Header: hook.request.Header, Body: hook.body})
	if err != nil {
		return refused(err)
	}
	return accepted(event.Type)
}

// verified is the answer of a library that leaves reading the body to its user.
func verified(body []byte, err error) answer {
	if err != nil {
		return refused(err)
	}
	var payload struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(body, &payload); err != nil {
		return refused(err)
	}
	return accepted(payload.Type)
}
