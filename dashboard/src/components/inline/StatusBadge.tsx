import { useWords } from "@/api/words";
import { Icon, type IconName } from "./Icon";
import styles from "./StatusBadge.module.css";

export type Tone = "ok" | "warn" | "bad" | "info" | "idle";

const KNOWN: Record<string, { tone: Tone; icon: IconName; label: string }> = {
  pending: { tone: "info", icon: "clock", label: "Pending" },
  succeeded: { tone: "ok", icon: "check", label: "Succeeded" },
  dead: { tone: "bad", icon: "cross", label: "Dead" },
  cancelled: { tone: "idle", icon: "ban", label: "Cancelled" },
  failed: { tone: "bad", icon: "cross", label: "Failed" },
  waiting: { tone: "warn", icon: "pause", label: "Waiting" },
  active: { tone: "ok", icon: "check", label: "Active" },
  disabled: { tone: "idle", icon: "pause", label: "Disabled" },
  deprecated: { tone: "warn", icon: "warning", label: "Deprecated" },
  archived: { tone: "idle", icon: "pause", label: "Archived" },
  closed: { tone: "ok", icon: "check", label: "Breaker closed" },
  open: { tone: "bad", icon: "ban", label: "Paused after failures" },
  half_open: { tone: "warn", icon: "clock", label: "Breaker probing" },
  running: { tone: "info", icon: "clock", label: "Running" },
  done: { tone: "ok", icon: "check", label: "Done" },
};

/** A state as a word with a shape and a colour, in that order: without the colour nothing is lost. */
export function StatusBadge({ status, label }: { status: string; label?: string }) {
  const say = useWords();
  const known = KNOWN[status] ?? { tone: "idle" as const, icon: "info" as const, label: status };
  return (
    <Badge tone={known.tone} icon={known.icon}>
      {label ?? say(known.label)}
    </Badge>
  );
}

/** A short word about something, in a tone. */
export function Badge({ tone, icon, children }: { tone: Tone; icon?: IconName; children: React.ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {icon !== undefined && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

/** An HTTP status code; the tone follows its class, and the number stands for itself. */
export function StatusCode({ code }: { code: number | null | undefined }) {
  if (code == null) return <span className="n-muted">–</span>;
  const tone: Tone = code < 300 ? "ok" : code < 400 ? "warn" : "bad";
  return (
    <span className={styles.code} data-tone={tone}>
      {code}
    </span>
  );
}
