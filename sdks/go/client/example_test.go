package client_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/nuncio-webhooks/nuncio/sdks/go/client"
)

func Example() {
	ctx := context.Background()
	nuncio, err := client.New(os.Getenv("NUNCIO_KEY"), client.WithBaseURL("https://nuncio.example.com"))
	if err != nil {
		panic(err)
	}

	// An endpoint of one of your customers. The answer shows its secret, this once.
	webhook, err := nuncio.Webhooks.Create(ctx, client.NewEndpoint{
		Tenant: "acme",
		URL:    "https://hooks.acme.example/nuncio",
		Events: []string{"order.*"},
	})
	if err != nil {
		panic(err)
	}

	// An event. When the call returns, it is on the server's disk.
	if _, err := nuncio.Events.Publish(ctx, client.NewEvent{
		Tenant: "acme",
		Type:   "order.paid",
		Data:   map[string]string{"order": "4711"},
	}, client.IdempotencyKey("order-4711-paid")); err != nil {
		panic(err)
	}

	// A list, page by page as it is read.
	dead := nuncio.Deliveries.List(client.ListDeliveriesQuery{Endpoint: webhook.ID, Status: client.StatusDead})
	for dead.Next(ctx) {
		if _, err := nuncio.Deliveries.Retry(ctx, dead.Item().ID, client.Retry{}); err != nil {
			panic(err)
		}
	}
	if err := dead.Err(); err != nil {
		panic(err)
	}
}

func ExampleWithRetry() {
	policy := client.DefaultRetry()
	policy.AttemptsMax = 8
	policy.Cap = 30 * time.Second
	_, err := client.New("nk_proj_4f2a", client.WithRetry(policy), client.WithTimeout(5*time.Second))
	fmt.Println(err)
	// Output: <nil>
}

func ExampleError() {
	var nuncio *client.Client // made by client.New

	update := func(ctx context.Context, id string) error {
		_, err := nuncio.Endpoints.Update(ctx, id, client.EndpointChange{Description: client.Clear[string]()})
		var refused *client.Error
		switch {
		case errors.Is(err, client.ErrNotFound):
			return nil
		case errors.As(err, &refused):
			return fmt.Errorf("%v, request %s", refused.Errors, refused.RequestID)
		default:
			return err
		}
	}
	_ = update
}
