import { Autocomplete, Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useRead, useWrite } from "@/api/hooks";
import { asBody } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { Icon } from "@/components/inline/Icon";
import { JsonInput, within } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { memberText, pretty } from "@/format/json";
import { useTenantNames, useTypeNames } from "@/parts/suggestions/suggestions";
import { bodyOf, type Draft, faultsOf, serverFaults } from "./publication";

/** What was accepted: an event, or the job that makes one for each tenant. */
export type Published = { id: string; deliveries: number } | { job: string };

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onPublished: (published: Published) => void;
}

type TextField = Exclude<keyof Draft, "everyone">;

export function PublishForm({ draft, onChange, onPublished }: Props) {
  const tenants = useTenantNames();
  const types = useTypeNames();
  const [tried, setTried] = useState(false);
  useExample(draft, types, onChange);
  const publish = useWrite(
    (api, body: string) => api.POST("/v1/events", asBody<components["schemas"]["NewEvent"]>(body)),
    { invalidates: [["events"], ["deliveries"], ["overview"]], quiet: true },
  );
  const broadcast = useWrite(
    (api, body: string) => api.POST("/v1/events/broadcast", asBody<components["schemas"]["NewBroadcast"]>(body)),
    { invalidates: [["events"], ["deliveries"], ["overview"]], quiet: true },
  );
  const { error, isPending } = draft.everyone ? broadcast : publish;
  const own = faultsOf(draft);
  const refused = error === null ? {} : serverFaults(error);
  const faults = error?.faults ?? [];
  const told = ["/data", "/where/metadata"];
  const inPlace = Object.keys(refused).length > 0 || faults.some(({ pointer }) => told.some((root) => within(pointer, root)));
  const edit = (change: Partial<Draft>) => {
    publish.reset();
    broadcast.reset();
    onChange({ ...draft, ...change });
  };
  const change = (name: TextField) => (value: string) => edit({ [name]: value });
  const send = () =>
    draft.everyone
      ? broadcast.mutate(bodyOf(draft), { onSuccess: onPublished })
      : publish.mutate(bodyOf(draft), { onSuccess: onPublished });
  const field = (name: TextField) => ({
    value: draft[name],
    error: (tried ? own[name] : undefined) ?? refused[name],
    onChange: change(name),
  });
  const input = (name: TextField) => ({
    ...field(name),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change(name)(event.currentTarget.value),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length === 0 && !isPending) send();
      }}
    >
      <Stack gap="sm">
        <p className="n-muted" style={{ margin: 0 }}>
          {draft.everyone
            ? "This sends a real event to every endpoint of the tenants that subscribes to its type, in the background."
            : "This sends a real event to every endpoint of the tenant that subscribes to its type."}
        </p>
        {!draft.everyone && (
          <Autocomplete label="Tenant" withAsterisk data-autofocus data={tenants} limit={12} {...field("tenant")} />
        )}
        <Switch
          label="All tenants"
          description="Each gets an event of its own."
          checked={draft.everyone}
          onChange={(event) => edit({ everyone: event.currentTarget.checked })}
        />
        {draft.everyone && (
          <JsonInput
            label="Only tenants with this metadata"
            description='A JSON object such as {"region": "eu"}. Leave empty for all tenants.'
            value={draft.where}
            onChange={change("where")}
            faults={faults}
            root="/where/metadata"
            optional
            minRows={2}
          />
        )}
        <Autocomplete label="Event type" withAsterisk data={types} limit={12} {...field("type")} />
        <JsonInput
          label="Payload"
          description="JSON. It is sent exactly as you enter it."
          value={draft.data}
          onChange={change("data")}
          faults={faults}
          root="/data"
          optional={!tried}
          minRows={8}
        />
        <Group gap="sm" grow align="flex-start">
          <TextInput label="Source ID" description="Your own ID. A second event with the same ID is ignored." {...input("id")} />
          <TextInput label="Ordering key" description="Events with the same key are delivered in order." {...input("ordering_key")} />
        </Group>
        {error !== null && !inPlace && <ProblemAlert error={error} title="The event was rejected" />}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending} leftSection={<Icon name="deliveries" size={14} />}>
            Send event
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Fills an empty payload, or the example of another type, with the example that the catalog has for the type. */
function useExample(draft: Draft, types: readonly string[], onChange: (draft: Draft) => void) {
  const filled = useRef<string | null>(null);
  const name = draft.type;
  const read = useRead(
    ["event-types", name, "text"],
    (api, init) => api.GET("/v1/event-types/{name}", { ...init, params: { path: { name } }, parseAs: "text" }),
    { enabled: types.includes(name) },
  );
  const example = read.data === undefined ? null : memberText(read.data as string, "example");
  useEffect(() => {
    if (example === null || example === "null") return;
    const text = pretty(example);
    if (draft.data !== (filled.current ?? "") || text === draft.data) return;
    filled.current = text;
    onChange({ ...draft, data: text });
  }, [example, draft, onChange]);
}
