import { expect, test } from "vitest";
import { grouped, nameFault, searched } from "./catalog";

const type = (name: string, group: string | null, description = "") => ({ name, group, description });

test("types stand under their headings, those without one last", () => {
  const types = [type("b.x", "Orders"), type("z", null), type("a.x", "Orders"), type("c", "billing"), type("y", " ")];
  expect(grouped(types).map(({ name, types: all }) => [name, all.map((one) => one.name)])).toEqual([
    ["billing", ["c"]],
    ["Orders", ["a.x", "b.x"]],
    [null, ["y", "z"]],
  ]);
});

test("every word must be somewhere", () => {
  const types = [type("order.paid", "Orders", "Money came"), type("order.sent", "Orders"), type("user.paid", null)];
  expect(searched(types, "ORDER paid").map(({ name }) => name)).toEqual(["order.paid"]);
  expect(searched(types, "money").map(({ name }) => name)).toEqual(["order.paid"]);
  expect(searched(types, " ")).toHaveLength(3);
});

test.each([
  ["order.created", true],
  ["a", true],
  ["A-1_b.c", true],
  ["", false],
  ["orders/create", true],
  ["com.example/x.y", true],
  ["Order was paid", true],
  [" a", false],
  ["a ", false],
  ["a*", false],
  ["é", false],
  ["a".repeat(256), true],
  ["a".repeat(257), false],
])("%s as a name: %s", (name, good) => {
  expect(nameFault(name) === null).toBe(good);
});
