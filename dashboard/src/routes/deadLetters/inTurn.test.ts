import { expect, test } from "vitest";
import { inTurn } from "./inTurn";

test("each is done once, no more at a time than allowed", async () => {
  const seen: number[] = [];
  const told: number[] = [];
  let now = 0;
  let most = 0;
  const outcome = await inTurn(
    [1, 2, 3, 4, 5, 6, 7],
    3,
    async (item) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      seen.push(item);
      now -= 1;
    },
    (over) => told.push(over),
  );
  expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(outcome).toEqual({ done: 7, refused: [] });
});

test("one that is refused does not keep the others from their turn", async () => {
  const outcome = await inTurn(["a", "b", "c"], 2, (item) => (item === "b" ? Promise.reject("no b") : Promise.resolve()), () => {});
  expect(outcome).toEqual({ done: 2, refused: ["no b"] });
});

test("of nothing, nothing is done", async () => {
  expect(await inTurn([], 3, () => Promise.reject("never"), () => {})).toEqual({ done: 0, refused: [] });
});
