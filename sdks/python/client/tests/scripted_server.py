"""A server on a real socket that answers from a script, and a client of it on a clock that stands still."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from nuncio_client import Nuncio

NOW_S = 1767323045.0
"""2026-01-02T03:04:05Z."""


@dataclass
class Scripted:
    """One answer of a script; `broken` closes the connection in its place, `silent` never answers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    instead: str | None = None


@dataclass
class Received:
    """A request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    port: int


class Clock:
    """Time only moves by the client's waits, which it notes."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> float:
        return NOW_S

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def random(self) -> float:
        return 0.0


@dataclass
class Scene:
    """A client, and what its server has received."""

    client: Nuncio
    clock: Clock
    received: list[Received]
    base_url: str


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        port = self.client_address[1]
        server.received.append(Received(self.command, self.path, headers, body, port))
        scripted = server.script.pop(0) if server.script else Scripted(418)
        if scripted.instead == "silent":
            server.stopped.wait()
        if scripted.instead is not None:
            self.close_connection = True
            return
        content = scripted.body if isinstance(scripted.body, bytes) else json.dumps(scripted.body).encode()
        content = b"" if scripted.body is None else content
        self.send_response(scripted.status)
        if scripted.status != 204:
            self.send_header("content-length", str(len(content)))
        for name, value in scripted.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, *_: Any) -> None:
        """Tests say nothing unless they fail."""
