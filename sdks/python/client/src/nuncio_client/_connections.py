"""HTTP over connections that are kept for the next request. Safe to use from several threads."""

from __future__ import annotations

import http.client
import queue
import ssl
from dataclasses import dataclass
from typing import Mapping
from urllib.parse import urlsplit

from .errors import InvalidCallError

IDLE_MAX = 8
"""More threads than that at once still work: their connections are closed after use."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connections:
    """Connections to one server."""

    def __init__(self, base_url: str, context: ssl.SSLContext | None) -> None:
        # What stands before an @ may be a password.
        given = "base_url" if "@" in base_url else f"base_url {base_url!r}"
        no_address = f"{given} is no address such as https://nuncio.example.com"
        try:
            parts = urlsplit(base_url)
            port = parts.port
        except ValueError:
            raise InvalidCallError(no_address) from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise InvalidCallError(no_address)
        if "@" in parts.netloc:
            raise InvalidCallError(
                "base_url holds a user name or password, which would show in errors: leave it out, the key signs in"
            )
        self.prefix = parts.path.rstrip("/")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.hostname
        self._port = port
        self._context = (context or ssl.create_default_context()) if parts.scheme == "https" else None
        self._idle: queue.LifoQueue[http.client.HTTPConnection] = queue.LifoQueue(IDLE_MAX)

    def request(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float
    ) -> Answer:
        """Makes a request. Raises OSError or HTTPException if no whole answer comes.

        A kept connection may have been closed by the server meanwhile, which shows only now: then a new one is tried
        at once. Requests are safe to repeat (see `_transport`), so that nothing is lost or done twice.
        """
        try:
            kept = self._idle.get_nowait()
        except queue.Empty:
            return self._request(self._open(timeout_s), method, target, headers, body)
        try:
            return self._request(kept, method, target, headers, body, timeout_s)
        except ConnectionError:
            return self._request(self._open(timeout_s), method, target, headers, body)

    def close(self) -> None:
        """Closes the connections that are kept."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def _open(self, timeout_s: float) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=timeout_s, context=self._context
        )

    def _request(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout_s: float | None = None,
    ) -> Answer:
        try:
            if timeout_s is not None and connection.sock is not None:
                connection.sock.settimeout(timeout_s)
            connection.request(method, target, body=body, headers=dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return answer

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        # Without a socket, the answer said that the connection ends.
        if connection.sock is None:
            return
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()
