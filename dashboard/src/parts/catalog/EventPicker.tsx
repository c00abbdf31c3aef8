import { Checkbox, Radio, Skeleton, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { type EventType, grouped, searched, useCatalog } from "./catalog";
import { visible } from "@/format/text";
import { coveredBy, filterFault, others, toggled } from "./eventFilters";
import styles from "./EventPicker.module.css";
import { Icon } from "@/components/inline/Icon";
import { Prose } from "@/components/blocks/Markdown";
import { ProblemAlert } from "@/components/page/ProblemAlert";

/** So many types are looked through faster than a search is typed. */
const SEARCHABLE_FROM = 9;

interface Props {
  /** Filters: exact types, and patterns with `*`. */
  value: readonly string[];
  onChange: (filters: string[]) => void;
  error?: string | null;
}

/** The events that an endpoint wants, picked from the catalog under its headings. */
export function EventPicker({ value, onChange, error }: Props) {
  const catalog = useCatalog();
  const [picking, setPicking] = useState(!value.includes("*"));
  const [picked, setPicked] = useState<readonly string[]>(value.includes("*") ? [] : value);
  const change = (filters: string[]) => {
    setPicked(filters);
    onChange(filters);
  };
  return (
    <div className={styles.picker}>
      <Radio.Group
        label="Events"
        value={picking ? "picked" : "all"}
        onChange={(mode) => {
          setPicking(mode === "picked");
          onChange(mode === "picked" ? [...picked] : ["*"]);
        }}
      >
        <div className={styles.modes}>
          <Radio value="all" label="All events" description="Including event types that are added later." />
          <Radio value="picked" label="Selected events" description="Only the events selected below." />
        </div>
      </Radio.Group>
      {picking && catalog.data === undefined && catalog.error === null && <Skeleton height={160} />}
      {picking && catalog.error !== null && (
        <ProblemAlert error={catalog.error} title="Could not load the catalog" retry={() => void catalog.refetch()} />
      )}
      {picking && catalog.data !== undefined && <Picked types={catalog.data.types} value={picked} onChange={change} />}
      {error != null && (
        <p role="alert" className={`${styles.error} n-danger`}>
          {error}
        </p>
      )}
    </div>
  );
}

function Picked(props: { types: EventType[]; value: readonly string[]; onChange: (filters: string[]) => void }) {
  const { types, value, onChange } = props;
  const [search, setSearch] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const known = new Set(types.map(({ name }) => name));
  // What is deprecated or archived is not offered any more; whoever has it keeps it, and sees it.
  const offered = types.filter(({ name, deprecated, archived_at }) => (!deprecated && archived_at == null) || value.includes(name));
  const patterns = others(value, known);
  const shown = searched(offered, search);
  return (
    <>
      <div className={styles.head}>
        {offered.length >= SEARCHABLE_FROM && (
          <TextInput
            aria-label="Search events"
            placeholder="Search events"
            value={search}
            leftSection={<Icon name="search" size={13} />}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <span className="n-muted n-small" role="status">
          {value.length} selected
        </span>
      </div>
      {shown.length > 0 ? (
        <div className={styles.groups} role="group" aria-label="Event types">
          {grouped(shown).map((group) => (
            <GroupOf key={group.name ?? ""} name={group.name} types={group.types} value={value} onChange={onChange} />
          ))}
        </div>
      ) : (
        <p className="n-muted">{types.length === 0 ? "The catalog is empty. Enter event types below." : "No matching events."}</p>
      )}
      <TagsInput
        label="Other types and patterns"
        description="A pattern such as order.* matches all order events, including types added later. In order.*.failed, the * is exactly one part."
        placeholder={patterns.length === 0 ? "order.*" : ""}
        value={patterns}
        error={refused}
        onChange={(next) => {
          const wrong = next.map(filterFault).find((fault) => fault !== null) ?? null;
          setRefused(wrong);
          if (wrong === null) onChange([...value.filter((filter) => known.has(filter)), ...next.filter((filter) => filter !== "*")]);
        }}
      />
    </>
  );
}

interface GroupProps {
  name: string | null;
  types: EventType[];
  value: readonly string[];
  onChange: (filters: string[]) => void;
}

function GroupOf({ name, types, value, onChange }: GroupProps) {
  const free = types.filter((type) => coveredBy(value, type.name) === null).map((type) => type.name);
  const on = free.filter((type) => value.includes(type));
  const title = name === null ? "Other events" : visible(name);
  return (
    <fieldset className={styles.group}>
      <legend>
        <Checkbox
          label={title}
          aria-label={`All of ${title}`}
          checked={free.length === 0 || on.length === free.length}
          indeterminate={on.length > 0 && on.length < free.length}
          disabled={free.length === 0}
          onChange={() => onChange(toggled(value, free, on.length < free.length))}
        />
      </legend>
      <div className={styles.types}>
        {types.map((type) => {
          const pattern = coveredBy(value, type.name);
          return (
            <Checkbox
              key={type.name}
              label={<span className="n-mono n-wrap">{type.name}</span>}
              description={
                <>
                  <Prose text={type.description} />
                  {pattern !== null && ` (matched by ${pattern})`}
                  {type.deprecated && " (deprecated)"}
                  {type.archived_at != null && " (archived: no new events)"}
                </>
              }
              checked={pattern !== null || value.includes(type.name)}
              disabled={pattern !== null}
              onChange={(event) => onChange(toggled(value, [type.name], event.currentTarget.checked))}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
