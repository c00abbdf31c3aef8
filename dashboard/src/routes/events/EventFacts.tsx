import { useAccess } from "@/api/access";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { IdText } from "@/components/inline/IdText";
import { KeyValue } from "@/components/blocks/KeyValue";
import { TimeText } from "@/components/inline/TimeText";
import { plural } from "@/format/number";
import { visible } from "@/format/text";
import type { EventRecord } from "@/parts/events/types";

/** What is known of an event beside its payload. */
export function EventFacts({ event }: { event: EventRecord }) {
  const { isOperator } = useAccess();
  const { tenant, source_id, type, created_at, occurred_at, deliver_at, ordering_key, schema_version, deliveries, payload_sha256 } = event;
  const { channels, headers, metadata, retention_days } = event;
  return (
    <Card title="Event">
      <KeyValue
        items={[
          ["Type", <span key="type" className="n-mono">{type}</span>],
          [
            "Tenant",
            isOperator ? (
              <AppLink key="tenant" to={`/tenants/${encodeURIComponent(tenant)}`}>
                {tenant}
              </AppLink>
            ) : undefined,
          ],
          ["Source ID", source_id == null ? undefined : <IdText id={source_id} full what="source ID" />],
          ["Accepted", <TimeText key="accepted" at={created_at} as="full" />],
          ["Occurred", occurred_at == null ? undefined : <TimeText at={occurred_at} as="full" />],
          ["Not before", deliver_at == null ? undefined : <TimeText at={deliver_at} as="full" />],
          ["Schema version", schema_version ?? undefined],
          ["Ordering key", ordering_key == null ? undefined : <span className="n-mono">{ordering_key}</span>],
          ["Channels", channels.length === 0 ? undefined : <span className="n-mono n-wrap">{channels.join(", ")}</span>],
          ["Headers", Object.keys(headers).length === 0 ? undefined : <Pairs key="headers" of={headers} />],
          ["Metadata", Object.keys(metadata).length === 0 ? undefined : <Pairs key="metadata" of={metadata} />],
          ["Kept for", retention_days == null ? undefined : plural(retention_days, "day")],
          ["Matched", plural(deliveries, "endpoint")],
          ["SHA-256", <IdText key="hash" id={payload_sha256} what="payload's SHA-256" />],
        ]}
      />
    </Card>
  );
}

/** Names with their values, one a line. */
function Pairs({ of }: { of: Record<string, unknown> }) {
  return (
    <>
      {Object.entries(of).map(([name, value]) => (
        <div key={name} className="n-mono n-wrap">
          {visible(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)}
        </div>
      ))}
    </>
  );
}
