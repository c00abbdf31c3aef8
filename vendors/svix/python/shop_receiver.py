"""A customer's receiver, as it would be with Svix: verifies each webhook with the library, and says which order came.

usage: python shop_receiver.py SECRET
It prints `ready PORT`, then a line of JSON for each request.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from svix.webhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(sys.argv[1])
LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        try:
            WEBHOOK.verify(body, {name: value for name, value in self.headers.items()})
            status, line = 204, {"received": json.loads(body)["order"]}
        except WebhookVerificationError as error:
            status, line = 400, {"refused": str(error)}
        with LOCK:
            print(json.dumps(line), flush=True)
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", server.server_port, flush=True)
sys.stdin.read()
