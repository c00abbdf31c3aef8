import { Autocomplete, Button, Checkbox, Select } from "@mantine/core";
import { Fragment, type ReactNode, useEffect, useState } from "react";
import type { Filters } from "@/url/hooks";
import styles from "./FilterBar.module.css";
import { Icon } from "@/components/inline/Icon";
import { RangePicker, spoken } from "./RangePicker";

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
  /** A field of its own kind, such as one that asks the server for what to choose from. */
  | { kind: "own"; name: string; label: string; shown?: (value: string) => ReactNode; field: (value: string, onChange: (value: string | undefined) => void) => ReactNode }
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
    <>
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
            case "own":
              return <Fragment key={field.name}>{field.field(asText(values[field.name]), (value) => set({ [field.name]: value }))}</Fragment>;
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
      {filters.active > 0 && <Chips fields={fields} values={values} set={set} />}
    </>
  );
}

interface ChipsProps {
  fields: readonly FilterField[];
  values: Record<string, unknown>;
  set: (change: Record<string, unknown>) => void;
}

/** What the list is narrowed to, each to be taken back by itself; on a phone the fields are folded away. */
function Chips({ fields, values, set }: ChipsProps) {
  const chips = fields.flatMap((field) => {
    if (field.kind === "range") {
      const [since, until] = [asText(values.since) || undefined, asText(values.until) || undefined];
      if (since === undefined && until === undefined) return [];
      return [{ key: "range", label: "Time", shown: spoken(since, until) as ReactNode, clear: { since: undefined, until: undefined } }];
    }
    const value = asText(values[field.name]);
    return value === "" ? [] : [{ key: field.name, label: field.label, shown: shownOf(field, value), clear: { [field.name]: undefined } }];
  });
  return (
    <ul className={styles.chips} aria-label="Active filters">
      {chips.map(({ key, label, shown, clear }) => (
        <li key={key}>
          <button type="button" className={styles.chip} onClick={() => set(clear)}>
            <span className="n-sr">Remove filter </span>
            <span className={styles.chipName}>{label}</span>
            {shown !== null && <span className={styles.chipValue}>{shown}</span>}
            <Icon name="cross" size={11} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function shownOf(field: Exclude<FilterField, { kind: "range" }>, value: string): ReactNode {
  switch (field.kind) {
    case "text":
      return value;
    case "select": {
      const option = field.options.find((one) => (typeof one === "string" ? one : one.value) === value);
      return option === undefined || typeof option === "string" ? value : option.label;
    }
    case "flag":
      return null;
    case "own":
      return field.shown?.(value) ?? value;
  }
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
