import { shortId } from "@/format/text";
import { AppLink } from "./AppLink";
import { CopyButton } from "./CopyButton";
import styles from "./IdText.module.css";

interface Props {
  id: string;
  /** Where it leads, below the project. */
  to?: string;
  /** In full, where there is room. */
  full?: boolean;
  what?: string;
}

/** An id, shortened in its middle, with a button that copies all of it. */
export function IdText({ id, to, full = false, what = "id" }: Props) {
  const text = full ? id : shortId(id);
  return (
    <span className={styles.id}>
      {to === undefined ? (
        <span className={full ? "n-mono n-wrap" : "n-mono"} title={id}>
          {text}
        </span>
      ) : (
        <AppLink to={to} className="n-link n-mono" title={id}>
          {text}
        </AppLink>
      )}
      <CopyButton value={id} what={what} size="xs" />
    </span>
  );
}
