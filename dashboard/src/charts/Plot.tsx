import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { local } from "@/format/time";
import type { SeriesTone, TimeChartProps } from "./series";
import styles from "./TimeChart.module.css";

const TOKENS: Record<SeriesTone, string> = {
  accent: "--n-link",
  ok: "--n-ok-line",
  warn: "--n-warn-line",
  bad: "--n-bad-line",
  info: "--n-info-line",
  idle: "--n-idle-line",
};

/** The picture of a TimeChart. Screen readers get its summary and its table instead. */
export default function Plot({ times, series, format, height = 200, span, logarithmic = false }: TimeChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useComputedColorScheme("light");
  const [at, setAt] = useState<number | null>(null);
  const data = [times, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef({ data, format, span });
  latest.current = { data, format, span };
  /* A chart is made anew when its shape or its colours change, and only fed when its values do. */
  const shape = `${scheme} ${height} ${logarithmic} ${series.map(({ label, tone, kind }) => `${label}/${tone}/${kind}`).join(" ")}`;

  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const css = getComputedStyle(element);
    const colour = (token: string) => css.getPropertyValue(token).trim();
    const axis = {
      stroke: colour("--n-muted"),
      font: `11px ${css.fontFamily}`,
      grid: { stroke: colour("--n-border"), width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        // Half of the last time's label is on the right of its place.
        padding: [8, 22, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: {
          x: { range: (_, min, max) => (latest.current.span ? [...latest.current.span] : [min, max]) as [number, number] },
          y: logarithmic ? { distr: 3, range: decades } : { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
        },
        axes: [
          { ...axis, size: 26, space: 70, values: (_, splits, __, ___, step) => splits.map((split) => tick(split, step)) },
          {
            ...axis,
            size: 58,
            space: 36,
            // On a logarithmic scale only powers of ten have a line, as they have a label.
            ...(logarithmic
              ? { grid: { ...axis.grid, filter: (_: uPlot, splits: number[]) => splits.map((split) => (isDecade(split) ? split : null)) } }
              : {}),
            values: (_, splits) => splits.map((split) => (split === null ? "" : latest.current.format(split))),
          },
        ],
        series: [
          {},
          ...series.map((one): uPlot.Series => {
            const stroke = colour(TOKENS[one.tone]);
            const bars = one.kind === "bars";
            return {
              label: one.label,
              stroke,
              width: bars ? 0 : 1.75,
              // A value between gaps is no line: it is a point, or nothing would be seen of it.
              points: { show: true, size: 5, fill: stroke, filter: (self, at) => (bars ? [] : isolated(self.data[at])) },
              spanGaps: false,
              ...(bars && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 24] }), fill: stroke } : {}),
              ...(one.kind === "area" ? { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` } : {}),
            };
          }),
        ],
        hooks: { setCursor: [(self) => setAt(self.cursor.idx ?? null)] },
      },
      latest.current.data,
      element,
    );
    plot.current = made;
    const sized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(latest.current.data), [times, series, span?.[0], span?.[1]]);

  const shown = at !== null && at < times.length ? at : null;
  return (
    <div aria-hidden="true">
      <div ref={holder} className={styles.plot} style={{ height }} />
      <div className={styles.legend}>
        {series.map(({ label, tone, values }) => (
          <span key={label} className={styles.entry}>
            <i className={styles.swatch} data-tone={tone} />
            {label}
            {shown !== null && <b className="n-num">{values[shown] == null ? "–" : format(values[shown])}</b>}
          </span>
        ))}
        <span className={styles.when}>{shown !== null && times[shown] !== undefined ? local(times[shown] * 1000) : ""}</span>
      </div>
    </div>
  );
}

/** Where the values are that have none before and none after them. */
function isolated(values: uPlot.AlignedData[number] | undefined): number[] {
  const found: number[] = [];
  const none = (at: number) => values?.[at] == null;
  for (let at = 0; at < (values?.length ?? 0); at += 1) if (!none(at) && none(at - 1) && none(at + 1)) found.push(at);
  return found;
}

/** From the power of ten below the least to the one above the most. */
function decades(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || min <= 0) return [1_000, 1_000_000];
  return [10 ** Math.floor(Math.log10(min)), 10 ** Math.ceil(Math.log10(max * 1.01))];
}

const isDecade = (value: number) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);

function tick(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  const midnight = at.getHours() === 0 && at.getMinutes() === 0;
  return step >= 86_400 || midnight
    ? at.toLocaleDateString(undefined, { day: "numeric", month: "short" })
    : at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", ...(step < 60 ? { second: "2-digit" } : {}) });
}
