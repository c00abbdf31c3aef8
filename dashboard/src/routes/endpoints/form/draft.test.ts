import { expect, test } from "vitest";
import { ApiError } from "@/api/error";
import { draftFaults, draftOfEndpoint, type EndpointDraft, endpointChange, NEW_ENDPOINT, newEndpoint, refusedFields } from "./draft";
import type { Endpoint } from "@/parts/endpoints/types";

const kept: Endpoint = {
  id: "ep_1",
  tenant: "acme",
  uid: null,
  url: "https://example.com/hook",
  events: ["order.*", "user.left"],
  filter: null,
  channels: ["eu"],
  description: "Production",
  headers: { "X-Team": "••••", Authorization: "••••" },
  auth: null,
  tls: null,
  rate_limit: 10,
  retry: { delays_s: [0, 60] },
  timeout_ms: null,
  dialect: null,
  disabled: false,
  disabled_because: null,
  verification: "none",
  verification_detail: null,
  verification_checked_at: null,
  verification_next_at: null,
  failing_since: null,
  transform: null,
  metadata: {},
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
};

const change = (edit: (draft: EndpointDraft) => EndpointDraft) => {
  const before = draftOfEndpoint(kept);
  return endpointChange(before, edit(before));
};

const refusal = (...faults: [pointer: string, detail: string][]) =>
  new ApiError({ status: 422, type: "x", title: "x", detail: "x", faults: faults.map(([pointer, detail]) => ({ pointer, detail })) });

test("an untouched form changes nothing, whatever the order of its filters", () => {
  expect(change((draft) => draft)).toEqual({});
  expect(change((draft) => ({ ...draft, events: ["user.left", "order.*"] }))).toEqual({});
});

test("only what differs goes out, and null clears", () => {
  expect(change((draft) => ({ ...draft, description: " ", rate_limit: "", timeout_ms: 5000 }))).toEqual({
    description: null,
    rate_limit: null,
    timeout_ms: 5000,
  });
  expect(change((draft) => ({ ...draft, retry: null }))).toEqual({ retry: null });
  expect(change((draft) => ({ ...draft, channels: [] }))).toEqual({ channels: [] });
  expect(change((draft) => ({ ...draft, url: " https://example.com/other " }))).toEqual({ url: "https://example.com/other" });
});

test("a filter goes out as JSON, and empty clears it", () => {
  expect(change((draft) => ({ ...draft, filter: '{"data": {"a": [1]}}' }))).toEqual({ filter: { data: { a: [1] } } });
  const before = draftOfEndpoint({ ...kept, filter: { data: { a: [1] } } as never });
  expect(endpointChange(before, before)).toEqual({});
  expect(endpointChange(before, { ...before, filter: "" })).toEqual({ filter: null });
  expect(draftFaults({ ...before, filter: "{" }).filter).toHaveLength(1);
  const faults = refusedFields(refusal(["/filter/data/a/0", "bad"]), before);
  expect(faults.filter).toEqual([{ pointer: "/filter/data/a/0", detail: "bad" }]);
});

test("a kept header stays unless it is taken away or given a value", () => {
  expect(change((draft) => ({ ...draft, headers: draft.headers.filter(({ name }) => name !== "X-Team") }))).toEqual({
    headers: { "X-Team": null },
  });
  expect(
    change((draft) => ({ ...draft, headers: [...draft.headers, { key: 9, name: "X-New", value: "1", kept: false }] })),
  ).toEqual({ headers: { "X-New": "1" } });
  expect(
    change((draft) => ({ ...draft, headers: draft.headers.map((one) => (one.name === "X-Team" ? { ...one, value: "b" } : one)) })),
  ).toEqual({ headers: { "X-Team": "b" } });
});

test("a new endpoint names only what was written", () => {
  expect(newEndpoint({ ...NEW_ENDPOINT, url: " https://example.com " }, { secret: "" })).toEqual({
    url: "https://example.com",
    events: ["*"],
  });
  expect(
    newEndpoint(
      { ...NEW_ENDPOINT, url: "https://example.com", rate_limit: "5", headers: [{ key: 1, name: "A ", value: "b", kept: false }] },
      { tenant: "acme ", secret: "s3cret-of-mine" },
    ),
  ).toEqual({
    tenant: "acme",
    secret: "s3cret-of-mine",
    url: "https://example.com",
    events: ["*"],
    rate_limit: 5,
    headers: { A: "b" },
  });
});

test("what can be seen to be wrong is said before the server is asked", () => {
  expect(draftFaults({ ...NEW_ENDPOINT, url: "https://example.com" })).toEqual({});
  const faults = draftFaults({
    ...NEW_ENDPOINT,
    events: [],
    channels: ["a b"],
    rate_limit: 0,
    timeout_ms: "70000",
    headers: [
      { key: 1, name: "a b", value: "x", kept: false },
      { key: 2, name: "A", value: "", kept: false },
      { key: 3, name: "a", value: "x", kept: false },
    ],
  });
  expect(Object.keys(faults).sort()).toEqual(["channels", "events", "headers", "rate_limit", "timeout_ms", "url"]);
  expect(Object.keys(faults.headers ?? {})).toEqual(["1", "2", "3"]);
});

test("a refusal finds the field that it is about", () => {
  const draft = { ...NEW_ENDPOINT, events: ["a", "b c"], headers: [{ key: 7, name: "Host", value: "x", kept: false }] };
  expect(
    refusedFields(
      refusal(["/url", "no"], ["/events/1", "bad"], ["/headers/host", "reserved"], ["/retry/base_s", "short"], ["/secret", "needed"]),
      draft,
    ),
  ).toEqual({ url: "no", events: "b c: bad", headers: { 7: "reserved" }, retry: { base: "short" }, secret: "needed" });
});
