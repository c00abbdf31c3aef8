"""Receives webhooks with the vendors' own libraries, unmodified. The protocol is in ../README.md.

usage: python receiver.py CONTROL
"""

import base64
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from libraries import RECEIVERS, SIGNERS, Refused

CONTROL = sys.argv[1]
HANDSHAKE = re.compile(rb'"(url_verification|endpoint\.url_validation)"')


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A client that keeps its connection open must not keep the thread for ever.
    timeout = 60
    lock = threading.Lock()
    failed_once = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        path = self.path.split("?")[0]
        if path.startswith("/sign/"):
            headers = SIGNERS[path.removeprefix("/sign/")](**json.loads(body))
            return self.answer(200, json.dumps(headers))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, message, text, more = self.judge(path, headers, body)
        line = {
            "path": path,
            "method": self.command,
            "status": status,
            "message": message,
            "headers": headers,
            "body": base64.b64encode(body).decode(),
        }
        with self.lock:
            print(json.dumps(line), flush=True)
        return self.answer(status, text, more)

    do_OPTIONS = do_POST

    def judge(self, path, headers, body):
        """Status, what to log, and what to answer, with which headers."""
        is_handshake = self.command == "OPTIONS" or HANDSHAKE.search(body)
        if not is_handshake and self.fails_first(path, body):
            return 500, "try again", "", {}
        with open(CONTROL, encoding="utf-8") as file:
            entry = json.load(file).get(path)
        if entry is None or entry["library"] not in RECEIVERS:
            return 404, f"no receiver at {path}", "", {}
        receive = RECEIVERS[entry.pop("library")]
        try:
            accepted = receive(**entry, headers=headers, body=body)
        except Refused as refused:
            return refused.status, refused.message, refused.text, {}
        except Exception as error:  # the libraries refuse with many kinds
            return 401, f"{type(error).__name__}: {error}", "", {}
        return 200, accepted.event_type, accepted.answer, accepted.answer_headers

    def fails_first(self, path, body):
        with self.lock:
            if not path.endswith("/flaky") or (path, body) in self.failed_once:
                return False
            self.failed_once.add((path, body))
            return True

    def answer(self, status, text, headers=None):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        pass


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    print(f"ready {server.server_address[1]}", flush=True)
    server.serve_forever()


main()
