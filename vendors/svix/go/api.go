package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"
	"github.com/svix/svix-webhooks/go/utils"
)

func secret() string {
	key := make([]byte, 24)
	rand.Read(key)
	return "whsec_" + base64.StdEncoding.EncodeToString(key)
}

func (w *world) eventTypes() {
	types := w.svix.EventType
	fails := refused[*models.EventTypeOut]
	names := func(o *svix.EventTypeListOptions) []string {
		list := must(types.List(ctx, o))
		return pageOf(list.Data, nameOf, list.Done, list.Iterator, list.PrevIterator).keys
	}
	w.run("eventType.create", func() {
		schemas := map[string]any{"1": map[string]any{"type": "object", "examples": []any{map[string]any{"sample": true}}}}
		made := must(types.Create(ctx, models.EventTypeIn{Name: "user.signup", Description: "Somebody signed up", Schemas: &schemas}, nil))
		equal(made.Name, "user.signup")
		equal(made.Description, "Somebody signed up")
		equal(value(made.Archived) || made.Deprecated, false)
		expect(made.Schemas != nil && (*made.Schemas)["1"] != nil, "no schemas")
		for _, name := range []string{"user.left", "a..b", "invoice.paid", "z-last_1"} {
			must(types.Create(ctx, models.EventTypeIn{Name: name}, nil))
		}
		fails(409, "event_type_exists")(types.Create(ctx, models.EventTypeIn{Name: "user.signup"}, nil))
		fails(422, "")(types.Create(ctx, models.EventTypeIn{Name: "no spaces"}, nil))
		wrong := map[string]any{"1": map[string]any{"type": 7}}
		fails(422, "")(types.Create(ctx, models.EventTypeIn{Name: "bad.schema", Schemas: &wrong}, nil))
	})
	w.run("eventType.get", func() {
		equal(must(types.Get(ctx, "user.signup")).Description, "Somebody signed up")
		fails(404, "not_found")(types.Get(ctx, "no.such"))
	})
	w.run("eventType.list", func() {
		all := walk(2, func(limit *uint64, iterator *string) page {
			list := must(types.List(ctx, &svix.EventTypeListOptions{Limit: limit, Iterator: iterator}))
			return pageOf(list.Data, nameOf, list.Done, list.Iterator, list.PrevIterator)
		})
		expect(slices.Equal(all, []string{"a..b", "invoice.paid", "user.left", "user.signup", "z-last_1"}), "%v", all)
		full := must(types.List(ctx, &svix.EventTypeListOptions{WithContent: ptr(true)})).Data
		expect(slices.ContainsFunc(full, func(one models.EventTypeOut) bool { return one.Schemas != nil }), "no content")
		_, err := types.List(ctx, &svix.EventTypeListOptions{Limit: ptr(uint64(251))})
		denied(422, "", err)
	})
	w.run("eventType.update", func() {
		changed := must(types.Update(ctx, "user.left", models.EventTypeUpdate{Description: "Gone", Deprecated: ptr(true)}))
		equal(changed.Description, "Gone")
		equal(changed.Deprecated, true)
		equal(must(types.Update(ctx, "made.by.put", models.EventTypeUpdate{Description: "new"})).Name, "made.by.put")
	})
	w.run("eventType.patch", func() {
		changed := must(types.Patch(ctx, "user.left", models.EventTypePatch{Deprecated: ptr(false)}))
		equal(changed.Description, "Gone")
		equal(changed.Deprecated, false)
		fails(404, "not_found")(types.Patch(ctx, "no.such", models.EventTypePatch{Description: ptr("x")}))
	})
	w.run("eventType.delete", func() {
		check(types.Delete(ctx, "made.by.put", nil))
		equal(value(must(types.Get(ctx, "made.by.put")).Archived), true)
		expect(!slices.Contains(names(nil), "made.by.put"), "still listed")
		expect(slices.Contains(names(&svix.EventTypeListOptions{IncludeArchived: ptr(true)}), "made.by.put"), "not listed")
		equal(value(must(types.Create(ctx, models.EventTypeIn{Name: "made.by.put"}, nil)).Archived), false)
		check(types.Delete(ctx, "made.by.put", &svix.EventTypeDeleteOptions{Expunge: ptr(true)}))
		fails(404, "not_found")(types.Get(ctx, "made.by.put"))
	})
	w.run("eventType.importOpenapi", func() {
		text := `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"webhooks":{"pet.new":{"post":{"description":"Imported",
			"responses":{},"requestBody":{"content":{"application/json":{"schema":{"type":"object"}}}}}}}}`
		answer := must(types.ImportOpenapi(ctx, models.EventTypeImportOpenApiIn{SpecRaw: &text}, nil))
		expect(slices.Equal(answer.Data.Modified, []string{"pet.new"}), "%v", answer.Data)
		equal(must(types.Get(ctx, "pet.new")).Description, "Imported")
	})
}

func nameOf(one models.EventTypeOut) string { return one.Name }

func (w *world) applications() {
	apps := w.svix.Application
	fails := refused[*models.ApplicationOut]
	walked := func(size uint64, order *models.Ordering) []string {
		return walk(size, func(limit *uint64, iterator *string) page {
			list := must(apps.List(ctx, &svix.ApplicationListOptions{Limit: limit, Iterator: iterator, Order: order}))
			id := func(one models.ApplicationOut) string { return one.Id }
			return pageOf(list.Data, id, list.Done, list.Iterator, list.PrevIterator)
		})
	}
	w.run("application.create", func() {
		metadata := map[string]string{"plan": "pro"}
		made := must(apps.Create(ctx, models.ApplicationIn{Name: "Acme", Uid: ptr("acme"), Metadata: &metadata}, nil))
		expect(strings.HasPrefix(made.Id, "app_"), "%s", made.Id)
		equal(made.Name+value(made.Uid)+made.Metadata["plan"], "Acmeacmepro")
		fails(409, "conflict")(apps.Create(ctx, models.ApplicationIn{Name: "Other", Uid: ptr("acme")}, nil))
		fails(422, "")(apps.Create(ctx, models.ApplicationIn{Name: ""}, nil))
		fails(422, "")(apps.Create(ctx, models.ApplicationIn{Name: "Bad", Uid: ptr("with space")}, nil))
	})
	w.run("application.getOrCreate", func() {
		same := must(apps.GetOrCreate(ctx, models.ApplicationIn{Name: "Not this name", Uid: ptr("acme")}, nil))
		equal(same.Name, "Acme")
		equal(same.Id, must(apps.Get(ctx, "acme")).Id)
		equal(value(must(apps.GetOrCreate(ctx, models.ApplicationIn{Name: "Second", Uid: ptr("second")}, nil)).Uid), "second")
	})
	w.run("application.get", func() {
		equal(value(must(apps.Get(ctx, must(apps.Get(ctx, "acme")).Id)).Uid), "acme")
		fails(404, "not_found")(apps.Get(ctx, "nobody"))
	})
	w.run("application.idempotency", func() {
		options := &svix.ApplicationCreateOptions{IdempotencyKey: ptr("the-same-key")}
		once := must(apps.Create(ctx, models.ApplicationIn{Name: "Once"}, options))
		again := must(apps.Create(ctx, models.ApplicationIn{Name: "Another body"}, options))
		equal(again.Id+again.Name, once.Id+"Once")
	})
	w.run("application.list", func() {
		for n := range 3 {
			must(apps.Create(ctx, models.ApplicationIn{Name: fmt.Sprintf("Listed %d", n)}, nil))
		}
		rising := walked(2, nil)
		equal(len(rising), 6)
		falling := walked(4, ptr(models.ORDERING_DESCENDING))
		expect(slices.Equal(falling, reversed(rising)), "%v, %v", falling, rising)
		_, err := apps.List(ctx, &svix.ApplicationListOptions{Iterator: ptr("ep_wrong")})
		denied(422, "", err)
	})
	w.run("application.update", func() {
		changed := must(apps.Update(ctx, "second", models.ApplicationIn{Name: "Renamed"}))
		equal(changed.Name, "Renamed")
		expect(changed.Uid == nil, "what is not named is cleared")
		w.put = must(apps.Update(ctx, "not-there-yet", models.ApplicationIn{Name: "Put"})).Id
		fails(409, "conflict")(apps.Update(ctx, w.put, models.ApplicationIn{Name: "Put", Uid: ptr("acme")}))
	})
	w.run("application.patch", func() {
		changed := must(apps.Patch(ctx, "acme", models.ApplicationPatch{Name: ptr("Acme Inc.")}))
		equal(changed.Name+value(changed.Uid)+changed.Metadata["plan"], "Acme Inc.acmepro")
		equal(value(must(apps.Patch(ctx, w.put, models.ApplicationPatch{Uid: utils.NewNullable("put")})).Uid), "put")
		cleared := models.ApplicationPatch{Uid: utils.NewNullableFromPtr[string](nil)}
		expect(must(apps.Patch(ctx, w.put, cleared)).Uid == nil, "not cleared")
		fails(404, "not_found")(apps.Patch(ctx, "nobody", models.ApplicationPatch{Name: ptr("x")}))
	})
	w.run("application.delete", func() {
		must(apps.Create(ctx, models.ApplicationIn{Name: "Short", Uid: ptr("short-lived")}, nil))
		check(apps.Delete(ctx, "short-lived"))
		fails(404, "not_found")(apps.Get(ctx, "short-lived"))
		must(apps.Create(ctx, models.ApplicationIn{Name: "Again", Uid: ptr("short-lived")}, nil))
	})
}

func (w *world) endpoints() {
	all, app, url := w.svix.Endpoint, "acme", w.receiver.url+"/kept"
	fails := refused[*models.EndpointOut]
	quiet := func(more models.EndpointIn) models.EndpointIn {
		if more.Url == "" {
			more.Url = url
		}
		more.Disabled = ptr(true)
		return more
	}
	w.run("endpoint.create", func() {
		own, metadata := secret(), map[string]string{"a": "b"}
		made := must(all.Create(ctx, app, quiet(models.EndpointIn{
			Uid: ptr("kept"), Description: ptr("A shop"), Secret: &own, Channels: []string{"eu"},
			FilterTypes: []string{"user.signup"}, Metadata: &metadata,
		}), nil))
		expect(strings.HasPrefix(made.Id, "ep_"), "%s", made.Id)
		equal(made.Url+value(made.Uid)+made.Description+made.Metadata["a"], url+"keptA shopb")
		expect(value(made.Disabled) && made.Version == 1, "%+v", made)
		expect(slices.Equal(made.FilterTypes, []string{"user.signup"}) && slices.Equal(made.Channels, []string{"eu"}), "%+v", made)
		equal(must(all.GetSecret(ctx, app, "kept")).Key, own)
		fails(409, "conflict")(all.Create(ctx, app, quiet(models.EndpointIn{Uid: ptr("kept")}), nil))
		fails(422, "")(all.Create(ctx, app, quiet(models.EndpointIn{FilterTypes: []string{"no.such"}}), nil))
		fails(422, "")(all.Create(ctx, app, quiet(models.EndpointIn{Url: "ftp://example.com"}), nil))
		fails(422, "")(all.Create(ctx, app, quiet(models.EndpointIn{Secret: ptr("whsec_c2hvcnQ=")}), nil))
		fails(404, "not_found")(all.Create(ctx, "nobody", quiet(models.EndpointIn{}), nil))
	})
	w.run("endpoint.get", func() {
		equal(value(must(all.Get(ctx, app, must(all.Get(ctx, app, "kept")).Id)).Uid), "kept")
		fails(404, "not_found")(all.Get(ctx, app, "ep_none"))
	})
	w.run("endpoint.list", func() {
		for n := range 4 {
			must(all.Create(ctx, app, quiet(models.EndpointIn{Url: fmt.Sprint(url, "/", n)}), nil))
		}
		walked := func(size uint64, order *models.Ordering) []string {
			return walk(size, func(limit *uint64, iterator *string) page {
				list := must(all.List(ctx, app, &svix.EndpointListOptions{Limit: limit, Iterator: iterator, Order: order}))
				id := func(one models.EndpointOut) string { return one.Id }
				return pageOf(list.Data, id, list.Done, list.Iterator, list.PrevIterator)
			})
		}
		falling := walked(2, nil)
		equal(len(falling), 5)
		rising := walked(3, ptr(models.ORDERING_ASCENDING))
		expect(slices.Equal(rising, reversed(falling)), "%v, %v", falling, rising)
	})
	w.run("endpoint.update", func() {
		before := must(all.GetSecret(ctx, app, "kept")).Key
		changed := must(all.Update(ctx, app, "kept", models.EndpointUpdate{Url: url + "/moved", Uid: ptr("kept"), Disabled: ptr(true)}))
		equal(changed.Url+changed.Description, url+"/moved")
		equal(len(changed.FilterTypes)+len(changed.Channels), 0)
		equal(must(all.GetSecret(ctx, app, "kept")).Key, before)
		must(all.Update(ctx, app, "unknown", models.EndpointUpdate{Url: url, Disabled: ptr(true)}))
	})
	w.run("endpoint.patch", func() {
		patch := models.EndpointPatch{Description: ptr("Moved"), Channels: utils.NewNullable([]string{"us"})}
		changed := must(all.Patch(ctx, app, "kept", patch))
		equal(changed.Url+changed.Description, url+"/movedMoved")
		expect(slices.Equal(changed.Channels, []string{"us"}), "%v", changed.Channels)
		cleared := models.EndpointPatch{Channels: utils.NewNullableFromPtr[[]string](nil)}
		equal(len(must(all.Patch(ctx, app, "kept", cleared)).Channels), 0)
		fails(404, "not_found")(all.Patch(ctx, app, "ep_none", models.EndpointPatch{Description: ptr("x")}))
	})
	w.run("endpoint.getSecret", func() {
		made := must(all.Create(ctx, app, quiet(models.EndpointIn{Uid: ptr("own-secret")}), nil))
		expect(strings.HasPrefix(must(all.GetSecret(ctx, app, made.Id)).Key, "whsec_"), "no secret")
		_, err := all.GetSecret(ctx, app, "ep_none")
		denied(404, "not_found", err)
	})
	w.run("endpoint.updateHeaders", func() {
		check(all.UpdateHeaders(ctx, app, "kept", models.EndpointHeadersIn{Headers: map[string]string{"X-Shop": "one", "Authorization": "Bearer abc"}}))
		for _, name := range []string{"content-type", "svix-id"} {
			denied(422, "", all.UpdateHeaders(ctx, app, "kept", models.EndpointHeadersIn{Headers: map[string]string{name: "mine"}}))
		}
	})
	w.run("endpoint.getHeaders", func() {
		found := must(all.GetHeaders(ctx, app, "kept"))
		expect(len(found.Headers) == 1 && found.Headers["X-Shop"] == "one", "a sensitive value is not shown: %v", found.Headers)
		equal(strings.ToLower(strings.Join(found.Sensitive, " ")), "authorization")
	})
	w.run("endpoint.patchHeaders", func() {
		check(all.PatchHeaders(ctx, app, "kept", models.EndpointHeadersPatchIn{Headers: map[string]string{"X-More": "two"}}))
		equal(len(must(all.GetHeaders(ctx, app, "kept")).Headers), 2)
		check(all.PatchHeaders(ctx, app, "kept", models.EndpointHeadersPatchIn{Headers: map[string]string{}, DeleteHeaders: []string{"X-Shop"}}))
		left := must(all.GetHeaders(ctx, app, "kept")).Headers
		expect(len(left) == 1 && left["X-More"] == "two", "%v", left)
	})
	w.run("endpoint.delete", func() {
		check(all.Delete(ctx, app, "kept"))
		fails(404, "not_found")(all.Get(ctx, app, "kept"))
		denied(404, "not_found", all.Delete(ctx, app, "kept"))
	})
}

func (w *world) tokens() {
	w.run("authentication.token", func() {
		end := reversed(strings.Split(w.token[len(w.token)-6:], ""))
		for _, token := range []string{"not.a.token", w.token[:len(w.token)-6] + strings.Join(end, "")} {
			_, err := client(token).Application.List(ctx, nil)
			denied(401, "authentication_failed", err)
		}
	})
	w.run("authentication.appPortalAccess", func() {
		access := must(w.svix.Authentication.AppPortalAccess(ctx, "acme", models.AppPortalAccessIn{}, nil))
		expect(access.Url != "", "no URL")
		w.customer = client(access.Token)
		equal(must(w.customer.Application.Get(ctx, "acme")).Name, "Acme Inc.")
		expect(len(must(w.customer.Endpoint.List(ctx, "acme", nil)).Data) > 0, "no endpoints")
		_, err := w.customer.Application.List(ctx, nil)
		denied(403, "", err)
		_, err = w.customer.Message.Create(ctx, "acme", models.MessageIn{EventType: "user.signup", Payload: map[string]any{}}, nil)
		denied(403, "", err)
		_, err = w.customer.Endpoint.List(ctx, "short-lived", nil)
		denied(404, "not_found", err)
		_, err = w.svix.Authentication.AppPortalAccess(ctx, "nobody", models.AppPortalAccessIn{}, nil)
		denied(404, "not_found", err)
	})
	w.run("authentication.dashboardAccess", func() {
		expect(must(w.svix.Authentication.DashboardAccess(ctx, "acme", nil)).Token != "", "no token")
	})
	w.run("authentication.logout", func() {
		denied(501, "", w.customer.Authentication.Logout(ctx, nil))
	})
	w.run("authentication.expireAll", func() {
		check(w.svix.Authentication.ExpireAll(ctx, "acme", models.ApplicationTokenExpireIn{}, nil))
		_, err := w.customer.Application.Get(ctx, "acme")
		denied(401, "authentication_failed", err)
	})
	w.run("statistics.aggregateEventTypes", func() {
		// An operation of Svix's cloud alone: the library must get an answer that it can read.
		_, err := w.svix.Statistics.AggregateEventTypes(ctx)
		denied(404, "not_found", err)
	})
}
