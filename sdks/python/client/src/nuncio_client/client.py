"""The client."""

from __future__ import annotations

import re
import ssl
from types import TracebackType

from ._connections import Connections
from ._transport import Transport
from .clock import Clock, SystemClock
from .errors import InvalidCallError
from .resources import Resources
from .retry import RetryPolicy


class Nuncio(Resources):
    """A client of one Nuncio server with one key. Safe to use from several threads.

    `base_url` is the server's address; `project` the project to act on, which an admin key needs; `timeout_s` how long
    connecting, sending and each wait for bytes may take; `retry` how often a call is made again; `ssl_context` whom to
    trust, the system's roots unless given; `clock` replaces the system's.

    Raises `InvalidCallError` if the key is empty or `base_url` is no address.
    """

    def __init__(
        self,
        key: str,
        *,
        base_url: str = "http://127.0.0.1:8484",
        project: str | None = None,
        timeout_s: float = 30.0,
        retry: RetryPolicy = RetryPolicy(),
        ssl_context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        if not key:
            raise InvalidCallError("key is empty: give an API key")
        # Anything else breaks the header that carries it, and shows in what http.client says of that.
        if not re.fullmatch(r"[\x21-\x7e]+", key):
            raise InvalidCallError(
                "key holds a blank, a line break or another character that no API key has: copy it alone and whole"
            )
        self._connections = Connections(base_url, ssl_context)
        clock = clock or SystemClock()
        super().__init__(Transport(self._connections, key, project, timeout_s, retry, clock))

    def close(self) -> None:
        """Closes the connections that are kept. The client can still be used."""
        self._connections.close()

    def __enter__(self) -> Nuncio:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
