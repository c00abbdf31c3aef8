package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"
)

const app = "delivery"

type object = map[string]any

func (w *world) delivery() {
	must(w.svix.Application.Create(ctx, models.ApplicationIn{Name: "Delivery", Uid: ptr(app)}, nil))
	w.secret = secret()
	w.shop = w.endpoint(models.EndpointIn{Url: "/shop", Uid: ptr("shop"), Secret: &w.secret, FilterTypes: []string{"user.signup", "user.left"}})
	w.broken = w.endpoint(models.EndpointIn{Url: "/fail", Uid: ptr("broken"), FilterTypes: []string{"invoice.paid"}})
	w.messages()
	w.verification()
	w.attempts()
	w.lists()
	w.examples()
	w.recovery()
}

func (w *world) endpoint(in models.EndpointIn) *models.EndpointOut {
	in.Url = w.receiver.url + in.Url
	return must(w.svix.Endpoint.Create(ctx, app, in, nil))
}

func (w *world) send(eventType string, payload object) *models.MessageOut {
	return must(w.svix.Message.Create(ctx, app, models.MessageIn{EventType: eventType, Payload: payload}, nil))
}

func same(body []byte, expected object) {
	var found object
	check(json.Unmarshal(body, &found))
	equal(string(must(json.Marshal(found))), string(must(json.Marshal(expected))))
}

func (w *world) messages() {
	message := w.svix.Message
	fails := refused[*models.MessageOut]
	w.run("message.create", func() {
		payload := object{"email": "a@example.com", "total": 2.5}
		in := models.MessageIn{EventType: "user.signup", Payload: payload, EventId: ptr("evt-1"), Channels: []string{"eu"}}
		w.first = must(message.Create(ctx, app, in, nil))
		expect(strings.HasPrefix(w.first.Id, "msg_"), "%s", w.first.Id)
		equal(w.first.EventType+value(w.first.EventId)+w.first.Channels[0], "user.signupevt-1eu")
		same(must(json.Marshal(w.first.Payload)), payload)
		got := w.receiver.request("/shop", w.first.Id, 1)
		equal(got.headers.Get("content-type"), "application/json")
		same(got.body, payload)
		fails(409, "conflict")(message.Create(ctx, app, in, nil))
		fails(422, "")(message.Create(ctx, app, models.MessageIn{EventType: "no spaces", Payload: object{}}, nil))
		fails(404, "not_found")(message.Create(ctx, "nobody", models.MessageIn{EventType: "user.signup", Payload: object{}}, nil))
	})
	w.run("message.createWithApplication", func() {
		in := models.MessageIn{EventType: "user.signup", Payload: object{}, Application: &models.ApplicationIn{Name: "By message", Uid: ptr("by-message")}}
		must(message.Create(ctx, "by-message", in, nil))
		equal(must(w.svix.Application.Get(ctx, "by-message")).Name, "By message")
		fails(422, "")(message.Create(ctx, "elsewhere", in, nil))
	})
	w.run("message.idempotency", func() {
		options := &svix.MessageCreateOptions{IdempotencyKey: ptr("a-message-of-mine")}
		in := models.MessageIn{EventType: "user.left", Payload: object{"n": 1}}
		equal(must(message.Create(ctx, app, in, options)).Id, must(message.Create(ctx, app, in, options)).Id)
	})
	w.run("message.messageInRaw", func() {
		text := "{ \"b\":2.50,\n  \"a\" : \"\\u00e9\" }"
		made := must(message.Create(ctx, app, *svix.NewMessageInRaw("user.signup", text, nil), nil))
		got := w.receiver.request("/shop", made.Id, 1)
		equal(string(got.body), text)
		check(must(svix.NewWebhook(w.secret)).Verify(got.body, got.headers))
	})
	w.run("message.get", func() {
		equal(must(message.Get(ctx, app, w.first.Id, nil)).Id, must(message.Get(ctx, app, "evt-1", nil)).Id)
		equal(len(must(message.Get(ctx, app, "evt-1", &svix.MessageGetOptions{WithContent: ptr(false)})).Payload), 0)
		fails(404, "not_found")(message.Get(ctx, app, "msg_none", nil))
	})
	w.run("message.list", func() {
		id := func(one models.MessageOut) string { return one.Id }
		list := func(o svix.MessageListOptions) page {
			found := must(message.List(ctx, app, &o))
			return pageOf(found.Data, id, found.Done, found.Iterator, found.PrevIterator)
		}
		falling := walk(2, func(limit *uint64, iterator *string) page {
			return list(svix.MessageListOptions{Limit: limit, Iterator: iterator})
		})
		expect(slices.Equal(reversed(falling), slices.Sorted(slices.Values(falling))), "%v", falling)
		equal(falling[len(falling)-1], w.first.Id)
		equal(strings.Join(list(svix.MessageListOptions{Channel: ptr("eu")}).keys, " "), w.first.Id)
		equal(len(list(svix.MessageListOptions{EventTypes: &[]string{"user.left"}}).keys), 1)
		ago := time.Now().Add(-time.Hour)
		equal(len(list(svix.MessageListOptions{Before: &ago}).keys), 0)
		equal(len(list(svix.MessageListOptions{After: &ago}).keys), len(falling))
		_, err := message.List(ctx, app, &svix.MessageListOptions{Iterator: ptr("app_wrong")})
		denied(422, "", err)
	})
	w.run("message.precheck", func() {
		equal(must(message.Precheck(ctx, app, models.MessagePrecheckIn{EventType: "user.signup"}, nil)).Active, true)
		equal(must(message.Precheck(ctx, app, models.MessagePrecheckIn{EventType: "nobody.wants.it"}, nil)).Active, false)
	})
	w.run("message.expungeContent", func() {
		made := w.send("user.signup", object{"secret": "x"})
		w.receiver.request("/shop", made.Id, 1)
		check(message.ExpungeContent(ctx, app, made.Id))
		equal(must(message.Get(ctx, app, made.Id, nil)).Payload["expired"] == true, true)
		denied(404, "not_found", message.ExpungeContent(ctx, app, "msg_none"))
	})
}

func (w *world) verification() {
	verify := func(key string, body []byte, headers http.Header) error {
		return must(svix.NewWebhook(key)).Verify(body, headers)
	}
	w.run("Webhook.verify", func() {
		got := w.receiver.request("/shop", w.send("user.signup", object{"n": 1}).Id, 1)
		check(verify(w.secret, got.body, got.headers))
		expect(strings.HasPrefix(got.headers.Get("user-agent"), "Svix-Webhooks/"), "%s", got.headers.Get("user-agent"))
		expect(verify(w.secret, append(slices.Clone(got.body), ' '), got.headers) != nil, "tampered, and verified")
		other := got.headers.Clone()
		other.Set("svix-id", "msg_other")
		expect(verify(w.secret, got.body, other) != nil, "another id, and verified")
		expect(verify(secret(), got.body, got.headers) != nil, "another secret, and verified")
	})
	w.run("endpoint.rotateSecret", func() {
		old, key := w.secret, secret()
		check(w.svix.Endpoint.RotateSecret(ctx, app, "shop", models.EndpointSecretRotateIn{Key: &key}, nil))
		equal(must(w.svix.Endpoint.GetSecret(ctx, app, "shop")).Key, key)
		got := w.receiver.request("/shop", w.send("user.signup", object{"n": 2}).Id, 1)
		check(verify(old, got.body, got.headers))
		check(verify(key, got.body, got.headers))
		check(w.svix.Endpoint.RotateSecret(ctx, app, "shop", models.EndpointSecretRotateIn{}, nil))
		w.secret = must(w.svix.Endpoint.GetSecret(ctx, app, "shop")).Key
		expect(w.secret != key, "not rotated")
		denied(422, "", w.svix.Endpoint.RotateSecret(ctx, app, "shop", models.EndpointSecretRotateIn{Key: ptr("whsec_short")}, nil))
	})
}

func attemptID(one models.MessageAttemptOut) string { return one.Id }

func (w *world) ofMessage(id string, o *svix.MessageAttemptListByMsgOptions) []models.MessageAttemptOut {
	return must(w.svix.MessageAttempt.ListByMsg(ctx, app, id, o)).Data
}

func (w *world) attempts() {
	attempt := w.svix.MessageAttempt
	w.run("messageAttempt.listByMsg", func() {
		id := w.send("invoice.paid", object{}).Id
		eventually("an attempt", func() bool { return len(w.ofMessage(id, nil)) > 0 })
		w.failed = w.ofMessage(id, nil)[0]
		expect(strings.HasPrefix(w.failed.Id, "atmpt_"), "%s", w.failed.Id)
		equal(w.failed.MsgId+w.failed.EndpointId+w.failed.Url, id+w.broken.Id+w.receiver.url+"/fail")
		equal(w.failed.Status, models.MESSAGESTATUS_FAIL)
		equal(w.failed.TriggerType, models.MESSAGEATTEMPTTRIGGERTYPE_SCHEDULED)
		equal(w.failed.ResponseStatusCode, 500)
		equal(w.failed.Response, "seen")
		equal(len(w.ofMessage(id, &svix.MessageAttemptListByMsgOptions{Status: ptr(models.MESSAGESTATUS_SUCCESS)})), 0)
		expect(len(w.ofMessage(id, &svix.MessageAttemptListByMsgOptions{StatusCodeClass: ptr(models.StatusCodeClass(500))})) > 0, "no 500")
		equal(len(w.ofMessage(id, &svix.MessageAttemptListByMsgOptions{EndpointId: &w.shop.Id})), 0)
		_, err := attempt.ListByMsg(ctx, app, "msg_none", nil)
		denied(404, "not_found", err)
	})
	w.run("messageAttempt.get", func() {
		equal(must(attempt.Get(ctx, app, w.failed.MsgId, w.failed.Id, nil)).Id, w.failed.Id)
		_, err := attempt.Get(ctx, app, w.failed.MsgId, "atmpt_none", nil)
		denied(404, "not_found", err)
	})
	w.run("messageAttempt.expungeContent", func() {
		check(attempt.ExpungeContent(ctx, app, w.failed.MsgId, w.failed.Id))
		equal(must(attempt.Get(ctx, app, w.failed.MsgId, w.failed.Id, nil)).Response, "EXPUNGED")
	})
	w.run("messageAttempt.resend", func() {
		must(attempt.Resend(ctx, app, w.first.Id, "shop", nil))
		got := w.receiver.request("/shop", w.first.Id, 2)
		check(must(svix.NewWebhook(w.secret)).Verify(got.body, got.headers))
		eventually("a manual attempt", func() bool {
			found := w.ofMessage(w.first.Id, nil)
			return len(found) == 2 && found[0].TriggerType == models.MESSAGEATTEMPTTRIGGERTYPE_MANUAL
		})
		_, err := attempt.Resend(ctx, app, "msg_none", "shop", nil)
		denied(404, "not_found", err)
	})
}

func (w *world) lists() {
	attempt := w.svix.MessageAttempt
	w.run("messageAttempt.listByEndpoint", func() {
		list := func(o svix.MessageAttemptListByEndpointOptions) page {
			found := must(attempt.ListByEndpoint(ctx, app, "shop", &o))
			return pageOf(found.Data, attemptID, found.Done, found.Iterator, found.PrevIterator)
		}
		eventually("every attempt at the shop", func() bool {
			seen, _ := w.receiver.at("/shop")
			return len(list(svix.MessageAttemptListByEndpointOptions{}).keys) == len(seen)
		})
		falling := walk(3, func(limit *uint64, iterator *string) page {
			return list(svix.MessageAttemptListByEndpointOptions{Limit: limit, Iterator: iterator})
		})
		expect(slices.Equal(reversed(falling), slices.Sorted(slices.Values(falling))), "%v", falling)
		left := svix.MessageAttemptListByEndpointOptions{EventTypes: &[]string{"user.left"}, Status: ptr(models.MESSAGESTATUS_SUCCESS)}
		equal(len(list(left).keys), 1)
		_, err := attempt.ListByEndpoint(ctx, app, "ep_none", nil)
		denied(404, "not_found", err)
	})
	w.run("messageAttempt.listAttemptedMessages", func() {
		all := walk(2, func(limit *uint64, iterator *string) page {
			options := &svix.MessageAttemptListAttemptedMessagesOptions{Limit: limit, Iterator: iterator}
			found := must(attempt.ListAttemptedMessages(ctx, app, "shop", options))
			id := func(one models.EndpointMessageOut) string { return one.Id }
			return pageOf(found.Data, id, found.Done, found.Iterator, found.PrevIterator)
		})
		expect(slices.Contains(all, w.first.Id), "%v", all)
		first := must(attempt.ListAttemptedMessages(ctx, app, "broken", nil)).Data[0]
		equal(first.Id, w.failed.MsgId)
		equal(first.Status, models.MESSAGESTATUS_SENDING)
		expect(first.NextAttempt != nil, "no next attempt")
	})
	w.run("messageAttempt.listAttemptedDestinations", func() {
		found := must(attempt.ListAttemptedDestinations(ctx, app, w.failed.MsgId, nil)).Data
		equal(len(found), 1)
		equal(found[0].Id+value(found[0].Uid), w.broken.Id+"broken")
		equal(found[0].Status, models.MESSAGESTATUS_FAIL)
	})
}

func (w *world) examples() {
	endpoint := w.svix.Endpoint
	w.run("endpoint.sendExample", func() {
		to := w.endpoint(models.EndpointIn{Url: "/example"}).Id
		ping := must(endpoint.SendExample(ctx, app, to, models.EventExampleIn{EventType: "svix.ping"}, nil))
		same(w.receiver.request("/example", ping.Id, 1).body, object{"success": true})
		sample := must(endpoint.SendExample(ctx, app, to, models.EventExampleIn{EventType: "user.signup"}, nil))
		same(w.receiver.request("/example", sample.Id, 1).body, object{"sample": true})
		_, err := endpoint.SendExample(ctx, app, to, models.EventExampleIn{EventType: "no.such"}, nil)
		denied(404, "not_found", err)
	})
	w.run("endpoint.getStats", func() {
		eventually("the counts", func() bool { return must(endpoint.GetStats(ctx, app, "broken", nil)).Fail > 0 })
		equal(must(endpoint.GetStats(ctx, app, "broken", nil)).Success, 0)
		future := &svix.EndpointGetStatsOptions{Since: ptr(time.Now()), Until: ptr(time.Now().Add(48 * time.Hour))}
		_, err := endpoint.GetStats(ctx, app, "shop", future)
		denied(400, "invalid_range", err)
	})
}

func (w *world) recovery() {
	endpoint, since := w.svix.Endpoint, time.Now().Add(-time.Hour)
	w.run("endpoint.recover", func() {
		id := w.send("invoice.paid", object{}).Id
		eventually("a failed attempt", func() bool { return len(w.ofMessage(id, nil)) > 0 })
		w.task = must(endpoint.Recover(ctx, app, "broken", models.RecoverIn{Since: since}, nil))
		expect(strings.HasPrefix(w.task.Id, "qtask_"), "%s", w.task.Id)
		equal(w.task.Status, models.BACKGROUNDTASKSTATUS_RUNNING)
		equal(w.task.Task, models.BACKGROUNDTASKTYPE_ENDPOINT_RECOVER)
		eventually("a manual attempt", func() bool {
			return slices.ContainsFunc(w.ofMessage(id, nil), func(one models.MessageAttemptOut) bool {
				return one.TriggerType == models.MESSAGEATTEMPTTRIGGERTYPE_MANUAL
			})
		})
		_, err := endpoint.Recover(ctx, app, "broken", models.RecoverIn{Since: time.Now().Add(-15 * 24 * time.Hour)}, nil)
		denied(422, "", err)
	})
	w.run("backgroundTask.get", func() {
		eventually("the end of the task", func() bool {
			return must(w.svix.BackgroundTask.Get(ctx, w.task.Id)).Status == models.BACKGROUNDTASKSTATUS_FINISHED
		})
		_, err := w.svix.BackgroundTask.Get(ctx, "qtask_none")
		denied(404, "not_found", err)
	})
	w.run("backgroundTask.list", func() {
		found := must(w.svix.BackgroundTask.List(ctx, nil)).Data
		expect(slices.ContainsFunc(found, func(one models.BackgroundTaskOut) bool { return one.Id == w.task.Id }), "%v", found)
	})
	w.run("endpoint.replayMissing", func() {
		late := w.endpoint(models.EndpointIn{Url: "/late"})
		task := must(endpoint.ReplayMissing(ctx, app, late.Id, models.ReplayIn{Since: since}, nil))
		equal(task.Task, models.BACKGROUNDTASKTYPE_ENDPOINT_REPLAY)
		w.receiver.request("/late", w.first.Id, 1)
	})
	w.run("endpoint.bulkReplay", func() {
		task := must(endpoint.BulkReplay(ctx, app, "shop", models.BulkReplayIn{Since: since}, nil))
		equal(task.Task, models.BACKGROUNDTASKTYPE_ENDPOINT_BULK_REPLAY)
		w.receiver.request("/shop", w.first.Id, 3)
	})
}
