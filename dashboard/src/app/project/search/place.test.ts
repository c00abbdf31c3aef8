import { expect, test } from "vitest";
import { placeOf } from "./place";

test.each([
  ["evt_01M8C63VX1ETDSWYMP43NR6WNA", "/events/evt_01M8C63VX1ETDSWYMP43NR6WNA"],
  [" del_01M8C63VX1ETDSWYMP43NR6WNA\n", "/deliveries/del_01M8C63VX1ETDSWYMP43NR6WNA"],
  ["ep_01M8C63VX1ETDSWYMP43NR6WNA", "/endpoints/ep_01M8C63VX1ETDSWYMP43NR6WNA"],
  ["job_01M8C63VX1ETDSWYMP43NR6WNA", "/jobs/job_01M8C63VX1ETDSWYMP43NR6WNA"],
  ["key_01M8C63VX1ETDSWYMP43NR6WNA", null],
  ["evt_../../keys", null],
  ["order.paid", null],
  ["", null],
])("%j leads to %s", (text, expected) => {
  expect(placeOf(text)).toBe(expected);
});
