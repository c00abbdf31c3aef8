"""A receiver on the loopback, and how a case is run, named and counted. The protocol is in ../README.md."""

import json
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Generous: only a failure uses it up.
LIMIT_S = 60
PAUSE_S = 0.03


def eventually(what, ask):
    """Asks until the answer is something: what is waited for is known to the server alone."""
    end = time.monotonic() + LIMIT_S
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < end, f"not within {LIMIT_S} s: {what}"
        time.sleep(PAUSE_S)


class Request:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body


class Receiver:
    """Keeps every request; answers 500 below /fail, else 200."""

    def __init__(self):
        self.requests = []
        self._news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver._news:
                    receiver.requests.append(Request(self.path, headers, body))
                    receiver._news.notify_all()
                self.send_response(500 if self.path.startswith("/fail") else 200)
                self.send_header("content-length", "4")
                self.end_headers()
                self.wfile.write(b"seen")

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def request(self, path, message, n=1):
        """The nth request for a message at a path, once it has come."""

        def found():
            return [one for one in self.requests if one.path == path and one.headers.get("svix-id") == message]

        with self._news:
            came = self._news.wait_for(lambda: len(found()) >= n, LIMIT_S)
            assert came, f"request {n} for {message} has not come to {path}"
            return found()[n - 1]


class Cases:
    """Runs the cases of one library and prints a line for each."""

    def __init__(self):
        self.failed = 0

    def run(self, operation):
        def now(check):
            line = {"operation": operation, "ok": True}
            try:
                check()
            except Exception as error:  # whatever went wrong is the case's result
                self.failed += 1
                frames = traceback.extract_tb(error.__traceback__)
                ours = next((frame for frame in reversed(frames) if "cases_" in frame.filename), frames[-1])
                where = f"{ours.filename.rsplit('/', 1)[-1]}:{ours.lineno}"
                line = {"operation": operation, "ok": False, "error": f"{where} {type(error).__name__}: {error}"}
            print(json.dumps(line), flush=True)
            return check

        return now


def walk(ask, limit, key=lambda item: item.id):
    """Walks a list to its end and back by the cursors that its pages give; gives the keys in order."""
    there = []
    page = ask(limit=limit)
    while True:
        there.append(page)
        if page.done:
            break
        assert len(page.data) == limit, (len(page.data), limit)
        page = ask(limit=limit, iterator=page.iterator)
    keys = [key(item) for one in there for item in one.data]
    assert len(set(keys)) == len(keys), "an item came twice"
    back, last = [], there[-1]
    for _ in there[1:]:
        last = ask(limit=limit, iterator=last.prev_iterator)
        back = [key(item) for item in last.data] + back
    assert back == keys[: len(back)], "the way back differs from the way there"
    return keys
