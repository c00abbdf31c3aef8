import { NativeSelect, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useRead } from "@/api/hooks";
import type { components } from "@/api/schema";
import { Badge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { Card } from "@/components/page/Card";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { diffLines } from "@/format/diff";
import styles from "./Catalog.module.css";

type SchemaVersion = components["schemas"]["SchemaVersion"];

/** As many as are kept. */
const LIMIT = 100;
const MARKS = { same: " ", removed: "−", added: "+" } as const;

/** The versions of an event type's schema, and what each of them has changed. */
export function Versions({ name, current }: { name: string; current: number }) {
  const read = useRead(["event-types", "versions", name, current], (api, init) =>
    api.GET("/v1/event-types/{name}/versions", { ...init, params: { path: { name }, query: { limit: LIMIT } } }),
  );
  const [chosen, setChosen] = useState<number | null>(null);
  const versions = read.data?.data;
  const at = versions?.findIndex(({ version }) => version === (chosen ?? current)) ?? -1;
  const shown = versions?.[at];
  return (
    <Card title="Versions of the schema">
      <div className={styles.form}>
        {read.error !== null && (
          <ProblemAlert error={read.error} title="Could not load the versions" retry={() => void read.refetch()} />
        )}
        {versions === undefined ? (
          read.error === null && <Skeleton height={160} />
        ) : (
          <>
            <NativeSelect
              label="Version"
              value={String(shown?.version ?? current)}
              data={versions.map(({ version, current: isCurrent }) => ({
                value: String(version),
                label: isCurrent ? `${version} (current)` : String(version),
              }))}
              onChange={(event) => setChosen(Number(event.currentTarget.value))}
              maw={200}
            />
            {shown !== undefined && <Changes version={shown} before={versions[at + 1]} />}
          </>
        )}
      </div>
    </Card>
  );
}

function Changes({ version, before }: { version: SchemaVersion; before: SchemaVersion | undefined }) {
  const lines = diffLines(written(before?.schema), written(version.schema));
  return (
    <>
      <p className={styles.lead}>
        <TimeText at={version.created_at} as="full" />{" "}
        {version.forced && (
          <Badge tone="warn" icon="warning">
            Breaking
          </Badge>
        )}
        {before === undefined ? " The first version that is kept." : ` Compared with version ${before.version}:`}
      </p>
      {lines.length === 0 ? (
        <p className={`${styles.lead} n-muted`}>No schema.</p>
      ) : (
        <pre className={styles.diff} tabIndex={0} aria-label={`Schema of version ${version.version}`}>
          {lines.map(({ kind, text }, n) => (
            // Lines have no identity of their own, and the list is never reordered.
            <span key={n} data-kind={kind}>{`${MARKS[kind]} ${text}\n`}</span>
          ))}
        </pre>
      )}
    </>
  );
}

const written = (schema: unknown) => (schema == null ? "" : JSON.stringify(schema, null, 2));
