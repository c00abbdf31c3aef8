"""Signed requests of a few dialects."""

import base64
import hashlib
import hmac

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://hooks.example.com/in?a=1&b=2"
NOW = 1_777_206_896_123
ID = "evt_01HXYZ"


def mac(key, content, algorithm="sha256"):
    return hmac.new(key, content, getattr(hashlib, algorithm)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def standard(body, id=ID, seconds=str(NOW // 1000), key=KEY):
    """The headers of Standard Webhooks 1.0.0."""
    signed = f"{id}.{seconds}.{body}".encode()
    signature = "v1," + b64(mac(base64.b64decode(key.removeprefix("whsec_")), signed))
    return {"webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature}


def stripe(body):
    seconds = str(NOW // 1000)
    return {"Stripe-Signature": f"t={seconds},v1={mac(KEY.encode(), f'{seconds}.{body}'.encode()).hex()}"}


def bare(header, body, prefix="", encode=bytes.hex, content=None, algorithm="sha256", **others):
    signed = (body if content is None else content).encode()
    return {**{name.replace("_", "-"): value for name, value in others.items()}, header: prefix + encode(mac(KEY.encode(), signed, algorithm))}


def request(name, case, dialect, headers, body, expect, url=URL, secrets=(KEY,)):
    return {
        "name": name,
        "case": case,
        "dialect": dialect,
        "secrets": list(secrets),
        "now_ms": NOW,
        "method": "POST",
        "url": url,
        "headers": headers,
        "body": body,
        "expect": expect,
    }


def pairs(headers):
    return [[name, value] for name, value in headers.items()]
