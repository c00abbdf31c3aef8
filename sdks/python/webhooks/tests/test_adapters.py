"""What every adapter does, asked by HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

import pytest
from servers import ADAPTERS
from signed import BODY, SECRET, challenge_of, hexadecimal, send, standard, versioned

from nuncio_webhooks import Deduplicator, Event, Receiver, Webhook, asgi, wsgi
from nuncio_webhooks.receiver import BODY_BYTES_MAX

Adapter = Callable[[Receiver, Callable[[Event], None]], Any]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture(params=ADAPTERS.values(), ids=ADAPTERS.keys())
def adapter(request: pytest.FixtureRequest) -> Adapter:
    chosen: Adapter = request.param
    return chosen


class Handled(list[Event]):
    """A handler that keeps its events, and fails as often as it is told to."""

    failures = 0

    def __call__(self, event: Event) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the handler fails")
        self.append(event)


@contextmanager
def running(adapter: Adapter, handled: Handled, dialect: str = "standard", **options: Any) -> Iterator[str]:
    receiver = Receiver(Webhook(SECRET, dialect), deduplicator=Deduplicator(), **options)
    with adapter(receiver, handled) as url:
        yield url


def test_a_genuine_event_reaches_the_handler(adapter: Adapter) -> None:
    handled = Handled()
    # Other white space than any serializer writes: the raw body must have come through.
    body = '{ "type":"risk.created",\n"data": {"n": 1.50, "s": "é"}}'.encode()
    with running(adapter, handled) as url:
        status, text, _ = send(url, body, standard(body, now_ms()))
    assert (status, text) == (204, "")
    assert [(event.id, event.type, event.data) for event in handled] == [
        ("evt_1", "risk.created", {"n": 1.5, "s": "é"})
    ]


def test_a_refusal_answers_with_the_published_status_and_text(adapter: Adapter) -> None:
    handled = Handled()
    with running(adapter, handled, "yativo") as url:
        missing = send(url, BODY, {})
        wrong = send(url, BODY, {"X-Webhook-Signature": hexadecimal(BODY + b" ")})
    assert [answer[:2] for answer in (missing, wrong)] == [(400, "Invalid signature"), (401, "Invalid signature")]
    assert wrong[2]["content-type"] == "text/plain; charset=utf-8"
    assert handled == []


def test_a_retry_of_a_handled_delivery_is_answered_but_not_handled(adapter: Adapter) -> None:
    handled = Handled()
    with running(adapter, handled) as url:
        statuses = [send(url, BODY, standard(BODY, now_ms()))[0] for _ in range(3)]
    assert (statuses, len(handled)) == ([204, 204, 204], 1)


def test_a_retry_of_a_failed_delivery_is_handled(adapter: Adapter, caplog: pytest.LogCaptureFixture) -> None:
    handled = Handled()
    handled.failures = 1
    with running(adapter, handled) as url:
        statuses = [send(url, BODY, standard(BODY, now_ms()))[0] for _ in range(2)]
    assert (statuses, len(handled)) == ([500, 204], 1)


def test_a_form_is_verified_from_its_raw_bytes_and_the_public_url(adapter: Adapter) -> None:
    handled = Handled()
    url_given = "https://public.example.com/hooks?tenant=1"
    signed = f"{url_given}CallSidCA1To+1 80".encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha1).digest()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    with running(adapter, handled, "twilio", url=url_given) as url:
        status, _, _ = send(url, b"To=%2B1+80&CallSid=CA1", headers)
    assert status == 204
    assert handled[0].data == {"To": "+1 80", "CallSid": "CA1"}


def test_the_url_is_that_of_the_request(adapter: Adapter) -> None:
    handled = Handled()
    with running(adapter, handled, "square") as url:
        # Encoded as no library would, but as the customer has configured it.
        url = url.replace("/hooks", "/h%6foks?a=1&b=%20")
        mac = hmac.new(SECRET.encode(), url.encode() + BODY, hashlib.sha256)
        signature = base64.b64encode(mac.digest()).decode()
        status, _, _ = send(url, BODY, {"x-square-hmacsha256-signature": signature})
    assert (status, len(handled)) == (204, 1)


def test_a_server_that_tells_no_raw_target_has_it_put_together() -> None:
    environ = {"PATH_INFO": "/a b/\u00c3\u00a9", "QUERY_STRING": "c=%20"}
    assert wsgi.target_of(environ) == "/a%20b/%C3%A9?c=%20"
    assert wsgi.target_of({**environ, "RAW_URI": "/a%20b/%c3%a9"}) == "/a%20b/%c3%a9"
    assert asgi.target_of({"path": "/a b/\u00e9", "query_string": b""}) == "/a%20b/%C3%A9"


def test_a_challenge_is_answered_and_not_handled(adapter: Adapter) -> None:
    handled = Handled()
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw"}).encode()
    with running(adapter, handled, "slack") as url:
        status, text, headers = send(url, body, versioned("X-Slack-Signature", body, now_ms()))
    assert (status, challenge_of(text, "challenge")) == (200, "3eZbrw")
    assert headers["content-type"] == "application/json"
    assert handled == []


def test_an_options_handshake_is_answered(adapter: Adapter) -> None:
    with running(adapter, Handled(), "cloudevents") as url:
        status, _, headers = send(url, b"", {"WebHook-Request-Origin": "nuncio.example.com"}, "OPTIONS")
    assert (status, headers["webhook-allowed-origin"]) == (204, "nuncio.example.com")


def test_a_body_beyond_the_bound_is_refused(adapter: Adapter) -> None:
    with running(adapter, Handled()) as url:
        status = refused_status(url, b"x" * (BODY_BYTES_MAX + 1))
    assert status in (None, 413)


def refused_status(url: str, body: bytes) -> int | None:
    """The status of the answer; ``None`` where the server hung up before it had read the whole body."""
    headers: dict[str, str] = {}
    try:
        return send(url, body, headers)[0]
    except ConnectionError:
        return None
