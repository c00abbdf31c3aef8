import styles from "./Meter.module.css";
import type { Tone } from "./StatusBadge";

interface Props {
  label: string;
  value: number;
  max: number;
  /** What stands beside it: `18 of 50`. */
  text: string;
  tone?: Tone;
}

/** How full something is. */
export function Meter({ label, value, max, text, tone = "info" }: Props) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <div className={styles.meter}>
      <div className={styles.words}>
        <span>{label}</span>
        <span className="n-num n-muted">{text}</span>
      </div>
      <div
        className={styles.track}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(value, max)}
        aria-valuetext={text}
      >
        <div className={styles.fill} data-tone={tone} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
