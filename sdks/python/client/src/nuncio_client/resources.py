# Generated from openapi.json by `cargo xtask generate`; changes made here are lost.
"""The methods of the API, by resource."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Sequence

from . import models
from ._json import UNSET, Unset, changed, given
from ._path import path
from ._transport import Transport
from .listing import Listing


class Attempts:
    """Calls below `/v1/attempts`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        endpoint: str | None = None,
        event: str | None = None,
        delivery: str | None = None,
        tenant: str | None = None,
        status: str | None = None,
        status_code_class: str | None = None,
        error: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.AttemptItem]:
        """List attempts. Newest first, over all deliveries. If a filter matches little, a
        page can be empty and still have a `next_cursor`.
        """
        return self._transport.list(
            "/v1/attempts",
            models.AttemptItem._from_json,
            query=given(endpoint=endpoint, event=event, delivery=delivery, tenant=tenant, status=status, status_code_class=status_code_class, error=error, type=type, channel=channel, since=since, until=until, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.AttemptDetail:
        """Get an attempt. What was sent, what came back, how long it took."""
        return self._transport.send(
            "GET",
            path("/v1/attempts/{}", id),
            models.AttemptDetail._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def erase_response(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Erase a response. Permanently erases the receiver's response to the attempt:
        headers, body and error detail. Its status code and times stay.
        """
        self._transport.send(
            "DELETE",
            path("/v1/attempts/{}/response", id),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )


class Audit:
    """Calls below `/v1/audit`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        action: str | None = None,
        actor: str | None = None,
        target: str | None = None,
        tenant: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.AuditEntry]:
        """List the audit log. Every administrative change, newest first: who, what, when,
        from where. Entries cannot be changed, and are kept for 400 days or longer. With
        the admin key and no `Nuncio-Project`: the entries of all projects, including
        deleted ones. If a filter matches little, a page can be empty and still have a
        `next_cursor`.
        """
        return self._transport.list(
            "/v1/audit",
            models.AuditEntry._from_json,
            query=given(action=action, actor=actor, target=target, tenant=tenant, since=since, until=until, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )


class DeadLetters:
    """Calls below `/v1/dead-letters`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: models.Status | None = None,
        endpoint: str | None = None,
        tenant: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        status_code: int | None = None,
        error: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Delivery]:
        """List dead letters. Tests that failed are not among them."""
        return self._transport.list(
            "/v1/dead-letters",
            models.Delivery._from_json,
            query=given(status=status, endpoint=endpoint, tenant=tenant, type=type, channel=channel, since=since, until=until, status_code=status_code, error=error, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def purge(
        self,
        *,
        filter: models.Filter | None = None,
        confirm: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Started:
        """Purge dead letters. Permanently deletes all that match the filter, in the
        background. To delete all dead letters of the project, `confirm`.
        """
        return self._transport.send(
            "POST",
            "/v1/dead-letters/purge",
            models.Started._from_json,
            body=given(filter=filter, confirm=confirm),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def retry(
        self,
        *,
        filter: models.Filter | None = None,
        schedule: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.StartedOrCounted:
        """Retry dead letters. Retries all deliveries that match the filter, in the
        background, each with a fresh schedule, or exactly once.
        """
        return self._transport.send(
            "POST",
            "/v1/dead-letters/retry",
            models.StartedOrCounted._from_json,
            body=given(filter=filter, schedule=schedule, dry_run=dry_run),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class Deliveries:
    """Calls below `/v1/deliveries`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: models.Status | None = None,
        endpoint: str | None = None,
        tenant: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        status_code: int | None = None,
        error: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Delivery]:
        """List deliveries."""
        return self._transport.list(
            "/v1/deliveries",
            models.Delivery._from_json,
            query=given(status=status, endpoint=endpoint, tenant=tenant, type=type, channel=channel, since=since, until=until, status_code=status_code, error=error, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def retry_many(
        self,
        *,
        filter: models.Filter | None = None,
        schedule: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.StartedOrCounted:
        """Retry many deliveries. Runs for all deliveries that match the filter, in the
        background.
        """
        return self._transport.send(
            "POST",
            "/v1/deliveries/retry",
            models.StartedOrCounted._from_json,
            body=given(filter=filter, schedule=schedule, dry_run=dry_run),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.DeliveryDetail:
        """Get a delivery. With every attempt: what was sent, what came back, how long it
        took.
        """
        return self._transport.send(
            "GET",
            path("/v1/deliveries/{}", id),
            models.DeliveryDetail._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def cancel(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Delivery:
        """Cancel a delivery. No further attempt starts. A delivery that is already finished
        cannot be cancelled.
        """
        return self._transport.send(
            "POST",
            path("/v1/deliveries/{}/cancel", id),
            models.Delivery._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def retry(
        self,
        id: str,
        *,
        delays_s: Sequence[int] | None = None,
        base_s: int | None = None,
        factor: float | None = None,
        cap_s: int | None = None,
        span_s: int | None = None,
        attempts_max: int | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Delivery:
        """Retry a delivery. If it is pending: one extra attempt now, and its schedule stays
        as it is. Otherwise: a fresh schedule, or exactly one attempt with `schedule:
        "once"`. A test is never retried (409).
        """
        return self._transport.send(
            "POST",
            path("/v1/deliveries/{}/retry", id),
            models.Delivery._from_json,
            body=given(delays_s=delays_s, base_s=base_s, factor=factor, cap_s=cap_s, span_s=span_s, attempts_max=attempts_max),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class Dialects:
    """Calls below `/v1/dialects`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Dialect]:
        """List dialects. The built-in dialects, and the project's own."""
        return self._transport.list(
            "/v1/dialects",
            models.Dialect._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def preview(
        self,
        *,
        dialect: str | None = None,
        source: str | None = None,
        type: str | None = None,
        data: Any | None = None,
        tenant: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        url: str | None = None,
        secret: str | None = None,
        signing: models.Signing | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Previewed:
        """Preview a dialect. Nothing is sent or stored."""
        return self._transport.send(
            "POST",
            "/v1/dialects/preview",
            models.Previewed._from_json,
            body=given(dialect=dialect, source=source, type=type, data=data, tenant=tenant, metadata=metadata, url=url, secret=secret, signing=signing),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        name: str,
        *,
        version: int | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.DialectDetail:
        """Get a dialect."""
        return self._transport.send(
            "GET",
            path("/v1/dialects/{}", name),
            models.DialectDetail._from_json,
            query=given(version=version),
            project=project,
            timeout_s=timeout_s,
        )

    def put(
        self,
        name: str,
        *,
        source: str,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.DialectDetail:
        """Create or change a dialect of the project. A changed file becomes a new version;
        attempts keep the version they were rendered with. The body is the file itself
        (`application/toml`), or JSON: its text as `source`, or its tables. Errors in a
        file have `line` and `column`.
        """
        return self._transport.send(
            "PUT",
            path("/v1/dialects/{}", name),
            models.DialectDetail._from_json,
            body=dict(source=source),
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        name: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Delete a dialect of the project. Only while neither the project nor an endpoint
        uses it. Attempts keep the version they were rendered with.
        """
        self._transport.send(
            "DELETE",
            path("/v1/dialects/{}", name),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )

    def list_versions(
        self,
        name: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Dialect]:
        """List the versions of a dialect. The newest first. `GET
        /v1/dialects/{name}?version=…` has the file of one.
        """
        return self._transport.list(
            path("/v1/dialects/{}/versions", name),
            models.Dialect._from_json,
            query=given(limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )


class Endpoints:
    """Calls below `/v1/endpoints`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        tenant: str | None = None,
        status: str | None = None,
        channel: str | None = None,
        search: str | None = None,
        health: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Endpoint]:
        """List endpoints."""
        return self._transport.list(
            "/v1/endpoints",
            models.Endpoint._from_json,
            query=given(tenant=tenant, status=status, channel=channel, search=search, health=health, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def create(
        self,
        *,
        url: str,
        events: Sequence[str],
        tenant: str | None = None,
        uid: str | None = None,
        filter: Mapping[str, Any] | None = None,
        channels: Sequence[str] | None = None,
        secret: str | None = None,
        signing: models.Signing | None = None,
        description: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: models.EndpointAuth | models.EndpointAuthInput | None = None,
        tls: models.EndpointTlsSettings | None = None,
        rate_limit: int | None = None,
        retry: models.Retry | models.RetryInput | None = None,
        timeout_ms: int | None = None,
        dialect: str | None = None,
        transform: models.NewTransform | None = None,
        disabled: bool | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Create an endpoint. The response shows its secret, only this once."""
        return self._transport.send(
            "POST",
            "/v1/endpoints",
            models.Endpoint._from_json,
            body=dict(url=url, events=events, **given(tenant=tenant, uid=uid, filter=filter, channels=channels, secret=secret, signing=signing, description=description, headers=headers, auth=auth, tls=tls, rate_limit=rate_limit, retry=retry, timeout_ms=timeout_ms, dialect=dialect, transform=transform, disabled=disabled, metadata=metadata)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def check(
        self,
        *,
        url: str,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.UrlCheck:
        """Check a URL. The same check as when an endpoint is created or changed. Nothing is
        stored or sent.
        """
        return self._transport.send(
            "POST",
            "/v1/endpoints/check",
            models.UrlCheck._from_json,
            body=dict(url=url),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Get an endpoint."""
        return self._transport.send(
            "GET",
            path("/v1/endpoints/{}", id),
            models.Endpoint._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def update(
        self,
        id: str,
        *,
        uid: str | None | Unset = UNSET,
        url: str | None | Unset = UNSET,
        events: Sequence[str] | None | Unset = UNSET,
        filter: Mapping[str, Any] | None | Unset = UNSET,
        channels: Sequence[str] | None | Unset = UNSET,
        description: str | None | Unset = UNSET,
        headers: Mapping[str, str | None] | None | Unset = UNSET,
        auth: models.EndpointAuth | models.EndpointAuthInput | None | Unset = UNSET,
        tls: models.EndpointTlsSettings | None | Unset = UNSET,
        rate_limit: int | None | Unset = UNSET,
        retry: models.Retry | models.RetryInput | None | Unset = UNSET,
        timeout_ms: int | None | Unset = UNSET,
        dialect: str | None | Unset = UNSET,
        transform: models.NewTransform | None | Unset = UNSET,
        disabled: bool | None | Unset = UNSET,
        metadata: Mapping[str, Any] | None | Unset = UNSET,
        secret: str | None | Unset = UNSET,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Change an endpoint. Fields left out stay as they are; null clears. A new URL also
        applies to pending deliveries. Credentials belong to the origin (scheme, host and
        port) that they were given for: a change to another origin is refused with 422
        until each is given again or removed, and the errors name them.
        """
        return self._transport.send(
            "PATCH",
            path("/v1/endpoints/{}", id),
            models.Endpoint._from_json,
            body=changed(uid=uid, url=url, events=events, filter=filter, channels=channels, description=description, headers=headers, auth=auth, tls=tls, rate_limit=rate_limit, retry=retry, timeout_ms=timeout_ms, dialect=dialect, transform=transform, disabled=disabled, metadata=metadata, secret=secret),
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Delete an endpoint. It receives nothing more; its pending deliveries are
        cancelled.
        """
        self._transport.send(
            "DELETE",
            path("/v1/endpoints/{}", id),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )

    def list_deliveries(
        self,
        id: str,
        *,
        status: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        tenant: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Delivery]:
        """List an endpoint's deliveries."""
        return self._transport.list(
            path("/v1/endpoints/{}/deliveries", id),
            models.Delivery._from_json,
            query=given(status=status, type=type, channel=channel, since=since, until=until, limit=limit, cursor=cursor, tenant=tenant),
            project=project,
            timeout_s=timeout_s,
        )

    def disable(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Disable an endpoint. Its deliveries wait; nothing is lost."""
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/disable", id),
            models.Endpoint._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def enable(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Enable an endpoint. Its pending deliveries start again."""
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/enable", id),
            models.Endpoint._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def list_events(
        self,
        id: str,
        *,
        status: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        tenant: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.EndpointEvent]:
        """List an endpoint's events. Newest first, each with the state of its delivery."""
        return self._transport.list(
            path("/v1/endpoints/{}/events", id),
            models.EndpointEvent._from_json,
            query=given(status=status, type=type, channel=channel, since=since, until=until, limit=limit, cursor=cursor, tenant=tenant),
            project=project,
            timeout_s=timeout_s,
        )

    def test_filter(
        self,
        id: str,
        *,
        event: str | None = None,
        type: str | None = None,
        data: Any | None = None,
        metadata: Mapping[str, Any] | None = None,
        channels: Sequence[str] | None = None,
        filter: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.FilterTestResult:
        """Test an endpoint's filters. Whether the endpoint would get an event, and if not,
        which part does not match. Nothing is stored or sent.
        """
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/filter/test", id),
            models.FilterTestResult._from_json,
            body=given(event=event, type=type, data=data, metadata=metadata, channels=channels, filter=filter),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def recover(
        self,
        id: str,
        *,
        which: str,
        since: datetime | None = None,
        until: datetime | None = None,
        schedule: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.StartedOrCounted:
        """Recover an endpoint. Sends the endpoint what it missed in a period, in the
        background: retries its dead deliveries, delivers events that match its filter and
        were never sent to it (published before it was created, or while its filter was
        different), or sends everything again; or attempts all waiting deliveries now, in
        addition to their schedules. Tests and erased payloads are left out. A paused or
        disabled endpoint, its rate limit and its tenant's plan are respected.
        """
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/recover", id),
            models.StartedOrCounted._from_json,
            body=dict(which=which, **given(since=since, until=until, schedule=schedule, dry_run=dry_run)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def rotate_secret(
        self,
        id: str,
        *,
        secret: str | None = None,
        overlap_seconds: int | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Rotated:
        """Rotate the secret. The previous secret keeps signing during the overlap. At most
        ten old secrets may be in their overlap.
        """
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/rotate-secret", id),
            models.Rotated._from_json,
            body=given(secret=secret, overlap_seconds=overlap_seconds),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def stats(
        self,
        id: str,
        *,
        window_seconds: int | None = None,
        tenant: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EndpointStats:
        """Check on an endpoint. Success rate, latency and backlog, and the state of the work
        on it: concurrency, rate limit, circuit breaker.
        """
        return self._transport.send(
            "GET",
            path("/v1/endpoints/{}/stats", id),
            models.EndpointStats._from_json,
            query=given(window_seconds=window_seconds, tenant=tenant),
            project=project,
            timeout_s=timeout_s,
        )

    def test(
        self,
        id: str,
        *,
        type: str | None = None,
        data: Any | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Tested:
        """Send a test event. One attempt without retries, whatever the filter, even while
        the endpoint is disabled. An endpoint that must be verified first gets none (409).
        """
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/test", id),
            models.Tested._from_json,
            body=given(type=type, data=data),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def test_transform(
        self,
        id: str,
        *,
        event: str | None = None,
        type: str | None = None,
        data: Any | None = None,
        code: str | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.TransformTestResult:
        """Test a transformation. Runs the endpoint's code, or the code given, and shows what
        would be sent. Nothing is sent or stored.
        """
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/transform/test", id),
            models.TransformTestResult._from_json,
            body=given(event=event, type=type, data=data, code=code),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def verify(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Verify an endpoint. Starts the handshake of the endpoint's dialect. The response
        comes before it ends: the endpoint's `verification` shows the result. Until it is
        `verified`, deliveries wait.
        """
        return self._transport.send(
            "POST",
            path("/v1/endpoints/{}/verify", id),
            models.Endpoint._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class EventTypes:
    """Calls below `/v1/event-types`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        archived: bool | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.EventType]:
        """List event types."""
        return self._transport.list(
            "/v1/event-types",
            models.EventType._from_json,
            query=given(limit=limit, cursor=cursor, archived=archived),
            project=project,
            timeout_s=timeout_s,
        )

    def export(
        self,
        *,
        format: models.DocumentFormat | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventTypeDocument:
        """Export event types. The catalog as an OpenAPI 3.1 document (`webhooks`) or an
        AsyncAPI 3 document, without archived types. Importing it again changes nothing.
        """
        return self._transport.send(
            "GET",
            "/v1/event-types/export",
            models.EventTypeDocument._from_json,
            query=given(format=format),
            project=project,
            timeout_s=timeout_s,
        )

    def import_(
        self,
        *,
        document: Any,
        dry_run: bool | None = None,
        force: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventTypesImported:
        """Import event types. From the `webhooks` of an OpenAPI 3.1 document, or the
        messages of an AsyncAPI 3 one: all of them, or none. Types that are not in the
        document stay as they are. A schema that breaks the current one is refused with
        409, unless `force` is set.
        """
        return self._transport.send(
            "POST",
            "/v1/event-types/import",
            models.EventTypesImported._from_json,
            body=dict(document=document, **given(dry_run=dry_run, force=force)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        name: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventType:
        """Get an event type."""
        return self._transport.send(
            "GET",
            path("/v1/event-types/{}", name),
            models.EventType._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def put(
        self,
        name: str,
        *,
        description: str | Unset = UNSET,
        schema: Any | Unset = UNSET,
        group: str | None | Unset = UNSET,
        example: Any | Unset = UNSET,
        deprecated: bool | Unset = UNSET,
        retry: models.Retry | models.RetryInput | None | Unset = UNSET,
        force: bool | Unset = UNSET,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventType:
        """Create or replace an event type. A changed `schema` becomes a new version. One
        that breaks the current version is refused with 409, unless `force` is set. It
        breaks publishers if events that were accepted no longer would be, and receivers
        if `data` can be something that it could not be before.
        """
        return self._transport.send(
            "PUT",
            path("/v1/event-types/{}", name),
            models.EventType._from_json,
            body=changed(description=description, schema=schema, group=group, example=example, deprecated=deprecated, retry=retry, force=force),
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        name: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Delete an event type. Removes it from the catalog; existing events of that type
        stay as they are.
        """
        self._transport.send(
            "DELETE",
            path("/v1/event-types/{}", name),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )

    def archive(
        self,
        name: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventType:
        """Archive an event type. Events of this type are no longer accepted, and new filters
        no longer suggest it. Published events stay.
        """
        return self._transport.send(
            "POST",
            path("/v1/event-types/{}/archive", name),
            models.EventType._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def unarchive(
        self,
        name: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventType:
        """Bring an event type back from the archive."""
        return self._transport.send(
            "POST",
            path("/v1/event-types/{}/unarchive", name),
            models.EventType._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def list_schema_versions(
        self,
        name: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.SchemaVersion]:
        """List the versions of an event type's schema. The newest first. If there are many
        versions, or large ones, the oldest are not kept.
        """
        return self._transport.list(
            path("/v1/event-types/{}/versions", name),
            models.SchemaVersion._from_json,
            query=given(limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )


class Events:
    """Calls below `/v1/events`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        tenant: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        source_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        undelivered: bool | None = None,
        outcomes: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Event]:
        """List events. Newest first, without payloads."""
        return self._transport.list(
            "/v1/events",
            models.Event._from_json,
            query=given(tenant=tenant, type=type, channel=channel, source_id=source_id, since=since, until=until, undelivered=undelivered, outcomes=outcomes, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def publish(
        self,
        *,
        tenant: str,
        type: str,
        data: Any,
        id: str | None = None,
        occurred_at: datetime | None = None,
        deliver_at: datetime | None = None,
        ordering_key: str | None = None,
        schema_version: int | None = None,
        channels: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retention_days: int | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Published:
        """Publish an event. The response comes once the event is on disk, with the endpoints
        it goes to.
        """
        return self._transport.send(
            "POST",
            "/v1/events",
            models.Published._from_json,
            body=dict(tenant=tenant, type=type, data=data, **given(id=id, occurred_at=occurred_at, deliver_at=deliver_at, ordering_key=ordering_key, schema_version=schema_version, channels=channels, metadata=metadata, headers=headers, retention_days=retention_days)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def publish_batch(
        self,
        *,
        events: Sequence[models.NewEvent],
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.BatchPublished:
        """Publish a batch of events. Each event is accepted or refused on its own; the
        response comes once all accepted events are on disk.
        """
        return self._transport.send(
            "POST",
            "/v1/events/batch",
            models.BatchPublished._from_json,
            body=dict(events=events),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def broadcast(
        self,
        *,
        type: str,
        data: Any,
        where: models.TenantSelection | None = None,
        id: str | None = None,
        occurred_at: datetime | None = None,
        deliver_at: datetime | None = None,
        ordering_key: str | None = None,
        schema_version: int | None = None,
        channels: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retention_days: int | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Started:
        """Broadcast an event. Publishes an event to all tenants that exist now, or to those
        whose metadata matches `where`, in the background: each tenant gets its own event
        exactly once, even if the server restarts in between. The job counts tenants.
        """
        return self._transport.send(
            "POST",
            "/v1/events/broadcast",
            models.Started._from_json,
            body=dict(type=type, data=data, **given(where=where, id=id, occurred_at=occurred_at, deliver_at=deliver_at, ordering_key=ordering_key, schema_version=schema_version, channels=channels, metadata=metadata, headers=headers, retention_days=retention_days)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def replay_many(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        tenant: str | None = None,
        types: Sequence[str] | None = None,
        schedule: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.StartedOrCounted:
        """Replay events of a period. Sends every event of the period again, in the
        background, to every endpoint that received it and still exists. Each gets a new
        delivery, unless one is pending. Tests and erased payloads are left out.
        """
        return self._transport.send(
            "POST",
            "/v1/events/replay",
            models.StartedOrCounted._from_json,
            body=dict(since=since, **given(until=until, tenant=tenant, types=types, schedule=schedule, dry_run=dry_run)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventDetail:
        """Get an event. Includes its payload, unless it was erased."""
        return self._transport.send(
            "GET",
            path("/v1/events/{}", id),
            models.EventDetail._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def list_deliveries(
        self,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Delivery]:
        """List an event's deliveries."""
        return self._transport.list(
            path("/v1/events/{}/deliveries", id),
            models.Delivery._from_json,
            query=given(limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def explain(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EventExplanation:
        """Explain an event. Why each endpoint of its tenant received it, or did not."""
        return self._transport.send(
            "GET",
            path("/v1/events/{}/explain", id),
            models.EventExplanation._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def erase_payload(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Erase an event's payload. Permanently erases the payload, metadata and headers,
        and every stored body of its attempts. Pending deliveries are cancelled; the event
        and the payload's hash stay.
        """
        self._transport.send(
            "DELETE",
            path("/v1/events/{}/payload", id),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )

    def replay(
        self,
        id: str,
        *,
        endpoint: str | None = None,
        schedule: str | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Replayed:
        """Replay an event. Creates new deliveries with their own ids. A test is never
        replayed (409).
        """
        return self._transport.send(
            "POST",
            path("/v1/events/{}/replay", id),
            models.Replayed._from_json,
            body=given(endpoint=endpoint, schedule=schedule),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class Jobs:
    """Calls below `/v1/jobs`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Job:
        """Get a job."""
        return self._transport.send(
            "GET",
            path("/v1/jobs/{}", id),
            models.Job._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def cancel(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Job:
        """Cancel a job. Ends it early: nothing more is done, and what it has done stays.
        Events of a broadcast that were published are delivered, retried deliveries stay
        retried, purged ones stay deleted. A job that is over cannot be cancelled.
        """
        return self._transport.send(
            "POST",
            path("/v1/jobs/{}/cancel", id),
            models.Job._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class Keys:
    """Calls below `/v1/keys`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Key]:
        """List keys. Keys of the project and of its tenants, without the keys themselves."""
        return self._transport.list(
            "/v1/keys",
            models.Key._from_json,
            query=given(limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def create(
        self,
        *,
        name: str,
        kind: models.Speaks,
        scope: str,
        tenant: str | None = None,
        expires_at: datetime | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Key:
        """Create a key. The response shows it, only this once."""
        return self._transport.send(
            "POST",
            "/v1/keys",
            models.Key._from_json,
            body=dict(name=name, kind=kind, scope=scope, **given(tenant=tenant, expires_at=expires_at)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Revoke a key. It stops working immediately."""
        self._transport.send(
            "DELETE",
            path("/v1/keys/{}", id),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )


class Overview:
    """Calls below `/v1/overview`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(
        self,
        *,
        window_seconds: int | None = None,
        tenant: str | None = None,
        series: bool | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.OverviewReport:
        """Get the overview. Of the project, or of one tenant. It only reads counters, so you
        can poll it every few seconds.
        """
        return self._transport.send(
            "GET",
            "/v1/overview",
            models.OverviewReport._from_json,
            query=given(window_seconds=window_seconds, tenant=tenant, series=series),
            project=project,
            timeout_s=timeout_s,
        )


class Projects:
    """Calls below `/v1/projects`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Project]:
        """List projects."""
        return self._transport.list(
            "/v1/projects",
            models.Project._from_json,
            query=given(limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def create(
        self,
        *,
        name: str,
        id: str | None = None,
        dialect: str | None = None,
        policy: models.PolicyChange | None = None,
        branding: models.BrandingChange | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Project:
        """Create a project. Its catalog starts with the dialect's event types."""
        return self._transport.send(
            "POST",
            "/v1/projects",
            models.Project._from_json,
            body=dict(name=name, **given(id=id, dialect=dialect, policy=policy, branding=branding)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Project:
        """Get a project."""
        return self._transport.send(
            "GET",
            path("/v1/projects/{}", id),
            models.Project._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def update(
        self,
        id: str,
        *,
        name: str | None | Unset = UNSET,
        dialect: str | None | Unset = UNSET,
        policy: models.PolicyChange | None | Unset = UNSET,
        branding: models.BrandingChange | None | Unset = UNSET,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Project:
        """Change a project. Fields left out stay as they are. A policy field that is null
        goes back to the dialect's default, except for `auto_disable_days`, where null
        turns it off.
        """
        return self._transport.send(
            "PATCH",
            path("/v1/projects/{}", id),
            models.Project._from_json,
            body=changed(name=name, dialect=dialect, policy=policy, branding=branding),
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Delete a project. Deletes the project with everything in it, immediately."""
        self._transport.send(
            "DELETE",
            path("/v1/projects/{}", id),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )


class Stats:
    """Calls below `/v1/stats`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(
        self,
        *,
        unit: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        tenant: str | None = None,
        endpoint: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.StatsSeries:
        """See what happened over time. Events, attempts, outcomes and how long they took, by
        minute or hour: of the project, of a tenant, or of an endpoint.
        """
        return self._transport.send(
            "GET",
            "/v1/stats",
            models.StatsSeries._from_json,
            query=given(unit=unit, since=since, until=until, tenant=tenant, endpoint=endpoint),
            project=project,
            timeout_s=timeout_s,
        )


class Tenants:
    """Calls below `/v1/tenants`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Tenant]:
        """List tenants. With a tenant key, only that tenant."""
        return self._transport.list(
            "/v1/tenants",
            models.Tenant._from_json,
            query=given(search=search, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        tenant: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Tenant:
        """Get a tenant."""
        return self._transport.send(
            "GET",
            path("/v1/tenants/{}", tenant),
            models.Tenant._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def put(
        self,
        tenant: str,
        *,
        uid: str | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        plan: str | None | Unset = UNSET,
        metadata: Mapping[str, Any] | None | Unset = UNSET,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Tenant:
        """Create or change a tenant. Fields left out stay as they are, null clears."""
        return self._transport.send(
            "PUT",
            path("/v1/tenants/{}", tenant),
            models.Tenant._from_json,
            body=changed(uid=uid, name=name, plan=plan, metadata=metadata),
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        tenant: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Delete a tenant. Deletes the tenant with its endpoints and keys, immediately; its
        pending deliveries are cancelled.
        """
        self._transport.send(
            "DELETE",
            path("/v1/tenants/{}", tenant),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )

    def create_portal_session(
        self,
        tenant: str,
        *,
        scope: str | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.PortalSession:
        """Create a portal session. Gives a tenant's users access to the portal: send them to
        `url`, or embed it in a page whose origin is among the project's `portal_origins`.
        It expires after an hour. A tenant that does not exist yet is created. The link
        starts with the server's public URL, or with the address it listens on; 409 if it
        listens on all addresses.
        """
        return self._transport.send(
            "POST",
            path("/v1/tenants/{}/portal-sessions", tenant),
            models.PortalSession._from_json,
            body=given(scope=scope),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class Transforms:
    """Calls below `/v1/transforms`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.ReadyMadeTransforms:
        """List ready-made transformations. For services that expect their own message
        format: copy the code into an endpoint's `transform`.
        """
        return self._transport.send(
            "GET",
            "/v1/transforms",
            models.ReadyMadeTransforms._from_json,
            project=project,
            timeout_s=timeout_s,
        )


class Webhooks:
    """Calls below `/v1/webhooks`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        tenant: str | None = None,
        status: str | None = None,
        channel: str | None = None,
        search: str | None = None,
        health: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Endpoint]:
        """List endpoints."""
        return self._transport.list(
            "/v1/webhooks",
            models.Endpoint._from_json,
            query=given(tenant=tenant, status=status, channel=channel, search=search, health=health, limit=limit, cursor=cursor),
            project=project,
            timeout_s=timeout_s,
        )

    def create(
        self,
        *,
        url: str,
        events: Sequence[str],
        tenant: str | None = None,
        uid: str | None = None,
        filter: Mapping[str, Any] | None = None,
        channels: Sequence[str] | None = None,
        secret: str | None = None,
        signing: models.Signing | None = None,
        description: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: models.EndpointAuth | models.EndpointAuthInput | None = None,
        tls: models.EndpointTlsSettings | None = None,
        rate_limit: int | None = None,
        retry: models.Retry | models.RetryInput | None = None,
        timeout_ms: int | None = None,
        dialect: str | None = None,
        transform: models.NewTransform | None = None,
        disabled: bool | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Create an endpoint. The response shows its secret, only this once."""
        return self._transport.send(
            "POST",
            "/v1/webhooks",
            models.Endpoint._from_json,
            body=dict(url=url, events=events, **given(tenant=tenant, uid=uid, filter=filter, channels=channels, secret=secret, signing=signing, description=description, headers=headers, auth=auth, tls=tls, rate_limit=rate_limit, retry=retry, timeout_ms=timeout_ms, dialect=dialect, transform=transform, disabled=disabled, metadata=metadata)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def check(
        self,
        *,
        url: str,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.UrlCheck:
        """Check a URL. The same check as when an endpoint is created or changed. Nothing is
        stored or sent.
        """
        return self._transport.send(
            "POST",
            "/v1/webhooks/check",
            models.UrlCheck._from_json,
            body=dict(url=url),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def get(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Get an endpoint."""
        return self._transport.send(
            "GET",
            path("/v1/webhooks/{}", id),
            models.Endpoint._from_json,
            project=project,
            timeout_s=timeout_s,
        )

    def update(
        self,
        id: str,
        *,
        uid: str | None | Unset = UNSET,
        url: str | None | Unset = UNSET,
        events: Sequence[str] | None | Unset = UNSET,
        filter: Mapping[str, Any] | None | Unset = UNSET,
        channels: Sequence[str] | None | Unset = UNSET,
        description: str | None | Unset = UNSET,
        headers: Mapping[str, str | None] | None | Unset = UNSET,
        auth: models.EndpointAuth | models.EndpointAuthInput | None | Unset = UNSET,
        tls: models.EndpointTlsSettings | None | Unset = UNSET,
        rate_limit: int | None | Unset = UNSET,
        retry: models.Retry | models.RetryInput | None | Unset = UNSET,
        timeout_ms: int | None | Unset = UNSET,
        dialect: str | None | Unset = UNSET,
        transform: models.NewTransform | None | Unset = UNSET,
        disabled: bool | None | Unset = UNSET,
        metadata: Mapping[str, Any] | None | Unset = UNSET,
        secret: str | None | Unset = UNSET,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Change an endpoint. Fields left out stay as they are; null clears. A new URL also
        applies to pending deliveries. Credentials belong to the origin (scheme, host and
        port) that they were given for: a change to another origin is refused with 422
        until each is given again or removed, and the errors name them.
        """
        return self._transport.send(
            "PATCH",
            path("/v1/webhooks/{}", id),
            models.Endpoint._from_json,
            body=changed(uid=uid, url=url, events=events, filter=filter, channels=channels, description=description, headers=headers, auth=auth, tls=tls, rate_limit=rate_limit, retry=retry, timeout_ms=timeout_ms, dialect=dialect, transform=transform, disabled=disabled, metadata=metadata, secret=secret),
            project=project,
            timeout_s=timeout_s,
        )

    def delete(
        self,
        id: str,
        *,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Delete an endpoint. It receives nothing more; its pending deliveries are
        cancelled.
        """
        self._transport.send(
            "DELETE",
            path("/v1/webhooks/{}", id),
            lambda _: None,
            project=project,
            timeout_s=timeout_s,
        )

    def list_deliveries(
        self,
        id: str,
        *,
        status: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        tenant: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.Delivery]:
        """List an endpoint's deliveries."""
        return self._transport.list(
            path("/v1/webhooks/{}/deliveries", id),
            models.Delivery._from_json,
            query=given(status=status, type=type, channel=channel, since=since, until=until, limit=limit, cursor=cursor, tenant=tenant),
            project=project,
            timeout_s=timeout_s,
        )

    def disable(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Disable an endpoint. Its deliveries wait; nothing is lost."""
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/disable", id),
            models.Endpoint._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def enable(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Enable an endpoint. Its pending deliveries start again."""
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/enable", id),
            models.Endpoint._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def list_events(
        self,
        id: str,
        *,
        status: str | None = None,
        type: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        tenant: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> Listing[models.EndpointEvent]:
        """List an endpoint's events. Newest first, each with the state of its delivery."""
        return self._transport.list(
            path("/v1/webhooks/{}/events", id),
            models.EndpointEvent._from_json,
            query=given(status=status, type=type, channel=channel, since=since, until=until, limit=limit, cursor=cursor, tenant=tenant),
            project=project,
            timeout_s=timeout_s,
        )

    def test_filter(
        self,
        id: str,
        *,
        event: str | None = None,
        type: str | None = None,
        data: Any | None = None,
        metadata: Mapping[str, Any] | None = None,
        channels: Sequence[str] | None = None,
        filter: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.FilterTestResult:
        """Test an endpoint's filters. Whether the endpoint would get an event, and if not,
        which part does not match. Nothing is stored or sent.
        """
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/filter/test", id),
            models.FilterTestResult._from_json,
            body=given(event=event, type=type, data=data, metadata=metadata, channels=channels, filter=filter),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def recover(
        self,
        id: str,
        *,
        which: str,
        since: datetime | None = None,
        until: datetime | None = None,
        schedule: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.StartedOrCounted:
        """Recover an endpoint. Sends the endpoint what it missed in a period, in the
        background: retries its dead deliveries, delivers events that match its filter and
        were never sent to it (published before it was created, or while its filter was
        different), or sends everything again; or attempts all waiting deliveries now, in
        addition to their schedules. Tests and erased payloads are left out. A paused or
        disabled endpoint, its rate limit and its tenant's plan are respected.
        """
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/recover", id),
            models.StartedOrCounted._from_json,
            body=dict(which=which, **given(since=since, until=until, schedule=schedule, dry_run=dry_run)),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def rotate_secret(
        self,
        id: str,
        *,
        secret: str | None = None,
        overlap_seconds: int | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Rotated:
        """Rotate the secret. The previous secret keeps signing during the overlap. At most
        ten old secrets may be in their overlap.
        """
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/rotate-secret", id),
            models.Rotated._from_json,
            body=given(secret=secret, overlap_seconds=overlap_seconds),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def stats(
        self,
        id: str,
        *,
        window_seconds: int | None = None,
        tenant: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.EndpointStats:
        """Check on an endpoint. Success rate, latency and backlog, and the state of the work
        on it: concurrency, rate limit, circuit breaker.
        """
        return self._transport.send(
            "GET",
            path("/v1/webhooks/{}/stats", id),
            models.EndpointStats._from_json,
            query=given(window_seconds=window_seconds, tenant=tenant),
            project=project,
            timeout_s=timeout_s,
        )

    def test(
        self,
        id: str,
        *,
        type: str | None = None,
        data: Any | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Tested:
        """Send a test event. One attempt without retries, whatever the filter, even while
        the endpoint is disabled. An endpoint that must be verified first gets none (409).
        """
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/test", id),
            models.Tested._from_json,
            body=given(type=type, data=data),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def test_transform(
        self,
        id: str,
        *,
        event: str | None = None,
        type: str | None = None,
        data: Any | None = None,
        code: str | None = None,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.TransformTestResult:
        """Test a transformation. Runs the endpoint's code, or the code given, and shows what
        would be sent. Nothing is sent or stored.
        """
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/transform/test", id),
            models.TransformTestResult._from_json,
            body=given(event=event, type=type, data=data, code=code),
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )

    def verify(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        project: str | None = None,
        timeout_s: float | None = None,
    ) -> models.Endpoint:
        """Verify an endpoint. Starts the handshake of the endpoint's dialect. The response
        comes before it ends: the endpoint's `verification` shows the result. Until it is
        `verified`, deliveries wait.
        """
        return self._transport.send(
            "POST",
            path("/v1/webhooks/{}/verify", id),
            models.Endpoint._from_json,
            idempotency_key=idempotency_key,
            project=project,
            timeout_s=timeout_s,
        )


class Resources:
    """Every resource of the API."""

    def __init__(self, transport: Transport) -> None:
        self.attempts = Attempts(transport)
        self.audit = Audit(transport)
        self.dead_letters = DeadLetters(transport)
        self.deliveries = Deliveries(transport)
        self.dialects = Dialects(transport)
        self.endpoints = Endpoints(transport)
        self.event_types = EventTypes(transport)
        self.events = Events(transport)
        self.jobs = Jobs(transport)
        self.keys = Keys(transport)
        self.overview = Overview(transport)
        self.projects = Projects(transport)
        self.stats = Stats(transport)
        self.tenants = Tenants(transport)
        self.transforms = Transforms(transport)
        self.webhooks = Webhooks(transport)
