import { ActionIcon } from "@mantine/core";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useAccess } from "@/api/access";
import { AppLink } from "@/components/inline/AppLink";
import { Icon } from "@/components/inline/Icon";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar } from "@/components/lists/FilterBar";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { useCursorList } from "@/url/cursor";
import { useFilters, useSearchText, useSetSearch } from "@/url/hooks";
import { BulkJob } from "@/parts/deliveries/bulk/BulkJob";
import { DeliveryTable } from "@/parts/deliveries/DeliveryTable";
import { CHANNEL_FIELD, DELIVERY_FILTERS, ERROR_FIELD, STATUS_CODE_FIELD, useStatusField, useEndpointField } from "@/parts/deliveries/filters";
import { useTenantFields, useTypeField } from "@/parts/suggestions/suggestions";
import { useFresh } from "@/components/lists/fresh";
import { LiveSwitch } from "@/components/lists/LiveSwitch";
import type { Delivery } from "@/parts/deliveries/types";
import { AllMatching } from "./AllMatching";
import { SelectedBar } from "./SelectedBar";

/** Loaded once one is looked at. */
const Peek = lazy(() => import("./Peek"));

/** Often enough to watch deliveries pass. */
const LIVE_MS = 2_000;
const NONE: ReadonlySet<string> = new Set();

/** Every delivery, the newest first, as they happen; those that wait or are dead can be attempted again, one or many. */
export default function Deliveries() {
  const { canWrite } = useAccess();
  const filters = useFilters(DELIVERY_FILTERS);
  const statusField = useStatusField();
  const setSearch = useSetSearch();
  const { peek } = useSearchText();
  const [live, setLive] = useState(true);
  const [selected, setSelected] = useState(NONE);
  const list = useCursorList<Delivery>({
    key: ["deliveries", filters.values],
    page: (api, query, init) => api.GET("/v1/deliveries", { ...init, params: { query: { ...filters.values, ...query } } }),
    // What is being chosen from, or stepped through, stays where it is.
    poll: live && selected.size === 0 && peek === undefined ? LIVE_MS : false,
  });
  const known = useStates(list.rows, selected);
  const fresh = useFresh(list.rows);
  const type = useTypeField();
  const tenant = useTenantFields();
  const endpoint = useEndpointField(filters.values.tenant);
  const { status = "pending", ...rest } = filters.values;
  const bulk = canWrite && (status === "pending" || status === "dead");
  return (
    <>
      <PageHeader
        title="Deliveries"
        actions={
          <>
            {list.first && <LiveSwitch live={live} onChange={setLive} />}
            {bulk && list.rows !== undefined && list.rows.length > 0 && <AllMatching status={status} filter={rest} />}
          </>
        }
      >
        Each delivery sends one event to one endpoint. Its requests are <AppLink to="/attempts">attempts</AppLink>.
      </PageHeader>
      <BulkJob />
      <FilterBar
        filters={filters}
        fields={[statusField, endpoint, ...tenant, type, CHANNEL_FIELD, STATUS_CODE_FIELD, ERROR_FIELD, { kind: "range" }]}>
        <ListMenu list={list} name="deliveries" />
      </FilterBar>
      <Card flush>
        <DeliveryTable
          caption="Deliveries"
          list={list}
          fresh={fresh}
          action={({ id, type }) => (
            <ActionIcon variant="subtle" aria-label={`Show ${type} beside the list`} onClick={() => setSearch((now) => ({ ...now, peek: id }), { replace: true })}>
              <Icon name="beside" size={15} />
            </ActionIcon>
          )}
          {...(canWrite ? { selection: { selected, onChange: setSelected } } : {})}
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
      {selected.size > 0 && <SelectedBar selected={selected} known={known} onChange={setSelected} />}
      <Pager list={list} />
      {peek !== undefined && (
        <Suspense fallback={null}>
          <Peek rows={list.rows} />
        </Suspense>
      )}
    </>
  );
}

/** The states of the rows, and of those that were chosen on other pages. */
function useStates(rows: readonly Delivery[] | undefined, selected: ReadonlySet<string>): ReadonlyMap<string, Delivery["status"]> {
  const before = useRef<ReadonlyMap<string, Delivery["status"]>>(new Map());
  return useMemo(() => {
    const chosen = [...before.current].filter(([id]) => selected.has(id));
    before.current = new Map([...chosen, ...(rows ?? []).map(({ id, status }) => [id, status] as const)]);
    return before.current;
  }, [rows, selected]);
}
