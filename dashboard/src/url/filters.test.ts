import { describe, expect, test } from "vitest";
import { pageBefore } from "./cursor";
import { changeFilters, clearFilters, flag, instant, oneOf, parseSearch, readFilters, stringifySearch, text, whole } from "./filters";

const spec = {
  status: oneOf("pending", "dead"),
  tenant: text(),
  status_code: whole(100, 599),
  since: instant(),
  undelivered: flag(),
};

describe("filters in an address", () => {
  test("are read by their kind", () => {
    const search = parseSearch("?status=dead&tenant=1e3&status_code=503&since=2026-11-26T15:00:00%2B01:00&undelivered=true");
    expect(readFilters(spec, search)).toEqual({
      status: "dead",
      tenant: "1e3",
      status_code: 503,
      since: "2026-11-26T14:00:00.000Z",
      undelivered: true,
    });
  });

  test("that make no sense are left out", () => {
    const search = parseSearch("?status=gone&tenant=%20&status_code=5e2&since=yesterday&undelivered=1&other=x");
    expect(readFilters(spec, search)).toEqual({});
  });

  test("go back to the first page when they change, and keep the page's size", () => {
    expect(changeFilters({ tenant: "acme", cursor: "c2", limit: "25" }, { status: "dead" })).toEqual({
      tenant: "acme",
      status: "dead",
      limit: "25",
    });
  });

  test("are cleared one by one or all", () => {
    expect(changeFilters({ tenant: "acme", status: "dead" }, { tenant: "" })).toEqual({ status: "dead" });
    expect(clearFilters(spec, { tenant: "acme", status: "dead", limit: "25" })).toEqual({ limit: "25" });
  });

  test("survive being written and read", () => {
    const search = { tenant: "a&b=c", type: "order.*" };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
    expect(stringifySearch({ tenant: undefined, type: "" })).toBe("");
  });
});

describe("the page before", () => {
  test("is where the API says", () => {
    expect(pageBefore("c2", "c1")).toBe("c1");
  });

  test("is the first one where nothing else is before", () => {
    expect(pageBefore("c2", null)).toBe("");
    expect(pageBefore("c2", undefined)).toBe("");
  });

  test("the first one has none", () => {
    expect(pageBefore("", null)).toBe(null);
  });
});
