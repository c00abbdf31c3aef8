"""Form bodies (``application/x-www-form-urlencoded``), read as the URL standard says."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes


def parameters(body: bytes) -> list[tuple[bytes, bytes]]:
    """Name and value of every parameter, decoded, in the order of the body."""
    pairs = (part.partition(b"=") for part in body.split(b"&") if part)
    return [(_decode(name), _decode(value)) for name, _, value in pairs]


def sorted_form(body: bytes) -> bytes:
    """Name and value of every parameter, sorted by name (then value), with nothing between them."""
    return b"".join(name + value for name, value in sorted(parameters(body)))


def flat(body: bytes) -> dict[str, str]:
    """The parameters as a map; of one that is there twice, the last.

    :raises UnicodeDecodeError: for parameters that are not UTF-8.
    """
    return {name.decode("utf-8"): value.decode("utf-8") for name, value in parameters(body)}


def _decode(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))
