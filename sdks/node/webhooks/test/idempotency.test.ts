import { expect, it } from "vitest";
import { type AnyEvent, Deduplicator, MemoryStore, WINDOW_MS } from "../src/index.js";

const event = (ids: Partial<AnyEvent>) => ({ dialect: "ventryx", id: null, deliveryId: null, ...ids }) as AnyEvent;
const delivery = event({ deliveryId: "del_1", id: "evt_1" });

function clocked(capacity?: number) {
  const clock = { nowMs: 0 };
  const store = new MemoryStore(capacity, () => clock.nowMs);
  return { clock, store, deduplicator: new Deduplicator({ store, leaseMs: 1000 }) };
}

it("of two attempts at once one is first", async () => {
  const { deduplicator } = clocked();
  const claims = await Promise.all([deduplicator.claim(delivery), deduplicator.claim(delivery)]);
  expect(claims).toEqual(["first", "running"]);
});

it("a handled delivery is done until the window ends", async () => {
  const { clock, deduplicator } = clocked();
  await deduplicator.claim(delivery);
  await deduplicator.complete(delivery);
  clock.nowMs = WINDOW_MS - 1;
  expect(await deduplicator.claim(delivery)).toBe("done");
  clock.nowMs = WINDOW_MS;
  expect(await deduplicator.claim(delivery)).toBe("first");
});

it("a released delivery is first again, and one whose handler died when its lease ends", async () => {
  const { clock, deduplicator } = clocked();
  await deduplicator.claim(delivery);
  await deduplicator.release(delivery);
  expect(await deduplicator.claim(delivery)).toBe("first");
  clock.nowMs = 1000;
  expect(await deduplicator.claim(delivery)).toBe("first");
});

it("the oldest is forgotten first when the store is full", async () => {
  const { deduplicator, store } = clocked(2);
  for (const deliveryId of ["del_1", "del_2", "del_3"]) await deduplicator.claim(event({ deliveryId }));
  expect(store.size).toBe(2);
  expect(await deduplicator.claim(event({ deliveryId: "del_3" }))).toBe("running");
  expect(await deduplicator.claim(event({ deliveryId: "del_1" }))).toBe("first");
});

it("an event's id stands in for a delivery's, and what has neither is always first", async () => {
  const { deduplicator } = clocked();
  expect(await deduplicator.claim(event({ id: "evt_1" }))).toBe("first");
  expect(await deduplicator.claim(event({ id: "evt_1" }))).toBe("running");
  expect(await deduplicator.claim(event({}))).toBe("first");
  expect(await deduplicator.claim(event({}))).toBe("first");
});
