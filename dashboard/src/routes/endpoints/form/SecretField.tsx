import { Button, PasswordInput } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Fields.module.css";

interface Props {
  label: string;
  description: ReactNode;
  value: string;
  onChange: (secret: string) => void;
  error?: string | undefined;
  required?: boolean;
}

/** As many as a hash has: nobody guesses them. */
const SECRET_BYTES = 32;

/** A signing secret of the customer's own, typed or made up here. */
export function SecretField({ label, description, value, onChange, error, required = false }: Props) {
  return (
    <div className={styles.secret}>
      <PasswordInput
        label={label}
        description={description}
        withAsterisk={required}
        autoComplete="new-password"
        maxLength={256}
        value={value}
        error={error}
        aria-invalid={error !== undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {required && (
        <Button variant="default" size="compact-xs" w="fit-content" onClick={() => onChange(randomSecret())}>
          Generate
        </Button>
      )}
    </div>
  );
}

/** Letters and digits that every receiver's configuration can hold. */
function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
