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


def fits(scheme: Scheme, key: Key, parts: Sequence[bytes], found: str) -> bool:
    """Whether ``found`` is the signature of ``parts``; takes the same time wherever the first difference is."""
    if not found.startswith(scheme.prefix):
        return False
    found = found[len(scheme.prefix) :]
    if isinstance(key, PublicKey):
        signature = decode(scheme.output, found) if scheme.algorithm == "ed25519" else None
        return signature is not None and key.verifies(signature, b"".join(parts))
    expected = shared(scheme, key, parts)
    return expected is not None and hmac.compare_digest(_bytes(expected), _bytes(found))


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
