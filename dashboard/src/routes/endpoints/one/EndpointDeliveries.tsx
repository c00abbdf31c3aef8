import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { FilterBar } from "@/components/lists/FilterBar";
import { Pager } from "@/components/lists/Pager";
import { DeliveryTable } from "@/parts/deliveries/DeliveryTable";
import { useStatusField } from "@/parts/deliveries/filters";
import { useTypeField } from "@/parts/suggestions/suggestions";
import { useFresh } from "@/components/lists/fresh";
import type { Delivery } from "@/parts/deliveries/types";
import { useCursorList } from "@/url/cursor";
import { instant, oneOf, text } from "@/url/filters";
import { useFilters } from "@/url/hooks";

const SPEC = {
  status: oneOf("pending", "succeeded", "dead", "cancelled"),
  type: text(),
  since: instant(),
  until: instant(),
};

const LIVE_MS = 3_000;

/** What went, goes and will go to one endpoint. */
export function EndpointDeliveries({ endpoint: id }: { endpoint: string }) {
  const filters = useFilters(SPEC);
  const statusField = useStatusField();
  const list = useCursorList<Delivery>({
    key: ["endpoints", id, "deliveries", filters.values],
    page: (api, query, init) =>
      api.GET("/v1/endpoints/{id}/deliveries", { ...init, params: { path: { id }, query: { ...filters.values, ...query } } }),
    poll: LIVE_MS,
  });
  const fresh = useFresh(list.rows);
  const type = useTypeField();
  return (
    <>
      <FilterBar filters={filters} fields={[statusField, type, { kind: "range" }]} />
      <Card flush>
        <DeliveryTable
          caption="Deliveries to this endpoint"
          list={list}
          of="endpoint"
          fresh={fresh}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title="No matching deliveries">
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
