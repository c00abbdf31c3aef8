"""A request as it arrived, whatever framework received it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Union

Text = Union[str, bytes, bytearray]
Value = Union[Text, int, None]
"""A header's value as frameworks and cloud functions give it; ``None`` counts as absent."""
Headers = Union[Mapping[str, Union[Value, Sequence[Value]]], Iterable[tuple[Text, Union[Value, Sequence[Value]]]]]

_DEFAULT_PORTS = {"http:": ":80", "https:": ":443"}
_URL = re.compile(r"(https?:)(//(?:\[[^\]]*\]|[^/?#:\[\]]*))(:[0-9]+)?([/?#].*)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Request:
    """Method, URL, headers and the raw bytes of the body."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    method: str = "POST"
    url: str | None = None
    """The URL exactly as it was entered with the sender, never parsed and written again; only some dialects sign it."""

    def values(self, name: str) -> list[str]:
        """Every value of that header, whatever its case."""
        wanted = name.lower()
        return [value.strip(" \t") for found, value in self.headers if found.lower() == wanted]


def normalize(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Headers as pairs of text, from a mapping (of values, or of lists of values) or from pairs."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found: list[tuple[str, str]] = []
    for name, value in pairs:
        values = [value] if isinstance(value, (str, bytes, bytearray, int)) or value is None else value
        found.extend((_text(name), _text(item)) for item in values if item is not None)
    return tuple(found)


def signed_urls(url: str) -> list[str]:
    """The texts that a sender may have signed for ``url``: itself, and with its scheme's default port left out or
    added, since both name one endpoint and frameworks differ in which they show. Nothing else is changed.
    """
    match = _URL.fullmatch(url)
    if not match:
        return [url]
    scheme, host, port, rest = (part or "" for part in match.groups())
    default = _DEFAULT_PORTS[scheme.lower()]
    if port not in ("", default):
        return [url]
    return [url, scheme + host + ("" if port else default) + rest]


def _text(value: Text | int) -> str:
    # HTTP fields are bytes; latin-1 maps every byte to one character and so refuses none.
    return bytes(value).decode("latin-1") if isinstance(value, (bytes, bytearray)) else str(value)
