import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { FilterBar } from "@/components/lists/FilterBar";
import { Icon } from "@/components/inline/Icon";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { TimeText } from "@/components/inline/TimeText";
import { visible } from "@/format/text";
import { useTenantNames } from "@/parts/suggestions/suggestions";
import { useCursorList } from "@/url/cursor";
import { text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { PlanBadge } from "./PlanBadge";
import { TenantDialog } from "./TenantDialog";
import type { Tenant } from "./types";

/** An id leads to its tenant: the API lists all of them, or one. */
const SPEC = { id: text(256) };

/** The vendor's customers. */
export default function Tenants() {
  const { base, canWrite } = useAccess();
  const navigate = useNavigate();
  const filters = useFilters(SPEC);
  const names = useTenantNames();
  const [adding, setAdding] = useState(false);
  const list = useCursorList<Tenant>({
    key: ["tenants", "list"],
    page: (api, query, init) => api.GET("/v1/tenants", { ...init, params: { query } }),
    poll: 30_000,
  });
  const search: typeof filters = {
    ...filters,
    set: ({ id }) => {
      if (id !== undefined) void navigate({ to: `${base}/tenants/${encodeURIComponent(id)}` });
    },
  };
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
      <FilterBar filters={search} fields={[{ kind: "text", name: "id", label: "Go to tenant", suggestions: names, width: 220 }]} />
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
            <EmptyState icon="tenants" title="No tenants yet" action={add}>
              A tenant appears here when you publish an event for it or add an endpoint.
            </EmptyState>
          }
        />
      </Card>
      <Pager list={list} />
      <TenantDialog opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}
