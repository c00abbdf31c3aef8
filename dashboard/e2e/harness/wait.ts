/** What a loaded machine with two cores may need for a few deliveries; a test that waits longer has failed. */
const DEADLINE_MS = 20_000;
/** Often enough not to cost a test time, seldom enough not to keep the server busy with it. */
const PAUSE_MS = 40;

/**
 * Asks until the answer is neither `undefined`, `null` nor `false`, and gives it. Fails at the deadline, naming what did
 * not happen.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | null | false | Promise<T | undefined | null | false>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
