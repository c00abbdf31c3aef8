import { expect, test } from "vitest";
import { bar, timeParts } from "./timeParts";

const NONE = { dns_us: null, connect_us: null, tls_us: null, first_byte_us: null };

test("parts follow each other, and the rest is the answer's body", () => {
  expect(timeParts({ dns_us: 1_000, connect_us: 2_000, tls_us: 5_000, first_byte_us: 18_000, total_us: 20_000 })).toEqual([
    { name: "Name lookup", startUs: 0, us: 1_000 },
    { name: "Connect", startUs: 1_000, us: 2_000 },
    { name: "TLS handshake", startUs: 3_000, us: 5_000 },
    { name: "Waiting for the response", startUs: 8_000, us: 10_000 },
    { name: "Reading the response", startUs: 18_000, us: 2_000 },
  ]);
});

test("a reused connection begins with the wait for the first byte", () => {
  expect(timeParts({ ...NONE, first_byte_us: 900, total_us: 905 })).toEqual([{ name: "Waiting for the response", startUs: 0, us: 900 }]);
});

test("a timeout shows what it waited in", () => {
  expect(timeParts({ ...NONE, dns_us: 500, connect_us: 500, total_us: 10_000_000 }).at(-1)).toEqual({
    name: "Time until failure",
    startUs: 1_000,
    us: 9_999_000,
  });
});

test("an attempt that failed at once still has a bar", () => {
  expect(timeParts({ ...NONE, total_us: 3 })).toEqual([{ name: "Time until failure", startUs: 0, us: 3 }]);
  expect(timeParts({ ...NONE, total_us: 0 })).toEqual([]);
});

test("bars stay within the whole, and can be seen", () => {
  expect(bar({ name: "", startUs: 250, us: 500 }, 1_000)).toEqual({ left: 25, width: 50 });
  expect(bar({ name: "", startUs: 1_000, us: 0 }, 1_000)).toEqual({ left: 99.4, width: 0.6 });
  expect(bar({ name: "", startUs: 0, us: 5 }, 0)).toEqual({ left: 0, width: 100 });
});
