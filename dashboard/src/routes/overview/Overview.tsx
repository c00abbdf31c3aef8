import { SegmentedControl } from "@mantine/core";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { oneOf } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { Charts } from "./Charts";
import { GettingStarted, NoEndpoint } from "./GettingStarted";
import styles from "./Overview.module.css";
import { RANGE_NAMES, RANGES, type RangeName } from "@/parts/stats/range";
import { fill } from "@/parts/stats/series";
import { Tiles } from "./Tiles";
import { TroubleList } from "./TroubleList";

/** The backlog is to be seen growing, however long the span beside it. */
const POLL_MS_MAX = 15_000;

const SPEC = { range: oneOf(...RANGE_NAMES) };

/** How a project, or a tenant of it, is doing, and what needs attention. */
export default function Overview() {
  const { isOperator } = useAccess();
  const filters = useFilters(SPEC);
  const name: RangeName = filters.values.range ?? "1h";
  const range = RANGES[name];
  // One answer for the tiles and the charts: of two, taken at two moments, no two numbers would agree.
  const now = useRead(
    ["overview", name],
    (api, init) => api.GET("/v1/overview", { ...init, params: { query: { window_seconds: range.seconds, series: true } } }),
    { poll: Math.min(range.pollMs, POLL_MS_MAX), keep: true },
  );
  const filled = now.data?.series == null ? undefined : fill(now.data.series);
  const fresh = now.data !== undefined && now.data.endpoints.total === 0;
  const silent = fresh && now.data?.totals.events === 0;

  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          silent ? undefined : (
            <SegmentedControl
              aria-label="Span"
              value={name}
              onChange={(value) => filters.set({ range: value === "1h" ? undefined : (value as RangeName) })}
              data={RANGE_NAMES.map((value) => ({ value, label: RANGES[value].label }))}
            />
          )
        }
      />
      <div className={styles.page}>
        {now.error !== null && (
          <ProblemAlert
            error={now.error}
            title={now.data === undefined ? "Could not load the overview" : "These statistics may be out of date"}
            retry={() => void now.refetch()}
          />
        )}
        {fresh && (isOperator ? <GettingStarted /> : <NoEndpoint />)}
        {!silent && <Tiles overview={now.data} filled={filled} spoken={range.spoken} />}
        {now.data !== undefined && !fresh && <TroubleList overview={now.data} />}
        {!silent && (now.error === null || filled !== undefined) && (
          <Charts filled={filled} unit={range.unit} spoken={range.spoken} />
        )}
      </div>
    </>
  );
}
