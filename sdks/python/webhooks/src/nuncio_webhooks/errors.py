"""Why a request is refused, and why a receiver cannot be set up.

Every refusal is a :class:`WebhookVerificationError` with a stable ``code`` and with the status and text that the
dialect's vendor publishes for it. Their messages are for logs: they never hold a secret or a payload.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

BODY_STATUS = 400
"""The status for a genuine request whose body cannot be read: nothing is wrong with its signature."""
BODY_TEXT = "Invalid body"


@dataclass(frozen=True)
class Answers:
    """How the vendor's published receivers refuse: two status codes and a text."""

    missing: int = 401
    invalid: int = 401
    text: str = "Invalid signature"


class ConfigurationError(ValueError):
    """The receiver cannot work as it was set up; the message says what to change."""


class SecretError(ConfigurationError):
    """A secret that cannot be used. The message never holds the secret."""


class DialectError(ConfigurationError):
    """An unknown dialect, or data that is none."""


class WebhookVerificationError(Exception):
    """A request that must not be acted upon."""

    code: ClassVar[str] = "refused"
    """The stable name of the kind, the same in every Nuncio library."""

    def __init__(self, message: str, status: int, text: str) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status to answer with."""
        self.text = text
        """The text to answer with."""


class MissingHeader(WebhookVerificationError):
    """A header that the dialect needs is not there."""

    code = "missing_header"

    def __init__(self, header: str, answers: Answers) -> None:
        super().__init__(f"the header `{header}` is missing", answers.missing, answers.text)
        self.header = header


class MalformedHeader(WebhookVerificationError):
    """A header that is not of the dialect's form, or that is there twice."""

    code = "malformed_header"

    def __init__(self, header: str, reason: str, answers: Answers) -> None:
        super().__init__(f"the header `{header}` is malformed: {reason}", answers.missing, answers.text)
        self.header = header
        self.reason = reason


class BadSignature(WebhookVerificationError):
    """No secret fits any signature of an accepted version."""

    code = "bad_signature"

    def __init__(self, header: str, answers: Answers) -> None:
        super().__init__(f"no signature in `{header}` matches the request", answers.invalid, answers.text)
        self.header = header


class TooOld(WebhookVerificationError):
    """The signed time is too far in the past."""

    code = "too_old"

    def __init__(self, age_s: int, tolerance_s: int, answers: Answers) -> None:
        super().__init__(
            f"the request was signed {age_s} s ago, more than the {tolerance_s} s that are allowed",
            answers.invalid,
            answers.text,
        )
        self.age_s = age_s
        self.tolerance_s = tolerance_s


class TooNew(WebhookVerificationError):
    """The signed time is too far in the future."""

    code = "too_new"

    def __init__(self, ahead_s: int, tolerance_s: int, answers: Answers) -> None:
        super().__init__(
            f"the request was signed {ahead_s} s in the future, more than the {tolerance_s} s that are allowed",
            answers.invalid,
            answers.text,
        )
        self.ahead_s = ahead_s
        self.tolerance_s = tolerance_s


class MalformedBody(WebhookVerificationError):
    """A body that is not what the dialect sends: missing, or genuine and of another form."""

    code = "malformed_body"

    def __init__(self, reason: str, status: int = BODY_STATUS, text: str = BODY_TEXT) -> None:
        super().__init__(f"the body is malformed: {reason}", status, text)
        self.reason = reason
