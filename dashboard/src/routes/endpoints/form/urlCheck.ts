import { useDebouncedValue } from "@mantine/hooks";
import { useRead } from "@/api/hooks";

/** Long enough that a word is not checked letter by letter, short enough to feel at once. */
const TYPING_PAUSE_MS = 350;
const CHECK_FRESH_MS = 30_000;

export type UrlState =
  | { kind: "idle" | "checking" }
  /** An endpoint may have it; `url` is how it is kept, `warning` what is odd about it now. */
  | { kind: "good"; url: string; warning: string | null }
  | { kind: "refused"; detail: string };

/** Whether the server would take a URL, asked while it is typed. `unless` needs no asking: it is the endpoint's already. */
export function useUrlCheck(typed: string, unless?: string): UrlState {
  const url = typed.trim();
  const [settled] = useDebouncedValue(url, TYPING_PAUSE_MS);
  const wanted = url !== "" && url !== unless;
  const read = useRead(
    ["endpoints", "check", settled],
    (api, init) => api.POST("/v1/endpoints/check", { ...init, body: { url: settled } }),
    { enabled: wanted && settled === url, fresh: CHECK_FRESH_MS },
  );
  if (!wanted || read.error !== null) return { kind: "idle" };
  if (settled !== url || read.data === undefined) return { kind: "checking" };
  const { ok, url: normal, errors, warnings } = read.data;
  return ok
    ? { kind: "good", url: normal ?? url, warning: warnings[0]?.detail ?? null }
    : { kind: "refused", detail: errors[0]?.detail ?? "This URL is not allowed" };
}
