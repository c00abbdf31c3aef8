"""Keys: what a secret becomes before it verifies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from . import ed25519
from .dialect import SecretRules
from .encoding import decode_base64, decode_hex
from .errors import SecretError

OWN_BYTES_MIN = 8
"""Shorter own secrets are guessable."""
OWN_BYTES_MAX = 256
"""Longer ones gain nothing: HMAC hashes them down to the size of its digest."""


@dataclass(frozen=True)
class SharedKey:
    """The bytes of an HMAC key, or of a static token. Never shown."""

    data: bytes = field(repr=False)


Key = Union[SharedKey, ed25519.PublicKey]


def verifying_key(rules: SecretRules, secret: str) -> Key:
    """The key to verify with that ``secret`` stands for: one in the dialect's format, a customer's own of 8 to 256
    printable ASCII characters, or either half of a key pair.

    :raises SecretError: saying what is wrong with it, without repeating it.
    """
    if rules.is_token and " " in secret:
        at = secret.index(" ")
        raise SecretError(f"byte {at} of the secret is a space, which a token cannot hold: give it without")
    if rules.public_prefix and secret.startswith(rules.public_prefix):
        return ed25519.public_key(secret[len(rules.public_prefix) :], rules.public_prefix)
    if rules.private_prefix and secret.startswith(rules.private_prefix):
        return ed25519.of_private_key(secret[len(rules.private_prefix) :], rules.private_prefix)
    if not rules.takes_shared:
        raise SecretError(f"the secret must be a public key, which starts with `{rules.public_prefix}`")
    if rules.key == "utf8" or not secret.startswith(rules.prefix):
        return SharedKey(_own(secret))
    rest = secret[len(rules.prefix) :]
    data = decode_hex(rest) if rules.key == "hex" else decode_base64(rest)
    return SharedKey(_decoded(rules, secret, data))


def _decoded(rules: SecretRules, secret: str, data: bytes | None) -> bytes:
    least, most = rules.key_bytes_min, rules.key_bytes_max
    if data is not None and least <= len(data) <= most:
        return data
    # Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
    if not rules.prefix:
        return _own(secret)
    if data is None:
        raise SecretError(f"after `{rules.prefix}` the secret must hold {rules.key}: copy it whole, as it was shown")
    raise SecretError(
        f"after `{rules.prefix}` the secret holds {len(data)} bytes, it must hold {least} to {most}:"
        " copy it whole, as it was shown"
    )


def _own(secret: str) -> bytes:
    data = secret.encode("utf-8", "surrogatepass")
    if not OWN_BYTES_MIN <= len(data) <= OWN_BYTES_MAX:
        raise SecretError(
            f"a secret of {len(data)} bytes: it must have {OWN_BYTES_MIN} to {OWN_BYTES_MAX};"
            " is the setting that holds it empty?"
        )
    at = next((at for at, byte in enumerate(data) if not 0x20 <= byte < 0x7F), None)
    if at is not None:
        raise SecretError(f"byte {at} of the secret is not printable ASCII: was a line break copied with it?")
    return data
