import type { IconName } from "@/components/inline/Icon";
import type { Tone } from "@/components/inline/StatusBadge";
import type { Endpoint } from "./types";

export interface Said {
  label: string;
  tone: Tone;
  icon: IconName;
}

/** One failed attempt is no reason to worry: failing is what goes on for so long. */
const FAILING_AFTER_MS = 5 * 60_000;

/** Whether an endpoint has done nothing but fail for long enough to say so. */
export function isFailing({ failing_since: since }: Pick<Endpoint, "failing_since">, now: number): boolean {
  return since != null && now - Date.parse(since) >= FAILING_AFTER_MS;
}

/** Whether its deliveries wait until it has shown that it wants them. */
export function isUnverified({ verification }: Pick<Endpoint, "verification">): boolean {
  return verification === "pending" || verification === "failed";
}

/** An endpoint's state in two words: what keeps its deliveries waiting, or how they go. */
export function stateOf(
  endpoint: Pick<Endpoint, "disabled" | "disabled_because" | "failing_since" | "verification">,
  /** Its circuit breaker; null while nobody works on it, or knows. */
  breaker: string | null,
  now: number,
): Said {
  if (endpoint.disabled) {
    const why: Record<string, string> = { gone: "Gone", failing: "Disabled: failing" };
    const label = why[endpoint.disabled_because ?? ""] ?? "Paused";
    return { label, tone: label === "Paused" ? "idle" : "bad", icon: "pause" };
  }
  if (isUnverified(endpoint)) {
    const failed = endpoint.verification === "failed";
    return failed ? { label: "Unverified", tone: "bad", icon: "warning" } : { label: "Verifying", tone: "warn", icon: "clock" };
  }
  if (breaker === "open") return { label: "Paused after failures", tone: "bad", icon: "ban" };
  if (breaker === "half_open") return { label: "Trying again", tone: "warn", icon: "clock" };
  if (isFailing(endpoint, now)) return { label: "Failing", tone: "bad", icon: "warning" };
  return { label: "Active", tone: "ok", icon: "check" };
}

/** A success rate from here down deserves a look. */
const WARN_BELOW = 0.95;
const BAD_BELOW = 0.5;

export function rateTone(rate: number | null): "ok" | "warn" | "bad" | "idle" {
  if (rate === null) return "idle";
  return rate < BAD_BELOW ? "bad" : rate < WARN_BELOW ? "warn" : "ok";
}
