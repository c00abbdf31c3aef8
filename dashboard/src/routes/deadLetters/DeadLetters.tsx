import { useState } from "react";
import { useAccess } from "@/api/access";
import { useWords } from "@/api/words";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar } from "@/components/lists/FilterBar";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { DeliveryTable } from "@/parts/deliveries/DeliveryTable";
import { CHANNEL_FIELD, ERROR_FIELD, STATUS_CODE_FIELD, useEndpointField } from "@/parts/deliveries/filters";
import { useTenantFields, useTypeField } from "@/parts/suggestions/suggestions";
import type { Delivery } from "@/parts/deliveries/types";
import { useCursorList } from "@/url/cursor";
import { useFilters } from "@/url/hooks";
import { BulkButtons } from "./BulkButtons";
import { BulkJob } from "@/parts/deliveries/bulk/BulkJob";
import { DEAD_FILTERS } from "./filters";
import { SelectedBar } from "./SelectedBar";

const POLL_MS = 5_000;
const NONE: ReadonlySet<string> = new Set();

/** Deliveries that used up their attempts: looked at, retried or purged, one or many. */
export default function DeadLetters() {
  const { canWrite } = useAccess();
  const say = useWords();
  const filters = useFilters(DEAD_FILTERS);
  const [selected, setSelected] = useState(NONE);
  const list = useCursorList<Delivery>({
    key: ["dead-letters", filters.values],
    page: (api, query, init) => api.GET("/v1/dead-letters", { ...init, params: { query: { ...filters.values, ...query } } }),
    // What is being chosen from stays where it is.
    poll: selected.size > 0 ? false : POLL_MS,
  });
  const type = useTypeField();
  const tenant = useTenantFields();
  const endpoint = useEndpointField(filters.values.tenant);
  const some = list.rows !== undefined && list.rows.length > 0;
  return (
    <>
      <PageHeader title={say("Dead letters")} actions={canWrite && some ? <BulkButtons filter={filters.values} /> : undefined}>
        {say("Deliveries that failed every attempt. Retry them once the receiver works again.")}
      </PageHeader>
      <BulkJob />
      <FilterBar filters={filters} fields={[endpoint, ...tenant, type, CHANNEL_FIELD, STATUS_CODE_FIELD, ERROR_FIELD, { kind: "range" }]}>
        <ListMenu list={list} name="dead-letters" />
      </FilterBar>
      <Card flush>
        <DeliveryTable
          caption={say("Dead letters")}
          list={list}
          ended
          {...(canWrite ? { selection: { selected, onChange: setSelected } } : {})}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title={say("No matching dead letters")}>
                Remove a filter, or choose a longer time range.
              </EmptyState>
            ) : (
              <EmptyState icon="check" title={say("No dead letters")}>
                Deliveries that fail every attempt appear here.
              </EmptyState>
            )
          }
        />
      </Card>
      {selected.size > 0 && <SelectedBar selected={selected} onChange={setSelected} />}
      <Pager list={list} />
    </>
  );
}
