import { Button, Drawer } from "@mantine/core";
import { useState } from "react";
import type { AuditRecord } from "@/api/types";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar } from "@/components/lists/FilterBar";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { TimeText } from "@/components/inline/TimeText";
import { visible } from "@/format/text";
import { useTenantFields } from "@/parts/suggestions/suggestions";
import { useCursorList } from "@/url/cursor";
import { instant, text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import styles from "./Audit.module.css";
import { AuditEntry, Target } from "./AuditEntry";
import { fieldsSaid } from "./changes";
import { ACTIONS, ACTOR_KINDS, actionSaid, actorSaid } from "./words";

const SPEC = {
  action: text(64),
  actor: text(64),
  target: text(256),
  tenant: text(256),
  since: instant(),
  until: instant(),
};

const LIVE_MS = 15_000;

/** Every administrative change: who made it, when, and from where. */
export default function Audit() {
  const filters = useFilters(SPEC);
  const tenant = useTenantFields();
  const [open, setOpen] = useState<AuditRecord | null>(null);
  const list = useCursorList<AuditRecord>({
    key: ["audit", filters.values],
    page: (api, query, init) => api.GET("/v1/audit", { ...init, params: { query: { ...filters.values, ...query } } }),
    poll: LIVE_MS,
  });
  const columns: Column<AuditRecord>[] = [
    { key: "at", header: "When", width: 150, cell: ({ at }) => <TimeText at={at} as="short" /> },
    { key: "who", header: "Who", cell: ({ actor }) => visible(actorSaid(actor)) },
    { key: "what", header: "What", cell: ({ action }) => <span title={action}>{actionSaid(action)}</span> },
    { key: "target", header: "Target", cell: (entry) => <Target entry={entry} /> },
    {
      key: "changes",
      header: "Changes",
      wideOnly: true,
      cell: ({ changes }) => <span className="n-muted n-wrap">{fieldsSaid(changes)}</span>,
    },
    {
      key: "from",
      header: "From",
      wideOnly: true,
      cell: ({ ip }) => (ip === null ? <span className="n-muted">–</span> : <span className="n-mono">{ip}</span>),
    },
    {
      key: "details",
      header: "Details",
      silent: true,
      align: "end",
      cell: (entry) => (
        <Button variant="default" size="compact-xs" onClick={() => setOpen(entry)}>
          Details<span className="n-sr"> of {actionSaid(entry.action)}</span>
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader title="Audit log">Every administrative change: who made it, when and from where. Entries cannot be changed.</PageHeader>
      <FilterBar
        filters={filters}
        fields={[
          { kind: "text", name: "action", label: "Action", suggestions: ACTIONS, width: 180 },
          { kind: "text", name: "actor", label: "Key ID or kind", suggestions: Object.keys(ACTOR_KINDS), width: 170 },
          { kind: "text", name: "target", label: "Target ID, uid or name", width: 190 },
          ...tenant,
          { kind: "range" },
        ]}
      >
        <ListMenu list={list} name="audit" />
      </FilterBar>
      <Card flush>
        <DataTable
          caption="Audit log"
          columns={columns}
          rows={list.rows}
          rowKey={({ id }) => id}
          error={list.error}
          retry={list.retry}
          stale={list.loading}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title={list.next === null ? "No matches" : "No matches on this page"}>
                {list.next === null ? "Remove a filter, or choose a longer time range." : "There may be matches on older pages."}
              </EmptyState>
            ) : (
              <EmptyState icon="audit" title="No changes yet">
                Changes to this project, in the dashboard or through the API, appear here.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
      <Drawer
        opened={open !== null}
        onClose={() => setOpen(null)}
        position="right"
        size={560}
        title={<strong>{open === null ? "" : actionSaid(open.action)}</strong>}
        classNames={{ body: styles.drawer ?? "" }}
      >
        {open !== null && <AuditEntry entry={open} />}
      </Drawer>
    </>
  );
}
