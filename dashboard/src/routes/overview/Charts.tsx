import { Skeleton } from "@mantine/core";
import { useWords } from "@/api/words";
import { TimeChart } from "@/charts/TimeChart";
import { compact, count, percent, plural } from "@/format/number";
import { duration, localShort } from "@/format/time";
import styles from "./Overview.module.css";
import type { Unit } from "@/parts/stats/range";
import { attemptsSucceeded, counts, type Filled, peak, quantile, sum } from "@/parts/stats/series";

interface Props {
  filled: Filled | undefined;
  unit: Unit;
  spoken: string;
}

export function Charts({ filled, unit, spoken }: Props) {
  const say = useWords();
  if (filled === undefined) {
    return (
      <div className={styles.charts} aria-busy="true">
        {["events", "attempts", "latency", "deliveries"].map((chart) => (
          <div key={chart} className="n-card n-card-body">
            <Skeleton height={244} />
          </div>
        ))}
      </div>
    );
  }
  const { times } = filled;
  const when = (at: number) => localShort((times[at] ?? 0) * 1000, Date.now(), { minutes: true });
  const events = counts(filled, "events");
  const good = attemptsSucceeded(filled);
  const failed = counts(filled, "attempts_failed");
  const p50 = quantile(filled, "attempt_time", "p50_us");
  const p99 = quantile(filled, "attempt_time", "p99_us");
  const succeeded = counts(filled, "succeeded");
  const dead = counts(filled, "dead");

  const most = peak(events);
  const slowest = peak(p99);
  const attempts = sum(good) + sum(failed);
  const ended = sum(succeeded) + sum(dead);
  return (
    <div className={styles.charts}>
      <div className="n-card">
        <TimeChart
          title={`Events by ${unit}`}
          summary={
            most === null
              ? `None in ${spoken}.`
              : `${count(sum(events))} in ${spoken}; at most ${count(most.value)}, at ${when(most.at)}.`
          }
          times={times}
          format={compact}
          series={[{ label: "Events", tone: "accent", values: events, kind: "area" }]}
        />
      </div>
      <div className="n-card">
        <TimeChart
          title={`Attempts by ${unit}`}
          summary={
            attempts === 0
              ? `None in ${spoken}.`
              : `${plural(attempts, "attempt")}, ${percent(sum(good) / attempts)} of them succeeded.`
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
            { label: "p50", tone: "accent", values: p50 },
            { label: "p99", tone: "warn", values: p99 },
          ]}
        />
      </div>
      <div className="n-card">
        <TimeChart
          title="Finished deliveries"
          summary={
            ended === 0
              ? `None in ${spoken}.`
              : `${count(sum(succeeded))} succeeded, ${count(sum(dead))} ${say("became dead letters")}.`
          }
          times={times}
          format={compact}
          series={[
            { label: "Succeeded", tone: "ok", values: succeeded, kind: "area" },
            { label: say("Dead"), tone: "bad", values: dead },
          ]}
        />
      </div>
    </div>
  );
}
