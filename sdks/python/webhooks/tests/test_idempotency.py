"""Each delivery once, retries of failures again."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from signed import BODY, NOW_MS, SECRET, hexadecimal, standard

from nuncio_webhooks import Claim, Deduplicator, Event, MemoryStore, Receiver, Request, Webhook
from nuncio_webhooks.idempotency import key_of

EVENT = Webhook(SECRET).verify(BODY, standard(BODY, NOW_MS), now_ms=NOW_MS)


class Clock:
    """A clock that the test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_delivery_is_first_once() -> None:
    deduplicator = Deduplicator()
    assert deduplicator.first_time(EVENT)
    assert not deduplicator.first_time(EVENT)
    assert deduplicator.first_time(replace(EVENT, id="evt_2"))


def test_a_running_delivery_is_neither_first_nor_done() -> None:
    deduplicator = Deduplicator()
    assert deduplicator.claim(EVENT) is Claim.FIRST
    assert deduplicator.claim(EVENT) is Claim.RUNNING
    deduplicator.complete(EVENT)
    assert deduplicator.claim(EVENT) is Claim.DONE


def test_a_released_delivery_is_first_again() -> None:
    deduplicator = Deduplicator()
    deduplicator.claim(EVENT)
    deduplicator.release(EVENT)
    assert deduplicator.claim(EVENT) is Claim.FIRST


def test_the_window_ends_and_so_does_a_lease() -> None:
    clock = Clock()
    deduplicator = Deduplicator(MemoryStore(clock=clock), window_s=60, lease_s=5)
    deduplicator.claim(EVENT)
    clock.now_s = 5
    assert deduplicator.claim(EVENT) is Claim.FIRST
    deduplicator.complete(EVENT)
    clock.now_s = 64.9
    assert deduplicator.claim(EVENT) is Claim.DONE
    clock.now_s = 65
    assert deduplicator.claim(EVENT) is Claim.FIRST


def test_the_store_is_bounded_and_forgets_the_oldest() -> None:
    store = MemoryStore(capacity=2)
    for key in ["a", "b", "c"]:
        assert store.claim(key, 60) is Claim.FIRST
    assert len(store) == 2
    assert store.claim("c", 60) is Claim.RUNNING
    assert store.claim("a", 60) is Claim.FIRST


def test_of_many_threads_one_is_first() -> None:
    deduplicator = Deduplicator()
    start = threading.Barrier(8)
    claims: list[Claim] = []

    def ask() -> None:
        start.wait()
        claims.append(deduplicator.claim(EVENT))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim.value for claim in claims) == ["first"] + ["running"] * 7


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (EVENT, "standard:event:evt_1"),
        (replace(EVENT, delivery_id="del_1"), "standard:delivery:del_1"),
        (replace(EVENT, id=None), None),
    ],
)
def test_deliveries_are_told_apart_by_the_best_id_there_is(event: Event, key: str) -> None:
    assert key_of(event) == key


def test_events_without_an_id_are_handled_every_time() -> None:
    body = b'{"event":"device.new","data":{}}'
    request = Request(body, (("X-Grantiva-Signature", hexadecimal(body, prefix="sha256=")),))
    receiver = Receiver(Webhook(SECRET, "grantiva"), deduplicator=Deduplicator())
    handled: list[Event] = []
    for _ in range(2):
        assert receiver.handle(request, handled.append).status == 204
    assert len(handled) == 2


def signed_now() -> Request:
    import time

    return Request(BODY, tuple(standard(BODY, time.time_ns() // 1_000_000).items()))


def test_a_failed_handler_lets_the_retry_through() -> None:
    receiver = Receiver(Webhook(SECRET), deduplicator=Deduplicator())
    handled: list[Event] = []

    def fails(_: Event) -> None:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):
        receiver.handle(signed_now(), fails)
    assert receiver.handle(signed_now(), handled.append).status == 204
    assert receiver.handle(signed_now(), handled.append).status == 204
    assert len(handled) == 1


def test_an_attempt_during_another_is_told_to_come_again() -> None:
    receiver = Receiver(Webhook(SECRET), deduplicator=Deduplicator())
    answers = []

    def meanwhile(_: Event) -> None:
        answers.append(receiver.handle(signed_now(), meanwhile))

    receiver.handle(signed_now(), meanwhile)
    assert [(answer.status, dict(answer.headers)["Retry-After"]) for answer in answers] == [(503, "30")]
