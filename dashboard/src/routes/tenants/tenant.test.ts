import { expect, test } from "vitest";
import { idFault, planAllows } from "./tenant";

test("an id is what the vendor calls a tenant, within what a path can hold", () => {
  for (const id of ["acme", "7", "org:42.eu-west_1", "auth0|42", "jane.doe+hooks@example.com", "A".repeat(256)]) expect(idFault(id), id).toBeNull();
  for (const id of ["", "-acme", "_x", "a b", "a/b", "|x", "a%7Cb", "ä", "A".repeat(257)]) expect(idFault(id), id).not.toBeNull();
});

test("plans stand in nobody's way where the policy names none", () => {
  expect(planAllows([], null)).toBe(true);
  expect(planAllows(["pro"], "pro")).toBe(true);
  expect(planAllows(["pro"], "free")).toBe(false);
  expect(planAllows(["pro"], null)).toBe(false);
});
