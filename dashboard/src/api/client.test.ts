import { describe, expect, test } from "vitest";
import { createApi, must } from "./client";
import { ApiError } from "./error";
import { pollDelay } from "./polling";

const baseUrl = "http://nuncio.test";

function answering(body: unknown, init: ResponseInit = {}) {
  const seen: Request[] = [];
  const fetch = async (request: Request) => {
    seen.push(request);
    return new Response(body === undefined ? null : JSON.stringify(body), {
      ...init,
      headers: { "Content-Type": "application/json", ...init.headers },
    });
  };
  return { seen, fetch };
}

async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("a request", () => {
  test("names the project and leaves the cookie to the browser", async () => {
    const { seen, fetch } = answering({ data: [], next_cursor: null });
    const api = createApi({ project: "proj_1", fetch, baseUrl });
    await must(api.GET("/v1/events", { params: { query: { tenant: "acme", limit: 25 } } }));
    const request = seen[0];
    expect(request?.url).toBe("http://nuncio.test/v1/events?tenant=acme&limit=25");
    expect(request?.headers.get("Nuncio-Project")).toBe("proj_1");
    expect(request?.headers.get("Authorization")).toBeNull();
    expect(request?.credentials).toBe("same-origin");
  });

  test("with a token carries it and no cookie", async () => {
    const { seen, fetch } = answering({ data: [], next_cursor: null });
    await must(createApi({ token: "nk_portal_x", fetch, baseUrl }).GET("/v1/endpoints", {}));
    expect(seen[0]?.headers.get("Authorization")).toBe("Bearer nk_portal_x");
    expect(seen[0]?.credentials).toBe("omit");
  });
});

describe("an answer", () => {
  test("comes back typed", async () => {
    const { fetch } = answering({ job: "job_1" }, { status: 202 });
    const started = await must(createApi({ fetch, baseUrl }).POST("/v1/dead-letters/retry", { body: {} }));
    expect(started.job).toBe("job_1");
  });

  test("without content is nothing", async () => {
    const fetch = async () => new Response(null, { status: 204 });
    expect(await must(createApi({ fetch, baseUrl }).DELETE("/v1/session", {}))).toBeUndefined();
  });

  test("that refuses is thrown with all that it says", async () => {
    const { fetch } = answering(
      {
        type: "https://nuncio.dev/problems/invalid",
        title: "Invalid",
        status: 422,
        detail: "url: the scheme must be https",
        errors: [{ pointer: "/url", detail: "the scheme must be https" }],
        request_id: "req_1",
      },
      { status: 422, headers: { "Content-Type": "application/problem+json", "Retry-After": "7" } },
    );
    const error = await errorOf(
      must(createApi({ fetch, baseUrl }).POST("/v1/endpoints", { body: { url: "http://x", events: ["*"] } })),
    );
    expect([error.status, error.detail, error.requestId, error.retryAfterSeconds]).toEqual([
      422,
      "url: the scheme must be https",
      "req_1",
      7,
    ]);
    expect(error.faults).toEqual([{ pointer: "/url", detail: "the scheme must be https" }]);
  });

  test("from a proxy, in HTML, is an error like any other", async () => {
    const fetch = async () => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" });
    const error = await errorOf(must(createApi({ fetch, baseUrl }).GET("/v1/keys", {})));
    expect([error.status, error.title, error.faults.length]).toEqual([502, "Bad Gateway", 0]);
  });

  test("that never comes is an error without a status", async () => {
    const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    const error = await errorOf(must(createApi({ fetch, baseUrl }).GET("/v1/keys", {})));
    expect([error.status, error.type]).toEqual([0, "network"]);
  });
});

test("looking again slows down while it fails, up to a minute", () => {
  expect([0, 1, 3, 40].map((failures) => pollDelay(5_000, failures))).toEqual([5_000, 10_000, 40_000, 60_000]);
  expect(pollDelay(300_000, 5)).toBe(300_000);
});
