import { Button } from "@mantine/core";
import { Card } from "@/components/page/Card";
import { useCopy } from "@/components/inline/CopyButton";
import { Icon } from "@/components/inline/Icon";
import { StatusCode } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { sentence, visible } from "@/format/text";
import { curl } from "./curl";
import styles from "./Delivery.module.css";
import { Exchange } from "./Exchange";
import type { Attempt } from "@/parts/deliveries/types";
import { Waterfall } from "./Waterfall";
import { errorSaid, triggerLabel } from "@/parts/deliveries/words";

/** One attempt: what came of it, where its time went, what was sent and what came back. */
export function AttemptView({ attempt }: { attempt: Attempt }) {
  const said = attempt.error == null ? null : errorSaid(attempt.error);
  return (
    <Card title={`Attempt ${attempt.number}`} actions={<CopyAsCurl attempt={attempt} />}>
      <div className={styles.view}>
        <div className={styles.outcome}>
          {attempt.status_code != null && <StatusCode code={attempt.status_code} />}
          {said === null ? <span>The receiver accepted it.</span> : <strong className="n-danger">{said.label}</strong>}
          <span className="n-muted">
            {triggerLabel(attempt.trigger)} · <TimeText at={attempt.started_at} as="full" />
            {attempt.transform_version != null && ` · Transformation version ${attempt.transform_version}`}
          </span>
        </div>
        {said !== null && (
          <p className={styles.why}>
            {attempt.error_detail != null && <span className="n-wrap">{sentence(visible(attempt.error_detail))} </span>}
            <span className="n-muted">{said.advice}</span>
          </p>
        )}
        <Waterfall timings={attempt.timings} />
        <Exchange attempt={attempt} />
      </div>
    </Card>
  );
}

function CopyAsCurl({ attempt }: { attempt: Attempt }) {
  const { request_headers: headers, request_body: body, url } = attempt;
  const { state, copy } = useCopy(() => curl({ url, headers, body: body ?? null }));
  if (body == null) return null;
  return (
    <Button
      variant="default"
      size="compact-xs"
      onClick={copy}
      leftSection={<Icon name={state === "copied" ? "check" : "copy"} size={13} />}
    >
      {state === "copied" ? "Copied" : "Copy as curl"}
      <span className="n-sr" aria-live="polite">
        {state === "refused" ? "Could not copy" : ""}
      </span>
    </Button>
  );
}
