"""Is this request genuine, and recent? A pure function of the dialect, the keys, the request and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import form, signing
from .dialect import Dialect, Piece, Signature
from .errors import BadSignature, ConfigurationError, MalformedHeader, MissingHeader, TooNew, TooOld
from .keys import Key
from .request import Request, signed_urls
from .times import parse_time_ms


@dataclass(frozen=True)
class Verified:
    """What a genuine request says about itself."""

    key: int
    """Which of the secrets had signed, counted from 0."""
    version: str | None
    """The version of the signature that fitted, where the dialect has versions."""
    timestamp_ms: int | None
    """The signed time of the attempt in Unix milliseconds, where the dialect signs one."""


def verify(dialect: Dialect, keys: Sequence[Key], request: Request, now_ms: int, tolerance_s: int | None) -> Verified:
    """Verifies as the vendor's receivers should: header names in any case, signatures compared in constant time, the
    signed time at most ``tolerance_s`` seconds away from ``now_ms`` (in whole seconds where the dialect sends seconds).

    Every signature that receivers require must fit.

    :raises WebhookVerificationError: the first reason to refuse the request.
    """
    found = [
        _Verification(dialect, signature, request).run(keys, now_ms, tolerance_s) for signature in dialect.signatures
    ]
    version = next((one.version for one in found if one.version is not None), None)
    timestamp_ms = next((one.timestamp_ms for one in found if one.timestamp_ms is not None), None)
    return Verified(found[0].key, version, timestamp_ms)


class _Verification:
    def __init__(self, dialect: Dialect, signature: Signature, request: Request) -> None:
        self.dialect = dialect
        self.signature = signature
        self.answers = dialect.answers
        self.request = request
        self.value = self.header(self.signature.header)

    def run(self, keys: Sequence[Key], now_ms: int, tolerance_s: int | None) -> Verified:
        timestamp_ms = None
        if self.signature.time:
            timestamp_ms = self.timestamp_ms(self.signature.time.field)
            self.check_age(timestamp_ms, now_ms, tolerance_s)
        parts = [self.part(at, piece) for at, piece in enumerate(self.signature.content)]
        contents = [[url if part is None else part for part in parts] for url in self.urls()]
        key, version = self.find(keys, contents)
        return Verified(key, version, timestamp_ms)

    def header(self, name: str) -> str:
        """The one header of that name. A second one is refused: two readers could each take another."""
        values = self.request.values(name)
        if not values:
            raise MissingHeader(name, self.answers)
        if len(values) > 1:
            raise self.malformed(name, "it is there twice")
        return values[0]

    def malformed(self, name: str, reason: str) -> MalformedHeader:
        return MalformedHeader(name, reason, self.answers)

    def items(self) -> list[tuple[str, str]]:
        """The items of the signature header: versions (empty in a bare one) and what they hold."""
        if self.signature.grammar == "bare":
            return [("", self.value)]
        between = "=" if self.signature.grammar == "pairs" else ","
        items = (item.strip().partition(between) for item in self.value.split(self.signature.separator))
        return [(version, text) for version, found, text in items if found]

    def timestamp_ms(self, field: str) -> int:
        text, name = self.signed_time()
        unix_ms = parse_time_ms(field, text)
        if unix_ms is None:
            raise self.malformed(name, "its time is not a number in the right format")
        return unix_ms

    def signed_time(self) -> tuple[str, str]:
        """The signed time as it was sent, and the header that it came in."""
        time = self.signature.time
        if time and time.header:
            return self.header(time.header), time.header
        times = [text for key, text in self.items() if time and key == time.pair]
        if len(times) != 1:
            reason = "it holds two times" if times else "it holds no time"
            raise self.malformed(self.signature.header, reason)
        return times[0], self.signature.header

    def check_age(self, signed_ms: int, now_ms: int, tolerance_s: int | None) -> None:
        if tolerance_s is None:
            return
        in_ms = self.signature.time is not None and self.signature.time.field == "timestamp_ms"
        age_ms = (now_ms if in_ms else now_ms - now_ms % 1000) - signed_ms
        # Seconds are rounded away from zero: 300,001 ms is "301 s", never "300 s, more than 300 s".
        seconds = -(-abs(age_ms) // 1000)
        if age_ms > tolerance_s * 1000:
            raise TooOld(seconds, tolerance_s, self.answers)
        if age_ms < -tolerance_s * 1000:
            raise TooNew(seconds, tolerance_s, self.answers)

    def part(self, at: int, piece: Piece) -> bytes | None:
        """The bytes of one piece of the signed content; ``None`` stands for the URL, of which there may be two."""
        if piece.kind == "text":
            return piece.text.encode("utf-8")
        if piece.kind == "field" and piece.text == "body":
            return self.request.body
        if piece.kind == "field" and piece.text == "sorted_form":
            return form.sorted_form(self.request.body)
        if piece.kind == "field" and piece.text == "method":
            return self.request.method.encode("utf-8")
        if piece.kind == "field" and piece.text == "url":
            return None
        text, name = self.carried(piece)
        self.check_separator(at, text, name)
        return text.encode("utf-8", "surrogatepass")

    def urls(self) -> list[bytes]:
        """The URLs to try: one, empty, where the dialect does not sign it."""
        if not any(piece.kind == "field" and piece.text == "url" for piece in self.signature.content):
            return [b""]
        if self.request.url is None:
            raise ConfigurationError(f"the dialect `{self.dialect.name}` signs the URL: give `url`")
        return [url.encode("utf-8", "surrogatepass") for url in signed_urls(self.request.url)]

    def carried(self, piece: Piece) -> tuple[str, str]:
        if piece.kind == "header":
            return self.header(piece.text), piece.text
        if self.signature.time and self.signature.time.field == piece.text:
            return self.signed_time()
        name = self.dialect.header_of(piece.text)
        if name is None:
            raise self.malformed(self.signature.header, "a signed value was not sent")
        return self.header(name), name

    def check_separator(self, at: int, text: str, name: str) -> None:
        """A value that holds the text which ends it could be cut elsewhere and still be signed the same."""
        after = self.signature.content[at + 1 : at + 2]
        if after and after[0].kind == "text" and after[0].text in text:
            raise self.malformed(name, "it holds the separator of the signed content")

    def find(self, keys: Sequence[Key], contents: Sequence[Sequence[bytes]]) -> tuple[int, str | None]:
        """The first key that fits a signature of an accepted version under one of ``contents``, and that version."""
        items = self.items()
        if self.signature.grammar != "bare" and not any(version for version, _ in items):
            raise self.malformed(self.signature.header, "it lists no signature")
        for index, key in enumerate(keys):
            for scheme in self.signature.schemes:
                if scheme.version and scheme.version not in self.dialect.versions:
                    continue
                texts = [text for version, text in items if version == scheme.version]
                if any(signing.fits_one(scheme, key, parts, texts) for parts in contents):
                    return index, scheme.version or None
        raise BadSignature(self.signature.header, self.answers)
