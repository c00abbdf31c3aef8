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
        <ProblemAlert error={error} title="Your webhooks could not be loaded" {...(retry === undefined ? {} : { retry })} />
      ) : (
        <EmptyState icon="clock" title={reason === "ended" ? "This session has ended" : "This page opens by a link"}>
          {reason === "ended"
            ? "For your safety a session lasts an hour. Go back to where you came from, and open your webhooks from there again."
            : "Go to your webhooks from the settings of the service that sends them. The link lasts for one visit: a page that is loaded again needs a new one."}
        </EmptyState>
      )}
    </main>
  );
}
