from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

import nuncio_client as sdk
from scripted_server import Scripted

PUBLISHED = {
    "id": "evt_1",
    "tenant": "acme",
    "type": "order.paid",
    "created_at": "2026-01-02T03:04:05.678Z",
    "deliveries": 1,
}
EVENT = {"tenant": "acme", "type": "order.paid", "data": {"order": "4711", "name": "é"}}
JOB = {"id": "job_1", "kind": "retry", "state": "done", "done": 1, "total": 1}
JOB |= {"created_at": "2026-01-02T03:04:05Z", "finished_at": None}
ENDPOINT_CHANGED = {
    "id": "ep_1", "tenant": "acme", "url": "https://a.example/", "events": ["*"], "description": None, "headers": {},
    "uid": None, "filter": None, "channels": [], "auth": None, "tls": None, "transform": None,
    "rate_limit": None, "retry": {"delays_s": [0, 5]}, "timeout_ms": None, "dialect": None, "disabled": False,
    "disabled_because": None, "failing_since": None, "metadata": {}, "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z", "verification": "none",
}  # fmt: skip


def problem(status: int, kind: str = "kind", headers: dict[str, str] | None = None, **more: object) -> Scripted:
    body = {"type": f"urn:nuncio:problem:{kind}", "title": kind, "status": status, "detail": f"it is {kind}", **more}
    return Scripted(status, body, headers or {})


def once() -> sdk.RetryPolicy:
    return sdk.RetryPolicy(attempts_max=1)


# Requests


def test_request_carries_key_project_and_the_body_as_json(scene):
    s = scene(Scripted(202, PUBLISHED), project="proj_1")
    published = s.client.events.publish(**EVENT)
    assert published.created_at == datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)
    [request] = s.received
    assert (request.method, request.target) == ("POST", "/v1/events")
    assert request.headers["authorization"] == "Bearer nk_1"
    assert request.headers["nuncio-project"] == "proj_1"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == EVENT


def test_project_of_the_call_goes_before_the_clients(scene):
    s = scene(Scripted(204), project="proj_1")
    s.client.tenants.delete("acme", project="proj_2")
    assert s.received[0].headers["nuncio-project"] == "proj_2"


def test_parameters_are_encoded_and_left_out_when_not_given(scene):
    s = scene(Scripted(body={"data": [], "next_cursor": None}), Scripted(204))
    since = datetime(2026, 1, 2, tzinfo=timezone.utc)
    assert list(s.client.events.list(tenant="a&b", undelivered=True, since=since)) == []
    s.client.event_types.delete("a/b?c")
    assert [request.target for request in s.received] == [
        "/v1/events?tenant=a%26b&since=2026-01-02T00%3A00%3A00Z&undelivered=true",
        "/v1/event-types/a%2Fb%3Fc",
    ]


def test_change_sends_what_is_named_and_none_clears(scene):
    s = scene(Scripted(body=ENDPOINT_CHANGED))
    endpoint = s.client.webhooks.update("ep_1", description=None, timeout_ms=5000)
    assert json.loads(s.received[0].body) == {"description": None, "timeout_ms": 5000}
    assert endpoint.retry == sdk.models.Retry(
        delays_s=[0, 5], base_s=None, factor=None, cap_s=None, span_s=None, attempts_max=None
    )


def test_object_of_an_answer_may_be_sent_again(scene):
    s = scene(Scripted(body=ENDPOINT_CHANGED), Scripted(body=ENDPOINT_CHANGED))
    endpoint = s.client.endpoints.get("ep_1")
    s.client.endpoints.update("ep_1", retry=endpoint.retry)
    assert json.loads(s.received[1].body) == {"retry": {"delays_s": [0, 5]}}


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_id_that_would_make_another_path_is_refused(scene, id):
    s = scene()
    with pytest.raises(sdk.InvalidCallError):
        s.client.endpoints.delete(id)
    assert s.received == []


@pytest.mark.parametrize("data", [{"at": object()}, float("nan")])
def test_body_that_is_no_json_is_refused(scene, data):
    s = scene()
    with pytest.raises(sdk.InvalidCallError, match="the body cannot be written as JSON"):
        s.client.events.publish(tenant="acme", type="a", data=data)
    assert s.received == []


def test_time_without_a_zone_is_refused(scene):
    with pytest.raises(sdk.InvalidCallError, match="has no time zone"):
        scene().client.events.publish(tenant="acme", type="a", data=1, deliver_at=datetime(2026, 1, 2))


def test_client_needs_a_key_and_an_address():
    with pytest.raises(sdk.InvalidCallError, match="key is empty"):
        sdk.Nuncio("")
    with pytest.raises(sdk.InvalidCallError, match="'nuncio.example.com' is no address"):
        sdk.Nuncio("nk_1", base_url="nuncio.example.com")


# Answers


def test_answer_may_have_fields_that_this_client_does_not_know(scene):
    s = scene(Scripted(body={**JOB, "colour": "red"}))
    assert s.client.jobs.get("job_1").state == "done"


def test_answer_that_is_not_understood_is_an_error(scene):
    s = scene(Scripted(body=b"<html>"), Scripted(body={"id": "job_1"}))
    for _ in range(2):
        with pytest.raises(sdk.ApiError):
            s.client.jobs.get("job_1")


def test_redirect_is_not_followed(scene):
    s = scene(Scripted(307, headers={"location": "/elsewhere"}))
    with pytest.raises(sdk.ApiError, match="307"):
        s.client.jobs.get("job_1")
    assert len(s.received) == 1


def test_connection_is_kept_for_the_next_call(scene):
    s = scene(Scripted(body=JOB), Scripted(body=JOB))
    s.client.jobs.get("job_1")
    s.client.jobs.get("job_1")
    first, second = s.received
    assert first.port == second.port


def test_connection_that_was_closed_meanwhile_is_no_failed_attempt(scene):
    s = scene(Scripted(body=JOB), Scripted(instead="broken"), Scripted(body=JOB), retry=once())
    s.client.jobs.get("job_1")
    assert s.client.jobs.get("job_1").state == "done"


# Retries


def test_retries_keep_the_idempotency_key(scene):
    s = scene(Scripted(instead="broken"), problem(503), Scripted(202, PUBLISHED))
    s.client.events.publish(**EVENT)
    keys = [request.headers["idempotency-key"] for request in s.received]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len(keys[0]) == 36


def test_other_calls_have_other_keys_and_a_given_key_is_used(scene):
    s = scene(*[Scripted(202, PUBLISHED)] * 3)
    for more in ({}, {}, {"idempotency_key": "order-4711"}):
        s.client.events.publish(**EVENT, **more)
    first, second, third = (request.headers["idempotency-key"] for request in s.received)
    assert first != second
    assert third == "order-4711"


def test_waits_double_and_end(scene):
    s = scene(*[problem(503)] * 4)
    with pytest.raises(sdk.UnavailableError):
        s.client.jobs.get("job_1")
    assert s.clock.waits == [0.25, 0.5, 1.0]
    assert len(s.received) == 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [("7", 7.0), ("Fri, 02 Jan 2026 03:04:14 GMT", 9.0), ("0", 0.25), ("soon", 0.25), ("-1", 0.25)],
)
def test_retry_after_is_honoured(scene, value, expected):
    s = scene(problem(429, headers={"retry-after": value}), Scripted(body=JOB))
    s.client.jobs.get("job_1")
    assert s.clock.waits == [expected]


def test_server_that_asks_for_more_time_than_allowed_is_not_asked_again(scene):
    s = scene(problem(503, headers={"retry-after": "31"}))
    with pytest.raises(sdk.UnavailableError) as caught:
        s.client.jobs.get("job_1")
    assert caught.value.retry_after_s == 31.0
    assert s.clock.waits == []


def test_gateway_is_retried_and_a_failure_of_the_server_itself_is_not(scene):
    s = scene(Scripted(502, b"<h1>Bad gateway</h1>"), problem(500))
    with pytest.raises(sdk.ApiError, match="500"):
        s.client.jobs.get("job_1")
    assert len(s.clock.waits) == 1


def test_timeout_is_an_error_of_its_own(scene):
    s = scene(Scripted(instead="silent"), timeout_s=0.05, retry=once())
    with pytest.raises(sdk.TimedOut, match="within 0.05 s"):
        s.client.jobs.get("job_1")


def test_lost_connection_names_the_server(scene):
    s = scene(Scripted(instead="broken"), retry=once())
    with pytest.raises(sdk.ConnectionFailed, match=s.base_url):
        s.client.jobs.get("job_1")


@pytest.mark.parametrize(
    ("attempts", "asked", "chance", "expected"),
    [
        (1, None, 0.0, 0.25),
        (1, None, 1.0, 0.125),
        (3, None, 0.0, 1.0),
        (10, None, 0.0, 8.0),
        (1, 30.0, 0.0, 30.0),
        (1, 30.1, 0.0, None),
        (20, None, 0.0, None),
    ],
)
def test_wait_follows_the_policy(attempts, asked, chance, expected):
    assert sdk.RetryPolicy(attempts_max=20).wait_s(attempts, asked, chance) == expected


# Errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, sdk.BadRequestError),
        (401, sdk.UnauthorizedError),
        (403, sdk.ForbiddenError),
        (404, sdk.NotFoundError),
        (409, sdk.ConflictError),
        (413, sdk.TooLargeError),
        (422, sdk.InvalidError),
        (429, sdk.RateLimitedError),
        (503, sdk.UnavailableError),
    ],
)
def test_kinds_of_problems_have_classes_of_their_own(scene, status, kind):
    s = scene(problem(status), retry=once())
    with pytest.raises(sdk.ApiError) as caught:
        s.client.jobs.get("job_1")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.type) == (status, "urn:nuncio:problem:kind")


def test_error_says_which_value_was_refused_and_the_requests_id(scene):
    fault = {"pointer": "/limit", "detail": "too large", "in": "query"}
    s = scene(problem(422, errors=[fault], request_id="req_1"))
    with pytest.raises(sdk.InvalidError) as caught:
        s.client.webhooks.create(url="http://a.example", events=["*"])
    assert caught.value.errors == (sdk.Fault("/limit", "too large", "query"),)
    assert caught.value.request_id == "req_1"
    assert str(caught.value) == "422 kind: it is kind"


def test_error_without_a_problem_document_still_has_status_and_request_id(scene):
    s = scene(Scripted(404, b"nothing", {"nuncio-request-id": "req_2"}))
    with pytest.raises(sdk.NotFoundError) as caught:
        s.client.jobs.get("job_1")
    assert (caught.value.type, caught.value.request_id) == ("about:blank", "req_2")


# Lists


def event_type(name: str) -> dict[str, object]:
    at = "2026-01-02T03:04:05Z"
    return {"name": name, "description": "", "schema": None, "group": None, "example": None, "deprecated": False, "schema_version": 1, "retry": None, "archived_at": None,
            "created_at": at, "updated_at": at}  # fmt: skip


PAGES = [
    Scripted(body={"data": [event_type("a"), event_type("b")], "next_cursor": "c 1"}),
    Scripted(body={"data": [], "next_cursor": "c2"}),
    Scripted(body={"data": [event_type("c")], "next_cursor": None}),
]


def test_list_is_read_to_its_end_with_an_empty_page_in_between(scene):
    s = scene(*PAGES)
    assert [item.name for item in s.client.event_types.list(limit=2)] == ["a", "b", "c"]
    assert [request.target for request in s.received] == [
        "/v1/event-types?limit=2",
        "/v1/event-types?limit=2&cursor=c+1",
        "/v1/event-types?limit=2&cursor=c2",
    ]


def test_list_asks_for_no_more_than_is_read(scene):
    s = scene(*PAGES)
    names = iter(s.client.event_types.list())
    assert [next(names).name, next(names).name] == ["a", "b"]
    assert len(s.received) == 1


def test_first_page_is_one_request(scene):
    s = scene(*PAGES)
    page = s.client.event_types.list().first_page()
    assert (len(page.data), page.next_cursor) == (2, "c 1")
    assert len(s.received) == 1
