"""Keys: what a secret becomes before it verifies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Union

from . import ed25519
from .dialect import SecretRules
from .encoding import decode_base64, decode_hex
from .errors import SecretError

OWN_BYTES_MIN = 8
"""Shorter own secrets are guessable."""
BLANKS = " \t\r\n"
QUOTES = "\"'`"
ENCODED = (r"\A[A-Za-z0-9+/ ]+=*\Z", "[a-z]", "[A-Z]", "[0-9]")
OWN_BYTES_MAX = 256
"""Longer ones gain nothing: HMAC hashes them down to the size of its digest."""


@dataclass(frozen=True)
class SharedKey:
    """The bytes of an HMAC key, or of a static token. Never shown."""

    data: bytes = field(repr=False)


Key = Union[SharedKey, ed25519.PublicKey]


def verifying_key(rules: SecretRules, secret: str) -> Key:
    """The key to verify with that ``secret`` stands for: one in the dialect's format, a customer's own of 8 to 256
    printable ASCII characters, or either half of a key pair. Where the key is decoded, blanks around are no part of it.

    :raises SecretError: saying what is wrong with it, without repeating it.
    """
    if rules.key != "utf8":
        secret = secret.strip(BLANKS)
        if not secret:
            raise missing()
        _check_pasted(rules, secret)
    if rules.is_token and " " in secret:
        at = secret.index(" ")
        raise SecretError(f"byte {at} of the secret is a space, which a token cannot hold: give it without")
    if rules.public_prefix and secret.startswith(rules.public_prefix):
        return ed25519.public_key(secret[len(rules.public_prefix) :], rules.public_prefix)
    if rules.private_prefix and secret.startswith(rules.private_prefix):
        return ed25519.of_private_key(secret[len(rules.private_prefix) :], rules.private_prefix)
    if not rules.takes_shared:
        raise SecretError(f"the secret must be a public key, which starts with `{rules.public_prefix}`")
    if rules.key == "utf8":
        return SharedKey(_own(secret))
    decode = decode_hex if rules.key == "hex" else decode_base64
    # Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
    if not secret.startswith(rules.prefix):
        own = _own(secret)
        data = decode(secret)
        return SharedKey(own if data is None else data)
    return SharedKey(_decoded(rules, secret, decode(secret[len(rules.prefix) :])))


def missing() -> SecretError:
    """There is no secret."""
    return SecretError("the endpoint's secret is missing: give the one that was shown when the endpoint was created")


def _check_pasted(rules: SecretRules, secret: str) -> None:
    """Refuses what was copied with something around or in it, which would be another key."""
    if secret[0] in QUOTES or secret[-1] in QUOTES:
        raise SecretError("the secret is in quotes: give it without them")
    prefixes = [prefix for prefix in (rules.prefix, rules.private_prefix, rules.public_prefix) if prefix]
    first = next((prefix for prefix in prefixes if secret.startswith(prefix)), None)
    # Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not.
    is_phrase = not first and not all(re.search(pattern, secret) for pattern in ENCODED)
    blanks = BLANKS.replace(" ", "") if is_phrase else BLANKS
    at = next((at for at, character in enumerate(secret) if character in blanks), None)
    if at is not None:
        raise SecretError(
            f"character {at} of the secret is a blank or line break: copy it in one piece, as it was shown"
        )
    if first and any(secret.startswith(first + prefix) for prefix in prefixes):
        raise SecretError(f"the secret's prefix `{first}` is there twice, or before another: copy it as it was shown")
    _check_printable(secret.encode("utf-8", "surrogatepass"))


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
    _check_printable(data)
    return data


def _check_printable(data: bytes) -> None:
    at = next((at for at, byte in enumerate(data) if not 0x20 <= byte < 0x7F), None)
    if at is not None:
        raise SecretError(f"byte {at} of the secret is not printable ASCII: was a line break copied with it?")
