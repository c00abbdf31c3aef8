from __future__ import annotations

from urllib.parse import quote

from .errors import InvalidCallError


def path(template: str, *parameters: str) -> str:
    """A path with its parameters percent-encoded.

    An empty one, `.` and `..` would make another path of it, so that a missing id could address the whole collection:
    they are refused.
    """
    for parameter in parameters:
        if not isinstance(parameter, str) or parameter in ("", ".", ".."):
            raise InvalidCallError(f"{parameter!r} cannot be a part of the path {template}")
    return template.format(*(quote(parameter, safe="") for parameter in parameters))
