import type { Endpoint, EndpointStats } from "@/parts/endpoints/types";

/**
 * How many deliveries wait for a later attempt: pending, and neither in flight nor about to go. While the endpoint is paused
 * after failures, what is queued waits, too.
 */
export function waitingCount({ pending, lane }: Pick<EndpointStats, "pending" | "lane">): number {
  if (lane == null) return pending;
  if (lane.breaker.state !== "closed") return Math.max(0, pending - lane.in_flight);
  const { asked, fresh, retry, replay } = lane.queued;
  return Math.max(0, pending - lane.in_flight - asked - fresh - retry - replay);
}

/**
 * Whether something waits because of an outage: the endpoint fails, or did so within the hour. `null` while all is well, while
 * nothing would be attempted anyway, or nobody knows.
 */
export function outage(endpoint: Pick<Endpoint, "disabled" | "verification" | "failing_since">, stats: EndpointStats | undefined): "failing" | "recovered" | null {
  if (stats === undefined || endpoint.disabled || endpoint.verification === "pending" || endpoint.verification === "failed") return null;
  if (waitingCount(stats) === 0) return null;
  const { last_success_at: success, last_failure_at: failure } = stats;
  const tripped = stats.lane != null && stats.lane.breaker.state !== "closed";
  if (tripped || (endpoint.failing_since != null && (success == null || failure == null || failure > success))) return "failing";
  return stats.attempts_failed > 0 ? "recovered" : null;
}
