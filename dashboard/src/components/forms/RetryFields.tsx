import { SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { type RetryDraft, type RetryFaults, retryOf, spoken } from "@/format/retry";
import styles from "./RetryFields.module.css";

interface Props {
  draft: RetryDraft;
  onChange: (draft: RetryDraft) => void;
  /** What the server said of it, by field of the draft. */
  faults?: RetryFaults;
  disabled?: boolean;
}

/** Writes a retry schedule, and says when attempts would begin. */
export function RetryFields({ draft, onChange, faults = {}, disabled = false }: Props) {
  const read = retryOf(draft);
  const wrong: RetryFaults = { ...faults, ...read.faults };
  const field = (name: Exclude<keyof RetryDraft, "mode" | "limit">) => ({
    value: draft[name],
    disabled,
    error: wrong[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="Retry schedule"
        disabled={disabled}
        value={draft.mode}
        onChange={(mode) => onChange({ ...draft, mode: mode as RetryDraft["mode"] })}
        data={[
          { value: "delays", label: "Fixed delays" },
          { value: "backoff", label: "Growing delays" },
        ]}
        w="fit-content"
      />
      {draft.mode === "delays" ? (
        <TextInput
          label="Delays"
          description="One delay before each attempt, including the first: 0, 1m, 5m, 30m."
          {...field("delays")}
        />
      ) : (
        <div className={styles.backoff}>
          <TextInput label="First delay" {...field("base")} />
          <TextInput label="Multiplied by" inputMode="decimal" {...field("factor")} />
          <TextInput label="Longest delay" {...field("cap")} />
          <Select
            label="Stop after"
            allowDeselect={false}
            disabled={disabled}
            value={draft.limit}
            onChange={(limit) => onChange({ ...draft, limit: limit as RetryDraft["limit"] })}
            data={[
              { value: "span", label: "a total time" },
              { value: "attempts", label: "a number of attempts" },
            ]}
          />
          {draft.limit === "span" ? (
            <TextInput label="Total time" {...field("span")} />
          ) : (
            <TextInput label="Attempts" inputMode="numeric" {...field("attempts")} />
          )}
        </div>
      )}
      <p className={styles.spoken} role="status">
        {read.retry === undefined ? " " : spoken(read.retry)}
      </p>
    </Stack>
  );
}

/** Which field of the draft a fault below `/retry` is about. */
export function retryFault(pointer: string): keyof RetryDraft | null {
  const [member] = pointer.split("/").filter((part) => part !== "");
  const fields: Record<string, keyof RetryDraft> = {
    delays_s: "delays",
    base_s: "base",
    factor: "factor",
    cap_s: "cap",
    span_s: "span",
    attempts_max: "attempts",
  };
  return fields[member ?? ""] ?? null;
}
