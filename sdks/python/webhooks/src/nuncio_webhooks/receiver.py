"""What a receiver answers, whatever framework carries it: the adapters only translate."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Collection
from typing import Callable

from .errors import WebhookVerificationError
from .event import Event
from .handshake import Answer, answer_options
from .idempotency import Claim, Deduplicator
from .request import Request
from .webhook import Webhook

BODY_BYTES_MAX = 4 * 1024 * 1024
"""An event's data has at most 1 MiB, which a form at most triples; more cannot fill the memory."""
RETRY_AFTER_S = 30
"""When to try again while another attempt is still being handled."""

logger = logging.getLogger("nuncio_webhooks")
Handler = Callable[[Event], object]
AsyncHandler = Callable[[Event], Awaitable[object]]


class Receiver:
    """Answers handshakes, refuses what is not genuine, and hands each delivery on once.

    :param webhook: the dialect and the secrets.
    :param deduplicator: recognises retries of what was handled; left out, every request is handled.
    :param url: the public URL of the endpoint, where a proxy hides it and the dialect signs it.
    :param allowed_origins: who may send, for dialects that ask with ``OPTIONS``; left out, anyone.
    """

    def __init__(
        self,
        webhook: Webhook,
        *,
        deduplicator: Deduplicator | None = None,
        url: str | None = None,
        allowed_origins: Collection[str] | None = None,
    ) -> None:
        self.webhook = webhook
        self.deduplicator = deduplicator
        self._url = url
        self._allowed_origins = allowed_origins

    def open(self, request: Request) -> Event | Answer:
        """The event to handle, or the answer to give instead. An event must be followed by :meth:`succeeded` or
        :meth:`failed`.
        """
        if self._url is not None:
            request = Request(request.body, request.headers, request.method, self._url)
        options = answer_options(self.webhook.dialect, request, self._allowed_origins)
        if options:
            return options
        if request.method.upper() != "POST":
            return Answer.of_text(405, "Method not allowed", ("Allow", "POST"))
        try:
            opened = self.webhook.open(request)
        except WebhookVerificationError as refusal:
            return refuse(refusal)
        return opened if isinstance(opened, Answer) else self._claim(opened)

    def handle(self, request: Request, handler: Handler) -> Answer:
        """Runs ``handler`` for an event that is to be handled. What it raises goes on to the caller."""
        opened = self.open(request)
        if isinstance(opened, Answer):
            return opened
        try:
            handler(opened)
        except BaseException:
            self.failed(opened)
            raise
        self.succeeded(opened)
        return received()

    async def handle_async(self, request: Request, handler: AsyncHandler) -> Answer:
        """As :meth:`handle`, for a coroutine."""
        opened = self.open(request)
        if isinstance(opened, Answer):
            return opened
        try:
            await handler(opened)
        except BaseException:
            self.failed(opened)
            raise
        self.succeeded(opened)
        return received()

    def succeeded(self, event: Event) -> None:
        """The event was handled."""
        if self.deduplicator:
            self.deduplicator.complete(event)

    def failed(self, event: Event) -> None:
        """The event was not handled: its retry will be."""
        if self.deduplicator:
            self.deduplicator.release(event)

    def _claim(self, event: Event) -> Event | Answer:
        claim = self.deduplicator.claim(event) if self.deduplicator else Claim.FIRST
        if claim is Claim.FIRST:
            return event
        if claim is Claim.DONE:
            return received()
        return Answer.of_text(503, "Still being handled", ("Retry-After", str(RETRY_AFTER_S)))


def received() -> Answer:
    """The answer to an event that was handled."""
    return Answer(204, (), b"")


def refuse(refusal: WebhookVerificationError) -> Answer:
    """The answer that the dialect's vendor publishes for a refused request."""
    logger.warning("webhook request refused: %s (%s)", refusal, refusal.code)
    return Answer.of_text(refusal.status, refusal.text)


def too_large() -> Answer:
    """The answer to a body of more than :data:`BODY_BYTES_MAX`."""
    return Answer.of_text(413, f"The body has more than {BODY_BYTES_MAX} bytes")
