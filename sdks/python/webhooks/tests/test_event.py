"""Where each dialect puts an event's fields, found by rendering vectors: what was published is what comes out."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from signed import BODY, NOW_MS, SECRET, hexadecimal, standard

from nuncio_webhooks import Event, MalformedBody, Webhook, builtin_names
from nuncio_webhooks.dialect import builtin
from nuncio_webhooks.event import parse_body, read_event
from nuncio_webhooks.request import Request
from nuncio_webhooks.verify import Verified

ROOT = Path(__file__).resolve().parents[4]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def rendered() -> list[Any]:
    found = []
    for name in builtin_names():
        file = json.loads((ROOT / "conformance" / f"{name}.json").read_text(encoding="utf-8"))
        for at, vector in enumerate(file["render"]):
            # A tenant's metadata takes the place of fields that this looks for.
            if "body" in vector and "metadata" not in vector["event"]:
                found.append(pytest.param(name, vector, id=f"{name}-{at}"))
    return found


@pytest.mark.parametrize(("dialect", "vector"), rendered())
def test_the_envelope_gives_back_what_was_published(dialect: str, vector: dict[str, Any]) -> None:
    rules = builtin(dialect)
    body = vector["body"].encode("utf-8")
    request = Request(body, ())
    event = read_event(rules, request, parse_body(rules, body), Verified(0, None, None))
    published = vector["event"]
    if not rules.is_form:
        assert event.data == json.loads(published["data"])
    pieces = [piece for member in rules.members for piece in member.value]
    pieces += [instead for piece in pieces for instead in piece.default]
    carried = {piece.text for piece in pieces if piece.kind == "field"}
    assert event.id == (published["id"] if "event_id" in carried else None)
    assert event.type == (published["type"] if "event_type" in carried else None)
    assert event.tenant == (published["tenant"] if "tenant" in carried else None)
    times = [field for field in carried if field.startswith("event_time")]
    step_ms = 1 if times and times[0].endswith("_ms") else 1000
    occurred = EPOCH + timedelta(milliseconds=published["time_ms"] // step_ms * step_ms)
    assert event.time == (occurred if times else None)


def received(dialect: str, body: bytes, headers: dict[str, str]) -> Event:
    return Webhook(SECRET, dialect).verify(body, headers, now_ms=NOW_MS)


def test_standard_has_its_id_in_a_header() -> None:
    event = received("standard", BODY, standard(BODY, NOW_MS))
    assert (event.id, event.type, event.delivery_id) == ("evt_1", "risk.created", None)
    assert event.data == {"id": "risk_1"}
    assert event.payload == json.loads(BODY)
    assert event.time == EPOCH + timedelta(milliseconds=NOW_MS)
    assert event.timestamp == EPOCH + timedelta(seconds=NOW_MS // 1000)
    assert (event.key, event.version, event.tenant) == (0, "v1", None)


def test_a_delivery_id_comes_from_its_header() -> None:
    body = b'{"id":"evt_1","type":"a.b","created_at":"2026-04-03T09:15:00.000Z","data":{}}'
    signature = hexadecimal(body, prefix="sha256=")
    event = received("ventryx", body, {"Ventryx-Signature": signature, "Ventryx-Delivery": "del_1"})
    assert (event.id, event.delivery_id, event.timestamp) == ("evt_1", "del_1", None)


def test_a_body_that_is_the_data_has_the_rest_in_headers() -> None:
    body = b"[1.50,null]"
    headers = {"X-Hub-Signature-256": hexadecimal(body, prefix="sha256=")}
    event = received("github", body, {**headers, "x-github-event": "push", "X-GitHub-Delivery": "9d1c"})
    assert (event.type, event.delivery_id, event.id, event.data) == ("push", "9d1c", None, [1.5, None])


def test_cloudevents_in_binary_mode_names_the_tenant_in_its_source() -> None:
    headers = {
        "Authorization": f"Bearer {SECRET}",
        "ce-id": "evt_1",
        "ce-type": "a.b",
        "ce-source": "/tenants/org_1",
        "ce-time": "2026-04-26T12:34:56.123Z",
    }
    event = received("cloudevents-binary", b'{"a":1}', headers)
    assert (event.id, event.type, event.tenant, event.data) == ("evt_1", "a.b", "org_1", {"a": 1})
    assert event.time == EPOCH + timedelta(milliseconds=NOW_MS)


def test_a_form_is_a_flat_map() -> None:
    dialect = builtin("twilio")
    body = b"To=%2B1+80&From=%C3%A9&To=last"
    assert parse_body(dialect, body) == {"To": "last", "From": "é"}


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"a":NaN}', b"[" * 100_000, b"[]", b'"text"', b'{"type":1}', b'{"timestamp":"soon"}'],
)
def test_a_genuine_body_of_another_form_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody) as refused:
        received("standard", body, standard(body, NOW_MS))
    assert (refused.value.code, refused.value.status, refused.value.text) == ("malformed_body", 400, "Invalid body")


def test_a_request_without_a_body_is_answered_as_one_without_a_signature() -> None:
    for dialect, status in [("yativo", 400), ("ventryx", 401)]:
        with pytest.raises(MalformedBody, match="it is empty") as refused:
            Webhook(SECRET, dialect).verify(b"", {})
        assert (refused.value.status, refused.value.text) == (status, "Invalid signature")


def test_a_custom_dialect_is_data() -> None:
    data: dict[str, Any] = {
        "name": "acme",
        "secret": {"chosen_by": "server", "key": "utf8", "format": "hex", "bytes": 32},
        "header": [{"name": "Acme-Id", "value": [{"text": "event:"}, "event_id", {"text": "/"}, "tenant"]}],
        "signature": {
            "header": "Acme-Signature",
            "grammar": "bare",
            "rotation": "one",
            "content": ["body"],
            "scheme": [{"algorithm": "hmac-sha256", "output": "hex"}],
        },
        "body": {"format": "json", "members": [{"name": "payload", "members": [{"name": "d", "value": "data"}]}]},
    }
    body = b'{"payload":{"d":7}}'
    headers: list[tuple[str, str]] = [("ACME-ID", "event:e_1/org"), ("acme-signature", hexadecimal(body))]
    event = Webhook(SECRET, data).verify(body, headers, now_ms=NOW_MS)
    assert (event.id, event.tenant, event.data, event.dialect) == ("e_1", "org", 7, "acme")
