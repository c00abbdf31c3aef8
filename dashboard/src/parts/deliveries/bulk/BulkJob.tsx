import { Button } from "@mantine/core";
import { useCallback, useState } from "react";
import { useInvalidate } from "@/api/hooks";
import { useWords } from "@/api/words";
import { JobProgress } from "@/components/blocks/JobProgress";
import { useJobInAddress, useSearchText, useSetSearch } from "@/url/hooks";
import styles from "./Bulk.module.css";

/** What a bulk operation does, as the address names it. */
export type Doing = "retry" | "purge" | "attempt";

const LABELS: Record<Doing, string> = {
  retry: "Retrying dead letters",
  purge: "Purging dead letters",
  attempt: "Attempting waiting deliveries",
};

/** Puts a bulk operation into the address, where `BulkJob` finds it. */
export function useShowJob(): (job: string, doing: Doing) => void {
  const setSearch = useSetSearch();
  return (job, doing) => setSearch((search) => ({ ...search, job, doing }), { replace: true });
}

/** How far a bulk operation is. The address names it, so that it is still there when the page is loaded again. */
export function BulkJob() {
  const job = useJobInAddress();
  const say = useWords();
  const { doing } = useSearchText();
  const setSearch = useSetSearch();
  const invalidate = useInvalidate();
  const [finished, setFinished] = useState<string | null>(null);
  const onDone = useCallback(() => {
    setFinished(job ?? null);
    void invalidate(["dead-letters"], ["deliveries"], ["overview"], ["endpoints"]);
  }, [job, invalidate]);
  if (job === undefined) return null;
  return (
    <div className={`n-card ${styles.job}`}>
      <JobProgress key={job} job={job} label={say(LABELS[doing as Doing] ?? LABELS.retry)} onDone={onDone} />
      {finished === job && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => setSearch(({ job: _, doing: __, ...rest }) => rest, { replace: true })}
        >
          Dismiss
        </Button>
      )}
    </div>
  );
}
