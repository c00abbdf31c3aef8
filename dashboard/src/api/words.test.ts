import { expect, test } from "vitest";
import { wordsOfCustomers } from "./words";

test("customers read their own words, and everything else as it is", () => {
  expect(wordsOfCustomers("Dead letters")).toBe("Failed deliveries");
  expect(wordsOfCustomers("Endpoints")).toBe("Endpoints");
});
