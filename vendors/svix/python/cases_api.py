"""Applications, event types, endpoints, tokens: what a server keeps."""

import base64
import os
import re
from contextlib import contextmanager
from datetime import datetime

from svix.api import (
    AppPortalAccessIn,
    ApplicationCreateOptions,
    ApplicationIn,
    ApplicationListOptions,
    ApplicationPatch,
    ApplicationTokenExpireIn,
    EndpointHeadersIn,
    EndpointHeadersPatchIn,
    EndpointIn,
    EndpointListOptions,
    EndpointPatch,
    EndpointUpsertIn,
    EventTypeDeleteOptions,
    EventTypeImportOpenApiIn,
    EventTypeIn,
    EventTypeListOptions,
    EventTypePatch,
    EventTypeUpsertIn,
    MessageIn,
    Ordering,
)
from svix.exceptions import HttpError, HTTPValidationError

from support import walk


@contextmanager
def refused(status, code=None):
    """Fails unless the library raises its own exception for this status and, where one is named, this code."""
    try:
        yield
    except HTTPValidationError as error:
        assert status == 422, error
        assert error.detail and all(item.loc and item.msg and item.type for item in error.detail), error
    except HttpError as error:
        assert error.status_code == status, (error.status_code, error)
        assert code is None or error.code == code, error
    else:
        raise AssertionError(f"accepted, and not answered {status}")


def secret():
    return "whsec_" + base64.b64encode(os.urandom(24)).decode()


def run(context):
    context.cases.run("health.get")(context.svix.health.get)
    event_types(context)
    applications(context)
    endpoints(context)
    tokens(context)


def event_types(context):
    case, types = context.cases.run, context.svix.event_type

    @case("eventType.create")
    def _():
        schemas = {"1": {"type": "object", "examples": [{"sample": True}]}}
        made = types.create(EventTypeIn(name="user.signup", description="Somebody signed up", schemas=schemas))
        assert (made.name, made.description) == ("user.signup", "Somebody signed up")
        assert (made.archived, made.deprecated, made.schemas) == (False, False, schemas)
        assert isinstance(made.created_at, datetime)
        for name in ["user.left", "a..b", "invoice.paid", "z-last_1"]:
            types.create(EventTypeIn(name=name, description=""))
        with refused(409, "event_type_exists"):
            types.create(EventTypeIn(name="user.signup", description=""))
        with refused(422):
            types.create(EventTypeIn(name="no spaces", description=""))
        with refused(422):
            types.create(EventTypeIn(name="bad.schema", description="", schemas={"1": {"type": 7}}))

    @case("eventType.get")
    def _():
        assert types.get("user.signup").description == "Somebody signed up"
        with refused(404, "not_found"):
            types.get("no.such")

    @case("eventType.list")
    def _():
        names = walk(lambda **page: types.list(EventTypeListOptions(**page)), 2, lambda item: item.name)
        assert names == ["a..b", "invoice.paid", "user.left", "user.signup", "z-last_1"], names
        plain = types.list()
        assert plain.done and not any(one.schemas for one in plain.data)
        full = types.list(EventTypeListOptions(with_content=True))
        assert any(one.schemas for one in full.data)
        with refused(422):
            types.list(EventTypeListOptions(limit=251))

    @case("eventType.update")
    def _():
        changed = types.upsert("user.left", EventTypeUpsertIn(description="Gone", deprecated=True))
        assert (changed.name, changed.description, changed.deprecated) == ("user.left", "Gone", True)
        assert types.upsert("made.by.put", EventTypeUpsertIn(description="new")).name == "made.by.put"

    @case("eventType.patch")
    def _():
        changed = types.patch("user.left", EventTypePatch(deprecated=False))
        assert (changed.description, changed.deprecated) == ("Gone", False)
        with refused(404, "not_found"):
            types.patch("no.such", EventTypePatch(description="x"))

    @case("eventType.delete")
    def _():
        def names(**options):
            return [one.name for one in types.list(EventTypeListOptions(**options)).data]

        types.delete("made.by.put")
        assert types.get("made.by.put").archived is True
        assert "made.by.put" not in names()
        assert "made.by.put" in names(include_archived=True)
        assert types.create(EventTypeIn(name="made.by.put", description="again")).archived is False
        types.delete("made.by.put", EventTypeDeleteOptions(expunge=True))
        with refused(404, "not_found"):
            types.get("made.by.put")

    @case("eventType.importOpenapi")
    def _():
        content = {"application/json": {"schema": {"type": "object"}}}
        operation = {"description": "Imported", "responses": {}, "requestBody": {"content": content}}
        spec = {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "webhooks": {"pet.new": {"post": operation}},
        }
        answer = types.import_openapi(EventTypeImportOpenApiIn(spec=spec))
        assert answer.data.modified == ["pet.new"], answer
        assert types.get("pet.new").description == "Imported"


def applications(context):
    case, apps = context.cases.run, context.svix.application

    @case("application.create")
    def _():
        made = apps.create(ApplicationIn(name="Acme", uid="acme", metadata={"plan": "pro"}))
        assert made.id.startswith("app_")
        assert (made.name, made.uid, made.metadata) == ("Acme", "acme", {"plan": "pro"})
        with refused(409, "conflict"):
            apps.create(ApplicationIn(name="Other", uid="acme"))
        with refused(422):
            apps.create(ApplicationIn(name=""))
        with refused(422):
            apps.create(ApplicationIn(name="Bad", uid="with space"))

    @case("application.getOrCreate")
    def _():
        first = apps.get("acme")
        same = apps.get_or_create(ApplicationIn(name="Not this name", uid="acme"))
        assert (same.id, same.name) == (first.id, "Acme")
        assert apps.get_or_create(ApplicationIn(name="Second", uid="second")).uid == "second"

    @case("application.get")
    def _():
        assert apps.get(apps.get("acme").id).uid == "acme"
        with refused(404, "not_found"):
            apps.get("nobody")

    @case("application.idempotency")
    def _():
        options = ApplicationCreateOptions(idempotency_key="the-same-key")
        once = apps.create(ApplicationIn(name="Once"), options)
        again = apps.create(ApplicationIn(name="Another body"), options)
        assert (again.id, again.name) == (once.id, "Once")

    @case("application.list")
    def _():
        for n in range(3):
            apps.create(ApplicationIn(name=f"Listed {n}"))
        rising = walk(lambda **page: apps.list(ApplicationListOptions(**page)), 2)
        assert len(rising) == 6, rising
        falling = walk(lambda **page: apps.list(ApplicationListOptions(order=Ordering.DESCENDING, **page)), 4)
        assert falling == rising[::-1]
        with refused(422):
            apps.list(ApplicationListOptions(iterator="ep_wrong"))

    @case("application.update")
    def _():
        changed = apps.upsert("second", ApplicationIn(name="Renamed"))
        assert (changed.name, changed.uid) == ("Renamed", None)
        made = apps.upsert("not-there-yet", ApplicationIn(name="Put"))
        assert made.id.startswith("app_")
        context.put = made.id
        with refused(409, "conflict"):
            apps.upsert(made.id, ApplicationIn(name="Put", uid="acme"))

    @case("application.patch")
    def _():
        changed = apps.patch("acme", ApplicationPatch(name="Acme Inc."))
        assert (changed.name, changed.uid, changed.metadata) == ("Acme Inc.", "acme", {"plan": "pro"})
        assert apps.patch(context.put, ApplicationPatch(uid="put")).uid == "put"
        assert apps.patch(context.put, ApplicationPatch(uid=None)).uid is None
        with refused(404, "not_found"):
            apps.patch("nobody", ApplicationPatch(name="x"))

    @case("application.delete")
    def _():
        apps.create(ApplicationIn(name="Short", uid="short-lived"))
        apps.delete("short-lived")
        with refused(404, "not_found"):
            apps.get("short-lived")
        assert apps.create(ApplicationIn(name="Again", uid="short-lived")).uid == "short-lived"


def endpoints(context):
    case, all_, app = context.cases.run, context.svix.endpoint, "acme"
    url = f"{context.receiver.url}/kept"

    def new(**fields):
        return EndpointIn(**{"url": url, **fields})

    @case("endpoint.create")
    def _():
        own = secret()
        fields = dict(uid="kept", description="A shop", secret=own, channels=["eu"], metadata={"a": "b"})
        made = all_.create(app, new(disabled=True, event_types=["user.signup"], **fields))
        assert made.id.startswith("ep_")
        assert (made.url, made.uid, made.description, made.disabled) == (url, "kept", "A shop", True)
        assert (made.event_types, made.channels, made.metadata) == (["user.signup"], ["eu"], {"a": "b"})
        assert all_.get_secret(app, "kept").key == own
        with refused(409, "conflict"):
            all_.create(app, new(uid="kept"))
        for wrong in [
            {"event_types": ["no.such"]},
            {"event_types": []},
            {"url": "ftp://example.com"},
            {"secret": "whsec_c2hvcnQ="},
        ]:
            with refused(422):
                all_.create(app, new(**wrong))
        with refused(404, "not_found"):
            all_.create("nobody", new())

    @case("endpoint.get")
    def _():
        assert all_.get(app, all_.get(app, "kept").id).uid == "kept"
        with refused(404, "not_found"):
            all_.get(app, "ep_none")

    @case("endpoint.list")
    def _():
        for n in range(4):
            all_.create(app, new(url=f"{url}/{n}", disabled=True))
        falling = walk(lambda **page: all_.list(app, EndpointListOptions(**page)), 2)
        assert len(falling) == 5, falling
        rising = walk(lambda **page: all_.list(app, EndpointListOptions(order=Ordering.ASCENDING, **page)), 3)
        assert rising == falling[::-1]

    @case("endpoint.update")
    def _():
        before = all_.get_secret(app, "kept")
        changed = all_.upsert(app, "kept", EndpointUpsertIn(url=f"{url}/moved", uid="kept", disabled=True))
        assert (changed.url, changed.description) == (f"{url}/moved", "")
        assert (changed.event_types, changed.channels) == (None, None)
        assert all_.get_secret(app, "kept") == before
        assert all_.upsert(app, "unknown", EndpointUpsertIn(url=url, disabled=True)).id.startswith("ep_")

    @case("endpoint.patch")
    def _():
        changed = all_.patch(app, "kept", EndpointPatch(description="Moved", channels=["us"]))
        assert (changed.url, changed.description, changed.channels) == (f"{url}/moved", "Moved", ["us"])
        assert all_.patch(app, "kept", EndpointPatch(channels=None)).channels is None
        with refused(404, "not_found"):
            all_.patch(app, "ep_none", EndpointPatch(description="x"))

    @case("endpoint.getSecret")
    def _():
        made = all_.create(app, new(uid="own-secret", disabled=True))
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]+=*", all_.get_secret(app, made.id).key)
        with refused(404, "not_found"):
            all_.get_secret(app, "ep_none")

    @case("endpoint.updateHeaders")
    def _():
        all_.set_headers(app, "kept", EndpointHeadersIn(headers={"X-Shop": "one", "Authorization": "Bearer abc"}))
        for name in ["content-type", "svix-id"]:
            with refused(422):
                all_.set_headers(app, "kept", EndpointHeadersIn(headers={name: "mine"}))

    @case("endpoint.getHeaders")
    def _():
        answer = all_.get_headers(app, "kept")
        assert answer.headers == {"X-Shop": "one"}, "a sensitive value is not shown"
        assert [name.lower() for name in answer.sensitive] == ["authorization"]

    @case("endpoint.patchHeaders")
    def _():
        all_.patch_headers(app, "kept", EndpointHeadersPatchIn(headers={"X-More": "two"}))
        assert all_.get_headers(app, "kept").headers == {"X-Shop": "one", "X-More": "two"}
        # This major version's own way to remove one.
        all_.patch_headers(app, "kept", EndpointHeadersPatchIn(headers={}, delete_headers=["X-Shop"]))
        assert all_.get_headers(app, "kept").headers == {"X-More": "two"}

    @case("endpoint.delete")
    def _():
        all_.delete(app, "kept")
        with refused(404, "not_found"):
            all_.get(app, "kept")
        with refused(404, "not_found"):
            all_.delete(app, "kept")


def tokens(context):
    case, svix = context.cases.run, context.svix

    @case("authentication.token")
    def _():
        for wrong in ["not.a.token", context.token[:-6] + context.token[-6:][::-1]]:
            with refused(401, "authentication_failed"):
                context.client(wrong).application.list()

    @case("authentication.appPortalAccess")
    def _():
        access = svix.authentication.app_portal_access("acme", AppPortalAccessIn())
        assert access.url
        context.customer = customer = context.client(access.token)
        assert customer.application.get("acme").name == "Acme Inc."
        assert customer.endpoint.list("acme").data
        with refused(403):
            customer.application.list()
        with refused(403):
            customer.message.create("acme", MessageIn(event_type="user.signup", payload={}))
        with refused(404, "not_found"):
            customer.endpoint.list("short-lived")
        with refused(404, "not_found"):
            svix.authentication.app_portal_access("nobody", AppPortalAccessIn())

    @case("authentication.logout")
    def _():
        with refused(501):
            context.customer.authentication.logout()

    @case("authentication.expireAll")
    def _():
        svix.authentication.expire_all("acme", ApplicationTokenExpireIn())
        with refused(401, "authentication_failed"):
            context.customer.application.get("acme")

    @case("statistics.aggregateEventTypes")
    def _():
        # An operation of Svix's cloud alone: the library must get an answer that it can read.
        with refused(404, "not_found"):
            svix.statistics.aggregate_event_types()
