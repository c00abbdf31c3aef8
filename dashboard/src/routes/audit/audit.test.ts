import { expect, test } from "vitest";
import { changed, fieldsSaid } from "./changes";
import { actionSaid, actorSaid, targetTo } from "./words";

test("actions are said in words, new ones as they are", () => {
  expect(actionSaid("endpoint.rotate_secret")).toBe("Endpoint secret rotated");
  expect(actionSaid("event_type.update")).toBe("Event type changed");
  expect(actionSaid("session.create")).toBe("Signed in");
  expect(actionSaid("quota.double_up")).toBe("Quota double up");
});

test("an entry leads to its thing, unless that is gone or has no screen", () => {
  const to = (action: string, kind: string, id: string | null) => targetTo({ action, target: { kind, id } });
  expect(to("endpoint.update", "endpoint", "ep_1")).toBe("/endpoints/ep_1");
  expect(to("tenant.update", "tenant", "a:b")).toBe("/tenants/a%3Ab");
  expect(to("endpoint.delete", "endpoint", "ep_1")).toBeNull();
  expect(to("session.create", "session", "x")).toBeNull();
  expect(to("endpoint.update", "endpoint", null)).toBeNull();
});

test("a key is known by its name, others by their kind", () => {
  expect(actorSaid({ kind: "project", name: "Back end" })).toBe("Back end");
  expect(actorSaid({ kind: "admin", name: null })).toBe("Admin key");
});

test("a change has what was and what is; an outcome has its value", () => {
  expect(changed({ url: { from: null, to: "https://a.example" }, events: { from: ["a"], to: ["a", "b"] }, job: "job_1" })).toEqual([
    { field: "url", from: null, to: "https://a.example" },
    { field: "events", from: '["a"]', to: '["a","b"]' },
    { field: "job", value: "job_1" },
  ]);
  expect(changed(null)).toEqual([]);
});

test("fields are counted past the third", () => {
  expect(fieldsSaid({ a: 1, b: 1 })).toBe("a, b");
  expect(fieldsSaid({ a: 1, b: 1, c: 1, d: 1, e: 1 })).toBe("a, b, c and 2 more");
  expect(fieldsSaid(null)).toBe("");
});
