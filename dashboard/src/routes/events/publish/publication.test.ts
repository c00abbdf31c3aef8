import { expect, test } from "vitest";
import { ApiError } from "@/api/error";
import { bodyOf, faultsOf, serverFaults } from "./publication";

const DRAFT = { tenant: "acme", everyone: false, where: "", type: "order.paid", data: "{}", id: "", ordering_key: "" };

test("a payload is sent digit for digit, in its own order", () => {
  const data = '{"big":12345678901234567890,"1":1.0,"a":{"b":1e400}}';
  expect(bodyOf({ ...DRAFT, data: `\n${data}\n` })).toBe(`{"tenant":"acme","type":"order.paid","data":${data}}`);
});

test("what is optional is left out when it is empty, and quoted when it is not", () => {
  const body = bodyOf({ ...DRAFT, id: ' a"b ', ordering_key: "k" });
  expect(JSON.parse(body)).toEqual({ tenant: "acme", type: "order.paid", data: {}, id: 'a"b', ordering_key: "k" });
});

test("an event for all tenants names none, or what they have in common", () => {
  const everyone = { ...DRAFT, tenant: "", everyone: true };
  expect(faultsOf(everyone)).toEqual({});
  expect(bodyOf(everyone)).toBe('{"type":"order.paid","data":{}}');
  const some = bodyOf({ ...everyone, where: '{"region": "eu"}' });
  expect(JSON.parse(some)).toEqual({ type: "order.paid", data: {}, where: { metadata: { region: "eu" } } });
  expect(Object.keys(faultsOf({ ...everyone, where: "{" }))).toEqual(["where"]);
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
      { pointer: "limit", detail: "is too large", in: "query" },
    ],
  });
  expect(serverFaults(error)).toEqual({ type: "is unknown" });
});
