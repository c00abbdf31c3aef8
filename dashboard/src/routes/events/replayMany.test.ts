import { expect, test } from "vitest";
import { LAST_DAY } from "@/parts/span/span";
import { replayBody } from "./replayMany";

const NOW = Date.parse("2026-01-02T00:00:00.000Z");
const DRAFT = { span: LAST_DAY, tenant: "", types: "", once: false };

test("what was counted is what is sent: the span has an end", () => {
  expect(replayBody(DRAFT, NOW)).toEqual({ since: "2026-01-01T00:00:00.000Z", until: "2026-01-02T00:00:00.000Z" });
});

test("what narrows it goes out as the API has it", () => {
  const body = replayBody({ ...DRAFT, tenant: " acme ", types: "order.*, ,user.created", once: true }, NOW);
  expect(body).toMatchObject({ tenant: "acme", types: ["order.*", "user.created"], schedule: "once" });
});

test("a span without a beginning is no span", () => {
  expect(replayBody({ ...DRAFT, span: { span: "custom", from: "", to: "" } }, NOW)).toEqual({ fault: "Enter a start time" });
});
