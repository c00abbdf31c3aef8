import { Group, Select, TextInput } from "@mantine/core";
import { serverNow } from "@/api/serverClock";
import { LAST_DAY, type Span, SPANS, sinceOf } from "./span";

/** Which events, by when they were accepted. */
export function SpanFields({ value, onChange }: { value: Span; onChange: (span: Span) => void }) {
  const { span, from, to } = value;
  const range = sinceOf(value, serverNow());
  return (
    <>
      <Select
        label="Events accepted"
        allowDeselect={false}
        data={SPANS.map(({ value, label }) => ({ value, label }))}
        value={span}
        data-autofocus
        onChange={(chosen) => onChange({ ...value, span: chosen ?? LAST_DAY.span })}
      />
      {span === "custom" && (
        <Group grow gap="sm" align="flex-start">
          <TextInput
            label="From (your time zone)"
            type="datetime-local"
            value={from}
            error={"fault" in range && from !== "" ? range.fault : undefined}
            onChange={(event) => onChange({ ...value, from: event.currentTarget.value })}
          />
          <TextInput
            label="To (your time zone)"
            description="Leave empty for now."
            inputWrapperOrder={["label", "input", "description", "error"]}
            type="datetime-local"
            value={to}
            onChange={(event) => onChange({ ...value, to: event.currentTarget.value })}
          />
        </Group>
      )}
    </>
  );
}
