"""Times as the wire shows them, to and from Unix milliseconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NUMBER = re.compile(r"[0-9]{1,15}")
_RFC3339 = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?Z")


def parse_time_ms(field: str, text: str) -> int | None:
    """Unix milliseconds of a time in the form of ``field`` (``…_s``, ``…_ms``, ``…_rfc3339``).

    Signs, spaces and more than 15 digits are no number of seconds or milliseconds that anyone sends.
    """
    if "rfc3339" in field:
        return parse_rfc3339_ms(text)
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) * (1 if field.endswith("_ms") else 1000)


def parse_rfc3339_ms(text: str) -> int | None:
    """Unix milliseconds of ``2026-04-26T12:34:56Z`` or ``…56.123Z`` (RFC 3339 in UTC), as dialects write it."""
    match = _RFC3339.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, ms = (int(part or 0) for part in match.groups())
    try:
        time = datetime(year, month, day, hour, minute, second, ms * 1000, tzinfo=timezone.utc)
    except ValueError:
        return None
    return (time - EPOCH) // timedelta(milliseconds=1)


def to_datetime(unix_ms: int) -> datetime | None:
    """That moment in UTC; ``None`` where it lies beyond the years that Python knows."""
    try:
        return EPOCH + timedelta(milliseconds=unix_ms)
    except OverflowError:
        return None
