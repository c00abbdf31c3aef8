import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import type { Fault } from "@/api/error";
import { pretty } from "@/format/json";
import { syntaxError } from "@/format/jsonSyntax";
import { lineOf } from "@/format/pointer";
import styles from "./JsonInput.module.css";

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  description?: ReactNode;
  /** What the server found in it. Pointers begin with `root`, the member of the request that holds this text. */
  faults?: readonly Fault[];
  root?: string;
  /** May be left empty. */
  optional?: boolean;
  minRows?: number;
  readOnly?: boolean;
}

/** JSON as text, sent digit for digit as it was typed. What is wrong with it stands below, with the line. */
export function JsonInput(props: Props) {
  const { label, value, onChange, description, faults = [], root = "", optional = false, minRows = 6, readOnly = false } = props;
  const wrong = useMemo(() => jsonFault(value, optional), [value, optional]);
  const own = faults.filter(({ pointer, in: place }) => place == null && within(pointer, root));
  return (
    <div className={styles.field}>
      <Textarea
        label={label}
        description={description}
        value={value}
        readOnly={readOnly}
        autosize
        minRows={minRows}
        maxRows={24}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        classNames={{ input: styles.input ?? "" }}
        error={wrong ?? (own.length > 0 ? <Faults faults={own} root={root} text={value} /> : null)}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {!readOnly && value.trim() !== "" && (
        <Button
          className={styles.tidy ?? ""}
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={wrong !== null}
          aria-label={`Format ${label.toLowerCase()}`}
          onClick={() => onChange(pretty(value))}
        >
          Format
        </Button>
      )}
    </div>
  );
}

/** Why the text cannot be sent, or null. */
export function jsonFault(text: string, optional = false): string | null {
  if (optional && text.trim() === "") return null;
  return text.trim() === "" ? "Enter a JSON value" : syntaxError(text);
}

/** Whether a pointer is about the member at `root`, or something in it. */
export const within = (pointer: string, root: string) => pointer === root || pointer.startsWith(`${root}/`);

function Faults({ faults, root, text }: { faults: readonly Fault[]; root: string; text: string }) {
  return (
    <ul className={styles.faults}>
      {faults.map((fault) => {
        const pointer = fault.pointer.slice(root.length);
        const line = pointer === "" ? null : lineOf(text, pointer);
        return (
          <li key={`${fault.pointer} ${fault.detail}`} className="n-wrap">
            {line !== null && <strong>Line {line} </strong>}
            {pointer !== "" && <code className="n-mono">{pointer}</code>} {fault.detail}
          </li>
        );
      })}
    </ul>
  );
}
