import type { ReactNode } from "react";
import styles from "./KeyValue.module.css";

/** Facts about one thing. A value that is `undefined` leaves its line out. */
export function KeyValue({ items }: { items: readonly (readonly [key: string, value: ReactNode | undefined])[] }) {
  return (
    <dl className={styles.list}>
      {items.map(([key, value]) =>
        value === undefined ? null : (
          <div key={key} className={styles.item}>
            <dt>{key}</dt>
            <dd className="n-wrap">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
