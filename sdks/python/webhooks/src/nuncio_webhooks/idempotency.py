"""Every delivery handled once: retries of one that was handled are recognised by their id.

A delivery is *running* from the first time it is seen until its handler ends. Then it is *done* and remembered for a
window, or, where the handler failed, released, so that the sender's retry is handled. A process that dies while it
runs a handler releases it too: the lease ends.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from enum import Enum
from typing import Callable, Protocol

from .event import Event

WINDOW_S = 24 * 3600
"""How long a delivery that was handled is remembered."""
LEASE_S = 300
"""How long a handler may take before a retry counts as the first attempt."""
CAPACITY = 100_000
"""How many deliveries the store in memory remembers: about 20 MB at most."""


class Claim(Enum):
    """What a store answers for a delivery."""

    FIRST = "first"
    """It was not seen before, or was released: handle it."""
    RUNNING = "running"
    """Another handler has it."""
    DONE = "done"
    """It was handled within the window."""


class Store(Protocol):
    """Where deliveries are remembered; several processes share one by sharing a database."""

    def claim(self, key: str, lease_s: int) -> Claim:
        """Asks and takes in one atomic step: of several callers at once, one gets ``FIRST``."""

    def complete(self, key: str, window_s: int) -> None:
        """Remembers as done for that long."""

    def release(self, key: str) -> None:
        """Forgets."""


class MemoryStore:
    """Remembers within this process; the oldest goes first when the capacity is reached."""

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[Claim, float]] = OrderedDict()

    def claim(self, key: str, lease_s: int) -> Claim:
        with self._lock:
            state, ends = self._entries.get(key, (Claim.FIRST, 0.0))
            if state is not Claim.FIRST and ends > self._clock():
                return state
            self._put(key, Claim.RUNNING, lease_s)
            return Claim.FIRST

    def complete(self, key: str, window_s: int) -> None:
        with self._lock:
            self._put(key, Claim.DONE, window_s)

    def release(self, key: str) -> None:
        with self._lock:
            self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)

    def _put(self, key: str, state: Claim, seconds: int) -> None:
        self._entries[key] = (state, self._clock() + seconds)
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)


class Deduplicator:
    """Asks the store about events.

    :param store: left out, one in memory.
    :param window_s: how many seconds a handled delivery is remembered.
    :param lease_s: how many seconds a handler may take.
    """

    def __init__(self, store: Store | None = None, *, window_s: int = WINDOW_S, lease_s: int = LEASE_S) -> None:
        self._store: Store = MemoryStore() if store is None else store
        self._window_s = window_s
        self._lease_s = lease_s

    def claim(self, event: Event) -> Claim:
        """Whether to handle it. ``FIRST`` must be followed by :meth:`complete` or :meth:`release`."""
        key = key_of(event)
        return Claim.FIRST if key is None else self._store.claim(key, self._lease_s)

    def complete(self, event: Event) -> None:
        """Its handler has succeeded."""
        key = key_of(event)
        if key is not None:
            self._store.complete(key, self._window_s)

    def release(self, event: Event) -> None:
        """Its handler has failed: the next attempt is to be handled."""
        key = key_of(event)
        if key is not None:
            self._store.release(key)

    def first_time(self, event: Event) -> bool:
        """Whether the event is new, for receivers that handle it in the same transaction: it is done at once."""
        if self.claim(event) is not Claim.FIRST:
            return False
        self.complete(event)
        return True


def key_of(event: Event) -> str | None:
    """What tells deliveries apart: the delivery's id, else the event's. ``None`` where the dialect carries neither;
    such events are handled every time, since two that look alike may be two.
    """
    if event.delivery_id is not None:
        return f"{event.dialect}:delivery:{event.delivery_id}"
    if event.id is not None:
        return f"{event.dialect}:event:{event.id}"
    return None
