"""Time and chance: another clock makes tests exact."""

from __future__ import annotations

import random
import time
from typing import Protocol


class Clock(Protocol):
    """What a client asks of the system."""

    def now(self) -> float:
        """The time, seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Waits."""

    def random(self) -> float:
        """A number from 0 to 1, 1 excluded."""


class SystemClock:
    """The system's."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def random(self) -> float:
        return random.random()
