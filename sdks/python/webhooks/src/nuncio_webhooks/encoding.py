"""Text forms of keys and signatures."""

from __future__ import annotations

import base64
import binascii


def encode(output: str, data: bytes) -> str:
    """``data`` as ``hex`` (lower case), ``base64`` (padded) or ``base64url`` (not padded)."""
    if output == "hex":
        return data.hex()
    if output == "base64url":
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
    return base64.b64encode(data).decode("ascii")


def decode(output: str, text: str) -> bytes | None:
    """The inverse of :func:`encode`; ``None`` for any other text, so that one signature has one spelling."""
    data = decode_hex(text) if output == "hex" else _lenient_base64(text, urlsafe=output == "base64url")
    if data is None:
        return None
    found = text.lower() if output == "hex" else text
    return data if encode(output, data) == found else None


def decode_hex(text: str) -> bytes | None:
    """Hexadecimal digits in either case, and nothing else."""
    try:
        return binascii.unhexlify(text)
    except ValueError:
        return None


def decode_base64(text: str) -> bytes | None:
    """Base64 whose padding may be missing: secrets are copied by hand."""
    data = _lenient_base64(text, urlsafe=False)
    if data is None:
        return None
    canonical = encode("base64", data)
    return data if canonical.startswith(text) and len(text) >= len(canonical.rstrip("=")) else None


def _lenient_base64(text: str, urlsafe: bool) -> bytes | None:
    padded = text.rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_" if urlsafe else None, validate=True)
    except ValueError:
        return None
