import { Autocomplete, Button, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { jsonFault, JsonInput } from "@/components/forms/JsonInput";
import { Card } from "@/components/page/Card";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useTypeNames } from "@/parts/suggestions/suggestions";

type Test = components["schemas"]["TransformTest"];
type Result = components["schemas"]["TransformTestResult"];
export type DryRunError = components["schemas"]["TransformError"];

interface Props {
  endpoint: string;
  /** The code as it stands in the editor, saved or not. */
  code: string;
  onError: (error: DryRunError | null) => void;
}

/** Runs the code on a past event or a given one, and shows what would be sent. */
export function DryRun({ endpoint: id, code, onError }: Props) {
  const types = useTypeNames();
  const [event, setEvent] = useState("");
  const [type, setType] = useState("");
  const [data, setData] = useState("");
  const run = useWrite(
    (api, text: string) => api.POST("/v1/endpoints/{id}/transform/test", { params: { path: { id } }, ...asBody<Test>(text) }),
    { invalidates: [], quiet: true },
  );
  const past = event.trim() !== "";
  const submit = () => {
    if (!past && jsonFault(data, true) !== null) return;
    const given = past
      ? rawJson({ code, event: event.trim() }, {})
      : rawJson({ code, type: type.trim() === "" ? undefined : type.trim() }, { data });
    run.mutate(given, { onSuccess: (result) => onError(result.error ?? null) });
  };
  const fault = (pointer: string) => run.error?.faults.find((one) => one.pointer === pointer)?.detail;
  return (
    <Card title="Dry run">
      <form
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm">
          <p className="n-muted" style={{ margin: 0 }}>
            Runs the code above, saved or not. Nothing is sent.
          </p>
          <TextInput
            label="Event ID"
            description="A past event of this tenant. Leave empty to use the payload below."
            placeholder="evt_…"
            value={event}
            error={fault("/event")}
            onChange={({ currentTarget }) => setEvent(currentTarget.value)}
          />
          {!past && (
            <>
              <Autocomplete label="Event type" data={types} limit={12} value={type} error={fault("/type")} onChange={setType} />
              <JsonInput
                label="Payload"
                description="The event’s data. Leave empty to use a sample."
                optional
                minRows={3}
                value={data}
                root="/data"
                faults={run.error?.faults ?? []}
                onChange={setData}
              />
            </>
          )}
          {run.error !== null && <ProblemAlert error={run.error} title="Could not run the code" />}
          <Button type="submit" w="fit-content" variant="default" loading={run.isPending}>
            Run
          </Button>
        </Stack>
      </form>
      {run.data !== undefined && <Shown result={run.data} />}
    </Card>
  );
}

function Shown({ result }: { result: Result }) {
  if (result.error != null) {
    return (
      <p role="status" className="n-danger n-wrap">
        The attempt would fail: {result.error.message}
      </p>
    );
  }
  if (result.cancel != null) {
    return (
      <p role="status" className="n-wrap">
        The delivery would be cancelled: {result.cancel}
      </p>
    );
  }
  const headers = Object.entries(result.headers).map(([name, value]) => `${name}: ${String(value)}`);
  return (
    <Stack gap="sm" mt="md">
      {headers.length > 0 && <CodeBlock label="Headers added" text={headers.join("\n")} />}
      <CodeBlock label="Body" language="json" text={result.body ?? ""} />
    </Stack>
  );
}
