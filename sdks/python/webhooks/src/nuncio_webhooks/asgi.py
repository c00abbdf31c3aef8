"""A plain ASGI application (ASGI 3, HTTP) that receives events."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, MutableMapping
from typing import Any, Callable
from urllib.parse import quote

from .handshake import Answer
from .receiver import BODY_BYTES_MAX, AsyncHandler, Receiver, too_large
from .request import Request, normalize

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Disconnected(Exception):
    """The sender went away before the whole body had arrived."""


def application(receiver: Receiver, handler: AsyncHandler) -> Application:
    """An application that awaits ``handler`` with every event; what it raises is the server's to report."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"webhooks arrive by HTTP: mount this application for no {scope['type']} scope")
        try:
            body = await _body(receive)
        except Disconnected:
            return
        answer = too_large()
        if body is not None:
            answer = await receiver.handle_async(request_of(scope, body), handler)
        await _send(answer, send)

    return app


def request_of(scope: Scope, body: bytes) -> Request:
    """The request that ``scope`` describes."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    origin = f"{scope.get('scheme', 'http')}://{headers.get(b'host', b'').decode('latin-1')}"
    return Request(body, normalize(scope["headers"]), scope["method"], origin + target_of(scope))


def target_of(scope: Mapping[str, Any]) -> str:
    """Path and query as they were sent, where the server tells; else the path is encoded again."""
    path = (scope.get("raw_path") or quote(scope["path"], safe="/;=,:@!$&'()*+~").encode("ascii")).decode("latin-1")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


async def _body(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            return None
        if not message.get("more_body", False):
            return bytes(body)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode("ascii")))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
