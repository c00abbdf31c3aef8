import { TextInput } from "@mantine/core";
import { Waiting } from "@/components/inline/Waiting";
import { Icon } from "@/components/inline/Icon";
import { sentence, visible } from "@/format/text";
import type { UrlState } from "./urlCheck";
import styles from "./Fields.module.css";

interface Props {
  value: string;
  onChange: (url: string) => void;
  check: UrlState;
  /** What a form found, or the server when it was sent. */
  error?: string | undefined;
  disabled?: boolean;
  autoFocus?: boolean;
}

/** Where an endpoint's deliveries go, checked by the server's own rules while it is typed. */
export function UrlField({ value, onChange, check, error, disabled = false, autoFocus = false }: Props) {
  const refused = check.kind === "refused" ? sentence(check.detail) : undefined;
  return (
    <div className={styles.url}>
      <TextInput
        label="URL"
        withAsterisk
        description="Deliveries are sent here by POST. It must be an https URL that is reachable from the internet."
        placeholder="https://example.com/webhooks"
        type="url"
        inputMode="url"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={2048}
        disabled={disabled}
        {...(autoFocus ? { "data-autofocus": true, autoFocus: true } : {})}
        value={value}
        error={error ?? refused}
        rightSection={
          check.kind === "checking" ? (
            <Waiting label="Checking the URL" size={14} />
          ) : check.kind === "good" && check.warning === null && error === undefined ? (
            <span className={styles.good}>
              <Icon name="check" size={14} />
            </span>
          ) : null
        }
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <p className={styles.checked} role="status" data-warn={check.kind === "good" && check.warning !== null}>
        {check.kind === "good" && error === undefined && said(check, value)}
      </p>
    </div>
  );
}

function said({ url, warning }: { url: string; warning: string | null }, typed: string): string {
  if (warning !== null) return `${sentence(visible(warning))} You can continue and fix this later.`;
  return url === typed.trim() ? "This URL can be used." : `This URL can be used. It is saved as ${visible(url)}`;
}
