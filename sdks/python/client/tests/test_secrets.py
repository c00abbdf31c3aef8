"""Whatever goes wrong, an error shows neither the API key nor what a call sends in confidence."""

from __future__ import annotations

import json
import traceback
from typing import Any, Callable
from urllib.parse import quote

import pytest

import nuncio_client as sdk
from nuncio_client import models
from scripted_server import Scripted

KEY = "nk_key_d41d8cd98f00b204"
SECRETS = ('whsec_MfKQ9r8GKYqrTwjUPD8I"quoted\\', "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x")
URL = "https://user:url-pass@hooks.example.com/in"
ENDPOINT: dict[str, Any] = {
    "tenant": "acme",
    "url": URL,
    "events": ["*"],
    "secret": SECRETS[0],
    "headers": {"Authorization": SECRETS[1]},
}
ECHO = " | ".join([KEY, *SECRETS, *(json.dumps(secret) for secret in SECRETS), repr(SECRETS[0]), URL])


def shown(error: BaseException) -> str:
    """Every way in which an error reaches a log."""
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    texts = ["".join(lines)]
    links: BaseException | None = error
    while links is not None:
        texts += [str(links), repr(links), repr(vars(links)), repr(links.args), json.dumps(vars(links), default=repr)]
        links = links.__cause__ or (None if links.__suppress_context__ else links.__context__)
    return "\n".join(texts)


def assert_no_secret(error: BaseException) -> None:
    text = shown(error)
    for secret in (KEY, *SECRETS, "url-pass"):
        for spelt in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe="")):
            assert spelt not in text


def failure(scene: Callable[..., Any], scripted: Scripted, **options: Any) -> sdk.NuncioError:
    s = scene(scripted, key=KEY, retry=sdk.RetryPolicy(attempts_max=1), **options)
    with pytest.raises(sdk.NuncioError) as failed:
        s.client.endpoints.create(**ENDPOINT)
    return failed.value


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 418, 422, 429, 503])
def test_error_of_a_server_that_repeats_the_request_holds_no_secret(scene: Callable[..., Any], status: int) -> None:
    faults = [{"pointer": f"/{KEY}", "detail": ECHO}]
    body = {"type": f"urn:x:{KEY}", "title": ECHO, "status": status, "detail": ECHO, "errors": faults, "request_id": ECHO}
    error = failure(scene, Scripted(status, body, {"nuncio-request-id": f"req {KEY}"}))
    assert isinstance(error, sdk.ApiError)
    assert "[secret]" in error.detail
    assert_no_secret(error)


@pytest.mark.parametrize(
    "scripted",
    [
        Scripted(500, ECHO.encode(), {"nuncio-request-id": KEY}),
        Scripted(201, f'{{"secret": "{KEY}" {ECHO}'.encode()),
        Scripted(201, {"id": KEY, "created_at": ECHO}),
        Scripted(201, {"data": [ECHO]}),
        Scripted(instead="broken"),
    ],
)
def test_error_of_an_answer_that_is_none_holds_no_secret(scene: Callable[..., Any], scripted: Scripted) -> None:
    assert_no_secret(failure(scene, scripted))


def test_error_of_a_call_whose_time_is_up_holds_no_secret(scene: Callable[..., Any]) -> None:
    error = failure(scene, Scripted(instead="silent"), timeout_s=0.05)
    assert isinstance(error, sdk.TimedOut)
    assert_no_secret(error)


def test_error_of_a_connection_that_tells_what_it_was_given_holds_no_secret(
    scene: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(*_: Any, headers: dict[str, str], **__: Any) -> None:
        raise OSError(5, f"cannot send {headers} {ECHO}") from RuntimeError(repr(headers))

    monkeypatch.setattr("http.client.HTTPConnection.request", tell)
    error = failure(scene, Scripted())
    assert isinstance(error, sdk.ConnectionFailed)
    assert_no_secret(error)


@pytest.mark.parametrize("end", ["\n", "\r\nX-Other: 1", " ", "٣", "\0", "\ud800"])
def test_key_that_no_header_can_carry_is_refused_without_a_word_of_it(end: str) -> None:
    with pytest.raises(sdk.InvalidCallError) as refused:
        sdk.Nuncio(KEY + end)
    assert_no_secret(refused.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://user:url-pass@nuncio.example.com",
        "https://url-pass@nuncio.example.com",
        "ftp://u:url-pass@nuncio.example.com/",
        "https://u:url-pass@nuncio.example.com:x/",
        "https://u:url-pass@[nuncio",
        "u:url-pass@nuncio.example.com",
    ],
)
def test_address_with_a_password_is_refused_without_it(base_url: str) -> None:
    with pytest.raises(sdk.InvalidCallError) as refused:
        sdk.Nuncio(KEY, base_url=base_url)
    assert_no_secret(refused.value)


def test_client_that_is_printed_shows_no_key() -> None:
    client = sdk.Nuncio(KEY)
    assert KEY not in f"{client!r}{client}{client.endpoints!r}"


def test_values_that_are_printed_show_no_secret() -> None:
    secret = SECRETS[0]
    rotated = models.Rotated._from_json({"secret": secret, "signing_with": "current"})
    session = models.PortalSession._from_json({"url": secret, "token": secret, "expires_at": "2026-01-01T00:00:00Z"})
    header = {"name": "Authorization", "value": SECRETS[1]}
    preview = {"method": "POST", "url": "https://example.com", "headers": [header], "body": "{}", "secret": secret}
    previewed = models.Previewed._from_json(preview)
    shown = f"{rotated!r} {rotated} {[session]} {previewed}"
    for hidden in SECRETS:
        assert hidden not in shown
        assert repr(hidden)[1:-1] not in shown
    assert "signing_with='current'" in shown
    assert rotated.secret == secret, "the caller has it"
