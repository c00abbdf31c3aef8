// The other tests rely on what the watch sees; so it is shown pages that do what none may do.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { Watch } from "../harness/watch.js";

const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' http://127.0.0.2:9; frame-src 'self'";

/** Pages and scripts by path; `/missing` is none. */
const FILES: Record<string, string> = {
  "/harmless": "<p>nothing</p>",
  "/inline-script": "<script>window.ran = true</script>",
  "/foreign-image": '<img src="http://127.0.0.2:9/pixel.png">',
  "/in-a-frame": '<iframe src="/inline-script"></iframe>',
  "/asks": '<script src="/asks.js"></script>',
  "/asks.js": "fetch('/missing')",
  "/calls-home": '<script src="/calls-home.js"></script>',
  "/calls-home.js": "fetch('http://127.0.0.2:9/').catch(() => {})",
  "/throws": '<script src="/throws.js"></script>',
  "/throws.js": "setTimeout(() => { throw new Error('it broke') })",
  "/complains": '<script src="/complains.js"></script>',
  "/complains.js": "console.error('something is wrong')",
};

let server: Server;
let origin: string;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const file = FILES[request.url ?? ""];
    const type = request.url?.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(file ? 200 : 404, { "content-type": type, "content-security-policy": POLICY }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => server.close());

/** What is said of each page; `undefined`: nothing. */
const SAID: [path: string, said: RegExp | undefined][] = [
  ["/harmless", undefined],
  ["/inline-script", /content security policy.* script-src/],
  ["/in-a-frame", /content security policy.* script-src/],
  ["/foreign-image", /content security policy.* img-src/],
  ["/asks", /GET \/missing answered 404/],
  ["/calls-home", /request to another origin: http:\/\/127\.0\.0\.2:9/],
  ["/throws", /page error: Error: it broke/],
  ["/complains", /console error: something is wrong/],
];

for (const [path, said] of SAID) {
  test(`of ${path}, the watch says ${said ?? "nothing"}`, async ({ context }) => {
    const watch = new Watch([origin]);
    // The browser asks for it by itself.
    watch.expects(404, /^\/favicon\.ico$/);
    await watch.start(context);
    const page = await context.newPage();
    await page.goto(origin + path);
    if (said) await expect.poll(() => watch.problems().join("\n")).toMatch(said);
    else expect(watch.problems()).toEqual([]);
  });
}

test("an error that a test expects is none", async ({ context }) => {
  const watch = new Watch([origin]);
  watch.expects(404, /^\/(missing|favicon\.ico)$/);
  await watch.start(context);
  const page = await context.newPage();
  await Promise.all([page.waitForResponse(/missing/), page.goto(`${origin}/asks`)]);
  expect(watch.problems()).toEqual([]);
});
