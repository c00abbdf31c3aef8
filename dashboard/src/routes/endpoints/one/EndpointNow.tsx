import { useAccess } from "@/api/access";
import { useWords } from "@/api/words";
import { Card } from "@/components/page/Card";
import { KeyValue } from "@/components/blocks/KeyValue";
import { Meter } from "@/components/inline/Meter";
import { StatusBadge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { count, counted, plural } from "@/format/number";
import { type Retry, spoken } from "@/format/retry";
import { visible } from "@/format/text";
import { duration } from "@/format/time";
import { inShort } from "@/parts/catalog/eventFilters";
import styles from "./Endpoint.module.css";
import type { Endpoint, EndpointStats, Lane, TlsCertificate } from "@/parts/endpoints/types";

/** The work on an endpoint at this moment, and what governs it. */
export function EndpointNow({ endpoint, stats }: { endpoint: Endpoint; stats: EndpointStats }) {
  const { lane } = stats;
  return (
    <div className={styles.now}>
      <Card title="Right now">
        {lane == null ? (
          <p className={`n-muted ${styles.idle}`}>
            {stats.pending > 0
              ? `${counted({ count: stats.pending, more: stats.pending_more })} deliveries are pending, and none is being attempted.`
              : "No pending deliveries."}
          </p>
        ) : (
          <Work lane={lane} stats={stats} />
        )}
      </Card>
      <Card title="Configuration">
        <SetUp endpoint={endpoint} />
      </Card>
    </div>
  );
}

function Work({ lane, stats }: { lane: Lane; stats: EndpointStats }) {
  const { surface } = useAccess();
  const { queued, breaker } = lane;
  const waiting = queued.asked + queued.fresh + queued.retry + queued.replay;
  return (
    <div className={styles.work}>
      <Meter
        label="Attempts in progress"
        value={lane.in_flight}
        max={lane.in_flight_max}
        text={`${count(lane.in_flight)} of up to ${count(lane.in_flight_max)}`}
      />
      <KeyValue
        items={[
          [
            surface === "portal" ? "State" : "Breaker",
            <span key="breaker" className={styles.fact}>
              <StatusBadge status={breaker.state} label={(surface === "portal" ? STATES : BREAKER)[breaker.state] ?? breaker.state} />
              {breaker.failures_in_a_row > 0 && (
                <span className="n-muted n-small">{plural(breaker.failures_in_a_row, "failure")} in a row</span>
              )}
              {breaker.until != null && (
                <span className="n-muted n-small">
                  next try <TimeText toCome at={breaker.until} />
                </span>
              )}
            </span>,
          ],
          [
            "Throttled",
            lane.throttle == null ? undefined : (
              <span key="throttled" className={styles.fact}>
                {plural(lane.throttle.per_second, "attempt")} per second, because the receiver asked for fewer requests
                {lane.throttle.until != null && (
                  <span className="n-muted n-small">
                    paused until <TimeText at={lane.throttle.until} />
                  </span>
                )}
              </span>
            ),
          ],
          [
            "Rate limit",
            lane.rate_limit == null ? (
              <span key="rate" className="n-muted">
                none
              </span>
            ) : (
              <>
                {count(lane.rate_limit)} per second
                {lane.next_token_at != null && (
                  <span className="n-muted n-small">
                    {" "}
                    next <TimeText toCome at={lane.next_token_at} />
                  </span>
                )}
              </>
            ),
          ],
          [
            "Queued",
            waiting === 0 ? (
              <span key="queued" className="n-muted">
                none
              </span>
            ) : (
              queuedSaid(queued)
            ),
          ],
          ["Total pending", counted({ count: stats.pending, more: stats.pending_more })],
          ["Average attempt time", lane.attempt_mean_us === 0 ? undefined : duration(lane.attempt_mean_us)],
        ]}
      />
    </div>
  );
}

const BREAKER: Record<string, string> = { closed: "Closed: deliveries are sent", open: "Open: deliveries are paused", half_open: "Trying one delivery" };

/** The same for customers, who know no breaker. */
const STATES: Record<string, string> = { closed: "Deliveries are sent", open: "Paused after repeated failures", half_open: "Trying one delivery" };

function queuedSaid(queued: Lane["queued"]): string {
  const parts: [number, string][] = [
    [queued.asked, "asked for"],
    [queued.fresh, "new"],
    [queued.retry, "to be retried"],
    [queued.replay, "replayed"],
  ];
  return parts
    .filter(([many]) => many > 0)
    .map(([many, what]) => `${count(many)} ${what}`)
    .join(", ");
}

const AUTH: Record<string, string> = { basic: "Basic", bearer: "Bearer token", header: "API key in a header", oauth2: "OAuth 2.0 client credentials" };

/** Whose it is, and until when. */
function Certificate({ certificate }: { certificate: TlsCertificate }) {
  return (
    <span className={styles.fact}>
      <span className="n-mono n-wrap">{visible(certificate.subject)}</span>
      <span className="n-muted n-small">
        expires <TimeText at={certificate.expires_at} as="full" />
      </span>
    </span>
  );
}

function SetUp({ endpoint }: { endpoint: Endpoint }) {
  const { project } = useAccess();
  const say = useWords();
  const headers = Object.keys(endpoint.headers);
  const usual = (text: string) => (
    <>
      {text} <span className="n-muted n-small">(default)</span>
    </>
  );
  return (
    <KeyValue
      items={[
        ["Events", <span key="events" title={endpoint.events.join(", ")}>{inShort(endpoint.events)}</span>],
        [
          "Payload filter",
          endpoint.filter == null ? undefined : (
            <span key="filter" className="n-mono n-small n-wrap">
              {visible(JSON.stringify(endpoint.filter))}
            </span>
          ),
        ],
        ["Retries", endpoint.retry == null ? usual(spoken(project.policy.retry as Retry)) : spoken(endpoint.retry as Retry)],
        [
          "Timeout",
          endpoint.timeout_ms == null ? usual(duration(project.policy.timeout_ms * 1000)) : duration(endpoint.timeout_ms * 1000),
        ],
        [say("Dialect"), endpoint.dialect == null ? usual(project.dialect) : endpoint.dialect],
        ["Headers", headers.length === 0 ? undefined : <span key="headers" className="n-mono">{headers.join(", ")}</span>],
        ["Authentication", endpoint.auth === null ? undefined : (AUTH[endpoint.auth.type] ?? endpoint.auth.type)],
        ["Client certificate", endpoint.tls?.client_cert == null ? undefined : <Certificate key="client" certificate={endpoint.tls.client_cert} />],
        [
          "Authorities",
          endpoint.tls?.ca == null ? undefined : endpoint.tls.ca.map((one) => <Certificate key={one.subject} certificate={one} />),
        ],
        ["Pinned keys", endpoint.tls === null || endpoint.tls.pin_sha256.length === 0 ? undefined : count(endpoint.tls.pin_sha256.length)],
        ["Public key", endpoint.public_key == null ? undefined : <span key="key" className="n-mono n-wrap">{endpoint.public_key}</span>],
        ["Added", <TimeText key="added" at={endpoint.created_at} as="full" />],
      ]}
    />
  );
}
