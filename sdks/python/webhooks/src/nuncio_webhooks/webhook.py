"""The public face: a dialect with the secrets of one endpoint."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from .dialect import Dialect, builtin
from .errors import ConfigurationError, MalformedBody
from .event import Event, parse_body, read_event
from .handshake import Answer, answer_challenge
from .keys import missing, verifying_key
from .request import Headers, Request, normalize
from .verify import Verified, verify

STANDARD = "standard"
"""The dialect of a project that has chosen none: Standard Webhooks 1.0.0."""


class Webhook:
    """Verifies the requests of one endpoint. Immutable, and safe to share between threads.

    :param secrets: the endpoint's secret, or several while one replaces another; the first that fits wins.
    :param dialect: the name of a built-in dialect, or the data of another one (its file as a mapping).
    :param tolerance_s: how many seconds the signed time may be off, either way; left out, as the dialect says.
    :raises ConfigurationError: without a usable secret, or for an unknown dialect.
    """

    def __init__(
        self,
        secrets: str | Iterable[str],
        dialect: str | Mapping[str, Any] = STANDARD,
        *,
        tolerance_s: int | None = None,
    ) -> None:
        self.dialect = builtin(dialect) if isinstance(dialect, str) else Dialect.from_data(dialect)
        self.tolerance_s = self._tolerance(tolerance_s)
        given = [secrets] if isinstance(secrets, str) else list(secrets or ())
        if not given or any(not secret for secret in given):
            raise missing()
        self._keys = tuple(verifying_key(self.dialect.secret, secret) for secret in given)

    def __repr__(self) -> str:
        return f"Webhook({self.dialect.name}, {len(self._keys)} secrets)"

    def verify(
        self,
        body: bytes,
        headers: Headers,
        *,
        method: str = "POST",
        url: str | None = None,
        now_ms: int | None = None,
    ) -> Event:
        """The event of a genuine, recent request.

        :param body: the raw bytes, exactly as they arrived: parsed and written again they are others.
        :param headers: a mapping of names in any case, or pairs.
        :param url: the URL that the sender was given, for dialects that sign it.
        :param now_ms: the clock in Unix milliseconds; left out, the system's.
        :raises WebhookVerificationError: for any other request.
        """
        request = Request(_bytes(body), normalize(headers), method, url)
        verified, payload = self._read(request, now_ms)
        return read_event(self.dialect, request, payload, verified)

    def verify_signature(
        self,
        body: bytes,
        headers: Headers,
        *,
        method: str = "POST",
        url: str | None = None,
        now_ms: int | None = None,
    ) -> Verified:
        """As :meth:`verify`, but the body is not read: for receivers that store or forward it as it is."""
        return self._verify(Request(_bytes(body), normalize(headers), method, url), now_ms)

    def open(self, request: Request, now_ms: int | None = None) -> Event | Answer:
        """The event of a request, or the answer to a challenge that it holds (see :mod:`.handshake`).

        :raises WebhookVerificationError: as :meth:`verify`.
        """
        verified, payload = self._read(request, now_ms)
        answer = answer_challenge(self.dialect, payload, self._keys[verified.key])
        return answer or read_event(self.dialect, request, payload, verified)

    def _read(self, request: Request, now_ms: int | None) -> tuple[Verified, Any]:
        # Vendors publish one answer for a request without signature or body; only a form may be empty.
        if not request.body and not self.dialect.is_form:
            answers = self.dialect.answers
            raise MalformedBody("it is empty", answers.missing, answers.text)
        verified = self._verify(request, now_ms)
        return verified, parse_body(self.dialect, request.body)

    def _verify(self, request: Request, now_ms: int | None) -> Verified:
        clock_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
        return verify(self.dialect, self._keys, request, clock_ms, self.tolerance_s)

    def _tolerance(self, tolerance_s: int | None) -> int | None:
        if tolerance_s is None:
            return self.dialect.tolerance_s
        if not self.dialect.signs_time:
            raise ConfigurationError(f"the dialect `{self.dialect.name}` signs no time: leave `tolerance_s` out")
        if tolerance_s < 0:
            raise ConfigurationError(f"`tolerance_s` is {tolerance_s}: give a number of seconds, 0 or more")
        return tolerance_s


def _bytes(body: bytes) -> bytes:
    if isinstance(body, str):
        raise TypeError("the body is a str: give the raw bytes of the request, before anything decodes or parses them")
    return bytes(body)
