import { duration } from "@/format/time";
import type { Timings } from "@/parts/deliveries/types";
import { bar, timeParts } from "./timeParts";
import styles from "./Waterfall.module.css";

/** Where an attempt's time went: a bar for each part, where it began and as long as it took. */
export function Waterfall({ timings }: { timings: Timings }) {
  const parts = timeParts(timings);
  if (parts.length === 0) return null;
  return (
    <table className={styles.table}>
      <caption className="n-sr">Timing</caption>
      <thead className="n-sr">
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Share</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => {
          const { left, width } = bar(part, timings.total_us);
          return (
            <tr key={part.name}>
              <th scope="row">{part.name}</th>
              <td className={styles.track}>
                <span className={styles.bar} data-part={part.name} style={{ left: `${left}%`, width: `${width}%` }} />
              </td>
              <td className={styles.time}>{duration(part.us)}</td>
            </tr>
          );
        })}
        <tr className={styles.total}>
          <th scope="row">Total</th>
          <td />
          <td className={styles.time}>{duration(timings.total_us)}</td>
        </tr>
      </tbody>
    </table>
  );
}
