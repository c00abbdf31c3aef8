"""Messages and attempts, and what a receiver gets: verified with the library's own Webhook."""

import json
from datetime import datetime, timedelta, timezone

from svix.api import (
    ApplicationIn,
    BulkReplayIn,
    EndpointGetStatsOptions,
    EndpointIn,
    EndpointSecretRotateIn,
    EventExampleIn,
    MessageAttemptListAttemptedMessagesOptions,
    MessageAttemptListByEndpointOptions,
    MessageAttemptListByMsgOptions,
    MessageCreateOptions,
    MessageGetOptions,
    MessageIn,
    MessageListOptions,
    MessagePrecheckIn,
    MessageStatus,
    StatusCodeClass,
    RecoverIn,
    ReplayIn,
)
from svix.api.message import message_in_raw
from svix.webhooks import Webhook, WebhookVerificationError

from cases_api import refused, secret
from support import eventually, walk

APP = "delivery"
HOUR = timedelta(hours=1)


def run(context):
    svix, url = context.svix, context.receiver.url
    svix.application.create(ApplicationIn(name="Delivery", uid=APP))
    context.secret = secret()
    context.shop = svix.endpoint.create(
        APP,
        EndpointIn(url=f"{url}/shop", uid="shop", secret=context.secret, event_types=["user.signup", "user.left"]),
    )
    context.broken = svix.endpoint.create(
        APP, EndpointIn(url=f"{url}/fail", uid="broken", event_types=["invoice.paid"])
    )
    messages(context)
    verification(context)
    attempts(context)
    examples(context)
    recovery(context)


def send(context, **more):
    new = MessageIn(**{"event_type": "user.signup", "payload": {"n": 1}, **more})
    # This major version leaves contents out unless asked for.
    return context.svix.message.create(APP, new, MessageCreateOptions(with_content=True))


def now():
    return datetime.now(timezone.utc)


def messages(context):
    case, message, receiver = context.cases.run, context.svix.message, context.receiver

    @case("message.create")
    def _():
        payload = {"email": "a@example.com", "total": 2.5}
        made = send(context, event_id="evt-1", payload=payload, channels=["eu"])
        assert made.id.startswith("msg_")
        assert (made.event_type, made.event_id, made.channels) == ("user.signup", "evt-1", ["eu"])
        assert made.payload == payload
        request = receiver.request("/shop", made.id)
        assert request.headers["content-type"] == "application/json"
        assert json.loads(request.body) == payload
        context.first = made
        with refused(409, "conflict"):
            send(context, event_id="evt-1")
        with refused(422):
            send(context, event_type="no spaces")
        with refused(404, "not_found"):
            message.create("nobody", MessageIn(event_type="user.signup", payload={}))

    @case("message.createWithApplication")
    def _():
        application = ApplicationIn(name="By message", uid="by-message")
        new = MessageIn(event_type="user.signup", payload={}, application=application)
        assert message.create("by-message", new).id.startswith("msg_")
        assert context.svix.application.get("by-message").name == "By message"
        with refused(422):
            message.create("elsewhere", new)

    @case("message.idempotency")
    def _():
        options = MessageCreateOptions(idempotency_key="a-message-of-mine")
        new = MessageIn(event_type="user.left", payload={"n": 1})
        assert message.create(APP, new, options).id == message.create(APP, new, options).id

    @case("message.messageInRaw")
    def _():
        text = '{ "b":2.50,\n  "a" : "\\u00e9" }'
        made = message.create(APP, message_in_raw("user.signup", text))
        request = receiver.request("/shop", made.id)
        assert request.body.decode() == text
        Webhook(context.secret).verify(request.body, request.headers)

    @case("message.get")
    def _():
        full = MessageGetOptions(with_content=True)
        by_id = message.get(APP, context.first.id, full)
        assert by_id == message.get(APP, "evt-1", full)
        assert by_id.payload == {"email": "a@example.com", "total": 2.5}
        assert message.get(APP, "evt-1", MessageGetOptions(with_content=False)).payload == {}
        with refused(404, "not_found"):
            message.get(APP, "msg_none")

    @case("message.list")
    def _():
        def ids(**options):
            return [one.id for one in message.list(APP, MessageListOptions(**options)).data]

        falling = walk(lambda **page: message.list(APP, MessageListOptions(**page)), 2)
        assert falling == sorted(falling, reverse=True)
        assert falling[-1] == context.first.id
        assert ids(channel="eu") == [context.first.id]
        assert len(ids(event_types=["user.left"])) == 1
        assert ids(before=now() - HOUR) == []
        assert ids(after=now() - HOUR) == falling
        with refused(422):
            message.list(APP, MessageListOptions(iterator="app_wrong"))

    @case("message.precheck")
    def _():
        assert message.precheck(APP, MessagePrecheckIn(event_type="user.signup")).active is True
        assert message.precheck(APP, MessagePrecheckIn(event_type="nobody.wants.it")).active is False

    @case("message.expungeContent")
    def _():
        made = send(context, payload={"secret": "x"})
        receiver.request("/shop", made.id)
        message.expunge_content(APP, made.id)
        assert message.get(APP, made.id, MessageGetOptions(with_content=True)).payload == {"expired": True}
        with refused(404, "not_found"):
            message.expunge_content(APP, "msg_none")


def verification(context):
    case, endpoint, receiver = context.cases.run, context.svix.endpoint, context.receiver

    def verify(key, request, **changed):
        headers = {**request.headers, **changed.get("headers", {})}
        Webhook(key).verify(changed.get("body", request.body), headers)

    def denied(*arguments, **changed):
        try:
            verify(*arguments, **changed)
        except WebhookVerificationError:
            return
        raise AssertionError("verified")

    @case("Webhook.verify")
    def _():
        made = send(context)
        request = receiver.request("/shop", made.id)
        verify(context.secret, request)
        assert request.headers["user-agent"].startswith("Svix-Webhooks/")
        denied(context.secret, request, body=request.body + b" ")
        denied(context.secret, request, headers={"svix-id": "msg_other"})
        denied(secret(), request)

    @case("endpoint.rotateSecret")
    def _():
        old, key = context.secret, secret()
        endpoint.rotate_secret(APP, "shop", EndpointSecretRotateIn(key=key))
        assert endpoint.get_secret(APP, "shop").key == key
        request = receiver.request("/shop", send(context).id)
        verify(old, request)
        verify(key, request)
        endpoint.rotate_secret(APP, "shop", EndpointSecretRotateIn())
        context.secret = endpoint.get_secret(APP, "shop").key
        assert context.secret != key
        with refused(422):
            endpoint.rotate_secret(APP, "shop", EndpointSecretRotateIn(key="whsec_short"))


def attempts(context):
    case, attempt, receiver = context.cases.run, context.svix.message_attempt, context.receiver

    @case("messageAttempt.listByMsg")
    def _():
        made = send(context, event_type="invoice.paid")

        def listed(**options):
            return attempt.list_by_msg(APP, made.id, MessageAttemptListByMsgOptions(**options)).data

        first = eventually("an attempt", lambda: listed(with_content=True))[0]
        assert first.id.startswith("atmpt_")
        assert (first.msg_id, first.endpoint_id) == (made.id, context.broken.id)
        assert first.url == f"{receiver.url}/fail"
        assert (first.status, first.status_text, first.trigger_type) == (2, "fail", 0)
        assert (first.response_status_code, first.response) == (500, "seen")
        context.failed = first
        assert listed(status=MessageStatus.SUCCESS) == []
        assert listed(status_code_class=StatusCodeClass.CODE5XX)
        assert listed(endpoint_id=context.shop.id) == []
        with refused(404, "not_found"):
            attempt.list_by_msg(APP, "msg_none")

    @case("messageAttempt.get")
    def _():
        again = attempt.get(APP, context.failed.msg_id, context.failed.id)
        assert (again.id, again.response_status_code) == (context.failed.id, 500)
        with refused(404, "not_found"):
            attempt.get(APP, context.failed.msg_id, "atmpt_none")

    @case("messageAttempt.expungeContent")
    def _():
        attempt.expunge_content(APP, context.failed.msg_id, context.failed.id)
        assert attempt.get(APP, context.failed.msg_id, context.failed.id).response == "EXPUNGED"

    @case("messageAttempt.listByEndpoint")
    def _():
        def listed(**options):
            return attempt.list_by_endpoint(APP, "shop", MessageAttemptListByEndpointOptions(**options))

        broken = attempt.list_by_endpoint(APP, "broken").data
        assert broken and all(one.endpoint_id == context.broken.id for one in broken)
        seen = len([one for one in receiver.requests if one.path == "/shop"])
        eventually("every attempt at the shop", lambda: len(listed(limit=250).data) == seen)
        falling = walk(listed, 3)
        assert falling == sorted(falling, reverse=True)
        assert len(listed(event_types=["user.left"], status=MessageStatus.SUCCESS).data) == 1
        with refused(404, "not_found"):
            attempt.list_by_endpoint(APP, "ep_none")

    @case("messageAttempt.listAttemptedMessages")
    def _():
        def listed(endpoint, **options):
            return attempt.list_attempted_messages(
                APP, endpoint, MessageAttemptListAttemptedMessagesOptions(**options)
            )

        assert context.first.id in walk(lambda **page: listed("shop", **page), 2)
        first = listed("broken").data[0]
        assert (first.id, first.status, first.status_text) == (context.failed.msg_id, 3, "sending")
        assert first.next_attempt > now() - HOUR

    @case("messageAttempt.listAttemptedDestinations")
    def _():
        found = attempt.list_attempted_destinations(APP, context.failed.msg_id).data
        assert [(one.id, one.uid, one.status) for one in found] == [(context.broken.id, "broken", 2)]

    @case("messageAttempt.resend")
    def _():
        attempt.resend(APP, context.first.id, "shop")
        again = receiver.request("/shop", context.first.id, 2)
        Webhook(context.secret).verify(again.body, again.headers)

        def is_manual():
            found = attempt.list_by_msg(APP, context.first.id).data
            return len(found) == 2 and found[0].trigger_type == 1

        eventually("a manual attempt", is_manual)
        with refused(404, "not_found"):
            attempt.resend(APP, "msg_none", "shop")


def examples(context):
    case, endpoint, receiver = context.cases.run, context.svix.endpoint, context.receiver

    @case("endpoint.sendExample")
    def _():
        to = endpoint.create(APP, EndpointIn(url=f"{receiver.url}/example")).id
        ping = endpoint.send_example(APP, to, EventExampleIn(event_type="svix.ping"))
        assert ping.event_type == "svix.ping"
        assert json.loads(receiver.request("/example", ping.id).body) == {"success": True}
        sample = endpoint.send_example(APP, to, EventExampleIn(event_type="user.signup"))
        assert json.loads(receiver.request("/example", sample.id).body) == {"sample": True}
        with refused(404, "not_found"):
            endpoint.send_example(APP, to, EventExampleIn(event_type="no.such"))

    @case("endpoint.getStats")
    def _():
        def counted():
            stats = endpoint.get_stats(APP, "broken")
            return stats if stats.fail > 0 else None

        stats = eventually("the counts", counted)
        assert (stats.success, stats.pending, stats.sending) == (0, 0, 0)
        with refused(400, "invalid_range"):
            endpoint.get_stats(APP, "shop", EndpointGetStatsOptions(since=now(), until=now() + 48 * HOUR))


def recovery(context):
    case, svix, receiver = context.cases.run, context.svix, context.receiver
    since = now() - HOUR

    def of(message):
        return svix.message_attempt.list_by_msg(APP, message).data

    @case("endpoint.recover")
    def _():
        made = send(context, event_type="invoice.paid")
        eventually("a failed attempt", lambda: of(made.id))
        task = svix.endpoint.recover(APP, "broken", RecoverIn(since=since))
        assert task.id.startswith("qtask_")
        assert (task.status, task.task) == ("running", "endpoint.recover")
        eventually("a manual attempt", lambda: any(one.trigger_type == 1 for one in of(made.id)))
        with refused(422):
            svix.endpoint.recover(APP, "broken", RecoverIn(since=now() - 15 * 24 * HOUR))
        context.task = task

    @case("backgroundTask.get")
    def _():
        def finished():
            task = svix.background_task.get(context.task.id)
            return task if task.status == "finished" else None

        done = eventually("the end of the task", finished)
        assert (done.id, done.task) == (context.task.id, "endpoint.recover")
        with refused(404, "not_found"):
            svix.background_task.get("qtask_none")

    @case("backgroundTask.list")
    def _():
        assert context.task.id in [one.id for one in svix.background_task.list().data]

    @case("endpoint.replayMissing")
    def _():
        late = svix.endpoint.create(APP, EndpointIn(url=f"{receiver.url}/late"))
        assert svix.endpoint.replay_missing(APP, late.id, ReplayIn(since=since)).task == "endpoint.replay"
        receiver.request("/late", context.first.id)

    @case("endpoint.bulkReplay")
    def _():
        again = BulkReplayIn(since=since)
        assert svix.endpoint.bulk_replay(APP, "shop", again).task == "endpoint.bulk-replay"
        receiver.request("/shop", context.first.id, 3)
