import { Button } from "@mantine/core";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useWrite } from "@/api/hooks";
import { useWords } from "@/api/words";
import { ConfirmButton } from "@/components/forms/Confirm";
import { Icon } from "@/components/inline/Icon";
import { count, plural } from "@/format/number";
import styles from "@/parts/deliveries/bulk/Bulk.module.css";
import { type Doing, useShowJob } from "@/parts/deliveries/bulk/BulkJob";

/** As many as one bulk operation takes by name. */
const NAMED_MAX = 250;

interface Props {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

/** What can be done with the dead letters that were chosen, on this page and on others. */
export function SelectedBar({ selected, onChange }: Props) {
  const { api, isOperator } = useAccess();
  const say = useWords();
  const showJob = useShowJob();
  const body = { filter: { deliveries: [...selected] } };
  const begun = (job: string | null | undefined, doing: Doing) => {
    onChange(new Set());
    if (job != null) showJob(job, doing);
  };
  const retry = useWrite((client, _: void) => client.POST("/v1/dead-letters/retry", { body }), {
    onDone: ({ job }) => begun(job, "retry"),
  });
  const tooMany = selected.size > NAMED_MAX;
  return (
    <div className={styles.selected} role="group" aria-label={say("Selected dead letters")}>
      <strong role="status">
        {count(selected.size)} selected{tooMany && `: at most ${NAMED_MAX} at a time`}
      </strong>
      <Button
        loading={retry.isPending}
        disabled={tooMany}
        onClick={() => retry.mutate()}
        leftSection={<Icon name="retry" size={14} />}
      >
        Retry selected
      </Button>
      {isOperator && (
        <ConfirmButton
          label="Purge selected…"
          disabled={tooMany}
          button={{ className: "n-danger" }}
          title={`Purge ${plural(selected.size, "dead letter")}?`}
          confirm="Purge"
          onConfirm={async () => {
            const { job } = await must(api.POST("/v1/dead-letters/purge", { body }));
            begun(job, "purge");
          }}
        >
          They are deleted with their attempts, and cannot be retried. This cannot be undone.
        </ConfirmButton>
      )}
      <Button variant="subtle" color="gray" disabled={retry.isPending} onClick={() => onChange(new Set())}>
        Clear selection
      </Button>
    </div>
  );
}
