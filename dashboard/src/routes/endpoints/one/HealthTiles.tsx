import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "@/api/words";
import { AppLink } from "@/components/inline/AppLink";
import { TimeText } from "@/components/inline/TimeText";
import { compact, counted, percent } from "@/format/number";
import { duration } from "@/format/time";
import styles from "./Endpoint.module.css";
import { rateTone } from "@/parts/endpoints/state";
import type { EndpointStats } from "@/parts/endpoints/types";

interface Props {
  stats: EndpointStats | undefined;
  /** The span in words: `the last hour`. */
  spoken: string;
  endpoint: string;
}

/** The numbers that say at one look whether an endpoint is well. */
export function HealthTiles({ stats, spoken, endpoint }: Props) {
  const say = useWords();
  if (stats === undefined) {
    return (
      <div className={styles.tiles} aria-busy="true">
        {["rate", "latency", "backlog", "last"].map((tile) => (
          <div key={tile} className={`n-card ${styles.tile}`}>
            <Skeleton height={12} width="50%" mt={4} />
            <Skeleton height={24} width="65%" mt={10} />
          </div>
        ))}
      </div>
    );
  }
  const { p50_us: p50, p99_us: p99 } = stats.attempt_time;
  const list = `/endpoints/${endpoint}?tab=deliveries`;
  const tone = stats.success_rate == null ? "idle" : rateTone(stats.success_rate);
  return (
    <div className={styles.tiles}>
      <Tile
        name="Success rate"
        tone={tone}
        value={stats.success_rate == null ? "–" : percent(stats.success_rate)}
        under={
          stats.attempts === 0
            ? `no attempts in ${spoken}`
            : `${compact(stats.attempts_failed)} of ${compact(stats.attempts)} attempts failed`
        }
      />
      <Tile
        name="Latency"
        value={
          p50 == null ? (
            "–"
          ) : (
            <>
              {duration(p50)}
              <small>p50</small>
            </>
          )
        }
        under={p99 == null ? "no data" : `p99 ${duration(p99)}`}
      />
      <Tile
        name={say("Backlog")}
        value={<AppLink to={`${list}&status=pending`} className="">{counted({ count: stats.pending, more: stats.pending_more })}</AppLink>}
        under={
          stats.oldest_due == null ? (
            "no delivery is due"
          ) : (
            <>
              oldest due <TimeText toCome at={stats.oldest_due} />
            </>
          )
        }
      />
      <Tile
        name={say("Dead letters")}
        tone={stats.dead > 0 ? "bad" : "idle"}
        value={<AppLink to={`${list}&status=dead`} className="">{compact(stats.dead)}</AppLink>}
        under={`in ${spoken}`}
      />
      <Tile
        name="Last success"
        small
        value={<TimeText at={stats.last_success_at} none="never" />}
        under={
          stats.last_failure_at == null ? (
            "no failures"
          ) : (
            <>
              last failure <TimeText at={stats.last_failure_at} />
            </>
          )
        }
      />
    </div>
  );
}

interface TileProps {
  name: string;
  value: ReactNode;
  under: ReactNode;
  tone?: "ok" | "warn" | "bad" | "idle";
  small?: boolean;
}

function Tile({ name, value, under, tone = "idle", small = false }: TileProps) {
  return (
    <div className={`n-card ${styles.tile}`} role="group" aria-label={name}>
      <span className={styles.tileName}>{name}</span>
      <span className={styles.value} data-tone={tone} data-small={small}>
        {value}
      </span>
      <span className={styles.under}>{under}</span>
    </div>
  );
}
