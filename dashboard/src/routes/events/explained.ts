import type { components } from "@/api/schema";

export type Meeting = components["schemas"]["EventMeeting"];

/** Why an endpoint has no delivery of an event. */
const REASONS: Record<string, string> = {
  filter: "Its filter does not match this type.",
  payload_filter: "Its payload filter does not match.",
  payload_erased: "It has a payload filter, and the payload was erased.",
  filter_changed: "Its filters and channels match this event now, but did not when the event was accepted.",
  channel: "The event is on none of its channels.",
  endpoint_disabled: "It was disabled when the event was accepted, and the project skips disabled endpoints.",
  created_later: "It was created after the event was accepted.",
  test_of_another: "The event was a test for another endpoint.",
  deleted: "It was deleted.",
};

/** A reason that this page does not know is shown as the API calls it. */
export const whyNot = (reason: string) => REASONS[reason] ?? `${reason.replaceAll("_", " ")}.`;

/** Those of the tenant that the event did not go to. */
export const passedOver = (meetings: readonly Meeting[]) => meetings.filter(({ delivery }) => delivery === null);
