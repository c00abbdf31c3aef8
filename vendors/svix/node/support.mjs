// A receiver on the loopback, and how a case is run, named and counted. The protocol is in ../README.md.
import assert from "node:assert/strict";
import { createServer } from "node:http";

/// Generous: only a failure uses it up.
const LIMIT_MS = 60_000;
const PAUSE_MS = 30;

/// Asks until the answer is something: what is waited for is known to the server alone.
export async function eventually(what, ask) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `not within ${LIMIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/// Keeps every request; answers 500 below /fail, else 200.
export class Receiver {
  requests = [];
  #waiting = [];

  static async start() {
    const receiver = new Receiver();
    receiver.server = createServer((request, response) => receiver.#take(request, response));
    await new Promise((resolve) => receiver.server.listen(0, "127.0.0.1", resolve));
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}`;
    return receiver;
  }

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    this.requests.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(request.url.startsWith("/fail") ? 500 : 200).end("seen");
    for (const look of this.#waiting.splice(0)) look();
  }

  /// The nth request for a message at a path, once it has come.
  async request(path, id, n = 1) {
    const found = () => this.requests.filter((one) => one.path === path && one.headers["svix-id"] === id)[n - 1];
    const late = setTimeout(() => this.#waiting.splice(0).forEach((look) => look()), LIMIT_MS);
    const end = Date.now() + LIMIT_MS;
    while (!found()) {
      assert.ok(Date.now() < end, `request ${n} for ${id} has not come to ${path}`);
      await new Promise((resolve) => this.#waiting.push(resolve));
    }
    clearTimeout(late);
    return found();
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/// Runs the cases of one library and prints a line for each.
export class Cases {
  failed = 0;

  async run(operation, check) {
    try {
      await check();
      console.log(JSON.stringify({ operation, ok: true }));
    } catch (error) {
      this.failed += 1;
      const text = `${error?.name}: ${error?.message} ${error?.body ? JSON.stringify(error.body) : ""}`;
      const where = /(?:cases|driver)[a-z_-]*\.mjs:\d+/.exec(error?.stack ?? "")?.[0];
      console.log(JSON.stringify({ operation, ok: false, error: `${where ?? ""} ${text}` }));
    }
  }
}

/// Walks a list to its end and back by the cursors that its pages give; gives the ids in order.
export async function walk(list, limit, key = "id") {
  const there = [];
  let page = await list({ limit });
  for (;;) {
    there.push(page);
    if (page.done) break;
    assert.equal(page.data.length, limit);
    page = await list({ limit, iterator: page.iterator });
  }
  const ids = there.flatMap((one) => one.data.map((item) => item[key]));
  assert.equal(new Set(ids).size, ids.length, "an item came twice");
  const back = [];
  for (let last = there.at(-1), n = there.length; n > 1; n -= 1) {
    last = await list({ limit, iterator: last.prevIterator });
    back.unshift(...last.data.map((item) => item[key]));
  }
  assert.deepEqual(back, ids.slice(0, back.length), "the way back differs from the way there");
  return ids;
}
