"""The event of a genuine request, found where the dialect puts it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import unquote

from . import form
from .dialect import Dialect, Piece
from .errors import MalformedBody
from .request import Request
from .times import parse_time_ms, to_datetime
from .verify import Verified

_ABSENT = object()


@dataclass(frozen=True)
class Event:
    """One event. What the dialect does not carry is ``None``."""

    id: str | None
    type: str | None
    time: datetime | None
    """When it occurred; the same on every attempt."""
    tenant: str | None
    data: Any
    """The publisher's data, parsed; a map of texts where the body is a form."""
    delivery_id: str | None
    """Stable over all attempts of one delivery, where a header carries it."""
    payload: Any
    """The whole body, parsed."""
    key: int
    """Which of the secrets had signed, counted from 0."""
    version: str | None
    """The version of the signature that fitted."""
    timestamp: datetime | None
    """When this attempt was signed."""
    dialect: str
    """The name of the dialect that it came in."""


def parse_body(dialect: Dialect, body: bytes) -> Any:
    """The body as JSON (RFC 8259), or as a map where the dialect sends forms.

    :raises MalformedBody: where it is neither.
    """
    try:
        if dialect.is_form:
            return form.flat(body)
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise MalformedBody("it is nested too deeply") from None
    except ValueError as error:
        kind = "UTF-8 form" if dialect.is_form else "JSON"
        raise MalformedBody(f"it is no {kind}") from error


def read_event(dialect: Dialect, request: Request, payload: Any, verified: Verified) -> Event:
    """Puts the event together from the envelope, else from the headers.

    :raises MalformedBody: where the envelope is not of the dialect's form.
    """
    fields = {**_from_headers(dialect, request), **_from_envelope(dialect, payload)}
    delivery_id = fields.get("delivery_id", fields.get("delivery_uuid"))
    timestamp_ms = verified.timestamp_ms
    return Event(
        id=_text(fields, "event_id") or _text(fields, "message_id"),
        type=_text(fields, "event_type"),
        time=_time(fields),
        tenant=_text(fields, "tenant"),
        data=fields.get("data") if dialect.members else payload,
        delivery_id=delivery_id,
        payload=payload,
        key=verified.key,
        version=verified.version,
        timestamp=None if timestamp_ms is None else to_datetime(timestamp_ms),
        dialect=dialect.name,
    )


def _from_headers(dialect: Dialect, request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for header in dialect.headers:
        values = request.values(header.name)
        if len(values) == 1:
            text = _unescaped(values[0]) if dialect.is_escaped else values[0]
            found.update(_fields(header.value, text))
    return found


def _from_envelope(dialect: Dialect, payload: Any) -> dict[str, Any]:
    if not dialect.members:
        return {}
    if not isinstance(payload, Mapping):
        raise MalformedBody("its envelope is no object")
    found: dict[str, Any] = {}
    for member in dialect.members:
        value = _at(payload, member.path)
        if value is not _ABSENT:
            found.update(_fields(member.value, value))
    return found


def _at(payload: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(payload, Mapping) or name not in payload:
            return _ABSENT
        payload = payload[name]
    return payload


def _fields(pieces: tuple[Piece, ...], value: Any) -> dict[str, Any]:
    """The fields that ``value`` was put together from; none where it does not have that form."""
    if len(pieces) == 1 and pieces[0].kind == "field":
        return {pieces[0].text: _decoded(pieces[0], value)}
    if len(pieces) == 1 and pieces[0].default:
        # Without metadata of the tenant's own, this is what stands in its place.
        return _fields(pieces[0].default, value)
    shown = [piece for piece in pieces if piece.kind == "field"]
    patterns = {"field": "(.*?)", "metadata": ".*?"}
    pattern = "".join(patterns.get(piece.kind, re.escape(piece.text)) for piece in pieces)
    match = re.fullmatch(pattern, value, re.DOTALL) if isinstance(value, str) else None
    return {piece.text: _decoded(piece, text) for piece, text in zip(shown, match.groups())} if match else {}


def _decoded(piece: Piece, value: Any) -> Any:
    """What a field was before it became a part of a URI."""
    return _unescaped(value) if piece.is_encoded and isinstance(value, str) else value


def _unescaped(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedBody(f"its {name} is no text")
    return value


def _time(fields: Mapping[str, Any]) -> datetime | None:
    name = next((name for name in fields if name.startswith("event_time")), None)
    if name is None or fields[name] is None:
        return None
    unix_ms = parse_time_ms(name, str(fields[name]))
    time = None if unix_ms is None else to_datetime(unix_ms)
    if time is None:
        raise MalformedBody(f"its {name} is no time")
    return time


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
