import { Button, Skeleton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useAccess } from "@/api/access";
import { useRead, useWrite } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { ConfirmButton } from "@/components/forms/Confirm";
import { KeyValue } from "@/components/blocks/KeyValue";
import { Prose } from "@/components/blocks/Markdown";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { StatusBadge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { memberText } from "@/format/json";
import { spoken } from "@/format/retry";
import { visible } from "@/format/text";
import { useParam } from "@/url/hooks";
import type { EventType } from "@/parts/catalog/catalog";
import styles from "./Catalog.module.css";
import { TryIt } from "./TryIt";
import { Versions } from "./Versions";

/** An event type as its text, so that examples and schemas are shown as they were written. */
export function useEventType(name: string) {
  const read = useRead(["event-types", "one", name], (api, init) =>
    api.GET("/v1/event-types/{name}", { ...init, params: { path: { name } }, parseAs: "text" }),
  );
  const text = read.data as string | undefined;
  return {
    ...read,
    type:
      text === undefined
        ? undefined
        : {
            ...(JSON.parse(text) as EventType),
            schemaText: present(memberText(text, "schema")),
            exampleText: present(memberText(text, "example")),
          },
  };
}

const present = (text: string | null) => (text === null || text === "null" ? "" : text);

export default function EventTypeScreen() {
  const name = useParam("name");
  const { canWrite, isOperator } = useAccess();
  const { type, error, refetch } = useEventType(name);
  const mayWrite = canWrite && isOperator;
  return (
    <>
      <PageHeader
        title={name}
        up={{ to: "/catalog", label: "Event catalog" }}
        beside={
          <>
            {type?.deprecated === true && <StatusBadge status="deprecated" />}
            {type?.archived_at != null && <StatusBadge status="archived" />}
          </>
        }
        actions={type !== undefined && mayWrite ? <Actions name={name} archived={type.archived_at != null} /> : undefined}
      />
      <div className={styles.page}>
        {error !== null && (
          <ProblemAlert
            error={error}
            title={type === undefined ? "Could not load the event type" : "This may be out of date"}
            retry={() => void refetch()}
          />
        )}
        {type === undefined && error === null && <Skeleton height={320} />}
        {type !== undefined && (
          <>
            <Card>
              <div className={styles.form}>
                <p className={`${styles.description} n-wrap`}>
                  {type.description === "" ? <span className="n-muted">No description.</span> : <Prose text={type.description} />}
                </p>
                <KeyValue
                  items={[
                    ["Heading", type.group == null ? <span className="n-muted">–</span> : visible(type.group)],
                    ["Validated when published", isOperator ? (type.schemaText === "" ? "No (no schema)" : "Yes, against its schema") : undefined],
                    ["Version of the schema", isOperator || type.schemaText !== "" ? type.schema_version : undefined],
                    ["Archived", type.archived_at == null ? undefined : <TimeText key="archived" at={type.archived_at} as="full" />],
                    ["Retries", type.retry == null ? undefined : spoken(type.retry)],
                    ["Changed", <TimeText key="at" at={type.updated_at} as="full" />],
                  ]}
                />
              </div>
            </Card>
            <div className={styles.pair}>
              <Card title="Example">
                {type.exampleText === "" ? (
                  <p className={`${styles.lead} n-muted`}>No example.</p>
                ) : (
                  <CodeBlock label="Data" language="json" text={type.exampleText} />
                )}
              </Card>
              {(isOperator || type.schemaText !== "") && (
                <Card title="Schema">
                  {type.schemaText === "" ? (
                    <p className={`${styles.lead} n-muted`}>
                      Without a JSON Schema, any data is accepted. With one, events whose data does not match are rejected when you publish them.
                    </p>
                  ) : (
                    <CodeBlock label="JSON Schema (2020-12)" language="json" text={type.schemaText} />
                  )}
                </Card>
              )}
            </div>
            {type.schema_version > 1 && <Versions key={name} name={name} current={type.schema_version} />}
            {mayWrite && type.archived_at == null && <TryIt key={name} type={name} example={type.exampleText} />}
          </>
        )}
      </div>
    </>
  );
}

function Actions({ name, archived }: { name: string; archived: boolean }) {
  const { base } = useAccess();
  const navigate = useNavigate();
  const remove = useWrite(
    (api, type: string) => api.DELETE("/v1/event-types/{name}", { params: { path: { name: type } } }),
    { invalidates: [["event-types", "all"], ["event-types", "names"], ["guide"]], done: `${name} deleted from the catalog`, quiet: true },
  );
  return (
    <>
      <Button variant="default" onClick={() => void navigate({ to: `${base}/events`, search: { type: name } as never })}>
        Its events
      </Button>
      <Button variant="default" onClick={() => void navigate({ to: `${base}/catalog/${encodeURIComponent(name)}/edit` })}>
        Edit
      </Button>
      <Archive name={name} archived={archived} />
      <ConfirmButton
        label="Delete"
        button={{ color: "red.8", variant: "default" }}
        title={`Delete ${name}`}
        confirm="Delete event type"
        onConfirm={async () => {
          await remove.mutateAsync(name);
          await navigate({ to: `${base}/catalog` });
        }}
      >
        It is removed from the catalog with its versions, and its data is no longer validated. Existing events stay. Events published
        later are still delivered, unless the project only accepts types from the catalog.
      </ConfirmButton>
    </>
  );
}

/** Archives a type, or brings it back. */
function Archive({ name, archived }: { name: string; archived: boolean }) {
  const options = { invalidates: [["event-types"], ["guide"]], quiet: true };
  const params = { path: { name } };
  const archive = useWrite((api, _: null) => api.POST("/v1/event-types/{name}/archive", { params }), {
    ...options,
    done: `${name} archived`,
  });
  const unarchive = useWrite((api, _: null) => api.POST("/v1/event-types/{name}/unarchive", { params }), {
    ...options,
    quiet: false,
    done: `${name} is in use again`,
  });
  if (archived) {
    return (
      <Button variant="default" loading={unarchive.isPending} onClick={() => unarchive.mutate(null)}>
        Unarchive
      </Button>
    );
  }
  return (
    <ConfirmButton
      label="Archive"
      button={{ variant: "default" }}
      title={`Archive ${name}`}
      confirm="Archive event type"
      danger={false}
      onConfirm={() => archive.mutateAsync(null)}
    >
      Publishing new events of this type is rejected, and it is no longer offered to endpoints. Existing events and
      deliveries stay. You can bring it back at any time.
    </ConfirmButton>
  );
}
