"""Whatever this library raises."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping


@dataclass(frozen=True)
class Fault:
    """A value that the server refused."""

    pointer: str
    """JSON pointer (RFC 6901) of the value in the body; for a parameter or header, `/` and its name."""

    detail: str
    """What is wrong with it."""

    place: str | None = None
    """`query`, `header` or `path`, if it was given there; None for the body."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Fault:
        return cls(pointer=value["pointer"], detail=value["detail"], place=value.get("in"))


@dataclass(frozen=True)
class Problem:
    """A problem document (RFC 9457), as the server answers every error."""

    type: str
    """A stable URI that names the kind of problem, such as `urn:nuncio:problem:not-found`."""

    title: str
    """A short title for the kind of problem."""

    status: int
    """The HTTP status code."""

    detail: str
    """What is wrong, with the value and the field."""

    errors: tuple[Fault, ...] = ()
    """Every invalid value."""

    request_id: str | None = None
    """The request's id, to be named when asking the server's operator."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Problem:
        return cls(
            type=value["type"],
            title=value["title"],
            status=value["status"],
            detail=value["detail"],
            errors=tuple(Fault._from_json(fault) for fault in value.get("errors", ())),
            request_id=value.get("request_id"),
        )


def parse_problem(body: bytes) -> Problem | None:
    """The problem document in an answer's body, or None: whatever stands between client and server may answer with a
    page of its own."""
    try:
        return Problem._from_json(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class NuncioError(Exception):
    """The class above all errors of this library."""


class InvalidCallError(NuncioError, ValueError):
    """A call that cannot be made, such as one with an empty id. Nothing was sent."""


class ConnectionFailed(NuncioError):
    """No answer came, over all attempts. `__cause__` is what the last one failed with."""


class TimedOut(ConnectionFailed):
    """No answer came in time, over all attempts."""


class ApiError(NuncioError):
    """The server answered with an error. Its subclasses are the kinds that callers treat differently."""

    def __init__(
        self,
        status: int,
        problem: Problem | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.status = status
        """The HTTP status code."""
        self.type = problem.type if problem else "about:blank"
        """A stable URI of the kind of problem; `about:blank` if none was given."""
        self.title = problem.title if problem else f"status {status}"
        """A short title for the kind of problem."""
        self.detail = problem.detail if problem else "the answer holds no problem document"
        """What is wrong, with the value and the field."""
        self.errors = problem.errors if problem else ()
        """Every invalid value."""
        self.request_id = (problem.request_id if problem else None) or request_id
        """The request's id, to be named when asking the server's operator."""
        self.retry_after_s = retry_after_s
        """How long the server asks to stay away, seconds."""
        super().__init__(f"{status} {self.title}: {self.detail}")


class BadRequestError(ApiError):
    """400: malformed JSON, or an admin key without a project."""


class UnauthorizedError(ApiError):
    """401: no key, or one that is unknown, revoked or expired."""


class ForbiddenError(ApiError):
    """403: the key's scope or the tenant's plan does not allow it."""


class NotFoundError(ApiError):
    """404: no such thing within the key's reach."""


class ConflictError(ApiError):
    """409: the state does not allow it, or an idempotency key or event id was used for something else."""


class TooLargeError(ApiError):
    """413: over a limit, which the detail names."""


class InvalidError(ApiError):
    """422: a value or field that cannot be; `errors` says which."""


class RateLimitedError(ApiError):
    """429: too many requests, also after all retries."""


class UnavailableError(ApiError):
    """503: the store cannot take it now, also after all retries. Nothing was stored."""


_KINDS: Mapping[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    422: InvalidError,
    429: RateLimitedError,
    503: UnavailableError,
}


def error_of(
    status: int, problem: Problem | None, request_id: str | None, retry_after_s: float | None
) -> ApiError:
    """The error of an answer: of its own class where callers act differently, else an `ApiError`."""
    return _KINDS.get(status, ApiError)(status, problem, request_id, retry_after_s)
