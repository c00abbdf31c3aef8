"""Receive webhooks that Nuncio sends: verified, recent, and each once.

>>> from nuncio_webhooks import Webhook
>>> webhook = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "standard")

Give :meth:`Webhook.verify` the raw body and the headers of a request; it returns an :class:`Event` or raises a
:class:`WebhookVerificationError`. The modules ``flask``, ``starlette``, ``django``, ``wsgi``, ``asgi`` and
``aws_lambda`` of this package do so for a framework.
"""

from .dialect import builtin_names
from .errors import (
    BadSignature,
    ConfigurationError,
    DialectError,
    MalformedBody,
    MalformedHeader,
    MissingHeader,
    SecretError,
    TooNew,
    TooOld,
    WebhookVerificationError,
)
from .event import Event
from .handshake import Answer
from .idempotency import Claim, Deduplicator, MemoryStore, Store
from .receiver import Receiver
from .request import Request
from .verify import Verified
from .webhook import Webhook

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "BadSignature",
    "Claim",
    "ConfigurationError",
    "Deduplicator",
    "DialectError",
    "Event",
    "MalformedBody",
    "MalformedHeader",
    "MemoryStore",
    "MissingHeader",
    "Receiver",
    "Request",
    "SecretError",
    "Store",
    "TooNew",
    "TooOld",
    "Verified",
    "Webhook",
    "WebhookVerificationError",
    "builtin_names",
]
