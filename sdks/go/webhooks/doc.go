// Package webhooks verifies webhook requests and hands each event on once.
//
// How a sender's requests look is data, a dialect: which headers it sends, what it signs, how the envelope is laid out.
// The dialects that Nuncio ships are built in; NewWithDialect takes any other. The package depends on the standard
// library alone.
//
//	hook, err := webhooks.New("standard", []string{os.Getenv("WEBHOOK_SECRET")})
//	if err != nil {
//		log.Fatal(err)
//	}
//	receiver := webhooks.Receiver{Webhook: hook, Deduplicator: webhooks.NewDeduplicator(nil)}
//	http.Handle("/webhooks", receiver.Handler(func(ctx context.Context, event *webhooks.Event) error {
//		return process(ctx, event.Type, event.Data)
//	}))
//
// A request that is not genuine is refused with a *VerificationError; errors.Is tells the kinds apart.
package webhooks
