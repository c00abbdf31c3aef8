import { CodeBlock } from "@/components/blocks/CodeBlock";
import { StatusCode } from "@/components/inline/StatusBadge";
import { tokens } from "@/format/json";
import { bytes } from "@/format/number";
import { visible } from "@/format/text";
import styles from "./Delivery.module.css";
import { Headers } from "@/parts/deliveries/Headers";
import type { Attempt } from "@/parts/deliveries/types";

/** What was sent and what came back, side by side. Both are strangers' bytes, and shown as text alone. */
export function Exchange({ attempt }: { attempt: Attempt }) {
  const { request_body: sent, response_body: received } = attempt;
  return (
    <div className={styles.exchange}>
      <section aria-label="Request">
        <h3>Request</h3>
        <p className={styles.startLine}>
          <span className="n-muted">POST</span> <span className="n-wrap">{visible(attempt.url)}</span>
        </p>
        <Headers label="Request headers" headers={attempt.request_headers} />
        {sent == null ? <p className="n-muted">The payload was erased, so the body is not available.</p> : <Body label="Request body" text={sent} />}
      </section>
      <section aria-label="Response">
        <h3>Response</h3>
        {attempt.status_code == null ? (
          <p className="n-muted">No response was received.</p>
        ) : (
          <>
            <p className={styles.startLine}>
              <StatusCode code={attempt.status_code} />
            </p>
            <Headers label="Response headers" headers={attempt.response_headers} />
            <Body label="Response body" text={received} />
            {attempt.response_body_truncated && (
              <p className="n-muted n-small">
                Truncated: the response was too large to keep in full. These are its first {bytes(new TextEncoder().encode(received).length)}.
              </p>
            )}
          </>
        )}
      </section>
    </div>
  );
}

function Body({ label, text }: { label: string; text: string }) {
  const json = /^\s*[[{]/.test(text) && tokens(text) !== null;
  return <CodeBlock label={label} text={text} language={json ? "json" : "text"} {...(json ? { asIs: "As sent" } : {})} />;
}
