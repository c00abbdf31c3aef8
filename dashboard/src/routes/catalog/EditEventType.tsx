import { Skeleton } from "@mantine/core";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { pretty } from "@/format/json";
import { draftOf } from "@/format/retry";
import { useParam } from "@/url/hooks";
import { useEventType } from "./EventType";
import { EventTypeForm } from "./EventTypeForm";

export default function EditEventType() {
  const name = useParam("name");
  const { type, error, refetch } = useEventType(name);
  return (
    <>
      <PageHeader title={`Edit ${name}`} up={{ to: `/catalog/${encodeURIComponent(name)}`, label: name }} />
      {error !== null && type === undefined && (
        <ProblemAlert error={error} title="Could not load the event type" retry={() => void refetch()} />
      )}
      {type === undefined
        ? error === null && <Skeleton height={320} />
        : (
            <EventTypeForm
              existing
              draft={{
                name,
                description: type.description,
                group: type.group ?? "",
                schema: pretty(type.schemaText),
                example: pretty(type.exampleText),
                deprecated: type.deprecated,
                retry: type.retry == null ? null : draftOf(type.retry),
              }}
            />
          )}
    </>
  );
}
