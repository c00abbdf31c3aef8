import { Autocomplete, Button, Switch, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import type { Fault } from "@/api/error";
import { useWrite } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { Card } from "@/components/page/Card";
import { jsonFault, JsonInput, within } from "@/components/forms/JsonInput";
import { RetryFields, retryFault } from "@/components/forms/RetryFields";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { draftOf, type RetryDraft, type RetryFaults, retryOf, spoken } from "@/format/retry";
import { nameFault, useCatalog } from "@/parts/catalog/catalog";
import styles from "./Catalog.module.css";

type NewEventType = components["schemas"]["NewEventType"];

export interface Draft {
  name: string;
  description: string;
  group: string;
  schema: string;
  example: string;
  deprecated: boolean;
  /** Null: the project's schedule. */
  retry: RetryDraft | null;
}

/** The problem of a schema that breaks what the one before it promised. */
const BREAKING = "urn:nuncio:problem:breaking-change";

const SHOWN_IN_PLACE = ["/description", "/group", "name"];
const JSON_OR_RETRY = ["/schema", "/example", "/retry"];

/** What the server said of the schedule, by field of its draft. */
function retryFaults(faults: readonly Fault[]): RetryFaults {
  const found: RetryFaults = {};
  for (const { pointer, detail } of faults) {
    if (within(pointer, "/retry")) found[retryFault(pointer.slice("/retry/".length)) ?? "delays"] ??= detail;
  }
  return found;
}

/** An event type as it is to be, whole. `existing` when it has its name already. */
export function EventTypeForm({ draft: initial, existing }: { draft: Draft; existing: boolean }) {
  const { base, project } = useAccess();
  const navigate = useNavigate();
  const catalog = useCatalog();
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState(false);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const name = draft.name.trim();
  const save = useWrite(
    (api, { path, text }: { path: string; text: string }) =>
      api.PUT("/v1/event-types/{name}", { params: { path: { name: path } }, ...asBody<NewEventType>(text) }),
    { invalidates: [["event-types"], ["guide"]], done: `${name} saved`, quiet: true },
  );
  const taken = !existing && (catalog.data?.types.some((type) => type.name === name) ?? false);
  const wrongName = nameFault(name) ?? (taken ? `${name} is already in the catalog` : null);
  const schedule = draft.retry === null ? undefined : retryOf(draft.retry);
  const wrongJson = jsonFault(draft.schema, true) ?? jsonFault(draft.example, true);
  const faults = save.error?.faults ?? [];
  const fault = (pointer: string) => faults.find((one) => one.pointer === pointer)?.detail;
  const inPlace =
    faults.length > 0 &&
    faults.every(({ pointer }) => SHOWN_IN_PLACE.includes(pointer) || JSON_OR_RETRY.some((root) => within(pointer, root)));
  const isBreaking = save.error?.type === BREAKING;
  const back = `${base}/catalog${existing ? `/${encodeURIComponent(name)}` : ""}`;

  const submit = async (force = false) => {
    setTouched(true);
    if (wrongName !== null || wrongJson !== null || schedule?.faults !== undefined) return;
    const members = {
      description: draft.description,
      group: draft.group.trim() === "" ? null : draft.group.trim(),
      deprecated: draft.deprecated,
      force,
      retry: schedule?.retry ?? null,
    };
    const text = rawJson(members, { schema: draft.schema, example: draft.example });
    const saved = await save.mutateAsync({ path: name, text }).catch(() => null);
    if (saved !== null) await navigate({ to: `${base}/catalog/${encodeURIComponent(name)}` });
  };

  return (
    <form
      className={styles.page}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Card title="About">
        <div className={styles.form}>
          {!existing && (
            <TextInput
              label="Name"
              description="Used to publish and to filter. You cannot change it later."
              placeholder="order.created"
              required
              value={draft.name}
              classNames={{ input: "n-mono" }}
              autoComplete="off"
              spellCheck={false}
              error={(touched || taken ? wrongName : null) ?? fault("name")}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
          )}
          <Textarea
            label="Description"
            description="When it is sent, in a sentence for your customers."
            autosize
            minRows={2}
            maxLength={2_000}
            value={draft.description}
            error={fault("/description")}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
          <Autocomplete
            label="Heading"
            description="Groups types in the catalog and where customers select events."
            placeholder="None"
            maxLength={200}
            value={draft.group}
            data={[...new Set((catalog.data?.types ?? []).flatMap(({ group }) => (group == null ? [] : [group])))].sort()}
            error={fault("/group")}
            onChange={(group) => change({ group })}
            maw={360}
          />
          <Switch
            label="Deprecated"
            description="Still delivered to endpoints that subscribe to it. New endpoints cannot select it."
            checked={draft.deprecated}
            onChange={(event) => change({ deprecated: event.currentTarget.checked })}
          />
          <Switch
            label="Custom retry schedule"
            description={
              draft.retry === null
                ? `Default: ${spoken(project.policy.retry)}`
                : "Used by endpoints that have no schedule of their own."
            }
            checked={draft.retry !== null}
            onChange={(event) => change({ retry: event.currentTarget.checked ? draftOf(project.policy.retry) : null })}
          />
          {draft.retry !== null && <RetryFields draft={draft.retry} faults={retryFaults(faults)} onChange={(retry) => change({ retry })} />}
        </div>
      </Card>
      <div className={styles.pair}>
        <Card title="Example">
          <JsonInput
            label="Example data"
            description="Shown to customers and used for test events."
            optional
            minRows={12}
            value={draft.example}
            onChange={(example) => change({ example })}
            faults={faults}
            root="/example"
          />
        </Card>
        <Card title="Schema">
          <JsonInput
            label="JSON Schema (2020-12) for data"
            description="Events whose data does not match are rejected when you publish them."
            optional
            minRows={12}
            value={draft.schema}
            onChange={(schema) => change({ schema })}
            faults={faults}
            root="/schema"
          />
        </Card>
      </div>
      {isBreaking && (
        <Card title="This schema breaks what was promised">
          <div className={styles.form}>
            <ul className={styles.breaks}>
              {faults.map(({ pointer, detail }) => (
                <li key={`${pointer} ${detail}`} className="n-wrap">
                  {detail}
                </li>
              ))}
            </ul>
            <p className={`${styles.lead} n-muted`}>
              Publishers may be rejected, or receivers may get data that they do not expect. Add new optional properties
              instead, or create a new event type.
            </p>
            <div className={styles.foot}>
              <Button color="red.8" variant="default" loading={save.isPending} onClick={() => void submit(true)}>
                Save anyway
              </Button>
            </div>
          </div>
        </Card>
      )}
      {save.error !== null && !inPlace && !isBreaking && <ProblemAlert error={save.error} title="Not saved" />}
      <div className={styles.foot}>
        {inPlace && (
          <span className="n-danger" role="alert">
            Not saved. See the errors above.
          </span>
        )}
        <Button variant="default" onClick={() => void navigate({ to: back })}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          {existing ? "Save event type" : "Add event type"}
        </Button>
      </div>
    </form>
  );
}
