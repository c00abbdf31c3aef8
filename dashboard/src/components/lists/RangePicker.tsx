import { Button, Menu, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { serverNow } from "@/api/serverClock";
import { local } from "@/format/time";
import { Icon } from "@/components/inline/Icon";
import styles from "./RangePicker.module.css";

const PRESETS: readonly [label: string, minutes: number][] = [
  ["Last 15 minutes", 15],
  ["Last hour", 60],
  ["Last 6 hours", 360],
  ["Last 24 hours", 1440],
  ["Last 7 days", 10_080],
  ["Last 30 days", 43_200],
];

interface Props {
  since: string | undefined;
  until: string | undefined;
  onChange: (range: { since: string | undefined; until: string | undefined }) => void;
}

/** A span of time: from then on, or from then to then. */
export function RangePicker({ since, until, onChange }: Props) {
  const [custom, setCustom] = useState(false);
  const last = (minutes: number) =>
    onChange({ since: new Date(serverNow() - minutes * 60_000).toISOString(), until: undefined });
  return (
    <div className={styles.range}>
      <span className={styles.label}>Time</span>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            aria-label={`Time: ${spoken(since, until)}`}
            leftSection={<Icon name="clock" size={14} />}
            rightSection={<Icon name="down" size={12} />}
          >
            {spoken(since, until)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onChange({ since: undefined, until: undefined })}>Any time</Menu.Item>
          {PRESETS.map(([label, minutes]) => (
            <Menu.Item key={label} onClick={() => last(minutes)}>
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setCustom(true)}>From … to …</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={custom} onClose={() => setCustom(false)} title={<strong>From … to …</strong>} size="xs">
        <CustomRange
          since={since}
          until={until}
          onDone={(range) => {
            setCustom(false);
            onChange(range);
          }}
        />
      </Modal>
    </div>
  );
}

function CustomRange({ since, until, onDone }: { since: string | undefined; until: string | undefined; onDone: Props["onChange"] }) {
  const [from, setFrom] = useState(toField(since));
  const [to, setTo] = useState(toField(until));
  const backwards = from !== "" && to !== "" && from >= to;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!backwards) onDone({ since: fromField(from), until: fromField(to) });
      }}
    >
      <Stack gap="xs">
        <TextInput
          label="From (your time zone)"
          type="datetime-local"
          step={1}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label="To (your time zone)"
          type="datetime-local"
          step={1}
          value={to}
          error={backwards ? "Must be after the start" : undefined}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit">Apply</Button>
      </Stack>
    </form>
  );
}

export function spoken(since: string | undefined, until: string | undefined): string {
  const at = (time: string) => local(Date.parse(time));
  if (since !== undefined && until !== undefined) return `${at(since)} – ${at(until)}`;
  if (since !== undefined) return `Since ${at(since)}`;
  return until === undefined ? "Any time" : `Until ${at(until)}`;
}

/** An instant as a date field has it: where the reader is, without a zone. */
function toField(time: string | undefined): string {
  if (time === undefined) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function fromField(field: string): string | undefined {
  const at = Date.parse(field);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
