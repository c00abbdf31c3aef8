import { expect, test } from "vitest";
import { idFault, planAllows } from "./tenant";

test("an id is what the vendor calls a tenant, within what a path can hold", () => {
  for (const id of ["acme", "7", "org:42.eu-west_1", "A".repeat(128)]) expect(idFault(id), id).toBeNull();
  for (const id of ["", "-acme", "_x", "a b", "a/b", "ä", "A".repeat(129)]) expect(idFault(id), id).not.toBeNull();
});

test("plans stand in nobody's way where the policy names none", () => {
  expect(planAllows([], null)).toBe(true);
  expect(planAllows(["pro"], "pro")).toBe(true);
  expect(planAllows(["pro"], "free")).toBe(false);
  expect(planAllows(["pro"], null)).toBe(false);
});
