import { useSearchText, useSetSearch } from "@/url/hooks";
import { whole } from "@/url/filters";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { Icon } from "@/components/inline/Icon";
import { StatusCode } from "@/components/inline/StatusBadge";
import { useNow } from "@/components/inline/useNow";
import { duration, localShort } from "@/format/time";
import { AttemptView } from "./AttemptView";
import styles from "./Delivery.module.css";
import { Due } from "@/parts/deliveries/Due";
import type { Attempt, DeliveryDetail } from "@/parts/deliveries/types";
import { errorSaid, triggerLabel } from "@/parts/deliveries/words";

const NUMBER = whole(1, 1_000_000);

/** The attempts of a delivery, the newest first, and one of them in full: the last unless the address names another. */
export function Attempts({ delivery }: { delivery: DeliveryDetail }) {
  const search = useSearchText();
  const setSearch = useSetSearch();
  const newestFirst = [...delivery.attempt_log].reverse();
  const wanted = NUMBER.read(search.attempt ?? "");
  const shown = newestFirst.find(({ number }) => number === wanted) ?? newestFirst[0];
  if (shown === undefined) {
    return (
      <Card title="Attempts">
        <EmptyState icon="clock" title="No attempt yet">
          {delivery.status === "pending" ? "It will appear here as soon as it finishes." : "The delivery ended before the first attempt."}
        </EmptyState>
      </Card>
    );
  }
  const newest = newestFirst[0]?.number;
  const choose = (number: number) =>
    setSearch(({ attempt: _, ...rest }) => (number === newest ? rest : { ...rest, attempt: String(number) }), { replace: true });
  return (
    <div className={styles.attempts}>
      <Card title="Attempts" flush>
        <ol className={styles.list} aria-label="Attempts, newest first" reversed>
          {delivery.status === "pending" && delivery.next_attempt_at != null && (
            <li className={styles.coming}>
              <Icon name="clock" size={14} />
              <span>
                Next: <Due at={delivery.next_attempt_at} />
              </span>
            </li>
          )}
          {newestFirst.map((attempt) => (
            <li key={attempt.id}>
              <button
                type="button"
                className={styles.attempt}
                aria-current={attempt.number === shown.number}
                onClick={() => choose(attempt.number)}
              >
                <Line attempt={attempt} />
              </button>
            </li>
          ))}
        </ol>
      </Card>
      <AttemptView key={shown.id} attempt={shown} />
    </div>
  );
}

function Line({ attempt }: { attempt: Attempt }) {
  const now = useNow();
  const failed = attempt.error != null;
  return (
    <>
      <span className={styles.mark} data-tone={failed ? "bad" : "ok"}>
        <Icon name={failed ? "cross" : "check"} size={12} />
      </span>
      <span className={styles.lineText}>
        <span className={styles.lineHead}>
          <strong>Attempt {attempt.number}</strong>
          {attempt.status_code != null ? (
            <StatusCode code={attempt.status_code} />
          ) : (
            <span className="n-danger n-small">{attempt.error == null ? "" : errorSaid(attempt.error).label}</span>
          )}
        </span>
        <span className="n-muted n-small">
          {localShort(Date.parse(attempt.started_at), now)} · {duration(attempt.timings.total_us)}
          {attempt.trigger !== "schedule" && ` · ${triggerLabel(attempt.trigger)}`}
        </span>
      </span>
    </>
  );
}
