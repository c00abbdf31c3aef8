import styles from "./Sparkline.module.css";

interface Props {
  values: readonly number[];
  /** What it shows, in words: `12 events a minute, falling`. */
  label: string;
  tone?: "accent" | "ok" | "bad" | "idle";
  width?: number;
  height?: number;
}

/** The course of a value, as small as a word. */
export function Sparkline({ values, label, tone = "accent", width = 96, height = 24 }: Props) {
  return (
    <svg className={styles.spark} data-tone={tone} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {values.length > 1 && <polyline points={points(values, width, height)} />}
    </svg>
  );
}

/** Where the line goes; it starts at zero, so that a flat line at the bottom means nothing happens. */
export function points(values: readonly number[], width: number, height: number): string {
  const top = Math.max(...values, 0) || 1;
  return values
    .map((value, at) => {
      const x = 1 + (at / (values.length - 1)) * (width - 2);
      const y = height - 2 - (Math.max(0, value) / top) * (height - 4);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
