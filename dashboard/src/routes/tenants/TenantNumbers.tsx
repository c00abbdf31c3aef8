import { SegmentedControl } from "@mantine/core";
import { useRead } from "@/api/hooks";
import { serverNow } from "@/api/serverClock";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { AttemptCharts } from "@/parts/stats/AttemptCharts";
import { bucketsOf, RANGE_NAMES, RANGES, type RangeName } from "@/parts/stats/range";
import { fill } from "@/parts/stats/series";
import { oneOf } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import styles from "./Tenants.module.css";

const SPEC = { range: oneOf(...RANGE_NAMES) };

/** How deliveries to a tenant's endpoints went, over a span. */
export function TenantNumbers({ tenant }: { tenant: string }) {
  const filters = useFilters(SPEC);
  const name: RangeName = filters.values.range ?? "24h";
  const range = RANGES[name];
  const stats = useRead(
    ["stats", name, "tenant", tenant],
    (api, init) =>
      api.GET("/v1/stats", { ...init, params: { query: { unit: range.unit, tenant, ...bucketsOf(name, serverNow()) } } }),
    { poll: range.pollMs, keep: true },
  );
  return (
    <div className={styles.numbers}>
      <div className={styles.bar}>
        <SegmentedControl
          aria-label="Span"
          value={name}
          onChange={(value) => filters.set({ range: value === "24h" ? undefined : (value as RangeName) })}
          data={RANGE_NAMES.map((value) => ({ value, label: RANGES[value].label }))}
        />
      </div>
      {stats.error !== null && stats.data === undefined ? (
        <ProblemAlert error={stats.error} title="Could not load the charts" retry={() => void stats.refetch()} />
      ) : (
        <AttemptCharts filled={stats.data === undefined ? undefined : fill(stats.data)} unit={range.unit} spoken={range.spoken} />
      )}
    </div>
  );
}
