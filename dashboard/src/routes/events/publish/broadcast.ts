import { rawJson } from "@/api/rawJson";
import { jsonFault } from "@/components/forms/JsonInput";
import { type Content, contentFaults, contentOf, EMPTY, type Faults } from "./publication";

/** An event for many tenants, as it is typed. */
export interface BroadcastDraft extends Content {
  to: "all" | "some";
  /** JSON: the metadata of the tenants that it is for, if not for all. */
  where: string;
}

const { tenant: _, ...CONTENT } = EMPTY;
export const EMPTY_BROADCAST: BroadcastDraft = { ...CONTENT, to: "all", where: "" };

export type BroadcastFaults = Faults & { where?: string };

/** What is wrong with a draft before anybody is asked. */
export function broadcastFaults(draft: BroadcastDraft): BroadcastFaults {
  const where = draft.to === "some" ? jsonFault(draft.where) : null;
  return { ...contentFaults(draft), ...(where === null ? {} : { where }) };
}

/** The request's body, with what is JSON in it as it was typed. */
export function broadcastBody(draft: BroadcastDraft): string {
  const { members, raw } = contentOf(draft);
  const where = draft.to === "some" ? rawJson({}, { metadata: draft.where }) : "";
  return rawJson(members, { where, ...raw });
}

/** Whom it is for, in words. */
export function audience({ to, where }: BroadcastDraft): string {
  return to === "all" ? "every tenant of this project" : `the tenants whose metadata has ${where.trim()}`;
}
