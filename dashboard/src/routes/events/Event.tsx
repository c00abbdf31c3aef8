import { Skeleton } from "@mantine/core";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { EmptyState } from "@/components/page/EmptyState";
import { IdText } from "@/components/inline/IdText";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Badge } from "@/components/inline/StatusBadge";
import { memberText } from "@/format/json";
import { bytes } from "@/format/number";
import { useParam } from "@/url/hooks";
import styles from "./Event.module.css";
import { Elsewhere } from "./Elsewhere";
import { ErasePayload } from "./ErasePayload";
import { EventDeliveries } from "./EventDeliveries";
import { EventFacts } from "./EventFacts";
import { Replay } from "./Replay";
import type { EventRecord } from "@/parts/events/types";

/** One event: its payload as it was published, where it went, and why not elsewhere. */
export default function EventScreen() {
  const id = useParam("id");
  const { canWrite, isOperator } = useAccess();
  const read = useRead(["events", id], (api, init) =>
    api.GET("/v1/events/{id}", { ...init, params: { path: { id } }, parseAs: "text" }),
  );
  const text = read.data as string | undefined;
  const event = text === undefined ? undefined : (JSON.parse(text) as EventRecord);
  const erased = event?.payload_erased === true;
  return (
    <>
      <PageHeader
        title={event?.type ?? "Event"}
        up={{ to: "/events", label: "Events" }}
        beside={
          event !== undefined && (
            <>
              {event.test && <Badge tone="idle">Test</Badge>}
              {erased && <Badge tone="idle">Payload erased</Badge>}
            </>
          )
        }
        actions={
          event !== undefined && canWrite && !erased ? (
            <>
              {isOperator && <ErasePayload id={id} />}
              {!event.test && <Replay event={event} />}
            </>
          ) : undefined
        }
      >
        <IdText id={id} full what="event ID" />
      </PageHeader>
      <div className={styles.page}>
        {read.error !== null && (
          <ProblemAlert
            error={read.error}
            title={event === undefined ? "Could not load the event" : "This may be out of date"}
            retry={() => void read.refetch()}
          />
        )}
        {event === undefined || text === undefined ? (
          read.error === null && <Skeleton height={260} />
        ) : (
          <>
            <div className={styles.halves}>
              <EventFacts event={event} />
              <Payload text={text} erased={erased} />
            </div>
            <EventDeliveries event={id} />
            <Elsewhere event={id} erased={erased} />
          </>
        )}
      </div>
    </>
  );
}

function Payload({ text, erased }: { text: string; erased: boolean }) {
  const data = erased ? null : memberText(text, "data");
  if (data === null) {
    return (
      <Card title="Payload">
        <EmptyState icon="trash" title="The payload was erased">
          Its hash and the record of its deliveries are kept.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title="Payload" actions={<span className="n-muted n-small">{bytes(new TextEncoder().encode(data).length)}</span>}>
      <CodeBlock label="Payload" text={data} language="json" asIs="As published" />
    </Card>
  );
}
