import type { components } from "@/api/schema";

export type Meeting = components["schemas"]["EventMeeting"];

/** Why an endpoint has no delivery of an event. */
const REASONS: Record<string, string> = {
  filter: "Its filter does not take this type.",
  filter_changed: "Its filter takes this type now, but did not when the event was accepted.",
  created_later: "It was made after the event was accepted.",
  test_of_another: "The event was a test of another endpoint.",
  deleted: "It is deleted.",
};

/** A reason that this page does not know is shown as the API calls it. */
export const whyNot = (reason: string) => REASONS[reason] ?? `${reason.replaceAll("_", " ")}.`;

/** Those of the tenant that the event did not go to. */
export const passedOver = (meetings: readonly Meeting[]) => meetings.filter(({ delivery }) => delivery === null);
