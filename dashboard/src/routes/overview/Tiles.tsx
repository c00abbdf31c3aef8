import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import type { Overview } from "@/api/types";
import { useWords } from "@/api/words";
import { Sparkline } from "@/charts/Sparkline";
import { AppLink } from "@/components/inline/AppLink";
import { TimeText } from "@/components/inline/TimeText";
import { compact, count, counted, percent, rate } from "@/format/number";
import { duration } from "@/format/time";
import styles from "./Overview.module.css";
import { counts, type Filled } from "@/parts/stats/series";

interface Props {
  overview: Overview | undefined;
  filled: Filled | undefined;
  /** The span in words: `the last hour`. */
  spoken: string;
}

/** The numbers that say at one look whether all is well. */
export function Tiles({ overview, filled, spoken }: Props) {
  const say = useWords();
  if (overview === undefined) {
    return (
      <div className={styles.tiles} aria-busy="true">
        {["rate", "success", "latency", "backlog", "dead", "trouble"].map((tile) => (
          <div key={tile} className={`n-card ${styles.tile}`}>
            <Skeleton height={12} width="50%" mt={4} />
            <Skeleton height={24} width="65%" mt={10} />
          </div>
        ))}
      </div>
    );
  }
  const { totals, pending, dead_letters: dead, endpoints } = overview;
  const { p50_us: p50, p99_us: p99 } = totals.attempt_time;
  return (
    <div className={styles.tiles}>
      <Tile
        name="Events per second"
        to="/events"
        value={rate(overview.events_per_second)}
        under={`${compact(totals.events)} in ${spoken}`}
        beside={
          filled !== undefined && (
            <Sparkline values={counts(filled, "events")} label={`Events in ${spoken}`} width={72} />
          )
        }
      />
      <Tile
        name="Success rate"
        to="/deliveries"
        value={totals.success_rate === null ? "–" : percent(totals.success_rate)}
        tone={totals.success_rate !== null && totals.success_rate < 0.9 ? "warn" : undefined}
        under={`${compact(totals.attempts_failed)} of ${compact(totals.attempts)} attempts failed`}
      />
      <Tile
        name="Latency"
        value={
          p50 === null ? (
            "–"
          ) : (
            <>
              {duration(p50)}
              <small>p50</small>
            </>
          )
        }
        under={p99 === null ? "no attempts yet" : `p99 ${duration(p99)}`}
      />
      <Tile
        name={say("Backlog")}
        to="/deliveries?status=pending"
        value={counted(pending)}
        under={
          overview.oldest_due === null ? (
            "no delivery is due"
          ) : (
            <>
              oldest due <TimeText toCome at={overview.oldest_due} />
            </>
          )
        }
      />
      <Tile
        name={say("Dead letters")}
        to="/dead-letters"
        value={counted(dead)}
        tone={dead.count > 0 ? "bad" : undefined}
        under={totals.dead === 0 ? `none new in ${spoken}` : `${count(totals.dead)} in ${spoken}`}
      />
      <Tile
        name="Endpoints with problems"
        to="/endpoints"
        value={
          <>
            {count(endpoints.in_trouble)}
            <small>of {count(endpoints.total)}</small>
          </>
        }
        tone={endpoints.in_trouble > 0 ? "warn" : undefined}
        under={endpoints.disabled === 0 ? "none disabled" : `${count(endpoints.disabled)} disabled`}
      />
    </div>
  );
}

interface TileProps {
  name: string;
  value: ReactNode;
  under: ReactNode;
  to?: string;
  tone?: "bad" | "warn" | undefined;
  beside?: ReactNode;
}

function Tile({ name, value, under, to, tone, beside }: TileProps) {
  return (
    <div className={`n-card ${styles.tile}`} role="group" aria-label={name}>
      <span className={styles.name}>{to === undefined ? name : <AppLink to={to} className="">{name}</AppLink>}</span>
      <span className={styles.row}>
        <span className={styles.value} data-tone={tone}>
          {value}
        </span>
        {beside}
      </span>
      <span className={styles.under}>{under}</span>
    </div>
  );
}
