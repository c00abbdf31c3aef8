/** What came of doing the same to many. */
export interface Outcome {
  done: number;
  /** The first refusal of each, in the order that they came. */
  refused: unknown[];
}

/** Does something for each, a few at a time; a refusal does not keep the others from their turn. */
export async function inTurn<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<unknown>,
  onProgress: (over: number) => void,
): Promise<Outcome> {
  const outcome: Outcome = { done: 0, refused: [] };
  let next = 0;
  let over = 0;
  const worker = async () => {
    while (next < items.length) {
      const item = items[next++] as T;
      try {
        await act(item);
        outcome.done += 1;
      } catch (error) {
        outcome.refused.push(error);
      }
      onProgress(++over);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return outcome;
}
