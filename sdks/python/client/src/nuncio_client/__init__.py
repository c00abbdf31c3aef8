"""Client of the Nuncio API: publish events, manage endpoints, look at deliveries."""

from . import models
from ._json import UNSET
from .client import Nuncio
from .clock import Clock
from .errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ConnectionFailed,
    Fault,
    ForbiddenError,
    InvalidCallError,
    InvalidError,
    NotFoundError,
    NuncioError,
    Problem,
    RateLimitedError,
    TimedOut,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
)
from .listing import Listing, Page
from .retry import RetryPolicy

__all__ = [
    "UNSET",
    "ApiError",
    "BadRequestError",
    "Clock",
    "ConflictError",
    "ConnectionFailed",
    "Fault",
    "ForbiddenError",
    "InvalidCallError",
    "InvalidError",
    "Listing",
    "NotFoundError",
    "Nuncio",
    "NuncioError",
    "Page",
    "Problem",
    "RateLimitedError",
    "RetryPolicy",
    "TimedOut",
    "TooLargeError",
    "UnauthorizedError",
    "UnavailableError",
    "models",
]
