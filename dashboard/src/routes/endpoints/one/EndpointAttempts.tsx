import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { FilterBar } from "@/components/lists/FilterBar";
import { Pager } from "@/components/lists/Pager";
import { type AttemptItem, AttemptTable } from "@/parts/attempts/AttemptTable";
import { ATTEMPT_FILTERS, CLASS_FIELD, RESULT_FIELD } from "@/parts/attempts/filters";
import { CHANNEL_FIELD, ERROR_FIELD } from "@/parts/deliveries/filters";
import { useTypeField } from "@/parts/suggestions/suggestions";
import { useCursorList } from "@/url/cursor";
import { useFilters } from "@/url/hooks";

const { status, status_code_class, error, type, channel, since, until } = ATTEMPT_FILTERS;
const SPEC = { status, status_code_class, error, type, channel, since, until };

const LIVE_MS = 3_000;

/** Every request to one endpoint, the newest first. */
export function EndpointAttempts({ endpoint }: { endpoint: string }) {
  const filters = useFilters(SPEC);
  const list = useCursorList<AttemptItem>({
    key: ["endpoints", endpoint, "attempts", filters.values],
    page: (api, query, init) =>
      api.GET("/v1/attempts", { ...init, params: { query: { ...filters.values, ...query, endpoint } } }),
    poll: LIVE_MS,
  });
  const typeField = useTypeField();
  return (
    <>
      <FilterBar filters={filters} fields={[RESULT_FIELD, CLASS_FIELD, ERROR_FIELD, typeField, CHANNEL_FIELD, { kind: "range" }]} />
      <Card flush>
        <AttemptTable
          caption="Attempts at this endpoint"
          of="endpoint"
          list={list}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title="No matching attempts">
                Remove a filter, or choose a longer time range.
              </EmptyState>
            ) : (
              <EmptyState icon="deliveries" title="Nothing sent yet">
                Send a test event to check that the endpoint responds.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
    </>
  );
}
