import { ActionIcon, Tooltip } from "@mantine/core";
import { lazy, Suspense, useId, useState } from "react";
import { Icon } from "@/components/inline/Icon";
import { local } from "@/format/time";
import type { TimeChartProps } from "./series";
import styles from "./TimeChart.module.css";

/** Loaded when the first chart is shown: it is not needed to sign in, nor on most screens. */
const Plot = lazy(() => import("./Plot"));

/** Values over time: a picture, or the same as a table. */
export function TimeChart(props: TimeChartProps) {
  const { title, summary, height = 200 } = props;
  const [view, setView] = useState<"chart" | "table">("chart");
  const id = useId();
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption className={styles.head}>
        <div>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          <p className={styles.summary}>{summary}</p>
        </div>
        <Tooltip label={view === "chart" ? "Show as a table" : "Show as a chart"}>
          <ActionIcon
            aria-label={`${title}: show as a ${view === "chart" ? "table" : "chart"}`}
            onClick={() => setView(view === "chart" ? "table" : "chart")}
          >
            <Icon name={view === "chart" ? "table" : "chart"} />
          </ActionIcon>
        </Tooltip>
      </figcaption>
      {view === "table" ? (
        <ValueTable {...props} />
      ) : (
        <Suspense fallback={<div style={{ height }} aria-busy="true" />}>
          <Plot {...props} height={height} />
        </Suspense>
      )}
    </figure>
  );
}

function ValueTable({ title, times, series, format, height = 200 }: TimeChartProps) {
  return (
    <div className={styles.tableAround} style={{ maxHeight: height + 28 }} tabIndex={0} role="group" aria-label={`${title}, as a table`}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times
            .map((time, at) => (
              <tr key={time}>
                <th scope="row">{local(time * 1000)}</th>
                {series.map(({ label, values }) => (
                  <td key={label}>{values[at] == null ? "–" : format(values[at])}</td>
                ))}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}
