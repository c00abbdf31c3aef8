"""Requests as Nuncio sends them, signed by hand with Python's ``hmac`` alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from urllib.parse import urlsplit

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW_MS = 1_777_206_896_123
BODY = b'{"type":"risk.created","timestamp":"2026-04-26T12:34:56.123Z","data":{"id":"risk_1"}}'


def standard(body: bytes, now_ms: int, event_id: str = "evt_1", secret: str = SECRET) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0.0."""
    seconds = str(now_ms // 1000)
    key = base64.b64decode(secret[len("whsec_") :])
    content = b".".join([event_id.encode(), seconds.encode(), body])
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": event_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def versioned(header: str, body: bytes, now_ms: int, secret: str = SECRET) -> dict[str, str]:
    """The headers of the ``v0=`` family: ``v0:time:body``."""
    seconds = str(now_ms // 1000)
    mac = hmac.new(secret.encode(), b":".join([b"v0", seconds.encode(), body]), hashlib.sha256)
    time_header = {"X-Slack-Signature": "X-Slack-Request-Timestamp", "x-zm-signature": "x-zm-request-timestamp"}
    return {time_header[header]: seconds, header: f"v0={mac.hexdigest()}"}


def hexadecimal(body: bytes, secret: str = SECRET, prefix: str = "") -> str:
    """A bare signature of the body."""
    return prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def send(url: str, body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, str, dict[str, str]]:
    """One request on a socket of its own: status, text and headers of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def challenge_of(text: str, name: str) -> str | None:
    """A member of a JSON answer."""
    found = json.loads(text).get(name)
    return None if found is None else str(found)
