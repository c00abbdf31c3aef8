import { expect, test } from "vitest";
import { hostOrigin } from "./host";

test.each([
  ["the nearest ancestor counts", ["https://app.example.com", "https://far.example"], "https://x.example/", "https://app.example.com"],
  ["a port belongs to an origin", ["https://app.example.com:8443"], "", "https://app.example.com:8443"],
  ["where ancestors are not told, who referred", undefined, "https://app.example.com/settings?x", "https://app.example.com"],
  ["an opaque origin is none", ["null"], "", null],
  ["nor is a wildcard", ["*"], "", null],
  ["nor nothing", undefined, "", null],
])("%s", (_, ancestorOrigins, referrer, expected) => {
  expect(hostOrigin({ ancestorOrigins, referrer })).toBe(expected);
});
