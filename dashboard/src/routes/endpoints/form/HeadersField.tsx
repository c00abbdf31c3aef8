import { ActionIcon, Button, TextInput } from "@mantine/core";
import { Icon } from "@/components/inline/Icon";
import type { HeaderDraft } from "./draft";
import styles from "./Fields.module.css";

interface Props {
  headers: readonly HeaderDraft[];
  onChange: (headers: HeaderDraft[]) => void;
  /** By the header's key. */
  faults?: Record<number, string> | undefined;
  disabled?: boolean;
}

/** Headers that go out with every request, beside the dialect's own. Values at the server are never shown. */
export function HeadersField({ headers, onChange, faults = {}, disabled = false }: Props) {
  const edit = (key: number, change: Partial<HeaderDraft>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...change } : header)));
  const next = Math.max(-1, ...headers.map(({ key }) => key)) + 1;
  return (
    <fieldset className={styles.headers}>
      <legend>Custom headers</legend>
      <p className="n-muted n-small">Sent with every request, for example a token for your gateway. Values are not shown again.</p>
      {headers.map(({ key, name, value, kept }, at) => (
        <div key={key} className={styles.header}>
          <TextInput
            label={`Header ${at + 1}`}
            placeholder="X-Team"
            value={name}
            readOnly={kept}
            disabled={disabled}
            error={faults[key]}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: "n-mono" }}
            onChange={(event) => edit(key, { name: event.currentTarget.value })}
          />
          <TextInput
            label={`Value ${at + 1}`}
            placeholder={kept ? "*** (kept unless the URL’s host changes)" : ""}
            value={value}
            disabled={disabled}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: "n-mono" }}
            onChange={(event) => edit(key, { value: event.currentTarget.value })}
          />
          <ActionIcon
            className={styles.remove ?? ""}
            aria-label={`Remove header ${name === "" ? at + 1 : name}`}
            disabled={disabled}
            onClick={() => onChange(headers.filter((header) => header.key !== key))}
          >
            <Icon name="trash" />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="compact-xs"
        w="fit-content"
        disabled={disabled}
        leftSection={<Icon name="plus" size={13} />}
        onClick={() => onChange([...headers, { key: next, name: "", value: "", kept: false }])}
      >
        Add a header
      </Button>
    </fieldset>
  );
}
