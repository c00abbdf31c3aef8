"""What a new endpoint is asked before it gets events, and the answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from . import signing
from .dialect import Dialect
from .keys import Key, SharedKey
from .request import Request


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, headers, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of_text(cls, status: int, text: str, *headers: tuple[str, str]) -> Answer:
        """An answer of plain text."""
        return cls(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), text.encode("utf-8"))


def answer_options(dialect: Dialect, request: Request, allowed_origins: Collection[str] | None) -> Answer | None:
    """The answer to an ``OPTIONS`` request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); ``None`` where
    the dialect asks nothing like it. ``allowed_origins`` are the senders that may send; ``None`` allows any.
    """
    rules = dialect.handshake or {}
    if request.method.upper() != "OPTIONS" or "request_header" not in rules:
        return None
    origins = request.values(rules["request_header"])
    if len(origins) != 1 or (allowed_origins is not None and origins[0] not in allowed_origins):
        return Answer.of_text(403, "Unknown sender")
    return Answer(204, ((rules["answer_header"], origins[0]), ("Allow", "POST, OPTIONS")), b"")


def answer_challenge(dialect: Dialect, payload: Any, key: Key) -> Answer | None:
    """The answer to a verified request that is a challenge, signed with ``key`` where the dialect wants that; ``None``
    for an event.
    """
    rules = dialect.handshake or {}
    if "challenge" not in rules:
        return None
    challenge_path = _path(rules["challenge"])
    challenge = _lookup(payload, challenge_path)
    template = json.loads(rules["request"])
    if not isinstance(challenge, str) or not _holds(payload, template, challenge_path):
        return None
    answer: dict[str, Any] = {}
    _put(answer, _path(rules["answer"]), challenge)
    if "digest" in rules:
        _put(answer, _path(rules["digest"]), _digest(dialect, challenge, key))
    body = json.dumps(answer, separators=(",", ":")).encode("utf-8")
    return Answer(200, (("Content-Type", "application/json"),), body)


def _digest(dialect: Dialect, challenge: str, key: Key) -> str | None:
    """The signature of the challenge alone, as the first scheme writes it but without its prefix."""
    if not isinstance(key, SharedKey):
        return None
    return signing.shared(dialect.signatures[0].schemes[0], key, [challenge.encode("utf-8", "surrogatepass")])


def _holds(payload: Any, template: Any, challenge: list[str]) -> bool:
    """Whether ``payload`` is the template with a challenge in it; vendors add members of their own."""
    if challenge == []:
        return True
    if not isinstance(template, Mapping) or not isinstance(payload, Mapping):
        return bool(payload == template)
    head, rest = challenge[0], challenge[1:]
    return all(
        name in payload and (_holds(payload[name], value, rest) if name == head else payload[name] == value)
        for name, value in template.items()
    )


def _path(pointer: str) -> list[str]:
    """The names of a JSON pointer (RFC 6901)."""
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def _lookup(payload: Any, path: list[str]) -> Any:
    for name in path:
        payload = payload.get(name) if isinstance(payload, Mapping) else None
    return payload


def _put(answer: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        answer = answer.setdefault(name, {})
    answer[path[-1]] = value
