import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useAccess } from "@/api/access";
import type { ApiError } from "@/api/error";
import { Card } from "@/components/page/Card";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import styles from "./Settings.module.css";

interface Props {
  title: string;
  dirty: boolean;
  saving: boolean;
  /** A refusal; fields show their part of it, too. */
  error: ApiError | null;
  onSave: () => void;
  onDiscard: () => void;
  /** Left of the buttons. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One group of settings that is saved at once. Whoever may not change it sees it. */
export function SettingsForm({ title, dirty, saving, error, onSave, onDiscard, aside, children }: Props) {
  const { isAdmin } = useAccess();
  return (
    <Card title={title} flush>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (dirty && !saving) onSave();
        }}
      >
        <fieldset className={styles.form} disabled={!isAdmin} aria-label={title}>
          {children}
          {error !== null && <ProblemAlert error={error} title="Not saved" />}
        </fieldset>
        {isAdmin && (
          <div className={styles.foot}>
            {aside}
            <div className={styles.buttons}>
              <Button variant="default" disabled={!dirty || saving} onClick={onDiscard}>
                Discard
              </Button>
              <Button type="submit" disabled={!dirty} loading={saving}>
                Save {title.toLowerCase()}
              </Button>
            </div>
          </div>
        )}
      </form>
    </Card>
  );
}
