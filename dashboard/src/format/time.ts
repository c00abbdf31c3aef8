/** The browser's own language and time zone, unless a test says otherwise. */
export interface Where {
  locale?: string;
  timeZone?: string;
}

const STEPS: readonly [unit: string, ms: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** `3 min ago`, `in 2 h`; `now` within a second either way. */
export function relative(at: number, now: number): string {
  const apart = at - now;
  for (const [unit, ms] of STEPS) {
    const many = Math.trunc(Math.abs(apart) / ms);
    if (many === 0) continue;
    const span = unit === "d" ? `${many} ${many === 1 ? "day" : "days"}` : `${many} ${unit}`;
    return apart < 0 ? `${span} ago` : `in ${span}`;
  }
  return "now";
}

/** `26 Nov 2026, 14:02:07` where the reader is. */
export function local(at: number, { locale, timeZone }: Where = {}): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "medium",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** The time of day where the reader is, with the day when it is not today's; to the second unless told otherwise. */
export function localShort(
  at: number,
  now: number,
  { locale, timeZone, minutes = false }: Where & { minutes?: boolean } = {},
): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = (of: number) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short", ...zone }).format(of);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: minutes ? "short" : "medium", ...zone }).format(at);
  if (day(at) === day(now)) return time;
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...zone }).format(at);
  return `${date}, ${time}`;
}

/** `2026-11-26 14:02:07.123 UTC` */
export function utc(at: number): string {
  return `${new Date(at).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

/** A span in the unit that suits it: `840 µs`, `12 ms`, `3.4 s`, `2 min 5 s`, `3 h`, `12 days`. */
export function duration(us: number): string {
  if (us < 1_000) return `${Math.round(us)} µs`;
  if (us < 10_000) return `${trim(us / 1_000, 1)} ms`;
  if (us < 999_500) return `${Math.round(us / 1_000)} ms`;
  const s = us / 1_000_000;
  if (s < 59.95) return `${trim(s, 1)} s`;
  const whole = Math.round(s);
  if (whole < 3_600) return two(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return two(Math.floor(whole / 3_600), "h", Math.floor((whole % 3_600) / 60), "min");
  const days = Math.floor(whole / 86_400);
  return two(days, days === 1 ? "day" : "days", Math.floor((whole % 86_400) / 3_600), "h");
}

export const seconds = (s: number) => duration(s * 1_000_000);

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function trim(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.0+$/, "");
}
