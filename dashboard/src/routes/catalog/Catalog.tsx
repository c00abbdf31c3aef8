import { Button, Checkbox, Menu, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useWrite } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { Icon } from "@/components/inline/Icon";
import { Prose } from "@/components/blocks/Markdown";
import { LinkButton } from "@/components/page/LinkButton";
import { PageHeader } from "@/components/page/PageHeader";
import { Badge, StatusBadge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { plural } from "@/format/number";
import { visible } from "@/format/text";
import { flag, text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { type EventType, grouped, searched, useCatalog } from "@/parts/catalog/catalog";
import styles from "./Catalog.module.css";

const FILTERS = { q: text(), deprecated: flag(), archived: flag() };

const COLUMNS: readonly Column<EventType>[] = [
  { key: "name", header: "Type", width: "30%", cell: ({ name }) => <span className="n-mono n-wrap">{name}</span> },
  { key: "description", header: "Description", cell: ({ description }) => <Prose text={description} /> },
  {
    key: "marks",
    header: "Status",
    silent: true,
    width: 210,
    cell: ({ schema, schema_version, deprecated, archived_at }) => (
      <span className={styles.marks}>
        {schema != null && (
          <Badge tone="info" icon="check">
            {schema_version > 1 ? `Schema v${schema_version}` : "Schema"}
          </Badge>
        )}
        {deprecated && <StatusBadge status="deprecated" />}
        {archived_at != null && <StatusBadge status="archived" />}
      </span>
    ),
  },
  { key: "updated", header: "Changed", width: 110, wideOnly: true, cell: ({ updated_at }) => <TimeText at={updated_at} /> },
];

/** The event types of the project, under their headings. */
export default function CatalogScreen() {
  const { canWrite, isOperator } = useAccess();
  const filters = useFilters(FILTERS);
  const read = useCatalog();
  const types = read.data?.types;
  const { q = "", deprecated = true, archived = false } = filters.values;
  const shown =
    types === undefined
      ? undefined
      : searched(types, q).filter((type) => (deprecated || !type.deprecated) && (archived || type.archived_at == null));
  const mayWrite = canWrite && isOperator;
  return (
    <>
      <PageHeader
        title="Event catalog"
        actions={
          mayWrite ? (
            <>
              <Export />
              <LinkButton to="/catalog/~import">Import</LinkButton>
              <LinkButton to="/catalog/~new" icon="plus" primary>
                Add event type
              </LinkButton>
            </>
          ) : undefined
        }
      >
        {isOperator
          ? "The types of event that your customers can subscribe to."
          : "The types of event that your endpoints can receive."}
      </PageHeader>
      {types !== undefined && types.length > 0 && (
        <Search value={q} onChange={(value) => filters.set({ q: value })}>
          {types.some((type) => type.deprecated) && (
            <Checkbox
              label="Show deprecated types"
              checked={deprecated}
              onChange={(event) => filters.set({ deprecated: event.currentTarget.checked ? undefined : false })}
            />
          )}
          {types.some((type) => type.archived_at != null) && (
            <Checkbox
              label="Show archived types"
              checked={archived}
              onChange={(event) => filters.set({ archived: event.currentTarget.checked ? true : undefined })}
            />
          )}
          <span className="n-muted n-small" role="status">
            {plural(shown?.length ?? 0, "type")}
            {read.data?.more === true && ", and more that are not shown"}
          </span>
        </Search>
      )}
      {shown === undefined || shown.length === 0 ? (
        <Card flush>
          <DataTable
            caption="Event types"
            columns={COLUMNS}
            rows={shown}
            rowKey={({ name }) => name}
            error={read.error}
            retry={() => void read.refetch()}
            empty={
              types?.length === 0 ? (
                <EmptyState
                  icon="catalog"
                  title="The catalog is empty"
                  {...(mayWrite ? { action: <AppLink to="/catalog/~new">Add the first event type</AppLink> } : {})}
                >
                  Event types tell your customers what they can subscribe to. Add a JSON Schema to validate the data
                  that you publish.
                </EmptyState>
              ) : (
                <EmptyState
                  icon="search"
                  title="No matching event types"
                  action={
                    <Button variant="default" onClick={filters.clear}>
                      Clear the search
                    </Button>
                  }
                >
                  Search for part of a name, description or heading.
                </EmptyState>
              )
            }
          />
        </Card>
      ) : (
        <div className={styles.groups}>
          {grouped(shown).map((group) => (
            <Card key={group.name ?? ""} title={group.name === null ? "Other types" : visible(group.name)} flush>
              <DataTable
                caption={`Event types: ${group.name ?? "other types"}`}
                columns={COLUMNS}
                rows={group.types}
                rowKey={({ name }) => name}
                rowTo={({ name }) => `/catalog/${encodeURIComponent(name)}`}
                empty={null}
              />
            </Card>
          ))}
        </div>
      )}
    </>
  );
}

/** The catalog as a file of another program. */
function Export() {
  const read = useWrite(
    (api, format: "openapi" | "asyncapi") => api.GET("/v1/event-types/export", { params: { query: { format } } }),
    { onDone: (document) => download(document) },
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={read.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => read.mutate("openapi")}>OpenAPI 3.1</Menu.Item>
        <Menu.Item onClick={() => read.mutate("asyncapi")}>AsyncAPI 3</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Has the browser save a document. */
function download(document: unknown) {
  const isAsync = typeof document === "object" && document !== null && "asyncapi" in document;
  const link = window.document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: "application/json" }));
  link.download = isAsync ? "asyncapi.json" : "openapi.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function Search(props: { value: string; onChange: (value: string) => void; children: React.ReactNode }) {
  const [typed, setTyped] = useState(props.value);
  return (
    <search className={styles.search}>
      <TextInput
        aria-label="Search the catalog"
        placeholder="Search names and descriptions"
        value={typed}
        leftSection={<Icon name="search" size={13} />}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          props.onChange(event.currentTarget.value);
        }}
      />
      {props.children}
    </search>
  );
}
