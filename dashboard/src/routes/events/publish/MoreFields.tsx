import { Button, Collapse, Group, Stack, TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import type { Fault } from "@/api/error";
import { JsonInput } from "@/components/forms/JsonInput";
import { Icon } from "@/components/inline/Icon";
import type { Draft } from "./publication";

type Field = "channels" | "headers" | "metadata" | "retention_days";

interface Props {
  draft: Pick<Draft, Field>;
  change: (name: Field) => (value: string) => void;
  input: (name: Field) => TextInputProps;
  faults: readonly Fault[];
}

/** What few events have. A fault in it unfolds it. */
export function MoreFields({ draft, change, input, faults }: Props) {
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
