"""Errors end up in logs. This keeps what a call has sent in confidence out of them: the API key, and the secrets and
credentials in the body. A server that names a refused value, and anything between that repeats a request, would
otherwise write them there."""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, Mapping
from urllib.parse import quote

from .errors import Fault, Problem

MASK = "[secret]"
"""What stands in a secret's place."""
SECRET_LENGTH_MIN = 4
"""A shorter text is too common for masking it to hide anything."""
CAUSES_MAX = 8
"""How many causes of causes are looked at."""
_SECRET_MEMBERS = frozenset(
    ("secret", "secrets", "password", "token", "value", "client_secret", "private_key", "client_key", "headers")
)
_CREDENTIALS_IN_URL = re.compile(r"(://)[^\s/?#\"'@]*@")


class Redactor:
    """Masks the key, and the secrets of one body."""

    def __init__(self, key: str, body: Any = None) -> None:
        self._key = key
        self._body = body
        self._found: list[str] | None = None

    def text(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets():
            text = text.replace(secret, MASK)
        return _CREDENTIALS_IN_URL.sub(rf"\1{MASK}@", text)

    def problem(self, problem: Problem) -> Problem:
        """The problem without secrets."""
        return Problem(
            type=self.text(str(problem.type)),
            title=self.text(str(problem.title)),
            status=problem.status,
            detail=self.text(str(problem.detail)),
            errors=tuple(
                Fault(self.text(str(fault.pointer)), self.text(str(fault.detail)), fault.place)
                for fault in problem.errors
            ),
            request_id=None if problem.request_id is None else self.text(str(problem.request_id)),
        )

    def cause(self, cause: BaseException, depth: int = 0) -> BaseException:
        """The cause itself or, if it or one of its own causes names a secret, an error with its message without."""
        above = cause.__cause__ or cause.__context__
        inner = self.cause(above, depth + 1) if above is not None and depth < CAUSES_MAX else None
        shown = "\n".join((str(cause), repr(cause), repr(vars(cause)), repr(cause.args)))
        if inner is above and self.text(shown) == shown:
            return cause
        masked = OSError(f"{type(cause).__name__}: {self.text(str(cause))}")
        masked.__cause__ = inner
        return masked

    def _secrets(self) -> list[str]:
        if self._found is None:
            plain = [secret for secret in (self._key, *_secrets_in(self._body, False)) if len(secret) >= SECRET_LENGTH_MIN]
            spelt = {form for secret in plain for form in _spellings(secret)}
            # Longest first: a secret may be a part of another.
            self._found = sorted(spelt, key=len, reverse=True)
        return self._found


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="", errors="replace")


def _secrets_in(value: Any, is_secret: bool) -> Iterator[str]:
    if isinstance(value, str):
        if is_secret:
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _secrets_in(inner, is_secret or name in _SECRET_MEMBERS)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _secrets_in(inner, is_secret)
