import { Button } from "@mantine/core";
import { useWrite } from "@/api/hooks";
import { useWords } from "@/api/words";
import { Icon } from "@/components/inline/Icon";
import { count } from "@/format/number";
import styles from "@/parts/deliveries/bulk/Bulk.module.css";
import { useShowJob } from "@/parts/deliveries/bulk/BulkJob";
import type { Delivery } from "@/parts/deliveries/types";
import { byState, type Resendable } from "./selection";

/** As many as one bulk operation takes by name. */
const NAMED_MAX = 250;

interface Props {
  selected: ReadonlySet<string>;
  /** The states of the rows that were seen. */
  known: ReadonlyMap<string, Delivery["status"]>;
  onChange: (selected: ReadonlySet<string>) => void;
}

/** What can be done with the deliveries that were chosen: those that wait are attempted now, dead ones are retried. */
export function SelectedBar({ selected, known, onChange }: Props) {
  const say = useWords();
  const showJob = useShowJob();
  const of = byState(selected, known);
  const send = useWrite(
    (api, status: Resendable) => api.POST("/v1/deliveries/retry", { body: { filter: { status, deliveries: of[status] } } }),
  );
  const start = (status: Resendable) =>
    send.mutate(status, {
      onSuccess: ({ job }) => {
        const started = new Set(of[status]);
        onChange(new Set([...selected].filter((id) => !started.has(id))));
        if (job != null) showJob(job, status === "pending" ? "attempt" : "retry");
      },
    });
  const neither = of.pending.length + of.dead.length === 0;
  return (
    <div className={styles.selected} role="group" aria-label="Selected deliveries">
      <strong role="status">
        {count(selected.size)} selected{neither && `: only pending and ${say("dead")} ones can be attempted again`}
      </strong>
      {of.pending.length > 0 && (
        <Button
          loading={send.isPending && send.variables === "pending"}
          disabled={of.pending.length > NAMED_MAX}
          onClick={() => start("pending")}
          leftSection={<Icon name="retry" size={14} />}
        >
          Attempt {count(of.pending.length)} now
        </Button>
      )}
      {of.dead.length > 0 && (
        <Button
          variant={of.pending.length > 0 ? "default" : "filled"}
          loading={send.isPending && send.variables === "dead"}
          disabled={of.dead.length > NAMED_MAX}
          onClick={() => start("dead")}
          leftSection={<Icon name="retry" size={14} />}
        >
          Retry {count(of.dead.length)} {say("dead")}
        </Button>
      )}
      {Math.max(of.pending.length, of.dead.length) > NAMED_MAX && <span>At most {NAMED_MAX} at a time</span>}
      <Button variant="subtle" color="gray" disabled={send.isPending} onClick={() => onChange(new Set())}>
        Clear selection
      </Button>
    </div>
  );
}
