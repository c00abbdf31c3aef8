import type { components } from "@/api/schema";
import { seconds } from "./time";

export type Retry = components["schemas"]["Retry"];

/** A retry schedule as it is being written: texts such as `90`, `5m`, `1h 30m`. */
export interface RetryDraft {
  mode: "delays" | "backoff";
  delays: string;
  base: string;
  factor: string;
  cap: string;
  limit: "span" | "attempts";
  span: string;
  attempts: string;
}

/** What is wrong, by field of the draft. */
export type RetryFaults = Partial<Record<keyof RetryDraft, string>>;

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90`, `90s`, `5m`, `1h 30m`, `2d` in seconds; null where it is no span. */
export function parseSpan(text: string): number | null {
  const compact = text.replaceAll(" ", "");
  if (/^\d{1,9}$/.test(compact)) return Number(compact);
  if (!/^(\d{1,9}[smhd])+$/.test(compact)) return null;
  let total = 0;
  for (const [, number, unit] of compact.matchAll(/(\d+)([smhd])/g)) total += Number(number) * (UNITS[unit ?? "s"] ?? 1);
  return total;
}

/** Seconds as they are typed: `0`, `45s`, `5m`, `1h30m`. */
export function writeSpan(total: number): string {
  if (total === 0) return "0";
  let rest = total;
  let text = "";
  for (const unit of ["d", "h", "m", "s"]) {
    const size = UNITS[unit] ?? 1;
    const many = Math.floor(rest / size);
    if (many > 0) text += `${many}${unit}`;
    rest -= many * size;
  }
  return text;
}

export function draftOf(retry: Retry): RetryDraft {
  const span = retry.span_s ?? null;
  return {
    mode: retry.delays_s != null ? "delays" : "backoff",
    delays: (retry.delays_s ?? [0, 60, 300, 1_800]).map(writeSpan).join(", "),
    base: writeSpan(retry.base_s ?? 30),
    factor: String(retry.factor ?? 2),
    cap: writeSpan(retry.cap_s ?? 14_400),
    limit: retry.attempts_max != null ? "attempts" : "span",
    span: writeSpan(span ?? 86_400),
    attempts: String(retry.attempts_max ?? 10),
  };
}

/** The schedule that a draft means, or what is wrong with it. Ranges are the server's to check. */
export function retryOf(draft: RetryDraft): { retry: Retry; faults?: never } | { retry?: never; faults: RetryFaults } {
  const faults: RetryFaults = {};
  const span = (field: "base" | "cap" | "span"): number => {
    const value = parseSpan(draft[field]);
    if (value === null) faults[field] = `“${draft[field]}” is not a valid duration, such as 30s, 5m or 1h30m`;
    return value ?? 0;
  };
  if (draft.mode === "delays") {
    const parts = draft.delays.split(",").filter((part) => part.trim() !== "");
    const delays = parts.map(parseSpan);
    const wrong = delays.indexOf(null);
    if (wrong !== -1) return { faults: { delays: `“${parts[wrong]?.trim()}” is not a valid duration, such as 30s, 5m or 1h30m` } };
    return { retry: { delays_s: delays as number[] } };
  }
  const factor = Number(draft.factor);
  if (draft.factor.trim() === "" || !Number.isFinite(factor)) faults.factor = `“${draft.factor}” is not a number`;
  const backoff = { base_s: span("base"), factor, cap_s: span("cap") };
  if (!faults.base && !faults.cap && backoff.cap_s < backoff.base_s) faults.cap = "Must not be shorter than the first delay";
  let limit: Pick<Retry, "span_s" | "attempts_max">;
  if (draft.limit === "span") limit = { span_s: span("span") };
  else {
    if (!/^\d{1,9}$/.test(draft.attempts.trim())) faults.attempts = `“${draft.attempts}” is not a number`;
    limit = { attempts_max: Number(draft.attempts) };
  }
  return Object.keys(faults).length > 0 ? { faults } : { retry: { ...backoff, ...limit } };
}

/** Further than this no schedule goes; the server has the same bound. */
const ATTEMPTS_MAX = 101;

/** When attempts begin, in seconds after the event, if each fails at once and no jitter is added. */
export function starts(retry: Retry): number[] {
  if (retry.delays_s != null) {
    let at = 0;
    const delays = retry.delays_s.length === 0 ? [0] : retry.delays_s;
    return delays.map((delay) => {
      at += delay;
      return at;
    });
  }
  const { base_s: base, factor, cap_s: cap, span_s: span, attempts_max: attempts } = retry;
  if (base == null || factor == null || cap == null || base <= 0) return [0];
  const all = [0];
  let at = 0;
  while (all.length < Math.min(attempts ?? ATTEMPTS_MAX, ATTEMPTS_MAX) && (span == null || at < span)) {
    at += Math.min(base * factor ** (all.length - 1), cap);
    // The attempt at the end of the span is the last.
    if (span != null) at = Math.min(at, span);
    all.push(at);
  }
  return all;
}

/** `8 attempts over 1 day: at once, then after 30 s, 1 min 30 s, …` */
export function spoken(retry: Retry): string {
  const all = starts(retry);
  const last = all.at(-1) ?? 0;
  const [first = 0, ...later] = all;
  const begin = first === 0 ? "at once" : `after ${seconds(first)}`;
  if (later.length === 0) return `1 attempt, ${begin}.`;
  if (last === first) return `${all.length} attempts, ${begin}, with no delay between them.`;
  const shown = later.length <= 7 ? later : later.slice(0, 5);
  const list = shown.map(seconds).join(", ");
  const end = shown.length < later.length ? `, … and ${seconds(last)}` : "";
  return `${all.length} attempts over ${seconds(last)}: ${begin}, then after ${list}${end}.`;
}
