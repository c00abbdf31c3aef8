import { Button, FileInput, Switch, Textarea } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useWrite } from "@/api/hooks";
import type { components } from "@/api/schema";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { Card } from "@/components/page/Card";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { plural } from "@/format/number";
import styles from "./Catalog.module.css";

type Imported = components["schemas"]["EventTypesImported"];
type ImportedType = components["schemas"]["ImportedType"];

/** What the server takes. */
const BYTES_MAX = 4 * 1024 * 1024 - 1024;

const ACTIONS: Record<string, string> = { created: "Created", updated: "Updated", unchanged: "Unchanged" };

const COLUMNS: readonly Column<ImportedType>[] = [
  { key: "name", header: "Type", width: "32%", cell: ({ name }) => <span className="n-mono n-wrap">{name}</span> },
  { key: "action", header: "Change", width: 110, cell: ({ action }) => ACTIONS[action] ?? action },
  { key: "version", header: "Version", align: "end", width: 80, cell: ({ schema_version }) => schema_version },
  { key: "breaks", header: "Breaking changes", cell: ({ breaks }) => <Breaks breaks={breaks} /> },
];

function Breaks({ breaks }: { breaks: ImportedType["breaks"] }) {
  if (breaks.length === 0) return <span className="n-muted">None</span>;
  return (
    <ul className={styles.breaks}>
      {breaks.map(({ path, detail, pointer }) => (
        <li key={`${pointer} ${path} ${detail}`} className="n-wrap">
          <code className="n-mono">{path}</code> {detail}
        </li>
      ))}
    </ul>
  );
}

/** Event types from an OpenAPI or AsyncAPI document: first what would happen, then it happens. */
export default function ImportEventTypes() {
  const { base } = useAccess();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [tooLarge, setTooLarge] = useState(false);
  const [force, setForce] = useState(false);
  const [plan, setPlan] = useState<Imported | null>(null);
  const look = useWrite(
    (api, document: string) => api.POST("/v1/event-types/import", { body: { document, dry_run: true } }),
    { quiet: true, onDone: (answer) => setPlan(answer as Imported) },
  );
  const store = useWrite(
    (api, document: string) => api.POST("/v1/event-types/import", { body: { document, force } }),
    { invalidates: [["event-types"], ["guide"]], done: "Event types imported", quiet: true },
  );
  const change = (next: string) => {
    setText(next);
    setPlan(null);
    setForce(false);
    look.reset();
    store.reset();
  };
  const breaking = plan?.event_types.filter(({ breaks }) => breaks.length > 0).length ?? 0;
  const changed = plan?.event_types.filter(({ action }) => action !== "unchanged").length ?? 0;
  const error = store.error ?? look.error;
  return (
    <>
      <PageHeader title="Import event types" up={{ to: "/catalog", label: "Event catalog" }}>
        From the webhooks of an OpenAPI 3.1 document, or the messages of an AsyncAPI 3 document.
      </PageHeader>
      <form
        className={styles.page}
        onSubmit={(event) => {
          event.preventDefault();
          if (plan === null) return look.mutate(text);
          void store.mutateAsync(text).then(
            () => navigate({ to: `${base}/catalog` }),
            () => undefined,
          );
        }}
      >
        <Card title="Document">
          <div className={styles.form}>
            <FileInput
              label="File"
              description="JSON or YAML, up to 4 MiB."
              accept=".json,.yaml,.yml,application/json,application/yaml"
              placeholder="Choose a file"
              clearable
              error={tooLarge ? "The file is larger than 4 MiB." : null}
              onChange={(file) => {
                const isTooLarge = file !== null && file.size > BYTES_MAX;
                setTooLarge(isTooLarge);
                if (file !== null && !isTooLarge) void file.text().then(change);
              }}
              maw={420}
            />
            <Textarea
              label="Or its text"
              value={text}
              onChange={(event) => change(event.currentTarget.value)}
              classNames={{ input: "n-mono" }}
              spellCheck={false}
              autoComplete="off"
              rows={14}
            />
          </div>
        </Card>
        {error !== null && <ProblemAlert error={error} title="Not imported" />}
        {plan !== null && (
          <Card title={`${plural(changed, "change")} in ${plural(plan.event_types.length, "event type")}`} flush>
            <DataTable
              caption="What the import changes"
              columns={COLUMNS}
              rows={plan.event_types}
              rowKey={({ name }) => name}
              empty="The document has no event types."
            />
          </Card>
        )}
        {breaking > 0 && (
          <Switch
            label={`Store breaking schemas of ${plural(breaking, "event type")}`}
            description="Publishers may be rejected, and receivers may get data that they do not expect."
            checked={force}
            onChange={(event) => setForce(event.currentTarget.checked)}
          />
        )}
        <div className={styles.foot}>
          <Button variant="default" onClick={() => void navigate({ to: `${base}/catalog` })}>
            Cancel
          </Button>
          {plan === null ? (
            <Button type="submit" loading={look.isPending} disabled={text.trim() === ""}>
              Preview
            </Button>
          ) : (
            <Button type="submit" loading={store.isPending} disabled={changed === 0 || (breaking > 0 && !force)}>
              Import
            </Button>
          )}
        </div>
      </form>
    </>
  );
}
