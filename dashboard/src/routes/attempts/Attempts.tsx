import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar } from "@/components/lists/FilterBar";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { type AttemptItem, AttemptTable } from "@/parts/attempts/AttemptTable";
import { ATTEMPT_FILTERS, CLASS_FIELD, RESULT_FIELD } from "@/parts/attempts/filters";
import { CHANNEL_FIELD, ERROR_FIELD, useEndpointField } from "@/parts/deliveries/filters";
import { useTenantFields, useTypeField } from "@/parts/suggestions/suggestions";
import { useCursorList } from "@/url/cursor";
import { useFilters } from "@/url/hooks";

/** Often enough to watch attempts pass. */
const LIVE_MS = 3_000;

/** Every attempt, the newest first, whatever delivery it is of. */
export default function Attempts() {
  const filters = useFilters(ATTEMPT_FILTERS);
  const list = useCursorList<AttemptItem>({
    key: ["attempts", filters.values],
    page: (api, query, init) => api.GET("/v1/attempts", { ...init, params: { query: { ...filters.values, ...query } } }),
    poll: LIVE_MS,
  });
  const type = useTypeField();
  const tenant = useTenantFields();
  const endpoint = useEndpointField(filters.values.tenant);
  return (
    <>
      <PageHeader title="Attempts" up={{ to: "/deliveries", label: "Deliveries" }}>
        Each attempt is one HTTP request of a delivery.
      </PageHeader>
      <FilterBar
        filters={filters}
        fields={[
          RESULT_FIELD,
          CLASS_FIELD,
          ERROR_FIELD,
          endpoint,
          ...tenant,
          type,
          CHANNEL_FIELD,
          { kind: "text", name: "event", label: "Event ID", width: 200 },
          { kind: "range" },
        ]}
      >
        <ListMenu list={list} name="attempts" />
      </FilterBar>
      <Card flush>
        <AttemptTable
          caption="Attempts"
          list={list}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title="No matching attempts">
                Remove a filter, or choose a longer time range.
              </EmptyState>
            ) : (
              <EmptyState icon="deliveries" title="No attempts yet">
                Attempts appear here as deliveries are made.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
    </>
  );
}
