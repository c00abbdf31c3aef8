"""When is a call made again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how soon a call is made again."""

    attempts_max: int = 4
    """Attempts in all; 1 never tries again."""

    base_s: float = 0.25
    """The wait before the second attempt, seconds; each further one doubles it."""

    cap_s: float = 8.0
    """The longest wait of its own choice, seconds."""

    retry_after_max_s: float = 30.0
    """The longest wait that a server may ask for, seconds. If it asks for more, the call fails at once."""

    def wait_s(self, attempts: int, retry_after_s: float | None, chance: float) -> float | None:
        """How long to wait before the next attempt, seconds; None if there is none.

        `attempts` are over. The wait doubles each time, minus up to half of it by `chance` (0 to 1), so that many
        clients do not come back together; it is never shorter than what the server asks for.
        """
        asked = retry_after_s or 0.0
        if attempts >= self.attempts_max or asked > self.retry_after_max_s:
            return None
        full = min(self.cap_s, self.base_s * 2.0 ** (attempts - 1))
        return max(asked, full * (1 - chance / 2))


def is_transient(status: int, has_problem: bool) -> bool:
    """Whether an answer is worth another attempt: the server asks for it (429, 503), or something between answered for
    it (any other 5xx without a problem document). What the server itself says of a failure stays so."""
    return status in (429, 503) or (status >= 500 and not has_problem)


def parse_retry_after(value: str | None, now_s: float) -> float | None:
    """The value of a `Retry-After` header (RFC 9110, 10.2.3) in seconds from `now_s`; None if it has no meaning."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    # HTTP's dates are GMT; one that does not say so is read as that too.
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return max(0.0, at.timestamp() - now_s)
