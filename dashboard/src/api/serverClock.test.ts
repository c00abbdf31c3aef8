import { afterEach, expect, test } from "vitest";
import { heard, serverNow } from "./serverClock";

const NOW = Date.UTC(2026, 10, 26, 14, 0, 0);
const date = (ms: number) => new Date(NOW + ms).toUTCString();

afterEach(() => heard(date(0), NOW));

test.each([
  ["a minute behind the server", 60_000, 60_000],
  ["an hour ahead of it", -3_600_000, -3_600_000],
  ["as good as right", 1_000, 0],
])("a browser %s goes by the server", (_, apart, expected) => {
  heard(date(apart), NOW);
  expect(serverNow(NOW) - NOW).toBe(expected);
});

test("an answer that tells no time changes nothing", () => {
  heard(date(60_000), NOW);
  heard(null, NOW);
  heard("yesterday", NOW);
  expect(serverNow(NOW) - NOW).toBe(60_000);
});
