import { expect, test } from "vitest";
import { ApiError } from "@/api/error";
import { bodyOf, EMPTY, faultsOf, serverFaults } from "./publication";

const DRAFT = { ...EMPTY, tenant: "acme", type: "order.paid", data: "{}" };

test("a payload is sent digit for digit, in its own order", () => {
  const data = '{"big":12345678901234567890,"1":1.0,"a":{"b":1e400}}';
  expect(bodyOf({ ...DRAFT, data: `\n${data}\n` })).toBe(`{"tenant":"acme","type":"order.paid","data":${data}}`);
});

test("what is optional is left out when it is empty, and quoted when it is not", () => {
  const body = bodyOf({ ...DRAFT, id: ' a"b ', ordering_key: "k" });
  expect(JSON.parse(body)).toEqual({ tenant: "acme", type: "order.paid", data: {}, id: 'a"b', ordering_key: "k" });
});

test("what else an event has goes out as the API has it", () => {
  const body = bodyOf({ ...DRAFT, channels: " eu, ,team:7", metadata: '{"n":1.0}', headers: '{"X-A":"1"}', retention_days: "5" });
  expect(JSON.parse(body)).toMatchObject({ channels: ["eu", "team:7"], headers: { "X-A": "1" }, retention_days: 5 });
  expect(body).toContain('"metadata":{"n":1.0}');
  expect(Object.keys(faultsOf({ ...DRAFT, metadata: "{", headers: "x", retention_days: "a week" }))).toEqual(["metadata", "headers", "retention_days"]);
});

test("nothing can be smuggled out of the payload into the request", () => {
  expect(faultsOf({ ...DRAFT, data: '{},"tenant":"other"' }).data).toMatch(/^Line 1: unexpected text after the value/);
});

test("a draft without tenant, type or payload says so", () => {
  expect(Object.keys(faultsOf({ ...DRAFT, tenant: " ", type: "", data: " " }))).toEqual(["tenant", "type", "data"]);
  expect(faultsOf(DRAFT)).toEqual({});
});

test("what the server finds wrong is told at its field; the payload has its own lines", () => {
  const error = new ApiError({
    status: 422,
    type: "invalid",
    title: "",
    detail: "",
    faults: [
      { pointer: "/data/amount", detail: "is no number" },
      { pointer: "/type", detail: "is unknown" },
      { pointer: "/channels/1", detail: "is given twice" },
      { pointer: "limit", detail: "is too large", in: "query" },
    ],
  });
  expect(serverFaults(error)).toEqual({ type: "is unknown", channels: "is given twice" });
});
