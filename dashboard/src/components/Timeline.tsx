import type { ReactNode } from "react";
import { Icon, type IconName } from "./inline/Icon";
import type { Tone } from "./inline/StatusBadge";
import styles from "./Timeline.module.css";

export interface TimelineItem {
  key: string;
  tone: Tone;
  icon: IconName;
  title: ReactNode;
  /** At the end of the title's line: when. */
  at?: ReactNode;
  children?: ReactNode;
}

/** What happened, one after the other. */
export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  return (
    <ol className={styles.line} aria-label={label}>
      {items.map((item) => (
        <li key={item.key} className={styles.item}>
          <span className={styles.mark} data-tone={item.tone}>
            <Icon name={item.icon} size={12} />
          </span>
          <div className={styles.content}>
            <div className={styles.head}>
              <div className={styles.title}>{item.title}</div>
              {item.at !== undefined && <div className="n-muted n-small">{item.at}</div>}
            </div>
            {item.children}
          </div>
        </li>
      ))}
    </ol>
  );
}
