// Calls every operation of a Svix server by Svix's own library, and receives what the server sends. The protocol is in
// ../README.md.
//
// usage: SVIX_SERVER_URL=… SVIX_TOKEN=… driver
package main

import (
	"context"
	"net/url"
	"os"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"
)

var ctx = context.Background()

// What the cases share.
type world struct {
	*cases
	receiver *receiver
	svix     *svix.Svix
	customer *svix.Svix
	token    string
	put      string
	secret   string
	shop     *models.EndpointOut
	broken   *models.EndpointOut
	first    *models.MessageOut
	failed   models.MessageAttemptOut
	task     *models.RecoverOut
}

func client(token string) *svix.Svix {
	server := must(url.Parse(os.Getenv("SVIX_SERVER_URL")))
	return must(svix.New(token, &svix.SvixOptions{ServerUrl: server}))
}

func main() {
	token := os.Getenv("SVIX_TOKEN")
	w := &world{cases: &cases{}, receiver: startReceiver(), svix: client(token), token: token}
	w.run("health.get", func() { check(w.svix.Health.Get(ctx)) })
	w.eventTypes()
	w.applications()
	w.endpoints()
	w.tokens()
	w.delivery()
	if w.failures > 0 {
		os.Exit(1)
	}
}
