"""Dialects: the data that says how a vendor's requests look, read once into typed values.

The data is that of the dialect files, as JSON. Nothing here or elsewhere in this package knows a vendor's name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from .errors import Answers, DialectError

TIMESTAMPS = ("timestamp_s", "timestamp_ms", "timestamp_rfc3339")
DEFAULT_SEPARATORS = {"bare": "", "pairs": ",", "versions": " "}


@dataclass(frozen=True)
class Piece:
    """One piece of a value: a field (in whatever words), a literal text, another header of the request, or an entry of
    the tenant's metadata."""

    kind: str
    """``field``, ``text``, ``header`` or ``metadata``."""
    text: str
    default: tuple[Piece, ...] = ()
    """What stands in the place of metadata that the tenant does not have."""
    is_encoded: bool = False
    """Whether it is percent-encoded, as a part of a URI."""


@dataclass(frozen=True)
class Scheme:
    """One way of signing; a header with versions may have several."""

    version: str
    algorithm: str
    output: str
    prefix: str
    user: str


@dataclass(frozen=True)
class SignedTime:
    """Which form the signed time has, and where it is: in a header, or in the signature's pair of that key."""

    field: str
    header: str | None
    pair: str | None


@dataclass(frozen=True)
class Signature:
    """What is signed, and how the header spells it."""

    header: str
    grammar: str
    separator: str
    content: tuple[Piece, ...]
    schemes: tuple[Scheme, ...]
    time: SignedTime | None


@dataclass(frozen=True)
class SecretRules:
    """How a key comes from a secret."""

    key: str
    prefix: str
    key_bytes_min: int
    key_bytes_max: int
    private_prefix: str | None
    public_prefix: str | None
    takes_shared: bool
    is_token: bool


@dataclass(frozen=True)
class Header:
    """A header that the dialect sends, and the pieces of its value."""

    name: str
    value: tuple[Piece, ...]


@dataclass(frozen=True)
class Member:
    """A place in the envelope: the names that lead to it, and the pieces of its value."""

    path: tuple[str, ...]
    value: tuple[Piece, ...]


@dataclass(frozen=True)
class Dialect:
    """One dialect, as a receiver needs it."""

    name: str
    title: str
    secret: SecretRules
    headers: tuple[Header, ...]
    signatures: tuple[Signature, ...]
    """Those that must all fit; the first is the one whose key and scheme count."""
    is_escaped: bool
    """Whether values of headers are percent-encoded (CloudEvents 1.0, HTTP binding, 3.1.3.2)."""
    is_form: bool
    members: tuple[Member, ...]
    tolerance_s: int | None
    versions: tuple[str, ...]
    answers: Answers
    handshake: Mapping[str, str] | None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Dialect:
        """Reads the data of a dialect file (its TOML, or the same as JSON); other keys than a receiver's are ignored.

        :raises DialectError: naming what is missing. ``nuncio dialect check`` finds every other contradiction.
        """
        name = data.get("name", "?")
        if not _required(data.get("signature", ())):
            raise DialectError(f"the dialect `{name}` has no `[signature]`: there is nothing to verify")
        try:
            return _dialect(data)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise DialectError(f"the dialect `{name}` is incomplete: {error!r}; check its file first") from error

    @property
    def signs_time(self) -> bool:
        """Whether a signed time tells how old a request is."""
        return any(signature.time for signature in self.signatures)

    def header_of(self, field: str) -> str | None:
        """The header whose whole value is that field, if the dialect sends one."""
        return _sole_carrier(self.headers, field)


@cache
def _builtins() -> Mapping[str, Dialect]:
    text = resources.files(__package__).joinpath("dialects.json").read_text(encoding="utf-8")
    return {data["name"]: Dialect.from_data(data) for data in json.loads(text)}


def builtin(name: str) -> Dialect:
    """The built-in dialect of that name.

    :raises DialectError: naming those that exist.
    """
    dialects = _builtins()
    if name not in dialects:
        known = ", ".join(dialects)
        raise DialectError(f"there is no built-in dialect `{name}`: give one of {known}, or a dialect's own data")
    return dialects[name]


def builtin_names() -> tuple[str, ...]:
    """The names of the built-in dialects, the default one first."""
    return tuple(_builtins())


def _dialect(data: Mapping[str, Any]) -> Dialect:
    headers = tuple(Header(header["name"], _pieces(header["value"])) for header in data.get("header", ()))
    signatures = tuple(_signature(table, headers) for table in _required(data["signature"]))
    receiver = data.get("receiver", {})
    body = data["body"]
    schemes = [scheme for signature in signatures for scheme in signature.schemes]
    known = tuple(scheme.version for scheme in schemes if scheme.version)
    return Dialect(
        name=data["name"],
        title=data.get("title", data["name"]),
        secret=_secret_rules(data),
        headers=headers,
        signatures=signatures,
        is_escaped=data.get("request", {}).get("values") == "cloudevents",
        is_form=body["format"] == "form",
        members=_members(body.get("members", ()), ()),
        tolerance_s=receiver.get("tolerance_s"),
        versions=tuple(receiver.get("versions", known)),
        answers=Answers(**receiver.get("answers", {})),
        handshake=data.get("handshake"),
    )


def _pieces(value: Any) -> tuple[Piece, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(piece for item in value for piece in _pieces(item))
    if isinstance(value, str):
        return (Piece("field", value),)
    kind = next(kind for kind in ("text", "header", "field", "metadata") if kind in value)
    default = value.get("default")
    instead = _pieces(default) if isinstance(default, (str, list, tuple, Mapping)) else ()
    return (Piece(kind, value[kind], instead, "uri" in value),)


def _tables(signatures: Any) -> list[Mapping[str, Any]]:
    return [signatures] if isinstance(signatures, Mapping) else list(signatures)


def _required(signatures: Any) -> list[Mapping[str, Any]]:
    """Those that receivers refuse a request without; the others are sent for old receivers only."""
    return [table for table in _tables(signatures) if table.get("receivers", "require") == "require"]


def _signature(data: Mapping[str, Any], headers: tuple[Header, ...]) -> Signature:
    content = _pieces(data.get("content", ()))
    return Signature(
        header=data["header"],
        grammar=data["grammar"],
        separator=data.get("separator", DEFAULT_SEPARATORS[data["grammar"]]),
        content=content,
        schemes=tuple(_scheme(scheme) for scheme in data["scheme"]),
        time=_signed_time(content, data.get("timestamp_key"), headers),
    )


def _scheme(data: Mapping[str, Any]) -> Scheme:
    return Scheme(
        version=data.get("version", ""),
        algorithm=data["algorithm"],
        output=data.get("output", "base64"),
        prefix=data.get("prefix", ""),
        user=data.get("user", ""),
    )


def _signed_time(content: tuple[Piece, ...], pair: str | None, headers: tuple[Header, ...]) -> SignedTime | None:
    signed = [piece.text for piece in content if piece.kind == "field" and piece.text in TIMESTAMPS]
    if not signed:
        return None
    return SignedTime(signed[0], None if pair else _sole_carrier(headers, signed[0]), pair)


def _sole_carrier(headers: tuple[Header, ...], field: str) -> str | None:
    return next((header.name for header in headers if header.value == (Piece("field", field),)), None)


def _secret_rules(data: Mapping[str, Any]) -> SecretRules:
    rules = data["secret"]
    schemes = [scheme for table in _tables(data["signature"]) for scheme in table["scheme"]]
    pair: Mapping[str, Any] = next((scheme for scheme in schemes if scheme["algorithm"] == "ed25519"), {})
    least, most = rules.get("key_bytes", (rules["bytes"], rules["bytes"]))
    return SecretRules(
        key=rules["key"],
        prefix=rules.get("prefix", ""),
        key_bytes_min=least,
        key_bytes_max=most,
        private_prefix=pair.get("private_prefix"),
        public_prefix=pair.get("public_prefix"),
        takes_shared=any(scheme["algorithm"] != "ed25519" for scheme in schemes),
        is_token=any(scheme["algorithm"] == "token" for scheme in schemes),
    )


def _members(members: Any, above: tuple[str, ...]) -> tuple[Member, ...]:
    found: tuple[Member, ...] = ()
    for member in members:
        path = (*above, member["name"])
        if "members" in member:
            found += _members(member["members"], path)
        elif "value" in member:
            found += (Member(path, _pieces(member["value"])),)
    return found
