"""Against the real server: what openapi.json says and what the client does must be what it takes."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Iterator, NamedTuple

import pytest

import nuncio_client as sdk

BINARY = os.environ.get("NUNCIO_BIN")
ADMIN_KEY = "nk_admin_for_the_client_tests_0123456789"
pytestmark = pytest.mark.skipif(not BINARY, reason="set NUNCIO_BIN to the nuncio binary to test against a real server")


class Server(NamedTuple):
    base_url: str
    key: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real one, with a project and a key of it."""
    folder = tmp_path_factory.mktemp("data")
    flags = ["--listen", "127.0.0.1:0", "--data", str(folder), "--allow-http", "--allow-private-networks"]
    env = {**os.environ, "NUNCIO_ADMIN_KEY": ADMIN_KEY, "NUNCIO_MASTER_KEY": "11" * 32}
    command = [str(BINARY), "serve", *flags]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            lines = (re.match(r"listening on (\S+)", line) for line in process.stdout)
            base_url = next(line for line in lines if line)[1]
            with sdk.Nuncio(ADMIN_KEY, base_url=base_url) as admin:
                project = admin.projects.create(name="Shop", dialect="standard")
                key = admin.keys.create(name="app", kind="project", scope="full", project=project.id)
            yield Server(base_url, key.key)
        finally:
            process.terminate()


@pytest.fixture
def nuncio(server: Server) -> Iterator[sdk.Nuncio]:
    with sdk.Nuncio(server.key, base_url=server.base_url) as client:
        yield client


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()
        self.server.bodies.put(json.loads(body))

    def log_message(self, *_: Any) -> None:
        """Tests say nothing unless they fail."""


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.bodies = queue.Queue()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_published_event_is_delivered_and_its_log_can_be_read(nuncio, receiver):
    url = f"http://127.0.0.1:{receiver.server_port}/hooks"
    webhook = nuncio.webhooks.create(tenant="acme", url=url, events=["order.*"], metadata={"team": "a"})
    assert webhook.secret.startswith("whsec_")

    event = nuncio.events.publish(tenant="acme", type="order.paid", data={"order": "4711"})
    assert event.deliveries == 1
    assert receiver.bodies.get(timeout=30)["data"] == {"order": "4711"}
    assert nuncio.events.get(event.id).data == {"order": "4711"}

    [delivery] = nuncio.events.list_deliveries(event.id)
    assert delivery.endpoint == webhook.id
    nuncio.deliveries.retry(delivery.id)
    assert receiver.bodies.get(timeout=30)["type"] == "order.paid"
    assert nuncio.deliveries.get(delivery.id).attempt_log[0].started_at >= event.created_at

    changed = nuncio.webhooks.update(webhook.id, description="orders", metadata=None)
    assert (changed.description, changed.metadata) == ("orders", {})
    nuncio.webhooks.delete(webhook.id)
    with pytest.raises(sdk.NotFoundError):
        nuncio.webhooks.get(webhook.id)


def test_batch_has_a_result_for_each_event_and_lists_go_over_pages(nuncio):
    tenants = ["pages", "", "pages"]
    batch = nuncio.events.publish_batch(events=[{"tenant": tenant, "type": "a", "data": 1} for tenant in tenants])
    assert [result.status for result in batch.results] == [202, 422, 202]
    assert batch.results[1].problem.errors[0].pointer == "/events/1/tenant"
    assert len(list(nuncio.events.list(tenant="pages", limit=1))) == 2


def test_repetition_with_the_same_idempotency_key_has_no_second_effect(nuncio):
    first, second = (nuncio.events.publish(tenant="once", type="a", data=1, idempotency_key="k") for _ in range(2))
    assert first == second
    with pytest.raises(sdk.ConflictError):
        nuncio.events.publish(tenant="once", type="a", data=2, idempotency_key="k")


def test_refusals_are_errors_of_their_kind(nuncio, server):
    with pytest.raises(sdk.InvalidError) as caught:
        nuncio.webhooks.create(tenant="acme", url="ftp://a.example", events=["*"])
    assert caught.value.errors[0].pointer == "/url"
    assert caught.value.request_id
    with sdk.Nuncio("nk_proj_nobody", base_url=server.base_url) as stranger, pytest.raises(sdk.UnauthorizedError):
        stranger.tenants.get("acme")


def test_samples_of_the_readme_run(server, monkeypatch):
    monkeypatch.setenv("NUNCIO_KEY", server.key)
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    samples = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert len(samples) == 3
    for sample in samples:
        exec(compile(sample.replace("https://nuncio.example.com", server.base_url), "README.md", "exec"), {})
