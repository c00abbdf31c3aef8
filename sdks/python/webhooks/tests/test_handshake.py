"""Challenges are answered as each dialect says, and only where they are genuine."""

from __future__ import annotations

import json
import time
from typing import Any

from signed import OLD_SECRET, SECRET, hexadecimal, versioned

from nuncio_webhooks import Answer, Event, Receiver, Request, Webhook

HEADERS = {"slack": "X-Slack-Signature", "zoom": "x-zm-signature"}


def ask(dialect: str, payload: dict[str, Any], signed_with: str = SECRET) -> Any:
    body = json.dumps(payload).encode()
    headers = versioned(HEADERS[dialect], body, time.time_ns() // 1_000_000, signed_with)
    return Receiver(Webhook([SECRET, OLD_SECRET], dialect)).open(Request(body, tuple(headers.items())))


def test_an_echo_gives_the_challenge_back() -> None:
    answer = ask("slack", {"token": "added", "type": "url_verification", "challenge": "3eZbrw"})
    assert isinstance(answer, Answer)
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "3eZbrw"})


def test_a_crc_signs_the_challenge_with_the_key_that_signed_the_request() -> None:
    for secret in [SECRET, OLD_SECRET]:
        payload = {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8"}, "event_ts": 1}
        answer = ask("zoom", payload, secret)
        assert isinstance(answer, Answer)
        expected = {"plainToken": "qgg8", "encryptedToken": hexadecimal(b"qgg8", secret)}
        assert json.loads(answer.body) == expected


def test_an_event_is_no_challenge() -> None:
    assert isinstance(ask("slack", {"type": "event_callback", "challenge": "x", "event": {}}), Event)
    assert isinstance(ask("slack", {"type": "url_verification", "challenge": 7, "event": {}}), Event)
    assert isinstance(ask("zoom", {"event": "meeting.started", "payload": {"plainToken": "x"}}), Event)
    assert isinstance(ask("zoom", {"payload": {"plainToken": "x"}}), Event)


def test_a_forged_challenge_is_refused() -> None:
    answer = ask("slack", {"type": "url_verification", "challenge": "x"}, "another secret")
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (401, b"Invalid signature")


def options(origin: str | None, allowed: list[str] | None = None, dialect: str = "cloudevents") -> Answer:
    headers = (("webhook-request-origin", origin),) if origin else ()
    receiver = Receiver(Webhook(SECRET, dialect), allowed_origins=allowed)
    answer = receiver.open(Request(b"", headers, "OPTIONS"))
    assert isinstance(answer, Answer)
    return answer


def test_options_allows_the_sender() -> None:
    answer = options("nuncio.example.com")
    assert (answer.status, dict(answer.headers)["WebHook-Allowed-Origin"]) == (204, "nuncio.example.com")
    assert options("nuncio.example.com", ["nuncio.example.com"]).status == 204


def test_options_refuses_other_senders_and_other_dialects() -> None:
    assert options("evil.example.com", ["nuncio.example.com"]).status == 403
    assert options(None).status == 403
    assert options("nuncio.example.com", dialect="standard").status == 405
