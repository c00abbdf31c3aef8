"""Events as AWS hands them to a function, of each source."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from signed import BODY, SECRET, standard

from nuncio_webhooks import Event, Receiver, Webhook
from nuncio_webhooks.aws_lambda import lambda_handler

TEXT = BODY.decode()
ENCODED = base64.b64encode(BODY).decode()


def answer_to(event: dict[str, Any], dialect: str = "standard", url: str | None = None) -> tuple[int, list[str | None]]:
    seen: list[str | None] = []

    def take(taken: Event) -> None:
        seen.append(taken.type)

    answer = lambda_handler(Receiver(Webhook(SECRET, dialect), url=url), take)(event, None)
    assert isinstance(answer["body"], str)
    assert isinstance(answer["headers"], dict)
    return answer["statusCode"], seen


def headers(titled: bool = False) -> dict[str, str]:
    signed = standard(BODY, time.time_ns() // 1_000_000)
    return {name.title() if titled else name: value for name, value in signed.items()}


def lists(values: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in values.items()}


@pytest.mark.parametrize("source", ["rest", "rest_base64", "http", "function_url", "load_balancer", "nulls"])
def test_a_genuine_event_is_handed_on(source: str) -> None:
    titled, lower = headers(titled=True), headers()
    http = {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/in", "rawQueryString": ""}
    events: dict[str, dict[str, Any]] = {
        "rest": {"httpMethod": "POST", "headers": titled, "multiValueHeaders": lists(titled), "body": TEXT},
        "rest_base64": {"httpMethod": "POST", "headers": titled, "body": ENCODED, "isBase64Encoded": True},
        "http": {**http, "headers": lower, "body": TEXT, "isBase64Encoded": False},
        "function_url": {**http, "headers": lower, "body": ENCODED, "isBase64Encoded": True},
        "load_balancer": {"httpMethod": "POST", "multiValueHeaders": lists(lower), "body": TEXT},
        "nulls": {"headers": titled, "multiValueHeaders": None, "requestContext": None, "body": TEXT},
    }
    assert answer_to(events[source]) == (204, ["risk.created"])


def test_a_header_that_came_twice_is_refused_although_the_single_values_hide_it() -> None:
    titled = headers(titled=True)
    twice = {**lists(titled), "Webhook-Signature": ["v1,AAAA", titled["Webhook-Signature"]]}
    event = {"httpMethod": "POST", "headers": titled, "multiValueHeaders": twice, "body": TEXT}
    assert answer_to(event) == (401, [])


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"body": TEXT + " "}, 401),
        ({"body": None}, 401),
        ({"body": "%%%%", "isBase64Encoded": True}, 400),
        ({"body": "é", "isBase64Encoded": True}, 400),
        ({"body": "a" * (4 * 1024 * 1024 + 1)}, 413),
        ({"httpMethod": "GET"}, 405),
    ],
)
def test_what_is_not_genuine_is_refused(change: dict[str, Any], status: int) -> None:
    assert answer_to({"httpMethod": "POST", "headers": headers(), "body": TEXT, **change}) == (status, [])


def test_a_handler_that_fails_fails_the_function() -> None:
    def fail(_: Event) -> None:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"):
        lambda_handler(Receiver(Webhook(SECRET)), fail)({"headers": headers(), "body": TEXT}, None)


def test_a_signed_url_is_the_one_that_was_sent_else_the_one_that_is_given() -> None:
    url = "https://hooks.example.com/in/a%20b?b=2&a=%2F"
    signature = base64.b64encode(hmac.new(SECRET.encode(), url.encode() + BODY, hashlib.sha256).digest()).decode()
    signed = {"Host": "hooks.example.com", "X-Square-HmacSha256-Signature": signature}
    http = {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/in/a%20b", "rawQueryString": "b=2&a=%2F"}
    assert answer_to({**http, "headers": signed, "body": TEXT}, "square") == (204, ["risk.created"])
    # A REST API has the query only parsed.
    rest = {"path": "/in/a b", "queryStringParameters": {"b": "2"}, "headers": signed, "body": TEXT}
    with pytest.raises(Exception, match="signs the URL"):
        answer_to(rest, "square")
    assert answer_to(rest, "square", url) == (204, ["risk.created"])
