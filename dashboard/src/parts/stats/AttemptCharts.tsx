import { Skeleton } from "@mantine/core";
import { useWords } from "@/api/words";
import { TimeChart } from "@/charts/TimeChart";
import { compact, count, percent, plural } from "@/format/number";
import { duration, localShort } from "@/format/time";
import type { Unit } from "./range";
import { attemptsSucceeded, counts, type Filled, peak, quantile, sum } from "./series";
import styles from "./AttemptCharts.module.css";

interface Props {
  filled: Filled | undefined;
  unit: Unit;
  spoken: string;
}

/** Attempts, their time, and how deliveries ended, over a span. */
export function AttemptCharts({ filled, unit, spoken }: Props) {
  if (filled === undefined) {
    return (
      <div className={styles.charts} aria-busy="true">
        {["attempts", "latency"].map((chart) => (
          <div key={chart} className="n-card n-card-body">
            <Skeleton height={244} />
          </div>
        ))}
      </div>
    );
  }
  const say = useWords();
  const { times } = filled;
  const good = attemptsSucceeded(filled);
  const failed = counts(filled, "attempts_failed");
  const p99 = quantile(filled, "attempt_time", "p99_us");
  const attempts = sum(good) + sum(failed);
  const slowest = peak(p99);
  const when = (at: number) => localShort((times[at] ?? 0) * 1000, Date.now(), { minutes: true });
  const dead = sum(counts(filled, "dead"));
  return (
    <div className={styles.charts}>
      <div className="n-card">
        <TimeChart
          title={`Attempts by ${unit}`}
          summary={
            attempts === 0
              ? `None in ${spoken}.`
              : `${plural(attempts, "attempt")}, ${percent(sum(good) / attempts)} of them succeeded; ${count(dead)} deliveries ${say("became dead letters")}.`
          }
          times={times}
          format={compact}
          series={[
            { label: "Succeeded", tone: "ok", values: good, kind: "area" },
            { label: "Failed", tone: "bad", values: failed },
          ]}
        />
      </div>
      <div className="n-card">
        <TimeChart
          title="Attempt duration"
          summary={
            slowest === null
              ? `No data in ${spoken}.`
              : `p99 peaked at ${duration(slowest.value)} in the ${unit} of ${when(slowest.at)}.`
          }
          times={times}
          format={duration}
          logarithmic
          series={[
            { label: "p50", tone: "accent", values: quantile(filled, "attempt_time", "p50_us") },
            { label: "p99", tone: "warn", values: p99 },
          ]}
        />
      </div>
    </div>
  );
}
