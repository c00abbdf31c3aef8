import com.svix.Svix;
import com.svix.Webhook;
import com.svix.api.EndpointGetStatsOptions;
import com.svix.api.Message;
import com.svix.api.MessageAttemptListAttemptedMessagesOptions;
import com.svix.api.MessageAttemptListByEndpointOptions;
import com.svix.api.MessageAttemptListByMsgOptions;
import com.svix.api.MessageCreateOptions;
import com.svix.api.MessageGetOptions;
import com.svix.api.MessageListOptions;
import com.svix.exceptions.WebhookVerificationException;
import com.svix.models.ApplicationIn;
import com.svix.models.BackgroundTaskStatus;
import com.svix.models.BackgroundTaskType;
import com.svix.models.BulkReplayIn;
import com.svix.models.EndpointIn;
import com.svix.models.EndpointMessageOut;
import com.svix.models.EndpointOut;
import com.svix.models.EndpointSecretRotateIn;
import com.svix.models.EventExampleIn;
import com.svix.models.MessageAttemptOut;
import com.svix.models.MessageAttemptTriggerType;
import com.svix.models.MessageIn;
import com.svix.models.MessageOut;
import com.svix.models.MessagePrecheckIn;
import com.svix.models.MessageStatus;
import com.svix.models.RecoverIn;
import com.svix.models.RecoverOut;
import com.svix.models.ReplayIn;
import com.svix.models.StatusCodeClass;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Messages and attempts, and what a receiver gets: verified with the library's own Webhook. */
final class Delivery {
    private static final String APP = "delivery";

    private final Cases cases;
    private final Svix svix;
    private String secret = Api.secret();
    private EndpointOut shop;
    private EndpointOut broken;
    private MessageOut first;
    private MessageAttemptOut failed;
    private RecoverOut task;

    Delivery(Cases cases, Svix svix) {
        this.cases = cases;
        this.svix = svix;
    }

    void run() throws Exception {
        svix.getApplication().create(new ApplicationIn().name("Delivery").uid(APP));
        shop = svix.getEndpoint().create(APP, at("/shop").uid("shop").secret(secret).filterTypes(Set.of("user.signup", "user.left")));
        broken = svix.getEndpoint().create(APP, at("/fail").uid("broken").filterTypes(Set.of("invoice.paid")));
        messages();
        lists();
        verification();
        attempts();
        attemptLists();
        examples();
        recovery();
    }

    private EndpointIn at(String path) {
        return new EndpointIn().url(URI.create(cases.url + path));
    }

    private static MessageIn message(String type, String payload) {
        return new MessageIn().eventType(type).payload(payload);
    }

    private MessageOut send(String type, String payload) throws Exception {
        return svix.getMessage().create(APP, message(type, payload));
    }

    private void verify(String key, Cases.Request request, String body) throws Exception {
        new Webhook(key).verify(body, request.headers());
    }

    private void denied(String key, Cases.Request request, String body) throws Exception {
        try {
            verify(key, request, body);
        } catch (WebhookVerificationException expected) {
            return;
        }
        throw new AssertionError("verified");
    }

    private void messages() {
        var messages = svix.getMessage();
        cases.run("message.create", () -> {
            String payload = "{\"email\":\"a@example.com\",\"total\":2.5}";
            MessageIn in = message("user.signup", payload).eventId("evt-1").channels(Set.of("eu"));
            first = messages.create(APP, in);
            Cases.expect(first.getId().startsWith("msg_"), first.getId());
            Cases.equal(first.getEventType() + first.getEventId() + first.getChannels(), "user.signupevt-1[eu]");
            Cases.Request request = cases.request("/shop", first.getId(), 1);
            Cases.equal(request.header("content-type"), "application/json");
            Cases.equal(Cases.json(request.body()), Cases.json(payload));
            Cases.refused(409, "conflict", () -> messages.create(APP, in));
            Cases.refused(422, null, () -> messages.create(APP, message("no spaces", "{}")));
            Cases.refused(404, "not_found", () -> messages.create("nobody", message("user.signup", "{}")));
        });
        cases.run("message.createWithApplication", () -> {
            MessageIn in = message("user.signup", "{}").application(new ApplicationIn().name("By message").uid("by-message"));
            messages.create("by-message", in);
            Cases.equal(svix.getApplication().get("by-message").getName(), "By message");
            Cases.refused(422, null, () -> messages.create("elsewhere", in));
        });
        cases.run("message.idempotency", () -> {
            MessageCreateOptions options = new MessageCreateOptions();
            options.setIdempotencyKey("a-message-of-mine");
            MessageIn in = message("user.left", "{\"n\":1}");
            Cases.equal(messages.create(APP, in, options).getId(), messages.create(APP, in, options).getId());
        });
        cases.run("message.messageInRaw", () -> {
            String text = "{ \"b\":2.50,\n  \"a\" : \"\\u00e9\" }";
            // The library leaves the type to the caller.
            MessageIn in = Message.messageInRaw(text).eventType("user.signup");
            Cases.Request request = cases.request("/shop", messages.create(APP, in).getId(), 1);
            Cases.equal(request.body(), text);
            verify(secret, request, text);
        });
        cases.run("message.get", () -> {
            Cases.equal(messages.get(APP, first.getId()).getId(), messages.get(APP, "evt-1").getId());
            MessageGetOptions without = new MessageGetOptions();
            without.setWithContent(false);
            Cases.equal(messages.get(APP, "evt-1", without).getPayload(), Map.of());
            Cases.refused(404, "not_found", () -> messages.get(APP, "msg_none"));
        });
    }

    private Cases.Page listed(MessageListOptions options) throws Exception {
        var list = svix.getMessage().list(APP, options);
        return Cases.Page.of(list.getData(), MessageOut::getId, list.getDone(), list.getIterator(), list.getPrevIterator());
    }

    private void lists() {
        var messages = svix.getMessage();
        cases.run("message.list", () -> {
            List<String> falling = Cases.walk(2, (limit, iterator) -> {
                MessageListOptions options = new MessageListOptions();
                options.setLimit(limit);
                options.setIterator(iterator);
                return listed(options);
            });
            Cases.equal(Cases.reversed(falling), falling.stream().sorted().toList());
            Cases.equal(falling.get(falling.size() - 1), first.getId());
            MessageListOptions channel = new MessageListOptions();
            channel.setChannel("eu");
            Cases.equal(listed(channel).keys(), List.of(first.getId()));
            MessageListOptions types = new MessageListOptions();
            types.setEventTypes(Set.of("user.left"));
            Cases.equal(listed(types).keys().size(), 1);
            MessageListOptions before = new MessageListOptions();
            before.setBefore(OffsetDateTime.now().minusHours(1));
            Cases.equal(listed(before).keys(), List.of());
            MessageListOptions after = new MessageListOptions();
            after.setAfter(OffsetDateTime.now().minusHours(1));
            Cases.equal(listed(after).keys(), falling);
            MessageListOptions wrong = new MessageListOptions();
            wrong.setIterator("app_wrong");
            Cases.refused(422, null, () -> messages.list(APP, wrong));
        });
        cases.run("message.precheck", () -> {
            Cases.equal(messages.precheck(APP, new MessagePrecheckIn().eventType("user.signup")).getActive(), true);
            Cases.equal(messages.precheck(APP, new MessagePrecheckIn().eventType("nobody.wants.it")).getActive(), false);
        });
        cases.run("message.expungeContent", () -> {
            MessageOut made = send("user.signup", "{\"secret\":\"x\"}");
            cases.request("/shop", made.getId(), 1);
            messages.expungeContent(APP, made.getId());
            Cases.equal(messages.get(APP, made.getId()).getPayload(), Map.of("expired", true));
            Cases.refused(404, "not_found", () -> messages.expungeContent(APP, "msg_none"));
        });
    }

    private void verification() {
        var endpoints = svix.getEndpoint();
        cases.run("Webhook.verify", () -> {
            Cases.Request request = cases.request("/shop", send("user.signup", "{\"n\":1}").getId(), 1);
            verify(secret, request, request.body());
            Cases.expect(request.header("user-agent").startsWith("Svix-Webhooks/"), request.header("user-agent"));
            denied(secret, request, request.body() + " ");
            Map<String, List<String>> other = new HashMap<>(request.headers());
            other.put("svix-id", List.of("msg_other"));
            other.remove("Svix-id");
            denied(secret, new Cases.Request("", other, ""), request.body());
            denied(Api.secret(), request, request.body());
        });
        cases.run("endpoint.rotateSecret", () -> {
            String old = secret;
            String key = Api.secret();
            endpoints.rotateSecret(APP, "shop", new EndpointSecretRotateIn().key(key));
            Cases.equal(endpoints.getSecret(APP, "shop").getKey(), key);
            Cases.Request request = cases.request("/shop", send("user.signup", "{\"n\":2}").getId(), 1);
            verify(old, request, request.body());
            verify(key, request, request.body());
            endpoints.rotateSecret(APP, "shop", new EndpointSecretRotateIn());
            secret = endpoints.getSecret(APP, "shop").getKey();
            Cases.expect(!secret.equals(key), "not rotated");
            Cases.refused(422, null, () -> endpoints.rotateSecret(APP, "shop", new EndpointSecretRotateIn().key("whsec_short")));
        });
    }

    private List<MessageAttemptOut> of(String message, MessageAttemptListByMsgOptions options) throws Exception {
        return svix.getMessageAttempt().listByMsg(APP, message, options).getData();
    }

    private List<MessageAttemptOut> of(String message) throws Exception {
        return of(message, new MessageAttemptListByMsgOptions());
    }

    private void attempts() {
        var attempts = svix.getMessageAttempt();
        cases.run("messageAttempt.listByMsg", () -> {
            String id = send("invoice.paid", "{}").getId();
            Cases.eventually("an attempt", () -> !of(id).isEmpty());
            failed = of(id).get(0);
            Cases.expect(failed.getId().startsWith("atmpt_"), failed.getId());
            Cases.equal(failed.getMsgId() + failed.getEndpointId() + failed.getUrl(), id + broken.getId() + cases.url + "/fail");
            Cases.equal(failed.getStatus(), MessageStatus.FAIL);
            Cases.equal(failed.getTriggerType(), MessageAttemptTriggerType.SCHEDULED);
            Cases.equal(failed.getResponseStatusCode() + failed.getResponse(), "500seen");
            MessageAttemptListByMsgOptions passed = new MessageAttemptListByMsgOptions();
            passed.setStatus(MessageStatus.SUCCESS);
            Cases.equal(of(id, passed), List.of());
            MessageAttemptListByMsgOptions codes = new MessageAttemptListByMsgOptions();
            codes.setStatusCodeClass(StatusCodeClass.CODE5XX);
            Cases.expect(!of(id, codes).isEmpty(), "no 500");
            MessageAttemptListByMsgOptions elsewhere = new MessageAttemptListByMsgOptions();
            elsewhere.setEndpointId(shop.getId());
            Cases.equal(of(id, elsewhere), List.of());
            Cases.refused(404, "not_found", () -> attempts.listByMsg(APP, "msg_none"));
        });
        cases.run("messageAttempt.get", () -> {
            Cases.equal(attempts.get(APP, failed.getMsgId(), failed.getId()).getId(), failed.getId());
            Cases.refused(404, "not_found", () -> attempts.get(APP, failed.getMsgId(), "atmpt_none"));
        });
        cases.run("messageAttempt.expungeContent", () -> {
            attempts.expungeContent(APP, failed.getMsgId(), failed.getId());
            Cases.equal(attempts.get(APP, failed.getMsgId(), failed.getId()).getResponse(), "EXPUNGED");
        });
        cases.run("messageAttempt.resend", () -> {
            attempts.resend(APP, first.getId(), "shop");
            Cases.Request request = cases.request("/shop", first.getId(), 2);
            verify(secret, request, request.body());
            Cases.eventually("a manual attempt", () -> {
                List<MessageAttemptOut> found = of(first.getId());
                return found.size() == 2 && found.get(0).getTriggerType() == MessageAttemptTriggerType.MANUAL;
            });
            Cases.refused(404, "not_found", () -> attempts.resend(APP, "msg_none", "shop"));
        });
    }

    private Cases.Page listed(MessageAttemptListByEndpointOptions options) throws Exception {
        var list = svix.getMessageAttempt().listByEndpoint(APP, "shop", options);
        return Cases.Page.of(list.getData(), MessageAttemptOut::getId, list.getDone(), list.getIterator(), list.getPrevIterator());
    }

    private void attemptLists() {
        var attempts = svix.getMessageAttempt();
        cases.run("messageAttempt.listByEndpoint", () -> {
            Cases.eventually("every attempt at the shop",
                () -> listed(new MessageAttemptListByEndpointOptions()).keys().size() == cases.at("/shop").size());
            List<String> falling = Cases.walk(3, (limit, iterator) -> {
                MessageAttemptListByEndpointOptions options = new MessageAttemptListByEndpointOptions();
                options.setLimit(limit);
                options.setIterator(iterator);
                return listed(options);
            });
            Cases.equal(Cases.reversed(falling), falling.stream().sorted().toList());
            MessageAttemptListByEndpointOptions left = new MessageAttemptListByEndpointOptions();
            left.setEventTypes(Set.of("user.left"));
            left.setStatus(MessageStatus.SUCCESS);
            Cases.equal(listed(left).keys().size(), 1);
            Cases.refused(404, "not_found", () -> attempts.listByEndpoint(APP, "ep_none"));
        });
        cases.run("messageAttempt.listAttemptedMessages", () -> {
            List<String> ids = Cases.walk(2, (limit, iterator) -> {
                MessageAttemptListAttemptedMessagesOptions options = new MessageAttemptListAttemptedMessagesOptions();
                options.setLimit(limit);
                options.setIterator(iterator);
                var list = attempts.listAttemptedMessages(APP, "shop", options);
                return Cases.Page.of(list.getData(), EndpointMessageOut::getId, list.getDone(), list.getIterator(), list.getPrevIterator());
            });
            Cases.expect(ids.contains(first.getId()), "" + ids);
            EndpointMessageOut one = attempts.listAttemptedMessages(APP, "broken").getData().get(0);
            Cases.equal(one.getId(), failed.getMsgId());
            Cases.equal(one.getStatus(), MessageStatus.SENDING);
            Cases.expect(one.getNextAttempt() != null, "no next attempt");
        });
        cases.run("messageAttempt.listAttemptedDestinations", () -> {
            var found = attempts.listAttemptedDestinations(APP, failed.getMsgId()).getData();
            Cases.equal(found.size(), 1);
            Cases.equal(found.get(0).getId() + found.get(0).getUid(), broken.getId() + "broken");
            Cases.equal(found.get(0).getStatus(), MessageStatus.FAIL);
        });
    }

    private void examples() {
        var endpoints = svix.getEndpoint();
        cases.run("endpoint.sendExample", () -> {
            String to = endpoints.create(APP, at("/example")).getId();
            String ping = endpoints.sendExample(APP, to, new EventExampleIn().eventType("svix.ping")).getId();
            Cases.equal(Cases.json(cases.request("/example", ping, 1).body()), Cases.json("{\"success\":true}"));
            String sample = endpoints.sendExample(APP, to, new EventExampleIn().eventType("user.signup")).getId();
            Cases.equal(Cases.json(cases.request("/example", sample, 1).body()), Cases.json("{\"sample\":true}"));
            Cases.refused(404, "not_found", () -> endpoints.sendExample(APP, to, new EventExampleIn().eventType("no.such")));
        });
        cases.run("endpoint.getStats", () -> {
            Cases.eventually("the counts", () -> endpoints.getStats(APP, "broken").getFail() > 0);
            Cases.equal(endpoints.getStats(APP, "broken").getSuccess(), 0L);
            EndpointGetStatsOptions future = new EndpointGetStatsOptions();
            future.setSince(OffsetDateTime.now());
            future.setUntil(OffsetDateTime.now().plusHours(48));
            Cases.refused(400, "invalid_range", () -> endpoints.getStats(APP, "shop", future));
        });
    }

    private void recovery() {
        var endpoints = svix.getEndpoint();
        OffsetDateTime since = OffsetDateTime.now().minusHours(1);
        cases.run("endpoint.recover", () -> {
            String id = send("invoice.paid", "{}").getId();
            Cases.eventually("a failed attempt", () -> !of(id).isEmpty());
            task = endpoints.recover(APP, "broken", new RecoverIn().since(since));
            Cases.expect(task.getId().startsWith("qtask_"), task.getId());
            Cases.equal(task.getStatus(), BackgroundTaskStatus.RUNNING);
            Cases.equal(task.getTask(), BackgroundTaskType.ENDPOINT_RECOVER);
            Cases.eventually("a manual attempt",
                () -> of(id).stream().anyMatch(one -> one.getTriggerType() == MessageAttemptTriggerType.MANUAL));
            RecoverIn early = new RecoverIn().since(OffsetDateTime.now().minusDays(15));
            Cases.refused(422, null, () -> endpoints.recover(APP, "broken", early));
        });
        cases.run("backgroundTask.get", () -> {
            var tasks = svix.getBackgroundTask();
            Cases.eventually("the end of the task", () -> tasks.get(task.getId()).getStatus() == BackgroundTaskStatus.FINISHED);
            Cases.refused(404, "not_found", () -> tasks.get("qtask_none"));
        });
        cases.run("backgroundTask.list", () -> {
            var found = svix.getBackgroundTask().list().getData();
            Cases.expect(found.stream().anyMatch(one -> one.getId().equals(task.getId())), "" + found);
        });
        cases.run("endpoint.replayMissing", () -> {
            String late = endpoints.create(APP, at("/late")).getId();
            Cases.equal(endpoints.replayMissing(APP, late, new ReplayIn().since(since)).getTask(), BackgroundTaskType.ENDPOINT_REPLAY);
            cases.request("/late", first.getId(), 1);
        });
        cases.run("endpoint.bulkReplay", () -> {
            BulkReplayIn again = new BulkReplayIn().since(since);
            Cases.equal(endpoints.bulkReplay(APP, "shop", again).getTask(), BackgroundTaskType.ENDPOINT_BULK_REPLAY);
            // The library can't resend, so this is the second time.
            cases.request("/shop", first.getId(), 2);
        });
    }
}
