"""ed25519 (RFC 8032) through the optional package ``cryptography``: Python's own library has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .encoding import decode_base64
from .errors import SecretError

# Points of small order, the sign bit cleared: under such a key anyone can make signatures.
_SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


@dataclass(frozen=True)
class PublicKey:
    """The public half of a pair: 32 bytes."""

    data: bytes

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` is one of ``message`` under this key."""
        if len(signature) != 64 or _is_small(signature[:32]):
            return False
        library, refused = _library()
        try:
            library.Ed25519PublicKey.from_public_bytes(self.data).verify(signature, message)
        except refused:
            return False
        return True


def public_key(text: str, prefix: str) -> PublicKey:
    """The public key that base64 ``text`` holds.

    :raises SecretError: for other text, a key that proves nothing, or without the package ``cryptography``.
    """
    data = decode_base64(text)
    library, _ = _library()
    if data is None or len(data) != 32 or _is_small(data):
        raise _no_key(prefix)
    try:
        library.Ed25519PublicKey.from_public_bytes(data)
    except ValueError as error:
        raise _no_key(prefix) from error
    return PublicKey(data)


def of_private_key(text: str, prefix: str) -> PublicKey:
    """The public half of the private key that base64 ``text`` holds: 32 bytes of seed, or those and the public key.

    :raises SecretError: as :func:`public_key`, and for two halves that do not belong together.
    """
    data = decode_base64(text)
    if data is None or len(data) not in (32, 64):
        raise _no_key(prefix)
    library, _ = _library()
    public = library.Ed25519PrivateKey.from_private_bytes(data[:32]).public_key().public_bytes_raw()
    if data[32:] not in (b"", public):
        raise _no_key(prefix)
    return PublicKey(public)


def _library() -> Any:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise SecretError("ed25519 keys need the package `cryptography`: install `nuncio-webhooks[ed25519]`") from error
    return ed25519, (InvalidSignature, ValueError)


def _is_small(point: bytes) -> bool:
    return point[:31] + bytes([point[31] & 0x7F]) in _SMALL_ORDER


def _no_key(prefix: str) -> SecretError:
    return SecretError(f"after `{prefix}` the secret holds no valid ed25519 key: copy it whole, as it was shown")
