"""Every conformance vector that concerns a receiver."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nuncio_webhooks import SecretError, Webhook, WebhookVerificationError, builtin_names
from nuncio_webhooks.dialect import builtin

ROOT = Path(__file__).resolve().parents[4]


def vectors(section: str) -> list[Any]:
    found = []
    for name in builtin_names():
        file = json.loads((ROOT / "conformance" / f"{name}.json").read_text(encoding="utf-8"))
        for at, vector in enumerate(file[section]):
            found.append(pytest.param(name, vector, id=f"{name}-{section}-{at}"))
    return found


@pytest.mark.parametrize(("dialect", "vector"), vectors("verify"))
def test_verify(dialect: str, vector: dict[str, Any]) -> None:
    expected = vector["expect"]
    if not vector["secrets"]:
        with pytest.raises(SecretError):
            Webhook([], dialect)
        return
    accepted, refused = answer(dialect, vector)
    if "accept" in expected:
        assert refused is None
        wanted = expected["accept"]
        assert accepted == (wanted["key"], wanted.get("version"), wanted.get("timestamp_ms"))
    else:
        assert refused is not None, "it was accepted"
        assert refused.code == expected["refuse"]
        if "header" in expected:
            assert getattr(refused, "header", None) == expected["header"]


def answer(dialect: str, vector: dict[str, Any]) -> tuple[Any, Any]:
    webhook = Webhook(vector["secrets"], dialect)
    try:
        verified = webhook.verify_signature(
            vector["body"].encode("utf-8") * vector.get("body_repeat", 1),
            vector["headers"],
            method=vector["method"],
            url=vector["url"],
            now_ms=vector["now_ms"],
        )
    except WebhookVerificationError as refused:
        return None, refused
    return (verified.key, verified.version, verified.timestamp_ms), None


# What a sender refuses to register, a receiver may still hold: what that refuses is in `receivers/`.
TAKEN = [vector for vector in vectors("secrets") if vector.values[1]["expect"] == "accept"]


@pytest.mark.parametrize(("dialect", "vector"), TAKEN)
def test_a_secret_that_may_be_registered_is_taken(dialect: str, vector: dict[str, Any]) -> None:
    assert Webhook(vector["secret"], dialect).dialect.name == dialect


def is_whole(dialect: str, vector: dict[str, Any]) -> bool:
    """Some vectors name only a few of a request's headers, or a key that is shorter than any secret."""
    names = {name.lower() for name, _ in vector["headers"]}
    return "secrets" in vector and all(one.header.lower() in names for one in builtin(dialect).signatures)


SENT = [vector for vector in vectors("sign") if is_whole(*vector.values)]


@pytest.mark.parametrize(("dialect", "vector"), SENT)
def test_what_a_sender_sends_is_accepted(dialect: str, vector: dict[str, Any]) -> None:
    webhook = Webhook(vector["secrets"], dialect)
    assert webhook.verify_signature(
        vector["body"].encode("utf-8"),
        vector["headers"],
        method=vector["method"],
        url=vector["url"],
        now_ms=vector["timestamp_ms"],
    )


def test_the_dialects_are_those_of_the_project() -> None:
    copy = Path(__file__).resolve().parents[1] / "src" / "nuncio_webhooks" / "dialects.json"
    assert copy.read_bytes() == (ROOT / "sdks" / "dialects.json").read_bytes()
