import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { LinkButton } from "@/components/page/LinkButton";
import { PageHeader } from "@/components/page/PageHeader";
import { Badge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { visible } from "@/format/text";
import type { Dialect } from "./dialect";
import styles from "./Dialects.module.css";

/** How webhooks can look here: what came with the program, and the project's own. */
export default function Dialects() {
  const { canWrite, project } = useAccess();
  const read = useRead(["dialects", "all"], (api, init) => api.GET("/v1/dialects", init));
  const all = read.data?.data;
  const own = all?.filter(({ builtin }) => !builtin);
  const columns: readonly Column<Dialect>[] = [
    { key: "title", header: "Dialect", width: "38%", cell: ({ title }) => visible(title) },
    { key: "name", header: "Name", cell: ({ name }) => <span className="n-mono n-wrap">{name}</span> },
    {
      key: "use",
      header: "Used by",
      width: 170,
      cell: ({ name }) =>
        name === project.dialect ? (
          <Badge tone="ok" icon="check">
            This project
          </Badge>
        ) : null,
    },
    { key: "version", header: "Version", align: "end", width: 80, cell: ({ version }) => version },
    {
      key: "changed",
      header: "Changed",
      width: 140,
      wideOnly: true,
      cell: ({ builtin, created_at }) => (builtin ? <span className="n-muted">Built in</span> : <TimeText at={created_at} />),
    },
  ];
  const table = (caption: string, rows: readonly Dialect[] | undefined, empty: React.ReactNode) => (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      rowTo={({ name }) => `/dialects/${name}`}
      error={read.error}
      retry={() => void read.refetch()}
      empty={empty}
    />
  );
  return (
    <>
      <PageHeader
        title="Dialects"
        actions={
          <>
            <LinkButton to="/guide" icon="catalog">
              Documentation for customers
            </LinkButton>
            {canWrite && (
              <LinkButton to="/dialects/~new" icon="plus" primary>
                Add dialect
              </LinkButton>
            )}
          </>
        }
      >
        A dialect defines the format of requests, how they are signed, and how receivers verify them.
      </PageHeader>
      <div className={styles.groups}>
        <Card title="This project’s dialects" flush>
          {table(
            "Dialects of this project",
            own,
            <EmptyState icon="dialects" title="No custom dialects">
              The built-in dialects are enough for most projects. If your customers expect another format, copy one and change it.
            </EmptyState>,
          )}
        </Card>
        {read.error === null && (
          <Card title="Built in" flush>
            {table("Built-in dialects", all?.filter(({ builtin }) => builtin), null)}
          </Card>
        )}
      </div>
    </>
  );
}
