"""Flask: a decorator for view functions."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable

from flask import Response, make_response, request

from .event import Event
from .handshake import Answer
from .receiver import BODY_BYTES_MAX, Receiver, received, too_large
from .request import Request, normalize
from .wsgi import target_of

View = Callable[..., Any]


def webhook_view(receiver: Receiver) -> Callable[[View], View]:
    """Makes a view of a function that takes an :class:`~nuncio_webhooks.Event` before the parameters of its URL.

    Give the route the methods that the dialect uses: ``["POST"]``, with ``"OPTIONS"`` where it asks so. A function that
    returns nothing answers 204. One that raises, or answers 400 or more, has failed: the sender's retry is handled.
    """

    def decorate(function: View) -> View:
        @wraps(function)
        def view(*args: Any, **kwargs: Any) -> Response:
            opened = _open(receiver)
            if isinstance(opened, Answer):
                return _response(opened)
            try:
                result = function(opened, *args, **kwargs)
                response = _response(received()) if result is None else make_response(result)
            except BaseException:
                receiver.failed(opened)
                raise
            (receiver.succeeded if response.status_code < 400 else receiver.failed)(opened)
            return response

        # Flask would answer OPTIONS itself, and the handshake would never arrive.
        view.provide_automatic_options = False  # type: ignore[attr-defined]
        return view

    return decorate


def _open(receiver: Receiver) -> Event | Answer:
    if (request.content_length or 0) > BODY_BYTES_MAX:
        return too_large()
    # Read before anything parses: Werkzeug would consume a form's body.
    body = request.get_data(cache=True, parse_form_data=False)
    # Not request.url, which is decoded: the sender signed it as it was configured.
    url = f"{request.scheme}://{request.host}{target_of(request.environ)}"
    return receiver.open(Request(body, normalize(request.headers.items()), request.method, url))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, list(answer.headers))
