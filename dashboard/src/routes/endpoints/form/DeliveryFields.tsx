import { NumberInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { useWords } from "@/api/words";
import { RetryFields } from "@/components/forms/RetryFields";
import { count } from "@/format/number";
import { draftOf, type Retry, spoken } from "@/format/retry";
import type { DraftFaults, EndpointDraft } from "./draft";
import styles from "./Fields.module.css";

interface Props {
  draft: EndpointDraft;
  onChange: (change: Partial<EndpointDraft>) => void;
  faults: DraftFaults;
  disabled?: boolean;
}

/** How an endpoint's deliveries are made, where that differs from the project. */
export function DeliveryFields({ draft, onChange, faults, disabled = false }: Props) {
  const { project, isOperator } = useAccess();
  const { policy } = project;
  return (
    <>
      <TextInput
        label="UID"
        description="An ID of your own for this endpoint, which you can change. The API accepts it wherever the endpoint’s ID is."
        autoComplete="off"
        disabled={disabled}
        value={draft.uid}
        error={faults.uid}
        onChange={(event) => onChange({ uid: event.currentTarget.value })}
      />
      <TagsInput
        label="Channels"
        description="Only send events on one of these channels. Leave empty to send events whatever channels they are on."
        placeholder={draft.channels.length === 0 ? "All events" : ""}
        disabled={disabled}
        value={draft.channels}
        error={faults.channels}
        onChange={(channels) => onChange({ channels })}
      />
      <div className={styles.pair}>
        <NumberInput
          label="Rate limit"
          description="Maximum attempts per second. Leave empty for no limit."
          placeholder="No limit"
          suffix=" per second"
          thousandSeparator=","
          allowDecimal={false}
          allowNegative={false}
          disabled={disabled}
          value={draft.rate_limit}
          error={faults.rate_limit}
          onChange={(rate_limit) => onChange({ rate_limit })}
        />
        <NumberInput
          label="Attempt timeout"
          description={`Leave empty to use the default, ${count(policy.timeout_ms)} ms.`}
          placeholder={`${count(policy.timeout_ms)} ms`}
          suffix=" ms"
          thousandSeparator=","
          allowDecimal={false}
          allowNegative={false}
          step={500}
          disabled={disabled}
          value={draft.timeout_ms}
          error={faults.timeout_ms}
          onChange={(timeout_ms) => onChange({ timeout_ms })}
        />
      </div>
      <div className={styles.retry}>
        <Switch
          label="Custom retry schedule"
          description={draft.retry === null ? `Default: ${spoken(policy.retry as Retry)}` : undefined}
          disabled={disabled}
          checked={draft.retry !== null}
          onChange={(event) => onChange({ retry: event.currentTarget.checked ? draftOf(policy.retry as Retry) : null })}
        />
        {draft.retry !== null && (
          <RetryFields
            draft={draft.retry}
            disabled={disabled}
            {...(faults.retry === undefined ? {} : { faults: faults.retry })}
            onChange={(retry) => onChange({ retry })}
          />
        )}
      </div>
      {isOperator && <DialectField draft={draft} onChange={onChange} faults={faults} disabled={disabled} />}
    </>
  );
}

/** Only those who may read dialects can choose one. */
function DialectField({ draft, onChange, faults, disabled = false }: Props) {
  const { project } = useAccess();
  const say = useWords();
  const dialects = useRead(["dialects"], (api, init) => api.GET("/v1/dialects", init), { fresh: 60_000 });
  const names = (dialects.data?.data ?? []).map(({ name, title }) => ({
    value: name,
    label: title === name ? name : `${title} (${name})`,
  }));
  if (draft.dialect !== "" && !names.some(({ value }) => value === draft.dialect)) {
    names.push({ value: draft.dialect, label: draft.dialect });
  }
  return (
    <Select
      label={say("Dialect")}
      description="The format of its requests. Change it if the receiver was built for another format."
      searchable
      allowDeselect={false}
      disabled={disabled}
      data={[{ value: "", label: `Project default (${project.dialect})` }, ...names]}
      value={draft.dialect}
      error={faults.dialect}
      onChange={(dialect) => onChange({ dialect: dialect ?? "" })}
    />
  );
}
