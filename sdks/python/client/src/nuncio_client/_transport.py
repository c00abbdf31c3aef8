"""Makes calls: adds the key, tries again where that helps, turns answers into values or errors."""

from __future__ import annotations

import http.client
import json
import socket
import uuid
from dataclasses import dataclass
from typing import Any, Callable, Mapping, TypeVar
from urllib.parse import urlencode

from ._connections import Answer, Connections
from ._json import dumps, query_text
from ._redact import Redactor
from .clock import Clock
from .errors import ApiError, ConnectionFailed, NuncioError, TimedOut, error_of, parse_problem
from .listing import Listing, Page
from .retry import RetryPolicy, is_transient, parse_retry_after

T = TypeVar("T")


@dataclass(frozen=True)
class _Failure:
    error: NuncioError
    is_transient: bool
    retry_after_s: float | None = None


class Transport:
    """What the generated methods call."""

    def __init__(
        self,
        connections: Connections,
        key: str,
        project: str | None,
        timeout_s: float,
        retry: RetryPolicy,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._key = key
        self._project = project
        self._timeout_s = timeout_s
        self._retry = retry
        self._clock = clock

    def list(
        self,
        path: str,
        decode: Callable[[Mapping[str, Any]], T],
        query: Mapping[str, Any] | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[T]:
        """A list, asked for as it is read."""

        def decode_page(value: Mapping[str, Any]) -> Page[T]:
            return Page([decode(item) for item in value["data"]], value["next_cursor"])

        def page(cursor: str | None) -> Page[T]:
            at = dict(query or {}) if cursor is None else {**(query or {}), "cursor": cursor}
            return self.send("GET", path, decode_page, query=at, project=project, timeout_s=timeout_s)

        return Listing(page)

    def send(
        self,
        method: str,
        path: str,
        decode: Callable[[Any], T],
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> T:
        """Makes a call, and again after failures that may pass.

        The request is the same for every attempt, its idempotency key too, so that a POST whose answer was lost has
        one effect; the other methods have one by nature.
        """
        target = self._connections.prefix + path
        if query:
            target += "?" + urlencode({name: query_text(value) for name, value in query.items()})
        headers = self._headers(method, project, idempotency_key)
        content = None if body is None else dumps(body)
        if content is not None:
            headers["content-type"] = "application/json"
        timeout_s = self._timeout_s if timeout_s is None else timeout_s
        redactor = Redactor(self._key, body)
        attempts = 0
        while True:
            outcome = self._attempt(method, target, headers, content, timeout_s, redactor)
            if isinstance(outcome, Answer):
                return _decoded(outcome, decode, redactor)
            attempts += 1
            wait_s = self._retry.wait_s(attempts, outcome.retry_after_s, self._clock.random())
            if wait_s is None or not outcome.is_transient:
                raise outcome.error
            self._clock.sleep(wait_s)

    def _headers(self, method: str, project: str | None, idempotency_key: str | None) -> dict[str, str]:
        headers = {"accept": "application/json", "authorization": f"Bearer {self._key}"}
        project = project if project is not None else self._project
        if project is not None:
            headers["nuncio-project"] = project
        if method == "POST":
            headers["idempotency-key"] = idempotency_key or str(uuid.uuid4())
        return headers

    def _attempt(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout_s: float,
        redactor: Redactor,
    ) -> Answer | _Failure:
        origin = self._connections.origin
        error: NuncioError
        try:
            answer = self._connections.request(method, target, headers, body, timeout_s)
        # Before Python 3.10, a socket's timeout is not the built-in one.
        except (socket.timeout, TimeoutError) as cause:
            error = TimedOut(f"no answer from {origin} within {timeout_s} s")
            error.__cause__ = redactor.cause(cause)
            return _Failure(error, is_transient=True)
        except (OSError, http.client.HTTPException) as cause:
            error = ConnectionFailed(f"no answer from {origin}: {redactor.text(str(cause))}")
            error.__cause__ = redactor.cause(cause)
            return _Failure(error, is_transient=True)
        return answer if 200 <= answer.status < 300 else self._failure(answer, redactor)

    def _failure(self, answer: Answer, redactor: Redactor) -> _Failure:
        found = parse_problem(answer.body)
        problem = None if found is None else redactor.problem(found)
        retry_after_s = parse_retry_after(answer.headers.get("retry-after"), self._clock.now())
        request_id = _request_id(answer, redactor)
        error = error_of(answer.status, problem, request_id, retry_after_s)
        return _Failure(error, is_transient(answer.status, problem is not None), retry_after_s)


def _decoded(answer: Answer, decode: Callable[[Any], T], redactor: Redactor) -> T:
    try:
        return decode(json.loads(answer.body) if answer.body else None)
    except (ValueError, KeyError, TypeError) as cause:
        # Not the cause itself, which holds what could not be read: an answer may have a new key or secret in it.
        kind = type(cause).__name__
    raise ApiError(answer.status, request_id=_request_id(answer, redactor)) from ValueError(f"{kind} in the answer")


def _request_id(answer: Answer, redactor: Redactor) -> str | None:
    found = answer.headers.get("nuncio-request-id")
    return None if found is None else redactor.text(found)
