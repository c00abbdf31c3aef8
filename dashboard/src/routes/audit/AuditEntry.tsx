import type { AuditRecord } from "@/api/types";
import { AppLink } from "@/components/inline/AppLink";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { IdText } from "@/components/inline/IdText";
import { KeyValue } from "@/components/blocks/KeyValue";
import { TimeText } from "@/components/inline/TimeText";
import { shortId, visible } from "@/format/text";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import styles from "./Audit.module.css";
import { type Changed, changed } from "./changes";
import { ACTOR_KINDS, actorSaid, targetTo } from "./words";

/** One entry, whole. */
export function AuditEntry({ entry }: { entry: AuditRecord }) {
  const { actor, tenant, ip, user_agent: agent } = entry;
  const fields = changed(entry.changes);
  return (
    <div className={styles.entry}>
      <KeyValue
        items={[
          ["When", <TimeText key="at" at={entry.at} as="full" />],
          [
            "Who",
            <span key="who" className={styles.who}>
              {visible(actorSaid(actor))}
              <span className="n-muted n-small">
                {actor.via === "server"
                  ? "automatically"
                  : `${ACTOR_KINDS[actor.kind] ?? actor.kind}, ${actor.via === "session" ? "signed in to the dashboard" : "through the API"}`}
              </span>
            </span>,
          ],
          ["Key", actor.key === null ? undefined : <IdText key="key" id={actor.key} what="key ID" />],
          ["Action", <code key="action" className="n-mono">{entry.action}</code>],
          ["Target", <Target key="target" entry={entry} full />],
          ["Tenant", tenant === null ? undefined : <AppLink key="tenant" to={`/tenants/${encodeURIComponent(tenant)}`}>{tenant}</AppLink>],
          ["From", ip === null ? undefined : <span key="ip" className="n-mono">{ip}</span>],
          ["Program", agent === null ? undefined : <span key="agent" className="n-wrap">{visible(agent)}</span>],
          ["Request", <IdText key="request" id={entry.request_id} full what="request ID" />],
        ]}
      />
      {fields.length > 0 && (
        <section className={styles.changes} aria-label="Changes">
          {fields.map((field) => (
            <FieldChange key={field.field} change={field} />
          ))}
        </section>
      )}
    </div>
  );
}

function FieldChange({ change }: { change: Changed }) {
  return (
    <div className={styles.change}>
      <p className="n-mono">{visible(change.field)}</p>
      {"value" in change ? (
        <CodeBlock label="Value" text={change.value} maxHeight={160} />
      ) : (
        <>
          {change.from !== null && <CodeBlock label="Before" text={change.from} maxHeight={160} />}
          {change.to !== null ? <CodeBlock label="After" text={change.to} maxHeight={160} /> : <p className="n-muted">Removed.</p>}
        </>
      )}
    </div>
  );
}

/** What something was done to, leading to it where it is still there. */
export function Target({ entry, full = false }: { entry: AuditRecord; full?: boolean }) {
  const { kind, id } = entry.target;
  if (id === null) return <span className="n-muted">{kind.replaceAll("_", " ")}</span>;
  const to = targetTo(entry);
  if (kind === "endpoint" && to !== null && !full) return <EndpointName id={id} />;
  if (full) return <IdText id={id} full {...(to === null ? {} : { to })} />;
  const text = /^[a-z]+_[0-9A-Z]{20,}$/.test(id) ? shortId(id) : visible(id);
  return to === null ? (
    <span className="n-mono n-wrap" title={id}>
      {text}
    </span>
  ) : (
    <AppLink to={to} className="n-link n-mono" title={id}>
      {text}
    </AppLink>
  );
}
