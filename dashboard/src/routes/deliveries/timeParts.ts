import type { Timings } from "@/parts/deliveries/types";

/** A part of an attempt's time, for a bar of a waterfall. */
export interface Part {
  name: string;
  startUs: number;
  us: number;
}

const CONNECTING: readonly [field: "dns_us" | "connect_us" | "tls_us", name: string][] = [
  ["dns_us", "Name lookup"],
  ["connect_us", "Connect"],
  ["tls_us", "TLS handshake"],
];

/** Below this a rest is rounding, no part of its own. */
const REST_US_MIN = 20;

/**
 * An attempt's parts, one after the other. A reused connection has no lookup, connect and handshake. The first byte is
 * counted from the attempt's beginning, so what lies between the connection and it is the wait; what comes after it is
 * the rest of the answer. Without a first byte, the rest is the time until it failed.
 */
export function timeParts(timings: Timings): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const add = (name: string, us: number) => {
    parts.push({ name, startUs: at, us });
    at += us;
  };
  for (const [field, name] of CONNECTING) {
    const us = timings[field];
    if (us != null) add(name, us);
  }
  const { first_byte_us: firstByte, total_us: total } = timings;
  if (firstByte != null) add("Waiting for the response", Math.max(0, firstByte - at));
  const rest = total - at;
  if (rest >= REST_US_MIN || (parts.length === 0 && rest > 0)) {
    add(firstByte == null ? "Time until failure" : "Reading the response", rest);
  }
  return parts;
}

/** Where a bar stands, in percent of the whole; never so thin that it is not seen. */
export function bar(part: Part, totalUs: number): { left: number; width: number } {
  const whole = Math.max(totalUs, 1);
  const width = Math.min(100, Math.max(0.6, (part.us / whole) * 100));
  return { left: Math.min((part.startUs / whole) * 100, 100 - width), width };
}
