import { expect, test } from "vitest";
import { createApi } from "./client";
import { asBody, rawJson } from "./rawJson";
import type { components } from "./schema";

test("what was typed goes out digit for digit", () => {
  expect(rawJson({ tenant: "a", id: undefined, group: null }, { data: ' {"2":1,"1":12345678901234567890} ', schema: " " })).toBe(
    '{"tenant":"a","group":null,"data":{"2":1,"1":12345678901234567890}}',
  );
});

test("the request's body is that text, as JSON", async () => {
  let sent: Request | undefined;
  const api = createApi({
    baseUrl: "http://nuncio.test",
    fetch: async (request) => {
      sent = request.clone();
      return new Response("{}", { status: 202, headers: { "content-type": "application/json" } });
    },
  });
  await api.POST("/v1/events", asBody<components["schemas"]["NewEvent"]>('{"data":1.0}'));
  expect(sent?.headers.get("content-type")).toBe("application/json");
  expect(await sent?.text()).toBe('{"data":1.0}');
});
