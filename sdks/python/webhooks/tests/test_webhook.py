"""Setting up a receiver, rotation, refusals."""

from __future__ import annotations

import hmac
from typing import Any

import pytest
from signed import BODY, NOW_MS, OLD_SECRET, SECRET, hexadecimal, standard

from nuncio_webhooks import (
    BadSignature,
    ConfigurationError,
    DialectError,
    MalformedHeader,
    MissingHeader,
    SecretError,
    TooNew,
    TooOld,
    Webhook,
    WebhookVerificationError,
    ed25519,
)

PUBLIC_KEY = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="


@pytest.mark.parametrize("secrets", ["", [], [""], [SECRET, ""], None])
def test_a_receiver_without_a_secret_is_refused(secrets: Any) -> None:
    with pytest.raises(SecretError, match="give the one that was shown"):
        Webhook(secrets)


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("short", "5 bytes: it must have 8 to 256"),
        ("whsec_%%%%%%%%", "copy it whole"),
        ("whsec_AAAA", "holds 3 bytes"),
        ("a secret with a\nline", "line break"),
        ("whpk_AAAA", "no valid ed25519 key"),
        ("whpk_" + "A" * 43 + "=", "no valid ed25519 key"),
    ],
)
def test_an_unusable_secret_is_refused_with_what_to_do(secret: str, message: str) -> None:
    with pytest.raises(SecretError, match=message) as refused:
        Webhook(secret)
    assert secret not in str(refused.value)


def test_an_unknown_dialect_names_those_that_exist() -> None:
    with pytest.raises(DialectError, match="`nope`.*standard, inviolet"):
        Webhook(SECRET, "nope")
    with pytest.raises(DialectError, match="nothing to verify"):
        Webhook(SECRET, {"name": "open", "unsigned": True})
    with pytest.raises(DialectError, match="`half` is incomplete"):
        Webhook(SECRET, {"name": "half", "signature": {"header": "X"}})


def test_both_secrets_of_a_rotation_are_accepted() -> None:
    webhook = Webhook([SECRET, OLD_SECRET])
    assert webhook.verify(BODY, standard(BODY, NOW_MS), now_ms=NOW_MS).key == 0
    assert webhook.verify(BODY, standard(BODY, NOW_MS, secret=OLD_SECRET), now_ms=NOW_MS).key == 1
    with pytest.raises(BadSignature):
        Webhook(SECRET).verify(BODY, standard(BODY, NOW_MS, secret=OLD_SECRET), now_ms=NOW_MS)


def refusal(dialect: str, headers: dict[str, str], now_ms: int = NOW_MS) -> WebhookVerificationError:
    with pytest.raises(WebhookVerificationError) as refused:
        Webhook(SECRET, dialect).verify(BODY, headers, now_ms=now_ms)
    return refused.value


GOOD = standard(BODY, NOW_MS)


@pytest.mark.parametrize(
    ("kind", "code", "headers", "now_ms", "message"),
    [
        (MissingHeader, "missing_header", {}, NOW_MS, "the header `webhook-signature` is missing"),
        (
            MalformedHeader,
            "malformed_header",
            {**GOOD, "webhook-timestamp": "soon"},
            NOW_MS,
            "the header `webhook-timestamp` is malformed: its time is not a number in the right format",
        ),
        (
            BadSignature,
            "bad_signature",
            {**GOOD, "webhook-id": "evt_2"},
            NOW_MS,
            "no signature in `webhook-signature` matches the request",
        ),
        (
            TooOld,
            "too_old",
            GOOD,
            NOW_MS + 301_000,
            "the request was signed 301 s ago, more than the 300 s that are allowed",
        ),
        (
            TooNew,
            "too_new",
            GOOD,
            NOW_MS - 301_000,
            "the request was signed 301 s in the future, more than the 300 s that are allowed",
        ),
    ],
)
def test_a_refusal_has_a_kind_a_code_and_a_message(
    kind: type[WebhookVerificationError], code: str, headers: dict[str, str], now_ms: int, message: str
) -> None:
    refused = refusal("standard", headers, now_ms)
    assert type(refused) is kind
    assert (refused.code, str(refused)) == (code, message)


@pytest.mark.parametrize(
    ("dialect", "header", "missing", "invalid"),
    [
        ("yativo", "X-Webhook-Signature", 400, 401),
        ("ventryx", "Ventryx-Signature", 401, 401),
        ("inviolet", "inviolet-signature", 401, 401),
    ],
)
def test_a_refusal_answers_as_the_vendor_publishes(dialect: str, header: str, missing: int, invalid: int) -> None:
    refused = refusal(dialect, {})
    assert (refused.status, refused.text) == (missing, "Invalid signature")
    timed = {"inviolet-timestamp": str(NOW_MS)}
    refused = refusal(dialect, {header: "sha256=00", **timed})
    assert (refused.status, refused.text, refused.code) == (invalid, "Invalid signature", "bad_signature")


def test_the_window_can_be_narrowed_and_widened() -> None:
    headers = standard(BODY, NOW_MS)
    assert Webhook(SECRET, tolerance_s=600).verify(BODY, headers, now_ms=NOW_MS + 600_000)
    with pytest.raises(TooOld):
        Webhook(SECRET, tolerance_s=10).verify(BODY, headers, now_ms=NOW_MS + 11_000)
    with pytest.raises(ConfigurationError, match="leave `tolerance_s` out"):
        Webhook(SECRET, "yativo", tolerance_s=10)
    with pytest.raises(ConfigurationError, match="`tolerance_s` is -1"):
        Webhook(SECRET, tolerance_s=-1)


def test_a_dialect_that_signs_the_url_wants_it() -> None:
    with pytest.raises(ConfigurationError, match="`square` signs the URL: give `url`"):
        Webhook(SECRET, "square").verify(BODY, {"x-square-hmacsha256-signature": "x"})


def test_headers_come_in_every_shape() -> None:
    good = standard(BODY, NOW_MS)
    webhook = Webhook(SECRET)
    for headers in [
        good,
        list(good.items()),
        {name.upper(): [value] for name, value in good.items()},
        [(name.encode(), value.encode()) for name, value in good.items()],
    ]:
        assert webhook.verify(BODY, headers, now_ms=NOW_MS).id == "evt_1"


def test_a_body_that_was_decoded_is_refused_before_it_is_compared() -> None:
    with pytest.raises(TypeError, match="raw bytes"):
        Webhook(SECRET).verify("{}", {})  # type: ignore[arg-type]


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    real = hmac.compare_digest

    def spy(expected: bytes, found: bytes) -> bool:
        compared.append(found)
        return real(expected, found)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    Webhook(SECRET, "yativo").verify(b"{}", {"X-Webhook-Signature": hexadecimal(b"{}")})
    assert compared == [hexadecimal(b"{}").encode()]


def test_secrets_are_never_shown() -> None:
    webhook = Webhook("correct-horse-battery-staple")
    assert "horse" not in repr(webhook) + repr(vars(webhook))


def test_key_pairs_without_their_package_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(SecretError, match=r"install `nuncio-webhooks\[ed25519\]`"):
        Webhook(PUBLIC_KEY)
    Webhook(SECRET)


def test_a_point_of_small_order_verifies_nothing() -> None:
    key = ed25519.PublicKey(bytes(31) + b"\x80")
    assert not key.verifies(b"\x01" + bytes(63), b"anything")
