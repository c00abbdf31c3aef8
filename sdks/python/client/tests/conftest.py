from __future__ import annotations

import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

# Test modules are not imported as a package, so that those of other folders may have the same names.
sys.path.insert(0, str(Path(__file__).parent))

from nuncio_client import Nuncio  # noqa: E402
from scripted_server import Clock, Handler, Scene, Scripted  # noqa: E402


@pytest.fixture
def scene() -> Iterator[Callable[..., Scene]]:
    """Starts a server with a script, and a client of it."""
    ends: list[Callable[[], Any]] = []

    def start(*script: Scripted, **options: Any) -> Scene:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.script, server.received, server.stopped = list(script), [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        clock = Clock()
        base_url = f"http://127.0.0.1:{server.server_port}"
        client = Nuncio(**{"key": "nk_1", "base_url": base_url + "/", "clock": clock, **options})
        # Handlers wait for the client to close; the server waits for its handlers.
        ends.extend([server.server_close, thread.join, server.shutdown, server.stopped.set, client.close])
        return Scene(client, clock, server.received, base_url)

    yield start
    for end in reversed(ends):
        end()
