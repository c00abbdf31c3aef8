import { Autocomplete, Button, Collapse, Group, Stack, TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useRead, useWrite } from "@/api/hooks";
import type { Fault } from "@/api/error";
import { asBody } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { Icon } from "@/components/inline/Icon";
import { JsonInput, within } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { memberText, pretty } from "@/format/json";
import { useTenantNames, useTypeNames } from "@/parts/suggestions/suggestions";
import { bodyOf, type Draft, faultsOf, serverFaults } from "./publication";

/** The members whose faults are told with their lines. */
const JSON_MEMBERS = ["/data", "/metadata", "/headers"];

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onPublished: (published: { id: string; deliveries: number }) => void;
}

export function PublishForm({ draft, onChange, onPublished }: Props) {
  const tenants = useTenantNames();
  const types = useTypeNames();
  const [tried, setTried] = useState(false);
  useExample(draft, types, onChange);
  const publish = useWrite(
    (api, body: string) => api.POST("/v1/events", asBody<components["schemas"]["NewEvent"]>(body)),
    { invalidates: [["events"], ["deliveries"], ["overview"]], quiet: true },
  );
  const own = faultsOf(draft);
  const refused = publish.error === null ? {} : serverFaults(publish.error);
  const faults = publish.error?.faults ?? [];
  const inPlace = Object.keys(refused).length > 0 || faults.some(({ pointer }) => JSON_MEMBERS.some((root) => within(pointer, root)));
  const change = (name: keyof Draft) => (value: string) => {
    publish.reset();
    onChange({ ...draft, [name]: value });
  };
  const field = (name: keyof Draft) => ({
    value: draft[name],
    error: (tried ? own[name] : undefined) ?? refused[name],
    onChange: change(name),
  });
  const input = (name: keyof Draft) => ({
    ...field(name),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change(name)(event.currentTarget.value),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length === 0 && !publish.isPending) publish.mutate(bodyOf(draft), { onSuccess: onPublished });
      }}
    >
      <Stack gap="sm">
        <p className="n-muted" style={{ margin: 0 }}>
          This sends a real event to every endpoint of the tenant that subscribes to its type.
        </p>
        <Autocomplete label="Tenant" withAsterisk data-autofocus data={tenants} limit={12} {...field("tenant")} />
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
        <MoreFields draft={draft} change={change} input={input} faults={faults} />
        {publish.error !== null && !inPlace && (
          <ProblemAlert error={publish.error} title="The event was rejected" />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={publish.isPending} leftSection={<Icon name="deliveries" size={14} />}>
            Send event
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface MoreProps {
  draft: Draft;
  change: (name: keyof Draft) => (value: string) => void;
  input: (name: keyof Draft) => TextInputProps;
  faults: readonly Fault[];
}

/** What few events have. A fault in it unfolds it. */
function MoreFields({ draft, change, input, faults }: MoreProps) {
  const [more, setMore] = useState(false);
  const wrong = faults.some(({ pointer }) => /^\/(channels|metadata|headers|retention_days)/.test(pointer));
  const open = more || wrong;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        aria-expanded={open}
        rightSection={<Icon name="down" size={12} />}
        onClick={() => setMore(!more)}
      >
        Channels, headers, metadata and retention
      </Button>
      <Collapse expanded={open}>
        <Stack gap="sm" mt="sm">
          <Group gap="sm" grow align="flex-start">
            <TextInput label="Channels" description="Separated by commas." placeholder="None" {...input("channels")} />
            <TextInput label="Keep for days" description="Leave empty for the project’s history." {...input("retention_days")} />
          </Group>
          <JsonInput
            label="Headers"
            description='Sent with each attempt, such as {"X-Region": "eu"}.'
            value={draft.headers}
            onChange={change("headers")}
            faults={faults}
            root="/headers"
            optional
            minRows={2}
          />
          <JsonInput
            label="Metadata"
            description="A JSON object. Kept with the event, not sent."
            value={draft.metadata}
            onChange={change("metadata")}
            faults={faults}
            root="/metadata"
            optional
            minRows={2}
          />
        </Stack>
      </Collapse>
    </div>
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
