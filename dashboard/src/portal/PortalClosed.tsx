import { useEffect } from "react";
import { EmptyState } from "@/components/page/EmptyState";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import styles from "./PortalFrame.module.css";

interface Props {
  reason: "no-link" | "ended" | "error";
  error?: unknown;
  retry?: () => void;
}

/** A portal that shows nothing, and how to open it again. */
export function PortalClosed({ reason, error, retry }: Props) {
  useEffect(() => {
    document.title = "Webhooks";
  }, []);
  return (
    <main className={styles.closed}>
      <h1 className="n-sr">Webhooks</h1>
      {reason === "error" ? (
        <ProblemAlert error={error} title="Could not load your webhooks" {...(retry === undefined ? {} : { retry })} />
      ) : (
        <EmptyState icon="clock" title={reason === "ended" ? "This session has ended" : "Open this page with a link"}>
          {reason === "ended"
            ? "For security, sessions last an hour. Go back and open your webhooks again from there."
            : "Open your webhooks from the settings of the service that sends them."}
        </EmptyState>
      )}
    </main>
  );
}
