import { Anchor } from "@mantine/core";
import type { Fault } from "@/api/error";
import { JsonInput } from "@/components/forms/JsonInput";

interface Props {
  value: string;
  onChange: (filter: string) => void;
  faults?: readonly Fault[] | undefined;
  readOnly?: boolean;
}

/** The language of filters, as its inventor documents it. */
const LANGUAGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html";

/** What the events that an endpoint wants must hold besides. */
export function FilterField({ value, onChange, faults = [], readOnly = false }: Props) {
  return (
    <JsonInput
      label="Payload filter"
      description={
        <>
          Sends only events whose content matches, such as{" "}
          <code className="n-mono">{'{"data": {"amount": [{"numeric": [">", 100]}]}}'}</code>. An{" "}
          <Anchor inherit underline="always" href={LANGUAGE} target="_blank" rel="noreferrer">
            EventBridge event pattern
          </Anchor>{" "}
          over <code className="n-mono">type</code>, <code className="n-mono">data</code> and{" "}
          <code className="n-mono">metadata</code>. Leave empty to send all of them.
        </>
      }
      optional
      minRows={2}
      root="/filter"
      faults={faults}
      readOnly={readOnly}
      value={value}
      onChange={onChange}
    />
  );
}
