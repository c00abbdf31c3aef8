import { expect, test } from "vitest";
import { meant } from "./tenantSearch";

test("an id is meant as it is typed; a name means the first tenant that is found", () => {
  expect(meant("acme", [{ id: "acme-coffee", name: "Acme" }, { id: "acme" }])).toBe("acme");
  expect(meant("Acme Cof", [{ id: "acme-coffee", name: "Acme Coffee" }])).toBe("acme-coffee");
  expect(meant("nobody", [])).toBe("nobody");
});
