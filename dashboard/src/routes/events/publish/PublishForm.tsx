import { Autocomplete, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { asBody } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { Icon } from "@/components/inline/Icon";
import { JsonInput } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useTypeNames } from "@/parts/suggestions/suggestions";
import { TenantInput } from "@/parts/suggestions/TenantInput";
import { MoreFields } from "./MoreFields";
import { bodyOf, type Draft, faultsOf, isInPlace, serverFaults } from "./publication";
import { useExample } from "./useExample";

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onPublished: (published: { id: string; deliveries: number }) => void;
}

export function PublishForm({ draft, onChange, onPublished }: Props) {
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
        <TenantInput label="Tenant" withAsterisk data-autofocus {...field("tenant")} />
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
        {publish.error !== null && !isInPlace(publish.error) && (
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
