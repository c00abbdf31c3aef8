"""Starlette and FastAPI: a decorator for endpoints, or a dependency that yields the event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response

from .asgi import target_of
from .event import Event
from .handshake import Answer
from .receiver import BODY_BYTES_MAX, AsyncHandler, Receiver, too_large
from .request import Request, normalize

Endpoint = Callable[[StarletteRequest], Awaitable[Response]]


def webhook_endpoint(receiver: Receiver) -> Callable[[AsyncHandler], Endpoint]:
    """Makes an endpoint of a coroutine function that takes an :class:`~nuncio_webhooks.Event`.

    It gives every answer itself, handshakes included: route ``POST`` to it, and ``OPTIONS`` where the dialect asks so.
    """

    def decorate(handler: AsyncHandler) -> Endpoint:
        async def endpoint(request: StarletteRequest) -> Response:
            read = await _read(request)
            return _response(read if isinstance(read, Answer) else await receiver.handle_async(read, handler))

        endpoint.__name__ = getattr(handler, "__name__", endpoint.__name__)
        endpoint.__doc__ = handler.__doc__
        return endpoint

    return decorate


class WebhookAnswer(HTTPException):
    """Ends a request before its route runs, with the answer to give; :func:`install` gives it exactly."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, answer.body.decode("utf-8"), dict(answer.headers))
        self.answer = answer


def install(app: Starlette) -> None:
    """Lets ``app`` answer as the vendor does where :func:`webhook_event` ends a request."""
    app.add_exception_handler(WebhookAnswer, _answer)


def webhook_event(receiver: Receiver) -> Callable[[StarletteRequest], AsyncIterator[Event]]:
    """A FastAPI dependency: ``event: Event = Depends(webhook_event(receiver))``, after ``install(app)``.

    Refusals, challenges and deliveries that were handled before never reach the route. A route that raises has failed:
    the sender's retry is handled.
    """

    async def event_of(request: StarletteRequest) -> AsyncIterator[Event]:
        read = await _read(request)
        opened: Event | Answer = read if isinstance(read, Answer) else receiver.open(read)
        if isinstance(opened, Answer):
            raise WebhookAnswer(opened)
        try:
            yield opened
        except BaseException:
            receiver.failed(opened)
            raise
        receiver.succeeded(opened)

    return event_of


async def _read(request: StarletteRequest) -> Request | Answer:
    body = await _body(request)
    if body is None:
        return too_large()
    # Not str(request.url), whose path is decoded: the sender signed it as it was configured.
    url = f"{request.url.scheme}://{request.url.netloc}{target_of(request.scope)}"
    return Request(body, normalize(request.headers.items()), request.method, url)


async def _body(request: StarletteRequest) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            return None
    return bytes(body)


async def _answer(_: StarletteRequest, ended: Exception) -> Response:
    if not isinstance(ended, WebhookAnswer):
        raise ended
    return _response(ended.answer)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))
