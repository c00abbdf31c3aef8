export type SeriesTone = "accent" | "ok" | "warn" | "bad" | "info" | "idle";

export interface Series {
  label: string;
  tone: SeriesTone;
  /** One for each time; null where nothing was measured. */
  values: readonly (number | null)[];
  kind?: "line" | "area" | "bars";
}

export interface TimeChartProps {
  title: string;
  /** What a reader should take from it, in one sentence: the chart for those who don't see it. */
  summary: string;
  /** Unix seconds, ascending. */
  times: readonly number[];
  series: readonly Series[];
  /** How a value is written, on the axis and in the table. */
  format: (value: number) => string;
  height?: number;
  /** For values of different magnitudes, all above zero: latencies. */
  logarithmic?: boolean;
  /** Draws this span, also where there is no data; Unix seconds. */
  span?: readonly [from: number, to: number];
}
