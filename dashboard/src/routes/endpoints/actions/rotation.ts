import { local } from "@/format/time";
import type { Rotated } from "@/parts/endpoints/types";

/** Which secret signs from now on, and until when. */
export function signing({ signing_with: by, previous_expires_at: until }: Pick<Rotated, "signing_with" | "previous_expires_at">): string {
  const when = until == null ? "" : ` until ${local(Date.parse(until))}`;
  if (by === "both") return `Requests carry signatures by both secrets${when}; then by the new one alone.`;
  if (by === "previous") return `The old secret signs${when}; then the new one does. Have the receiver accept both by then.`;
  return "The new secret signs from now on.";
}
