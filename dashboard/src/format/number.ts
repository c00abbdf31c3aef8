const GROUPED = new Intl.NumberFormat("en");
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** `12,345` */
export const count = (value: number) => GROUPED.format(value);

/** `12,345`, or `1.2M` where there is little room. */
export const compact = (value: number) => (value < 100_000 ? count(value) : COMPACT.format(value));

/** `12,345`, with a plus when there are more than were counted. */
export const counted = ({ count: value, more }: { count: number; more: boolean }) => `${count(value)}${more ? "+" : ""}`;

/** A share as percent. Never rounds up to 100 %, nor down to 0 %: one failure in a million is still one. */
export function percent(share: number): string {
  const hundredths = Math.round(share * 10_000) / 100;
  if (share < 1 && hundredths >= 99.995) return ">99.99 %";
  if (share > 0 && hundredths < 0.01) return "<0.01 %";
  const digits = hundredths === 100 || hundredths === 0 ? 0 : hundredths > 99 || hundredths < 1 ? 2 : 1;
  return `${hundredths.toFixed(digits)} %`;
}

/** `0.02`, `3.4`, `1,250`: enough digits to see that something happens. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 0.005) return "<0.01";
  if (perSecond < 1) return perSecond.toFixed(2);
  return perSecond < 100 ? perSecond.toFixed(1).replace(/\.0$/, "") : count(Math.round(perSecond));
}

/** `1 endpoint`, `3 endpoints` */
export const plural = (value: number, noun: string, many = `${noun}s`) => `${count(value)} ${value === 1 ? noun : many}`;

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  return value < 1024 * 1024 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 1024 / 1024).toFixed(1)} MiB`;
}
