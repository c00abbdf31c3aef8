import { Input } from "@mantine/core";
import { useId } from "react";
import styles from "./CodeInput.module.css";

/** The shortest editor, in lines. */
const LINES_MIN = 12;

interface Props {
  label: string;
  value: string;
  onChange: (code: string) => void;
  readOnly: boolean;
  /** The line that an error is in, counted from 1. */
  wrongLine: number | null;
  /** What is wrong. */
  error: string | null;
}

/** Code as text with its lines numbered, and the line of an error marked. */
export function CodeInput({ label, value, onChange, readOnly, wrongLine, error }: Props) {
  const id = useId();
  const lines = Math.max(value.split("\n").length, LINES_MIN);
  return (
    <div>
      <Input.Label htmlFor={id}>{label}</Input.Label>
      <div className={styles.editor}>
        <div className={styles.numbers} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <span key={index} data-wrong={index + 1 === wrongLine || undefined}>
              {index + 1}
            </span>
          ))}
        </div>
        <textarea
          id={id}
          className={styles.text}
          value={value}
          rows={lines}
          readOnly={readOnly}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          wrap="off"
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id}-error`}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </div>
      {error !== null && (
        <p id={`${id}-error`} role="alert" className="n-danger n-wrap">
          {wrongLine !== null && <strong>Line {wrongLine}: </strong>}
          {error}
        </p>
      )}
    </div>
  );
}
