"""Times as the wire shows them, to and from Unix milliseconds."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SIGNED = re.compile(r"[0-9]{1,15}")
# An event may have occurred before 1970.
_EVENT = re.compile(r"-?[0-9]{1,15}")
_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DAY_MS = 86_400_000
_DAY_OF_EPOCH = 719_528
"""Days from the first of January of the year 0 to that of 1970."""


def parse_time_ms(field: str, text: str) -> int | None:
    """Unix milliseconds of a time in the form of ``field`` (``…_s``, ``…_ms``, ``…_rfc3339``).

    Spaces, a plus and more than 15 digits are no number of seconds or milliseconds that anyone sends; only events may
    lie before 1970.
    """
    if "rfc3339" in field:
        return parse_rfc3339_ms(text)
    if not (_EVENT if field.startswith("event_") else _SIGNED).fullmatch(text):
        return None
    return int(text) * (1 if field.endswith("_ms") else 1000)


def parse_rfc3339_ms(text: str) -> int | None:
    """Unix milliseconds of every form that RFC 3339 allows; what is finer is cut off."""
    match = _RFC3339.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hour, offset_minute = match.groups()[6:]
    is_real = 1 <= month <= 12 and 1 <= day <= _days_of(year, month) and hour <= 23 and minute <= 59 and second <= 60
    if not is_real or int(offset_hour or 0) > 23 or int(offset_minute or 0) > 59:
        return None
    offset_minutes = int(offset_hour or 0) * 60 + int(offset_minute or 0)
    minutes = (_day(year, month, day) * 24 + hour) * 60 + minute
    unix_ms = ((minutes - (-offset_minutes if sign == "-" else offset_minutes)) * 60 + second) * 1000
    # Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
    if second == 60 and unix_ms % _DAY_MS != 0:
        return None
    return unix_ms + int((fraction or "").ljust(3, "0")[:3])


def to_datetime(unix_ms: int) -> datetime | None:
    """That moment in UTC; ``None`` where it lies beyond the years that Python knows."""
    try:
        return EPOCH + timedelta(milliseconds=unix_ms)
    except OverflowError:
        return None


def _days_of(year: int, month: int) -> int:
    return 29 if month == 2 and calendar.isleap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _day(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01; Python's own dates begin a year after those of RFC 3339."""
    before = year * 365 + (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400
    return before + sum(_days_of(year, earlier) for earlier in range(1, month)) + day - 1 - _DAY_OF_EPOCH
