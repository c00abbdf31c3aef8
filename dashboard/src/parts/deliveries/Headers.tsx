import { CopyButton } from "@/components/inline/CopyButton";
import { visible } from "@/format/text";
import styles from "./Headers.module.css";
import type { Header } from "./types";

/** What the server shows in place of a value; the second by versions before 0.2. */
const MASKS = ["***", "[masked]"];

/** Headers in their order, one a line. */
export function Headers({ label, headers }: { label: string; headers: readonly Header[] }) {
  if (headers.length === 0) return null;
  return (
    <div className={styles.block}>
      <div className={styles.head}>
        <span>{label}</span>
        <CopyButton value={() => headers.map(({ name, value }) => `${name}: ${value}`).join("\n")} what={label.toLowerCase()} />
      </div>
      <dl className={styles.list}>
        {headers.map(({ name, value }, at) => (
          // Headers may repeat, and never change their places.
          <div key={at} className={styles.line}>
            <dt>{visible(name)}</dt>
            <dd>{MASKS.includes(value) ? <span className="n-muted">*** (not shown: it may be a secret)</span> : visible(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
