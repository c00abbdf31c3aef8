package client_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nuncio-webhooks/nuncio/sdks/go/client"
)

const adminKey = "nk_admin_for_the_client_tests_0123456789"

// serve starts the real server: what openapi.json says and what the client does must be what it takes.
func serve(t *testing.T) (baseURL string) {
	t.Helper()
	binary := os.Getenv("NUNCIO_BIN")
	if binary == "" {
		t.Skip("set NUNCIO_BIN to the nuncio binary to test against a real server")
	}
	server := exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--allow-http", "--allow-private-networks")
	server.Env = append(os.Environ(), "NUNCIO_ADMIN_KEY="+adminKey, "NUNCIO_MASTER_KEY="+strings.Repeat("11", 32))
	output, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if address := strings.TrimPrefix(lines.Text(), "listening on "); address != lines.Text() {
			return address
		}
	}
	t.Fatal("the server ended before it listened")
	return ""
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func TestWithARealServer(t *testing.T) {
	baseURL := serve(t)
	admin := must(client.New(adminKey, client.WithBaseURL(baseURL)))(t)
	project := must(admin.Projects.Create(ctx, client.NewProject{Name: "Shop", Dialect: "standard"}))(t)
	newKey := client.NewKey{Name: "app", Kind: client.SpeaksProject, Scope: "full"}
	key := must(admin.Keys.Create(ctx, newKey, client.InProject(project.ID)))(t)
	nuncio := must(client.New(*key.Key, client.WithBaseURL(baseURL)))(t)

	t.Run("published event is delivered and its log can be read", func(t *testing.T) {
		bodies := make(chan []byte, 8)
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			bodies <- body
		}))
		defer receiver.Close()
		received := func() (envelope struct {
			Type string
			Data map[string]string
		}) {
			t.Helper()
			select {
			case body := <-bodies:
				if err := json.Unmarshal(body, &envelope); err != nil {
					t.Fatal(err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("nothing was delivered")
			}
			return envelope
		}

		webhook := must(nuncio.Webhooks.Create(ctx, client.NewEndpoint{
			Tenant:   "acme",
			URL:      receiver.URL,
			Events:   []string{"order.*"},
			Metadata: map[string]any{"team": "a"},
		}))(t)
		equal(t, "secret", strings.HasPrefix(*webhook.Secret, "whsec_"), true)

		event := must(nuncio.Events.Publish(ctx, client.NewEvent{
			Tenant: "acme",
			Type:   "order.paid",
			Data:   map[string]string{"order": "4711"},
		}))(t)
		equal(t, "deliveries", event.Deliveries, 1)
		equal(t, "data", received().Data["order"], "4711")
		equal(t, "stored", string(must(nuncio.Events.Get(ctx, event.ID))(t).Data), `{"order":"4711"}`)

		deliveries := nuncio.Events.ListDeliveries(event.ID, client.ListEventDeliveriesQuery{})
		equal(t, "a delivery", deliveries.Next(ctx), true)
		delivery := deliveries.Item()
		equal(t, "endpoint", delivery.Endpoint, webhook.ID)
		must(nuncio.Deliveries.Retry(ctx, delivery.ID, client.Retry{}))(t)
		equal(t, "type", received().Type, "order.paid")

		changed := must(nuncio.Webhooks.Update(ctx, webhook.ID, client.EndpointChange{
			Description: client.Set("orders"),
			Metadata:    client.Clear[map[string]any](),
		}))(t)
		equal(t, "description", *changed.Description, "orders")
		equal(t, "metadata", len(changed.Metadata), 0)
		equal(t, "deleted", nuncio.Webhooks.Delete(ctx, webhook.ID) == nil, true)
		_, err := nuncio.Webhooks.Get(ctx, webhook.ID)
		equal(t, "gone", errors.Is(err, client.ErrNotFound), true)
	})

	t.Run("batch has a result for each event and lists go over pages", func(t *testing.T) {
		var events []client.NewEvent
		for _, tenant := range []string{"pages", "", "pages"} {
			events = append(events, client.NewEvent{Tenant: tenant, Type: "a", Data: 1})
		}
		batch := must(nuncio.Events.PublishBatch(ctx, client.Batch{Events: events}))(t)
		for n, want := range []int{202, 422, 202} {
			equal(t, "status", batch.Results[n].Status, want)
		}
		equal(t, "pointer", batch.Results[1].Problem.Errors[0].Pointer, "/events/1/tenant")
		listed := nuncio.Events.List(client.ListEventsQuery{Tenant: "pages", Limit: client.Ptr(1)})
		equal(t, "two events", listed.Next(ctx) && listed.Next(ctx) && !listed.Next(ctx), true)
		equal(t, "no error", listed.Err() == nil, true)
	})

	t.Run("repetition with the same idempotency key has no second effect", func(t *testing.T) {
		event := client.NewEvent{Tenant: "once", Type: "a", Data: 1}
		first := must(nuncio.Events.Publish(ctx, event, client.IdempotencyKey("k")))(t)
		second := must(nuncio.Events.Publish(ctx, event, client.IdempotencyKey("k")))(t)
		equal(t, "event", second.ID, first.ID)
		event.Data = 2
		_, err := nuncio.Events.Publish(ctx, event, client.IdempotencyKey("k"))
		equal(t, "conflict", errors.Is(err, client.ErrConflict), true)
	})

	t.Run("refusals are errors of their kind", func(t *testing.T) {
		_, err := nuncio.Webhooks.Create(ctx, client.NewEndpoint{Tenant: "acme", URL: "ftp://a.example", Events: []string{"*"}})
		var failed *client.Error
		if !errors.As(err, &failed) || !errors.Is(err, client.ErrInvalid) {
			t.Fatal(err)
		}
		equal(t, "pointer", failed.Errors[0].Pointer, "/url")
		equal(t, "request", failed.RequestID != "", true)
		stranger := must(client.New("nk_proj_nobody", client.WithBaseURL(baseURL)))(t)
		_, err = stranger.Tenants.Get(ctx, "acme")
		equal(t, "stranger", errors.Is(err, client.ErrUnauthorized), true)
	})
}
