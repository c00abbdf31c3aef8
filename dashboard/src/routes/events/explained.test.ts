import { expect, test } from "vitest";
import { type Meeting, passedOver, whyNot } from "./explained";

const meeting = (reason: string, delivery: string | null): Meeting => ({
  endpoint: `ep_${reason}`,
  url: "https://example.com/",
  delivery,
  matched: reason === "matched",
  reason,
  filters: ["*"],
  because: null,
  channels: [],
});

test("an endpoint that has a delivery, by whatever way, was not passed over", () => {
  const all = [meeting("matched", "del_1"), meeting("replayed", "del_2"), meeting("filter", null), meeting("created_later", null)];
  expect(passedOver(all).map(({ reason }) => reason)).toEqual(["filter", "created_later"]);
});

test("a reason that is newer than this page is shown as it is", () => {
  expect(whyNot("moon_phase")).toBe("moon phase.");
  expect(whyNot("filter")).toContain("filter does not match");
  expect(whyNot("channel")).toContain("none of its channels");
  expect(whyNot("endpoint_disabled")).toContain("disabled when");
});
