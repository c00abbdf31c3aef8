import { local } from "@/format/time";
import type { Rotated } from "@/parts/endpoints/types";

/** Which secret signs from now on, and until when. */
export function signing({ signing_with: by, previous_expires_at: until }: Pick<Rotated, "signing_with" | "previous_expires_at">): string {
  const when = until == null ? "" : ` until ${local(Date.parse(until))}`;
  if (by === "both") return `Requests are signed with both secrets${when}, then only with the new one.`;
  if (by === "previous") return `Requests are signed with the old secret${when}, then with the new one. Make the receiver accept both before then.`;
  return "Requests are signed with the new secret from now on.";
}
