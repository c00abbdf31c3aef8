import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import type { Filters } from "@/url/hooks";
import styles from "./FilterBar.module.css";
import { Icon } from "./Icon";
import { RangePicker } from "./RangePicker";

export type FilterField =
  | { kind: "text"; name: string; label: string; width?: number }
  | { kind: "select"; name: string; label: string; options: readonly (string | { value: string; label: string })[]; width?: number }
  | { kind: "flag"; name: string; label: string }
  /** Sets `since` and `until`. */
  | { kind: "range" };

interface Props {
  filters: Filters<any>;
  fields: readonly FilterField[];
  /** At the end: a switch, a count. */
  children?: ReactNode;
}

/** A list's filters, bound to the page's address. A text counts once it is finished: Enter, or leaving the field. */
export function FilterBar({ filters, fields, children }: Props) {
  const values = filters.values as Record<string, unknown>;
  const set = filters.set as (change: Record<string, unknown>) => void;
  return (
    <search className={styles.bar}>
      {fields.map((field) => {
        switch (field.kind) {
          case "text":
            return (
              <TextFilter
                key={field.name}
                label={field.label}
                value={asText(values[field.name])}
                width={field.width ?? 170}
                onChange={(value) => set({ [field.name]: value })}
              />
            );
          case "select":
            return (
              <Select
                key={field.name}
                w={field.width ?? 150}
                label={field.label}
                placeholder="Any"
                clearable
                data={[...field.options]}
                value={asText(values[field.name]) || null}
                onChange={(value) => set({ [field.name]: value ?? undefined })}
              />
            );
          case "flag":
            return (
              <Checkbox
                key={field.name}
                className={styles.flag}
                label={field.label}
                checked={values[field.name] === true}
                onChange={(event) => set({ [field.name]: event.currentTarget.checked ? true : undefined })}
              />
            );
          case "range":
            return (
              <RangePicker
                key="range"
                since={asText(values.since) || undefined}
                until={asText(values.until) || undefined}
                onChange={set}
              />
            );
        }
      })}
      {filters.active > 0 && (
        <Button variant="subtle" color="gray" onClick={filters.clear} leftSection={<Icon name="cross" size={13} />}>
          Clear
        </Button>
      )}
      {children !== undefined && <div className={styles.end}>{children}</div>}
    </search>
  );
}

interface TextFilterProps {
  label: string;
  value: string;
  width: number;
  onChange: (value: string | undefined) => void;
}

function TextFilter({ label, value, width, onChange }: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const finish = () => {
    if (typed.trim() !== value) onChange(typed.trim() || undefined);
  };
  return (
    <TextInput
      w={width}
      label={label}
      placeholder="Any"
      value={typed}
      leftSection={<Icon name="search" size={13} />}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish();
        if (event.key === "Escape") setTyped(value);
      }}
    />
  );
}

const asText = (value: unknown) => (value === undefined ? "" : String(value));
