import { Button } from "@mantine/core";
import { useAccess } from "@/api/access";
import { AppLink } from "@/components/inline/AppLink";
import { Icon } from "@/components/inline/Icon";
import { TimeText } from "@/components/inline/TimeText";
import { useNow } from "@/components/inline/useNow";
import { count } from "@/format/number";
import styles from "./Endpoint.module.css";
import { isFailing, isUnverified } from "@/parts/endpoints/state";
import type { Endpoint, EndpointStats } from "@/parts/endpoints/types";
import { usePause } from "@/routes/endpoints/actions/usePause";
import { useVerify } from "@/routes/endpoints/actions/useVerify";

/** Why deliveries wait or fail, and what can be done about it. Nothing while all is well. */
export function EndpointNotice({ endpoint, stats }: { endpoint: Endpoint; stats: EndpointStats | undefined }) {
  const { canWrite, surface } = useAccess();
  const pause = usePause(endpoint);
  const verify = useVerify(endpoint);
  const now = useNow();
  if (endpoint.disabled) {
    const waiting = stats === undefined || stats.pending === 0 ? "" : ` ${count(stats.pending)}${stats.pending_more ? "+" : ""} are waiting.`;
    return (
      <div className={styles.notice} data-tone={endpoint.disabled_because === "requested" ? "idle" : "bad"} role="status">
        <Icon name="pause" size={18} />
        <p>
          <strong>{disabledTitle(endpoint.disabled_because)}</strong> {disabledAdvice(endpoint.disabled_because)} Deliveries
          wait until you enable it.{waiting}
        </p>
        {canWrite && (
          <Button loading={pause.isPending} onClick={() => pause.mutate(false)} leftSection={<Icon name="play" size={14} />}>
            Enable
          </Button>
        )}
      </div>
    );
  }
  if (isUnverified(endpoint)) {
    const failed = endpoint.verification === "failed";
    return (
      <div className={styles.notice} data-tone={failed ? "bad" : "idle"} role="status">
        <Icon name={failed ? "warning" : "clock"} size={18} />
        <p>
          <strong>{failed ? "Verification failed:" : "Verifying."}</strong> {failed && `${endpoint.verification_detail ?? "it did not respond as expected"}. `}
          Deliveries wait until verification succeeds.
          {endpoint.verification_next_at != null && failed && (
            <>
              {" "}
              Next try: <TimeText at={endpoint.verification_next_at} none="now" />.
            </>
          )}
        </p>
        {canWrite && (
          <Button loading={verify.isPending} onClick={() => verify.mutate()} leftSection={<Icon name="retry" size={14} />}>
            Verify
          </Button>
        )}
      </div>
    );
  }
  const throttled = stats?.lane?.throttle?.until;
  if (throttled != null) {
    return (
      <div className={styles.notice} data-tone="idle" role="status">
        <Icon name="clock" size={18} />
        <p>
          <strong>The receiver asked for a pause</strong> until <TimeText at={throttled} none="now" />. Deliveries
          wait until then and resume slowly. A test event is sent at once.
        </p>
      </div>
    );
  }
  const breaker = stats?.lane?.breaker;
  if (breaker?.state === "open") {
    return (
      <div className={styles.notice} data-tone="bad" role="status">
        <Icon name="ban" size={18} />
        <p>
          <strong>
            {surface === "portal" ? "Paused after repeated failures" : `Paused after ${count(breaker.failures_in_a_row)} failures in a row`}, next
            try <TimeText toCome at={breaker.until} none="now" />.
          </strong>{" "}
          If it succeeds, deliveries resume. A test event is sent at once.
        </p>
      </div>
    );
  }
  if (isFailing(endpoint, now)) {
    return (
      <div className={styles.notice} data-tone="bad" role="status">
        <Icon name="warning" size={18} />
        <p>
          <strong>
            Every attempt has failed since <TimeText at={endpoint.failing_since} as="short" />.
          </strong>{" "}
          See its responses under <AppLink to={`/endpoints/${endpoint.id}?tab=deliveries`}>Deliveries</AppLink>. Once it’s fixed,
          attempt what waits now, and recover what it missed.
        </p>
      </div>
    );
  }
  return null;
}

function disabledTitle(because: string | null | undefined): string {
  if (because === "gone") return "Disabled because it responded with 410 Gone.";
  return because === "failing" ? "Disabled after failing for days." : "Paused.";
}

function disabledAdvice(because: string | null | undefined): string {
  if (because === "gone") return "That means the receiver no longer wants events. Enable it if the receiver is back.";
  return because === "failing" ? "Fix the receiver, send a test event, then enable it." : "";
}
