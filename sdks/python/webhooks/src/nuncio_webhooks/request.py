"""A request as it arrived, whatever framework received it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Union

Text = Union[str, bytes]
Headers = Union[Mapping[str, Union[Text, Sequence[Text]]], Iterable[tuple[Text, Text]]]


@dataclass(frozen=True)
class Request:
    """Method, URL, headers and the raw bytes of the body."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    method: str = "POST"
    url: str | None = None
    """The URL that the sender was given; only some dialects sign it."""

    def values(self, name: str) -> list[str]:
        """Every value of that header, whatever its case."""
        wanted = name.lower()
        return [value.strip(" \t") for found, value in self.headers if found.lower() == wanted]


def normalize(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Headers as pairs of text, from a mapping (of values, or of lists of values) or from pairs."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found: list[tuple[str, str]] = []
    for name, value in pairs:
        values = [value] if isinstance(value, (str, bytes)) else value
        found.extend((_text(name), _text(item)) for item in values)
    return tuple(found)


def _text(value: Text) -> str:
    # HTTP fields are bytes; latin-1 maps every byte to one character and so refuses none.
    return value.decode("latin-1") if isinstance(value, bytes) else value
