"""The same receiver behind every framework, each on a real socket of 127.0.0.1."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

import django
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.urls import path
from fastapi import Depends, FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.routing import Route
from werkzeug.serving import WSGIRequestHandler, make_server

import nuncio_webhooks.asgi
import nuncio_webhooks.django
import nuncio_webhooks.flask
import nuncio_webhooks.starlette
import nuncio_webhooks.wsgi
from nuncio_webhooks import Event, Receiver

Handle = Callable[[Event], None]
METHODS = ["POST", "OPTIONS"]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="for tests alone",
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
)
django.setup()
urlpatterns: list = []


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Tests have their own report."""


@contextmanager
def wsgi(app: Any) -> Iterator[str]:
    """The URL of a WSGI application that runs until the end of the block."""
    server = make_server("127.0.0.1", 0, app, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def asgi(app: Any) -> Iterator[str]:
    """The URL of an ASGI application that runs until the end of the block."""
    # Connections queue from here on, so nobody has to wait until the server has started.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="critical"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hooks"
        finally:
            server.should_exit = True
            thread.join()


def raw_wsgi(receiver: Receiver, handle: Handle) -> Any:
    return wsgi(nuncio_webhooks.wsgi.application(receiver, handle))


def raw_asgi(receiver: Receiver, handle: Handle) -> Any:
    async def handler(event: Event) -> None:
        handle(event)

    return asgi(nuncio_webhooks.asgi.application(receiver, handler))


def flask(receiver: Receiver, handle: Handle) -> Any:
    app = Flask(__name__)

    @app.route("/hooks", methods=METHODS)
    @nuncio_webhooks.flask.webhook_view(receiver)
    def hook(event: Event) -> None:
        handle(event)

    return wsgi(app)


def starlette(receiver: Receiver, handle: Handle) -> Any:
    @nuncio_webhooks.starlette.webhook_endpoint(receiver)
    async def hook(event: Event) -> None:
        handle(event)

    return asgi(Starlette(routes=[Route("/hooks", hook, methods=METHODS)]))


def fastapi(receiver: Receiver, handle: Handle) -> Any:
    app = FastAPI()

    @app.api_route("/hooks", methods=METHODS)
    @nuncio_webhooks.starlette.webhook_endpoint(receiver)
    async def hook(event: Event) -> None:
        handle(event)

    return asgi(app)


def fastapi_dependency(receiver: Receiver, handle: Handle) -> Any:
    app = FastAPI()
    nuncio_webhooks.starlette.install(app)
    event_of = Depends(nuncio_webhooks.starlette.webhook_event(receiver))

    @app.api_route("/hooks", methods=METHODS, status_code=204)
    async def hook(event: Any = event_of) -> None:
        handle(event)

    return asgi(app)


def django_view(receiver: Receiver, handle: Handle) -> Any:
    @nuncio_webhooks.django.webhook_view(receiver)
    def hook(_: Any, event: Event) -> None:
        handle(event)

    urlpatterns[:] = [path("hooks", hook)]
    _forget_routes()
    return wsgi(get_wsgi_application())


def django_async_view(receiver: Receiver, handle: Handle) -> Any:
    @nuncio_webhooks.django.webhook_view(receiver)
    async def hook(_: Any, event: Event) -> None:
        handle(event)

    urlpatterns[:] = [path("hooks", hook)]
    _forget_routes()
    return asgi(get_asgi_application())


def _forget_routes() -> None:
    from django.urls import clear_url_caches

    clear_url_caches()


ADAPTERS: dict[str, Callable[[Receiver, Handle], Any]] = {
    adapter.__name__: adapter
    for adapter in [
        raw_wsgi,
        raw_asgi,
        flask,
        starlette,
        fastapi,
        fastapi_dependency,
        django_view,
        django_async_view,
    ]
}
