"""What the project's vectors for receivers say: times, header maps, URLs, members that a dialect doesn't name."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from nuncio_webhooks import SecretError, Webhook, WebhookVerificationError

FOLDER = Path(__file__).resolve().parents[4] / "conformance" / "receivers"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def read(name: str) -> dict[str, Any]:
    file: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return file


REQUESTS = read("requests.json")
DIALECTS = {dialect["name"]: dialect for dialect in REQUESTS["dialects"]}
VECTORS = [*REQUESTS["requests"], *read("header-maps.json")["requests"]]


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{v['dialect']}-{v['case']}-{at}" for at, v in enumerate(VECTORS)])
def test_a_request_is_judged_and_read_as_the_vector_says(vector: dict[str, Any]) -> None:
    assert answer_to(vector) == vector["expect"], vector["name"]


def answer_to(vector: dict[str, Any]) -> dict[str, Any]:
    headers = vector["headers"]
    before = vector.get("before")
    if before:
        headers = {**headers, before["header"]: before["text"] * before["times"] + headers[before["header"]]}
    webhook = Webhook(vector["secrets"], DIALECTS.get(vector["dialect"], vector["dialect"]))
    body = vector["body"].encode("utf-8") + b" " * vector.get("blanks_after_body", 0)
    try:
        event = webhook.verify(body, headers, method=vector["method"], url=vector["url"], now_ms=vector["now_ms"])
    except WebhookVerificationError as refused:
        header = {"header": getattr(refused, "header", None)} if "header" in vector["expect"] else {}
        return {"refuse": refused.code, **header}
    found = {**vars(event), "time_ms": unix_ms(event.time), "timestamp_ms": unix_ms(event.timestamp)}
    return {"event": {name: found[name] for name in vector["expect"].get("event", {})}}


def unix_ms(time: datetime | None) -> int | None:
    return None if time is None else (time - EPOCH) // timedelta(milliseconds=1)


SECRETS = read("secrets.json")["secrets"]


@pytest.mark.parametrize("row", SECRETS, ids=[str(at) for at in range(len(SECRETS))])
def test_a_secret_is_taken_or_refused_as_the_vector_says(row: dict[str, str]) -> None:
    if row["expect"] == "accept":
        Webhook(row["secret"], row["dialect"])
        return
    with pytest.raises(SecretError) as refused:
        Webhook(row["secret"], row["dialect"])
    assert row["says"] in str(refused.value)
    assert len(row["secret"]) <= 8 or row["secret"] not in str(refused.value)


def test_header_values_may_be_bytes_or_numbers() -> None:
    signature = hmac.new(b"whsec_12345678", b"{}", hashlib.sha256).hexdigest()
    headers: dict[str, Any] = {
        "X-GitHub-Event": b"push",
        "X-GitHub-Delivery": 7,
        "x-hub-signature-256": [bytearray(f"sha256={signature}", "ascii")],
    }
    event = Webhook("whsec_12345678", "github").verify(b"{}", headers)
    assert (event.type, event.delivery_id) == ("push", "7")
