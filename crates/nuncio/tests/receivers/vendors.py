"""The receivers that five vendors publish, coded by hand in Python over the raw body.

usage: python3 vendors.py CERT KEY CONTROL

Serves HTTPS on a free port of 127.0.0.1, prints `ready PORT`, then one JSON line for each request. CONTROL is a
JSON file that is read anew for every request: {"secrets": {PATH: SECRET}, "now_ms": null or the time to believe
in}. A path is the vendor's name. Ends when its standard input does, so that it never outlives the test.
"""

import base64
import hashlib
import hmac
import json
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CERT, KEY, CONTROL = sys.argv[1:4]
WINDOW_MS = 5 * 60 * 1000


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def hmac_hex(secret, content):
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def require(given, expected):
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Refusal(401, "Invalid signature")


def inviolet(headers, body, secret, now_ms):
    timestamp = headers.get("inviolet-timestamp", "")
    if not timestamp.isdigit() or abs(now_ms - int(timestamp)) > WINDOW_MS:
        raise Refusal(401, "Timestamp outside the window")
    expected = hmac_hex(secret, timestamp.encode() + b"." + body)
    require(headers.get("inviolet-signature", ""), "sha256=" + expected)


def deiterate(headers, body, secret, _now_ms):
    require(headers.get("x-deiterate-signature", ""), hmac_hex(secret, body))


def ventryx(headers, body, secret, _now_ms):
    require(headers.get("ventryx-signature", ""), "sha256=" + hmac_hex(secret, body))


def yativo(headers, body, secret, _now_ms):
    signature = headers.get("x-webhook-signature")
    if not signature or not body:
        raise Refusal(400, "Missing signature or body")
    require(signature, hmac_hex(secret, body))


def grantiva(headers, body, secret, _now_ms):
    require(headers.get("x-grantiva-signature", ""), "sha256=" + hmac_hex(secret, body))


VENDORS = {f.__name__: f for f in (inviolet, deiterate, ventryx, yativo, grantiva)}


def judge(path, headers, body):
    with open(CONTROL, encoding="utf-8") as file:
        control = json.load(file)
    vendor, secret = VENDORS.get(path.split("/")[1]), control["secrets"].get(path)
    if vendor is None or secret is None:
        return 404, f"no receiver at {path}"
    now_ms = control["now_ms"] or time.time_ns() // 1_000_000
    try:
        vendor(headers, body, secret, now_ms)
        return 200, "ok"
    except Refusal as refusal:
        return refusal.status, str(refusal)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A client that keeps its connection open must not keep the thread for ever.
    timeout = 60
    log_lock = threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, message = judge(self.path, headers, body)
        line = json.dumps(
            {
                "path": self.path,
                "status": status,
                "message": message,
                "headers": headers,
                "body": base64.b64encode(body).decode(),
            }
        )
        with self.log_lock:
            print(line, flush=True)
        answer = message.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERT, KEY)
    # The handshake belongs to the connection's thread: a slow client must not hold up the others.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    print(f"ready {server.server_address[1]}", flush=True)
    server.serve_forever()


main()
