import { Loader } from "@mantine/core";
import { useRead } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { Icon } from "@/components/inline/Icon";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { StatusCode } from "@/components/inline/StatusBadge";
import { duration } from "@/format/time";
import { sentence, visible } from "@/format/text";
import type { Attempt, DeliveryDetail } from "@/parts/deliveries/types";
import { errorSaid } from "@/parts/deliveries/words";
import styles from "./TestResult.module.css";

/** Somebody watches it. */
const POLL_MS = 500;

/** How a test went: its one attempt, from its being on its way to what came back. */
export function TestResult({ delivery: id }: { delivery: string }) {
  const read = useRead(
    ["deliveries", id],
    (api, init) => api.GET("/v1/deliveries/{id}", { ...init, params: { path: { id } } }),
    { poll: (last) => (last === undefined || last.status === "pending" ? POLL_MS : false) },
  );
  const delivery = read.data;
  if (delivery === undefined) {
    return read.error === null ? <OnItsWay /> : <ProblemAlert error={read.error} title="Could not load the result" retry={() => void read.refetch()} />;
  }
  if (delivery.status === "pending") return <OnItsWay detail={delivery.waiting_detail} />;
  return <Result delivery={delivery} attempt={delivery.attempt_log.at(-1)} />;
}

function OnItsWay({ detail }: { detail?: string | null | undefined }) {
  return (
    <div className={styles.way} role="status">
      <Loader size={16} />
      <span>Sending the test{detail == null ? "" : `: ${detail}`} …</span>
    </div>
  );
}

function Result({ delivery, attempt }: { delivery: DeliveryDetail; attempt: Attempt | undefined }) {
  const worked = delivery.status === "succeeded";
  const said = attempt?.error == null ? null : errorSaid(attempt.error);
  return (
    <section className={styles.result} data-worked={worked} aria-label="Test result">
      <div className={styles.head} role="status">
        <Icon name={worked ? "check" : "cross"} size={18} />
        <strong>{worked ? "The endpoint accepted the test." : (said?.label ?? "The test failed.")}</strong>
        <span className={styles.numbers}>
          {attempt?.status_code != null && <StatusCode code={attempt.status_code} />}
          {attempt !== undefined && <span className="n-num">{duration(attempt.duration_ms * 1000)}</span>}
        </span>
      </div>
      {said !== null && (
        <p className={styles.why}>
          {attempt?.error_detail != null && <span className="n-wrap">{sentence(visible(attempt.error_detail))} </span>}
          <span className="n-muted">{said.advice}</span>
        </p>
      )}
      {attempt?.status_code != null && (
        <CodeBlock
          label="Response body"
          text={attempt.response_body}
          language={looksLikeJson(attempt.response_body) ? "json" : "text"}
          maxHeight={220}
        />
      )}
      <AppLink to={`/deliveries/${delivery.id}`}>Request, headers and timings</AppLink>
    </section>
  );
}

const looksLikeJson = (text: string) => /^\s*[[{]/.test(text);
