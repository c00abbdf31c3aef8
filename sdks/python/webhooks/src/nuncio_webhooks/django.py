"""Django: a decorator for views, sync or async."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from . import asgi, wsgi
from .event import Event
from .handshake import Answer
from .receiver import BODY_BYTES_MAX, Receiver, received, too_large
from .request import Request, normalize

View = Callable[..., Any]


def webhook_view(receiver: Receiver) -> Callable[[View], View]:
    """Makes a view of a function that takes the request, the :class:`~nuncio_webhooks.Event`, and the URL's parameters.

    The signature takes the place of Django's CSRF token. A function that returns nothing answers 204. One that raises,
    or answers 400 or more, has failed: the sender's retry is handled.
    """

    def decorate(function: View) -> View:
        @wraps(function)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            opened = _open(receiver, request)
            if isinstance(opened, Answer):
                return _response(opened)
            try:
                return _end(receiver, opened, function(request, opened, *args, **kwargs))
            except BaseException:
                receiver.failed(opened)
                raise

        @wraps(function)
        async def async_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            opened = _open(receiver, request)
            if isinstance(opened, Answer):
                return _response(opened)
            try:
                return _end(receiver, opened, await function(request, opened, *args, **kwargs))
            except BaseException:
                receiver.failed(opened)
                raise

        chosen: View = async_view if iscoroutinefunction(function) else view
        # What `csrf_exempt` sets; before Django 5 that decorator made async views sync.
        chosen.csrf_exempt = True  # type: ignore[attr-defined]
        return chosen

    return decorate


def _open(receiver: Receiver, request: HttpRequest) -> Event | Answer:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
        return too_large()
    headers = normalize(request.headers.items())
    return receiver.open(Request(request.body, headers, request.method or "", _url(request)))


def _url(request: HttpRequest) -> str:
    # Not build_absolute_uri(), which encodes the path again: the sender signed it as it was configured.
    scope = getattr(request, "scope", None)
    target = wsgi.target_of(request.META) if scope is None else asgi.target_of(scope)
    return f"{request.scheme}://{request.get_host()}{target}"


def _end(receiver: Receiver, event: Event, result: HttpResponseBase | None) -> HttpResponseBase:
    response = _response(received()) if result is None else result
    (receiver.succeeded if response.status_code < 400 else receiver.failed)(event)
    return response


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    del response["Content-Type"]
    if answer.body:
        # Servers that keep the connection would leave the sender waiting for the end.
        response["Content-Length"] = str(len(answer.body))
    for name, value in answer.headers:
        response[name] = value
    return response
