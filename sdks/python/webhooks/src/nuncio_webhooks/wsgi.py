"""A plain WSGI application (PEP 3333) that receives events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote
from wsgiref.util import application_uri

from .handshake import Answer
from .receiver import BODY_BYTES_MAX, Handler, Receiver, too_large
from .request import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def application(receiver: Receiver, handler: Handler) -> WSGIApplication:
    """An application that calls ``handler`` with every event; what it raises is the server's to report."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = _body(environ)
        if body is None:
            return _send(too_large(), start_response)
        return _send(receiver.handle(request_of(environ, body), handler), start_response)

    return app


def request_of(environ: WSGIEnvironment, body: bytes) -> Request:
    """The request that ``environ`` describes; ``body`` was read from its ``wsgi.input``."""
    origin = application_uri({**environ, "SCRIPT_NAME": ""}).rstrip("/")
    return Request(body, tuple(_headers(environ)), environ["REQUEST_METHOD"], origin + target_of(environ))


def target_of(environ: WSGIEnvironment) -> str:
    """Path and query as they were sent, where the server tells; else put together again from what it decoded, which can
    differ in what is percent-encoded.
    """
    for name in ("RAW_URI", "REQUEST_URI"):
        target = environ.get(name, "")
        if isinstance(target, str) and target.startswith("/"):
            return target
    path = quote(
        environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), safe="/;=,:@!$&'()*+~", encoding="latin-1"
    )
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _headers(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-"), value
        elif name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield name.replace("_", "-"), value


def _body(environ: WSGIEnvironment) -> bytes | None:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    headers = [*answer.headers]
    if answer.status != HTTPStatus.NO_CONTENT:
        headers.append(("Content-Length", str(len(answer.body))))
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
    return [answer.body]
