import { useState } from "react";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { FilterBar } from "@/components/lists/FilterBar";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { useCursorList } from "@/url/cursor";
import { useFilters } from "@/url/hooks";
import { DeliveryTable } from "@/parts/deliveries/DeliveryTable";
import { CHANNEL_FIELD, DELIVERY_FILTERS, ERROR_FIELD, STATUS_CODE_FIELD, STATUS_FIELD, useEndpointField } from "@/parts/deliveries/filters";
import { useTenantFields, useTypeField } from "@/parts/suggestions/suggestions";
import { useFresh } from "@/components/lists/fresh";
import { LiveSwitch } from "@/components/lists/LiveSwitch";
import type { Delivery } from "@/parts/deliveries/types";

/** Often enough to watch deliveries pass. */
const LIVE_MS = 2_000;

/** Every delivery, the newest first, as they happen. */
export default function Deliveries() {
  const filters = useFilters(DELIVERY_FILTERS);
  const [live, setLive] = useState(true);
  const list = useCursorList<Delivery>({
    key: ["deliveries", filters.values],
    page: (api, query, init) => api.GET("/v1/deliveries", { ...init, params: { query: { ...filters.values, ...query } } }),
    poll: live ? LIVE_MS : false,
  });
  const fresh = useFresh(list.rows);
  const type = useTypeField();
  const tenant = useTenantFields();
  const endpoint = useEndpointField(filters.values.endpoint, filters.values.tenant);
  return (
    <>
      <PageHeader title="Deliveries" actions={list.first ? <LiveSwitch live={live} onChange={setLive} /> : undefined}>
        Each delivery sends one event to one endpoint. Its requests are <AppLink to="/attempts">attempts</AppLink>.
      </PageHeader>
      <FilterBar
        filters={filters}
        fields={[STATUS_FIELD, endpoint, ...tenant, type, CHANNEL_FIELD, STATUS_CODE_FIELD, ERROR_FIELD, { kind: "range" }]}
      />
      <Card flush>
        <DeliveryTable
          caption="Deliveries"
          list={list}
          fresh={fresh}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title="No matching deliveries">
                Remove a filter, or choose a longer time range.
              </EmptyState>
            ) : (
              <EmptyState icon="deliveries" title="No deliveries yet">
                An event becomes a delivery to each <AppLink to="/endpoints">endpoint</AppLink> that subscribes to
                it. Deliveries appear here as they happen.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
    </>
  );
}
