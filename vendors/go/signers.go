package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	stripe "github.com/stripe/stripe-go/v82/webhook"
	svix "github.com/svix/svix-webhooks/go"
)

// unsigned is what a library is asked to sign.
type unsigned struct {
	Secret    string `json:"secret"`
	ID        string `json:"id"`
	Timestamp int64  `json:"timestamp_s"`
	Body      string `json:"body"`
}

func (u unsigned) time() time.Time { return time.Unix(u.Timestamp, 0) }

// signers holds the libraries that can sign: the headers that they would send with a body.
var signers = map[string]func(unsigned) (map[string]string, error){
	"stripe-go": func(u unsigned) (map[string]string, error) {
		payload := stripe.UnsignedPayload{Payload: []byte(u.Body), Secret: u.Secret, Timestamp: u.time()}
		return map[string]string{"Stripe-Signature": stripe.GenerateTestSignedPayload(&payload).Header}, nil
	},
	"standardwebhooks": func(u unsigned) (map[string]string, error) {
		signer, err := standard.NewWebhook(u.Secret)
		if err != nil {
			return nil, err
		}
		signature, err := signer.Sign(u.ID, u.time(), []byte(u.Body))
		return named("webhook", u, signature), err
	},
	"svix-webhooks": func(u unsigned) (map[string]string, error) {
		signer, err := svix.NewWebhook(u.Secret)
		if err != nil {
			return nil, err
		}
		signature, err := signer.Sign(u.ID, u.time(), []byte(u.Body))
		return named("svix", u, signature), err
	},
}

func named(prefix string, u unsigned, signature string) map[string]string {
	return map[string]string{
		prefix + "-id":        u.ID,
		prefix + "-timestamp": strconv.FormatInt(u.Timestamp, 10),
		prefix + "-signature": signature,
	}
}

func sign(writer http.ResponseWriter, library string, body []byte) {
	var asked unsigned
	err := json.Unmarshal(body, &asked)
	signer := signers[library]
	if err != nil || signer == nil {
		http.Error(writer, fmt.Sprintf("%s can't sign (%v)", library, err), http.StatusBadRequest)
		return
	}
	headers, err := signer(asked)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(writer).Encode(headers)
}
