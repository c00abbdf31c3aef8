import { TimeText } from "@/components/inline/TimeText";
import { useNow } from "@/components/inline/useNow";

/** When the next attempt is due. Once that is past, its turn comes at any moment: nobody counts up from there. */
export function Due({ at, none = "" }: { at: string | null | undefined; none?: string }) {
  const now = useNow();
  return at != null && Date.parse(at) <= now ? "due" : <TimeText toCome at={at} none={none} />;
}
