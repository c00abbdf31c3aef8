import { Button } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useInvalidate } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { ConfirmButton } from "@/components/forms/Confirm";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { Icon } from "@/components/inline/Icon";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { Badge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { useNow } from "@/components/inline/useNow";
import { visible } from "@/format/text";
import { useCursorList } from "@/url/cursor";
import { NewKeyDialog } from "./NewKeyDialog";
import { type Key, mayManage, SCOPE_SAID } from "./key";
import styles from "./Keys.module.css";

/** Who may use the API of this project, and as whom. */
export default function Keys() {
  const { canWrite, isAdmin } = useAccess();
  const [adding, setAdding] = useState(false);
  const list = useCursorList<Key>({
    key: ["keys"],
    page: (api, query, init) => api.GET("/v1/keys", { ...init, params: { query } }),
    poll: 30_000,
  });
  const columns: Column<Key>[] = [
    { key: "name", header: "Name", cell: (key) => <Name of={key} /> },
    {
      key: "for",
      header: "For",
      cell: ({ kind, tenant }) =>
        kind === "tenant" && tenant != null ? (
          <span className={styles.for}>
            <span className="n-muted">tenant</span>
            <AppLink to={`/tenants/${encodeURIComponent(tenant)}`}>{tenant}</AppLink>
          </span>
        ) : (
          "the project"
        ),
    },
    { key: "scope", header: "Scope", cell: ({ scope }) => SCOPE_SAID[scope] ?? scope },
    { key: "used", header: "Last used", cell: ({ last_used_at }) => <TimeText at={last_used_at} none="never" /> },
    { key: "expires", header: "Expires", cell: ({ expires_at }) => <Expiry at={expires_at ?? null} /> },
    { key: "created", header: "Created", align: "end", wideOnly: true, cell: ({ created_at }) => <TimeText at={created_at} /> },
    { key: "revoke", header: "Revoke", silent: true, align: "end", cell: (key) => <Revoke of={key} /> },
  ];
  const add = canWrite && (
    <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>
      New key
    </Button>
  );
  return (
    <>
      <PageHeader title="Keys" actions={add}>
        {isAdmin
          ? "Project keys are for your application, tenant keys for your customers’ own programs. Each key is shown once."
          : "Tenant keys, for your customers’ own programs. To create project keys, sign in with the admin key."}
      </PageHeader>
      <Card flush>
        <DataTable
          caption="Keys"
          columns={columns}
          rows={list.rows}
          rowKey={({ id }) => id}
          error={list.error}
          retry={list.retry}
          stale={list.loading}
          empty={
            <EmptyState icon="keys" title="No keys yet" action={add}>
              Your application needs a project key to publish events, with the scope <code className="n-mono">publish</code>.
            </EmptyState>
          }
        />
      </Card>
      <Pager list={list} />
      <NewKeyDialog opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function Name({ of: key }: { of: Key }) {
  const { me } = useAccess();
  return (
    <span className={styles.name}>
      <strong className="n-wrap">{visible(key.name)}</strong>
      {me.key === key.id && <Badge tone="info">You</Badge>}
      <span className="n-mono n-muted n-small">{key.id}</span>
    </span>
  );
}

function Expiry({ at }: { at: string | null }) {
  const now = useNow();
  if (at === null) return <span className="n-muted">never</span>;
  if (Date.parse(at) <= now) {
    return (
      <Badge tone="bad" icon="ban">
        Expired
      </Badge>
    );
  }
  return <TimeText toCome at={at} />;
}

function Revoke({ of: key }: { of: Key }) {
  const { api, canWrite, isAdmin, me } = useAccess();
  const invalidate = useInvalidate();
  if (!canWrite || !mayManage(isAdmin, key.kind)) return null;
  const revoke = async () => {
    await must(api.DELETE("/v1/keys/{id}", { params: { path: { id: key.id } } }));
    await invalidate(["keys"]);
  };
  return (
    <ConfirmButton
      label={
        <>
          Revoke<span className="n-sr"> {visible(key.name)}</span>…
        </>
      }
      button={{ size: "compact-xs" }}
      title="Revoke this key?"
      confirm="Revoke key"
      onConfirm={revoke}
    >
      <strong className="n-wrap">{visible(key.name)}</strong> stops working at once, everywhere
      {me.key === key.id ? ". You are signed in with it and will be signed out." : "."} This cannot be undone.
    </ConfirmButton>
  );
}
