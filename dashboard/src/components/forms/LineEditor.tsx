import { Input } from "@mantine/core";
import { type Ref, useId, useState } from "react";
import styles from "./LineEditor.module.css";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  /** Lines with something wrong, counted from 1. */
  marked: readonly number[];
  rows: number;
  describedBy?: string;
  area?: Ref<HTMLTextAreaElement>;
}

/** A text with the numbers of its lines, in which lines are marked. */
export function LineEditor({ label, description, value, onChange, marked, rows, describedBy, area }: Props) {
  const id = useId();
  const [top, setTop] = useState(0);
  const lines = value.split("\n").length;
  return (
    <Input.Wrapper id={id} label={label} description={description}>
      <div className={styles.editor} data-invalid={marked.length > 0 || undefined}>
        <div className={styles.numbers} aria-hidden>
          <div style={{ transform: `translateY(${-top}px)` }}>
            {Array.from({ length: lines }, (_, n) => (
              <span key={n} data-marked={marked.includes(n + 1) || undefined}>
                {n + 1}
              </span>
            ))}
          </div>
        </div>
        <div className={styles.text}>
          <div className={styles.marks} aria-hidden>
            {marked.map((line) => (
              <span key={line} style={{ "--line": line - 1, transform: `translateY(${-top}px)` } as React.CSSProperties} />
            ))}
          </div>
          <textarea
            ref={area}
            id={id}
            value={value}
            rows={rows}
            wrap="off"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            aria-invalid={marked.length > 0}
            aria-describedby={describedBy}
            onScroll={(event) => setTop(event.currentTarget.scrollTop)}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        </div>
      </div>
    </Input.Wrapper>
  );
}
