import { Button } from "@mantine/core";
import { type ApiError, asApiError } from "@/api/error";
import { Icon } from "@/components/inline/Icon";
import styles from "./ProblemAlert.module.css";

interface Props {
  error: unknown;
  retry?: () => void;
  /** What was tried: `The endpoints could not be loaded`. */
  title?: string;
}

/** A refusal in the server's own words, and what can be done about it. */
export function ProblemAlert({ error, retry, title }: Props) {
  const problem = asApiError(error);
  return (
    <div role="alert" className={styles.alert}>
      <Icon name="warning" size={18} />
      <div className={styles.text}>
        <strong>{title ?? problem.title}</strong>
        <p className="n-wrap">{sentence(problem.detail)}</p>
        {problem.faults.length > 1 && (
          <ul>
            {problem.faults.map((fault) => (
              <li key={`${fault.pointer} ${fault.detail}`} className="n-wrap">
                {fault.pointer !== "" && <code className="n-mono">{fault.pointer}</code>} {fault.detail}
              </li>
            ))}
          </ul>
        )}
        <p className="n-muted n-wrap">{advice(problem)}</p>
        {problem.requestId !== null && (
          <p className="n-muted n-small">
            Request <code className="n-mono">{problem.requestId}</code>
          </p>
        )}
        {retry !== undefined && (
          <Button variant="default" size="compact-xs" onClick={retry} leftSection={<Icon name="retry" size={13} />}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** What to do next, by what went wrong. */
export function advice(problem: ApiError): string {
  const { status, retryAfterSeconds } = problem;
  if (status === 0) return "Check that the server is running and reachable from this computer.";
  if (status === 401) return "Sign in again.";
  if (problem.type === "urn:nuncio:problem:plan-required") {
    return "This tenant’s plan does not include webhooks. Deliveries wait until it does.";
  }
  if (status === 403) return "This key does not have permission. Sign in with a key that has a wider scope, or ask whoever gave it to you.";
  if (status === 404) return "It may have been deleted, or belong to another project.";
  if (status === 409) return "Somebody else may have changed it. Reload the page.";
  if (status === 429) return `Wait ${retryAfterSeconds ?? "a few"} seconds, then try again.`;
  if (status === 503) return "The server cannot accept requests at the moment: its store is busy or its disk is full. See its log for details.";
  if (status >= 500) return "The server failed. Its log has details under the request ID.";
  if (status === -1) return "Reload the page. If the problem persists, please report it.";
  return "";
}

/** The server's detail as a sentence; one that begins with a field's name keeps it as it is. */
function sentence(text: string): string {
  const first = /^\w+[/_:.]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
