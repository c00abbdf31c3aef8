import { useAccess } from "@/api/access";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar, type FilterField } from "@/components/lists/FilterBar";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { useTenantFields } from "@/parts/suggestions/suggestions";
import { useCursorList } from "@/url/cursor";
import { oneOf, text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { CHANNEL_FIELD } from "@/parts/deliveries/filters";
import { AddButton } from "@/parts/endpoints/AddButton";
import { EndpointTable } from "@/parts/endpoints/EndpointTable";
import type { Listed } from "@/parts/endpoints/types";

const SPEC = { search: text(200), tenant: text(256), channel: text(128), status: oneOf("active", "failing", "disabled") };

const SEARCH_FIELD: FilterField = { kind: "text", name: "search", label: "URL or description", width: 190 };

const STATUS_FIELD: FilterField = {
  kind: "select",
  name: "status",
  label: "Status",
  width: 140,
  options: [
    { value: "active", label: "Active" },
    { value: "failing", label: "Failing" },
    { value: "disabled", label: "Paused or disabled" },
  ],
};

const LIVE_MS = 15_000;

/** Where events go, and how each of these places does. */
export default function Endpoints() {
  const { isOperator } = useAccess();
  const filters = useFilters(SPEC);
  const list = useCursorList<Listed>({
    key: ["endpoints", "list", filters.values],
    page: (api, query, init) =>
      api.GET("/v1/endpoints", { ...init, params: { query: { ...filters.values, ...query, health: true } } }),
    poll: LIVE_MS,
  });
  const tenant = useTenantFields();
  return (
    <>
      <PageHeader title="Endpoints" actions={<AddButton tenant={filters.values.tenant} />}>
        {isOperator
          ? "Your customers’ URLs. Each receives the events it subscribes to, signed with its own secret."
          : "Your URLs. Each receives the events it subscribes to, signed with its own secret."}
      </PageHeader>
      {(filters.active > 0 || list.rows === undefined || list.rows.length > 0) && (
        <FilterBar filters={filters} fields={[SEARCH_FIELD, STATUS_FIELD, ...tenant, CHANNEL_FIELD]}>
          <ListMenu list={list} name="endpoints" />
        </FilterBar>
      )}
      <Card flush>
        <EndpointTable
          list={list}
          tenant={isOperator && filters.values.tenant === undefined}
          empty={
            filters.values.search !== undefined || filters.values.status !== undefined || filters.values.channel !== undefined ? (
              <EmptyState icon="filter" title={list.next === null ? "No matching endpoints" : "No matches on this page"}>
                {list.next === null ? "Remove a filter." : "There may be matches on later pages."}
              </EmptyState>
            ) : filters.active > 0 ? (
              <EmptyState icon="filter" title="This tenant has no endpoints" action={<AddButton tenant={filters.values.tenant} />}>
                Its events are kept but not delivered until you add one.
              </EmptyState>
            ) : (
              <EmptyState icon="endpoints" title="No endpoints yet" action={<AddButton />}>
                An endpoint is a URL that receives events. Add one, send it a test event, and see how it responds.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
    </>
  );
}
