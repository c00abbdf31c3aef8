import { useNavigate } from "@tanstack/react-router";
import { Button } from "@mantine/core";
import { useAccess } from "@/api/access";
import { Card } from "@/components/Card";
import { EmptyState } from "@/components/EmptyState";
import { FilterBar } from "@/components/FilterBar";
import { Icon } from "@/components/Icon";
import { PageHeader } from "@/components/PageHeader";
import { Pager } from "@/components/Pager";
import { useTenantFields } from "@/routes/deliveries/filters";
import { useCursorList } from "@/url/cursor";
import { text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { EndpointTable } from "./EndpointTable";
import type { Endpoint } from "./types";

const SPEC = { tenant: text(128) };

const LIVE_MS = 15_000;

/** Where events go, and how each of these places does. */
export default function Endpoints() {
  const { isOperator } = useAccess();
  const filters = useFilters(SPEC);
  const list = useCursorList<Endpoint>({
    key: ["endpoints", "list", filters.values],
    page: (api, query, init) => api.GET("/v1/endpoints", { ...init, params: { query: { ...filters.values, ...query } } }),
    poll: LIVE_MS,
  });
  const tenant = useTenantFields();
  return (
    <>
      <PageHeader title="Endpoints" actions={<AddButton tenant={filters.values.tenant} />}>
        {isOperator
          ? "Your customers’ URLs: each gets the events that it wants, signed with a secret of its own."
          : "Your URLs: each gets the events that it wants, signed with a secret of its own."}
      </PageHeader>
      {tenant.length > 0 && <FilterBar filters={filters} fields={tenant} />}
      <Card flush>
        <EndpointTable
          list={list}
          tenant={isOperator && filters.values.tenant === undefined}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title="This tenant has no endpoint" action={<AddButton tenant={filters.values.tenant} />}>
                Its events are kept, and go nowhere until there is one.
              </EmptyState>
            ) : (
              <EmptyState icon="endpoints" title="No endpoints yet" action={<AddButton />}>
                An endpoint is a URL that gets events as they happen. Add one, send a test event to it, and see what it answers.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
    </>
  );
}

/** Leads to the page on which one is added. */
export function AddButton({ tenant, quiet = false }: { tenant?: string | undefined; quiet?: boolean }) {
  const { canWrite, base, isOperator } = useAccess();
  const navigate = useNavigate();
  if (!canWrite) return null;
  return (
    <Button
      {...(quiet ? { variant: "default", size: "compact-xs" } : {})}
      leftSection={<Icon name="plus" size={14} />}
      onClick={() =>
        void navigate({
          to: `${base}/endpoints/~new`,
          search: (isOperator && tenant !== undefined ? { tenant } : {}) as never,
        })
      }
    >
      Add endpoint
    </Button>
  );
}
