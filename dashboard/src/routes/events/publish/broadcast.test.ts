import { expect, test } from "vitest";
import { ApiError } from "@/api/error";
import { audience, broadcastBody, broadcastFaults, EMPTY_BROADCAST } from "./broadcast";
import { isInPlace } from "./publication";

const DRAFT = { ...EMPTY_BROADCAST, type: "news.posted", data: '{"n":1.0}' };

test("a broadcast to all tenants names none", () => {
  expect(broadcastBody(DRAFT)).toBe('{"type":"news.posted","data":{"n":1.0}}');
  // What was typed before somebody thought better of it is not sent.
  expect(broadcastBody({ ...DRAFT, where: '{"region":"eu"}' })).toBe('{"type":"news.posted","data":{"n":1.0}}');
  expect(broadcastFaults({ ...DRAFT, where: "{" })).toEqual({});
  expect(audience(DRAFT)).toBe("every tenant of this project");
});

test("some tenants are chosen by metadata, which goes out as it was typed", () => {
  const some = { ...DRAFT, to: "some" as const, where: ' {"seats":1.0} ', channels: "eu" };
  expect(broadcastBody(some)).toBe('{"type":"news.posted","channels":["eu"],"where":{"metadata":{"seats":1.0}},"data":{"n":1.0}}');
  expect(broadcastFaults(some)).toEqual({});
  expect(Object.keys(broadcastFaults({ ...some, where: " ", type: "" }))).toEqual(["type", "where"]);
  expect(audience(some)).toBe('the tenants whose metadata has {"seats":1.0}');
});

test("what the server finds is told at its field where it has one", () => {
  const at = (pointer: string) =>
    isInPlace(new ApiError({ status: 422, type: "invalid", title: "", detail: "", faults: [{ pointer, detail: "no" }] }), ["/where/metadata"]);
  expect(at("/where/metadata")).toBe(true);
  expect(at("/where/metadata/region")).toBe(true);
  expect(at("/type")).toBe(true);
  expect(at("/elsewhere")).toBe(false);
});
