# Generated from openapi.json by `cargo xtask generate`; changes made here are lost.
"""What the API takes and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, List, Literal, Mapping, Optional, TypedDict, Union

from ._json import maybe, time
from .errors import Problem


@dataclass(frozen=True)
class Attempt:
    """One attempt: what was sent, what came back, how long it took."""

    id: str
    """Its id."""

    number: int
    """1 for the delivery's first attempt."""

    trigger: str
    """What triggered it: `schedule`, `manual`, `test` or `replay`."""

    started_at: datetime
    """When it began."""

    duration_ms: int
    """How long it took, in milliseconds."""

    url: str
    """Where it went."""

    request_headers: list[Header]
    """Headers as sent, in order."""

    request_body: str | None
    """The body as sent; null once the payload is erased."""

    transform_version: int | None
    """The version of the endpoint's transformation that made the body; null if none ran."""

    status_code: int | None
    """The response's status code."""

    response_headers: list[Header]
    """Response headers, in order."""

    response_body: str
    """Body of the response as text; bytes that are not valid UTF-8 are replaced."""

    response_body_truncated: bool
    """Whether the stored body was cut off."""

    error: str | None
    """The kind of failure, such as `timeout`, `dns` or `status`."""

    error_detail: str | None
    """The failure in a sentence."""

    timings: Timings
    """How long each part took."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Attempt:
        return cls(
            id=value["id"],
            number=value["number"],
            trigger=value["trigger"],
            started_at=time(value["started_at"]),
            duration_ms=value["duration_ms"],
            url=value["url"],
            request_headers=[Header._from_json(item) for item in value["request_headers"]],
            request_body=value.get("request_body"),
            transform_version=value.get("transform_version"),
            status_code=value.get("status_code"),
            response_headers=[Header._from_json(item) for item in value["response_headers"]],
            response_body=value["response_body"],
            response_body_truncated=value["response_body_truncated"],
            error=value.get("error"),
            error_detail=value.get("error_detail"),
            timings=Timings._from_json(value["timings"]),
        )


@dataclass(frozen=True)
class AttemptDetail:
    """An attempt: what was sent, what came back, how long it took."""

    id: str
    """Its id."""

    number: int
    """1 for the delivery's first attempt."""

    trigger: str
    """What triggered it: `schedule`, `manual`, `test` or `replay`."""

    started_at: datetime
    """When it began."""

    duration_ms: int
    """How long it took, in milliseconds."""

    url: str
    """Where it went."""

    request_headers: list[Header]
    """Headers as sent, in order."""

    request_body: str | None
    """The body as sent; null once the payload is erased."""

    transform_version: int | None
    """The version of the endpoint's transformation that made the body; null if none ran."""

    status_code: int | None
    """The response's status code."""

    response_headers: list[Header]
    """Response headers, in order."""

    response_body: str
    """Body of the response as text; bytes that are not valid UTF-8 are replaced."""

    response_body_truncated: bool
    """Whether the stored body was cut off."""

    error: str | None
    """The kind of failure, such as `timeout`, `dns` or `status`."""

    error_detail: str | None
    """The failure in a sentence."""

    timings: Timings
    """How long each part took."""

    delivery: str
    """The delivery's id."""

    event: str
    """The event's id."""

    type: str
    """The event's type."""

    tenant: str
    """The tenant that it belongs to."""

    endpoint: str
    """The endpoint's id."""

    test: bool
    """Whether its event is a test."""

    status: str
    """`succeeded` or `failed`."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> AttemptDetail:
        return cls(
            id=value["id"],
            number=value["number"],
            trigger=value["trigger"],
            started_at=time(value["started_at"]),
            duration_ms=value["duration_ms"],
            url=value["url"],
            request_headers=[Header._from_json(item) for item in value["request_headers"]],
            request_body=value.get("request_body"),
            transform_version=value.get("transform_version"),
            status_code=value.get("status_code"),
            response_headers=[Header._from_json(item) for item in value["response_headers"]],
            response_body=value["response_body"],
            response_body_truncated=value["response_body_truncated"],
            error=value.get("error"),
            error_detail=value.get("error_detail"),
            timings=Timings._from_json(value["timings"]),
            delivery=value["delivery"],
            event=value["event"],
            type=value["type"],
            tenant=value["tenant"],
            endpoint=value["endpoint"],
            test=value["test"],
            status=value["status"],
        )


@dataclass(frozen=True)
class AttemptItem:
    """An attempt in a list: without headers and bodies."""

    delivery: str
    """The delivery's id."""

    event: str
    """The event's id."""

    type: str
    """The event's type."""

    tenant: str
    """The tenant that it belongs to."""

    endpoint: str
    """The endpoint's id."""

    test: bool
    """Whether its event is a test."""

    id: str
    """Its id, `att_…`."""

    number: int
    """1 for the delivery's first attempt."""

    trigger: str
    """What triggered it: `schedule`, `manual`, `test` or `replay`."""

    status: str
    """`succeeded` or `failed`."""

    started_at: datetime
    """When it began."""

    duration_ms: int
    """How long it took, in milliseconds."""

    url: str
    """Where it went."""

    transform_version: int | None
    """The version of the endpoint's transformation that made the body; null if none ran."""

    status_code: int | None
    """The response's status code."""

    error: str | None
    """The kind of failure, such as `timeout`, `dns` or `status`."""

    error_detail: str | None
    """The failure in a sentence."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> AttemptItem:
        return cls(
            delivery=value["delivery"],
            event=value["event"],
            type=value["type"],
            tenant=value["tenant"],
            endpoint=value["endpoint"],
            test=value["test"],
            id=value["id"],
            number=value["number"],
            trigger=value["trigger"],
            status=value["status"],
            started_at=time(value["started_at"]),
            duration_ms=value["duration_ms"],
            url=value["url"],
            transform_version=value.get("transform_version"),
            status_code=value.get("status_code"),
            error=value.get("error"),
            error_detail=value.get("error_detail"),
        )


@dataclass(frozen=True)
class AuditActor:
    """Who did it."""

    kind: str
    """`admin`, `project`, `tenant` or `portal`; `system` is the server itself, such as when
    it disables an endpoint.
    """

    key: str | None
    """The key's id; null for the admin key."""

    name: str | None
    """Its name at that time."""

    via: str
    """`bearer`: a key sent with the request; `session`: signed in to the dashboard;
    `server`: no request.
    """

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> AuditActor:
        return cls(
            kind=value["kind"],
            key=value.get("key"),
            name=value.get("name"),
            via=value["via"],
        )


@dataclass(frozen=True)
class AuditEntry:
    """An entry of the audit log."""

    id: str
    """Its id, `aud_…`."""

    at: datetime
    """When it happened."""

    action: str
    """The action, such as `endpoint.create`."""

    actor: AuditActor
    """Who did it."""

    project: str | None
    """The project; null if the change was not in a project."""

    tenant: str | None
    """The tenant that the changed resource belongs to; null if it belongs to none."""

    target: AuditTarget
    """What was changed."""

    changes: dict[str, Any] | None
    """What was changed: each field with its old (`from`) and new (`to`) value; for other
    actions, the result. Never a secret.
    """

    ip: str | None
    """The client's IP address."""

    user_agent: str | None
    """The client's user agent."""

    request_id: str
    """The request: the `Nuncio-Request-Id` of its response."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> AuditEntry:
        return cls(
            id=value["id"],
            at=time(value["at"]),
            action=value["action"],
            actor=AuditActor._from_json(value["actor"]),
            project=value.get("project"),
            tenant=value.get("tenant"),
            target=AuditTarget._from_json(value["target"]),
            changes=value.get("changes"),
            ip=value.get("ip"),
            user_agent=value.get("user_agent"),
            request_id=value["request_id"],
        )


@dataclass(frozen=True)
class AuditTarget:
    """What was changed."""

    kind: str
    """What kind of resource, such as `endpoint`."""

    id: str | None
    """Its id or name."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> AuditTarget:
        return cls(
            kind=value["kind"],
            id=value.get("id"),
        )

AuthType = Literal["basic", "bearer", "header", "oauth2"]
"""How requests authenticate."""


@dataclass(frozen=True)
class BatchPublished:
    """The result of each event of a batch, in order."""

    results: list[BatchResult]

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> BatchPublished:
        return cls(
            results=[BatchResult._from_json(item) for item in value["results"]],
        )


@dataclass(frozen=True)
class BatchResult:
    """The result of one event of a batch: the event, or a problem."""

    id: str | None
    """The event's id, `evt_…`."""

    tenant: str | None
    """The tenant that it belongs to."""

    type: str | None
    """Its type."""

    created_at: datetime | None
    """When it was accepted."""

    deliveries: int | None
    """How many endpoints it matched."""

    status: int
    """The status code it would have had as a single request: 202."""

    problem: Problem | None
    """The reason."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> BatchResult:
        return cls(
            id=value.get("id"),
            tenant=value.get("tenant"),
            type=value.get("type"),
            created_at=maybe(time, value.get("created_at")),
            deliveries=value.get("deliveries"),
            status=value["status"],
            problem=maybe(lambda item: Problem._from_json(item), value.get("problem")),
        )


@dataclass(frozen=True)
class Branding:
    """The portal's branding."""

    accent: str | None
    """The colour of buttons and links, `#rrggbb`."""

    logo: str | None
    """An image as a `data:` URI."""

    name: str | None
    """The product name shown there."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Branding:
        return cls(
            accent=value.get("accent"),
            logo=value.get("logo"),
            name=value.get("name"),
        )


class BrandingChange(TypedDict, total=False):
    """The portal's branding. Fields left out stay as they are; null resets to Nuncio's own."""

    accent: Optional[str]
    """The colour of buttons and links, such as `#0f62fe`."""

    logo: Optional[str]
    """A PNG, JPEG, WebP or SVG image of at most 64 KiB, as `data:image/png;base64,…`."""

    name: Optional[str]
    """The product name shown there, 1 to 200 characters; the project's name by default."""


@dataclass(frozen=True)
class Breaker:
    """A circuit breaker."""

    state: str
    """`closed`: deliveries are sent; `open`: they wait; `half_open`: one is tried."""

    until: datetime | None
    """While it is open: when the next attempt checks whether the receiver is back."""

    failures_in_a_row: int
    """Failures since the last success."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Breaker:
        return cls(
            state=value["state"],
            until=maybe(time, value.get("until")),
            failures_in_a_row=value["failures_in_a_row"],
        )


@dataclass(frozen=True)
class Certificate:
    """A certificate."""

    subject: str
    """Its subject, such as `CN=hooks.example.com`."""

    names: list[str]
    """The names it is for."""

    expires_at: datetime
    """When it expires."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Certificate:
        return cls(
            subject=value["subject"],
            names=value["names"],
            expires_at=time(value["expires_at"]),
        )


@dataclass(frozen=True)
class Count:
    """A number of deliveries, counted up to a limit."""

    count: int
    """The count."""

    more: bool
    """Whether there are more than that."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Count:
        return cls(
            count=value["count"],
            more=value["more"],
        )


@dataclass(frozen=True)
class Delivery:
    """A delivery: one event on its way to one endpoint."""

    id: str
    """Its id, `del_…`, the same on every attempt."""

    event: str
    """The event's id."""

    source_id: str | None
    """The publisher's own id of the event."""

    type: str
    """The event's type."""

    tenant: str
    """The tenant that it belongs to."""

    endpoint: str
    """The endpoint's id."""

    status: str
    """`pending`, `succeeded`, `dead` or `cancelled`."""

    reason: str | None
    """Why it is dead or cancelled."""

    waiting: str | None
    """Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or
    `ordering_key`. A single pending delivery always says why: also `scheduled` (not due
    yet), `in_flight`, `queued` (waiting in the queue), `rate_limit`, `throttled` (the
    receiver asked for fewer requests), `breaker_open` (the endpoint is paused after
    repeated failures) or `concurrency` (the endpoint's limit of concurrent attempts is
    reached).
    """

    waits_for: str | None
    """The delivery that has to become final before this one is attempted: the first with its
    ordering key.
    """

    attempts: int
    """Attempts that ended."""

    retry_count: int
    """Attempts after the first."""

    last_status_code: int | None
    """The last response's status code."""

    last_error: str | None
    """The last attempt's error, such as `timeout`, `dns` or `status`."""

    next_attempt_at: datetime | None
    """When the next attempt is due, if it is pending and nothing keeps it waiting."""

    replay_of: str | None
    """The delivery that it replays."""

    test: bool
    """Whether its event is a test."""

    created_at: datetime
    """When it was created."""

    finished_at: datetime | None
    """When it finished."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Delivery:
        return cls(
            id=value["id"],
            event=value["event"],
            source_id=value.get("source_id"),
            type=value["type"],
            tenant=value["tenant"],
            endpoint=value["endpoint"],
            status=value["status"],
            reason=value.get("reason"),
            waiting=value.get("waiting"),
            waits_for=value.get("waits_for"),
            attempts=value["attempts"],
            retry_count=value["retry_count"],
            last_status_code=value.get("last_status_code"),
            last_error=value.get("last_error"),
            next_attempt_at=maybe(time, value.get("next_attempt_at")),
            replay_of=value.get("replay_of"),
            test=value["test"],
            created_at=time(value["created_at"]),
            finished_at=maybe(time, value.get("finished_at")),
        )


@dataclass(frozen=True)
class DeliveryDetail:
    """A delivery with every attempt."""

    id: str
    """Its id, `del_…`, the same on every attempt."""

    event: str
    """The event's id."""

    source_id: str | None
    """The publisher's own id of the event."""

    type: str
    """The event's type."""

    tenant: str
    """The tenant that it belongs to."""

    endpoint: str
    """The endpoint's id."""

    status: str
    """`pending`, `succeeded`, `dead` or `cancelled`."""

    reason: str | None
    """Why it is dead or cancelled."""

    waiting: str | None
    """Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or
    `ordering_key`. A single pending delivery always says why: also `scheduled` (not due
    yet), `in_flight`, `queued` (waiting in the queue), `rate_limit`, `throttled` (the
    receiver asked for fewer requests), `breaker_open` (the endpoint is paused after
    repeated failures) or `concurrency` (the endpoint's limit of concurrent attempts is
    reached).
    """

    waits_for: str | None
    """The delivery that has to become final before this one is attempted: the first with its
    ordering key.
    """

    attempts: int
    """Attempts that ended."""

    retry_count: int
    """Attempts after the first."""

    last_status_code: int | None
    """The last response's status code."""

    last_error: str | None
    """The last attempt's error, such as `timeout`, `dns` or `status`."""

    next_attempt_at: datetime | None
    """When the next attempt is due, if it is pending and nothing keeps it waiting."""

    replay_of: str | None
    """The delivery that it replays."""

    test: bool
    """Whether its event is a test."""

    created_at: datetime
    """When it was created."""

    finished_at: datetime | None
    """When it finished."""

    waiting_detail: str | None
    """`waiting` in a sentence."""

    waiting_until: datetime | None
    """Until when it waits, if known."""

    attempt_log: list[Attempt]
    """The attempts, the oldest first."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> DeliveryDetail:
        return cls(
            id=value["id"],
            event=value["event"],
            source_id=value.get("source_id"),
            type=value["type"],
            tenant=value["tenant"],
            endpoint=value["endpoint"],
            status=value["status"],
            reason=value.get("reason"),
            waiting=value.get("waiting"),
            waits_for=value.get("waits_for"),
            attempts=value["attempts"],
            retry_count=value["retry_count"],
            last_status_code=value.get("last_status_code"),
            last_error=value.get("last_error"),
            next_attempt_at=maybe(time, value.get("next_attempt_at")),
            replay_of=value.get("replay_of"),
            test=value["test"],
            created_at=time(value["created_at"]),
            finished_at=maybe(time, value.get("finished_at")),
            waiting_detail=value.get("waiting_detail"),
            waiting_until=maybe(time, value.get("waiting_until")),
            attempt_log=[Attempt._from_json(item) for item in value["attempt_log"]],
        )


@dataclass(frozen=True)
class Dialect:
    """A short form of a dialect."""

    name: str
    """The name that projects and endpoints use."""

    title: str
    """The display name."""

    builtin: bool
    """Whether it is built in."""

    version: int
    """Which version of its file this is, counted from 1 for each dialect."""

    created_at: datetime
    """When this version was first seen."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Dialect:
        return cls(
            name=value["name"],
            title=value["title"],
            builtin=value["builtin"],
            version=value["version"],
            created_at=time(value["created_at"]),
        )


@dataclass(frozen=True)
class DialectDetail:
    """A dialect."""

    name: str
    """The name that projects and endpoints use."""

    title: str
    """The display name."""

    builtin: bool
    """Whether it is built in."""

    version: int
    """Which version of its file this is, counted from 1 for each dialect."""

    created_at: datetime
    """When this version was first seen."""

    notes: list[str]
    """Sentences about it, for documentation."""

    policy: Policy
    """The default policy of projects with this dialect."""

    secret_chosen_by: str
    """Who decides on an endpoint's secret: `server` or `customer`."""

    signs_with_all_keys: bool
    """Whether both secrets sign during a rotation; otherwise only the previous one does
    until its overlap ends.
    """

    source: str
    """The text of its file (TOML)."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> DialectDetail:
        return cls(
            name=value["name"],
            title=value["title"],
            builtin=value["builtin"],
            version=value["version"],
            created_at=time(value["created_at"]),
            notes=value["notes"],
            policy=Policy._from_json(value["policy"]),
            secret_chosen_by=value["secret_chosen_by"],
            signs_with_all_keys=value["signs_with_all_keys"],
            source=value["source"],
        )

DocumentFormat = Literal["openapi", "asyncapi"]
"""Which kind of document it is."""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint. Its secret is shown once, when the endpoint is created; after that,
    `secret` is left out.
    """

    id: str
    """Its id, `ep_…`."""

    tenant: str
    """The tenant that it belongs to."""

    uid: str | None
    """Another name for it within its tenant, accepted wherever its id is."""

    url: str
    """The URL that deliveries are sent to, as entered."""

    events: list[str]
    """The events to send: exact types, `prefix.*` (any depth), `*`. Before the end, `*`
    stands for exactly one part.
    """

    filter: dict[str, Any] | None
    """A pattern that these events must match as well; null for none."""

    channels: list[str]
    """Its channels: only events on at least one of them are sent. Empty for all events."""

    description: str | None
    """A description."""

    headers: dict[str, Any]
    """The customer's own headers; their values are masked."""

    auth: EndpointAuth | None
    """How requests authenticate at the receiver, in addition to their signature; null if
    they don't.
    """

    tls: EndpointTls | None
    """TLS settings used with the receiver; null for none of its own."""

    rate_limit: int | None
    """Maximum attempts per second; null for no limit."""

    retry: Retry | None
    """The endpoint's own retry schedule; null uses the event type's, if it has one,
    otherwise the project's.
    """

    timeout_ms: int | None
    """The endpoint's own timeout of an attempt, in milliseconds; null uses the project's."""

    dialect: str | None
    """The endpoint's own dialect; null uses the project's."""

    disabled: bool
    """Whether it is disabled: its deliveries wait."""

    disabled_because: str | None
    """Why: `requested`, `gone` (it answered 410) or `failing` (continuous failure for days)."""

    failing_since: datetime | None
    """Since when every attempt has failed."""

    verification: str
    """Whether the endpoint is verified, where its dialect requires that: `none` (not
    required), `pending`, `verified` or `failed`. Until it is `verified` its deliveries
    wait.
    """

    verification_detail: str | None
    """What was wrong with its last response; null if nothing was."""

    verification_checked_at: datetime | None
    """When it was last verified; null for never."""

    verification_next_at: datetime | None
    """When it is next verified automatically; null if it is not."""

    transform: Transform | None
    """Code that changes its webhooks before they are sent; null if it has none."""

    metadata: dict[str, Any]
    """Custom metadata."""

    public_key: str | None
    """The public half of its key, if it signs with a key pair."""

    health: EndpointHealth | None
    """Its health, only in lists requested with `health=true`."""

    secret: str | None = field(repr=False)
    """Its secret: only in the response that creates it."""

    created_at: datetime
    """When it was created."""

    updated_at: datetime
    """When it was last changed."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Endpoint:
        return cls(
            id=value["id"],
            tenant=value["tenant"],
            uid=value.get("uid"),
            url=value["url"],
            events=value["events"],
            filter=value.get("filter"),
            channels=value["channels"],
            description=value.get("description"),
            headers=value["headers"],
            auth=maybe(lambda item: EndpointAuth._from_json(item), value.get("auth")),
            tls=maybe(lambda item: EndpointTls._from_json(item), value.get("tls")),
            rate_limit=value.get("rate_limit"),
            retry=maybe(lambda item: Retry._from_json(item), value.get("retry")),
            timeout_ms=value.get("timeout_ms"),
            dialect=value.get("dialect"),
            disabled=value["disabled"],
            disabled_because=value.get("disabled_because"),
            failing_since=maybe(time, value.get("failing_since")),
            verification=value["verification"],
            verification_detail=value.get("verification_detail"),
            verification_checked_at=maybe(time, value.get("verification_checked_at")),
            verification_next_at=maybe(time, value.get("verification_next_at")),
            transform=maybe(lambda item: Transform._from_json(item), value.get("transform")),
            metadata=value["metadata"],
            public_key=value.get("public_key"),
            health=maybe(lambda item: EndpointHealth._from_json(item), value.get("health")),
            secret=value.get("secret"),
            created_at=time(value["created_at"]),
            updated_at=time(value["updated_at"]),
        )


@dataclass(frozen=True)
class EndpointAuth:
    """How requests authenticate at the receiver, in addition to their signature. Secrets are
    shown as `***`; sent back like that, they stay as they are, as long as the origins of
    `url` and `token_url` do not change.
    """

    type: AuthType
    """`basic` takes `username` and `password`; `bearer` takes `token`; `header` takes `name`
    and `value`; `oauth2` takes `token_url`, `client_id` and `client_secret` or
    `private_key`.
    """

    username: str | None
    """The user name: no colon."""

    password: str | None = field(repr=False)
    """The password."""

    token: str | None = field(repr=False)
    """The token."""

    name: str | None
    """The header's name, such as `X-Api-Key`."""

    value: str | None = field(repr=False)
    """The header's value."""

    token_url: str | None
    """Where tokens are requested. The same rules as for `url` apply."""

    client_id: str | None
    """The client's id at the authorization server."""

    client_secret: str | None = field(repr=False)
    """The client's secret."""

    scopes: list[str] | None
    """The scopes to request."""

    audience: str | None
    """The audience to request, where the authorization server needs one."""

    client_auth: OAuthClientAuth | None
    """How the client authenticates; `client_secret_basic` by default."""

    private_key: str | None = field(repr=False)
    """The client's private key in PEM, for `private_key_jwt`: RSA (RS256), ECDSA (ES256,
    ES384, ES512) or Ed25519.
    """

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointAuth:
        return cls(
            type=value["type"],
            username=value.get("username"),
            password=value.get("password"),
            token=value.get("token"),
            name=value.get("name"),
            value=value.get("value"),
            token_url=value.get("token_url"),
            client_id=value.get("client_id"),
            client_secret=value.get("client_secret"),
            scopes=value.get("scopes"),
            audience=value.get("audience"),
            client_auth=value.get("client_auth"),
            private_key=value.get("private_key"),
        )


class _EndpointAuthInputRequired(TypedDict):
    type: AuthType
    """`basic` takes `username` and `password`; `bearer` takes `token`; `header` takes `name`
    and `value`; `oauth2` takes `token_url`, `client_id` and `client_secret` or
    `private_key`.
    """


class EndpointAuthInput(_EndpointAuthInputRequired, total=False):
    """How requests authenticate at the receiver, in addition to their signature. Secrets are
    shown as `***`; sent back like that, they stay as they are, as long as the origins of
    `url` and `token_url` do not change.
    """

    username: Optional[str]
    """The user name: no colon."""

    password: Optional[str]
    """The password."""

    token: Optional[str]
    """The token."""

    name: Optional[str]
    """The header's name, such as `X-Api-Key`."""

    value: Optional[str]
    """The header's value."""

    token_url: Optional[str]
    """Where tokens are requested. The same rules as for `url` apply."""

    client_id: Optional[str]
    """The client's id at the authorization server."""

    client_secret: Optional[str]
    """The client's secret."""

    scopes: Optional[List[str]]
    """The scopes to request."""

    audience: Optional[str]
    """The audience to request, where the authorization server needs one."""

    client_auth: Optional[OAuthClientAuth]
    """How the client authenticates; `client_secret_basic` by default."""

    private_key: Optional[str]
    """The client's private key in PEM, for `private_key_jwt`: RSA (RS256), ECDSA (ES256,
    ES384, ES512) or Ed25519.
    """


@dataclass(frozen=True)
class EndpointDelivery:
    """A short form of a delivery."""

    id: str
    """The delivery's id."""

    status: str
    """`pending`, `succeeded`, `dead` or `cancelled`."""

    attempts: int
    """Attempts that ended."""

    retry_count: int
    """Attempts after the first."""

    last_status_code: int | None
    """The last response's status code; null if there was no response."""

    last_error: str | None
    """The last attempt's error, such as `timeout`, `dns` or `status`: why there was no
    response, or that the response was not a success.
    """

    next_attempt_at: datetime | None
    """When the next attempt is due, if there is one."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointDelivery:
        return cls(
            id=value["id"],
            status=value["status"],
            attempts=value["attempts"],
            retry_count=value["retry_count"],
            last_status_code=value.get("last_status_code"),
            last_error=value.get("last_error"),
            next_attempt_at=maybe(time, value.get("next_attempt_at")),
        )


@dataclass(frozen=True)
class EndpointEvent:
    """An event as sent to the endpoint."""

    id: str
    """The event's id."""

    source_id: str | None
    """The publisher's own id, which the delivery used instead of the event's id."""

    type: str
    """Its type."""

    created_at: datetime
    """When it was accepted."""

    delivery: EndpointDelivery
    """The state of its delivery to the endpoint."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointEvent:
        return cls(
            id=value["id"],
            source_id=value.get("source_id"),
            type=value["type"],
            created_at=time(value["created_at"]),
            delivery=EndpointDelivery._from_json(value["delivery"]),
        )


@dataclass(frozen=True)
class EndpointHealth:
    """An endpoint's health: what happened in this hour and the one before, and its state
    now.
    """

    attempts: int
    """Attempts."""

    success_rate: float | None
    """Their success rate, 0 to 1; null without attempts."""

    pending: Count
    """Pending deliveries, counted up to a thousand."""

    oldest_due: datetime | None
    """When the first of them was or will be due."""

    breaker: str | None
    """Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in
    progress.
    """

    trouble: list[str]
    """What is wrong with it, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
    `unverified`, `certificate_expired`, `backlog`, `certificate_expiring` (within 30
    days).
    """

    last_success_at: datetime | None
    """When the last successful attempt began."""

    last_failure_at: datetime | None
    """When the last failed attempt began."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointHealth:
        return cls(
            attempts=value["attempts"],
            success_rate=value.get("success_rate"),
            pending=Count._from_json(value["pending"]),
            oldest_due=maybe(time, value.get("oldest_due")),
            breaker=value.get("breaker"),
            trouble=value["trouble"],
            last_success_at=maybe(time, value.get("last_success_at")),
            last_failure_at=maybe(time, value.get("last_failure_at")),
        )


@dataclass(frozen=True)
class EndpointStats:
    """How an endpoint is doing. Counts over time leave out test deliveries."""

    endpoint: str
    """The endpoint's id."""

    window_seconds: int
    """The window that the numbers cover, in seconds."""

    attempts: int
    """Attempts."""

    attempts_failed: int
    """Attempts that failed."""

    success_rate: float | None
    """Success rate of attempts, 0 to 1; null without attempts."""

    succeeded: int
    """Deliveries that succeeded."""

    dead: int
    """Deliveries that died."""

    cancelled: int
    """Deliveries that were cancelled."""

    attempt_time: Quantiles
    """How long attempts took."""

    delivery_time: Quantiles
    """How long deliveries that succeeded took, from the acceptance of their event to the end
    of the attempt.
    """

    pending: int
    """Deliveries that are pending now."""

    pending_more: bool
    """Whether there are more than that."""

    oldest_due: datetime | None
    """When the first pending delivery was or will be due."""

    last_success_at: datetime | None
    """When the last successful attempt began."""

    last_failure_at: datetime | None
    """When the last failed attempt began."""

    lane: Lane | None
    """The current work on it; null while there is none."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointStats:
        return cls(
            endpoint=value["endpoint"],
            window_seconds=value["window_seconds"],
            attempts=value["attempts"],
            attempts_failed=value["attempts_failed"],
            success_rate=value.get("success_rate"),
            succeeded=value["succeeded"],
            dead=value["dead"],
            cancelled=value["cancelled"],
            attempt_time=Quantiles._from_json(value["attempt_time"]),
            delivery_time=Quantiles._from_json(value["delivery_time"]),
            pending=value["pending"],
            pending_more=value["pending_more"],
            oldest_due=maybe(time, value.get("oldest_due")),
            last_success_at=maybe(time, value.get("last_success_at")),
            last_failure_at=maybe(time, value.get("last_failure_at")),
            lane=maybe(lambda item: Lane._from_json(item), value.get("lane")),
        )


@dataclass(frozen=True)
class EndpointTls:
    """TLS settings of an endpoint; keys are never shown."""

    client_cert: Certificate | None
    """The client certificate; null if there is none."""

    client_key: str | None
    """`***` if there is a client certificate."""

    ca: list[Certificate] | None
    """The accepted certificate authorities; null for the public ones."""

    pin_sha256: list[str]
    """The pinned public keys; empty for any."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointTls:
        return cls(
            client_cert=maybe(lambda item: Certificate._from_json(item), value.get("client_cert")),
            client_key=value.get("client_key"),
            ca=maybe(lambda item: [Certificate._from_json(item) for item in item], value.get("ca")),
            pin_sha256=value["pin_sha256"],
        )


class EndpointTlsSettings(TypedDict, total=False):
    """TLS settings to use with the receiver. `***` keeps a certificate or key that the
    endpoint has.
    """

    client_cert: Optional[str]
    """A client certificate in PEM with its chain, the client's own first: for receivers that
    require one (mutual TLS).
    """

    client_key: Optional[str]
    """The certificate's private key in PEM, not encrypted."""

    ca: Optional[str]
    """Certificate authorities in PEM. If given, only certificates issued by them are
    accepted from the receiver.
    """

    pin_sha256: Optional[List[str]]
    """Pinned public keys, up to 10: SHA-256 of the SubjectPublicKeyInfo in base64. The
    receiver's own certificate must have one of them, in addition to being trusted.
    """


@dataclass(frozen=True)
class EndpointTrouble:
    """An endpoint in trouble."""

    endpoint: str
    """The endpoint's id."""

    tenant: str
    """The tenant that it belongs to."""

    url: str
    """Its URL."""

    description: str | None
    """Its description."""

    reasons: list[str]
    """What is wrong, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
    `unverified`, `certificate_expired`, `backlog`, `certificate_expiring` (within 30
    days).
    """

    breaker: str | None
    """Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in
    progress.
    """

    success_rate: float | None
    """Success rate of attempts in this hour and the one before, 0 to 1; null without
    attempts.
    """

    pending: Count
    """Deliveries to it that are pending."""

    oldest_due: datetime | None
    """When the first of them was or will be due."""

    last_success_at: datetime | None
    """When the last successful attempt began, within this hour and the one before."""

    last_failure_at: datetime | None
    """When the last failed attempt began, within this hour and the one before."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EndpointTrouble:
        return cls(
            endpoint=value["endpoint"],
            tenant=value["tenant"],
            url=value["url"],
            description=value.get("description"),
            reasons=value["reasons"],
            breaker=value.get("breaker"),
            success_rate=value.get("success_rate"),
            pending=Count._from_json(value["pending"]),
            oldest_due=maybe(time, value.get("oldest_due")),
            last_success_at=maybe(time, value.get("last_success_at")),
            last_failure_at=maybe(time, value.get("last_failure_at")),
        )


@dataclass(frozen=True)
class Event:
    """An event."""

    id: str
    """Its id, `evt_…`."""

    source_id: str | None
    """The publisher's own id, which receivers see instead of the event's id."""

    tenant: str
    """The tenant that it belongs to."""

    type: str
    """Its type."""

    occurred_at: datetime | None
    """When it happened, if the publisher said so."""

    created_at: datetime
    """When it was accepted."""

    deliver_at: datetime | None
    """The time before which it is not delivered."""

    ordering_key: str | None
    """Its ordering key."""

    schema_version: int | None
    """The version of its type's schema that it was checked against; null if the catalog had
    no such type.
    """

    test: bool
    """Whether it was sent as a test."""

    deliveries: int
    """How many endpoints it matched."""

    payload_sha256: str
    """SHA-256 of the payload, hexadecimal; stays when the payload is erased."""

    channels: list[str]
    """The channels it went out on."""

    metadata: dict[str, Any]
    """Custom metadata; empty once the payload is erased."""

    headers: dict[str, str] = field(repr=False)
    """The headers that each attempt is sent with; empty once the payload is erased."""

    retention_days: int | None
    """How long it is kept, in days; null for as long as the project keeps events."""

    outcomes: Outcomes | None
    """Its deliveries by their state, only in lists requested with `outcomes=true`."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Event:
        return cls(
            id=value["id"],
            source_id=value.get("source_id"),
            tenant=value["tenant"],
            type=value["type"],
            occurred_at=maybe(time, value.get("occurred_at")),
            created_at=time(value["created_at"]),
            deliver_at=maybe(time, value.get("deliver_at")),
            ordering_key=value.get("ordering_key"),
            schema_version=value.get("schema_version"),
            test=value["test"],
            deliveries=value["deliveries"],
            payload_sha256=value["payload_sha256"],
            channels=value["channels"],
            metadata=value["metadata"],
            headers=value["headers"],
            retention_days=value.get("retention_days"),
            outcomes=maybe(lambda item: Outcomes._from_json(item), value.get("outcomes")),
        )


@dataclass(frozen=True)
class EventDetail:
    """An event with its payload."""

    id: str
    """Its id, `evt_…`."""

    source_id: str | None
    """The publisher's own id, which receivers see instead of the event's id."""

    tenant: str
    """The tenant that it belongs to."""

    type: str
    """Its type."""

    occurred_at: datetime | None
    """When it happened, if the publisher said so."""

    created_at: datetime
    """When it was accepted."""

    deliver_at: datetime | None
    """The time before which it is not delivered."""

    ordering_key: str | None
    """Its ordering key."""

    schema_version: int | None
    """The version of its type's schema that it was checked against; null if the catalog had
    no such type.
    """

    test: bool
    """Whether it was sent as a test."""

    deliveries: int
    """How many endpoints it matched."""

    payload_sha256: str
    """SHA-256 of the payload, hexadecimal; stays when the payload is erased."""

    channels: list[str]
    """The channels it went out on."""

    metadata: dict[str, Any]
    """Custom metadata; empty once the payload is erased."""

    headers: dict[str, str] = field(repr=False)
    """The headers that each attempt is sent with; empty once the payload is erased."""

    retention_days: int | None
    """How long it is kept, in days; null for as long as the project keeps events."""

    outcomes: Outcomes | None
    """Its deliveries by their state, only in lists requested with `outcomes=true`."""

    data: Any
    """The payload as it was published; null once erased."""

    payload_erased: bool
    """Whether the payload was erased."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EventDetail:
        return cls(
            id=value["id"],
            source_id=value.get("source_id"),
            tenant=value["tenant"],
            type=value["type"],
            occurred_at=maybe(time, value.get("occurred_at")),
            created_at=time(value["created_at"]),
            deliver_at=maybe(time, value.get("deliver_at")),
            ordering_key=value.get("ordering_key"),
            schema_version=value.get("schema_version"),
            test=value["test"],
            deliveries=value["deliveries"],
            payload_sha256=value["payload_sha256"],
            channels=value["channels"],
            metadata=value["metadata"],
            headers=value["headers"],
            retention_days=value.get("retention_days"),
            outcomes=maybe(lambda item: Outcomes._from_json(item), value.get("outcomes")),
            data=value["data"],
            payload_erased=value["payload_erased"],
        )


@dataclass(frozen=True)
class EventExplanation:
    """An event and the endpoints of its tenant."""

    data: list[EventMeeting]
    """Every endpoint of the tenant, and deleted ones that received the event."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EventExplanation:
        return cls(
            data=[EventMeeting._from_json(item) for item in value["data"]],
        )


@dataclass(frozen=True)
class EventMeeting:
    """An event and one endpoint."""

    endpoint: str
    """The endpoint's id."""

    url: str | None
    """Its URL now; null once it is deleted."""

    delivery: str | None
    """The newest delivery of the event to this endpoint, if any."""

    matched: bool
    """Whether it was chosen when the event was accepted."""

    reason: str
    """Why: `matched`; `test`, made for it; `replayed`, to it later; `deleted`, after it got
    the event; `created_later`; `test_of_another`; `filter`, none of its event types
    matches; `channel`, it has channels and the event is on none of them;
    `payload_filter`, its payload filter does not match; `payload_erased`, it has one, and
    the payload is gone; `endpoint_disabled`, it was disabled then and the policy says
    `while_disabled: skip`; `filter_changed`, filters and channels match now and did not
    then.
    """

    because: FilterMismatch | None
    """The part of its filters that does not match, if that is the reason."""

    filters: list[str]
    """Its event types now."""

    channels: list[str]
    """Its channels now."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EventMeeting:
        return cls(
            endpoint=value["endpoint"],
            url=value.get("url"),
            delivery=value.get("delivery"),
            matched=value["matched"],
            reason=value["reason"],
            because=maybe(lambda item: FilterMismatch._from_json(item), value.get("because")),
            filters=value["filters"],
            channels=value["channels"],
        )


@dataclass(frozen=True)
class EventType:
    """An event type."""

    name: str
    """Its name."""

    description: str
    """A description."""

    schema: Any
    """JSON Schema of `data`."""

    schema_version: int
    """Which version of its schema this is, counted from 1. Events are checked against it
    unless they name another.
    """

    group: str | None
    """The heading it is listed under."""

    example: Any
    """An example of `data`."""

    deprecated: bool
    """Whether it is deprecated."""

    retry: Retry | None
    """The retry schedule of its deliveries; null uses the project's."""

    archived_at: datetime | None
    """When it was archived: no events are accepted under it since. Null while it is in use."""

    created_at: datetime
    """When it was created."""

    updated_at: datetime
    """When it was last changed."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EventType:
        return cls(
            name=value["name"],
            description=value["description"],
            schema=value["schema"],
            schema_version=value["schema_version"],
            group=value.get("group"),
            example=value["example"],
            deprecated=value["deprecated"],
            retry=maybe(lambda item: Retry._from_json(item), value.get("retry")),
            archived_at=maybe(time, value.get("archived_at")),
            created_at=time(value["created_at"]),
            updated_at=time(value["updated_at"]),
        )


@dataclass(frozen=True)
class EventTypeDocument:
    """The catalog as a document for other programs."""

    openapi: str | None
    """The version of OpenAPI, for `format=openapi`."""

    asyncapi: str | None
    """The version of AsyncAPI, for `format=asyncapi`."""

    info: Any
    """What the document is about."""

    webhooks: Any | None
    """OpenAPI: the event types by name."""

    channels: Any | None
    """AsyncAPI: the endpoints."""

    operations: Any | None
    """AsyncAPI: what is sent to them."""

    components: Any | None
    """Schemas, and for AsyncAPI the event types as messages."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EventTypeDocument:
        return cls(
            openapi=value.get("openapi"),
            asyncapi=value.get("asyncapi"),
            info=value["info"],
            webhooks=value.get("webhooks"),
            channels=value.get("channels"),
            operations=value.get("operations"),
            components=value.get("components"),
        )


@dataclass(frozen=True)
class EventTypesImported:
    """What an import does, or would do."""

    format: DocumentFormat
    """What kind of document it was."""

    dry_run: bool
    """Whether nothing was stored."""

    event_types: list[ImportedType]
    """Every event type of the document."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> EventTypesImported:
        return cls(
            format=value["format"],
            dry_run=value["dry_run"],
            event_types=[ImportedType._from_json(item) for item in value["event_types"]],
        )


class Filter(TypedDict, total=False):
    """Which deliveries the bulk operation applies to; fields left out match all."""

    deliveries: Optional[List[str]]
    """One of these, at most 250."""

    status: Optional[Status]
    """Only in this state; `dead` by default."""

    endpoint: Optional[str]
    """Only to this endpoint, by its id, or by its uid together with its tenant."""

    tenant: Optional[str]
    """Only of this tenant."""

    type: Optional[str]
    """Only for events of this type."""

    channel: Optional[str]
    """Only for events on this channel."""

    since: Optional[datetime]
    """Only for events accepted at or after this time."""

    until: Optional[datetime]
    """Only for events accepted before this time."""

    status_code: Optional[int]
    """Only where the last response had this status code."""

    error: Optional[str]
    """Only where the last attempt failed with this error."""


@dataclass(frozen=True)
class FilterMismatch:
    """The part of an endpoint's filters that an event doesn't match."""

    field: str
    """Which of the endpoint's fields it is: `events`, `channels` or `filter`."""

    path: str
    """The part of the event, its names with dots between: `type`, `channels`, `data.amount`."""

    condition: list[Any]
    """What would match: one of these."""

    found: list[Any]
    """What the event has there, at most five values, long ones cut. Empty if it has nothing
    there.
    """

    detail: str
    """The same as a sentence."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> FilterMismatch:
        return cls(
            field=value["field"],
            path=value["path"],
            condition=value["condition"],
            found=value["found"],
            detail=value["detail"],
        )


@dataclass(frozen=True)
class FilterTestResult:
    """The result of the test."""

    matched: bool
    """Whether the endpoint would get the event."""

    because: FilterMismatch | None
    """What does not match; null if everything does."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> FilterTestResult:
        return cls(
            matched=value["matched"],
            because=maybe(lambda item: FilterMismatch._from_json(item), value.get("because")),
        )


@dataclass(frozen=True)
class Header:
    """A header of a request or response."""

    name: str
    """Its name."""

    value: str
    """Its value. `***` replaces values of custom headers, credentials and the endpoint's
    secret.
    """

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Header:
        return cls(
            name=value["name"],
            value=value["value"],
        )


@dataclass(frozen=True)
class ImportedType:
    """What the import does with an event type."""

    name: str
    """Its name."""

    action: str
    """`created`, `updated`, or `unchanged`."""

    schema_version: int
    """The version of its schema afterwards."""

    breaks: list[SchemaBreak]
    """What it breaks, compared to the current version. Not stored without `force`."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> ImportedType:
        return cls(
            name=value["name"],
            action=value["action"],
            schema_version=value["schema_version"],
            breaks=[SchemaBreak._from_json(item) for item in value["breaks"]],
        )


@dataclass(frozen=True)
class Job:
    """A bulk operation. It runs in the background and continues after a restart."""

    id: str
    """Its id, `job_…`."""

    kind: str
    """What it does, such as `retry`, `replay`, `purge` or `broadcast`."""

    state: str
    """`running`, `finished`, `failed` (`error` says why) or `cancelled`."""

    done: int
    """Deliveries processed; of a broadcast, tenants."""

    total: int
    """How many there are to process, counted when the job began."""

    created_at: datetime
    """When it was requested."""

    finished_at: datetime | None
    """When it finished, failed or was cancelled."""

    error: str | None
    """The last error; null if there was none. While the job is `running`, it retries."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Job:
        return cls(
            id=value["id"],
            kind=value["kind"],
            state=value["state"],
            done=value["done"],
            total=value["total"],
            created_at=time(value["created_at"]),
            finished_at=maybe(time, value.get("finished_at")),
            error=value.get("error"),
        )


@dataclass(frozen=True)
class Key:
    """An API key."""

    id: str
    """Its id, `key_…`; not the key."""

    name: str
    """Its display name."""

    kind: str
    """`project` or `tenant`."""

    scope: str
    """`full`, `publish` or `read`."""

    tenant: str | None
    """The tenant that it belongs to."""

    created_at: datetime
    """When it was created."""

    expires_at: datetime | None
    """When it expires."""

    last_used_at: datetime | None
    """When it was last used, to about a minute."""

    key: str | None = field(repr=False)
    """The key itself: only in the response that creates it."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Key:
        return cls(
            id=value["id"],
            name=value["name"],
            kind=value["kind"],
            scope=value["scope"],
            tenant=value.get("tenant"),
            created_at=time(value["created_at"]),
            expires_at=maybe(time, value.get("expires_at")),
            last_used_at=maybe(time, value.get("last_used_at")),
            key=value.get("key"),
        )


@dataclass(frozen=True)
class Lane:
    """The current work on an endpoint."""

    in_flight: int
    """Attempts in progress."""

    in_flight_max: int
    """How many attempts may be in progress now: more while the receiver is healthy, fewer
    while it is not.
    """

    queued: Queued
    """Deliveries queued in memory; other pending deliveries wait in the store."""

    rate_limit: int | None
    """Maximum attempts per second, if limited."""

    next_token_at: datetime | None
    """When the rate limit allows the next attempt, if not immediately."""

    breaker: Breaker
    """Whether the endpoint is paused after repeated failures."""

    throttle: Throttle | None
    """How its receiver limits it, if the receiver asked for fewer requests: with a `429`, or
    with a `503` that says for how long.
    """

    attempt_mean_us: int
    """How long an attempt takes on average, over the last ones, in microseconds."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Lane:
        return cls(
            in_flight=value["in_flight"],
            in_flight_max=value["in_flight_max"],
            queued=Queued._from_json(value["queued"]),
            rate_limit=value.get("rate_limit"),
            next_token_at=maybe(time, value.get("next_token_at")),
            breaker=Breaker._from_json(value["breaker"]),
            throttle=maybe(lambda item: Throttle._from_json(item), value.get("throttle")),
            attempt_mean_us=value["attempt_mean_us"],
        )


class _NewEventRequired(TypedDict):
    tenant: str
    """The tenant whose endpoints receive it, by its id or uid; created if it does not exist
    yet.
    """
    type: str
    """Its type, such as `order.paid`."""
    data: Any
    """The payload: any JSON value, at most 1 MiB. It is sent exactly as written here."""


class NewEvent(_NewEventRequired, total=False):
    """An event to publish."""

    id: Optional[str]
    """The publisher's own id, unique in the tenant: publishing the same id again is a
    repeat, not a second event.
    """

    occurred_at: Optional[datetime]
    """When it happened, if not now."""

    deliver_at: Optional[datetime]
    """Not delivered before this time."""

    ordering_key: Optional[str]
    """Events of the tenant with the same key are delivered in the order they were accepted:
    at each endpoint, the first attempt of an event starts once the one before it has
    succeeded, is dead or cancelled. Events with other keys, or none, don't wait. 1 to 128
    printable ASCII characters without spaces.
    """

    schema_version: Optional[int]
    """The version of its type's schema that `data` is checked against; the newest unless
    given.
    """

    channels: Optional[List[str]]
    """The channels it goes out on, at most 10: it reaches endpoints without channels and
    those with at least one of these. Without channels it only reaches endpoints without
    channels.
    """

    metadata: Optional[dict[str, Any]]
    """Custom metadata, at most 8 KiB: kept and shown with the event, not sent. Its tenant
    can read it.
    """

    headers: Optional[dict[str, str]]
    """Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the
    sender or the dialect owns and none that holds credentials. An endpoint's custom
    header with the same name wins.
    """

    retention_days: Optional[int]
    """How long the event is kept, 1 to 3650 days from when it was accepted or was to be
    delivered, instead of as long as the project keeps events. Its dead letters are not
    kept any longer.
    """


class _NewTransformRequired(TypedDict):
    code: str
    """JavaScript with a `function handler(webhook)` that returns the webhook, at most 32
    KiB.
    """


class NewTransform(_NewTransformRequired, total=False):
    """Code that changes webhooks before they are sent."""

    enabled: bool
    """Whether it runs, true by default."""


@dataclass(frozen=True)
class Numbers:
    """Counts over a period. Test deliveries are left out."""

    events: int
    """Events accepted; always 0 for a single endpoint."""

    attempts: int
    """Attempts."""

    attempts_failed: int
    """Attempts that failed."""

    success_rate: float | None
    """Success rate of attempts, 0 to 1; null without attempts."""

    succeeded: int
    """Deliveries that succeeded."""

    dead: int
    """Deliveries that died."""

    cancelled: int
    """Deliveries that were cancelled."""

    attempt_time: Quantiles
    """How long attempts took."""

    delivery_time: Quantiles
    """How long deliveries that succeeded took, from the acceptance of their event to the end
    of the attempt.
    """

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Numbers:
        return cls(
            events=value["events"],
            attempts=value["attempts"],
            attempts_failed=value["attempts_failed"],
            success_rate=value.get("success_rate"),
            succeeded=value["succeeded"],
            dead=value["dead"],
            cancelled=value["cancelled"],
            attempt_time=Quantiles._from_json(value["attempt_time"]),
            delivery_time=Quantiles._from_json(value["delivery_time"]),
        )

OAuthClientAuth = Literal["client_secret_basic", "client_secret_post", "private_key_jwt"]
"""How an OAuth client authenticates at its authorization server."""


@dataclass(frozen=True)
class Outcomes:
    """An event's deliveries by their state."""

    pending: int
    """Deliveries that are pending."""

    succeeded: int
    """Deliveries that succeeded."""

    dead: int
    """Deliveries that are dead."""

    cancelled: int
    """Deliveries that were cancelled."""

    more: bool
    """Whether there are more than those that were counted, 250."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Outcomes:
        return cls(
            pending=value["pending"],
            succeeded=value["succeeded"],
            dead=value["dead"],
            cancelled=value["cancelled"],
            more=value["more"],
        )


@dataclass(frozen=True)
class OverviewEndpoints:
    """How many endpoints there are."""

    total: int
    """All of them."""

    disabled: int
    """Disabled endpoints."""

    in_trouble: int
    """Endpoints in trouble."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> OverviewEndpoints:
        return cls(
            total=value["total"],
            disabled=value["disabled"],
            in_trouble=value["in_trouble"],
        )


@dataclass(frozen=True)
class OverviewReport:
    """The overview."""

    window_seconds: int
    """The window that the totals cover, in seconds."""

    totals: Numbers
    """Counts of the window, by minute, or by hour for windows longer than six hours, from
    the one in which it starts to the current one.
    """

    series: StatsSeries | None
    """The same by minute or hour, counted at the same moment; only if requested."""

    events_per_second: float
    """Events accepted per second, over the last full minute."""

    pending: Count
    """Deliveries that are pending now."""

    dead_letters: Count
    """Deliveries that are dead."""

    oldest_due: datetime | None
    """When the first pending delivery was or will be due."""

    endpoints: OverviewEndpoints
    """How many endpoints there are."""

    trouble: list[EndpointTrouble]
    """Endpoints in trouble, the worst first, 20 at most."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> OverviewReport:
        return cls(
            window_seconds=value["window_seconds"],
            totals=Numbers._from_json(value["totals"]),
            series=maybe(lambda item: StatsSeries._from_json(item), value.get("series")),
            events_per_second=value["events_per_second"],
            pending=Count._from_json(value["pending"]),
            dead_letters=Count._from_json(value["dead_letters"]),
            oldest_due=maybe(time, value.get("oldest_due")),
            endpoints=OverviewEndpoints._from_json(value["endpoints"]),
            trouble=[EndpointTrouble._from_json(item) for item in value["trouble"]],
        )


@dataclass(frozen=True)
class Policy:
    """A project's effective policy: its own settings, otherwise the dialect's or the
    server's defaults.
    """

    retry: Retry
    """The retry schedule."""

    timeout_ms: int
    """Timeout of one attempt, in milliseconds."""

    plans: list[str]
    """Plans whose tenants may have endpoints; empty allows all."""

    endpoints_per_tenant_max: int
    """Maximum endpoints per tenant."""

    history_days: int
    """How long events and finished deliveries are kept, in days."""

    strict_types: bool
    """Whether an event's type must be in the catalog."""

    auto_disable_days: int | None
    """Days of continuous failure after which an endpoint is disabled; null for never."""

    auto_disable_s: int | None
    """The same in seconds, if it is set in seconds; otherwise null."""

    failing_after_failures: int
    """Failures in a row before the operator is notified that an endpoint is failing."""

    failing_after_s: int
    """How long they must have lasted by then, in seconds."""

    gone: str
    """What 410 does: `disable` or `retry`."""

    while_disabled: str
    """What happens to new events for a disabled endpoint: `hold` or `skip`."""

    operator_tenant: str | None
    """The tenant that receives the server's own events about endpoints (`endpoint.created`,
    `endpoint.failing`, …), dead and recovered deliveries, rotated secrets, finished jobs
    and reached quotas; the catalog describes each. It receives none about its own
    endpoints.
    """

    portal_origins: list[str]
    """Origins that may embed the portal."""

    tenant_requests_per_minute: int
    """Requests with one tenant's keys and portal tokens, per minute."""

    tenant_changes_per_minute: int
    """Of those, the requests that change or send something, per minute."""

    tenant_jobs_per_hour: int
    """Background jobs that tenants may start, per hour."""

    tenant_delay_s_min: int
    """The shortest delay between attempts that a tenant may set, in seconds."""

    tenant_attempts_max: int
    """The most attempts that a tenant may set."""

    transformations: str
    """Who may give endpoints a transformation: `off`, `operator` or `tenant`."""

    reveal_secrets: str
    """Who may have an endpoint's signing secret shown again by the Svix-compatible API:
    `never`, `operator` or `tenant`.
    """

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Policy:
        return cls(
            retry=Retry._from_json(value["retry"]),
            timeout_ms=value["timeout_ms"],
            plans=value["plans"],
            endpoints_per_tenant_max=value["endpoints_per_tenant_max"],
            history_days=value["history_days"],
            strict_types=value["strict_types"],
            auto_disable_days=value.get("auto_disable_days"),
            auto_disable_s=value.get("auto_disable_s"),
            failing_after_failures=value["failing_after_failures"],
            failing_after_s=value["failing_after_s"],
            gone=value["gone"],
            while_disabled=value["while_disabled"],
            operator_tenant=value.get("operator_tenant"),
            portal_origins=value["portal_origins"],
            tenant_requests_per_minute=value["tenant_requests_per_minute"],
            tenant_changes_per_minute=value["tenant_changes_per_minute"],
            tenant_jobs_per_hour=value["tenant_jobs_per_hour"],
            tenant_delay_s_min=value["tenant_delay_s_min"],
            tenant_attempts_max=value["tenant_attempts_max"],
            transformations=value["transformations"],
            reveal_secrets=value["reveal_secrets"],
        )


class PolicyChange(TypedDict, total=False):
    """The project's own policy. Fields left out stay as they are; null goes back to the
    dialect's default, except for `auto_disable_days`, where null turns it off.
    """

    retry: Optional[Union[Retry, RetryInput]]
    """The retry schedule."""

    timeout_ms: Optional[int]
    """Timeout of one attempt, 100 to 60000 milliseconds."""

    plans: Optional[List[str]]
    """Plans whose tenants may have endpoints, compared case-insensitively; an empty list
    allows all.
    """

    endpoints_per_tenant_max: Optional[int]
    """Maximum endpoints per tenant, up to 10000."""

    history_days: Optional[int]
    """How long events and finished deliveries are kept, 1 to 3650 days."""

    strict_types: Optional[bool]
    """Whether an event's type must be in the catalog."""

    auto_disable_days: Optional[int]
    """Days of continuous failure after which an endpoint is disabled, 1 to 365; null for
    never.
    """

    auto_disable_s: Optional[int]
    """The same in seconds, 1 to 31536000 (365 days), in place of `auto_disable_days`:
    setting one of the two ends the other. Null switches back to days.
    """

    failing_after_failures: Optional[int]
    """Failures in a row before the operator is notified that an endpoint is failing
    (`endpoint.failing`), 1 to 1000; 3 by default.
    """

    failing_after_s: Optional[int]
    """How long they must have lasted by then, 0 to 2592000 seconds (30 days); 10 by default."""

    gone: Optional[str]
    """What 410 does: `disable` or `retry`."""

    while_disabled: Optional[str]
    """What happens to new events for a disabled endpoint: `hold`, its deliveries wait until
    it is enabled; or `skip`, it gets none of them. What is pending when it is disabled
    waits either way.
    """

    operator_tenant: Optional[str]
    """The tenant that receives the server's own events about endpoints (`endpoint.created`,
    `endpoint.failing`, …), dead and recovered deliveries, rotated secrets, finished jobs
    and reached quotas; the catalog describes each. It receives none about its own
    endpoints.
    """

    portal_origins: Optional[List[str]]
    """Origins that may embed the portal, such as `https://app.example.com`."""

    tenant_requests_per_minute: Optional[int]
    """Requests with one tenant's keys and portal tokens, 1 to 1000000 per minute; 429 above
    that.
    """

    tenant_changes_per_minute: Optional[int]
    """Of those, the requests that change or send something (tests, retries, replays,
    endpoints), 1 to 1000000 per minute; 429 above that.
    """

    tenant_jobs_per_hour: Optional[int]
    """Background jobs that tenants may start, 1 to 1000000 per hour; 429 above that."""

    tenant_delay_s_min: Optional[int]
    """The shortest delay between attempts that a tenant may set for its endpoints, 0 to 3600
    seconds.
    """

    tenant_attempts_max: Optional[int]
    """The most attempts that a tenant may set for its endpoint, 1 to 100."""

    transformations: Optional[str]
    """Who may give endpoints a transformation: `off` (nobody, and none runs: attempts at
    endpoints that have one fail), `operator` (with project and admin keys) or `tenant`
    (tenants too).
    """

    reveal_secrets: Optional[str]
    """Who may have an endpoint's signing secret shown again by the Svix-compatible API:
    `never`, `operator` (with the project's tokens and keys) or `tenant` (with those of
    its tenant too). Each time is in the audit log.
    """


@dataclass(frozen=True)
class PortalSession:
    """A portal session."""

    url: str = field(repr=False)
    """The portal's URL with the token after `#`, where servers and logs do not see it."""

    token: str = field(repr=False)
    """The token, which works like a tenant key."""

    expires_at: datetime
    """When it expires."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> PortalSession:
        return cls(
            url=value["url"],
            token=value["token"],
            expires_at=time(value["expires_at"]),
        )


@dataclass(frozen=True)
class Previewed:
    """The exact request that a sample event produces."""

    method: str
    """The HTTP method."""

    url: str
    """Where it would go."""

    headers: list[Header] = field(repr=False)
    """The dialect's headers, in order."""

    body: str
    """The body, as text."""

    secret: str = field(repr=False)
    """The secret that it is signed with."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Previewed:
        return cls(
            method=value["method"],
            url=value["url"],
            headers=[Header._from_json(item) for item in value["headers"]],
            body=value["body"],
            secret=value["secret"],
        )


@dataclass(frozen=True)
class Project:
    """A project."""

    id: str
    """Its id, `proj_…`."""

    name: str
    """A display name."""

    dialect: str
    """The name of its dialect."""

    policy: Policy
    """The policy in force."""

    branding: Branding
    """The portal's branding."""

    created_at: datetime
    """When it was created."""

    updated_at: datetime
    """When it was last changed."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Project:
        return cls(
            id=value["id"],
            name=value["name"],
            dialect=value["dialect"],
            policy=Policy._from_json(value["policy"]),
            branding=Branding._from_json(value["branding"]),
            created_at=time(value["created_at"]),
            updated_at=time(value["updated_at"]),
        )


@dataclass(frozen=True)
class Published:
    """An accepted event: stored on disk, with the endpoints it goes to."""

    id: str
    """The event's id, `evt_…`."""

    tenant: str
    """The tenant that it belongs to."""

    type: str
    """Its type."""

    created_at: datetime
    """When it was accepted."""

    deliveries: int
    """How many endpoints it matched."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Published:
        return cls(
            id=value["id"],
            tenant=value["tenant"],
            type=value["type"],
            created_at=time(value["created_at"]),
            deliveries=value["deliveries"],
        )


@dataclass(frozen=True)
class Quantiles:
    """How long something took, in microseconds; null if there was none."""

    p50_us: int | None
    """Median."""

    p95_us: int | None
    """95th percentile."""

    p99_us: int | None
    """99th percentile."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Quantiles:
        return cls(
            p50_us=value.get("p50_us"),
            p95_us=value.get("p95_us"),
            p99_us=value.get("p99_us"),
        )


@dataclass(frozen=True)
class Queued:
    """Deliveries queued in memory."""

    asked: int
    """Tests, and retries that someone requested."""

    fresh: int
    """Deliveries of newly published events."""

    retry: int
    """Scheduled retries, and deliveries read back from the store."""

    replay: int
    """Replays, and retries in bulk."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Queued:
        return cls(
            asked=value["asked"],
            fresh=value["fresh"],
            retry=value["retry"],
            replay=value["replay"],
        )


@dataclass(frozen=True)
class ReadyMadeTransform:
    """A transformation to copy and change."""

    name: str
    """Its name."""

    title: str
    """What it is for."""

    description: str
    """What it does."""

    code: str
    """The code."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> ReadyMadeTransform:
        return cls(
            name=value["name"],
            title=value["title"],
            description=value["description"],
            code=value["code"],
        )


@dataclass(frozen=True)
class ReadyMadeTransforms:
    """Transformations that come with the server."""

    data: list[ReadyMadeTransform]
    """Each of them."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> ReadyMadeTransforms:
        return cls(
            data=[ReadyMadeTransform._from_json(item) for item in value["data"]],
        )


@dataclass(frozen=True)
class Replayed:
    """The deliveries created by a replay."""

    deliveries: list[ReplayedDelivery]

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Replayed:
        return cls(
            deliveries=[ReplayedDelivery._from_json(item) for item in value["deliveries"]],
        )


@dataclass(frozen=True)
class ReplayedDelivery:
    """A delivery created by a replay."""

    id: str
    """Its own id."""

    endpoint: str
    """The endpoint's id."""

    replay_of: str | None
    """The delivery that it replays."""

    status: str
    """`pending`."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> ReplayedDelivery:
        return cls(
            id=value["id"],
            endpoint=value["endpoint"],
            replay_of=value.get("replay_of"),
            status=value["status"],
        )


@dataclass(frozen=True)
class Retry:
    """A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly
    one of `span_s` and `attempts_max`. Each delay starts at the end of the previous
    attempt.
    """

    delays_s: list[int] | None
    """Seconds before each attempt, the first included: its length is the number of attempts."""

    base_s: int | None
    """Seconds before the second attempt."""

    factor: float | None
    """What each further delay is multiplied by."""

    cap_s: int | None
    """The longest delay in seconds."""

    span_s: int | None
    """Seconds from the first attempt to the last."""

    attempts_max: int | None
    """Maximum number of attempts."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Retry:
        return cls(
            delays_s=value.get("delays_s"),
            base_s=value.get("base_s"),
            factor=value.get("factor"),
            cap_s=value.get("cap_s"),
            span_s=value.get("span_s"),
            attempts_max=value.get("attempts_max"),
        )


class RetryInput(TypedDict, total=False):
    """A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly
    one of `span_s` and `attempts_max`. Each delay starts at the end of the previous
    attempt.
    """

    delays_s: Optional[List[int]]
    """Seconds before each attempt, the first included: its length is the number of attempts."""

    base_s: Optional[int]
    """Seconds before the second attempt."""

    factor: Optional[float]
    """What each further delay is multiplied by."""

    cap_s: Optional[int]
    """The longest delay in seconds."""

    span_s: Optional[int]
    """Seconds from the first attempt to the last."""

    attempts_max: Optional[int]
    """Maximum number of attempts."""


@dataclass(frozen=True)
class Rotated:
    """A rotated secret."""

    secret: str = field(repr=False)
    """The new secret, shown only once."""

    previous_expires_at: datetime | None
    """When the last previous secret stops signing; null if none does."""

    signing_with: str
    """Which secrets sign now: `previous` until the overlap ends if only one signature is
    sent, `both` if several are, otherwise `current`.
    """

    public_key: str | None
    """The public half of the new key, if it is a key pair."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Rotated:
        return cls(
            secret=value["secret"],
            previous_expires_at=maybe(time, value.get("previous_expires_at")),
            signing_with=value["signing_with"],
            public_key=value.get("public_key"),
        )


@dataclass(frozen=True)
class SchemaBreak:
    """One thing that a schema change breaks."""

    path: str
    """The place in `data`, as a JSONPath."""

    pointer: str
    """The place in the new schema, as a JSON pointer."""

    side: str
    """Who is affected: `publishers`, `receivers`, or `both`."""

    detail: str
    """What has changed."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> SchemaBreak:
        return cls(
            path=value["path"],
            pointer=value["pointer"],
            side=value["side"],
            detail=value["detail"],
        )


@dataclass(frozen=True)
class SchemaVersion:
    """A version of an event type's schema."""

    version: int
    """Its number, counted from 1."""

    schema: Any
    """The JSON Schema of `data`; null where there was none."""

    current: bool
    """Whether it is the current one."""

    forced: bool
    """Whether it broke the previous version."""

    created_at: datetime
    """When it was stored."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> SchemaVersion:
        return cls(
            version=value["version"],
            schema=value["schema"],
            current=value["current"],
            forced=value["forced"],
            created_at=time(value["created_at"]),
        )

Signing = Literal["hmac", "ed25519"]
"""What an endpoint signs with."""

Speaks = Literal["project", "tenant"]
"""What a key belongs to."""


@dataclass(frozen=True)
class Started:
    """A job that was started."""

    job: str
    """The job's id; `GET /v1/jobs/{id}` shows its progress."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Started:
        return cls(
            job=value["job"],
        )


@dataclass(frozen=True)
class StartedOrCounted:
    """A bulk operation that was started, or only counted."""

    job: str | None
    """The job's id; `GET /v1/jobs/{id}` shows its progress. Null with `dry_run`: nothing was
    started.
    """

    count: int
    """How many deliveries it applies to. At most 250,000 events are looked at."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> StartedOrCounted:
        return cls(
            job=value.get("job"),
            count=value["count"],
        )


@dataclass(frozen=True)
class StatsPoint:
    """A minute or an hour."""

    events: int
    """Events accepted; always 0 for a single endpoint."""

    attempts: int
    """Attempts."""

    attempts_failed: int
    """Attempts that failed."""

    success_rate: float | None
    """Success rate of attempts, 0 to 1; null without attempts."""

    succeeded: int
    """Deliveries that succeeded."""

    dead: int
    """Deliveries that died."""

    cancelled: int
    """Deliveries that were cancelled."""

    attempt_time: Quantiles
    """How long attempts took."""

    delivery_time: Quantiles
    """How long deliveries that succeeded took, from the acceptance of their event to the end
    of the attempt.
    """

    at: datetime
    """When it begins."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> StatsPoint:
        return cls(
            events=value["events"],
            attempts=value["attempts"],
            attempts_failed=value["attempts_failed"],
            success_rate=value.get("success_rate"),
            succeeded=value["succeeded"],
            dead=value["dead"],
            cancelled=value["cancelled"],
            attempt_time=Quantiles._from_json(value["attempt_time"]),
            delivery_time=Quantiles._from_json(value["delivery_time"]),
            at=time(value["at"]),
        )


@dataclass(frozen=True)
class StatsSeries:
    """What happened by minute or hour."""

    unit: str
    """The length of one entry: `minute` or `hour`."""

    since: datetime
    """When the first entry starts."""

    until: datetime
    """The end: the last entry starts before it."""

    data: list[StatsPoint]
    """Oldest first; minutes or hours in which nothing happened are left out."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> StatsSeries:
        return cls(
            unit=value["unit"],
            since=time(value["since"]),
            until=time(value["until"]),
            data=[StatsPoint._from_json(item) for item in value["data"]],
        )

Status = Literal["pending", "succeeded", "dead", "cancelled"]
"""The state of a delivery."""


@dataclass(frozen=True)
class Tenant:
    """A tenant."""

    id: str
    """The vendor's id for it."""

    uid: str | None
    """Another name for it, accepted wherever its id is."""

    name: str | None
    """A display name."""

    plan: str | None
    """Its plan."""

    metadata: dict[str, Any]
    """Custom metadata."""

    created_at: datetime
    """When it was first used."""

    updated_at: datetime
    """When it was last changed."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Tenant:
        return cls(
            id=value["id"],
            uid=value.get("uid"),
            name=value.get("name"),
            plan=value.get("plan"),
            metadata=value["metadata"],
            created_at=time(value["created_at"]),
            updated_at=time(value["updated_at"]),
        )


class _TenantSelectionRequired(TypedDict):
    metadata: dict[str, Any]
    """Tenants whose metadata has all of these members, with the same values."""


class TenantSelection(_TenantSelectionRequired, total=False):
    """The tenants that receive a broadcast."""


@dataclass(frozen=True)
class Tested:
    """A test event that was sent."""

    delivery: str
    """The delivery's id."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Tested:
        return cls(
            delivery=value["delivery"],
        )


@dataclass(frozen=True)
class Throttle:
    """The receiver asked for fewer requests: the endpoint pauses, then speeds up slowly."""

    until: datetime | None
    """The end of the pause; null once it is over."""

    per_second: int
    """Attempts per second after the pause; this rises while attempts succeed."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Throttle:
        return cls(
            until=maybe(time, value.get("until")),
            per_second=value["per_second"],
        )


@dataclass(frozen=True)
class Timings:
    """How long each part of an attempt took, in microseconds; null for a part that did not
    happen.
    """

    dns_us: int | None
    """Looking up the name."""

    connect_us: int | None
    """Connecting."""

    tls_us: int | None
    """The TLS handshake."""

    first_byte_us: int | None
    """From the start of the attempt to the first byte of the response."""

    total_us: int
    """Everything."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Timings:
        return cls(
            dns_us=value.get("dns_us"),
            connect_us=value.get("connect_us"),
            tls_us=value.get("tls_us"),
            first_byte_us=value.get("first_byte_us"),
            total_us=value["total_us"],
        )


@dataclass(frozen=True)
class Transform:
    """Code that changes webhooks before they are sent."""

    code: str
    """The code."""

    enabled: bool
    """Whether it runs."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Transform:
        return cls(
            code=value["code"],
            enabled=value["enabled"],
        )


@dataclass(frozen=True)
class TransformError:
    """Why code failed."""

    kind: str
    """`syntax`, `thrown`, `timeout`, `memory` or `result` (what it returned can't be sent)."""

    message: str
    """What happened."""

    line: int | None
    """The line of the code, if known; the first is 1."""

    column: int | None
    """The column, if known; the first is 1."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> TransformError:
        return cls(
            kind=value["kind"],
            message=value["message"],
            line=value.get("line"),
            column=value.get("column"),
        )


@dataclass(frozen=True)
class TransformTestResult:
    """What would be sent."""

    ok: bool
    """Whether the code ran and either returned something that can be sent, or cancelled."""

    body: str | None
    """The body that would be sent; null if nothing would be."""

    event_type: str | None
    """The event type that headers would show."""

    channels: list[str]
    """The channels that the code returned."""

    headers: dict[str, Any]
    """Headers that the code adds."""

    cancel: str | None
    """Why the delivery would be cancelled; null if it would not be."""

    error: TransformError | None
    """Why the attempt would fail; null if it would not."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> TransformTestResult:
        return cls(
            ok=value["ok"],
            body=value.get("body"),
            event_type=value.get("event_type"),
            channels=value["channels"],
            headers=value["headers"],
            cancel=value.get("cancel"),
            error=maybe(lambda item: TransformError._from_json(item), value.get("error")),
        )


@dataclass(frozen=True)
class UrlCheck:
    """What was found."""

    ok: bool
    """Whether an endpoint may have it."""

    url: str | None
    """The URL as it would be stored; null if it is refused."""

    errors: list[UrlFinding]
    """Why it is refused."""

    warnings: list[UrlFinding]
    """Warnings, such as a host name that does not resolve right now."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> UrlCheck:
        return cls(
            ok=value["ok"],
            url=value.get("url"),
            errors=[UrlFinding._from_json(item) for item in value["errors"]],
            warnings=[UrlFinding._from_json(item) for item in value["warnings"]],
        )


@dataclass(frozen=True)
class UrlFinding:
    """Something about the URL."""

    pointer: str
    """JSON pointer (RFC 6901) of the value: `/url`."""

    detail: str
    """What was found."""

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> UrlFinding:
        return cls(
            pointer=value["pointer"],
            detail=value["detail"],
        )
