"""An HTTPS receiver that demands a client certificate, by Python's ssl, which is OpenSSL.

usage: demanding.py CERTIFICATE KEY CLIENT_CA   (prints `ready PORT`; ends when its standard input does)

Answers every POST with 200, and prints a line of JSON for it: the common name of the client's certificate.
"""

import json
import os
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        parts = [pair for part in self.connection.getpeercert()["subject"] for pair in part]
        # In one piece: requests come in threads of their own.
        sys.stdout.write(json.dumps({"client": dict(parts)["commonName"]}) + "\n")
        sys.stdout.flush()
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


certificate, key, clients = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(clients)
server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print("ready", server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
