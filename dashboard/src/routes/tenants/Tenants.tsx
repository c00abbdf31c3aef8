import { Button } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar } from "@/components/lists/FilterBar";
import { Icon } from "@/components/inline/Icon";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { TimeText } from "@/components/inline/TimeText";
import { visible } from "@/format/text";
import { useCursorList } from "@/url/cursor";
import { text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { PlanBadge } from "./PlanBadge";
import { TenantDialog } from "./TenantDialog";
import type { Tenant } from "./types";

/** Part of an id, a uid or a name. */
const SPEC = { search: text(200) };

/** The vendor's customers. */
export default function Tenants() {
  const { canWrite } = useAccess();
  const filters = useFilters(SPEC);
  const [adding, setAdding] = useState(false);
  const list = useCursorList<Tenant>({
    key: ["tenants", "list", filters.values],
    page: (api, query, init) => api.GET("/v1/tenants", { ...init, params: { query: { ...filters.values, ...query } } }),
    poll: 30_000,
  });
  const columns: Column<Tenant>[] = [
    { key: "id", header: "Tenant", cell: ({ id }) => id },
    { key: "name", header: "Name", cell: ({ name }) => (name == null ? <span className="n-muted">–</span> : visible(name)) },
    { key: "plan", header: "Plan", cell: ({ plan }) => <PlanBadge plan={plan ?? null} /> },
    { key: "created", header: "First used", align: "end", cell: ({ created_at }) => <TimeText at={created_at} /> },
    {
      key: "updated",
      header: "Last change",
      align: "end",
      wideOnly: true,
      cell: ({ updated_at }) => <TimeText at={updated_at} />,
    },
  ];
  const add = canWrite && (
    <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>
      Add tenant
    </Button>
  );
  return (
    <>
      <PageHeader title="Tenants" actions={add}>
        Your customers, by the IDs that you use for them. A tenant is created when you first use its ID.
      </PageHeader>
      <FilterBar filters={filters} fields={[{ kind: "text", name: "search", label: "Name, ID or UID", width: 240 }]}>
        <ListMenu list={list} name="tenants" />
      </FilterBar>
      <Card flush>
        <DataTable
          caption="Tenants"
          columns={columns}
          rows={list.rows}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/tenants/${encodeURIComponent(id)}`}
          error={list.error}
          retry={list.retry}
          stale={list.loading}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="search" title="No matching tenants">
                Each word must be part of the tenant’s name, ID or UID.
              </EmptyState>
            ) : (
              <EmptyState icon="tenants" title="No tenants yet" action={add}>
                A tenant appears here when you publish an event for it or add an endpoint.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
      <TenantDialog opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}
