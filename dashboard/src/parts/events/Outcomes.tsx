import { useWords } from "@/api/words";
import { Badge } from "@/components/inline/StatusBadge";
import { count } from "@/format/number";
import styles from "./Outcomes.module.css";
import { outcomesOf } from "./outcomesOf";
import type { Event } from "./types";

/** What became of an event at its endpoints: a dot and a count for each state that one of its deliveries is in. */
export function Outcomes({ event: { deliveries, test, outcomes } }: { event: Pick<Event, "deliveries" | "test" | "outcomes"> }) {
  const say = useWords();
  if (deliveries === 0 && !test && (outcomes == null || outcomesOf(outcomes).length === 0)) {
    return (
      <Badge tone="warn" icon="info">
        No endpoint
      </Badge>
    );
  }
  return (
    <span className={styles.outcomes}>
      {outcomes == null
        ? `${count(deliveries)} ${deliveries === 1 ? "endpoint" : "endpoints"}`
        : outcomesOf(outcomes).map(({ state, many }) => (
            <span key={state} className={styles.outcome}>
              <span className={styles.dot} data-state={state} aria-hidden="true" />
              {count(many)}
              {outcomes.more && "+"} {say(state)}
            </span>
          ))}
      {test && <Badge tone="idle">Test</Badge>}
    </span>
  );
}
