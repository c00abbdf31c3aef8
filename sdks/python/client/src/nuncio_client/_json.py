"""Between Python's values and JSON's."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Callable, Mapping, TypeVar

from .errors import InvalidCallError

T = TypeVar("T")


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "unset"


UNSET = Unset.UNSET
"""Stands for an argument that is not given, where None clears what is there."""


def given(**arguments: Any) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in arguments.items() if value is not None}


def changed(**arguments: Any) -> dict[str, Any]:
    """Those that are given; None is."""
    return {name: value for name, value in arguments.items() if value is not UNSET}


def maybe(convert: Callable[[Any], T], value: Any) -> T | None:
    """The converted value, unless there is none."""
    return None if value is None else convert(value)


def time(text: str) -> datetime:
    """A time of an answer (RFC 3339)."""
    # Python 3.9 and 3.10 do not read the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def time_text(at: datetime) -> str:
    """A time as the server reads it; without a time zone, nobody could say when it is."""
    if at.tzinfo is None:
        raise InvalidCallError(f"the time {at} has no time zone: give it one, such as timezone.utc")
    return at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def dumps(body: Mapping[str, Any]) -> bytes:
    """A body. Times and objects that came out of the server may go in again."""
    try:
        return json.dumps(body, default=_encode, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        if isinstance(error, InvalidCallError):
            raise
        raise InvalidCallError(f"the body cannot be written as JSON: {error}") from error


def query_text(value: Any) -> str:
    """A query parameter."""
    if isinstance(value, datetime):
        return time_text(value)
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return time_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return given(**{field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
