import { Button } from "@mantine/core";
import { useState } from "react";
import { useCopy } from "@/components/inline/CopyButton";
import { Icon } from "@/components/inline/Icon";
import styles from "./SecretOnce.module.css";

interface Props {
  /** What it is: `Signing secret`, `API key`. */
  label: string;
  secret: string;
  /** Where it belongs. */
  hint?: string;
  /** The caller drops the secret from its state here: it is then nowhere in the page any more. */
  onDone: () => void;
}

/**
 * A secret at the only moment that it can be read. Keep it in the state of one component, never in a query's cache
 * (`useWrite` keeps no answers), and drop it in `onDone`.
 */
export function SecretOnce({ label, secret, hint, onDone }: Props) {
  const [copied, setCopied] = useState(false);
  const { state, copy } = useCopy(secret, () => setCopied(true));
  return (
    <div className={styles.secret} role="group" aria-label={`${label}, shown once`}>
      <div className={styles.head}>
        <Icon name="key" size={16} />
        <strong>{label}</strong>
        <span className={styles.once}>Copy it now. You won’t be able to see it again.</span>
      </div>
      <input
        className={styles.value}
        aria-label={label}
        readOnly
        value={secret}
        onFocus={(event) => event.currentTarget.select()}
      />
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      <div className={styles.actions}>
        <Button onClick={copy} leftSection={<Icon name={state === "copied" ? "check" : "copy"} size={14} />}>
          {state === "copied" ? "Copied" : "Copy"}
        </Button>
        <Button variant="default" onClick={onDone}>
          {copied ? "Done" : "I have saved it"}
        </Button>
        <span className="n-sr" aria-live="polite">
          {state === "copied" ? `${label} copied` : ""}
        </span>
        {state === "refused" && <span className="n-muted">Could not copy. Select the text and copy it yourself.</span>}
      </div>
    </div>
  );
}
