import { SegmentedControl, Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ApiError } from "@/api/error";
import { useRead } from "@/api/hooks";
import { serverNow } from "@/api/serverClock";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { bucketsOf, RANGE_NAMES, RANGES, type RangeName } from "@/parts/stats/range";
import { fill } from "@/parts/stats/series";
import { oneOf } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { AttemptCharts } from "@/parts/stats/AttemptCharts";
import { EndpointNow } from "./EndpointNow";
import styles from "./Endpoint.module.css";
import { HealthTiles } from "./HealthTiles";
import type { Endpoint, EndpointStats } from "@/parts/endpoints/types";
import { useEndpointStats } from "./useEndpointStats";

const SPEC = { range: oneOf(...RANGE_NAMES) };

interface Props {
  endpoint: Endpoint;
  /** How it does in this hour, with the work on it. */
  now: UseQueryResult<EndpointStats, ApiError>;
}

/** How an endpoint does: over a span of time, and at this moment. */
export function EndpointHealth({ endpoint, now }: Props) {
  const filters = useFilters(SPEC);
  const name: RangeName = filters.values.range ?? "24h";
  const range = RANGES[name];
  const over = useEndpointStats(endpoint.id, { windowSeconds: range.seconds, pollMs: range.pollMs });
  const stats = useRead(
    ["stats", name, endpoint.id],
    (api, init) =>
      api.GET("/v1/stats", {
        ...init,
        params: { query: { unit: range.unit, endpoint: endpoint.id, ...bucketsOf(name, serverNow()) } },
      }),
    { poll: range.pollMs, keep: true },
  );
  return (
    <div className={styles.health}>
      <div className={styles.bar}>
        <SegmentedControl
          aria-label="Span"
          value={name}
          onChange={(value) => filters.set({ range: value === "24h" ? undefined : (value as RangeName) })}
          data={RANGE_NAMES.map((value) => ({ value, label: RANGES[value].label }))}
        />
      </div>
      {over.error !== null && (
        <ProblemAlert
          error={over.error}
          title={over.data === undefined ? "Could not load the statistics" : "These statistics may be out of date"}
          retry={() => void over.refetch()}
        />
      )}
      <HealthTiles stats={over.data} spoken={range.spoken} endpoint={endpoint.id} />
      {now.data === undefined ? now.error === null && <Skeleton height={120} /> : <EndpointNow endpoint={endpoint} stats={now.data} />}
      {stats.error !== null && stats.data === undefined ? (
        <ProblemAlert error={stats.error} title="Could not load the charts" retry={() => void stats.refetch()} />
      ) : (
        <AttemptCharts filled={stats.data === undefined ? undefined : fill(stats.data)} unit={range.unit} spoken={range.spoken} />
      )}
    </div>
  );
}
