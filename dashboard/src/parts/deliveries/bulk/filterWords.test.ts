import { expect, test } from "vitest";
import { filterWords } from "./filterWords";

test("a bulk operation says what it is for, one line a filter", () => {
  const words = filterWords({ endpoint: "ep_1", type: "order.paid", status_code: 503, error: "timeout" }, (id) => `name of ${id}`);
  expect(words).toEqual([
    ["Endpoint", "name of ep_1"],
    ["Event type", "order.paid"],
    ["Status code", "503"],
    ["Error", "Timeout"],
  ]);
});

test("without a filter there is nothing that narrows", () => {
  expect(filterWords({}, (id) => id)).toEqual([]);
});
