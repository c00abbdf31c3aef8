import { Autocomplete, Button, Checkbox, Select } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import type { Filters } from "@/url/hooks";
import styles from "./FilterBar.module.css";
import { Icon } from "@/components/inline/Icon";
import { RangePicker } from "./RangePicker";

export type FilterField =
  /** Any text; `suggestions` are what is likely. */
  | { kind: "text"; name: string; label: string; suggestions?: readonly string[]; width?: number }
  /** One of the options; a long list of them is `searchable`. */
  | {
      kind: "select";
      name: string;
      label: string;
      options: readonly (string | { value: string; label: string })[];
      searchable?: boolean;
      width?: number;
    }
  | { kind: "flag"; name: string; label: string }
  /** Sets `since` and `until`. */
  | { kind: "range" };

/** More than these, and typing another letter is quicker than reading. */
const SUGGESTIONS_MAX = 12;

/** On a phone, more than these would push the list itself from the screen: they fold behind a button. */
const FIELDS_UNFOLDED = 2;

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
  const [open, setOpen] = useState(false);
  const foldable = fields.length > FIELDS_UNFOLDED;
  return (
    <search className={styles.bar} data-folded={foldable && !open}>
      {foldable && (
        <Button
          className={styles.fold ?? ""}
          variant="default"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          leftSection={<Icon name="filter" size={14} />}
          rightSection={<Icon name="down" size={12} />}
        >
          {filters.active === 0 ? "Filters" : `Filters (${filters.active})`}
        </Button>
      )}
      {fields.map((field) => {
        switch (field.kind) {
          case "text":
            return (
              <TextFilter
                key={field.name}
                label={field.label}
                value={asText(values[field.name])}
                suggestions={field.suggestions ?? []}
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
                searchable={field.searchable ?? false}
                nothingFoundMessage="No matches"
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
  suggestions: readonly string[];
  width: number;
  onChange: (value: string | undefined) => void;
}

function TextFilter({ label, value, suggestions, width, onChange }: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const finish = (text: string) => {
    if (text.trim() !== value) onChange(text.trim() || undefined);
  };
  return (
    <Autocomplete
      w={width}
      label={label}
      placeholder="Any"
      value={typed}
      data={[...new Set(suggestions)]}
      limit={SUGGESTIONS_MAX}
      leftSection={<Icon name="search" size={13} />}
      onChange={setTyped}
      onOptionSubmit={finish}
      onBlur={() => finish(typed)}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish(typed);
        if (event.key === "Escape") setTyped(value);
      }}
    />
  );
}

const asText = (value: unknown) => (value === undefined ? "" : String(value));
