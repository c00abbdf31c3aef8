"""AWS Lambda behind API Gateway (REST or HTTP API), a function URL or a load balancer, and what speaks like them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Callable

from .errors import MalformedBody
from .handshake import Answer
from .receiver import BODY_BYTES_MAX, Handler, Receiver, refuse, too_large
from .request import Request, Value, normalize

LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any]]


def lambda_handler(receiver: Receiver, handler: Handler) -> LambdaHandler:
    """A function for Lambda that calls ``handler`` with every event. What it raises goes on to Lambda, which answers
    502, so that the sender tries again.

    Give ``Receiver`` the ``url`` if the dialect signs it: an event of a REST API or a load balancer no longer has the
    query as it was sent.
    """

    def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        try:
            request = request_of(event)
        except MalformedBody as refusal:
            return _result(refuse(refusal))
        return _result(too_large() if len(request.body) > BODY_BYTES_MAX else receiver.handle(request, handler))

    return handle


def request_of(event: Mapping[str, Any]) -> Request:
    """The request that an event of Lambda describes.

    :raises MalformedBody: where the body is said to be base64 and is not.
    """
    headers = normalize(_headers(event))
    http = (event.get("requestContext") or {}).get("http") or {}
    method = event.get("httpMethod") or http.get("method") or "POST"
    return Request(_body(event), headers, method, _url(event, headers))


def _headers(event: Mapping[str, Any]) -> dict[str, Value | list[Value]]:
    """Where a name is in both maps, the list holds every value; the other only the last."""
    lists = event.get("multiValueHeaders") or {}
    listed = {name.lower() for name in lists}
    values = event.get("headers") or {}
    return {**lists, **{name: value for name, value in values.items() if name.lower() not in listed}}


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedBody("`isBase64Encoded` is true, and it is not valid base64") from None


def _url(event: Mapping[str, Any], headers: tuple[tuple[str, str], ...]) -> str | None:
    """The URL as it was sent, where the event still has it."""
    host = next((value for name, value in headers if name.lower() == "host"), None)
    query = event.get("rawQueryString")
    is_parsed = query is None and (event.get("queryStringParameters") or event.get("multiValueQueryStringParameters"))
    if host is None or is_parsed:
        return None
    path = event.get("rawPath") or (event.get("requestContext") or {}).get("path") or event.get("path") or ""
    return f"https://{host}{path}{'?' + query if query else ''}"


def _result(answer: Answer) -> dict[str, Any]:
    return {"statusCode": answer.status, "headers": dict(answer.headers), "body": answer.body.decode("utf-8")}
