"""Signatures of one scheme: made, and compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from .dialect import Scheme
from .ed25519 import PublicKey
from .encoding import decode, encode
from .keys import Key, SharedKey

_HASHES = {"hmac-sha1": hashlib.sha1, "hmac-sha256": hashlib.sha256, "hmac-sha512": hashlib.sha512}


PAIR_CHECKS_MAX = 8
"""A sender lists one signature per key in force; checking more of a key pair's would let anyone occupy the CPU."""


def fits_one(scheme: Scheme, key: Key, parts: Sequence[bytes], found: Sequence[str]) -> bool:
    """Whether one of ``found`` is the signature of ``parts``. However many there are, a shared key signs once; each
    comparison takes the same time wherever the first difference is.
    """
    texts = [text[len(scheme.prefix) :] for text in found if text.startswith(scheme.prefix)]
    if isinstance(key, PublicKey):
        if scheme.algorithm != "ed25519":
            return False
        signatures = (decode(scheme.output, text) for text in texts[:PAIR_CHECKS_MAX])
        return any(signature is not None and key.verifies(signature, b"".join(parts)) for signature in signatures)
    expected = shared(scheme, key, parts) if texts else None
    return expected is not None and any(hmac.compare_digest(_bytes(expected), _bytes(text)) for text in texts)


def shared(scheme: Scheme, key: SharedKey, parts: Sequence[bytes]) -> str | None:
    """What a shared key writes for ``parts``, without the scheme's prefix; ``None`` where only pairs sign."""
    if scheme.algorithm == "token":
        return key.data.decode("utf-8")
    if scheme.algorithm == "basic":
        return base64.b64encode(scheme.user.encode() + b":" + key.data).decode("ascii")
    if scheme.algorithm not in _HASHES:
        return None
    mac = hmac.new(key.data, digestmod=_HASHES[scheme.algorithm])
    for part in parts:
        mac.update(part)
    return encode(scheme.output, mac.digest())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
