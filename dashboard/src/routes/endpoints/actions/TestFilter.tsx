import { Autocomplete, Button, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { jsonFault, JsonInput, within } from "@/components/forms/JsonInput";
import { Badge } from "@/components/inline/StatusBadge";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { visible } from "@/format/text";
import { useTypeNames } from "@/parts/suggestions/suggestions";
import type { Endpoint } from "@/parts/endpoints/types";
import { filterText } from "@/routes/endpoints/form/filter";
import { FilterField } from "@/routes/endpoints/form/FilterField";

type Test = components["schemas"]["FilterTest"];
type Result = components["schemas"]["FilterTestResult"];

/** Which event the filters are tested with. */
type With = "event" | "made up";

/** Says whether an endpoint would get an event, with its filter or another one. */
export function TestFilter({ endpoint }: { endpoint: Endpoint }) {
  const types = useTypeNames();
  const [filter, setFilter] = useState(() => filterText(endpoint.filter));
  const [mode, setMode] = useState<With>("made up");
  const [event, setEvent] = useState("");
  const [type, setType] = useState("");
  const [data, setData] = useState("{}");
  const [result, setResult] = useState<Result | null>(null);
  const test = useWrite(
    (api, text: string) =>
      api.POST("/v1/endpoints/{id}/filter/test", { params: { path: { id: endpoint.id } }, ...asBody<Test>(text) }),
    { invalidates: [], quiet: true },
  );
  const submit = () => {
    const wrong = jsonFault(filter, true) ?? (mode === "made up" ? jsonFault(data) : null);
    if (wrong !== null || test.isPending) return;
    setResult(null);
    const tried = filter.trim() === "" ? "null" : filter;
    const text =
      mode === "event" ? rawJson({ event: event.trim() }, { filter: tried }) : rawJson({ type: type.trim() }, { data, filter: tried });
    test.mutate(text, { onSuccess: setResult });
  };
  const faults = test.error?.faults ?? [];
  const at = (pointer: string) => faults.find((fault) => fault.pointer === pointer)?.detail;
  const shown = ["/filter", "/data", "/event", "/type"];
  const elsewhere = test.error !== null && !faults.some(({ pointer }) => shown.some((root) => within(pointer, root)));
  return (
    <form
      noValidate
      onSubmit={(submitted) => {
        submitted.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <p className="n-muted" style={{ margin: 0 }}>
          Checks the endpoint’s event types and this payload filter. Nothing is saved or sent.
        </p>
        <FilterField value={filter} faults={faults} onChange={setFilter} />
        <SegmentedControl
          aria-label="Event to test with"
          value={mode}
          data={[
            { value: "made up", label: "Sample event" },
            { value: "event", label: "Past event" },
          ]}
          onChange={(next) => setMode(next as With)}
        />
        {mode === "event" ? (
          <TextInput
            label="Event ID"
            placeholder="evt_…"
            classNames={{ input: "n-mono" }}
            value={event}
            error={at("/event")}
            onChange={({ currentTarget }) => setEvent(currentTarget.value)}
          />
        ) : (
          <>
            <Autocomplete label="Event type" data={types} limit={12} value={type} error={at("/type")} onChange={setType} />
            <JsonInput label="Data" minRows={3} root="/data" faults={faults} value={data} onChange={setData} />
          </>
        )}
        {elsewhere && test.error !== null && <ProblemAlert error={test.error} title="Could not test the filter" />}
        <Button type="submit" w="fit-content" loading={test.isPending}>
          Test filter
        </Button>
        <div role="status">{result !== null && <Outcome result={result} />}</div>
      </Stack>
    </form>
  );
}

function Outcome({ result }: { result: Result }) {
  const { because } = result;
  return because == null ? (
    <Stack gap="xs" align="flex-start">
      <Badge tone="ok" icon="check">
        Matches
      </Badge>
      <span>The endpoint would get this event.</span>
    </Stack>
  ) : (
    <Stack gap="xs" align="flex-start">
      <Badge tone="warn" icon="ban">
        Does not match
      </Badge>
      <span className="n-wrap">{visible(because.detail)}</span>
    </Stack>
  );
}
