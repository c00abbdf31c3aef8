import { useAccess } from "@/api/access";
import { useWords } from "@/api/words";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { Icon, type IconName } from "@/components/inline/Icon";
import { IdText } from "@/components/inline/IdText";
import { KeyValue } from "@/components/blocks/KeyValue";
import type { Tone } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { count } from "@/format/number";
import { duration } from "@/format/time";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import styles from "./Delivery.module.css";
import { Due } from "@/parts/deliveries/Due";
import type { DeliveryDetail } from "@/parts/deliveries/types";
import { errorSaid, reasonSaid } from "@/parts/deliveries/words";

/** Where a delivery stands, in a sentence, and what it is about. */
export function DeliveryFacts({ delivery }: { delivery: DeliveryDetail }) {
  const { isOperator } = useAccess();
  return (
    <Card flush>
      <Standing delivery={delivery} />
      <div className={`n-card-body ${styles.facts}`}>
        <KeyValue
          items={[
            ["Event", <IdText key="event" id={delivery.event} to={`/events/${delivery.event}`} what="event ID" />],
            ["Source ID", delivery.source_id == null ? undefined : <span className="n-mono">{delivery.source_id}</span>],
            ["Type", <span key="type" className="n-mono">{delivery.type}</span>],
            [
              "Tenant",
              isOperator ? (
                <AppLink key="tenant" to={`/tenants/${encodeURIComponent(delivery.tenant)}`}>
                  {delivery.tenant}
                </AppLink>
              ) : undefined,
            ],
          ]}
        />
        <KeyValue
          items={[
            ["Endpoint", <EndpointName key="endpoint" id={delivery.endpoint} />],
            ["Attempts", count(delivery.attempts)],
            ["Created", <TimeText key="made" at={delivery.created_at} as="full" />],
            ["Ended", delivery.finished_at == null ? undefined : <Ended key="ended" delivery={delivery} />],
            [
              "Replay of",
              delivery.replay_of == null ? undefined : (
                <IdText id={delivery.replay_of} to={`/deliveries/${delivery.replay_of}`} what="delivery ID" />
              ),
            ],
          ]}
        />
      </div>
    </Card>
  );
}

function Ended({ delivery }: { delivery: DeliveryDetail }) {
  const took = Date.parse(delivery.finished_at ?? "") - Date.parse(delivery.created_at);
  return (
    <>
      <TimeText at={delivery.finished_at} as="full" />
      {took >= 0 && <span className="n-muted"> · after {duration(took * 1_000)}</span>}
    </>
  );
}

/** One line in the colour of the state: why it is as it is, and what happens next. */
function Standing({ delivery }: { delivery: DeliveryDetail }) {
  const { tone, icon, title, text } = standing(delivery, useWords());
  const { status, waiting, waiting_until, waits_for, next_attempt_at } = delivery;
  const until = waiting_until ?? (waiting == null ? next_attempt_at : null);
  return (
    <div className={styles.standing} data-tone={tone} role="status">
      <Icon name={icon} size={18} />
      <p>
        <strong>{title}</strong> {text}
        {status === "pending" && until != null && (
          <>
            {" "}
            Next: <Due at={until} /> (<TimeText at={until} as="short" />).
          </>
        )}
        {waits_for != null && (
          <>
            {" "}
            <AppLink to={`/deliveries/${waits_for}`}>The delivery before it</AppLink>
          </>
        )}
      </p>
    </div>
  );
}

function standing(delivery: DeliveryDetail, say: (text: string) => string): { tone: Tone; icon: IconName; title: string; text: string } {
  const { status, reason, waiting, waiting_detail, attempts, last_error, last_status_code } = delivery;
  if (status === "succeeded") {
    const which = attempts === 1 ? "at the first attempt" : `at attempt ${count(attempts)}`;
    return { tone: "ok", icon: "check", title: "Delivered", text: `${which}.` };
  }
  if (status === "pending") {
    const keptBack = ["endpoint_disabled", "plan", "unverified", "throttled", "breaker_open"].includes(waiting ?? "");
    const failed = attempts === 0 ? "" : ` The last attempt failed: ${lastFailure(last_error, last_status_code)}.`;
    return {
      tone: keptBack ? "warn" : "info",
      icon: keptBack ? "pause" : "clock",
      title: "Waiting:",
      text: `${waiting_detail ?? "waiting for its turn"}.${failed}`,
    };
  }
  const said = reasonSaid(reason ?? "");
  if (status === "cancelled") return { tone: "idle", icon: "ban", title: `Cancelled: ${said.label.toLowerCase()}.`, text: said.advice };
  const last = attempts === 0 ? "" : ` The last attempt: ${lastFailure(last_error, last_status_code)}.`;
  return { tone: "bad", icon: "cross", title: `${say("Dead")}: ${said.label.toLowerCase()}.`, text: `${said.advice}${last}` };
}

function lastFailure(error: string | null | undefined, code: number | null | undefined): string {
  if (code != null) return `status ${code}`;
  return error == null ? "no response" : errorSaid(error).label.toLowerCase();
}
